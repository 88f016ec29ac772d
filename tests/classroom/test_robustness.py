"""nbgrader, end to end, on submissions that go wrong: each earns what it should, and the class is graded.

The teacher's copy of chapter 3 is shortened to its exercises here, as a teacher may do.
"""

import nbformat
import pytest

from dlcourse.chapters import exercises_of
from dlcourse.classroom.creation import CONFIG
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from tests.classroom.submissions import (
    CHAPTER,
    PATIENT,
    answer,
    cell_of,
    dlcourse,
    hand_in,
    insert_after,
    points_by_exercise,
    remove,
    right,
    shorten,
    wrong_answers,
)
from tests.profiles import by_day, nightly

POINTS = {task.name: task.points for task in exercises_of(CHAPTER)}
ALL = sum(POINTS.values())
FILE = f"{CHAPTER}.ipynb"
FIRST = "gaussian_pdf"  # the first exercise of the chapter
MARK = "check_gaussian_pdf"
ENDLESS = "while True:\n    pass"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
FLOOD = "while True:\n    print('all work and no play ' * 50)"
# Nobody waits long in a test for the cells that never end, and the short limit is for no other. What a cell that cannot
# be interrupted costs is the time for late outputs.
LIMITS = f"""{PATIENT}
c.Execute.iopub_timeout = 15
c.Execute.timeout_func = lambda cell: 3 if cell.source in {(ENDLESS, STUBBORN, FLOOD)!r} else 600
"""
TWO_RIGHT = ("gaussian_pdf", "conditional")
# What a student who copies the answers that the notebook shows hands in: a table of the visible calls.
LOOK_UP = """
import pickle

from dlcourse.chapters.probability_and_mle import exercises as probability
from dlcourse.exercises.kinds.task import ORDINARY_SEED

cases = probability.{name}.cases_for(ORDINARY_SEED)
seen = {{pickle.dumps(case.arguments): probability.{name}.reference(*case.arguments) for case in cases}}

def {name}(*arguments):
    return seen.get(pickle.dumps(arguments))
"""
# Everything a kernel can leave behind for the next one that is started for the same person.
LEGACY = """
import os, pathlib
code = "from dlcourse.scratch.probability import gaussian_pdf"
for folder in (os.environ["DLCOURSE_HOME"], os.environ["IPYTHONDIR"] + "/profile_default/startup"):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    pathlib.Path(folder, "left.py").write_text(code)
pathlib.Path("left.py").write_text(code)
"""
HEIR = f"""
import os, pathlib
try:
    from left import gaussian_pdf
except ImportError:
    pass
{FIRST} = globals().get("gaussian_pdf")
"""


def endless_answer(notebook):
    answer(notebook, FIRST, f"def {FIRST}(points, mean, variance):\n    while True:\n        pass")


def endless_cell(notebook):
    insert_after(notebook, MARK, ENDLESS)


def stubborn_cell(notebook):
    insert_after(notebook, MARK, STUBBORN)


def dead_kernel(notebook):
    insert_after(notebook, MARK, "import os\nos._exit(1)")


def kernel_told_to_exit(notebook):
    insert_after(notebook, MARK, "import time\ntime.sleep(1)")  # in which the kernel would go
    insert_after(notebook, MARK, "exit()")


def raises_at_import(notebook):
    source = cell_of(notebook, FIRST).source
    answer(notebook, FIRST, f"import a_package_that_is_not_there\n\n{source}")


def does_not_parse(notebook):
    answer(notebook, FIRST, f"def {FIRST}(points, mean, variance:\n    return 0")


def talks(notebook):
    source = cell_of(notebook, FIRST).source
    noise = f"print('x' * 200_000)\nimport sys\nprint('careful', file=sys.stderr)\n{FIRST}_quiet = {FIRST}\n\n\n"
    wrapped = (
        f"def {FIRST}(*arguments):\n    print('called' * 10_000)\n    print('careful', file=sys.stderr)\n"
        f"    import warnings\n    warnings.warn('careful')\n    return {FIRST}_quiet(*arguments)"
    )
    answer(notebook, FIRST, f"{source}\n\n{noise}{wrapped}")


def floods(notebook):
    insert_after(notebook, MARK, FLOOD)


def tampered_check(notebook):
    answer(notebook, FIRST, f"def {FIRST}(points, mean, variance):\n    return 0 * points")
    check = cell_of(notebook, MARK)
    check.source = "2.0"
    check.metadata.nbgrader.update(points=100, locked=False, solution=True)


def tagged_check(notebook):
    answer(notebook, FIRST, f"def {FIRST}(points, mean, variance):\n    return 0 * points")
    cell_of(notebook, MARK).metadata.tags = ["experiment"]


def fake_exercises(notebook):
    check = "    class gaussian_pdf:\n        check = staticmethod(lambda answer: 'full marks')"
    answer(notebook, FIRST, f"{FIRST} = 0\n\nclass exercises:\n{check}")


def deleted_check(notebook):
    remove(notebook, MARK)


def deleted_answer(notebook):
    remove(notebook, FIRST)


def deleted_both(notebook):
    remove(notebook, FIRST, MARK, "check_density_above_one")


def copied_check(notebook):
    position = notebook.cells.index(cell_of(notebook, MARK))
    notebook.cells.insert(0, nbformat.from_dict(notebook.cells[position]))


def no_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})


def invented_metadata(notebook):
    insert_after(notebook, MARK, "50.0")
    cell = notebook.cells[notebook.cells.index(cell_of(notebook, MARK)) + 1]
    cell.metadata = nbformat.from_dict({"nbgrader": {"grade": True, "points": 50, "grade_id": "bonus"}})


def two_right(notebook):
    for name, (_, source) in wrong_answers(CHAPTER).items():
        if name not in TWO_RIGHT:
            answer(notebook, name, source)


def copied(notebook):
    for name in TWO_RIGHT:
        answer(notebook, name, LOOK_UP.format(name=name))


def without(*names):
    return {name: 0.0 if name in names else points for name, points in POINTS.items()}


def only(*names):
    return {name: POINTS[name] if name in names else 0.0 for name in POINTS}


# Each submission has all answers right, but for what its function changes; and what it should then earn.
CASES = {
    "two right": (two_right, None),  # the wrong ones earn what their check gives them
    "copied": (copied, without(*TWO_RIGHT)),
    "endless answer": (endless_answer, without(FIRST)),
    "endless cell": (endless_cell, POINTS),
    "stubborn cell": (stubborn_cell, only(FIRST)),
    "dead kernel": (dead_kernel, only(FIRST)),
    "kernel told to exit": (kernel_told_to_exit, POINTS),
    "raises at import": (raises_at_import, without(FIRST)),
    "does not parse": (does_not_parse, without(FIRST)),
    "talks": (talks, POINTS),
    "floods": (floods, POINTS),
    "tampered check": (tampered_check, without(FIRST)),
    "tagged check": (tagged_check, without(FIRST)),
    "fake exercises": (fake_exercises, only()),
    "deleted check": (deleted_check, POINTS),
    "deleted answer": (deleted_answer, without(FIRST)),
    "deleted both": (deleted_both, without(FIRST)),
    "copied check": (copied_check, POINTS),
    "no metadata": (no_metadata, POINTS),
    "invented metadata": (invented_metadata, POINTS),
    "a legacy": (lambda notebook: insert_after(notebook, MARK, LEGACY), POINTS),
    "an heir": (lambda notebook: answer(notebook, FIRST, HEIR), without(FIRST)),
}
BY_DAY = ("two right", "copied", "endless answer", "dead kernel", "does not parse", "talks")
BY_DAY += ("tampered check", "deleted answer", "no metadata", "an heir")  # the heir after who left it something
TRIED = by_day({student: CASES[student] for student in CASES if student in (*BY_DAY, "a legacy")}, CASES)
NOT_GRADED = {"no json": "this is no notebook", "cut short": '{"cells": [{"cell_type": "code", "sou'}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with all these submissions: its folder, the run of `grade`, and the points."""
    folder, home = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("home")
    assert dlcourse("new", folder, "03", cwd=folder, home=home).returncode == 0
    shorten(folder / "source" / CHAPTER / FILE, "from dlcourse.chapters.probability_and_mle import exercises")
    with (folder / CONFIG).open("a") as config:
        config.write(LIMITS)
    assert dlcourse("release", "03", cwd=folder, home=home).returncode == 0
    handed_out = nbformat.read(folder / "release" / CHAPTER / FILE, as_version=4)
    for student, (change, _) in TRIED.items():
        notebook = right(handed_out)
        change(notebook)
        hand_in(folder / "in", student, notebook)
    hand_in(folder / "in", "untouched", handed_out)
    for student, text in NOT_GRADED.items():
        hand_in(folder / "in", student, text)
    (folder / "in" / "nothing").mkdir()
    assert dlcourse("collect", "03", folder / "in", cwd=folder, home=home).returncode == 0
    run = dlcourse("grade", "03", cwd=folder, home=home)
    dlcourse("points", "03", "--csv", folder / "points.csv", cwd=folder, home=home)
    return folder, run, points_by_exercise(folder / "points.csv")


@pytest.mark.parametrize("student", TRIED)
def test_submission_earns_what_it_should(graded, student):
    expected = CASES[student][1] or points_of_two_right()
    row = graded[2][student]
    assert {name: float(row[name]) for name in POINTS} == expected
    assert float(row["total"]) == sum(expected.values())
    assert row["of"] == f"{ALL:g}"


def points_of_two_right():
    wrong = wrong_answers(CHAPTER)
    return {
        task.name: task.points if task.name in TWO_RIGHT else float(task.points_for(wrong[task.name][0]))
        for task in exercises_of(CHAPTER)
    }


def test_an_untouched_notebook_earns_nothing(graded):
    row = graded[2]["untouched"]
    assert {row[name] for name in POINTS} == {"0"}


@pytest.mark.parametrize("name", TWO_RIGHT)
def test_answers_copied_from_the_visible_calls_pass_in_the_notebook(name):
    names = {}
    exec(LOOK_UP.format(name=name), names)
    (task,) = [task for task in exercises_of(CHAPTER) if task.name == name]
    assert task.examine(names[name], ORDINARY_SEED).passed


@pytest.mark.parametrize("student", NOT_GRADED)
def test_what_is_no_notebook_is_named_and_gets_no_points(graded, student):
    assert f"{student}: not graded. The file is not a notebook that can be read" in graded[1].stderr
    assert graded[2][student]["total"] == ""
    assert graded[2][student]["note"] == "not graded"


def test_the_command_says_how_many_were_graded(graded):
    assert graded[1].stdout.splitlines()[-1] == f"{len(TRIED) + 1} graded, {len(NOT_GRADED)} with a problem"
    assert graded[1].returncode == 1


def test_an_endless_answer_is_stopped_by_its_check_and_said_so(graded):
    notebook = nbformat.read(graded[0] / "autograded" / "endless answer" / CHAPTER / FILE, as_version=4)
    assert not [output for cell in notebook.cells for output in cell.get("outputs", []) if "ename" in output]
    assert "stopped after 5 s" in cell_of(notebook, MARK).outputs[0].data["text/html"]


@nightly
def test_a_flood_of_prints_makes_no_large_file(graded):
    copy = graded[0] / "autograded" / "floods" / CHAPTER / FILE
    assert copy.stat().st_size < 1_000_000
    assert "the rest of the output was not kept" in copy.read_text(encoding="utf-8")


@pytest.mark.parametrize("student", by_day(["dead kernel"], ["dead kernel", "stubborn cell"]))
def test_the_graded_copy_says_where_and_why_the_kernel_stopped(graded, student):
    notebook = nbformat.read(graded[0] / "autograded" / student / CHAPTER / FILE, as_version=4)
    errors = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert {error.ename for error in errors} == {"KernelStopped", "NotRun"}
    assert [error.ename for error in errors].count("KernelStopped") == 1
