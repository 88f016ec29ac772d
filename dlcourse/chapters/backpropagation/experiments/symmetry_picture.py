"""The picture of the symmetry experiment: the units as points and as lines among the data; loss and difference."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dlcourse.chapters.backpropagation.experiments.symmetry_runs import MOST_STEPS, RANDOM_STARTS, UNITS, ring
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.numerals import SUPERSCRIPTS, decade, raised
from dlcourse.plots import style

REACH = 2.2  # of the inputs, either way
CELLS = 44  # of the field, along each axis
NOTHING = 1e-17  # where a difference of 0 is shown
COLORS = (style.BLUE, style.ORANGE, style.GREEN, style.BLACK)
SHADES = tints.between(style.BLUE, style.ORANGE, strength=0.4)  # of the probability of "inside"
SIZES = (19, 14, 9.5, 5)  # points: the first unit is seen around the last one where they lie on each other
WIDTHS = (6.0, 4.4, 2.9, 1.4)


class SymmetryPicture:
    """Left the units' input weights, in the middle the data, right the loss above the difference of the units."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["weights", "data", "loss"], ["weights", "data", "spread"]])
        self.axes = dict(axes)
        self._draw_weights(label(axes["weights"], "Hidden weights", "weight of input 1", "weight of input 2"))
        self._draw_data(label(axes["data"], "One line per unit", "input 1", "input 2"))
        self._draw_courses(axes["loss"], axes["spread"])
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [self.field, *self.examples, *self.paths, *self.points, *self.lines, *self.marks]
        self.moving += [self.worst, self.loss, self.spread, *self.numbers.values()]
        self.update(values)

    def _draw_weights(self, ax: Axes) -> None:
        ax.set(
            xlim=(-8.5, 8.5),
            ylim=(-8.5, 8.5),
            aspect="equal",
            anchor="N",
            xticks=range(-5, 6, 5),
            yticks=range(-5, 6, 5),
        )
        self.paths = [ax.plot([], [], color=color, linewidth=1.6)[0] for color in COLORS]
        self.points: list[Line2D] = []
        for unit in range(UNITS):
            look = {"markersize": SIZES[unit], "markeredgecolor": "white", "zorder": 4 + unit}
            self.points += ax.plot([], [], "o", color=COLORS[unit], label=f"unit {unit + 1}", **look)  # type: ignore[arg-type]
        legend_below(ax)

    def _draw_data(self, ax: Axes) -> None:
        ax.set(
            xlim=(-REACH, REACH),
            ylim=(-REACH, REACH),
            aspect="equal",
            anchor="N",
            xticks=range(-2, 3),
            yticks=range(-2, 3),
        )
        ax.grid(False)
        edges = np.linspace(-REACH, REACH, CELLS + 1)
        self.field = ax.pcolormesh(edges, edges, np.zeros((CELLS, CELLS, 4)), zorder=0)
        inputs, labels = ring()
        self.examples = [
            *ax.plot(*inputs[labels == 1].T, "o", color=style.ORANGE, markersize=4.5, label="inside", zorder=2),
            *ax.plot(*inputs[labels == 0].T, "x", color=style.BLUE, markersize=4.5, label="outside", zorder=2),
        ]
        self.lines = [
            ax.plot([], [], color=color, linewidth=width, zorder=3)[0]
            for color, width in zip(COLORS, WIDTHS, strict=True)
        ]
        legend_below(ax)

    def _draw_courses(self, loss: Axes, spread: Axes) -> None:
        label(loss, "Loss", "", "log-loss").set(xlim=(-40, MOST_STEPS + 40), ylim=(0, 1.25))
        loss.tick_params(labelbottom=False)
        worst = f"worst of {RANDOM_STARTS} random"
        (self.worst,) = loss.plot([], [], "--", color=style.GREEN, linewidth=1.8, label=worst)
        (self.loss,) = loss.plot([], [], color=style.BLACK, linewidth=2, label="this start")
        label(spread, "Units differ by", "step", "difference").set(xlim=(-40, MOST_STEPS + 40))
        spread.set(yscale="log", ylim=(NOTHING / 3, 300))
        ticks = (NOTHING, 1e-8, 1.0)
        spread.yaxis.set_major_locator(FixedLocator(ticks))
        spread.yaxis.set_minor_locator(NullLocator())
        spread.yaxis.set_major_formatter(FuncFormatter(_tick))
        (self.spread,) = spread.plot([], [], color=style.BLACK, linewidth=2)
        self.marks = [
            ax.plot([], [], "o", color=style.BLACK, markersize=8, markeredgecolor="white", zorder=4)[0]
            for ax in (loss, spread)
        ]
        handles = [self.loss, self.worst]
        legend = loss.legend(handles=handles, loc="upper right", fontsize=SMALL, frameon=False, borderaxespad=0.0)
        legend.set_zorder(5)

    def update(self, values: Values) -> None:
        """Moves the units, their lines and what the network says along the course of training."""
        step, units = values["step"], values["units"]
        for unit in range(UNITS):
            self.points[unit].set_data(units[unit, :1], units[unit, 1:2])
            self.paths[unit].set_data(*values["paths"][:, unit].T)
            self.lines[unit].set_data(*values["lines"][unit].T)
        shades = SHADES(values["field"], bytes=True)
        self.field.set_array(shades)
        until = slice(step + 1)  # what comes is for the reader to predict
        steps = np.arange(step + 1)
        self.loss.set_data(steps, values["loss"][until])
        self.worst.set_data(steps, values["worst_loss"][until])
        shown = np.maximum(values["spread"], NOTHING)
        self.spread.set_data(steps, shown[until])
        self.marks[0].set_data([step], [values["loss"][step]])
        self.marks[1].set_data([step], [shown[step]])
        count = values["different"]
        self.numbers["weights"].set_text(f"{count} of {UNITS} are different" if count > 1 else f"all {UNITS} are one")
        self.numbers["data"].set_text("shade: how probable “inside” is")
        self.numbers["loss"].set_text(
            f"{values['loss'][step]:.3f}; worst of {RANDOM_STARTS}: {values['worst_loss'][step]:.3f}"
        )
        apart = values["spread"][step]
        size = f"{apart:.2g}" if apart >= 0.01 else raised(f"about {decade(apart)}") if apart else "exactly 0"
        self.numbers["spread"].set_text(f"step {step}: {size}")


def _tick(value: float, _: int) -> str:
    return "0" if value == NOTHING else f"10{str(round(np.log10(value))).translate(SUPERSCRIPTS)}"
