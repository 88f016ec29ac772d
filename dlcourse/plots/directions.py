"""A bidirectional recurrent network: one row of states reads from the left, one from the right, and both are shown."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse.plots import style
from dlcourse.plots.showing import describe

APART, RADIUS = 2.0, 0.34  # between two steps; of a state's circle
INPUT, FORWARD, BACKWARD, OUTPUT = -1.2, 0.0, 1.1, 2.3  # heights
ASIDE = 0.42  # how far the states of a step stand to either side of it

Point = tuple[float, float]


@style.course_style()
def two_directions(
    inputs: Sequence[str], outputs: Sequence[str] = (), *, title: str = "", ax: Axes | None = None
) -> Axes:
    """A step for each of ``inputs``; its output, both states side by side, is named by ``outputs`` or stays unnamed.

    Raises ValueError for no inputs, or for another number of outputs.
    """
    if not inputs or len(outputs) not in (0, len(inputs)):
        raise ValueError(
            "two_directions needs an input at every step and as many outputs, or none: "
            f"received {len(inputs)} inputs and {len(outputs)} outputs."
        )
    steps = len(inputs)
    if ax is None:
        ax = style.new_figure(size=(min(1.35 * steps + 1.2, 10.0), 3.6)).axes[0]
    for step, (below, above) in enumerate(zip(inputs, outputs or [""] * steps, strict=True)):
        x = APART * step
        ahead, back = (x - ASIDE, FORWARD), (x + ASIDE, BACKWARD)
        for (across, up), color, sign in ((ahead, style.BLUE, "→"), (back, style.ORANGE, "←")):
            ax.add_patch(Circle((across, up), RADIUS, facecolor="white", edgecolor=color, linewidth=1.6, zorder=3))
            ax.text(across, up, f"$h_{{{step + 1}}}$\n{sign}", ha="center", va="center", fontsize=9, zorder=4)
            _arrow(ax, (x, INPUT + 0.22), (across, up), style.GREY, back_off=RADIUS)
            _arrow(ax, (across, up), (x, OUTPUT - 0.2), style.GREY, begin=RADIUS)
        if step:
            _arrow(ax, (ahead[0] - APART, FORWARD), ahead, style.BLUE, begin=RADIUS, back_off=RADIUS)
            _arrow(ax, back, (back[0] - APART, BACKWARD), style.ORANGE, begin=RADIUS, back_off=RADIUS)
        ax.text(x, INPUT, below, ha="center", va="center", fontsize=12)
        ax.text(x, OUTPUT, above, ha="center", va="center", fontsize=10)
    ax.set(xlim=(-1.1, APART * (steps - 1) + 1.1), ylim=(INPUT - 0.3, OUTPUT + 0.35), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(inputs, title))


def _arrow(ax: Axes, start: Point, end: Point, color: str, *, begin: float = 0.0, back_off: float = 0.0) -> None:
    """An arrow that begins ``begin`` behind its start, and ends ``back_off`` in front of its end."""
    (x, y), (across, up) = start, end
    length = ((across - x) ** 2 + (up - y) ** 2) ** 0.5
    near, far = begin / length, 1 - back_off / length
    points = [(x + share * (across - x), y + share * (up - y)) for share in (near, far)]
    arrow = FancyArrowPatch(*points, arrowstyle="-|>", mutation_scale=10, shrinkA=0, shrinkB=0)
    arrow.set(color=color, linewidth=1.4, zorder=1)
    ax.add_patch(arrow)


def _told(inputs: Sequence[str], title: str) -> str:
    named = ", ".join(inputs)
    return (
        f"Diagram{f', {title}' if title else ''}: {len(inputs)} steps with the inputs {named}. One row of states is "
        "passed on from left to right, a second one from right to left; at each step both read the input, and both go "
        "into the output."
    )
