"""What a reader sees when a notebook's first cell runs where something is missing: in a real kernel, one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from dlcourse import chapter
from dlcourse.errors import CourseError
from tests.limits import LONGEST

REPOSITORY = Path(chapter.__file__).resolve().parents[1]
FIRST_CELL = """\
try:
    from dlcourse import chapter
except ModuleNotFoundError:
    raise SystemExit("dlcourse is not installed in this kernel. In the course's folder run: \
python -m pip install -c constraints.txt -e .") from None
chapter.begin("03_probability_and_mle")
"""


def run_begin(folder: Path, python_path: Path | None = None) -> subprocess.CompletedProcess:
    """Run ``chapter.begin`` as a kernel would, in ``folder``, with ``python_path`` before everything installed."""
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"result = shell.run_cell({FIRST_CELL!r})\n"
    )
    environment = dict(os.environ)
    if python_path:
        environment["PYTHONPATH"] = str(python_path)
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )


def sentences(done: subprocess.CompletedProcess) -> str:
    """What was shown: no traceback, and one line."""
    shown = done.stdout.strip()
    assert "Traceback" not in shown + done.stderr
    assert len(shown.splitlines()) == 1, shown
    return shown


def write_package(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(text)


@pytest.fixture
def print_options():
    before = np.get_printoptions()
    yield
    np.set_printoptions(**before)


def test_begin_says_nothing_when_all_is_well(capsys, print_options):
    assert chapter.begin("03_probability_and_mle") is None
    assert capsys.readouterr() == ("", "")


def test_begin_prints_arrays_with_three_digits(print_options):
    chapter.begin("03_probability_and_mle")
    assert str(np.array([1 / 3, 1e-9])) == "[0.333 0.   ]"


def test_begin_works_outside_the_courses_folder(tmp_path):
    done = run_begin(tmp_path)
    assert done.stdout.strip() == ""


def test_an_old_ipywidgets_is_one_sentence(tmp_path):
    write_package(tmp_path / "old", "ipywidgets", '__version__ = "7.8.5"\n')
    shown = sentences(run_begin(tmp_path, tmp_path / "old"))
    assert shown.startswith("dlcourse: Chapter 03_probability_and_mle needs ipywidgets 8, and this kernel has 7.8.5")
    assert "python -m pip install -c constraints.txt -e ." in shown


@pytest.mark.parametrize("package", ["numpy", "matplotlib", "ipywidgets"])
def test_a_package_that_cannot_be_imported_is_one_sentence(tmp_path, package):
    write_package(tmp_path / "broken", package, "raise ImportError('libblas.so.3: cannot open\\nsecond line')\n")
    shown = sentences(run_begin(tmp_path, tmp_path / "broken"))
    assert f"needs {package}, which cannot be imported (ImportError: libblas.so.3: cannot open)" in shown
    assert "python -m pip install -c constraints.txt -e ." in shown


@pytest.mark.parametrize("name", ["numpy", "torch", "matplotlib"])
@pytest.mark.parametrize("text", ["print('mine')", "import absent", "not Python"])
def test_a_file_beside_the_notebook_that_hides_a_package_is_named(tmp_path, name, text):
    (tmp_path / f"{name}.py").write_text(text)
    shown = sentences(run_begin(tmp_path))
    hides = f"dlcourse: {name}.py beside the notebook hides the package {name}."
    assert shown == f"{hides} Give it another name and restart the kernel."


def test_a_folder_beside_the_notebook_that_hides_a_package_is_named(tmp_path):
    write_package(tmp_path, "torch", "")
    assert "torch beside the notebook hides the package torch." in sentences(run_begin(tmp_path))


@pytest.mark.parametrize("text", ["value = 1", "import absent", "not Python"])
def test_a_file_that_hides_a_module_of_python_is_named_when_it_breaks_an_import(tmp_path, text):
    (tmp_path / "fractions.py").write_text(text)  # matplotlib imports it
    shown = sentences(run_begin(tmp_path))
    assert shown.startswith("dlcourse: fractions.py beside the notebook hides Python's own module fractions. Give it")


def test_a_file_that_hides_a_module_of_python_without_harm_is_no_matter(tmp_path):
    (tmp_path / "this.py").write_text("not Python")
    assert run_begin(tmp_path).stdout.strip() == ""


def test_a_harmless_file_is_not_blamed_for_a_broken_package(tmp_path):
    (tmp_path / "this.py").write_text("not Python")
    write_package(tmp_path / "broken", "numpy", "raise ImportError('libblas.so.3: cannot open')\n")
    assert "needs numpy, which cannot be imported (ImportError" in sentences(run_begin(tmp_path, tmp_path / "broken"))


def test_no_data_folder_is_one_sentence(tmp_path):
    (tmp_path / "copy" / "notebooks").mkdir(parents=True)
    # A copy of the package: the place where it lies is searched too.
    write_package(tmp_path / "copy", "dlcourse", '__version__ = "0"\n')
    for name in ("errors.py", "settings.py", "hiding.py", "installation.py", "chapter.py"):
        (tmp_path / "copy" / "dlcourse" / name).write_text((REPOSITORY / "dlcourse" / name).read_text())
    shown = sentences(run_begin(tmp_path / "copy" / "notebooks", tmp_path / "copy"))
    assert shown.startswith("dlcourse: The course's folder was not found")
    assert "git checkout -- data" in shown


def test_a_kernel_without_the_course_is_told_how_to_install_it(tmp_path):
    write_package(tmp_path / "none", "dlcourse", "raise ModuleNotFoundError('No module named dlcourse')\n")
    done = run_begin(tmp_path, tmp_path / "none")
    assert "dlcourse is not installed in this kernel. In the course's folder run:" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_real_kernel_shows_the_sentence_without_a_traceback(tmp_path):
    cell = nbformat.v4.new_code_cell('from dlcourse.errors import CourseError\nraise CourseError("Do this.")')
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(
        notebook, timeout=int(LONGEST), allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "error"
    assert output.traceback == ["dlcourse: Do this."]


def test_a_name_that_is_not_text_is_refused():
    with pytest.raises(CourseError, match="expects the notebook's name"):
        chapter.begin(3)


def test_importing_the_start_up_loads_nothing_heavy():
    code = "import sys, dlcourse.chapter; print({'numpy', 'matplotlib', 'torch', 'ipywidgets'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONGEST, check=True)
    assert done.stdout.strip() == "set()"
