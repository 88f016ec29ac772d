"""The picture of cross-validation: which rows each step of the procedure sees, and what it says of each table."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.generalization.experiments.noise_tables import TABLES
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.plots import style

# What may see a block of rows: its mark, its name. The marks stand side by side in each block.
STEPS = (
    ("o", "statistics for scaling"),
    ("s", "features chosen by"),
    ("^", "class means from"),
    ("x", "judged on"),
)
PLACES = (0.14, 0.38, 0.62, 0.86)  # of the width of a block
MARK, RING = 4.5, 11  # points: their size, and that of the ring around a leak
EDGE = 1.8
ROOMY = 6  # folds: with more, the marks are smaller
LEFT, RIGHT = 15, 103  # percent that the right panel shows


class LeakagePicture:
    """Left a line for each fold, with the blocks of rows that its steps see; right the tables' estimates."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"folds": left, "tables": right}
        self._draw_folds(label(left, "What each step sees", "block of rows", "fold that is held out"))
        self._draw_tables(label(right, "What is said of 20 tables", "right answers (%)", "table"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.training, self.held_out, *self.marks, self.leaks, self.gaps, self.means,
            self.estimates, self.truths, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_folds(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
        ax.grid(False)
        fill = to_rgba(style.SKY, 0.25), to_rgba(style.YELLOW, 0.35)
        self.training, self.held_out = (
            PolyCollection([], facecolors=colour, edgecolors=style.GREY, linewidths=0.7, label=name)
            for colour, name in zip(fill, ("training part", "held out"), strict=True)
        )
        for blocks in (self.training, self.held_out):
            ax.add_collection(blocks, autolim=False)
        self.marks = [
            ax.plot([], [], mark, color=style.BLACK, markersize=MARK, markeredgewidth=EDGE, ls="none", label=told)[0]
            for mark, told in STEPS
        ]
        (self.leaks,) = ax.plot([], [], "o", color=style.ORANGE, fillstyle="none", label="held-out rows decide")
        self.leaks.set(markeredgewidth=EDGE, markersize=RING)
        legend_below(ax, columns=2, gap=0.35)

    def _draw_tables(self, ax: Axes) -> None:
        ax.set(xlim=(LEFT, RIGHT), ylim=(TABLES + 0.8, 0.2), xticks=(20, 40, 60, 80, 100), yticks=(1, 5, 10, 15, 20))
        self.gaps = LineCollection([], colors=style.GREY, linewidths=1.2, alpha=0.7)
        self.means = LineCollection([], colors=[style.ORANGE, style.GREEN], linewidths=2, linestyles=["--", ":"])
        for lines in (self.gaps, self.means):
            ax.add_collection(lines, autolim=False)
        (self.estimates,) = ax.plot([], [], "o", color=style.ORANGE, markersize=6, label="cross-validation")
        (self.truths,) = ax.plot([], [], "D", color=style.GREEN, markersize=5, label="400 new rows")
        for marks in (self.estimates, self.truths):
            marks.set(markeredgecolor="white", markeredgewidth=0.6, zorder=4)
        ax.plot([], [], "--", color=style.ORANGE, linewidth=2, label="their mean")
        ax.plot([], [], ":", color=style.GREEN, linewidth=2, label="their mean")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the blocks that each step sees, and the estimates in ``values``."""
        seen, folds = values["seen"], values["folds"]
        lines, blocks = np.indices((folds, folds)).reshape(2, -1)
        own = lines == blocks
        corners = _corners(lines, blocks, folds)
        self.training.set_verts(list(corners[~own]))
        self.held_out.set_verts(list(corners[own]))
        for mark, place, blocks_seen in zip(self.marks, PLACES, seen, strict=True):
            row, column = np.nonzero(blocks_seen)
            mark.set_data((column + place) / folds, (row + 0.5) / folds)
        part = min(1, ROOMY / folds)
        for mark, across in (*((mark, MARK) for mark in self.marks), (self.leaks, RING)):
            mark.set(markersize=part * across, markeredgewidth=part * EDGE)
        step, row, column = np.nonzero(values["leaks"])
        self.leaks.set_data((column + np.array(PLACES)[step]) / folds, (row + 0.5) / folds)
        estimates, truths = 100 * values["estimates"], 100 * values["truths"]
        tables = np.arange(1, TABLES + 1)
        self.estimates.set_data(estimates, tables)
        self.truths.set_data(truths, tables)
        self.gaps.set_segments(list(np.stack([np.column_stack([x, tables]) for x in (estimates, truths)], axis=1)))
        ends = [0.0, TABLES + 1.0]
        self.means.set_segments([np.column_stack([[x.mean()] * 2, ends]) for x in (estimates, truths)])
        self.numbers[0].set_text(values["told"])
        self.numbers[1].set_text(f"on average {estimates.mean():.0f} %, on new rows {truths.mean():.0f} %")


def _corners(lines: NDArray[np.signedinteger], blocks: NDArray[np.signedinteger], folds: int) -> Array:
    """The corners (m, 4, 2) of the blocks in a square of side 1."""
    left, right, top, bottom = blocks / folds, (blocks + 1) / folds, (lines + 0.1) / folds, (lines + 0.9) / folds
    return np.stack(
        [np.column_stack(corner) for corner in ((left, top), (right, top), (right, bottom), (left, bottom))], 1
    )
