"""A small network that learns digits by mini-batch descent, from a good start and from bad ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.scratch import functional, initializers, layers, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.steps import evaluate, training_step

HIDDEN, BATCH_SIZE, EPOCHS, SEEDS = 32, 32, (1, 3, 10), range(5)
RATE = 1.0  # of 0.3, 1 and 3 the best for the usual start
FLAT = 0.99  # of tanh: beyond it on both sides the slope is below 1 − 0.99² = 0.02
STARTS: Mapping[str, tuple[float, float]] = {  # factors of the usual weights in front of the hidden units and behind
    "usual": (1.0, 1.0),
    "all × 0": (0.0, 0.0),
    "all × 0.001": (0.001, 0.001),
    "hidden × 30": (30.0, 1.0),
}


@dataclass(frozen=True)
class Learnt:
    """What runs from one start come to, one for each seed.

    ``gradient`` (seeds,): length of the gradient by the hidden weights at the start. ``flat`` (seeds,): share of the
    hidden units' values there that lie beyond ±0.99. ``losses`` (seeds, 4): training loss at the start and after 1, 3
    and 10 epochs. ``right`` (seeds,): share of validation digits read rightly in the end.
    """

    gradient: Array
    flat: Array
    losses: Array
    right: Array


def learn(start: str, rate: float = RATE, seeds: Sequence[int] = SEEDS) -> Learnt:
    """Trains from the ``start`` of this name in ``STARTS``, once for each of ``seeds``: of weights and of orders."""
    begun = np.array([_at_start(network_from(start, seed)) for seed in seeds])
    found = np.array([_course(network_from(start, seed), rate, seed) for seed in seeds])
    return Learnt(begun[:, 0], begun[:, 1], found[:, :-1], found[:, -1])


def network_from(start: str, seed: int) -> layers.Sequential:
    """64 pixels, 32 units with tanh, 10 logits; weights N(0, 1 / fan_in) times the factors of the start, biases 0."""
    generator, lecun = np.random.default_rng(seed), initializers.lecun_normal
    hidden = layers.Linear(64, HIDDEN, generator=generator, init=lecun, dtype=np.float64)
    output = layers.Linear(HIDDEN, 10, generator=generator, init=lecun, dtype=np.float64)
    for layer, factor in zip((hidden, output), STARTS[start], strict=True):
        layer.weight.data *= factor
    return layers.Sequential(hidden, layers.Tanh(), output)


def _digits(part: Part) -> Part:
    return Part(part.inputs.reshape(len(part), -1).astype(np.float64), part.labels)


@np.errstate(over="ignore", invalid="ignore")  # at too large a rate
def _course(network: layers.Sequential, rate: float, seed: int) -> list[float]:
    """Training loss at the start and after 1, 3 and 10 epochs, and the share of right validation digits."""
    digits = datasets.load("digits")
    training, validation = _digits(digits.train), _digits(digits.validation)
    train = training_step(network, optimizers.SGD(network.parameters(), lr=rate))
    batches, passed = shuffled_minibatches(len(training), BATCH_SIZE, np.random.default_rng(seed)), 0
    found = [evaluate(network, training)["loss"]]
    for epochs in EPOCHS:
        for batch in islice(batches, (epochs - passed) * -(-len(training) // BATCH_SIZE)):
            train(training.inputs[batch], training.labels[batch])
        passed = epochs
        found.append(evaluate(network, training)["loss"])
    return [*found, evaluate(network, validation)["accuracy"]]


def _at_start(network: layers.Sequential) -> tuple[float, float]:
    """The length of the gradient by the hidden weights over all training digits, and the share of flat values."""
    training = _digits(datasets.load("digits").train)
    hidden = network[1](network[0](Tensor(training.inputs)))
    functional.cross_entropy(network[2](hidden), training.labels).backward()
    weight = next(iter(network.parameters()))
    assert weight.grad is not None  # backward has filled it
    return float(np.linalg.norm(weight.grad)), float((np.abs(hidden.data) > FLAT).mean())
