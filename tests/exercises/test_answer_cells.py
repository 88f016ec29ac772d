"""A check judges what stands in the cell now: what failed when it last ran is not judged by what ran before."""

import copy
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.chapters import CHAPTERS, exercises_of, room_of
from tests.chapters.test_solved_notebooks import run
from tests.exercises.test_in_a_kernel import CHECK, RIGHT, SETUP

WRONG_SYNTAX = RIGHT + "\n    return ("
FAILS_ABOVE = "undefined_name\n" + RIGHT
FAILS_BELOW = RIGHT + "\n\nundefined_name"
FAILS_IN_IT = "mean_log = undefined_name(\n    3,\n)"
ANOTHER_NAME = "def other():\n    mean_log = 3\n\nundefined_name"
WITH_A_MAGIC = "%%time\n" + RIGHT
CHECKED_BELOW = RIGHT + "\nlast = " + CHECK + "\nundefined_name"
IMPORTED = "from tests.exercises.examples import mean_log\nundefined_name"


@pytest.fixture(scope="module")
def run_in_turn(request, tmp_path_factory):
    """Runs cells one after another in a new kernel, and gives the text of each one's last output."""

    def texts_of(*cells, **environment):
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in (SETUP, *cells)])
        for cell in notebook.cells:
            cell.metadata["tags"] = ["raises-exception"]
        ran = run(notebook, request.config.rootpath, tmp_path_factory.mktemp("home"), **environment)
        outputs = [cell.outputs[-1] if cell.outputs else {} for cell in ran.cells[1:]]
        return [output.get("data", output).get("text/plain", "") for output in outputs]

    return texts_of


def test_cell_that_failed_before_the_definition_is_not_judged_by_an_earlier_run(run_in_turn):
    failing = (WRONG_SYNTAX, FAILS_ABOVE, FAILS_IN_IT)
    texts = run_in_turn(RIGHT, CHECK, *(cell for fails in failing for cell in (fails, CHECK, RIGHT, CHECK)))
    assert "✓ Passed" in texts[1]
    for number, fails in enumerate(failing):
        _, failed, _, mended = texts[2 + 4 * number :][:4]
        assert "○ Not checked: mean_log\nThe cell that defines `mean_log` failed when it last ran" in failed, fails
        assert "✓ Passed" in mended, fails


def test_cell_that_came_to_the_definition_or_defines_something_else_is_judged(run_in_turn):
    judged = (FAILS_BELOW, ANOTHER_NAME, WITH_A_MAGIC, IMPORTED)
    texts = run_in_turn(*(cell for each in judged for cell in (RIGHT, each, CHECK)))
    for cell, verdict in zip(judged, texts[2::3], strict=True):
        assert "✓ Passed" in verdict, cell


def test_mended_cell_may_hold_the_check_itself(run_in_turn):
    texts = run_in_turn(RIGHT, WRONG_SYNTAX, CHECKED_BELOW, "last")
    assert "✓ Passed" in texts[-1]


def test_question_in_one_cell_with_its_check_is_judged_again_after_a_slip(run_in_turn):
    setup = "from dlcourse.chapters.start_here import exercises"
    right = "pairs_of_thirty = 435\nexercises.pairs_of_thirty.check(pairs_of_thirty)"
    *_, first, _, second = run_in_turn(setup, right, right.replace("435", "435 *"), right)
    assert "✓ Passed" in first
    assert "✓ Passed" in second


def test_graded_check_earns_nothing_where_the_answers_cell_failed(run_in_turn):
    texts = run_in_turn(RIGHT, CHECK, WRONG_SYNTAX, CHECK, NBGRADER_EXECUTION="autograde")
    assert (texts[1], texts[3]) == ("handed in, to be graded", "nothing to grade")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_call_that_the_last_hint_names_shows_the_solution(chapter, request):
    notebook = nbformat.read(request.config.rootpath / "notebooks" / f"{chapter}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert re.search(rf"from {re.escape(room_of(chapter))} import (\(\s*)?(\w+,\s*)*exercises\b", text)
    names = {}
    exec(f"from {room_of(chapter)} import exercises", names)
    for task in exercises_of(chapter):
        asked = copy.copy(task)  # the hints that are shown here stay unseen elsewhere
        hints = [asked.hint().message for _ in range(len(task.hints) + 1)]
        call = hints[-1].split("`")[1]
        assert call.startswith(f"exercises.{task.name}.")
        assert type(eval(call, names)) is type(task.solution())
