"""The likelihood of a coin's bias, flip by flip."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, power_of_ten, raised
from dlcourse.plots import style
from dlcourse.scratch import probability

MOST_FLIPS = 200
GRID = np.linspace(0, 1, 1001)  # biases at which the likelihood is drawn
LOWEST_LOG = -30.0  # a log-likelihood of minus infinity is drawn here, below the picture's lower edge of -20
SMALLEST_FLOAT = np.finfo(np.float64).tiny  # 2.2e-308: below it, a double loses its digits


def compute_coin_likelihood(flips: int, bias: float, run: int, logarithm: bool) -> Values:
    """The first ``flips`` flips of one run, and the likelihood of every bias relative to its maximum.

    Each flip has its own uniform draw, heads where the draw is below ``bias``: another flip never changes earlier ones.
    ``half`` are the ends of the interval of biases whose likelihood is at least half the highest. ``most_likely``
    holds the share of heads, and is empty when nothing has been flipped.
    """
    heads = np.random.default_rng(run).random(MOST_FLIPS)[:flips] < bias
    counted = np.arange(1, flips + 1)
    most_likely = np.array([probability.bernoulli_mle(heads)] if flips else [])
    highest = float(probability.bernoulli_log_likelihood(heads, most_likely)[0]) if flips else 0.0
    below = probability.bernoulli_log_likelihood(heads, GRID) - highest
    below = np.maximum(below, LOWEST_LOG)
    return {
        "bias": bias,
        "logarithm": logarithm,
        "heads": heads,
        "flip": counted,
        "share": np.cumsum(heads) / counted,
        "most_likely": most_likely,
        "log_likelihood": highest,
        "curve": below if logarithm else np.exp(below),
        "half": _at_least_half(below, most_likely),
    }


def _at_least_half(below: Array, most_likely: Array) -> Array:
    """The ends (2,) of the interval where the log-likelihood lies at most log 2 ``below`` its maximum."""
    if not most_likely.size:
        return np.array([0.0, 1.0])
    left, right = most_likely[0] > GRID, most_likely[0] < GRID
    rising = np.append(below[left], 0.0), np.append(GRID[left], most_likely)
    falling = np.append(below[right][::-1], 0.0), np.append(GRID[right][::-1], most_likely)
    return np.array([np.interp(-np.log(2), *side) for side in (rising, falling)])


class CoinLikelihoodPicture:
    """Left the flips and the running share of heads, right the likelihood of the bias, or its logarithm."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"flips": left, "likelihood": right}
        self._draw_flips(label(left, "Share of heads so far", "number of flips (logarithmic scale)", "share of heads"))
        self._draw_likelihood(label(right, "Likelihood of the bias", "bias b", ""))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.heads, self.tails, self.level, self.share, self.now,
            self.truth, self.curve, self.width, self.peak, *self.numbers,
        ]  # fmt: skip
        self.redraw_all = False
        self._logarithm: bool | None = None
        self.update(values)

    def _draw_flips(self, ax: Axes) -> None:
        ticks = [1, 2, 5, 10, 20, 50, 100, 200]
        ax.set_xscale("log")
        ax.set(xlim=(0.85, 235), ylim=(-0.14, 1.14), xticks=ticks, xticklabels=map(str, ticks))
        ax.xaxis.set_minor_locator(NullLocator())
        (self.heads,) = ax.plot([], [], "^", color=style.BLUE, markersize=5, label="heads (above)")
        (self.tails,) = ax.plot([], [], "v", color=style.ORANGE, markersize=5, label="tails (below)")
        (self.share,) = ax.plot([], [], color=style.BLACK, linewidth=1.8, label="share of heads")
        (self.level,) = ax.plot([], [], "--", color=style.GREEN, linewidth=2, label="true bias")
        (self.now,) = ax.plot([], [], "o", color=style.BLACK, markersize=7)
        legend_below(ax)

    def _draw_likelihood(self, ax: Axes) -> None:
        ax.set(xlim=(-0.02, 1.02))
        (self.curve,) = ax.plot([], [], color=style.BLUE, label="each bias b")
        (self.truth,) = ax.plot([], [], "--", color=style.GREEN, linewidth=2, label="true bias")
        (self.width,) = ax.plot([], [], "|-", color=style.PURPLE, markersize=10, label="at least half the maximum")
        self.width.set_markeredgewidth(2)
        (self.peak,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, label="highest point", clip_on=False)
        legend_below(ax)

    def _set_scale(self, logarithm: bool) -> None:
        """Labels the right panel for the likelihood or its logarithm: seldom, so it may be drawn from scratch."""
        ax = self.axes["likelihood"]
        ax.set_ylabel("log L(b) − its maximum" if logarithm else "L(b) ÷ its maximum")
        ax.set_yticks(np.linspace(-20, 0, 5) if logarithm else np.linspace(0, 1, 6))
        name = "log-likelihood" if logarithm else "likelihood"
        ax.set_title(f"{name.capitalize()} of the bias", loc="left", pad=24, fontweight="bold")
        ax.set_ylim((-20, 0.8) if logarithm else (-0.02, 1.08))
        self._logarithm = logarithm
        self.redraw_all = True

    def update(self, values: Values) -> None:
        """Shows the flips and the likelihood in ``values``."""
        logarithm, heads, flip, share = (values[name] for name in ("logarithm", "heads", "flip", "share"))
        if logarithm != self._logarithm:
            self._set_scale(logarithm)
        self.heads.set_data(flip[heads], np.full(heads.sum(), 1.07))
        self.tails.set_data(flip[~heads], np.full((~heads).sum(), -0.07))
        self.share.set_data(flip, share)
        self.now.set_data(flip[-1:], share[-1:])
        self.level.set_data([0.85, 235], [values["bias"], values["bias"]])
        self.truth.set_data([values["bias"], values["bias"]], [-40, 2])
        self.curve.set_data(GRID, values["curve"])
        top, half = (0.0, -np.log(2)) if logarithm else (1.0, 0.5)
        self.peak.set_data(values["most_likely"], np.full(values["most_likely"].shape, top))
        self.width.set_data(values["half"], [half, half])
        self._write(values)

    def _write(self, values: Values) -> None:
        count, heads = len(values["flip"]), int(values["heads"].sum())
        low, high = values["half"]
        if not count:
            self.numbers[0].set_text("no flips yet")
            self.numbers[1].set_text("no flips: L(b) = 1 for every b")
            return
        size = raised(power_of_ten(values["log_likelihood"]))
        self.numbers[0].set_text(f"{counted(heads, count)}: share {heads / count:.3f}")
        self.numbers[1].set_text(f"at its highest L = {size}; half-height width {high - low:.3f}")


def counted(heads: int, count: int) -> str:
    """How the ``count`` flips fell, in words."""
    tails = count - heads
    return f"{heads} {'head' if heads == 1 else 'heads'}, {tails} {'tail' if tails == 1 else 'tails'}"


def describe_coin_likelihood(parameters: Mapping[str, Any], values: Values) -> str:
    """What the two panels show, with the likelihood's highest point, its width and its size."""
    count = len(values["flip"])
    if count == 0:
        return (
            "No flips yet. The likelihood is 1 for every bias, an empty product, so its curve is flat "
            f"and has no highest point. The true bias is {values['bias']:.2f}."
        )
    heads = int(values["heads"].sum())
    low, high = values["half"]
    kind = "Log-likelihood" if values["logarithm"] else "Likelihood"
    return (
        f"{count} {'flip' if count == 1 else 'flips'} of a coin with true bias {values['bias']:.2f}: "
        f"{counted(heads, count)}. {kind}, relative to its maximum: highest at the share of heads, "
        f"{values['most_likely'][0]:.3f}; the likelihood is at least half as high from {low:.3f} to {high:.3f}, "
        f"a width of {high - low:.3f}. {_tell_size(values['log_likelihood'], count)}"
    )


def _tell_size(log_likelihood: float, count: int) -> str:
    """How small the likelihood is, and after how many flips a computer could no longer hold it."""
    if log_likelihood == 0:
        return "Unscaled, it is 1 there: with that bias these flips are certain, and its logarithm is 0."
    enough = np.log(SMALLEST_FLOAT) / (log_likelihood / count)
    rounded = round(enough, 1 - int(np.floor(np.log10(enough))))
    return (
        f"Unscaled, it is {power_of_ten(log_likelihood)} there, and its logarithm is "
        f"{fixed(log_likelihood, 1)}; each flip multiplies it by {np.exp(log_likelihood / count):.2f} on average, "
        f"so about {rounded:,.0f} such flips would take it below 2.2 × 10^-308, where double precision begins to fail."
    )


coin_likelihood = Experiment(
    name="coin_likelihood",
    title="The likelihood of a coin's bias",
    prediction=Prediction(
        question="You have 25 flips, and the likelihood has some width at half its height. You go on to 100 flips, "
        "four times as many, and the share of heads stays about the same. How wide is the curve then?",
        choices=("As wide as before", "About half as wide", "About a quarter as wide"),
        answer=1,
        explanation="With the same share of heads, four times the flips make the logarithm of the likelihood four "
        "times as steep on both sides of its highest point. Near that point it is close to a parabola, "
        "and a parabola four times as steep has fallen by the same amount at half the distance: the "
        "width goes like $1/\\sqrt{n}$. A quarter would be right if the logarithm fell along straight "
        "lines, as a roof does. And the width is not a property of the coin, which has not changed: it "
        "says how well the flips tell one bias from another.",
    ),
    controls=(
        Slider("flips", "Flips", 0, MOST_FLIPS, step=1, value=25),
        Slider("bias", "True bias P(heads)", 0.0, 1.0, step=0.05, value=0.6),
        Slider("run", "Which run of flips", 1, 30, step=1, value=1),
        Toggle("logarithm", "Show the logarithm", False),
    ),
    play=Play("flips", interval=80),
    compute=compute_coin_likelihood,
    picture=CoinLikelihoodPicture,
    describe=describe_coin_likelihood,
    size=(9.0, 4.2),
)
