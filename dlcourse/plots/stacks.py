"""Convolutional networks as they are drawn: each layer's channels as a stack of square grids, from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

MOST_DRAWN = 6  # grids of a stack; of more channels so many are drawn
APART = 0.12  # two grids of a stack, to the right and downwards
LARGEST, SMALLEST = 1.6, 0.3  # sides
GAP = 1.5  # between two stacks: room for the step's name

Size = tuple[int, int]  # channels, and the rows (as many as columns) of each; 1 row: plain units


@style.course_style()
def stacks(
    sizes: Sequence[Size], steps: Sequence[str], *, title: str = "", names: Sequence[str] = (), ax: Axes | None = None
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
    names, placed = names or [""] * len(sizes), _placed(sizes)
    right, half = placed[-1].right, max(stack.extent for stack in placed) / 2 + 0.15
    if ax is None:
        ax = style.new_figure(size=(min(1.3 * right + 0.6, 10.0), 2.6)).axes[0]
    for stack, name in zip(placed, names, strict=True):
        stack.draw(ax)
        middle = stack.left + stack.extent / 2
        ax.text(middle, -half, stack.size, ha="center", va="top", fontsize=10)
        ax.text(middle, half, name, ha="center", va="bottom", fontsize=10)
    for stack, step in zip(placed, steps, strict=False):
        arrow = {"arrowstyle": "-|>", "color": style.GREY, "linewidth": 1.5}
        ax.annotate("", (stack.right + GAP - 0.15, 0), (stack.right + 0.15, 0), arrowprops=arrow)
        ax.text(stack.right + GAP / 2, 0.12, step, ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(-0.3, right + 0.3), ylim=(-half - 0.4, half + 0.4), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(placed, steps, names, title))


@dataclass(frozen=True)
class _Stack:
    """One layer's channels, as they stand in the drawing."""

    channels: int
    rows: int
    left: float
    side: float

    @property
    def count(self) -> int:
        return min(self.channels, MOST_DRAWN)

    @property
    def extent(self) -> float:
        """Its width, which is its height too."""
        return self.side + APART * (self.count - 1)

    @property
    def right(self) -> float:
        return self.left + self.extent

    @property
    def size(self) -> str:
        return f"{self.channels}" if self.rows == 1 else f"{self.channels} × {self.rows} × {self.rows}"

    def draw(self, ax: Axes) -> None:
        """Squares, the first one behind, each a little to the right of and below the one behind it."""
        for k in range(self.count):
            corner = (self.left + APART * k, self.extent / 2 - self.side - APART * k)
            ax.add_patch(
                Rectangle(corner, self.side, self.side, facecolor="white", edgecolor=style.BLUE, linewidth=1.3)
            )


def _placed(sizes: Sequence[Size]) -> list[_Stack]:
    """The stacks from left to right, the largest grid with the longest side."""
    largest, left, placed = max(rows for _, rows in sizes), 0.0, []
    for channels, rows in sizes:
        placed.append(_Stack(channels, rows, left, max(LARGEST * rows / largest, SMALLEST)))
        left = placed[-1].right + GAP
    return placed


def _told(placed: Sequence[_Stack], steps: Sequence[str], names: Sequence[str], title: str) -> str:
    """The network in words: each stack, and what leads to it."""
    told = [f"{name}, {stack.size}" if name else stack.size for stack, name in zip(placed, names, strict=True)]
    steps_told = [f"by {' '.join(step.split())} to {stack}" for step, stack in zip(steps, told[1:], strict=True)]
    text = f"Layers, {title}: " if title else "Layers: "
    return f"{text}from {told[0]}; {'; '.join(steps_told)}."
