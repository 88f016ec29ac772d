"""Which language is a surname from? Softmax regression on its pairs of letters, most of which are rare.

AdaGrad against gradient descent, and AdaGrad with one thing changed at a time: what its numbers s are kept for, and
whether a feature is rare at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.scratch.descent import minibatches
from dlcourse.scratch.losses import log_softmax, softmax

EPOCHS, BATCH_SIZE, ETA = 5, 32, 1e-10
TUNING, JUDGING = range(1), range(10, 15)  # orders of the examples: to choose a rate by, and to compare with
RATES = np.array([0.1, 0.18, 0.32, 0.56, 1.0, 1.8, 3.2, 5.6, 10.0, 18.0])


@dataclass(frozen=True)
class Way:
    """AdaGrad with one s for all entries along the axes ``shared`` of the weights (d, 10); None: gradient descent.

    ``turned``: the inputs are multiplied by an orthogonal matrix drawn at random, so that no feature is rare.
    """

    shared: tuple[int, ...] | None = None
    turned: bool = False


WAYS = {
    "GD": Way(),
    "AdaGrad": Way(shared=()),
    "AdaGrad, one s for each feature": Way(shared=(1,)),
    "AdaGrad, one s for all": Way(shared=(0, 1)),
    "AdaGrad, inputs turned": Way(shared=(), turned=True),
}


@dataclass(frozen=True)
class Names:
    """Pairs of neighbouring letters that a name has, 1 or 0, ``inputs`` (n, 875), and its language, ``labels`` (n,)."""

    inputs: Array
    labels: NDArray[np.int64]


@lru_cache(maxsize=2)
def parts(turned: bool = False) -> dict[str, Names]:
    """The parts "training", "validation" and "test". The pairs are those of the training names, with a name's ends."""
    names = datasets.load("names")
    tables = {"training": names.train, "validation": names.validation, "test": names.test}
    letters = 1 + max(int(part.inputs.max()) for part in tables.values())
    found = {name: _pairs(part, letters) for name, part in tables.items()}
    known = found["training"].any(axis=0)
    turn = np.eye(known.sum())
    if turned:
        turn = np.linalg.qr(np.random.default_rng(0).normal(size=turn.shape))[0]
    return {name: Names(found[name][:, known] @ turn, np.asarray(part.labels)) for name, part in tables.items()}


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges does so until the end
def train(way: Way, rates: ArrayLike, orders: Sequence[int]) -> dict[str, Array]:
    """Training, validation and test loss, each (rates, orders), after 5 epochs from 0, in mini-batches of 32."""
    named, each = parts(way.turned), np.atleast_1d(np.asarray(rates, np.float64))
    weights = [_trained(way, named["training"], each, np.random.default_rng(order)) for order in orders]
    return {name: np.stack([_loss(part, theta) for theta in weights], axis=1) for name, part in named.items()}


def best_rate(way: Way) -> float:
    """The rate of ``RATES`` with the lowest loss on the validation names, in the mean over the orders for tuning."""
    losses = train(way, RATES, TUNING)["validation"].mean(axis=1)
    return float(RATES[np.where(np.isfinite(losses), losses, np.inf).argmin()])


def _pairs(part: Part, letters: int) -> Array:
    """For each name the pairs of letters that it has, (n, letters²)."""
    table = np.zeros((len(part), letters * letters))
    ends = np.pad(part.inputs, ((0, 0), (1, 1)))  # 0 stands for no letter, before a name and behind it
    first, second = ends[:, :-1], ends[:, 1:]
    rows, places = np.nonzero(first + second)
    table[rows, letters * first[rows, places] + second[rows, places]] = 1
    return table


def _trained(way: Way, names: Names, rates: Array, generator: np.random.Generator) -> Array:
    """The weights (rates, d, 10) after training with one order of the names."""
    inputs, targets = names.inputs, np.eye(10)[names.labels]
    theta, axes = np.zeros((len(rates), inputs.shape[1], 10)), tuple(axis + 1 for axis in way.shared or ())
    squares = np.zeros_like(theta).sum(axis=axes, keepdims=True)
    for _ in range(EPOCHS):
        for batch in minibatches(generator.permutation(len(inputs)), BATCH_SIZE):
            here = np.flatnonzero(inputs[batch].any(axis=0))  # the gradients of all other features are 0
            x, own = inputs[np.ix_(batch, here)], theta[:, here]
            g = x.T @ (_by_rows(softmax, x @ own) - targets[batch]) / len(batch)
            if way.shared is not None:
                kept = slice(None) if 0 in way.shared else here
                squares[:, kept] += (g * g).sum(axis=axes, keepdims=True)
                g /= np.sqrt(squares[:, kept]) + ETA
            theta[:, here] = own - rates[:, None, None] * g
    return theta


def _loss(part: Names, theta: Array) -> Array:
    """The mean cross-entropy (rates,) of a part."""
    chances = _by_rows(log_softmax, part.inputs @ theta)
    return np.asarray(-chances[:, np.arange(len(part.labels)), part.labels].mean(axis=1))


def _by_rows(function: Callable[[Array], Array], logits: Array) -> Array:
    """A function of logits (n, 10) for logits (rates, n, 10)."""
    return function(logits.reshape(-1, logits.shape[-1])).reshape(logits.shape)
