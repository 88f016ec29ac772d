"""Experiments: enough of them, each defined in the package with a prediction, each with a still picture."""

import ast

FEWEST = 2


def experiment_calls(cell):
    """The names of the experiments that a cell calls: `experiments.name(...)`."""
    return [
        node.func.attr
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_experiments(node.func.value)
    ]


def is_experiments(node):
    return isinstance(node, ast.Name) and node.id == "experiments"


def tagged(notebook):
    problems = []
    for cell in notebook.code_cells:
        calls = experiment_calls(cell)
        if calls and "experiment" not in cell.tags:
            problems.append(f"{cell} shows an experiment: give the cell the tag `experiment`.")
        if "experiment" in cell.tags and len(calls) != 1:
            problems.append(f"{cell} has the tag `experiment` and calls {len(calls)} experiments: show one in a cell.")
    return problems


def defined_with_prediction(notebook):
    problems, known = [], notebook.definitions.experiments
    for cell in notebook.code_cells:
        for name in experiment_calls(cell):
            if name not in known:
                problems.append(f"{cell} shows `{name}`, which experiments_of({notebook.stem!r}) does not list.")
            elif getattr(known[name], "prediction", None) is None:
                problems.append(f"{cell} shows `{name}`, which asks for no prediction: give it one.")
    return problems


def still_pictures(notebook):
    return [
        f"{cell} stores no picture of its experiment: run `dlcourse execute`."
        for cell in notebook.code_cells
        if "experiment" in cell.tags
        and not any({"image/png", "text/plain"} <= set(output.get("data", {})) for output in cell.outputs)
    ]


def text_between(notebook):
    problems = []
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if "experiment" in before.tags and cell.is_code:
            problems.append(f"{cell} follows an experiment at once: say first what was seen, and why.")
        if "experiment" in cell.tags and before.is_code:
            problems.append(f"{cell} shows an experiment after code: say first what to look for.")
    return problems


def enough_experiments(notebook):
    shown = {name for cell in notebook.code_cells for name in experiment_calls(cell)}
    problems = []
    if len(shown) < FEWEST:
        problems.append(f"{len(shown)} experiments, but a chapter has at least {FEWEST}.")
    for name in sorted(set(notebook.definitions.experiments) - shown):
        problems.append(f"the experiment `{name}` is defined for this chapter and never shown: show it or remove it.")
    return problems


RULES = [tagged, defined_with_prediction, still_pictures, text_between]
CHAPTER_RULES = [enough_experiments]
