"""What a code cell may not do: it would print something else at every run, or teach a bad habit."""

import ast
import sys

from dlcourse.workshop.uncompared import TAG

FORBIDDEN_NAMES = {
    "interact": "its output is never the same twice: define an Experiment",
    "interact_manual": "its output is never the same twice: define an Experiment",
    "interactive": "its output is never the same twice: define an Experiment",
    "interactive_output": "its output is never the same twice: define an Experiment",
    "Output": "what goes through an Output widget is not stored: show the value",
    "clear_output": "it makes stored outputs flicker: print once",
    "globals": "it hides where a name comes from: import it",
    "pyplot": "it is not safe in callbacks and keeps figures alive: use dlcourse.plots",
    "pylab": "it is not safe in callbacks and keeps figures alive: use dlcourse.plots",
}
ALLOWED_PACKAGES = {"dlcourse", "numpy", "matplotlib", "torch", *sys.stdlib_module_names}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Random"}
CLOCKS = {
    "time",
    "perf_counter",
    "perf_counter_ns",
    "monotonic",
    "process_time",
    "timeit",
    "repeat",
    "time_ns",
    "now",
    "today",
}


def plain_python(notebook):
    problems = []
    for cell in notebook.code_cells:
        if not cell.source.strip():
            problems.append(f"{cell} is empty: delete it.")
            continue
        if cell.source.rstrip().endswith(";"):
            problems.append(f"{cell} ends with `;`, which hides a result here and not elsewhere: assign it to a name.")
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            problems.append(f"{cell}, line {error.lineno} is not plain Python (a magic such as %%time?): take it out.")
    return problems


def forbidden_names(notebook):
    problems = []
    for cell in notebook.code_cells:
        for name in sorted(set(names_in(cell.tree)) & set(FORBIDDEN_NAMES)):
            problems.append(f"{cell} uses `{name}`: {FORBIDDEN_NAMES[name]}.")
    return problems


def names_in(tree):
    """Yield every name that the code uses, attributes and imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield from alias.name.split(".")
            if isinstance(node, ast.ImportFrom):
                yield from (node.module or "").split(".")


def imports(notebook):
    problems = []
    for cell in notebook.code_cells:
        for module, names in imported(cell.tree):
            package = module.partition(".")[0]
            if package not in ALLOWED_PACKAGES:
                problems.append(f"{cell} imports {package}: a notebook imports dlcourse, NumPy, matplotlib and torch.")
            if "*" in names:
                problems.append(f"{cell} imports everything from {module}: name what you import.")
            private = [name for name in [*module.split("."), *names] if name.startswith("_") and name != "__future__"]
            if private:
                problems.append(f"{cell} imports the private name `{private[0]}`: import public names only.")
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
                problems.append(f"{cell} uses the private name `{node.attr}`: use public names only.")
    return problems


def imported(tree):
    """Yield (module, names) for every import of the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, []
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", [alias.name for alias in node.names]


def seeded_draws(notebook):
    problems = []
    for cell in notebook.code_cells:
        for node in ast.walk(cell.tree):
            if not isinstance(node, ast.Attribute) or node.attr in SEEDED:
                continue
            if ast.unparse(node.value) in {"np.random", "numpy.random", "random"}:
                problems.append(
                    f"{cell} draws from the global generator (`{ast.unparse(node)}`): "
                    "make one with `np.random.default_rng(seed)` and draw from it."
                )
    return problems


def printed_times(notebook):
    """A measured time differs at every run: its cell is tagged so that it is not compared, and nothing else is."""
    problems, timed = [], set()
    for cell in notebook.code_cells:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.FunctionDef) and reads_clock(node, set()):
                timed.add(node.name)
            elif isinstance(node, ast.Assign | ast.AugAssign) and reads_clock(node.value, timed):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                timed |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        shows_time = any(reads_clock(shown, timed) for shown in shown_by(cell.tree))
        if shows_time and TAG not in cell.tags:
            problems.append(f"{cell} shows a measured time: show a comparison, or give the cell the tag `{TAG}`.")
        if (TAG in cell.tags and not shows_time) or "NBVAL" in cell.source:
            problems.append(f"{cell} is left out of the comparison and shows no measured time: let it be compared.")
    return problems


def shown_by(tree):
    """Yield the expressions that a cell shows: what it prints, and its last line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "display"}:
            yield from node.args
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        yield tree.body[-1].value


def reads_clock(node, timed):
    """Whether a value comes from a clock or from one of the names in ``timed``; a comparison is no longer a time."""
    if isinstance(node, ast.Compare):
        return False
    if isinstance(node, ast.Name) and node.id in timed:
        return True
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        if name in CLOCKS:
            return True
    return any(reads_clock(child, timed) for child in ast.iter_child_nodes(node))


RULES = [plain_python, forbidden_names, imports, seeded_draws, printed_times]
