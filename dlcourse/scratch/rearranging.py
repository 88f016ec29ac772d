"""Operations that put the numbers of tensors into other places, each beside its rule: the gradient goes back."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.operations import operand, reshape
from dlcourse.scratch.recording import RecordedArray, check_tensor, record
from dlcourse.shapes import show_shape
from dlcourse.validation import check_count

Gradients = tuple[Array | None, ...]


def flatten(values: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """One axis for those from ``start_dim`` to ``end_dim``, both included: (2, 3, 4) with ``start_dim=1`` is (2, 12).

    Raises ValueError for axes that are not there, or stand the other way round.
    """
    check_tensor(values, "inputs")
    shape = values.data.shape or (1,)
    first, last = _axis(start_dim, len(shape), "start_dim"), _axis(end_dim, len(shape), "end_dim")
    if first > last:
        raise ValueError(f"flatten: expected start_dim before end_dim, received {start_dim} and {end_dim}.")
    return reshape(values, *shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])


def squeeze(values: Any, dim: int | Sequence[int] | None = None) -> Any:
    """Without its axes of size 1, or without those of ``dim`` that are: other axes stay. Raises ValueError."""
    check_tensor(values, "inputs")
    shape = values.data.shape
    asked = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    gone = {_axis(each, len(shape), "dim") for each in asked}
    return reshape(values, tuple(size for axis, size in enumerate(shape) if axis not in gone or size != 1))


def unsqueeze(values: Any, dim: int) -> Any:
    """With a new axis of size 1 at ``dim``: (3,) becomes (1, 3) for 0 and (3, 1) for 1 or −1. Raises ValueError."""
    check_tensor(values, "inputs")
    axis = _axis(dim, values.data.ndim + 1, "dim")
    return reshape(values, (*values.data.shape[:axis], 1, *values.data.shape[axis:]))


def _axis(dim: int, ndim: int, name: str) -> int:
    """``dim`` counted from the front. Raises ValueError for an axis that is not there."""
    ndim = max(ndim, 1)  # a number without axes may be spoken of as if it had one
    if not -ndim <= dim < ndim:
        raise ValueError(f"{name}: expected an axis from {-ndim} to {ndim - 1}, received {dim}.")
    return dim % ndim


def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Tensors of one shape along a new axis ``dim``. Arrays may be among them. Raises ValueError for other shapes."""
    like = next((tensor for tensor in tensors if isinstance(tensor, RecordedArray)), None)
    if like is None:
        raise ValueError("stack: expected a list with at least one tensor. Arrays alone are stacked by np.stack.")
    parents = tuple(operand(tensor, like) for tensor in tensors)
    shapes = list(dict.fromkeys(parent.data.shape for parent in parents))
    if len(shapes) > 1:
        raise ValueError(f"stack: expected tensors of one shape, received {' and '.join(map(show_shape, shapes))}.")
    axis = _axis(dim, parents[0].data.ndim + 1, "dim")

    def rule(gradient: Array, result: Any, *parents: Any) -> Gradients:
        """Each gets its own slice of the gradient."""
        return tuple(np.moveaxis(gradient, axis, 0))

    return record("stack", np.stack([parent.data for parent in parents], axis), parents, rule)


def pad(values: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """With ``value`` (0 unless given) around the last axes: ``pad`` is (left, right) or (left, right, top, bottom), ...

    As in PyTorch the last axis comes first. Raises ValueError for another ``pad`` or ``mode``.
    """
    check_tensor(values, "inputs")
    shape, pairs = values.data.shape, [tuple(pad[k : k + 2]) for k in range(0, len(pad), 2)]
    if mode != "constant" or len(pad) % 2 or len(pairs) > len(shape):
        raise ValueError(
            f"pad: expected two numbers for each of the last axes of {show_shape(shape)}, the last one first, and the "
            f"mode 'constant', received {tuple(pad)} and {mode!r}."
        )
    for number in pad:
        check_count(number, "pad", low=0)
    around = [(0, 0)] * (len(shape) - len(pairs)) + pairs[::-1]
    inside = tuple(slice(before, before + n) for n, (before, _) in zip(shape, around, strict=True))
    padded = np.full([n + sum(each) for n, each in zip(shape, around, strict=True)], value or 0, values.data.dtype)
    padded[inside] = values.data

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """What stands inside passes its gradient back; the padding has none."""
        return (gradient[inside],)

    return record("pad", padded, (values,), rule)
