"""The climb to a likelihood's highest point: gradient ascent on the mean log-likelihood of a coin."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.chapters.probability_and_mle.experiments.coins import counted
from dlcourse.experiments.controls import Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import probability

FLIPS = 20
BIASES = np.linspace(0.001, 0.999, 999)  # at which the mean log-likelihood is drawn
LOWEST, HIGHEST = 0.001, 0.999  # where bernoulli_mle_by_ascent keeps its path
FLOOR = -3.0  # the lower end of the left panel


def compute_coin_ascent(heads: int, start: float, learning_rate: float, steps: int) -> Values:
    """The mean log-likelihood of every bias for ``heads`` among 20 flips, and the path of gradient ascent on it.

    ``limit`` is the learning rate from which on steps near the top grow, 2 b (1 - b) with b the share of heads;
    ``factor`` is what a step near the top multiplies the distance from it by, 1 - learning_rate / (b (1 - b)).
    """
    flips = np.arange(FLIPS) < heads
    answer = probability.bernoulli_mle(flips)
    path = probability.bernoulli_mle_by_ascent(flips, start, learning_rate, steps)
    return {
        "heads": heads,
        "answer": answer,
        "path": path,
        "heights": probability.bernoulli_log_likelihood(flips, path) / FLIPS,
        "curve": probability.bernoulli_log_likelihood(flips, BIASES) / FLIPS,
        "limit": 2 * answer * (1 - answer),
        "factor": 1 - learning_rate / (answer * (1 - answer)),
    }


class CoinAscentPicture:
    """Left the climb over the mean log-likelihood, right the bias after each step."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"climb": left, "path": right}
        self._draw_climb(label(left, "The climb", "bias b", "mean log-likelihood"))
        self._draw_path(label(right, "The bias at each step", "step", "bias b"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.curve, self.top, self.climb, self.deep, self.start, self.end,
            self.answer, self.path, self.first, self.last, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_climb(self, ax: Axes) -> None:
        ax.set(xlim=(-0.02, 1.02), ylim=(FLOOR, 0.1))
        (self.curve,) = ax.plot([], [], color=style.BLUE, label="mean log-likelihood")
        (self.top,) = ax.plot([], [], "--", color=style.GREEN, linewidth=2, label="share of heads")
        (self.climb,) = ax.plot([], [], "o-", color=style.BLACK, linewidth=0.8, markersize=4, label="steps")
        (self.deep,) = ax.plot([], [], "v", color=style.BLACK, markersize=8, label="step below the picture")
        (self.start,) = ax.plot([], [], "s", color=style.BLACK, markersize=8, markerfacecolor="white")
        (self.end,) = ax.plot([], [], "o", color=style.ORANGE, markersize=10)
        for mark in (self.deep, self.end):
            mark.set_clip_on(False)
        legend_below(ax)

    def _draw_path(self, ax: Axes) -> None:
        ax.set(xlim=(-1.5, 61.5), ylim=(-0.03, 1.03))
        (self.answer,) = ax.plot([], [], "--", color=style.GREEN, linewidth=2, label="share of heads")
        (self.path,) = ax.plot([], [], "o-", color=style.BLACK, linewidth=0.8, markersize=4, label="b after each step")
        (self.first,) = ax.plot([], [], "s", color=style.BLACK, markersize=8, markerfacecolor="white", label="start")
        (self.last,) = ax.plot([], [], "o", color=style.ORANGE, markersize=10, label="last step")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the path in ``values``."""
        path, heights, answer = values["path"], values["heights"], values["answer"]
        deep = heights < FLOOR
        shown = np.maximum(heights, FLOOR)
        self.curve.set_data(BIASES, values["curve"])
        self.top.set_data([answer, answer], [FLOOR, 0.1])
        self.climb.set_data(path, shown)
        self.deep.set_data(path[deep], shown[deep])
        self.start.set_data(path[:1], shown[:1])
        self.end.set_data(path[-1:], shown[-1:])
        self.answer.set_data([-1.5, 61.5], [answer, answer])
        self.path.set_data(np.arange(len(path)), path)
        self.first.set_data([0], path[:1])
        self.last.set_data([len(path) - 1], path[-1:])
        self.numbers[0].set_text(f"{counted(values['heads'], FLIPS)}: share {answer:.2f}")
        self.numbers[1].set_text(f"now b = {path[-1]:.3f}; limit of the learning rate {values['limit']:.3f}")


def describe_coin_ascent(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the climb has come to, whether it has converged, and how its learning rate stands to the limit."""
    path, answer, limit, factor = (values[name] for name in ("path", "answer", "limit", "factor"))
    if abs(factor + 1) < 1e-9:
        near = "so a step near the top passes over it and ends about as far away"
    elif factor > 0:
        near = "so a step near the top comes closer from the same side"
    elif factor > -1:
        near = "so a step near the top passes over it and comes closer"
    else:
        near = "so a step near the top passes over it and ends farther away"
    steps = len(path) - 1
    return (
        f"{counted(values['heads'], FLIPS)}. Gradient ascent from {path[0]:.2f} with learning rate "
        f"{parameters['learning_rate']:.2f}: after {steps} {'step' if steps == 1 else 'steps'} b is {path[-1]:.3f}, "
        f"and the share of heads is {answer:.2f}. {_tell_state(path, answer)} Each step near the top multiplies the "
        f"distance from it by {fixed(factor)}, {near}; the limit is a learning rate of "
        f"2 × {answer:.2f} × {1 - answer:.2f} = {limit:.3f}."
    )


def _tell_state(path: Array, answer: float) -> str:
    """Whether the path has arrived, in one sentence that looks at its last steps only."""
    distance = np.abs(path - answer)
    if (distance < 1e-9).all():
        return "It stands on the top, where the slope is 0, and stays."
    if distance[-1] < 1e-3:
        return "It has converged to within 0.001."
    if len(path) < 3:
        return "It has not converged yet."
    if {path[-1], path[-2]} == {LOWEST, HIGHEST}:
        return f"It jumps between {LOWEST} and {HIGHEST}, the ends where it is held, and never converges."
    nearer = distance[-1] < distance[-3] - 1e-6
    if (path[-1] - answer) * (path[-2] - answer) < 0:
        judged = "nearer than" if nearer else "no nearer than"
        return f"It swings from side to side, last from {path[-2]:.3f} to {path[-1]:.3f}, {judged} two steps before."
    return "It has not converged yet, and is coming nearer." if nearer else "It has not converged."


coin_ascent = Experiment(
    name="coin_ascent",
    title="Climbing to the highest likelihood",
    prediction=Prediction(
        question="A coin fell heads in 18 of 20 flips. From 0.5 and with a learning rate of 0.04, b walks up to 0.9 "
        "and never passes it. What does it do with a learning rate of 0.16, four times as large?",
        choices=(
            "It walks up to 0.9 as before, in fewer steps",
            "It overshoots, jumps from side to side of 0.9, and settles there",
            "It never settles",
        ),
        answer=1,
        explanation="Near the top each step multiplies the distance from 0.9 by $1 - 0.16/0.09 = -0.78$. The minus "
        "sign: b changes sides with every step. Less than 1 in size: it comes closer all the same. With 0.04 the "
        "factor is $+0.56$, which never changes sides. It never settles above a rate of 0.18, where the factor is "
        "below $-1$. Try 0.20: b is driven away from the top, and since the curve is steeper towards 1 and flatter "
        "towards 0 than the parabola that touches it at the top, it ends up swinging from 0.84 to 0.93 and back. "
        "With still larger rates it is thrown to the ends, where the path is held at 0.001 and 0.999.",
    ),
    controls=(
        Slider("heads", f"Heads in {FLIPS} flips", 1, FLIPS - 1, step=1, value=18),
        Slider("start", "Start at b", 0.05, 0.95, step=0.05, value=0.5),
        Slider("learning_rate", "Learning rate", 0.01, 0.6, step=0.01, value=0.04),
        Slider("steps", "Steps", 0, 60, step=1, value=20),
    ),
    play=Play("steps", interval=150),
    compute=compute_coin_ascent,
    picture=CoinAscentPicture,
    describe=describe_coin_ascent,
    size=(9.0, 4.2),
)
