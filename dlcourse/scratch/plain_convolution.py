"""Convolution and pooling in loops, as their formulas say it, of arrays: slow, and easy to check by eye.

``convolution`` and ``pooling`` give the same numbers hundreds of times faster; the tests compare them. Images are
(n, channels, height, width). The gradients take the gradient of the loss with respect to the result, and return that
with respect to what was given: each window hands back to the pixels that it was read from.
"""

from collections.abc import Iterator

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.windows import Pair, Window, check_floating, check_images, check_kernels, pooling_window


def plain_conv2d(
    inputs: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """y[k, o, i, j] = Σ_c Σ_a Σ_b w[o, c, a, b] x[k, c, s i + d a − p, s j + d b − p] + β[o].

    Shapes are those of ``conv2d``. Raises what ``conv2d`` raises, and TypeError for inputs of whole numbers.
    """
    check_kernels(inputs, weight, bias, groups)
    window = Window(weight.shape[2:], stride, padding, dilation)
    x, output = _padded(inputs, window, 0.0)
    result = np.zeros((len(inputs), len(weight), *output), inputs.dtype)
    for (k, o, i, j), pixels in _places(result.shape, window):
        result[k, o, i, j] = (weight[o] * x[k, _channels(o, weight, groups), *pixels]).sum()
        if bias is not None:
            result[k, o, i, j] += bias[o]
    return result


def plain_conv2d_gradients(
    gradient: Array,
    inputs: Array,
    weight: Array,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """The gradients by inputs, weight and bias: in each sum, ∂y/∂x = w, ∂y/∂w = x and ∂y/∂β = 1."""
    check_kernels(inputs, weight, None, groups)
    window = Window(weight.shape[2:], stride, padding, dilation)
    x, _ = _padded(inputs, window, 0.0)
    by_x, by_weight, by_bias = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight[:, 0, 0, 0])
    for (k, o, i, j), pixels in _places(gradient.shape, window):
        read = (k, _channels(o, weight, groups), *pixels)
        by_x[read] += gradient[k, o, i, j] * weight[o]
        by_weight[o] += gradient[k, o, i, j] * x[read]
        by_bias[o] += gradient[k, o, i, j]
    return by_x[..., *window.inside(inputs.shape[2:])], by_weight, by_bias


def plain_max_pool2d(
    inputs: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1
) -> Array:
    """y[k, c, i, j] = max_{a, b} x[k, c, s i + d a − p, s j + d b − p]."""
    window = pooling_window(kernel_size, stride, padding, dilation)
    x, output = _padded(inputs, window, -np.inf)
    result = np.zeros((*inputs.shape[:2], *output), inputs.dtype)
    for (k, c, i, j), pixels in _places(result.shape, window):
        result[k, c, i, j] = x[k, c, *pixels].max()
    return result


def plain_max_pool2d_gradient(
    gradient: Array,
    inputs: Array,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    dilation: Pair = 1,
) -> Array:
    """The gradient by the inputs: the largest number of each window (the first, of equal ones) gets its gradient."""
    window = pooling_window(kernel_size, stride, padding, dilation)
    x, _ = _padded(inputs, window, -np.inf)
    by_x = np.zeros_like(x)
    for (k, c, i, j), pixels in _places(gradient.shape, window):
        a, b = np.unravel_index(x[k, c, *pixels].argmax(), window.kernel)
        by_x[k, c, *pixels][a, b] += gradient[k, c, i, j]
    return by_x[..., *window.inside(inputs.shape[2:])]


def plain_avg_pool2d(inputs: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Array:
    """y[k, c, i, j] = the mean over a, b of x[k, c, s i + a − p, s j + b − p]."""
    window = pooling_window(kernel_size, stride, padding)
    x, output = _padded(inputs, window, 0.0)
    result = np.zeros((*inputs.shape[:2], *output), inputs.dtype)
    for (k, c, i, j), pixels in _places(result.shape, window):
        result[k, c, i, j] = x[k, c, *pixels].mean()
    return result


def plain_avg_pool2d_gradient(
    gradient: Array, inputs: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Array:
    """The gradient by the inputs: each number of a window gets the same share."""
    window = pooling_window(kernel_size, stride, padding)
    x, _ = _padded(inputs, window, 0.0)
    by_x = np.zeros_like(x)
    for (k, c, i, j), pixels in _places(gradient.shape, window):
        by_x[k, c, *pixels] += gradient[k, c, i, j] / (window.kernel[0] * window.kernel[1])
    return by_x[..., *window.inside(inputs.shape[2:])]


def _places(shape: tuple[int, ...], window: Window) -> Iterator[tuple[tuple[int, ...], tuple[slice, slice]]]:
    """Each index (k, o, i, j) of a result, with the rows and columns of its window in the padded image."""
    for index in np.ndindex(shape):
        yield index, window.at(index[2:])


def _channels(output: int, weight: Array, groups: int) -> slice:
    """The channels that an output sums over: those of its group."""
    group, size = output // (len(weight) // groups), weight.shape[1]
    return slice(group * size, (group + 1) * size)


def _padded(inputs: Array, window: Window, value: float) -> tuple[Array, tuple[int, int]]:
    """The images with ``value`` around them, and at how many rows and columns of places the window stands."""
    check_images(inputs, "inputs")
    check_floating(inputs, "inputs")
    output = window.output_size(inputs.shape)
    p, q = window.padding
    return np.pad(inputs, ((0, 0), (0, 0), (p, p), (q, q)), constant_values=value), output
