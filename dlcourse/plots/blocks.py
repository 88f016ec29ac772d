"""Diagrams of blocks: boxes from left to right, ways that part and meet again, and what each box does, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from dlcourse.plots import style
from dlcourse.plots.showing import describe

CHARACTER, ROOM = 0.118, 0.3  # the width of a letter, and what a box has beside its text
HEIGHT, APART = 0.62, 0.42  # of a box, and between two of them
LANE = 0.92  # from one way to the next
JOIN = 0.2  # radius of a circle where ways meet


@dataclass(frozen=True)
class Ways:
    """Several ways from one place to another: each a row of boxes, an empty one a plain line.

    ``join``: what happens where they meet, a sign in a circle such as "+", or words in a box.
    """

    rows: Sequence[Sequence[str]]
    join: str


@style.course_style()
def block_diagram(parts: Sequence[str | Ways], *, title: str = "", ax: Axes | None = None) -> Axes:
    """Boxes with the texts of ``parts``, joined by arrows from left to right; ``Ways`` part and meet again."""
    if not parts:
        raise ValueError("block_diagram needs at least one part.")
    lanes = max([len(part.rows) for part in parts if isinstance(part, Ways)], default=1)
    if ax is None:
        ax = style.new_figure(size=(8.6, 0.6 + 0.62 * lanes)).axes[0]
    x = 0.0
    for number, part in enumerate(parts):
        if number:
            joined = _line if isinstance(part, Ways) else _arrow
            joined(ax, (x, x + APART), (0.0, 0.0))
            x += APART
        x = _ways(ax, x, part) if isinstance(part, Ways) else _box(ax, x, 0.0, part)
    half = max(LANE * (lanes - 1) / 2 + HEIGHT / 2, HEIGHT / 2) + 0.08
    ax.set(xlim=(-0.1, x + 0.1), ylim=(-half, half), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(parts, title))


def _width(text: str) -> float:
    return CHARACTER * max(map(len, text.split("\n"))) + ROOM


def _box(ax: Axes, x: float, y: float, text: str) -> float:
    """Draws a box whose left side is at x; returns where its right side is."""
    width = _width(text)
    frame = FancyBboxPatch(
        (x, y - HEIGHT / 2), width, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08",
        facecolor="white", edgecolor=style.BLUE, linewidth=1.4, zorder=2,
    )  # fmt: skip
    ax.add_patch(frame)
    ax.text(x + width / 2, y, text, ha="center", va="center", fontsize=9, linespacing=1.15, zorder=3)
    return x + width


def _row_width(row: Sequence[str]) -> float:
    return sum(map(_width, row)) + APART * max(len(row) - 1, 0)


def _ways(ax: Axes, x: float, ways: Ways) -> float:
    """Draws ways that part at x and meet; returns where the join's right side is."""
    heights = [LANE * ((len(ways.rows) - 1) / 2 - number) for number in range(len(ways.rows))]
    begin, widest = x + 2 * APART, max(map(_row_width, ways.rows))
    end = begin + widest
    joins = end + 2 * APART
    for y, row in zip(heights, ways.rows, strict=True):
        at = begin + (widest - _row_width(row)) / 2
        _line(ax, (x, x + APART / 2, x + APART, at), (0, 0, y, y))
        for number, text in enumerate(row):
            if number:
                _arrow(ax, (at, at + APART), (y, y))
                at += APART
            at = _box(ax, at, y, text)
        _line(ax, (at, end + APART / 2, joins - APART / 2), (y, y, 0))
    _arrow(ax, (joins - APART / 2, joins), (0.0, 0.0))
    if len(ways.join) > 1:
        return _box(ax, joins, 0.0, ways.join)
    ax.add_patch(Circle((joins + JOIN, 0.0), JOIN, facecolor="white", edgecolor=style.ORANGE, linewidth=1.6, zorder=2))
    ax.text(joins + JOIN, 0.0, ways.join, ha="center", va="center", fontsize=12, zorder=3)
    return joins + 2 * JOIN


def _line(ax: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    ax.plot(x, y, color=style.GREY, linewidth=1.3, solid_capstyle="butt", zorder=1)


def _arrow(ax: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    ends = (x[0], y[0]), (x[-1], y[-1])
    arrow = FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=style.GREY, linewidth=1.3)
    ax.add_patch(arrow)


def _told(parts: Sequence[str | Ways], title: str) -> str:
    """The diagram in words."""
    told = []
    for part in parts:
        if isinstance(part, str):
            told.append(_flat(part))
            continue
        rows = [" then ".join(map(_flat, row)) or "unchanged" for row in part.rows]
        ways = "; ".join(f"way {number}: {row}" for number, row in enumerate(rows, start=1))
        told.append(f"{len(rows)} ways ({ways}) that meet in {_flat(part.join)}")
    return f"Diagram{f', {title}' if title else ''}, from left to right: {', '.join(told)}."


def _flat(text: str) -> str:
    return text.replace("\n", " ")
