"""Pooling of images beside its rules: the largest number in each window, or their mean.

Each entry of the window is one slice of the images, all places at once: a 2×2 pooling goes over four slices.
``plain_convolution`` has the same in loops.
"""

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.activations import passed
from dlcourse.scratch.autograd import Tensor, check_tensor, record
from dlcourse.scratch.memory import workspace
from dlcourse.scratch.windows import Pair, Window, check_images, pooling_window

Gradients = tuple[Array | None, ...]


def max_pool2d(
    inputs: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1
) -> Tensor:
    """y[c, i, j] = max_{a, b} x[c, s i + d a − p, s j + d b − p]. The padding is −∞: it is never the largest.

    inputs: (n, channels, height, width). The stride s is the kernel's size unless given. Result: see
    ``conv_output_size``. Raises ValueError for a window that does not fit, or a padding of more than half of it.
    """
    window = _checked(inputs, kernel_size, stride, padding, dilation)
    output = window.output_size(inputs.shape)
    x = _padded(inputs.data, window, -np.inf)
    (_, first), *others = window.reads(output)
    largest = workspace.empty((*x.shape[:2], *output), x.dtype)
    largest[...] = x[..., *first]
    for _, pixels in others:
        np.maximum(largest, x[..., *pixels], out=largest)

    def rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
        """The largest number gets the gradient; of several that are equally large, the first."""
        by_padded = _zeros(inputs, x)
        waiting = np.ones(gradient.shape, bool)  # windows whose largest number has not come yet
        for _, pixels in window.reads(output):
            here = x[..., *pixels] == result.data
            here &= waiting
            waiting ^= here
            _add(passed(gradient, here), by_padded[..., *pixels], window)
        return (_inside(by_padded, inputs, window),)

    return record("max pool", largest, (inputs,), rule, needed=(inputs,), needs_result=True)


def avg_pool2d(inputs: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """y[c, i, j] = the mean over a, b of x[c, s i + a − p, s j + b − p], zeros of the padding included.

    Shapes and errors are those of ``max_pool2d``.
    """
    window = _checked(inputs, kernel_size, stride, padding)
    output = window.output_size(inputs.shape)
    x = _padded(inputs.data, window, 0.0)
    (_, first), *others = window.reads(output)
    means = workspace.empty((*x.shape[:2], *output), x.dtype)
    means[...] = x[..., *first]
    for _, pixels in others:
        means += x[..., *pixels]
    count = window.kernel[0] * window.kernel[1]
    means /= count

    def rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
        """Each number of a window gets the same share of its gradient: ∂y/∂x = 1 / count."""
        share, by_padded = gradient / count, _zeros(inputs, x)
        for _, pixels in window.reads(output):
            _add(share, by_padded[..., *pixels], window)
        return (_inside(by_padded, inputs, window),)

    return record("mean pool", means, (inputs,), rule)


def adaptive_max_pool2d(inputs: Tensor, output_size: int) -> Tensor:
    """The largest number of each channel: (n, channels, 1, 1). ``output_size`` is 1, another raises ValueError."""
    return max_pool2d(inputs, _whole_image(inputs, output_size))


def adaptive_avg_pool2d(inputs: Tensor, output_size: int) -> Tensor:
    """The mean of each channel, "global average pooling": (n, channels, 1, 1). ``output_size``: as above.

    Source: Lin, Chen and Yan (2014), "Network in network", section 3.2.
    """
    _whole_image(inputs, output_size)
    result: Tensor = inputs.mean((2, 3), keepdim=True)
    return result


def _checked(inputs: Tensor, kernel_size: Pair, stride: Pair | None, padding: Pair = 0, dilation: Pair = 1) -> Window:
    check_tensor(inputs, "inputs")
    check_images(inputs, "inputs")
    return pooling_window(kernel_size, stride, padding, dilation)


def _whole_image(inputs: Tensor, output_size: int) -> tuple[int, int]:
    check_tensor(inputs, "inputs")
    check_images(inputs, "inputs")
    if output_size not in (1, (1, 1)):
        raise ValueError(f"output_size: expected 1, one number a channel, received {output_size!r}.")
    return inputs.shape[2], inputs.shape[3]


def _zeros(inputs: Tensor, padded: Array) -> Array:
    """Where the gradient by the ``padded`` inputs is added up."""
    zeros = inputs.room() if padded is inputs.data else workspace.empty(padded.shape, padded.dtype)
    zeros[...] = 0
    return zeros


def _add(part: Array, pixels: Array, window: Window) -> None:
    """Adds ``part`` to the gradient of the ``pixels``; where windows do not overlap, it is all that they get."""
    if window.overlaps:
        pixels += part
    else:
        pixels[...] = part


def _padded(images: Array, window: Window, value: float) -> Array:
    """The images with ``value`` around them; themselves without padding."""
    if not any(window.padding):
        return images
    size = images.shape[2:]
    padded = workspace.empty((*images.shape[:2], *window.padded_size(size)), images.dtype)
    padded[...] = value
    padded[..., *window.inside(size)] = images
    return padded


def _inside(padded: Array, inputs: Tensor, window: Window) -> Array:
    """What stands inside the padding, where the ``inputs`` do."""
    return padded[..., *window.inside(inputs.shape[2:])]
