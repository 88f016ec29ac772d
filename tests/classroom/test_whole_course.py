"""A student goes through the course: opens, predicts, answers wrongly, takes hints, saves; the next day answers rightly
and hands in. The class is a real one: what a command released is worked on, and what the commands collect is graded.

By day one chapter, by night all. A chapter is cut down to what sets it up, its experiments and its exercises, as a
teacher may do: that whole chapters run is tested elsewhere. Clicks are cells of the kernel here; in a browser they are
made in tests/browser.
"""

import json
import logging
import re
import shutil
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from dlcourse import progress
from dlcourse.chapters import exercises_of
from dlcourse.classroom.creation import CONFIG
from dlcourse.server import saving
from tests.chapters.test_solved_notebooks import nbgrader_of, run
from tests.classroom import submissions, test_points_file
from tests.classroom.submissions import GRADED, READERS_NUMBER, answer, dlcourse, hand_in, right, wrong_answers
from tests.profiles import by_day

TRIED = by_day(["04_linear_regression"], GRADED)
NOBODY, STUDENT = "Ben, who opened nothing", "Ann"


def is_experiment(cell):
    return "experiment" in cell.metadata.get("tags", [])


def shorten(path):
    """The teacher's copy: what sets the chapter up, its experiments, its exercises."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kept = [cell for cell in code[2:] if nbgrader_of(cell) or is_experiment(cell) or READERS_NUMBER in cell.source]
    notebook.cells = [*code[:2], *kept]
    nbformat.write(notebook, path)


def worked_through(notebook, folder, home, clicks):
    """Run the notebook in a fresh kernel, with what ``clicks`` gives for a cell run behind it; return what those show.

    The student's notebook gets its own outputs, and none of the clicks.
    """
    cells, clicked = [], {}
    for place, cell in enumerate(notebook.cells):
        cells.append(cell)
        if source := clicks(cell):
            clicked[place] = new_code_cell(source)
            cells.append(clicked[place])
    with_clicks = notebook.copy()
    with_clicks.cells = cells
    run(with_clicks, folder, home)
    return {place: words_of(cell) for place, cell in clicked.items()}


def words_of(cell):
    return "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def save(notebook, path):
    """Write the notebook as a Jupyter server with the course's step does."""
    model = {"type": "notebook", "content": json.loads(json.dumps(notebook))}
    saving.keep_pictures_and_words(model, str(path), SimpleNamespace(log=logging.getLogger("server")))
    saved = nbformat.from_dict(model["content"])
    nbformat.validate(saved)
    assert saving.VIEW not in json.dumps(saved)
    nbformat.write(saved, path)


def first_day(cell):
    """A click on the first choice of each prediction, and on "Hint" below each check."""
    if is_experiment(cell):
        return "_.predict(0)\nprint(_.locked)"
    name = re.match(r"exercises\.(\w+)\.check", cell.source)
    return f"exercises.{name[1]}.hint()" if name else ""


def second_day(cell):
    return "print(_.locked)" if is_experiment(cell) else ""


def checks_in(notebook):
    return [words_of(cell) for cell in notebook.cells if nbgrader_of(cell).get("grade")]


def studied(chapter, folder, home):
    """Two days of a student with the chapter in ``folder``, which is the student's copy; return the notebook."""
    path = folder / f"{chapter}.ipynb"
    tasks = exercises_of(chapter)
    notebook = nbformat.read(path, as_version=4)
    for name, (_, source) in wrong_answers(chapter).items():
        answer(notebook, name, source)
    shown = worked_through(notebook, folder, home, first_day)
    hints = [words for place, words in shown.items() if not is_experiment(notebook.cells[place])]
    assert sorted(hints) == sorted(f"Hint 1 of {len(task.hints)}: {task.hints[0]}" for task in tasks)
    assert {words.strip() for place, words in shown.items() if is_experiment(notebook.cells[place])} <= {"False"}
    verdicts = checks_in(notebook)
    assert len(verdicts) == len(tasks)
    assert all(verdict.startswith("✗ Not yet: ") for verdict in verdicts), verdicts
    save(notebook, path)

    notebook = right(nbformat.read(path, as_version=4), chapter)  # the next day, in another kernel
    assert checks_in(notebook) == verdicts  # what was saved shows
    shown = worked_through(notebook, folder, home, second_day)
    assert {words.strip() for words in shown.values()} <= {"False"}  # what was predicted is remembered
    verdicts = checks_in(notebook)
    assert all(verdict.startswith("✓ Passed: ") for verdict in verdicts), verdicts
    save(notebook, path)
    return nbformat.read(path, as_version=4)


class Course:
    """A class, and a student who works through its chapters; each is done when it is asked for, and once."""

    def __init__(self, folder):
        self.folder, self.home, self.teacher = folder / "class", folder / "student", folder / "teacher"
        self.copies, self.points = folder / "copies", {}
        for each in (self.folder, self.home, self.teacher):
            each.mkdir()
        self.order("new", self.folder)
        with (self.folder / CONFIG).open("a") as config:
            config.write(submissions.PATIENT)

    def order(self, *arguments):
        done = dlcourse(*arguments, cwd=self.folder, home=self.teacher)
        assert done.returncode == 0, done.stderr

    def finished(self, chapter):
        """The points of a chapter that was released, worked on, handed in, collected and graded."""
        if chapter not in self.points:
            number, handed_in = chapter[:2], self.folder / "in" / chapter
            shorten(self.folder / "source" / chapter / f"{chapter}.ipynb")
            self.order("release", number)
            copy = shutil.copytree(self.folder / "release" / chapter, self.copies / chapter)
            hand_in(handed_in, NOBODY, nbformat.read(copy / f"{chapter}.ipynb", as_version=4), chapter)
            hand_in(handed_in, STUDENT, studied(chapter, copy, self.home), chapter)
            self.order("collect", number, handed_in)
            self.order("grade", number)
            self.order("points", number, "--csv", self.folder / "points.csv")
            self.points[chapter] = submissions.points_by_exercise(self.folder / "points.csv")
        return self.points[chapter]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return Course(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize("chapter", TRIED)
def test_untouched_stubs_earn_nothing_solved_ones_everything_and_progress_knows(course, chapter, monkeypatch):
    rows = course.finished(chapter)
    for task in exercises_of(chapter):
        assert (float(rows[NOBODY][task.name]), float(rows[STUDENT][task.name])) == (0, task.points), task.name
    assert rows[STUDENT]["total"] == rows[STUDENT]["of"]
    assert rows[NOBODY]["total"] == "0"
    monkeypatch.setenv("DLCOURSE_HOME", str(course.home))
    assert progress.passed()[chapter] == {task.name for task in exercises_of(chapter)}
    notebook = nbformat.read(course.folder / "source" / chapter / f"{chapter}.ipynb", as_version=4)
    shown = {re.match(r"experiments\.(\w+)\(", cell.source)[1] for cell in notebook.cells if is_experiment(cell)}
    assert shown
    assert progress.predictions()[chapter].keys() == shown


def test_the_points_of_the_whole_course_are_one_file_for_a_learning_platform(course):
    course.finished(TRIED[0])  # the others that were graded are in it too
    chapters = list(course.points)
    numbers = [chapter[:2] for chapter in chapters]
    course.order("points", *numbers, "--csv", course.folder / "all.csv", "--format", "canvas", "--totals")
    possible, points = test_points_file.as_canvas_reads(course.folder / "all.csv")
    most = [sum(task.points for task in exercises_of(chapter)) for chapter in chapters]
    assert list(possible.values()) == most
    assert points == {STUDENT: possible, NOBODY: dict.fromkeys(possible, 0)}
