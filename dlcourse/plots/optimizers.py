"""A diagram: which optimizer grew out of which, and what each of them added."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcourse.plots import style
from dlcourse.plots.showing import describe

BOX = (1.62, 0.62)  # width and height of a method
# Each method: its place, what it remembers from step to step (by the colour of its frame).
METHODS = {
    "SGD": ((0, 1), "nothing"),
    "momentum": ((2.3, 1.7), "a mean of gradients"),
    "Nesterov": ((4.6, 2.6), "a mean of gradients"),
    "AdaGrad": ((2.3, 0), "a mean or sum of squares"),
    "RMSProp": ((4.6, 0), "a mean or sum of squares"),
    "Adam": ((6.9, 1.0), "both"),
    "NAdam": ((9.2, 2.6), "both"),
    "AdamW": ((9.2, 0), "both"),
}
# From, to, what was added.
ADDED = (
    ("SGD", "momentum", "go on as\nbefore"),
    ("momentum", "Nesterov", "look\nahead"),
    ("SGD", "AdaGrad", "a rate for\neach entry"),
    ("AdaGrad", "RMSProp", "forget"),
    ("momentum", "Adam", "mean of gradients"),
    ("RMSProp", "Adam", "bias\ncorrected"),
    ("Adam", "NAdam", ""),
    ("Nesterov", "NAdam", "look ahead"),
    ("Adam", "AdamW", "decay\napart"),
)
FRAMES = {
    "nothing": style.GREY,
    "a mean of gradients": style.BLUE,
    "a mean or sum of squares": style.ORANGE,
    "both": style.PURPLE,
}


@style.course_style()
def optimizer_family(*, title: str = "", ax: Axes | None = None) -> Axes:
    """The methods of chapter 7 from left to right, an arrow from each to those that it led to, with what was added."""
    if ax is None:
        ax = style.new_figure(size=(9.2, 3.5)).axes[0]
    for name, ((x, y), remembered) in METHODS.items():
        box = FancyBboxPatch(
            (x - BOX[0] / 2, y - BOX[1] / 2), *BOX, boxstyle="round,pad=0,rounding_size=0.1",
            facecolor="white", edgecolor=FRAMES[remembered], linewidth=1.8, zorder=2,
        )  # fmt: skip
        ax.add_patch(box)
        ax.text(x, y, name, ha="center", va="center", fontsize=11, zorder=3)
    for begin, end, added in ADDED:
        _arrow(ax, METHODS[begin][0], METHODS[end][0], added)
    for number, (remembered, color) in enumerate(FRAMES.items()):
        ax.text(-0.8 + 2.65 * number, -0.95, f"▢ {remembered}", color=color, fontsize=9, va="center")
    ax.text(-0.8, -0.62, "remembered from step to step:", fontsize=9, va="center")
    ax.set(xlim=(-0.9, 10.1), ylim=(-1.15, 3.05))
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    told = "; ".join(f"{begin} to {end}{f' ({_in_line(added)})' if added else ''}" for begin, end, added in ADDED)
    kept = ", ".join(f"{name} {remembered}" for name, (_, remembered) in METHODS.items())
    named = f"Diagram{f', {title}' if title else ''}"
    return describe(ax, f"{named}: {len(METHODS)} methods; {told}. They remember: {kept}.")


def _in_line(text: str) -> str:
    return " ".join(text.split())


def _arrow(ax: Axes, begin: tuple[float, float], end: tuple[float, float], added: str) -> None:
    """From the right of one box to the left of another, with what was added beside its middle."""
    (x, y), (to_x, to_y) = (begin[0] + BOX[0] / 2, begin[1]), (end[0] - BOX[0] / 2, end[1])
    arrow = FancyArrowPatch((x, y), (to_x, to_y), arrowstyle="-|>", mutation_scale=11, shrinkA=2, shrinkB=2)
    arrow.set(color=style.GREY, linewidth=1.3)
    ax.add_patch(arrow)
    rising = (to_y > y) - (to_y < y)
    side = ("right", "center", "left")[1 - rising]  # of the text that is at the arrow
    ax.text((x + to_x) / 2 - 0.06 * rising, (y + to_y) / 2 + 0.08, added, fontsize=8.5, ha=side, va="bottom")
