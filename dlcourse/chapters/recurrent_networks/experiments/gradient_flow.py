"""The experiment on how long the gradient is many steps back: by the matrix, the activation and the inputs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from dlcourse.chapters.recurrent_networks.experiments.flow import ACTIVATIONS, MATRICES, STEPS, matrices, run
from dlcourse.experiments.experiment import Experiment, Menu, Prediction, Slider, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style

DECADES = 3  # the log axis ends at multiples of so many
LEAST = 1e-30  # of a length: where all units of a ReLU network are off, it is 0
BEYOND = 1.65  # half the width of the plane


def compute_gradient_over_time(radius: float, activation: str, kind: str, spread: float) -> Values:
    """The gradient's length over 40 steps back, relative to the last state's, as powers of ten.

    ``middle``, ``low``, ``high`` (41,): log10 of the median, lowest and highest of 20 runs, each with a matrix of its
    own. ``factor``: radius, by which the control grows with every step; ``bound``: the largest singular value.
    ``eigenvalues`` (32,) of W_h and ``of_step`` (32,) of ∂h_T/∂h_{T−1}, complex, in the first run; ``slope``: the mean
    of φ′.
    """
    unit, eigenvalues, singular = matrices(kind)
    w_h = radius * unit
    lengths, slopes = run(w_h, activation, spread)
    powers = np.log10(np.maximum(lengths, LEAST))
    return {
        "middle": np.median(powers, axis=1),
        "low": powers.min(axis=1),
        "high": powers.max(axis=1),
        "factor": radius,
        "bound": radius * singular,
        "eigenvalues": radius * eigenvalues[0],
        "of_step": np.linalg.eigvals(slopes[-1, 0][:, None] * w_h[0]),
        "slope": float(slopes.mean()),
    }


class GradientFlowPicture:
    """Left the length over the steps back, right the eigenvalues in the complex plane."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.45, 1.0))
        self.axes = {"length": left, "plane": right}
        self._draw_length(label(left, r"Length of $\partial L/\partial h_{T-k}$", "steps back, k", "relative to k = 0"))
        self._draw_plane(label(right, "Eigenvalues", "real part", "imaginary part"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.band, self.bound, self.control, self.middle, self.of_matrix, self.of_step]
        self.moving += self.numbers
        self.update(values)

    def _draw_length(self, ax: Axes) -> None:
        ax.set(xlim=(0, STEPS), ylim=(-3, 3))
        ax.xaxis.set_major_locator(FixedLocator(range(0, STEPS + 1, 10)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda power, _: raised(f"10^{power:.0f}")))
        self.band = ax.fill_between([0, 1], [0, 0], [0, 0], color=style.SKY, alpha=0.35, linewidth=0, label="20 runs")
        (self.bound,) = ax.plot([], [], ":", color=style.GREY, linewidth=1.8, label="bound, by singular value")
        (self.control,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.6, label="radius to the power k")
        (self.middle,) = ax.plot([], [], color=style.BLUE, linewidth=2.4, label="median run")
        legend_below(ax, columns=2)

    def _draw_plane(self, ax: Axes) -> None:
        ticks = (-1, 0, 1)
        ax.set(xlim=(-BEYOND, BEYOND), ylim=(-BEYOND, BEYOND), aspect="equal", anchor="N", xticks=ticks, yticks=ticks)
        turn = np.linspace(0, 2 * np.pi, 181)
        ax.plot(np.cos(turn), np.sin(turn), color=style.GREY, linewidth=1)
        hollow: dict[str, Any] = {"markersize": 7, "markerfacecolor": "none", "markeredgewidth": 1.2}
        (self.of_matrix,) = ax.plot([], [], "o", color=style.BLACK, label="of $W_h$", **hollow)
        (self.of_step,) = ax.plot([], [], "o", color=style.ORANGE, markersize=4, label="of one step")
        legend_below(ax, columns=2)

    def update(self, values: Values) -> None:
        """Draws the lengths and the eigenvalues."""
        steps = np.arange(STEPS + 1)
        control, bound = (steps * np.log10(values[name]) for name in ("factor", "bound"))
        shown = np.concatenate([values["low"], values["high"], control])
        low, high = np.floor(min(shown.min(), -1) / DECADES), np.ceil(max(shown.max(), 1) / DECADES)
        ax = self.axes["length"]
        ax.set_ylim(DECADES * low, DECADES * high)
        apart = DECADES * max(1, round((high - low) / 6))
        ax.yaxis.set_major_locator(FixedLocator(list(range(-120, 121, apart))))
        self.middle.set_data(steps, values["middle"])
        self.control.set_data(steps, control)
        self.bound.set_data(steps, bound)
        self.band.set_data(steps, values["low"], values["high"])
        for points, name in ((self.of_matrix, "eigenvalues"), (self.of_step, "of_step")):
            points.set_data(values[name].real, values[name].imag)
        self.numbers[0].set_text(raised(f"40 steps back: {_length(values)}; radius⁴⁰: {_power(control[-1])}"))
        largest = np.abs(values["of_step"]).max()
        self.numbers[1].set_text(f"largest: {fixed(values['factor'])}; of one step {fixed(largest)}")


def _length(values: Values) -> str:
    return _power(values["middle"][-1])


def _power(logarithm: float) -> str:
    return magnitude(10.0**logarithm, 2, LEAST * 1.001)


def describe_gradient_over_time(parameters: Mapping[str, Any], values: Values) -> str:
    """The length after 10 and 40 steps, the control, the bound, and what the activation does."""
    ten, forty = (_power(values["middle"][k]) for k in (10, STEPS))
    control = STEPS * np.log10(values["factor"])
    through = {"tanh": "with tanh", "relu": "with ReLU"}.get(parameters["activation"], "without an activation")
    return (
        f"The gradient of recurrent networks {through}, with {parameters['kind']} matrices of spectral radius "
        f"{parameters['radius']:.2f} and inputs of spread "
        f"{parameters['spread']:.1f}. In the median of 20 runs it has {ten} times its length 10 steps back, and "
        f"{forty} times 40 steps back; the power of the radius is {_power(control)}. The largest singular value is "
        f"{fixed(values['bound'])}; the mean derivative of the activation is {fixed(values['slope'])}."
    )


gradient_over_time = Experiment(
    name="gradient_over_time",
    title="The gradient, forty steps back",
    prediction=Prediction(
        question="$W_h$ is orthogonal times 1.1: it makes every vector longer by a tenth, and its spectral radius is "
        "1.1. Without an activation the gradient 40 steps back is $1.1^{40} \\approx 45$ times as long as at the end. "
        "Now the states go through tanh, and inputs of spread 1 arrive at every step. How long is it then?",
        choices=(
            "About 45 times: tanh bounds the states, not the gradient",
            "About as long as at the end",
            "About a hundredth",
            "Less than a millionth",
        ),
        answer=3,
        explanation="About $10^{-7}$: the radius says what $W_h$ does alone, but each step multiplies by "
        "$\\tanh'(a_t) \\le 1$, too, and here that is 0.52 on average. So larger inputs mean a shorter gradient: try "
        "spread 0, then 3. ReLU lets half of the units pass, and an orthogonal matrix needs a radius of about "
        "$\\sqrt 2$ before the gradient grows. Then take the sheared matrix, without an activation, at radius 0.9: it "
        "has the eigenvalues of the orthogonal one, and yet the gradient is six times as long 10 steps back. Only "
        "after many steps does the radius decide; what happens before is bounded by the largest singular value alone.",
    ),
    controls=(
        Slider("radius", "Spectral radius", 0.5, 1.5, step=0.05, value=1.0),
        Menu("activation", "Activation", ACTIVATIONS),
        Menu("kind", "Matrix", MATRICES),
        Slider("spread", "Spread of what arrives", 0.0, 3.0, step=0.1, value=1.0),
    ),
    compute=compute_gradient_over_time,
    picture=GradientFlowPicture,
    describe=describe_gradient_over_time,
    size=(9.0, 4.6),
)
