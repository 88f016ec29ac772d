"""Networks as they are drawn on a board: a circle for each unit, a line for each weight, from left to right."""

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from dlcourse.numerals import plain
from dlcourse.plots import style
from dlcourse.plots.showing import describe

MOST_SHOWN = 5  # units of a layer; of a larger one the first and the last are drawn, with dots between them
RADIUS = 0.28
ACROSS = 2.4  # between two layers; units stand 1 apart
ROOM = np.array([0.62, 0.32])  # a number's width and height
FRACTIONS = np.linspace(0.25, 0.75, 21)  # of the way along a line, where its number may stand


@style.course_style()
def network(
    sizes: Sequence[int],
    *,
    names: Sequence[Sequence[str]] | None = None,
    layers: Sequence[str] | None = None,
    weights: Sequence[ArrayLike] | None = None,
    biases: Sequence[ArrayLike] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A fully connected network, its inputs at the left: ``sizes`` counts the inputs, then the units of each layer.

    ``names`` holds a name for every circle of a layer, ``layers`` one for every layer, to stand below it. ``weights``,
    one array (units before, units) for each layer after the inputs, are written on their lines (orange where positive,
    blue where negative, thicker where larger), and ``biases``, one array (units,) each, below their circles. Between
    layers of at most three units no number below 10 hides another. Raises ``ValueError`` where these do not fit
    ``sizes``.
    """
    if len(sizes) < 2 or any(size < 1 for size in sizes):
        raise ValueError(f"network needs at least two layers with one unit each, not the sizes {list(sizes)}.")
    tables = _checked("weights", weights, list(itertools.pairwise(sizes)))
    shifts = _checked("biases", biases, [(size,) for size in sizes[1:]])
    for name, given in (("layers", layers), ("names", names)):
        if given is not None and len(given) != len(sizes):
            raise ValueError(f"network needs {name} for {len(sizes)} layers, the inputs included, not {len(given)}.")
    shown = [_shown(size) for size in sizes]
    highest = max(map(len, shown))
    if ax is None:
        ax = style.new_figure(size=(2.2 + 1.9 * (len(sizes) - 1), 0.9 + 0.62 * highest)).axes[0]
    places = [_column(layer, units) for layer, units in enumerate(shown)]
    for layer in range(len(sizes) - 1):
        _lines(ax, places[layer], places[layer + 1], tables[layer] if tables else None)
    for layer, column in enumerate(places):
        for unit, (x, y) in column.items():
            ax.add_patch(_circle(x, y, is_input=layer == 0))
            if names is not None:
                ax.text(x, y, names[layer][unit], ha="center", va="center", fontsize=10, zorder=4)
            if shifts and layer:
                ax.text(x, y - RADIUS - 0.06, _number(shifts[layer - 1][unit]), ha="center", va="top", fontsize=9)
        if len(column) < sizes[layer]:
            ax.text(layer * ACROSS, 0, "⋮", ha="center", va="center", fontsize=16)
        if layers is not None:
            ax.text(layer * ACROSS, -highest / 2 - 0.25, layers[layer], ha="center", va="top", fontsize=10)
    ax.set(xlim=(-0.8, (len(sizes) - 1) * ACROSS + 0.8), ylim=(-highest / 2 - 0.7, highest / 2 + 0.1), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(sizes, layers, tables, shifts, title))


def _number(value: float) -> str:
    return plain(round(float(value), 2))


def _circle(x: float, y: float, *, is_input: bool) -> Circle:
    """A unit's circle; inputs, which compute nothing, are grey."""
    face, edge = ("0.93", style.GREY) if is_input else ("white", style.BLUE)
    return Circle((x, y), RADIUS, facecolor=face, edgecolor=edge, linewidth=1.5, zorder=3)


def _checked(name: str, arrays: Sequence[ArrayLike] | None, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    found = [np.asarray(array, dtype=float) for array in arrays or ()]
    if arrays is not None and [array.shape for array in found] != list(shapes):
        raise ValueError(f"network needs {name} of the shapes {list(shapes)}, not {[array.shape for array in found]}.")
    return found


def _shown(size: int) -> list[int | None]:
    """The units that are drawn, from above; None: the place of those that are not."""
    if size <= MOST_SHOWN:
        return list(range(size))
    half = MOST_SHOWN // 2
    return [*range(half), None, *range(size - half, size)]


def _column(layer: int, units: Sequence[int | None]) -> dict[int, tuple[float, float]]:
    middle = (len(units) - 1) / 2
    return {unit: (layer * ACROSS, middle - row) for row, unit in enumerate(units) if unit is not None}


def _lines(
    ax: Axes,
    before: dict[int, tuple[float, float]],
    after: dict[int, tuple[float, float]],
    table: np.ndarray | None,
) -> None:
    largest = np.abs(table).max() or 1.0 if table is not None else 1.0
    ways = [(source, target, before[source], after[target]) for source in before for target in after]
    marks = _marks([np.array([start, end]) for *_, start, end in ways])
    for (source, target, (x0, y0), (x1, y1)), (x, y) in zip(ways, marks, strict=True):
        weight = None if table is None else float(table[source, target])
        color = "0.6" if not weight else style.ORANGE if weight > 0 else style.BLUE
        width = 1.0 if weight is None else 0.6 + 2.4 * abs(weight) / largest
        ax.plot([x0, x1], [y0, y1], color=color, linewidth=width, zorder=1)
        if weight is not None:
            room = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
            ax.text(x, y, _number(weight), ha="center", va="center", fontsize=9, color=color, bbox=room, zorder=2)


def _marks(ways: Sequence[np.ndarray]) -> list[np.ndarray]:
    """A place (2,) on each line (2, 2) for its number: clear of the numbers before it and of the other lines."""
    places: list[np.ndarray] = []
    for own, (start, end) in enumerate(ways):
        candidates = start + FRACTIONS[:, None] * (end - start)
        others = np.array([way for other, way in enumerate(ways) if other != own]).reshape(-1, 2, 2)
        along = others[:, 0, 1] + FRACTIONS[:, None] * (others[:, 1, 1] - others[:, 0, 1])  # their heights there
        from_lines = np.abs(along - candidates[:, 1:]).min(axis=1, initial=ROOM[1]) / ROOM[1]
        apart = np.abs(candidates[:, None] - np.array(places).reshape(-1, 2)) / ROOM
        from_numbers = apart.max(axis=2).min(axis=1, initial=1.0)
        places.append(candidates[np.argmax(10 * from_numbers + from_lines - 0.1 * FRACTIONS)])
    return places


def _told(
    sizes: Sequence[int],
    layers: Sequence[str] | None,
    tables: Sequence[np.ndarray],
    shifts: Sequence[np.ndarray],
    title: str,
) -> str:
    """The network in words, with its numbers where they are drawn."""
    kinds = layers or ["inputs", *["hidden units"] * (len(sizes) - 2), "outputs"]
    if layers is None:
        kinds = [kind.removesuffix("s") if size == 1 else kind for size, kind in zip(sizes, kinds, strict=True)]
    columns = ", ".join(f"{size} {kind}" for size, kind in zip(sizes, kinds, strict=True))
    weights = sum(before * after for before, after in itertools.pairwise(sizes))
    many = "1 weight" if weights == 1 else f"{weights} weights"
    text = f"Network, {title}: " if title else "Network: "
    text += f"{columns}; each is joined with all of the layer before, by {many} in all."
    for layer, table in enumerate(tables, start=1):
        for unit in range(table.shape[1]):
            told = ", ".join(_number(weight) for weight in table[:, unit])
            bias = f", bias {_number(shifts[layer - 1][unit])}" if shifts else ""
            text += f" Into unit {unit + 1} of layer {layer}: {told}{bias}."
    return text
