"""The picture of the feature maps: the image, one map and all maps; below, patch and kernel of one unit."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.cnn_architectures.digit_network import CHANNELS, KERNEL
from dlcourse.chapters.cnn_architectures.experiments.unit_sums import SIDE
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

INK, SIGNED = tints.onto(style.BLACK), tints.between(style.BLUE, style.ORANGE)
PIXELS = 28
COLUMNS, PITCH = 4, int(SIDE) + 2  # of the small maps
TERM = KERNEL + 1  # from one patch to the next, across and down
ACROSS, DOWN = CHANNELS * TERM - 1, 3 * TERM - 1  # cells of the terms
LARGE = DOWN // KERNEL  # cells along a number of the only patch
WORDS = 9.0  # room for the names of the rows
SQUARE = Path.unit_rectangle()
NAMES = ("patch", "kernel", "products")
SMALLEST = 6.5  # points


class FeatureMapsPicture:
    """Left the image with what the unit sees; right the chosen map and all maps behind ReLU, below them the terms."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic(
            [["image", "map", "maps"], ["image", "terms", "terms"]], width_ratios=(1.3, 1, 1.9), height_ratios=(1.25, 1)
        )
        self.axes = dict(axes)
        self.image = _picture(label(axes["image"], "Image", "", ""), PIXELS, PIXELS)
        self.map = _picture(label(axes["map"], "Map before ReLU", "", ""), SIDE, SIDE)
        across, down = COLUMNS * PITCH - 2, CHANNELS // COLUMNS * PITCH - 2
        self.maps = _picture(label(axes["maps"], "All maps behind ReLU", "", ""), across, down)
        self._make_terms(label(axes["terms"], "Its sum", "", ""))
        for channel in range(CHANNELS):
            _frame(axes["maps"], style.GRID, 1).set_bounds(*_place(channel), SIDE, SIDE)
        _frame(axes["image"], style.GRID, 1).set_bounds(0, 0, PIXELS, PIXELS)
        _frame(axes["map"], style.GRID, 1).set_bounds(0, 0, SIDE, SIDE)
        self.field = _frame(axes["image"], style.ORANGE)
        self.cell, self.chosen = _frame(axes["map"], style.BLACK), _frame(axes["maps"], style.GREY)
        (self.point,) = axes["map"].plot([], [], "o", color=style.BLACK, markersize=7, markeredgecolor="white")
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [self.image, self.map, self.maps, self.terms, self.edges]
        self.moving += [self.field, self.cell, self.chosen]
        self.moving += [self.point, *self.words, *self.parts, *self.numbers.values()]
        self.update(values)

    def _make_terms(self, ax: Axes) -> None:
        """The cells of all terms as one image, their frames, the names of the rows and the sums of the columns."""
        self.terms = _picture(ax, ACROSS, DOWN)
        ax.set(xlim=(-WORDS, ACROSS + 0.1), ylim=(DOWN + 2.2, -0.1), anchor="NW")
        self.edges = PathPatch(SQUARE, fill=False, edgecolor=style.GRID, linewidth=1)
        ax.add_patch(self.edges)
        self.words = [ax.text(0, 0, word, va="center") for word in (*NAMES, "sum")]
        self.parts = [
            ax.text(column * TERM + KERNEL / 2, DOWN + 1.2, "", ha="center", va="center") for column in range(CHANNELS)
        ]

    def update(self, values: Values) -> None:
        """Shows the maps and the unit of ``values``."""
        maps, channel, row, column = (values[name] for name in ("maps", "channel", "row", "column"))
        cell = SIDE / maps.shape[1]
        self.image.set_data(INK(values["image"], bytes=True))
        top, left = values["corner"]
        self.field.set_bounds(left, top, values["field"], values["field"])
        self.map.set_data(_signed(maps[channel]))
        self.cell.set_bounds(column * cell, row * cell, cell, cell)
        self.point.set_data(values["point"][:1], values["point"][1:])
        self.maps.set_data(_side_by_side(np.maximum(maps, 0), round(cell)))
        self.chosen.set_bounds(*_place(channel), SIDE, SIDE)
        self._show_terms(values["patch"], values["kernel"])
        self._write_terms(values["parts"] if len(values["parts"]) > 1 else [])
        self.numbers["image"].set_text(f"seen: {values['field']} × {values['field']} pixels")
        self.numbers["map"].set_text(f"map {channel + 1}, row {row}, column {column}")
        self.numbers["maps"].set_text(
            f"{CHANNELS} maps of {maps.shape[1]} × {maps.shape[2]}, up to {fixed(maps.max())}"
        )
        total, parts = values["total"], values["parts"].sum()
        self.numbers["terms"].set_text(
            f"{fixed(parts)} + bias {fixed(values['bias'])} = {fixed(total)}; behind ReLU {fixed(max(total, 0.0))}"
        )

    def _show_terms(self, patch: Array, kernel: Array) -> None:
        """Patches above kernels above products, a column for each channel; of a single channel large, side by side."""
        shades = INK(patch / max(patch.max(), 1e-9), bytes=True), _signed(kernel), _signed(patch * kernel)
        cells = np.zeros((DOWN, ACROSS, 4), np.uint8)  # transparent where nothing stands
        corners = []
        for number, blocks in enumerate(shades):
            for column, block in enumerate(blocks):
                if len(blocks) == 1:
                    side, left = LARGE * KERNEL, number * (LARGE * KERNEL + 1)
                    cells[:side, left : left + side] = block.repeat(LARGE, axis=0).repeat(LARGE, axis=1)
                    corners.append((left, 0, side))
                else:
                    top, left = number * TERM, column * TERM
                    cells[top : top + KERNEL, left : left + KERNEL] = block
                    corners.append((left, top, KERNEL))
        self.terms.set_data(cells)
        self.edges.set_path(Path.make_compound_path(*(SQUARE.transformed(_square(*each)) for each in corners)))
        self.edges.stale = True  # set_path does not say so

    def _write_terms(self, parts: Any) -> None:
        """The names of the rows and the sum of each column; without ``parts`` the names of the large pictures."""
        pixel: Any = 72 / self.axes["terms"].figure.dpi  # points
        width = self.axes["terms"].get_window_extent().width * pixel / (WORDS + ACROSS)  # of a cell
        size = min(SMALL, max(SMALLEST, round(2 * 1.8 * width) / 2))
        for number, text in enumerate(self.words):
            if len(parts):
                place = (-0.8, number * TERM + KERNEL / 2 if number < len(NAMES) else DOWN + 1.2)
            else:
                place = ((number + 0.5) * LARGE * KERNEL + number, LARGE * KERNEL + 1.6)
            text.set(position=place, ha="right" if len(parts) else "center", fontsize=size)
        self.words[-1].set_visible(len(parts) > 0)
        for text, part in zip(self.parts, [*parts, *[None] * CHANNELS], strict=False):
            text.set(text="" if part is None else fixed(part), fontsize=size)


def _picture(ax: Axes, width: float, height: float) -> Any:
    """An image of ``width`` × ``height`` on bare axes, its first row at the top."""
    ax.set_axis_off()
    blank = np.zeros((2, 2, 4), np.uint8)
    image = ax.imshow(blank, extent=(0, width, height, 0), aspect="equal", interpolation="nearest")
    ax.set(xlim=(-0.6, width + 0.6), ylim=(height + 0.6, -0.6), anchor="NW")
    return image


def _frame(ax: Axes, color: str, width: float = 2) -> Rectangle:
    frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=color, linewidth=width)
    ax.add_patch(frame)
    return frame


def _square(left: float, top: float, side: float) -> Affine2D:
    """Takes the unit square there."""
    return Affine2D().scale(side).translate(left, top)


def _place(channel: int) -> tuple[int, int]:
    """The upper left corner of a small map, x before y."""
    return channel % COLUMNS * PITCH, channel // COLUMNS * PITCH


def _signed(numbers: Array) -> NDArray[np.uint8]:
    """Orange above 0, blue below, the paper at 0; the fullest tone at the largest number."""
    return _shaded(SIGNED, numbers / (2 * max(np.abs(numbers).max(), 1e-9)) + 0.5)


def _shaded(shades: Colormap, numbers: Array) -> NDArray[np.uint8]:
    cells: NDArray[np.uint8] = shades(numbers, bytes=True)
    return cells


def _side_by_side(maps: Array, repeat: int) -> NDArray[np.uint8]:
    """Maps (8, rows, columns) in two rows, each number as ``repeat`` × ``repeat`` cells, on a common scale."""
    side = int(SIDE)
    cells = np.zeros((CHANNELS // COLUMNS * PITCH - 2, COLUMNS * PITCH - 2))
    for channel, numbers in enumerate(maps):
        left, top = _place(channel)
        cells[top : top + side, left : left + side] = np.kron(numbers, np.ones((repeat, repeat)))
    return _shaded(tints.onto(style.ORANGE), cells / max(maps.max(), 1e-9))
