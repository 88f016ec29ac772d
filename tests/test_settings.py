import sys
from pathlib import Path

import pytest

from dlcourse import __version__, installation, settings
from dlcourse.errors import CourseError


def make_course(folder: Path) -> Path:
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "data" / "checksums.sha256").touch()
    return folder


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = make_course(tmp_path / "course")
    monkeypatch.chdir(root / "notebooks")
    monkeypatch.delenv("DLCOURSE_PREDICTIONS", raising=False)
    return root


def test_home_is_the_chosen_folder_and_is_made_on_demand(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "a" / "b"))
    assert settings.home() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_DATA_HOME steers the user's data folder on Linux only")
def test_home_without_a_choice_is_the_systems_folder_for_data(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", " ")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert settings.home() == tmp_path / "dlcourse"


def test_home_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(CourseError, match="Set the environment variable DLCOURSE_HOME to a folder"):
        settings.home()


def test_course_root_is_found_upward_from_a_notebooks_folder(course):
    assert settings.course_root() == course


def test_course_root_of_a_notebook_elsewhere_is_the_folder_around_the_package(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.course_root() == Path(settings.__file__).resolve().parents[1]


def test_data_of_a_chapter_handed_out_alone_lie_beside_it(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "checksums.sha256").touch()
    monkeypatch.chdir(tmp_path)
    assert settings.data_folder() == Path(settings.__file__).resolve().parents[1] / "data"
    (tmp_path / "03_probability_and_mle.ipynb").touch()
    assert settings.data_folder() == tmp_path / "data"


def test_data_of_a_notebook_in_the_course_are_the_courses(course):
    (course / "notebooks" / "03_probability_and_mle.ipynb").touch()
    assert settings.data_folder() == course / "data"


def test_course_toml_beside_a_chapter_handed_out_alone_counts(tmp_path, monkeypatch):
    monkeypatch.delenv("DLCOURSE_PREDICTIONS", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "checksums.sha256").touch()
    (tmp_path / "03_probability_and_mle.ipynb").touch()
    (tmp_path / "course.toml").write_text("[course]\npredictions = false\n")
    monkeypatch.chdir(tmp_path)
    assert not settings.predictions_required()


def test_another_projects_notebooks_and_data_are_not_taken_for_the_course(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert settings.course_root() != tmp_path


def test_course_root_survives_a_deleted_working_directory(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert (settings.course_root() / "notebooks").is_dir()


def test_course_root_that_is_nowhere_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "site-packages" / "dlcourse" / "settings.py"))
    with pytest.raises(CourseError, match="git checkout -- data"):
        settings.course_root()


def test_predictions_are_required_by_default(course):
    assert settings.predictions_required() is True


@pytest.mark.parametrize(("switch", "required"), [("off", False), ("OFF", False), ("on", True), ("", True)])
def test_predictions_follow_the_environment_variable(course, monkeypatch, switch, required):
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", switch)
    assert settings.predictions_required() is required


def test_predictions_follow_the_lecturers_file(course):
    (course / "course.toml").write_text("[course]\npredictions = false\n")
    assert settings.predictions_required() is False


def test_the_environment_variable_overrules_the_lecturers_file(course, monkeypatch):
    (course / "course.toml").write_text("[course]\npredictions = false\n")
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "on")
    assert settings.predictions_required() is True


def test_an_unknown_switch_is_refused(course, monkeypatch):
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "maybe")
    with pytest.raises(CourseError, match="either on or off, but it is set to 'maybe'"):
        settings.predictions_required()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[course\n", "course.toml in the course's folder cannot be read"),
        ('[course]\npredictions = "no"\n', "either true or false"),
        ("course = 3\n", "is a table"),
    ],
)
def test_a_wrong_lecturers_file_is_explained(course, text, message):
    (course / "course.toml").write_text(text)
    with pytest.raises(CourseError, match=message):
        settings.predictions_required()


@pytest.mark.parametrize(("value", "expected"), [("autograde", True), ("generate_assignment", False), (None, False)])
def test_grading_is_what_nbgrader_says(monkeypatch, value, expected):
    if value is None:
        monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    else:
        monkeypatch.setenv("NBGRADER_EXECUTION", value)
    assert settings.grading() is expected


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """The package as a wheel installs it, with the course inside; the working directory is an empty folder."""
    package = tmp_path / "site-packages" / "dlcourse"
    make_course(package / "course")
    for module in (settings, installation):
        monkeypatch.setattr(module, "__file__", str(package / "settings.py"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("DLCOURSE_PREDICTIONS", raising=False)
    return package


def test_the_course_inside_the_package_is_found_from_anywhere(wheel):
    assert settings.course_root() == installation.packaged() == wheel / "course"


def test_a_checkout_around_here_comes_before_the_package_s_course(wheel, course):
    assert settings.course_root() == course


def test_with_a_wheel_course_toml_lies_beside_the_notebooks(wheel):
    Path("course.toml").write_text("[course]\npredictions = false\n")
    assert settings.predictions_required() is False


def test_commands_name_the_wheel_or_the_checkout(wheel, monkeypatch):
    name = f"dlcourse-{__version__}-py3-none-any.whl"
    assert installation.command() == f"python -m pip install {name}"
    assert installation.command("teach") == f'python -m pip install "{name}[teach]"'
    assert installation.add("torch") == "python -m pip install torch"
    monkeypatch.undo()
    assert installation.packaged() is None
    assert installation.command("teach") == 'python -m pip install -c constraints.txt -e ".[teach]"'
    assert installation.add("torch") == "python -m pip install -c constraints.txt torch"
    assert installation.repair() == "git checkout -- data"
