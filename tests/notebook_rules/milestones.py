"""Milestones: run once in their chapter, before the summary, and stored as a reader without pieces sees them."""

import ast

from tests.notebook_rules.notebook import texts


def milestones_run(cell):
    """The names of the milestones that a cell runs: `milestones.name()`."""
    return [
        node.func.attr
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "milestones"
    ]


def each_milestone_runs_once(notebook):
    known = notebook.definitions.milestones
    found = [(name, cell) for cell in notebook.code_cells for name in milestones_run(cell)]
    names = [name for name, _ in found]
    problems = [
        f"the milestone `{name}` is defined for this chapter and run {names.count(name)} times: run it in one cell."
        for name in known
        if names.count(name) != 1
    ]
    problems += [
        f"{cell} runs the milestone `{name}`, which milestones_of({notebook.stem!r}) does not list."
        for name, cell in found
        if name not in known
    ]
    return problems


def milestones_are_stored_untouched(notebook):
    return [
        f"{cell}: the stored output does not say that 0 of the pieces are the reader's: run `dlcourse execute`."
        for cell in notebook.code_cells
        if milestones_run(cell) and not any(". 0 of " in text and "yours." in text for text in texts(cell))
    ]


RULES = [each_milestone_runs_once, milestones_are_stored_untouched]
