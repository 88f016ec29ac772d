"""Exercise on the Gaussian's maximum likelihood: the mean, and the variance that divides by n."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import probability

Array = NDArray[np.floating]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([1.0, 2.0, 3.0, 10.0]),), "the values 1, 2, 3 and 10"),
        Case((np.array([850.0, 740.0, 900.0, 1070.0, 930.0]) + 299_000,), "five measurements of the speed of light"),
        Case((np.array([-3, 0, 4, 4, 7]),), "whole numbers"),
        Case((np.array([0.5, 0.25, 0.125, 2.0], dtype=np.float32),), "values of dtype float32"),
        Case((generator.gamma(2.0, 3.0, size=60),), "60 random values"),
        Case((generator.normal(-2, 1e-3, size=20),), "20 values close together"),
        Case((np.array([7.5]),), "a single value", edge=True),
        Case((np.array([2.0, 2.0, 2.0]),), "three equal values", edge=True),
        Case((np.array([0.0, 1.0, 2.0, 5.0]) + 1e9,), "small differences on top of a billion", edge=True),
    ]


def _count(values: Array) -> int:
    return len(values)


def _maximum_likelihood(values: Array) -> tuple[float, float]:
    return float(values.mean()), float(values.var())


def _divided_by_n_minus_1(values: Array) -> Any:
    """The unbiased estimate; nan for a single value, as NumPy's ``var(ddof=1)`` gives."""
    return np.sum((values - values.mean()) ** 2) / np.float64(len(values) - 1)


ON = "On {case} (n = {count}) "

gaussian_mle = Exercise(
    name="gaussian_mle",
    chapter="03_probability_and_mle",
    task=(
        "Return two numbers, `(mean, variance)`: those of the Gaussian under which `values`, an array of shape (n,) "
        "with n ≥ 1, are most probable. For equal values return the variance that the formula gives, 0, although no "
        "Gaussian is then the most probable."
    ),
    reference=probability.gaussian_mle,
    cases=_cases,
    hints=[
        "The mean first: it makes the sum of (x − μ)² smallest, whatever the variance is. Which number does that?",
        "Setting the slope of the log-likelihood in σ² to 0 gives Σ (x − μ)² / (2σ⁴) = n / (2σ²). Solve for σ².",
        "σ² is the mean of the squared distances from the mean that you have just computed. It divides by n, even "
        "though that comes out a little small on average.",
        "In code: compute `mean`, then the average of `(values - mean) ** 2`, and return the pair.",
    ],
    mistakes=[
        Mistake(
            "divided_by_n_minus_1",
            lambda values: (values.mean(), _divided_by_n_minus_1(values)),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, which divides by n − 1. That estimate "
                "is right on average (unbiased), but it is not the one under which the values are most probable: the "
                "likelihood's top is at the division by n.",
                count=_count,
            ),
        ),
        Mistake(
            "divided_by_n_minus_1_where_possible",
            lambda values: (values.mean(), _divided_by_n_minus_1(values) if len(values) > 1 else 0.0),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the unbiased estimate, with its "
                "division by n − 1 and an exception for n = 1. Maximum likelihood divides by n, and its formula "
                "gives 0 for a single value.",
                count=_count,
            ),
        ),
        Mistake(
            "standard_deviation",
            lambda values: (values.mean(), values.std()),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, its square root. That is the standard "
                "deviation σ; the function returns σ².",
                count=_count,
            ),
        ),
        Mistake(
            "sample_standard_deviation",
            lambda values: (
                values.mean(),
                np.sqrt(np.sum((values - values.mean()) ** 2) / np.float64(len(values) - 1)),
            ),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}. Two things differ: it is a standard "
                "deviation, so a root too much, and it divides by n − 1 where maximum likelihood divides by n.",
                count=_count,
            ),
        ),
        Mistake(
            "mean_absolute_deviation",
            lambda values: (values.mean(), np.abs(values - values.mean()).mean()),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the mean absolute distance. The "
                "exponent of the Gaussian holds squared distances, so their mean is what comes out.",
                count=_count,
            ),
        ),
        Mistake(
            "mean_square_about_zero",
            lambda values: (values.mean(), (values**2).mean()),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the mean of the squared values: their "
                "spread around 0. Subtract the mean before squaring.",
                count=_count,
            ),
        ),
        Mistake(
            "sum_of_squares",
            lambda values: (values.mean(), np.sum((values - values.mean()) ** 2)),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the sum of the squared distances. "
                "Their mean is asked for, or the variance would grow with every further value.",
                count=_count,
            ),
        ),
        Mistake(
            "median",
            lambda values: (np.median(values), ((values - np.median(values)) ** 2).mean()),
            with_numbers(
                ON + "the mean should be {expected}; you return {received}, the median. It makes the sum of the "
                "absolute distances smallest; the Gaussian's exponent holds squares, and for these it is the mean.",
                count=_count,
            ),
        ),
        Mistake(
            "pair_swapped",
            lambda values: _maximum_likelihood(values)[::-1],
            with_numbers(
                ON + "the first number should be {expected}, the mean; you return {received}, the variance. Both are "
                "right, in the wrong order: return `mean, variance`.",
                count=_count,
            ),
        ),
        Mistake(
            "distances_not_squared",
            lambda values: (values.mean(), (values - values.mean()).mean()),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}. Distances to the left and to the right "
                "of the mean cancel, so their mean is 0 (up to rounding). Square them first.",
                count=_count,
            ),
        ),
        Mistake(
            "difference_of_large_numbers",
            lambda values: (values.mean(), (values**2).mean() - values.mean() ** 2),
            with_numbers(
                "The formula E[x²] − E[x]² is right on paper. On {case} the variance should be {expected}, and you get "
                "{received}: two numbers near 10¹⁸ are subtracted, and of their 16 digits none is left for the "
                "difference. Subtract the mean first, then square.",
            ),
        ),
        Mistake(
            "variance_about_the_median",
            lambda values: (values.mean(), ((values - np.median(values)) ** 2).mean()),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the mean squared distance from the "
                "median. Measure from the mean that you return: no other centre gives a smaller value.",
                count=_count,
            ),
        ),
        Mistake(
            "divided_by_n_twice",
            lambda values: (values.mean(), values.var() / len(values)),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, which is {count} times too small: it "
                "was divided by n twice. (That is the variance of the mean, another quantity.)",
                count=_count,
            ),
        ),
        Mistake(
            "sum_for_the_mean",
            lambda values: (values.sum(), values.var()),
            with_numbers(
                ON + "the mean should be {expected}; you return {received}, the sum of the values. Divide it by n.",
                count=_count,
            ),
        ),
        Mistake(
            "mean_alone",
            lambda values: values.mean(),
            with_numbers(
                ON + "you return one number, the mean. The variance is asked for as well: `return mean, variance`.",
                count=_count,
            ),
        ),
        Mistake(
            "variance_alone",
            lambda values: values.var(),
            with_numbers(
                ON + "you return one number, the variance. Return the mean before it, as a pair.",
                count=_count,
            ),
        ),
        Mistake(
            "length_of_the_deviations",
            lambda values: (values.mean(), np.sqrt(((values - values.mean()) ** 2).sum())),
            with_numbers(
                ON + "the variance should be {expected}; you return {received}, the square root of the sum of the "
                "squared distances. Divide the sum by n in place of taking its root.",
                count=_count,
            ),
        ),
    ],
)
