"""Sequences of different lengths side by side: the rows of a batch, step by step, without those that have ended.

Sorted by length, longest first, the sequences that take part in a step are the first of the batch, fewer and fewer from
step to step. No step computes padding, and no mask is needed. Two kinds of tables hold the numbers of all steps: one
(steps, batch, ...), in which each step has its place for every sequence, and one (count, ...) that is *packed*: only
the rows that exist, one step after the other, as ``torch.nn.utils.rnn.pack_padded_sequence`` makes them.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.memory import workspace


class Packing:
    """Where each step of each sequence stands, from its ``lengths``, each from 1 to ``time``.

    With ``reverse`` every sequence is read from its own end. ``counts``: how many sequences take part in each step.
    ``count``: their sum, the rows of a packed table. ``order``: the sequences, longest first.
    """

    def __init__(self, lengths: NDArray[np.integer], time: int, reverse: bool) -> None:
        self.batch, self.time, self.longest = len(lengths), time, int(lengths.max())
        self.order = np.argsort(-lengths, kind="stable")
        self.ends = lengths[self.order]
        taking_part = np.arange(self.longest)[:, None] < self.ends  # (steps, batch)
        self.counts = taking_part.sum(axis=1).tolist()
        self.edges = [0, *np.cumsum(self.counts).tolist()]
        self.count = self.edges[-1]
        step, place = np.nonzero(taking_part)
        read = self.ends[place] - 1 - step if reverse else step
        self.sources = self.order[place] * time + read  # rows of (batch, time, ...), its first two axes taken as one
        self.places = step * self.batch + place  # and of (steps, batch, ...)
        self.gaps = self.count < self.longest * self.batch  # places of a table that no sequence fills

    def table(self, *shape: int, dtype: DTypeLike) -> Array:
        """A table (steps, *shape) to be filled, with 0 where nothing will be."""
        table = workspace.empty((self.longest, *shape), dtype)
        if self.gaps:
            table[...] = 0
        return table

    def each(self, table: Array) -> list[Array]:
        """The entries of a table (steps, ..., batch, hidden) step by step, without the sequences that have ended."""
        if not self.gaps:
            return list(table)
        return [entry[..., :n, :] for entry, n in zip(table, self.counts, strict=True)]

    def rows(self, packed: Array) -> list[Array]:
        """The rows of a packed table step by step."""
        return [packed[start:stop] for start, stop in pairwise(self.edges)]

    def with_initial(self, initial: Array) -> Array:
        """A table (1 + steps, batch, hidden) whose first entry are the ``initial`` states, sorted."""
        states = workspace.empty((1 + self.longest, *initial.shape), initial.dtype)
        if self.gaps:
            states[...] = 0
        states[0] = initial[self.order]
        return states

    def last(self, states: Array) -> Array:
        """The states after each sequence's last step, in the order in which the sequences came: (batch, hidden)."""
        return self.in_order(states[self.ends, np.arange(self.batch)])

    def in_order(self, of_sorted: Array) -> Array:
        """(batch, ...) of the sorted sequences -> in the order in which they came."""
        unsorted = np.empty_like(of_sorted)
        unsorted[self.order] = of_sorted
        return unsorted

    def by_step(self, padded: Array) -> Array:
        """(batch · time, hidden) -> a table (steps, batch, hidden)."""
        table = self.table(self.batch, padded.shape[1], dtype=padded.dtype)
        rows = table.reshape(-1, padded.shape[1])
        if self.gaps:
            rows[self.places] = padded.take(self.sources, axis=0)
        else:
            np.take(padded, self.sources, axis=0, out=rows, mode="clip")  # without a copy between
        return table

    def by_sequence(self, table: Array, out: Array) -> None:
        """(steps, batch, hidden) -> (batch · time, hidden), written into ``out``."""
        rows = table.reshape(-1, table.shape[2])
        self.unpack(rows[self.places] if self.gaps else rows, out)

    def pack(self, padded: Array, out: Array) -> None:
        """(batch · time, ...) -> (count, ...), written into ``out``."""
        out[...] = padded.take(self.sources, axis=0)

    def unpack(self, packed: Array, out: Array) -> None:
        """(count, ...) -> (batch · time, ...), written into ``out``, with 0 behind the end of each sequence."""
        if len(out) > self.count:
            out[...] = 0
        out[self.sources] = packed


@lru_cache(16)
def packing_of(lengths: tuple[int, ...], time: int, reverse: bool) -> Packing:
    """``Packing``, kept for the next batch with the same lengths."""
    return Packing(np.array(lengths), time, reverse)
