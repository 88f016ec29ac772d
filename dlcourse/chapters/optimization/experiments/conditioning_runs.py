"""Linear regression on two inputs in three preparations, and the ways down that their condition number decides on."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments.bowls import Bowl
from dlcourse.scratch.whitening import Kind, Whitening

EXAMPLES = 60
TRUE = np.array([1.5, -0.5])  # the best weights of the standardized inputs
NEAR = 1e-2  # arrived: the error is a hundredth of that at the start, the loss above its minimum its square
MOST_STEPS = 100  # that a path is drawn for
CONDITIONS = np.geomspace(1, 2000, 67)  # κ, for the curves of steps


@dataclass(frozen=True)
class Regression(Bowl):
    """The loss J = 1/(2n) Σ (wᵀx − y)² over w (2,), for centred ``inputs`` (n, 2) and targets of mean 0.

    Its H = XᵀX/n is the inputs' covariance, with the divisor n. eigenvalues: (2,), ascending. condition: κ = λ₂/λ₁.
    """

    inputs: Array
    eigenvalues: Array
    condition: float


def regression(preparation: str, correlation: float, spread: float) -> Regression:
    """The regression on inputs that are "raw", "standardized" or "whitened"; its targets, and so its J, are the same.

    As measured the inputs have the standard deviations 1 and ``spread`` and the correlation ``correlation``.
    """
    raw = _inputs(correlation, spread)
    standardized = raw / raw.std(axis=0)
    prepared = {"raw": raw, "standardized": standardized, "whitened": _white(raw, "zca")}[preparation]
    hessian = prepared.T @ prepared / EXAMPLES
    best = np.linalg.solve(hessian, prepared.T @ (standardized @ TRUE) / EXAMPLES)
    eigenvalues = np.linalg.eigvalsh(hessian)
    condition = max(1.0, float(eigenvalues[1] / eigenvalues[0]))
    return Regression(best, hessian, prepared, eigenvalues, condition)


def _inputs(correlation: float, spread: float) -> Array:
    """Inputs (60, 2) with exactly these deviations and this correlation, from uncorrelated ones of deviation 1."""
    white = _drawn()
    mixed = correlation * white[:, 0] + math.sqrt(1 - correlation**2) * white[:, 1]
    return np.column_stack([white[:, 0], spread * mixed])


@lru_cache(maxsize=1)
def _drawn() -> Array:
    return _white(np.random.default_rng(7).normal(size=(EXAMPLES, 2)), "pca")


def _white(inputs: Array, kind: Kind) -> Array:
    """``inputs`` (60, 2) whitened, and as a covariance with the divisor n sees them."""
    return math.sqrt(EXAMPLES / (EXAMPLES - 1)) * Whitening.fit(inputs, kind).apply(inputs)


def best_rates(eigenvalues: Array) -> dict[str, tuple[float, float]]:
    """Learning rate and momentum at which the larger factor per step is smallest, by method.

    Gradient descent: ε = 2/(λ₁ + λ₂). With momentum: ε = 4/(√λ₁ + √λ₂)² and μ = ((√κ − 1)/(√κ + 1))² (Polyak, 1964).
    """
    roots = np.sqrt(eigenvalues)
    momentum = float((roots[1] - roots[0]) / roots.sum()) ** 2
    return {"descent": (2 / float(eigenvalues.sum()), 0.0), "momentum": (4 / float(roots.sum()) ** 2, momentum)}


def descend(where: Regression, rate: float, momentum: float, steps: int) -> Array:
    """The path (steps + 1, 2) from w = 0: v <- μ v − ε ∇J(w), w <- w + v. In distances from the minimum: ∇J = H e."""
    away, velocity, path = -where.best, np.zeros(2), [-where.best]
    for _ in range(steps):
        velocity = momentum * velocity - rate * (where.hessian @ away)
        away = away + velocity
        path.append(away)
    return where.best + np.array(path)


def steps_until_near(excess: Array) -> int:
    """The first step k whose ``excess`` (steps + 1,) is at most NEAR² of that at the start, rounding allowed for."""
    return int(np.argmax(excess <= (1 + 1e-9) * NEAR**2 * excess[0]))


def worst_steps(condition: float) -> dict[str, int]:
    """Steps from the worst start until the error is a hundredth in every direction, by method, at its best rates.

    Gradient descent multiplies both errors by r = (κ − 1)/(κ + 1) in size. With momentum, r = (√κ − 1)/(√κ + 1), both
    roots of z² − (1 + μ − ελ) z + μ are the same, and the steep error is (1 + (1 + r) k) rᵏ in size (v = 0 at k = 0).
    """
    slow, fast = ((number - 1) / (number + 1) for number in (condition, math.sqrt(condition)))
    steps = np.arange(1, 20 + int(6 * math.sqrt(condition)))
    with np.errstate(under="ignore"):
        left = (1 + (1 + fast) * steps) * fast**steps
    return {
        "descent": 1 if slow <= NEAR else math.ceil(math.log(NEAR) / math.log(slow) - 1e-9),
        "momentum": int(np.flatnonzero(left > NEAR).max(initial=-1)) + 2,
        "newton": 1,
    }
