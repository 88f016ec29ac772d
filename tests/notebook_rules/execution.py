"""The notebook was run from top to bottom in a fresh kernel, and its outputs are stored in the stored form."""

import ast

from dlcourse.workshop import normalize

EXECUTE = "run `dlcourse execute`"


def executed_in_order(notebook):
    problems = []
    for expected, cell in enumerate(notebook.code_cells, start=1):
        count = cell.content["execution_count"]
        if count != expected:
            problems.append(f"{cell} has the execution count {count} and should have {expected}: {EXECUTE}.")
    return problems


def outputs_are_stored(notebook):
    return [
        f"{cell} prints or shows something, and no output of it is stored: {EXECUTE}."
        for cell in notebook.code_cells
        if shows_something(cell.tree) and not cell.outputs
    ]


def shows_something(tree):
    """Whether a cell calls print outside a function, or ends with a call of plots.show, check or an experiment."""
    outer = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    calls = [call for node in outer for call in ast.walk(node) if isinstance(call, ast.Call)]
    if any(isinstance(call.func, ast.Name) and call.func.id in {"print", "display"} for call in calls):
        return True
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return False
    last = tree.body[-1].value
    if not isinstance(last, ast.Call):
        return not isinstance(last, ast.Constant)
    return ast.unparse(last.func) == "plots.show" or ast.unparse(last.func).startswith(
        ("exercises.", "experiments.", "milestones.")
    )


def in_stored_form(notebook):
    before, after = normalize.normalized_text(notebook.path)
    if before == after:
        return []
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    first = next((number for number, (old, new) in enumerate(lines, start=1) if old != new), 0)
    return [
        f"the file is not in its stored form (first difference in line {first}): {EXECUTE} or `dlcourse normalize`."
    ]


RULES = [executed_in_order, outputs_are_stored, in_stored_form]
