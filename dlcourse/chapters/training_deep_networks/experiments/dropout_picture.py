"""The picture of dropout: training and test over the updates at one rate, and by then at all rates."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dlcourse.arrays import Array
from dlcourse.chapters.training_deep_networks.dropout_runs import EVERY, RATES, SEEDS, UPDATES
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.numerals import fixed, percent
from dlcourse.plots import style

FLOOR = 0.01  # losses below are drawn as so much
LOSSES = (FLOOR, 0.03, 0.1, 0.3, 1.0, 3.0)
ENDS = (0.15, 0.3, 0.6, 1.0)  # of an axis of wrong answers: the first that is above all that is drawn
NAMES = {"loss": "mean loss", "wrong": "wrong answers"}


class DropoutPicture:
    """Left the course of training at one rate; right all rates, a dot for each seed."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"course": left, "rates": right}
        self.redraw_all = False
        self._scales: dict[str, tuple[str, float]] = {}
        self._draw_course(label(left, "One rate, over the updates", "updates", " "))
        self._draw_rates(label(right, "All rates, after these updates", "dropout p", " "))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.here, *self.course, self.lowest, self.training, self.test, self.seeds, *self.numbers,
        ]  # fmt: skip
        self.update(values)
        self.redraw_all = False

    def _draw_course(self, ax: Axes) -> None:
        looks = (
            ("training, dropping (loss only)", style.BLUE, ":"),
            ("training, none dropping", style.BLUE, "-"),
            ("test, none dropping", style.ORANGE, "-"),
            ("test at p = 0", style.GREY, "--"),
        )
        self.course = [
            ax.plot([], [], dashes, color=color, linewidth=2, marker="o", markersize=3.5, label=name)[0]
            for name, color, dashes in looks
        ]
        ax.set(xlim=(0, UPDATES + EVERY / 2), xticks=range(0, UPDATES + 1, 200))
        legend_below(ax)

    def _draw_rates(self, ax: Axes) -> None:
        ax.set(xlim=(-0.05, RATES[-1] + 0.05), xticks=RATES[::2])
        (self.here,) = ax.plot([], [], "--", color=style.GREY, linewidth=1)
        (self.training,) = ax.plot([], [], "-", color=style.BLUE, linewidth=2, label="training")
        (self.test,) = ax.plot([], [], "-", color=style.ORANGE, linewidth=2, label="test")
        (self.seeds,) = ax.plot([], [], ".", color=style.ORANGE, markersize=5, alpha=0.6, label="test, one by one")
        (self.lowest,) = ax.plot([], [], "-.", color=style.GREEN, linewidth=1.8, label="test, lowest so far")
        legend_below(ax)

    def _set_scale(self, name: str, measure: str, largest: float) -> None:
        """The vertical axis of a panel, for the measure; it is drawn anew where it becomes another one."""
        is_loss = measure == "loss"
        top = LOSSES[-1] if is_loss else next(end for end in ENDS if largest <= end)
        if self._scales.get(name) == (measure, top):
            return
        self._scales[name], self.redraw_all, ax = (measure, top), True, self.axes[name]
        ax.set(yscale="log" if is_loss else "linear", ylabel=NAMES[measure])
        ax.set_ylim(FLOOR if is_loss else -0.02 * top, top)
        ticks = LOSSES if is_loss else np.linspace(0, top, 6 if top == 1 else 4)
        ax.yaxis.set_major_locator(FixedLocator(list(ticks)))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter(FuncFormatter(_plainly if is_loss else _percents))

    def update(self, values: Values) -> None:
        """Shows the course at the chosen rate, and all rates."""
        measure, chosen = values["measure"], values["chosen"]
        self._set_scale("course", measure, values["curves"][1:].max())
        self._set_scale("rates", measure, max(values["by_rate"].max(), values["of_seeds"].max()))
        updates = EVERY * np.arange(1, values["curves"].shape[1] + 1)
        for line, curve in zip(self.course, values["curves"], strict=True):
            line.set_data(updates, curve.clip(FLOOR) if measure == "loss" else curve)
        self.course[0].set_visible(measure == "loss")
        training, test, lowest = values["by_rate"]
        for line, by_rate in ((self.training, training), (self.test, test), (self.lowest, lowest)):
            line.set_data(RATES, by_rate.clip(FLOOR) if measure == "loss" else by_rate)
        self.seeds.set_data(np.repeat(RATES, SEEDS), values["of_seeds"].ravel())
        self.here.set_data([RATES[chosen]] * 2, self.axes["rates"].get_ylim())
        training_now, test_now = (told(each[chosen], measure) for each in (training, test))
        self.numbers[0].set_text(f"p = {fixed(RATES[chosen], 1)}: training {training_now}, test {test_now}")
        self.numbers[1].set_text(_compared(test, measure))


def _compared(test: Array, measure: str) -> str:
    best = int(np.argmin(test))
    if best == 0:
        return f"test {told(test[0], measure)} at p = 0, the least"
    return f"test {told(test[0], measure)} at p = 0; least {told(test[best], measure)} at p = {fixed(RATES[best], 1)}"


def told(value: float, measure: str) -> str:
    """A loss with two decimals, more where it is small; a share in percent."""
    if measure == "wrong":
        return percent(value, 1)
    return fixed(value, 2) if value >= 0.1 else f"{value:.1g}" if value >= 1e-4 else "below 0.0001"


def _plainly(value: float, _: int) -> str:
    return f"≤ {value:g}" if value == FLOOR else f"{value:g}"


def _percents(value: float, _: int) -> str:
    return f"{100 * value:.0f} %"
