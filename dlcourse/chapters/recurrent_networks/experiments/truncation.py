"""The experiment on truncated backpropagation: which steps a loss reaches, and what networks learn by that."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.recurrent_networks.experiments.delays import LENGTH, SEEDS
from dlcourse.chapters.recurrent_networks.experiments.delays_trained import DISTANCES, FROZEN, WHOLE, WINDOWS
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Experiment, Play, Prediction, Slider, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.plots import style
from dlcourse.scratch.recurrent_steps import backpropagate_through_time, unroll

GUESS = 50  # percent: there are two symbols


@lru_cache(maxsize=16)
def reached(window: int) -> NDArray[np.bool]:
    """Whether the loss of step t has a gradient by the input of step s, (t, s), in a small random network.

    All losses are carried back at once: each is a row of the batch, in which only its own step contributes.
    """
    generator = np.random.default_rng(0)
    inputs = np.repeat(generator.normal(size=(1, LENGTH, 2)), LENGTH, axis=0)
    w_x, w_h, b = (generator.normal(size=shape) / 2 for shape in ((4, 2), (4, 4), (4,)))
    states = unroll(inputs, np.zeros((LENGTH, 4)), w_x, w_h, b)
    by_states = np.eye(LENGTH)[:, :, None] * np.ones(4)
    by_inputs, *_ = backpropagate_through_time(by_states, states, inputs, w_x, w_h, window)
    found: NDArray[np.bool] = np.abs(by_inputs).sum(axis=2) > 0
    found.flags.writeable = False
    return found


def compute_truncation_window(distance: int, window: int) -> Values:
    """Which steps the losses reach with this window, and what networks learn with it, up to this distance.

    ``reached`` (24, 24) as above; ``asked`` (n,) the steps whose loss asks for the symbol of ``distance`` steps before,
    ``seen`` (n,) whether their gradient gets there. In percent of right answers, (distance, seeds): ``cut`` after
    training with the window, ``whole`` without one, ``frozen`` with an output layer alone.
    """
    found, asked = reached(window), np.arange(distance, LENGTH)
    return {
        "distance": distance,
        "window": window,
        "reached": found,
        "asked": asked,
        "seen": found[asked, asked - distance],
        "cut": WINDOWS[window - 1, :distance],
        "whole": WHOLE[:distance],
        "frozen": FROZEN[:distance],
    }


class TruncationPicture:
    """Left a row for each step's loss and a column for each step that it may reach, right what is learnt."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.1))
        self.axes = {"reach": left, "learnt": right}
        self._draw_reach(label(left, "What each loss reaches", "step that is reached", "step of the loss"))
        self._draw_learnt(label(right, "What is learnt", "distance d to the symbol", "right answers (%)"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.cells, self.lost, self.seen, *self.bars, *self.curves, *self.numbers]
        self.update(values)

    def _draw_reach(self, ax: Axes) -> None:
        ax.set(xlim=(-0.5, LENGTH - 0.5), ylim=(LENGTH - 0.5, -0.5), aspect="equal", anchor="N")
        ticks = range(0, LENGTH, 6)
        ax.set(xticks=ticks, yticks=ticks)
        extent = (-0.5, LENGTH - 0.5, LENGTH - 0.5, -0.5)
        paint = tints.onto(style.SKY)
        self.cells = ax.imshow(
            np.zeros((LENGTH, LENGTH)), cmap=paint, vmin=0, vmax=1.6, extent=extent, interpolation="nearest"
        )
        (self.lost,) = ax.plot([], [], "x", color=style.ORANGE, markersize=5, label="symbol, not reached")
        (self.seen,) = ax.plot([], [], "o", color=style.BLACK, markersize=4, label="symbol, reached")
        legend_below(ax, columns=2)

    def _draw_learnt(self, ax: Axes) -> None:
        ax.set(xlim=(0.5, len(DISTANCES) + 0.5), ylim=(40, 103), yticks=(50, 75, 100))
        ax.xaxis.set_major_locator(FixedLocator([1, 4, 8, 12]))
        ax.axhline(GUESS, color=style.GREY, linewidth=1, linestyle=":")
        self.curves, self.bars = [], []
        for name, colour, mark in (
            ("no cuts", style.BLACK, "s--"),
            ("output layer alone", style.GREEN, "D:"),
            ("this window", style.BLUE, "o-"),
        ):
            (bars,) = ax.plot([], [], color=colour, linewidth=3, alpha=0.35)
            (curve,) = ax.plot([], [], mark, color=colour, linewidth=1.6, markersize=5, label=name)
            self.bars.append(bars)
            self.curves.append(curve)
        legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Draws the blocks, the symbols on them, and the curves as far as the distance."""
        distance, asked, seen = values["distance"], values["asked"], values["seen"]
        self.cells.set_data(values["reached"].astype(float))
        for points, these in ((self.lost, asked[~seen]), (self.seen, asked[seen])):
            points.set_data(these - distance, these)
        at = np.arange(1, distance + 1)
        for curve, bars, name in zip(self.curves, self.bars, ("whole", "frozen", "cut"), strict=True):
            curve.set_data(at, values[name].mean(axis=1))
            ends = np.stack([values[name].min(axis=1), values[name].max(axis=1), np.full(distance, np.nan)], axis=1)
            bars.set_data(np.repeat(at, 3), ends.ravel())
        self.numbers[0].set_text(f"{seen.sum()} of {len(asked)} losses reach their symbol")
        cut, frozen = (_mean(values[name]) for name in ("cut", "frozen"))
        self.numbers[1].set_text(f"d = {distance}: {cut} %; output layer alone {frozen} %")


def _mean(percents: Array) -> str:
    """The mean over the seeds at the last distance."""
    return f"{percents[-1].mean():.0f}"


def describe_truncation_window(parameters: Mapping[str, Any], values: Values) -> str:
    """How many losses reach their symbol, and the share of right answers with the window and its controls."""
    cut = values["cut"][-1]
    return (
        f"Sequences of {LENGTH} steps, cut into windows of {parameters['window']}; each loss asks for the symbol "
        f"{values['distance']} {'step' if values['distance'] == 1 else 'steps'} before, and "
        f"{values['seen'].sum()} of {len(values['asked'])} have a gradient that reaches it. Networks trained so give "
        f"{_mean(values['cut'])} % right answers ({len(SEEDS)} networks: {cut.min()} to {cut.max()} %), trained "
        f"without cuts {_mean(values['whole'])} %, with an output layer alone {_mean(values['frozen'])} %; a guess "
        f"is right in {GUESS} %."
    )


truncation_window = Experiment(
    name="truncation_window",
    title="What a window of k steps can learn",
    prediction=Prediction(
        question="A network has to name the symbol that came 7 steps before; there are two symbols. It is trained with "
        "windows of 8 steps: only the loss of each window's last step has a gradient that reaches its symbol, one step "
        "in eight. Afterwards it is asked at every step. How many of its answers are right?",
        choices=(
            "50 %: it can only guess",
            "About 60 %: the last steps of the windows are right, at the others it guesses",
            "About 75 %",
            "More than 90 %",
        ),
        answer=3,
        explanation="Three networks get 99, 98 and 87 %. The weights are shared: what the last step of a window "
        "teaches them serves every step, and states cross the cuts. One step further, d = 8, no loss reaches its "
        "symbol, and they guess. Now look at windows of 4 and d = 4. Random recurrent weights carry something of that "
        "symbol on: an output layer alone reads it right in 94 % of the cases. Training all weights with the cut "
        "gradient leaves 52 %, worse than not to touch them (windows of 1 do better: this is no law). And with windows "
        "of 12, d = 10 and 11 are not learnt in these 600 updates, although some losses reach their symbol: take a "
        "window well beyond the distance that matters.",
    ),
    controls=(
        Slider("distance", "Distance d", 1, len(DISTANCES), step=1, value=1, unit="steps"),
        Slider("window", "Window k", 1, len(WINDOWS), step=1, value=8, unit="steps"),
    ),
    play=Play("distance", interval=900, label="One step further"),
    compute=compute_truncation_window,
    picture=TruncationPicture,
    describe=describe_truncation_window,
    size=(9.0, 5.0),
)
