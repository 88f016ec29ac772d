"""The experiment on densities: probability is area."""

from collections.abc import Mapping
from math import erfc, sqrt
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.panels import SMALL, label, outline, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch.probability import gaussian_pdf, uniform_pdf

VIEW = (-4.0, 4.0)  # of x, the same in both panels
LOW, HIGH = 1.35, 4.3  # the density's scale ends here: the first for as long as the peak is below it
MARGIN = 3.85  # where the bar of the probability stands in the right panel


def compute_density_interval(
    density: str, mean: float, standard_deviation: float, centre: float, width: float
) -> Values:
    """The density, its cumulative probability, and the area over the interval of this centre and width.

    The uniform density of this mean and standard deviation s lies between mean - sqrt(3) s and mean + sqrt(3) s.
    """
    points = np.linspace(*VIEW, 801)
    low, high = centre - width / 2, centre + width / 2
    inside = np.clip(points, low, high)  # the grid within the interval; the rest is heaped on its ends
    densities, cumulative = _DENSITIES[density]
    ends = cumulative(np.array([low, high]), mean, standard_deviation)
    return {
        "points": points,
        "density": densities(points, mean, standard_deviation),
        "cumulative": cumulative(points, mean, standard_deviation),
        "interval": np.array([low, high]),
        "inside": inside,
        "inside_density": densities(inside, mean, standard_deviation),
        "ends": ends,
        "probability": float(ends[1] - ends[0]),
        "peak": float(densities(np.array([mean]), mean, standard_deviation)[0]),
        "height": float(densities(np.array([centre]), mean, standard_deviation)[0]),
        "width": float(width),
    }


def _gaussian(points: Array, mean: float, standard_deviation: float) -> Array:
    with np.errstate(under="ignore"):  # fifty standard deviations away, 0 is the right answer
        return gaussian_pdf(points, mean, standard_deviation**2)


def _gaussian_cumulative(points: Array, mean: float, standard_deviation: float) -> Array:
    """P(x <= point) = erfc(-z / sqrt(2)) / 2 with z = (point - mean) / standard deviation."""
    standardized = (points - mean) / (standard_deviation * sqrt(2))
    return np.array([erfc(-z) / 2 for z in standardized])


def _uniform_ends(mean: float, standard_deviation: float) -> tuple[float, float]:
    """A uniform density of width w has the variance w^2 / 12, so w = sqrt(12) standard deviations."""
    half = sqrt(3) * standard_deviation
    return mean - half, mean + half


def _uniform(points: Array, mean: float, standard_deviation: float) -> Array:
    return uniform_pdf(points, *_uniform_ends(mean, standard_deviation))


def _uniform_cumulative(points: Array, mean: float, standard_deviation: float) -> Array:
    low, high = _uniform_ends(mean, standard_deviation)
    return np.clip((points - low) / (high - low), 0, 1)


_DENSITIES = {"gaussian": (_gaussian, _gaussian_cumulative), "uniform": (_uniform, _uniform_cumulative)}


class DensityIntervalPicture:
    """Left the density with the interval's area, right the cumulative probability with the area as a rise."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        label(left, "Density", "x", "density p(x), per unit of x").set(xlim=VIEW)
        label(right, "Cumulative probability", "x", "P(X ≤ x)").set(xlim=VIEW, ylim=(0, 1.05))
        left.axhline(1, color=style.GREY, linewidth=1.2, linestyle=":")
        left.annotate(
            "height 1", (VIEW[0], 1), (4, 2), textcoords="offset points", color=style.GREY, fontsize=SMALL, va="bottom"
        )
        self.area = Polygon(np.zeros((3, 2)), closed=True, facecolor=style.SKY, edgecolor=style.BLUE, hatch="//")
        left.add_patch(self.area)
        (self.density,) = left.plot([], [], color=style.BLUE, linewidth=2.2)
        (self.cumulative,) = right.plot([], [], color=style.BLUE, linewidth=2.2)
        (self.levels,) = right.plot([], [], color=style.GREY, linewidth=1.2, linestyle="--")
        (self.rise,) = right.plot([], [], color=style.ORANGE, linewidth=7, solid_capstyle="butt")
        self.area_text, self.probability_text = readout(left), readout(right)
        self.axes = {"density": left, "cumulative": right}
        self.moving = [
            self.area,
            self.density,
            self.levels,
            self.cumulative,
            self.rise,
            self.area_text,
            self.probability_text,
        ]
        self.update(values)

    def update(self, values: Values) -> None:
        """Moves curves, area, levels and numbers to ``values``."""
        # The tall scale only where it is needed: it would say beforehand how high a density can be.
        self.axes["density"].set_ylim(0, LOW if values["peak"] < LOW else HIGH)
        (low, high), (before, until) = values["interval"], values["ends"]
        self.density.set_data(values["points"], values["density"])
        self.cumulative.set_data(values["points"], values["cumulative"])
        self.area.set_xy(outline(values["inside"], values["inside_density"]))
        gap = np.nan
        self.levels.set_data([low, low, MARGIN, gap, high, high, MARGIN], [0, before, before, gap, 0, until, until])
        self.rise.set_data([MARGIN, MARGIN], [before, until])
        box = values["height"] * values["width"]
        self.area_text.set_text(f"area {values['probability']:.3f};  height at centre × width = {box:.3f}")
        self.probability_text.set_text(f"bar: P({fixed(low, 3)} ≤ X ≤ {fixed(high, 3)}) = {values['probability']:.3f}")


def describe_density_interval(parameters: Mapping[str, Any], values: Values) -> str:
    """What the two panels show, with their numbers."""
    (low, high), (before, until) = values["interval"], values["ends"]
    peak, height, width = values["peak"], values["height"], values["width"]
    name = {"gaussian": "Gaussian", "uniform": "uniform"}[parameters["density"]]
    side = "above" if peak > 1 else "not above"
    return (
        f"Left: the {name} density with mean {fixed(parameters['mean'])} and standard deviation "
        f"{fixed(parameters['standard_deviation'])} is {peak:.3f} at its highest, {side} 1. The area over the "
        f"interval from {fixed(low, 3)} to {fixed(high, 3)} is {values['probability']:.3f}; the density at the "
        f"interval's centre times its width is {height:.3f} × {fixed(width)} = {height * width:.3f}. "
        f"Right: the cumulative probability rises over the interval from {before:.3f} to {until:.3f}, by the same "
        f"{values['probability']:.3f}."
    )


density_interval = Experiment(
    name="density_interval",
    title="A density's height and a probability",
    prediction=Prediction(
        question="A Gaussian has the standard deviation 0.1. How high is its density at the mean?",
        choices=(
            "Below 1, as every probability is",
            "Exactly 1: the mean is the most probable value",
            "About 4",
            "There is no limit: a density at a point is infinite",
        ),
        answer=2,
        explanation=(
            "The peak is 1 / (σ √(2π)) = 0.399 / 0.1 ≈ 3.99 per unit of x. It may exceed 1, because a density is no "
            "probability: a probability is an area, height times width, and the whole area is 1, however high and "
            "narrow the hill. Nothing fixes the peak at 1 either: σ = 0.8 gives 0.50. And the density at a point is "
            "finite; what is 0 is the probability of one single point, an interval of width 0. "
            "Make the interval thin: its probability is close to height × width."
        ),
    ),
    controls=(
        Menu("density", "Density", {"gaussian": "Gaussian", "uniform": "Uniform"}),
        Slider("mean", "Mean", -1.0, 1.0, step=0.1, value=0.0),
        Slider("standard_deviation", "Standard deviation σ", 0.1, 1.0, step=0.05, value=0.5),
        Slider("centre", "Interval: centre", -2.0, 2.0, step=0.05, value=0.0),
        Slider("width", "Interval: width", 0.0, 4.0, step=0.05, value=1.0),
    ),
    compute=compute_density_interval,
    picture=DensityIntervalPicture,
    describe=describe_density_interval,
    size=(9.0, 3.6),
    main="standard_deviation",
)
