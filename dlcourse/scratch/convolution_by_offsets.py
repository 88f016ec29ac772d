"""Convolution of arrays in a few lines: place by place first, then all places at once, and backwards.

At place (i, j) the entry (a, b) of the kernel reads the pixel (s i + a, s j + b) of the padded image, with stride s. So
all that one entry ever reads, in all images, is one slice with step s that begins at the *offset* (a, b): a loop over
the few entries of the kernel replaces the loops over images and places. ``convolution`` has the same as one product of
matrices, with dilation and groups; the tests compare them.
"""

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.windows import conv_output_size


def conv2d_by_loops(image: Array, kernels: Array, stride: int = 1, padding: int = 0) -> Array:
    """y[o, i, j] = Σ_c Σ_a Σ_b w[o, c, a, b] x[c, s i + a − p, s j + b − p], with x = 0 outside the image.

    image x: (channels, height, width). kernels w: (out, channels, rows, columns). Result: (out, ·, ·), see
    ``conv_output_size``.
    """
    x = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    outputs, _, rows, columns = kernels.shape
    height = conv_output_size(image.shape[1], rows, padding, stride)
    width = conv_output_size(image.shape[2], columns, padding, stride)
    result = np.zeros((outputs, height, width), image.dtype)
    for i in range(height):
        for j in range(width):
            window = x[:, stride * i : stride * i + rows, stride * j : stride * j + columns]
            for o in range(outputs):
                result[o, i, j] = (kernels[o] * window).sum()
    return result


def conv2d_by_offsets(images: Array, kernels: Array, bias: Array, stride: int = 1, padding: int = 0) -> Array:
    """The same for images (n, channels, height, width) at once, with a bias (out,): (n, out, ·, ·)."""
    x = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, channels, *size = images.shape
    outputs, _, rows, columns = kernels.shape
    height, width = (conv_output_size(k, f, padding, stride) for k, f in zip(size, (rows, columns), strict=True))
    result = np.zeros((n, outputs, height * width), images.dtype) + bias[:, None]
    for a, b in np.ndindex(rows, columns):
        read = x[:, :, a::stride, b::stride][:, :, :height, :width]  # by the entry (a, b), at every place
        result += kernels[:, :, a, b] @ read.reshape(n, channels, -1)
    return result.reshape(n, outputs, height, width)


def kernel_gradient(
    gradient: Array, images: Array, shape: tuple[int, int, int, int], stride: int = 1, padding: int = 0
) -> Array:
    """w̄[o, c, a, b] = Σ_n Σ_i Σ_j ȳ[n, o, i, j] x[n, c, s i + a − p, s j + b − p]: of the loss, by the kernels.

    gradient ȳ: of the loss by the result of the convolution, (n, out, ·, ·). shape: that of the kernels, (out,
    channels, rows, columns).
    """
    x = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    height, width = gradient.shape[2:]
    by_kernels = np.zeros(shape, gradient.dtype)
    for a, b in np.ndindex(shape[2:]):
        read = x[:, :, a::stride, b::stride][:, :, :height, :width]
        by_kernels[:, :, a, b] = np.tensordot(gradient, read, axes=([0, 2, 3], [0, 2, 3]))
    return by_kernels


def input_gradient(
    gradient: Array, kernels: Array, shape: tuple[int, int, int, int], stride: int = 1, padding: int = 0
) -> Array:
    """The gradient of the loss by the images, of ``shape``: each pixel gets w ȳ from all that it was an input of.

    gradient ȳ: of the loss by the result of the convolution, (n, out, ·, ·). kernels w: (out, channels, rows, columns).
    """
    n, channels, rows, columns = shape
    height, width = gradient.shape[2:]
    by_padded = np.zeros((n, channels, rows + 2 * padding, columns + 2 * padding), gradient.dtype)
    for a, b in np.ndindex(kernels.shape[2:]):
        by_read = kernels[:, :, a, b].T @ gradient.reshape(n, len(kernels), -1)
        read = by_padded[:, :, a::stride, b::stride][:, :, :height, :width]
        read += by_read.reshape(n, channels, height, width)
    return by_padded[:, :, padding : padding + rows, padding : padding + columns]


def max_pool_backward(gradient: Array, images: Array, size: int, stride: int) -> Array:
    """The gradient by the images of a max pooling over windows of ``size`` × ``size``: the largest gets it all.

    gradient: by the result of the pooling, (n, channels, ·, ·). Of several numbers that are equally large in a window
    the first gets it, row by row.
    """
    height, width = gradient.shape[2:]
    offsets = list(np.ndindex(size, size))
    read = [images[:, :, a::stride, b::stride][:, :, :height, :width] for a, b in offsets]
    winner = np.argmax(read, axis=0)  # in each window; of equal ones the first
    by_images = np.zeros_like(images)
    for k, (a, b) in enumerate(offsets):
        by_images[:, :, a::stride, b::stride][:, :, :height, :width] += gradient * (winner == k)
    return by_images
