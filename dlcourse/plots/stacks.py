"""Convolutional networks as they are drawn: each layer's channels as a stack of square grids, from left to right."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

MOST_DRAWN = 6  # grids of a stack; of more channels so many are drawn
APART = 0.12  # two grids of a stack, to the right and downwards
LARGEST, SMALLEST = 1.6, 0.3  # sides
GAP = 1.5  # between two stacks: room for the step's name

Stack = tuple[int, int]  # channels, and the rows (as many as columns) of each; 1 row: a plain unit


@style.course_style()
def stacks(
    sizes: Sequence[Stack], steps: Sequence[str], *, title: str = "", names: Sequence[str] = (), ax: Axes | None = None
) -> Axes:
    """Stacks of grids, ``sizes`` (channels, rows) each, joined by arrows that ``steps`` name, one fewer than stacks.

    ``names``, one for every stack (or an empty one), stand above; its size stands below. Raises ValueError where they
    do not fit.
    """
    if len(steps) != len(sizes) - 1 or len(names) not in (0, len(sizes)):
        raise ValueError(
            f"stacks needs a step between each two of {len(sizes)} stacks and a name for all of them or none: "
            f"received {len(steps)} steps and {len(names)} names."
        )
    largest = max(rows for _, rows in sizes)
    sides = [max(LARGEST * rows / largest, SMALLEST) for _, rows in sizes]
    ends, left = [], 0.0
    for (channels, _), side in zip(sizes, sides, strict=True):
        ends.append((left, left + side + APART * (min(channels, MOST_DRAWN) - 1)))
        left = ends[-1][1] + GAP
    if ax is None:
        ax = style.new_figure(size=(min(1.3 * ends[-1][1] + 0.6, 10.0), 2.6)).axes[0]
    for index, ((channels, rows), side, (start, end)) in enumerate(zip(sizes, sides, ends, strict=True)):
        _draw_stack(ax, start, side, min(channels, MOST_DRAWN))
        middle = (start + end) / 2
        ax.text(middle, -1.35, _size(channels, rows), ha="center", va="top", fontsize=10)
        if names:
            ax.text(middle, 1.35, names[index], ha="center", va="bottom", fontsize=10)
        if index < len(steps):
            arrow = {"arrowstyle": "-|>", "color": style.GREY, "linewidth": 1.5}
            ax.annotate("", (end + GAP - 0.15, 0), (end + 0.15, 0), arrowprops=arrow)
            ax.text(end + GAP / 2, 0.12, steps[index], ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(-0.3, ends[-1][1] + 0.3), ylim=(-1.8, 1.8), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(sizes, steps, names, title))


def _draw_stack(ax: Axes, start: float, side: float, count: int) -> None:
    """``count`` squares, the first one behind, each a little to the right of and below the one behind it."""
    top = (side + APART * (count - 1)) / 2
    for layer in range(count):
        corner = (start + APART * layer, top - side - APART * layer)
        ax.add_patch(Rectangle(corner, side, side, facecolor="white", edgecolor=style.BLUE, linewidth=1.3))


def _size(channels: int, rows: int) -> str:
    return f"{channels}" if rows == 1 else f"{channels} × {rows} × {rows}"


def _told(sizes: Sequence[Stack], steps: Sequence[str], names: Sequence[str], title: str) -> str:
    """The network in words: each stack, and what leads to it."""
    sizes_told = [_size(*size) for size in sizes]
    stacked = [
        f"{name}, {size}" if name else size for name, size in zip(names or [""] * len(sizes), sizes_told, strict=True)
    ]
    steps_told = [f"by {' '.join(step.split())} to {stack}" for step, stack in zip(steps, stacked[1:], strict=True)]
    text = f"Layers, {title}: " if title else "Layers: "
    return f"{text}from {stacked[0]}; {'; '.join(steps_told)}."
