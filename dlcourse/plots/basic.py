"""The course's everyday figures: bars, curves, histograms, tables as heat maps, scattered points.

Every function takes ``ax=None``, draws, records an alternative text computed from the data, and returns ``ax``.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse.numerals import short
from dlcourse.plots import style
from dlcourse.plots.showing import describe

TAIL = 1e-4  # of a curve's highest point: below it nothing is to be seen


def _label(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set(xlabel=x, ylabel=y)
    ax.set_title(title, loc="left", fontweight="bold")


@style.course_style()
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


@style.course_style()
def lines(
    points: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Curves over common ``points`` (n,): ``curves`` maps each curve's name to its heights (n,).

    With ``log`` the heights, all positive, stand on a logarithmic scale, and the smallest are told in full.
    """
    ax = style.new_axes() if ax is None else ax
    abscissa = np.asarray(points, dtype=float)
    told = []
    for index, (name, heights) in enumerate(curves.items()):
        values = np.asarray(heights, dtype=float)
        dashes = ("-", "--", "-.", ":")[index % 4]  # told apart without colour, too
        ax.plot(abscissa, values, dashes, label=name, color=style.CYCLE[index % len(style.CYCLE)], linewidth=2.2)
        told.append(f"{name} {_course(abscissa, values, tail=0.0 if log else TAIL)}")
    if log:
        ax.set_yscale("log")
    if len(curves) > 1:
        ax.legend(frameon=False)
    _label(ax, title, x, y)
    return describe(ax, f"Line chart, {title or y}, {_span(x or 'x', abscissa)}: {'; '.join(told)}.")


@style.course_style()
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
        f"Histogram, {title or x}: {len(data)} values from {short(data.min())} to {short(data.max())}, "
        f"mean {short(data.mean())}, standard deviation {short(data.std())}.",
    )


@style.course_style()
def table(
    entries: ArrayLike,
    rows: Sequence[object],
    columns: Sequence[object],
    *,
    margins: bool = False,
    title: str = "",
    x: str = "",
    y: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A table ``entries`` (rows, columns) as a heat map with its numbers written in, a joint distribution, say.

    With ``margins`` the sum of each row stands to the right, of each column below, and of all entries in the corner.
    """
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
    sums = ["sum"] if margins else []
    ax.set_xticks(range(len(columns) + len(sums)), [str(name) for name in [*columns, *sums]])
    ax.set_yticks(range(len(rows) + len(sums)), [str(name) for name in [*rows, *sums]])
    ax.grid(False)
    _label(ax, title, x, y)
    told = "; ".join(f"{row}: {_entries(columns, line)}" for row, line in zip(rows, values, strict=True))
    describe(ax, f"Table, {title}: {told}.")
    return _write_margins(ax, values, rows, columns) if margins else ax


def _write_margins(ax: Axes, values: np.ndarray, rows: Sequence[object], columns: Sequence[object]) -> Axes:
    """The sums of a table's rows and columns on white around its heat map, and their part of the text."""
    right, below, total = values.sum(axis=1), values.sum(axis=0), values.sum()
    height, width = values.shape
    places = [*((width, i) for i in range(height)), *((j, height) for j in range(width)), (width, height)]
    for (j, i), entry in zip(places, [*right, *below, total], strict=True):
        ax.text(j, i, f"{entry:.3g}", ha="center", va="center", color=style.BLACK)
    ax.axvline(width - 0.5, color=style.BLACK, linewidth=1.5)
    ax.axhline(height - 0.5, color=style.BLACK, linewidth=1.5)
    ax.set(xlim=(-0.5, width + 0.5), ylim=(height + 0.5, -0.5))
    return describe(
        ax,
        f"Sums to the right: {_entries(rows, right)}; sums below: {_entries(columns, below)}; sum of all {total:.3g}.",
    )


def _entries(names: Sequence[object], entries: np.ndarray) -> str:
    """Each entry behind its name."""
    return ", ".join(f"{name} {entry:.3g}" for name, entry in zip(names, entries, strict=True))


@style.course_style()
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
        f"Scatter plot, {title or y}: {len(across)} points, {_span(x or 'x', across)}, {_span(y or 'y', up)}, "
        f"correlation {correlation:.2f}.",
    )


@style.course_style()
def images(
    stack: ArrayLike,
    names: Sequence[object],
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Images (n, height, width) side by side on one scale: grey, or blue to red around 0 where some are negative.

    ``names`` (n) stand above them. Draws on one axes, the images next to each other with a gap of one pixel.
    """
    pictures = np.asarray(stack, dtype=float)
    if pictures.ndim != 3 or len(names) != len(pictures):
        raise ValueError(f"images needs shape (n, height, width) and n names: {pictures.shape}, {len(names)} names.")
    count, height, width = pictures.shape
    if ax is None:
        ax = style.new_figure(size=(9.0, 0.55 + 9.0 * height / ((width + 1) * count))).axes[0]
    top = np.abs(pictures).max() or 1.0
    signed = bool((pictures < 0).any())
    colors, lowest = (style.DIVERGING, -top) if signed else ("gray_r", 0.0)
    for index, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        left = index * (width + 1)
        ax.imshow(picture, cmap=colors, vmin=lowest, vmax=top, extent=(left, left + width, height, 0))
        ax.text(left + width / 2, -0.3, str(name), ha="center", va="bottom", fontsize=10)
    ax.set(xlim=(-0.5, count * (width + 1) - 0.5), ylim=(height + 0.5, -2.0))
    ax.axis("off")
    pixel = 72 * ax.figure.bbox.width / ax.figure.dpi / ((width + 1) * count)  # in points; a name needs 13
    above = 6 + max(0.0, 13 - 1.7 * pixel) * any(map(str, names))
    ax.set_title(title, loc="left", fontweight="bold", pad=above)
    kind = f"from {short(pictures.min())} (blue) to {short(pictures.max())} (red)" if signed else "grey"
    named = ", ".join(filter(None, map(str, names)))  # a name may be left empty
    what = f"{title}: {named}" if named else title
    return describe(ax, f"{count} images, {what}; {height} by {width} pixels, {kind}.")


@style.course_style()
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
    ax.plot(across, up, color=color, label=name, linewidth=2.2)
    ax.legend(frameon=False)
    return describe(ax, f"Over it the {name} {_course(across, up)}.")


@style.course_style()
def band(
    ax: Axes,
    points: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    name: str,
    *,
    color: str = style.SKY,
) -> Axes:
    """A band between ``low`` (n,) and ``high`` (n,), an interval at each of ``points`` (n,), with a legend entry."""
    across, bottom, top = (np.asarray(values, dtype=float) for values in (points, low, high))
    ax.fill_between(across, bottom, top, color=color, alpha=0.35, linewidth=0, label=name)
    ax.legend(frameon=False)
    return describe(
        ax,
        f"The band {name} reaches from {short(bottom[0])} to {short(top[0])} at the left "
        f"and from {short(bottom[-1])} to {short(top[-1])} at the right.",
    )


def _course(points: np.ndarray, heights: np.ndarray, *, tail: float = TAIL) -> str:
    """In words: where a curve starts, ends, and stands highest and lowest in between.

    Heights below ``tail`` times the highest read as 0.
    """
    heights = np.where(np.abs(heights) < tail * np.abs(heights).max(), 0.0, heights)
    start, end = heights[0], heights[-1]
    told = f"goes from {short(start)} at the left to {short(end)} at the right"
    top, bottom = int(heights.argmax()), int(heights.argmin())
    if heights[top] > max(start, end):
        told += f", highest {short(heights[top])} at {short(points[top])}"
    if heights[bottom] < min(start, end):
        told += f", lowest {short(heights[bottom])} at {short(points[bottom])}"
    return told


def _span(name: str, values: np.ndarray) -> str:
    return f"{name} from {short(values.min())} to {short(values.max())}"
