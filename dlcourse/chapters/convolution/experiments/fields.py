"""What one number behind several convolutions depends on, in a row of pixels: by formula, and by its gradient."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.functional import conv2d
from dlcourse.scratch.receptive_fields import receptive_field

MOST_LAYERS, MOST_NETWORKS = 6, 1000
Layers = tuple[tuple[int, int, int], ...]  # kernel, stride and dilation of each, the first one first
PATTERNS = {
    "plain": "s = 1, d = 1 in every layer",
    "strided": "s = 2 in every layer",
    "now and then": "s = 2 in every second layer",
    "dilated": "d = 2 in every layer",
    "doubling": "d = 1, 2, 4, …: doubled",
}


def layers_of(number: int, kernel: int, pattern: str) -> Layers:
    """Kernel, stride and dilation of each of ``number`` layers."""
    strides = {"strided": [2] * number, "now and then": [1 + k % 2 for k in range(number)]}
    dilations = {"dilated": [2] * number, "doubling": [2**k for k in range(number)]}
    both = zip(strides.get(pattern, [1] * number), dilations.get(pattern, [1] * number), strict=True)
    return tuple((kernel, stride, dilation) for stride, dilation in both)


@lru_cache(maxsize=64)
def gradients(layers: Layers) -> Array:
    """∂y/∂x of one number y in the middle behind ``layers``, by every pixel x, in 1000 random networks: (1000, pixels).

    The networks are linear, of one channel; their weights are drawn evenly between ±√(3/f), with variance 1/f. The row
    is longer than the field on both sides. The networks are the groups of one convolution.
    """
    generator = np.random.default_rng(0)
    jump = int(np.prod([stride for _, stride, _ in layers]))
    row = receptive_field(layers, axis=1) + 2 * jump  # y is the second of three outputs
    inputs = Tensor(np.zeros((1, MOST_NETWORKS, 1, row)), requires_grad=True)
    hidden = inputs
    for kernel, stride, dilation in layers:
        weight = Tensor(generator.uniform(-1, 1, (MOST_NETWORKS, 1, 1, kernel)) * (3 / kernel) ** 0.5)
        hidden = conv2d(hidden, weight, None, (1, stride), 0, (1, dilation), MOST_NETWORKS)
    hidden[:, :, :, 1].sum().backward()
    assert inputs.grad is not None
    found: Array = inputs.grad[0, :, 0].copy()
    found.flags.writeable = False
    return found


def ways(layers: Layers) -> NDArray[np.int64]:
    """On how many ways each pixel of the field reaches y: (field,). The mean square of its gradient is in proportion.

    A way chooses one weight of each layer. Two ways differ in a weight at least, and independent weights of mean 0 make
    the mean of their product 0: of the square of a sum of ways only the squares of each stay.
    """
    counts, distance = np.ones(1, dtype=np.int64), 1
    for kernel, stride, dilation in layers:
        reads = np.zeros((kernel - 1) * dilation * distance + 1, dtype=np.int64)
        reads[:: dilation * distance] = 1
        counts, distance = np.convolve(counts, reads), distance * stride
    return counts


def connections(layers: Layers) -> tuple[list[Array], Array]:
    """Where the units stand that y depends on, and the lines between them, in pixels from the first of the field on.

    One array of units for each layer, from the pixels up to y; the lines (n, 2, 2) go from (place, layer) to (place,
    layer). A unit stands over the middle of what it sees.
    """
    middles, jump = [(1, 0.0)], 1  # of each layer: pixels from a unit to its neighbour, and the place of the first
    for kernel, stride, dilation in layers:
        middles.append((jump * stride, middles[-1][1] + dilation * (kernel - 1) * jump / 2))
        jump *= stride
    units, lines = [np.zeros(1, dtype=np.int64)], []
    for level in range(len(layers), 0, -1):
        kernel, stride, dilation = layers[level - 1]
        read = stride * units[-1][:, None] + dilation * np.arange(kernel)
        ends = [_place(middles[level], np.repeat(units[-1], kernel)), _place(middles[level - 1], read.ravel())]
        heights = [np.full(read.size, float(level)), np.full(read.size, level - 1.0)]
        lines.append(np.stack([np.stack(ends, axis=1), np.stack(heights, axis=1)], axis=2))
        units.append(np.unique(read))
    places = [_place(middle, unit) for middle, unit in zip(middles, reversed(units), strict=True)]
    return places, np.concatenate(lines)


def _place(middle: tuple[int, float], units: NDArray[np.int64]) -> Array:
    jump, first = middle
    return first + jump * units.astype(np.float64)
