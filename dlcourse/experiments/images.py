"""Images that change with every frame, and travel as their small arrays.

``imshow`` resamples for any interpolation, colour scale and transformation, which takes several milliseconds a frame.
These give their cells to the recorder, and to Agg what it needs for a still picture.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from dlcourse.arrays import Array

_AS_THEY_ARE = {"none", "nearest", "auto", "antialiased"}  # interpolations that leave large cells as they are
_SMALLEST_CELL = 3.0  # device pixels: below, matplotlib smooths an image, and its own pixels are taken
Cells = tuple[NDArray[np.uint8], NDArray[np.floating], dict[str, Any]]
LEVELS = 256


class PixelImage(Artist):
    """Fills the whole of ``ax`` with colours, drawn at the ``zorder`` of an image."""

    def __init__(self, ax: Axes, zorder: float = 0.0) -> None:
        super().__init__()
        self.set(zorder=zorder, in_layout=False)
        ax.add_artist(self)
        self._panel = ax

    def cells(self) -> Cells:
        """Colours (rows, columns, 4), the screen's corners (2, 2) of the first and the last, and more of its look."""
        raise NotImplementedError

    def colours(self, width: int, height: int) -> NDArray[np.uint8]:
        """The pixels (height, width, 4) uint8, from the lower left corner, red green blue alpha."""
        raise NotImplementedError

    def corners(self) -> NDArray[np.floating]:
        """The lower left and the upper right corner (2, 2) in whole pixels of the screen, y up."""
        return np.round(self._panel.bbox.get_points())

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Draws the pixels."""
        (left, lower), (right, upper) = self.corners().astype(int)
        context = renderer.new_gc()
        renderer.draw_image(context, left, lower, self.colours(right - left, upper - lower))
        context.restore()
        self.stale = False


class FieldImage(PixelImage):
    """A function over the panel, from values on a grid that reaches from rim to rim, in the colours of ``shades``."""

    def __init__(self, ax: Axes, shades: Colormap) -> None:
        super().__init__(ax)
        self._table = shades(np.linspace(0, 1, LEVELS), bytes=True).view(np.uint32)[:, 0]
        self._values: Array = np.zeros((2, 2), np.float32)

    def set_data(self, values: Array) -> None:
        """``values`` (rows, columns) in [0, 1], the lowest row first."""
        self._values = values.astype(np.float32)
        self.stale = True

    def cells(self) -> Cells:
        """One for each value of the grid."""
        return self._coloured(self._values), self.corners(), {"smooth": True}

    def colours(self, width: int, height: int) -> NDArray[np.uint8]:
        """Between the points of the grid the function is taken as linear in each direction."""
        rows, columns = self._values.shape
        return self._coloured(_between(rows, height) @ self._values @ _between(columns, width).T)

    def _coloured(self, values: Array) -> NDArray[np.uint8]:
        words = self._table[(values * (LEVELS - 1) + 0.5).astype(np.uint8)]
        return words.view(np.uint8).reshape(*values.shape, 4)


class MosaicImage(PixelImage):
    """Pixels as they are, from the upper left corner of the panel; on a fine screen each is drawn several times.

    A ``photograph`` keeps its colours on dark paper.
    """

    def __init__(self, ax: Axes, zorder: float = 0.0, *, photograph: bool = False) -> None:
        super().__init__(ax, zorder)
        self._look: dict[str, Any] = {"photograph": True} if photograph else {}

    def set_data(self, pixels: NDArray[np.uint8]) -> None:
        """``pixels`` (rows, columns, 4) uint8, the highest row first: the whole panel."""
        self._pixels = np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0]
        self.stale = True

    def cells(self) -> Cells:
        """The pixels."""
        pixels = self._pixels[::-1]
        return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4), self.corners(), self._look

    def colours(self, width: int, height: int) -> NDArray[np.uint8]:
        """Each place of the screen gets the pixel that it lies in."""
        rows, columns = self._pixels.shape
        y, x = (np.arange(height)[::-1] + 0.5) * rows // height, (np.arange(width) + 0.5) * columns // width
        chosen = self._pixels[y.astype(int)[:, None], x.astype(int)]
        return chosen.view(np.uint8).reshape(height, width, 4)


@lru_cache(maxsize=8)
def _between(points: int, pixels: int) -> NDArray[np.float32]:
    """The matrix (pixels, points) that interpolates linearly between points from rim to rim, at each pixel's middle."""
    place = (np.arange(pixels) + 0.5) / pixels * (points - 1)
    left = np.minimum(place.astype(int), points - 2)
    matrix = np.zeros((pixels, points), np.float32)
    matrix[np.arange(pixels), left] = 1 - (place - left)
    matrix[np.arange(pixels), left + 1] = place - left
    matrix.flags.writeable = False
    return matrix


def small_image(artist: Any) -> Cells | None:
    """Cells (rows, columns, 4), their outer corners (2, 2) on the screen, y up, and what more its mark says.

    The first corner is that of the first row and column. None for an artist that is no such image.
    """
    if hasattr(artist, "cells"):
        cells: Cells = artist.cells()
        return cells
    if type(artist) is not AxesImage or artist.get_interpolation() not in _AS_THEY_ARE:
        return None
    array = artist.get_array()
    if array is None or not isinstance(artist.get_alpha(), int | float | None) or not artist.get_transform().is_affine:
        return None
    left, right, bottom, top = artist.get_extent()
    first, last = (top, bottom) if artist.origin == "upper" else (bottom, top)
    corners = artist.get_transform().transform([(left, first), (right, last)])
    cell = np.abs(np.diff(corners, axis=0)[0]) / array.shape[1::-1]
    if min(cell) < (_SMALLEST_CELL if artist.get_interpolation() in ("auto", "antialiased") else 1):
        return None
    return np.asarray(artist.to_rgba(array, bytes=True)), corners, {}


def equal_cells(corners: NDArray[np.floating]) -> bool:
    """Whether a mesh's corners (rows + 1, columns + 1, 2) in pixels bound upright cells of one size."""
    x, y = corners[0, :, 0], corners[:, 0, 1]
    return bool(
        np.allclose(corners[:, :, 0], x, atol=0.02)
        and np.allclose(corners[:, :, 1], y[:, None], atol=0.02)
        and np.allclose(np.diff(x), np.diff(x)[0], atol=0.02)
        and np.allclose(np.diff(y), np.diff(y)[0], atol=0.02)
    )
