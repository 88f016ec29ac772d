"""What an artist draws, as numbers: the format in which pictures travel to the page.

A *drawing* is a background and, over it, the marks of each moving artist. The live widget sends the marks that
changed; a page without a kernel plays the same messages. The page's side is ``page/marks.js``.

Version 1. A message is a JSON object and two blocks of bytes, ``numbers`` (little-endian int16) and ``pixels`` (uint8).

========== =========================================================================================================
scene      ``version``; ``size`` in CSS pixels and ``pixels`` in device pixels (width, height); ``scale``. It comes
           first, and again when all is drawn anew: glyphs, parts and marks from before are then gone
background pairs [part's number, its marks]: the paper, the panels, what stands over them; those that changed
glyphs     outlines that later marks refer to: number -> [runs, [x0, y0, x1, ...]] in 1/800 of the font's size
order      the moving artists' numbers, from the lowest to the highest
marks      pairs [artist's number, its marks]: those that changed since the message before
========== =========================================================================================================

Positions are in eighths of a device pixel from the upper left corner, y downwards. A *range* [start, count] selects
int16 numbers; an *outline* [start, count, runs] selects vertices and says what they are: runs [code, vertices, code,
vertices, ...] with matplotlib's codes 1 move, 2 line, 3 and 4 Bezier curves, 79 close; without runs it is one line.
Colours are "#rrggbb" or "#rrggbbaa"; the page may show each role of ``plots.style`` in another tone on dark paper.

========== =========================================================================================================
path       ``outlines``, each painted for itself: ``fill`` colour, ``hatch`` [number of a tile among the glyphs,
           its size in device pixels, colour, width], ``stroke`` [colour, width, cap, join, dashes, offset of dashes]
lines      straight lines: ``at``: range of fives (x0, y0, x1, y1, width in hundredths of a device pixel), ``colours``
           [start, length]: red green blue alpha of each; ``cap``
markers    ``shape``, an outline around (0, 0), painted at each of the points in the range ``at``; fill and stroke
glyphs     ``at``: range of fours (glyph, size in thousandths, x, y up), ``origin`` [x, y], ``angle`` in degrees against
           the clock, ``size`` of the font in eighths; ``fill``
image      ``pixels`` [start, length]: red green blue alpha of each cell, the highest row first; or, with ``colours``,
           the number of its colour, and ``colours`` [start, length] holds these. ``shape`` [columns, rows]; ``box``
           [left, top, right, bottom]; ``smooth``: the middles of the outer cells lie on the rims of the box, and what
           lies between is interpolated; ``photograph``: its colours are the same on dark paper
========== =========================================================================================================

Every mark may have ``clip`` [left, top, right, bottom] and ``clip_outline``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

VERSION = 1
UNIT = 8  # positions for one device pixel
GLYPH_UNIT = 8  # numbers for one hundredth of a font's size
_LOWEST, _HIGHEST = -32768, 32767
_WORTH_A_TABLE = 512  # cells of an image: smaller ones travel with their colours

Numbers = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Outline:
    """Vertices (n, 2) as int16 positions, and what they are: None for one line through all of them."""

    vertices: Numbers
    runs: tuple[int, ...] | None = None

    def key(self) -> tuple[Any, ...]:
        """Equal for equal outlines."""
        return self.vertices.tobytes(), self.runs


@dataclass(frozen=True, eq=False)
class Mark:
    """One thing to paint. ``look`` is JSON as it is; `Message` writes the rest, numbers and pixels, into blocks."""

    kind: str
    look: dict[str, Any]
    outlines: list[Outline] = field(default_factory=list)
    at: Numbers | None = None
    clip_outline: Outline | None = None
    pixels: bytes = b""
    colours: bytes = b""

    def key(self) -> tuple[Any, ...]:
        """Equal for marks that look the same."""
        return (
            self.kind,
            repr(self.look),
            tuple(outline.key() for outline in self.outlines),
            None if self.at is None else self.at.tobytes(),
            None if self.clip_outline is None else self.clip_outline.key(),
            self.pixels,
            self.colours,
        )


def positions(values: NDArray[np.floating] | Iterable[float]) -> Numbers:
    """Device pixels as int16 positions; what lies too far away to be written is taken to the farthest position."""
    return np.clip(np.rint(np.asarray(values) * UNIT), _LOWEST, _HIGHEST).astype(np.int16)


def outline_of(vertices: Any, codes: Any) -> Outline:
    """Vertices (n, 2) in device pixels with matplotlib's codes, or None for a line."""
    if codes is None:
        return Outline(positions(vertices))
    keep = codes != Path.STOP
    return Outline(positions(vertices[keep]), runs_of(codes[keep]))


def hex_of(colour: Any) -> str:
    """Red, green, blue, and perhaps alpha in [0, 1] as "#rrggbb", or "#rrggbbaa" where it is not opaque."""
    opaque = len(colour) == 3 or colour[3] >= 1
    return "#" + "".join(f"{round(part * 255):02x}" for part in (colour[:3] if opaque else colour))


def runs_of(codes: NDArray[np.uint8]) -> tuple[int, ...] | None:
    """Codes of vertices as pairs (code, how many); None for a single line."""
    if codes.size == 0 or (codes[0] == 1 and (codes[1:] == 2).all()):
        return None
    starts = np.flatnonzero(np.diff(codes, prepend=codes[0] ^ 1))
    lengths = np.diff(starts, append=codes.size)
    return tuple(np.column_stack([codes[starts], lengths]).ravel().tolist())


def image(look: dict[str, Any], cells: NDArray[np.uint8]) -> Mark:
    """The mark of an image whose ``cells`` (rows, columns, 4) are red, green, blue and alpha, the highest row first."""
    look = {**look, "shape": [cells.shape[1], cells.shape[0]]}
    words = np.ascontiguousarray(cells).view(np.uint32).ravel()
    if words.size > _WORTH_A_TABLE:
        colours, numbers = np.unique(words, return_inverse=True)
        if colours.size <= 256:
            return Mark("image", look, pixels=numbers.astype(np.uint8).tobytes(), colours=colours.tobytes())
    return Mark("image", look, pixels=words.tobytes())


@dataclass
class Message:
    """Collects marks for one message: their JSON, and the blocks ``numbers`` and ``pixels``."""

    _numbers: list[Numbers] = field(default_factory=list)
    _pixels: list[bytes] = field(default_factory=list)
    _count: int = 0
    _length: int = 0
    _places: dict[bytes, list[int]] = field(default_factory=dict)  # of equal blocks of pixels, which are kept once

    def written(self, marks: Iterable[Mark]) -> list[dict[str, Any]]:
        """``marks`` as JSON; what they refer to is added to the blocks."""
        return [self._write(mark) for mark in marks]

    def buffers(self) -> list[bytes]:
        """The two blocks of bytes that go with the JSON."""
        numbers = np.concatenate(self._numbers).astype("<i2").tobytes() if self._numbers else b""
        return [numbers, b"".join(self._pixels)]

    def _write(self, mark: Mark) -> dict[str, Any]:
        content = {"kind": mark.kind, **mark.look}
        if mark.kind == "markers":
            content["shape"] = self._outline(mark.outlines[0])
        elif mark.outlines:
            content["outlines"] = [self._outline(outline) for outline in mark.outlines]
        if mark.at is not None:
            content["at"] = self._range(mark.at)
        if mark.clip_outline is not None:
            content["clip_outline"] = self._outline(mark.clip_outline)
        for name, data in (("pixels", mark.pixels), ("colours", mark.colours)):
            if data and data not in self._places:
                self._places[data] = [self._length, len(data)]
                self._pixels.append(data)
                self._length += len(data)
            if data:
                content[name] = self._places[data]
        return content

    def _range(self, values: Numbers) -> list[int]:
        start, count = self._count, int(values.size)
        self._numbers.append(values.ravel())
        self._count += count
        return [start, count]

    def _outline(self, outline: Outline) -> list[Any]:
        selected: list[Any] = self._range(outline.vertices)
        return selected if outline.runs is None else [*selected, list(outline.runs)]
