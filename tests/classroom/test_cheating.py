"""Ways to earn points without solving an exercise: none earns more than the answer deserves.

Some act where the answer is run, the worker process; they are tried without nbgrader, since nothing else of a student's
runs where points are given. Others act in the student's kernel, in whole submissions. What remains possible is said
in docs/teach.md.
"""

import contextlib
import functools
import gc
import importlib
import os
import pickle
import signal
import sys
import threading
import types

import nbformat
import numpy as np
import pytest

from dlcourse.chapters import exercises_of
from dlcourse.chapters.probability_and_mle import exercises
from dlcourse.classroom.creation import CONFIG
from dlcourse.classroom.execution import is_check
from dlcourse.classroom.judge import judged
from dlcourse.classroom.judging import Judge, NotJudged
from dlcourse.exercises.kinds.task import GRADING_SEED, ORDINARY_SEED
from dlcourse.exercises.running import worker_process
from dlcourse.exercises.running.handed_in import MIME, HandedIn
from dlcourse.exercises.running.packing import hand_in
from dlcourse.exercises.running.plain_data import encoded
from dlcourse.exercises.running.reading import NotPlain, decoded
from dlcourse.scratch import probability
from tests.classroom import submissions
from tests.classroom.submissions import CHAPTER, answer, cell_of, dlcourse, insert_after, right

FILE = f"{CHAPTER}.ipynb"
POINTS = {task.name: task.points for task in exercises_of(CHAPTER)}
TASK = exercises.gaussian_pdf
FIRST = "check_gaussian_pdf"
linux = pytest.mark.skipif(sys.platform != "linux", reason="the processes of Linux")


# Where the answer runs


def honest(points, mean, variance):
    return np.exp(-((points - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


class AlwaysEqual(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class AnyArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_function__(self, *_):
        return True


class Liar:
    """Another array each time that it is asked."""

    def __array__(self, dtype=None, copy=None):
        self.asked = getattr(self, "asked", 0) + 1
        return np.full(3, self.asked / 10)

    def __eq__(self, other):
        return True


class Bomb:
    """What opens this, writes down that it did."""

    def __init__(self, marker):
        self.marker = str(marker)

    def __reduce__(self):
        return eval, (f"open({self.marker!r}, 'a').write(str(__import__('os').getpid()) + ' ') and (lambda *_: 0.0)",)


def equals_everything(points, mean, variance):
    return AlwaysEqual(0.5)


def array_that_equals_everything(points, mean, variance):
    return np.zeros(np.shape(points)).view(AnyArray)


def object_that_lies(points, mean, variance):
    return Liar()


def generator(points, mean, variance):
    yield honest(points, mean, variance)


def reads_reference(points, mean, variance):
    return exercises.gaussian_pdf.reference(points, mean, variance)


def imports_it_again(points, mean, variance):
    return importlib.import_module("dlcourse.scratch.probability").gaussian_pdf(points, mean, variance)


def finds_it_in_modules(points, mean, variance):
    return vars(sys.modules["dlcourse.scratch.probability"])["gaussian_pdf"](points, mean, variance)


def finds_it_in_memory(points, mean, variance):
    functions = (each for each in gc.get_objects() if isinstance(each, types.FunctionType))
    name = "gaussian_pdf"
    return next(f for f in functions if f.__name__ == name and "scratch" in f.__module__)(points, mean, variance)


def copies_it_there(points, mean, variance):
    key = probability.gaussian_pdf
    return types.FunctionType(key.__code__, key.__globals__)(points, mean, variance)


def through_a_thread(points, mean, variance):
    found = []
    thread = threading.Thread(target=lambda: found.append(probability.gaussian_pdf(points, mean, variance)))
    thread.start()
    thread.join()
    return found[0]


copied_before = types.FunctionType(
    probability.gaussian_pdf.__code__, probability.gaussian_pdf.__globals__, "gaussian_pdf"
)


def uses_a_copy(points, mean, variance):
    return copied_before(points, mean, variance)


def patches_the_comparison(points, mean, variance):
    from dlcourse.exercises.comparing import compare
    from dlcourse.exercises.kinds import task

    task.points_earned = lambda points, verdict: points
    compare.difference = lambda *_, **__: ""
    np.isclose = np.allclose = lambda *_, **__: True
    return 0.0


def patches_later(points, mean, variance):
    def work():
        while True:
            patches_the_comparison(points, mean, variance)

    threading.Thread(target=work, daemon=True).start()
    return 0.0


def looks_for_expected_values(points, mean, variance):
    frame = sys._getframe()
    while frame is not None:
        for name, value in frame.f_locals.items():
            if name in ("expected", "reference_results", "answers"):
                return value
        frame = frame.f_back
    return 0.0


def connection_of(name="connection"):
    frame = sys._getframe()
    while name not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals[name]


def ends_early(points, mean, variance):
    connection_of().send_bytes(encoded(["ended", False]))
    return 0.0


def forges_the_verdict(points, mean, variance):
    for message in (["passed"], ["points", 2.0], ["result", encoded(0.0), None, "", 2.0], "ended", [], 7):
        connection_of().send_bytes(encoded(message))
    return 0.0


def sends_a_pickle(points, mean, variance):
    connection_of().send(Bomb(os.devnull))
    return 0.0


def writes_into_every_descriptor(points, mean, variance):
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, b'{"data": {"text/plain": "2.0"}}\n' * 9)
    return 0.0


def says_half_a_message(points, mean, variance):
    os.write(connection_of().fileno(), (1000).to_bytes(4, "big"))
    return 0.0


def begins_again_and_again(points, mean, variance):
    connection_of().send_bytes(encoded(["begun"]))
    return 0.0


def leaves_a_copy_of_the_process(points, mean, variance):
    if os.fork() == 0:
        connection_of().send_bytes(encoded(["ended", False]))
        os._exit(0)
    return 0.0


def kills_the_judge(points, mean, variance):
    os.kill(os.getpid(), signal.SIGKILL)


def bombs_the_result(points, mean, variance):
    return Bomb("/dev/null")


def all_results_in_one(points, mean, variance):
    return [honest(points, mean, variance)] * 3


def table(points, mean, variance):
    return KNOWN.get(pickle.dumps((points, mean, variance)))


KNOWN = {pickle.dumps(case.arguments): honest(*case.arguments) for case in TASK.cases_for(ORDINARY_SEED)}
WAYS = [
    equals_everything,
    array_that_equals_everything,
    object_that_lies,
    generator,
    reads_reference,
    imports_it_again,
    finds_it_in_modules,
    finds_it_in_memory,
    copies_it_there,
    through_a_thread,
    copied_before,
    uses_a_copy,
    probability.gaussian_pdf,
    functools.partial(probability.gaussian_pdf),
    lambda points, mean, variance: probability.gaussian_pdf(points, mean, variance),
    patches_the_comparison,
    patches_later,
    looks_for_expected_values,
    ends_early,
    forges_the_verdict,
    sends_a_pickle,
    writes_into_every_descriptor,
    says_half_a_message,
    begins_again_and_again,
    pytest.param(leaves_a_copy_of_the_process, marks=linux),
    pytest.param(kills_the_judge, marks=linux),
    bombs_the_result,
    all_results_in_one,
    table,
]


def earned(thing):
    """What an answer earns, as the judge gives it."""
    bundle = hand_in(thing)._repr_mimebundle_()
    return judged(TASK, bundle[MIME], GRADING_SEED)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nobody waits long in a test for the rest of a message."""
    monkeypatch.setattr(worker_process, "LONGEST_MESSAGE", 2.0)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: getattr(way, "__name__", type(way).__name__))
def test_a_way_around_the_exercise_earns_nothing(way):
    assert earned(way) == 0
    assert earned(honest) == TASK.points  # and it spoils nothing for what is judged after it


def test_what_an_answer_runs_when_it_is_opened_runs_in_the_worker_alone(tmp_path):
    assert earned(Bomb(tmp_path / "opened")) == 0
    opened = (tmp_path / "opened").read_text().split()
    assert opened
    assert str(os.getpid()) not in opened


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        {},
        {"answer": 7, "surroundings": {}},
        {"answer": "no base64", "surroundings": {}},
        {"answer": "", "surroundings": {"folder": 7}},
        {"points": 2.0, "data": {"text/plain": "2.0"}},
    ],
)
def test_what_no_check_hands_in_is_refused(data):
    with pytest.raises(ValueError, match="no answer was handed in"):
        HandedIn.read(data)


@pytest.mark.parametrize(
    "entries",
    [
        [["object", "os", "system", [], []]],
        [["object", "dlcourse.exercises.kinds.task", "Task", [], []]],
        [["object", "dlcourse.scratch.autograd", "Tensor", [], []]],
        [["array", "|O8", [1], 0]],
        [["array", "<f8", [10**9], 0]],
        [["tuple", [0]]],
        [["list", [5]]],
        [["named", "x; import os", ["a"], []]],
        [["nothing"]],
        [],
    ],
)
def test_data_that_no_worker_writes_is_refused(entries):
    import json

    head = json.dumps([entries, [8]]).encode()
    with pytest.raises(NotPlain):
        decoded(len(head).to_bytes(8, "big") + head + bytes(8))


@pytest.mark.parametrize("data", [b"", b"\x80\x04N.", pickle.dumps(print), b"\xff" * 99, b"\0" * 8 + b"["])
def test_bytes_of_another_kind_are_refused(data):
    with pytest.raises(NotPlain):
        decoded(data)


# In the student's kernel


WRONG = {
    task.name: (
        f"def {task.name}(*arguments, **keywords):\n    return 0.0"
        if hasattr(task, "reference")
        else f"{task.name} = 'none of them'"
        if hasattr(task, "choices")
        else f"{task.name} = -1e6"
    )
    for task in exercises_of(CHAPTER)
}
PATCHES = """
import numpy as np, sys
from dlcourse import settings
from dlcourse.exercises.kinds import exercise, questions, task
from dlcourse.exercises.showing import verdict

np.isclose = np.allclose = np.array_equal = lambda *_, **__: True
task.points_earned = lambda points, verdict: points
verdict.Points.__new__ = staticmethod(lambda cls, points, verdict: float.__new__(cls, 2.0))
passed = lambda self, answer, seed=0: self.verdict("passed", "right")
task.Task.examine = exercise.Exercise.examine = questions.NumberExercise.examine = passed
task.Task.points_for = lambda self, *_: 2.0
for each in exercises.EXERCISES:
    each.cases = lambda generator: []
    each.tolerance = each.rtol = each.atol = 1e9
    each.points = 100
"""
OTHER_CHECKS = """
from dlcourse.exercises.kinds import task
task.Task.check = lambda self, answer, **_: 2.0
"""
PRETENDS = """
import atexit, os, sys, threading, time
from IPython.display import display
os.environ["NBGRADER_EXECUTION"] = ""
shell = get_ipython()

class Number(float):
    def __repr__(self):
        return "2.0"
    def _repr_mimebundle_(self, **_):
        return {"text/plain": "2.0", "text/html": "Passed"}

class Anything:
    def __getattr__(self, name):
        return self
    def check(self, *_, **__):
        print("2.0")
        display(Number())
        return Number()

def rewrite(*_):
    shell.display_pub.publish({"text/plain": "2.0"})

def publish_for_ever():
    session, socket = shell.kernel.session, shell.kernel.iopub_socket
    while True:
        content = {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
        session.send(socket, "execute_result", content, parent=shell.parent_header)
        time.sleep(0.05)

exercises = Anything()
sys.displayhook = lambda value: print("2.0")
shell.events.register("post_run_cell", rewrite)
atexit.register(rewrite)
threading.Thread(target=publish_for_ever, daemon=True).start()
"""
REWRITES = """
import ast
shell = get_ipython()

class Rewrite(ast.NodeTransformer):
    def visit_Call(self, node):
        if getattr(node.func, "attr", "") == "check":
            return ast.copy_location(ast.Constant(2.0), node)
        return node

shell.ast_transformers.append(Rewrite())
shell.input_transformers_post.append(lambda lines: ["2.0\\n"] if any(".check(" in line for line in lines) else lines)
"""
LOCAL = """
import pathlib, sys
for name in ("numpy", "dlcourse"):
    pathlib.Path(name + ".py").write_text("print('2.0'); raise SystemExit")
sys.path.insert(0, "")
"""
FORGED = """
class exercises:
    class gaussian_pdf:
        @staticmethod
        def check(answer):
            class Forged:
                def _repr_mimebundle_(self, **_):
                    forged = {"points": 2.0, "answer": "AAAA"}
                    return {"application/vnd.dlcourse.answer+json": forged, "text/plain": "2.0"}
            return Forged()
"""


def all_wrong(notebook):
    for name, wrong in WRONG.items():
        answer(notebook, name, wrong)


def cheats(notebook):
    """One trick after another, each for a few checks."""
    all_wrong(notebook)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(FORGED))
    restored = "from dlcourse.chapters.probability_and_mle import exercises\n"
    insert_after(notebook, FIRST, restored + PATCHES)
    insert_after(notebook, "check_disease_given_positive", OTHER_CHECKS)
    insert_after(notebook, "check_gaussian_mle", REWRITES)
    insert_after(notebook, "check_learning_rate_limit", PRETENDS)


def moved_and_renamed(notebook):
    """Other points, ids and texts of a check, and a copy of it under another check's name."""
    all_wrong(notebook)
    check = cell_of(notebook, FIRST)
    check.metadata.nbgrader["points"] = 50
    check.id = "another"
    check.source = "gaussian_pdf = exercises.gaussian_pdf.reference\n" + check.source
    insert_after(notebook, FIRST, "2.0")
    notebook.cells[notebook.cells.index(check) + 1].metadata = nbformat.from_dict(
        {"nbgrader": dict(check.metadata.nbgrader) | {"grade_id": "check_conditional"}}
    )


def beside_local_modules(notebook):
    notebook.cells.insert(2, nbformat.v4.new_code_cell(LOCAL))


NOTHING = dict.fromkeys(POINTS, 0.0)
SUBMISSIONS = {
    "honest": (beside_local_modules, POINTS),
    "cheats": (cheats, NOTHING),
    "moved": (moved_and_renamed, NOTHING),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The points of these submissions, and the class's folder."""
    folder, home = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("home")
    assert dlcourse("new", folder, "03", cwd=folder, home=home).returncode == 0
    submissions.shorten(
        folder / "source" / CHAPTER / FILE, "from dlcourse.chapters.probability_and_mle import exercises"
    )
    with (folder / CONFIG).open("a") as config:
        config.write(submissions.PATIENT)
    assert dlcourse("release", "03", cwd=folder, home=home).returncode == 0
    handed_out = nbformat.read(folder / "release" / CHAPTER / FILE, as_version=4)
    for student, (change, _) in SUBMISSIONS.items():
        notebook = right(handed_out)
        change(notebook)
        submissions.hand_in(folder / "in", student, notebook)
    assert dlcourse("collect", "03", folder / "in", cwd=folder, home=home).returncode == 0
    run = dlcourse("grade", "03", cwd=folder, home=home)
    assert run.returncode == 0, run.stderr
    dlcourse("points", "03", "--csv", folder / "points.csv", cwd=folder, home=home)
    return submissions.points_by_exercise(folder / "points.csv"), folder


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_a_submission_earns_what_its_answers_deserve(graded, student):
    assert {name: float(graded[0][student][name]) for name in POINTS} == SUBMISSIONS[student][1]


def test_the_graded_copy_holds_the_judge_s_words_and_no_forged_ones(graded):
    copy = nbformat.read(graded[1] / "autograded" / "cheats" / CHAPTER / FILE, as_version=4)
    shown = {cell.metadata.nbgrader.grade_id: cell.outputs for cell in copy.cells if is_check(cell)}
    assert "no answer was handed in" in shown[FIRST][0].evalue  # what was forged
    assert "Your result is a single number" in shown["check_conditional"][0].data["text/html"]
    assert next(each.get("ename") for each in shown["check_loss_of_the_noise"]) == "NoPoints"
    boxes = [
        output.data["text/html"]
        for outputs in shown.values()
        for output in outputs
        if "text/html" in output.get("data", {})
    ]
    assert not [box for box in boxes if "✓ Passed" in box]
    assert MIME not in str(shown)


def test_each_class_draws_a_seed_of_its_own_which_is_not_handed_out(graded):
    (seed,) = graded[1].glob("grading_seed")
    assert int(seed.read_text()) not in (ORDINARY_SEED, GRADING_SEED)
    assert not list((graded[1] / "release").rglob("grading_seed"))
    text = seed.read_text().strip()
    assert not [path for path in graded[1].glob("autograded/**/*.ipynb") if text in path.read_text(encoding="utf-8")]


# The process that judges


def test_a_judge_that_is_killed_costs_one_answer_and_the_next_is_judged():
    bundle = hand_in(honest)._repr_mimebundle_()[MIME]
    with Judge(CHAPTER, 1) as judge:
        with pytest.raises(NotJudged, match="too long"):
            judge.points("gaussian_pdf", 2, bundle, seconds=0)
        assert judge.points("gaussian_pdf", 2, bundle, seconds=600)["text/plain"] == "2.0"
        with pytest.raises(NotJudged, match="no exercise"):
            judge.points("not_there", 2, bundle, seconds=600)
        assert "✓ Passed" in judge.points("gaussian_pdf", 3, bundle, seconds=600)["text/html"]
