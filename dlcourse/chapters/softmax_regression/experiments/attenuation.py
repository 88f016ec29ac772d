"""The experiment on the attenuated gradient: squared error behind a sigmoid against the log-loss."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style
from dlcourse.scratch import losses

LARGEST = 10.0
LOGITS = np.linspace(-LARGEST, LARGEST, 201)  # also the slider's positions
SIGMOID, DERIVATIVE = losses.sigmoid(LOGITS), losses.sigmoid_derivative(LOGITS)
MOST_STEPS = 3200  # enough for the squared error to leave z = -8
KEPT = np.unique(np.geomspace(1, MOST_STEPS + 1, 200).round().astype(int)) - 1  # the steps that are drawn
GRADIENTS = {"squared": losses.sigmoid_squared_error_gradient, "log": losses.log_loss_gradient}


def gradients(name: str, logits: Array, label: int) -> Array:
    """d loss / dz for each logit (n,) as the only example: the mean's factor 1/n taken away."""
    return len(logits) * GRADIENTS[name](logits, np.full(len(logits), label))


def descend(name: str, starts: Array) -> tuple[Array, NDArray[np.int64]]:
    """Gradient descent of rate 1 in the logit alone, label 1, from each of ``starts`` (n,).

    Returns the logits at the steps KEPT, (kept, n), and the first step at which each is above 0, -1 if none is.
    """
    logits, left = starts.astype(np.float64), np.where(starts > 0, 0, -1)
    kept = [logits]
    for step in range(1, MOST_STEPS + 1):
        logits = logits - gradients(name, logits, 1)
        if step == KEPT[len(kept)]:
            kept.append(logits)
        left[(left < 0) & (logits > 0)] = step
        if len(kept) == len(KEPT):
            break
    return np.array(kept), left


@lru_cache(maxsize=2)
def _descents(name: str) -> tuple[Array, NDArray[np.int64]]:
    """``descend`` from all of LOGITS at once."""
    paths, left = descend(name, LOGITS)
    paths.flags.writeable = left.flags.writeable = False
    return paths, left


def path_of(name: str, logit: float, label: int) -> tuple[Array, int]:
    """The logits (kept,) on the way from ``logit``, and the step at which the mistake is left (-1: not yet).

    Label 0 is label 1 seen in a mirror: z becomes -z.
    """
    sign = 1 if label else -1
    start = sign * logit
    column = int(np.rint((start + LARGEST) * 10))
    if abs(LOGITS[column] - start) < 1e-9:
        paths, left = _descents(name)
        return sign * paths[:, column], int(left[column])
    paths, left = descend(name, np.array([start]))
    return sign * paths[:, 0], int(left[0])


def compute_attenuated_gradient(logit: float, label: str, view: str) -> Values:
    """Sigmoid, derivative and the sizes of both gradients at all logits and at ``logit``; both descents from there.

    label: "1" or "0". view: what the right panel shows, "steps", "linear" or "logarithmic".
    """
    here, y = np.array([logit]), int(label)
    values: Values = {
        "logit": logit,
        "label": y,
        "view": view,
        "probability": float(losses.sigmoid(logit)),
        "derivative": float(losses.sigmoid_derivative(logit)),
    }
    for name in GRADIENTS:
        values[f"{name}_sizes"] = np.abs(gradients(name, LOGITS, y))
        values[f"{name}_size"] = float(np.abs(gradients(name, here, y))[0])
        values[f"{name}_path"], values[f"{name}_left"] = path_of(name, logit, y)
    return values


class AttenuatedGradientPicture:
    """Left the sigmoid and its derivative; right the steps of descent, or the size of both gradients."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"sigmoid": left, "right": right}
        self._draw_sigmoid(label(left, "Sigmoid and derivative", "logit z", "σ(z) and σ′(z)"))
        self._draw_right(label(right, "Gradient descent from z", "step", "logit z"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.difference, self.sigmoid_mark, self.derivative_mark, self.border, self.start]
        self.moving += [*self.curves.values(), *self.marks.values(), *self.numbers]
        self.redraw_all = False
        self._view = ""
        self.update(values)

    def _draw_sigmoid(self, ax: Axes) -> None:
        ax.set(xlim=(-LARGEST - 0.5, LARGEST + 0.5), ylim=(-0.05, 1.05))
        ax.plot(LOGITS, SIGMOID, color=style.BLACK, linewidth=2, label="σ(z)")
        ax.plot(LOGITS, DERIVATIVE, "-.", color=style.PURPLE, linewidth=2.4, label="σ′(z) = σ(z)(1 − σ(z))")
        (self.difference,) = ax.plot([], [], "-", color=style.BLUE, linewidth=4, alpha=0.45, label="from σ(z) to y")
        (self.sigmoid_mark,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, markeredgecolor="white")
        (self.derivative_mark,) = ax.plot([], [], "D", color=style.PURPLE, markersize=8, markeredgecolor="white")
        legend_below(ax, columns=3)

    def _draw_right(self, ax: Axes) -> None:
        ax.xaxis.set_minor_locator(NullLocator())
        (squared,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=2.4, label="squared error")
        (log,) = ax.plot([], [], "-", color=style.BLUE, linewidth=2.2, label="log-loss")
        (squared_mark,) = ax.plot([], [], "^", color=style.ORANGE, markersize=10, markeredgecolor="white", zorder=4)
        (log_mark,) = ax.plot([], [], "o", color=style.BLUE, markersize=9, markeredgecolor="white", zorder=3)
        self.curves = {"squared": squared, "log": log}
        self.marks = {"squared": squared_mark, "log": log_mark}
        self.border = ax.axhline(0, color=style.BLACK, linewidth=1)
        (self.start,) = ax.plot([], [], "s", color=style.BLACK, markersize=7)
        legend_below(ax)

    def _set_view(self, view: str) -> None:
        """Titles and scales of the right panel: seldom changed, so it may be drawn from scratch."""
        ax = self.axes["right"]
        if view == "steps":
            ax.set_xscale("symlog", linthresh=1)
            ax.set_yscale("linear")
            ticks = [0, 1, 10, 100, 1000]
            ax.set(xlim=(-0.15, 5000), ylim=(-LARGEST - 1, LARGEST + 2), xticks=ticks, xticklabels=map(str, ticks))
            ax.set(xlabel="step (logarithmic scale)", ylabel="logit z", yticks=range(-10, 11, 5))
            title = "Gradient descent from z"
        else:
            ax.set_xscale("linear")
            ax.set_yscale("linear" if view == "linear" else "log")
            ticks = list(range(-10, 11, 5))
            ax.set(xlim=(-LARGEST - 0.5, LARGEST + 0.5), xticks=ticks, xticklabels=[fixed(t, 0) for t in ticks])
            ax.set(ylim=(-0.05, 1.05) if view == "linear" else (3e-10, 5), xlabel="logit z", ylabel="size of dL/dz")
            ax.set_yticks(np.linspace(0, 1, 6) if view == "linear" else 10.0 ** np.arange(-9, 1, 3))
            title = "Size of the gradients"
        ax.set_title(title, loc="left", pad=24, fontweight="bold")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_minor_locator(NullLocator())
        self._view = view
        self.redraw_all = True

    def update(self, values: Values) -> None:
        """Marks the logit on the left, and shows the right panel's view of it."""
        logit, view = values["logit"], values["view"]
        if view != self._view:
            self._set_view(view)
        self.difference.set_data([logit, logit], [values["probability"], values["label"]])
        self.sigmoid_mark.set_data([logit], [values["probability"]])
        self.derivative_mark.set_data([logit], [values["derivative"]])
        steps = view == "steps"
        self.border.set_visible(steps)
        self.start.set_data([0] if steps else [], [logit] if steps else [])
        for name, curve in self.curves.items():
            mark, left = self.marks[name], values[f"{name}_left"]
            if steps:
                curve.set_data(KEPT, values[f"{name}_path"])
                mark.set_data([left] if left > 0 else [], [0] if left > 0 else [])
            else:
                curve.set_data(LOGITS, values[f"{name}_sizes"])
                mark.set_data([logit], [values[f"{name}_size"]])
        sigmoid, derivative = magnitude(values["probability"]), magnitude(values["derivative"])
        told = f"z = {fixed(logit, 1)}, y = {values['label']}: σ = {sigmoid}, σ′ = {derivative}"
        self.numbers[0].set_text(raised(told))
        self.numbers[1].set_text(raised(_tell_steps(values) if steps else _tell_sizes(values)))


def _count(left: int) -> str:
    return f"{left:,}" if left >= 0 else f"over {MOST_STEPS:,}"


def _tell_steps(values: Values) -> str:
    if values["log_left"] == 0:
        return "already on the right side"
    squared, log = _count(values["squared_left"]), _count(values["log_left"])
    return f"steps to the right side: squared {squared}, log {log}"


def _tell_sizes(values: Values) -> str:
    return f"squared error {magnitude(values['squared_size'])}; log-loss {magnitude(values['log_size'])}"


def describe_attenuated_gradient(parameters: Mapping[str, Any], values: Values) -> str:
    """Sigmoid, derivative, both gradients and both descents in numbers."""
    sizes = {name: magnitude(values[f"{name}_size"]) for name in GRADIENTS}
    ratio = float(f"{1 / values['derivative']:.3g}")
    if values["log_left"] == 0:
        descent = "The prediction is on the right side already, and descent takes both further that way."
    else:
        ways = {name: _count(values[f"{name}_left"]) for name in GRADIENTS}
        descent = (
            f"Descent with learning rate 1 brings z to the right side after {ways['log']} steps with the log-loss and "
            f"after {ways['squared']} with the squared error."
        )
    return (
        f"An example with label {values['label']} at logit {fixed(values['logit'], 1)}: the sigmoid is "
        f"{magnitude(values['probability'])}, its derivative {magnitude(values['derivative'])}. "
        f"The gradient of the squared error has size {sizes['squared']}, that of the log-loss {sizes['log']}, "
        f"{ratio:,g} times as much. {descent}"
    )


attenuated_gradient = Experiment(
    name="attenuated_gradient",
    title="The attenuated gradient",
    prediction=Prediction(
        question="An example with label 1 has the logit z = −8, a confident mistake. Gradient descent in z, with "
        "learning rate 1, may use the squared error of the sigmoid or the log-loss. Which corrects the mistake faster?",
        choices=(
            "The squared error: squaring weighs a large mistake most",
            "Both alike: the difference of prediction and label is nearly 1 for both",
            "The log-loss, about twice as fast",
            "The log-loss, hundreds of times as fast",
        ),
        answer=3,
        explanation="The gradient of the log-loss is $\\sigma(z) - y$, nearly −1: after 9 steps z is above 0. That of "
        "the squared error is $(\\sigma(z) - y)\\,\\sigma'(z)$, and $\\sigma'(-8)$ is 0.00034: it takes 3,011 steps, "
        "most of them near the start. Squaring does weigh a large difference more, but after the sigmoid the "
        "difference is at most 1, however wrong the logit is. The difference is the same for both losses; the factor "
        "$\\sigma'(z)$ is not. Even at z = 0, where $\\sigma'$ is at "
        "its largest, 1/4, the two gradients differ by the factor 4.",
    ),
    controls=(
        Slider("logit", "Logit z", -LARGEST, LARGEST, step=0.1, value=-1.0),
        Menu("label", "Label y", {"1": "1", "0": "0"}),
        Menu(
            "view",
            "Right panel",
            {"steps": "descent, step by step", "linear": "gradients", "logarithmic": "gradients, logarithmic scale"},
        ),
    ),
    compute=compute_attenuated_gradient,
    picture=AttenuatedGradientPicture,
    describe=describe_attenuated_gradient,
    size=(9.0, 4.2),
    locked={"logit": 8.0},  # on the right side already: neither loss has anything to correct
)
