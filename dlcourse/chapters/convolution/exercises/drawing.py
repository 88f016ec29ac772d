"""Random arrays for the cases of this chapter."""

import math
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.windows import conv_output_size


class Drawing:
    """Multiples of 1/4 between −4 and 4, without 0: short to read, and their sums are exact in any order."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator

    def __call__(self, *shape: int, dtype: Any = np.float64) -> Array:
        """An array of that shape."""
        size = self.generator.integers(1, 17, size=shape)
        sign = self.generator.choice([-1, 1], size=shape)
        return np.asarray(sign * size / 4, dtype)

    def distinct(self, *shape: int, dtype: Any = np.float64) -> Array:
        """Multiples of 1/4 about 0, no two of them equal."""
        count = math.prod(shape)
        return np.asarray((self.generator.permutation(count) - count // 2) / 4, dtype).reshape(shape)

    def normal(self, *shapes: tuple[int, ...]) -> list[Array]:
        """Normal random numbers, one array for each shape: their sums are rounded."""
        return [self.generator.normal(size=shape) for shape in shapes]

    def gradient(
        self,
        images: tuple[int, ...],
        kernels: tuple[int, ...],
        stride: int = 1,
        padding: int = 0,
        dtype: Any = np.float64,
    ) -> Array:
        """A gradient by the result of a convolution of images and kernels of these shapes."""
        places = (conv_output_size(images[k], kernels[k], padding, stride) for k in (2, 3))
        return self(images[0], kernels[0], *places, dtype=dtype)
