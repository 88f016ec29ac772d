"""The regression run sees what it should: real notebooks, in a real pytest with this project's own settings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse.workshop.execute import execute
from tests.limits import LONGEST

ROOT = Path(__file__).resolve().parents[1]
TABLE = """class Table:
    def __init__(self, number):
        self.number = number
    def __repr__(self):
        return "a table"
    def _repr_html_(self):
        return f"<table><tr><td>{self.number}</td></tr></table>"
Table(3)"""
FIGURE = "from dlcourse import plots\nplots.show(plots.bars([1, 2], ['a', 'b'], title='Heights'))"


def write(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def project(folder):
    """A folder with this project's settings and notebooks of its own."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "notebooks").mkdir()
    return folder


def compare(project, *options):
    """Run the project's notebooks as the test command does; return the exit status and the report."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--numprocesses=0", "-p", "no:cacheprovider", *options, "notebooks"]
    run = subprocess.run(
        command, cwd=project, env=inherited | {"NO_COLOR": "1"}, capture_output=True, text=True, timeout=LONGEST
    )
    return run.returncode, run.stdout + run.stderr


def pretend_executed(path, *texts):
    """Store an execution count and a result for each code cell without running it."""
    notebook = nbformat.read(path, as_version=4)
    for count, (cell, text) in enumerate(zip(notebook.cells, texts, strict=True), start=1):
        cell.execution_count = count
        if text is not None:
            result = nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=count)
            cell.outputs = [result]
    nbformat.write(notebook, path)


CHANGES = {
    "text/plain": ("6 * 7", "42", "43"),
    "a figure's words": (FIGURE, "highest 2 at b", "highest 3 at b"),
    "text/html": (TABLE, "<td>3</td>", "<td>4</td>"),
    "stdout": ("print('loss 0.25')", "loss 0.25", "loss 0.26"),
}


def replaced(cell, old, new):
    for output in cell.outputs:
        if output.output_type == "stream":
            output.text = output.text.replace(old, new)
        else:
            for kind, text in output.data.items():
                output.data[kind] = text.replace(old, new)


def test_stored_notebooks_pass_as_they_were_executed_and_each_gets_an_empty_home_of_its_own(tmp_path):
    folder = project(tmp_path)
    leave = "from dlcourse import settings\n(settings.home() / 'trace').write_text('here')"
    look = "from dlcourse import settings\nsorted(path.name for path in settings.home().iterdir())"
    own = "import os\n'DLCOURSE_HOME' in os.environ"
    execute(write(folder / "notebooks" / "a.ipynb", "print('hello')\n1 + 1", TABLE, FIGURE, own, leave), progress=False)
    execute(write(folder / "notebooks" / "b.ipynb", look), progress=False)
    status, report = compare(folder)
    assert status == 0, report
    assert "6 passed" in report


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """The report on a notebook in which each stored output differs in one place, and on one whose kernel dies."""
    folder = project(tmp_path_factory.mktemp("failing"))
    path = write(folder / "notebooks" / "differs.ipynb", *(source for source, _, _ in CHANGES.values()))
    execute(path, progress=False)
    notebook = nbformat.read(path, as_version=4)
    for cell, (_, old, new) in zip(notebook.cells, CHANGES.values(), strict=True):
        replaced(cell, old, new)
    nbformat.write(notebook, path)
    pretend_executed(write(folder / "notebooks" / "dies.ipynb", "1", "import os\nos._exit(1)", "2"), "1", None, "2")
    return compare(folder, f"--nbval-cell-timeout={100 * LONGEST:g}")  # so that waiting for a dead kernel is noticed


@pytest.mark.parametrize("number", range(len(CHANGES)), ids=CHANGES)
def test_an_output_that_differs_from_the_stored_one_fails(failing, number):
    status, report = failing
    assert status == 1, report
    assert f"FAILED notebooks/differs.ipynb::Cell {number}" in report
    assert list(CHANGES.values())[number][2] in report


def test_a_kernel_that_dies_fails_its_notebook_at_once(failing):
    _, report = failing
    assert "1 passed" in report
    assert "the kernel died in this cell" in report


def test_a_loop_that_never_ends_is_interrupted_at_the_time_limit(tmp_path):
    folder = project(tmp_path)
    path = write(folder / "notebooks" / "loop.ipynb", "while True:\n    pass", "2")
    pretend_executed(path, None, "2")
    status, report = compare(folder, "--nbval-cell-timeout=3")
    assert status == 1, report
    assert "Timeout of 3 seconds exceeded" in report


def test_the_project_compares_every_notebook_with_a_time_limit_on_each_cell():
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "notebooks" in settings["testpaths"]
    assert {"--nbval", "--nbval-cell-timeout=600", "--dist=loadscope"} <= set(settings["addopts"])
    assert not [option for option in settings["addopts"] if "sanitize" in option], "a sanitizer hides differences"
