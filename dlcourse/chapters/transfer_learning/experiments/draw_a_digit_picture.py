"""The picture of a drawn digit: the sheet, its 28 × 28 pixels, and the nearest printed characters in two rows."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from dlcourse.arrays import Array
from dlcourse.experiments import drawing, tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

INK = tints.onto(style.BLACK)
SIDE, COUNT, PITCH = 28, 6, 33  # pixels of an image, how many stand in a row, and from one to the next
WORDS = 20  # pixels below an image for its name and its cosine
ROWS = {"features": "Nearest by features", "pixels": "Nearest by pixels"}


class DrawADigitPicture:
    """Left the sheet, in the middle what the network gets, right the neighbours by features above those by pixels."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["sheet", "image", "features"], ["sheet", "image", "pixels"]], width_ratios=(1.6, 0.75, 2.1)
        )
        self.axes = dict(axes)
        self.ink = drawing.sheet(label(axes["sheet"], "Draw here", "", ""))
        self.hint = axes["sheet"].text(50, 50, "your digit", ha="center", va="center", color=style.GREY, fontsize=12)
        self.image = _pixels(label(axes["image"], "28 × 28 pixels", "", ""), SIDE, SIDE, 1)
        self.rows = {
            name: _pixels(label(axes[name], title, "", ""), COUNT * PITCH, SIDE + WORDS, COUNT)
            for name, title in ROWS.items()
        }
        self.names = {name: [_word(axes[name], place) for place in range(COUNT)] for name in ROWS}
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [self.hint, self.ink, self.image, *self.rows.values()]
        self.moving += [text for texts in self.names.values() for text in texts]
        self.moving += self.numbers.values()
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the drawing and the neighbours of ``values``."""
        drawing.show(self.ink, values["lines"])
        self.hint.set_visible(values["strokes"] == 0)
        self.image.set_data(INK(values["image"], bytes=True))
        for name, image in self.rows.items():
            image.set_data(INK(_side_by_side(values[f"{name}_images"]), bytes=True))
            cosines = values[f"{name}_cosines"]
            told = [f"{each}\n{fixed(cosine)}" for each, cosine in zip(values[f"{name}_names"], cosines, strict=True)]
            for text, words in zip(self.names[name], told or [""] * COUNT, strict=True):
                text.set_text(words)
        strokes = values["strokes"]
        self.numbers["sheet"].set_text(f"{strokes} stroke{'' if strokes == 1 else 's'}")
        self.numbers["image"].set_text(f"mean {values['image'].mean():.2f}")
        self.numbers["features"].set_text(f"{values['layer']}: cosine of {values['numbers']:,} numbers")
        self.numbers["pixels"].set_text(f"cosine of {SIDE * SIDE} numbers")


def _pixels(ax: Axes, width: float, height: float, count: int) -> Any:
    """Room for ``count`` images beside each other, each in a frame, on bare axes of this size in pixels."""
    ax.set_axis_off()
    across = (count - 1) * PITCH + SIDE
    image = ax.imshow(
        np.zeros((2, 2, 4), np.uint8), extent=(0, across, SIDE, 0), aspect="equal", interpolation="nearest"
    )
    frames = [
        Path.unit_rectangle().transformed(Affine2D().scale(SIDE).translate(place * PITCH, 0)) for place in range(count)
    ]
    ax.add_patch(PathPatch(Path.make_compound_path(*frames), fill=False, edgecolor=style.GRID, linewidth=1))
    ax.set(xlim=(-0.6, width + 0.6), ylim=(height + 0.6, -0.6), anchor="NW")
    return image


def _word(ax: Axes, place: int) -> Any:
    return ax.text(place * PITCH + SIDE / 2, SIDE + 2, "", ha="center", va="top", fontsize=SMALL, linespacing=1.1)


def _side_by_side(images: Array) -> Array:
    """Images (6, 28, 28), or none of them, as one (28, 193), with empty columns between."""
    cells = np.zeros((SIDE, COUNT * PITCH))
    for place, image in enumerate(images):
        cells[:, place * PITCH : place * PITCH + SIDE] = image
    return cells[:, : (COUNT - 1) * PITCH + SIDE]
