"""The picture of the race over a delay: right answers at every delay, and along the training at one of them."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from dlcourse.chapters.lstm_and_gru.delay_runs import DELAYS, RACERS, SEEDS, UPDATES
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.plots import style

NAMES = {"rnn": "RNN", "identity": "RNN from identity", "lstm": "LSTM", "gru": "GRU"}
LOOKS = {
    "rnn": (style.GREY, "o"),
    "identity": (style.PURPLE, "D"),
    "lstm": (style.BLUE, "s"),
    "gru": (style.ORANGE, "^"),
}
GUESS = 0.25
APART = 1.06  # by this factor the racers stand beside each other on the axis of delays


class DelayPicture:
    """Left the right answers at each delay, from the worst to the best start; right all starts at one delay."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"delays": left, "training": right}
        label(left, "Right answers by delay", "delay (symbols)", "share").set(xscale="log", xlim=(4, 200))
        left.set_xticks(DELAYS, [str(delay) for delay in DELAYS])
        left.xaxis.set_minor_locator(NullLocator())
        label(right, "At this delay, by updates", "updates", "").set(xlim=(-8, UPDATES + 8))
        self.here = left.axvline(DELAYS[0], color=style.GREY, linewidth=1, linestyle="--")
        for ax in (left, right):
            ax.set(ylim=(0, 1.04), yticks=(0, 0.25, 0.5, 0.75, 1))
            ax.axhline(GUESS, color=style.GREY, linewidth=1, linestyle=":")
        self.means = [_line(left, racer, NAMES[racer]) for racer in RACERS]
        self.spreads = [_spread(left, racer) for racer in RACERS]
        self.courses = [[_line(right, racer, "_") for _ in range(SEEDS)] for racer in RACERS]
        legend_below(left)
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.here, *self.spreads, *self.means]
        self.moving += [line for lines in self.courses for line in lines] + [*self.numbers]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the networks after the updates so far."""
        self.here.set_xdata([values["delay"]] * 2)
        for number in range(len(RACERS)):
            across = values["delays"] * APART ** (number - (len(RACERS) - 1) / 2)
            shares = values["shares"][number]
            self.means[number].set_data(across, shares.mean(axis=1))
            ends = zip(across, shares.min(axis=1), shares.max(axis=1), strict=True)
            self.spreads[number].set_segments([np.array([[x, low], [x, high]]) for x, low, high in ends])
            for line, course in zip(self.courses[number], values["courses"][number], strict=True):
                line.set_data(np.linspace(0, values["updates"], len(course)), course)
        for text, words in zip(self.numbers, values["words"], strict=True):
            text.set_text(words)


def _line(ax: Axes, racer: str, told: str) -> Line2D:
    color, marker = LOOKS[racer]
    (line,) = ax.plot([], [], color=color, marker=marker, markersize=5, linewidth=1.4, alpha=0.9, label=told)
    return line


def _spread(ax: Axes, racer: str) -> LineCollection:
    lines = LineCollection([], colors=LOOKS[racer][0], linewidths=3, alpha=0.5)
    ax.add_collection(lines)
    return lines
