"""Level lines of a function of two variables, and the ways downhill over them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse.numerals import short
from dlcourse.plots import style
from dlcourse.plots.showing import describe

GRID = 91  # points of the grid along an axis; odd: one lies in the middle
LEVELS = 22
DASHES = ("-", "--", "-.", ":")


@style.course_style()
def descents(
    value: Callable[[np.ndarray], ArrayLike],
    domain: Sequence[tuple[float, float]],
    paths: Mapping[str, ArrayLike],
    *,
    minima: ArrayLike = (),
    title: str = "",
    x: str = "θ₁",
    y: str = "θ₂",
    ax: Axes | None = None,
) -> Axes:
    """Level lines of ``value``, which takes points (..., 2), on ``domain`` ((low, high), (low, high)), and ``paths``.

    ``paths`` maps a name to points (steps + 1, 2): a line from a dot, the start, to a square, the end. ``minima``
    (k, 2) are stars. The levels lie closer together near the lowest one, by equal steps of the root of the height.
    Raises ValueError when a path is no list of points of the plane.
    """
    ax = style.new_figure(size=(5.2, 4.0)).axes[0] if ax is None else ax
    across, up = (np.linspace(low, high, GRID) for low, high in domain)
    heights = np.asarray(value(np.stack(np.meshgrid(across, up), axis=-1)), dtype=float)
    low = heights.min()
    levels = low + (heights.max() - low) * np.linspace(0, 1, LEVELS + 1)[1:] ** 2
    ax.contour(across, up, heights, levels=levels, colors=style.GREY, linewidths=0.6, linestyles="solid", alpha=0.7)
    told = [_draw_path(ax, number, name, points) for number, (name, points) in enumerate(paths.items())]
    stars = np.asarray(minima, dtype=float).reshape(-1, 2)
    ax.plot(*stars.T, "*", color=style.BLACK, markersize=11, zorder=3)
    ax.set(xlabel=x, ylabel=y, xlim=domain[0], ylim=domain[1])
    ax.grid(False)
    ax.set_title(title, loc="left", fontweight="bold")
    if len(paths) > 1:
        ax.legend(frameon=True, framealpha=0.85, fontsize=9)
    marked = f" Minima marked at {', '.join(_place(star) for star in stars)}." if len(stars) else ""
    lines = f"Level lines from {short(low)} to {short(heights.max())}"
    return describe(ax, f"{lines}, {title or 'descents'}: {'; '.join(told) or 'no path'}.{marked}")


def _draw_path(ax: Axes, number: int, name: str, points: ArrayLike) -> str:
    """Draws one path, and returns it in words."""
    path = np.asarray(points, dtype=float)
    if path.ndim != 2 or path.shape[1] != 2 or not len(path):
        raise ValueError(f"descents: the path {name!r} needs points of shape (steps + 1, 2), received {path.shape}.")
    color = style.CYCLE[number % len(style.CYCLE)]
    ax.plot(*path.T, DASHES[number % 4], color=color, linewidth=1.8, label=name)
    ax.plot(*path[0], "o", color=color, markersize=6)
    ax.plot(*path[-1], "s", color=color, markersize=6)
    return f"{name} goes from {_place(path[0])} to {_place(path[-1])} in {len(path) - 1} steps"


def _place(point: np.ndarray) -> str:
    return f"({', '.join(f'{entry:.1f}' for entry in point + 0.0)})".replace("-0.0", "0.0")
