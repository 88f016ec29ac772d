"""Exercise on densities: the Gaussian's formula."""

import math
from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


def _cases(generator: np.random.Generator) -> Sequence[Case]:
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


gaussian_pdf = Exercise(
    probability.gaussian_pdf,
    chapter="03_probability_and_mle",
    task=(
        "Write the Gaussian density: the height, at each of `points`, of the bell curve with the given `mean` and "
        "`variance` (σ², not σ). `points` may have any shape; return an array of that shape."
    ),
    cases=_cases,
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
    fields={
        "at": "At x = {points} with mean {mean} and variance {variance} the density is {expected}, and you return "
        "{received}. "
    },
)

gaussian_pdf.add_mistake(
    "variance_used_as_sigma",
    mutated(probability.gaussian_pdf, ("* variance", "* variance**2")),
    "{at}Yours is the curve with the standard deviation {variance}: `variance` was squared once more. It is σ² "
    "already, so it enters the formula as it is.",
)
gaussian_pdf.add_mistake(
    "variance_as_sigma_in_height",
    mutated(probability.gaussian_pdf, ("np.sqrt(2 * np.pi * variance)", "(variance * np.sqrt(2 * np.pi))")),
    "{at}The exponent is right, the height is not: books write 1/(σ √(2π)) with σ, and `variance` stands where σ "
    "belongs. Take its square root there, or put it under the root.",
)
gaussian_pdf.add_mistake(
    "variance_as_sigma_in_exponent",
    mutated(probability.gaussian_pdf, ("(2 * variance)", "(2 * variance**2)")),
    "{at}The height at the mean is right, but (x − μ)/σ² is squared as a whole, so that the variance enters squared. "
    "Only the distance is: (x − μ)²/(2σ²).",
)
gaussian_pdf.add_mistake(
    "sigma_in_the_exponent",
    mutated(probability.gaussian_pdf, ("(2 * variance)", "(2 * np.sqrt(variance))")),
    "{at}The height at the mean is right, but the curve has the wrong width: the exponent divides by 2σ. A squared "
    "distance is compared with a squared width, so it has to be 2σ², twice the variance.",
)
gaussian_pdf.add_mistake(
    "missing_half",
    mutated(probability.gaussian_pdf, ("(2 * variance)", "variance")),
    "{at}Right at the mean, too low beside it: the 2 is missing in the exponent, which divides the squared distance by "
    "σ² instead of 2σ².",
)
gaussian_pdf.add_mistake(
    "missing_square_root",
    mutated(probability.gaussian_pdf, ("np.sqrt(", "(")),
    "{at}The shape is right, but every height is divided by √(2πσ²) once too often: the square root in 1/√(2πσ²) is "
    "missing.",
)
gaussian_pdf.add_mistake(
    "missing_minus",
    mutated(probability.gaussian_pdf, ("np.exp(-", "np.exp(")),
    "{at}Your curve rises away from the mean, without end: the minus sign in the exponent is missing.",
)
gaussian_pdf.add_mistake(
    "not_normalized",
    mutated(probability.gaussian_pdf, (" / np.sqrt(2 * np.pi * variance)", "")),
    "{at}Your curve has the right shape and is 1 at the mean, whatever the variance: its area is √(2πσ²), not 1. The "
    "factor that makes the area 1 is missing.",
)
gaussian_pdf.add_mistake(
    "distance_not_squared",
    mutated(probability.gaussian_pdf, (" ** 2", "")),
    "{at}A Gaussian is the same at equal distances on both sides of its mean; your curve falls on the right and rises "
    "on the left. The distance x − μ in the exponent has to be squared.",
)
gaussian_pdf.add_mistake(
    "multiplied_by_the_variance",
    mutated(probability.gaussian_pdf, (" / (2 * variance)", " / 2 * variance")),
    "{at}The larger the variance, the narrower your curve. Python reads `… / 2 * variance` from left to right: it "
    "divides by 2 and then multiplies. Brackets around the denominator mend it.",
)
gaussian_pdf.add_mistake(
    "logarithm_of_the_density",
    probability.gaussian_log_pdf,
    "{at}Your number is the logarithm of the density. It is the better thing to compute for products of many densities "
    "(later in this chapter); here the density itself is asked for.",
)
gaussian_pdf.add_mistake(
    "math_for_one_number",
    lambda x, m, v: math.exp(-((x - m) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v),
    "Right for a single point. For an array of points it stops with a TypeError: the functions of Python's `math` take "
    "one number. NumPy's `np.exp` and `np.sqrt` take whole arrays.",
)
