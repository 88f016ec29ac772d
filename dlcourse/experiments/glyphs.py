"""Letters as outlines: the same on every page, whatever fonts it has, and sent once for each showing."""

from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

from dlcourse.experiments.marks import GLYPH_UNIT, runs_of

_TEXT = TextToPath()
FONT_SIZE = _TEXT.FONT_SCALE  # of the outlines, in their own units
KEPT = 2000  # texts whose letters have been placed


def extent(text: str, properties: Any, mathematics: Any, dots_per_inch: float) -> tuple[float, float, float]:
    """Width, height and descent of ``text`` in pixels, from its outlines."""
    width, height, descent = _TEXT.get_text_width_height_descent(text, properties, mathematics)
    unit = dots_per_inch / _TEXT.DPI
    return width * unit, height * unit, descent * unit


class Glyphs:
    """Outlines of letters, numbered in the order in which they were first needed. One for each showing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._outlines: dict[str, Any] = {}
        self._news: dict[int, Any] = {}
        self._placed: dict[tuple[str, int, bool], Any] = {}  # matplotlib would do it anew each time

    def placed(
        self, text: str, properties: Any, *, mathematics: bool
    ) -> tuple[list[tuple[int, float, float, float]], Any]:
        """Each glyph of ``text``: (number, x, y, size), and the bars of fractions and roots as paths.

        In hundredths of the font's size, y up, from the left end of the base line; ``size`` relative to the font's.
        """
        key = text, hash(properties), mathematics
        if key not in self._placed:
            if len(self._placed) >= KEPT:
                self._placed.clear()
            self._placed[key] = self._place(text, properties, mathematics)
        return self._placed[key]

    def _place(
        self, text: str, properties: Any, mathematics: bool
    ) -> tuple[list[tuple[int, float, float, float]], Any]:
        if mathematics:
            found, outlines, bars = _TEXT.get_glyphs_mathtext(properties, text, self._outlines)
        else:
            found, outlines, bars = _TEXT.get_glyphs_with_font(_font(properties), text, self._outlines)
        self._outlines.update(outlines)
        return [(self.number(name), x, y, size) for name, x, y, size in found], bars

    def tile(self, hatch: str, path: Path) -> int:
        """The number of the tile of a hatch, whose ``path`` lies in the unit square, y up."""
        name = f"hatch {hatch}"
        if name not in self._outlines:
            codes = path.codes if path.codes is not None else np.full(np.shape(path.vertices)[0], Path.LINETO)
            self._outlines[name] = np.asarray(path.vertices) * FONT_SIZE, codes
        return self.number(name)

    def number(self, name: str) -> int:
        """The number of an outline; one that is new is among the next ``news``."""
        if name not in self._numbers:
            vertices, codes = self._outlines[name]
            number = len(self._numbers)
            self._numbers[name] = number
            corners = np.rint(np.asarray(vertices) * GLYPH_UNIT).astype(int).ravel().tolist()
            self._news[number] = [runs_of(np.asarray(codes, np.uint8)), corners]
        return self._numbers[name]

    def news(self) -> dict[int, Any]:
        """The outlines that were not asked for before, by number, as JSON."""
        news, self._news = self._news, {}
        return news


def _font(properties: Any) -> Any:
    """The font, set to the size of the outlines; matplotlib has no public name for it."""
    return _TEXT._get_font(properties)  # type: ignore[attr-defined]
