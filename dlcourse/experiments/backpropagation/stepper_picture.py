"""The picture of the backward stepper: the graph of (x + y) z above, this step and the reader's answers below."""

from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from dlcourse import plots
from dlcourse.experiments.backpropagation.judging import QUESTIONS, short
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL
from dlcourse.plots import style

NAMES = ("x", "y", "z", "q", "f")
FORWARD = {"q": 1, "f": 2}  # at which step a value appears; those of the inputs stand from the start
BACKWARD = {"f": 3, "q": 4, "z": 4, "x": 5, "y": 5}  # at which step a gradient appears
LAST = 5
MIDDLE = 11  # points
ASKED, RIGHT, WRONG, TOLD = "#fff3c4", "#d9f2e6", "#fbe0d0", "#ffffff"  # behind the local gradients on the wires


@dataclass(eq=False)
class _Place:
    """A node to lay out: the numbers in it are as wide as anything its wire will carry."""

    data: float
    parents: tuple["_Place", ...] = ()
    operation: str = ""
    grad: float | None = 0.0


def _places() -> dict[str, _Place]:
    """The graph of (x + y) z, with long numbers where a local gradient will stand on the wire too."""
    wide, narrow = -0.12345678901234, -1234.0
    x, y, z = _Place(wide), _Place(wide), _Place(wide)
    q = _Place(wide, (x, y), "+")
    return {"x": x, "y": y, "z": z, "q": q, "f": _Place(narrow, (q, z), "×")}


class BackwardStepperPicture:
    """Above the graph with values, gradients and local gradients; below left this step, right the answers."""

    def __init__(self, figure: Figure, values: Values) -> None:
        grid = figure.add_gridspec(2, 2, height_ratios=(1.5, 1.0), width_ratios=(1.05, 1.0))
        ax = figure.add_subplot(grid[0, :])
        self.axes = {"graph": ax, "step": figure.add_subplot(grid[1, 0]), "answers": figure.add_subplot(grid[1, 1])}
        self._draw_graph(ax)
        self._draw_step(self.axes["step"])
        self._draw_answers(self.axes["answers"])
        self.moving: list[Artist] = [*self.values.values(), *self.gradients.values(), *self.badges, self.title]
        self.moving += [*self.lines, *self.answers, *self.remarks, self.here]
        for artist in self.moving:
            artist.set_in_layout(False)
        self.update(values)

    def _draw_graph(self, ax: Axes) -> None:
        places = _places()
        graph = plots.draw_graph(places["f"], places, ax=ax, decimals=14)
        self.values: dict[str, Text] = {}
        self.gradients: dict[str, Text] = {}
        self.middles: dict[str, tuple[float, float]] = {}
        self.badges: list[Text] = []
        for name in NAMES:
            artists: Any = graph.of(places[name])
            self.values[name], self.gradients[name] = artists.value, artists.gradient
            box = artists.box.get_path().get_extents()
            self.middles[name] = (box.x0 + box.width / 2, box.y0 + box.height / 2)
            if name != "f":  # leaves room on the wire for a local gradient
                left, right = artists.wire.get_xdata()
                for text in (artists.name, artists.value, artists.gradient):
                    if text is not None:
                        text.set_x(left + 0.25 * (right - left))
        for question in QUESTIONS:
            wire: Any = graph.of(places[question.operand]).wire
            (left, right), height = wire.get_xdata(), wire.get_ydata()[0]
            self.badges.append(self._badge(ax, left + 0.7 * (right - left), height))
        self._badge(ax, 1.5, -0.25).set_text("local gradient")  # beside the key
        (self.here,) = ax.plot(
            [], [], "o", markersize=46, color="none", markeredgecolor=style.YELLOW, markeredgewidth=4
        )

    def _badge(self, ax: Axes, x: float, y: float) -> Text:
        box = {"boxstyle": "round,pad=0.3", "facecolor": TOLD, "edgecolor": style.GREY, "linewidth": 1.0}
        return ax.text(x, y, "", fontsize=MIDDLE, ha="center", va="center", color=style.BLACK, zorder=5, bbox=box)

    def _draw_step(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        self.title = ax.text(0, 1.0, "", fontsize=12, fontweight="bold", va="top", color=style.BLACK)
        self.lines = [
            ax.text(0, 0.78 - 0.2 * row, "", fontsize=MIDDLE, va="top", color=style.BLACK) for row in range(4)
        ]

    def _draw_answers(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        ax.text(0, 1.0, "Your local gradients", fontsize=12, fontweight="bold", va="top", color=style.BLACK)
        self.answers: list[Text] = []
        self.remarks: list[Text] = []
        for row, question in enumerate(QUESTIONS):
            y = 0.78 - 0.2 * row
            ax.text(0, y, question.symbol, fontsize=MIDDLE, va="top", color=style.BLACK)
            self.answers.append(ax.text(0.13, y, "", fontsize=MIDDLE, va="top"))
            self.remarks.append(ax.text(0.3, y - 0.012, "", fontsize=SMALL, va="top", color=style.BLACK))

    def update(self, values: Values) -> None:
        """Shows the numbers that this step has reached, and judges what was typed."""
        step = values["step"]
        for index, name in enumerate(NAMES):
            known = step >= FORWARD.get(name, 0)
            self.values[name].set_text(short(values["numbers"][index]) if known else "")
            known = step >= BACKWARD[name]
            self.gradients[name].set_text(short(values["gradients"][index]) if known else "")
        node = values["node"]
        self.here.set_data(*([[part] for part in self.middles[node]] if node else ([], [])))
        self.title.set_text(values["title"])
        for line, text in zip(self.lines, values["lines"] + ("",) * len(self.lines), strict=False):
            line.set_text(text)
        for index, question in enumerate(QUESTIONS):
            kind, typed, local = values["kinds"][index], values["typed"][index], short(values["local"][index])
            self._update_badge(self.badges[index], kind, typed, question.symbol, local, step - question.due)
            self._update_answer(index, kind, typed, values["remarks"][index])

    def _update_badge(self, badge: Text, kind: str, typed: str, symbol: str, local: str, late: int) -> None:
        """``late``: steps since the answer was due. After the first the right number stands there, typed or not."""
        badge.set_visible(late >= 0)
        if late > 0:
            text = f"{symbol} = {local}"
        else:
            text = f"✓ {typed}" if kind == "right" else f"✗ {typed}" if kind == "wrong" else f"{symbol} = ?"
        badge.set_text(text)
        wrong = WRONG if late == 0 else TOLD  # what stands there later is right
        color = {"right": RIGHT, "wrong": wrong, "told": TOLD}.get(kind, ASKED)
        badge.get_bbox_patch().set_facecolor(color)  # type: ignore[union-attr]

    def _update_answer(self, index: int, kind: str, typed: str, remark: str) -> None:
        sign, color = {"right": ("✓ ", style.GREEN), "wrong": ("✗ ", style.ORANGE)}.get(kind, ("", style.BLACK))
        self.answers[index].set_text("?" if kind == "asked" else sign + typed)
        self.answers[index].set_color(color)
        self.remarks[index].set_text(remark)
