"""The error of gradient descent along the steepest and the flattest direction of a loss surface."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.history import DivergenceError
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import descent

STEEP = 1.0  # lambda_max
RATES = np.linspace(0, 2.4, 241)
MOST_STEPS, FEW_STEPS = 200, 60  # the picture shows the first few, and more only where there are more
HIGHEST = 2.0  # top of both panels


def compute_eigen_directions(condition: int, rate: float, steps: int) -> Values:
    """Gradient descent on (1/2)(lambda_min e_1^2 + lambda_max e_2^2) from e = (1, 1), with lambda_max = 1.

    condition: lambda_max / lambda_min. Along an eigenvector each step multiplies the error by 1 - rate * lambda:
    ``factors`` (2,), flat direction first; ``errors`` (k, 2) are the errors after each step, k at most ``steps`` + 1,
    fewer where the loss has grown a million times over, at step ``diverged`` (0: it has not). ``sizes`` (2, 241) is
    |1 - rate * lambda| over RATES. ``best_rate`` = 2 / (lambda_min + lambda_max) makes the larger one smallest.
    """
    curvatures = np.array([STEEP / condition, STEEP])
    path, diverged = _descend(curvatures, rate, steps)
    factors = 1 - rate * curvatures
    return {
        "curvatures": curvatures,
        "factors": factors,
        "errors": path,
        "diverged": diverged,
        "sizes": np.abs(1 - RATES * curvatures[:, None]),
        "rate": rate,
        "best_rate": 2 / float(curvatures.sum()),
        "steps_to_one_percent": _steps_to_one_percent(float(np.abs(factors).max())),
    }


def _descend(curvatures: Array, rate: float, steps: int) -> tuple[Array, int]:
    """The path (k, 2) from (1, 1), and the step at which it diverged, 0 if it has not."""
    try:
        path = descent.gradient_descent(
            lambda error: float(curvatures @ error**2) / 2, lambda error: curvatures * error, [1.0, 1.0], rate, steps
        )
    except DivergenceError as error:
        return np.asarray(error.path), error.step
    return path, 0


def _steps_to_one_percent(factor: float) -> int:
    """The first k with factor^k <= 0.01; 0 when it never comes."""
    if factor >= 1:
        return 0
    return 1 if factor <= 0.01 else int(np.ceil(np.log(0.01) / np.log(factor) - 1e-9))


class EigenDirectionsPicture:
    """Left both errors at each step, right what a step multiplies them by, for every learning rate."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"errors": left, "factors": right}
        self._draw_errors(label(left, "The error in both directions", "step k", "error (1 at the start)"))
        self._draw_factors(label(right, "What a step multiplies it by", "learning rate (λ_max = 1)", "|1 − rate × λ|"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.flat, self.steep, self.flat_sizes, self.steep_sizes, self.best, self.here,
            self.flat_factor, self.steep_factor, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_errors(self, ax: Axes) -> None:
        ax.set(ylim=(-HIGHEST, HIGHEST))
        ax.axhline(0, color=style.GREY, linewidth=1)
        (self.steep,) = ax.plot([], [], "o--", color=style.ORANGE, markersize=5, linewidth=1, label="steep: λ_max")
        (self.flat,) = ax.plot([], [], "s-", color=style.BLUE, markersize=4, linewidth=1.5, label="flat: λ_min")
        legend_below(ax)

    def _draw_factors(self, ax: Axes) -> None:
        ax.set(xlim=(0, RATES[-1]), ylim=(0, HIGHEST), yticks=[0, 0.5, 1, 1.5, 2])
        ax.axhline(1, color=style.GREY, linewidth=1)
        (self.steep_sizes,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=2, label="steep: λ_max")
        (self.flat_sizes,) = ax.plot([], [], "-", color=style.BLUE, linewidth=2, label="flat: λ_min")
        (self.here,) = ax.plot([], [], ":", color=style.BLACK, linewidth=2, label="your learning rate")
        (self.best,) = ax.plot([], [], "*", color=style.GREEN, markersize=15, label="2/(λ_min + λ_max)")
        (self.steep_factor,) = ax.plot([], [], "o", color=style.ORANGE, markersize=10)
        (self.flat_factor,) = ax.plot([], [], "s", color=style.BLUE, markersize=9)
        for mark in (self.best, self.steep_factor, self.flat_factor):
            mark.set(markeredgecolor="white", zorder=4, clip_on=False)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the errors and factors in ``values``."""
        errors, rate = values["errors"], values["rate"]
        steps = np.arange(len(errors))
        self.axes["errors"].set_xlim(-1, (FEW_STEPS if len(errors) <= FEW_STEPS + 1 else MOST_STEPS) + 1)
        for column, line, curve, mark in (
            (0, self.flat, self.flat_sizes, self.flat_factor),
            (1, self.steep, self.steep_sizes, self.steep_factor),
        ):
            shown = _until_outside(errors[:, column])
            line.set_data(steps[: len(shown)], shown)
            curve.set_data(RATES, values["sizes"][column])
            mark.set_data([rate], [abs(values["factors"][column])])
        best = values["best_rate"]
        self.best.set_data([best], [abs(1 - best * values["curvatures"][1])])
        self.here.set_data([rate, rate], [0, HIGHEST])
        flat, steep = (fixed(factor, 3) for factor in values["factors"])
        self.numbers[0].set_text(_progress(values))
        self.numbers[1].set_text(f"steep {steep}, flat {flat}; limit 2/λ_max = 2")


def _until_outside(errors: Array) -> Array:
    """``errors`` up to the first that lies outside the picture, that one included."""
    outside = np.flatnonzero(np.abs(errors) > HIGHEST)
    return errors[: outside[0] + 1] if outside.size else errors


def _progress(values: Values) -> str:
    """How long the larger error takes, or that it never arrives."""
    if values["diverged"]:
        return f"diverged at step {values['diverged']}"
    steps = values["steps_to_one_percent"]
    return (
        f"both below 1 % after {steps} {'step' if steps == 1 else 'steps'}"
        if steps
        else "never both below 1 % at this rate"
    )


def describe_eigen_directions(parameters: Mapping[str, Any], values: Values) -> str:
    """Both factors, both errors now, and how many steps it takes to bring both to a hundredth."""
    flat, steep = (fixed(factor, 3) for factor in values["factors"])
    condition, steps = parameters["condition"], len(values["errors"]) - 1
    text = (
        f"With condition number {condition} (λ_max = 1, λ_min = 1/{condition}) and learning rate {values['rate']:.2f} "
        f"a step multiplies the error along the steep direction by {steep} and along the flat one by {flat}. "
    )
    if values["diverged"]:
        return f"{text}At step {steps} the loss has grown a million times over: it has diverged."
    now = [fixed(error, 3) for error in values["errors"][-1]]
    return (
        f"{text}After {steps} {'step' if steps == 1 else 'steps'} the errors are {now[1]} and {now[0]}; "
        f"{_progress(values)}. The learning rate 2/(λ_min + λ_max) = {values['best_rate']:.3f} makes the larger factor "
        f"as small as can be, ({condition} − 1)/({condition} + 1) = {(condition - 1) / (condition + 1):.3f}."
    )


eigen_directions = Experiment(
    name="eigen_directions",
    title="One learning rate for all directions",
    prediction=Prediction(
        question="A surface with condition number λ_max/λ_min = 4 needs 10 steps at its best learning rate until the "
        "error is below 1 % in every direction. Another has condition number 16. How many steps does it need, at the "
        "best learning rate for it?",
        choices=(
            "About 10: a better learning rate makes up for it",
            "About 20",
            "About 40",
            "About 160",
        ),
        answer=2,
        explanation="It needs 37. The rate has to stay below 2/λ_max because of the steep direction, and along the "
        "flat one a step is then short. The best compromise gives both the factor (κ − 1)/(κ + 1) in size, with κ "
        "the condition number: 0.600 for 4 and 0.882 for 16, about 1 − 2/κ. So the steps grow in proportion to κ: "
        "four times κ, four times the steps, about 40. Growth with the square root of κ, to 20, needs momentum; 160 "
        "would be growth with its square. And no rate makes up for it, since this is the best one already; "
        "standardized inputs do, where κ was large because of shifts or units.",
    ),
    controls=(
        Slider("condition", "Condition number λ_max/λ_min", 1, 50, step=1, value=4),
        Slider("rate", "Learning rate, in units of 1/λ_max", 0.05, 2.4, step=0.01, value=0.5),
        Slider("steps", "Steps", 0, MOST_STEPS, step=1, value=20),
    ),
    play=Play("steps", interval=120),
    compute=compute_eigen_directions,
    picture=EigenDirectionsPicture,
    describe=describe_eigen_directions,
    size=(9.0, 4.4),
)
