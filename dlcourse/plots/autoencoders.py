"""Diagrams of autoencoders: the hourglass of encoder and decoder, and how a deep network is pretrained by layers."""

import itertools
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

Point = tuple[float, float]

TALLEST, THIN = 3.0, 0.16  # of the hourglass: the height of its largest layer, the width of every layer
APART = 1.25  # between two layers of the hourglass
SHORTEST = 0.34

WIDE, HIGH, STEP = 1.9, 0.5, 1.15  # of a box in a pretraining stage; from one box to the one above it
STAGE = 2.75  # from one stage to the next


@style.course_style()
def autoencoder(sizes: Sequence[int], *, title: str = "", ax: Axes | None = None) -> Axes:
    """An autoencoder as an hourglass, x at the left: ``sizes`` counts the inputs, hidden units, and the code at last.

    The decoder mirrors the encoder. A layer is as high as the square root of its size. Raises ValueError for fewer than
    two sizes.
    """
    if len(sizes) < 2 or any(size < 1 for size in sizes):
        raise ValueError(f"autoencoder needs the inputs' size and the code's, each at least 1, not {list(sizes)}.")
    mirrored = [*sizes, *reversed(sizes[:-1])]
    heights = [max(TALLEST * (size / max(mirrored)) ** 0.5, SHORTEST) for size in mirrored]
    code = len(sizes) - 1
    if ax is None:
        ax = style.new_figure(size=(1.6 + 1.25 * len(mirrored), 3.4)).axes[0]
    for place, (left, right) in enumerate(itertools.pairwise(heights)):
        _funnel(ax, APART * place, left, right, style.BLUE if place < code else style.ORANGE)
    for place, (size, height) in enumerate(zip(mirrored, heights, strict=True)):
        x, face = APART * place, style.BLACK if place == code else style.GREY
        ax.add_patch(Rectangle((x - THIN / 2, -height / 2), THIN, height, facecolor=face, edgecolor="none", zorder=3))
        ax.text(x, -TALLEST / 2 - 0.18, f"{size:,}", ha="center", va="top", fontsize=10)
    names = "input $\\mathbf{x}$", "code $\\mathbf{z}$", "reconstruction $\\hat{\\mathbf{x}}$"
    for place, name in zip((0, code, 2 * code), names, strict=True):
        ax.text(APART * place, TALLEST / 2 + 0.16, name, ha="center", va="bottom", fontsize=11)
    for middle, name, color in ((code / 2, "encoder $f$", style.BLUE), (1.5 * code, "decoder $g$", style.ORANGE)):
        ax.text(APART * middle, -TALLEST / 2 - 0.62, name, ha="center", va="top", fontsize=11, color=color)
    ax.set(xlim=(-0.9, APART * (len(mirrored) - 1) + 0.9), ylim=(-TALLEST / 2 - 1.05, TALLEST / 2 + 0.6))
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    ways = " to ".join(f"{size:,}" for size in sizes), " to ".join(f"{size:,}" for size in reversed(sizes))
    return describe(
        ax,
        f"Diagram of an autoencoder{f', {title}' if title else ''}, an hourglass: the encoder f narrows the input x "
        f"from {ways[0]} numbers, the code z; the decoder g widens the code from {ways[1]}, the reconstruction.",
    )


def _funnel(ax: Axes, x: float, left: float, right: float, color: str) -> None:
    """What lies between two layers of the hourglass."""
    corners = [(x, -left / 2), (x, left / 2), (x + APART, right / 2), (x + APART, -right / 2)]
    ax.add_patch(Polygon(corners, facecolor=color, edgecolor="none", alpha=0.22, zorder=1))


@style.course_style()
def layer_by_layer(layers: int = 3, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Greedy layer-wise pretraining of so many hidden layers, a column a stage, and the fine-tuning of all as the last.

    What learns in a stage is orange, what was learnt before and rests is grey, the decoder that is thrown away dashed.
    Raises ValueError for no layer.
    """
    if layers < 1:
        raise ValueError(f"layer_by_layer needs at least one hidden layer, not {layers}.")
    if ax is None:
        ax = style.new_figure(size=(2.05 * (layers + 1) + 0.4, 1.5 + 0.72 * (layers + 2))).axes[0]
    for stage in range(1, layers + 1):
        _stage(ax, stage)
    _fine_tuning(ax, layers)
    top = STEP * (layers + 1) + HIGH
    ax.set(xlim=(-0.25, STAGE * (layers + 1) - (STAGE - WIDE) + 0.25), ylim=(-0.75, top + 0.1), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(layers, title))


def _stage(ax: Axes, stage: int) -> None:
    """Hidden layer ``stage`` learns to let a decoder of its own rebuild the layer below it."""
    x = STAGE * (stage - 1)
    for level in range(stage):
        _box(ax, x, level, _name(level), style.GREY if level else style.BLACK)
        color = style.ORANGE if level == stage - 1 else style.GREY
        _up(ax, x, level, color, f"$W_{level + 1}$")
    _box(ax, x, stage, _name(stage), style.ORANGE)
    _up(ax, x, stage, style.ORANGE, "decoder", dashed=True)
    rebuilt = "$\\hat{\\mathbf{x}}$" if stage == 1 else f"$\\hat{{\\mathbf{{h}}}}_{stage - 1}$"
    _box(ax, x, stage + 1, rebuilt, style.ORANGE, dashed=True)
    ax.text(x + WIDE / 2, -0.2, f"stage {stage}", ha="center", va="top", fontsize=10)


def _fine_tuning(ax: Axes, layers: int) -> None:
    """The whole network, with labels; all of it learns."""
    x = STAGE * layers
    for level in range(layers + 1):
        _box(ax, x, level, _name(level), style.ORANGE if level else style.BLACK)
        _up(ax, x, level, style.ORANGE, f"$W_{level + 1}$")
    _box(ax, x, layers + 1, "classes", style.ORANGE)
    ax.text(x + WIDE / 2, -0.2, "fine-tuning, with labels", ha="center", va="top", fontsize=10)


def _name(level: int) -> str:
    return f"$\\mathbf{{h}}_{level}$" if level else "$\\mathbf{x}$"


def _box(ax: Axes, x: float, level: int, text: str, color: str, *, dashed: bool = False) -> None:
    box = FancyBboxPatch(
        (x, STEP * level), WIDE, HIGH, boxstyle="round,pad=0,rounding_size=0.08", facecolor="white", edgecolor=color,
        linewidth=1.6, linestyle="--" if dashed else "-", zorder=2,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x + WIDE / 2, STEP * level + HIGH / 2, text, ha="center", va="center", fontsize=10, zorder=3)


def _up(ax: Axes, x: float, level: int, color: str, text: str, *, dashed: bool = False) -> None:
    """An arrow from one level to the next, and the weights beside it."""
    middle, bottom = x + WIDE / 2, STEP * level + HIGH
    arrow = FancyArrowPatch(
        (middle, bottom), (middle, STEP * (level + 1)), arrowstyle="-|>", mutation_scale=10, shrinkA=0, shrinkB=0
    )
    arrow.set(color=color, linewidth=1.6, linestyle="--" if dashed else "-", zorder=1)
    ax.add_patch(arrow)
    ax.text(middle + 0.12, bottom + (STEP - HIGH) / 2, text, ha="left", va="center", fontsize=9, color=color)


def _told(layers: int, title: str) -> str:
    stages = [
        f"stage {stage} trains W{stage} and a decoder, which is thrown away, to rebuild "
        + ("x" if stage == 1 else f"h{stage - 1}, while {_rests(stage)}")
        for stage in range(1, layers + 1)
    ]
    return (
        f"Diagram{f', {title}' if title else ''}, {layers + 1} columns from left to right: {'; '.join(stages)}; "
        f"fine-tuning, with labels, trains W1 to W{layers + 1} together."
    )


def _rests(stage: int) -> str:
    return "W1 rests" if stage == 2 else f"W1 to W{stage - 1} rest"
