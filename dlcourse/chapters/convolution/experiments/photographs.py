"""The two photographs of scikit-learn, grey and small, and what a kernel makes of them."""

from functools import lru_cache

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.functional import conv2d

SMALLER = 4  # times: each pixel is the mean of 4 x 4
NAMES = {"china": "Temple", "flower": "Flower"}


@lru_cache(maxsize=2)
def grey(name: str) -> Array:
    """A photograph (106, 160) float32 in [0, 1]: the mean of red, green and blue, made smaller."""
    photographs = datasets.load("photographs")
    pixels = photographs.images[photographs.names.index(name)].mean(axis=0)
    rows, columns = (size // SMALLER for size in pixels.shape)
    blocks = pixels[: rows * SMALLER, : columns * SMALLER].reshape(rows, SMALLER, columns, SMALLER)
    small: Array = blocks.mean(axis=(1, 3))
    small.flags.writeable = False
    return small


def filtered(image: Array, kernel: Array) -> Array:
    """The cross-correlation of ``image`` (rows, columns) with ``kernel`` (f, f) where the window lies inside."""
    with no_grad():
        inputs, weight = Tensor(image[None, None]), Tensor(kernel[None, None].astype(image.dtype))
        result: Array = np.array(conv2d(inputs, weight).data[0, 0])
    return result
