"""What the engine checks on the way, so that a wrong use or a wrong rule is an error in words, not a wrong gradient.

The core, in ``graph`` and ``recording``, calls these functions at three places: where the backward pass begins, where a
rule is applied, and where what it gave is handed on.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch import graph_errors
from dlcourse.scratch.graph import unbroadcast


def start_of(result: Any, gradient: ArrayLike | None) -> Array:
    """The gradient that the backward pass from ``result`` begins with: ``gradient``, or 1 for a single number."""
    data = result.data
    if not result.requires_grad:
        raise graph_errors.not_recorded()
    if data.dtype.kind != "f":
        raise graph_errors.not_floats(result.operation, data.dtype)
    if gradient is None:
        if data.size != 1:
            raise graph_errors.not_one_number(data.shape)
        return np.array(1, data.dtype).reshape(data.shape)
    given = gradient.data if isinstance(gradient, type(result)) else gradient
    start = np.asarray(given, data.dtype)
    if not result.depth:
        start = start.copy()  # it becomes the input's ``grad``
    if start.shape != data.shape:
        raise graph_errors.wrong_gradient(data.shape, start.shape)
    return start


def checked_parts(node: Any, incoming: Array) -> Sequence[Array | None]:
    """What the rule of ``node`` makes of the ``incoming`` gradient, as its parents take it.

    That is ``recording.plain_parts``, with checks, and with the dtype of each parent. A part is None where the parent
    needs none, and for an input it is an array of its own. Raises RuntimeError when numbers that the rule needs were
    changed in place, ValueError for parts that are too many, too few or of another shape.
    """
    if node.changes_of_needed() != node.seen:
        shapes = [each.shape for each in node.needed]
        raise graph_errors.changed(node.operation, shapes + [node.shape] * node.needs_result)
    parents = node.parents
    parts = node.rule(incoming, node, *parents)
    if len(parts) != len(parents):
        raise graph_errors.wrong_count(node.operation, len(parents), len(parts))
    taken = []
    for parent, part in zip(parents, parts):
        if part is not None:
            if parent.requires_grad:
                data = parent._data
                if part.shape != data.shape or part.dtype != data.dtype:
                    part = _fitted(part, data, node, parent)
                if not parent.depth and (part is incoming or type(part) is not np.ndarray or part.base is not None):
                    part = np.array(part)  # another gradient may share its memory
            else:
                part = None
        taken.append(part)
    return taken


def _fitted(part: Array, data: Array, node: Any, parent: Any) -> Array:
    """``part`` in the shape and dtype of ``data``, the numbers of ``parent``."""
    if data.dtype.kind != "f":
        raise graph_errors.not_floats(parent.operation, data.dtype)
    try:
        return unbroadcast(part, data.shape).astype(data.dtype, copy=False)
    except (ValueError, IndexError) as error:
        raise graph_errors.wrong_part(node.operation, data.shape, part.shape) from error


def freed(*_: Any) -> tuple[None, ...]:
    """Stands for the rule of a node that ``backward`` has freed."""
    raise AssertionError("a freed rule is never applied")
