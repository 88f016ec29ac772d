"""The experiment on conditionals: a slice of the joint density, renormalized."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.experiments import tints
from dlcourse.experiments.controls import Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, outline, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch.probability import gaussian_pdf

SHADES = tints.onto(style.BLUE)
SQUARE = 3.5  # the joint density is shown for x and y between -SQUARE and SQUARE
SIDE = np.linspace(-SQUARE, SQUARE, 141)
LINE = np.linspace(-8.0, 8.0, 401)  # of x; wide enough that the sums below miss less than 1e-6 of the area


def bivariate_gaussian_pdf(x: Array, y: Array, correlation: float) -> Array:
    """p(x, y) for two variables of mean 0, standard deviation 1 and the given correlation, -1 < correlation < 1.

    x and y broadcast. exp(-(x^2 - 2 rho x y + y^2) / (2 (1 - rho^2))) / (2 pi sqrt(1 - rho^2)): Bishop (2006),
    equation 2.43 for two variables.
    """
    rest = 1 - correlation**2
    squares = x**2 - 2 * correlation * x * y + y**2
    return np.exp(-squares / (2 * rest)) / (2 * np.pi * np.sqrt(rest))


def compute_joint_and_conditional(correlation: float, observed: float) -> Values:
    """The joint density, its slice at y = observed, and the slice divided by its own area: the conditional.

    The area p(y) and the conditional's mean and standard deviation are sums over the slice, not formulas.
    """
    step = LINE[1] - LINE[0]
    joint_slice = bivariate_gaussian_pdf(LINE, np.array(observed), correlation)
    area = joint_slice.sum() * step  # the sum rule: p(y) is the integral of p(x, y) over x
    conditional = joint_slice / area
    mean = (LINE * conditional).sum() * step
    variance = ((LINE - mean) ** 2 * conditional).sum() * step
    return {
        "joint": bivariate_gaussian_pdf(SIDE, SIDE[:, None], correlation),
        "points": LINE,
        "slice": joint_slice,
        "conditional": conditional,
        "marginal": gaussian_pdf(LINE, 0.0, 1.0),
        "observed": float(observed),
        "area": float(area),
        "mean": float(mean),
        "standard_deviation": float(np.sqrt(variance)),
    }


class JointAndConditionalPicture:
    """Left the joint density and the slice at the observed y; right the slice, the conditional and the marginal."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.25))
        label(left, "Joint density p(x, y)", "x", "y").set(xlim=(-SQUARE, SQUARE), ylim=(-SQUARE, SQUARE))
        label(right, "Along the slice", "x", "density").set(xlim=(-SQUARE, SQUARE), ylim=(0, 1.0))
        self._make_joint(left, values)
        self._make_curves(right, values)
        self.cut_text, self.mean_text = readout(left), readout(right)
        self.axes = {"joint": left, "slice": right}
        along = [self.under, self.slice, self.conditional, self.marginal, self.mean]
        self.moving = [self.joint, self.cut, self.place, *along, self.cut_text, self.mean_text]
        self.update(values)

    def _make_joint(self, ax: Axes, values: Values) -> None:
        ax.grid(False)
        square = (-SQUARE, SQUARE, -SQUARE, SQUARE)
        shades = _shades(values["joint"])
        self.joint = ax.imshow(shades, extent=square, origin="lower", aspect="auto", interpolation="nearest")
        (self.cut,) = ax.plot([], [], color=style.ORANGE, linewidth=2.2, linestyle="--")
        (self.place,) = ax.plot([], [], "o", color=style.BLUE, markersize=8, markeredgecolor="white")

    def _make_curves(self, ax: Axes, values: Values) -> None:
        how: dict[str, Any] = {"color": style.BLACK, "linestyle": ":", "zorder": 3}  # above, where curves coincide
        (self.marginal,) = ax.plot(LINE, values["marginal"], label="marginal p(x)", **how)
        self.under = Polygon(np.zeros((3, 2)), closed=True, facecolor=style.YELLOW, alpha=0.4)
        ax.add_patch(self.under)
        (self.slice,) = ax.plot([], [], color=style.ORANGE, linestyle="--", label="slice p(x, y)")
        (self.conditional,) = ax.plot([], [], color=style.BLUE, label="conditional p(x | y)")
        (self.mean,) = ax.plot(
            [], [], "o", color=style.BLUE, markersize=8, markeredgecolor="white", zorder=4, label="mean of p(x | y)"
        )
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Moves the image, the slice, the curves and the numbers to ``values``."""
        observed, points = values["observed"], values["points"]
        self.joint.set_data(_shades(values["joint"]))
        self.cut.set_data([-SQUARE, SQUARE], [observed, observed])
        self.place.set_data([values["mean"]], [observed])
        self.under.set_xy(outline(points, values["slice"]))
        self.slice.set_data(points, values["slice"])
        self.conditional.set_data(points, values["conditional"])
        self.mean.set_data([values["mean"]], [values["conditional"].max()])
        self.cut_text.set_text(f"slice at y = {fixed(observed, 1)}: area p(y) = {values['area']:.3f}")
        self.mean_text.set_text(
            f"p(x | y): mean {fixed(values['mean'])}, standard deviation {values['standard_deviation']:.2f}"
        )


def _shades(joint: Array) -> NDArray[np.uint8]:
    """Blue the fuller, the denser, relative to the peak: (rows, columns, 4). Drawn three times as fast as numbers."""
    return SHADES(joint / joint.max(), bytes=True)


def describe_joint_and_conditional(parameters: Mapping[str, Any], values: Values) -> str:
    """What the two panels show, with their numbers."""
    correlation = fixed(parameters["correlation"])
    same = (
        "Since the correlation is 0, it is the marginal itself."
        if abs(parameters["correlation"]) < 1e-9
        else f"The marginal p(x) has mean 0 and standard deviation 1; its peak is {values['marginal'].max():.3f}."
    )
    return (
        f"Left: the joint density of two Gaussian variables with means 0, standard deviations 1 and correlation "
        f"{correlation}, cut along y = {fixed(values['observed'], 1)}. "
        f"Right: the slice p(x, y) peaks at {values['slice'].max():.3f} and has the area p(y) = {values['area']:.3f}. "
        f"Divided by this area it is the conditional p(x | y), with mean {fixed(values['mean'])}, standard deviation "
        f"{values['standard_deviation']:.2f} and peak {values['conditional'].max():.3f}. {same}"
    )


joint_and_conditional = Experiment(
    name="joint_and_conditional",
    title="A slice through a joint density",
    prediction=Prediction(
        question="The correlation is 0.8. The observed y moves from 1 to 2. What happens to the conditional p(x | y)?",
        choices=(
            "It moves to the right and becomes lower, as the slice p(x, y) does",
            "It moves to the right; its width and height stay",
            "It moves to the right and becomes narrower, since y = 2 is a rarer and so more telling value",
            "It stays: p(x | y) is about x alone",
        ),
        answer=1,
        explanation=(
            "For this joint density the conditional is a Gaussian with mean ρy, which goes from 0.8 to 1.6, and "
            "standard deviation √(1 − ρ²) = 0.6, in which y does not appear. The slice becomes lower, but the division "
            "by its area p(y) undoes that: the conditional's area is always 1. How rare y is does not matter; how "
            "strongly x and y are related does, so ρ alone sets the width. Only at ρ = 0 does y tell nothing about x; "
            "there the conditional is the marginal."
        ),
    ),
    controls=(
        Slider("correlation", "Correlation ρ", -0.9, 0.9, step=0.05, value=0.8),
        Slider("observed", "Observed y", -2.5, 2.5, step=0.1, value=1.0),
    ),
    compute=compute_joint_and_conditional,
    picture=JointAndConditionalPicture,
    describe=describe_joint_and_conditional,
    size=(9.0, 4.1),
)
