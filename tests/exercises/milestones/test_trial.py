"""What comes back of a run is read with care: it was made in the process of the reader's code."""

import numpy as np
import pytest

from dlcourse.exercises.milestones.readings import Reading
from dlcourse.exercises.milestones.trial import Trial
from dlcourse.exercises.running.failure import Failure
from dlcourse.exercises.running.sandbox import Result, Session

LIBRARY = [Reading("first", 1.0), Reading("second", 2.0), Reading("third", 0.0)]


def trial(*values, **state):
    session = Session(**{"begun": True, **state})
    session.results = [each if isinstance(each, Result) else Result(each) for each in values]
    return Trial(LIBRARY, session)


def test_the_library_s_numbers_are_equal_but_for_rounding():
    found = trial([1.0 + 1e-12], [2.0, 1e-12])
    assert found.equal
    assert found.values == [1.0 + 1e-12, 2.0, 1e-12]


@pytest.mark.parametrize(("values", "place"), [([1.1, 2.0, 0.0], 0), ([1.0, 2.00001, 0.0], 1), ([1.0, 2.0, np.nan], 2)])
def test_the_first_number_apart_is_found(values, place):
    found = trial(values)
    assert found.first_apart == place
    assert not found.fault
    assert not found.equal


@pytest.mark.parametrize("value", [None, 3.0, [3], ["a"], [[1.0]], {"a": 1.0}, (1.0,)])
def test_what_is_no_list_of_numbers_is_no_result(value):
    found = trial([1.0], value)
    assert found.fault == "something else than numbers came back."
    assert found.values == [1.0]


def test_more_numbers_than_the_library_s_are_not_taken():
    found = trial([1.0, 2.0, 0.0, 5.0])
    assert len(found.values) == 3
    assert not found.equal


def test_the_reader_s_own_line_is_told():
    failure = Failure("ValueError", "too long", ("ValueError",), place="line 3 of the cell, in double:\n    raise")
    found = trial([1.0], Result(failure=failure), [])
    assert (
        found.fault
        == "your pieces stopped with ValueError: too long.\nline 3 of your code as it is kept, in double:\n    raise"
    )
    assert found.values == [1.0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"interrupted": True}, "you interrupted it."),
        ({"lost": "signal 9", "ended": False}, "the process of your pieces ended (signal 9)"),
        ({"not_sent": "It could not be loaded."}, "nothing ran. It could not be loaded."),
        ({"ended": False}, "Does a loop never end there?"),
        ({"ended": False, "printed": "noise\npiece at work: double\n"}, "`double` was at work. Does a loop"),
        ({"ended": False, "printed": "piece at work: <b>\n"}, "Does a loop never end there?"),
    ],
)
def test_what_ended_a_run_is_told(state, words):
    found = trial([1.0], **state)
    assert found.fault.startswith(words)
    assert found.timed_out == ("Does a loop" in words)
    assert not found.equal
