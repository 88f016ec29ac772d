"""Scaling inputs: each feature shifted and stretched by two numbers that training examples give, and no others.

min-max: (x − min) / (max − min), which maps what was fitted to [0, 1]; one outlier squeezes all the rest.
z-score: (x − μ) / σ, to mean 0 and standard deviation 1 (σ with divisor n, as in scikit-learn's StandardScaler).
Neither turns the axes, as ``whitening`` does. What is fitted on the training part is applied to every other part: the
network's weights belong to these shifts and factors, and an example has to mean the same in whatever company it comes.
Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop", section 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_array, check_finite

Kind = Literal["z-score", "min-max"]


@dataclass(frozen=True)
class Scaling:
    """What ``fit`` finds: ``shift`` and ``scale``, float64, of an example's shape (1 along other ``axes``)."""

    shift: Array
    scale: Array

    @classmethod
    def fit(cls, x: ArrayLike, kind: Kind = "z-score", axes: Sequence[int] = (0,)) -> Self:
        """The scaling of examples ``x`` (n, ...): fit it on training data, and apply the same to all others.

        ``axes``: over which the statistics are taken: (0,) gives each feature (each pixel) its own two numbers, and
        (0, 2, 3) of images (n, channels, height, width) each channel. A feature that does not vary in x is shifted
        alone: it tells nothing, and rounding must not be blown up. Raises ValueError for another kind, axes without 0
        or not there, no examples, and numbers that are not finite.
        """
        array = check_finite(x, "x").astype(np.float64)
        over = tuple(axes)
        if 0 not in over or not all(0 <= axis < array.ndim for axis in over):
            raise ValueError(
                f"axes: expected 0, the examples', and others from 0 to {array.ndim - 1}, received {over}."
            )
        if not array.size:
            raise ValueError("x: expected at least one example, received none.")
        low, high = array.min(axis=over, keepdims=True), array.max(axis=over, keepdims=True)
        if kind == "min-max":
            shift, scale = low, high - low
        elif kind == "z-score":
            shift, scale = array.mean(axis=over, keepdims=True), array.std(axis=over, keepdims=True)
        else:
            raise ValueError(f"kind: expected 'z-score' or 'min-max', received {kind!r}.")
        constant = low == high  # by the values: the computed deviation of equal numbers may be 1e-17
        return cls(np.where(constant, low, shift)[0], np.where(constant, 1.0, scale)[0])

    def apply(self, x: ArrayLike) -> Array:
        """(x − shift) / scale for each example: (n, ...) -> (n, ...). float32 stays float32.

        Raises ValueError for examples of another shape.
        """
        array = self._fitting(x)
        return _as(array, (array - self.shift) / self.scale)

    def undo(self, z: ArrayLike) -> Array:
        """z · scale + shift, the inverse of ``apply``. Raises ValueError for examples of another shape."""
        array = self._fitting(z)
        return _as(array, array * self.scale + self.shift)

    def _fitting(self, x: ArrayLike) -> Array:
        array = check_array(x, "x")
        shape = self.shift.shape
        if array.ndim != len(shape) + 1 or any(
            size not in (1, own) for own, size in zip(array.shape[1:], shape, strict=True)
        ):
            raise ValueError(
                f"x: expected examples as those fitted, shape (n, {', '.join(map(str, shape))}) with any size "
                f"for a 1, received {array.shape}. A single example is x[None]."
            )
        return array


def _as(like: Array, result: Array) -> Array:
    return np.asarray(result.astype(like.dtype, copy=False) if like.dtype.kind == "f" else result)
