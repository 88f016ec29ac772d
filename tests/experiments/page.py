"""A page that shows an experiment, in Python: it keeps what arrives, and reads it by the rules in marks.py alone."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

UNIT = 8  # positions for one device pixel
WIDTH_UNIT = 100  # numbers for one device pixel of a line's width
GLYPH_UNIT = 800  # numbers for the size of a font
CLIPS = {"kind", "clip", "clip_outline"}
PARTS = {
    "path": CLIPS | {"outlines", "fill", "stroke", "hatch"},
    "lines": CLIPS | {"at", "colours", "cap"},
    "markers": CLIPS | {"shape", "at", "fill", "stroke"},
    "glyphs": CLIPS | {"at", "origin", "angle", "size", "fill"},
    "image": CLIPS | {"pixels", "colours", "shape", "box", "smooth", "photograph"},
}


@dataclass(frozen=True, eq=False)
class Outline:
    """Vertices (n, 2), in device pixels (in sizes of the font for glyphs), and the code of each."""

    codes: Any
    vertices: Any

    @cached_property
    def key(self):
        return self.codes.tobytes(), self.vertices.tobytes()

    @property
    def corners(self):
        """Left, top, right, bottom; a closing vertex lies nowhere."""
        vertices = self.vertices[self.codes != 79]
        return np.concatenate([vertices.min(axis=0), vertices.max(axis=0)])


class Page:
    """What a page has after the messages that it was given; ``apply`` takes the next one.

    ``background`` and ``marks`` hold lists of marks by the number of the part or artist. A mark is a dict as in
    marks.py with what it refers to in its place: each outline, the points of markers (n, 2) in device pixels, glyphs
    as [(outline, size, x, y)], an image's ``cells`` (rows, columns, 4), and of lines the ends (n, 2, 2) in device
    pixels, their ``widths`` (n,) and ``colours`` (n, 4).
    """

    def __init__(self):
        self._begin(None)

    def _begin(self, scene):
        self.scene, self.glyphs, self.background, self.marks, self.order = scene, {}, {}, {}, []
        self._keys = {}

    def apply(self, drawing, buffers):
        drawing = json.loads(json.dumps(drawing, allow_nan=False))
        assert set(drawing) <= {"scene", "background", "glyphs", "order", "marks"}
        if "scene" in drawing:
            assert drawing["scene"]["version"] == 1
            self._begin(drawing["scene"])
        for number, (runs, corners) in drawing.get("glyphs", {}).items():
            assert int(number) not in self.glyphs, "this outline was sent before"
            vertices = np.reshape(corners, (-1, 2)) / GLYPH_UNIT
            self.glyphs[int(number)] = Outline(codes_of(runs, len(vertices)), vertices)
        block = Block(self.glyphs, *buffers)
        for kept, received in ((self.background, "background"), (self.marks, "marks")):
            for number, marks in drawing.get(received, []):
                kept[number] = [block.read(mark) for mark in marks]
                self._keys[received, number] = key_of(kept[number])
        self.order = drawing.get("order", self.order)
        assert set(self.order) <= set(self.marks)
        block.check_that_all_was_read()

    def key(self):
        """Equal for pages that look the same, whatever messages made them so: from what is painted to its marks.

        From the lowest to the highest: ("background", part), then ("marks", artist).
        """
        names = [("background", part) for part in sorted(self.background)] + [("marks", place) for place in self.order]
        return {name: self._keys[name] for name in names}


class Block:
    """The two blocks of bytes of one message."""

    def __init__(self, glyphs, numbers, pixels):
        self.glyphs, self.numbers, self.pixels = glyphs, np.frombuffer(numbers, "<i2"), pixels
        self._read_numbers, self._read_pixels = 0, set()

    def read(self, mark):
        assert set(mark) <= PARTS[mark["kind"]]
        read = dict(mark)
        if "clip_outline" in mark:
            read["clip_outline"] = self._outline(mark["clip_outline"])
        getattr(self, f"_read_{mark['kind']}")(mark, read)
        return read

    def _read_path(self, mark, read):
        read["outlines"] = [self._outline(outline) for outline in mark["outlines"]]
        if "hatch" in mark:
            tile, *look = mark["hatch"]
            read["hatch"] = [self.glyphs[tile], *look]

    def _read_lines(self, mark, read):
        fives = self._range(mark["at"]).reshape(-1, 5)
        read["at"], read["widths"] = fives[:, :4].reshape(-1, 2, 2) / UNIT, fives[:, 4] / WIDTH_UNIT
        read["colours"] = np.frombuffer(self._bytes(mark["colours"]), np.uint8).reshape(-1, 4)
        assert len(read["colours"]) == len(fives)

    def _read_markers(self, mark, read):
        read["shape"], read["at"] = self._outline(mark["shape"]), self._range(mark["at"]).reshape(-1, 2) / UNIT

    def _read_glyphs(self, mark, read):
        fours = self._range(mark["at"]).reshape(-1, 4).tolist()
        read["at"] = [(self.glyphs[glyph], size / 1000, x / UNIT, y / UNIT) for glyph, size, x, y in fours]

    def _read_image(self, mark, read):
        columns, rows = mark["shape"]
        cells = np.frombuffer(self._bytes(read.pop("pixels")), np.uint8)
        if "colours" in mark:
            cells = np.frombuffer(self._bytes(read.pop("colours")), np.uint8).reshape(-1, 4)[cells]
        read["cells"] = cells.reshape(rows, columns, 4)

    def _range(self, selected):
        start, count = selected
        assert 0 <= start <= start + count <= self.numbers.size
        self._read_numbers += count
        return self.numbers[start : start + count]

    def _bytes(self, selected):
        start, length = selected
        assert 0 <= start <= start + length <= len(self.pixels)
        self._read_pixels.add((start, length))  # equal blocks stand there once, and are read again
        return self.pixels[start : start + length]

    def _outline(self, selected):
        vertices = self._range(selected[:2]).reshape(-1, 2) / UNIT
        return Outline(codes_of(selected[2] if len(selected) > 2 else None, len(vertices)), vertices)

    def check_that_all_was_read(self):
        read = sum(length for _, length in self._read_pixels)
        assert (self._read_numbers, read) == (self.numbers.size, len(self.pixels))


def codes_of(runs, count):
    """The code of each of ``count`` vertices."""
    codes = [1, *[2] * (count - 1)][:count] if runs is None else np.repeat(runs[::2], runs[1::2]).tolist()
    assert len(codes) == count
    return np.array(codes, np.uint8)


def key_of(value):
    """``value`` with its arrays as bytes, so that it can be compared."""
    if isinstance(value, Outline):
        return value.key
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, dict):
        return tuple((name, key_of(value[name])) for name in sorted(value))
    return tuple(map(key_of, value)) if isinstance(value, list | tuple) else value
