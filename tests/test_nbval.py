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


@pytest.fixture
def project(tmp_path):
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


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


def test_a_stored_notebook_passes_as_it_was_executed(project):
    last = "import os\n'DLCOURSE_HOME' in os.environ"
    path = write(project / "notebooks" / "a.ipynb", "print('hello')\n1 + 1", TABLE, FIGURE, last)
    execute(path, progress=False)
    status, report = compare(project)
    assert status == 0, report
    assert "4 passed" in report


@pytest.mark.parametrize(
    ("source", "change"),
    [
        pytest.param("6 * 7", ("42", "43"), id="text/plain"),
        pytest.param(FIGURE, ("highest 2 at b", "highest 3 at b"), id="a figure's words"),
        pytest.param(TABLE, ("<td>3</td>", "<td>4</td>"), id="text/html"),
        pytest.param("print('loss 0.25')", ("loss 0.25", "loss 0.26"), id="stdout"),
    ],
)
def test_an_output_that_differs_from_the_stored_one_fails(project, source, change):
    path = write(project / "notebooks" / "a.ipynb", source)
    execute(path, progress=False)
    notebook = nbformat.read(path, as_version=4)
    for output in notebook.cells[0].outputs:
        if output.output_type == "stream":
            output.text = output.text.replace(*change)
        else:
            for kind, text in output.data.items():
                output.data[kind] = text.replace(*change)
    nbformat.write(notebook, path)
    status, report = compare(project)
    assert status == 1, report
    assert "1 failed" in report
    assert change[1] in report


def test_a_kernel_that_dies_fails_its_notebook_at_once(project):
    path = write(project / "notebooks" / "dies.ipynb", "1", "import os\nos._exit(1)", "2", "3")
    pretend_executed(path, "1", None, "2", "3")
    status, report = compare(project, f"--nbval-cell-timeout={100 * LONGEST:g}")  # so that waiting for it is noticed
    assert status == 1, report
    assert "1 passed" in report
    assert "the kernel died in this cell" in report


def test_a_loop_that_never_ends_is_interrupted_at_the_time_limit(project):
    path = write(project / "notebooks" / "loop.ipynb", "while True:\n    pass", "2")
    pretend_executed(path, None, "2")
    status, report = compare(project, "--nbval-cell-timeout=3")
    assert status == 1, report
    assert "Timeout of 3 seconds exceeded" in report


def test_each_notebook_gets_an_empty_home_of_its_own(project):
    leave = "from dlcourse import settings\n(settings.home() / 'trace').write_text('here')"
    look = "from dlcourse import settings\nsorted(path.name for path in settings.home().iterdir())"
    execute(write(project / "notebooks" / "a.ipynb", leave), progress=False)
    execute(write(project / "notebooks" / "b.ipynb", look), progress=False)
    status, report = compare(project)
    assert status == 0, report


def test_the_project_compares_every_notebook_with_a_time_limit_on_each_cell():
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "notebooks" in settings["testpaths"]
    assert {"--nbval", "--nbval-cell-timeout=120", "--dist=loadscope"} <= set(settings["addopts"])
    assert not [option for option in settings["addopts"] if "sanitize" in option], "a sanitizer hides differences"
