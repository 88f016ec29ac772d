"""What goes through a deep network, layer by layer: values on the way forward, gradients on the way back.

Layer l is a linear layer (or a convolution) and what follows up to the next one. In it z^l is what the activation
gets, a^l what the layer hands on, and δ^l = ∂J/∂z^l, with J the mean loss of the mini-batch: arrays (n, units), or
(n, channels, height, width). Vanishing and exploding are statements about their sizes, and so is every start that is
meant against them: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
networks", look at the same quantities.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import Activation, Conv2d, Linear, Sequential, Sigmoid
from dlcourse.scratch.modules import Module
from dlcourse.validation import check_array, check_shape

FLAT = 0.05  # an activation is saturated where its slope is at most this share of its largest


@dataclass(frozen=True)
class LayerSignals:
    """What one layer shows for one mini-batch."""

    name: str  # "layer 3": counted from 1
    pre_activations: Array  # z
    activations: Array  # a
    gradients: Array  # δ, of the shape of z
    slopes: Array  # φ'(z), of the shape of z; ones where there is no activation
    steepest: float  # the largest slope that φ has anywhere
    weight: Array
    weight_gradient: Array  # ∂J/∂W

    def statistics(self) -> dict[str, float]:
        """In a few numbers, each by its name.

        "mean", "spread" (standard deviation) and "size" (root mean square) of a; "zeros": the share of a that is 0;
        "saturated": the share of z where the slope of the activation is at most 0.05 of its largest; "dead": the share
        of units (channels) whose slope is 0 for the whole batch; "gradient": the root mean square of δ; "moved": that
        of ∂J/∂W over that of W, what a step of rate 1 would change in proportion (nan where W is 0).
        """
        a, over_batch = self.activations.astype(np.float64), (0, *range(2, self.slopes.ndim))
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = float(np.divide(size(self.weight_gradient), size(self.weight)))
        return {
            "mean": float(a.mean()),
            "spread": float(a.std()),
            "size": size(a),
            "zeros": float((a == 0).mean()),
            "saturated": float((np.abs(self.slopes) <= FLAT * self.steepest).mean()),
            "dead": float((self.slopes == 0).all(axis=over_batch).mean()),
            "gradient": size(self.gradients),
            "moved": moved if size(self.weight) else float("nan"),
        }


def size(values: ArrayLike) -> float:
    """The root mean square, computed in float64: squares of 1e-25 are 0 in float32. 0 for no values."""
    array = np.asarray(values, np.float64)
    largest = np.abs(array).max(initial=0.0)
    return float(largest * np.sqrt(np.mean((array / largest) ** 2))) if 0 < largest < np.inf else float(largest)


def layer_signals(
    network: Sequential,
    inputs: ArrayLike,
    labels: ArrayLike,
    loss: Callable[[Tensor, ArrayLike], Tensor] = functional.cross_entropy,
) -> list[LayerSignals]:
    """What each layer of ``network`` shows for one mini-batch in training, from the first layer to the last.

    It runs in a copy: parameters, gradients, running statistics and generators of the network stay as they are.
    inputs: (n, ...), labels as ``loss(results, labels)`` takes them. Raises TypeError for what is no ``Sequential``,
    ValueError for one without a linear layer or a convolution of its own (in it, not in a part of it).
    """
    if not isinstance(network, Sequential):
        raise TypeError(f"network: expected a Sequential, received {type(network).__name__}.")
    twin = copy.deepcopy(network)
    twin.train()
    twin.zero_grad()
    layers: list[_Layer] = []
    result = Tensor(check_array(inputs, "inputs"))
    for module in twin:
        result = module(result)
        if isinstance(module, Linear | Conv2d):
            layers.append(_Layer(module))
        if layers:
            layers[-1].follow(module, result)
    if not layers:
        raise ValueError("network: expected at least one Linear or Conv2d in the Sequential, received none.")
    loss(result, labels).backward(retain_graph=True)  # it keeps the gradients of all nodes on the way
    return [layer.signals(f"layer {number}") for number, layer in enumerate(layers, start=1)]


@dataclass
class _Layer:
    """The modules of one layer with their results, while the network runs."""

    linear: Linear | Conv2d
    steps: list[tuple[Module, Tensor]] = field(default_factory=list)

    def follow(self, module: Module, result: Tensor) -> None:
        self.steps.append((module, result))

    def signals(self, name: str) -> LayerSignals:
        at = next((k for k, (module, _) in enumerate(self.steps) if isinstance(module, Activation)), None)
        before = self.steps[-1 if at is None else at - 1][1]
        module = None if at is None else self.steps[at][0]
        weight = self.linear.weight
        return LayerSignals(
            name,
            before.data,
            self.steps[-1][1].data,
            _gradient(before),
            _slopes(module, before.data),
            0.25 if isinstance(module, Sigmoid) else 1.0,
            weight.data,
            _gradient(weight),
        )


def _slopes(module: Module | None, z: Array) -> Array:
    """φ'(z), by the engine."""
    ones = np.ones(z.shape, z.dtype)
    if module is None:
        return ones
    point = Tensor(z, requires_grad=True)
    module(point).backward(ones)
    return _gradient(point)


def _gradient(tensor: Tensor) -> Array:
    return np.zeros(tensor.shape, tensor.dtype) if tensor.grad is None else np.array(tensor.grad)


def table(signals: Sequence[LayerSignals]) -> dict[str, Array]:
    """The statistics of all layers: by name an array (layers,), float64, to be drawn over the depth."""
    rows = [each.statistics() for each in signals]
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def shares(values: ArrayLike, edges: ArrayLike) -> Array:
    """The share of ``values`` in each bin between ``edges`` (bins + 1,), rising: (bins,), float64; they sum to 1.

    What lies beyond the edges counts in the outermost bins, so that nothing goes unseen. Raises ValueError for edges
    that do not rise, and for no values or some that are not numbers.
    """
    array = check_array(values, "values").astype(np.float64).ravel()
    bounds = check_shape(edges, ("bins + 1",), "edges")
    if len(bounds) < 2 or not (np.diff(bounds) > 0).all():
        raise ValueError("edges: expected at least two rising numbers.")
    if not array.size or np.isnan(array).any():
        raise ValueError("values: expected at least one number and none that is nan.")
    return np.histogram(np.clip(array, bounds[0], bounds[-1]), bounds)[0] / array.size
