"""Letters and digits from the fonts that ship with matplotlib: images of 28 × 28 pixels, as many as wanted.

The fonts give outlines in whole numbers; they are turned, moved and filled here, in arithmetic that gives the same bits
on every machine (no sine, no sum whose order could differ). Other versions of the fonts may have other outlines:
``check_fonts`` warns then.
"""

import functools
import hashlib
import math
import string
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse import installation, validation
from dlcourse.errors import CourseError

CHARACTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase  # those that every font has
SIZE = 28  # pixels of an image's side
CAPITAL = 18  # pixels of a capital letter's height
WIDEST, TALLEST = 20, 19  # pixels: whatever is larger is made smaller, and so fits into the image in any direction
STYLES = {
    "DejaVuSans": ("", "-Bold", "-Oblique", "-BoldOblique"),
    "DejaVuSansMono": ("", "-Bold", "-Oblique", "-BoldOblique"),
    "DejaVuSerif": ("", "-Bold", "-Italic", "-BoldItalic"),
    "STIXGeneral": ("", "Bol", "Italic", "BolIta"),
    "cm": ("r10", "b10", "ss10", "tt10"),  # Computer Modern
}
FONTS = tuple(name + style for name, styles in STYLES.items() for style in styles)
OUTLINES_SHA256 = "2d8408b713d41db9b52dc5aaabfed5c23400b43575afbd69dbc8f3679e19cdd0"

_UNIT = 256  # a pixel has so many units, in whole numbers of which outlines are filled
_ROWS = 8  # a pixel is scanned along so many lines
_STEPS = 6  # a curve is drawn as so many straight lines
_AT_ONCE = 500  # images drawn together: it keeps the memory small
_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 3, 79  # matplotlib's codes of an outline's points


def draw(
    labels: NDArray[np.int64],
    characters: str,
    generator: np.random.Generator,
    *,
    shift: float = 2.0,
    rotation: float = 15.0,
    strokes: int = 1,
    noise: float = 0.1,
) -> NDArray[np.float32]:
    """Images (n, 1, 28, 28) float32 in [0, 1], ink 1 on paper 0: image i shows ``characters[labels[i]]``.

    Each is drawn in a font of its own choice, up to ``shift`` pixels from the middle each way (less where it would be
    cut off), turned by up to ``rotation`` degrees, crossed by 0 to ``strokes`` thin lines, and every pixel's gray value
    moved by normal noise of standard deviation ``noise``; gray values are multiples of 1/255.
    Raises TypeError or ValueError for other arguments.
    """
    characters = check_characters(characters)
    labels = validation.check_labels(labels, "labels", len(characters))
    _check_distortions(shift, rotation, strokes, noise)
    count = len(labels)
    chosen = labels * len(FONTS) + validation.check_generator(generator).integers(len(FONTS), size=count)
    turns = (2 * generator.random(count) - 1) * round(math.tan(math.radians(rotation) / 2), 9)
    shifts = (2 * generator.random((count, 2)) - 1) * shift
    crossed = _strokes(count, strokes, generator)
    images = np.empty((count, 1, SIZE, SIZE), dtype=np.float32)
    for start in range(0, count, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        ink = np.maximum(_letters(characters, chosen[some], turns[some], shifts[some]), _fill(*_several(crossed[some])))
        if noise:
            ink = np.clip(ink + noise * generator.standard_normal(ink.shape), 0, 1)
        images[some, 0] = np.rint(255 * ink).astype(np.float32) / np.float32(255)
    return images


def printed(characters: str, *, by_mass: bool = False) -> NDArray[np.float32]:
    """Each of ``characters`` once in each of the FONTS, upright: images (n, 1, 28, 28) float32 in [0, 1], ink 1.

    Image i shows ``characters[i // len(FONTS)]``. The middle of a letter's box is the middle of the image; with
    ``by_mass`` its centre of mass lies in the middle of pixel (14, 14) instead, where MNIST's digits have it.
    Raises TypeError or ValueError for other characters.
    """
    characters = check_characters(characters)
    count = len(characters) * len(FONTS)
    images = np.empty((count, 1, SIZE, SIZE), dtype=np.float32)
    places = np.arange(SIZE) - SIZE // 2
    for start in range(0, count, _AT_ONCE):
        chosen = np.arange(start, min(start + _AT_ONCE, count))
        upright, unmoved = np.zeros(len(chosen)), np.zeros((len(chosen), 2))
        ink = _letters(characters, chosen, upright, unmoved)
        if by_mass:
            centre = (
                np.stack([ink.sum(axis=1) @ places, ink.sum(axis=2) @ places], axis=1) / ink.sum(axis=(1, 2))[:, None]
            )
            ink = _letters(characters, chosen, upright, -centre.round(6))
        images[chosen, 0] = np.rint(255 * ink).astype(np.float32) / np.float32(255)
    return images


def check_characters(characters: str) -> str:
    """``characters``, once each, of those that can be drawn. Raises TypeError or ValueError for anything else."""
    if not isinstance(characters, str):
        raise TypeError(f'characters: expected a text such as "0123456789", received {characters!r}.')
    unknown = "".join(sorted(set(characters) - set(CHARACTERS)))
    if unknown or not characters:
        raise ValueError(f"characters: expected some of {CHARACTERS}, received {unknown or characters!r}.")
    twice = [each for each in sorted(set(characters)) if characters.count(each) > 1]
    if twice:
        raise ValueError(f"characters: expected each character once, received {twice[0]!r} several times.")
    return characters


def fonts_are_known() -> bool:
    """True when matplotlib's fonts have the outlines that the course was written with, so that images are the same."""
    return outlines_checksum() == OUTLINES_SHA256


def check_fonts() -> None:
    """Warn when matplotlib's fonts are not those that the course was written with."""
    if not fonts_are_known():
        import matplotlib

        warnings.warn(
            f"The fonts of matplotlib {matplotlib.__version__} differ from those that the course was written with: "
            "the glyphs drawn here look much the same, but are not bit for bit those of the text.",
            stacklevel=4,  # the line that calls datasets.load
        )


@functools.cache
def outlines_checksum() -> str:
    """The SHA-256 sum, in hexadecimal, of the outlines of all characters in all fonts."""
    digest = hashlib.sha256()
    for font in FONTS:
        for points, codes in _outlines(font).values():
            digest.update(points.astype("<i4").tobytes() + codes.astype("u1").tobytes())
    return digest.hexdigest()


def _check_distortions(shift: float, rotation: float, strokes: int, noise: float) -> None:
    for name, value, highest in (("shift", shift, SIZE), ("rotation", rotation, 90), ("noise", noise, math.inf)):
        if not 0 <= validation.check_number(value, name) <= highest:
            limits = f"from 0 to {highest}" if highest < math.inf else "of at least 0"
            raise ValueError(f"{name}: expected a number {limits}, received {value}.")
    validation.check_count(strokes, "strokes", low=0)


@functools.cache
def _outlines(font: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The points (m, 2), in the font's units, and codes (m,) of each character's outline; y points up."""
    import matplotlib
    from matplotlib import ft2font

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    if not path.is_file():
        raise CourseError(
            f"matplotlib's font {font}.ttf is missing: run "
            f"`{installation.add('matplotlib', again=True)}` {installation.place()} and restart the kernel."
        )
    # Before 3.11 matplotlib divides x by its hinting factor, and 3.9 takes FreeType's FT_LOAD_NO_SCALE as a plain 1.
    options: dict[str, Any] = {"hinting_factor": 1} if matplotlib.__version_info__ < (3, 11) else {}
    unscaled: Any = getattr(ft2font, "LoadFlags", int)(1)
    face = ft2font.FT2Font(str(path), **options)
    found = {}
    for character in CHARACTERS:
        face.load_char(ord(character), flags=unscaled)
        points, codes = face.get_path()
        found[character] = (np.rint(64 * points), codes)  # matplotlib divides by 64
    return found


def _straightened(points: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """An outline as straight lines (m, from and to, x and y): a curve becomes several, and each contour is closed."""
    lines, closings, moves = (np.flatnonzero(codes == code) for code in (_LINE, _CLOSE, _MOVE))
    bends = np.flatnonzero(codes == _CURVE)[::2]  # a curve has two points: the one that it bends to, and its end
    beginnings = moves[np.searchsorted(moves, closings) - 1]
    straight = np.stack(
        [points[np.concatenate([lines, closings]) - 1], points[np.concatenate([lines, beginnings])]], axis=1
    )
    along = (np.arange(_STEPS + 1) / _STEPS)[:, None]
    before, bend, end = (points[bends + offset][:, None] for offset in (-1, 0, 1))
    curve = (1 - along) * (1 - along) * before + 2 * along * (1 - along) * bend + along * along * end
    pieces = np.stack([curve[:, :-1], curve[:, 1:]], axis=2).reshape(-1, 2, 2)
    return np.concatenate([straight, pieces])


@functools.lru_cache(maxsize=8)
def _alphabet(characters: str) -> list[np.ndarray]:
    """The lines of each character in each font, in pixels around the origin, y pointing down as in an image."""
    found = []
    for character in characters:
        for font in FONTS:
            outlines = _outlines(font)
            lines = _straightened(*outlines[character])
            lowest, highest = lines.min(axis=(0, 1)), lines.max(axis=(0, 1))
            width, height = highest - lowest
            scale = min(CAPITAL / outlines["H"][0][:, 1].max(), WIDEST / width, TALLEST / height)
            found.append((lines - (lowest + highest) / 2) * (scale * np.array([1, -1])))
    return found


def _several(pieces: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, int]:
    """The lines of several images one after another, the number of the image that each belongs to, and how many."""
    owners = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    return np.concatenate(pieces), owners, len(pieces)


def _letters(characters: str, chosen: np.ndarray, turns: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """The letters' ink (n, 28, 28) in [0, 1], each turned (the tangent of half the angle) and shifted (pixels)."""
    alphabet = _alphabet(characters)
    lines, owners, count = _several([alphabet[each] for each in chosen])
    cosine, sine = (1 - turns * turns) / (1 + turns * turns), 2 * turns / (1 + turns * turns)
    x, y = lines[..., 0], lines[..., 1]
    cosine, sine = cosine[owners, None], sine[owners, None]
    turned = np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=-1)
    firsts = np.searchsorted(owners, np.arange(count))
    lowest, highest = np.minimum.reduceat(turned.min(axis=1), firsts), np.maximum.reduceat(turned.max(axis=1), firsts)
    room = (SIZE - (highest - lowest)) / 2
    middle = SIZE / 2 - (lowest + highest) / 2 + np.clip(shifts, -room, room)
    return _fill(turned + middle[owners, None], owners, count)


def _strokes(count: int, strokes: int, generator: np.random.Generator) -> list[np.ndarray]:
    """The four sides of each image's pen strokes, lines (m, 2, 2): from a point of the image to another one."""
    ends = 1 + (SIZE - 2) * generator.random((count, strokes, 2, 2))
    widths = 0.7 + 0.7 * generator.random((count, strokes, 1))
    drawn = np.arange(strokes) < generator.integers(strokes + 1, size=(count, 1))
    along = ends[:, :, 1] - ends[:, :, 0]
    length = np.sqrt(along[..., :1] * along[..., :1] + along[..., 1:] * along[..., 1:])
    drawn &= length[..., 0] > CAPITAL / 3  # else a dot
    aside = np.stack([-along[..., 1], along[..., 0]], axis=-1) * (widths / (2 * np.maximum(length, 1)))
    left, right = ends + aside[:, :, None], ends - aside[:, :, None]
    corners = np.stack([left[:, :, 0], left[:, :, 1], right[:, :, 1], right[:, :, 0]], axis=2)
    sides = np.stack([corners, np.roll(corners, -1, axis=2)], axis=3)
    return [own[present].reshape(-1, 2, 2) for own, present in zip(sides, drawn, strict=True)]


def _fill(lines: np.ndarray, owners: np.ndarray, count: int) -> np.ndarray:
    """The share of each pixel (count, 28, 28) that lies inside the closed outlines, lines in pixels (m, 2, 2).

    Along each scan line an outline is entered and left where its lines cross it. What a crossing adds to its pixel and
    to the one right of it makes, summed from the left, the share that is covered; all in whole numbers.
    """
    units = np.rint(_UNIT * lines).astype(np.int64)
    (x, y), (to_x, to_y) = units[:, 0].T, units[:, 1].T
    gap = _UNIT // _ROWS  # scan line k lies at (k + 1/2) gap
    first, last = (-((gap // 2 - edge(y, to_y)) // gap) for edge in (np.minimum, np.maximum))
    line = np.repeat(np.arange(len(units)), last - first)
    scan = np.arange(len(line)) - np.repeat(np.cumsum(last - first) - last, last - first)
    line, scan = line[inside := (scan >= 0) & (scan < _ROWS * SIZE)], scan[inside]
    crossing = x[line] + (gap * scan + gap // 2 - y[line]) * (to_x - x)[line] // (to_y - y)[line]
    crossing = np.clip(crossing, 0, _UNIT * SIZE)
    direction = np.sign(to_y - y)[line]
    cell = (owners[line] * SIZE + scan // _ROWS) * (SIZE + 2) + crossing // _UNIT
    beyond = direction * (crossing % _UNIT)
    cells = count * SIZE * (SIZE + 2)
    change = np.bincount(cell, direction * _UNIT - beyond, cells) + np.bincount(cell + 1, beyond, cells)
    covered = np.abs(np.cumsum(change.reshape(count, SIZE, SIZE + 2), axis=2)[:, :, :SIZE])
    return np.minimum(covered / (_UNIT * _ROWS), 1)
