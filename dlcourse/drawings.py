"""Drawings: what a pen passed, the images of 28 × 28 pixels that it makes as in MNIST, and ten digits to begin with.

A drawing is a tuple of strokes, a stroke a tuple of points (x, y): whole numbers from 0 to 99, y downwards. Written
down, a point is four digits and a blank stands between two strokes: "20305060 7080" is a line and a dot.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse import validation
from dlcourse.errors import CourseError

Strokes = tuple[tuple[tuple[int, int], ...], ...]

LAST = 99  # the largest x and y
SIZE, BOX = 28, 20  # pixels of an image's side, and of the square that a digit is scaled into
PEN = 2.6  # pixels: the width of a line; of the inked pixels of the READY digits as many are gray as of MNIST's
_MIDDLE = 14.5  # pixels from the left and upper rim, the middle of pixel 14: where MNIST has the centre of mass
_SMALLEST = 8.0  # units: what is smaller is a dot, and not made as large as a digit
_STATE = re.compile(r"\s*[\w.]+\((?:.*[(\s,])?drawing=(['\"])(?P<drawing>[^'\"]*)\1.*\)\s*", re.DOTALL)
_SHOWN = 40  # characters of a refused text


def rasterize(drawing: Any, width: float = PEN) -> NDArray[np.float32]:
    """The image (28, 28), float32 in [0, 1], ink 1 on paper 0, of a drawing in any form that `strokes_of` knows.

    As MNIST's images were made (LeCun et al. 1998): scaled with its proportions kept into a square of 20 × 20 pixels,
    lines and their soft rims included, and moved so that the centre of mass lies in the middle of pixel (14, 14), as
    far as nothing is cut off. Lines are ``width`` pixels wide, whatever the drawing's size was: a pixel's gray value
    falls from 1 to 0 as its middle gets from half a pixel within the line's edge to half a pixel beyond it. Without
    strokes the image is 0. Raises CourseError as `strokes_of`, ValueError unless the width lies between 1 and 8.
    """
    strokes = strokes_of(drawing)
    if not 1 <= validation.check_number(width, "width") <= 8:
        raise ValueError(f"width: expected a pen of 1 to 8 pixels, received {width}.")
    if not strokes:
        return np.zeros((SIZE, SIZE), np.float32)
    lines = lines_of(strokes)
    lowest, highest = lines.min(axis=(0, 1)), lines.max(axis=(0, 1))
    scale = (BOX - 1 - width) / max(*(highest - lowest), _SMALLEST)
    lines = (lines - (lowest + highest) / 2) * scale + _MIDDLE
    ink = _ink(lines, width)
    places = np.arange(SIZE) + 0.5
    centre = np.array([(ink.sum(axis=0) * places).sum(), (ink.sum(axis=1) * places).sum()]) / ink.sum()
    room = (width + 1) / 2 - lines.min(axis=(0, 1)), SIZE - (width + 1) / 2 - lines.max(axis=(0, 1))
    return _ink(lines + np.clip(_MIDDLE - centre, *room), width).astype(np.float32)


def strokes_of(drawing: Any) -> Strokes:
    """The strokes of a drawing given as strokes, as the text that they are written down in, or by a name in READY.

    A whole state such as ``draw_a_digit(drawing='20305060', ...)`` is read, too. Raises CourseError for anything else.
    """
    if isinstance(drawing, str):
        state = _STATE.fullmatch(drawing)
        text = (state["drawing"] if state else drawing).strip()
        return READY[text] if text in READY else _read(text)
    try:
        return tuple(tuple(_point(x, y) for x, y in stroke) or _no_stroke() for stroke in drawing)
    except (TypeError, ValueError):
        raise CourseError(
            "A drawing is a list of strokes, a stroke a list of points [x, y], such as [[[20, 30], [50, 60]]]. "
            f"This is none: {str(drawing)[:_SHOWN]}"
        ) from None


def written(strokes: Strokes) -> str:
    """``strokes`` as text: four digits a point, a blank between two strokes."""
    return " ".join("".join(f"{x:02d}{y:02d}" for x, y in stroke) for stroke in strokes)


def lines_of(strokes: Strokes) -> NDArray[np.float64]:
    """The straight lines (m, 2, 2) of ``strokes``, from (x, y) to (x, y); a dot is a line of no length."""
    pieces = [np.empty((0, 2, 2))]
    for stroke in strokes:
        points = np.array(stroke if len(stroke) > 1 else 2 * stroke, dtype=np.float64)
        pieces.append(np.stack([points[:-1], points[1:]], axis=1))
    return np.concatenate(pieces)


def _read(text: str) -> Strokes:
    for stroke in text.split():
        if not re.fullmatch("(?:[0-9]{4})+", stroke):
            raise CourseError(
                "A drawing is written with four digits a point, two for x and two for y, and a blank between strokes, "
                f"such as '20305060 7080'. {stroke[:_SHOWN]!r} is no such stroke; was a part of it lost in copying?"
            )
    points = [[stroke[start : start + 4] for start in range(0, len(stroke), 4)] for stroke in text.split()]
    return tuple(tuple((int(point[:2]), int(point[2:])) for point in stroke) for stroke in points)


def _point(x: Any, y: Any) -> tuple[int, int]:
    for value in (x, y):
        if isinstance(value, str | bool) or value != round(value) or not 0 <= value <= LAST:
            raise CourseError(f"x and y of a point are whole numbers from 0 to {LAST}, but {value!r} is not.")
    return int(x), int(y)


def _no_stroke() -> tuple[tuple[int, int], ...]:
    raise CourseError("A stroke has at least one point, but one of this drawing has none.")


def _ink(lines: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """The gray values (28, 28) of lines (m, 2, 2) in pixels, from the distance of each pixel to the nearest line."""
    places = np.arange(SIZE) + 0.5
    start, along = lines[:, 0, :, None, None], (lines[:, 1] - lines[:, 0])[:, :, None, None]
    x, y = places[None, None, :] - start[:, 0], places[None, :, None] - start[:, 1]
    square = np.maximum((along * along).sum(axis=1), 1e-12)
    share = np.clip((x * along[:, 0] + y * along[:, 1]) / square, 0, 1)
    distance = np.hypot(x - share * along[:, 0], y - share * along[:, 1]).min(axis=0)
    return np.clip((width + 1) / 2 - distance, 0, 1)


# Drawn by hand.
READY: dict[str, Strokes] = {
    "0": _read(
        "5814471242143817342330302739264727622969337737824185468851885686618365796972716573587243703367256420"
        "59165413481345143919"
    ),
    "1": _read("402652134888"),
    "2": _read("2930322235184114481355136117662267286637594849612884428258847483"),
    "3": _read("30203914461255136219642264266331613655424446564963536860706868746579598453874787408635842979"),
    "4": _read("36142844275546567453 623458685790"),
    "5": _read("3415303930433244414051405742634666516857696467726477598353864688418837872982 34156612"),
    "6": _read("6012472438383252306130683174358040854688518856866182657766716464616055574956435839613367"),
    "7": _read("2718721552634588"),
    "8": _read(
        "6422561450134613411638193523362940366154676169676970677565796083528844873884348031733268346238575741"
        "633466286422"
    ),
    "9": _read("662658165314471442153719342432313338374543485049574662416732662665535888"),
}
