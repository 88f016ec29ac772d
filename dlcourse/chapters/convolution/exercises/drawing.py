"""Random arrays for the cases of this chapter, and the cases that its two gradients share."""

import math
from typing import Any, Literal

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case
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


SIZES: tuple[tuple[tuple[int, ...], tuple[int, ...], int, int, str], ...] = (  # images, kernels, stride, padding
    ((4, 1, 5, 5), (1, 1, 3, 3), 1, 0, "4 images, a kernel of 3 × 3"),
    ((3, 2, 5, 4), (2, 2, 2, 2), 1, 0, "2 channels and 2 kernels, images not square"),
    ((2, 3, 4, 5), (2, 3, 2, 2), 1, 0, "3 channels and 2 kernels"),
    ((3, 2, 5, 6), (2, 2, 3, 2), 1, 0, "a kernel of 3 × 2"),
    ((2, 2, 5, 7), (2, 2, 3, 3), 2, 0, "stride 2"),
    ((2, 1, 6, 8), (2, 1, 3, 3), 2, 0, "stride 2, one pixel left over"),
    ((2, 2, 4, 4), (3, 2, 3, 3), 1, 1, "padding 1"),
    ((2, 2, 5, 8), (3, 2, 3, 2), 3, 2, "padding 2 and stride 3"),
    ((2, 2, 5, 4), (2, 2, 2, 2), 1, 0, "dtype float32"),
    ((1, 3, 4, 4), (2, 3, 3, 3), 1, 0, "one image"),
    ((3, 2, 3, 2), (2, 2, 3, 2), 1, 0, "a kernel as large as the images"),
    ((3, 2, 2, 3), (4, 2, 1, 1), 1, 0, "a kernel of 1 × 1"),
)
EDGES = ("one image", "a kernel as large as the images", "a kernel of 1 × 1")


def gradient_cases(generator: np.random.Generator, given: Literal["images", "kernels"]) -> list[Case]:
    """For a gradient by images or kernels: that by the result, what is ``given``, the shape of the other, and how.

    The numbers of "padding 2 and stride 3" are not round: a result of half precision differs there.
    """
    draw, cases = Drawing(generator), []
    for images, kernels, stride, padding, label in SIZES:
        dtype = np.float32 if label == "dtype float32" else np.float64
        gradient = draw.gradient(images, kernels, stride, padding, dtype)
        known, wanted = (images, kernels) if given == "images" else (kernels, images)
        array = draw(*known, dtype=dtype)
        if stride == 3:
            gradient, array = draw.normal(gradient.shape, known)
        cases.append(Case((gradient, array, wanted, stride, padding), label, edge=label in EDGES))
    return cases
