"""The picture of the playground: the plane, the network with a small map of every unit, and the losses so far."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from dlcourse.chapters.multilayer_perceptrons.experiments.network_drawing import SHADES, NetworkDrawing
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.images import FieldImage
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.level_lines import as_one
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.plots import style
from dlcourse.scratch.perceptrons import count_parameters

REACH, SIDE = 1.3, 81  # the plane that is shown, from -REACH to REACH, as SIDE x SIDE grid points
LOWEST, HIGHEST = 0.002, 4.0  # of the loss, on its logarithmic scale; what lies beyond is drawn at the rim
SPANS = (250, 500, 1000, 2000)  # of the axis of updates: the shortest that holds the curve
GUESS = float(np.log(2))  # the loss of the probability 0.5 everywhere


class PlaygroundPicture:
    """Left the plane with the probability as shade and the points; right the network above the losses."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["plane", "network"], ["plane", "loss"]], width_ratios=(1.0, 1.06), height_ratios=(1.4, 1.0)
        )
        self.axes = dict(axes)
        self._draw_plane(label(axes["plane"], "What the network answers", "x₁", "x₂"))
        self._draw_losses(label(axes["loss"], "Loss", "updates", "cross-entropy"))
        self.network = NetworkDrawing(label(axes["network"], "What each unit computes", "", ""))
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [
            self.field, self.boundary, *self.points, *self.held_out, *self.curves, *self.ends, *self.network.moving,
            *self.numbers.values(),
        ]  # fmt: skip
        self.update(values)

    def _draw_plane(self, ax: Axes) -> None:
        ax.set(
            xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", anchor="N", xticks=(-1, 0, 1), yticks=(-1, 0, 1)
        )
        ax.grid(False)
        self.field = FieldImage(ax, SHADES)
        self.points = self._make_points(ax, "training")
        (self.boundary,) = ax.plot([], [], color=style.BLACK, linewidth=2, solid_capstyle="round")
        self.boundary.set_label("boundary, p = 0.5")
        self.held_out = self._make_points(ax, "held out")
        legend_below(ax)

    def _make_points(self, ax: Axes, part: str) -> list[Line2D]:
        """Filled points for training, hollow ones for those held out; circles for label 0, triangles for label 1."""
        lines = []
        for kind, (marker, colour, size) in enumerate((("o", style.BLUE, 5.0), ("^", style.ORANGE, 6.0))):
            (line,) = ax.plot([], [], marker, color=colour, markersize=size, label=f"label {kind}, {part}")
            if part == "training":
                line.set(markeredgecolor="white", markeredgewidth=0.5, zorder=4)
            else:
                line.set(markerfacecolor="white", markeredgewidth=1.2, zorder=3)
            lines.append(line)
        return lines

    def _draw_losses(self, ax: Axes) -> None:
        ax.set(yscale="log", ylim=(LOWEST, HIGHEST), xlim=(0, SPANS[0]))
        ax.set_yticks([LOWEST, 0.01, 0.1, 1, HIGHEST], [f"≤ {LOWEST:g}", "0.01", "0.1", "1", f"≥ {HIGHEST:g}"])
        ax.yaxis.set_minor_locator(NullLocator())
        ax.axhline(GUESS, color=style.GREY, linewidth=1, linestyle=":")
        how: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "color": style.BLACK, "fontsize": SMALL}
        ax.annotate("p = 0.5 everywhere", (1, GUESS), (-2, 2), xycoords=("axes fraction", "data"), **how)
        self.curves = [
            *ax.plot([], [], "-", color=style.BLACK, linewidth=2, label="training"),
            *ax.plot([], [], "--", color=style.PURPLE, linewidth=2, label="held out"),
        ]
        self.ends = [
            *ax.plot([], [], "o", color=style.BLACK, markersize=7, zorder=4, clip_on=False),
            *ax.plot([], [], "D", color=style.PURPLE, markersize=6, zorder=4, clip_on=False),
        ]
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shades the plane, redraws the network's weights and maps, and goes on with the curves."""
        self.field.set_data(values["field"])
        self.boundary.set_data(*as_one(values["boundary"]))
        for part, lines in (("", self.points), ("held_out_", self.held_out)):
            for kind, line in enumerate(lines):
                line.set_data(*values[f"{part}inputs"][values[f"{part}labels"] == kind].T)
        along, curves = values["curve_updates"], values["curves"].clip(LOWEST, HIGHEST)
        for curve, end, heights in zip(self.curves, self.ends, curves, strict=True):
            curve.set_data(along, heights)
            end.set_data(along[-1:], heights[-1:])
        self.axes["loss"].set_xlim(0, next(span for span in SPANS if values["updates"] <= span))
        self.network.update(values)
        self._tell(values)

    def _tell(self, values: Values) -> None:
        """The lines of numbers above the panels."""
        sizes, diverged = values["sizes"].tolist(), values["diverged"]
        right = [f"{100 * share:.0f} %" for share in values["accuracies"]]
        losses = [_short(loss) for loss in values["losses"]]
        self.numbers["plane"].set_text(f"correct: training {right[0]}, held out {right[1]}")
        parameters = f"{count_parameters(sizes)} parameters"
        self.numbers["network"].set_text(f"{'-'.join(map(str, sizes))} {values['activation']}: {parameters}")
        self.numbers["loss"].set_text(
            f"diverged at update {diverged}: take a smaller learning rate"
            if diverged >= 0
            else f"{values['method']}: training {losses[0]}, held out {losses[1]}"
        )


def _short(loss: float) -> str:
    return f"{loss:.3f}" if loss < 100 else f"{loss:.0e}"
