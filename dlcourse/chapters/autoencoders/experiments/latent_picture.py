"""The picture of the map: digits as points, the probe, what is decoded there, and the digits beside it."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.chapters.autoencoders.experiments.shown_digits import cells, named, panel, told
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import fixed, percent, raised
from dlcourse.plots import style

LIMITS = ((-3.2, 3.4), (-4.0, 2.8))  # of the map, in standard deviations
# Of the figures 0 to 9: they are told apart by their shape, and neighbours on the map by their colour.
COLOURS = (
    *style.CYCLE,
    style.BLACK,
    style.GREEN,
    style.GREY,
    style.BLUE,
)
TITLES = {"decoded": "Decoded there", "near_image": "Nearest point", "alike_image": "Most similar"}


class LatentPicture:
    """Left the map, every digit drawn as its figure; right the image at the probe and two digits to compare."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["map", "decoded"], ["map", "near_image"], ["map", "alike_image"]], width_ratios=(3.2, 1)
        )
        self.axes: dict[str, Axes] = dict(axes)
        ax = label(axes["map"], "Map", "first number of the code", "second number")
        ax.set(xlim=LIMITS[0], ylim=LIMITS[1])
        ax.grid(visible=False)
        self.clouds = [
            ax.plot([], [], linestyle="", marker=f"${digit}$", markersize=6, color=color)[0]
            for digit, color in enumerate(COLOURS)
        ]
        (self.way,) = ax.plot([], [], color=style.BLACK, linewidth=1)
        (self.ring,) = ax.plot([], [], "o", markersize=12, markerfacecolor="none", markeredgecolor=style.BLACK)
        (self.probe,) = ax.plot([], [], "D", markersize=8, color=style.BLACK, markeredgecolor="white")
        self.images = {name: panel(axes[name], title) for name, title in TITLES.items()}
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [*self.clouds, self.way, self.ring, self.probe]
        self.moving += [*self.images.values(), *self.numbers.values()]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the map with the probe where it is."""
        spots, labels, probe = values["spots"], values["labels"], values["probe"]
        for digit, cloud in enumerate(self.clouds):
            cloud.set_data(*spots[labels == digit].T)
        near = spots[values["nearest"]]
        self.way.set_data([probe[0], near[0]], [probe[1], near[1]])
        self.ring.set_data(near[:1], near[1:])
        self.probe.set_data(probe[:1], probe[1:])
        for name, image in self.images.items():
            image.set_data(cells(values[name]))
        near_error, alike_error = values["errors"]
        self.numbers["map"].set_text(
            f"nearest {fixed(values['distance'])} away; {percent(values['agreement'])} next to their own class"
        )
        self.numbers["decoded"].set_text(f"at ({fixed(probe[0])}, {fixed(probe[1])})")
        self.numbers["near_image"].set_text(raised(f"{named(labels[values['nearest']])}: {told(near_error)}"))
        self.numbers["alike_image"].set_text(raised(f"{named(labels[values['alike']])}: {told(alike_error)}"))
