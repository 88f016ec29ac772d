"""A milestone with right, wrong and half-finished sets of pieces, and after an upgrade of the course."""

import numpy as np
import pytest

from dlcourse import progress
from dlcourse.chapters.softmax_regression import exercises
from dlcourse.exercises.running import worker_process
from dlcourse.scratch import losses
from tests.exercises.milestones.growing import CHAPTER, growing


@pytest.fixture
def milestone(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return growing()


RIGHT = {
    "double": "def double(values):\n    return values + values\n",
    "total": "def helper(values):\n    return sum(values)\n\n\ndef total(values):\n    return helper(values)\n",
}


def keep(**texts):
    for name, text in texts.items():
        assert progress.record(CHAPTER, name, text) == ""


def test_an_untouched_milestone_runs_the_library_s_pieces_says_so_and_starts_no_process(milestone, monkeypatch):
    monkeypatch.setattr(worker_process, "run_errand", None)
    report = milestone()
    text = repr(report)
    assert text.startswith("Milestone: numbers grow. 0 of 2 pieces are yours.")
    assert text.count("the library's (not passed yet)") == 2
    assert "sum after 1 steps  6.000\nsum after 5 steps  " in text
    assert "sum after 2 steps" not in text
    assert text.endswith("your own code takes its place.")
    assert not report.reached
    assert progress.milestones() == {}


def test_all_of_the_reader_s_pieces_run_and_reach_it(milestone):
    keep(**RIGHT)
    report = milestone()
    text = repr(report)
    assert text.startswith("Milestone reached: numbers grow. 2 of 2 pieces are yours.")
    assert "double  yours\ntotal   yours" in text
    assert "sum after 1 steps  6.000             6.000" in text
    assert "All 12 numbers that were measured on the way are the library's" in text
    assert progress.milestones() == {CHAPTER: {"growth"}}


def test_a_half_finished_set_is_completed_by_the_library_s_and_reaches_nothing(milestone):
    keep(total=RIGHT["total"])
    report = milestone()
    assert "1 of 2 pieces is yours." in repr(report)
    assert "double  the library's (not passed yet)\ntotal   yours" in repr(report)
    assert "All 12 numbers" in repr(report)
    assert not report.reached
    assert progress.milestones() == {}


def test_what_passes_a_check_in_a_notebook_is_what_the_milestone_runs(milestone):
    verdict = milestone.pieces[0].check(own_double)
    assert verdict.passed
    assert progress.code(CHAPTER)[0]["double"].startswith("import numpy as np\nTWO = 2\n\n\ndef own_double(values):")
    assert "double  yours" in repr(milestone())


EARLIER = "04_linear_regression"


def test_a_piece_of_an_earlier_chapter_is_the_one_that_was_passed_there(milestone):
    keep(**RIGHT)
    borrowing = growing(home=EARLIER)
    assert "double  the library's (chapter 04: not passed yet)\ntotal   yours" in repr(borrowing())
    progress.record(EARLIER, "double")
    assert "double  the library's (chapter 04: passed, but your code is not kept" in repr(borrowing())
    progress.record(EARLIER, "double", "def double(values):\n    return 3 * values\n")
    assert "double  the library's (chapter 04: your code no longer passes its check)" in repr(borrowing())
    progress.record(EARLIER, "double", RIGHT["double"])
    assert borrowing().reached
    assert progress.milestones() == {CHAPTER: {"growth"}}


def last_sum(values):
    return f"The last sum is {values['sum after 12 steps']:.0f}."


def test_what_the_numbers_mean_is_said_in_words_of_the_pieces_that_ran(milestone):
    telling = growing(in_words=last_sum)
    assert "\nThe last sum is 12800.\nThe library's pieces ran." in repr(telling())
    keep(**RIGHT)
    assert "\nThe last sum is 12800.\nAll 12 numbers" in repr(telling())
    keep(double=WRONG["another number beyond the check"][0])
    assert "\nThe last sum is 14075.\nYour numbers leave" in repr(telling())
    keep(double=WRONG["an exception beyond the check"][0])
    assert "The last sum" not in repr(telling())


TWO = 2


def own_double(values):
    return np.asarray(values) * TWO


def calls_the_library(logits):
    return losses.softmax(logits)


def test_what_calls_the_library_s_own_function_is_no_piece_of_the_reader_s(milestone):
    assert exercises.softmax.check(calls_the_library).passed
    assert progress.passed() == {CHAPTER: {"softmax"}}
    assert progress.code(CHAPTER) == ({}, "")


WRONG = {
    "another number beyond the check": (
        "def double(values):\n    return values + values + (len(values) > 4)\n",
        ["Your numbers leave the library's at “sum after 5 steps”: 105, not 100.", "It comes from your `double`"],
    ),
    "an exception beyond the check": (
        "def double(values):\n    if len(values) > 4:\n        raise ValueError('too long')\n    return 2 * values\n",
        [
            "On the way to “sum after 5 steps” your pieces stopped with ValueError: too long.",
            "line 3 of your code as it is kept, in double:\n    raise ValueError('too long')",
        ],
    ),
    "a wrong form beyond the check": (
        "def double(values):\n    return None if len(values) > 4 else values + values\n",
        ["On the way to “sum after 5 steps” your pieces stopped with ", "It comes from your `double`"],
    ),
    "a loop without end": (
        "def double(values):\n    while len(values) > 4:\n        pass\n    return values + values\n",
        ["it was stopped after 1 s. `double` was at work. Does a loop never end there?"],
    ),
    "all of the memory": (
        "import numpy as np\n\n\ndef double(values):\n    return values + values + "
        "(np.ones(10**11).sum() if len(values) > 4 else 0)\n",
        ["your pieces stopped with ", "emory"],
    ),
    "an end of Python": (
        "import os\n\n\ndef double(values):\n    return values + values if len(values) < 5 else os._exit(3)\n",
        ["On the way to “sum after 5 steps” the process of your pieces ended (exit code 3)"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_piece_that_is_wrong_where_no_case_looks_is_told_in_words(milestone, name):
    text, told = WRONG[name]
    keep(double=text, total=RIGHT["total"])
    report = milestone()
    for words in told:
        assert words in repr(report)
    assert "2 of 2 pieces are yours." in repr(report)
    assert not report.reached
    assert progress.milestones() == {}
    # The process serves the next run.
    keep(double=RIGHT["double"])
    assert milestone().reached


@pytest.mark.parametrize("steps", [50, 5])
def test_where_many_numbers_come_at_once_a_failure_is_told_of_the_number_it_was_on_the_way_to(milestone, steps):
    """Of 50 numbers three come at a time; of 5 the last one fails."""
    text, told = WRONG["an exception beyond the check"]
    keep(double=text, total=RIGHT["total"])
    for words in told:
        assert words in repr(growing(steps)())


@pytest.mark.parametrize(
    "text",
    [
        "def double(values):\n    return 3 * values\n",  # it passed when the course asked for something else
        "def double(values)\n",
        "import a_package_of_last_year\n\n\ndef double(values):\n    return 2 * values\n",
        "def another(values):\n    return 2 * values\n",
        "def double(values):\n    while True:\n        pass\n",
    ],
)
def test_after_an_upgrade_a_piece_that_no_longer_passes_is_said_and_the_library_s_is_taken(milestone, text):
    keep(double=text, total=RIGHT["total"])
    report = milestone()
    assert "double  the library's (your code no longer passes its check)\ntotal   yours" in repr(report)
    assert "\n`double`, as it was kept: " in repr(report)
    assert "All 12 numbers" in repr(report)
    assert not report.reached


def test_what_was_passed_before_code_was_kept_is_asked_for_once_more(milestone):
    progress.record(CHAPTER, "double")
    assert "double  the library's (passed, but your code is not kept: run its check once more)" in repr(milestone())


def test_a_damaged_piece_is_mentioned_and_the_library_s_is_taken(milestone, tmp_path):
    keep(**RIGHT)
    file = tmp_path / progress.FILE_NAME
    file.write_text(file.read_text().replace('"form": 1', '"form": 2', 1))
    report = milestone()
    assert "1 of 2 pieces is yours." in repr(report)
    assert "What progress.json holds as your code of double cannot be used." in repr(report)


def test_while_nbgrader_grades_the_library_s_pieces_run_and_nothing_is_recorded(milestone, monkeypatch):
    keep(**RIGHT)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "0 of 2 pieces are yours." in repr(milestone())
    monkeypatch.delenv("NBGRADER_EXECUTION")
    assert progress.milestones() == {}


def test_the_page_says_the_same_and_escapes_what_it_shows(milestone):
    keep(double="def double(values):\n    return values + '<b>'\n")
    page = milestone()._repr_mimebundle_()["text/html"]
    assert "<b>" not in page
    assert "<code>double</code></th>" in page
    assert "no longer passes its check" in page
