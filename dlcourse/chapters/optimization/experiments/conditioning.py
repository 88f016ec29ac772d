"""What the condition number costs, and what takes it away: better inputs, momentum, or Newton's method."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments import conditioning_runs as runs
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style

METHODS = {
    "descent": ("GD", style.BLUE, "-", "o"),
    "momentum": ("momentum", style.ORANGE, "--", "^"),
    "newton": ("Newton", style.GREEN, "-.", "s"),
}
PARTS = np.array([1.0, 1 / 4, 1 / 16, 1 / 64])  # of the loss at the start, at the contours
LEAST, MOST = 1e-6, 1e3  # of the loss at the start: ends of the panel of losses
LAYOUT: Any = [["weights", "inputs", "counts"], ["weights", "loss", "loss"]]


def compute_conditioning(correlation: float, spread: float, preparation: str, steps: int) -> Values:
    """Linear regression on two inputs, as measured or prepared, from w = 0 by three methods, each at its best rate.

    ``inputs`` (60, 2); ``best`` (2,); ``contours`` (4, 73, 2); ``reach``: how far the start's contour goes from
    ``best``. By method: ``path_`` (k, 2), k at most ``steps`` + 1; ``loss_`` (k,), J above its minimum, in units of
    that at the start; ``count_``, the steps until 1/10,000 of it; ``worst_``, the same from the worst start.
    ``highest_``: the most that the loss comes to. Newton's method is at ``best`` after one step.
    """
    where = runs.regression(preparation, correlation, spread)
    worst, rates = runs.worst_steps(where.condition), runs.best_rates(where.eigenvalues)
    values: Values = {
        "inputs": where.inputs,
        "best": where.best,
        "eigenvalues": where.eigenvalues,
        "condition": where.condition,
        "momentum": rates["momentum"][1],
        "contours": where.contours(PARTS * where.excess(np.zeros(2))),
        "reach": float(np.sqrt(2 * where.excess(np.zeros(2)) * np.diag(np.linalg.inv(where.hessian)).max())),
    }
    for method, (rate, momentum) in rates.items():
        path = runs.descend(where, rate, momentum, max(worst[method], runs.MOST_STEPS))
        values |= _seen(method, path, where, steps)
    values |= _seen("newton", np.vstack([np.zeros(2), np.tile(where.best, (runs.MOST_STEPS, 1))]), where, steps)
    return values | {f"worst_{method}": count for method, count in worst.items()}


def _seen(method: str, path: Array, where: runs.Regression, steps: int) -> Values:
    excess = where.excess(path)
    return {
        f"path_{method}": path[: steps + 1],
        f"loss_{method}": excess[: steps + 1] / excess[0],
        f"highest_{method}": float(excess.max() / excess[0]),
        f"count_{method}": runs.steps_until_near(excess),
    }


class ConditioningPicture:
    """Above the inputs and the weights with the ways down, below the loss by step and the steps by condition number."""

    def __init__(self, figure: Figure, values: Values) -> None:
        self.axes: dict[str, Axes] = figure.subplot_mosaic(LAYOUT, width_ratios=(1.6, 0.8, 1.2))
        self._draw_planes()
        losses = self.axes["loss"]
        label(losses, "The loss on the way", "step", "J − its minimum (start: 1)")
        losses.set(xlim=(-2, runs.MOST_STEPS + 2), yscale="log", ylim=(LEAST, MOST))
        self.losses = {
            name: losses.plot([], [], dash, color=color, linewidth=2)[0]
            for name, (_, color, dash, _) in METHODS.items()
        }
        self._draw_counts(self.axes["counts"])
        self.numbers = {name: readout(ax) for name, ax in self.axes.items()}
        self.moving: list[Artist] = [
            self.dots, self.contours, *self.paths.values(), self.best, self.start, *self.losses.values(),
            *self.marks.values(), *self.numbers.values(),
        ]  # fmt: skip
        self.update(values)

    def _draw_planes(self) -> None:
        inputs, weights = self.axes["inputs"], self.axes["weights"]
        label(inputs, "The inputs", "input 1", "input 2").set_aspect("equal")
        label(weights, "The ways down", "weight 1", "weight 2").set_aspect("equal")
        weights.grid(False)
        (self.dots,) = inputs.plot([], [], "o", color=style.PURPLE, markersize=5)
        self.contours = PolyCollection(
            [], facecolors=to_rgba(style.GREY, 0.09), edgecolors=to_rgba(style.GREY, 0.6), linewidths=0.7
        )
        weights.add_collection(self.contours, autolim=False)
        self.paths = {
            name: weights.plot([], [], dash, marker=mark, color=color, linewidth=1.2, markersize=4, label=told)[0]
            for name, (told, color, dash, mark) in METHODS.items()
        }
        (self.best,) = weights.plot([], [], "*", color=style.YELLOW, markersize=14)
        (self.start,) = weights.plot([0], [0], "s", color="white", markersize=8)
        for mark in (self.best, self.start):
            mark.set(markeredgecolor=style.BLACK, zorder=4)
        legend_below(weights, columns=3)

    def _draw_counts(self, ax: Axes) -> None:
        label(ax, "Steps until 1/10,000", "condition number κ", "steps")
        ax.set(xscale="log", yscale="log", xlim=(0.8, 2500), ylim=(0.7, 7000))
        worst = [runs.worst_steps(condition) for condition in runs.CONDITIONS.tolist()]
        self.marks = {}
        for name, (_, color, dash, mark) in METHODS.items():
            ax.plot(runs.CONDITIONS, [counts[name] for counts in worst], dash, color=color, linewidth=1.2)
            (self.marks[name],) = ax.plot([], [], mark, color=color, markersize=10, markeredgecolor="white")

    def update(self, values: Values) -> None:
        """Shows the inputs, contours, ways and counts in ``values``."""
        inputs, best = values["inputs"], values["best"]
        self.dots.set_data(inputs[:, 0], inputs[:, 1])
        side = 1.1 * np.abs(inputs).max()
        self.axes["inputs"].set(xlim=(-side, side), ylim=(-side, side))
        reach = 1.15 * values["reach"]
        self.axes["weights"].set(xlim=(best[0] - reach, best[0] + reach), ylim=(best[1] - reach, best[1] + reach))
        self.contours.set_verts(values["contours"])
        self.best.set_data(best[:1], best[1:])
        for name in METHODS:
            path, loss = values[f"path_{name}"], values[f"loss_{name}"]
            self.paths[name].set_data(path[:, 0], path[:, 1])
            self.losses[name].set_data(np.arange(len(loss)), loss.clip(LEAST / 10, None))
            self.marks[name].set_data([values["condition"]], [values[f"count_{name}"]])
        for name, told in _tell_numbers(values).items():
            self.numbers[name].set_text(raised(told))


def _tell_numbers(values: Values) -> dict[str, str]:
    """What stands above the panels."""
    first, second, correlation = _spreads(values["inputs"])
    descent, momentum = (magnitude(values[f"loss_{name}"][-1], 2, LEAST) for name in ("descent", "momentum"))
    return {
        "inputs": f"σ = {first:.3g} and {second:.3g}; ρ = {fixed(correlation)}",
        "weights": f"λ = {_curvatures(values)}; κ = {magnitude(values['condition'])}",
        "loss": f"after {len(values['path_descent']) - 1}: GD {descent}, momentum {momentum}",
        "counts": f"GD {values['count_descent']:,}, momentum {values['count_momentum']:,}",
    }


def _spreads(inputs: Array) -> tuple[float, float, float]:
    """Both standard deviations and the correlation of ``inputs`` (n, 2)."""
    covariance = np.cov(inputs.T, ddof=0)
    first, second = np.sqrt(np.diag(covariance)).tolist()
    return first, second, float(covariance[0, 1]) / (first * second)


def _curvatures(values: Values) -> str:
    return " and ".join(f"{curvature:.3g}" for curvature in values["eigenvalues"])


def describe_conditioning(parameters: Mapping[str, Any], values: Values) -> str:
    """What the inputs are like, what condition number that gives, and how long each method takes."""
    first, second, correlation = _spreads(values["inputs"])
    kind = {"raw": "as measured"}.get(parameters["preparation"], parameters["preparation"])
    steps = parameters["steps"]
    now = ", ".join(f"{told} {magnitude(values[f'loss_{name}'][-1], 2, LEAST)}" for name, (told, *_) in METHODS.items())
    highest = values["highest_momentum"]
    rise = f", after a rise to {magnitude(highest, 2)} times it" if highest > 1.05 else ""
    return (
        f"Two inputs, {kind}: standard deviations {first:.3g} and {second:.3g}, correlation {fixed(correlation)}. The "
        f"loss has the curvatures {_curvatures(values)}, condition number κ = {magnitude(values['condition'])}. "
        f"From w = 0, each at its best rate, the loss above its minimum is a 10,000th of that at the start after "
        f"{_steps(values['count_descent'])} of gradient descent (worst start: {values['worst_descent']:,}), "
        f"{_steps(values['count_momentum'])} with momentum {values['momentum']:.2f} (worst start: "
        f"{values['worst_momentum']:,}){rise}, and 1 of Newton's method. After {_steps(steps)} it is, in units of the "
        f"start: {now}."
    )


def _steps(count: int) -> str:
    return f"{count:,} {'step' if count == 1 else 'steps'}"


conditioning = Experiment(
    name="conditioning",
    title="What the condition number costs",
    prediction=Prediction(
        question="Two inputs have the correlation 0.9, and the second is measured in a unit in which it varies four "
        "times as much as the first. Gradient descent at its best rate needs 215 steps until the loss above its "
        "minimum is a 10,000th of that at the start. Both inputs are now standardized. How many steps does it need, "
        "at the rate that is best then?",
        choices=("1", "About 13", "About 44", "About 215, as before"),
        answer=2,
        explanation="Standardizing takes away what the units did and leaves the correlation ρ = 0.9: the covariance "
        "has the eigenvalues 1 ± ρ, so κ = 1.9/0.1 = 19 in place of 93, and gradient descent needs about 2.3 κ = 44 "
        "steps. (Uncorrelated inputs would come from κ = 4² = 16 down to 1; here κ falls by no more than 4.9.) "
        "Whitened inputs are uncorrelated as well: κ = 1, the contours are circles, and 1 step is enough. Newton's "
        "method, which multiplies the gradient by H⁻¹, needs 1 step in any preparation. Both need a d × d matrix. "
        "Momentum needs none, and its steps grow about as √κ: 43 in place of 215 as measured. Its loss rises first, to "
        "8.6 times that at the start: what is best in the long run is bad for a few steps.",
    ),
    controls=(
        Slider("correlation", "Correlation ρ", -0.95, 0.95, step=0.05, value=0.9),
        Slider("spread", "Measured σ of input 2", 1.0, 10.0, step=0.5, value=4.0),
        Menu(
            "preparation",
            "Inputs",
            {"raw": "as measured (centred)", "standardized": "standardized", "whitened": "whitened (ZCA)"},
        ),
        Slider("steps", "Steps shown", 0, runs.MOST_STEPS, step=1, value=30),
    ),
    play=Play("steps", interval=120),
    compute=compute_conditioning,
    picture=ConditioningPicture,
    describe=describe_conditioning,
    size=(9.0, 6.6),
)
