"""How near mini-batch descent comes at a constant rate, and what a larger batch buys: by updates and by examples."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments import batch_noise_runs as runs
from dlcourse.chapters.optimization.experiments.bowls import CIRCLE
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import magnitude, raised
from dlcourse.plots import style

LOOKS = {1: (style.PURPLE, ":"), 4: (style.ORANGE, "--"), 16: (style.BLUE, "-"), 64: (style.GREEN, "-.")}
MOST_EXAMPLES = runs.UPDATES * runs.BATCHES[-1]
WEIGHTS = ((-0.4, 1.2), (-0.6, 1.0))  # what the left panel shows
LEVELS = np.array([0.4, 0.2, 0.1, 0.05, 0.02])  # of the loss above its minimum, at the contours
LEAST, MOST = 3e-6, 2.0  # of the loss above its minimum: ends of the right panel
WAY = 150  # updates of the run that are drawn as its way down
NINETY_FIVE = np.sqrt(-2 * np.log(0.05))  # standard deviations: 95 % of a normal distribution in the plane


def compute_batch_noise(batch: str, rate: float, order: str, axis: str, others: str, run: int) -> Values:
    """Mini-batch descent from w = 0 at a constant rate: runs of it, and the loss that is expected of it.

    ``path`` (1501, 2): one run. ``ellipse`` (73, 2): where 95 % of the weights lie in the end, by theory, were they
    normally distributed. Loss above its minimum: ``floor``, the mean of the last 500 updates of 24 runs; ``theory``,
    what is expected in the end when batches are drawn anew; ``rule`` = (ε/B) tr Σ/4. ``measured`` (2, m): where along
    the axis, and the mean of the runs there. ``curve_1`` ... ``curve_64`` (2, k): where, and expected loss, empty where
    not shown; ``curve_all``, of the whole gradient at the same rate. ``diverging``: sizes that would not converge.
    """
    where, size = runs.regression(), int(batch)
    weights = runs.paths(rate, size, order)
    excess = where.excess(weights.transpose(0, 2, 1)).mean(axis=1)
    covariance = runs.stationary(rate, size)
    shown = _grid(runs.UPDATES, 31)
    rates = {other: _rate(others, other, size, rate) for other in runs.BATCHES}
    diverging = [other for other, its in rates.items() if its and not runs.converges(its, other)]
    values: Values = {
        "path": weights[:, :, run - 1],
        "ellipse": where.best + NINETY_FIVE * CIRCLE @ np.linalg.cholesky(covariance).T,
        "contours": where.contours(LEVELS),
        "best": where.best,
        "floor": float(excess[-runs.LAST :].mean()),
        "theory": float((where.hessian * covariance).sum()) / 2,
        "rule": runs.rule_of_thumb(rate, size),
        "measured": np.stack([shown * (size if axis == "examples" else 1), excess[shown]]),
        "curve_all": _curve(rate, np.inf, axis) if others == "same" else np.zeros((2, 0)),
        "diverging": np.array(diverging),
        "axis": axis,
        "batch": size,
    }
    for other, its in rates.items():
        values[f"curve_{other}"] = _curve(its, other, axis) if its and other not in diverging else np.zeros((2, 0))
    return values


def _rate(others: str, other: int, size: int, rate: float) -> float:
    """The rate of the batch size ``other``, 0 where it is not shown."""
    if other == size or others == "same":
        return rate
    return rate * other / size if others == "proportional" else 0.0


def _curve(rate: float, batch: float, axis: str) -> Array:
    """Where along the axis (updates or examples) and the expected loss there, (2, k)."""
    each = (runs.EXAMPLES if batch == np.inf else int(batch)) if axis == "examples" else 1
    updates = _grid(MOST_EXAMPLES // each if axis == "examples" else runs.UPDATES, 61)
    return np.stack([updates * each, runs.expected_excess(rate, batch, tuple(updates.tolist()))])


def _grid(last: int, count: int) -> Any:
    return np.unique(np.geomspace(1, last, count).round().astype(int))


class BatchNoisePicture:
    """Left the weights of one run, right the loss above its minimum, expected and measured."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, (1, 1.15))
        self.axes = {"weights": left, "loss": right}
        self.redraw_all = False
        self._draw_weights(label(left, "One run", "weight of BMI", "weight of pressure"), values)
        self._draw_losses(label(right, "Loss above its minimum", "updates", "J − its minimum"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.way, self.last, self.ellipse, self.best, self.rule, self.whole, *self.curves.values(), self.measured,
            *self.numbers,
        ]  # fmt: skip
        self.update(values)
        self.redraw_all = False

    def _draw_weights(self, ax: Axes, values: Values) -> None:
        ax.set(xlim=WEIGHTS[0], ylim=WEIGHTS[1], aspect="equal")
        ax.grid(False)
        fill, edge = to_rgba(style.GREY, 0.09), to_rgba(style.GREY, 0.6)
        ax.add_collection(
            PolyCollection(values["contours"], facecolors=fill, edgecolors=edge, linewidths=0.7), autolim=False
        )
        (self.way,) = ax.plot([], [], "-", color=style.ORANGE, linewidth=1, label=f"first {WAY} updates")
        (self.last,) = ax.plot([], [], ".", color=style.BLUE, markersize=3, label=f"last {runs.LAST}")
        (self.ellipse,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.5, label="95 % by theory")
        (self.best,) = ax.plot([], [], "*", color=style.YELLOW, markersize=12, label="minimum")
        self.best.set(markeredgecolor=style.BLACK)
        legend_below(ax)

    def _draw_losses(self, ax: Axes) -> None:
        ax.set(xscale="log", yscale="log", ylim=(LEAST, MOST))
        (self.rule,) = ax.plot([], [], "-", color=style.GREY, linewidth=0.8)
        (self.whole,) = ax.plot([], [], "-", color=style.GREY, linewidth=1.5)
        self.curves = {size: ax.plot([], [], dash, color=color)[0] for size, (color, dash) in LOOKS.items()}
        (self.measured,) = ax.plot([], [], "o", color=style.BLACK, markersize=4, label=f"mean of {runs.RUNS} runs")
        for size, (color, dash) in LOOKS.items():
            ax.plot([], [], dash, color=color, linewidth=2, label=f"batches of {size}")
        ax.plot([], [], "-", color=style.GREY, linewidth=1.5, label=f"all {runs.EXAMPLES} (GD)")
        legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Shows the run, the curves and the means in ``values``."""
        path, (low, high) = values["path"], np.array(WEIGHTS).T
        seen = path.clip(low - 1, high + 1)  # far outside the panel a line needs no exact end
        self.way.set_data(*seen[: WAY + 1].T)
        self.last.set_data(*seen[-runs.LAST :].T)
        self.ellipse.set_data(*values["ellipse"].T)
        self.best.set_data(values["best"][:1], values["best"][1:])
        by_examples = values["axis"] == "examples"
        end = MOST_EXAMPLES if by_examples else runs.UPDATES
        ax, told = self.axes["loss"], "examples seen" if by_examples else "updates"
        self.redraw_all = self.redraw_all or ax.get_xlabel() != told
        ax.set(xlim=(0.8, 1.25 * end), xlabel=told)
        self.rule.set_data([0.8, 1.25 * end], [values["rule"]] * 2)
        self.whole.set_data(_visible(values["curve_all"]))
        self.measured.set_data(_visible(values["measured"]))
        for size, curve in self.curves.items():
            curve.set_data(_visible(values[f"curve_{size}"]))
            curve.set_linewidth(2.4 if size == values["batch"] else 1.2)
        root = magnitude(_distance(values), 2)
        self.numbers[0].set_text(f"last 500: {root} from the minimum (r.m.s.)")
        self.numbers[1].set_text(raised(_floors(values)))


def _visible(points: Array) -> Array:
    """``points`` (2, k) with heights that a logarithmic axis can show."""
    return np.stack([points[0], points[1].clip(LEAST / 10, None)])


def _distance(values: Values) -> float:
    """The root mean square distance from the minimum in the last 500 updates of the run."""
    away = values["path"][-runs.LAST :] - values["best"]
    return float(np.sqrt((away**2).sum(axis=1).mean()))


def _floors(values: Values) -> str:
    """Where the runs end, where theory says that they do, and what the rule of thumb makes of it."""
    floor, theory, rule = (magnitude(values[name], 2) for name in ("floor", "theory", "rule"))
    lost = ", ".join(map(str, values["diverging"].tolist()))
    return f"end: runs {floor}, theory {theory}, rule (thin) {rule}" + (f"; lost: {lost}" if lost else "")


def describe_batch_noise(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the runs end, by measurement, theory and rule, and how the other batch sizes stand to it."""
    floor, theory, rule = (magnitude(values[name], 2) for name in ("floor", "theory", "rule"))
    batch, rate = parameters["batch"], parameters["rate"]
    examples = "1 example" if batch == "1" else f"{batch} examples"
    drawn = "drawn anew for each update" if parameters["order"] == "anew" else "from shuffled epochs"
    compared = [size for size in runs.BATCHES if size != values["batch"] and values[f"curve_{size}"].size]
    rates = {"same": "the same rate", "proportional": "rates in proportion to their sizes"}.get(parameters["others"])
    ends = ", ".join(f"{size} {magnitude(values[f'curve_{size}'][1, -1], 2)}" for size in compared)
    lost = ", ".join(map(str, values["diverging"].tolist()))
    at_the_end = f"{runs.UPDATES:,} updates" if parameters["axis"] == "updates" else f"{MOST_EXAMPLES:,} examples"
    more = f" Expected after {at_the_end} at {rates}, batches of: {ends}." if compared else ""
    more += f" Not shown, since their loss grows without bound: batches of {lost}." if lost else ""
    return (
        f"Linear regression on body mass index and blood pressure, 320 patients, from w = 0, in batches of {examples} "
        f"{drawn}, at the constant rate {rate:.3g}. Over the last {runs.LAST} of {runs.UPDATES:,} updates of "
        f"{runs.RUNS} runs the loss is {floor} above its minimum on average; expected of batches drawn anew: {theory}; "
        f"rule (ε/B) tr Σ/4: {rule}. Run {parameters['run']} is then {magnitude(_distance(values), 2)} from the "
        f"minimum (root mean square). The loss is drawn against {parameters['axis']}.{more}"
    )


batch_noise = Experiment(
    name="batch_noise",
    title="What a larger batch buys",
    prediction=Prediction(
        question="Batches of 4, drawn anew for each update, at the constant rate 0.05: the loss comes to 0.0035 above "
        "its minimum on average, and no nearer. With batches of 16, at which constant rate does it come about as near, "
        "and no nearer?",
        choices=(
            "0.05: how near it comes depends on the rate only",
            "0.1: the mean over four times as many examples scatters half as much",
            "0.2",
            "At none: larger batches always come nearer",
        ),
        answer=2,
        explanation="At 0.2 it comes to 0.0038; at 0.1 to 0.0018 and at 0.05 to 0.00086. The gradient of a batch "
        "has the covariance Σ/B, with Σ that of one example's gradient. An update adds noise of the order ε² Σ/B and "
        "removes a part of the order ε, so what remains goes as ε/B: it is (ε/B) tr Σ/4 at small rates. (The scatter "
        "does halve; but the loss goes with its square, and the rate counts once.) Now show the other sizes, at "
        "rates in proportion and at the same rate, by examples and by updates. Then try shuffled epochs: they come "
        "nearer than the formula says, with batches of 64 at rate 0.05 about twelve times, since an epoch uses each "
        "example once and the errors of its batches nearly cancel.",
    ),
    controls=(
        Menu("batch", "Batch size B", {f"{size}": f"{size}" for size in runs.BATCHES}, "4"),
        Slider("rate", "Learning rate ε", 0.02, 0.4, step=0.01, value=0.05),
        Menu("order", "Batches", {"anew": "drawn anew for each update", "epochs": "shuffled epochs"}),
        Menu("axis", "Loss drawn against", {"updates": "updates", "examples": "examples seen"}),
        Menu(
            "others",
            "Other batch sizes",
            {"none": "not shown", "same": "at the same rate", "proportional": "at rates in proportion to their sizes"},
        ),
        Slider("run", "Run shown", 1, runs.RUNS, step=1, value=1),
    ),
    compute=compute_batch_noise,
    picture=BatchNoisePicture,
    describe=describe_batch_noise,
    size=(9.0, 5.0),
)
