"""An exception in the reader's function comes with the likely cause, in the reader's terms."""

# The functions below are written as badly as readers write them.
# ruff: noqa: F821

import math

import numpy as np
import pytest

from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.running import lstsq
from dlcourse.exercises.running.advice import POWER, SPELLING
from tests.exercises.examples import make_mean_log


def log_odds(values, bias):
    """Bias, a number or an array -> values' sum times the log-odds of it."""
    return values.sum() * np.log(bias / (1 - bias))


def log_odds_cases(generator):
    return [
        Case((generator.uniform(size=4), 0.25), "one bias"),
        Case((generator.uniform(size=3), np.array([0.25, 0.5, 0.75])), "three biases"),
    ]


LOG_ODDS = make_mean_log(name="log_odds", reference=log_odds, cases=log_odds_cases, mistakes=[])


def least_squares(inputs, targets):
    """Inputs (n, d), targets (n,) -> weights (d,) and the mean of the squared residuals."""
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return weights, float(np.mean((targets - inputs @ weights) ** 2))


def least_squares_cases(generator):
    return [
        Case((generator.normal(size=(6, 2)), generator.normal(size=6)), "six rows"),
        Case((np.eye(2), np.array([1.0, 2.0])), "as many rows as columns"),
    ]


LEAST_SQUARES = make_mean_log(name="fit", reference=least_squares, cases=least_squares_cases, mistakes=[])


def told(function, exercise=LOG_ODDS):
    verdict = exercise.examine(function)
    assert verdict.status == "not yet"
    return verdict.message


# Powers


@pytest.mark.parametrize(
    "function",
    [
        lambda values, bias: bias ^ 2,
        lambda values, bias: values ^ 2,
        lambda values, bias: np.float64(bias) ^ 2,
        lambda values, bias: 2 ^ values.sum(),
    ],
)
def test_caret_for_a_power_is_explained(function):
    assert POWER in told(function)


def test_other_type_errors_say_nothing_of_powers():
    assert POWER not in told(lambda values, bias: values + "a")


# Names


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda values, bias: sqrt(bias), "Did you mean `np.sqrt`?"),
        (lambda values, bias: pi * bias, "Did you mean `np.pi`?"),
        (lambda values, bias: exp(bias), "Did you mean `np.exp`?"),
        (lambda values, bias: log(bias), "Did you mean `np.log`?"),
        (lambda values, bias: ln(bias), "Did you mean `np.log`?"),
        (lambda values, bias: mean(values), "Did you mean `np.mean`?"),
        (lambda values, bias: lstsq_(values), SPELLING),
        (lambda values, bias: inv(values), "Did you mean `np.linalg.inv`?"),
        (lambda values, bias: linalg.inv(values), "Did you mean `np.linalg`?"),
        (lambda values, bias: factorial(3), "Did you mean `math.factorial`, after `import math`?"),
        (lambda values, bias: numpy.log(bias), "NumPy is imported as `np` here: write `np` for `numpy`."),
        (lambda values, bias: torch.log(bias), "`import torch`"),
        (lambda values, bias: plt.plot(bias), "`import matplotlib.pyplot as plt`"),
        (lambda values, bias: valuse.sum(), SPELLING),
    ],
)
def test_missing_name_is_told_with_what_was_probably_meant(function, said):
    assert said in told(function)


def reader_module(code, **names):
    """A function as a reader without `import numpy as np` writes it."""
    exec(code, names)
    return names["answer"]


def test_missing_import_of_numpy_is_told():
    assert "`import numpy as np`" in told(reader_module("def answer(values, bias):\n    return np.log(bias)"))
    assert "`import numpy`" in told(reader_module("def answer(values, bias):\n    return numpy.log(bias)"))
    assert "Did you mean `np.log`, after `import numpy as np`?" in told(
        reader_module("def answer(values, bias):\n    return log(bias)")
    )


def test_name_is_written_with_the_readers_own_name_for_numpy():
    answer = reader_module("def answer(values, bias):\n    return log(bias)", numpy=np)
    assert "Did you mean `numpy.log`?" in told(answer)


def test_name_that_numpy_has_may_be_the_readers_own_all_the_same():
    assert "has the cell that defines it been run?" in told(lambda values, bias: mean * bias)


# A number or an array


def with_if(values, bias):
    if bias == 0:
        return 0.0
    return log_odds(values, bias)


def with_chain(values, bias):
    assert 0 < bias < 1
    return log_odds(values, bias)


def with_or(values, bias):
    return 0.0 if (bias == 0) or (bias == 1) else log_odds(values, bias)


@pytest.mark.parametrize("function", [with_if, with_chain, with_or])
def test_yes_or_no_asked_of_an_array_is_explained(function):
    message = told(function)
    assert "`bias` is an array of shape (3,) here" in message
    assert "may be a number or an array" in message
    assert "np.where" in message


def with_loop(values, bias):
    return np.array([log_odds(values, b) for b in bias])


def with_length(values, bias):
    return [log_odds(values, bias[i]) for i in range(len(bias))]


def with_index(values, bias):
    return log_odds(values, bias[0])


@pytest.mark.parametrize("function", [with_loop, with_length, with_index])
@pytest.mark.parametrize("number", [0.25, np.float64(0.25), np.array(0.25)], ids=lambda value: type(value).__name__)
def test_loop_over_a_number_is_explained(function, number):
    exercise = make_mean_log(
        reference=log_odds, cases=lambda generator: [Case((np.ones(3), number), "one bias")], mistakes=[]
    )
    message = told(function, exercise)
    assert "`bias` is a single number here" in message
    assert "array arithmetic" in message
    assert "range(n)" not in message


def test_loop_over_a_count_points_to_range():
    def answer(values, bias):
        count = len(values)
        return sum(values[i] for i in count)

    message = told(answer)
    assert "`count` is a single number here" in message
    assert "loop over `range(n)`" in message


def test_single_number_is_not_named_when_there_are_two():
    def answer(values, bias):
        count = 3
        return [count * b for b in bias]

    assert "This is a single number here" in told(answer)


# Least squares


def without_index(inputs, targets):
    weights = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, np.mean((targets - inputs @ weights) ** 2)


def without_index_in_one_line(inputs, targets):
    return np.linalg.lstsq(inputs, targets, rcond=None), 0.5


def everything_returned(inputs, targets):
    return np.linalg.lstsq(inputs, targets, rcond=None)


def times_a_number(inputs, targets):
    weights = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights * 2.0, 0.5


@pytest.mark.parametrize("function", [without_index, without_index_in_one_line, everything_returned, times_a_number])
def test_four_things_of_lstsq_are_explained(function):
    assert lstsq.FOUR_THINGS in told(function, LEAST_SQUARES)


def residuals_as_they_come(inputs, targets):
    return np.linalg.lstsq(inputs, targets, rcond=None)[:2]


def residuals_divided(inputs, targets):
    weights, residuals, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, residuals / len(targets)


def first_residual(inputs, targets):
    weights, residuals, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, residuals[0] / len(targets)


def residual_as_a_number(inputs, targets):
    weights, residuals, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, float(residuals.item()) / len(targets)


def residual_in_one_line(inputs, targets):
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return weights, np.linalg.lstsq(inputs, targets, rcond=None)[1][0] / len(targets)


def helper(inputs, targets):
    return np.linalg.lstsq(inputs, targets, rcond=None)


def residuals_of_a_helper(inputs, targets):
    return helper(inputs, targets)[0], helper(inputs, targets)[1]


@pytest.mark.parametrize(
    "function",
    [
        residuals_as_they_come,
        residuals_divided,
        first_residual,
        residual_as_a_number,
        residual_in_one_line,
        residuals_of_a_helper,
    ],
)
def test_residuals_of_lstsq_are_explained(function):
    assert lstsq.RESIDUALS in told(function, LEAST_SQUARES)


def test_array_of_one_number_from_elsewhere_says_nothing_of_lstsq():
    def answer(inputs, targets):
        weights = np.linalg.pinv(inputs) @ targets
        return weights, np.mean((targets - inputs @ weights) ** 2, keepdims=True)

    assert "lstsq" not in told(answer, LEAST_SQUARES)


def test_error_that_has_nothing_to_do_with_lstsq_says_nothing_of_it():
    def answer(inputs, targets):
        weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
        return weights, math.sqrt("a")

    assert "four things" not in told(answer, LEAST_SQUARES)
    assert "empty" not in told(answer, LEAST_SQUARES)


# Products whose sizes do not fit


def layer(x, w, h):
    """x (n, 3), w (2, 3), h (n, 2) -> (n, 2)."""
    return x @ w.T + h


def layer_cases(generator):
    return [Case((generator.uniform(size=(4, 3)), generator.uniform(size=(2, 3)), generator.uniform(size=(4, 2))), "4")]


LAYER = make_mean_log(name="layer", reference=layer, cases=layer_cases, mistakes=[])


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x, w, h: x @ w + h, "`x` has shape (4, 3) and `w` (2, 3). In `x @ w` the last axis of the first, 3 "),
        (lambda x, w, h: x @ w + h, "they have to be equally long. Transposed, `w.T`, it would fit."),
        (lambda x, w, h: np.dot(x.T, h.T), "Transposed, `h`, it would fit."),
        (lambda x, w, h: w @ x + h @ w.T, "In `w @ x` the last axis of the first, 3 long, meets the first axis of"),
        (lambda x, w, h: x[:, 1:] @ w.T + h, "`x[:, 1:]` has shape (4, 2) and `w.T` (3, 2)."),
    ],
)
def test_factors_that_do_not_fit_are_told_with_their_shapes(function, said):
    assert said in told(function, LAYER)


def test_factors_that_cannot_be_read_off_are_not_guessed():
    message = told(lambda x, w, h: (2 * x) @ w + h, LAYER)
    assert "mismatch in its core dimension" in message
    assert "has shape" not in message


def test_a_product_of_tensors_is_told_like_one_of_arrays():
    def answer(x, w, h):
        import torch

        left, right = torch.tensor(x), torch.tensor(w)
        return left @ right

    assert "`left` has shape (4, 3) and `right` (2, 3)." in told(answer, LAYER)
