"""nbgrader, end to end, on whole chapters: what each kind of answer earns."""

import re
from html import unescape

import nbformat
import pytest

from dlcourse.chapters import exercises_of
from dlcourse.classroom.creation import CONFIG
from dlcourse.exercises.showing.verdict import sentences_as_html
from tests.chapters.test_solved_notebooks import nbgrader_of
from tests.classroom import submissions, test_points_file
from tests.classroom.submissions import CHAPTER, GRADED, answer, dlcourse, hand_in, right, wrong_answers
from tests.profiles import by_day

# Chapter 3 whole, and chapter 10, whose answers are graphs and whose readers have numbers of their own; at night all.
TRIED = by_day([CHAPTER, "10_backpropagation"], GRADED)
TRIED_WRONG = by_day(["10_backpropagation"], GRADED)


def most(chapter):
    return {task.name: task.points for task in exercises_of(chapter)}


def handed_in(folder, chapter, handed_out):
    """Write two submissions of a chapter: all answers right, and (by day of one chapter alone) known mistakes."""
    hand_in(folder, "all right", right(handed_out, chapter), chapter)
    if chapter not in TRIED_WRONG:
        return
    wrong = right(handed_out, chapter)
    for name, (_, source) in wrong_answers(chapter).items():
        answer(wrong, name, source)
    hand_in(folder, "wrong", wrong, chapter)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class in which chapters were handed out, handed in, graded and given back: chapter -> points."""
    folder, home = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("home")
    assert dlcourse("new", folder, cwd=folder, home=home).returncode == 0
    with (folder / CONFIG).open("a") as config:
        config.write(submissions.PATIENT)
    points = {}
    for chapter in TRIED:
        number = chapter[:2]
        if chapter != CHAPTER:  # one is graded whole; that each runs whole is tests/chapters/test_solved_notebooks.py
            submissions.shorten(folder / "source" / chapter / f"{chapter}.ipynb")
        assert dlcourse("release", number, cwd=folder, home=home).returncode == 0
        handed_out = nbformat.read(folder / "release" / chapter / f"{chapter}.ipynb", as_version=4)
        handed_in(folder / "in" / number, chapter, handed_out)
        run = dlcourse("collect", number, folder / "in" / number, cwd=folder, home=home)
        assert run.returncode == 0, run.stderr
        run = dlcourse("grade", number, cwd=folder, home=home)
        assert run.returncode == 0, run.stderr
        if chapter in TRIED_WRONG:
            assert dlcourse("feedback", number, cwd=folder, home=home).returncode == 0
        dlcourse("points", number, "--csv", folder / "points.csv", cwd=folder, home=home)
        points[chapter] = submissions.points_by_exercise(folder / "points.csv")
    return folder, home, points


def numbers(row):
    return {name: float(text) for name, text in row.items() if name not in ("total", "of", "note")}


@pytest.mark.parametrize("chapter", TRIED)
def test_all_right_answers_earn_all_points(graded, chapter):
    row = graded[2][chapter]["all right"]
    assert numbers(row) == most(chapter)
    assert float(row["total"]) == float(row["of"]) == sum(most(chapter).values())


@pytest.mark.parametrize("chapter", TRIED_WRONG)
def test_wrong_answers_earn_what_the_check_gives_them(graded, chapter):
    wrong = wrong_answers(chapter)
    expected = {task.name: float(task.points_for(wrong[task.name][0])) for task in exercises_of(chapter)}
    assert numbers(graded[2][chapter]["wrong"]) == expected
    assert all(points < most(chapter)[name] for name, points in expected.items())


@pytest.mark.parametrize("totals", [False, True])
def test_the_points_of_all_chapters_are_one_file_for_a_learning_platform(graded, totals):
    folder, home, points = graded
    titles = {
        (chapter, name): f"{chapter[:2]} {name}" if name != "total" else chapter.replace("_", " ")
        for chapter, rows in points.items()
        for name in rows["all right"]
        if name not in ("of", "note") and (name == "total") == totals
    }
    form = ["--totals"] if totals else []
    for name in ("moodle", "canvas"):
        file = folder / f"{name}.csv"
        order = ["points", *(chapter[:2] for chapter in TRIED), "--csv", file, "--format", name, *form]
        run = dlcourse(*order, cwd=folder, home=home)
        assert run.returncode == 0, run.stderr
        if name == "moodle":
            students = test_points_file.as_moodle_reads(file)
        else:
            possible, students = test_points_file.as_canvas_reads(file)
            assert sum(possible.values()) == sum(sum(most(chapter).values()) for chapter in TRIED)
            assert students["all right"] == possible
        for student, row in students.items():
            assert row == {
                title: float(points[chapter][student][exercise])
                for (chapter, exercise), title in titles.items()
                if student in points[chapter]
            }


@pytest.mark.parametrize("options", [["--totals"], ["--ids", "ids.csv"], ["--format", "moodle"]])
def test_what_only_a_platform_needs_is_refused_without_one(graded, options):
    run = dlcourse("points", CHAPTER[:2], *options, cwd=graded[0], home=graded[1])
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1


def test_grading_leaves_no_progress_behind(graded):
    assert list(graded[1].iterdir()) == []


def test_students_get_stubs_pictures_and_data_and_no_answers(graded):
    folder = graded[0] / "release" / CHAPTER
    notebook = nbformat.read(folder / f"{CHAPTER}.ipynb", as_version=4)
    answers = [cell.source for cell in notebook.cells if nbgrader_of(cell).get("solution")]
    assert len(answers) == len(exercises_of(CHAPTER))
    assert all("..." in source for source in answers)
    pictures = [cell for cell in notebook.cells if "experiment" in cell.metadata.get("tags", [])]
    assert pictures
    assert all(any("image/png" in output.data for output in cell.outputs) for cell in pictures)
    assert (folder / "data" / "kerrich_1946.csv").is_file()


def test_graded_copies_run_without_an_error_and_on_the_data_handed_out(graded):
    notebook = nbformat.read(graded[0] / "autograded" / "all right" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    assert "5,067 heads in 10,000 flips" in "".join(output.get("text", "") for output in outputs)


@pytest.mark.parametrize("chapter", TRIED_WRONG)
def test_a_page_of_feedback_shows_the_verdicts_of_its_student_alone(graded, chapter):
    pages = {
        student: unescape((graded[0] / "feedback" / student / chapter / f"{chapter}.html").read_text(encoding="utf-8"))
        for student in ("all right", "wrong")
    }
    assert pages["all right"].count("✓ Passed: ") == len(exercises_of(chapter))
    assert pages["wrong"].count("✓ Passed: ") == 0
    assert pages["wrong"].count("✗ Not yet: ") == len(exercises_of(chapter))
    wrong = wrong_answers(chapter)
    for task in exercises_of(chapter):  # the words too, not the number alone
        words = task.points_for(wrong[task.name][0]).verdict.message.splitlines()[0]
        if not re.search(r"\d", words):  # the numbers of the cases belong to the class's seed
            assert unescape(sentences_as_html(words)) in pages["wrong"]
