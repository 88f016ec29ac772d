"""The picture of the race: ways over the surface, losses, and the steps needed with every rate."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments.race_runs import ARRIVED, GRID, MOST_STEPS, NAMES
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import magnitude
from dlcourse.plots import style

LOOKS = {
    "GD": (style.BLACK, "-", "s"),
    "momentum": (style.BLUE, "-", "o"),
    "Nesterov": (style.SKY, "--", "v"),
    "AdaGrad": (style.GREEN, "-.", "^"),
    "RMSProp": (style.PURPLE, ":", "D"),
    "Adam": (style.ORANGE, "-", "P"),
}
LAYOUT: Any = [["surface", "loss"], ["surface", "rates"]]
LOWEST, HIGHEST = 1e-6, 1e3  # ends of the panel of losses
TWO_LINES = 30  # points between a panel and its title: as much as two lines of numbers take


class PartsOf:
    """A panel as its points are dragged: by parts of its width and height, whatever its axes show at the time."""

    def __init__(self, panel: Axes) -> None:
        self.figure, self.transData = panel.figure, panel.transAxes

    def yaxis_inverted(self) -> bool:
        """Upwards is more."""
        return False


class RacePicture:
    """Left the surface, right losses over the steps and the steps that every rate needs."""

    def __init__(self, figure: Figure, values: Values) -> None:
        panels: dict[str, Axes] = figure.subplot_mosaic(LAYOUT, width_ratios=(1.15, 1))
        self.axes: dict[str, Any] = {**panels, "parts": PartsOf(panels["surface"])}
        surface = label(panels["surface"], "The way down", "θ₁", "θ₂")
        loss = label(panels["loss"], "Loss above its minimum", "step", "f − minimum")
        loss.set_title(loss.get_title(loc="left"), loc="left", pad=6)  # no numbers stand above this panel
        loss.set(xlim=(-3, MOST_STEPS + 3), yscale="log", ylim=(LOWEST, HIGHEST))
        rates = label(panels["rates"], f"Steps until within {ARRIVED:g}", "learning rate ε", "steps")
        rates.set(xscale="log", yscale="log", xlim=(GRID[0] / 1.3, 1.3 * GRID[-1]), ylim=(2, 1.3 * MOST_STEPS))
        self.ways, self.ends = self._lines(surface), self._marks(surface)
        self._draw_surface(surface)
        self.losses, self.lasts = self._lines(loss), self._marks(loss)
        self.needed, self.chosen = self._lines(rates, "{}"), self._marks(rates)
        legend_below(rates, columns=3)
        self.numbers = readout(surface), readout(rates)
        for ax in (surface, rates):
            ax.set_title(ax.get_title(loc="left"), loc="left", pad=TWO_LINES)
        lines = (self.ways, self.ends, self.losses, self.lasts, self.needed, self.chosen)
        self.moving: list[Artist] = [
            self.levels, self.minima, self.saddles, self.start, *(line for each in lines for line in each),
            *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_surface(self, ax: Axes) -> None:
        ax.grid(False)
        for axis in (ax.xaxis, ax.yaxis):  # as wide for every surface, so that no label is cut
            axis.set_major_formatter("{x:.1f}")
        self.levels = LineCollection([], colors=style.GREY, linewidths=0.7, alpha=0.6)
        ax.add_collection(self.levels, autolim=False)
        (self.minima,) = ax.plot([], [], "*", color=style.YELLOW, markersize=15, zorder=4, label="minimum")
        (self.saddles,) = ax.plot(
            [], [], "x", color=style.BLACK, markersize=9, markeredgewidth=2, zorder=4, label="saddle"
        )
        (self.start,) = ax.plot([], [], "s", color="white", markersize=10, zorder=5, label="start (drag)")
        for mark in (self.minima, self.start):
            mark.set_markeredgecolor(style.BLACK)
        legend_below(ax, columns=3)

    @staticmethod
    def _lines(ax: Axes, named: str = "_{}") -> list[Line2D]:
        """A line for each racer, with its mark; what begins with _ is in no legend."""
        return [
            ax.plot([], [], dash, color=color, linewidth=1.6, marker=mark, markevery=[], label=named.format(name))[0]
            for name, (color, dash, mark) in LOOKS.items()
        ]

    @staticmethod
    def _marks(ax: Axes) -> list[Line2D]:
        """What shows where each racer is."""
        marks = [ax.plot([], [], mark, color=color, markersize=8, zorder=5)[0] for color, _, mark in LOOKS.values()]
        for mark in marks:
            mark.set_markeredgecolor("white")
        return marks

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
        shown = np.flatnonzero(values["shown"]).tolist()
        self.numbers[0].set_text(
            _in_two_lines([f"{NAMES[r]} {magnitude(values['rates'][r], 2)}" for r in shown], "ε: ")
        )
        self.numbers[1].set_text(_in_two_lines([f"{NAMES[r]} {_steps(values, r)}" for r in shown]))

    def _show(self, racer: int, values: Values) -> None:
        path, excess = values["paths"][racer], values["excess"][racer].clip(LOWEST / 10, 10 * HIGHEST)
        steps = np.arange(len(path))
        self.ways[racer].set_data(*path.T)
        self.ends[racer].set_data(*path[-1:].T)
        self.losses[racer].set_data(steps, excess)
        self.lasts[racer].set_data(steps[-1:], excess[-1:])
        self.needed[racer].set_data(*_arriving(GRID[: values["needed"].shape[1]], values["needed"][racer]))
        self.chosen[racer].set_data(*_arriving(values["rates"][[racer]], values["arrivals"][[racer]]))
        for lines in (self.ways, self.ends, self.losses, self.lasts, self.needed, self.chosen):
            lines[racer].set_visible(bool(values["shown"][racer]))


def _arriving(rates: Array, steps: Array) -> tuple[Array, Array]:
    """Rates and steps as points of a line, which breaks where a rate does not arrive."""
    return rates, np.where(steps <= MOST_STEPS, np.maximum(steps, 1), np.nan)


def _in_two_lines(told: list[str], before: str = "") -> str:
    return ",\n".join(", ".join(line) for line in (told[:3], told[3:]) if line).join((before, ""))


def _steps(values: Values, racer: int) -> str:
    """The steps until it arrived, in as few letters as can be."""
    if values["diverged"][racer]:
        return "lost"
    arrived, last = values["arrivals"][racer], values["paths"].shape[1] - 1
    return f"{arrived}" if arrived <= last else f"> {last}"


def told(values: Values, racer: int) -> str:
    """What one racer has come to in the steps that are shown."""
    arrived, last = values["arrivals"][racer], values["paths"].shape[1] - 1
    if values["diverged"][racer]:
        return f"diverged at step {values['diverged'][racer]}"
    if arrived <= last:
        return f"{arrived} steps" if arrived != 1 else "1 step"
    return f"still {magnitude(values['excess'][racer, -1], 2)} above"
