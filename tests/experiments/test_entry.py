"""A number that the reader types: what is read, what is refused and in which words, and what stands in the field."""

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.experiments import state
from dlcourse.experiments.experiment import Entry
from tests.experiments.tiny_experiment import GUESS

ENTRY = Entry("by_q", "∂e/∂q", minimum=-20, maximum=20)


@pytest.fixture
def shown():
    return GUESS()


def notices(shown):
    """Every sentence that is said under the picture from now on."""
    said = []
    shown._live._send = lambda content, buffers: said.append(content["text"]) if content["type"] == "notice" else None
    return said


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("3", 3.0),
        (" 3 ", 3.0),
        ("-4", -4.0),
        ("−4", -4.0),
        ("+.5", 0.5),
        ("4.", 4.0),
        ("1e-3", 0.001),
        ("1/3", 1 / 3),
        ("−1 / 3", -1 / 3),
        ("1/-4", -0.25),
        ("20", 20.0),
        (-4, -4.0),
        (np.float64(0.1), 0.1),
        (np.int64(2), 2.0),
    ],
)
def test_a_number_is_read_as_it_is_typed_or_given(typed, number):
    read = ENTRY.check(typed)
    assert read == number
    assert type(read) is type(number)


def test_there_is_one_zero():
    assert [ENTRY.write(ENTRY.check(zero)) for zero in ("0", "-0", -0.0, "0/-3")] == ["0.0"] * 4


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("four", "∂e/∂q is a number such as -4, 0.5 or 1/3, but 'four' is not"),
        ("-4,0", "behind a point, not a comma"),
        ("1,000", "behind a point, not a comma"),
        ("1.2.3", "is a number such as"),
        ("1/2/3", "is a number such as"),
        ("2*3", "is a number such as"),
        ("--4", "is a number such as"),
        ("1_000", "is a number such as"),
        ("٣", "is a number such as"),
        ("nan", "is a number such as"),
        ("inf", "is a number such as"),
        ("__import__('os')", "is a number such as"),
        ("9" * 41, "is a number such as"),
        ("1e999", "a finite number"),
        ("1/0", "1/0 divides by zero"),
        ("1/1e-400", "divides by zero"),
        ("21", "lies between -20 and 20, but 21 does not"),
        ("-41/2", "lies between -20 and 20, but -41/2 does not"),
        (-20.5, "lies between -20 and 20, but -20.5 does not"),
        (10**400, "too large"),
        (float("nan"), "a finite number"),
        (True, "is a number, but True is not"),
        ([3], r"is a number, but \[3\] is not"),
    ],
)
def test_anything_else_is_refused_in_plain_words(typed, words):
    with pytest.raises(CourseError, match=words):
        ENTRY.check(typed)


@pytest.mark.parametrize("limits", [(1, 1), (2, 1), (0, float("inf")), (float("nan"), 1)])
def test_a_range_that_is_none_is_refused_when_it_is_defined(limits):
    with pytest.raises(ValueError, match="finite, the first below"):
        Entry("a", "A", *limits)


@pytest.mark.parametrize("entry", [ENTRY, Entry("a", "A"), Entry("a", "A", 100, 101), Entry("a", "A", 0.001, 0.002)])
def test_ends_and_random_settings_are_blank_or_in_range_and_can_be_written_down(entry):
    generator = np.random.default_rng(0)
    drawn = [entry.random(generator) for _ in range(200)]
    assert drawn.count(None) in range(30, 75)
    for value in [*drawn, *entry.ends()]:
        assert entry.check(value) == value
        assert entry.check(entry.typed(value)) == value
        text = state.write("e", [entry], {entry.name: value})
        assert state.read("e", [entry], text) == {entry.name: value}


def test_the_state_text_says_none_or_the_number_and_restores(shown):
    assert shown.state_text == "guess(count=3, guess=None, other=None)"
    again = GUESS(count=2, guess=-4.0, other="1/4")
    assert again.state_text == "guess(count=2, guess=-4.0, other=0.25)"
    assert [field.value for field in again.inputs.values()] == [2, "-4", "0.25"]
    shown.restore(again.state_text)
    assert shown.values == again.values
    assert shown.inputs["guess"].value == "-4"


def test_the_field_is_blank_and_waits_for_enter(shown):
    field = shown.inputs["guess"]
    assert (field.value, field.placeholder, field.description) == ("", "?", "Your guess (m)")
    assert not field.continuous_update


def test_what_is_typed_becomes_the_value_and_stays_as_it_was_typed(shown):
    shown.inputs["other"].value = " −1/4 "
    assert shown.values["other"] == -0.25
    assert shown.inputs["other"].value == " −1/4 "
    shown.inputs["other"].value = ""
    assert shown.values["other"] is None


def test_a_wrong_text_is_said_stays_in_its_field_and_counts_as_blank(shown):
    shown.inputs["guess"].value = "3"
    said = notices(shown)
    shown.inputs["guess"].value = "thre"
    assert said == ["Your guess is a number such as -4, 0.5 or 1/3, but 'thre' is not."]
    assert shown.inputs["guess"].value == "thre"
    assert shown.values["guess"] is None
    shown.inputs["guess"].value = ""  # the same value as before, so that no frame takes the sentence away
    assert said[-1] == ""


def test_a_sentence_stays_while_frames_come_and_goes_with_the_next_change(shown):
    frames = []
    shown._live._send = lambda content, buffers: frames.append(content) if content["type"] == "frame" else None
    shown.canvas._handle_custom_msg({"type": "ready", "scale": 1}, [])
    shown.inputs["guess"].value = "3"  # two frames are under way now: the next one has to wait
    shown.inputs["guess"].value = "thre"
    shown.canvas._handle_custom_msg({"type": "painted", "number": frames[-1]["number"]}, [])
    assert "thre" in frames[-1]["notice"]
    shown.inputs["guess"].value = "4"
    assert frames[-1]["notice"] == ""


def test_reset_blanks_it(shown):
    shown.inputs["guess"].value = "3"
    shown.inputs["other"].value = "wrong"
    shown.reset()
    assert [shown.inputs[name].value for name in ("guess", "other")] == ["", ""]
    assert shown.state_text == "guess(count=3, guess=None, other=None)"
