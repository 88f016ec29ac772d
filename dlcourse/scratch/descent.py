"""Going downhill: gradient descent, stochastic gradient descent by mini-batches, and learning-rate schedules.

A schedule maps the step number k = 0, 1, 2, ... to the learning rate of that step. Robbins and Monro (1951) ask
that sum_k rate_k = infinity (it can get anywhere) and sum_k rate_k^2 < infinity (the noise of all steps together stays
finite): ``inverse_time`` meets both conditions, ``constant`` only the first, ``exponential_decay`` only the second.
They suffice for arriving with probability 1 (Blum, 1954); in the mean square, rates that fall to 0 can do instead of
the second. ``step_decay``, ``cosine`` and ``warm_up`` are for a number of steps that is known beforehand.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.history import DivergenceError, History, diverged
from dlcourse.validation import (
    check_count,
    check_indices,
    check_number,
    check_positive,
    check_range,
    check_shape,
    check_vector,
)

Schedule = Callable[[int], float]


def constant(learning_rate: float) -> Schedule:
    """rate_k = learning_rate. Raises ValueError unless it is positive."""
    rate = check_learning_rate(learning_rate)
    return lambda step: rate


def exponential_decay(learning_rate: float, decay: float) -> Schedule:
    """rate_k = learning_rate * decay^k with 0 < decay < 1: all steps together add up to learning_rate / (1 - decay)."""
    rate, factor = check_learning_rate(learning_rate), check_positive(decay, "decay")
    if factor >= 1:
        raise ValueError(f"decay: expected a number between 0 and 1, received {decay}: 1 or more does not decay.")
    return lambda step: rate * factor**step


def inverse_time(learning_rate: float, half_time: float) -> Schedule:
    """rate_k = learning_rate / (1 + k / half_time): after ``half_time`` steps the rate is one half."""
    rate, steps = check_learning_rate(learning_rate), check_positive(half_time, "half_time")
    return lambda step: rate / (1 + step / steps)


def step_decay(learning_rate: float, factor: float, every: int) -> Schedule:
    """rate_k = learning_rate * factor^floor(k / every), 0 < factor < 1: cut once in ``every`` steps, else constant."""
    rate, cut = check_learning_rate(learning_rate), check_positive(factor, "factor")
    if cut >= 1:
        raise ValueError(f"factor: expected a number between 0 and 1, received {factor}: 1 or more does not decay.")
    period = check_count(every, "every")
    return lambda step: rate * cut ** (step // period)


def cosine(learning_rate: float, steps: int, final: float = 0.0) -> Schedule:
    """rate_k = final + (learning_rate - final) * (1 + cos(pi * k / steps)) / 2, and ``final`` from k = ``steps`` on.

    Half a wave: it falls slowly, then fast, then slowly. 0 <= final <= learning_rate. (PyTorch's CosineAnnealingLR
    climbs again after ``steps``.) Source: Loshchilov and Hutter (2017), "SGDR", equation 5, without restarts.
    """
    rate, length, low = check_learning_rate(learning_rate), check_count(steps, "steps"), check_number(final, "final")
    if not 0 <= low <= rate:
        raise ValueError(f"final: expected a rate from 0 to the first one, {learning_rate}, received {final}.")
    return lambda step: low + (rate - low) * (1 + math.cos(math.pi * min(step, length) / length)) / 2


def warm_up(schedule: float | Schedule, steps: int) -> Schedule:
    """rate_k = schedule(0) * (k + 1) / steps for the first ``steps`` steps, and then ``schedule`` from its beginning.

    So with ``cosine`` for the rest, the whole run has ``steps`` more than the cosine has. Source: Goyal and others
    (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.
    """
    length, after = check_count(steps, "steps"), schedule if callable(schedule) else constant(schedule)
    return lambda step: after(0) * (step + 1) / length if step < length else after(step - length)


def check_learning_rate(learning_rate: float) -> float:
    """``learning_rate`` as a positive float. Raises TypeError when it is not one number, ValueError when it is <= 0."""
    rate = check_number(learning_rate, "learning_rate")
    if rate <= 0:
        raise ValueError(
            f"learning_rate: expected a positive number, received {learning_rate}. "
            "The step subtracts the gradient already: a negative rate would climb, and 0 stays where it is."
        )
    return rate


def rate_of(schedule: Schedule, step: int) -> float:
    """The learning rate of ``step``. Raises ValueError when the schedule gives a negative number or none.

    0 is let pass: a rate that decays exponentially underflows to it after many steps.
    """
    rate = check_number(schedule(step), "learning_rate")
    if rate < 0:
        raise ValueError(f"learning_rate: the schedule gives {rate} for step {step}: a negative rate climbs.")
    return rate


@np.errstate(over="ignore", invalid="ignore")  # an overflow is reported as divergence
def gradient_descent(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    learning_rate: float | Schedule,
    steps: int,
    momentum: float = 0.0,
) -> Array:
    """Goes downhill: theta <- theta - rate_k * gradient(theta), ``steps`` times.

    Returns the path, (steps + 1, d) float64, the start included.
    With momentum beta in [0, 1) a step also repeats a part of the step before it (Polyak, 1964):
    v <- beta * v - rate_k * gradient(theta), theta <- theta + v, with v = 0 at the start.
    start: (d,). learning_rate: a positive number or a schedule. Raises DivergenceError, with the path so far, when the
    loss is not finite or has grown a million times over; ValueError for a momentum outside [0, 1).
    """
    theta = check_vector(start, "start").astype(np.float64)
    velocity = np.zeros_like(theta)
    beta = _check_momentum(momentum)
    schedule = learning_rate if callable(learning_rate) else constant(learning_rate)
    path = [theta]
    history = History()
    history.record(training=_value(loss(theta)))
    for step in range(check_count(steps, "steps", low=0)):
        slope = check_shape(gradient(theta), theta.shape, "gradient(theta)")
        velocity = beta * velocity - rate_of(schedule, step) * slope
        theta = theta + velocity
        path.append(theta)
        history.record(training=_value(loss(theta)) if np.isfinite(theta).all() else math.inf)
        if diverged(history.losses["training"]):
            raise DivergenceError(step + 1, schedule(step), history, np.array(path))
    return np.array(path)


def _value(loss: float) -> float:
    """What a loss function returned, as a float that may be infinite. Raises TypeError when it is not one number."""
    if np.ndim(loss) or np.asarray(loss).dtype.kind not in "iuf":
        raise TypeError(f"loss(theta): expected one number, received {loss!r}. Does the function return its mean?")
    return float(loss)


def _check_momentum(momentum: float) -> float:
    """``momentum`` as a number in [0, 1). Raises ValueError otherwise: from 1 on, a step never dies away."""
    beta = float(check_range(momentum, "momentum", 0, 1))
    if beta == 1:
        raise ValueError("momentum: expected a number below 1, received 1: steps would add up and never die away.")
    return beta


def minibatches(order: ArrayLike, batch_size: int) -> Iterator[NDArray[np.integer]]:
    """Cuts an order of examples (n,) into pieces of ``batch_size``; the last may be smaller.

    One pass through all pieces is one *epoch*: each example is used once. Raises TypeError unless they are integers.
    """
    indices = check_indices(order, "order")
    size = check_count(batch_size, "batch_size")
    for start in range(0, len(indices), size):
        yield indices[start : start + size]


def shuffled_minibatches(
    examples: int, batch_size: int, generator: np.random.Generator
) -> Iterator[NDArray[np.integer]]:
    """Mini-batches of indices below ``examples``, epoch after epoch without end, each epoch in a new random order.

    Stochastic gradient descent is ``gradient_descent`` with the gradient over the next mini-batch only:

        batches = shuffled_minibatches(len(inputs), 16, generator)
        gradient_descent(loss, lambda theta: gradient_over(next(batches), theta), start, learning_rate, steps)
    """
    while True:
        yield from minibatches(generator.permutation(check_count(examples, "examples")), batch_size)
