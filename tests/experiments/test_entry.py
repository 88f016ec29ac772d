"""A number that the reader types: what is read, what is refused and in which words, and what stands in the field."""

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.experiments import state
from dlcourse.experiments.experiment import Entry
from tests.experiments.tiny_experiment import GUESS, Browser

ENTRY = Entry("by_q", "∂e/∂q", minimum=-20, maximum=20)


@pytest.fixture
def browser():
    browser = Browser(GUESS)
    browser.open()
    return browser


def fields(browser):
    """What stands in the two fields."""
    controls = browser.frames[-1]["controls"]
    return controls["guess"], controls["other"]


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
        ("10^-3", 0.001),
        ("2.5 × 10⁻⁷", 2.5e-7),
        ("−10⁻⁷", -1e-7),
        ("2·10^1", 20.0),
        ("10/4", 2.5),
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
        ("-4,0", r"is not\. Decimals stand behind a point: -4\.0\."),
        ("0,125", r"Decimals stand behind a point: 0\.125\."),
        ("1,000", r"is not\. Write thousands without a gap: 1000\."),
        ("1 000", r"Write thousands without a gap: 1000\."),
        ("20 %", "without a sign for per cent"),
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
        ("21", "lies between −20 and 20, but 21 does not"),
        ("-41/2", "lies between −20 and 20, but -41/2 does not"),
        (-20.5, "lies between −20 and 20, but −20.5 does not"),
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


def test_the_state_text_says_none_or_the_number_and_restores(browser):
    assert browser.live.state_text == "guess(count=3, guess=None, other=None)"
    again = Browser(GUESS, count=2, guess=-4.0, other="1/4")
    again.open()
    assert again.live.state_text == "guess(count=2, guess=-4.0, other=0.25)"
    assert fields(again) == ("−4", "0.25")
    browser.do("restore", text=again.live.state_text)
    assert browser.live.parameters == again.live.parameters
    assert fields(browser) == ("−4", "0.25")


def test_what_is_typed_becomes_the_value(browser):
    browser.do("type", name="other", text=" −1/4 ")
    assert browser.live.parameters["other"] == -0.25
    assert fields(browser) == ("", "−0.25")
    browser.do("type", name="other", text="")
    assert browser.live.parameters["other"] is None


def test_a_wrong_text_is_said_and_counts_as_blank_but_beside_a_slider_it_changes_nothing(browser):
    browser.do("type", name="guess", text="3")
    browser.do("type", name="guess", text="thre")
    assert browser.notice == "Your guess is a number such as -4, 0.5 or 1/3, but 'thre' is not."
    assert browser.live.parameters["guess"] is None
    browser.do("type", name="count", text="5")
    assert (browser.live.parameters["count"], browser.notice) == (5, "")
    browser.do("type", name="count", text="99")
    assert browser.notice == "Count lies between 0 and 9, but 99 does not."
    assert browser.live.parameters["count"] == 5


def test_reset_blanks_it(browser):
    browser.do("type", name="guess", text="3")
    browser.do("type", name="other", text="wrong")
    browser.do("reset")
    assert (fields(browser), browser.notice) == (("", ""), "")
    assert browser.live.state_text == "guess(count=3, guess=None, other=None)"
