"""The picture of a polynomial fit: the examples with the curve, and both errors as one of three things changes."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from dlcourse.chapters.generalization.experiments.smoothing import truth
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.numerals import decade, fixed, raised
from dlcourse.plots import style

X = np.linspace(-1, 1, 121)  # where curves are drawn
HIGHEST = 2.2  # of y
LEAST, MOST = 1e-3, 1e3  # of the errors that are drawn
MOST_DEGREE, MOST_EXAMPLES = 20, 200
WIDEST_PENALTY = (1e-8, 10.0)
# What the errors are drawn against: its name, the kind of axis, its ends, its ticks.
AXES = {
    "degree": ("degree p", "linear", (-0.5, MOST_DEGREE + 0.5), (0, 5, 10, 15, 20)),
    "examples": ("number of examples n", "log", (3.5, 230.0), (5, 10, 20, 50, 100, 200)),
    "penalty": ("penalty α", "log", (7e-9, 14.0), (1e-8, 1e-6, 1e-4, 1e-2, 1.0)),
}


class PolynomialPicture:
    """Left the examples and the fit, perhaps with those to other noise; right both errors."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"fit": left, "errors": right}
        self.redraw_all = False
        self._against = ""
        self._draw_fit(label(left, "Examples and the fit", "x", "y"))
        self._draw_errors(label(right, "Mean squared error", " ", "error"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.others, self.fit, self.examples, self.bias, self.variance, self.expected, self.training, self.test,
            self.noise, self.here, self.training_now, self.test_now, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_fit(self, ax: Axes) -> None:
        ax.set(xlim=(-1.05, 1.05), ylim=(-HIGHEST, HIGHEST), xticks=(-1, -0.5, 0, 0.5, 1), yticks=(-2, -1, 0, 1, 2))
        (self.others,) = ax.plot([], [], color=style.ORANGE, linewidth=0.9, alpha=0.45, label="fits to other noise")
        ax.plot(X, truth(X), "--", color=style.GREY, linewidth=1.8, label="truth: sin πx")
        (self.fit,) = ax.plot([], [], color=style.BLUE, linewidth=2.4, label="fit")
        (self.examples,) = ax.plot([], [], "o", color=style.BLACK, markersize=5, label="examples")
        self.examples.set(markeredgecolor="white", markeredgewidth=0.6, zorder=4)
        legend_below(ax)

    def _draw_errors(self, ax: Axes) -> None:
        ax.set(yscale="log", ylim=(LEAST, MOST), yticks=[10.0**power for power in range(-3, 4)])
        ax.yaxis.set_minor_locator(NullLocator())
        (self.training,) = ax.plot([], [], "-", color=style.BLUE, linewidth=1.8, label="training")
        (self.test,) = ax.plot([], [], "-", color=style.ORANGE, linewidth=1.8, label="test")
        (self.expected,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=1.4, label="test, mean of all draws")
        (self.bias,) = ax.plot([], [], "-.", color=style.GREEN, linewidth=1.6, label="bias²")
        (self.variance,) = ax.plot([], [], ":", color=style.PURPLE, linewidth=2.2, label="variance")
        (self.noise,) = ax.plot([], [], color=style.GREY, linewidth=1.2, linestyle=(0, (1, 2)), label="noise σ²")
        (self.here,) = ax.plot([], [], color=style.GREY, linewidth=1)
        (self.training_now,) = ax.plot([], [], "o", color=style.BLUE, markersize=9)
        (self.test_now,) = ax.plot([], [], "s", color=style.ORANGE, markersize=9)
        for mark in (self.training_now, self.test_now):
            mark.set(markeredgecolor="white", zorder=5, clip_on=False)
        legend_below(ax, columns=3)

    def _set_axis(self, against: str) -> None:
        """Another thing along the axis of the right panel: its name and ticks are drawn anew."""
        if against == self._against:
            return
        self._against, self.redraw_all = against, True
        name, scale, ends, ticks = AXES[against]
        ax = self.axes["errors"]
        ax.set(xlabel=name, xscale=scale, xlim=ends)
        ax.xaxis.set_major_locator(FixedLocator(list(ticks)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticklabels([raised(decade(tick)) if against == "penalty" else str(tick) for tick in ticks])

    def update(self, values: Values) -> None:
        """Shows the examples, the fits and the errors in ``values``."""
        self._set_axis(values["against"])
        self.examples.set_data(values["x"], values["y"])
        self.fit.set_data(X, values["curve"])
        others = values["others"]
        gaps = np.full((len(others), 1), np.nan)
        self.others.set_data(np.tile(np.append(X, np.nan), len(others)), np.hstack([others, gaps]).ravel())
        scale, drawn = values["scale"], len(others) > 0
        for line, name in (
            (self.training, "training"), (self.test, "test"), (self.expected, "mean_test"), (self.bias, "bias"),
            (self.variance, "variance"),
        ):  # fmt: skip
            line.set_data(scale, values[name].clip(LEAST / 10, 10 * MOST))
        for line in (self.expected, self.bias, self.variance):
            line.set_visible(drawn)
        now, ends = values["now"], AXES[values["against"]][2]
        self.noise.set_data(ends, [values["noise"]] * 2)
        self.here.set_data([values["at"]] * 2, [LEAST, MOST])
        self.training_now.set_data([values["at"]], [np.clip(now.training, LEAST, MOST)])
        self.test_now.set_data([values["at"]], [np.clip(now.test, LEAST, MOST)])
        self.numbers[0].set_text(values["told"])
        self.numbers[1].set_text(f"training {size(now.training)}, test {size(now.test)}; σ² = {size(values['noise'])}")


def size(error: float) -> str:
    """An error as it is told, from four decimals to none."""
    if error < 10:
        return fixed(error, 4 if 0.0005 <= error < 0.00995 else 3)
    return f"{error:,.0f}" if error < 1e6 else "above a million"
