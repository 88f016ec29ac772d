"""The commands of a teacher: what they say when something is missing, and what happens at the second time."""

import os
import shutil
import subprocess
import sys
import warnings

import nbformat
import pytest

from dlcourse.classroom import collecting
from dlcourse.classroom.creation import CONFIG
from dlcourse.errors import CourseError
from dlcourse.workshop import cli
from tests.chapters.test_solved_notebooks import nbgrader_of
from tests.classroom.submissions import (
    CHAPTER,
    GRADED,
    PATIENT,
    dlcourse,
    dlcourse_alone,
    hand_in,
    points_by_exercise,
    right,
)

FILE = f"{CHAPTER}.ipynb"


def keep_first_exercise(path):
    """The teacher's copy, cut down to what the first exercise needs: grading is then quick."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[1].source = "from dlcourse.chapters.probability_and_mle import exercises"
    notebook.cells = code[:2] + [cell for cell in code if nbgrader_of(cell)][:2]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A class whose only chapter has one exercise, released; never changed by a test."""
    folder = tmp_path_factory.mktemp("class")
    assert dlcourse_alone("new", folder, "03", cwd=folder, home=folder).returncode == 0
    keep_first_exercise(folder / "source" / CHAPTER / FILE)
    with (folder / CONFIG).open("a") as config:
        config.write(PATIENT)
    run = dlcourse_alone("release", "03", "--due", "2026-03-01 18:00 +0100", cwd=folder, home=folder)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().endswith(str(folder / "release" / CHAPTER))
    return folder


@pytest.fixture
def classroom(released, tmp_path):
    return shutil.copytree(released, tmp_path / "class")


@pytest.fixture
def refusal(monkeypatch, capsys):
    """Run a command that is refused, in a folder, and return what it says: one sentence."""

    def run(*arguments, cwd):
        monkeypatch.chdir(cwd)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own, when it is imported
            assert cli.main(["classroom", *map(str, arguments)]) == 1
        said = capsys.readouterr().err
        assert said.startswith("dlcourse: ")
        assert said.count("\n") == 1
        return said

    return run


def test_new_makes_the_source_of_each_chapter_with_its_data_and_adds_nothing_twice(tmp_path):
    folder = tmp_path / "class"
    run = dlcourse("new", folder, cwd=tmp_path, home=tmp_path)
    assert run.stdout == f"{folder}: added {', '.join(sorted(GRADED))}\n"
    for chapter in GRADED:
        assert (folder / "source" / chapter / f"{chapter}.ipynb").is_file()
        assert (folder / "source" / chapter / "data" / "checksums.sha256").is_file()
    (folder / "source" / CHAPTER / FILE).write_text("the teacher's own")
    own = (folder / CONFIG).read_text() + "# the teacher's own"
    (folder / CONFIG).write_text(own)
    assert "nothing to add" in dlcourse("new", folder, cwd=tmp_path, home=tmp_path).stdout
    assert (folder / "source" / CHAPTER / FILE).read_text() == "the teacher's own"
    assert (folder / CONFIG).read_text() == own


def test_a_folder_with_settings_of_another_class_is_refused_with_the_remedy(tmp_path, refusal):
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    said = refusal("new", tmp_path, "03", cwd=tmp_path)
    assert "without the course's settings" in said
    assert "`nbgrader_settings.apply(c, Path(__file__).parent)`" in said
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG]


@pytest.mark.parametrize("earlier", [True, False])
def test_what_nbgrader_would_empty_is_not_released(classroom, refusal, earlier):
    """nbgrader's own settings cut solutions out; the course's notebooks hold stubs, which would be gone."""
    folder = classroom / "release" / CHAPTER
    before = {path.name: path.read_bytes() for path in folder.glob("*.ipynb")} if earlier else {}
    if not earlier:
        shutil.rmtree(folder)
    (classroom / CONFIG).write_text("c = get_config()\nc.CourseDirectory.course_id = 'dlcourse'\n")
    said = refusal("release", "03", cwd=classroom)
    assert (
        "Nothing was released: nbgrader would change 1 cells of 03_probability_and_mle, such as 'gaussian_pdf'" in said
    )
    assert {path.name: path.read_bytes() for path in folder.glob("*.ipynb")} == before
    assert folder.exists() == earlier


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "03"], "is no class"),
        (["new", "class", "99"], "There are: 00_start_here, "),
        (["new", "file"], "Choose another folder"),
    ],
)
def test_a_wrong_place_or_chapter_is_named_in_a_sentence(tmp_path, refusal, arguments, words):
    (tmp_path / "file").touch()
    assert words in refusal(*arguments, cwd=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "99"], "It has: 03_probability_and_mle"),
        (["release", "03", "--due", "soon"], "is no date"),
        (["collect", "03", "nowhere"], "There is no folder nowhere"),
        (["collect", "03", "release/03_probability_and_mle/data"], "holds no folders"),
        (["grade", "03", "--student", "Ada"], "was collected from Ada"),
        (["feedback", "03"], "No submission of 03_probability_and_mle is graded yet"),
        (["points", "03"], "was collected yet"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(released, refusal, arguments, words):
    assert words in refusal(*arguments, cwd=released)


def test_a_chapter_must_be_released_before_it_is_collected(classroom, refusal):
    shutil.rmtree(classroom / "release")
    said = refusal("collect", "03", "in", cwd=classroom)
    assert "was not released yet: `dlcourse classroom release 03`" in said


def test_a_fault_in_the_teachers_settings_is_said_in_a_sentence(classroom, refusal):
    (classroom / CONFIG).write_text("c.Execute.timeout = ")
    assert f"{CONFIG} has a fault: SyntaxError" in refusal("release", "03", cwd=classroom)


def test_without_nbgrader_the_command_says_how_to_install_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    assert cli.main(["classroom", "new", str(tmp_path / "class")]) == 1
    assert '-e ".[teach]"' in capsys.readouterr().err


def test_the_help_loads_no_nbgrader_and_says_that_students_code_is_not_sandboxed():
    code = (
        "import sys\nfrom dlcourse.workshop import cli\n"
        "try:\n    cli.main(['classroom', '--help'])\nexcept SystemExit:\n    print('nbgrader' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "throw-away account" in " ".join(run.stdout.split())
    assert run.stdout.endswith("False\n")


def test_a_later_version_is_graded_anew_and_a_known_one_is_not(classroom, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(classroom)
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))

    def command(*arguments):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own
            assert cli.main(["classroom", *map(str, arguments)]) == 0
        return capsys.readouterr().out

    def points():
        command("points", "03", "--csv", tmp_path / "points.csv")
        return points_by_exercise(tmp_path / "points.csv")["Ada _1_"]

    stub = nbformat.read(classroom / "release" / CHAPTER / FILE, as_version=4)
    folder = tmp_path / "in"
    hand_in(folder, "Ada [1]", stub)
    os.utime(folder / "Ada [1]" / FILE, (0, 1772389800))  # 2026-03-01 18:30 UTC, an hour and a half late
    assert command("collect", "03", folder).startswith("1 students, 1 new or changed, 0 with a problem")
    assert "Ada _1_: graded" in command("grade", "03")
    assert (points()["total"], points()["note"]) == ("0", "1.5 h late")
    assert command("collect", "03", folder).startswith("1 students, 0 new or changed")
    assert "Ada _1_: was graded already" in command("grade", "03")

    hand_in(folder, "Ada [1]", right(stub))
    (folder / "Ada [1]" / "timestamp.txt").write_text("2026-03-01 16:00:00 UTC")
    (folder / "Ada [1]" / "random.py").write_text("raise RuntimeError")  # must not stand in the way of Python's own
    assert command("collect", "03", folder).startswith("1 students, 1 new or changed")
    assert "Ada _1_: graded" in command("grade", "03")
    assert (points()["gaussian_pdf"], points()["total"], points()["note"]) == ("2", "2", "")
    assert "Ada _1_: graded" in command("grade", "03", "--student", "Ada _1_", "--again")


def test_a_submission_that_runs_too_long_altogether_is_stopped(classroom, tmp_path):
    with (classroom / CONFIG).open("a") as config:
        config.write("\nc.ExecuteSubmission.submission_seconds = 3\n")
    notebook = right(nbformat.read(classroom / "release" / CHAPTER / FILE, as_version=4))
    notebook.cells[2].source += "\n\nimport time\ntime.sleep(60)"
    hand_in(tmp_path / "in", "Ada", notebook)
    assert dlcourse("collect", "03", tmp_path / "in", cwd=classroom, home=tmp_path).returncode == 0
    assert dlcourse("grade", "03", cwd=classroom, home=tmp_path).returncode == 0
    graded = nbformat.read(classroom / "autograded" / "Ada" / CHAPTER / FILE, as_version=4)
    assert graded.cells[-1].outputs[-1].evalue.startswith("The submission ran longer than 3 s altogether.")
    dlcourse("points", "03", "--csv", tmp_path / "points.csv", cwd=classroom, home=tmp_path)
    assert points_by_exercise(tmp_path / "points.csv")["Ada"]["total"] == "0"


# Collecting, without a kernel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 18:00 +0100", "2026-03-01 17:00:00 UTC"),
        ("2026-03-01T18:00:30-05:00", "2026-03-01 23:00:30 UTC"),
        ("2026-03-01 18:00:00.5 UTC", "2026-03-01 18:00:00 UTC"),
        ("2026-03-01 18:00", "2026-03-01 18:00:00 UTC"),
    ],
)
def test_times_are_read_with_their_zone(text, expected):
    assert collecting.as_utc(text) == expected


def test_a_notebook_under_another_name_is_found(tmp_path):
    for number, name in enumerate(("03 (1).ipynb", "sub/03_probability_and_mle-Copy1.ipynb")):
        student = tmp_path / f"student{number}"
        (student / name).parent.mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(), student / name)
        collected = collecting.collect(student.name, student, CHAPTER, tmp_path / "submitted" / student.name)
        assert collected == collecting.Collected(student.name, changed=True)
        assert (tmp_path / "submitted" / student.name / FILE).read_bytes() == (student / name).read_bytes()


def test_the_notebook_with_the_right_name_counts_and_checkpoints_do_not(tmp_path):
    for name in (FILE, "03 old.ipynb", f".ipynb_checkpoints/{FILE}"):
        (tmp_path / "Ada" / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(metadata={"title": name}), tmp_path / "Ada" / name)
    collecting.collect("Ada", tmp_path / "Ada", CHAPTER, tmp_path / "submitted")
    assert nbformat.read(tmp_path / "submitted" / FILE, as_version=4).metadata.title == FILE


def test_no_notebook_and_several_are_problems_that_are_named(tmp_path):
    (tmp_path / "Ada").mkdir()
    assert "no notebook" in collecting.collect("Ada", tmp_path / "Ada", CHAPTER, tmp_path / "submitted").problem
    for name in ("03 a.ipynb", "03 b.ipynb"):
        (tmp_path / "Ada" / name).touch()
    problem = collecting.collect("Ada", tmp_path / "Ada", CHAPTER, tmp_path / "submitted").problem
    assert "several notebooks (03 a.ipynb, 03 b.ipynb)" in problem
    assert not (tmp_path / "submitted").exists()


def test_two_students_whose_names_would_become_one_are_refused(tmp_path):
    with pytest.raises(CourseError, match="rename one of the folders"):
        collecting.names_of([tmp_path / "Ada [1]", tmp_path / "Ada *1*"])
