"""Universal approximation built by hand: a staircase of sigmoid steps along a curve that the reader draws."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from dlcourse.chapters.multilayer_perceptrons.experiments.staircase_errors import (
    COUNTS,
    GRID,
    MOST_STEPS,
    NODES,
    compute_staircase,
)
from dlcourse.experiments.controls import DragPoints, Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style

SMALLEST = 1e-3  # errors below are drawn here
SCALES = np.array([0.1, 0.25, 0.5, 1.0, 2.5])  # what the panel of single steps may reach


class StaircasePicture:
    """Left the target and the network, under them the single steps; right the largest error against their number."""

    def __init__(self, figure: Figure, values: Values) -> None:
        panels = figure.subplot_mosaic(
            [["curve", "error"], ["steps", "error"]], height_ratios=(2.3, 1), width_ratios=(1.25, 1)
        )
        self.axes = panels
        self._draw_curve(label(panels["curve"], "The curve and the network", "", "y"))
        self._draw_steps(style.apply(panels["steps"]))
        for name in ("curve", "steps"):
            panels[name].yaxis.set_label_coords(-0.155, 0.5)  # it stays when the numbers beside it get longer
        self._draw_errors(label(panels["error"], "Largest error", "steps (hidden units)", "error"))
        self.numbers = readout(panels["curve"]), readout(panels["error"])
        self.moving: list[Artist] = [
            self.target, self.output, self.points, self.units,
            self.bound, self.jump, self.errors, self.now, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_curve(self, ax: Axes) -> None:
        ax.set(xlim=(-0.03, 1.03), ylim=(-1.3, 1.3), yticks=(-1, -0.5, 0, 0.5, 1))
        ax.tick_params(labelbottom=False)
        (self.target,) = ax.plot([], [], color=style.BLACK, linewidth=1.6)
        (self.output,) = ax.plot([], [], color=style.ORANGE, linewidth=2.4)
        (self.points,) = ax.plot([], [], "o", color=style.BLACK, markersize=9, markeredgecolor="white", zorder=3)

    def _draw_steps(self, ax: Axes) -> None:
        ax.set(xlim=(-0.03, 1.03), xlabel="x", ylabel="one unit")
        self.units = LineCollection([], colors=style.BLUE, linewidths=1.0)
        ax.add_collection(self.units, autolim=False)
        ax.plot([], [], "o-", color=style.BLACK, markeredgecolor="white", markersize=9, label="target (drag)")
        ax.plot([], [], color=style.ORANGE, linewidth=2.4, label="network's output")
        ax.plot([], [], color=style.BLUE, linewidth=1.0, label="what one unit adds")
        legend_below(ax)

    def _draw_errors(self, ax: Axes) -> None:
        ax.set(xscale="log", yscale="log", xlim=(0.85, 76), ylim=(SMALLEST / 1.4, 9))
        ax.set_xticks([1, 2, 4, 8, 16, 32, 64], ["1", "2", "4", "8", "16", "32", "64"])
        ax.set_yticks([SMALLEST, 0.01, 0.1, 1], ["≤ 0.001", "0.01", "0.1", "1"])
        ax.minorticks_off()
        (self.bound,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.6, label="bound, steep steps")
        (self.jump,) = ax.plot([], [], ":", color=style.PURPLE, linewidth=2.6, label="limit at jumps")
        (self.errors,) = ax.plot([], [], ".-", color=style.ORANGE, markersize=6, linewidth=1.4, label="largest error")
        (self.now,) = ax.plot([], [], "o", color=style.ORANGE, markersize=12, markeredgecolor="white", label="now")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the curve, the network, its units and its errors in ``values``."""
        self.target.set_data(GRID, values["target"])
        self.output.set_data(GRID, values["output"])
        self.points.set_data(*values["points"].T)
        units = values["units"]
        self.units.set_segments([np.column_stack([GRID, unit])[::3] for unit in units])
        top = SCALES[np.searchsorted(SCALES, np.abs(units).max())]
        self.axes["steps"].set(ylim=(-1.15 * top, 1.15 * top), yticks=(-top, 0, top))
        self._draw_so_far(values)
        for text, told in zip(self.numbers, _tell(values), strict=True):
            text.set_text(told)

    def _draw_so_far(self, values: Values) -> None:
        """Errors and bounds up to the present number of steps: what more of them bring is for the reader to find."""
        steps, fewer = values["steps"], values["steps"] > COUNTS
        counts = np.append(COUNTS[fewer], steps)
        self.errors.set_data(counts, np.maximum(np.append(values["errors"][fewer], values["error"]), SMALLEST))
        self.now.set_data([steps], [max(values["error"], SMALLEST)])
        known = len(values["bounds"]) > 0
        bounds = np.append(values["bounds"][fewer], values["bound"]) if known else np.array([])
        self.bound.set_data(counts[: len(bounds)], np.maximum(bounds, SMALLEST))
        jump = [] if known else [max(values["jump"], SMALLEST)] * 2
        self.jump.set_data([COUNTS[0], COUNTS[-1]][: len(jump)], jump)


def _tell(values: Values) -> tuple[str, str]:
    steps = values["steps"]
    left = f"{steps} step{'s' if steps > 1 else ''}, cells of h = {1 / (steps + 1):.3f}: error {values['error']:.3f}"
    if not len(values["bound"]):
        return left, f"half the largest jump: {values['jump']:.3f}"
    return left, f"L h / 2 = {values['slope']:.2f} · {1 / (steps + 1):.3f} / 2 = {values['bound'][0]:.3f}"


def describe_staircase(parameters: Mapping[str, Any], values: Values) -> str:
    """The network, its largest error, and how that compares with the bound, or with half the largest jump."""
    steps, error = values["steps"], values["error"]
    heights = ", ".join(fixed(height) for height in values["points"][:, 1])
    units = f"{steps} sigmoid units of steepness" if steps > 1 else "1 sigmoid unit of steepness"
    joined = {"lines": "straight lines", "smooth": "a smooth curve", "jumps": "flat pieces with jumps between them"}
    text = (
        f"The target: {joined[parameters['join']]} through nine points of heights {heights}. {units} "
        f"{parameters['steepness']:.4g} build{'' if steps > 1 else 's'} a staircase along it in cells of width "
        f"{1 / (steps + 1):.3f}; the largest error is {error:.3f}."
    )
    if not len(values["bound"]):
        return (
            f"{text} Half of the largest jump is {values['jump']:.3f}: no continuous function comes nearer than that."
        )
    bound = values["bound"][0]
    text = f"{text} L h / 2 is {bound:.3f}, with the steepest slope L = {values['slope']:.2f}"
    too_soft = error > 1.02 * bound + 1e-9
    return f"{text}; the error is larger, since the steps are too soft for their width." if too_soft else f"{text}."


staircase = Experiment(
    name="staircase",
    title="A staircase along any curve",
    prediction=Prediction(
        question="Nine steep sigmoid units build a staircase along a curve, in ten cells. You take 19 instead, in "
        "cells half as wide. What happens to the largest error?",
        choices=(
            "It falls to about a half",
            "It falls to about a quarter",
            "It stays about the same: a staircase is never a curve",
            "It falls to almost 0: enough units fit any curve",
        ),
        answer=0,
        explanation="In a cell of width $h$ the network is flat, at the height that the curve has in the middle. The "
        "curve gets away from there by at most its steepest slope $L$ times $h/2$. Half the width, half the error: "
        "with the curve at the start it goes from 0.228 to 0.114. A quarter would come from straight pieces that "
        "follow the slope; flat ones do not. It stays a staircase, but one with steps as small as you like, and that "
        "is all that the theorem in the text below promises: for every error above 0 there are enough units, here "
        "about $L$ divided by twice the error. It does not say that training finds their weights. Two things to "
        "try. Soft steps: when a step is wider than its cell, further units no longer help. Jumps: a network of "
        "sigmoids is continuous, so at a jump it stays wrong by half the jump or more; the theorem is about "
        "continuous functions.",
    ),
    controls=(
        Slider("steps", "Steps (hidden units)", 1, MOST_STEPS, step=1, value=9),
        Slider("steepness", "Steepness k of a step", 4.0, 4000.0, step=0.05, value=400.0, logarithmic=True),
        Menu(
            "join",
            "Between your points",
            {"lines": "straight lines", "smooth": "a smooth curve", "jumps": "jumps"},
        ),
        DragPoints(
            "points",
            np.column_stack([NODES, (0.8 * np.sin(2 * np.pi * NODES)).round(2) + 0.0]),
            axes="curve",
            limits=((0.0, 1.0), (-1.0, 1.0)),
            move="y",
            label="points of the target",
        ),
    ),
    compute=compute_staircase,
    picture=StaircasePicture,
    describe=describe_staircase,
    size=(9.0, 5.4),
    locked={"steps": 1},
)
