"""Who may import whom (the table of the design), proved on the syntax tree of every module, lazy imports included."""

import ast
import graphlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "dlcourse"
LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 30  # lines of the body, docstring left out
LONGER_FOR_A_REASON: dict[str, str] = {}  # "folder/module.py" or "folder/module.py:function" -> why
# What the package needs when it is loaded.
NEEDED = "numpy, numpy.random, numpy.typing, __future__, pathlib, string, tomllib, traceback"


@dataclass(frozen=True)
class May:
    """What a folder may import: parts of dlcourse and other packages, when it is loaded or only inside a function."""

    inside: frozenset[str] = frozenset()
    inside_lazily: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    outside_lazily: frozenset[str] = frozenset()


def words(text=""):
    return frozenset(text.split())


TABLE = {
    "root": May(
        words("root"),
        # chapter.begin and the loaders of data sets; platformdirs and tqdm where a reader's folder or a bar is needed;
        # safetensors where a checkpoint is written or read, torch where it holds PyTorch's tensors
        outside=words("numpy"),
        outside_lazily=words("sklearn filelock platformdirs tqdm safetensors torch IPython matplotlib ipywidgets"),
    ),
    "scratch": May(words("root scratch"), outside=words("numpy")),
    # weights are read from safetensors; torchvision, which the course does without, where a reader asks for its ResNet
    "pytorch": May(
        words("root pytorch"), outside=words("torch numpy"), outside_lazily=words("safetensors torchvision")
    ),
    # cycler comes with matplotlib: its colour cycle is one
    "plots": May(words("root plots"), outside=words("matplotlib cycler numpy"), outside_lazily=words("IPython")),
    "experiments": May(
        words("root plots page experiments"),
        words(),
        # traitlets is what widgets are made of; Pillow writes still pictures
        words("ipywidgets anywidget traitlets matplotlib numpy PIL"),
        words("IPython"),
    ),
    # what runs in the browser, for whoever shows a widget; it makes none itself
    "page": May(words("page")),
    # verdict_widget is made of anywidget, and is loaded only where a kernel shows a verdict
    "exercises": May(
        words("root scratch page exercises"),
        # cloudpickle sends the reader's function by value to the worker process, which loky starts
        outside=words("numpy anywidget traitlets cloudpickle"),
        outside_lazily=words("IPython loky"),
    ),
    # a chapter's room: what its notebook shows and asks; torch as a peer to compare with, where a picture asks for it,
    # and where an exercise on PyTorch runs
    "chapters": May(
        words("root scratch plots experiments exercises chapters"),
        words("pytorch"),
        words("numpy matplotlib"),
        words("torch"),
    ),
    "workshop": May(
        words("root workshop"),
        words("chapters classroom site"),  # the command dlcourse holds the teacher's commands too, and builds the page
        words("nbformat nbclient tqdm"),
        words("packaging jupyter_core jupyter_client jupyter_server"),
    ),
    # the course as a web page: recorded experiments and what Sphinx makes of the notebooks
    "site": May(
        words("root page plots experiments exercises chapters site"),
        outside=words("numpy nbformat"),
        # Sphinx runs in a process of its own, with what latex2mathml and docutils do for it; Pillow writes pictures
        outside_lazily=words("PIL pygments latex2mathml docutils"),
    ),
    # a Jupyter server loads it at its start: nothing else is loaded with it
    "server": May(words("root server")),
    # nbgrader's preprocessors are subclassed; the rest is what they are made of. What a check hands in is judged here
    "classroom": May(
        words("root page exercises classroom"),
        words("chapters"),
        words("nbgrader nbformat nbclient jupyter_core traitlets"),
        words("pygments"),  # colours in the teachers' manual
    ),
}


@dataclass(frozen=True)
class Import:
    module: str  # dotted name of the importing module
    target: str  # dotted name of what is imported; for dlcourse, down to the submodule
    line: int
    lazy: bool  # inside a function, or only for type checkers
    typing: bool  # only for type checkers: it never happens


def modules_of(package):
    """Every module of a package by its dotted name."""
    names = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(package):
    """Every import statement of a package, wherever in a file it stands."""
    modules = modules_of(package)
    found = []
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, lazy, typing in import_nodes(tree):
            targets = targets_of(node, name, path.name == "__init__.py", modules)
            found += [Import(name, target, node.lineno, lazy or typing, typing) for target in targets]
    return found


def import_nodes(node, lazy=False, typing=False):
    for child in ast.iter_child_nodes(node):
        inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checking = typing or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy, typing
        yield from import_nodes(child, inside, checking)


def targets_of(node, importer, is_package, modules):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    source = node.module or ""
    if node.level:
        base = importer.split(".")[: len(importer.split(".")) - node.level + is_package]
        source = ".".join([*base, *([source] if source else [])])
    return [f"{source}.{alias.name}" if f"{source}.{alias.name}" in modules else source for alias in node.names]


def layer_of(module, package_name):
    """The folder of a module of the package: "root" for those directly in it."""
    parts = module.split(".")
    assert parts[0] == package_name
    return parts[1] if len(parts) > 1 and (parts[1] in TABLE or len(parts) > 2) else "root"


def room_of(module):
    """The folder inside a layer in which a module stands; "" for those directly in the layer."""
    return ".".join(module.split(".")[1:3]) if module.count(".") > 2 else ""


def forbidden_imports(package):
    problems = []
    for found in imports_of(package):
        layer = layer_of(found.module, package.name)
        if layer not in TABLE:
            problems.append(f"the folder {layer} is not in the table: add a row that says what it may import")
            continue
        may, name = TABLE[layer], found.target.partition(".")[0]
        if name == package.name:
            name = layer_of(found.target, package.name)
            allowed, lazily = may.inside, may.inside_lazily
        elif name in sys.stdlib_module_names:
            continue
        else:
            allowed, lazily = may.outside, may.outside_lazily
        rooms = found.module.split(".")[2:3], found.target.split(".")[2:3]
        if layer == name == "chapters" and all(rooms) and rooms[0] != rooms[1]:
            problems.append(
                f"{found.module}, line {found.line}: chapter {rooms[0][0]} may not import chapter {rooms[1][0]}"
            )
        if name not in allowed and not (found.lazy and name in lazily):
            how = " when it is loaded (inside a function it may)" if name in lazily else ""
            problems.append(f"{found.module}, line {found.line}: {layer} may not import {name}{how}")
    return problems


def cycles(package):
    """Modules and folders that import each other, also inside functions; what type checkers alone read is left out."""
    modules, layers, rooms = {}, {}, {}
    for found in imports_of(package):
        if found.target.partition(".")[0] != package.name or found.target == found.module:
            continue
        if not found.typing:
            modules.setdefault(found.module, set()).add(found.target)
            room, other = (room_of(each) for each in (found.module, found.target))
            if room and other and room != other:
                rooms.setdefault(room, set()).add(other)
        layer, target = layer_of(found.module, package.name), layer_of(found.target, package.name)
        if layer != target:
            layers.setdefault(layer, set()).add(target)
    problems = []
    for graph in (modules, layers, rooms):
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            problems.append(" -> ".join(error.args[1]))
    return problems


def pyplot_uses(package):
    return [f"{found.module}, line {found.line}" for found in imports_of(package) if "pyplot" in found.target] + [
        f"{name}: names pyplot"
        for name, path in modules_of(package).items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr == "pyplot")
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "pyplot" for alias in node.names))
    ]


def functions_of(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_length(function):
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def too_long(package, exceptions=LONGER_FOR_A_REASON):
    problems = []
    for path in modules_of(package).values():
        name, text = path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        if lines > LONGEST_MODULE and name not in exceptions:
            problems.append(f"{name} has {lines} lines, the limit is {LONGEST_MODULE}: does it hold two ideas?")
        for function in functions_of(ast.parse(text)):
            length = body_length(function)
            if length > LONGEST_FUNCTION and f"{name}:{function.name}" not in exceptions:
                problems.append(f"{name}:{function.name} has {length} lines, the limit is {LONGEST_FUNCTION}")
    return problems


def undocumented(package):
    problems = []
    for path in modules_of(package).values():
        name, tree = path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        if ast.get_docstring(tree) is None:
            problems.append(f"{name} has no docstring")
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list):
                continue  # the implementation below it has the docstring
            if ast.get_docstring(node) is None:
                problems.append(f"{name}:{node.name} has no docstring")
    return problems


def as_list(problems):
    return "\n" + "\n".join(f"- {problem}" for problem in problems)


def test_every_folder_imports_only_what_the_table_allows():
    problems = forbidden_imports(PACKAGE)
    assert not problems, as_list(problems)


def test_no_modules_and_no_folders_import_each_other_in_a_circle():
    assert not cycles(PACKAGE), as_list(cycles(PACKAGE))


@pytest.mark.parametrize("folder", ["experiments", "plots", "exercises", "scratch"])
def test_pyplot_is_used_nowhere(folder):
    problems = [use for use in pyplot_uses(PACKAGE) if use.startswith(f"dlcourse.{folder}")]
    assert not problems, as_list(problems)


def test_modules_and_functions_are_short():
    assert not too_long(PACKAGE), as_list(too_long(PACKAGE))


def unfounded(exceptions, package):
    """What is wrong with exceptions to the length: of what is gone, is short by now, or has no reason."""
    problems = [f"{name}: say why it is longer" for name, reason in exceptions.items() if len(reason) <= 20]
    long = {problem.split(" has ")[0] for problem in too_long(package, {})}
    return problems + [f"{name} is not too long, or gone: remove it" for name in exceptions if name not in long]


def test_an_exception_to_the_length_is_still_needed_and_has_a_reason():
    problems = unfounded(LONGER_FOR_A_REASON, PACKAGE)
    assert not problems, as_list(problems)


def test_an_exception_to_the_length_without_need_or_reason_is_noticed(tmp_path):
    package = built(tmp_path, scratch_a="x = 1\n" * (LONGEST_MODULE + 1), scratch_b="x = 1")
    reason = "a table that reads best in one piece"
    assert unfounded({"scratch/a.py": reason}, package) == []
    assert len(unfounded({"scratch/a.py": "long"}, package)) == 1
    assert len(unfounded({"scratch/b.py": reason, "scratch/c.py": reason}, package)) == 2


def test_every_public_function_and_class_has_a_docstring():
    assert not undocumented(PACKAGE), as_list(undocumented(PACKAGE))


@pytest.mark.parametrize(
    "module",
    [
        "dlcourse",
        "dlcourse.scratch",
        "dlcourse.scratch.probability",
        "dlcourse.chapter",
        "dlcourse.chapters.start_here.exercises",
    ],
)
def test_an_import_loads_nothing_heavy(module):
    heavy = ["torch", "matplotlib", "ipywidgets", "sklearn", "IPython", "anywidget", "pandas", "scipy"]
    code = f"import sys, {module}; print(*[name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [], f"import {module} loads {run.stdout}"


def test_the_package_loads_nothing_beside_numpy_but_itself_and_small_parts_of_the_standard_library():
    """How long that takes is measured by benchmarks/import_time.py."""
    code = (
        f"import sys, {NEEDED}; before = set(sys.modules); "
        "import dlcourse.chapter, dlcourse.scratch.probability; print(*set(sys.modules) - before)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in run.stdout.split()} == {"dlcourse"}


# ---- The checkers notice what they should, in a small package built for it.


def built(tmp_path, **files):
    package = tmp_path / "dlcourse"
    for name, text in {"__init__": '"""Package."""', **files}.items():
        path = package / (name.replace("__init__", "%").replace("_", "/", 1).replace("%", "__init__") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for folder in {*package.glob("*/"), package / "plots"}:
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text('"""Folder."""')
    return package


@pytest.mark.parametrize(
    ("name", "text", "words_of_problem"),
    [
        ("scratch_a", "import torch", "scratch may not import torch"),
        ("scratch_a", "def f():\n    import torch", "scratch may not import torch"),
        ("scratch_a", "from dlcourse.plots import style", "scratch may not import plots"),
        ("scratch_a", "from .. import plots", "scratch may not import plots"),
        ("scratch_a", "from ..plots import style", "scratch may not import plots"),
        ("chapters_a", "import dlcourse.pytorch.steps", "chapters may not import pytorch when it is loaded"),
        ("exercises_a", "import IPython", "exercises may not import IPython when it is loaded"),
        ("exercises_a", "try:\n    import IPython\nexcept ImportError:\n    pass", "may not import IPython"),
        ("plots_a", "import scipy", "plots may not import scipy"),
        ("games_a", "import numpy", "the folder games is not in the table"),
    ],
)
def test_a_forbidden_import_is_noticed(tmp_path, name, text, words_of_problem):
    package = built(tmp_path, **{name: text})
    assert any(words_of_problem in problem for problem in forbidden_imports(package)), forbidden_imports(package)


def test_a_lazy_import_is_allowed_where_the_table_says_so(tmp_path):
    texts = {"exercises_a": "def f():\n    import IPython", "chapters_a": "def f():\n    import dlcourse.pytorch.steps"}
    assert forbidden_imports(built(tmp_path, **texts)) == []


def test_a_room_that_imports_another_is_noticed(tmp_path):
    package = built(tmp_path, chapters_a="import dlcourse.chapters.b", chapters_b="")
    (problem,) = forbidden_imports(package)
    assert "chapter a may not import chapter b" in problem


def test_a_circle_of_modules_is_noticed(tmp_path):
    package = built(tmp_path, scratch_a="from dlcourse.scratch import b", scratch_b="import dlcourse.scratch.a")
    assert len(cycles(package)) == 1


def test_a_circle_of_modules_is_noticed_even_when_one_import_is_lazy(tmp_path):
    package = built(
        tmp_path, scratch_a="from dlcourse.scratch import b", scratch_b="def f():\n    import dlcourse.scratch.a"
    )
    assert len(cycles(package)) == 1


def test_a_circle_of_folders_is_noticed_even_when_one_import_is_lazy(tmp_path):
    texts = {
        "scratch_a": "import dlcourse.plots.b",
        "plots_b": "",
        "plots_c": "def f():\n    import dlcourse.scratch.a",
    }
    assert cycles(built(tmp_path, **texts)) in (["plots -> scratch -> plots"], ["scratch -> plots -> scratch"])


def test_a_circle_of_rooms_in_one_folder_is_noticed(tmp_path):
    texts = {
        "exercises_one/a": "import dlcourse.exercises.two.b",
        "exercises_two/b": "",
        "exercises_two/c": "import dlcourse.exercises.one.a",
    }
    rooms = ["exercises.one", "exercises.two"]
    assert cycles(built(tmp_path, **texts)) in (
        [" -> ".join([*rooms, rooms[0]])],
        [" -> ".join([*rooms[::-1], rooms[1]])],
    )


@pytest.mark.parametrize(
    "text", ["import matplotlib.pyplot as plt", "from matplotlib import pyplot", "import matplotlib\nmatplotlib.pyplot"]
)
def test_pyplot_is_noticed(tmp_path, text):
    assert pyplot_uses(built(tmp_path, plots_a=text))


def test_long_functions_and_modules_are_noticed(tmp_path):
    body = "\n".join(["    x = 1"] * 31)
    long = built(tmp_path / "long", plots_a=f"def f():\n{body}", plots_b="x = 1\n" * 301)
    assert len(too_long(long)) == 2
    docstring = '    """' + "\n" * 40 + '    """\n'
    short = built(tmp_path / "short", plots_a=f"def f():\n{docstring}{body[:-10]}")
    assert too_long(short) == []


def test_a_missing_docstring_is_noticed(tmp_path):
    package = built(tmp_path, plots_a='"""Module."""\ndef f():\n    pass\ndef _g():\n    pass\nclass C:\n    pass')
    assert undocumented(package) == ["plots/a.py:f has no docstring", "plots/a.py:C has no docstring"]
