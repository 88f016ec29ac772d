"""The artists of a computational graph, made from its layout at the size of the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from dlcourse.plots import style
from dlcourse.plots.graph_geometry import Placement, Point, Rooms, place, rounded
from dlcourse.plots.graph_labels import LABEL, LEADING, LIFT, Label
from dlcourse.plots.graph_layout import GraphLayout, GraphNode

WIDEST = 10.0  # inches: what a notebook's cell shows without shrinking it
SMALLEST, LARGEST = 0.84, 1.25  # how far a picture is scaled to come near that width
FITTED = 1.6  # the largest scale on axes that are given
VALUE, GRADIENT = style.GREEN, style.ORANGE
WIRE, FILL = "#8a8a8a", "#eaf3f9"
KEY = 0.5  # inches, height of the strip with the key
MARGIN = 0.06
NUMBER = 6.5  # points, of the numbers of arguments
NUMBER_IN, NUMBERS_REACH = 0.062, 0.14  # inches: from a node's left end; from the first of them to the last


@dataclass(frozen=True)
class NodeArtists:
    """What is drawn of one node; None where there is nothing to draw.

    ``box`` and ``sign`` (operation, name of a leaf, or value of a leaf without a name); ``wire``, the level piece that
    leaves it; at the wire, ``name`` of an intermediate and ``value`` above it, ``gradient`` below.
    """

    box: PathPatch
    sign: Text
    wire: Line2D | FancyArrowPatch
    name: Text | None
    value: Text | None
    gradient: Text | None


@dataclass(frozen=True)
class GraphPicture:
    """A drawn graph: its axes, its layout, and its artists, whose texts and colours may be changed.

    ``nodes`` are in the order of ``layout.nodes``; ``edges`` are found by (child, argument), two whole numbers as in
    ``layout.edges``, each from the end of the parent's wire to the child; ``paths`` has their ways in the coordinates
    of the axes.
    """

    ax: Axes
    layout: GraphLayout
    nodes: tuple[NodeArtists, ...]
    edges: dict[tuple[int, int], FancyArrowPatch]
    paths: dict[tuple[int, int], Path]

    def of(self, node: GraphNode) -> NodeArtists:
        """The artists of ``node``. Raises ValueError when it is not in the graph."""
        return self.nodes[self.layout.index(node)]


def drawn(layout: GraphLayout, labels: Sequence[Label], ax: Axes | None) -> GraphPicture:
    """Draws ``layout`` with one label for each node, on ``ax`` or on a new figure of the size that it needs."""
    rooms = Rooms(
        widths=[label.width for label in labels],
        heights=[label.height for label in labels],
        labels=[label.labels for label in labels],
        above=[label.reach[0] for label in labels],
        below=[label.reach[1] for label in labels],
    )
    if ax is None:
        placement = place(layout, rooms, WIDEST / SMALLEST - 2 * MARGIN)
        if placement.bands > 1:
            placement = place(layout, rooms, WIDEST - 2 * MARGIN)
        width, height = _paper(placement)
        scale = min(LARGEST, WIDEST / width)
        size = width * scale, height * scale
        ax = _new_axes(*size)
    else:
        size = _size(ax)
        placement = _fitting(layout, rooms, size)
        scale = _scale(placement, size)
    return _Brush(ax, placement, scale, size).picture(layout, labels)


def _new_axes(width: float, height: float) -> Axes:
    """Axes that fill a figure of this size, in inches, to its borders."""
    figure = style.new_figure(size=(width, height))
    figure.set_layout_engine("none")
    figure.axes[0].set_position((0, 0, 1, 1))
    return figure.axes[0]


def _paper(placement: Placement) -> Point:
    """Width and height of the paper for a placement, with key and margins."""
    return max(placement.size[0], 1.0) + 2 * MARGIN, placement.size[1] + KEY + 2 * MARGIN


def _size(ax: Axes) -> Point:
    """Width and height of axes in inches, once their figure is laid out."""
    ax.axis("off")
    figure = ax.get_figure(root=True)
    assert figure is not None
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
    box = ax.get_window_extent()
    return box.width / figure.dpi, box.height / figure.dpi


def _fitting(layout: GraphLayout, rooms: Rooms, size: Point) -> Placement:
    """The placement, in one band or folded, that may be drawn largest on axes of ``size``."""
    whole = place(layout, rooms, inf)
    folded = [place(layout, rooms, 1.1 * whole.size[0] / bands) for bands in range(2, 7)]
    return max([whole, *folded], key=lambda placement: _scale(placement, size))


def _scale(placement: Placement, size: Point) -> float:
    paper = _paper(placement)
    return min(0.97 * size[0] / paper[0], 0.97 * size[1] / paper[1], FITTED)  # other axes may yet take some room


class _Brush:
    """Draws on axes whose unit is an inch of the placement; everything that is measured in points is scaled alike."""

    def __init__(self, ax: Axes, placement: Placement, scale: float, size: Point) -> None:
        self.ax, self.placement, self.scale = ax, placement, scale
        across, up = (length / scale for length in size)
        paper = _paper(placement)
        left, bottom = -MARGIN - (across - paper[0]) / 2, -MARGIN - KEY - (up - paper[1]) / 2
        ax.axis("off")
        ax.set(xlim=(left, left + across), ylim=(bottom, bottom + up), aspect="equal")

    def picture(self, layout: GraphLayout, labels: Sequence[Label]) -> GraphPicture:
        edges = {key: self._arrow(path) for key, path in self.placement.paths.items()}
        nodes = tuple(self._node(index, label) for index, label in enumerate(labels))
        for x, y in self.placement.splits:
            self.ax.plot([x], [y], "o", color=WIRE, markersize=3.4 * self.scale, markeredgewidth=0, zorder=2)
        for node, order in self.placement.numbered.items():
            self._numbers(self.placement.middles[node], labels[node], order)
        self._key(any(label.gradient for label in labels))
        return GraphPicture(self.ax, layout, nodes, edges, self.placement.paths)

    def _node(self, index: int, label: Label) -> NodeArtists:
        (x, y), ((left, _), (right, _)) = self.placement.middles[index], self.placement.stubs[index]
        last = index == len(self.placement.middles) - 1
        wire = self._arrow(Path([(left, y), (right, y)])) if last else self._line((left, right), y)
        labels = self._labels(((left + right) / 2, y), label.name, label.value, label.gradient)
        box = self._box((x, y), label)
        plain = label.leaf and not label.named
        color = VALUE if plain else style.BLACK
        weight = "bold" if label.leaf and label.named else "normal"
        lines = label.sign.count("\n")
        middle = y if lines else y - 0.31 * label.sign_size / 72  # of letters and signs that stand on a line
        looks = {"color": color, "weight": weight, "va": "center" if lines else "baseline"}
        sign = self._text(x, middle, label.sign, size=label.sign_size, **looks)
        return NodeArtists(box, sign, wire, *labels)

    def _box(self, middle: Point, label: Label) -> PathPatch:
        rounding = 0.04 if label.leaf else label.height / 2
        box = PathPatch(
            rounded(middle, label.width, label.height, rounding),
            facecolor="white" if label.leaf else FILL,
            edgecolor=style.GREY if label.leaf else style.BLUE,
            linewidth=1.2 * self.scale,
            zorder=3,
        )
        self.ax.add_patch(box)
        return box

    def _labels(self, at: Point, name: str, value: str, gradient: str) -> tuple[Text | None, Text | None, Text | None]:
        """Name and value above the point of a wire, gradient below."""
        x, y = at
        upper = y + LIFT + LEADING * (value.count("\n") + 1)
        return (
            self._text(x, upper, name, weight="bold", va="bottom") if name else None,
            self._text(x, y + LIFT, value, color=VALUE, va="bottom") if value else None,
            self._text(x, y - LIFT, gradient, color=GRADIENT, va="top") if gradient else None,
        )

    def _text(self, x: float, y: float, text: str, *, size: float = LABEL, **looks: Any) -> Text:
        looks = {"ha": "center", "color": style.BLACK, "zorder": 4, "linespacing": 1.15, **looks}
        return self.ax.text(x, y, text, fontsize=size * self.scale, **looks)

    def _line(self, ends: tuple[float, float], y: float) -> Line2D:
        return self.ax.plot(ends, (y, y), color=WIRE, linewidth=1.2 * self.scale, zorder=1, solid_capstyle="butt")[0]

    def _arrow(self, path: Path) -> FancyArrowPatch:
        arrow = FancyArrowPatch(
            path=path,
            arrowstyle="-|>,head_length=0.36,head_width=0.16",
            mutation_scale=15 * self.scale,
            color=WIRE,
            linewidth=1.2 * self.scale,
            zorder=1,
            joinstyle="miter",
            capstyle="butt",
        )
        self.ax.add_patch(arrow)
        return arrow

    def _numbers(self, middle: Point, label: Label, order: Sequence[int]) -> None:
        """The numbers of a node's arguments, from above in the order in which they arrive, within its left end."""
        gap = NUMBERS_REACH / (len(order) - 1)
        left, top = middle[0] - label.width / 2, middle[1] + NUMBERS_REACH / 2
        for row, argument in enumerate(order):
            self._text(left + NUMBER_IN, top - row * gap, f"{argument + 1}", size=NUMBER, va="center_baseline")

    def _key(self, gradients: bool) -> None:
        """A piece of wire with the words "value" above and "gradient" below."""
        y = -KEY / 2
        self._line((0.0, 0.7), y)
        self._labels((0.35, y), "", "value", "gradient" if gradients else "")
        if self.placement.numbered:
            self._text(1.0, y, "1, 2: first and second operand", ha="left", va="center")
