"""The picture of a loss and a ball of weights: where they touch, and both weights as the ball grows."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from dlcourse.chapters.generalization.experiments.touching import CIRCLE
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.numerals import fixed
from dlcourse.plots import style

REACH = 2.0  # how far the minimum can be dragged, to each side
SHOWN = 2.5  # of the plane, to each side
LARGEST = 3.0  # radius


class BallsPicture:
    """Left contours, ball, minimum and solution; right the two weights of the solution for every radius."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"plane": left, "weights": right}
        self._draw_plane(label(left, "The loss and the ball", "w₁", "w₂"))
        self._draw_weights(label(right, "The solution as the ball grows", "radius t", "weight"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.regions, self.ball, self.contours, self.touching, self.path, self.minimum, self.solution,
            *self.ends, *self.curves, self.here, *self.marks, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_plane(self, ax: Axes) -> None:
        ticks = range(-2, 3)
        ax.set(xlim=(-SHOWN, SHOWN), ylim=(-SHOWN, SHOWN), aspect="equal", anchor="N", xticks=ticks, yticks=ticks)
        ax.grid(False)
        ax.axhline(0, color=style.GREY, linewidth=0.8)
        ax.axvline(0, color=style.GREY, linewidth=0.8)
        self.regions = PolyCollection([], facecolors=to_rgba(style.YELLOW, 0.3), edgecolors=style.YELLOW, linewidths=2)
        self.regions.set_label("a weight is exactly 0")
        ax.add_collection(self.regions, autolim=False)
        self.ball = Polygon(CIRCLE, facecolor=to_rgba(style.GREEN, 0.25), edgecolor=style.GREEN, linewidth=2)
        self.ball.set_label("ball ‖w‖ ≤ t")
        ax.add_patch(self.ball)
        (self.contours,) = ax.plot([], [], color=style.SKY, linewidth=1)
        (self.touching,) = ax.plot([], [], color=style.BLUE, linewidth=2, label="contour that touches")
        (self.path,) = ax.plot([], [], ":", color=style.PURPLE, linewidth=2.4, label="solutions for all t")
        (self.minimum,) = ax.plot([], [], "o", color=style.BLUE, markersize=11, label="minimum ŵ (drag)")
        (self.solution,) = ax.plot([], [], "D", color=style.PURPLE, markersize=9, label="solution w")
        for mark in (self.minimum, self.solution):
            mark.set(markeredgecolor="white", zorder=5)
        legend_below(ax)

    def _draw_weights(self, ax: Axes) -> None:
        ax.set(xlim=(0, LARGEST), ylim=(-SHOWN, SHOWN), xticks=range(4), yticks=range(-2, 3))
        ax.axhline(0, color=style.GREY, linewidth=1)
        (self.here,) = ax.plot([], [], color=style.GREY, linewidth=1)
        looks = ((style.BLUE, "-", "o", "w₁"), (style.ORANGE, "--", "s", "w₂"))
        self.ends = [ax.plot([], [], ":", color=color, linewidth=1.4)[0] for color, *_ in looks]
        self.curves = [ax.plot([], [], line, color=color, linewidth=2.2)[0] for color, line, _, _ in looks]
        self.marks = [
            ax.plot([], [], line, color=color, marker=marker, markersize=9, markeredgecolor="white", label=name)[0]
            for color, line, marker, name in looks
        ]
        for mark in self.marks:
            mark.set(zorder=4, clip_on=False)
        self.ends[0].set_label("ŵ₁")
        self.ends[1].set_label("ŵ₂")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the ball, the contours and the weights in ``values``."""
        w, minimum, radius = values["solution"], values["minimum"], values["radius"]
        self.regions.set_verts(list(values["regions"]))
        self.ball.set_xy(values["ball"])
        gaps = np.full((len(values["contours"]), 1, 2), np.nan)
        self.contours.set_data(*np.concatenate([values["contours"], gaps], axis=1).reshape(-1, 2).T)
        self.touching.set_data(*values["touching"].T)
        self.path.set_data(*values["path"].T)
        self.minimum.set_data(minimum[:1], minimum[1:])
        self.solution.set_data(w[:1], w[1:])
        for place, (curve, end, mark) in enumerate(zip(self.curves, self.ends, self.marks, strict=True)):
            curve.set_data(values["radii"], values["path"][:, place])
            end.set_data([0, LARGEST], [minimum[place]] * 2)
            mark.set_data([radius], [w[place]])
        self.here.set_data([radius] * 2, [-SHOWN, SHOWN])
        self.numbers[0].set_text(values["told"])
        self.numbers[1].set_text(f"w₁ = {exact(w[0])}, w₂ = {exact(w[1])}; the same at α = {fixed(values['alpha'])}")


def exact(weight: float) -> str:
    """A weight with two decimals, and 0 only where it is exactly that."""
    return "0" if weight == 0 else "nearly 0" if abs(weight) < 0.005 else fixed(weight)
