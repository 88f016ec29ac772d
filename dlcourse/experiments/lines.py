"""Marks of lines: many straight ones at once, and the dashes of a long one where Agg puts them."""

from typing import Any

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from dlcourse.experiments.marks import Mark, positions

WIDTH_UNIT = 100  # numbers for one device pixel of a line's width
_UPRIGHT = 1e-4  # device pixels by which a line may lean and still counts as upright or level, as in Agg
_VISIBLE = 0.1  # device pixels by which dashes may be elsewhere
_WORTH_ONE_MARK = 8  # lines: fewer are written one by one


def straight_lines(
    ends: NDArray[np.floating], colours: NDArray[np.floating], widths: NDArray[np.floating], look: dict[str, Any]
) -> Mark:
    """One mark for straight lines.

    ``ends`` (n, 2, 2): start and end of each in device pixels, y downwards; ``colours`` (n, 4) red, green, blue and
    alpha in [0, 1]; ``widths`` (n,) in device pixels. Upright and level lines are taken to whole pixels, as Agg does.
    """
    seen = (widths > 0) & (colours[:, 3] > 0)
    ends, colours, widths = ends[seen], colours[seen], widths[seen]
    snapped = np.any(np.abs(ends[:, 0] - ends[:, 1]) < _UPRIGHT, axis=1)
    middle = np.where(np.floor(widths + 0.5) % 2, 0.5, 0.0)[:, None, None]
    ends = np.where(np.reshape(snapped, (-1, 1, 1)), np.floor(ends + 0.5) + middle, ends)
    fives = np.column_stack([positions(ends.reshape(-1, 4)), np.rint(widths * WIDTH_UNIT).astype(np.int16)])
    return Mark("lines", look, at=fives, colours=np.rint(colours * 255).astype(np.uint8).tobytes())


def ends_of(paths: Any, shifts: NDArray[np.floating]) -> NDArray[np.floating] | None:
    """Start and end of each path (n, 2, 2) where there are many, all are straight lines and none is shifted."""
    if len(paths) < _WORTH_ONE_MARK or len(shifts) > 1 or np.any(shifts):
        return None
    if any(path.codes is not None or len(path.vertices) != 2 for path in paths):
        return None
    ends = np.array([path.vertices for path in paths], dtype=float)
    return ends if np.isfinite(ends).all() else None


def stretch_of(exact: NDArray[np.floating], codes: NDArray[np.uint8] | None, written: NDArray[np.floating]) -> float:
    """By which factor a line became longer when its vertices (n, 2) were rounded to be written; 1 where nobody sees it.

    Dashes are measured along the line: over hundreds of short pieces the roundings add up, and the last dashes stand
    elsewhere. Dashes that are longer by this factor stand where they should.
    """
    if codes is not None:
        exact, codes = exact[codes != Path.STOP], codes[codes != Path.STOP]
    true, rounded = _length(exact, codes), _length(written, codes)
    return rounded / true if true > 0 and abs(rounded - true) > _VISIBLE else 1.0


def _length(vertices: NDArray[np.floating], codes: NDArray[np.uint8] | None) -> float:
    """The length of the straight pieces together."""
    pieces = np.hypot(*np.diff(vertices, axis=0).T)
    return float(pieces.sum() if codes is None else pieces[codes[1:] == Path.LINETO].sum())
