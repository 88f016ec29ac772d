"""The picture of ``freeze_and_tune``: right answers along the updates, and where test digits lie by their features."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from dlcourse.arrays import Array
from dlcourse.chapters.transfer_learning.experiments.live_tuning import MOST_UPDATES
from dlcourse.chapters.transfer_learning.transfer_runs import GRID_DRAWS
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import percent
from dlcourse.plots import style

GUESS = 0.1
EDGE = 12.0  # of the map: what lies beyond is drawn at the rim
LOOKS = ((style.GREY, ".", 4.0), (style.BLUE, "o", 5.5), (style.ORANGE, "^", 6.5))  # others, and the pair


class TuningPicture:
    """Left right answers by updates; in the middle the map by the pretrained features, right by those of now."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["answers", "before", "now"]], width_ratios=(1.15, 1, 1))
        self.axes: dict[str, Axes] = dict(axes)
        left = label(axes["answers"], "Right answers", "updates", "share of 500 test digits")
        left.set(xlim=(-2, MOST_UPDATES + 3), ylim=(0, 1.02), yticks=(0, 0.25, 0.5, 0.75, 1))
        left.axhline(GUESS, color=style.GREY, linewidth=1, linestyle=":")
        how: dict[str, Any] = {"color": style.BLUE, "linewidth": 1.3, "alpha": 0.8}
        names = ["stored runs", *["_"] * (GRID_DRAWS - 1)]
        self.stored: list[Line2D] = [left.plot([], [], label=name, **how)[0] for name in names]
        (self.live,) = left.plot([], [], "--", color=style.ORANGE, linewidth=2, label="trained here")
        (self.end,) = left.plot([], [], "D", color=style.ORANGE, markersize=7, zorder=4, clip_on=False)
        legend_below(left)
        self.before = self._map(label(axes["before"], "Features, pretrained", "1st axis", "2nd axis"))
        self.now = self._map(label(axes["now"], "Features, now", "1st axis", ""))
        self.names = [self._names(axes[name]) for name in ("before", "now")]
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [*self.stored, self.live, self.end, *self.before, *self.now]
        self.moving += [*self.names[0], *self.names[1], *self.numbers.values()]
        self.update(values)

    @staticmethod
    def _map(ax: Axes) -> list[Line2D]:
        ax.set(xlim=(-1.04 * EDGE, 1.04 * EDGE), ylim=(-1.04 * EDGE, 1.04 * EDGE), xticks=(-10, 0, 10))
        ax.set_yticks((-10, 0, 10))
        return [
            ax.plot([], [], marker, color=color, markersize=size, markeredgecolor="white", markeredgewidth=0.4)[0]
            for color, marker, size in LOOKS
        ]

    @staticmethod
    def _names(ax: Axes) -> list[Text]:
        """The digits of the pair, in their colours and with their marks."""
        how: dict[str, Any] = {"transform": ax.transAxes, "fontweight": "bold", "va": "top"}
        return [
            ax.text(x, 0.98, "", color=color, **how) for x, (color, _, _) in zip((0.04, 0.24), LOOKS[1:], strict=True)
        ]

    def update(self, values: Values) -> None:
        """Shows the runs of these settings and the digits, the pair in colour."""
        for line, shares in zip(self.stored, values["stored"], strict=True):
            line.set_data(values["tests"][: len(shares)], shares)
        live = values["live"]
        self.live.set_data(values["live_updates"], live)
        self.end.set_data(values["live_updates"][-1:], live[-1:])
        for lines, places in ((self.before, values["before"]), (self.now, values["now"])):
            for line, chosen in zip(lines, _groups(values["digits"], values["pair"]), strict=True):
                line.set_data(*places[chosen].clip(-EDGE, EDGE).T)
        for texts in self.names:
            for text, mark, digit in zip(texts, "●▲", values["pair"], strict=True):
                text.set_text(f"{mark} {digit}")
        self.numbers["answers"].set_text(values["words"])
        self.numbers["before"].set_text(f"own class nearest: {percent(values['own_before'])}")
        self.numbers["now"].set_text(f"{values['whose']}: {percent(values['own_now'])}")


def _groups(digits: Array, pair: tuple[int, int]) -> list[Array]:
    """Which digits are others, and which are the first and the second of the pair."""
    first, second = (digits == each for each in pair)
    return [~(first | second), first, second]
