"""A polynomial fitted to noisy examples: degree, number of examples, noise and penalty against both errors."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization.experiments.polynomial_picture import (
    MOST_DEGREE,
    MOST_EXAMPLES,
    WIDEST_PENALTY,
    PolynomialPicture,
    X,
    size,
)
from dlcourse.chapters.generalization.experiments.smoothing import Errors, Smoother, places, truth
from dlcourse.experiments.controls import Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import magnitude, raised

OTHERS = 12  # fits to other noise
SCALES: dict[str, list[float]] = {
    "degree": list(range(MOST_DEGREE + 1)),
    "examples": [*range(4, 33), *range(36, 65, 4), *range(72, MOST_EXAMPLES + 1, 8)],
    "penalty": np.logspace(-8, 1, 37).tolist(),
}


def compute_polynomial_fit(
    degree: int, examples: int, noise: float, penalty: float, against: str, draws: bool, seed: int
) -> Values:
    """The fit of a polynomial to yᵢ = sin πxᵢ + ``noise`` · εᵢ, n = ``examples``, with penalty (α/2) Σ wⱼ².

    The loss is the mean of half the squared errors, so that α means what it means in ``linear_models``; w are the
    weights of Legendre's polynomials, standardized. The inputs fill [−1, 1] in a fixed order, and ε comes from
    ``seed``: more examples are added to those that were there. ``curve`` (121,) is the fit, ``others`` (12, 121) those
    to other noise, none unless ``draws``. Along ``scale`` (k,), all values of what is named ``against``: ``training``
    and ``test`` errors of this fit, and the means over all draws. ``now``: all errors at this setting.
    """
    x = places(examples)
    smoother, targets = Smoother(x, degree, penalty), truth(x) + noise * draw(seed)[:examples]
    others = truth(x)[:, None] + noise * _other_draws()[:examples] if draws else np.empty((examples, 0))
    curves = smoother.curves(X, np.column_stack([targets, others])).T
    along = _errors_along(against, degree, examples, penalty, noise, seed)
    return {
        "x": x,
        "y": targets,
        "curve": curves[0],
        "others": curves[1:],
        "against": against,
        "at": {"degree": degree, "examples": examples, "penalty": penalty}[against],
        "scale": np.array(SCALES[against], dtype=np.float64),
        **dict(zip(Errors._fields, np.array(along).T, strict=True)),
        "now": smoother.errors(targets, noise),
        "noise": noise**2,
        "told": raised(f"degree {degree}, n = {examples}, α = {magnitude(penalty, 2)}"),
    }


@lru_cache(maxsize=8)
def draw(seed: int) -> Array:
    """Standard normal numbers (200,) of a seed."""
    drawn = np.random.default_rng(seed).normal(size=MOST_EXAMPLES)
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=1)
def _other_draws() -> Array:
    return np.column_stack([draw(1000 + number) for number in range(OTHERS)])


@lru_cache(maxsize=32)
def _errors_along(
    against: str, degree: int, examples: int, penalty: float, noise: float, seed: int
) -> tuple[Errors, ...]:
    """The errors for each value of what is named ``against``, everything else as it is."""
    found = []
    for value in SCALES[against]:
        now: dict[str, Any] = {"degree": degree, "examples": examples, "penalty": penalty, against: value}
        x = places(now["examples"])
        targets = truth(x) + noise * draw(seed)[: len(x)]
        found.append(Smoother(x, now["degree"], now["penalty"]).errors(targets, noise))
    return tuple(found)


def describe_polynomial_fit(parameters: Mapping[str, Any], values: Values) -> str:
    """The setting, both errors, what they are on average over all draws, and where the test error is least."""
    now, against = values["now"], parameters["against"]
    least = int(np.argmin(values["test"]))
    best = SCALES[against][least]
    where = {
        "degree": f"degree {best}",
        "examples": f"n = {best}",
        "penalty": f"α = {magnitude(best, 2)}",
    }[against]
    text = (
        f"A polynomial of degree {parameters['degree']}, fitted to {parameters['examples']} examples of sin πx with "
        f"noise of variance σ² = {size(values['noise'])}, penalty α = {magnitude(parameters['penalty'], 2)}: training "
        f"error {size(now.training)}, test error {size(now.test)}. With everything else as it is, the test error is "
        f"least, {size(values['test'][least])}, at {where}."
    )
    if not parameters["draws"]:
        return text
    return (
        f"{text} On average over all draws of the noise the training error is {size(now.mean_training)} and the test "
        f"error {size(now.mean_test)}, of which noise is {size(values['noise'])}, bias² {size(now.bias)} and variance "
        f"{size(now.variance)}."
    )


polynomial_fit = Experiment(
    name="polynomial_fit",
    title="A polynomial and its examples",
    prediction=Prediction(
        question="A polynomial of degree 9 passes through ten noisy examples: its training error is 0, its test error "
        "0.66, seven times the variance of the noise, which is 0.09. Now there are 100 examples with the same noise, "
        "and again a polynomial of degree 9 without a penalty. What do the two errors become?",
        choices=(
            "Training error 0 again, test error about 0.09",
            "Both about as they were: it is the degree that is too high",
            "Training error about 0.3, test error about 0.3: they meet half way",
            "Training error just below 0.09, test error just above it",
        ),
        answer=3,
        explanation="They become 0.077 and 0.095. Ten weights cannot follow the noise of 100 examples, so most of it "
        "is left in the training error, which *rises*: on average over all draws of the noise to "
        "$\\sigma^2 (1 - 10/100)$, and the test error falls to about $\\sigma^2 (1 + 10/100)$, for a curve that is "
        "flexible enough. No degree is too high by itself: it is too high for so few examples and so much noise. Draw "
        "the errors against n to see both come together.\n\nThen go back to n = 10, where there are two more cures. "
        "Lower the degree: 4 has a little bias, and a fourteenth of the variance. Or keep degree 9 and raise the "
        "penalty to 0.1. Show the other draws to see what variance is: the fits to other noise lie far from each "
        "other, and around the truth. Last, look beyond degree 9: more weights than examples, training error 0, and "
        "the test error falls again. Of all curves through the ten examples, these are the ones with the shortest "
        "weights; the section on double descent takes that up.",
    ),
    controls=(
        Slider("degree", "Degree p", 0, MOST_DEGREE, step=1, value=9),
        Slider("examples", "Examples n", 4, MOST_EXAMPLES, step=1, value=10),
        Slider("noise", "Noise σ", 0.05, 1.0, step=0.05, value=0.3),
        Slider(
            "penalty", "Penalty α (10⁻⁸: practically none)", *WIDEST_PENALTY, 0.25, WIDEST_PENALTY[0], logarithmic=True
        ),
        Menu(
            "against",
            "Draw the errors against",
            {"degree": "the degree", "examples": "the number of examples", "penalty": "the penalty"},
        ),
        Toggle("draws", "Other draws of the noise, bias² and variance"),
        Slider("seed", "Draw the noise again: seed", 1, 20, step=1, value=2),
    ),
    play=Play("degree", interval=500, label="Next degree"),
    compute=compute_polynomial_fit,
    picture=PolynomialPicture,
    describe=describe_polynomial_fit,
    size=(9.0, 4.9),
)
