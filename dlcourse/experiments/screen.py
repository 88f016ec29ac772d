"""The figure behind an experiment: laid out for the page's width, and written down as marks.

One Figure with its own Agg canvas, never pyplot. What does not move is written once; of the moving artists only those
that changed are written again. Agg paints still pictures, and what has no mark.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from dlcourse.experiments.arranging import DOTS_PER_INCH, Arrangement, fit_text, fitted, layout_engine, room_of
from dlcourse.experiments.definition import Picture, Values
from dlcourse.experiments.marks import Mark
from dlcourse.experiments.panels import READOUT, SMALL
from dlcourse.experiments.recorder import Glyphs, Recorder
from dlcourse.plots import style

LARGEST_SCALE = 4.0


@dataclass(frozen=True)
class Written:
    """A state as marks.

    ``whole``: the page has to forget all that it had. ``background``: the parts that changed, by their number, from
    the lowest to the highest. ``marks``: those of each moving artist by its number, in the same order. ``glyphs``:
    outlines of letters and hatches that were not used before, by number.
    """

    whole: bool
    background: dict[int, list[Mark]]
    marks: dict[int, list[Mark]]
    glyphs: dict[int, Any]


class Screen:
    """A picture on a figure. Not thread-safe: its owner holds a lock.

    ``make_picture(figure, values)`` makes the artists; ``size`` is in inches. ``values`` are those of the start: the
    layout is made for them, so that it is the same in every state.
    """

    def __init__(
        self, make_picture: Callable[[Figure, Values], Picture], size: tuple[float, float], values: Values
    ) -> None:
        with style.course_style():
            self.figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout=layout_engine())
            self.canvas = FigureCanvasAgg(self.figure)
            self.picture = make_picture(self.figure, values)
            self._arrangement = Arrangement(self.figure, size)
            self._designed = room_of(size)
            self._room, self.scale = self._designed, 1.0
            self._arrangement.lay_out(self._room, list(self.picture.moving))
            self.picture.update(values)  # some lines of writing are fitted to their panel, whose place is known now
        self._start = values
        self._recorder: Recorder | None = None
        self._limits: dict[int, list[Any]] = {}  # of each part of the background as it was last written
        self._marks: dict[int, list[Mark]] = {}
        self.moving()

    @property
    def css_size(self) -> tuple[int, int]:
        """Width and height in CSS pixels."""
        width, height = self.figure.get_size_inches() * DOTS_PER_INCH
        return round(width), round(height)

    @property
    def pixel_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return int(self.figure.bbox.width), int(self.figure.bbox.height)

    @property
    def as_designed(self) -> bool:
        """Whether it is as large as its designer made it."""
        return self._room == self._designed

    def fit(self, width: float, height: float, scale: float) -> bool:
        """Makes the picture for a page with this room in CSS pixels, ``scale`` device pixels each; says if it changed.

        The picture then shows its start until the next ``show``. ValueError: ``width`` or ``scale`` is no number.
        """
        if not math.isfinite(scale):
            raise ValueError(f"A page has a finite scale, not {scale}.")
        room, scale = fitted(self._designed, width, height), min(max(float(scale), 1.0), LARGEST_SCALE)
        if (room, scale) == (self._room, self.scale):
            return False
        if room != self._room:
            with style.course_style():
                self.picture.update(self._start)
                self.figure.set_dpi(DOTS_PER_INCH)
                self._arrangement.lay_out(room, list(self.picture.moving))
        self._room, self.scale = room, scale
        self.figure.set_dpi(DOTS_PER_INCH * scale)
        self.redraw_all()
        return True

    @style.course_style()  # pictures make artists, too
    def show(self, values: Values, *, numbers: bool = True) -> None:
        """Gives ``values`` to the picture; draws nothing yet. ``numbers``: whether the lines of numbers are seen."""
        self.picture.update(values)
        for artist in self.picture.moving:
            if isinstance(artist, Text) and artist.get_gid() == READOUT:
                artist.set_visible(numbers)
                artist.set_fontsize(SMALL)
                if not self.as_designed:
                    fit_text(artist, breaking=True)
        if getattr(self.picture, "redraw_all", False):
            self.picture.redraw_all = False  # type: ignore[attr-defined]
            self._limits = {}

    def redraw_all(self) -> None:
        """Everything is written anew the next time, the outlines of letters too."""
        self._limits, self._recorder = {}, None

    def moving(self) -> list[Artist]:
        """The moving artists from the lowest to the highest, each kept out of the static background."""
        moving = sorted(self.picture.moving, key=_height)
        for artist in moving:
            if not artist.get_animated():
                artist.set_animated(True)
                self._limits = {}
        return moving

    @style.course_style()  # ticks are made while they are drawn, and colours of markers looked up
    def write(self) -> Written:
        """What the page needs to show the present state."""
        whole = self._recorder is None
        if self._recorder is None:
            self._recorder = Recorder(self.canvas.get_renderer(), Glyphs())
        moving = self.moving()
        background = self._write_background(self._recorder)
        if background:
            self._marks = {}
        for artist in moving:
            # A collection does not say that its colours changed.
            if artist.stale or isinstance(artist, Collection) or id(artist) not in self._marks:
                self._marks[id(artist)] = self._recorder.record(artist)
                artist.stale = False
        numbers = self._numbered(moving)
        marks = {number: self._marks[id(artist)] for number, artist in zip(numbers, moving, strict=True)}
        return Written(whole, background, marks, self._recorder.glyphs.news())

    def _write_background(self, recorder: Recorder) -> dict[int, list[Mark]]:
        """The parts that changed: 0 is the paper, then each panel, last what stands on the figure itself."""
        panels = sorted(self.figure.axes, key=lambda ax: ax.get_zorder())
        limits: dict[int, list[Any]] = {0: [], len(panels) + 1: []}
        limits |= {place: ax.viewLim.get_points().tolist() for place, ax in enumerate(panels, 1)}
        changed = [place for place in sorted(limits) if limits[place] != self._limits.get(place)]
        self._limits = limits
        if not changed:
            return {}
        own = [*self.figure.texts, *self.figure.legends, *self.figure.artists]
        parts: dict[int, list[Any]] = {
            0: [self.figure.patch],
            len(panels) + 1: own,
            **{place: [ax] for place, ax in enumerate(panels, 1)},
        }
        return {place: [m for artist in parts[place] for m in recorder.record(artist)] for place in changed}

    def _numbered(self, moving: Sequence[Artist]) -> list[int]:
        """A small number for each moving artist: its place in the picture's own list."""
        places = {id(artist): place for place, artist in enumerate(self.picture.moving)}
        return [places[id(artist)] for artist in moving]

    def pixels(self) -> NDArray[np.uint8]:
        """The picture painted by Agg, (height, width, 4) uint8, red green blue alpha: a view that is overwritten."""
        with style.course_style():
            self.canvas.draw()
            renderer = self.canvas.get_renderer()
            for artist in self.moving():
                artist.draw(renderer)
                artist.stale = True  # it was painted, not written
        return np.asarray(self.canvas.buffer_rgba())

    def png(self) -> bytes:
        """The picture as PNG: the same bytes for the same pixels (no date, no software name)."""
        buffer = BytesIO()
        Image.fromarray(self.pixels()[:, :, :3]).save(buffer, format="png", optimize=True)
        return buffer.getvalue()


def _height(artist: Artist) -> tuple[float, float]:
    ax = getattr(artist, "axes", None)
    return (ax.get_zorder() if ax is not None and ax is not artist else 0.0, artist.get_zorder())
