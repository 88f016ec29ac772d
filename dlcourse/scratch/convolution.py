"""Convolution of images beside its rule, as one product of matrices.

``plain_convolution`` has the same in loops, as the formula says it. Here all that the kernel ever reads is copied into
the columns of a matrix ("im2col"), one column for each place where the kernel stands; then one product with the
kernels gives all sums at once. Source: Chellapilla, Puri and Simard (2006), "High performance convolutional neural
networks for document processing".
"""

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, check_tensor, record
from dlcourse.scratch.memory import workspace
from dlcourse.scratch.windows import Pair, Window, check_kernels

Gradients = tuple[Array | None, ...]


def conv2d(
    inputs: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """y[o, i, j] = Σ_c Σ_a Σ_b w[o, c, a, b] x[c, s i + d a − p, s j + d b − p] + β[o], with x = 0 outside the image.

    inputs x: (n, channels, height, width). weight w: (out, channels / groups, rows, columns). bias β: (out,).
    stride s, padding p, dilation d: a number, or a pair for rows and columns. With ``groups`` the channels are divided
    into as many parts, and each part of the outputs sums over its own. Result: (n, out, ...), see ``conv_output_size``.
    Strictly it is a cross-correlation: a convolution has the kernel turned by 180°. Raises ValueError for shapes that
    do not fit, TypeError for dtypes that differ.
    """
    for each, name in ((inputs, "inputs"), (weight, "weight"), (bias, "bias")):
        if each is not None:
            check_tensor(each, name)
    check_kernels(inputs, weight, bias, groups)
    window = Window(weight.shape[2:], stride, padding, dilation)
    rows, columns = window.output_size(inputs.shape)
    read = as_columns(inputs.data, window, groups)
    kernels = weight.data.reshape(groups, -1, read.shape[1])
    shape = (*kernels.shape[:2], read.shape[2])  # groups, outputs of a group, places · n
    sums = np.matmul(kernels, read, out=workspace.empty(shape, inputs.dtype))
    if bias is not None:
        sums += bias.data.reshape(groups, -1, 1)

    def rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor | None = None) -> Gradients:
        """Y = W X + β, with the columns X: X̄ = Wᵀ Ȳ is added to the pixels that X was read from, W̄ = Ȳ Xᵀ, β̄ = Σ Ȳ."""
        by_sums = samples_last(gradient).reshape(shape)
        by_inputs = by_weight = by_bias = None
        if inputs.requires_grad:
            by_read = np.matmul(kernels.swapaxes(1, 2), by_sums, out=workspace.empty(read.shape, gradient.dtype))
            by_inputs = added_to_pixels(by_read, inputs, window)
        if weight.requires_grad:
            by_weight = (by_sums @ read.swapaxes(1, 2)).reshape(weight.shape)
        if bias is not None and bias.requires_grad:
            by_bias = (by_sums @ np.ones(by_sums.shape[2], gradient.dtype)).reshape(-1)
        return (by_inputs, by_weight) if bias is None else (by_inputs, by_weight, by_bias)

    result = samples_first(sums.reshape(len(weight.data), rows, columns, len(inputs.data)))
    parents = (inputs, weight) if bias is None else (inputs, weight, bias)
    return record("conv2d", result, parents, rule, needed=(weight,) if inputs.requires_grad else ())


def as_columns(images: Array, window: Window, groups: int) -> Array:
    """What the window reads: (groups, entries of a kernel, places · n), one column for each place in each image.

    The samples come last, so that what is copied for an entry lies in few long pieces.
    """
    n, channels, *size = images.shape
    output = window.output_size(images.shape)
    padded = workspace.empty((channels, *window.padded_size(size), n), images.dtype)
    if any(window.padding):
        padded[...] = 0
    padded[:, *window.inside(size)] = images.transpose(1, 2, 3, 0)
    read = workspace.empty((channels, *window.kernel, *output, n), images.dtype)
    for (a, b), pixels in window.reads(output):
        read[:, a, b] = padded[:, *pixels]
    return read.reshape(groups, -1, output[0] * output[1] * n)


def added_to_pixels(by_read: Array, inputs: Tensor, window: Window) -> Array:
    """The gradient by the images: that of each number of ``as_columns``, added where it was read from."""
    n, channels, *size = inputs.shape
    output = window.output_size(inputs.shape)
    by_read = by_read.reshape(channels, *window.kernel, *output, n)
    by_padded = workspace.empty((channels, *window.padded_size(size), n), by_read.dtype)
    by_padded[...] = 0
    for (a, b), pixels in window.reads(output):
        by_padded[:, *pixels] += by_read[:, a, b]
    by_inputs = inputs.room()
    by_inputs[...] = by_padded[:, *window.inside(size)].transpose(3, 0, 1, 2)
    return by_inputs


def samples_last(images: Array) -> Array:
    """(n, channels, height, width) -> (channels, height, width, n), copied."""
    moved = workspace.empty((*images.shape[1:], len(images)), images.dtype)
    moved[...] = images.transpose(1, 2, 3, 0)
    return moved


def samples_first(images: Array) -> Array:
    """(channels, height, width, n) -> (n, channels, height, width), copied."""
    moved = workspace.empty((images.shape[-1], *images.shape[:-1]), images.dtype)
    moved[...] = images.transpose(3, 0, 1, 2)
    return moved
