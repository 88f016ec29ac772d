"""Exercises: a stub and its check, with nbgrader's metadata, in a notebook that runs at every state of completion."""

import ast

from tests.notebook_rules.notebook import texts

FEWEST = 3
SOLUTION = {"grade": False, "locked": False, "schema_version": 3, "solution": True, "task": False}
CHECK = {"grade": True, "locked": True, "schema_version": 3, "solution": False, "task": False}


def checks(cell):
    """The names of the exercises that a cell checks: `exercises.name.check(...)`."""
    return [
        node.func.value.attr
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "check"
        and isinstance(node.func.value, ast.Attribute)
    ]


def questions_are_written_out(notebook):
    """A question with its choices stands in the text: it can be read everywhere, also before anything is run."""
    problems, known, told = [], notebook.definitions.exercises, ""
    for cell in notebook.cells:
        if cell.is_prose:
            told += cell.source
        for name in checks(cell):
            task = known.get(name)
            if hasattr(task, "choices") and task.task not in told:
                problems.append(f"{cell}: no text above holds the question as `exercises.{name}.task` has it: copy it.")
    return problems


def is_solution(cell):
    return cell.nbgrader.get("solution") is True


def grading_metadata(notebook):
    problems, seen = [], set()
    for cell in notebook.cells:
        if not cell.nbgrader and not checks(cell):
            continue
        expected = CHECK if checks(cell) else SOLUTION
        found = {key: value for key, value in cell.nbgrader.items() if key not in {"grade_id", "points"}}
        if found != expected:
            problems.append(f"{cell}: its nbgrader metadata is {found} and should be {expected}, with a grade_id.")
        identifier = cell.nbgrader.get("grade_id")
        if not identifier or identifier in seen:
            problems.append(f"{cell}: its grade_id `{identifier}` is empty or taken: give it one of its own.")
        seen.add(identifier)
    return problems


def points(notebook):
    problems, known = [], notebook.definitions.exercises
    for cell in notebook.code_cells:
        for name in checks(cell):
            if name not in known:
                problems.append(f"{cell} checks `{name}`, which exercises_of({notebook.stem!r}) does not list.")
                continue
            given, expected = cell.nbgrader.get("points"), known[name].points
            if given != expected:
                problems.append(f"{cell} gives {given} points, the exercise {expected}: make them equal.")
    return problems


def check_after_stub(notebook):
    problems = []
    for before, cell in zip([None, *notebook.code_cells], notebook.code_cells, strict=False):
        if checks(cell) and (before is None or not is_solution(before)):
            problems.append(f"{cell} checks an exercise, and the code cell before it is no stub: put the stub there.")
        if checks(cell) and len(checks(cell)) > 1:
            problems.append(f"{cell} checks several exercises: check one in a cell.")
        if before is not None and is_solution(before) and not checks(cell):
            problems.append(f"{before} is a stub, and the next code cell does not check it: add the check.")
    if notebook.code_cells and is_solution(notebook.code_cells[-1]):
        problems.append(f"{notebook.code_cells[-1]} is a stub, and no check follows: add the check.")
    return problems


def stubs_are_empty(notebook):
    problems = []
    for cell in notebook.code_cells:
        if not is_solution(cell):
            continue
        if not cell.tree.body or not all(is_stub(node) for node in cell.tree.body):
            problems.append(
                f"{cell} is not a stub: a function with a docstring and `...`, or `answer = ...`, and nothing more."
            )
        if cell.outputs:
            problems.append(f"{cell} is a stub and shows something: a stub shows nothing of the answer.")
    return problems


def is_stub(node):
    """Whether a statement is a function whose body is a docstring and `...`, a class of such, or `name = ...`."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.ClassDef):
        return all(is_stub(inner) or is_text(inner) for inner in node.body)
    if isinstance(node, ast.FunctionDef):
        rest = [inner for inner in node.body if not is_text(inner)]
        return len(rest) == 1 and isinstance(rest[0], ast.Expr) and is_ellipsis(rest[0].value)
    return isinstance(node, ast.Assign) and is_ellipsis(node.value)


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_ellipsis(node):
    return isinstance(node, ast.Constant) and node.value is ...


def checked_as_not_attempted(notebook):
    return [
        f"{cell}: the stored verdict does not say `not attempted`: put the stub back and run `dlcourse execute`."
        for cell in notebook.code_cells
        if checks(cell) and not any("not attempted" in text.lower() for text in texts(cell))
    ]


def stubs_are_used_only_in_checks(notebook):
    """What follows an exercise uses the library's function, since the reader's returns nothing yet."""
    problems, stubs = [], set()
    for cell in notebook.code_cells:
        bound = {name for node in ast.walk(cell.tree) for name in bound_by(node)}
        if is_solution(cell):
            stubs |= bound
            continue
        stubs -= bound
        used = {node.id for node in ast.walk(cell.tree) if isinstance(node, ast.Name)} & stubs
        if used and not checks(cell):
            problems.append(
                f"{cell} uses `{min(used)}`, which is an exercise's stub and returns nothing yet: use the library's."
            )
    return problems


def bound_by(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    return set()


def enough_exercises(notebook):
    checked = {name for cell in notebook.code_cells for name in checks(cell)}
    problems = []
    if len(checked) < FEWEST:
        problems.append(f"{len(checked)} exercises with a check, but a chapter has at least {FEWEST}.")
    for name in sorted(set(notebook.definitions.exercises) - checked):
        problems.append(f"the exercise `{name}` is defined for this chapter and never checked: add it or remove it.")
    return problems


RULES = [
    grading_metadata,
    points,
    check_after_stub,
    stubs_are_empty,
    checked_as_not_attempted,
    stubs_are_used_only_in_checks,
    questions_are_written_out,
]
CHAPTER_RULES = [enough_exercises]
