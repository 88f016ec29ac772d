"""Training runs of a network of four hidden units, from equal, nearly equal and random weights, kept step by step.

The units are rows of arrays and every row is computed by the same operations in the same order, with no matrix product
whose order of summation might differ from row to row: so units that begin equal stay equal to the last bit. A matrix
product need not do that: with 5 or 7 units its rounding may make equal units differ in the last bit, and then this
difference grows like any other.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch import initializers

UNITS, EXAMPLES, INNER, MOST_STEPS = 4, 80, 32, 2000
LEARNING_RATE = 2.0
CONSTANT, DEVIATION = 0.5, 0.7  # of equal and of random weights
RANDOM_STARTS = 8
EXPONENTS = (12, 10, 8, 6, 4, 2, 1)  # k of a difference 10^-k at the start; below 10^-12 rounding would show
APART = 0.01  # units whose numbers differ by more count as different
WEIGHT_1, WEIGHT_2, BIAS, OUTPUT = range(4)  # the numbers of a unit


@dataclass(frozen=True, eq=False)
class Run:
    """What a training run leaves, entry k after k steps; nothing can be written to.

    ``units`` (2001, 4, 4): of each unit its two input weights, its bias and its output weight. ``output_bias`` (2001,).
    ``loss`` (2001,): the mean log-loss. ``spread`` (2001,): the largest difference of one number between two units.
    """

    units: Array
    output_bias: Array
    loss: Array
    spread: Array

    def different_units(self, step: int) -> int:
        """How many units differ from each other by more than 0.01 in one of their numbers."""
        found: list[Array] = []
        for unit in self.units[step]:
            if all(np.abs(unit - other).max() > APART for other in found):
                found.append(unit)
        return len(found)


@lru_cache(maxsize=1)
def ring() -> tuple[Array, Array]:
    """Inputs (80, 2) and labels (80,): 32 points in a disc of radius 0.9 (label 1), 48 around it (label 0)."""
    generator, inner = np.random.default_rng(1), INNER
    angles = generator.uniform(0, 2 * np.pi, EXAMPLES)
    radii = np.concatenate([generator.uniform(0, 0.9, inner), generator.uniform(1.1, 2, EXAMPLES - inner)])
    inputs = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]).round(3)
    labels = (np.arange(EXAMPLES) < INNER).astype(np.float64)
    inputs.flags.writeable = labels.flags.writeable = False
    return inputs, labels


def _sigmoid(scores: Array) -> Array:
    return 0.5 * np.tanh(0.5 * scores) + 0.5


def hidden_layer(units: Array, inputs: Array, activation: str) -> Array:
    """What each unit says to each input: units (..., 4, 4), inputs (n, 2) -> (..., 4, n)."""
    first, second = inputs.T.copy()
    scores = units[..., WEIGHT_1, None] * first + units[..., WEIGHT_2, None] * second + units[..., BIAS, None]
    return np.tanh(scores) if activation == "tanh" else _sigmoid(scores)


def network(units: Array, output_bias: Array, hidden: Array) -> Array:
    """The logit of each example, (..., n): the hidden units (..., 4, n) weighed, added one by one, and the bias."""
    weighed = units[..., OUTPUT, None] * hidden
    return weighed[..., 0, :] + weighed[..., 1, :] + weighed[..., 2, :] + weighed[..., 3, :] + output_bias[..., None]


def gradients(units: Array, output_bias: Array, activation: str) -> tuple[Array, Array, Array]:
    """The mean log-loss (...), and its gradients of units (..., 4, 4) and of output_bias (...)."""
    inputs, labels = ring()
    hidden = hidden_layer(units, inputs, activation)
    logits = network(units, output_bias, hidden)
    loss = (np.logaddexp(0, logits) - labels * logits).mean(axis=-1)
    delta = (_sigmoid(logits) - labels) / EXAMPLES
    slope = 1 - hidden * hidden if activation == "tanh" else hidden * (1 - hidden)
    by_score = units[..., OUTPUT, None] * delta[..., None, :] * slope
    first, second = inputs.T.copy()
    by_units = np.stack(
        [
            (by_score * first).sum(-1),
            (by_score * second).sum(-1),
            by_score.sum(-1),
            (delta[..., None, :] * hidden).sum(-1),
        ],
        axis=-1,
    )
    return loss, by_units, delta.sum(-1)


def train(units: Array, activation: str) -> tuple[Array, Array, Array]:
    """MOST_STEPS of gradient descent for each of several starts (starts, 4, 4) at once; the output bias starts at 0.

    Returns units (2001, starts, 4, 4), output biases (2001, starts) and losses (2001, starts).
    """
    output_bias, kept = np.zeros(len(units)), []
    for _ in range(MOST_STEPS + 1):
        loss, by_units, by_bias = gradients(units, output_bias, activation)
        kept.append((units, output_bias, loss))
        units, output_bias = units - LEARNING_RATE * by_units, output_bias - LEARNING_RATE * by_bias
    courses = [np.array(course) for course in zip(*kept, strict=True)]
    return courses[0], courses[1], courses[2]


def start(kind: str, difference: float = 0.0) -> Array:
    """The first numbers of the units, (1, 4, 4), or for "random" of RANDOM_STARTS networks; the biases are 0.

    kind: "equal", all weights CONSTANT; "zeros"; "outputs", equal input weights and random output weights; "random".
    A normal deviate times ``difference`` is added to each input weight.
    """
    generator = np.random.default_rng(0)
    count = RANDOM_STARTS if kind == "random" else 1
    units = np.full((count, UNITS, 4), 0.0 if kind == "zeros" else CONSTANT)
    noise = initializers.normal(units.shape, 1.0, generator=generator, dtype=np.float64)
    if kind == "outputs":
        units[..., OUTPUT] = DEVIATION * noise[..., OUTPUT]
    elif kind == "random":
        units = DEVIATION * noise
    units[..., :BIAS] += difference * noise[..., :BIAS]
    units[..., BIAS] = 0.0
    return units


@lru_cache(maxsize=64)  # every setting of the experiment, 0.3 MB each
def trained(kind: str, difference: float, activation: str) -> Run:
    """The run from this start, see ``start``; of "random" the first one. activation: "tanh" or "sigmoid"."""
    units, output_bias, loss = (course[:, 0].copy() for course in train(start(kind, difference)[:1], activation))
    spread = np.ptp(units, axis=1).max(axis=1)
    for array in (units, output_bias, loss, spread):
        array.flags.writeable = False
    return Run(units, output_bias, loss, spread)


@lru_cache(maxsize=2)
def worst_random_loss(activation: str) -> Array:
    """The largest loss of RANDOM_STARTS runs from random weights, at every step (2001,)."""
    worst = train(start("random"), activation)[2].max(axis=1)
    worst.flags.writeable = False
    return worst
