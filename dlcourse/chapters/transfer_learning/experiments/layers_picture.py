"""The picture of ``which_layers``: right answers by the number of copied layers, and what becomes of each layer."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from dlcourse.chapters.transfer_learning.transfer_runs import DEPTHS
from dlcourse.chapters.transfer_learning.tuning import LAYERS
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.plots import style

WAYS = ("frozen", "tuned")
LOOKS = {"frozen": (style.BLUE, "s", "copied layers frozen"), "tuned": (style.ORANGE, "o", "copied layers tuned")}
FACES = {"frozen": style.BLUE, "tuned": style.ORANGE, "new": style.GREY}
APART = 0.06
BOX = 0.9  # width and height of a layer's box, on a grid of 1


class LayersPicture:
    """Left the curves up to k, all seeds; right the five layers of both networks, from input to output."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, (1.25, 1))
        self.axes = {"answers": left, "layers": right}
        label(left, "Right answers", "k: layers copied, from the input", "share of test digits")
        left.set(xlim=(-0.4, DEPTHS[-1] + 0.4), xticks=DEPTHS, ylim=(0.5, 1.0))
        left.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        left.yaxis.set_major_formatter("{x:.2f}")  # as wide on either scale: the panel stays where it is
        self.lines, self.spreads = zip(*(self._curve(left, way) for way in WAYS), strict=True)
        legend_below(left)
        self.boxes, self.states = zip(*(self._column(right, place) for place in range(len(WAYS))), strict=True)
        self._frame(right)
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [*self.lines, *self.spreads]
        self.moving += [artist for column in (*self.boxes, *self.states) for artist in column] + [*self.numbers]
        self.update(values)

    @staticmethod
    def _curve(ax: Axes, way: str) -> tuple[Any, LineCollection]:
        color, marker, told = LOOKS[way]
        (line,) = ax.plot([], [], color=color, marker=marker, markersize=6, linewidth=1.5, label=told)
        spread = LineCollection([], colors=color, linewidths=3, alpha=0.45)
        ax.add_collection(spread, autolim=False)
        return line, spread

    @staticmethod
    def _column(ax: Axes, place: int) -> tuple[list[Rectangle], list[Any]]:
        """A box for each layer, the input's at the bottom, and what is written in it."""
        boxes = [Rectangle((place, row), BOX, BOX, edgecolor=style.GREY, alpha=0.3) for row in range(len(LAYERS))]
        for box in boxes:
            ax.add_patch(box)
        how = {"ha": "center", "va": "center", "fontsize": SMALL, "color": style.BLACK}
        return boxes, [ax.text(place + BOX / 2, row + BOX / 2, "", how) for row in range(len(LAYERS))]

    @staticmethod
    def _frame(ax: Axes) -> None:
        label(ax, "What becomes of the layers", "", "")
        ax.set(xlim=(-0.05, len(WAYS)), ylim=(-0.1, len(LAYERS)), xticks=[])
        ax.set_yticks(np.arange(len(LAYERS)) + BOX / 2, [name.replace("block", "block ") for name in LAYERS])
        ax.tick_params(length=0)
        ax.grid(False)

    def update(self, values: Values) -> None:
        """Draws the curves as far as k, and writes into each box what its layer does."""
        depth = values["depth"]
        along = np.arange(depth + 1)
        self.axes["answers"].set_ylim(*values["heights"])
        for number, (line, spread) in enumerate(zip(self.lines, self.spreads, strict=True)):
            shares, across = values["shares"][number], along + APART * (2 * number - 1)
            line.set_data(across, shares.mean(axis=1))
            ends = zip(across, shares.min(axis=1), shares.max(axis=1), strict=True)
            spread.set_segments([np.array([[x, low], [x, high]]) for x, low, high in ends])
        for way, boxes, states in zip(WAYS, self.boxes, self.states, strict=True):
            for row, (box, state) in enumerate(zip(boxes, states, strict=True)):
                told = way if row < depth else "new"
                box.set_facecolor(FACES[told])
                state.set_text(f"copied, {told}" if row < depth else "new")
        for line, words in zip(self.numbers, values["words"], strict=True):
            line.set_text(words)
