"""The experiment on the receptive field: how it grows with the layers, and how much its pixels count."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.experiments.fields import (
    MOST_LAYERS,
    MOST_NETWORKS,
    PATTERNS,
    connections,
    gradients,
    layers_of,
    ways,
)
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch.receptive_fields import receptive_field

CROWDED = 64  # pixels, from which on the dots are small
MOST = 0.95  # of the squared gradient: what the middle pixels hold that are counted


def compute_growing_field(layers: int, kernel: int, pattern: str, networks: str) -> Values:
    """The field by the formula, and the gradient of one number by each of its pixels in random networks.

    ``sizes`` (field,): root of the mean square over the networks, ``expected`` (field,) what it comes to in ever more
    of them; the largest expected is 1, and the sums of squares of both are equal. ``reached``: at how many pixels the
    gradient is not 0; ``span``: from the first of them to the last. ``middle``: how many pixels in the middle hold 95 %
    of the squares. ``outermost``: the size at the two ends.
    """
    stack = layers_of(layers, kernel, pattern)
    field = receptive_field(stack, axis=1)
    found = gradients(stack)[: int(networks)]
    reached = np.flatnonzero(np.abs(found).max(axis=0))
    squares = (found[:, reached[0] : reached[-1] + 1] ** 2).mean(axis=0)
    counts = ways(stack)
    sizes = np.sqrt(squares / squares.sum() * counts.sum() / counts.max())
    units, lines = connections(stack)
    return {
        "field": field,
        "reached": int(reached.size),
        "span": int(reached[-1] - reached[0] + 1),
        "sizes": sizes,
        "expected": np.sqrt(counts / counts.max()),
        "outermost": float(np.sqrt((sizes[[0, -1]] ** 2).mean())),
        "middle": middle_of(squares),
        "units": np.concatenate([np.stack([at, np.full(at.size, k)], axis=1) for k, at in enumerate(units)]),
        "lines": lines,
    }


def middle_of(squares: Array) -> int:
    """How many pixels in the middle hold 95 % of the sum of ``squares`` (field,)."""
    size = len(squares)
    widths = range(size % 2 or 2, size + 1, 2)
    held = (squares[(size - width) // 2 : (size + width) // 2].sum() for width in widths)
    return next(width for width, part in zip(widths, held, strict=True) if part >= MOST * squares.sum() * (1 - 1e-9))


class GrowingFieldPicture:
    """Left the units that one number depends on, down to the pixels; right how much each pixel counts."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"layers": left, "gradient": right}
        self._make_layers(label(left, "What one number reads", "pixel, from the middle", "layer"))
        self._make_gradient(
            label(right, "Gradient by each pixel", "pixel, from the middle", "size, largest expected = 1")
        )
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.lines, self.units, self.band, self.expected, self.sizes, *self.numbers]
        self.update(values)

    def _make_layers(self, ax: Axes) -> None:
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.set(ylim=(-0.4, MOST_LAYERS + 0.4), yticks=range(MOST_LAYERS + 1))
        (self.lines,) = ax.plot([], [], color=style.SKY, linewidth=0.8)
        (self.units,) = ax.plot([], [], "o", color=style.BLUE, markersize=4)

    def _make_gradient(self, ax: Axes) -> None:
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.yaxis.set_major_locator(MaxNLocator(5))
        self.band = Rectangle((0, 0), 1, 100, facecolor=style.SKY, alpha=0.25, label="95 % of squares")
        ax.add_patch(self.band)
        (self.expected,) = ax.plot([], [], "--", color=style.BLACK, linewidth=1.4, label="expected")
        (self.sizes,) = ax.plot([], [], "o-", color=style.BLUE, linewidth=1.2, markersize=4, label="measured")
        legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Draws the tree of units, and the gradient over the pixels."""
        half = (values["field"] - 1) / 2
        for ax in self.axes.values():
            ax.set_xlim(-max(half, 1) - 0.7, max(half, 1) + 0.7)
        units, lines = values["units"], values["lines"]
        self.units.set_data(units[:, 0] - half, units[:, 1])
        gaps = np.full((len(lines), 1, 2), np.nan)
        self.lines.set_data(*(np.concatenate([lines, gaps], axis=1).reshape(-1, 2) - (half, 0)).T)
        pixels = np.arange(values["field"]) - half
        self.sizes.set_data(pixels, values["sizes"])
        self.expected.set_data(pixels, values["expected"])
        self.band.set(x=-values["middle"] / 2, width=values["middle"])
        self.axes["gradient"].set_ylim(0, max(1.08, 1.05 * values["sizes"].max()))
        for dots in (self.units, self.sizes):
            dots.set_markersize(4 if values["field"] <= CROWDED else 1.5)
        self.numbers[0].set_text(f"field {values['field']}; gradient not 0 at {_reached(values)}")
        self.numbers[1].set_text(f"outermost {fixed(values['outermost'], 3)}; 95 % in the middle {values['middle']}")


def _reached(values: Values) -> str:
    if values["reached"] == values["span"]:
        return _pixels(values["span"])
    return f"{values['reached']} of {_pixels(values['span'])}"


def _pixels(count: int) -> str:
    return "1 pixel" if count == 1 else f"{count} pixels"


def describe_growing_field(parameters: Mapping[str, Any], values: Values) -> str:
    """The field by formula and as measured, and how the gradient falls off towards its ends."""
    layers, networks = parameters["layers"], parameters["networks"]
    stack = f"{layers} {'layer' if layers == 1 else 'layers'} with kernel {parameters['kernel']}"
    over = "one random network" if networks == "1" else f"{networks} random networks"
    return (
        f"{stack}; {PATTERNS[parameters['pattern']]}. By the formula one number sees {_pixels(values['field'])} in a "
        f"row; its gradient is not 0 at {_reached(values)}. In {over} its root mean square at the outermost pixels "
        f"is {fixed(values['outermost'], 3)}, and {fixed(values['expected'][0], 3)} is expected, where the largest "
        f"expected is 1. At least 95 % of the sum of squares lie in the middle {_pixels(values['middle'])}."
    )


growing_field = Experiment(
    name="growing_field",
    title="How far does one number see?",
    prediction=Prediction(
        question="Behind six layers with kernel 3 and stride 1 a number sees 13 pixels in a row. All weights are drawn "
        "at random, in every place of the kernels alike. On average over many such networks (root mean square), how "
        "large is its gradient by the outermost of these pixels, beside that by the one in the middle?",
        choices=(
            "As large: both lie in the field",
            "About half as large",
            "About a twelfth",
            "0: nothing arrives from so far",
        ),
        answer=2,
        explanation="The outermost pixel reaches the number on one way only, along the outermost weight of each layer; "
        "the middle one on 141 ways. Each way contributes a product of six random weights, and such contributions add "
        "up like the steps of a random walk: their root mean square grows with the square root of their number, so the "
        "ratio is $1/\\sqrt{141} = 0.084$. It is not 0, so the formula for the field is right; but it counts a pixel "
        "that hardly matters as much as any other. Luo et al. (2016) call what matters the effective receptive field: "
        "it is shaped like a bell, and grows with the square root of the number of layers, while the field grows in "
        "proportion to it. Training changes the weights, and may widen it.",
    ),
    controls=(
        Slider("layers", "Layers", 1, MOST_LAYERS, step=1, value=MOST_LAYERS),
        Slider("kernel", "Kernel f", 1, 5, step=1, value=3),
        Menu("pattern", "Stride and dilation", PATTERNS),
        Menu("networks", "Random networks", ("1", "10", "100", str(MOST_NETWORKS)), str(MOST_NETWORKS)),
    ),
    play=Play("layers", interval=700, label="Next layer"),
    compute=compute_growing_field,
    picture=GrowingFieldPicture,
    describe=describe_growing_field,
    size=(9.0, 4.2),
    locked={"layers": 1},
)
