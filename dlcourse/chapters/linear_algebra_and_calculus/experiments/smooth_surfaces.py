"""Two smooth functions of two numbers with their first, second and third derivatives by formula."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlcourse.arrays import Array


@dataclass(frozen=True)
class Smooth:
    """f: R² → R. A point (x, y) is an array (2,); ``value`` takes any number of them, (..., 2) -> (...).

    ``gradient``: (2,) -> (2,). ``hessian``: (2,) -> (2, 2). ``third(point, u)``: the third derivative of t ↦ f(p + t u)
    at 0. ``title``: its formula. ``levels``: heights of the lines that are drawn.
    """

    title: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    hessian: Callable[[Array], Array]
    third: Callable[[Array, Array], float]
    levels: Array


def _waves_gradient(point: Array) -> Array:
    x, y = point
    return np.array([np.cos(x) * np.cos(y), -np.sin(x) * np.sin(y)])


def _waves_hessian(point: Array) -> Array:
    x, y = point
    same, mixed = -np.sin(x) * np.cos(y), -np.cos(x) * np.sin(y)
    return np.array([[same, mixed], [mixed, same]])


def _waves_third(point: Array, u: Array) -> float:
    """From sin x cos y = ½ (sin(x + y) + sin(x − y))."""
    (x, y), (a, b) = point, u
    return float(-((a + b) ** 3) * np.cos(x + y) - (a - b) ** 3 * np.cos(x - y)) / 2


BOWL = np.array([[0.5, 0.25], [0.25, 0.5]])  # the Hessian of the bowl, everywhere

SMOOTH = {
    "waves": Smooth(
        "sin x · cos y",
        lambda points: np.sin(points[..., 0]) * np.cos(points[..., 1]),
        _waves_gradient,
        _waves_hessian,
        _waves_third,
        np.linspace(-0.9, 0.9, 10),
    ),
    "bowl": Smooth(
        "(x² + x y + y²) / 4",
        lambda points: (points @ BOWL * points).sum(axis=-1) / 2,
        lambda point: BOWL @ point,
        lambda point: BOWL.copy(),
        lambda point, u: 0.0,
        np.arange(1, 9) ** 2 / 12,
    ),
}
