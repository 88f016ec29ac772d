"""What people really write for the linear-Gaussian model, and what each of them needs to hear."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import together, with_numbers

Array = NDArray[np.floating]
Fit = tuple[Array, float]


def _residual_variance(inputs: Array, targets: Array, weights: Array) -> float:
    return float(((targets - inputs @ weights) ** 2).mean())


def _fit(inputs: Array, targets: Array) -> Fit:
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return weights, _residual_variance(inputs, targets, weights)


def _solved(inputs: Array, targets: Array, gram: Array) -> Fit:
    weights = gram @ (inputs.T @ targets)
    return weights, _residual_variance(inputs, targets, weights)


def _with_own_ones(inputs: Array, targets: Array) -> Fit:
    return _fit(np.column_stack([np.ones(len(inputs)), inputs]), targets)


def _each_column_alone(inputs: Array, targets: Array) -> Fit:
    weights = inputs.T @ targets / (inputs**2).sum(axis=0)
    return weights, _residual_variance(inputs, targets, weights)


def _degrees_of_freedom(inputs: Array, targets: Array) -> Fit:
    weights, variance = _fit(inputs, targets)
    return weights, variance * len(targets) / np.float64(len(targets) - inputs.shape[1])


def _residuals_or_0(inputs: Array, targets: Array) -> float:
    squares = np.linalg.lstsq(inputs, targets, rcond=None)[1]
    return float(squares.sum() / len(targets))


def _rows(inputs: Array, targets: Array) -> int:
    return len(targets)


def _columns(inputs: Array, targets: Array) -> int:
    return inputs.shape[1]


def _with_variance(variance_of: Callable[[Array], Any]) -> Callable[[Array, Array], tuple[Array, Any]]:
    """The right weights, and whatever `variance_of` makes of the residuals."""

    def fit(inputs: Array, targets: Array) -> tuple[Array, Any]:
        weights, _ = _fit(inputs, targets)
        return weights, variance_of(targets - inputs @ weights)

    return fit


VARIANCE = "On {case} the variance should be {expected}, and you return {received}. "
WEIGHT = "On {case} the weight [{where}] should be {expected}, and you return {received}. "

WEIGHT_MISTAKES = [
    Mistake(
        "normal_equations",
        lambda inputs, targets: _solved(inputs, targets, np.linalg.inv(inputs.T @ inputs)),
        "Your formula is the right one on paper, and it is exact on all ordinary tables. On the table with two nearly "
        "equal columns XᵀX is rounded to a matrix of four ones, which has no inverse: their difference, 7 · 10⁻⁹, was "
        "squared to 6 · 10⁻¹⁷ and vanished beside 1. A least-squares solver works on `inputs` itself and finds "
        "the weights 2 and 3: `np.linalg.lstsq`.",
    ),
    Mistake(
        "pseudoinverse_of_the_normal_equations",
        lambda inputs, targets: _solved(inputs, targets, np.linalg.pinv(inputs.T @ inputs)),
        with_numbers(
            WEIGHT + "Both columns get the same weight, so their difference was lost: by forming XᵀX (a "
            "pseudoinverse of it does not fail where the inverse does, but cannot bring back what was lost), by a "
            "penalty on the weights, or by an `rcond` that takes the difference for rounding. Solve with `inputs` "
            "itself and the default `rcond`.",
        ),
    ),
    Mistake(
        "own_column_of_ones",
        _with_own_ones,
        with_numbers(
            "On {case} you return {received_count} weights for {columns} columns: a column of ones was added. "
            "`inputs` has one already where an intercept is wanted, and where it has none, the line is meant to pass "
            "through the origin.",
            received_count=lambda inputs, targets: inputs.shape[1] + 1,
            columns=_columns,
        ),
    ),
    Mistake(
        "one_gradient_step",
        lambda inputs, targets: (
            inputs.T @ targets / len(targets),
            _residual_variance(inputs, targets, inputs.T @ targets / len(targets)),
        ),
        with_numbers(
            WEIGHT + "Your weights are Xᵀy/n, a single step of gradient descent from 0. It points the right way, but "
            "the minimum is where XᵀX w = Xᵀy.",
        ),
    ),
    Mistake(
        "each_column_alone",
        _each_column_alone,
        with_numbers(
            WEIGHT + "You fit each column as if the others were not there (that is right for a single column). Columns "
            "share what they explain: all weights have to be found together.",
        ),
    ),
    Mistake(
        "own_column_of_ones_at_the_end",
        lambda inputs, targets: _fit(np.column_stack([inputs, np.ones(len(inputs))]), targets),
        with_numbers(
            "On {case} there are {columns} columns, and your weights are one more: you appended a column of ones. The "
            "table is meant as it is. An intercept is wanted only where a column of ones is among the inputs already.",
            columns=_columns,
        ),
    ),
    Mistake(
        "residuals_of_lstsq",
        lambda inputs, targets: np.linalg.lstsq(inputs, targets, rcond=None)[:2],
        with_numbers(
            "The weights are right. The second thing that `lstsq` returns is an array with the sum of the squared "
            "residuals, {received} on {case}, not their mean {expected}. Compute the residuals yourself: that also "
            "works where `lstsq` leaves this array empty."
        ),
    ),
    Mistake(
        "residuals_of_lstsq_or_0",
        lambda inputs, targets: (_fit(inputs, targets)[0], _residuals_or_0(inputs, targets)),
        "Right nearly everywhere. You return 0 where the second thing that `lstsq` returns is empty. It is so where "
        "the fit is exact, but also where columns depend on each other, as in the table whose one column is twice the "
        "other: there the residuals are not 0. Compute them from the weights.",
    ),
    Mistake(
        "centred_inputs",
        lambda inputs, targets: _fit(inputs - inputs.mean(axis=0), targets),
        with_numbers(
            WEIGHT + "You subtract each column's mean from `inputs` first. A column of ones becomes zeros in that way, "
            "and without such a column it is another model. Use the columns as they are."
        ),
    ),
    Mistake(
        "inputs_times_targets",
        lambda inputs, targets: (inputs.T @ targets, _residual_variance(inputs, targets, inputs.T @ targets)),
        with_numbers(
            WEIGHT + "Your weights are Xᵀy, the right side of the normal equations XᵀX w = Xᵀy. The equations are not "
            "solved yet."
        ),
    ),
    Mistake(
        "inverse_of_the_inputs",
        lambda inputs, targets: (np.linalg.inv(inputs) @ targets, 0.0),
        with_numbers(
            "`inputs` has {rows} rows and {columns} columns on {case}: more equations than weights, so it has no "
            "inverse, and in general no weights fit all targets. Least squares finds those that come closest.",
            rows=_rows,
            columns=_columns,
        ),
    ),
]
# The weights are right in these; many who make them found the weights by an inverse.
VARIANCE_MISTAKES = [
    Mistake(
        "divided_by_degrees_of_freedom",
        _degrees_of_freedom,
        with_numbers(
            VARIANCE + "You divide the sum of squared residuals by n − d = {rows} − {columns}, which makes the "
            "estimate right on average. The likelihood is highest at the division by n.",
            rows=_rows,
            columns=_columns,
        ),
    ),
    Mistake(
        "variance_of_the_targets",
        lambda inputs, targets: (_fit(inputs, targets)[0], float(targets.var())),
        with_numbers(
            VARIANCE + "That is the variance of the targets around their mean. The noise is what the line leaves "
            "over: the residuals y − xᵀw.",
        ),
    ),
    Mistake(
        "standard_deviation",
        _with_variance(lambda residuals: float((residuals**2).mean() ** 0.5)),
        with_numbers(VARIANCE + "Its square is right: you return σ, the typical size of a residual, instead of σ²."),
    ),
    Mistake(
        "sum_of_squared_residuals",
        _with_variance(lambda residuals: float((residuals**2).sum())),
        with_numbers(
            VARIANCE + "Yours is the sum of the {rows} squared residuals (the second thing that `lstsq` returns); the "
            "variance is their mean.",
            rows=_rows,
        ),
    ),
    Mistake(
        "variance_about_the_mean_residual",
        _with_variance(lambda residuals: float(residuals.var())),
        with_numbers(
            VARIANCE + "`var` subtracts the residuals' mean before squaring. With a column of ones that mean is 0 and "
            "nothing changes; without one it is not, and the model's noise is centred on the line, at 0.",
        ),
    ),
    Mistake(
        "pair_swapped",
        lambda inputs, targets: _fit(inputs, targets)[::-1],
        "Both results are there, in the wrong order: return the weights first, then the variance.",
    ),
    Mistake(
        "residuals_of_lstsq_over_n",
        lambda inputs, targets: (
            _fit(inputs, targets)[0],
            np.linalg.lstsq(inputs, targets, rcond=None)[1][0] / len(targets),
        ),
        "Right where there are more rows than columns. With as many rows as columns the second thing that `lstsq` "
        "returns is an empty array, so that `[0]` stops with an IndexError. Compute the residuals from the weights "
        "yourself.",
    ),
    Mistake(
        "divided_by_n_minus_1",
        _with_variance(lambda residuals: float((residuals**2).sum() / (len(residuals) - 1))),
        with_numbers(
            VARIANCE + "You divide the sum of squared residuals by n − 1 = {rows} − 1. Maximum likelihood divides by n "
            "= {rows}.",
            rows=_rows,
        ),
    ),
    Mistake(
        "sample_variance_of_the_residuals",
        _with_variance(lambda residuals: float(residuals.var(ddof=1))),
        with_numbers(
            VARIANCE + "`var(ddof=1)` does two things that are not wanted: it divides by n − 1, and it subtracts the "
            "residuals' mean first, although the model's noise is centred on the line. Take the mean of the squares."
        ),
    ),
    Mistake(
        "mean_absolute_residual",
        _with_variance(lambda residuals: float(np.abs(residuals).mean())),
        with_numbers(
            VARIANCE + "Yours is the mean of the residuals' absolute values. The Gaussian's exponent holds their "
            "squares: the variance is the mean of these."
        ),
    ),
    Mistake(
        "weights_alone",
        lambda inputs, targets: _fit(inputs, targets)[0],
        "You return the weights alone. The noise variance is asked for as well, as the second of a pair.",
    ),
    Mistake(
        "residuals_not_squared",
        _with_variance(lambda residuals: float(residuals.mean())),
        with_numbers(
            VARIANCE + "Yours is the mean of the residuals as they are. Positive and negative ones cancel (with a "
            "column of ones, to 0 up to rounding). Square them before taking the mean."
        ),
    ),
    Mistake(
        "standard_deviation_of_the_residuals",
        _with_variance(lambda residuals: float(residuals.std())),
        with_numbers(
            VARIANCE + "`std` gives a root, so σ in place of σ², and it subtracts the residuals' mean first, although "
            "the model's noise is centred on the line. Take the mean of the squared residuals."
        ),
    ),
]
_REMARK = (
    "Further on, the table with two nearly equal columns asks for a least-squares solver in place of the inverse of "
    "XᵀX."
)


def _by_normal_equations(mistake: Mistake) -> Mistake:
    """The same mistake on top of the normal equations, which stop where XᵀX has no inverse."""

    def function(inputs: Array, targets: Array) -> Any:
        np.linalg.inv(inputs.T @ inputs)
        return mistake.function(inputs, targets)

    return together(mistake, "normal_equations", function, _REMARK)


MISTAKES = [*WEIGHT_MISTAKES, *VARIANCE_MISTAKES, *(_by_normal_equations(each) for each in VARIANCE_MISTAKES)]
