"""Exercise on densities: the Gaussian's formula."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import probability

CHAPTER = "03_probability_and_mle"
ARGUMENTS = ("points", "mean", "variance")
AT = "At x = {points} with mean {mean} and variance {variance} the density is {expected}, and you return {received}. "


def _gaussian_cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([3.0, 4.0, 5.0]), 3.0, 4.0), "mean 3 and variance 4"),
        Case((np.array([-1.6, -1.5, -1.3]), -1.5, 0.01), "a narrow curve"),
        Case((np.linspace(-3, 3, 7), 0.0, 1.0), "the standard Gaussian"),
        Case((0.3, 0.0, 2.0), "a single point, not an array"),
        Case((np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]), 2.0, 9.0), "points in a table of 2 rows"),
        Case((np.array([-2, 0, 1, 3]), 1, 2), "whole numbers"),
        Case((np.array([0.25, 1.0, -2.0], dtype=np.float32), 0.5, 1.5), "points of dtype float32"),
        Case((np.array([-7.0, 0.0, 7.0]), 0.0, 1.0), "points 7 standard deviations away"),
        Case((np.array([-60.0, 0.0, 60.0]), 0.0, 1.0), "points 60 standard deviations away"),
        Case((generator.normal(100, 30, size=50), 100.0, 900.0), "50 random points"),
    ]


def _cumulative(points: Any, mean: float, variance: float) -> Any:
    """P(x <= point), in place of the density."""
    return np.vectorize(lambda x: (1 + math.erf((x - mean) / math.sqrt(2 * variance))) / 2)(points)


def _heights_that_sum_to_one(points: Any, mean: float, variance: float) -> Any:
    heights = np.exp(-((points - mean) ** 2) / (2 * variance))
    return heights / np.sum(heights)


gaussian_pdf = Exercise(
    name="gaussian_pdf",
    chapter=CHAPTER,
    task=(
        "Write the Gaussian density: the height, at each of `points`, of the bell curve with the given `mean` and "
        "`variance` (σ², not σ). `points` may have any shape; return an array of that shape."
    ),
    reference=probability.gaussian_pdf,
    cases=_gaussian_cases,
    atol=1e-15,  # densities far out are small, and right only if they are as small as they should be
    hints=[
        "Take the formula apart. One factor depends on x: it is 1 at the mean and falls to 0 on both sides. The other "
        "depends on the variance only: it sets the height so that the area is 1.",
        "The factor that falls is exp of a negative number: the squared distance (x − μ)², measured in units of 2σ². "
        "The argument `variance` is σ² already, so nothing has to be squared or rooted there.",
        "The other factor is 1 over the square root of 2πσ². Write `np.sqrt(2 * np.pi * variance)`: all of it stands "
        "under one root.",
        "Mind the order of operations: in Python `a / 2 * variance` divides by 2 and then multiplies. Put the "
        "denominator in brackets: `np.exp(-((points - mean) ** 2) / (2 * variance))`. What is left is the division "
        "by the root.",
    ],
    mistakes=[
        Mistake(
            "variance_used_as_sigma",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v**2)) / np.sqrt(2 * np.pi * v**2),
            with_numbers(
                AT + "Yours is the curve with the standard deviation {variance}: `variance` was "
                "squared once more. It is σ² already, so it enters the formula as it is.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "variance_as_sigma_in_height",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / (v * np.sqrt(2 * np.pi)),
            with_numbers(
                AT + "The exponent is right, the height is not: books write 1/(σ √(2π)) with σ, and `variance` stands "
                "where σ belongs. Take its square root there, or put it under the root.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "sigma_in_the_exponent",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * np.sqrt(v))) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "The height at the mean is right, but the curve has the wrong width: the exponent divides by 2σ. "
                "A squared distance is compared with a squared width, so it has to be 2σ², twice the variance.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "missing_half",
            lambda x, m, v: np.exp(-((x - m) ** 2) / v) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "Right at the mean, too low beside it: the 2 is missing in the exponent, which divides the "
                "squared distance by σ² instead of 2σ².",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "missing_square_root",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / (2 * np.pi * v),
            with_numbers(
                AT + "The shape is right, but every height is divided by √(2πσ²) once too often: the square root in "
                "1/√(2πσ²) is missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "missing_minus",
            lambda x, m, v: np.exp((x - m) ** 2 / (2 * v)) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "Your curve rises away from the mean, without end: the minus sign in the exponent is missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "not_normalized",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)),
            with_numbers(
                AT + "Your curve has the right shape and is 1 at the mean, whatever the variance: its area is "
                "√(2πσ²), not 1. The factor that makes the area 1 is missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "distance_not_squared",
            lambda x, m, v: np.exp(-(x - m) / (2 * v)) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "A Gaussian is the same at equal distances on both sides of its mean; your curve falls on the "
                "right and rises on the left. The distance x − μ in the exponent has to be squared.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "multiplied_by_the_variance",
            lambda x, m, v: np.exp(-((x - m) ** 2) / 2 * v) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "The larger the variance, the narrower your curve. Python reads `… / 2 * variance` from left to "
                "right: it divides by 2 and then multiplies. Brackets around the denominator mend it.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "logarithm_of_the_density",
            lambda x, m, v: -((x - m) ** 2) / (2 * v) - np.log(2 * np.pi * v) / 2,
            with_numbers(
                AT + "Your number is the logarithm of the density. It is the better thing to compute for products of "
                "many densities (later in this chapter); here the density itself is asked for.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "root_taken_as_variance",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * np.sqrt(v))) / np.sqrt(2 * np.pi * np.sqrt(v)),
            with_numbers(
                AT + "Yours is the curve whose variance is √{variance}: a square root was taken first, and the result "
                "put where σ² stands. Put `variance` itself there.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "height_multiplied_by_variance",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(2 * np.pi) * v,
            with_numbers(
                AT + "Your curve is high where it should be wide: the height is multiplied by the variance. "
                "`1 / np.sqrt(2 * np.pi) * variance` divides by the root and then multiplies; the variance belongs "
                "under the root, inside its brackets.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "missing_two",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(np.pi * v),
            with_numbers(
                AT + "All your heights are too large by the same factor, √2 = 1.414: the 2 under the root 1/√(2πσ²) is "
                "missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "missing_pi",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(2 * v),
            with_numbers(
                AT + "All your heights are too large by the same factor, √π = 1.772: under the root, π is missing. It "
                "comes from the area under exp(−x²), which is √π.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "heights_sum_to_one",
            _heights_that_sum_to_one,
            with_numbers(
                AT + "Your heights at the given points sum to 1. That is the rule for probabilities of separate "
                "outcomes. A density belongs to all points of the line at once: its area is 1, and its height at x = "
                "{points} does not depend on which other points were asked for.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "cumulative",
            _cumulative,
            with_numbers(
                AT + "That is the area to the left of x, the probability of a value up to x: it climbs from 0 to 1. "
                "The density is the height of the bell curve, the slope of what you computed.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "absolute_distance",
            lambda x, m, v: np.exp(-np.abs(x - m) / (2 * v)) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "Your curve has a sharp peak and falls on both sides like exp(−|x − μ|): the distance is taken "
                "without its sign, but not squared.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "own_mean_and_variance",
            lambda x, m, v: np.exp(-((x - np.mean(x)) ** 2) / (2 * np.var(x))) / np.sqrt(2 * np.pi * np.var(x)),
            with_numbers(
                AT + "You computed a mean and a variance from the points. They are given, as `mean` and `variance`: "
                "the points are only the places where the height of that curve is asked for.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "variance_as_sigma_in_exponent",
            lambda x, m, v: np.exp(-(((x - m) / v) ** 2) / 2) / np.sqrt(2 * np.pi * v),
            with_numbers(
                AT + "The height at the mean is right, but (x − μ)/σ² is squared as a whole, so that the variance "
                "enters squared. Only the distance is: (x − μ)²/(2σ²).",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "height_without_the_variance",
            lambda x, m, v: np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(2 * np.pi),
            with_numbers(
                AT + "Your curve has the height 0.3989 = 1/√(2π) at the mean, whatever the variance. A wider curve has "
                "to be lower to keep the area 1: the variance is missing under the root.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "variance_used_as_sigma_and_missing_half",
            lambda x, m, v: np.exp(-((x - m) ** 2) / v**2) / (v * np.sqrt(2 * np.pi)),
            with_numbers(
                AT + "Two things differ from the formula: `variance` is squared in the exponent although it is σ² "
                "already (and stands before the root as if it were σ), and the 2 in the exponent's denominator is "
                "missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "math_for_one_number",
            lambda x, m, v: math.exp(-((x - m) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v),
            "Right for a single point. For an array of points it stops with a TypeError: the functions of Python's "
            "`math` take one number. NumPy's `np.exp` and `np.sqrt` take whole arrays.",
        ),
        Mistake(
            "caret_for_power",
            lambda x, m, v: np.exp(-((x - m) ^ 2) / (2 * v)) / np.sqrt(2 * np.pi * v),
            "In Python `^` is no power: it compares the bits of two whole numbers (exclusive or), and does not work on "
            "other numbers at all. The square of a is `a**2`.",
        ),
    ],
)
