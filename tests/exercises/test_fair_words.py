"""The check names the mistake that was made, guesses only where two numbers speak for it, and gives no answer away."""

# Some functions below end without a `return`, as readers write them.
# ruff: noqa: RET503

import numpy as np
import pytest

from dlcourse.chapters import CHAPTERS, exercises_of
from dlcourse.exercises.comparing.compare import difference
from dlcourse.exercises.comparing.relations import differing, relation
from dlcourse.exercises.running.returns import NO_RETURN, NOT_REACHED, RETURNS_NONE, why_none
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.scratch.losses import softmax

TASKS = {task.name: task for chapter in CHAPTERS for task in exercises_of(chapter)}


def said_of(name, answer):
    verdict = TASKS[name].examine(answer)
    assert verdict.status == "not yet"
    return verdict.message


def words(expected, received):
    return difference(expected, received, Tolerance())


# --- how numbers relate


def test_rounded_constant_is_told_with_a_factor_that_is_not_1():
    message = said_of("gaussian_pdf", lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(2 * 3.14 * v))
    assert "off by the same factor, 1.000254: it looks like a constant that is rounded" in message
    assert "0.999500" in relation([(np.array([1.0, 2.0, 5.0]), np.array([1.0, 2.0, 5.0]) * 0.9995, ())])


def test_numbers_that_differ_in_sign_or_rounding_alone_prove_no_relation():
    assert not differing(np.array([0.1 + 0.2, 0.3]), 2)
    assert not differing(np.array([]), 1)
    assert differing(np.array([0.3, 0.31]), 2)
    right = np.array([0.5, -0.5])
    assert relation([(right, -right, ())]) == ""
    assert "opposite sign" in relation([(np.array([0.5, 0.25]), np.array([-0.5, -0.25]), ())])


def test_nothing_is_called_a_complement_that_is_no_probability():
    right = np.array([3.0, 7.0])
    assert relation([(right, 1 - right, ())]) == "Your numbers are 1 minus the expected ones."


def test_division_by_all_entries_is_no_mean_in_place_of_a_sum():
    def answer(inputs, targets, weights, bias):
        errors = inputs @ weights + bias - targets
        return inputs.T @ errors / inputs.size, errors.sum() / inputs.size

    message = said_of("mse_gradient", answer)
    assert "it looks like a division by all entries (`.size`" in message
    assert "a mean meant to be a sum" not in message


@pytest.mark.parametrize(
    ("divisor", "said"),
    [
        (lambda inputs: inputs.size, "it looks like a division by all entries (`.size`"),
        (lambda inputs: -len(inputs), "The sign is the other one"),
        (lambda inputs: len(inputs) / 3, "3 times the expected ones"),
    ],
)
def test_relation_is_told_though_a_case_of_single_precision_is_rounded(divisor, said):
    def answer(inputs, labels, weights, bias):
        errors = softmax(inputs @ weights + bias) - np.eye(len(bias))[labels]
        return inputs.T @ errors / divisor(inputs), errors.sum(axis=0) / divisor(inputs)

    assert said in said_of("softmax_gradient", answer)


def test_part_that_is_right_but_for_single_precision_does_not_hide_what_another_part_is():
    def answer(inputs, labels, weights, bias):
        errors = softmax(inputs @ weights + bias) - np.eye(len(bias))[labels]
        return inputs.T @ errors / len(inputs), errors.sum(axis=0)

    message = said_of("softmax_gradient", answer)
    assert "value 2 of 2" in message
    assert "too large by the number of values: is a sum meant to be a mean?" in message


# --- arrays


def test_slopes_are_not_called_probabilities():
    message = said_of("tanh_derivative", lambda z: (np.abs(z) < 0.5).astype(float))
    assert "probabilities" not in message
    assert "is 0 at [0], where 0.07065 is expected" in message
    assert "probabilities" not in words(np.array([0.25, 0.75]), np.array([-0.25, 0.5]))


@pytest.mark.parametrize(
    ("right", "given"),
    [
        ([0.0, 1.0], [1.0, 0.0]),
        ([0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]),
        ([-2.0, 0.0, 2.0], [2.0, 0.0, -2.0]),
        ([0.2, 0.5, 0.8], [0.8, 0.5, 0.2]),
    ],
)
def test_flipped_gate_or_sign_is_not_called_another_order(right, given):
    assert "order" not in words(np.array(right), np.array(given))


def test_entry_that_is_asked_for_is_named_and_a_sum_or_mean_otherwise():
    assert "Its entry [0] is the expected number" in words(2.5, np.array([2.5, 7.0]))
    assert "`[1, 0]` is missing after it" in words(2.5, np.array([[1.0], [2.5]]))
    assert "summed or averaged" in words(2.5, np.array([1.0, 1.5]))
    assert "An empty array" in words(2.5, np.array([]))
    assert "summed or averaged" in words(2.5, np.array([1e308, 1e308]))  # without a warning of the check's own


def test_trailing_comma_is_told():
    message = said_of("mean_squared_error", lambda predictions, targets: (np.mean((predictions - targets) ** 2),))
    assert "A comma at the end, as in `return a,`" in message
    assert "The value in it is right." in message
    assert "np.array" not in message
    assert "Square brackets" in words(2.0, [2.0])
    assert "The value in it is 3, where 2 is expected." in words(2.0, (3.0,))


def test_comma_behind_a_number_is_told():
    assert "A comma behind a number" in said_of("waiting_rate", (0.3,))
    assert "comma" not in said_of("waiting_rate", [0.3])


# --- nothing returned


def branch(a):
    if a > 3:
        return a


def test_reason_for_none_is_told_by_the_code():
    assert why_none(branch) == NOT_REACHED
    assert why_none(lambda a: a.sort()) == RETURNS_NONE
    assert why_none(lambda a: a if a else None) == RETURNS_NONE
    assert why_none(print) == NO_RETURN

    def without(a):
        a + 1

    assert why_none(without) == NO_RETURN


def test_branch_that_was_not_taken_is_told_in_all_cases_and_in_some():
    def answer(prevalence, sensitivity, specificity, limit=0.5):
        if prevalence < limit:
            return prevalence * sensitivity / (prevalence * sensitivity + (1 - prevalence) * (1 - specificity))

    assert "Your result is None here. The likely cause in your function: it has a `return`, but" in said_of(
        "disease_given_positive", answer
    )
    everywhere = said_of("disease_given_positive", lambda p, q, s: answer(p, q, s, limit=-1.0))
    assert "what stands behind it is None" in everywhere


# --- errors


def test_transposed_inputs_of_lstsq_are_told_and_not_an_inverse():
    def answer(inputs, targets):
        weights = np.linalg.lstsq(inputs.T, targets, rcond=None)[0]
        return weights, np.mean((targets - inputs @ weights) ** 2)

    message = said_of("linear_gaussian_mle", answer)
    assert "Incompatible dimensions" in message
    assert "wants a row for each target" in message
    assert "no inverse" not in message


# --- questions


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("pairs_of_thirty", 43_500, "percentage"),
        ("learning_rate_limit_of_line", 2 / 3, "opposite"),
        ("learning_rate_limit_of_line", 100 / 3, "percentage"),
    ],
)
def test_numbers_that_are_no_probability_get_no_remark_on_one(name, answer, remark):
    assert remark not in said_of(name, answer)


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if hasattr(task, "probability")])
def test_example_of_a_number_is_never_the_answer(name):
    task = TASKS[name]
    message = task.examine("text").message
    assert not task.examine(float(message.rpartition("such as ")[2].rstrip("."))).passed


def test_feedback_on_a_wrong_choice_does_not_quote_the_right_one():
    assert "less probable" not in said_of("conditional_independence", "a").lower()
    assert "100 times" not in said_of("why_log_loss", "a")


# --- warnings


def notes_on(name, answer):
    return " ".join(TASKS[name].examine(answer).notes)


def test_warning_is_told_where_it_explains_the_difference():
    def naive(logits):
        powers = np.exp(logits)
        return powers / powers.sum(axis=1, keepdims=True)

    assert "overflow encountered in exp" in notes_on("softmax", naive)
    assert "overflow encountered in exp" in notes_on("softmax", lambda logits: np.nan_to_num(naive(logits)))


def test_warning_is_not_told_beside_a_plain_slip():
    assert notes_on("sigmoid", lambda logits: 2 / (1 + np.exp(-logits))) == ""

    def answer(points, mean, variance):
        np.log(np.zeros(1))
        return np.exp(-((points - mean) ** 2) / (2 * variance))

    assert notes_on("gaussian_pdf", answer) == ""
