"""The picture of a cell whose gates are set by hand: the gates above, what is in the cell and what comes out below."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.plots import style

STEPS = 8
GATES = {"i": style.GREEN, "f": style.ORANGE, "o": style.PURPLE}  # input, forget, output
APART = 0.27  # of a step: how far the gates of one step stand beside each other
BESIDE = 0.12  # of a step: how far the two parts of a cell state do
FOLLOWED = 2  # the step whose number is followed
LOWEST, HIGHEST = -1.6, 2.8  # cell states that are drawn


def places() -> Array:
    """Where each gate stands on the axis of the steps, (24,): the input gates first, then forget, then output."""
    return np.concatenate([np.arange(1, STEPS + 1) + shift * APART for shift in (-1, 0, 1)])


class GatesPicture:
    """Above three gates a step, as columns to be dragged; below the numbers that come, the cell and the outputs."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["gates"], ["cell"]], height_ratios=(1, 1.5))
        self.axes: dict[str, Axes] = dict(axes)
        gates, cell = axes["gates"], axes["cell"]
        label(gates, "The gates: input, forget, output", "", "open").set(ylim=(0, 1.06), yticks=(0, 0.5, 1))
        label(cell, "Memory and output", "step", "").set(ylim=(LOWEST, HIGHEST), xticks=range(1, STEPS + 1))
        gates.set_xticks(places(), [name for name in GATES for _ in range(STEPS)])
        for ax in (gates, cell):
            ax.set_xlim(0.5, STEPS + 0.5)
            ax.grid(visible=False, axis="x")
            ax.vlines(np.arange(1.5, STEPS), 0, 1, transform=ax.get_xaxis_transform(), color=style.GRID, linewidth=1)
        self.columns = [_lines(gates, color, width=5) for color in GATES.values()]
        self.tops = [gates.plot([], [], "o", color=color, markersize=8)[0] for color in GATES.values()]
        self._draw_cell(cell, values["numbers"])
        legend_below(cell)
        self.numbers = readout(gates), readout(cell)
        self.moving: list[Artist] = [*self.columns, *self.tops, *self.parts, self.states, self.wanted, self.outputs]
        self.moving += self.numbers
        self.update(values)

    def _draw_cell(self, ax: Axes, numbers: Array) -> None:
        """What stays is the axis and the numbers that come; the rest moves."""
        steps = np.arange(1, STEPS + 1)
        ax.axhline(0, color=style.GREY, linewidth=1)
        looks = ((style.BLUE, f"from step {FOLLOWED}"), (style.GREY, "from other steps"))
        self.parts = [_lines(ax, color, width=7, told=told) for color, told in looks]
        (self.states,) = ax.plot(
            [], [], "_", color=style.BLACK, markersize=26, markeredgewidth=2.5, label="cell state c"
        )
        ax.plot(steps - 0.33, numbers, "D", color=style.BLACK, markersize=5, label="number g")
        look: dict[str, Any] = {
            "color": style.PURPLE,
            "markerfacecolor": "none",
            "markersize": 13,
            "markeredgewidth": 1.5,
        }
        (self.wanted,) = ax.plot([], [], "o", **look, label="wanted output")
        (self.outputs,) = ax.plot([], [], "o", color=style.PURPLE, markersize=7, label="output h")

    def update(self, values: Values) -> None:
        """Moves columns, cell states and outputs to ``values``."""
        steps = np.arange(1, STEPS + 1)
        heights = values["points"][:, 1].reshape(len(GATES), STEPS)
        for lines, tops, across, pulled, opened in zip(
            self.columns, self.tops, places().reshape(heights.shape), heights, values["opened"], strict=True
        ):
            lines.set_segments(_upright(across, opened))
            tops.set_data(across, pulled)
        followed = values["traces"][FOLLOWED - 1] * values["numbers"][FOLLOWED - 1]
        for lines, part, shift in zip(self.parts, (followed, values["cells"] - followed), (-1, 1), strict=True):
            lines.set_segments(_upright(steps + shift * BESIDE, part))
        self.states.set_data(steps, values["cells"])
        self.wanted.set_data(steps + 0.33, values["wanted"])
        self.outputs.set_data(steps + 0.33, values["outputs"])
        for line, text in zip(self.numbers, values["words"], strict=True):
            line.set_text(text)


def _lines(ax: Axes, color: str, width: float, told: str = "") -> LineCollection:
    """Upright lines, to be given later."""
    lines = LineCollection([], colors=color, linewidths=width, label=told)
    ax.add_collection(lines)
    return lines


def _upright(across: Array, heights: Array) -> list[Array]:
    """A line from 0 up or down to each height."""
    return [np.array([[x, 0.0], [x, height]]) for x, height in zip(across, heights, strict=True)]
