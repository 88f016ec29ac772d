"""The picture of a tangent plane: the surface from above, a cut through it, and what two approximations miss."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import NullLocator

from dlcourse.experiments.experiment import Values
from dlcourse.experiments.images import FieldImage
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.level_lines import as_one
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.tints import between
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style

SHOWN = 3.0  # of the plane, to each side
DISTANCES = np.logspace(-3, 0, 61)
STEPS = np.linspace(-1.6, 1.6, 81)  # along the cut
HIGHEST = 1.2  # change in height that the cut shows, up and down
LOWEST = 1e-11  # of the errors: below lies rounding
ARROW = 1.0  # length of the arrow of a gradient of length 1
SHORTEST = 0.03  # of a gradient that has an arrow


class TangentPicture:
    """Left the surface from above; right the cut along the direction, and below it both errors by distance."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["plane", "cut"], ["plane", "errors"]], width_ratios=(1.05, 1.0), height_ratios=(1, 1.3)
        )
        self.axes: dict[str, Axes] = dict(axes)
        self._draw_plane(label(axes["plane"], "From above", "x", "y"))
        self._draw_cut(label(axes["cut"], "Cut along u", "t, at p + t u", "f − f(p)"))
        self._draw_errors(label(axes["errors"], "What is missed", "distance h", "error"))
        self.numbers = [readout(axes[name]) for name in ("plane", "cut", "errors")]
        self.moving: list[Artist] = [
            self.field, self.contours, self.level, self.tangent, self.way, self.step, self.arrow, self.point,
            self.true, self.line, self.parabola, self.here, *self.terms, *self.curves, *self.marks, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_plane(self, ax: Axes) -> None:
        ticks = range(-3, 4)
        ax.set(xlim=(-SHOWN, SHOWN), ylim=(-SHOWN, SHOWN), aspect="equal", anchor="N", xticks=ticks, yticks=ticks)
        ax.grid(False)
        self.field = FieldImage(ax, between(style.BLUE, style.ORANGE, 0.6))
        (self.contours,) = ax.plot([], [], color=style.GREY, linewidth=0.8, solid_capstyle="butt")
        (self.level,) = ax.plot([], [], color=style.BLACK, linewidth=2, solid_capstyle="butt")
        self.level.set_label("level line through p")
        (self.tangent,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.4, label="its tangent")
        (self.way,) = ax.plot([], [], color=style.GREEN, linewidth=1.4, label="direction u")
        (self.step,) = ax.plot([], [], "s", color=style.GREEN, markersize=7, label="p + h u")
        self.step.set(markeredgecolor="white", zorder=5)
        self.arrow = FancyArrowPatch((0, 0), (1, 1), arrowstyle="-|>", mutation_scale=16, shrinkA=0, shrinkB=0)
        self.arrow.set(color=style.PURPLE, linewidth=2.6, zorder=6)  # a short one would hide behind p
        ax.add_patch(self.arrow)
        ax.plot([], [], color=style.PURPLE, linewidth=2.6, label="gradient ∇f")
        (self.point,) = ax.plot([], [], "o", color=style.BLACK, markersize=11, label="p (drag)")
        self.point.set(markeredgecolor="white", zorder=5)
        legend_below(ax)

    def _draw_cut(self, ax: Axes) -> None:
        ax.set(xlim=(STEPS[0], STEPS[-1]), ylim=(-HIGHEST, HIGHEST), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        (self.true,) = ax.plot([], [], color=style.BLACK, linewidth=2.2)
        (self.line,) = ax.plot([], [], "--", color=style.BLUE, linewidth=1.8)
        (self.parabola,) = ax.plot([], [], "-.", color=style.ORANGE, linewidth=1.8)
        (self.here,) = ax.plot([], [], "s", color=style.GREEN, markersize=7, markeredgecolor="white", zorder=4)

    def _draw_errors(self, ax: Axes) -> None:
        ax.set(xscale="log", yscale="log", xlim=(8e-4, 1.25), ylim=(LOWEST, 3))
        ax.set_yticks([1e-9, 1e-6, 1e-3, 1])
        ax.yaxis.set_minor_locator(NullLocator())
        ax.plot([], [], color=style.BLACK, linewidth=2.2, label="surface f")
        looks = ((style.BLUE, "--", "o", "tangent plane"), (style.ORANGE, "-.", "D", "with the Hessian"))
        self.terms = [ax.plot([], [], ":", color=style.GREY, linewidth=1.4)[0] for _ in looks]
        self.curves = [ax.plot([], [], line, color=color, linewidth=2)[0] for color, line, _, _ in looks]
        self.marks = [
            ax.plot([], [], line, color=color, marker=marker, markersize=8, markeredgecolor="white", label=name)[0]
            for color, line, marker, name in looks
        ]
        for mark in self.marks:
            mark.set(zorder=4, clip_on=False)
        self.terms[0].set_label("first term left out")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the point, the cut and the errors in ``values``."""
        p, u, h, gradient = values["point"], values["direction"], values["distance"], values["gradient"]
        self.field.set_data(values["field"])
        self.contours.set_data(*as_one(values["contours"]))
        self.level.set_data(*as_one(values["level"]))
        self.point.set_data(p[:1], p[1:])
        self.way.set_data(*(p + STEPS[[0, -1], None] * u).T)
        self.step.set_data(*(p + h * u)[:, None])
        length = float(np.hypot(*gradient))
        self.arrow.set_visible(length > SHORTEST)
        self.arrow.set_positions(tuple(p), tuple(p + ARROW * np.where(length > SHORTEST, gradient, 1.0)))
        across = np.array([-gradient[1], gradient[0]]) / max(length, SHORTEST)
        self.tangent.set_data(*np.stack([p - 1.5 * across, p + 1.5 * across]).T)
        self.tangent.set_visible(length > SHORTEST)
        for line, heights in zip((self.true, self.line, self.parabola), values["slices"], strict=True):
            line.set_data(STEPS, heights)
        self.here.set_data([h], [np.interp(h, STEPS, values["slices"][0])])
        self._move_errors(values)
        plane, second = (magnitude(error, least=LOWEST) for error in values["errors"])
        self.numbers[0].set_text(f"f(p) = {fixed(values['height'])}, ∇f = ({fixed(gradient[0])}, {fixed(gradient[1])})")
        self.numbers[1].set_text(f"slope ∇fᵀu = {fixed(values['slope'])}; uᵀH u = {fixed(values['bend'])}")
        self.numbers[2].set_text(raised(f"h = {h:.3g}: plane {plane}, with H {second}"))

    def _move_errors(self, values: Values) -> None:
        shown = DISTANCES[: values["all_errors"].shape[1]]
        for place, (curve, term, mark) in enumerate(zip(self.curves, self.terms, self.marks, strict=True)):
            curve.set_data(shown, values["all_errors"][place].clip(LOWEST))
            term.set_data(shown, values["terms"][place].clip(LOWEST))
            mark.set_data([values["distance"]], values["errors"][place : place + 1].clip(LOWEST))
