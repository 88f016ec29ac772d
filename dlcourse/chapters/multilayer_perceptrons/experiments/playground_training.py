"""Networks of the playground in training: a run for each setting, which goes on from where it is, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse import planar_data
from dlcourse.arrays import Array
from dlcourse.scratch import functional, layers, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.graph import no_grad

TRAINING, HELD_OUT = 200, 100  # points
DRAW = 9  # the seed of the points: the same at every setting, so that only the noise moves them
MOST_UPDATES = 2000
EVERY = 5  # updates between two entries of the curves of losses
KEPT = 200  # updates between two states that are kept, for going back
TOO_LARGE = 1e6  # a weight beyond this: the run has diverged

ACTIVATIONS: dict[str, Callable[[], layers.Module] | None] = {
    "tanh": layers.Tanh,
    "relu": layers.ReLU,
    "leaky_relu": layers.LeakyReLU,
    "gelu": lambda: layers.GELU(approximate="tanh"),  # the exact one needs Python's own erf, number by number
    "sigmoid": layers.Sigmoid,
    "linear": None,
}
OPTIMIZERS: dict[str, Callable[..., optimizers.Optimizer]] = {
    "sgd": optimizers.SGD,
    "momentum": lambda params, lr: optimizers.SGD(params, lr, momentum=0.9),
    "adam": optimizers.Adam,
}


@dataclass(frozen=True)
class Settings:
    """What a run depends on; ``start`` is the seed of the first weights."""

    data: str
    noise: float
    layers: int
    units: int
    activation: str
    optimizer: str
    learning_rate: float
    start: int


@dataclass(frozen=True, eq=False)
class Points:
    """Points of the plane: ``inputs`` (n, 2) and ``targets`` (n, 1), 0 or 1; float64, as the networks are.

    float64, so that the digits that are told do not depend on how a processor rounds.
    """

    inputs: Tensor
    targets: Array


@lru_cache(maxsize=32)
def points_of(data: str, noise: float) -> tuple[Points, Points]:
    """The points for training and those held out. More noise moves each point further from the same place."""
    generator = np.random.default_rng(DRAW)
    parts = []
    for size in (TRAINING, HELD_OUT):
        inputs, labels = planar_data.SETS[data](size, generator, noise)
        parts.append(Points(Tensor(inputs.astype(np.float64)), labels[:, None].astype(np.float64)))
        parts[-1].targets.flags.writeable = False
    return parts[0], parts[1]


def sizes_of(hidden_layers: int, units: int) -> list[int]:
    """The inputs, the units of each hidden layer and the output: [2, 16, 16, 1]."""
    return [2, *[units] * hidden_layers, 1]


def make_network(settings: Settings) -> layers.Sequential:
    """Linear layers from random weights, an activation behind each but the last, which gives the logit."""
    generator, sizes = np.random.default_rng(settings.start), sizes_of(settings.layers, settings.units)
    activation = ACTIVATIONS[settings.activation]
    modules: list[layers.Module] = []
    for number, (before, after) in enumerate(pairwise(sizes)):
        if number and activation is not None:
            modules.append(activation())
        modules.append(layers.Linear(before, after, generator=generator, dtype=np.float64))
    return layers.Sequential(*modules)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network after some updates, and how it got there; nothing in it is changed by further training.

    ``logits`` (grid points,) and ``hidden`` (layers, grid points, units): what the output and the hidden units are
    over a grid. ``losses`` and ``accuracies`` (2,): of the training points and of those held out. ``curve_updates``
    (m,) and ``curves`` (2, m): both losses on the way. ``weights`` (all,): those of each layer, an output's after the
    other's, without biases. ``diverged``: the update that could not be made, or -1.
    """

    logits: Array
    hidden: Array
    losses: Array
    accuracies: Array
    curve_updates: NDArray[np.int64]
    curves: Array
    weights: Array
    diverged: int


class Run:
    """One network and its training with all points at once, which goes on as far as it is asked about.

    Two shown experiments may ask the same run: a lock lets one in at a time. To go back, a run starts again from the
    last state that it kept and trains on from there, with the same result to the last digit.
    """

    def __init__(self, settings: Settings) -> None:
        self.training, self.held_out = points_of(settings.data, settings.noise)
        self.network = make_network(settings)
        self.optimizer = OPTIMIZERS[settings.optimizer](self.network.parameters(), lr=settings.learning_rate)
        self.layers, self.units = settings.layers, settings.units
        self.diverged = -1
        self._lock = Lock()
        self._kept: list[tuple[dict[str, Any], dict[str, Any]]] = []  # of the network and of the optimizer
        self._curve = np.empty((2, MOST_UPDATES // EVERY + 1))
        self._noted = 0  # how many entries of the curve there are

    def at(self, updates: int, grid: Tensor) -> Snapshot:
        """The network after ``updates``, or before the one that made it diverge; ``grid`` (n, 2): where to map it."""
        with self._lock, np.errstate(over="ignore", invalid="ignore"):
            self._go_to(updates)
            losses, accuracies = self._scores()
            before = np.arange(0, self.optimizer.steps, EVERY)
            logits, hidden = self._over(grid)
            return Snapshot(
                logits=logits,
                hidden=hidden,
                losses=losses,
                accuracies=accuracies,
                curve_updates=np.append(before, self.optimizer.steps),
                curves=np.column_stack([self._curve[:, : len(before)], losses]),
                weights=np.concatenate([p.data.ravel() for p in self.optimizer.params if p.data.ndim == 2]),
                diverged=self.diverged if 0 <= self.diverged <= updates else -1,
            )

    def _go_to(self, updates: int) -> None:
        if updates < self.optimizer.steps:
            self._restore(updates // KEPT)
        while self._keep() < updates and self.optimizer.steps + 1 != self.diverged:
            self._update()

    def _restore(self, number: int) -> None:
        of_network, of_optimizer = self._kept[number]
        self.network.load_state_dict(of_network)
        self.optimizer.load_state_dict(of_optimizer)

    def _keep(self) -> int:
        """Notes losses and state where it is their turn. Returns the number of updates so far."""
        steps = self.optimizer.steps
        if steps == self._noted * EVERY:
            self._curve[:, self._noted] = self._scores()[0]
            self._noted += 1
        if steps == len(self._kept) * KEPT:
            self._kept.append((self.network.state_dict(), self.optimizer.state_dict()))
        return steps

    def _update(self) -> None:
        """One update with all training points. One that leads beyond all bounds is noted and not kept."""
        self.optimizer.zero_grad()
        logits = self.network(self.training.inputs)
        functional.binary_cross_entropy_with_logits(logits, self.training.targets).backward()
        self.optimizer.step()
        if not all(np.abs(parameter.data).max() < TOO_LARGE for parameter in self.optimizer.params):  # or not a number
            self.diverged = self.optimizer.steps
            self._restore((self.diverged - 1) // KEPT)

    def _scores(self) -> tuple[Array, Array]:
        """The losses and the shares of right answers, each (2,): of the training points and of those held out."""
        scores = np.empty((2, 2))
        with no_grad():
            for column, points in enumerate((self.training, self.held_out)):
                logits = self.network(points.inputs)
                scores[0, column] = functional.binary_cross_entropy_with_logits(logits, points.targets).data
                scores[1, column] = ((logits.data >= 0) == points.targets).mean()
        return scores[0], scores[1]

    def _over(self, grid: Tensor) -> tuple[Array, Array]:
        """The logits (n,) and the activations of all hidden units (layers, n, units) at the points of ``grid``."""
        hidden, activations = [], grid
        with no_grad():
            for module in self.network:
                if isinstance(module, layers.Linear) and activations is not grid:
                    hidden.append(activations.data)
                activations = module(activations)
        return activations.data[:, 0], np.array(hidden).reshape(self.layers, len(grid.data), self.units)


@lru_cache(maxsize=256)  # of up to 200 kB each
def run_of(settings: Settings) -> Run:
    """The run of these settings, as far as it was trained until now."""
    return Run(settings)
