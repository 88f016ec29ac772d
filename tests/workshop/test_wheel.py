"""The wheel is the whole course: installed in an environment of its own, it works in an empty folder."""

import json
import shutil
import zipfile

import pytest

from dlcourse import __version__, data_files
from dlcourse.workshop import normalize, uncompared
from tests.installed import REPOSITORY, Installed, build_wheel
from tests.profiles import by_day

pytest.importorskip("hatchling", reason="the wheel is built with hatchling: install the extra `test` again")
NOTEBOOKS = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def fresh(installed, tmp_path):
    """An empty folder, and a reader who has done nothing yet."""
    shutil.rmtree(installed.home, ignore_errors=True)
    return tmp_path


def packaged(installed):
    return installed.packages / "dlcourse" / "course"


def state(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def outputs(path):
    """What the cells show, by their ids; measured times are left out."""
    cells = normalize.read(path)["cells"]
    return {cell["id"]: cell.get("outputs") for cell in cells if uncompared.TAG not in cell["metadata"].get("tags", [])}


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
    assert (
        "ok       Data: the files are what the course was written with."
        in installed.dlcourse("doctor", cwd=fresh).stdout
    )
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
        assert f"to {folder}: they are yours to write into." in run.stdout
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
