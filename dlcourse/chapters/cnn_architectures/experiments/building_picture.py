"""The picture of a network as a table: a row a layer, and a bar for each of its costs."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from dlcourse.arrays import Array
from dlcourse.chapters.cnn_architectures.experiments.building import BYTES, MOST_ROWS, WHOLE, amount
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.plots import style

COSTS = {"parameters": style.BLUE, "multiply_adds": style.ORANGE, "bytes": style.GREEN}
HEADINGS = {"parameters": "parameters", "multiply_adds": "multiply-adds", "bytes": "output"}
COLUMN, GAP, NUMBER = 1.0, 0.12, 0.2  # widths on the x axis of the bars
NAME, SHAPE, FIELD = 0.085, 0.47, 1.0  # places on the x axis of the list
LETTERS = 46  # that fit side by side into the narrower panel
POINTS_A_PIXEL = 0.75  # of a CSS pixel
LINE = 1.25  # height of a line of writing in units of its size


class BuildingPicture:
    """Left the layers with shapes and receptive fields, right three columns of bars, one for each cost."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.15))
        self.axes = {"layers": left, "costs": right}
        self._places = [self._column(left, 0.055, "right"), self._column(right, -0.05, "right")]
        self._names = self._column(left, NAME, "left")
        self._shapes, self._fields = self._column(left, SHAPE, "left"), self._column(left, FIELD, "right")
        label(left, "Layers", "", "")
        label(right, "What each layer costs", "", "")
        for ax, begin, end in ((left, 0.0, 1.0), (right, -NUMBER, len(COSTS) * (COLUMN + GAP) - GAP)):
            ax.set(xlim=(begin, end), ylim=(MOST_ROWS - 0.4, -1.6))
            ax.set_axis_off()
        starts = [number * (COLUMN + GAP) for number in range(len(COSTS))]
        self._bars = [PathPatch(Path(np.zeros((0, 2))), facecolor=(*_parts(color), 0.4), linewidth=0)
                      for color in COSTS.values()]  # fmt: skip
        for bar in self._bars:
            right.add_patch(bar)
        self._starts = starts
        self._amounts = [self._column(right, start + 0.03, "left") for start in starts]
        self.numbers = readout(left), readout(right)
        columns = [*self._places, self._names, self._shapes, self._fields, *self._amounts]
        self.moving: list[Artist] = [*self._bars, *(text for column in columns for text in column), *self.numbers]
        self.update(values)

    @staticmethod
    def _column(ax: Axes, x: float, side: str) -> list[Text]:
        """A line of writing for each row, that of the heading first."""
        texts = [ax.text(x, row, "", ha=side, va="center", color=style.BLACK) for row in range(-1, MOST_ROWS)]
        texts[0].set_fontweight("bold")
        return texts

    def update(self, values: Values) -> None:
        """Writes the list and draws the bars of ``values``, each column in units of its largest bar."""
        count = len(values["names"])
        fields = ["all" if field == WHOLE else str(field) for field in values["fields"]]
        size = self._letter_size()
        for texts, heading, lines in (
            *((texts, "", [str(place + 1) for place in range(count)]) for texts in self._places),
            (self._names, "layer", values["names"]),
            (self._shapes, "gives", values["shapes"]),
            (self._fields, "sees", fields),
        ):
            _write(texts, heading, lines, size)
        for cost, bar, texts, start in zip(COSTS, self._bars, self._amounts, self._starts, strict=True):
            unit = "B" if cost == "bytes" else ""
            bar.set_path(_bars(values[cost] / values[cost].max() * COLUMN, start))
            bar.stale = True  # set_path does not say so
            _write(texts, HEADINGS[cost], [amount(number, unit) for number in values[cost]], size)
        last = values["fields"].max()
        self.numbers[0].set_text(f"image 3 × {values['size']} × {values['size']}; the last maps see {last} pixels")
        weights = int(values["parameters"].sum())
        self.numbers[1].set_text(
            f"{amount(weights)} parameters ({amount(BYTES * weights, 'B')}), "
            f"{amount(values['multiply_adds'].sum())} multiply-adds, {amount(values['bytes'].sum(), 'B')}"
        )

    def _letter_size(self) -> float:
        """Points: as large as the rows' height and the panels' width leave room for."""
        boxes = [ax.get_window_extent() for ax in self.axes.values()]
        pixel: Any = POINTS_A_PIXEL * 96 / self.axes["layers"].figure.dpi
        high = min(box.height for box in boxes) / (MOST_ROWS + 1.2) / LINE
        wide = min(box.width for box in boxes) / LETTERS / 0.6
        return max(6.5, min(SMALL, round(2 * min(high, wide) * pixel) / 2))


def _write(texts: list[Text], heading: str, lines: list[str], size: float) -> None:
    padded = [heading, *lines] + [""] * (len(texts) - 1 - len(lines))
    for text, line in zip(texts, padded, strict=True):
        text.set_text(line)
        if text.get_fontsize() != size:
            text.set_fontsize(size)


def _bars(lengths: Array, start: float) -> Path:
    """A rectangle a row, from ``start`` on, as one path."""
    rows = np.arange(len(lengths))
    low, high, end = rows - 0.4, rows + 0.4, start + lengths
    begin = np.full(len(lengths), start)
    corners = np.stack([begin, low, end, low, end, high, begin, high, begin, low], axis=1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(lengths)
    return Path(corners.reshape(-1, 2), codes)


def _parts(color: str) -> tuple[float, ...]:
    return tuple(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
