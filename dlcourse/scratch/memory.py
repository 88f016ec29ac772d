"""What a recorded array does with memory: it notices numbers that were changed in place, and reuses what is free.

A rule needs numbers of the forward pass. Who changes them before the backward pass would get the gradient of another
function; so every assignment to ``data`` is counted, with one count for all views of the same memory, and a node keeps
the count of what its rule needs. None of this is needed for a right gradient of right code: the engine's core, without
it, is in ``graph`` and ``recording``.
"""

import math
import sys
import threading
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Array
from dlcourse.validation import check_shape


class Workspace(threading.local):
    """Large arrays that are used again once nobody holds them, for what a step of training computes at every step.

    Each thread has its own. At most ``LARGEST`` bytes are kept; beyond, all are let go, and it begins anew.
    """

    LARGEST = 2**28

    def __init__(self) -> None:
        self.kept: dict[tuple[int, np.dtype], list[Array]] = {}
        self.bytes = 0

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """An array like ``np.empty(shape, dtype)``, in memory that was used before where some is free.

        Memory is free while the list it is kept in alone refers to it: every view refers to the owner of its memory.
        """
        size, wanted = math.prod(shape), np.dtype(dtype)
        kept = self.kept.get((size, wanted), ())
        for place in range(len(kept)):
            if sys.getrefcount(kept[place]) == FREE:
                return kept[place].reshape(shape)
        array = np.empty(size, wanted)
        self.bytes += array.nbytes
        if self.bytes > self.LARGEST:
            self.kept, self.bytes = {}, array.nbytes
        self.kept.setdefault((size, wanted), []).append(array)
        return array.reshape(shape)


_IN_ONE_LIST = [np.empty(0)]
FREE = sys.getrefcount(_IN_ONE_LIST[0])  # Python's versions count differently: measured as it is asked above
workspace = Workspace()


class Memory:
    """The numbers of an array that is recorded, the count of their changes, and the memory of a cleared gradient."""

    __slots__ = ("_changes", "_data", "_spare", "grad", "needed", "needs_result", "seen")

    grad: Array | None
    _data: Array
    _changes: list[int] | None  # how often the memory was changed in place
    needed: tuple[Self, ...]  # the operands whose numbers the rule reads
    needs_result: bool
    seen: int  # the changes counted when they were used
    _spare: Array | None

    @property
    def data(self) -> Array:
        """The numbers themselves. What is assigned takes their dtype and has their shape: graphs count on both."""
        return self._data

    @data.setter
    def data(self, data: ArrayLike) -> None:
        if data is not self._data:
            array = check_shape(data, self._data.shape, "data")
            array = array if array.dtype == self._data.dtype else array.astype(self._data.dtype)
            if not np.may_share_memory(array, self._data):
                self._changes = [self.count_of_changes()[0]]  # views of the old memory are not changed
            self._data = array
        self.mark_changed()

    def mark_changed(self) -> None:
        """Says that the numbers were written over, as an optimizer does, for graphs that still need the old ones."""
        self.count_of_changes()[0] += 1

    def count_of_changes(self) -> list[int]:
        """The count, in a list that all views of the same memory share."""
        if self._changes is None:
            self._changes = [0]
        return self._changes

    def share_changes(self, source: Self) -> None:
        """Counts together with ``source``, if the numbers lie in its memory: a view's base is the owner of it."""
        data, other = self._data, source._data
        if data is other or (data.base is not None and (data.base is other or data.base is other.base)):
            self._changes = source.count_of_changes()

    def changes_of_needed(self) -> int:
        """How often the numbers that the rule needs were changed, all added up; ``seen``: until it was recorded."""
        count = self._changes[0] if self.needs_result and self._changes is not None else 0
        for each in self.needed:
            if each._changes is not None:
                count += each._changes[0]
        return count

    def clear_grad(self) -> None:
        """Sets ``grad`` to None, and keeps its memory for the next gradient."""
        self._spare, self.grad = self.grad, None

    def spare(self) -> Array | None:
        """The array of a cleared gradient, to be written over, where nobody else holds it: see ``clear_grad``.

        For rules with large gradients: the system takes longer to hand out fresh memory than a sum takes to fill it.
        """
        spare, self._spare = self._spare, None
        if spare is None or self.grad is not None or sys.getrefcount(spare) > 2:
            return None
        fits = type(spare) is np.ndarray and spare.shape == self._data.shape and spare.dtype == self._data.dtype
        return spare if fits and spare.base is None else None  # a view's memory belongs to another array

    def room(self) -> Array:
        """Memory for a gradient by this array: that of a cleared one, else what is free in the workspace."""
        spare = self.spare()
        return workspace.empty(self._data.shape, self._data.dtype) if spare is None else spare
