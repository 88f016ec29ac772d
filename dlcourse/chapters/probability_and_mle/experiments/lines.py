"""A line with Gaussian noise: its likelihood, by hand and at its highest."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from dlcourse.arrays import Array
from dlcourse.chapters.probability_and_mle.experiments.gaussians import short
from dlcourse.experiments.controls import DragPoints, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import probability

LOADS = np.array([0.5, 1.3, 2.1, 2.9, 3.7, 4.5, 5.3, 6.1, 6.9, 7.7, 8.5, 9.3])  # newtons hung on a spring
SLOPES = np.linspace(-2, 3.5, 551)  # cm per N; no points in reach have a best slope outside
DROP = -20.0  # the lower end of the right panel
LONGEST = 20.0  # cm
EXACT = 1e-12  # cm²: a mean squared residual below it is a line through all points, but for rounding


def _measurements() -> Array:
    """The spring's lengths (12, 2): 4 cm, and 1.2 cm for each newton, with Gaussian noise of 1.2 cm."""
    noise = np.random.default_rng(12).normal(0, 1.2, LOADS.size)
    return np.column_stack([LOADS, (4 + 1.2 * LOADS + noise).round(1)])


def compute_linear_gaussian(
    points: Array, slope: float, intercept: float, deviation: float, best: bool, compare: bool
) -> Values:
    """The reader's line, and the log-likelihood of every slope at half, once and twice the reader's sigma.

    points: (12, 2), load in N and length in cm. ``curves`` (3, slopes) is the log-likelihood of a slope below its
    maximum over the slopes, for the reader's intercept. ``peak`` is the slope of highest likelihood given the
    intercept; ``best_line`` is (intercept, slope) of highest likelihood of all, ``best_deviation`` its sigma,
    0 when it meets every point: there is then no maximum, and ``best_log_likelihood`` is empty.
    """
    loads, lengths = points.T
    inputs = np.column_stack([np.ones_like(loads), loads])
    peak = float(probability.linear_gaussian_mle(loads[:, None], lengths - intercept)[0][0])
    deviations = deviation * np.array([0.5, 1.0, 2.0])
    slopes = np.sort(np.append(SLOPES, peak))
    drawn = _over_slopes(points, intercept, np.append(slopes, peak), deviations)
    line = np.array([intercept, slope])
    residuals = lengths - inputs @ line
    return {
        "best": best,
        "compare": compare,
        "points": points,
        "line": line,
        "deviation": deviation,
        "residuals": residuals,
        "mean_square": float((residuals**2).mean()),
        "log_likelihood": probability.linear_gaussian_log_likelihood(inputs, lengths, line, deviation**2),
        "slopes": slopes,
        "curves": drawn[:, :-1] - drawn[:, -1:],
        "peak": peak,
        **_best_of_all(inputs, lengths),
    }


def _best_of_all(inputs: Array, lengths: Array) -> Values:
    """The maximum likelihood line, its sigma, and its log-likelihood."""
    line, variance = probability.linear_gaussian_mle(inputs, lengths)
    if variance < EXACT:
        return {"best_line": line, "best_deviation": 0.0, "best_log_likelihood": np.empty(0)}
    height = probability.linear_gaussian_log_likelihood(inputs, lengths, line, variance)
    return {"best_line": line, "best_deviation": float(np.sqrt(variance)), "best_log_likelihood": np.array([height])}


def _over_slopes(points: Array, intercept: float, slopes: Array, deviations: Array) -> Array:
    """The log-likelihood (deviations, slopes) of the lines with ``intercept`` and each of ``slopes``."""
    loads, lengths = points.T
    predictions = intercept + slopes[:, None] * loads
    return probability.gaussian_log_pdf(lengths, predictions, deviations[:, None, None] ** 2).sum(axis=-1)


class LinearGaussianPicture:
    """Left the measurements, the line and its bands, right the log-likelihood of the slope for three sigmas."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"data": left, "slope": right}
        self._draw_line(label(left, "Measurements and your line", "load x (N)", "length y (cm)"))
        self._draw_slopes(label(right, "Which slope is best?", "slope w (cm per N)", "log L(w) − its maximum"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.wide, self.narrow, self.residuals, self.line, self.best, self.dots,
            *self.curves, self.peak, self.slope, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_line(self, ax: Axes) -> None:
        ax.set(xlim=(-0.3, 10.3), ylim=(-0.5, LONGEST + 0.5), yticks=[0, 5, 10, 15, 20])
        corners = np.zeros((4, 2))
        self.wide = Polygon(corners, facecolor=style.SKY, alpha=0.25, label="within 2σ")
        self.narrow = Polygon(corners, facecolor=style.SKY, alpha=0.45, label="within σ")
        for band in (self.wide, self.narrow):
            ax.add_patch(band)
        self.residuals = LineCollection([], colors=style.GREY, linewidths=1.2, label="residuals")
        ax.add_collection(self.residuals, autolim=False)
        (self.line,) = ax.plot([], [], color=style.BLUE, label="your line")
        (self.best,) = ax.plot([], [], "--", color=style.ORANGE, label="best line")
        (self.dots,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, label="measured (drag)")
        self.dots.set(markeredgecolor="white", zorder=4)
        legend_below(ax, columns=3)

    def _draw_slopes(self, ax: Axes) -> None:
        ax.set(xlim=(SLOPES[0] - 0.1, SLOPES[-1] + 0.1), ylim=(DROP, 1.2), yticks=[-20, -15, -10, -5, 0])
        looks = (("σ ÷ 2", style.PURPLE, "-."), ("σ", style.BLUE, "-"), ("σ × 2", style.GREEN, "--"))
        self.curves = [ax.plot([], [], dash, color=color, label=name)[0] for name, color, dash in looks]
        (self.slope,) = ax.plot([], [], ":", color=style.BLACK, linewidth=2, label="your slope")
        (self.peak,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, label="highest point")
        legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Shows the points, the line and the log-likelihoods in ``values``."""
        (intercept, slope), points, deviation = values["line"], values["points"], values["deviation"]
        ends = np.array([-0.3, 10.3])
        heights = intercept + slope * ends
        self.line.set_data(ends, heights)
        for band, times in ((self.narrow, 1), (self.wide, 2)):
            low, high = heights - times * deviation, heights + times * deviation
            band.set_xy(np.column_stack([np.append(ends, ends[::-1]), np.append(low, high[::-1])]))
        feet = np.column_stack([points[:, 0], points[:, 1] - values["residuals"]])
        self.residuals.set_segments(list(np.stack([points, feet], axis=1)))
        self.dots.set_data(points[:, 0], points[:, 1])
        self.best.set_data(ends, values["best_line"][0] + values["best_line"][1] * ends)
        self.best.set_visible(values["best"])
        for curve, drawn in zip(self.curves, values["curves"], strict=True):
            curve.set_data(values["slopes"], np.maximum(drawn, 3 * DROP))
        for other in (self.curves[0], self.curves[2]):
            other.set_visible(values["compare"])
        self.peak.set_data([values["peak"]], [0])
        self.slope.set_data([slope, slope], [DROP, 1.2])
        self.numbers[0].set_text(f"mean squared residual {values['mean_square']:.2f} cm²")
        told = f"log-likelihood of your line {fixed(values['log_likelihood'], 1)}"
        self.numbers[1].set_text(f"{told}; best slope {fixed(values['peak'])}")


def describe_linear_gaussian(parameters: Mapping[str, Any], values: Values) -> str:
    """The reader's line with its fit, where the best slope lies, and the maximum likelihood line when shown."""
    deviation, peak = values["deviation"], fixed(values["peak"])
    text = (
        f"Twelve measured lengths of a spring (cm) under loads x (N), and your line {_equation(values['line'])} "
        f"with σ = {deviation:.1f} cm: mean squared residual {values['mean_square']:.2f} cm², log-likelihood "
        f"{fixed(values['log_likelihood'], 1)}. Given your intercept, the best slope is {peak} cm per N for "
        f"σ = {deviation / 2:.2f}, {deviation:.2f} and {2 * deviation:.2f} cm alike; a larger σ only makes the "
        "log-likelihood flatter."
    )
    return f"{text} {_tell_best(values)}" if values["best"] else text


def _equation(line: Array) -> str:
    """For instance y = 4.00 + 1.20 x, or with a minus sign."""
    intercept, slope = line.round(2) + 0.0
    return f"y = {fixed(intercept)} {'−' if slope < 0 else '+'} {fixed(abs(slope))} x"


def _tell_best(values: Values) -> str:
    """The maximum likelihood line with its sigma and log-likelihood."""
    opening = f"The maximum likelihood line is {_equation(values['best_line'])}"
    if not values["best_log_likelihood"].size:
        return f"{opening}; it meets every point, so its likelihood grows without bound as σ shrinks to 0."
    return (
        f"{opening} with σ = {short(values['best_deviation'])} cm, the root of its mean squared residual, and has "
        f"log-likelihood {fixed(values['best_log_likelihood'][0], 1)}."
    )


linear_gaussian = Experiment(
    name="linear_gaussian",
    title="A line with Gaussian noise",
    prediction=Prediction(
        question="You have found the slope with the highest likelihood, for some σ and a fixed intercept. Now somebody "
        "tells you that the noise is twice as large: σ is doubled. Which slope has the highest likelihood now?",
        choices=(
            "A smaller one: noisier data are trusted less",
            "The same one",
            "It depends on where the points lie",
        ),
        answer=1,
        explanation="In the log-likelihood $-\\sum_i (y_i - b - w x_i)^2 / (2\\sigma^2) - (n/2) "
        "\\log(2\\pi\\sigma^2)$ the slope stands only in the sum of squares, and σ only scales that sum "
        "and shifts the whole. The slope with the smallest sum is best for every σ, whatever the "
        "points: their places decide which slope it is, but not whether σ moves it. What σ changes is "
        "the sharpness: with twice the σ the parabola is a quarter as steep, so other slopes lose less. "
        "Trusting noisy data less and leaning towards smaller slopes needs a prior belief in small "
        "slopes, and maximum likelihood has none.",
    ),
    controls=(
        Slider("slope", "Your slope", -2.0, 3.5, step=0.05, value=0.8, unit="cm per N"),
        Slider("intercept", "Your intercept", 0.0, 10.0, step=0.1, value=5.0, unit="cm"),
        Slider("deviation", "Your σ", 0.2, 5.0, step=0.1, value=1.2, unit="cm"),
        Toggle("best", "Show the maximum likelihood line", False),
        Toggle("compare", "Compare with σ ÷ 2 and σ × 2", False),
        DragPoints(
            "points", _measurements(), axes="data", limits=((0.0, 10.0), (0.0, LONGEST)), move="y", label="measurements"
        ),
    ),
    compute=compute_linear_gaussian,
    picture=LinearGaussianPicture,
    describe=describe_linear_gaussian,
    size=(9.0, 4.2),
)
