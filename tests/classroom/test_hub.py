"""A class on a hub: three students at once, each with a server, notebooks and progress of their own.

By night alone: a hub and three servers take about a minute.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from tests.classroom.submissions import cell_of, right
from tests.profiles import nightly

hub = pytest.importorskip("tests.classroom.hub", reason="requests or websocket-client is missing", exc_type=ImportError)

pytestmark = nightly
CHAPTER = "02_linear_algebra_and_calculus"
NAMES = ["ada", "ben", "chen"]
FIRST, SECOND = "normalize_rows", "outer_products"
WRONG = "def normalize_rows(x):\n    return x / np.sqrt((x**2).sum())"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    if why := hub.what_is_missing():
        pytest.skip(why)
    return hub.Course(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def students(course, tmp_path_factory):
    """Three students whose servers were started at the same time; the teacher has switched predictions off."""
    running = hub.Hub(tmp_path_factory.mktemp("hub"), course, NAMES, DLCOURSE_PREDICTIONS="off")
    try:
        students = [hub.Student(running, name) for name in NAMES]
        at_once(hub.Student.start_server, students)
        yield dict(zip(NAMES, students, strict=True))
    finally:
        running.stop()


@pytest.fixture(scope="module")
def said(students):
    """What each was told who has worked: ada has solved the first exercise, chen the second, ben neither."""
    solved = right(students["ada"].notebook(CHAPTER), CHAPTER)
    solutions = {task: cell_of(solved, task).source for task in (FIRST, SECOND)}
    tasks, answers = (FIRST, FIRST, SECOND), (solutions[FIRST], WRONG, solutions[SECOND])
    return dict(zip(NAMES, at_once(work, students.values(), tasks, answers), strict=True))


def at_once(do, *arguments):
    with ThreadPoolExecutor(len(NAMES)) as pool:
        return list(pool.map(do, *arguments))


def work(student, task, answer):
    """Run what sets the chapter up, an experiment, the answer and its check, and save.

    Returns the words of the check, and whether predictions are asked for.
    """
    notebook = student.notebook(CHAPTER)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answered, check = cell_of(notebook, task), cell_of(notebook, f"check_{task}")
    answered.source = answer
    experiment = next(cell for cell in code if "experiment" in cell.metadata.get("tags", []))
    question = nbformat.v4.new_code_cell("from dlcourse import settings\nsettings.predictions_required()")
    student.run(CHAPTER, [*code[:2], experiment, question, answered, check])
    student.save(CHAPTER, notebook)
    errors = [output.evalue for cell in code for output in cell.outputs if output.output_type == "error"]
    assert not errors, errors
    return words(check), words(question)


def words(cell):
    return " ".join(output.data.get("text/plain", "") for output in cell.outputs if "data" in output)


def passed(student):
    """What the student's own file of progress says, in the student's home."""
    path = student.home / ".local" / "share" / "dlcourse" / "progress.json"
    return json.loads(path.read_text())["passed"] if path.exists() else {}


def test_three_students_run_a_chapter_at_once_and_each_is_told_of_the_own_answer(said):
    assert said["ada"][0].startswith(f"✓ Passed: {FIRST}")
    assert "the *table* has length 1" in said["ben"][0]
    assert said["chen"][0].startswith(f"✓ Passed: {SECOND}")


def test_progress_is_kept_apart(said, students):
    kept = {name: passed(student) for name, student in students.items()}
    assert kept == {"ada": {CHAPTER: [FIRST]}, "ben": {}, "chen": {CHAPTER: [SECOND]}}


def test_the_teachers_switch_holds_for_everybody(said):
    assert {asked for _, asked in said.values()} == {"False"}


def test_nobody_enters_anothers_server(students):
    ada, ben = students["ada"], students["ben"]
    assert ada.ask("GET", "contents").ok
    others = ada.session.get(f"{ada.hub.url}/user/{ben.name}/api/contents", timeout=hub.PATIENCE)
    assert others.status_code == 403


def test_a_saved_notebook_has_the_pictures_of_its_experiments_and_no_dead_widgets(said, students):
    notebook = students["ada"].notebook(CHAPTER)
    shown = next(cell for cell in notebook.cells if "experiment" in cell.metadata.get("tags", []))
    kinds = {kind for output in shown.outputs for kind in output.get("data", {})}
    assert "image/png" in kinds
    assert "application/vnd.jupyter.widget-view+json" not in kinds


def test_a_new_version_comes_when_the_server_starts_again_and_no_answer_is_lost(said, students, course):
    ada = students["ada"]
    answer = cell_of(ada.notebook(CHAPTER), FIRST).source
    path = course.notebooks / f"{CHAPTER}.ipynb"
    new = nbformat.read(path, as_version=4)
    new.cells[0].source += "\n\nA sentence of the new version."
    cell_of(new, FIRST).source = "def normalize_rows(x):\n    ...  # the stub in other words"
    nbformat.write(new, path)
    ada.stop_server()
    ada.start_server()
    mine = ada.notebook(CHAPTER)
    assert mine.cells[0].source == new.cells[0].source
    assert cell_of(mine, FIRST).source == answer
    assert [cell for cell in mine.cells if "the stub in other words" in cell.source and cell.cell_type == "markdown"]
    assert passed(ada) == {CHAPTER: [FIRST]}
