"""Diagrams of transfer: which layers of a network are copied, frozen, tuned or new, and the four cases side by side."""

from collections.abc import Collection, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

BOX, APART = (1.25, 0.6), 0.45  # width and height of a layer; between two of them
FORWARD, BACKWARD = 0.0, -0.72  # heights: the layers, and the gradient's way back
# What becomes of a layer: the word below it, its edge, its filling, its line.
FATES = {
    "frozen": (style.BLUE, "#d6e6f2", "-"),
    "tuned": (style.ORANGE, "white", "-"),
    "new": (style.GREEN, "white", "--"),
}
FAINT = "#f3f3f3"


@style.course_style()
def frozen_layers(
    layers: Sequence[str],
    frozen: Collection[str] = (),
    new: Collection[str] = (),
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A network's ``layers`` from input to output, and what becomes of each: frozen, tuned from a copy, or new.

    Those in ``frozen`` keep their copied weights, those in ``new`` start at random, all others are copied and trained.
    An arrow below shows how far the gradient has to go back: to the first layer that trains. Raises ValueError for no
    layers, for a name in ``frozen`` or ``new`` that is no layer, and for one that is in both.
    """
    strange = [*(name for name in (*frozen, *new) if name not in layers), *set(frozen) & set(new)]
    if not layers or strange:
        raise ValueError(
            "frozen_layers needs layers, of which some are frozen and others new. "
            f"Received the layers {', '.join(layers) or '(none)'}; these do not fit: {', '.join(strange) or '(none)'}."
        )
    if ax is None:
        ax = style.new_figure(size=(8.6, 1.9)).axes[0]
    fates = ["frozen" if name in frozen else "new" if name in new else "tuned" for name in layers]
    step = BOX[0] + APART
    for number, (name, fate) in enumerate(zip(layers, fates, strict=True)):
        _layer(ax, number * step, name, fate)
        _arrow(ax, number * step - APART, number * step, FORWARD, style.GREY)
    end = len(layers) * step
    _arrow(ax, end - APART, end, FORWARD, style.GREY)
    ax.text(end + 0.08, FORWARD, "loss", ha="left", va="center", fontsize=10)
    ax.text(-APART - 0.08, FORWARD, "image", ha="right", va="center", fontsize=10)
    training = [number for number, fate in enumerate(fates) if fate != "frozen"]
    if training:
        _gradient(ax, end + 0.35, training[0] * step)
    ax.set(xlim=(-1.4, end + 0.9), ylim=(BACKWARD - 0.42, 0.42), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(layers, fates, title))


def _layer(ax: Axes, x: float, name: str, fate: str) -> None:
    edge, filling, dashes = FATES[fate]
    box = FancyBboxPatch(
        (x, FORWARD - BOX[1] / 2), *BOX, boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=filling, edgecolor=edge, linewidth=1.6, linestyle=dashes, zorder=2,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x + BOX[0] / 2, FORWARD + 0.1, name, ha="center", va="center", fontsize=10, zorder=3)
    ax.text(x + BOX[0] / 2, FORWARD - 0.15, fate, ha="center", va="center", fontsize=7.5, color=edge, zorder=3)


def _arrow(ax: Axes, begin: float, end: float, y: float, color: str) -> None:
    arrow = FancyArrowPatch((begin, y), (end, y), arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=color, linewidth=1.3)
    ax.add_patch(arrow)


def _gradient(ax: Axes, begin: float, end: float) -> None:
    """The way back, from below the loss to below the first layer that trains."""
    ax.plot([begin, begin], [FORWARD - 0.18, BACKWARD], color=style.ORANGE, linewidth=1.3)
    _arrow(ax, begin, end, BACKWARD, style.ORANGE)
    ax.text((begin + end) / 2, BACKWARD - 0.22, "gradient", ha="center", va="center", fontsize=8, color=style.ORANGE)


def _told(layers: Sequence[str], fates: Sequence[str], title: str) -> str:
    told = ", ".join(f"{name} {fate}" for name, fate in zip(layers, fates, strict=True))
    training = [name for name, fate in zip(layers, fates, strict=True) if fate != "frozen"]
    back = f"The gradient goes back to {training[0]}." if training else "No layer trains, and no gradient is needed."
    return f"Diagram{f', {title}' if title else ''}: {len(layers)} layers from input to output: {told}. {back}"


@style.course_style()
def four_fields(
    texts: Sequence[Sequence[str]],
    rows: tuple[str, str],
    columns: tuple[str, str],
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Two questions with two answers each, and a text in each of the four fields: ``texts`` (2, 2), rows from above.

    Raises ValueError for another number of texts.
    """
    if [len(row) for row in texts] != [2, 2]:
        raise ValueError(
            f"four_fields needs two rows of two texts, received {[len(row) for row in texts]} in its rows."
        )
    if ax is None:
        ax = style.new_figure(size=(7.6, 3.2)).axes[0]
    for row, column in ((row, column) for row in range(2) for column in range(2)):
        corner = (column + 0.02, 1 - row + 0.04)
        ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=FAINT, edgecolor=style.GREY, linewidth=0.8))
        ax.text(column + 0.5, 1.5 - row, texts[row][column], ha="center", va="center", fontsize=10, linespacing=1.4)
    for place, name in enumerate(columns):
        ax.text(place + 0.5, 2.08, name, ha="center", va="center", fontsize=11, fontweight="bold")
    for place, name in enumerate(rows):
        ax.text(-0.03, 1.5 - place, name, ha="right", va="center", fontsize=11, fontweight="bold")
    ax.set(xlim=(-0.42, 2.0), ylim=(0.0, 2.2))
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    told = "; ".join(
        f"{rows[row]}, {columns[column]}: {' '.join(texts[row][column].split())}"
        for row in range(2)
        for column in range(2)
    ).replace("\n", " ")
    return describe(ax, f"Four fields{f', {title}' if title else ''}, in 2 rows and 2 columns: {told}.")
