"""Sequences of different lengths side by side: the rows of a batch, step by step, without those that have ended.

Sorted by length, longest first, the sequences that take part in a step are the first n_t of the batch. Their rows are
put one step after the other into a table with Σ n_t rows, as ``torch.nn.utils.rnn.pack_padded_sequence`` does it: no
step computes padding, no mask is needed, and what all steps share is done for the whole table at once.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.memory import workspace

Rows = tuple[slice, slice, slice]


class Packing:
    """Where each step of each sequence stands in the table, from its ``lengths``, each from 1 to ``time``.

    With ``reverse`` every sequence is read from its own end. ``count``: the table's rows. ``steps``: for each step its
    rows in the table, and those of the states before and after it in a table that begins with the initial states.
    """

    def __init__(self, lengths: NDArray[np.integer], time: int, reverse: bool) -> None:
        self.batch, self.time = len(lengths), time
        self.order = np.argsort(-lengths, kind="stable")
        ends = lengths[self.order]
        taking_part = np.arange(ends[0]) < ends[:, None]  # (batch, steps)
        counts = taking_part.sum(axis=0)
        starts = np.concatenate([[0], counts.cumsum()])
        self.count = int(starts[-1])
        self.steps = _rows(starts.tolist(), self.batch)
        step, place = np.nonzero(taking_part.T)
        read = ends[place] - 1 - step if reverse else step
        self.sources = self.order[place] * time + read  # in (batch, time, ...), its first two axes taken as one
        self.before = np.where(step, starts[step - 1] + self.batch, 0) + place
        self.last = self.batch + starts[ends - 1] + np.arange(self.batch)
        self.full = self.count == self.batch * time

    def pack(self, padded: Array, out: Array) -> Array:
        """(batch · time, ...) -> (count, ...), the table, written into ``out``."""
        out[...] = padded[self.sources]
        return out

    def unpack(self, packed: Array, out: Array) -> Array:
        """(count, ...) -> (batch · time, ...), written into ``out``, with 0 behind the end of each sequence."""
        if not self.full:
            out[...] = 0
        out[self.sources] = packed
        return out

    def with_initial(self, initial: Array) -> Array:
        """A table for states (batch + count, hidden): the ``initial`` ones, sorted, and room for those of all steps."""
        states = workspace.empty((self.batch + self.count, initial.shape[1]), initial.dtype)
        states[: self.batch] = initial[self.order]
        return states

    def in_order(self, of_sorted: Array) -> Array:
        """(batch, ...) of the sorted sequences -> in the order in which they came."""
        unsorted = np.empty_like(of_sorted)
        unsorted[self.order] = of_sorted
        return unsorted


def _rows(starts: list[int], batch: int) -> list[Rows]:
    """For each step the slices of its rows, of the states before it, and of those after it."""
    before = 0
    rows = []
    for start, stop in pairwise(starts):
        rows.append((slice(start, stop), slice(before, before + stop - start), slice(batch + start, batch + stop)))
        before = batch + start
    return rows


@lru_cache(64)
def packing_of(lengths: tuple[int, ...], time: int, reverse: bool) -> Packing:
    """``Packing``, kept for the next batch with the same lengths."""
    return Packing(np.array(lengths), time, reverse)
