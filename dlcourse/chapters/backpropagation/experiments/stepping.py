"""The picture that steppers share: a graph with values, gradients and badges; below it this step and the answers."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from dlcourse import plots
from dlcourse.experiments.arranging import DOTS_PER_INCH, NARROW, fit_text
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL
from dlcourse.plots import style

MIDDLE = 11  # points
ROOM = -0.12345678901234  # stands for a number on a wire that will carry a badge too
RING = 46  # points: around the node where a step stands
SMALLEST = 0.55  # how small the writing in the graph becomes
LETTERS = 12  # of the lines about a step, to an inch
SIGNS = {"right": ("✓ ", style.GREEN), "wrong": ("✗ ", style.ORANGE)}
FILLS = {"asked": "#fff3c4", "right": "#d9f2e6", "wrong": "#fbe0d0"}  # behind badges; white behind others


@dataclass(eq=False)
class Place:
    """A node to lay out, not to compute with: its number is as wide as anything its wire will carry."""

    data: float
    parents: tuple["Place", ...] = ()
    operation: str = ""
    grad: Any = 0.0


class SteppingPicture:
    """Above the graph, below left the step in words, right the answers and what is said about them.

    A subclass names its ``nodes``, the ``questions`` as they stand before the answers, their ``heading`` and the words
    of the ``key``, and says how the graph is laid out and where badges and numbers stand. ``update`` takes from
    ``values``: ``value_texts`` and ``gradient_texts`` of the nodes; ``answers``, an ``Answer`` to each question;
    ``node``, the one to mark; ``title`` and ``lines``.
    """

    nodes: ClassVar[tuple[str, ...]]
    questions: ClassVar[tuple[str, ...]]
    heading: ClassVar[str]
    key: ClassVar[str]

    def __init__(self, figure: Figure, values: Values) -> None:
        grid = figure.add_gridspec(2, 2, height_ratios=(1.5, 1.0), width_ratios=(1.08, 1.0))
        ax = figure.add_subplot(grid[0, :])
        self.axes = {"graph": ax, "step": figure.add_subplot(grid[1, 0]), "answers": figure.add_subplot(grid[1, 1])}
        self._draw_graph(ax)
        self._draw_step(self.axes["step"])
        self._draw_answers(self.axes["answers"])
        self.moving: list[Artist] = [*self.values.values(), *self.gradients.values(), *self.badges, self.title]
        self.moving += [self.lines, *self.answers, *self.remarks, self.here]
        for artist in self.moving:
            artist.set_in_layout(False)
        self._sizes: list[tuple[Any, Any]] = [(text, text.get_fontsize()) for text in ax.texts]
        self._width = figure.get_figwidth()
        self.update(values)

    def places(self) -> dict[str, Place]:
        """The graph to lay out, by the names of its nodes."""
        raise NotImplementedError

    def badge_places(self, graph: plots.GraphPicture, places: dict[str, Place]) -> Sequence[tuple[float, float]]:
        """Where each question's badge stands."""
        raise NotImplementedError

    def label_place(self, name: str) -> float:
        """Where on its wire the numbers of a node stand, from 0 (left) to 1."""
        raise NotImplementedError

    def _draw_graph(self, ax: Axes) -> None:
        places = self.places()
        *_, last = places.values()
        graph = plots.draw_graph(last, places, ax=ax, decimals=14)
        self.values: dict[str, Text] = {}
        self.gradients: dict[str, Text] = {}
        self.middles: dict[str, tuple[float, float]] = {}
        for name in self.nodes:
            artists: Any = graph.of(places[name])
            self.values[name], self.gradients[name] = artists.value, artists.gradient
            box = artists.box.get_path().get_extents()
            self.middles[name] = (box.x0 + box.width / 2, box.y0 + box.height / 2)
            if places[name] is last:
                continue
            left, right, _ = wire_ends(graph, places[name])
            for text in (artists.name, artists.value, artists.gradient):
                if text is not None:
                    text.set_x(left + self.label_place(name) * (right - left))
        self.badges = [_badge(ax, *place) for place in self.badge_places(graph, places)]
        _badge(ax, 1.9, -0.25).set_text(self.key)  # beside the key of values and gradients
        (self.here,) = ax.plot(
            [], [], "o", markersize=RING, color="none", markeredgecolor=style.YELLOW, markeredgewidth=4
        )

    def _draw_step(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        self.title = ax.text(0, 1.0, "", fontsize=12, fontweight="bold", va="top", color=style.BLACK)
        self.lines = _line(ax, 0, 0)
        self.lines.set_linespacing(1.5)

    def _draw_answers(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        ax.text(0, 1.0, self.heading, fontsize=12, fontweight="bold", va="top", color=style.BLACK)
        self.answers: list[Text] = []
        self.remarks: list[Text] = []
        for row, question in enumerate(self.questions):
            _line(ax, 0, row).set_text(question)
            self.answers.append(_line(ax, 0.145, row))
            self.remarks.append(_line(ax, 0.34, row))
            self.remarks[-1].set_fontsize(SMALL)

    def update(self, values: Values) -> None:
        """Shows the numbers that this step has reached, and what is said about the answers."""
        self._fit()
        for index, name in enumerate(self.nodes):
            self.values[name].set_text(values["value_texts"][index])
            told = values["gradient_texts"][index]
            self.gradients[name].set_text(told.rpartition("= ")[2] if self._narrow else told)
        node = values["node"]
        self.here.set_data(*([[part] for part in self.middles[node]] if node else ([], [])))
        self.title.set_text(values["title"])
        self.lines.set_text("\n".join(self._wrapped(line) for line in values["lines"]))
        for index, answer in enumerate(values["answers"]):
            self._update_badge(self.badges[index], *answer.badge)
            sign, color = SIGNS.get(answer.kind, ("", style.BLACK))
            self.answers[index].set_text("?" if answer.kind == "asked" else sign + answer.typed)
            self.answers[index].set_color(color)
            self.remarks[index].set_text(answer.remark)
            fit_text(self.remarks[index])

    def _fit(self) -> None:
        """On a narrow page: smaller writing in the graph, and each remark below its answer instead of beside it."""
        figure: Any = self.axes["graph"].figure
        width = figure.get_figwidth()
        self._narrow = width * DOTS_PER_INCH < NARROW  # a sum then stands in the words about the step alone
        part = min(1.0, max(width / self._width * 1.3, SMALLEST))
        for text, size in self._sizes:
            text.set_fontsize(size * part)
        self.here.set(markersize=RING * part, markeredgewidth=4 * part)
        for row, (answer, remark) in enumerate(zip(self.answers, self.remarks, strict=True)):
            answer.set_x(0.25 if self._narrow else 0.145)
            remark.set(x=0 if self._narrow else 0.34, y=_height(row) - (0.1 if self._narrow else 0.012), fontsize=SMALL)

    def _wrapped(self, line: str) -> str:
        """``line`` broken where the panel ends."""
        letters = int(self.axes["step"].bbox.width / self.axes["step"].figure.dpi * LETTERS)
        return textwrap.fill(line, letters, subsequent_indent="  ", break_long_words=False)

    def _update_badge(self, badge: Text, text: str, kind: str) -> None:
        badge.set_visible(bool(text))
        badge.set_text(text)
        badge.get_bbox_patch().set_facecolor(FILLS.get(kind, "white"))  # type: ignore[union-attr]


def wire_ends(graph: plots.GraphPicture, place: Place) -> tuple[float, float, float]:
    """Left end, right end and height of the level wire that leaves a node, not the last one."""
    wire: Any = graph.of(place).wire
    (left, right), (height, _) = wire.get_data()
    return left, right, height


def _height(row: int) -> float:
    return 0.78 - 0.2 * row


def _line(ax: Axes, x: float, row: int) -> Text:
    return ax.text(x, _height(row), "", fontsize=MIDDLE, va="top", color=style.BLACK)


def _badge(ax: Axes, x: float, y: float) -> Text:
    box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": style.GREY, "linewidth": 1.0}
    return ax.text(x, y, "", fontsize=MIDDLE, ha="center", va="center", color=style.BLACK, zorder=5, bbox=box)
