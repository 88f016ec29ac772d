"""Learning rates that fall: which schedule arrives at the minimum, and what the sums of its rates say of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dlcourse.chapters.linear_regression.experiments import annealing_runs as runs
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import magnitude, raised
from dlcourse.plots import style

LOOKS = (
    ("constant", style.ORANGE, "--", "s"),
    ("exponential decay", style.GREEN, "-.", "^"),
    ("1/t", style.BLUE, "-", "o"),
)
MARKS = (0, 19)  # first and distance, of the shown steps: where a curve carries its mark
NEAREST, SLOWEST = 1e-3, 1e-6  # the lower ends of the panels of distances and of rates
PANELS = (
    ("distances", "Distance from the minimum", "standard deviations", (NEAREST, 2e3)),
    ("rates", r"Learning rate $\varepsilon_k$", r"$\varepsilon_k$", (SLOWEST, 3.0)),
    ("sums", "Sum of the rates", r"$\Sigma\,\varepsilon_k$", (5e-3, 3e4)),
    ("squares", "Sum of their squares", r"$\Sigma\,\varepsilon_k^2$", (5e-5, 3e4)),
)
LAYOUT: Any = [["distances", "sums"], ["rates", "squares"]]


def compute_annealing(start: float, rate: float, decay: float, half_time: float, seed: int, steps: str) -> Values:
    """Stochastic descent from ``start`` standard deviations to the mean of a population, with three schedules.

    All begin at ``rate``. Rows, in the order constant, exponential, 1/t, over the ``shown`` steps until ``steps``:
    ``distances`` (3, k), the root mean square over all possible runs; ``run`` (3, k), that of one run; ``rates``,
    ``sums``, ``squares`` (3, k), the learning rate and the sums of rates and of squared rates until there. What the
    sums come to in the end: ``sum_limit`` = rate / (1 - decay) for exponential decay, ``square_limits`` (2,) for
    exponential decay and 1/t; the others grow for ever. ``left``: what exponential decay never covers of the distance,
    start * product of all 1 - rate_k.
    """
    schedules = runs.all_schedules(rate, decay, half_time)
    totals = [runs.sums(*schedule) for schedule in schedules]
    shown = runs.SHOWN[int(steps) >= runs.SHOWN]
    over_steps = {
        "distances": [runs.expected(*schedule, start) for schedule in schedules],
        "run": [runs.run(*schedule, start, seed) for schedule in schedules],
        "rates": [runs.rates_of(*schedule)[runs.SHOWN - 1] for schedule in schedules],
        "sums": [total[0] for total in totals],
        "squares": [total[1] for total in totals],
    }
    return {
        "shown": shown,
        **{name: np.stack(rows)[:, : len(shown)] for name, rows in over_steps.items()},
        "sum_limit": rate / (1 - decay),
        "square_limits": np.array([rate**2 / (1 - decay**2), runs.inverse_square_sum(rate, half_time)]),
        "left": start * runs.uncovered(rate, decay),
    }


class AnnealingPicture:
    """Four panels over the same steps: distance and learning rate on the left, both sums on the right."""

    def __init__(self, figure: Figure, values: Values) -> None:
        self.axes: dict[str, Axes] = figure.subplot_mosaic(LAYOUT, width_ratios=(1.15, 1), height_ratios=(1.25, 1))
        self.curves: dict[str, list[Line2D]] = {}
        self.numbers = {}
        for name, title, y, limits in PANELS:
            ax = self.axes[name]
            label(ax, title, "step k" if name in ("rates", "squares") else "", y)
            ax.set(xscale="log", yscale="log", xlim=(0.8, 1.3 * runs.STEPS), ylim=limits)
            if name == "distances":
                self.run = [ax.plot([], [], color=color, linewidth=0.8, alpha=0.6)[0] for _, color, _, _ in LOOKS]
            self.curves[name] = [
                ax.plot([], [], dash, color=color, linewidth=2, marker=mark, markersize=6, markevery=MARKS, label=told)[
                    0
                ]
                for told, color, dash, mark in LOOKS
            ]
            self.numbers[name] = readout(ax)
        self.axes["rates"].plot([], [], color=style.GREY, linewidth=0.8, label="one run each")
        legend_below(self.axes["rates"])
        self.moving: list[Artist] = [
            *self.run, *(curve for curves in self.curves.values() for curve in curves), *self.numbers.values()
        ]  # fmt: skip
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the distances, rates and sums in ``values``."""
        for line, distances in zip(self.run, values["run"], strict=True):
            line.set_data(values["shown"], distances.clip(NEAREST / 10))
        for name, curves in self.curves.items():
            for curve, heights in zip(curves, values[name], strict=True):
                curve.set_data(values["shown"], heights.clip(SLOWEST / 10))
        for name, told in _tell_numbers(values).items():
            self.numbers[name].set_text(raised(told))


def _tell_numbers(values: Values) -> dict[str, str]:
    """What stands above the panels."""
    constant, exponential, inverse = (magnitude(distance, 2) for distance in values["distances"][:, -1])
    _, decayed, inverse_rate = (magnitude(rate, 2) for rate in values["rates"][:, -1])
    of_decay, of_inverse = (magnitude(limit, 2) for limit in values["square_limits"])
    after = f"after {values['shown'][-1]:,}:"
    return {
        "distances": f"{after} constant {constant}, decay {exponential}, 1/t {inverse}",
        "rates": f"{after} decay {decayed}, 1/t {inverse_rate}",
        "sums": f"constant ∞ ✓, decay {magnitude(values['sum_limit'])} ✗, 1/t ∞ ✓",
        "squares": f"constant ∞ ✗, decay {of_decay} ✓, 1/t {of_inverse} ✓",
    }


def describe_annealing(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the three schedules end, and which of the two conditions each meets."""
    constant, exponential, inverse = (magnitude(distance, 2) for distance in values["distances"][:, -1])
    of_decay, of_inverse = (magnitude(limit, 2) for limit in values["square_limits"])
    left = f"{magnitude(values['left'], 2)} of" if values["left"] >= 0.001 else "less than 0.001 of"
    run = ", ".join(magnitude(distance, 2) for distance in values["run"][:, -1])
    last = values["shown"][-1]
    return (
        f"Stochastic descent, one example a step, begins {magnitude(parameters['start'])} standard deviations from the "
        f"minimum with learning rate {parameters['rate']:.2f}; distances after {last:,} "
        f"{'step' if last == 1 else 'steps'} are root mean squares over all runs. Constant: {constant}; its rates grow "
        f"for ever in sum (condition met), and so do their squares (missed). Exponential decay by "
        f"{parameters['decay']:.4f} a step: {exponential}; its rates add up to no more than "
        f"{magnitude(values['sum_limit'])} (missed), so that {left} the distance is never covered, and their "
        f"squares to {of_decay} (met). 1/t with half-time {magnitude(parameters['half_time'])}: {inverse}; its rates "
        f"grow for ever in sum (met), their squares add up to {of_inverse} (met). In run {parameters['seed']} the "
        f"three distances are {run}."
    )


annealing = Experiment(
    name="annealing",
    title="Learning rates that fall",
    prediction=Prediction(
        question="All three schedules begin with a learning rate of 0.05; 1/t has half of it after 100 steps, "
        "exponential decay multiplies it by 0.99 each step. The start is moved to 100 standard deviations from the "
        "minimum. Which is nearest after 10,000 steps, in the mean over all runs?",
        choices=(
            "Constant: it takes full steps all the way",
            "Exponential decay: its steps, and so its noise, are the smallest",
            "1/t",
            "All about equally near: 10,000 steps are enough for each",
        ),
        answer=2,
        explanation="1/t ends 0.017 standard deviations away. The constant rate arrives fast, but each example keeps "
        "throwing it about: it stays at the noise floor, $\\sqrt{\\varepsilon / (2 - \\varepsilon)} = 0.16$, for "
        "ever. Exponential decay has the smallest steps and the least noise, but all its rates add up to 0.05/(1 − "
        "0.99) = 5 only: of the 100 standard deviations 0.63 are never covered, however long you wait. The rates of "
        "1/t add up without bound, so it gets anywhere, and they fall to 0, so the noise dies out. A slower "
        "decay, 0.999, ends as near as 1/t after these 10,000 steps, but goes no further "
        "afterwards, and has to be fitted to the length of the training.",
    ),
    controls=(
        Slider(
            "start", "Start: distance from the minimum", 0.1, 1000.0, step=0.1, value=10.0, unit="σ", logarithmic=True
        ),
        Slider("rate", "First learning rate ε₀", 0.01, 1.0, step=0.01, value=0.05),
        Slider("decay", "Exponential decay: factor per step", 0.9, 0.9999, step=0.0001, value=0.999),
        Slider("half_time", "1/t: half-time", 1.0, 1000.0, step=0.1, value=100.0, unit="steps", logarithmic=True),
        Slider("seed", "Another run: seed", 1, 20, step=1, value=1),
        Menu("steps", "Steps", {f"{steps}": f"{steps:,}" for steps in (1, 10, 100, 1000, runs.STEPS)}, f"{runs.STEPS}"),
    ),
    compute=compute_annealing,
    picture=AnnealingPicture,
    describe=describe_annealing,
    size=(9.0, 6.0),
    locked={"steps": "1"},
)
