"""The picture of noise and its removal: four images of a digit, and the errors at all levels."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.chapters.autoencoders.digit_autoencoders import LEVELS
from dlcourse.chapters.autoencoders.experiments.shown_digits import cells, panel, told
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import raised
from dlcourse.plots import style

LOOKS = (
    ("as it is", style.GREY, ":", ""),
    ("network trained with no noise", style.GREY, "-", ""),
    ("PCA, told the level", style.BLUE, "-", "s"),
    ("this network", style.ORANGE, "-", "o"),
)
HIGHEST = 0.105
TITLES = {"clean": "Digit", "noisy": "With noise", "network": "Network", "pca": "PCA"}


class NoisePicture:
    """Left the digit, clean, noisy and restored twice; right the errors by the level of noise."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["clean", "noisy", "errors"], ["network", "pca", "errors"]], width_ratios=(1, 1, 2.2)
        )
        self.axes: dict[str, Axes] = dict(axes)
        self.images = {name: panel(axes[name], title) for name, title in TITLES.items()}
        ax = label(axes["errors"], "Error by level", "level ν of the noise", "")
        ax.set(xlim=(-0.02, LEVELS[-1] + 0.02), ylim=(0, HIGHEST), yticks=(0, 0.02, 0.04, 0.06, 0.08, 0.1))
        self.here = ax.axvline(0, color=style.GREY, linewidth=1, linestyle="--")
        self.lines = [
            ax.plot([], [], dashes, marker=marker, color=color, markersize=4.5, linewidth=1.6, label=said)[0]
            for said, color, dashes, marker in LOOKS
        ]
        legend_below(ax)
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [*self.images.values(), self.here, *self.lines, *self.numbers.values()]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the digit at the level of ``values``."""
        for name, image in self.images.items():
            image.set_data(cells(values[name]))
        self.here.set_xdata([values["level"]] * 2)
        for line, errors in zip(self.lines, values["errors"], strict=True):
            line.set_data(LEVELS[: len(errors)], errors)
        for name, error in zip(("noisy", "network", "pca"), values["own"], strict=True):
            self.numbers[name].set_text(raised(f"error {told(error)}"))
        self.numbers["clean"].set_text("not trained on")
        *_, pca, network = values["here"]
        self.numbers["errors"].set_text(raised(f"ν = {values['level']:.1f}: network {told(network)}, PCA {told(pca)}"))
