"""Whether arguments are still what they were before a call: arrays, numbers, and objects such as the nodes of a graph.

What an object holds is compared too: a function that marks its caller's nodes, or empties them, may give the right
result once and another one at the next call.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from dlcourse.exercises.tensors import is_tensor, plain

Pair = tuple[Any, Any]


def same_data(before: Any, after: Any) -> bool:
    """Return whether two arguments hold the same arrays, lists, numbers, tensors (with gradients) and attributes.

    Functions, modules and objects without attributes count as unchanged. There is no recursion: a graph may be a chain
    of thousands of nodes. A node that is reached on two ways is compared once.
    """
    waiting: list[Pair] = [(before, after)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one, other = waiting.pop()
        if is_object(one):
            if (id(one), id(other)) in seen:
                continue
            seen.add((id(one), id(other)))
        parts = _parts(one, other)
        if parts is None:
            return False
        waiting.extend(parts)
    return True


def is_object(value: Any) -> bool:
    """Return whether a value is compared by its attributes: an object of a class made in Python, as a node is."""
    return hasattr(value, "__dict__") and not (
        callable(value) or isinstance(value, ModuleType | np.ndarray | list | tuple | dict) or is_tensor(value)
    )


def _parts(before: Any, after: Any) -> Iterator[Pair] | None:
    """The pairs of parts that are still to be compared, or None where the two differ already."""
    if is_tensor(before):
        if not is_tensor(after):
            return None
        return iter([(plain(before), plain(after)), (before.grad, after.grad)])
    if isinstance(before, list | tuple):
        alike = isinstance(after, list | tuple) and len(before) == len(after)
        return zip(before, after, strict=True) if alike else None
    if isinstance(before, dict):
        alike = isinstance(after, dict) and before.keys() == after.keys()
        return ((before[key], after[key]) for key in before) if alike else None
    if is_object(before):
        return _parts(vars(before), vars(after)) if type(before) is type(after) else None
    return iter(()) if _same_value(before, after) else None


def _same_value(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.shape != after.shape or before.dtype != after.dtype:
            return False
        return bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))
    if isinstance(before, set | str | bytes | bool | int | float | complex | None):
        return type(before) is type(after) and bool(before == after or before != before)  # NaN is like itself
    return True
