"""The loss surface of a line fitted to the diabetes data, and the paths of descent on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.history import DivergenceError
from dlcourse.scratch import descent, linear_models

MOST_STEPS = 120
DECAY = 0.97  # of the exponential schedule, per step
HALF_TIME = 20.0  # steps after which the rate of the 1/t schedule is one half
SHIFT = 1.5  # standard deviations


@dataclass(frozen=True)
class Surface:
    """The loss 1/(2n) sum (w x + b - y)^2 over theta = (w, b): a parabola with its minimum and its curvature.

    inputs: (n, 1). targets: (n,). best: (2,), where the loss is smallest, ``floor``. curvature: (2, 2), the Hessian H.
    eigenvalues: (2,), ascending; eigenvectors: (2, 2), column i belongs to eigenvalue i.
    limit: 2 / lambda_max, that of the learning rate.
    """

    inputs: Array
    targets: Array
    best: Array
    floor: float
    curvature: Array
    eigenvalues: Array
    eigenvectors: Array
    limit: float

    def excess(self, theta: Array) -> Array:
        """The loss above its minimum, (1/2) (theta - best)^T H (theta - best). theta: (..., 2)."""
        away = theta - self.best
        return ((away @ self.curvature) * away).sum(axis=-1) / 2

    def gradient(self, theta: Array) -> Array:
        """H (theta - best), (2,): the gradient over all examples."""
        return self.curvature @ (theta - self.best)

    def batch_gradient(self, theta: Array, batch: NDArray[np.integer]) -> Array:
        """The gradient (2,) over the examples of ``batch``."""
        by_weights, by_bias = linear_models.mse_gradient(
            self.inputs[batch], self.targets[batch], theta[:1], float(theta[1])
        )
        return np.append(by_weights, by_bias)


@lru_cache(maxsize=4)
def surface(inputs: str) -> Surface:
    """The surface for BMI as input, "standardized", "scaled" to 3 times that, or "shifted" by 1.5; y is standardized.

    The examples are the training part of the diabetes data: n = 354 patients.
    """
    part = datasets.load("diabetes").train
    x, y = (_standardized(values) for values in (part.inputs[:, 2], part.labels))
    x = {"standardized": x, "scaled": 3 * x, "shifted": x + SHIFT}[inputs][:, None]
    weights, bias = linear_models.solve_least_squares(x, y)
    curvature = linear_models.hessian(x)
    values, vectors = np.linalg.eigh(curvature)
    best = np.append(weights, bias)
    floor, limit = linear_models.mse_loss(x, y, weights, bias), linear_models.largest_learning_rate(x)
    return Surface(x, y, best, floor, curvature, values, vectors, limit)


def _standardized(values: Array) -> Array:
    exact = values.astype(np.float64)
    return (exact - exact.mean()) / exact.std()


def make_schedule(name: str, rate: float) -> descent.Schedule:
    """The schedule "constant", "exponential" or "inverse" that starts at ``rate``."""
    if name == "exponential":
        return descent.exponential_decay(rate, DECAY)
    return descent.inverse_time(rate, HALF_TIME) if name == "inverse" else descent.constant(rate)


@lru_cache(maxsize=32)
def full_path(inputs: str, start: tuple[float, float], rate: float, schedule: str, momentum: float) -> Array:
    """The path (at most 121, 2) of gradient descent, shorter where it diverges; read-only. ``rate``: absolute."""
    where = surface(inputs)
    return _path(where, where.gradient, start, make_schedule(schedule, rate), momentum)


@lru_cache(maxsize=32)
def batch_path(
    inputs: str, start: tuple[float, float], rate: float, schedule: str, momentum: float, batch_size: int, seed: int
) -> Array:
    """The same with the gradients of shuffled mini-batches."""
    where = surface(inputs)
    batches = descent.shuffled_minibatches(len(where.targets), batch_size, np.random.default_rng(seed))
    return _path(
        where,
        lambda theta: where.batch_gradient(theta, next(batches)),
        start,
        make_schedule(schedule, rate),
        momentum,
    )


def _path(
    where: Surface,
    gradient: Callable[[Array], Array],
    start: tuple[float, float],
    schedule: descent.Schedule,
    momentum: float,
) -> Array:
    """``gradient_descent`` for as many steps as are ever shown, cut off where it diverges."""

    def loss(theta: Array) -> float:
        return where.floor + float(where.excess(theta))

    try:
        path = descent.gradient_descent(loss, gradient, start, schedule, MOST_STEPS, momentum)
    except DivergenceError as error:
        path = np.asarray(error.path)
    path.flags.writeable = False
    return path
