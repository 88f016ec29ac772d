"""What the units of the digit network's convolutions compute: maps of their sums, and one sum with all its terms."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.cnn_architectures import digit_network
from dlcourse.chapters.cnn_architectures.digit_network import KERNEL
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.receptive_fields import receptive_field

CONVOLUTIONS = {"first": 0, "second": 3}  # places among the network's layers
SIDE = 24.0  # of every map as it is drawn: that of the first convolution


@dataclass(frozen=True, eq=False)
class Unit:
    """One number of a feature map before ReLU: Σ_c Σ_a Σ_b patch[c, a, b] · kernel[c, a, b] + bias.

    ``patch`` and ``kernel`` have shape (channels, 5, 5). ``corner`` and ``field``: row and column of the first pixel
    that it depends on, and how many there are along each axis.
    """

    patch: Array
    kernel: Array
    bias: float
    corner: tuple[int, int]
    field: int


@lru_cache(maxsize=64)
def sums(digit: int, example: int, layer: str) -> tuple[Array, Array]:
    """What a convolution reads, (channels, rows, columns), and the sums that it gives, before ReLU."""
    network, place = digit_network.trained(), CONVOLUTIONS[layer]
    reads = Tensor(digit_network.examples()[digit, example][None, None])
    for module in network.modules[:place]:
        reads = module(reads)
    given = np.array(reads.data[0], np.float64), np.array(network[place](reads).data[0], np.float64)
    for array in given:
        array.flags.writeable = False
    return given


def unit(digit: int, example: int, layer: str, channel: int, row: int, column: int) -> Unit:
    """The terms of one number of the map ``channel``."""
    network, place = digit_network.trained(), CONVOLUTIONS[layer]
    convolution: Any = network[place]
    reads, _ = sums(digit, example, layer)
    patch = reads[:, row : row + KERNEL, column : column + KERNEL]
    distance = 2 if layer == "second" else 1  # pixels between neighbouring units
    return Unit(
        patch,
        convolution.weight.data[channel].astype(np.float64),
        float(convolution.bias.data[channel]),
        (row * distance, column * distance),
        receptive_field(network.modules[: place + 1]),
    )
