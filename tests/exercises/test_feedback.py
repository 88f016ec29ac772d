"""Feedback that carries the numbers of a case."""

import numpy as np
import pytest

from dlcourse.exercises.kinds.exercise import Case, Outcome
from dlcourse.exercises.teaching.feedback import differing_entry, first_difference, template_in, with_numbers


def outcome(expected, received, *arguments, label="a case"):
    return Outcome(Case(arguments, label), expected, received)


def test_fields_are_filled_from_the_entry_that_differs_most():
    feedback = with_numbers("{case}: at b = {bias}, entry [{where}], {expected} and not {received}", "flips", "bias")
    told = feedback(outcome(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.1]), "flips", np.array([0.2, 0.5, 0.9])))
    assert told == "a case: at b = 0.5, entry [1], 2 and not 2.5"


def test_argument_of_another_shape_than_the_result_is_shown_whole():
    feedback = with_numbers("{variance}", "points", "variance")
    assert feedback(outcome(np.array([1.0, 2.0]), np.array([0.0, 2.0]), np.array([3.0, 4.0]), 0.25)) == "0.25"


def test_arguments_that_the_feedback_does_not_name_may_be_of_any_kind():
    layers = [np.zeros((2, 3)), np.zeros((2, 1))]
    assert with_numbers("{received}", "layers")(outcome(np.ones(2), np.zeros(2), layers)) == "0"


def test_results_that_the_feedback_does_not_name_may_be_of_any_kind():
    class Odd:
        def __array__(self, *_arguments, **_keywords):
            raise RuntimeError

    assert with_numbers("In {case}: {{}}.", "x")(outcome(Odd(), Odd(), 1.0)) == "In a case: {}."


def test_computed_fields_get_the_arguments_of_the_case():
    feedback = with_numbers("{heads} heads", heads=lambda flips: int(flips.sum()))
    assert feedback(outcome(1.0, 2.0, np.array([1, 0, 1]))) == "2 heads"


def test_unknown_field_is_refused_when_the_exercise_is_written():
    with pytest.raises(ValueError, match="baias"):
        with_numbers("at {baias}", "flips", "bias")


def test_infinity_on_one_side_is_the_largest_difference():
    assert differing_entry(np.array([-np.inf, 0.0]), np.array([-50.0, 1000.0])) == (-np.inf, -50.0, (0,))


def test_nan_on_one_side_is_the_largest_difference():
    assert differing_entry(np.array([5.0, 0.0]), np.array([0.0, np.nan]))[2] == (1,)


def test_of_a_tuple_the_first_member_that_differs_is_told():
    assert differing_entry((2.5, 1.25), (2.5, 5.0)) == (1.25, 5.0, ())


@pytest.mark.parametrize("received", [None, "text", np.ones(4), (1.0, 2.0, 3.0)])
def test_result_of_another_kind_is_told_as_it_is(received):
    feedback = with_numbers("{expected} / {received}")
    assert feedback(outcome(np.array([1.0, 2.0]), received)).startswith("[1, 2] / ")


def test_numbers_that_agree_in_four_digits_are_told_with_more():
    assert with_numbers("{expected} {received}")(outcome(9998.0, 9998.33)) == "9998 9998.33"


def test_what_is_only_rounding_error_is_told_as_0():
    assert with_numbers("{received}")(outcome(0.72, 4.4e-17)) == "0"


def test_finite_number_beside_an_expected_infinity_is_no_rounding_error():
    assert with_numbers("{received}")(outcome(-np.inf, -55.26)) == "-55.26"


def test_fields_of_an_exercise_may_be_texts_with_braces_of_their_own():
    feedback = with_numbers("{at}Halve it.", at="At {where}, {expected}: {received}. ")
    assert feedback(outcome(np.array([1.0, 2.0]), np.array([1.0, 4.0]))) == "At 1, 2: 4. Halve it."


def test_a_field_may_be_computed_from_the_outcome():
    feedback = with_numbers("{missing} missing", missing=lambda outcome: len(outcome.expected) - len(outcome.received))
    assert feedback(outcome([1, 2, 3], [1], "argument")) == "2 missing"


def test_the_lines_of_a_docstring_are_joined_and_an_empty_one_begins_a_new_one():
    def mistake():
        """One line
        and its end.

        Another.
        """

    assert template_in(mistake) == "One line and its end.\nAnother."


def test_a_mistake_without_feedback_is_refused():
    with pytest.raises(ValueError, match="silent has no docstring"):
        template_in(silent)


def silent(x):
    return x


def test_the_first_of_several_results_that_differs_is_told():
    told, v = first_difference("θ", "`v`"), np.array([[1.0, 2.0]])
    assert told(outcome((v, v), (v, v * 1.25))) == "On “a case” `v`[0, 1] should be 2, and you return 2.5. "
    assert told(outcome((v, 3.0), (v, 4.0))) == "On “a case” `v` should be 3, and you return 4. "
    assert told(outcome((v, v), (v + 1, v))).startswith("On “a case” θ[0, 0]")
    assert told(outcome((v, v), (v, v[0]))) == "On “a case” `v` should have shape (1, 2), and yours has (2,). "
    assert told(outcome((v, v), (v, v))) == ""
    assert told(Outcome(Case((), "a case"), (v, v), None, "KeyError")) == (
        "On “a case” your function stops with KeyError. "
    )
