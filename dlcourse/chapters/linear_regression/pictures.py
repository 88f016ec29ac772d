"""Least squares as a projection: three examples as points of a plot, and as one arrow over the plane of two columns."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.numerals import plain
from dlcourse.plots import describe, new_figure, style
from dlcourse.scratch import linear_models

DEPTH = np.array([0.5, 0.62])  # how the plane's second axis is drawn: to the right and into the paper


@style.course_style()
def projection(inputs: ArrayLike, targets: ArrayLike) -> Figure:
    """A line fitted to three examples, drawn twice: over its input, and in the space with one axis for each example.

    inputs: (3,). targets: (3,). Right, the columns 1 (ones) and x span a plane; the predictions are the foot of the
    perpendicular from y. q1 and q2 are the columns of Q in [1 x] = Q R. Raises ValueError unless there are three
    examples with different inputs.
    """
    x, y = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
    if x.shape != (3,) or y.shape != (3,) or np.ptp(x) == 0:
        raise ValueError(f"projection needs three examples with different inputs, not {x.tolist()}, {y.tolist()}.")
    weights, bias = linear_models.solve_least_squares(x[:, None], y)
    predicted = weights[0] * x + bias
    figure = new_figure(1, 2, size=(9.0, 4.0))
    left, right = figure.axes
    if grid := left.get_gridspec():
        grid.set_width_ratios([1, 1.7])
    _draw_line(left, x, y, predicted)
    _draw_space(right, x, y, predicted)
    errors = _listed(predicted - y)
    points = ", ".join(f"({plain(a)}, {plain(b)})" for a, b in zip(x, y, strict=True))
    describe(
        left,
        f"Two pictures of one fit. Left, the points {points} "
        f"and their least-squares line ŷ = {_number(bias)} + {_number(weights[0])} x, with the errors {errors}.",
    )
    q, r = columns_of(x)
    along = [_number(value) for value in q.T @ y]
    describe(
        right,
        f"Right, a space with one axis for each example: the column of ones, {_number(r[0, 0])} long, and the column "
        f"x, {_number(float(np.linalg.norm(x)))} long, span a plane; y = ({_listed(y)}) stands "
        f"{_number(float(np.linalg.norm(predicted - y)))} away from it, and straight below y lies ŷ = "
        f"({_listed(predicted)}). On the plane's perpendicular axes q1, along the ones, and q2, ŷ has the "
        f"coordinates {along[0]} and {along[1]}.",
    )
    return figure


def columns_of(x: Array) -> tuple[Array, Array]:
    """Q (3, 2) and R (2, 2) with [1 x] = Q R and a positive diagonal of R."""
    q, r = np.linalg.qr(np.column_stack([np.ones(3), x]))
    signs = np.sign(np.diag(r))
    return q * signs, r * signs[:, None]


def _draw_line(ax: Axes, x: Array, y: Array, predicted: Array) -> None:
    ends = np.array([x.min() - 0.3, x.max() + 0.3])
    ax.plot(ends, np.interp(ends, *_extended(x, predicted)), color=style.BLUE, linewidth=2)
    ax.vlines(x, y, predicted, color=style.ORANGE, linewidth=2)
    ax.plot(x, y, "o", color=style.BLACK, markersize=8, zorder=3)
    for place, target, fitted in zip(x, y, predicted, strict=True):
        middle = (place + 0.06, (target + fitted) / 2)
        ax.annotate(_number(fitted - target), middle, color=style.ORANGE, va="center")
    ax.set(xlabel="input x", ylabel="target y", xlim=(ends[0], ends[1] + 0.2), xticks=np.sort(x))
    ax.set_title("Three examples, three errors")


def _extended(x: Array, predicted: Array) -> tuple[Array, Array]:
    """The line's first and last point, one unit further out on both sides."""
    first, last = np.argmin(x), np.argmax(x)
    slope = (predicted[last] - predicted[first]) / (x[last] - x[first])
    return np.array([x[first] - 1, x[last] + 1]), np.array([predicted[first] - slope, predicted[last] + slope])


def _draw_space(ax: Axes, x: Array, y: Array, predicted: Array) -> None:
    q, _ = columns_of(x)

    def place(vector: Array) -> Array:
        """Where a vector of the plane is drawn."""
        along, across = q.T @ vector
        return np.array([along, 0.0]) + across * DEPTH

    foot = place(predicted)
    top = foot + np.array([0, np.linalg.norm(y - predicted)])
    _draw_plane(ax, np.array([q.T @ vector for vector in (np.zeros(3), predicted, np.ones(3), x)]))
    _arrow(ax, place(np.ones(3)), style.BLACK, "1", (0.06, -0.26))
    _arrow(ax, place(x), style.BLACK, "x", (0.0, 0.1))
    _arrow(ax, top, style.GREEN, "y", (0.08, 0.02))
    _arrow(ax, foot, style.BLUE, "ŷ", (0.1, -0.1))
    _arrow(ax, place(q[:, 0]), style.PURPLE, "q1", (-0.3, -0.26), width=3.2)
    _arrow(ax, place(q[:, 1]), style.PURPLE, "q2", (-0.36, 0.06), width=3.2)
    ax.plot(*np.column_stack([top, foot]), "--", color=style.ORANGE, linewidth=2)
    ax.text(foot[0] + 0.08, (top[1] + foot[1]) / 2, "ŷ − y", color=style.ORANGE)
    corner = foot + np.array([(0, 0.18), (-0.18, 0.18), (-0.18, 0)])
    ax.plot(*corner.T, color=style.ORANGE, linewidth=1)
    ax.set(aspect="equal")
    ax.margins(0.08)
    ax.axis("off")
    ax.set_title("The same three examples as arrows")


def _draw_plane(ax: Axes, inside: Array) -> None:
    """A part of the plane, around the points ``inside`` (k, 2) in its own coordinates."""
    (left, near), (right, far) = inside.min(axis=0) - 0.5, inside.max(axis=0) + 0.5
    corners = np.array([(left, near), (right, near), (right, far), (left, far)])
    drawn = np.column_stack([corners[:, 0], np.zeros(4)]) + corners[:, 1:] * DEPTH
    ax.add_patch(Polygon(drawn, facecolor=style.SKY, alpha=0.18, edgecolor=style.SKY))
    ax.update_datalim(drawn)


def _arrow(ax: Axes, end: Array, color: str, name: str, beside: tuple[float, float], width: float = 1.8) -> None:
    """An arrow from the origin to ``end``, with its name ``beside`` its tip."""
    shape = {"arrowstyle": "-|>", "color": color, "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
    ax.annotate("", xy=(end[0], end[1]), xytext=(0, 0), arrowprops=shape)
    ax.text(end[0] + beside[0], end[1] + beside[1], name, color=color, fontweight="bold")
    ax.update_datalim([(end[0], end[1])])


def _listed(values: Array) -> str:
    return ", ".join(_number(value) for value in values)


def _number(value: float) -> str:
    return plain(round(float(value), 2) + 0.0)
