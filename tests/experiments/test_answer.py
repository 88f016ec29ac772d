"""Predictions: what is shown until the reader has answered, what answering unlocks, and that an answer stays."""

import pytest

from dlcourse.chapters import experiments_of
from dlcourse.experiments.answer import SKIPPED, Answer
from tests.experiments.tiny_experiment import QUESTION, TINY, Browser, page_of, variant

CHAPTER = "03_probability_and_mle"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def locked():
    browser = Browser(variant(locked={"count": 15}), asks=True, count=9)
    browser.open()
    return browser


def words_of(browser):
    """Which of the moving artists say something: the readout is number 2."""
    return {number for number in browser.page.order if browser.page.marks[number]}


def test_a_locked_picture_shows_the_locked_state_without_its_numbers(locked):
    expected = page_of(TINY, count=15).key()
    assert locked.page.key() == {**expected, ("marks", 2): ()}
    assert words_of(locked) == {0, 1}
    frame = locked.frames[-1]
    assert (frame["caption"], frame["points"]) == ("", [])
    assert frame["prediction"] == {"chosen": None, "required": True}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "set", "name": "count", "value": 5},
        {"type": "type", "name": "count", "text": "5"},
        {"type": "step", "steps": 1},
        {"type": "restore", "text": "tiny(count=17)"},
        {"type": "nudge", "index": 0, "dx": 1, "dy": 0},
        {"type": "drag", "index": 0, "x": 0.5, "y": 0.5},
        {"type": "reset"},
    ],
)
def test_a_locked_experiment_refuses_everything_but_an_answer(locked, message):
    before = locked.live.state_text
    locked.do(message.pop("type"), **message)
    assert locked.notice == "Predict first (or skip the question): then this unlocks."
    assert locked.live.state_text == before


@pytest.mark.parametrize("choice", [0, 1, SKIPPED])
def test_an_answer_shows_the_present_state_and_its_words_and_unlocks(locked, choice):
    locked.do("choose", index=choice)
    assert locked.page.key() == page_of(TINY, count=9).key()
    assert locked.frames[-1]["caption"].startswith("A curve of height 0.5")
    assert locked.frames[-1]["prediction"]["chosen"] == choice
    locked.do("set", name="count", value=4)
    assert locked.live.parameters["count"] == 5


def test_a_choice_that_there_is_not_leaves_it_locked(locked):
    for index in (2, -2, "first"):
        locked.do("choose", index=index)
        assert locked.live.locked


def test_asking_again_locks_and_shows_the_locked_state_again(locked):
    first = locked.page.key()
    locked.do("choose", index=0)
    locked.do("ask again")
    assert locked.page.key() == first
    assert locked.frames[-1]["prediction"] == {"chosen": None, "required": True}
    locked.do("reset")
    assert "Predict first" in locked.notice


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (0, "<strong>Not what you predicted.</strong> You said: It grows. The answer: <strong>Nothing</strong>."),
        (1, "<strong>You predicted it.</strong> You said: Nothing."),
        (SKIPPED, "The answer: <strong>Nothing</strong>."),
    ],
)
def test_the_outcome_says_whether_the_prediction_was_right_and_why(choice, words):
    answer = Answer(QUESTION, "", "tiny")
    assert "outcome" not in answer.content()
    answer.choose(choice)
    assert words in answer.content()["outcome"]
    assert "Because &lt;b&gt;nothing&lt;/b&gt; depends on it." in answer.content()["outcome"]


def test_the_first_answer_counts():
    answer = Answer(QUESTION, "", "tiny")
    answer.choose(0)
    answer.choose(1)
    assert answer.chosen == 0


def test_a_lecturer_can_switch_predictions_off(monkeypatch):
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "off")
    browser = Browser(variant(locked={"count": 15}), asks=True, count=9)
    browser.open()
    assert browser.frames[-1]["prediction"] == {"chosen": None, "required": False}
    assert browser.page.key() == page_of(TINY, count=9).key()
    browser.do("set", name="count", value=4)
    assert browser.live.parameters["count"] == 5


@pytest.mark.parametrize("choice", [0, 1, SKIPPED])
def test_an_answer_is_kept_with_the_progress_until_it_is_asked_again(choice):
    first = Answer(QUESTION, CHAPTER, "tiny")
    assert first.is_due
    first.choose(choice)
    again = Answer(QUESTION, CHAPTER, "tiny")
    assert (again.chosen, again.is_due) == (choice, False)
    assert Answer(QUESTION, CHAPTER, "other").is_due
    assert Answer(QUESTION, "04_linear_regression", "tiny").is_due
    again.ask_again()
    assert Answer(QUESTION, CHAPTER, "tiny").is_due


def test_an_answer_to_a_question_that_had_more_choices_is_asked_again():
    Answer(QUESTION, CHAPTER, "tiny").choose(1)
    assert Answer(QUESTION, CHAPTER, "tiny").chosen == 1
    Answer(type(QUESTION)("Why?", ("a", "b", "c"), 0, "So."), CHAPTER, "other").choose(2)
    assert Answer(QUESTION, CHAPTER, "other").is_due


def test_a_shown_experiment_of_a_chapter_keeps_its_answer_and_reset_asks_again():
    experiment = experiments_of(CHAPTER)[0]
    assert (experiment.chapter, TINY.chapter) == (CHAPTER, "")
    shown = experiment()
    assert shown.locked
    shown.predict(0)
    shown = experiment()
    assert not shown.locked
    shown.reset()
    assert experiment().locked
