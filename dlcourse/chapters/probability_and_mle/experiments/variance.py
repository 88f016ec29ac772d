"""The experiment on the bias of the maximum-likelihood variance, and on what bias is not: inaccuracy."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlcourse.experiments.controls import Menu, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.plots import style

VARIANCE = 4.0  # sigma^2 of the Gaussian that the values come from
MOST = 30  # values at most
SIZES = np.arange(2, MOST + 1)  # n
EDGES = np.linspace(0, 16, 33)  # of the histogram's bins


@lru_cache(maxsize=8)
def repeated_variances(repetitions: int, seed: int) -> NDArray[np.floating]:
    """The MLE of the variance, the mean squared deviation from the sample's own mean, for every n and repetition.

    Each repetition draws 30 values from N(0, 4); its estimate for n uses the first n of them, so a row does not depend
    on the others that are shown. Returns (29, repetitions), row i for n = i + 2, read-only and kept for the next call.
    """
    generator = np.random.default_rng(seed)
    values = generator.normal(0.0, np.sqrt(VARIANCE), size=(MOST, repetitions))
    counts = np.arange(1, MOST + 1)[:, None]
    means = values.cumsum(axis=0) / counts  # row i: of the first i + 1 values
    mean_squares = (values**2).cumsum(axis=0) / counts
    estimates = (mean_squares - means**2)[1:]  # gaussian_mle's variance, for every n and column at once
    estimates.flags.writeable = False
    return estimates


def compute_variance_bias(size: int, repetitions: str, seed: int, every: bool = False) -> Values:
    """Both estimators' histograms for n = ``size``, their averages for every n, and their mean squared errors.

    The estimator "unbiased" divides the same sum of squares by n - 1 instead of n. ``every``: whether the picture shows
    the averages for every n.
    """
    mle = repeated_variances(int(repetitions), seed)
    row = size - SIZES[0]
    unbiased = mle[row] * size / (size - 1)
    averages = mle.mean(axis=1)
    return {
        "size": size,
        "repetitions": int(repetitions),
        "every": every,
        "mle_histogram": _density(mle[row]),
        "unbiased_histogram": _density(unbiased),
        "beyond": float((unbiased > EDGES[-1]).mean()),
        "mle_averages": averages,
        "unbiased_averages": averages * SIZES / (SIZES - 1),
        "mle_error": float(((mle[row] - VARIANCE) ** 2).mean()),
        "unbiased_error": float(((unbiased - VARIANCE) ** 2).mean()),
        "expected_mle_error": (2 * size - 1) / size**2 * VARIANCE**2,
        "expected_unbiased_error": 2 / (size - 1) * VARIANCE**2,
    }


def _density(estimates: NDArray[np.floating]) -> NDArray[np.floating]:
    """The share of the estimates in each bin, (32,), in percent; what lies beyond the last edge is not in any."""
    counts, _ = np.histogram(estimates, EDGES)
    return 100 * counts / len(estimates)


class VarianceBiasPicture:
    """Left the histograms of both estimators for the chosen n; right their averages, on request for every n."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        label(left, "Estimates of the variance", "estimate (true σ² = 4)", "share of repetitions, %")
        left.set(xlim=(EDGES[0], EDGES[-1]), ylim=(0, 50))
        label(right, "Their average", "number of values n", "average estimate").set(xlim=(1, 31), ylim=(1, 6))
        self._make_histograms(left)
        self._make_averages(right)
        self.error_text, self.average_text = readout(left), readout(right)
        self.axes = {"histogram": left, "averages": right}
        self.moving = [
            self.mle_bars,
            self.unbiased_bars,
            self.mle_line,
            self.unbiased_line,
            self.theory,
            self.mle_averages,
            self.unbiased_averages,
            self.here,
            self.error_text,
            self.average_text,
        ]
        self.update(values)

    def _make_histograms(self, ax: Axes) -> None:
        nothing = np.zeros(len(EDGES) - 1)
        self.mle_bars = ax.stairs(nothing, EDGES, fill=True, color=style.SKY, label="MLE: divided by n")
        self.unbiased_bars = ax.stairs(nothing, EDGES, color=style.ORANGE, linewidth=2, label="divided by n − 1")
        ax.axvline(VARIANCE, color=style.BLACK, linewidth=1.2, linestyle=":")
        (self.mle_line,) = ax.plot([], [], color=style.BLUE, linewidth=2, label="average of the MLE")
        (self.unbiased_line,) = ax.plot(
            [], [], color=style.ORANGE, linewidth=2, linestyle="--", label="average, divided by n − 1"
        )
        ax.legend(loc="upper right", fontsize=SMALL, frameon=False)

    def _make_averages(self, ax: Axes) -> None:
        theory = (SIZES - 1) / SIZES * VARIANCE
        ax.axhline(VARIANCE, color=style.BLACK, linewidth=1.2, linestyle=":", label="σ² = 4")
        (self.theory,) = ax.plot(
            SIZES, theory, color=style.GREY, linewidth=1.5, linestyle="--", label="theory for the MLE"
        )
        ring: dict[str, Any] = {"marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgewidth": 1.5}
        (self.here,) = ax.plot([], [], color=style.BLACK, linewidth=1, linestyle="none", **ring)
        (self.unbiased_averages,) = ax.plot([], [], "^", color=style.ORANGE, markersize=6, label="divided by n − 1")
        (self.mle_averages,) = ax.plot([], [], "o", color=style.BLUE, markersize=5, label="MLE: divided by n")
        ax.legend(loc="lower right", fontsize=SMALL, frameon=False)

    def update(self, values: Values) -> None:
        """Shows the histograms, averages and errors in ``values``."""
        size = values["size"]
        mle, unbiased = _averages(values)
        self.mle_bars.set_data(values["mle_histogram"])
        self.unbiased_bars.set_data(values["unbiased_histogram"])
        self.mle_line.set_data([mle, mle], [0, 25])
        self.unbiased_line.set_data([unbiased, unbiased], [0, 25])
        shown = slice(None) if values["every"] else size == SIZES
        self.mle_averages.set_data(SIZES[shown], values["mle_averages"][shown])
        self.unbiased_averages.set_data(SIZES[shown], values["unbiased_averages"][shown])
        self.theory.set_visible(values["every"])
        self.here.set_data([size, size], [mle, unbiased])
        self.error_text.set_text(
            f"mean squared error: {values['mle_error']:.2f} (MLE), {values['unbiased_error']:.2f} (n − 1)"
        )
        self.average_text.set_text(f"n = {size}: on average {mle:.2f} (MLE), {unbiased:.2f} (n − 1)")


def _averages(values: Values) -> tuple[float, float]:
    """The average of the MLE and of the unbiased estimator at the chosen n."""
    row = values["size"] - SIZES[0]
    return float(values["mle_averages"][row]), float(values["unbiased_averages"][row])


def describe_variance_bias(parameters: Mapping[str, Any], values: Values) -> str:
    """What the two panels show, with their numbers."""
    size = values["size"]
    mle, unbiased = _averages(values)
    return (
        f"Left: histograms of {values['repetitions']:,} estimates of the variance 4, each from {size} values: divided "
        f"by n, with mean squared error {values['mle_error']:.2f} (in theory (2n − 1)σ⁴/n² = "
        f"{values['expected_mle_error']:.2f}), and divided by n − 1, with {values['unbiased_error']:.2f} (in theory "
        f"2σ⁴/(n − 1) = {values['expected_unbiased_error']:.2f}); {100 * values['beyond']:.1f} % of the latter lie "
        f"beyond 16. Right: at n = {size} the MLE is {mle:.2f} on average (in theory "
        f"{(size - 1) / size * VARIANCE:.2f}) and the other {unbiased:.2f} (in theory 4); from n = 2 to 30 the MLE's "
        f"average goes from {values['mle_averages'][0]:.2f} to {values['mle_averages'][-1]:.2f}."
    )


variance_bias = Experiment(
    name="variance_bias",
    title="Estimating a variance again and again",
    prediction=Prediction(
        question=(
            "With 200 repetitions of n = 5 values the MLE of the variance, σ² = 4, is on average below 4. "
            "What happens to that average with 20,000 repetitions?"
        ),
        choices=(
            "It comes close to 4: the gap was the luck of the draw",
            "It settles near 3.2: the gap stays",
            "It scatters as before: each estimate still has 5 values only",
        ),
        answer=1,
        explanation=(
            "More repetitions remove luck, and the average settles at the estimator's expectation. That is "
            "(n − 1)/n σ² = 3.2, not 4, because the deviations are taken from the sample's own mean, which lies closer "
            "to the values than the true mean does. Each single estimate scatters as before, but an average of 20,000 "
            "hardly does. The gap closes with n, not with repetitions, and dividing by n − 1 removes it. "
            "Unbiased is not the same as accurate: the mean squared error of the MLE, (2n − 1)σ⁴/n², is smaller than "
            "the 2σ⁴/(n − 1) of the other for every n if the values are Gaussian, since dividing by less magnifies the "
            "scatter too."
        ),
    ),
    controls=(
        Slider("size", "Values in a sample n", 2, MOST, step=1, value=5),
        Menu("repetitions", "Repetitions", {"200": "200", "2000": "2,000", "20000": "20,000"}),
        Slider("seed", "Draw again: seed", 1, 20, step=1, value=2),
        Toggle("every", "Show every n, and the theory", False),
    ),
    compute=compute_variance_bias,
    picture=VarianceBiasPicture,
    describe=describe_variance_bias,
    size=(9.0, 3.8),
)
