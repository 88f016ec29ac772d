"""Softmax regression on the 8 × 8 digits by every optimizer, at many rates and in many orders side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.chapters.optimization.lanes import OPTIMIZERS, Lanes
from dlcourse.scratch.descent import Schedule, constant, cosine, minibatches
from dlcourse.scratch.losses import log_softmax, softmax

RATES = np.array([float(f"{10 ** (quarter / 4):.2g}") for quarter in range(-16, 9)])  # 0.0001, 0.00018, ... 100
TUNING, JUDGING = range(3), range(10, 20)  # orders of the examples: to choose a rate by, and to compare with
EPOCHS, BATCH_SIZE = 10, 32
NAMES = tuple(OPTIMIZERS)


@dataclass(frozen=True)
class Runs:
    """What runs come to, each (rates, orders): ``training``, ``validation`` and ``test``, mean cross-entropies, and
    ``right``, the share of test digits read rightly."""

    training: Array
    validation: Array
    test: Array
    right: Array


@lru_cache(maxsize=1)
def parts() -> dict[str, tuple[Array, NDArray[Any]]]:
    """The parts "train", "validation" and "test": pixels and a 1 for the bias (n, 65), and labels (n,)."""
    digits = datasets.load("digits")
    found: dict[str, tuple[Array, NDArray[Any]]] = {}
    for name, part in {"train": digits.train, "validation": digits.validation, "test": digits.test}.items():
        pixels = part.inputs.reshape(len(part), -1).astype(np.float64)
        found[name] = np.column_stack([pixels, np.ones(len(part))]), part.labels
    return found


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges does so until the end
def train(
    name: str, rates: ArrayLike, orders: Sequence[int], falling: bool = False, share: Schedule | None = None
) -> Runs:
    """Trains from weights 0 by the optimizer ``name``, at each of ``rates`` and with each of ``orders`` (seeds).

    All make the same number of steps, ``EPOCHS`` times the digits in mini-batches of 32. With ``falling`` the rates
    fall to 0 along half a wave of the cosine; with a ``share`` of its own each step has that share of the rates. A run
    that diverges has losses that are no numbers, or huge.
    """
    inputs, labels = parts()["train"]
    each, runs = np.asarray(rates, np.float64), (len(np.atleast_1d(rates)), len(orders))
    theta = np.zeros((runs[0] * runs[1], inputs.shape[1], 10))
    lanes, step = Lanes(name, theta, np.repeat(each, runs[1])), 0
    generators = [np.random.default_rng(seed) for seed in orders]
    if share is None:
        share = cosine(1.0, EPOCHS * -(-len(labels) // BATCH_SIZE)) if falling else constant(1.0)
    for _ in range(EPOCHS):
        permutations = np.stack([generator.permutation(len(labels)) for generator in generators])
        for places in minibatches(np.arange(len(labels)), BATCH_SIZE):
            batches = permutations[:, places]  # (orders, batch)
            gradients = _gradients(theta.reshape(*runs, -1, 10), inputs[batches], labels[batches])
            lanes.step(gradients.reshape(theta.shape), share(step))
            step += 1
    return _judged(theta.reshape(*runs, -1, 10))


@lru_cache(maxsize=2 * len(NAMES))
def tried(name: str, falling: bool = False) -> Array:
    """The validation losses (25,) of an optimizer at ``RATES``, means over the orders for tuning; inf for diverged."""
    losses = train(name, RATES, TUNING, falling).validation.mean(axis=1)
    return np.where(np.isfinite(losses), losses, np.inf)


def best_rate(name: str, falling: bool = False) -> float:
    """The rate of ``RATES`` with the lowest validation loss."""
    return float(RATES[tried(name, falling).argmin()])


def _gradients(theta: Array, x: Array, labels: Array) -> Array:
    """Of the cross-entropy by theta (rates, orders, d, 10), over x (orders, batch, d) and labels (orders, batch)."""
    logits = x @ theta
    errors = softmax(logits.reshape(-1, 10)).reshape(logits.shape) - np.eye(10)[labels]
    return np.asarray(np.swapaxes(x, 1, 2) @ errors / x.shape[1])


def _judged(theta: Array) -> Runs:
    found: dict[str, Array] = {}
    for name, (x, labels) in parts().items():
        logits = x @ theta
        chances = log_softmax(logits.reshape(-1, 10)).reshape(logits.shape)
        found[name] = -chances[..., np.arange(len(labels)), labels].mean(axis=-1)
        found["right"] = (logits.argmax(axis=-1) == labels).mean(axis=-1)  # that of the last part stays
    return Runs(found["train"], found["validation"], found["test"], found["right"])
