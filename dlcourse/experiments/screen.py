"""The figure behind an experiment: static parts drawn once and kept, moving artists redrawn over them.

One Figure with its own Agg canvas, never pyplot. Drawing ticks and labels costs ten times as much as moving a curve;
so the pixels of everything that does not move are kept and copied back before each frame.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from dlcourse.experiments.experiment import Picture, Values
from dlcourse.plots import style

DOTS_PER_INCH = 96  # one inch of figure is 96 CSS pixels, as in a browser
LARGEST_SCALE = 2.0


class Screen:
    """A picture on a figure, redrawn by blitting. Not thread-safe: its owner holds a lock.

    ``make_picture(figure, values)`` makes the artists; ``size`` is in inches.
    """

    def __init__(
        self, make_picture: Callable[[Figure, Values], Picture], size: tuple[float, float], values: Values
    ) -> None:
        with mpl.rc_context(style.SETTINGS):
            self.figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08))
            self.canvas = FigureCanvasAgg(self.figure)
            self.picture = make_picture(self.figure, values)
        self.scale = 1.0
        self._background: Any = None
        self._limits: list[Any] = []
        self._take_moving()
        self._freeze_layout()

    @property
    def css_size(self) -> tuple[int, int]:
        """Width and height in CSS pixels."""
        width, height = self.figure.get_size_inches() * DOTS_PER_INCH
        return round(width), round(height)

    def set_scale(self, scale: float) -> None:
        """Draws ``scale`` pixels for one CSS pixel from now on, at most two."""
        scale = min(max(float(scale), 1.0), LARGEST_SCALE)
        if scale != self.scale:
            self.scale = scale
            self.figure.set_dpi(DOTS_PER_INCH * scale)
            self._background = None

    def show(self, values: Values) -> None:
        """Gives ``values`` to the picture; draws nothing yet."""
        self.picture.update(values)
        if getattr(self.picture, "redraw_all", False):
            self.picture.redraw_all = False  # type: ignore[attr-defined]
            self._background = None

    def pixels(self) -> NDArray[np.uint8]:
        """The frame as (height, width, 4) uint8, red green blue alpha: a view that the next frame overwrites."""
        moving = self._take_moving()
        limits = [ax.viewLim.get_points().tolist() for ax in self.figure.axes]
        if self._background is None or limits != self._limits:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
            self._limits = limits
        else:
            self.canvas.restore_region(self._background)
        renderer = self.canvas.get_renderer()
        for artist in moving:
            artist.draw(renderer)
        return np.asarray(self.canvas.buffer_rgba())

    def redraw_all(self) -> None:
        """The next frame is drawn from scratch."""
        self._background = None

    def png(self) -> bytes:
        """The frame as PNG: the same bytes for the same pixels (no date, no software name)."""
        buffer = BytesIO()
        Image.fromarray(self.pixels()[:, :, :3]).save(buffer, format="png", optimize=True)
        return buffer.getvalue()

    def _take_moving(self) -> list[Artist]:
        """The moving artists from the lowest to the highest, each kept out of the static background."""
        moving = sorted(self.picture.moving, key=_height)
        for artist in moving:
            if not artist.get_animated():
                artist.set_animated(True)
                self._background = None
        return moving

    def _freeze_layout(self) -> None:
        """Lays the axes out once: panels never jump when a number in a label gets longer."""
        data = [artist for artist in self.picture.moving if not isinstance(artist, Text) and artist.get_in_layout()]
        for artist in data:
            artist.set_in_layout(False)
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")


def _height(artist: Artist) -> tuple[float, float]:
    ax = getattr(artist, "axes", None)
    return (ax.get_zorder() if ax is not None and ax is not artist else 0.0, artist.get_zorder())
