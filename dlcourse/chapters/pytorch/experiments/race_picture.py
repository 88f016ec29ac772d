"""The picture of the race: losses by examples and by steps, and all settings of learning rate and batch size."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from dlcourse.arrays import Array
from dlcourse.chapters.pytorch.experiments.race_runs import BASE, BATCH_SIZES, BUDGET, GUESS, RATES, SEEDS
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

LOWEST, HIGHEST = 0.08, 14.0  # losses that are drawn
BEST = 0.13  # the loss of the fullest colour
SHADES = tints.between(style.ORANGE, style.BLUE, strength=0.85)  # of worse than a guess, and of learning


class RacePicture:
    """Left and in the middle the losses of this setting and of the rule's; right what all settings come to."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["examples", "steps", "all"]], width_ratios=(1, 1, 1.05))
        self.axes: dict[str, Axes] = dict(axes)
        self.own, self.rule = ([self._lines(axes[name], *look) for name in ("examples", "steps")] for look in _LOOKS)
        label(axes["examples"], "Loss by examples", "examples seen", "loss").set(xlim=(0, 1.03 * BUDGET))
        axes["examples"].xaxis.set_major_locator(FixedLocator([0, 2000, 4000]))
        label(axes["steps"], "Loss by steps", "steps", "").set(xscale="log", xlim=(0.9, 1300))
        axes["steps"].xaxis.set_major_locator(FixedLocator([1, 10, 100, 1000]))
        for name in ("examples", "steps"):
            axes[name].set(yscale="log", ylim=(LOWEST, HIGHEST))
            _name_ticks(axes[name].yaxis, (0.1, 0.3, 1, 3, 10))
            axes[name].axhline(GUESS, color=style.GREY, linewidth=1, linestyle=":")
        legend_below(axes["examples"], columns=1)
        self._draw_all(axes["all"])
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [self.map, self.ratio, self.base, self.here]
        self.moving += [*(line for lines in (*self.rule, *self.own) for line in lines), *self.numbers.values()]
        self.update(values)

    @staticmethod
    def _lines(ax: Axes, color: str, dash: str, width: float, told: str) -> list[Line2D]:
        """A line for each of the three starts."""
        labels = [told, *["_"] * (SEEDS - 1)]
        return [ax.plot([], [], dash, color=color, linewidth=width, alpha=0.8, label=each)[0] for each in labels]

    def _draw_all(self, ax: Axes) -> None:
        label(ax, "Loss at the end", "learning rate", "batch size")
        edges = [np.arange(len(ticks) + 1) - 0.5 for ticks in (RATES, BATCH_SIZES)]
        self.map = ax.pcolormesh(*edges, _BARE, zorder=0)
        ax.set(xlim=(-0.5, len(RATES) - 0.5), ylim=(-0.5, len(BATCH_SIZES) - 0.5))
        ax.grid(False)
        ax.set_xticks([0, 3, 6, 9], [f"{RATES[place]:g}" for place in (0, 3, 6, 9)])
        ax.set_yticks(range(1, 8, 2), [str(BATCH_SIZES[place]) for place in range(1, 8, 2)])
        (self.ratio,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.5)
        (self.base,) = ax.plot([], [], "s", color=style.ORANGE, markersize=7, markeredgecolor="white")
        (self.here,) = ax.plot([], [], "o", color=style.BLUE, markersize=10, markeredgecolor="white")

    def update(self, values: Values) -> None:
        """Shows the runs of this setting and, where they are others, those that the rule compares them with."""
        differ = values["batch_size"] != BASE
        for lines, name, size in ((self.own, "own", values["batch_size"]), (self.rule, "rule", BASE)):
            steps = values[f"{name}_steps"]
            for by_examples, by_steps, losses in zip(*lines, values[f"{name}_losses"], strict=True):
                shown = losses.clip(LOWEST / 2, 2 * HIGHEST)
                by_examples.set_data(steps * size, shown)
                by_steps.set_data(steps, shown)
        rate, batch = values["rate_place"], BATCH_SIZES.index(values["batch_size"])
        shown = values["all_settings"]
        self.map.set_array(_shades(values["final_losses"]) if shown else _BARE)
        ends = np.array([-1.0, len(BATCH_SIZES)])
        self.ratio.set_data(rate - batch + ends, ends)
        for artist in (self.ratio, self.base, *self.rule[0], *self.rule[1]):
            artist.set_visible(differ)
        self.here.set_data([rate], [batch])
        self.base.set_data([rate - batch + BATCH_SIZES.index(BASE)], [BATCH_SIZES.index(BASE)])
        own, steps = told(values["own_final"]), values["own_steps"][-1]
        rule, others = f"; to compare {told(values['rule_final'])}", f" against {values['rule_steps'][-1]}"
        self.numbers["examples"].set_text(f"at the end {own}{rule if differ else ''}")
        self.numbers["steps"].set_text(f"{steps} steps{others if differ else ''}")
        self.numbers["all"].set_text(
            "blue: learned, orange: failed" if shown else "dashed: same rate / batch size" if differ else ""
        )


_BARE = np.zeros((len(BATCH_SIZES), len(RATES), 4), dtype=np.uint8)
_LOOKS = (
    (style.BLUE, "-", 1.4, "this setting, three starts"),
    (style.ORANGE, "--", 1.4, f"batch size {BASE}, to compare"),
)


def _name_ticks(axis: Any, places: tuple[float, ...]) -> None:
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_minor_locator(NullLocator())
    axis.set_ticklabels([f"{place:g}" for place in places])


def _shades(losses: Array) -> Array:
    """Colours (batch sizes, rates, 4): the fuller the blue, the lower the loss."""
    learned = np.log(GUESS / losses.clip(BEST)) / np.log(GUESS / BEST)
    shades: Array = SHADES(np.where(losses > GUESS, 0.2, 0.5 + learned.clip(0) / 2), bytes=True)
    return shades


def told(final: Array) -> str:
    """The mean loss of three runs; above a guess it is an accident."""
    return f"above {fixed(GUESS)}" if final.mean() > GUESS else fixed(final.mean())
