"""Questions with a number or a letter as the answer."""

import math

import numpy as np
import pytest

from dlcourse import progress
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise, NumberExercise, WrongNumber
from tests.exercises.examples import graded


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def number(**changes):
    settings = {
        "name": "posterior",
        "chapter": "03_probability_and_mle",
        "task": "How probable is the disease?",
        "answer": lambda: 0.16,
        "tolerance": 0.005,
        "probability": True,
        "hints": ["Bayes.", "Divide."],
        "explanation": "Of 10 who test positive, fewer than 2 are ill.",
        "mistakes": [WrongNumber("inverse", lambda: 0.9, "That is P(positive | ill), not P(ill | positive).")],
    }
    return NumberExercise(**{**settings, **changes})


def choice(**changes):
    settings = {
        "name": "why_log",
        "chapter": "03_probability_and_mle",
        "question": "Why the logarithm?",
        "choices": {"a": Choice("It is faster.", "Hardly."), "b": Choice("It does not underflow.", "Indeed.")},
        "answer": "b",
        "hints": ["Multiply many.", "0.5 ** 2000?"],
    }
    return ChoiceExercise(**{**settings, **changes})


@pytest.mark.parametrize("answer", [0.16, 0.155, 0.165, np.float32(0.16), np.array(0.16), np.array([0.16])])
def test_number_within_the_tolerance_passes(answer):
    verdict = number().check(answer)
    assert verdict.passed
    assert "fewer than 2 are ill" in verdict.message
    assert progress.passed() == {"03_probability_and_mle": {"posterior"}}


def test_torch_scalar_is_a_number():
    torch = pytest.importorskip("torch")
    assert number().check(torch.tensor(0.16)).passed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0.9, "P(positive | ill)"),
        (16.0, "percentage"),
        (-0.16, "wrong sign"),
        (0.84, "the probability of the opposite"),
        (1 / 0.16, "1 divided by the answer"),
        (0.2, "is close, but not within 0.005: give more digits"),
        (0.17, "is close, but not the answer: was something rounded on the way?"),
        (0.1667, "is close, but not the answer: was something rounded on the way?"),
        (0.5, "too large"),
        (0.0, "too small"),
        (math.nan, "not a number that can be the answer"),
        (math.inf, "not a number that can be the answer"),
        ("0.16", "is a text (str)"),
        (True, "is a truth value"),
        (np.array([0.1, 0.2]), "is an array of shape (2,)"),
        ([0.16], "is a list of 1"),
        (0.16 + 1j, "is a complex number"),
        (print, "is the function `print`"),
        ({}, "is a dict"),
        (object(), "is an object"),
    ],
)
def test_wrong_number_is_told_what_is_wrong(answer, said):
    verdict = number().check(answer)
    assert verdict.status == "not yet"
    assert said in verdict.message


def test_message_on_a_wrong_number_does_not_tell_the_answer():
    assert all("0.16" not in number().check(answer).message for answer in (0.5, 0.17, 0.9, 16.0))


@pytest.mark.parametrize(
    ("answer", "tolerance", "given", "asked_for_digits"),
    [
        (0.32, 0.005, 0.3, True),
        (0.32, 0.005, 0.31, False),
        (0.32, 0.005, 0.33, False),
        (0.3249, 0.001, 0.32, True),
        (0.3251, 0.001, 0.33, True),
        (0.3251, 0.001, 0.32, False),
        (9.6, 0.05, 10, True),
        (9.4, 0.1, 10, False),
        (9.4, 0.1, 9, True),
        (1932.0, 10.0, 1900, False),
        (0.04, 0.005, 0.0, False),
        (-0.32, 0.005, -0.3, True),
        (0.16, 1e-6, np.float32(0.160009), False),
    ],
)
def test_more_digits_are_asked_for_only_where_the_answer_rounds_to_what_was_typed(
    answer, tolerance, given, asked_for_digits
):
    message = number(answer=answer, tolerance=tolerance, mistakes=[]).check(given).message
    assert ("give more digits" in message) == asked_for_digits
    assert ("rounded on the way" in message) != asked_for_digits


def test_nearest_of_two_wrong_numbers_is_recognized():
    wrong = [WrongNumber("first", 0.5, "First."), WrongNumber("second", lambda: 0.508, "Second.")]
    for mistakes in (wrong, wrong[::-1]):
        exercise = number(mistakes=mistakes)
        assert [exercise.check(value).mistake for value in (0.503, 0.505, 0.508)] == ["first", "second", "second"]


def test_relative_tolerance():
    exercise = number(answer=2000.0, tolerance="1 %", mistakes=[])
    assert exercise.check(2019).passed
    assert not exercise.check(2021).passed
    assert "within 1 %" in exercise.check(3000).message


def test_tolerance_includes_its_own_edge():
    assert number(answer=0.3, tolerance=0.01, mistakes=[]).check(0.31).passed


@pytest.mark.parametrize("make", [number, choice])
@pytest.mark.parametrize("answer", [None, ...])
def test_untouched_answer_is_not_attempted(make, answer):
    assert make().check(answer).status == "not attempted"


@pytest.mark.parametrize("answer", ["b", "B", " b ", "b)", "(b)"])
def test_choice_may_be_written_in_several_ways(answer):
    assert choice().check(answer).passed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a", "Hardly."),
        ("c", 'write one of "a", "b"'),
        (1, "with the quotes"),
        ("", "none of the choices"),
        (print, "`print`"),
    ],
)
def test_wrong_choice_is_told_what_is_wrong(answer, said):
    verdict = choice().check(answer)
    assert verdict.status == "not yet"
    assert said in verdict.message


def test_wrong_choice_is_named_as_the_mistake():
    assert choice().check("a").mistake == "a"


def test_task_lists_the_choices_and_not_the_answer():
    assert choice().task == "Why the logarithm?\n\n- **a**: It is faster.\n- **b**: It does not underflow."


def test_answer_that_is_no_choice_is_refused_when_written():
    with pytest.raises(ValueError, match="'z' of why_log is none of its choices: a, b"):
        choice(answer="z")


def test_solutions_explain():
    assert repr(number().solution()) == "posterior = 0.16: Of 10 who test positive, fewer than 2 are ill."
    assert repr(choice().solution()) == "b: It does not underflow: Indeed."


@pytest.mark.parametrize(("make", "right", "wrong"), [(number, 0.16, 0.17), (choice, "b", "a")])
def test_grading_gives_all_or_nothing(make, right, wrong, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert [graded(make(), answer) for answer in (right, wrong, ..., object())] == [1.0, 0.0, 0.0, 0.0]
