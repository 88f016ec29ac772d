"""A network drawn as rows of units: each a small map of what it gives over the plane, lines for the weights."""

from itertools import pairwise

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.images import MosaicImage
from dlcourse.experiments.panels import SMALL
from dlcourse.plots import style

SHADES = tints.between(style.BLUE, style.ORANGE, strength=0.45)  # of the probability
SIGNED = tints.between(style.BLUE, style.ORANGE)
NEGATIVE, POSITIVE = to_rgb(style.BLUE), to_rgb(style.ORANGE)

WIDTH, HEIGHT = 364, 190  # of the drawing: one unit is one pixel
LEFT = 76  # where the names of the rows end
LARGEST_TILE = 27
FAINT = 0.1  # of the largest weight: below, no line is drawn
WIDEST = 2.4  # points: the line of the largest weight of a layer


class NetworkDrawing:
    """Rows from the inputs above to the output below. Lines: blue for negative weights, orange for positive ones.

    Each layer's largest weight has the widest line. A map is bare where its unit gives 0 (a sigmoid unit: 0.5), blue
    below, orange above, in the fullest colour where it is furthest from there.
    """

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        ax.set_axis_off()
        self.ax = ax
        self.lines = LineCollection([], zorder=1)
        ax.add_collection(self.lines)
        self.pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
        self.image = MosaicImage(ax, zorder=2)
        self.names = [ax.text(0, 0, "", fontsize=SMALL, va="center", color=style.BLACK) for _ in range(6)]
        self.moving: list[Artist] = [self.lines, self.image, *self.names]
        self._sizes: list[int] = []

    def update(self, values: Values) -> None:
        """Colours tiles and lines by ``values``, and places them anew for other ``sizes`` than before."""
        sizes = values["sizes"].tolist()
        if sizes != self._sizes:
            self._arrange(sizes)
        self._colour_lines(values["weights"])
        self._colour_tiles(values)

    def _arrange(self, sizes: list[int]) -> None:
        """Places the tiles of a network of these sizes, and the lines between them."""
        self._sizes = sizes
        rows, most = len(sizes), max(sizes)
        self.tile = int(min(LARGEST_TILE, 0.9 * (WIDTH - LEFT) / most, 0.62 * HEIGHT / rows))
        heights = np.linspace(self.tile / 2 + 1, HEIGHT - self.tile / 2 - 1, rows)
        middle, pitch = (LEFT + WIDTH) / 2, min((WIDTH - LEFT) / most, 2.2 * self.tile)
        self.centres = [
            np.column_stack([middle + pitch * (np.arange(size) - (size - 1) / 2), np.full(size, height)])
            for size, height in zip(sizes, heights, strict=True)
        ]
        half = np.array([0, self.tile / 2])
        pieces = [
            np.stack(np.broadcast_arrays(above[None] + half, below[:, None] - half), axis=2).reshape(-1, 2, 2)
            for above, below in pairwise(self.centres)
        ]  # in the order of a weight matrix (units, inputs), row by row
        self.lines.set_segments(list(np.concatenate(pieces)))
        names = ["inputs", *(f"layer {number}" for number in range(1, rows - 1)), "output"]
        for place, text in enumerate(self.names):
            text.set_text(names[place] if place < rows else "")
            text.set_y(heights[min(place, rows - 1)])

    def _colour_lines(self, weights: Array) -> None:
        sizes = [before * after for before, after in pairwise(self._sizes)]
        largest = [max(np.abs(part).max(), 1e-12) for part in np.split(weights, np.cumsum(sizes)[:-1])]
        part = np.abs(weights) / np.repeat(largest, sizes)
        colours = np.where(weights[:, None] < 0, NEGATIVE, POSITIVE)
        widths = np.where(part < FAINT, 0.0, 0.2 + WIDEST * part)
        self.lines.set(linewidth=widths, edgecolor=np.column_stack([colours, 0.1 + 0.8 * part]))

    def _colour_tiles(self, values: Values) -> None:
        """Writes the map of each unit into the one image that holds them all."""
        self.pixels[:] = 0
        along = np.linspace(0, 1, self.tile)
        inputs = np.stack(np.broadcast_arrays(along, along[::-1, None]))
        self._write_row(0, SIGNED(inputs, bytes=True))
        for row, maps in enumerate(values["maps"] - values["middle"], start=1):
            largest = np.maximum(np.abs(maps).max(axis=(1, 2), keepdims=True), 1e-12)
            self._write_row(row, SIGNED(0.5 + 0.5 * self._resampled(maps / largest), bytes=True))
        self._write_row(len(self._sizes) - 1, SHADES(self._resampled(values["field"][None]), bytes=True))
        self.image.set_data(self.pixels)

    def _resampled(self, maps: Array) -> Array:
        """Maps (units, side, side), the lowest row first, in the size of a tile, the highest row first."""
        chosen = np.linspace(0, maps.shape[1] - 1, self.tile).round().astype(int)
        return maps[:, chosen[::-1, None], chosen]

    def _write_row(self, row: int, tiles: NDArray[np.uint8]) -> None:
        """Tiles (units, tile, tile, 4) to their places, each in a thin frame."""
        tiles[:, [0, -1]] = tiles[:, :, [0, -1]] = (107, 107, 107, 255)
        for tile, (x, y) in zip(tiles, self.centres[row], strict=True):
            left, top = round(x - self.tile / 2), round(y - self.tile / 2)
            self.pixels[top : top + self.tile, left : left + self.tile] = tile
