"""The chapter's milestone: a network of 20 layers learns to read digits, by the reader's own start and normalization.

Three runs on the same mini-batches: from a start that is too small; with weights drawn with the standard deviation of
``he_std``; and with batch normalization before each ReLU as well, whose values and gradients come from the pieces. The
library's engine does the rest. Mini-batches are so large, and the steps so few, that rounding errors stay small on the
way: two right answers differ in their last digits. (Normalization without the start learns too, but weights of 0.01
make its steps so large in proportion that two right answers part.)
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice, pairwise

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch import initializers, layers, optimizers
from dlcourse.scratch.autograd import Tensor, record
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.modules import Module
from dlcourse.scratch.steps import evaluate, training_step

DEPTH, WIDTH, STEPS, BATCH_SIZE, SHOWN = 20, 64, 100, 256, 20
SMALL, MOMENTUM, EPS = 0.01, 0.1, 1e-5
RATES = (0.001, 0.003, 0.01, 0.03)
# By the name of a run: whether it starts by the piece ``he_std``, whether it normalizes by the pieces, and which of the
# rates is best on validation digits, over six starts. (Without a remedy nothing is learnt at any of them.)
RUNS = {
    "neither": (False, False, 0.003),
    "start": (True, False, 0.003),
    "start and normalization": (True, True, 0.03),
}


class OwnBatchNorm(Module):
    """Batch normalization of (n, units) whose values and gradients two functions give."""

    buffers = ("running_mean", "running_var")

    def __init__(self, units: int, pieces: Pieces) -> None:
        self.pieces = pieces
        self.weight, self.bias = (Tensor(start(units), requires_grad=True) for start in (np.ones, np.zeros))
        self.running_mean, self.running_var = np.zeros(units), np.ones(units)

    def forward(self, inputs: Tensor) -> Tensor:
        """The values of ``batch_norm_forward``; on the way back the gradients of ``batch_norm_backward``."""
        running = self.running_mean, self.running_var
        arrays = inputs.data, self.weight.data, self.bias.data, *running
        y, mean, var = self.pieces["batch_norm_forward"](*arrays, self.training, MOMENTUM, EPS)
        self.running_mean, self.running_var = np.array(mean), np.array(var)

        def rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor) -> tuple[Array, ...]:
            return tuple(self.pieces["batch_norm_backward"](gradient, inputs.data, weight.data, EPS))

        parents = inputs, self.weight, self.bias
        return record("own batch norm", np.array(y, np.float64), parents, rule, needed=(inputs, self.weight))


def network_of(pieces: Pieces, own_start: bool, normalized: bool, seed: int = 0) -> layers.Sequential:
    """20 linear layers, float64: with the same seed two networks have the same weights, but for their size."""
    generator = np.random.default_rng(seed)
    sizes = [64, *[WIDTH] * (DEPTH - 1), 10]
    modules: list[Module] = [layers.Flatten()]
    for before, after in pairwise(sizes):
        # Six decimals: a right answer in float32 starts at the same weights.
        std = round(float(pieces["he_std"]((after, before), 0.0)), 6) if own_start else SMALL
        draw = partial(initializers.normal, std=std)
        modules.append(layers.Linear(before, after, generator=generator, init=draw, dtype=np.float64))
        modules += [OwnBatchNorm(after, pieces), layers.ReLU()] if normalized else [layers.ReLU()]
    return layers.Sequential(*modules[: -2 if normalized else -1])


def rescue(pieces: Pieces) -> Iterator[Reading]:
    """The losses of all three runs on the way, and how many test digits each reads in the end.

    pieces: ``he_std``, ``batch_norm_forward`` and ``batch_norm_backward``, as the chapter's exercises ask for them.
    """
    digits = datasets.load("digits")
    training, test = (Part(part.inputs.astype(np.float64), part.labels) for part in (digits.train, digits.test))
    for name, (own_start, normalized, rate) in RUNS.items():
        network, losses = network_of(pieces, own_start, normalized), []
        for number, loss in enumerate(losses_of(network, training, rate), start=1):
            losses.append(loss)
            yield Reading(f"{name}: loss of the mini-batch at step {number}", loss, shown=False)
        yield Reading(f"{name}: mean loss of the last {SHOWN} steps", float(np.mean(losses[-SHOWN:])))
        found = evaluate(network, test)
        yield Reading(f"{name}: loss of {len(test)} test digits", found["loss"], shown=False)
        yield Reading(f"{name}: share of {len(test)} test digits read rightly", found["accuracy"])


def losses_of(network: Module, training: Part, rate: float, seed: int = 0) -> Iterator[float]:
    """Trains the network, and yields the loss of each mini-batch before its step."""
    step = training_step(network, optimizers.SGD(network.parameters(), lr=rate, momentum=0.9))
    for batch in islice(shuffled_minibatches(len(training), BATCH_SIZE, np.random.default_rng(5 + seed)), STEPS):
        yield step(training.inputs[batch], training.labels[batch])


def told(values: Mapping[str, float]) -> str:
    """What the three runs say, in a sentence; whatever the numbers are."""
    shares = {name: next(v for label, v in values.items() if label.startswith(f"{name}: share")) for name in RUNS}
    listed = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return f"Of the test digits the networks read rightly: {listed}. By chance it would be a tenth."
