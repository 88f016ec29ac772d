"""The line where a function over the plane is 0, from its values on a grid: marching squares, all cells at once."""

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array


def zero_line(x: Array, y: Array, values: Array) -> Array:
    """Pieces (m, 2, 2), each two points (x, y), that together are the line where the function is 0.

    x: (columns,) and y: (rows,), rising. values: (rows, columns). Between two corners of a cell of the grid the
    function counts as linear, so the line crosses an edge where the straight line between its ends is 0. A cell that
    it crosses on all four edges gets two pieces; the mean of its corners says which edges belong together.
    Source: Lorensen and Cline (1987), "Marching cubes", in two dimensions.
    """
    crossings, crossed = _crossings(x, y, values)
    count = crossed.sum(axis=0)
    simple = np.flatnonzero(count == 2)
    first = crossed[:, simple].argmax(axis=0)
    last = 3 - crossed[::-1, simple].argmax(axis=0)
    pieces = [np.stack([crossings[first, simple], crossings[last, simple]], axis=1)]
    saddles = np.flatnonzero(count == 4)
    if len(saddles):
        corner = values[:-1, :-1].ravel()[saddles] >= 0
        around = corner == (_means(values).ravel()[saddles] >= 0)  # the lower left corner goes with the middle
        for one, two_with, two_without in ((0, 1, 3), (2, 3, 1)):  # bottom, right, top, left
            other = np.where(around, two_with, two_without)
            pieces.append(np.stack([crossings[one, saddles], crossings[other, saddles]], axis=1))
    return np.concatenate(pieces)


def _crossings(x: Array, y: Array, values: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Where the line crosses the bottom, right, top and left edge of each cell, (4, cells, 2), and whether, (4, cells).

    Where it does not, the point means nothing.
    """
    above = values >= 0
    along_x, along_y = above[:, 1:] != above[:, :-1], above[1:] != above[:-1]
    part_x = _part(values[:, :-1], values[:, 1:], along_x)
    part_y = _part(values[:-1], values[1:], along_y)
    on_x = np.stack(np.broadcast_arrays(x[:-1] + part_x * np.diff(x), y[:, None]), axis=-1)
    on_y = np.stack(np.broadcast_arrays(x, y[:-1, None] + part_y * np.diff(y)[:, None]), axis=-1)
    places = np.stack([on_x[:-1], on_y[:, 1:], on_x[1:], on_y[:, :-1]]).reshape(4, -1, 2)
    return places, np.stack([along_x[:-1], along_y[:, 1:], along_x[1:], along_y[:, :-1]]).reshape(4, -1)


def _part(start: Array, end: Array, crossed: NDArray[np.bool_]) -> Array:
    """At which part of the way from ``start`` to ``end`` 0 is passed, where it is."""
    return np.where(crossed, start, 0.0) / np.where(crossed, start - end, 1.0)


def _means(values: Array) -> Array:
    return (values[:-1, :-1] + values[:-1, 1:] + values[1:, :-1] + values[1:, 1:]) / 4


def as_one(pieces: Array) -> Array:
    """Pieces (m, 2, 2) as one line (2, 3 m), with a gap behind each: what ``set_data`` of a line takes."""
    gaps = np.full((len(pieces), 1, 2), np.nan)
    return np.concatenate([pieces, gaps], axis=1).reshape(-1, 2).T
