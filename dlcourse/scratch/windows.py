"""Windows that slide over images: how often they fit, and which pixels each of their entries reads.

Convolution and pooling share them. Images are (n, channels, height, width), as in PyTorch. A window of ``kernel`` f
rows (or columns) moves by ``stride`` s, over an image with ``padding`` p rows added on either side; between two of its
entries lie ``dilation`` d rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.shapes import shape_hint, show_shape
from dlcourse.validation import check_count

Pair = int | Sequence[int]  # one number, or one for rows and one for columns
IMAGES = ("n", "channels", "height", "width")


def conv_output_size(n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """⌊(n + 2p − d (f − 1) − 1) / s⌋ + 1: at how many places the window stands along an axis of n pixels.

    The window covers d (f − 1) + 1 pixels. Raises ValueError for one that covers more than the padded axis has.
    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", relationship 15.
    """
    check_count(padding, "padding", low=0)
    for value, name in ((n, "n"), (kernel, "kernel"), (stride, "stride"), (dilation, "dilation")):
        check_count(value, name)
    covered = dilation * (kernel - 1) + 1
    if covered > n + 2 * padding:
        dilated = f" with dilation {dilation}" if dilation > 1 else ""
        raise ValueError(
            f"kernel: expected one that fits into the padded input, {n} + 2 · {padding} = {n + 2 * padding} pixels, "
            f"received {kernel}{dilated}, which covers {covered}."
        )
    return (n + 2 * padding - covered) // stride + 1


@dataclass(frozen=True)
class Window:
    """A window over rows and columns; each setting is a pair, for rows and for columns."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]

    def __init__(self, kernel: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1) -> None:
        for name, value in (("kernel", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation)):
            object.__setattr__(self, name, _pair(value, name))

    @property
    def overlaps(self) -> bool:
        """Whether windows at two places may share a pixel."""
        axes = zip(self.kernel, self.stride, self.dilation, strict=True)
        return any(d * (f - 1) >= s for f, s, d in axes)

    def output_size(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """The rows and columns of the result for images of ``shape``. Raises ValueError where the window is larger."""
        try:
            rows, columns = (
                conv_output_size(shape[2 + k], self.kernel[k], self.padding[k], self.stride[k], self.dilation[k])
                for k in (0, 1)
            )
        except ValueError as error:
            last = " Channels seem to stand last: use .permute(0, 3, 1, 2)." if shape[3] < 4 <= shape[1] else ""
            raise ValueError(f"{error} Images (n, channels, height, width) are {show_shape(shape)}.{last}") from error
        return rows, columns

    def description(self) -> str:
        """The settings, for a layer that is printed."""
        settings = (("stride", self.stride, 1), ("padding", self.padding, 0), ("dilation", self.dilation, 1))
        words = [f"{name}={value}" for name, value, usual in settings if value != (usual, usual)]
        return ", ".join([f"kernel_size={self.kernel}", *words])

    def reads(self, output: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[slice, slice]]]:
        """Each entry (a, b) of the window, with the rows and columns of the pixels that it reads, place by place.

        At place (i, j) it reads pixel (s i + d a, s j + d b) of the padded image.
        """
        for entry in np.ndindex(self.kernel):
            first = [d * at for d, at in zip(self.dilation, entry, strict=True)]
            rows, columns = (
                slice(begin, begin + s * (places - 1) + 1, s)
                for begin, s, places in zip(first, self.stride, output, strict=True)
            )
            yield entry, (rows, columns)

    def at(self, place: tuple[int, ...]) -> tuple[slice, slice]:
        """The rows and columns of the padded image that the window covers at place (i, j)."""
        rows, columns = (
            slice(s * k, s * k + d * (f - 1) + 1, d)
            for k, f, s, d in zip(place, self.kernel, self.stride, self.dilation, strict=True)
        )
        return rows, columns

    def padded_size(self, size: Sequence[int]) -> tuple[int, int]:
        """The rows and columns of an image of ``size`` with its padding."""
        return size[0] + 2 * self.padding[0], size[1] + 2 * self.padding[1]

    def inside(self, size: Sequence[int]) -> tuple[slice, slice]:
        """The rows and columns of a padded image where the image of ``size`` stands."""
        (p, q), (height, width) = self.padding, size
        return slice(p, p + height), slice(q, q + width)


def pooling_window(kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1) -> Window:
    """The window of a pooling, which moves by its own size unless a ``stride`` is given.

    Raises ValueError for a padding of more than half a window: some window could hold nothing else.
    """
    window = Window(kernel_size, kernel_size if stride is None else stride, padding, dilation)
    if any(2 * p > f for p, f in zip(window.padding, window.kernel, strict=True)):
        raise ValueError(
            f"padding: expected at most half of the kernel, received {window.padding} for a kernel of {window.kernel}."
        )
    return window


def _pair(value: Pair, name: str) -> tuple[int, int]:
    pair = tuple(value) if isinstance(value, Sequence) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name}: expected one number, or a pair for rows and columns, received {value!r}.")
    low = 0 if name == "padding" else 1
    return check_count(pair[0], name, low=low), check_count(pair[1], name, low=low)


def check_images(images: Any, name: str, channels: int | None = None) -> None:
    """Raises ValueError unless ``images``, a tensor or an array, is (n, channels, height, width) with ``channels``."""
    shape = images.shape
    if len(shape) == 4 and channels in (None, shape[1]):
        return
    hint = shape_hint(np.empty(shape, bool), IMAGES, name) if len(shape) != 4 else ""
    if len(shape) == 4 and shape[3] == channels:
        turned = "permute" if hasattr(images, "permute") else "transpose"
        hint = f" Its channels seem to stand last: use {name}.{turned}(0, 3, 1, 2)."
    number = "channels" if channels is None else f"{channels} channels"
    raise ValueError(f"{name}: expected images (n, {number}, height, width), received {show_shape(shape)}.{hint}")


def check_floating(images: Any, name: str) -> None:
    """Raises TypeError for images of whole numbers: their sums would overflow, and their gradients be cut."""
    if images.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected floating-point numbers, received dtype {images.dtype}. Pixels from 0 to 255 become "
            f"numbers from 0 to 1 by {name}.astype(np.float32) / 255."
        )


def check_kernels(images: Any, weight: Any, bias: Any, groups: int) -> None:
    """Raises ValueError unless a convolution's weight is (out, channels / groups, rows, columns) and all fit.

    Raises TypeError where dtypes differ: whole numbers beside float32 would make everything float64.
    """
    check_count(groups, "groups")
    if len(weight.shape) != 4 or (bias is not None and bias.shape != weight.shape[:1]):
        raise ValueError(
            "conv2d: expected a weight (out, channels / groups, rows, columns) and a bias (out,), received "
            f"{show_shape(weight.shape)} and {None if bias is None else show_shape(bias.shape)}."
        )
    if weight.shape[0] % groups:
        raise ValueError(f"groups: expected a divisor of the {weight.shape[0]} output channels, received {groups}.")
    check_images(images, "inputs", weight.shape[1] * groups)
    dtypes = [each.dtype for each in (images, weight, bias) if each is not None]
    if len(set(dtypes)) > 1:
        raise TypeError(
            f"conv2d: expected inputs, weight and bias of one dtype, received {', '.join(map(str, dtypes))}. Images of "
            "whole numbers become floats by images.astype(np.float32) / 255."
        )
