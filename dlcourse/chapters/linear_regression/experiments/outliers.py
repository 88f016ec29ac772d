"""The least-squares line, the squares that it makes small, and what one outlier does to it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.experiments.controls import DragPoints, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import linear_models

AGES = np.arange(0.5, 10.0, 1.0)  # years, 5 on average
TALLEST = 12.0  # m
SHOWN = (-0.4, TALLEST + 0.4)  # years, and m
WIDTH = 0.36  # years: of a bar


def _heights() -> Array:
    """The heights of ten young trees (10, 2): 1 m, and 0.6 m for each year, with Gaussian noise of 0.5 m."""
    noise = np.random.default_rng(4).normal(0, 0.5, AGES.size)
    return np.column_stack([AGES, (1 + 0.6 * AGES + noise).round(1)])


def compute_line_and_outlier(
    points: Array, age: float, height: float, slope: float, intercept: float, best: bool
) -> Values:
    """The squared residuals of the reader's line and of the least-squares line of eleven trees.

    points: (10, 2), age in years and height in m; the eleventh tree is (``age``, ``height``). A line is the array
    (intercept, slope); its ``loss`` is sum of squares / (2 * 11). ``shares`` (11,) are the parts, in percent, that
    the trees have in a sum of squares; all 0 where the line meets every tree. ``line_of_ten`` leaves the eleventh out.
    """
    trees = np.vstack([points, [age, height]])
    line, best_line = np.array([intercept, slope]), _least_squares(trees)
    residuals, best_residuals = (_residuals(trees, drawn) for drawn in (line, best_line))
    return {
        "best": best,
        "trees": trees,
        "line": line,
        "residuals": residuals,
        "loss": _loss(trees, line),
        "shares": _shares(residuals),
        "best_line": best_line,
        "best_loss": _loss(trees, best_line),
        "best_shares": _shares(best_residuals),
        "line_of_ten": _least_squares(points),
    }


def _least_squares(trees: Array) -> Array:
    """The line (intercept, slope) with the smallest loss."""
    weights, bias = linear_models.solve_least_squares(trees[:, :1], trees[:, 1])
    return np.array([bias, weights[0]])


def _loss(trees: Array, line: Array) -> float:
    return linear_models.mse_loss(trees[:, :1], trees[:, 1], line[1:], line[0])


def _residuals(trees: Array, line: Array) -> Array:
    """Measured minus predicted, (11,), in m."""
    return trees[:, 1] - line[0] - line[1] * trees[:, 0]


def _shares(residuals: Array) -> Array:
    """The part of the sum of squares that each residual has, in percent; 0 where all residuals are rounding only."""
    squares = residuals**2
    return 100 * squares / squares.sum() if squares.sum() > 1e-20 else np.zeros_like(squares)


def squares_of(trees: Array, residuals: Array, slope: float) -> Array:
    """The corners (11, 4, 2) of a square on each residual, on that side of it where the line is not in the way."""
    x, top = trees.T
    foot = top - residuals
    side = x - np.abs(residuals) * np.where(residuals * slope >= 0, 1, -1)
    return np.stack([np.stack(corner, axis=1) for corner in ((x, foot), (x, top), (side, top), (side, foot))], axis=1)


class LineAndOutlierPicture:
    """Left the trees, the lines and the squares on your line's residuals; right each tree's part of the sum."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, (1.0, 1.0))
        self.axes = {"trees": left, "shares": right}
        self._draw_trees(label(left, "Trees, lines, squares", "age x (years)", "height y (m)"))
        self._draw_shares(label(right, "Who makes the sum large?", "age x (years)", "part of the sum of squares (%)"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.squares, self.ten, self.best, self.line, self.dots, self.eleventh,
            self.bars, self.best_bars, self.mark, self.best_mark, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_trees(self, ax: Axes) -> None:
        ax.set(xlim=SHOWN, ylim=SHOWN, aspect="equal")
        ax.set(xticks=[0, 2, 4, 6, 8, 10, 12], yticks=[0, 2, 4, 6, 8, 10, 12])
        self.squares = PolyCollection([], facecolors=style.SKY, edgecolors=style.BLUE, alpha=0.3, label="your squares")
        ax.add_collection(self.squares, autolim=False)
        (self.line,) = ax.plot([], [], color=style.BLUE, linewidth=2, label="your line")
        (self.dots,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, label="ten trees (drag)")
        (self.eleventh,) = ax.plot([], [], "D", color=style.PURPLE, markersize=10, label="eleventh tree")
        (self.best,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=2, label="least squares")
        (self.ten,) = ax.plot([], [], ":", color=style.GREEN, linewidth=2.5, label="… without the eleventh")
        for mark in (self.dots, self.eleventh):
            mark.set(markeredgecolor="white", zorder=4)
        legend_below(ax, columns=2)

    def _draw_shares(self, ax: Axes) -> None:
        ax.set(xlim=SHOWN, ylim=(-3, 103), xticks=[0, 2, 4, 6, 8, 10, 12])
        self.bars = LineCollection([], colors=style.BLUE, linewidths=7, label="your line (left)")
        self.best_bars = LineCollection([], colors=style.ORANGE, linewidths=7, label="least squares (right)")
        for bars in (self.bars, self.best_bars):
            bars.set_capstyle("butt")
            ax.add_collection(bars, autolim=False)
        (self.mark,) = ax.plot([], [], "D", color=style.PURPLE, markersize=9, label="eleventh tree")
        (self.best_mark,) = ax.plot([], [], "D", color=style.PURPLE, markersize=9)
        for mark in (self.mark, self.best_mark):
            mark.set(markeredgecolor="white", zorder=4)
        legend_below(ax, columns=2)

    def update(self, values: Values) -> None:
        """Shows the trees, the lines and the shares in ``values``."""
        trees, best = values["trees"], values["best"]
        ends = np.array(SHOWN)
        for drawn, name in ((self.line, "line"), (self.best, "best_line"), (self.ten, "line_of_ten")):
            drawn.set_data(ends, values[name][0] + values[name][1] * ends)
        self.squares.set_verts(list(squares_of(trees, values["residuals"], values["line"][1])))
        self.dots.set_data(trees[:-1, 0], trees[:-1, 1])
        self.eleventh.set_data(trees[-1:, 0], trees[-1:, 1])
        shift = WIDTH / 2 if best else 0.0
        _set_bars(self.bars, self.mark, trees[:, 0] - shift, values["shares"])
        _set_bars(self.best_bars, self.best_mark, trees[:, 0] + shift, values["best_shares"])
        for artist in (self.best, self.ten, self.best_bars, self.best_mark):
            artist.set_visible(best)
        for text, told in zip(self.numbers, _tell_numbers(values), strict=True):
            text.set_text(told)


def _set_bars(bars: LineCollection, mark: Any, places: Array, shares: Array) -> None:
    """Bars of the given heights, the last one with a mark on its top."""
    feet = np.column_stack([places, np.zeros_like(places)])
    bars.set_segments(list(np.stack([feet, np.column_stack([places, shares])], axis=1)))
    mark.set_data(places[-1:], shares[-1:])


def _tell_numbers(values: Values) -> tuple[str, str]:
    """What stands above the two panels."""
    total = (values["residuals"] ** 2).sum()
    best = f", least squares {values['best_loss']:.3f}" if values["best"] else ""
    share = f"eleventh tree: yours {values['shares'][-1]:.0f} %"
    if values["best"]:
        share += f", least squares {values['best_shares'][-1]:.0f} %"
    return f"{total:.1f} m² / 22: loss {values['loss']:.3f}{best}", share


def equation(line: Array) -> str:
    """The line (intercept, slope) as, for instance, ŷ = 1.00 + 0.60 x, or with a minus sign."""
    intercept, slope = line.round(2) + 0.0
    return f"ŷ = {fixed(intercept)} {'−' if slope < 0 else '+'} {fixed(abs(slope))} x"


def describe_line_and_outlier(parameters: Mapping[str, Any], values: Values) -> str:
    """The reader's line with its loss and the eleventh tree's part of it, and the least-squares line when shown."""
    total, shares = (values["residuals"] ** 2).sum(), values["shares"]
    text = (
        f"Ten trees and an eleventh of {parameters['age']:.1f} years and {parameters['height']:.1f} m. Your line "
        f"{equation(values['line'])} leaves squares of {total:.1f} m² together, a loss of {total:.1f}/22 = "
        f"{values['loss']:.3f} m², and the eleventh tree has {shares[-1]:.0f} % of it."
    )
    if not values["best"]:
        return text
    return (
        f"{text} The least-squares line {equation(values['best_line'])} has loss {values['best_loss']:.3f} m², of "
        f"which the eleventh tree has {values['best_shares'][-1]:.0f} %; without that tree the least-squares line is "
        f"{equation(values['line_of_ten'])}."
    )


line_and_outlier = Experiment(
    name="line_and_outlier",
    title="The least-squares line and an outlier",
    prediction=Prediction(
        question="Eleven trees, half a year to 10 years old, lie near a line. The eleventh, the oldest, is 10 years "
        "old and about 7 m tall; in the table somebody writes 12 m. What does the least-squares line do?",
        choices=(
            "It hardly moves: ten of eleven points lie where they lay",
            "It rises by the same amount everywhere, an eleventh of the error",
            "It tilts upwards, away from the other trees",
            "It turns until it passes through the eleventh point",
        ),
        answer=2,
        explanation="Its slope goes from 0.58 to 0.79 m per year. One residual of 5 m costs as much as a hundred of "
        "0.5 m, so being ten against one does not help the others; yet the line does not pass through the eleventh "
        "point either, since that would make all the other squares large: it stops 3.8 m below, and this point alone "
        "makes 65 % of the sum that is left. Whether the line turns or rises evenly depends on the age of the mistyped "
        "tree: move it and see.",
    ),
    controls=(
        Slider("age", "Eleventh tree: age", 0.0, 12.0, step=0.1, value=10.0, unit="years"),
        Slider("height", "Eleventh tree: height", 0.0, TALLEST, step=0.1, value=7.0, unit="m"),
        Slider("slope", "Your slope", -1.0, 2.0, step=0.02, value=0.3, unit="m per year"),
        Slider("intercept", "Your intercept", -4.0, 10.0, step=0.1, value=2.0, unit="m"),
        Toggle("best", "Show the least-squares line", False),
        DragPoints(
            "points", _heights(), axes="trees", limits=((0.0, TALLEST), (0.0, TALLEST)), move="y", label="trees"
        ),
    ),
    compute=compute_line_and_outlier,
    picture=LineAndOutlierPicture,
    describe=describe_line_and_outlier,
    size=(9.0, 5.0),
)
