"""The picture of the bottleneck: an image, what comes back through a network and through PCA, and errors by width."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from dlcourse.chapters.autoencoders.digit_autoencoders import WIDTHS
from dlcourse.chapters.autoencoders.experiments.shown_digits import cells, panel, told
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import raised
from dlcourse.plots import style

LOOKS = (
    ("network, test digits", style.ORANGE, "-", "o"),
    ("training digits", style.ORANGE, ":", ""),
    ("without hidden layers", style.PURPLE, "--", "D"),
    ("PCA, test digits", style.BLUE, "-", "s"),
)
LOWEST, HIGHEST = 5e-4, 0.12
TICKS = (0.001, 0.01, 0.1)


class BottleneckPicture:
    """Left the image and both reconstructions, right the errors by the width of the code."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["image", "network", "pca", "errors"]], width_ratios=(1, 1, 1, 1.75))
        self.axes: dict[str, Axes] = dict(axes)
        titles = {"image": "Image", "network": "Network", "pca": "PCA"}
        self.images = {name: panel(axes[name], title) for name, title in titles.items()}
        ax = label(axes["errors"], "Error by width", "width k of the code", "")
        ax.set(xlim=(-0.3, len(WIDTHS) - 0.7), yscale="log", ylim=(LOWEST, HIGHEST))
        ax.set_xticks(range(0, len(WIDTHS), 2), [str(width) for width in WIDTHS[::2]])
        ax.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
        ax.yaxis.set_minor_locator(NullLocator())
        self.here = ax.axvline(0, color=style.GREY, linewidth=1, linestyle="--")
        self.lines = [_line(ax, *look) for look in LOOKS]
        legend_below(ax)
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [*self.images.values(), self.here, *self.lines, *self.numbers.values()]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the image at the width of ``values``."""
        for name, image in self.images.items():
            image.set_data(cells(values[name]))
        self.here.set_xdata([values["power"]] * 2)
        for line, errors in zip(self.lines, values["errors"], strict=True):
            line.set_data(range(len(errors)), errors.clip(LOWEST / 100))
        self.numbers["image"].set_text("784 pixels")
        for name, error in zip(("network", "pca"), values["own"], strict=True):
            self.numbers[name].set_text(raised(f"error {told(error)}"))
        network, *_, pca = values["here"]
        self.numbers["errors"].set_text(raised(f"k = {values['width']}: network {told(network)}, PCA {told(pca)}"))


def _line(ax: Axes, told: str, color: str, dashes: str, marker: str) -> Line2D:
    (line,) = ax.plot([], [], dashes, marker=marker, color=color, markersize=4.5, linewidth=1.6, label=told)
    return line
