"""A drawing that the reader makes in the picture with the mouse, a finger, a pen or the arrow keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from dlcourse import drawings
from dlcourse.drawings import LAST, Strokes
from dlcourse.errors import CourseError
from dlcourse.plots import style

PEN = 8  # units: the width of a line on the sheet
RIM = PEN / 2  # units around the points, so that no line is cut
COLOUR = style.BLACK


@dataclass(frozen=True, eq=False)
class Drawing:
    """A sheet in the picture that the reader draws on, and a menu of ready drawings, with Undo and Clear.

    ``axes`` names the axes of the picture that are the sheet: `sheet` prepares them. ``ready`` are drawings by the
    names that the menu shows; ``value`` is the start, one of these names or a drawing as text, empty for a blank sheet.
    At most ``strokes`` strokes with ``points`` points together: what goes beyond is refused in words.
    ``compute`` receives a tuple of strokes, each a tuple of points (x, y) in whole numbers from 0 to 99, y downwards.
    """

    name: str
    label: str
    axes: str
    ready: Mapping[str, Any]
    value: str = ""
    strokes: int = 12
    points: int = 400

    def __post_init__(self) -> None:
        if not self.ready:
            raise ValueError(f"Drawing {self.name!r}: its menu needs a ready drawing, for readers who cannot draw.")
        if self.strokes < 1 or self.points < 2:
            raise ValueError(f"Drawing {self.name!r}: has room for at least one stroke and two points.")
        try:
            for drawing in (*self.ready.values(), self.value):
                self.check(drawing)
        except CourseError as error:
            raise ValueError(f"Drawing {self.name!r}: a ready one, or its value, is refused. {error}") from None

    @property
    def default(self) -> Strokes:
        """The drawing at the start and after Reset."""
        return self.check(self.value)

    def check(self, value: object) -> Strokes:
        """``value``, strokes, a ready name or text, as strokes. CourseError: no drawing, or more than there is room."""
        strokes = drawings.strokes_of(self.ready[value] if isinstance(value, str) and value in self.ready else value)
        points = sum(len(stroke) for stroke in strokes)
        more = "Undo takes back the last stroke, Clear all of them."
        if len(strokes) > self.strokes:
            raise CourseError(f"{self.label}: there is room for {self.strokes} strokes, and this is one more. {more}")
        if points > self.points:
            raise CourseError(
                f"{self.label}: there is room for {self.points} points, and here the lines ran out of it. {more}"
            )
        return strokes

    def place(self, strokes: Strokes) -> int:
        """Where ``strokes`` stand in the menu; one further than the last where the reader has drawn them."""
        ready = [self.check(drawing) for drawing in self.ready.values()]
        return ready.index(strokes) if strokes in ready else len(ready)

    def changed(self, strokes: Strokes, sent: Any) -> Strokes:
        """``strokes`` after what the page sent: a place of the menu, "undo", "clear", or a line.

        A line is [whether it goes on, x, y, x, y, ...]: one that is being drawn comes again and again, and takes the
        place of the last stroke if that begins where it does. Else its beginning had no room, or was taken back.
        CourseError: there is no room for it. ValueError or IndexError: nonsense.
        """
        if isinstance(sent, list):
            goes_on, *numbers = sent
            line = tuple(zip(numbers[::2], numbers[1::2], strict=True))
            replaces = goes_on and strokes and strokes[-1][:1] == line[:1]
            return self.check((*(strokes[:-1] if replaces else strokes), line))
        if sent in ("undo", "clear"):
            return strokes[:-1] if sent == "undo" else ()
        place = int(sent)
        if not 0 <= place < len(self.ready):
            raise IndexError(f"{self.name} has no ready drawing {place}.")
        return self.check(list(self.ready.values())[place])

    def write(self, value: Strokes) -> str:
        """The name of a ready drawing, or the text that ``value`` is written down in, in quotes."""
        place = self.place(value)
        return repr([*self.ready, drawings.written(value)][place])

    def ends(self) -> list[Strokes]:
        """A blank sheet, a dot in a corner, the last ready one, and as much as there is room for, from rim to rim."""
        room = self.points // self.strokes
        lines = range(self.strokes)
        full = [[(LAST * (k % 2), (7 * (k + line)) % (LAST + 1)) for k in range(room)] for line in lines]
        ready = list(self.ready.values())[-1]
        return [(), self.check([[(LAST, LAST)]]), self.check(ready), self.check(full)]

    def random(self, generator: np.random.Generator) -> Strokes:
        """A few strokes anywhere."""
        count = int(generator.integers(1, min(self.strokes, 3), endpoint=True))
        return self.check(
            [generator.integers(LAST, size=(min(10, self.points // count), 2)).tolist() for _ in range(count)]
        )


def sheet(ax: Axes) -> LineCollection:
    """Makes ``ax`` a sheet to draw on, square, with a frame; returns the artist whose lines `show` sets."""
    ax.set(xlim=(-RIM, LAST + RIM), ylim=(LAST + RIM, -RIM), aspect="equal", anchor="NW", xticks=[], yticks=[])
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set(visible=True, color=style.GREY)
    lines = LineCollection([], colors=COLOUR, capstyle="round", zorder=2)
    ax.add_collection(lines, autolim=False)
    return lines


def show(lines: LineCollection, drawn: NDArray[np.float64]) -> None:
    """Gives ``lines`` of a sheet, as wide as the present panel needs them, the lines ``drawn`` (m, 2, 2)."""
    ax, visible = lines.axes, drawn.copy()
    assert ax is not None
    dots = (drawn[:, 0] == drawn[:, 1]).all(axis=1)
    visible[dots, 1, 0] += 0.5  # a line of no length is painted nowhere
    (left, _), (right, _) = ax.transData.transform([(0, 0), (PEN, 0)])
    lines.set(segments=list(visible), linewidths=(right - left) * 72 / ax.figure.dpi)


def corners(ax: Axes) -> list[float]:
    """Where a sheet's points (0, 0) and (99, 99) are seen: x, y, x, y in fractions of the picture from upper left."""
    whole = ax.figure.bbox
    seen = ax.transData.transform([(0, 0), (LAST, LAST)]) / (whole.width, whole.height)
    return [round(float(number), 5) for x, y in seen for number in (x, 1 - y)]
