"""A matrix with few numbers, each of them in many places: what a convolution is, as a matrix."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from dlcourse.plots import style
from dlcourse.plots.showing import describe

PALEST, STRONGEST = 0.25, 0.85  # of the palette: the numbers in the cells stay readable


@style.course_style()
def sparse_matrix(
    places: ArrayLike,
    names: Sequence[str],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A matrix by what stands at its ``places`` (rows, columns): 0 for nothing, k for ``names[k - 1]``.

    Equal names have one colour. Raises ValueError for places other than whole numbers from 0 to the number of names.
    """
    entries = np.asarray(places)
    if entries.ndim != 2 or entries.dtype.kind not in "iu" or entries.min() < 0 or entries.max() > len(names):
        raise ValueError(
            f"sparse_matrix needs places (rows, columns), whole numbers from 0 to {len(names)}, received "
            f"{entries.dtype} of shape {entries.shape}."
        )
    rows, columns = entries.shape
    if ax is None:
        ax = style.new_figure(size=(9.6, 1.1 + 9.0 * rows / columns)).axes[0]
    tints = mpl.colormaps["YlGnBu"](np.linspace(PALEST, STRONGEST, len(names)))
    ax.imshow(entries, cmap=ListedColormap(np.vstack([[1, 1, 1, 1], tints])), vmin=0, vmax=len(names))
    for (i, j), entry in np.ndenumerate(entries):
        if entry:
            color = "white" if tints[entry - 1][:3].mean() < 0.5 else style.BLACK
            ax.text(j, i, names[entry - 1], ha="center", va="center", fontsize=8, color=color)
    ax.set_xticks(np.arange(-0.5, columns), minor=True)
    ax.set_yticks(np.arange(-0.5, rows), minor=True)
    ax.grid(False)
    ax.grid(True, which="minor", color=style.GRID)
    ax.tick_params(which="minor", length=0)
    ax.set(xlabel=x, ylabel=y)
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(entries, names, title))


def _told(entries: np.ndarray, names: Sequence[str], title: str) -> str:
    """How many entries there are and how often each name stands in them, row by row for the first and the last."""
    filled, used = np.count_nonzero(entries), np.unique(entries[entries > 0])
    counts = sorted({int(np.count_nonzero(entries == each)) for each in used})
    often = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    text = f"Matrix, {title}: " if title else "Matrix: "
    text += f"{entries.shape[0]} rows and {entries.shape[1]} columns; {filled} of {entries.size} entries are not 0, "
    text += f"{len(used)} different weights, each {often} times."
    for row in (0, len(entries) - 1):
        at = np.flatnonzero(entries[row])
        told = ", ".join(f"{names[entries[row, j] - 1]} in column {j}" for j in at)
        text += f" Row {row}: {told or 'all 0'}."
    return text
