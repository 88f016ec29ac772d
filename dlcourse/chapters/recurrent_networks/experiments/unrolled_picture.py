"""The picture of a network unrolled over a name: a column a letter, and below the gradient of W_h as a running sum."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.arrays import Array
from dlcourse.chapters.recurrent_networks.experiments.names_network import HIDDEN, LONGEST
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

STATE, GRADIENT = tints.between(style.BLUE, style.GREEN, 0.55), tints.between(style.PURPLE, style.ORANGE, 0.65)
STATES, LETTERS, GRADIENTS, TERMS, BOTTOM = 0.9, 3.5, 5.1, 8.1, 10.2  # heights of the rows in cells, downwards
WIDE, TILE = 0.8, 0.42  # widths of a state's cell and of a matrix entry; columns are 1 wide
LEAST = 6.2  # points: the smallest writing
NUMBER = 3.4  # sizes of a letter that a number takes side by side
FEWEST = 4  # letters that the columns leave room for
MATRICES = (0.0, 2.9, 5.8)  # where the three matrices of the sum stand
COLUMNS = np.arange(LONGEST + 1.0)


class Tiles:
    """Cells on a tint that is fullest at a given number. Each is hidden, empty, or has its number in it."""

    def __init__(self, ax: Axes, corners: Sequence[tuple[float, float]], width: float, colours: Any) -> None:
        self.cells = [Rectangle(corner, width, 1, edgecolor=style.GREY, linewidth=0.8, zorder=1) for corner in corners]
        for cell in self.cells:
            ax.add_patch(cell)
        middle = {"ha": "center", "va": "center_baseline", "color": style.BLACK, "zorder": 3}
        self.texts = [ax.text(x + width / 2, y + 0.5, "", middle) for x, y in corners]
        self.colours = colours
        self.moving: list[Artist] = [*self.cells, *self.texts]
        self._shown: list[Any] = [None] * len(corners)

    def show(self, numbers: Array, known: Array, largest: float, size: float) -> None:
        """``numbers`` and ``known`` (cells,): 0 where a cell is hidden, 1 where empty. ``size`` 0 writes none."""
        faces = self.colours((np.clip(numbers / (largest or 1.0), -1, 1) + 1) / 2)
        for place, (number, is_known) in enumerate(zip(numbers, known, strict=True)):
            key = (*faces[place], number, is_known, size)
            if key == self._shown[place]:
                continue  # what does not change is not written anew
            self._shown[place] = key
            self.cells[place].set(visible=bool(is_known), facecolor=faces[place] if is_known == 2 else "none")
            text = self.texts[place]
            text.set_text(("0" if number == 0 else fixed(number)) if is_known == 2 and size else "")
            text.set_fontsize(size or LEAST)


class UnrolledPicture:
    """Above the states, the letters, the gradients and the terms by steps; below this step in words, and the sum."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["steps", "steps"], ["words", "sum"]], height_ratios=(2.5, 1.0))
        self.axes: dict[str, Axes] = dict(axes)
        label(axes["steps"], "The network, unrolled", "", "")
        for ax in axes.values():
            ax.set_axis_off()
        self._draw_steps(axes["steps"])
        self._draw_words(axes["words"])
        self._draw_sum(axes["sum"])
        tiles = (self.states, self.gradients, self.terms, self.sums)
        self.moving: list[Artist] = [artist for each in tiles for artist in each.moving]
        self.moving += [*self.letters, *self.forward, *self.backward, self.here, self.title, self.lines, *self.names]
        for artist in self.moving:
            artist.set_in_layout(False)
        self.output = readout(axes["steps"])
        self.moving.append(self.output)
        self.update(values)

    def _draw_steps(self, ax: Axes) -> None:
        ax.set(ylim=(BOTTOM, 0))
        grey: dict[str, Any] = {"fontsize": SMALL, "color": style.GREY, "va": "bottom"}
        for height, name in (
            (STATES, r"state $h_t$; each arrow is the same $W_h$"),
            (GRADIENTS, r"$\partial L/\partial h_t$"),
            (TERMS, r"term of $\partial L/\partial W_h$"),
        ):
            ax.text(0.0, height - 0.15, name, grey, transform=ax.get_yaxis_transform())
        pairs = [(t - WIDE / 2, unit) for t in COLUMNS for unit in range(HIDDEN)]
        self.states = Tiles(ax, [(x, STATES + unit) for x, unit in pairs], WIDE, STATE)
        self.gradients = Tiles(ax, [(x, GRADIENTS + unit) for x, unit in pairs], WIDE, GRADIENT)
        corners = [
            (t + (column - 1) * TILE, TERMS + row) for t in COLUMNS[1:] for row in range(2) for column in range(2)
        ]
        self.terms = Tiles(ax, corners, TILE, GRADIENT)
        bold: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": style.BLACK, "fontweight": "bold"}
        self.letters = [ax.text(t, LETTERS, "", bold, fontsize=12) for t in COLUMNS[1:]]
        self.forward = [self._arrow(ax, t - 0.9 + WIDE / 2, STATES + 1, ">", style.BLACK) for t in COLUMNS[1:]]
        self.backward = [self._arrow(ax, t - 0.9 + WIDE / 2, GRADIENTS + 1, "<", style.ORANGE) for t in COLUMNS[1:]]
        self.here = Rectangle(
            (0, 0), 0.94, 1, fill=False, edgecolor=style.YELLOW, linewidth=2.5, zorder=5, clip_on=False
        )
        ax.add_patch(self.here)

    @staticmethod
    def _arrow(ax: Axes, x: float, y: float, head: str, colour: str) -> Artist:
        """A head in the gap between two columns."""
        (drawn,) = ax.plot([x], [y], head, color=colour, markersize=6, zorder=4)
        return drawn

    def _draw_words(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        top: dict[str, Any] = {"va": "top", "color": style.BLACK}
        self.title = ax.text(0, 1.0, "", top, fontsize=12, fontweight="bold")
        self.lines = ax.text(0, 0.76, "", top, fontsize=SMALL, linespacing=1.6)

    def _draw_sum(self, ax: Axes) -> None:
        ax.set(xlim=(-0.1, MATRICES[-1] + 2.1), ylim=(2.1, -0.8), aspect="equal", anchor="NW")
        corners = [(start + column, row) for start in MATRICES for row in range(2) for column in range(2)]
        self.sums = Tiles(ax, corners, 1.0, GRADIENT)
        for start, sign in zip(MATRICES[1:], "+=", strict=True):
            ax.text(start - 0.45, 1.0, sign, fontsize=14, ha="center", va="center", color=style.BLACK)
        self.names = [ax.text(start, -0.15, "", fontsize=SMALL, color=style.GREY, va="bottom") for start in MATRICES]

    def update(self, values: Values) -> None:
        """Shows what the steps so far have computed."""
        letters, read, added, is_known = values["word"], values["read"], values["added"], values["loss_known"]
        steps = len(letters)
        here = steps >= COLUMNS
        self.axes["steps"].set_xlim(-0.5, max(steps, FEWEST) + 0.5)
        sizes = self._sizes(max(steps, FEWEST) + 1)
        first = steps - added if is_known else steps + 1  # from this state on the gradient is there
        state_known = np.where(here, np.where(read >= COLUMNS, 2, 1), 0)
        gradient_known = np.where(here, np.where(first <= COLUMNS, 2, 1), 0)
        term_known = np.where(here[1:], np.where(COLUMNS[1:] > steps - added, 2, 1), 0)
        self._fill(self.states, values["states"], state_known, 1.0, sizes[0])
        self._fill(self.gradients, values["by_states"], gradient_known, np.abs(values["by_states"]).max(), sizes[0])
        largest = max(np.abs(values["terms"]).max(), np.abs(values["sums"]).max())
        self._fill(self.terms, values["terms"], term_known, largest, sizes[1])
        parts = np.stack([values["sums"][max(added - 1, 0)], values["term"], values["sums"][added]])
        self.sums.show(parts.ravel(), np.full(12, 2 if added else 1), largest, sizes[2])
        for t, (letter, ahead, back) in enumerate(zip(self.letters, self.forward, self.backward, strict=True), start=1):
            letter.set_text(letters[t - 1] if t <= steps else "")
            letter.set_color(style.BLACK if t <= read else style.GREY)
            ahead.set_visible(t <= read)
            back.set_visible(bool(steps - added < t <= steps))
        self._frame(read if not is_known else steps - added + 1 if added else 0, STATES if not is_known else GRADIENTS)
        self.output.set_text(values["output"])
        self.title.set_text(values["title"])
        self.lines.set_text("\n".join(values["lines"]))
        for text, name in zip(self.names, values["names"], strict=True):
            text.set_text(name)

    def _frame(self, step: int, top: float) -> None:
        """Round the column where the reader stands: state and letter, or gradient and term."""
        self.here.set_visible(step > 0)
        self.here.set_bounds(step - 0.47, top - 0.12, 0.94, (LETTERS + 0.6 if top == STATES else BOTTOM) - top + 0.1)

    @staticmethod
    def _fill(tiles: Tiles, numbers: Array, known: Array, largest: float, size: float) -> None:
        """``numbers`` (steps, ...) from the first column on; ``known`` (columns,) for all cells of a column."""
        each = len(tiles.cells) // len(known)
        padded = np.zeros((len(known), each))
        padded[: len(numbers)] = numbers.reshape(len(numbers), each)
        tiles.show(padded.ravel(), np.repeat(known, each), float(largest), size)

    def _sizes(self, columns: int) -> tuple[float, float, float]:
        """Points of the numbers in states, terms and sums; 0 where a cell is too narrow for any."""
        steps, sums = (self.axes[name].get_window_extent().width for name in ("steps", "sum"))
        pixels: Any = self.axes["steps"].figure
        points = 72 / pixels.dpi
        rooms = (WIDE * steps / columns, TILE * steps / columns, sums / (MATRICES[-1] + 2.2))
        sizes = [min(SMALL, round(2 * room * points / NUMBER) / 2) for room in rooms]
        return tuple(size if size >= LEAST else 0.0 for size in sizes)  # type: ignore[return-value]
