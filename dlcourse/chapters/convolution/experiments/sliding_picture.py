"""The picture of the sliding window: channels with their kernels and sums on the left, the output on the right."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.tints import between
from dlcourse.numerals import fixed
from dlcourse.plots import style

KERNEL = 3
CHANNELS = ("red", "green", "blue")
COLOURS = (style.ORANGE, style.GREEN, style.BLUE)
LARGEST = 9.0  # of the inputs: the fullest tint
STRENGTH = 0.5  # of the fullest tint
MOST_CELLS, MOST_COLOURED = 64, 36  # of an input of one channel, and of one of three; padding included
MOST_OUTPUTS = 6  # rows and columns
GAP = 0.7  # between two channels, in cells
SUM_WIDTH = 11.0  # of a written sum, in cells of the narrowest page


NOTHING = np.zeros((0, 0))
Place = tuple[float, float]


def lattice(corner: tuple[float, float], rows: int, columns: int) -> Array:
    """The lines between and around ``rows`` x ``columns`` cells of side 1: x and y, a nan after each line."""
    x, y = corner
    lines = [[(x, y + k), (x + columns, y + k), (np.nan, np.nan)] for k in range(rows + 1)]
    lines += [[(x + k, y), (x + k, y + rows), (np.nan, np.nan)] for k in range(columns + 1)]
    return np.array(lines).reshape(-1, 2).T


class Cells:
    """Numbers in cells of side 1, at most ``most``, on a tint: of ``colour`` where above 0, blue where below."""

    def __init__(self, ax: Axes, most: int, colour: str = style.GREY) -> None:
        (self.lines,) = ax.plot([], [], color=style.GREY, linewidth=1, clip_on=False, zorder=2)
        how: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALL, "zorder": 3}
        self.texts = [ax.text(0, 0, "", color=style.BLACK, **how) for _ in range(most)]
        shades = between(style.BLUE, colour, STRENGTH)
        self.tint = ax.imshow(np.zeros((1, 1)), cmap=shades, vmin=-1, vmax=1, interpolation="nearest", zorder=1)
        self.moving: list[Artist] = [self.tint, self.lines, *self.texts]
        self._shown: tuple[Any, ...] = ()

    def show(
        self, corner: tuple[float, float], numbers: Array, largest: float, *, known: int = 64, rim: int = 0
    ) -> None:
        """``numbers`` (rows, columns) from ``corner`` on, only the first ``known``; those of the ``rim`` are grey.

        The tint is fullest at ``largest``.
        """
        key = (corner, numbers.shape, numbers.tobytes(), largest, known, rim)
        if key == self._shown:
            return  # what does not change is not written anew
        self._shown = key
        rows, columns = numbers.shape
        x, y = corner
        self.lines.set_data(*lattice(corner, rows, columns))
        self.tint.set_visible(numbers.size > 0)
        if numbers.size:
            self.tint.set(data=np.clip(numbers / largest, -1, 1), extent=(x, x + columns, y + rows, y))
        for place, text in enumerate(self.texts):
            is_shown = place < min(numbers.size, known)
            row, column = divmod(place, max(columns, 1))
            inside = rim <= row < rows - rim and rim <= column < columns - rim
            text.set_text(fixed(numbers[row, column], 0) if is_shown else "")
            middle, colour = (x + column + 0.5, y + row + 0.5), style.BLACK if inside else style.GREY
            if (text.get_position(), text.get_color()) != (middle, colour):
                text.set(position=middle, color=colour)


class SlideTheWindowPicture:
    """Left each channel with the window on it, its kernel and its sum, right the output so far."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.4, 1.0))
        self.axes = {"input": left, "output": right}
        for ax, title in ((left, "Input and kernel"), (right, "Output")):
            label(ax, title, "", "").set_axis_off()
        self.grey = Cells(left, MOST_CELLS)
        self.coloured = [Cells(left, MOST_COLOURED, colour) for colour in COLOURS]
        self.kernels = [Cells(left, KERNEL**2) for _ in CHANNELS]
        self.output = Cells(right, MOST_OUTPUTS**2)
        how: dict[str, Any] = {"fontsize": SMALL, "color": style.BLACK, "va": "top", "linespacing": 1.25}
        self.sums = [left.text(0, 0, "", **how) for _ in CHANNELS]
        self.windows = [self._frame(left, KERNEL) for _ in CHANNELS]
        self.place = self._frame(right, 1)
        right.set(xlim=(-0.1, MOST_OUTPUTS + 0.1), ylim=(MOST_OUTPUTS + 0.1, -0.1), aspect="equal", anchor="NW")
        left.set(aspect="equal", anchor="NW")
        self.numbers = readout(left), readout(right)
        groups = (self.grey, *self.coloured, *self.kernels, self.output)
        self.moving: list[Artist] = [artist for group in groups for artist in group.moving]
        self.moving += [*self.sums, *self.windows, self.place, *self.numbers]
        self.update(values)

    @staticmethod
    def _frame(ax: Axes, side: int) -> Rectangle:
        frame = Rectangle((0, 0), side, side, fill=False, edgecolor=style.BLACK, linewidth=3, zorder=4)
        frame.set_clip_on(False)
        ax.add_patch(frame)
        return frame

    def update(self, values: Values) -> None:
        """Moves the window, writes its sum, and fills the output so far."""
        if len(values["padded"]) == 1:
            self._show_alone(values)
        else:
            self._show_three(values)
        done, output = values["done"], values["output"]
        self.output.show((0, 0), output, values["largest"], known=done)
        self.place.set_visible(done > 0)
        if done:
            row, column = divmod(done - 1, output.shape[1])
            self.place.set_xy((column, row))
        self._write_numbers(values)

    def _show_alone(self, values: Values) -> None:
        """One channel, which stays where it is when padding comes; its sum stands below it."""
        side = values["padded"].shape[1]
        corner = 1.0 - values["padding"]
        full = side + 2 * corner
        self.axes["input"].set(xlim=(-0.1, full + 5), ylim=(full + 3.2, -0.1))
        self.grey.show((corner, corner), values["padded"][0], LARGEST, rim=values["padding"])
        for cells in self.coloured:
            cells.show((0, 0), NOTHING, LARGEST)
        self._show_kernel(values, 0, (full + 1, 1.0), (1.0, full + 0.5), (corner, corner))
        for channel in (1, 2):
            self._hide_kernel(channel)

    def _show_three(self, values: Values) -> None:
        """Three channels below each other, each with its kernel and its sum to the right of it."""
        side = values["padded"].shape[1]
        self.axes["input"].set(xlim=(-0.1, side + 5 + SUM_WIDTH), ylim=(3 * side + 2 * GAP + 0.1, -0.1))
        self.grey.show((0, 0), NOTHING, LARGEST)
        for channel, cells in enumerate(self.coloured):
            top = channel * (side + GAP)
            cells.show((0, top), values["padded"][channel], LARGEST, rim=values["padding"])
            self._show_kernel(values, channel, (side + 1, top), (side + 5, top), (0, top))

    def _show_kernel(self, values: Values, channel: int, kernel: Place, words: Place, corner: Place) -> None:
        """A kernel and the sum where they stand, and the window on the channel whose upper left corner is given."""
        self.kernels[channel].show(kernel, values["kernel"][channel], KERNEL)
        frame, text, is_read = self.windows[channel], self.sums[channel], values["done"] > 0
        text.set_position(words)
        text.set_text("")
        frame.set_visible(is_read)
        if is_read:
            text.set_text(_written(values["read"][channel], values["kernel"][channel], values["sums"][channel]))
            row, column = values["corner"]
            frame.set_xy((corner[0] + column, corner[1] + row))

    def _hide_kernel(self, channel: int) -> None:
        self.kernels[channel].show((0, 0), NOTHING, LARGEST)
        self.windows[channel].set_visible(False)
        self.sums[channel].set_text("")

    def _write_numbers(self, values: Values) -> None:
        sums, done, total = values["sums"], values["done"], values["output"].size
        self.numbers[0].set_text(f"window {done} of {total}")
        told = ""
        if done:
            parts = " + ".join(_in_brackets(part) for part in sums)
            told = f"{parts} = {fixed(sums.sum(), 0)}" if len(sums) > 1 else f"the last sum: {fixed(sums[0], 0)}"
        self.numbers[1].set_text(told)


def _in_brackets(number: float) -> str:
    """A number behind another sign."""
    return f"({fixed(number, 0)})" if number < 0 else fixed(number, 0)


def _written(read: Array, kernel: Array, total: float) -> str:
    """The sum of the products, a line for each row of the window."""
    rows = [
        " + ".join(f"{fixed(x, 0)}·{_in_brackets(w)}" for x, w in zip(*pair, strict=True))
        for pair in zip(read, kernel, strict=True)
    ]
    return "\n+ ".join(rows) + f"\n= {fixed(total, 0)}"
