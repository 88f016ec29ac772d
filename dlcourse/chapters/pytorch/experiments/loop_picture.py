"""The picture of the training loop: the graph above its parameters, the lines of code, and the losses so far."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from dlcourse.arrays import Array
from dlcourse.chapters.pytorch.experiments.loop_runs import STEPS
from dlcourse.experiments.arranging import DOTS_PER_INCH, NARROW
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

CODE = (
    "optimizer.zero_grad()",
    "outputs = network(inputs)",
    "loss = ((outputs - targets) ** 2).mean()",
    "loss.backward()",
    "optimizer.step()",
)
BOXES = ("inputs", "Linear", "Tanh", "Linear", "error", "loss")
SHAPES = ("(4, 2)", "(4, 2)", "(4, 2)", "(4, 1)", "", "()")
WIDE = 12.0  # units of the panel with the graph
HALF = 0.82  # of a box's width
TOP, LOW = 5.75, 4.25  # of the boxes
COLUMNS = ((0.05, 1.35, 3.85), (6.25, 7.55, 10.05))  # of the two tables of parameters: names, values, gradients
FILL = "#dcecf7"  # of a box that is recorded
SMALLEST = 0.6  # how small the writing becomes on a narrow page


class LoopPicture:
    """Above the graph with the parameters below its layers; below the code, and beside it the losses."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["graph", "graph"], ["code", "loss"]], height_ratios=(1.35, 1))
        self.axes: dict[str, Axes] = dict(axes)
        for name in ("graph", "code"):
            axes[name].set_axis_off()
        self._draw_graph(axes["graph"])
        self._draw_parameters(axes["graph"])
        self._draw_code(axes["code"])
        self._draw_losses(axes["loss"])
        self.moving: list[Artist] = [*self.boxes, *self.arrows, *self.shapes, *self.numbers, self.here, *self.code]
        self.moving += [*self.lines, self.curve, self.point, self.told]
        for artist in (*self.shapes, *self.numbers, *self.code, *self.lines):
            artist.set_in_layout(False)
        written = [text for name in ("graph", "code") for text in axes[name].texts]
        self._sizes = [(text, text.get_fontsize()) for text in written]
        self._width = figure.get_figwidth()
        self.update(values)

    def _draw_graph(self, ax: Axes) -> None:
        ax.set(xlim=(0, WIDE), ylim=(0.7, 6))
        middles = [2 * place + 1 for place in range(len(BOXES))]
        self.boxes: list[Any] = []
        self.shapes: list[Text] = []
        for middle, name, shape in zip(middles, BOXES, SHAPES, strict=True):
            self.boxes.append(
                ax.add_patch(Rectangle((middle - HALF, LOW), 2 * HALF, TOP - LOW, edgecolor=style.GREY, linewidth=1.2))
            )
            ax.text(middle, TOP - 0.45, name, ha="center", va="center", fontsize=10.5, fontweight="bold")
            self.shapes.append(ax.text(middle, LOW + 0.4, shape, ha="center", va="center", fontsize=10.5))
        self.arrows = [
            ax.plot([], [], "-", color=style.BLACK, linewidth=1.6, marker=">", markevery=[1], markersize=7)[0]
            for _ in middles[1:]
        ]

    def _draw_parameters(self, ax: Axes) -> None:
        self.numbers: list[Text] = []
        for (names, value, gradient), units in zip(COLUMNS, (2, 1), strict=True):
            ax.text(value, 3.6, "value", fontsize=10, color=style.GREY)
            ax.text(gradient, 3.6, ".grad", fontsize=10, color=style.GREY)
            for row in range(units + 1):
                name = "bias" if row == units else "" if row else "weight"
                ax.text(names, 2.75 - 0.85 * row, name, fontsize=10)
                for x in (value, gradient):
                    self.numbers.append(ax.text(x, 2.75 - 0.85 * row, "", fontsize=10))

    def _draw_code(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 8.6))
        self.here = Rectangle((0, 0), 1, 0.9, facecolor="#fff3c4", edgecolor="none")
        ax.add_patch(self.here)
        self.code = [
            ax.text(0.01, 6.6 - row, text, fontsize=10, family="DejaVu Sans Mono", va="center")
            for row, text in enumerate(CODE)
        ]
        title = ax.text(0, 8.0, "", fontsize=12, fontweight="bold", va="center")
        self.lines = [title, *(ax.text(0, y, "", fontsize=10.5, va="center") for y in (1.3, 0.4))]

    def _draw_losses(self, ax: Axes) -> None:
        label(ax, "Mean squared error", "step", "").set(xlim=(0.5, STEPS + 0.5), ylim=(0, 2.6))
        ax.xaxis.set_major_locator(FixedLocator([1, 4, 8, 12]))
        (self.curve,) = ax.plot([], [], "-o", color=style.BLUE, linewidth=2, markersize=4)
        (self.point,) = ax.plot([], [], "o", color=style.ORANGE, markersize=8, markeredgecolor="white", zorder=4)
        self.told = readout(ax)

    def update(self, values: Values) -> None:
        """Marks the line that has run, and shows what there is after it."""
        self._fit()
        self._update_graph(values)
        texts = _numbers(values["parameters"], values["gradients"])
        fresh = {0: 1, 3: 1, 4: 0}.get(values["line"])  # the column that the line has changed: gradients or values
        changed = fresh is not None and (values["line"] != 0 or values["zero_grad"])
        for place, (text, told) in enumerate(zip(self.numbers, texts, strict=True)):
            text.set_text(told)
            text.set_color(style.ORANGE if changed and place % 2 == fresh else style.BLACK)
        self.here.set_y(6.15 - max(values["line"], 0))
        self.here.set_visible(values["line"] >= 0)
        self.code[0].set_text(CODE[0] if values["zero_grad"] else f"# {CODE[0]}")
        self.code[0].set_color(style.BLACK if values["zero_grad"] else style.GREY)
        for text, told in zip(self.lines, (values["title"], *values["lines"]), strict=True):
            text.set_text(told)
        known, losses = values["known"], values["losses"]
        self.curve.set_data(range(1, known + 1), losses[:known])
        self.point.set_data([known] if known else [], losses[known - 1 : known] if known else [])
        self.told.set_text(f"step {known}: {fixed(losses[known - 1], 3)}" if known else "none yet")

    def _update_graph(self, values: Values) -> None:
        backward = values["line"] == 3
        for place, box in enumerate(self.boxes):
            recorded = place < values["recorded"] or place == 0
            box.set(facecolor=FILL if recorded and values["recorded"] else "white", linestyle="-" if recorded else ":")
            self.shapes[place].set_visible(recorded)
        self.shapes[4].set_text(values["error_shape"])
        self.shapes[4].set_color(style.BLACK if values["error_shape"] == "(4, 1)" else style.ORANGE)
        for place, arrow in enumerate(self.arrows):
            ends = [2 * place + 1 + HALF, 2 * place + 3 - HALF]
            arrow.set_data(ends[::-1] if backward else ends, [(TOP + LOW) / 2] * 2)
            arrow.set_visible(place + 1 < values["recorded"])
            arrow.set_color(style.ORANGE if backward else style.BLACK)
            arrow.set_marker("<" if backward else ">")

    def _fit(self) -> None:
        """Smaller writing where the page is narrow."""
        figure: Any = self.axes["graph"].figure
        width = figure.get_figwidth()
        share = width / self._width * (1.0 if width * DOTS_PER_INCH >= NARROW else 1.35)
        for text, size in self._sizes:
            text.set_fontsize(size * min(1.0, max(share, SMALLEST)))


def _numbers(parameters: tuple[Array, ...], gradients: tuple[Array, ...]) -> list[str]:
    """The rows of both tables, value and gradient in turn."""
    texts = []
    for place, array in enumerate(parameters):
        for row, numbers in enumerate(np.atleast_2d(array)):
            texts += [_row(numbers), _row(np.atleast_2d(gradients[place])[row]) if gradients else "None"]
    return texts


def _row(numbers: Array) -> str:
    return " ".join(fixed(each) for each in numbers)
