"""Modules for images (n, channels, height, width): convolution, pooling, and flattening for the linear layers behind.

Names and defaults are those of ``torch.nn``; they are reached through ``layers`` too.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array
from dlcourse.scratch import convolution, initializers, pooling
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.modules import Module
from dlcourse.scratch.windows import Pair, Window, pooling_window
from dlcourse.validation import check_count, check_generator


class Conv2d(Module):
    """A convolution, see ``functional.conv2d``; ``weight`` is (out_channels, in_channels / groups, rows, columns).

    ``init``: a function such as ``initializers.kaiming_normal`` for the weight, with bias 0; without it both are drawn
    evenly from ±1/√fan_in, as in PyTorch, with fan_in = in_channels / groups · rows · columns.
    Raises ValueError for ``groups`` that do not divide the channels.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Pair = 0,
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        generator: np.random.Generator,
        init: Callable[..., Array] | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.window = Window(kernel_size, stride, padding, dilation)
        self.groups = check_count(groups, "groups")
        if check_count(in_channels, "in_channels") % groups or check_count(out_channels, "out_channels") % groups:
            raise ValueError(
                f"groups: expected a number that divides in_channels and out_channels, {in_channels} and "
                f"{out_channels}, received {groups}."
            )
        shape = (out_channels, in_channels // groups, *self.window.kernel)
        draw: dict[str, Any] = {"generator": check_generator(generator), "dtype": dtype}
        bound = 1 / math.sqrt(initializers.fans(shape)[0])
        weight = init(shape, **draw) if init is not None else initializers.uniform(shape, bound, **draw)
        self.weight = Tensor(weight, requires_grad=True)
        start = initializers.uniform(shape[:1], 0.0 if init is not None else bound, **draw)
        self.bias = Tensor(start, requires_grad=True) if bias else None

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, in_channels, height, width) -> (n, out_channels, ...), see ``conv_output_size``."""
        window = self.window
        return convolution.conv2d(
            inputs, self.weight, self.bias, window.stride, window.padding, window.dilation, self.groups
        )

    def description(self) -> str:
        """The channels and the window."""
        out_channels, in_channels = self.weight.shape[0], self.weight.shape[1] * self.groups
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        return f"{in_channels}, {out_channels}, {self.window.description()}{groups}, bias={self.bias is not None}"


class MaxPool2d(Module):
    """The largest number in each window; the stride is the kernel's size unless given."""

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1) -> None:
        self.window = pooling_window(kernel_size, stride, padding, dilation)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, channels, ...), see ``conv_output_size``."""
        window = self.window
        return pooling.max_pool2d(inputs, window.kernel, window.stride, window.padding, window.dilation)

    def description(self) -> str:
        """The window."""
        return self.window.description()


class AvgPool2d(Module):
    """The mean of each window; the stride is the kernel's size unless given."""

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> None:
        self.window = pooling_window(kernel_size, stride, padding)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, channels, ...), see ``conv_output_size``."""
        return pooling.avg_pool2d(inputs, self.window.kernel, self.window.stride, self.window.padding)

    def description(self) -> str:
        """The window."""
        return self.window.description()


class AdaptiveAvgPool2d(Module):
    """The mean of each channel over the whole image; ``output_size`` is 1."""

    def __init__(self, output_size: int) -> None:
        self.output_size = output_size

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, channels, 1, 1)."""
        return pooling.adaptive_avg_pool2d(inputs, self.output_size)

    def description(self) -> str:
        """The size."""
        return f"output_size={self.output_size}"


class Flatten(Module):
    """Makes one axis of those from ``start_dim`` to ``end_dim``: one row an image, for a linear layer."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, channels · height · width)."""
        return inputs.flatten(self.start_dim, self.end_dim)

    def description(self) -> str:
        """The axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
