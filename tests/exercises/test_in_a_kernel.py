"""The check in a real kernel: the reader's lines, endless loops, and what is handed in while nbgrader grades."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.exercises.running.handed_in import MIME, HandedIn
from tests.chapters.test_solved_notebooks import run
from tests.exercises.examples import make_mean_log
from tests.limits import LONGEST

SETUP = f"""from tests.exercises import examples
exercise = examples.make_mean_log(seconds={LONGEST})
impatient = examples.make_mean_log(seconds=1.0)"""
CHECK = "exercise.check(mean_log)"
RIGHT = """import numpy as np
def mean_log(values, scale):
    return scale * np.log(values).mean()"""
STUB = "def mean_log(values, scale):\n    ...  # your code here"
RAISES = """import numpy as np
def helper(values):
    # a comment
    return values @ np.ones(99)

def mean_log(values, scale):
    return helper(values)"""
LOOPS = (
    "def mean_log(values, scale):\n    while True:\n        try:\n            pass\n        except:\n            pass"
)
PRINTS = """def mean_log(values, scale):
    import sys, warnings
    from IPython.display import display
    for i in range(10_000):
        print(i)
    print("trouble", file=sys.stderr)
    display("shown")
    warnings.warn("beware")
    return 0.0"""
EXITS = "def mean_log(values, scale):\n    import sys\n    sys.exit(1)"
EXITS_BY_IPYTHON = "def mean_log(values, scale):\n    exit()"
REDEFINED = "import numpy as np\nmean_log = np.zeros((2, 3))"
HALF_RIGHT = RIGHT.replace("return", "return 0.0 if len(values) == 4 else")
LOG_OF_MEAN = "import numpy as np\ndef mean_log(values, scale):\n    return scale * np.log(values.mean())"
ANSWERS = [RIGHT, STUB, RAISES, LOOPS, PRINTS, EXITS, EXITS_BY_IPYTHON, REDEFINED, HALF_RIGHT, LOG_OF_MEAN]


def check_cell(answer, points=2):
    cell = new_code_cell(CHECK.replace("exercise", "impatient") if answer == LOOPS else CHECK)
    cell.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": "check_mean_log",
        "locked": True,
        "points": points,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


def notebook_with(answers):
    cells = [new_code_cell(SETUP)]
    for answer in answers:
        cells += [new_code_cell(answer), check_cell(answer)]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def folder(request):
    return request.config.rootpath


@pytest.fixture(scope="module")
def checked(folder, tmp_path_factory):
    """The outputs of each check as a reader sees them, in one kernel, one answer after another."""
    notebook = run(notebook_with(ANSWERS), folder, tmp_path_factory.mktemp("home"))
    return dict(zip(ANSWERS, (cell.outputs for cell in notebook.cells[2::2]), strict=True))


@pytest.fixture(scope="module")
def graded(folder, tmp_path_factory):
    """The executed check cells of each answer under nbgrader's environment."""
    home = tmp_path_factory.mktemp("home")
    notebook = run(notebook_with(ANSWERS), folder, home, NBGRADER_EXECUTION="autograde")
    assert list(home.iterdir()) == []
    return dict(zip(ANSWERS, notebook.cells[2::2], strict=True))


@pytest.mark.parametrize("answer", ANSWERS)
def test_check_gives_one_output_and_no_error_whatever_the_answer_does(checked, answer):
    (output,) = checked[answer]
    assert output.output_type == "execute_result"
    assert {"text/html", "text/plain"} <= set(output.data)
    assert "/tmp" not in output.data["text/plain"]


def test_live_kernel_offers_buttons(checked):
    assert all("application/vnd.jupyter.widget-view+json" in outputs[0].data for outputs in checked.values())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (RIGHT, "✓ Passed: mean_log"),
        (STUB, "○ Not attempted yet: mean_log"),
        (LOOPS, "was stopped after 1 s"),
        (PRINTS, "Your function also printed: 0 / 1 / 2 / …"),
        (EXITS, "ends the program"),
        (EXITS_BY_IPYTHON, "ends the program"),
        (REDEFINED, "holds an array of shape (2, 3), not a function"),
        (HALF_RIGHT, "case 2, “4 values”"),
        (LOG_OF_MEAN, "Log first."),
    ],
)
def test_verdict_says_what_happened(checked, answer, said):
    assert said in checked[answer][0].data["text/plain"]


def test_kernel_outlives_an_answer_that_leaves_it(folder, tmp_path):
    wait = "import time\ntime.sleep(0.5)\n1 + 1"
    cells = [new_code_cell(source) for source in (SETUP, EXITS_BY_IPYTHON, CHECK, wait, "2 + 2")]
    assert run(new_notebook(cells=cells), folder, tmp_path).cells[-1].outputs[0].data["text/plain"] == "4"


def test_grading_still_outlives_an_exit_below_a_check(folder, tmp_path):
    """Grading makes `exit()` harmless in the kernel; a check changes it for a moment and gives it back."""
    exit_is_harmless = "get_ipython().ask_exit = lambda: None"
    wait = "import time\ntime.sleep(0.5)\n1 + 1"
    cells = [new_code_cell(source) for source in (SETUP, exit_is_harmless, RIGHT, CHECK, "exit()", wait, "2 + 2")]
    assert run(new_notebook(cells=cells), folder, tmp_path).cells[-1].outputs[0].data["text/plain"] == "4"


def test_exception_shows_the_readers_lines_of_the_cell(checked):
    text = checked[RAISES][0].data["text/plain"]
    assert "line 7 of the cell, in mean_log:\n        return helper(values)" in text
    assert "line 4 of the cell, in helper:\n        return values @ np.ones(99)" in text


POINTS = {RIGHT: 2, HALF_RIGHT: 1.5}


@pytest.mark.parametrize("answer", ANSWERS)
def test_while_nbgrader_grades_a_check_hands_the_answer_in_silently(graded, answer):
    (output,) = graded[answer].outputs
    assert output.output_type == "execute_result"
    assert set(output.data) == {"text/plain", MIME}


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_was_handed_in_earns_its_points(graded, answer):
    exercise = make_mean_log(seconds=1.0 if answer == LOOPS else LONGEST)
    handed_in = HandedIn.read(graded[answer].outputs[0].data[MIME])
    assert exercise.points_for(handed_in) == POINTS.get(answer, 0)


def test_the_verdict_on_what_was_handed_in_says_what_it_says_in_the_notebook(checked, graded):
    for answer in (RAISES, EXITS, REDEFINED, STUB):
        verdict = make_mean_log().points_for(HandedIn.read(graded[answer].outputs[0].data[MIME])).verdict
        assert verdict.text().splitlines()[:2] == checked[answer][0].data["text/plain"].splitlines()[:2]


def test_what_is_handed_in_is_valid_in_a_notebook(graded):
    nbformat.validate(new_notebook(cells=list(graded.values())))
