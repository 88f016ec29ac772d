"""A plain convolutional network as arithmetic: its layers for given settings, with what each of them costs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from dlcourse.scratch.costs import multiply_adds
from dlcourse.scratch.receptive_fields import receptive_field
from dlcourse.scratch.windows import conv_output_size

IMAGE_CHANNELS, CLASSES, HIDDEN = 3, 1000, 4096  # colour photographs, ImageNet's classes, the dense layers of VGG
BYTES = 4  # of a float32
FLATTEN = "flatten"
WHOLE = 0  # as a receptive field: the layer sees all of the image by its construction
MOST_STAGES, MOST_CONVOLUTIONS, HEAD_ROWS = 5, 3, 3
MOST_ROWS = MOST_STAGES * (MOST_CONVOLUTIONS + 1) + HEAD_ROWS


@dataclass(frozen=True)
class Row:
    """A layer: what it is called, what it gives (channels, height, width) or (numbers,), and what that costs."""

    name: str
    shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    field: int = WHOLE  # pixels along each axis

    @property
    def memory(self) -> int:
        """The bytes of what it gives for one image; flattening copies nothing, and ReLU works in place."""
        return 0 if self.name == FLATTEN else BYTES * math.prod(self.shape)


def layers(
    size: int, stages: int, convolutions: int, channels: int, kernel: int, shrinking: str, head: str
) -> list[Row]:
    """The network's layers: see ``convolutional`` and ``classifying``."""
    rows = list(convolutional(size, stages, convolutions, channels, kernel, shrinking))
    return rows + list(classifying(rows[-1].shape, head))


def convolutional(
    size: int, stages: int, convolutions: int, channels: int, kernel: int, shrinking: str
) -> Iterator[Row]:
    """Stages of ``convolutions`` layers that keep the size, each with twice the channels of the stage before.

    Each stage ends at half of the size: by max-pooling where ``shrinking`` is "pool", else by the stride of its last
    convolution.
    """
    seen: list[tuple[int, int]] = []  # (kernel, stride) of what came so far
    before = IMAGE_CHANNELS
    for stage in range(stages):
        after = channels * 2**stage
        for number in range(convolutions):
            stride = 2 if shrinking == "stride" and number == convolutions - 1 else 1
            cost = multiply_adds(before, after, kernel, size, size, stride, kernel // 2)
            size = conv_output_size(size, kernel, kernel // 2, stride)
            seen.append((kernel, stride))
            name = f"conv {kernel}×{kernel}" + ", stride 2" * (stride == 2)
            yield Row(name, (after, size, size), (before * kernel**2 + 1) * after, cost, receptive_field(seen))
            before = after
        if shrinking == "pool":
            size = conv_output_size(size, 2, 0, 2)
            seen.append((2, 2))
            yield Row("max pool 2×2", (before, size, size), field=receptive_field(seen))


def classifying(shape: tuple[int, ...], head: str) -> Iterator[Row]:
    """The layers behind the last maps: "dense" flattens them for two linear layers, "mean" averages each channel."""
    channels, height, width = shape
    if head == "mean":
        yield Row("global mean", (channels,))
        yield _dense(channels, CLASSES)
        return
    flat = channels * height * width
    yield Row(FLATTEN, (flat,))
    yield _dense(flat, HIDDEN)
    yield _dense(HIDDEN, CLASSES)


def _dense(before: int, after: int) -> Row:
    return Row("dense", (after,), (before + 1) * after, before * after)


def amount(number: float, unit: str = "") -> str:
    """A count with three digits: 940, 12.3 k, 4.56 M, 1.2 G; with a ``unit`` 12.3 kB."""
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * factor:
            digits = max(0, 2 - len(str(int(number / factor + 5e-4))) + 1)
            return f"{number / factor:.{digits}f} {prefix}{unit}"
    return f"{number:.0f} {unit}".rstrip()
