"""The picture of a deep network's signals: their sizes over the layers, and how they are distributed in each."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import magnitude, percent, raised
from dlcourse.plots import style

MOST_LAYERS = 40
VALUE_EDGES = np.linspace(-2.625, 2.625, 36)  # bins of 0.15, the middle one around 0
GRADIENT_EDGES = np.linspace(-12, 3, 46)  # powers of ten of |δ|, three bins each
NOTHING = "10^-12"  # the lower end of the gradients' powers
LEAST = 1e-90  # of a size: less is drawn as so much
DECADES = 3  # the axis of sizes ends at multiples of so many
FULL = 0.3  # the share of a layer's values in one bin at which the colour is deepest


class SignalsPicture:
    """Left the sizes of a and δ over the layers; right their distributions, a column a layer."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["sizes", "values"], ["sizes", "slopes"]], width_ratios=(1.15, 1))
        self.axes: dict[str, Axes] = dict(axes)
        self._draw_sizes(label(axes["sizes"], "Size (root mean square)", "layer", " "))
        self.values = _map(label(axes["values"], "Activations by layer (colour: how many)", "", "a"), VALUE_EDGES)
        self.slopes = _map(
            label(axes["slopes"], "Gradients by layer (colour: how many)", "layer", "|δ|"), GRADIENT_EDGES
        )
        axes["values"].set_yticks([-2, -1, 0, 1, 2])
        axes["slopes"].yaxis.set_major_locator(FixedLocator([-12, -8, -4, 0]))
        axes["slopes"].yaxis.set_major_formatter(FuncFormatter(lambda power, _: _tick(power)))
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [self.values, self.slopes, self.sizes, self.gradients, *self.numbers.values()]
        self.update(values)

    def _draw_sizes(self, ax: Axes) -> None:
        (self.sizes,) = ax.plot([], [], "o-", color=style.BLUE, markersize=4, linewidth=1.6, label="activations a")
        (self.gradients,) = ax.plot([], [], "s-", color=style.ORANGE, markersize=4, linewidth=1.6, label="gradients δ")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda power, _: raised(f"10^{power:.0f}")))
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the sizes and distributions in ``values``."""
        depth = len(values["sizes"])
        layers = np.arange(1, depth + 1)
        powers = {name: np.log10(np.maximum(values[name], LEAST)) for name in ("sizes", "gradients")}
        self.sizes.set_data(layers, powers["sizes"])
        self.gradients.set_data(layers, powers["gradients"])
        self._set_scale(np.concatenate(list(powers.values())))
        for ax in self.axes.values():
            ax.set_xlim(0.5, depth + 0.5)
            ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=2))
        for image, name, edges in ((self.values, "values", VALUE_EDGES), (self.slopes, "slopes", GRADIENT_EDGES)):
            image.set_data(values[name].T)
            image.set_extent((0.5, depth + 0.5, edges[0], edges[-1]))
        last = depth - 2  # the place of the last layer with an activation
        sizes, gradients = values["sizes"], values["gradients"]
        forward, back = _ratio(sizes[last], sizes[0]), _ratio(gradients[0], gradients[last])
        self.numbers["sizes"].set_text(raised(f"a from 1 to {last + 1}: {forward}; δ back: {back}"))
        flat = percent(values["saturated"][last])
        self.numbers["values"].set_text(raised(f"layer {last + 1}: size {told(sizes[last])}, {flat} where φ is flat"))
        self.numbers["slopes"].set_text(raised(f"layer 1: size {told(gradients[0])}"))

    def _set_scale(self, powers: Array) -> None:
        """Ends of the axis at multiples of three powers of ten around the sizes that are not 0."""
        seen = powers[powers > np.log10(LEAST)]
        low = np.floor(min(seen.min(), -4) / DECADES)
        high = np.ceil(max(seen.max(), 1) / DECADES)
        ax = self.axes["sizes"]
        ax.set_ylim(DECADES * low, DECADES * high)
        apart = DECADES * max(1, round((high - low) / 6))
        ax.yaxis.set_major_locator(FixedLocator(list(range(-90, 91, apart))))


def _map(ax: Axes, edges: Array) -> AxesImage:
    """Colours for shares by layer and bin, to be set; a bin of none is white."""
    ax.grid(False)
    image = ax.imshow(np.zeros((2, 2)), origin="lower", aspect="auto", cmap="Blues", norm=PowerNorm(0.5, 0, FULL))
    image.set_interpolation("nearest")
    ax.set_ylim(edges[0], edges[-1])
    return image


def _tick(power: float) -> str:
    return raised(f"≤ {NOTHING}" if power == GRADIENT_EDGES[0] else f"10^{power:.0f}")


def told(size: float) -> str:
    """A size with two digits."""
    return magnitude(size, 2, LEAST) if size else "0"


def _ratio(one: float, other: float) -> str:
    return f"× {told(one / other)}" if other else "0 by 0"
