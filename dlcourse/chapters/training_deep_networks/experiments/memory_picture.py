"""The picture of memory: a bar for each kind, and the sum by the size of the mini-batch."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.plots import style

KINDS = {
    "weights": style.BLUE,
    "gradients": style.GREEN,
    "optimizer": style.PURPLE,
    "activations": style.ORANGE,
}
BATCHES = np.unique(np.geomspace(1, 1000, 61).round().astype(int))
LEAST, MOST = 1e7, 2e11  # bytes that are drawn
TICKS = (1e7, 1e8, 1e9, 1e10, 1e11)


class MemoryPicture:
    """Left the bytes of each kind and its share, right their sum over the size of the mini-batch."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"kinds": left, "batches": right}
        self._draw_kinds(label(left, "By kind", "share of all", ""))
        self._draw_batches(label(right, "By the size of the mini-batch", "images a mini-batch", "bytes"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            *self.bars, *self.amounts, self.fixed, self.activations, self.totals, self.limit, self.here, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_kinds(self, ax: Axes) -> None:
        places = range(len(KINDS))
        self.bars = ax.barh(places, [0.0] * len(KINDS), height=0.6, color=list(KINDS.values())).patches
        self.amounts = [ax.text(0, place, "", va="center", fontsize=SMALL, color=style.BLACK) for place in places]
        ax.set(xlim=(0, 1.3), xticks=(0, 0.25, 0.5, 0.75, 1), ylim=(len(KINDS) - 0.5, -0.5))
        ax.set_yticks(list(places), list(KINDS))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
        ax.grid(False, axis="y")

    def _draw_batches(self, ax: Axes) -> None:
        ax.set(xscale="log", yscale="log", xlim=(0.9, 1100), ylim=(LEAST, MOST), xticks=(1, 10, 100, 1000))
        ax.yaxis.set_major_locator(FixedLocator(list(TICKS)))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda size, _: told(size)))
        (self.fixed,) = ax.plot([], [], "--", color=style.GREY, linewidth=1.6, label="all but activations")
        (self.activations,) = ax.plot([], [], "-.", color=style.ORANGE, linewidth=1.8, label="activations")
        (self.totals,) = ax.plot([], [], "-", color=style.BLACK, linewidth=2.2, label="together")
        (self.limit,) = ax.plot([], [], ":", color=style.SKY, linewidth=2.2, label="the device has")
        (self.here,) = ax.plot([], [], "o", color=style.BLACK, markersize=8)
        self.here.set(markeredgecolor="white", zorder=5, clip_on=False)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the bytes in ``values``."""
        kinds = values["kinds"]
        total = int(kinds.sum())
        for bar, text, size in zip(self.bars, self.amounts, kinds, strict=True):
            bar.set_width(size / total)
            text.set_x(size / total + 0.02)
            text.set_text(told(size))
        self.totals.set_data(BATCHES, values["totals"])
        self.activations.set_data(BATCHES, values["activations"].clip(LEAST / 10, None))
        self.fixed.set_data([BATCHES[0], BATCHES[-1]], [values["fixed"]] * 2)
        self.limit.set_data([0.9, 1100], [values["limit"]] * 2)
        self.here.set_data([values["images"]], [min(total, MOST)])
        images = values["images"]
        self.numbers[0].set_text(f"{told(total)} for {images:,} {'image' if images == 1 else 'images'} a mini-batch")
        largest = values["largest"]
        fits = f"up to {largest:,} images fit" if largest else "not one image fits"
        self.numbers[1].set_text(f"{told(values['limit'])}: {fits}")


def told(size: float) -> str:
    """Bytes with three digits: 64.4 MB, 2.06 GB, 130 GB."""
    unit, name = (1e9, "GB") if size >= 0.9995e9 else (1e6, "MB")
    number = size / unit
    decimals = 0 if number >= 99.95 or number == round(number) else 1 if number >= 9.995 else 2
    return f"{number:.{decimals}f} {name}"
