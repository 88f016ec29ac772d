"""The wheel is the whole course: installed in an environment of its own, it works in an empty folder."""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

from dlcourse import __version__, chapter, data_files
from dlcourse.workshop import normalize, uncompared
from tests.installed import REPOSITORY, Installed, build_wheel
from tests.limits import LONGEST
from tests.profiles import by_day

pytest.importorskip("hatchling", reason="the wheel is built with hatchling: install the extra `test` again")
NOTEBOOKS = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def without_torch(wheel, tmp_path_factory):
    return Installed(wheel, tmp_path_factory.mktemp("without"), without="torch")


@pytest.fixture
def fresh(request, tmp_path):
    """An empty folder, and a reader who has done nothing yet."""
    for name in {"installed", "without_torch"} & set(request.fixturenames):
        shutil.rmtree(request.getfixturevalue(name).home, ignore_errors=True)
    return tmp_path


def packaged(installed):
    return installed.packages / "dlcourse" / "course"


def state(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def outputs(path):
    """What the cells show, by their ids, as nbval compares it: without measured times and without a picture's pixels.

    Pixels differ between processors, in the last digit of what they show; the alternative texts say what is there.
    """
    cells = [cell for cell in normalize.read(path)["cells"] if uncompared.TAG not in cell["metadata"].get("tags", [])]
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        output.get("data", {}).pop("image/png", None)
    return {cell["id"]: cell.get("outputs") for cell in cells}


def test_the_wheel_holds_notebooks_and_data_and_no_more_than_that_beside_the_package(wheel):
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
        course = {name.removeprefix("dlcourse/course/") for name in names if name.startswith("dlcourse/course/")}
        for name in sorted(course):
            assert file.read(f"dlcourse/course/{name}") == (REPOSITORY / name).read_bytes(), name
    data = {*data_files.checksums(REPOSITORY / "data"), data_files.CHECKSUMS, "README.md"}
    chapters = {*(f"{stem}.ipynb" for stem in NOTEBOOKS), "running_times.json"}
    assert course == {f"data/{name}" for name in data} | {f"notebooks/{name}" for name in chapters}
    assert {name.partition("/")[0].removeprefix(f"dlcourse-{__version__}.") for name in names} == {
        "dlcourse",
        "data",
        "dist-info",
    }


def test_the_source_distribution_holds_what_the_wheel_is_built_from(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=LONGEST)
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    data = {f"data/{name}" for name in (*data_files.checksums(REPOSITORY / "data"), data_files.CHECKSUMS)}
    notebooks = {f"notebooks/{stem}.ipynb" for stem in NOTEBOOKS}
    assert (
        data | notebooks | {"data/make_data.py", "pyproject.toml", "constraints.txt", "dlcourse/__init__.py"} <= names
    )


def test_it_is_the_wheel_that_runs_and_not_the_checkout(installed, fresh):
    code = "import dlcourse; from dlcourse import settings; print(dlcourse.__file__); print(settings.data_folder())"
    package, data = installed.say(code, fresh).splitlines()
    assert package == str(installed.packages / "dlcourse" / "__init__.py")
    assert data == str(packaged(installed) / "data")


def test_data_sets_and_the_map_and_the_doctor_need_no_folder(installed, fresh):
    code = "from dlcourse import datasets; datasets.load('names'); print(type(datasets.load('kerrich')).__name__)"
    assert installed.say(code, fresh).strip() == "CoinFlips"
    shown = installed.dlcourse("map", cwd=fresh)
    assert shown.returncode == 0, shown.stderr
    assert "03 Probability and maximum likelihood: core" in shown.stdout
    healthy = installed.dlcourse("doctor", cwd=fresh)
    assert healthy.returncode == 0, healthy.stdout
    assert healthy.stdout.splitlines()[-1] == "All is well: you can begin."
    assert list(fresh.iterdir()) == []


@pytest.mark.parametrize("stem", by_day(["03_probability_and_mle"], NOTEBOOKS))
def test_a_lone_notebook_runs_and_shows_what_is_stored(installed, fresh, stem):
    shutil.copy(REPOSITORY / "notebooks" / f"{stem}.ipynb", fresh)
    before = state(packaged(installed))
    run = installed.dlcourse("execute", "--quiet", f"{stem}.ipynb", cwd=fresh)
    assert run.returncode == 0, run.stderr
    assert outputs(fresh / f"{stem}.ipynb") == outputs(REPOSITORY / "notebooks" / f"{stem}.ipynb")
    assert [path.name for path in fresh.iterdir()] == [f"{stem}.ipynb"]
    assert state(packaged(installed)) == before


def test_open_copies_the_notebooks_says_so_and_starts_jupyterlab_there(installed, fresh):
    """In JupyterLab's place, a module of its name tells what it was asked for."""
    stand_in = installed.packages / "jupyterlab.py"
    stand_in.write_text("import json, os, sys; print(json.dumps([os.getcwd(), *sys.argv[1:]]))")
    try:
        run = installed.dlcourse("open", "3", "--no-browser", cwd=fresh)
        folder = fresh / "dlcourse-notebooks"
        assert f"Copied {len(NOTEBOOKS)} notebooks to {folder}: yours to write into." in run.stdout
        started = json.loads(run.stdout.splitlines()[-1])
        assert started[0] == str(folder)
        assert f"--ServerApp.root_dir={folder}" in started
        assert "--LabApp.default_url=/lab/tree/03_probability_and_mle.ipynb" in started
        assert sorted(path.stem for path in folder.glob("*.ipynb")) == NOTEBOOKS
        chosen = fresh / "elsewhere" / "mine"
        run = installed.dlcourse("open", "--folder", chosen, cwd=fresh)
        assert json.loads(run.stdout.splitlines()[-1])[0] == str(chosen)
        run = installed.dlcourse("open", cwd=fresh / "elsewhere")
        assert json.loads(run.stdout.splitlines()[-1])[0] == str(chosen), "the folder that was used last"
        assert run.stdout.count("\n") == 1, "nothing to say the second time"
    finally:
        stand_in.unlink()


SYMLINKS = pytest.mark.skipif(sys.platform == "win32", reason="the environment without PyTorch is made of links")
STOPPING = [stem for stem in NOTEBOOKS if stem not in (*chapter.NEED_TORCH, "00_start_here", "glossary")]


@SYMLINKS
def test_without_pytorch_the_doctor_says_which_chapters_need_it_and_which_run(without_torch, fresh):
    run = without_torch.dlcourse("doctor", cwd=fresh)
    assert run.returncode == 1
    lines = run.stdout.splitlines()
    needing, running = (line for line in lines if "PyTorch: " in line)
    assert needing == f"PROBLEM  PyTorch: it is not installed. {', '.join(chapter.NEED_TORCH)} need it."
    assert lines[lines.index(needing) + 1] == "         To mend it: python -m pip install torch"
    assert all(stem in running for stem in ["00_start_here", *STOPPING])
    assert "ok       Packages: all that the course needs are here." in lines
    assert "ok       Imports: every package can be imported." in lines


@SYMLINKS
@pytest.mark.parametrize("stem", chapter.NEED_TORCH)
def test_without_pytorch_a_chapter_that_needs_it_says_so_in_its_first_cell(without_torch, fresh, stem):
    code = (
        f"from dlcourse import chapter, errors\ntry: chapter.begin('{stem}')\nexcept errors.CourseError as e: print(e)"
    )
    shown = without_torch.say(code, fresh)
    assert shown.startswith(f"Chapter {stem} needs PyTorch, which is not installed: `python -m pip install torch`")


@SYMLINKS
@pytest.mark.parametrize("stem", by_day(["04_linear_regression"], STOPPING))
def test_without_pytorch_the_others_run_up_to_where_it_is_imported(without_torch, fresh, stem):
    path = REPOSITORY / "notebooks" / f"{stem}.ipynb"
    cells = [cell["source"] for cell in normalize.read(path)["cells"]]
    first = next(number for number, source in enumerate(cells, start=1) if source.startswith("import torch\n"))
    shutil.copy(path, fresh)
    run = without_torch.dlcourse("execute", "--quiet", path.name, cwd=fresh)
    assert run.returncode == 1
    assert f"{path.name}, cell {first}, line 1 (`import torch`): ModuleNotFoundError" in run.stderr


def test_the_list_of_chapters_that_need_pytorch_is_right():
    for path in sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb")):
        code = [cell["source"] for cell in normalize.read(path)["cells"] if cell["cell_type"] == "code"]
        imports = [source for source in code if re.search(r"^(import|from) (torch|dlcourse\.pytorch)\b", source, re.M)]
        if path.stem in chapter.NEED_TORCH:
            assert imports == [code[1]], f"{path.stem} stands in chapter.NEED_TORCH: its second cell imports torch"
        else:
            advice = "import torch where it is used first, or enter the chapter in chapter.NEED_TORCH"
            assert code[1] not in imports, f"{path.stem}: {advice}"


def test_what_is_in_the_folder_is_never_copied_over(installed, fresh):
    folder = fresh / "dlcourse-notebooks"
    folder.mkdir()
    (folder / "04_linear_regression.ipynb").write_text("mine")
    before = state(packaged(installed))
    run = installed.dlcourse("normalize", "0", cwd=fresh)
    assert run.returncode == 0, run.stderr
    assert (folder / "04_linear_regression.ipynb").read_text() == "mine"
    assert (folder / "05_softmax_regression.ipynb").is_file()
    assert state(packaged(installed)) == before


def test_execute_runs_the_reader_s_copy_and_not_the_package_s(installed, fresh):
    before = state(packaged(installed))
    run = installed.dlcourse("execute", "--quiet", "glossary", cwd=fresh)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("glossary.ipynb: 0.0 s, unchanged\n")
    assert state(packaged(installed)) == before


def test_a_teacher_makes_a_class_from_the_wheel(installed, fresh):
    pytest.importorskip("nbgrader", reason="nbgrader comes with the extra `teach`")
    (fresh / "course.toml").write_text("[course]\npredictions = false\n")
    run = installed.dlcourse("classroom", "new", "class", "03", cwd=fresh)
    assert run.returncode == 0, run.stderr
    chapter = fresh / "class" / "source" / "03_probability_and_mle"
    assert (chapter / "03_probability_and_mle.ipynb").is_file()
    assert data_files.damaged(chapter / "data") == {}
    assert (chapter / "course.toml").is_file()


def test_what_is_broken_is_mended_by_installing_the_wheel_again(installed, fresh):
    file = packaged(installed) / "data" / "kerrich_1946.csv"
    content = file.read_bytes()
    file.write_bytes(b"altered")
    try:
        said = installed.dlcourse("doctor", cwd=fresh)
        code = "from dlcourse import datasets, errors\ntry: datasets.load('kerrich')\nexcept errors.CourseError as e: "
        shown = installed.say(f"{code}print(e)", fresh)
    finally:
        file.write_bytes(content)
    command = f"python -m pip install --force-reinstall --no-deps dlcourse-{__version__}-py3-none-any.whl"
    assert said.returncode == 1
    assert f"PROBLEM  Data: data/kerrich_1946.csv is altered.\n         To mend it: {command}\n" in said.stdout
    assert "Run commands in the folder of the wheel that you downloaded" in said.stdout
    assert f"`{command}` in the folder of the wheel that you downloaded brings it back." in shown
    assert "git" not in said.stdout + shown
