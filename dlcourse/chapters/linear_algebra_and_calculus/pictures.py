"""Arrays as grids of cells: what broadcasting copies, a matrix product as a sum; and a chord over a curve."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.numerals import plain
from dlcourse.plots import describe, new_axes, new_figure, style
from dlcourse.scratch import matrices

GAP = 1.3  # between two arrays, in cells: room for a sign
SIGNS: dict[str, Callable[[Array, Array], Array]] = {"+": np.add, "−": np.subtract, "×": np.multiply}


@style.course_style()
def broadcast(left: ArrayLike, right: ArrayLike, sign: str = "−", *, title: str = "", ax: Axes | None = None) -> Axes:
    """Two arrays of at most 2 axes and what ``sign`` ("+", "−" or "×") makes of them, the copied cells pale.

    Raises ValueError where the shapes do not fit (NumPy says which), or an array has more than 2 axes.
    """
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    result = SIGNS[sign](a, b)
    if max(a.ndim, b.ndim) > 2:
        raise ValueError(f"broadcast draws arrays of at most 2 axes, not of the shapes {a.shape} and {b.shape}.")
    if ax is None:
        ax = new_figure(size=(8.6, 2.1)).axes[0]
    x, signs = 0.0, (sign, "=", "")
    for array, colour, after in zip((a, b, result), (style.BLUE, style.ORANGE, style.GREEN), signs, strict=True):
        shown = np.broadcast_to(array, result.shape)
        _grid(ax, np.atleast_2d(shown), x, colour, own=_own_cells(array, result.shape))
        _named(ax, str(array.shape), x, np.atleast_2d(shown).shape)
        x += np.atleast_2d(shown).shape[1] + GAP
        ax.text(x - GAP / 2, np.atleast_2d(shown).shape[0] / 2, after, ha="center", va="center", fontsize=15)
    _framed(ax, x - GAP, len(np.atleast_2d(result)), title)
    rows = "; ".join(_listed(row) for row in np.atleast_2d(result))
    return describe(
        ax,
        f"{title or 'Broadcasting'}: an array of shape {a.shape} {sign} one of shape {b.shape} has shape "
        f"{result.shape}. {_copies(a, result.shape, 'first')} {_copies(b, result.shape, 'second')} Result: {rows}.",
    )


@style.course_style()
def outer_products(a: ArrayLike, b: ArrayLike) -> Figure:
    """A B as a sum of terms: for each k column k of A, beside row k of B above their outer product.

    a: (m, k). b: (k, n). Raises ValueError where the shapes do not fit.
    """
    terms = matrices.outer_products(a, b)
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    figure = new_figure(size=(8.6, 0.9 + 0.36 * (len(first) + 2)))
    ax, x = figure.axes[0], 0.0
    for index, term in enumerate(terms):
        _grid(ax, first[:, [index]], x, style.BLUE)
        _grid(ax, second[[index]], x + 1.25, style.ORANGE, top=-1.25)
        _grid(ax, term, x + 1.25, style.GREY)
        x += 1.25 + term.shape[1] + GAP
        ax.text(
            x - GAP / 2, len(term) / 2, "+" if index + 1 < len(terms) else "=", ha="center", va="center", fontsize=15
        )
    product = terms.sum(axis=0)
    _grid(ax, product, x, style.GREEN)
    _framed(ax, x + product.shape[1], len(product), "A matrix product, term by term", top=-1.4)
    told = "; ".join(
        f"column ({_listed(first[:, k])}) times row ({_listed(second[k])}) gives {_rows(term)}"
        for k, term in enumerate(terms)
    )
    describe(ax, f"A matrix product as a sum of {len(terms)} outer products: {told}. The sum: {_rows(product)}.")
    return figure


@style.course_style()
def chord(
    function: Callable[[Array], Array], low: float, high: float, lowest: float, lower: float, ax: Axes | None = None
) -> Axes:
    """The graph of ``function`` from ``low`` to ``high`` with the chord from its valley ``lowest`` to ``lower``."""
    ax = new_axes() if ax is None else ax
    x = np.linspace(low, high, 401)
    ends = np.array([lowest, lower])
    values = function(ends)
    ax.plot(x, function(x), color=style.BLUE, linewidth=2.2, label="f")
    ax.plot(ends, values, "--o", color=style.ORANGE, linewidth=2, label="chord")
    ax.annotate("x", (ends[0], values[0]), xytext=(0, -16), textcoords="offset points", ha="center")
    ax.annotate("y", (ends[1], values[1]), xytext=(0, -16), textcoords="offset points", ha="center")
    ax.margins(y=0.15)
    ax.set(xlabel="place", ylabel="value")
    ax.legend(frameon=False)
    ax.set_title("A valley, and a place that is lower", loc="left", fontweight="bold")
    share = np.linspace(0, 1, 101)[1:-1]
    above = function(ends[0] + share * (ends[1] - ends[0])) > values[0] + share * (values[1] - values[0])
    return describe(
        ax,
        f"Curve with a valley at x = {plain(lowest)}, value {_number(values[0])}, and a lower place y = {plain(lower)},"
        f" value {_number(values[1])}. The straight chord between the two falls from x on; the curve lies above it on "
        f"{above.mean():.0%} of the way, from x on.",
    )


def _own_cells(array: Array, shape: tuple[int, ...]) -> Array:
    """Which cells of the broadcast array (rows, columns) are the array's own: the others are copies."""
    places = np.arange(array.size).reshape(array.shape)
    flat = np.broadcast_to(places, shape).ravel()
    own = np.zeros(flat.size, dtype=bool)
    own[np.unique(flat, return_index=True)[1]] = True
    return np.atleast_2d(own.reshape(shape))


def _grid(ax: Axes, cells: Array, x: float, colour: str, own: Array | None = None, top: float = 0.0) -> None:
    """Draws a table (rows, columns) of numbers, its upper left corner at (x, top); copies pale and dashed."""
    for (i, j), value in np.ndenumerate(cells):
        real = own is None or bool(own[i, j])
        ax.add_patch(
            Rectangle(
                (x + j, top + i), 1, 1, facecolor=colour, alpha=0.28 if real else 0.07, edgecolor="none", zorder=1
            )
        )
        ax.add_patch(
            Rectangle((x + j, top + i), 1, 1, fill=False, edgecolor=colour, linewidth=1, linestyle="-" if real else ":")
        )
        middle = (x + j + 0.5, top + i + 0.5)
        ax.text(*middle, _number(value), ha="center", va="center", color=style.BLACK if real else style.GREY)


def _named(ax: Axes, name: str, x: float, shape: tuple[int, ...]) -> None:
    ax.text(x + shape[1] / 2, shape[0] + 0.15, name, ha="center", va="top", color=style.BLACK)


def _framed(ax: Axes, width: float, height: float, title: str, top: float = -0.1) -> None:
    ax.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.75, top), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")


def _copies(array: Array, shape: tuple[int, ...], which: str) -> str:
    times = int(np.prod(shape)) // array.size
    return f"The {which} is used as it is." if times == 1 else f"Each entry of the {which} is used {times} times."


def _rows(matrix: Array) -> str:
    return "[" + "; ".join(_listed(row) for row in matrix) + "]"


def _listed(values: Array) -> str:
    return ", ".join(_number(value) for value in values)


def _number(value: float | np.floating) -> str:
    return plain(round(float(value), 2) + 0.0)
