"""Derivatives by differences, in real floating-point numbers, of four functions whose derivative is known exactly."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor, no_grad

SMALLEST, LARGEST = 1e-16, 1.0  # of the steps
PER_DECADE = 10
STEPS = np.array([float(f"{10 ** (k / PER_DECADE):.4g}") for k in range(-16 * PER_DECADE, 1)])  # (161,)
FLOOR = 1e-17  # errors below, also those that are exactly 0, are shown here
WINDOW = np.linspace(-2.0, 2.0, 129)  # places around x, in units of h
PRECISIONS: dict[str, Any] = {"float64": np.float64, "float32": np.float32}

INPUTS = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 1.0], [-1.25, -0.5], [0.25, 0.75]])
TARGETS = np.array([[1.0], [-0.5], [0.75], [-1.0], [0.25]])
HIDDEN_WEIGHT = np.array([[0.75, -0.5], [-1.0, 0.5], [0.25, 1.25]])
HIDDEN_BIAS = np.array([0.25, -0.125, 0.5])
OUTPUT_WEIGHT = np.array([[1.5, -0.75, 1.0]])


@dataclass(frozen=True)
class Subject:
    """A function to differentiate at ``x``, a number that float32 holds exactly.

    ``function`` maps an array (n,) to its values, in its dtype. ``derivatives`` are the first, second and third at x.
    """

    formula: str
    x: float
    function: Callable[[Array], Array]
    derivatives: tuple[float, float, float]


def loss_of(weight: float, dtype: Any = np.float64, *, gradient: bool = False) -> float:
    """The squared error of a network of three tanh units on five examples, or the derivative of one hidden weight."""
    weights = HIDDEN_WEIGHT.astype(dtype)
    weights[0, 0] = weight
    hidden_weight = Tensor(weights, requires_grad=True)
    inputs, bias, output = (Tensor(array.astype(dtype)) for array in (INPUTS, HIDDEN_BIAS, OUTPUT_WEIGHT))
    hidden = functional.tanh(functional.linear(inputs, hidden_weight, bias))
    loss = functional.mse_loss(functional.linear(hidden, output), TARGETS.astype(dtype))
    if not gradient:
        return loss.item()
    loss.backward()
    assert hidden_weight.grad is not None
    return float(hidden_weight.grad[0, 0])


def _losses(weights: Array) -> Array:
    with no_grad():
        return np.array([loss_of(weight, weights.dtype.type) for weight in weights], weights.dtype)


@lru_cache(maxsize=1)
def subjects() -> dict[str, Subject]:
    """The functions by name."""
    x, near = 0.75, 1e-3
    below, here, above = (loss_of(weight, gradient=True) for weight in (x - near, x, x + near))
    third = (above - 2 * here + below) / near**2
    e = float(np.exp(1.0))
    return {
        "loss": Subject(
            "the loss, one weight at 0.75", x, _losses, (here, (above - below) / (2 * near), third)
        ),
        "exp": Subject("exp(x) at x = 1", 1.0, np.exp, (e, e, e)),
        "lifted": Subject("exp(x) + 1000 at x = 1", 1.0, lambda x: np.exp(x) + x.dtype.type(1000), (e, e, e)),
        "relu": Subject(
            "relu(x) at x = 1/1024", 2.0**-10, lambda x: np.maximum(x, x.dtype.type(0)), (1.0, 0.0, 0.0)
        ),
    }  # fmt: skip


def differences(name: str, steps: Array, precision: str) -> tuple[Array, Array]:
    """(f(x + h) − f(x)) / h and (f(x + h) − f(x − h)) / 2h for each h of ``steps`` (n,), computed in ``precision``.

    x + h and x − h are rounded as well, so both are divided by the distance of the points where f was computed; where
    these are one point nothing was measured, and the quotient counts as 0.
    """
    subject, dtype = subjects()[name], PRECISIONS[precision]
    h, x = steps.astype(dtype), np.array([subject.x], dtype)
    right, left = x + h, x - h
    above, here, below = subject.function(right), subject.function(x), subject.function(left)
    return _quotient(above - here, right - x), _quotient(above - below, right - left)


def _quotient(rise: Array, run: Array) -> Array:
    return np.divide(rise, run, out=np.zeros_like(rise), where=run != 0)


def errors(name: str, steps: Array, precision: str) -> Array:
    """How far both differences lie from the derivative, (2, n) float64, not below FLOOR."""
    exact = subjects()[name].derivatives[0]
    found = [difference.astype(np.float64) for difference in differences(name, steps, precision)]
    return np.maximum(np.abs(np.array(found) - exact), FLOOR)


@lru_cache(maxsize=8)
def error_curves(name: str, precision: str) -> Array:
    """``errors`` for all STEPS, (2, 161)."""
    found = errors(name, STEPS, precision)
    found.flags.writeable = False
    return found


def guides(name: str, precision: str) -> tuple[Array, Array]:
    """The size that theory gives the errors at STEPS: of truncation (2, 161) and of rounding (161,).

    Truncation: |f''| h / 2 one-sided, |f'''| h² / 6 central; rounding: eps |f| / 4h, since the errors of two
    values, each up to eps |f| / 2, partly cancel. The first is empty where the
    derivatives are 0.
    """
    subject, dtype = subjects()[name], PRECISIONS[precision]
    _, second, third = np.abs(subject.derivatives)
    value = float(np.abs(subject.function(np.array([subject.x])))[0])
    rounding = np.finfo(dtype).eps * value / (4 * STEPS)
    if not second:
        return np.empty((2, 0)), rounding
    return np.array([second * STEPS / 2, third * STEPS**2 / 6]), rounding


def magnified(name: str, h: float, precision: str) -> tuple[Array, Array]:
    """(f(x + u h) − f(x)) / (h f'(x)) for u in WINDOW, in ``precision``, and the places u that x + u h is rounded to.

    Of the tangent the first would be the second.
    """
    subject, dtype = subjects()[name], PRECISIONS[precision]
    x = np.array([subject.x], dtype)
    points = x + (WINDOW * h).astype(dtype)
    rise = subject.function(points).astype(np.float64) - subject.function(x).astype(np.float64)
    return rise / (h * subject.derivatives[0]), (points - x).astype(np.float64) / h
