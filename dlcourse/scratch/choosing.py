"""Operations that choose among numbers, each beside its rule: the chosen ones get the gradient, the others 0."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.habits import Dim, dim_of
from dlcourse.scratch.operations import elementwise
from dlcourse.scratch.recording import RecordedArray, check_tensor, record
from dlcourse.shapes import show_shape
from dlcourse.validation import check_array, check_number

Gradients = tuple[Array | None, ...]


class Largest(NamedTuple):
    """The largest numbers along an axis, and where they stand."""

    values: Any
    indices: NDArray[np.integer]


def where(condition: ArrayLike, left: Any, right: Any) -> Any:
    """a where ``condition`` is true and b elsewhere, all three broadcast. Raises ValueError for shapes that do not fit.

    One of the two, at least, is a tensor: of arrays alone chooses np.where.
    """
    chosen = np.array(check_array(condition, "condition"), bool)
    if not isinstance(left, RecordedArray):
        check_tensor(right, "one of the two to choose from")

    def choose(a: Any, b: Any) -> Array:
        return np.asarray(np.where(chosen, a, b))

    def rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
        """Each gets the gradient where it was chosen."""
        zero = gradient.dtype.type(0)
        return choose(gradient, zero), choose(zero, gradient)

    try:
        return elementwise("where", choose, left, right, rule)
    except ValueError as error:
        raise ValueError(f"{error} The condition has shape {show_shape(chosen.shape)}.") from error


def clamp(values: Any, min: float | None = None, max: float | None = None) -> Any:
    """min(max(x, low), high), with ``min`` and ``max`` for low and high. Raises ValueError without either."""
    check_tensor(values, "inputs")
    if min is None and max is None:
        raise ValueError("clamp: expected min, max or both.")
    low = -np.inf if min is None else check_number(min, "min")
    high = np.inf if max is None else check_number(max, "max")

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """The gradient passes from low to high, both included; outside the result is constant."""
        inside = (values.data >= low) & (values.data <= high)
        return (np.where(inside, gradient, gradient.dtype.type(0)),)

    return record("clamp", np.minimum(np.maximum(values.data, low), high), (values,), rule, needed=(values,))


def amax(inputs: Any, dim: Dim = None, keepdim: bool = False, **names: Any) -> Any:
    """The largest entry along ``dim`` (of all unless given). NumPy's ``names``, axis and keepdims, are taken too."""
    check_tensor(inputs, "inputs")
    dim, keepdim = dim_of("amax", dim, keepdim, names)

    def rule(gradient: Array, result: Any, inputs: Any) -> Gradients:
        """The largest entry gets the gradient; several that are equally large share it evenly; nan has no largest."""
        largest = inputs.data.max(axis=dim, keepdims=True)
        winners = inputs.data == largest
        count = winners.sum(axis=dim, keepdims=True)
        share = gradient.reshape(largest.shape) / np.maximum(count, 1)
        return (np.where(winners, share, np.where(count, 0, np.nan)).astype(gradient.dtype),)

    return record("max", inputs.data.max(axis=dim, keepdims=keepdim), (inputs,), rule, needed=(inputs,))


def maximum(values: Any, dim: int | None = None, keepdim: bool = False, **names: Any) -> Any:
    """The largest number; with ``dim`` the largest along that axis as (values, indices), as in PyTorch.

    With NumPy's name ``axis`` instead, what NumPy gives: the largest numbers alone.
    """
    if dim is None:
        return amax(values, None, keepdim, **names)
    indices = argmax(values, dim, keepdim=True)

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """The number that was found gets the gradient: the first, of several that are equally large."""
        spread = np.zeros(values.data.shape, gradient.dtype)
        np.put_along_axis(spread, indices, gradient.reshape(indices.shape), dim)
        return (spread,)

    found = np.take_along_axis(values.data, indices, dim)
    shape = found.shape if keepdim else found.squeeze(dim).shape
    return Largest(record("max", found.reshape(shape), (values,), rule), indices.reshape(shape))


def argmax(values: Any, dim: int | None = None, keepdim: bool = False, **names: Any) -> NDArray[np.integer]:
    """Where the largest number stands along ``dim`` (among all, counted row by row, unless given): an array.

    The first counts, of several that are equally large. Places have no derivative.
    """
    axis, keepdim = dim_of("argmax", dim, keepdim, names)
    return np.asarray(values.data.argmax(axis=axis, keepdims=keepdim))
