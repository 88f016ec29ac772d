"""The picture of the race: ways over the surface, losses, steps needed with every rate, and a table of the racers."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments.race_runs import ARRIVED, GRID, LOST, MOST_STEPS, NAMES
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label
from dlcourse.numerals import magnitude, raised
from dlcourse.plots import style

LOOKS = {
    "GD": (style.BLACK, "-", "s"),
    "momentum": (style.BLUE, "-", "o"),
    "Nesterov": (style.SKY, "--", "v"),
    "AdaGrad": (style.GREEN, "-.", "^"),
    "RMSProp": (style.PURPLE, ":", "D"),
    "Adam": (style.ORANGE, "-", "P"),
}
LAYOUT: Any = [["surface", "loss"], ["surface", "rates"], ["table", "rates"]]
LOWEST, HIGHEST = 1e-6, 1e3  # ends of the panel of losses
COLUMNS = (0.02, 0.14, 0.37, 0.62)  # of the table, in parts of its width: line, name, rate, result
ROWS = len(NAMES) + 1


class PartsOf:
    """A panel as its points are dragged: by parts of its width and height, whatever its axes show at the time."""

    def __init__(self, panel: Axes) -> None:
        self.figure, self.transData = panel.figure, panel.transAxes

    def yaxis_inverted(self) -> bool:
        """Upwards is more."""
        return False


class RacePicture:
    """Left the surface and the table, right losses over the steps and the steps that every rate needs."""

    def __init__(self, figure: Figure, values: Values) -> None:
        panels: dict[str, Axes] = figure.subplot_mosaic(LAYOUT, width_ratios=(1.15, 1), height_ratios=(1.9, 0.75, 1.5))
        self.axes: dict[str, Any] = {**panels, "parts": PartsOf(panels["surface"])}
        self._draw_surface(label(panels["surface"], "The way down", "θ₁", "θ₂"))
        loss = label(panels["loss"], "Loss above its minimum", "step", "f − its minimum")
        loss.set(xlim=(-3, MOST_STEPS + 3), yscale="log", ylim=(LOWEST, HIGHEST))
        rates = label(panels["rates"], f"Steps until the loss is within {ARRIVED:g}", "learning rate ε", "steps")
        rates.set(xscale="log", yscale="log", xlim=(GRID[0] / 1.3, 1.3 * GRID[-1]), ylim=(2, 1.3 * MOST_STEPS))
        self.ways, self.ends = self._lines(panels["surface"], 1.5), self._marks(panels["surface"])
        self.losses, self.lasts = self._lines(loss, 1.6), self._marks(loss)
        self.needed, self.chosen = self._lines(rates, 1.6), self._marks(rates)
        self.numbers = self._draw_table(panels["table"])
        lines = (self.ways, self.ends, self.losses, self.lasts, self.needed, self.chosen)
        self.moving: list[Artist] = [
            self.levels, self.minima, self.saddles, self.start, *(line for each in lines for line in each),
            *(text for row in self.numbers for text in row),
        ]  # fmt: skip
        self.update(values)

    def _draw_surface(self, ax: Axes) -> None:
        ax.grid(False)
        for axis in (ax.xaxis, ax.yaxis):  # as wide for every surface, so that no label is cut
            axis.set_major_formatter("{x:.1f}")
        self.levels = LineCollection([], colors=style.GREY, linewidths=0.7, alpha=0.6)
        ax.add_collection(self.levels, autolim=False)
        (self.minima,) = ax.plot([], [], "*", color=style.YELLOW, markersize=15, zorder=4)
        (self.saddles,) = ax.plot([], [], "x", color=style.BLACK, markersize=9, markeredgewidth=2, zorder=4)
        (self.start,) = ax.plot([], [], "s", color="white", markersize=10, zorder=5)
        for mark in (self.minima, self.start):
            mark.set_markeredgecolor(style.BLACK)

    @staticmethod
    def _lines(ax: Axes, width: float) -> list[Line2D]:
        return [ax.plot([], [], dash, color=color, linewidth=width)[0] for color, dash, _ in LOOKS.values()]

    @staticmethod
    def _marks(ax: Axes) -> list[Line2D]:
        marks = [ax.plot([], [], mark, color=color, markersize=8, zorder=5)[0] for color, _, mark in LOOKS.values()]
        for mark in marks:
            mark.set_markeredgecolor("white")
        return marks

    @staticmethod
    def _draw_table(ax: Axes) -> list[tuple[Text, Text]]:
        """A row for each racer with its line, its name, and two texts that change; below, what the marks are."""
        ax.axis("off")
        ax.set(xlim=(0, 1), ylim=(ROWS - 0.5, -0.5))
        texts = []
        for row, (name, (color, dash, mark)) in enumerate(LOOKS.items()):
            ax.plot([COLUMNS[0], COLUMNS[0] + 0.09], [row, row], dash, color=color, linewidth=1.8)
            ax.plot([COLUMNS[0] + 0.045], [row], mark, color=color, markersize=7, markeredgecolor="white")
            ax.text(COLUMNS[1], row, name, va="center", fontsize=SMALL)
            rate, result = (ax.text(column, row, "", va="center", fontsize=SMALL) for column in COLUMNS[2:])
            texts.append((rate, result))
        for column, mark, face in ((0.065, "s", "white"), (0.395, "*", style.YELLOW), (0.655, "x", style.BLACK)):
            ax.plot([column], [ROWS - 1], mark, color=face, markeredgecolor=style.BLACK, markersize=9)
        for column, told in zip((COLUMNS[1], 0.44, 0.70), ("start (drag)", "minimum", "saddle"), strict=True):
            ax.text(column, ROWS - 1, told, va="center", fontsize=SMALL)
        return texts

    def update(self, values: Values) -> None:
        """Shows the racers in ``values``."""
        low, size = values["view"]
        self.axes["surface"].set(xlim=(low[0], low[0] + size[0]), ylim=(low[1], low[1] + size[1]))
        self.levels.set_segments(values["levels"])
        self.minima.set_data(*values["minima"].T)
        self.saddles.set_data(*values["saddles"].T)
        self.start.set_data(*values["paths"][0, :1].T)
        for racer in range(len(NAMES)):
            self._show(racer, values)

    def _show(self, racer: int, values: Values) -> None:
        path, excess = values["paths"][racer], values["excess"][racer].clip(LOWEST / 10, 10 * HIGHEST)
        steps = np.arange(len(path))
        self.ways[racer].set_data(*path.T)
        self.ends[racer].set_data(*path[-1:].T)
        self.losses[racer].set_data(steps, excess)
        self.lasts[racer].set_data(steps[-1:], excess[-1:])
        self.needed[racer].set_data(*_arriving(GRID[: values["needed"].shape[1]], values["needed"][racer]))
        self.chosen[racer].set_data(*_arriving(values["rates"][[racer]], values["arrivals"][[racer]]))
        rate, result = self.numbers[racer]
        rate.set_text(f"ε = {magnitude(values['rates'][racer], 2)}")
        result.set_text(raised(told(values, racer)))
        seen = bool(values["shown"][racer])
        for lines in (self.ways, self.ends, self.losses, self.lasts, self.needed, self.chosen):
            lines[racer].set_visible(seen)
        for text in (rate, result):
            text.set_visible(seen)


def _arriving(rates: Array, steps: Array) -> tuple[Array, Array]:
    """Rates and steps as points of a line, which breaks where a rate does not arrive."""
    return rates, np.where(steps <= MOST_STEPS, np.maximum(steps, 1), np.nan)


def told(values: Values, racer: int) -> str:
    """What one racer has come to in the steps that are shown."""
    arrived, last = values["arrivals"][racer], values["paths"].shape[1] - 1
    if values["diverged"][racer]:
        return f"diverged at step {values['diverged'][racer]}"
    if arrived <= last:
        return f"{arrived} steps" if arrived != 1 else "1 step"
    excess = values["excess"][racer, -1]
    return f"still {magnitude(excess, 2)} above" if excess <= LOST else "diverged"
