"""Every notebook with all its solutions filled in passes every check and reaches every milestone: what sets it up and
its exercises, and in the profile nightly every cell from top to bottom.

The solutions are the library's own source under the name that the notebook gives the function: what
"Show me the solution" shows is thereby proved to be an answer that the notebook accepts.
"""

import ast
import importlib
import itertools
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlcourse.chapters import CHAPTERS, milestones_of, room_of
from dlcourse.exercises.kinds.exercise import Exercise
from tests.limits import LONGEST
from tests.profiles import NIGHTLY

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
READERS_NUMBER = "my_number = "  # with which a question is drawn for each reader
WITH_EXERCISES = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem in CHAPTERS]


def nbgrader_of(cell):
    return cell.metadata.get("nbgrader", {})


def checks_of(notebook):
    """Pairs (index of the cell, the call `exercises.NAME.check(ANSWER)` in it)."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and ".check(" in cell.source:
            calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
            found += [(index, call) for call in calls if getattr(call.func, "attr", "") == "check"]
    return found


def is_definition_of(name, node):
    if isinstance(node, ast.FunctionDef):
        return node.name == name
    return isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [name]


def stub_cell(notebook, name):
    """The one solution cell that defines `name`, and its definition."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and nbgrader_of(cell).get("solution"):
            found += [(cell, node) for node in ast.parse(cell.source).body if is_definition_of(name, node)]
    assert len(found) == 1, f"{len(found)} solution cells define {name}; there should be one"
    return found[0]


def solution_source(task, name):
    """Source that defines `name` as the solution of an exercise or question."""
    if not isinstance(task, Exercise):
        return f"{name} = {task.answer!r}"
    definition = f"def {task.reference.__name__}("
    text = repr(task.solution())
    assert text.count(definition) == 1
    return text.replace(definition, f"def {name}(")


def with_solutions(notebook, tasks):
    """Fill in every solution; return the notebook and the indices of its check cells."""
    checks = checks_of(notebook)
    for _, call in checks:
        task, answer = getattr(tasks, call.func.value.attr), call.args[0].id
        cell, definition = stub_cell(notebook, answer)
        lines = cell.source.splitlines()
        lines[definition.lineno - 1 : definition.end_lineno] = [solution_source(task, answer)]
        cell.source = "\n".join(lines)
    return notebook, [index for index, _ in checks]


def run(notebook, folder, home, **environment):
    """Execute in a fresh kernel, as a reader would who opens the notebook in its folder."""
    before = {name: os.environ.get(name) for name in ("DLCOURSE_HOME", *environment)}
    os.environ.update({"DLCOURSE_HOME": str(home), **environment})
    try:
        NotebookClient(notebook, timeout=int(LONGEST), resources={"metadata": {"path": str(folder)}}).execute()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})
    return notebook


def verdicts_in(cell):
    return [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]


def imports_at_the_head(source):
    """The imports with which a cell begins: further cells of a chapter bring in PyTorch, and then compute with it."""
    imports = itertools.takewhile(lambda node: isinstance(node, ast.Import | ast.ImportFrom), ast.parse(source).body)
    return "\n".join(map(ast.unparse, imports))


def shortened(notebook):
    """Keep what sets a chapter up, its exercises and its milestone, as a teacher may do."""
    kept = []
    for cell in notebook.cells:
        if nbgrader_of(cell) or cell.source.startswith(READERS_NUMBER) or "\nmilestones." in cell.source:
            kept.append(cell)
        elif cell.source.startswith(("import ", "from ")):
            cell.source = imports_at_the_head(cell.source)
            kept.append(cell)
    notebook.cells = kept
    return notebook


def solved(path):
    """The notebook with all solutions, and its check cells."""
    notebook = nbformat.read(path, as_version=4)
    if not NIGHTLY:
        notebook = shortened(notebook)
    notebook, checks = with_solutions(notebook, importlib.import_module(f"{room_of(path.stem)}.exercises"))
    assert checks, f"{path.name} has no check"
    return notebook, [notebook.cells[index] for index in checks]


@pytest.fixture(scope="module")
def checks_that_ran(tmp_path_factory):
    """Each chapter with its check cells after they ran: by day one chapter after the other in one kernel."""
    home, found = tmp_path_factory.mktemp("home"), {path: solved(path) for path in WITH_EXERCISES}
    if NIGHTLY:
        for path, (notebook, _) in found.items():
            run(notebook, path.parent, home)
    else:
        one = next(iter(found.values()))[0].copy()
        one.cells = [cell for notebook, _ in found.values() for cell in notebook.cells]
        run(one, NOTEBOOKS, home)
    return found


def report_of(milestone, notebook):
    """What the notebook shows of a milestone, the last state of its bar and its report."""
    (cell,) = [each for each in notebook.cells if f"milestones.{milestone.name}()" in each.source.splitlines()]
    return [each.data["text/plain"] for each in cell.outputs]


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_notebook_with_all_solutions_passes_every_check_and_reaches_its_milestones(path, checks_that_ran):
    notebook, checks = checks_that_ran[path]
    for cell in checks:
        (verdict,) = verdicts_in(cell)
        assert verdict.startswith("✓ Passed"), verdict
    for milestone in milestones_of(path.stem):
        bar, report = report_of(milestone, notebook)
        assert re.fullmatch(r"Your pieces run: (\d+) of \1 parts done", bar), bar
        assert report.startswith("Milestone reached: "), report


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_notebook_checks_every_exercise_of_its_chapter_once_for_the_points_it_is_worth(path):
    notebook = nbformat.read(path, as_version=4)
    tasks = importlib.import_module(f"{room_of(path.stem)}.exercises")
    checked = [getattr(tasks, call.func.value.attr) for _, call in checks_of(notebook)]
    listed = [name for name, task in vars(tasks).items() if getattr(task, "chapter", None) == path.stem]
    assert sorted(task.name for task in checked) == sorted(getattr(tasks, name).name for name in listed)
    for (index, _), task in zip(checks_of(notebook), checked, strict=True):
        assert nbgrader_of(notebook.cells[index]).get("grade") is True
        assert nbgrader_of(notebook.cells[index])["points"] == task.points


def test_every_notebook_that_checks_an_exercise_is_listed_with_its_chapter():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        assert not checks_of(notebook) or path.stem in CHAPTERS, f"{path.name} is missing in CHAPTERS"
