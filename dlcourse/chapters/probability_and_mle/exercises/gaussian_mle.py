"""Exercise on the Gaussian's maximum likelihood: the mean, and the variance that divides by n."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


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


gaussian_mle = Exercise(
    probability.gaussian_mle,
    chapter="03_probability_and_mle",
    task=(
        "Return two numbers, `(mean, variance)`: those of the Gaussian under which `values`, an array of shape (n,) "
        "with n ≥ 1, are most probable. For equal values return the variance that the formula gives, 0, although no "
        "Gaussian is then the most probable."
    ),
    cases=_cases,
    hints=[
        "The mean first: it makes the sum of (x − μ)² smallest, whatever the variance is. Which number does that?",
        "Setting the slope of the log-likelihood in σ² to 0 gives Σ (x − μ)² / (2σ⁴) = n / (2σ²). Solve for σ².",
        "σ² is the mean of the squared distances from the mean that you have just computed. It divides by n, even "
        "though that comes out a little small on average.",
        "In code: compute `mean`, then the average of `(values - mean) ** 2`, and return the pair.",
    ],
    fields={
        "on": "On {case} (n = {count}) ",
        "variance": "On {case} (n = {count}) the variance should be {expected}; you return {received}",
        "count": len,
    },
)


@gaussian_mle.mistake
def divided_by_n_minus_1(values: Array) -> tuple[float, float]:
    """{variance}, which divides by n − 1. That estimate is right on average (unbiased), but it is not the one under
    which the values are most probable: the likelihood's top is at the division by n."""
    return values.mean(), np.sum((values - values.mean()) ** 2) / np.float64(len(values) - 1)


gaussian_mle.add_mistake(
    "divided_by_n_minus_1_where_possible",
    lambda values: (values.mean(), values.var(ddof=1) if len(values) > 1 else 0.0),
    "{variance}, the unbiased estimate, with its division by n − 1 and an exception for n = 1. Maximum likelihood "
    "divides by n, and its formula gives 0 for a single value.",
)
gaussian_mle.add_mistake(
    "standard_deviation",
    lambda values: (values.mean(), values.std()),
    "{variance}, its square root. That is the standard deviation σ; the function returns σ².",
)
gaussian_mle.add_mistake(
    "mean_absolute_deviation",
    mutated(probability.gaussian_mle, ("((x - mean) ** 2)", "np.abs(x - mean)")),
    "{variance}, the mean absolute distance. The exponent of the Gaussian holds squared distances, so their mean is "
    "what comes out.",
)
gaussian_mle.add_mistake(
    "mean_square_about_zero",
    mutated(probability.gaussian_mle, ("(x - mean)", "x")),
    "{variance}, the mean of the squared values: their spread around 0. Subtract the mean before squaring.",
)
gaussian_mle.add_mistake(
    "sum_of_squares",
    mutated(probability.gaussian_mle, ("** 2).mean()", "** 2).sum()")),
    "{variance}, the sum of the squared distances. Their mean is asked for, or the variance would grow with every "
    "further value.",
)
gaussian_mle.add_mistake(
    "divided_by_n_twice",
    lambda values: (values.mean(), values.var() / len(values)),
    "{variance}, which is {count} times too small: it was divided by n twice. (That is the variance of the mean, "
    "another quantity.)",
)
gaussian_mle.add_mistake(
    "median",
    mutated(probability.gaussian_mle, ("x.mean()", "np.median(x)")),
    "{on}the mean should be {expected}; you return {received}, the median. It makes the sum of the absolute distances "
    "smallest; the Gaussian's exponent holds squares, and for these it is the mean.",
)
gaussian_mle.add_mistake(
    "pair_swapped",
    lambda values: (values.var(), values.mean()),
    "{on}the first number should be {expected}, the mean; you return {received}, the variance. Both are right, in the "
    "wrong order: return `mean, variance`.",
)
gaussian_mle.add_mistake(
    "distances_not_squared",
    mutated(probability.gaussian_mle, (" ** 2", "")),
    "{variance}. Distances to the left and to the right of the mean cancel, so their mean is 0 (up to rounding). "
    "Square them first.",
)
gaussian_mle.add_mistake(
    "difference_of_large_numbers",
    lambda values: (values.mean(), (values**2).mean() - values.mean() ** 2),
    "The formula E[x²] − E[x]² is right on paper. On {case} the variance should be {expected}, and you get {received}: "
    "two numbers near 10¹⁸ are subtracted, and of their 16 digits none is left for the difference. Subtract the mean "
    "first, then square.",
)
gaussian_mle.add_mistake(
    "mean_alone",
    lambda values: values.mean(),
    "{on}you return one number, the mean. The variance is asked for as well: `return mean, variance`.",
)
