"""The loss surface of linear regression with the paths of gradient descent and mini-batch descent on it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.chapters.linear_regression.experiments.surface_paths import (
    DECAY,
    HALF_TIME,
    MOST_STEPS,
    batch_path,
    full_path,
    make_schedule,
    surface,
)
from dlcourse.experiments.controls import DragPoints, Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style

SLOPES, INTERCEPTS = (-3.0, 3.5), (-4.0, 4.0)  # what the left panel shows
START = (-0.8, 3.4)
LEVELS = np.array([32.0, 16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.05])  # of the loss above its minimum, at the contours
CIRCLE = np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))])
LOWEST, USUAL, HIGHEST = 1e-6, 1e2, 1e8  # ends of the right panel; the last one where a loss has grown
TAIL = 20  # steps: the mini-batch path's loss is told as their average


def compute_loss_surface(
    start: Array,
    inputs: str,
    multiple: float,
    steps: int,
    schedule: str,
    batch_size: str,
    momentum: float,
    seed: int,
) -> Values:
    """The contours of the loss and both paths on it, with the loss above its minimum after each step.

    start: (1, 2), slope and intercept. multiple: the learning rate in units of ``limit`` = 2 / lambda_max.
    momentum beta: v <- beta v - rate * gradient, theta <- theta + v; descent at a constant rate then converges below
    ``limit`` * (1 + beta), which is ``momentum_limit`` (Polyak, 1964). ``rate_now`` is the
    next step's. ``full`` (k, 2) and ``batch`` (k, 2) are the paths so far, k at most ``steps`` + 1; ``full_diverged``
    and ``batch_diverged`` are the steps at which their loss had grown a million times over, 0 if it has not.
    """
    where = surface(inputs)
    place, rate = (float(start[0, 0]), float(start[0, 1])), multiple * where.limit
    full = full_path(inputs, place, rate, schedule, momentum)
    batch = batch_path(inputs, place, rate, schedule, momentum, int(batch_size), seed)
    return {
        "best": where.best,
        "floor": where.floor,
        "eigenvalues": where.eigenvalues,
        "limit": where.limit,
        "momentum_limit": where.limit * (1 + momentum),
        "rate": rate,
        "rate_now": float(make_schedule(schedule, rate)(steps)),
        "contours": _ellipses(where.best, where.eigenvalues, where.eigenvectors),
        "full": full[: steps + 1],
        "full_excess": where.excess(full[: steps + 1]),
        "full_diverged": _diverged_at(full, steps),
        "batch": batch[: steps + 1],
        "batch_excess": where.excess(batch[: steps + 1]),
        "batch_diverged": _diverged_at(batch, steps),
    }


def _ellipses(best: Array, eigenvalues: Array, eigenvectors: Array) -> Array:
    """The contours (levels, 121, 2): where lambda_1 u_1^2 + lambda_2 u_2^2 = 2 level, u along the eigenvectors."""
    axes = np.sqrt(2 * LEVELS[:, None] / eigenvalues)
    return best + (CIRCLE * axes[:, None, :]) @ eigenvectors.T


def _diverged_at(path: Array, steps: int) -> int:
    """The step at which ``path`` ended early, 0 if that has not happened within ``steps``."""
    last = len(path) - 1
    return last if last < MOST_STEPS and last <= steps else 0


class LossSurfacePicture:
    """Left the loss as contours with both paths, right the loss above its minimum against the step."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"surface": left, "loss": right}
        self._draw_surface(label(left, "The way down", "slope w", "intercept b"))
        self._draw_loss(label(right, "Loss above its minimum", "step", "J − its minimum"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.contours, self.best, self.batch, self.full, self.batch_end, self.full_end, self.start,
            self.batch_loss, self.full_loss, self.batch_lost, self.full_lost, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_surface(self, ax: Axes) -> None:
        ax.set(xlim=SLOPES, ylim=INTERCEPTS)
        ax.grid(False)
        # one over the other they grow darker, or lighter on dark paper
        fill, edge = to_rgba(style.GREY, 0.09), to_rgba(style.GREY, 0.6)
        self.contours = PolyCollection([], facecolors=fill, edgecolors=edge, linewidths=0.7)
        ax.add_collection(self.contours, autolim=False)
        (self.full,) = ax.plot(
            [], [], "o-", color=style.BLUE, linewidth=1.2, markersize=5, label="gradient descent (GD)"
        )
        (self.batch,) = ax.plot(
            [], [], "^--", color=style.ORANGE, linewidth=0.9, markersize=5, label="mini-batches (SGD)"
        )
        (self.best,) = ax.plot([], [], "*", color=style.YELLOW, markersize=16, label="minimum")
        (self.start,) = ax.plot([], [], "s", color="white", markersize=10, label="start (drag)")
        (self.full_end,) = ax.plot([], [], "o", color=style.BLUE, markersize=10)
        (self.batch_end,) = ax.plot([], [], "^", color=style.ORANGE, markersize=10)
        for mark in (self.best, self.start):
            mark.set(markeredgecolor=style.BLACK, zorder=4)
        for mark in (self.full_end, self.batch_end):
            mark.set(markeredgecolor="white", zorder=5)
        legend_below(ax)

    def _draw_loss(self, ax: Axes) -> None:
        ax.set(xlim=(-2, MOST_STEPS + 2), yscale="log")
        (self.full_loss,) = ax.plot([], [], "-", color=style.BLUE, linewidth=2, label="gradient descent (GD)")
        (self.batch_loss,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=1.5, label="mini-batches (SGD)")
        (self.full_lost,) = ax.plot([], [], "X", color=style.BLUE, markersize=12, label="left the picture")
        (self.batch_lost,) = ax.plot([], [], "X", color=style.ORANGE, markersize=12)
        for mark in (self.full_lost, self.batch_lost):
            mark.set(markeredgecolor="white", zorder=5)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the contours and paths in ``values``."""
        self.contours.set_verts(values["contours"])
        tallest = max(values[f"{name}_excess"].max() for name in ("full", "batch"))
        self.axes["loss"].set_ylim(LOWEST, USUAL if tallest < USUAL else HIGHEST)
        self.best.set_data(values["best"][:1], values["best"][1:])
        self.start.set_data(values["full"][:1, 0], values["full"][:1, 1])
        drawn = (
            ("full", self.full, self.full_end, self.full_loss, self.full_lost),
            ("batch", self.batch, self.batch_end, self.batch_loss, self.batch_lost),
        )
        for name, path, end, loss, lost in drawn:
            points, excess = values[name], values[f"{name}_excess"].clip(LOWEST / 10, 10 * HIGHEST)
            steps = np.arange(len(points))
            path.set_data(points[:, 0], points[:, 1])
            end.set_data(points[-1:, 0], points[-1:, 1])
            loss.set_data(steps, excess)
            lost.set_data(steps[-1:], excess[-1:].clip(None, HIGHEST / 2))
            lost.set_visible(values[f"{name}_diverged"] > 0)
        small, large = values["eigenvalues"]
        self.numbers[0].set_text(
            f"rate now {values['rate_now']:.3f}; limit {values['momentum_limit']:.3f}; λ = {small:.3g} and {large:.3g}"
        )
        self.numbers[1].set_text(raised(f"GD: {_state(values, 'full')}; SGD: {_state(values, 'batch')}"))


def _state(values: Values, name: str) -> str:
    """The loss above its minimum now, or the step at which the path has diverged."""
    step = values[f"{name}_diverged"]
    return f"diverged at step {step}" if step else magnitude(_typical(values, name))


def _typical(values: Values, name: str) -> float:
    """The loss above its minimum now; for mini-batches, which scatter, the mean of the last 20 of more than 40."""
    excess = values[f"{name}_excess"]
    return float(excess[-TAIL:].mean() if name == "batch" and len(excess) > 2 * TAIL else excess[-1])


def describe_loss_surface(parameters: Mapping[str, Any], values: Values) -> str:
    """The shape of the surface, how the learning rate stands to its limit, and where both paths have come to."""
    small, large = values["eigenvalues"]
    momentum = parameters["momentum"]
    factor = f"(1 + {momentum:.2f}) × 2/λ_max" if momentum else "2/λ_max"
    steps = parameters["steps"]
    batches = "batches of 1 example" if parameters["batch_size"] == "1" else f"batches of {parameters['batch_size']}"
    return (
        f"The loss over slope and intercept, smallest, {values['floor']:.3f}, at w = {fixed(values['best'][0])}, "
        f"b = {fixed(values['best'][1])}; its curvatures are {small:.3g} and {large:.3g}, a condition number of "
        f"{large / small:.3g}. The learning rate, {values['rate']:.3f} at first and {values['rate_now']:.3f} now, is "
        f"to stay below {factor} = {values['momentum_limit']:.3f}. After {steps} {'step' if steps == 1 else 'steps'} "
        f"gradient descent {_tell(values, 'full')}; with {batches} it {_tell(values, 'batch')}."
    )


def _tell(values: Values, name: str) -> str:
    """Where one path has come to."""
    step, (slope, intercept) = values[f"{name}_diverged"], values[name][-1]
    if step:
        return f"has diverged at step {step}: its loss has grown a million times over"
    average = " on average of the last 20 steps" if name == "batch" and len(values[name]) > 2 * TAIL else ""
    place = f"w = {fixed(slope)}, b = {fixed(intercept)}"
    return f"is at {place}, its loss {magnitude(_typical(values, name))} above the minimum{average}"


loss_surface = Experiment(
    name="loss_surface",
    title="Descent on the loss surface",
    prediction=Prediction(
        question="The surface's curvatures are 0.25 along the valley and 4 across it. Gradient descent on all "
        "examples gets a constant learning rate 5 % above the limit 2/λ_max. What does it do?",
        choices=(
            "It still arrives, only more slowly",
            "It swings across the valley for ever, always equally far",
            "It swings across the valley, a tenth farther with each step",
            "It moves away from the minimum along and across the valley",
        ),
        answer=2,
        explanation="Across the valley each step multiplies the distance from the minimum by $1 - 1.05 \\cdot 2 = "
        "-1.1$: to the other side and 10 % farther out, so the steep part of the loss grows by the factor 1.21, a "
        "million times in about 73 steps. Along the valley the factor is $1 - 0.525 \\cdot 0.25 = 0.87$ and the "
        "distance shrinks as if nothing were wrong: the whole loss can even fall at first, where a start has more of "
        "it along the valley. Swings that stay as they are belong to the limit itself, factor −1. And at 0.95 times "
        "the limit the factor is −0.9: then it arrives. The border between the two is sharp. Mini-batches have "
        "curvatures of their own, some larger, so their path has no sharp border and can run away even below the "
        "limit.",
    ),
    controls=(
        Menu(
            "inputs",
            "Input: BMI",
            {"shifted": "shifted by 1.5 standard deviations", "scaled": "scaled by 3", "standardized": "standardized"},
        ),
        Slider("multiple", "Learning rate, in units of 2/λ_max", 0.05, 1.5, step=0.05, value=0.4),
        Slider("steps", "Steps", 0, MOST_STEPS, step=1, value=30),
        Menu(
            "schedule",
            "Learning rate over time",
            {
                "constant": "constant",
                "exponential": f"exponential decay: × {DECAY} each step",
                "inverse": f"1/t: ÷ (1 + step/{HALF_TIME:.0f})",
            },
        ),
        Menu(
            "batch_size",
            "Mini-batch",
            {"1": "1 example", "4": "4 examples", "16": "16 examples", "64": "64 examples"},
            "16",
        ),
        Slider("momentum", "Momentum β (0: off)", 0.0, 0.95, step=0.05, value=0.0),
        Slider("seed", "Shuffle again: seed", 1, 20, step=1, value=1),
        DragPoints(
            "start", [START], axes="surface", limits=((-2.8, 3.3), (-3.8, 3.8)), move="xy", label="starting points"
        ),
    ),
    play=Play("steps", interval=100),
    compute=compute_loss_surface,
    picture=LossSurfacePicture,
    describe=describe_loss_surface,
    size=(9.0, 4.6),
)
