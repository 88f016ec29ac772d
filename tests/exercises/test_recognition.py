"""A mistake is recognized also beside a second fault, and only on enough evidence."""

import numpy as np
import pytest

from dlcourse.exercises.kinds.exercise import Case, Exercise
from tests.exercises.examples import make_mean_log, mean_log


def log_of_mean(values, scale):
    return scale * np.log(np.mean(values))


def log_of_mean_that_raises_for(*lengths):
    def function(values, scale):
        if len(values) in lengths:
            raise ValueError("too few")
        return log_of_mean(values, scale)

    return function


def log_of_mean_with(other, *lengths):
    return lambda values, scale: other if len(values) in lengths else log_of_mean(values, scale)


EXERCISE = make_mean_log()  # 3, 4 and 7 values, then one value as an edge case, where the mistake is right


def test_mistake_is_recognized_though_another_case_raises():
    verdict = EXERCISE.examine(log_of_mean_that_raises_for(1))
    assert verdict.mistake == "log_of_mean"
    assert verdict.message.splitlines()[:2] == [
        "Log first.",
        "Something else is wrong in case 4, “one value”. Your function stops with ValueError: too few",
    ]


@pytest.mark.parametrize(
    ("other", "shown"),
    [(np.nan, "nan"), (np.inf, "inf"), (np.ones(2), "[1, 1]"), (None, "None"), ("text", "'text'")],
    ids=["nan", "inf", "shape", "None", "text"],
)
def test_mistake_is_recognized_though_another_case_gives_something_disorderly(other, shown):
    verdict = EXERCISE.examine(log_of_mean_with(other, 7))
    assert verdict.mistake == "log_of_mean"
    assert f"wrong in case 3, “7 values”, where your result is {shown}; expected is " in verdict.message


def test_points_are_as_without_the_recognition():
    function = log_of_mean_that_raises_for(1)
    assert EXERCISE.examine(function).share == make_mean_log(mistakes=[]).examine(function).share == 0


def test_finite_result_of_the_right_shape_that_the_mistake_does_not_explain_speaks_against_it():
    assert EXERCISE.examine(log_of_mean_with(123.0, 7)).mistake is None


def test_mistake_that_does_not_explain_the_first_case_is_not_told():
    assert EXERCISE.examine(log_of_mean_that_raises_for(3)).mistake is None


def test_fewer_than_half_of_the_cases_are_no_evidence():
    def cases(generator):
        return [Case((generator.uniform(1, 9, size=n), 2.0), f"{n} values") for n in (3, 4, 5, 6, 7)]

    exercise = make_mean_log(cases=cases)
    assert exercise.examine(log_of_mean_that_raises_for(6, 7)).mistake == "log_of_mean"
    assert exercise.examine(log_of_mean_that_raises_for(5, 6, 7)).mistake is None


def test_one_wrong_case_alone_is_no_evidence():
    def wrong_once(values, scale):
        return {3: log_of_mean, 7: lambda *_: np.nan}.get(len(values), mean_log)(values, scale)

    listed = ("once", lambda v, s: log_of_mean(v, s) if len(v) == 3 else mean_log(v, s), "Once.")
    assert make_mean_log(mistakes=[listed]).examine(wrong_once).mistake is None


def test_of_two_mistakes_the_one_that_does_the_same_in_more_cases_is_told():
    def careful(values, scale):
        return 0.0 if len(values) == 7 else log_of_mean(values, scale)

    def plain(values, scale):
        return np.nan if len(values) == 7 else log_of_mean(values, scale)

    def reader(values, scale):
        if len(values) == 1:
            raise ValueError
        return plain(values, scale)

    mistakes = [("careful", careful, "Careful."), ("plain", plain, "Plain.")]
    for listed in (mistakes, mistakes[::-1]):
        verdict = make_mean_log(mistakes=listed).examine(reader)
        assert verdict.mistake == "plain"
        assert "Something else is wrong in case 4" in verdict.message


def test_mistake_that_explains_everything_goes_before_one_that_explains_most():
    reader = log_of_mean_that_raises_for(1)
    mistakes = [("log_of_mean", log_of_mean, "Log first."), ("both", reader, "Both.")]
    assert make_mean_log(mistakes=mistakes).examine(reader).mistake == "both"


def test_an_array_in_place_of_a_list_of_arrays_of_several_shapes_is_told():
    def halves(values):
        return [values / 2 for values in values], len(values)

    lists = [[np.ones(2), np.ones((2, 3))], [np.ones(3), np.ones(1)], [np.ones((4, 1))]]
    cases = [Case((each,), f"{len(each)} arrays") for each in lists]
    exercise = Exercise(
        halves, chapter="15_recurrent_networks", task="", hints=["", "="], cases=lambda generator: cases
    )
    verdict = exercise.examine(lambda values: (np.concatenate([each.ravel() / 2 for each in values]), len(values)))
    assert "is an array of shape (8,); expected are 2 values" in verdict.message
