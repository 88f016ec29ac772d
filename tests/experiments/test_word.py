"""A word that the reader types: what is taken, what is refused and in which words, and what the picture shows then."""

from dataclasses import replace

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.experiments import inputs, state
from dlcourse.experiments.experiment import Word
from dlcourse.experiments.word import told
from tests.experiments.tiny_experiment import GUESS, Browser

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAME = Word("word", "Name", "rossi", LETTERS, 8)
BOTH = Word("word", "Name", "D'Arc", LETTERS + LETTERS.upper() + " '-", 12)


def compute(count, word):
    return {"y": np.full(50, float(len(word))), "x": np.linspace(0, 1, 50), "points": [[0, 0]], "filled": count > 3,
            "limit": 20.0}  # fmt: skip


READING = replace(
    GUESS,
    controls=(GUESS.controls[0], NAME),
    compute=compute,
    describe=lambda given, _: f"{len(given['word'])} letters.",
)


@pytest.mark.parametrize("typed", ["anna", "Anna", " anna ", "ANNA"])
def test_blanks_around_it_and_capitals_do_not_count_where_only_small_letters_are_known(typed):
    assert NAME.check(typed) == "anna"


def test_capitals_stay_where_they_are_known():
    assert BOTH.check(" Van d'Or-x ") == "Van d'Or-x"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", r"Name is empty; it has 1 to 8 characters\."),
        ("   ", "is empty"),
        ("anna!", r"Name is written with a to z, but '!' in 'anna!' is none of them\.$"),
        ("josé", r"'é' in 'josé' is none of them\. Without accents: jose\."),
        ("Ångström", r"Without accents: angstrom\."),
        ("王", "'王' in '王' is none of them"),
        ("abcdefghi", r"Name has at most 8 characters, but 'abcdefghi' has 9\."),
        ("a" * 1000, "has 1000"),
        (3, "word is a word in quotes, but 3 is not"),
    ],
)
def test_anything_else_is_refused_in_plain_words(typed, words):
    with pytest.raises(CourseError, match=words):
        NAME.check(typed)


def test_characters_are_told_as_a_reader_would():
    assert told(BOTH.characters) == "a to z, A to Z, a blank, ' and -"
    assert told("ab01234") == "a, b and 0 to 4"


def test_a_start_that_is_refused_is_refused_when_it_is_defined():
    with pytest.raises(ValueError, match=r"its value is refused\. Name is empty"):
        Word("word", "Name", "", LETTERS, 8)


@pytest.mark.parametrize("word", [NAME, BOTH])
def test_ends_and_random_settings_can_be_taken_and_written_down(word):
    generator = np.random.default_rng(0)
    for value in [*word.ends(), *(word.random(generator) for _ in range(50))]:
        assert word.check(value) == value
        assert state.read("e", [word], state.write("e", [word], {"word": value})) == {"word": value}


def test_the_page_has_a_field_that_holds_the_longest_word():
    look = inputs.specification(NAME)
    assert (look["label"], look["kind"], look["style"]["width"]) == ("Name", "entry", "12ch")
    assert inputs.shown(NAME, "anna") == "anna"


def test_what_is_typed_is_shown_and_what_is_refused_is_said_and_changes_nothing():
    browser = Browser(READING)
    browser.open()
    browser.do("type", name="word", text="Anna")
    assert browser.frames[-1]["controls"]["word"] == "anna"
    assert browser.frames[-1]["caption"] == "4 letters."
    browser.do("type", name="word", text="anna1")
    assert "'1' in 'anna1' is none of them" in browser.notice
    assert browser.live.parameters["word"] == "anna"
    browser.do("set", name="count", value=5)
    assert (browser.frames[-1]["controls"]["word"], browser.notice) == ("anna", "")
    browser.do("reset")
    assert browser.live.state_text == "guess(count=3, word='rossi')"
