"""The course's everyday figures: bars, curves, histograms, tables as heat maps, scattered points.

Every function takes ``ax=None``, draws, records an alternative text computed from the data, and returns ``ax``.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse.plots import style
from dlcourse.plots.showing import describe


def _label(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set(xlabel=x, ylabel=y)
    ax.set_title(title, loc="left", fontweight="bold")


def bars(
    heights: ArrayLike,
    names: Sequence[object],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One bar for each of ``heights`` (n,), labelled by ``names`` (n); for a probability mass function, say."""
    ax = style.new_axes() if ax is None else ax
    values = np.asarray(heights, dtype=float)
    if len(names) != len(values):
        raise ValueError(f"bars needs one name for each height: {len(values)} heights, but {len(names)} names.")
    ax.bar([str(name) for name in names], values, color=style.BLUE, width=0.7)
    ax.grid(False, axis="x")
    _label(ax, title, x, y)
    low, high = int(values.argmin()), int(values.argmax())
    return describe(
        ax,
        f"Bar chart, {title or y}: {len(values)} bars; lowest {values[low]:.3g} at {names[low]}, "
        f"highest {values[high]:.3g} at {names[high]}.",
    )


def lines(
    points: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Curves over common ``points`` (n,): ``curves`` maps each curve's name to its heights (n,)."""
    ax = style.new_axes() if ax is None else ax
    abscissa = np.asarray(points, dtype=float)
    told = []
    for index, (name, heights) in enumerate(curves.items()):
        values = np.asarray(heights, dtype=float)
        dashes = ("-", "--", "-.", ":")[index % 4]  # told apart without colour, too
        ax.plot(abscissa, values, dashes, label=name, color=style.CYCLE[index % len(style.CYCLE)])
        top = int(np.nanargmax(values))
        told.append(f"{name} is highest, {values[top]:.3g}, at {abscissa[top]:.3g}")
    if len(curves) > 1:
        ax.legend()
    _label(ax, title, x, y)
    span = f"from {abscissa.min():.3g} to {abscissa.max():.3g}"
    return describe(ax, f"Line chart, {title or y}, {x or 'x'} {span}: {'; '.join(told)}.")


def histogram(
    values: ArrayLike,
    *,
    bins: int = 20,
    density: bool = True,
    title: str = "",
    x: str = "",
    y: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A histogram of ``values`` (n,); with ``density`` its area is 1, so that a density can be drawn over it."""
    ax = style.new_axes() if ax is None else ax
    data = np.asarray(values, dtype=float)
    ax.hist(data, bins=bins, density=density, color=style.SKY, edgecolor="white", linewidth=0.6)
    ax.grid(False, axis="x")
    _label(ax, title, x, ("density" if density else "count") if y is None else y)
    return describe(
        ax,
        f"Histogram, {title or x}: {len(data)} values from {data.min():.4g} to {data.max():.4g}, "
        f"mean {data.mean():.4g}, standard deviation {data.std():.3g}.",
    )


def table(
    entries: ArrayLike,
    rows: Sequence[object],
    columns: Sequence[object],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A table ``entries`` (rows, columns) as a heat map with its numbers written in, a joint distribution, say."""
    ax = style.new_axes() if ax is None else ax
    values = np.asarray(entries, dtype=float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"table needs a name for each row and column: entries {values.shape}, "
            f"but {len(rows)} row names and {len(columns)} column names."
        )
    ax.imshow(values, cmap=style.SEQUENTIAL, aspect="auto", vmin=0)
    for (i, j), entry in np.ndenumerate(values):
        dark = entry < 0.6 * values.max()  # viridis is dark at its low end
        ax.text(j, i, f"{entry:.3g}", ha="center", va="center", color="white" if dark else style.BLACK)
    ax.set_xticks(range(len(columns)), [str(name) for name in columns])
    ax.set_yticks(range(len(rows)), [str(name) for name in rows])
    ax.grid(False)
    _label(ax, title, x, y)
    told = "; ".join(
        f"{row}: " + ", ".join(f"{column} {entry:.3g}" for column, entry in zip(columns, line, strict=True))
        for row, line in zip(rows, values, strict=True)
    )
    return describe(ax, f"Table, {title}: {told}.")


def scatter(
    points: ArrayLike,
    heights: ArrayLike,
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Dots at ``points`` (n,) and ``heights`` (n,), faint where there are many."""
    ax = style.new_axes() if ax is None else ax
    across, up = np.asarray(points, dtype=float), np.asarray(heights, dtype=float)
    ax.scatter(across, up, s=18, alpha=min(1.0, 12 / np.sqrt(len(across))), color=style.BLUE, linewidths=0)
    _label(ax, title, x, y)
    correlation = float(np.corrcoef(across, up)[0, 1]) if len(across) > 1 else float("nan")
    return describe(
        ax,
        f"Scatter plot, {title or y}: {len(across)} points, {x or 'x'} from {across.min():.3g} to {across.max():.3g}, "
        f"{y or 'y'} from {up.min():.3g} to {up.max():.3g}, correlation {correlation:.2f}.",
    )


def line_over(
    ax: Axes,
    points: ArrayLike,
    heights: ArrayLike,
    name: str,
    *,
    color: str = style.ORANGE,
) -> Axes:
    """One more curve, ``name``, over what ``ax`` already shows, with a legend entry and its part of the text."""
    across, up = np.asarray(points, dtype=float), np.asarray(heights, dtype=float)
    ax.plot(across, up, color=color, label=name)
    ax.legend()
    top = int(np.argmax(up))
    return describe(
        ax,
        f"Over it {name}: {up[0]:.3g} at the left end, {up[-1]:.3g} at the right, highest {up[top]:.3g} at "
        f"{across[top]:.3g}.",
    )
