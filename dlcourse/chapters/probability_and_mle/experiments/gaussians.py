"""A Gaussian fitted to points, by hand and by maximum likelihood."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.experiments.controls import DragPoints, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import probability

# The heights, in centimetres, of eight seedlings.
WIDEST = 20.0  # a seedling can be dragged to any height from 0 to this
HEIGHTS = np.column_stack([[5.2, 6.6, 7.3, 7.9, 8.6, 9.2, 10.3, 11.7], np.zeros(8)])
SHOWN_HEIGHTS = np.linspace(0, WIDEST, 401)
MEANS = np.linspace(0, WIDEST, 101)  # the map of the log-likelihood
DEVIATIONS = np.linspace(0.5, 10, 77)
LEVELS = (-100.0, -50.0, -20.0, -10.0, -5.0, -2.0, -0.5, 0.0)  # of the log-likelihood below its maximum, in the map
TALLEST = 0.4  # per cm, the top of the left panel


def compute_gaussian_fit(points: Array, mean: float, deviation: float, fit: bool) -> Values:
    """The reader's density and log-likelihood, those of the maximum likelihood fit, and a map over (mu, sigma).

    points: (8, 2), x is the observation in cm. ``map`` (deviations, means) is the log-likelihood below its maximum on
    the map. ``best_deviation`` is 0 when all observations coincide; the likelihood then has no maximum, and
    ``best_log_likelihood`` and ``best_density`` are empty.
    """
    observed = points[:, 0]
    best_mean, best_variance = probability.gaussian_mle(observed)
    has_maximum = np.ptp(observed) > 0  # rounding can leave a variance of 1e-30 where all coincide
    best_deviation = float(np.sqrt(best_variance)) if has_maximum else 0.0
    best_grid = best_mean + best_deviation * (np.linspace(-5, 5, 201) if has_maximum else np.empty(0))
    best = [probability.gaussian_log_likelihood(observed, best_mean, best_variance)] if has_maximum else []
    over_map = probability.gaussian_log_likelihood(observed, MEANS, DEVIATIONS[:, None] ** 2)
    return {
        "fit": fit,
        "points": points,
        "mean": mean,
        "deviation": deviation,
        "density": _density(SHOWN_HEIGHTS, mean, deviation),
        "stems": _density(observed, mean, deviation),
        "log_likelihood": float(probability.gaussian_log_likelihood(observed, mean, deviation**2)),
        "best_mean": best_mean,
        "best_deviation": best_deviation,
        "best_log_likelihood": np.array(best),
        "best_grid": best_grid,
        "best_density": probability.gaussian_pdf(best_grid, best_mean, best_variance) if has_maximum else best_grid,
        "map": over_map - over_map.max(),
    }


def _density(points: Array, mean: float, deviation: float) -> Array:
    """The Gaussian density; 40 standard deviations from the mean it is too small for a float, and 0 is right there."""
    with np.errstate(under="ignore"):
        return probability.gaussian_pdf(points, mean, deviation**2)


class GaussianFitPicture:
    """Left the points under both densities, right the log-likelihood over mean and standard deviation."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, (1.0, 1.0))
        self.axes = {"data": left, "map": right}
        self._draw_densities(label(left, "Points and densities", "height of a seedling x (cm)", "density (per cm)"))
        self._draw_map(label(right, "Log-likelihood", "mean μ (cm)", "standard deviation σ (cm)"), figure)
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.stems, self.density, self.best, self.dots,
            self.image, self.best_place, self.place, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_densities(self, ax: Axes) -> None:
        ax.set(xlim=(-0.5, WIDEST + 0.5), ylim=(-0.035, TALLEST), yticks=np.linspace(0, TALLEST, 5))
        self.stems = LineCollection([], colors=style.SKY, linewidths=1.5, label="density at a point")
        ax.add_collection(self.stems, autolim=False)
        (self.density,) = ax.plot([], [], color=style.BLUE, label="your Gaussian")
        (self.best,) = ax.plot([], [], "--", color=style.ORANGE, label="maximum likelihood")
        (self.dots,) = ax.plot([], [], "o", color=style.BLACK, markersize=10, label="seedlings (drag)")
        self.dots.set(markeredgecolor="white", zorder=4)
        legend_below(ax)

    def _draw_map(self, ax: Axes, figure: Figure) -> None:
        half_mean, half_deviation = (MEANS[1] - MEANS[0]) / 2, (DEVIATIONS[1] - DEVIATIONS[0]) / 2
        extent = (-half_mean, WIDEST + half_mean, DEVIATIONS[0] - half_deviation, DEVIATIONS[-1] + half_deviation)
        norm = BoundaryNorm(LEVELS, 256, extend="min")
        start = np.zeros((len(DEVIATIONS), len(MEANS)))
        self.image = ax.imshow(
            start, origin="lower", extent=extent, aspect="auto", cmap="cividis", norm=norm,
            interpolation="bilinear", interpolation_stage="data",
        )  # fmt: skip
        ax.grid(False)
        (self.best_place,) = ax.plot([], [], "*", color=style.ORANGE, markersize=17, label="maximum likelihood")
        (self.place,) = ax.plot([], [], "o", color=style.BLUE, markersize=11, label="your Gaussian")
        for mark in (self.best_place, self.place):
            mark.set(markeredgecolor="white", markeredgewidth=1.5, zorder=4, clip_on=False)
        bar = figure.colorbar(self.image, ax=ax, pad=0.02, ticks=LEVELS, spacing="uniform", extend="min")
        bar.ax.set_yticklabels([f"{level:g}".replace("-", "−") for level in LEVELS], fontsize=SMALL)
        bar.set_label("below its highest value here", fontsize=SMALL)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the points and both fits in ``values``."""
        points, stems, has_maximum = values["points"], values["stems"], values["best_density"].size > 0
        observed = points[:, 0]
        self.stems.set_segments(list(np.stack([points, np.column_stack([observed, stems])], axis=1)))
        self.density.set_data(SHOWN_HEIGHTS, values["density"])
        self.dots.set_data(observed, points[:, 1])
        self.best.set_data(values["best_grid"], values["best_density"])
        self.image.set_data(values["map"])
        self.place.set_data([values["mean"]], [values["deviation"]])
        self.best_place.set_data([values["best_mean"]], [max(values["best_deviation"], DEVIATIONS[0])])
        self.best.set_visible(values["fit"])
        self.best_place.set_visible(values["fit"] and has_maximum)
        for text, told in zip(self.numbers, _tell_numbers(values), strict=True):
            text.set_text(told)


def _tell_numbers(values: Values) -> tuple[str, str]:
    """What stands above the two panels."""
    yours = f"yours {fixed(values['log_likelihood'], 1)}"
    if not values["fit"]:
        return "make the log-likelihood as large as you can", yours
    if not values["best_density"].size:
        return "all points coincide: σ shrinks to 0", f"{yours}; no maximum"
    fit = f"maximum likelihood: μ = {values['best_mean']:.2f} cm, σ = {short(values['best_deviation'])} cm"
    return fit, f"{yours}; at the best fit {fixed(values['best_log_likelihood'][0], 1)}"


def short(deviation: float) -> str:
    """A standard deviation with two decimals, or two digits where these would be zeros."""
    return f"{deviation:.2f}" if deviation >= 0.1 else f"{deviation:.1g}"


def describe_gaussian_fit(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the points lie, both fits with their log-likelihoods, and the difference."""
    observed = np.sort(values["points"][:, 0])
    text = (
        f"Eight seedlings of {', '.join(f'{height:.4g}' for height in observed)} cm. Your Gaussian, mean "
        f"{values['mean']:.1f} cm and standard deviation {values['deviation']:.1f} cm, has log-likelihood "
        f"{fixed(values['log_likelihood'], 1)}."
    )
    if not values["fit"]:
        return f"{text} The maximum likelihood fit is not shown."
    if not values["best_density"].size:
        return (
            f"{text} All points coincide, so no Gaussian is the best: with its mean at the points, the likelihood "
            "grows without bound as the standard deviation shrinks to 0."
        )
    best = values["best_log_likelihood"][0]
    more = fixed(round(best, 1) - round(values["log_likelihood"], 1), 1)  # agrees with what is written
    return (
        f"{text} The maximum likelihood fit, mean {values['best_mean']:.2f} cm and standard deviation "
        f"{short(values['best_deviation'])} cm, has {fixed(best, 1)}: {more} more."
    )


gaussian_fit = Experiment(
    name="gaussian_fit",
    title="A Gaussian fitted to points by hand and by maximum likelihood",
    prediction=Prediction(
        question="The tallest of eight seedlings, 11.7 cm, turns out to measure 20 cm; the other seven stay as they "
        "are, between 5.2 and 10.3 cm. What happens to the standard deviation of the maximum likelihood fit?",
        choices=(
            "It hardly changes: seven of the eight points are where they were",
            "It grows by about half",
            "It more than doubles",
        ),
        answer=2,
        explanation="It goes from 1.94 cm to 4.27 cm. The variance is the mean of the squared deviations, and "
        "squaring lets one far point outweigh seven near ones: this one alone contributes more than "
        "three quarters of the sum. A Gaussian gives so little density to a point many standard "
        "deviations away that it has to widen, or the product of the eight densities would be next to "
        "nothing. The mean moves too, by one eighth of the shift, 1.04 cm, but by moving alone it could "
        "not reach the far point without leaving the seven others.",
    ),
    controls=(
        Slider("mean", "Your mean", 0.0, WIDEST, step=0.1, value=11.0, unit="cm"),
        Slider("deviation", "Your standard deviation", 0.5, 10.0, step=0.1, value=3.0, unit="cm"),
        Toggle("fit", "Show the maximum likelihood fit", False),
        DragPoints("points", HEIGHTS, axes="data", limits=((0.0, WIDEST), (-0.02, 0.02)), move="x", label="seedlings"),
    ),
    compute=compute_gaussian_fit,
    picture=GaussianFitPicture,
    describe=describe_gaussian_fit,
    size=(9.0, 4.2),
)
