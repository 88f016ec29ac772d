"""Marks in few bytes: what is equal is written once, numbers are written as what they differ by.

A packed recording is the base64 of gzip of four bytes, the length of the JSON (little-endian), the JSON, and two blocks
of bytes: numbers and pixels. The JSON holds what it is given, and

======== ===========================================================================================================
looks    pairs [attributes, names]: what many marks share, and what each of them has besides, by name
glyphs   outlines of letters and hatches, as in ``experiments/marks.py``
layouts  of each its ``scene``, its ``marks`` and its ``frames``
marks    lists [number of a look, a value for each of its names]
frames   of each state what differs from the one before: [parts, artists] or [parts, artists, order]: lists [number of
         a part or an artist, its marks], and the artists from the lowest to the highest, where that changes
arrays   pairs [columns, sizes]: arrays of int16 with 2, 4 and 5 columns, in the order of the block of numbers
pieces   sizes of the pieces of the block of pixels
======== ===========================================================================================================

Marks name an array (the values ``shape``, ``outlines``, ``at``, ``clip_outline``; an outline may have runs behind it),
a piece (``pixels``, ``colours``), and frames name a mark of their layout, in the same way: 0 is the next that was not
named yet, k > 0 the one of the number k - 1. Arrays stand column by column, a number as its difference to the one
above it; of all numbers the low bytes stand before the high ones.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.experiments.marks import VERSION, Mark, Outline
from dlcourse.experiments.screen import Screen, Written

COLUMNS = {"glyphs": 4, "lines": 5, "markers": 2}  # of the range ``at``, by the kind of mark
OUTLINE = 2


@dataclass
class Pool:
    """Things that are named by number, each kept once."""

    things: list[Any] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)

    def name(self, key: Any, thing: Any) -> int:
        """0 for a new thing, which is kept; else its number and 1."""
        number = self._numbers.setdefault(key, len(self.things))
        if number < len(self.things):
            return number + 1
        self.things.append(thing)
        return 0


@dataclass
class Layout:
    """One size of the picture, and what its states look like there."""

    screen: Screen
    frames: list[list[Any]] = field(default_factory=list)
    glyphs: dict[int, Any] = field(default_factory=dict)
    marks: Pool = field(default_factory=Pool)
    _before: dict[str, Any] = field(default_factory=lambda: {"parts": {}, "artists": {}, "order": []})

    def take(self, written: Written) -> None:
        """Adds a frame: what differs from the one before it."""
        self.glyphs |= written.glyphs
        order = list(written.marks)
        frame: list[Any] = [self._changed("parts", written.background), self._changed("artists", written.marks)]
        if order != self._before["order"]:
            frame.append(order)
            self._before["order"] = order
        self.frames.append(frame)

    def _changed(self, what: str, now: dict[int, list[Mark]]) -> list[list[int]]:
        before, changed = self._before[what], []
        for number, marks in now.items():
            keys = [mark.key() for mark in marks]
            if before.get(number) != keys:
                changed.append([number, *(self.marks.name(key, mark) for key, mark in zip(keys, marks, strict=True))])
                before[number] = keys
        return changed


class Packing:
    """Collects the marks of several layouts."""

    def __init__(self) -> None:
        self._looks: dict[str, int] = {}
        self._glyphs: dict[str, int] = {}
        self._arrays = {columns: Pool() for columns in sorted({OUTLINE, *COLUMNS.values()})}
        self._pieces = Pool()

    def packed(self, content: dict[str, Any], layouts: Iterable[Layout]) -> str:
        """``content`` and the layouts as a packed recording."""
        described = [self._layout(layout) for layout in layouts]
        whole = {
            **content,
            "layouts": described,
            "looks": [json.loads(look) for look in self._looks],
            "glyphs": {number: json.loads(glyph) for glyph, number in self._glyphs.items()},
            "arrays": [[columns, [each.size for each in pool.things]] for columns, pool in self._arrays.items()],
            "pieces": [len(piece) for piece in self._pieces.things],
        }
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        arrays = [_differences(each, columns) for columns, pool in self._arrays.items() for each in pool.things]
        parts = len(text).to_bytes(4, "little"), text, _low_and_high(arrays), *self._pieces.things
        return base64.b64encode(gzip.compress(b"".join(parts), 9, mtime=0)).decode()

    def _layout(self, layout: Layout) -> dict[str, Any]:
        size, pixels = list(layout.screen.css_size), list(layout.screen.pixel_size)
        scene = {"version": VERSION, "size": size, "pixels": pixels, "scale": layout.screen.scale}
        glyphs = {
            number: self._glyphs.setdefault(json.dumps(outline), len(self._glyphs))
            for number, outline in layout.glyphs.items()
        }
        marks = [self._mark(mark, glyphs) for mark in layout.marks.things]
        return {"scene": scene, "marks": marks, "frames": layout.frames}

    def _mark(self, mark: Mark, glyphs: dict[int, int]) -> list[Any]:
        look, own = {"kind": mark.kind, **mark.look}, {}
        if "origin" in look:  # of a text: each has another
            own["origin"] = look.pop("origin")
        if "hatch" in look:
            look["hatch"] = [glyphs[look["hatch"][0]], *look["hatch"][1:]]
        if mark.kind == "markers":
            own["shape"] = self._outline(mark.outlines[0])
        elif mark.outlines:
            own["outlines"] = [self._outline(outline) for outline in mark.outlines]
        if mark.at is not None:
            own["at"] = self._array(_renumbered(mark, glyphs), COLUMNS[mark.kind])
        if mark.clip_outline is not None:
            own["clip_outline"] = self._outline(mark.clip_outline)
        for name, piece in (("pixels", mark.pixels), ("colours", mark.colours)):
            if piece:
                own[name] = self._pieces.name(piece, piece)
        text = json.dumps([look, list(own)], sort_keys=True)
        return [self._looks.setdefault(text, len(self._looks)), *own.values()]

    def _outline(self, outline: Outline) -> list[int]:
        return [self._array(outline.vertices, OUTLINE), *(outline.runs or ())]

    def _array(self, values: NDArray[np.int16], columns: int) -> int:
        return self._arrays[columns].name(values.tobytes(), values)


def _renumbered(mark: Mark, glyphs: dict[int, int]) -> NDArray[np.int16]:
    """What a mark has in its range ``at``, with the numbers that glyphs have in all layouts."""
    if mark.at is None or mark.kind != "glyphs":
        return np.asarray(mark.at, np.int16)
    at = mark.at.copy()
    at[:, 0] = [glyphs[number] for number in at[:, 0].tolist()]
    return at


def _differences(values: NDArray[np.int16], columns: int) -> NDArray[np.int16]:
    """An array column by column, each number as what it differs by from the one above it."""
    return np.diff(values.reshape(-1, columns), axis=0, prepend=np.int16(0)).T.ravel()


def _low_and_high(arrays: list[NDArray[np.int16]]) -> bytes:
    numbers = np.concatenate(arrays) if arrays else np.zeros(0, np.int16)
    return np.frombuffer(numbers.astype("<i2").tobytes(), np.uint8).reshape(-1, 2).T.tobytes()
