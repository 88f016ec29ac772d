"""The picture of a network that reads a name: gates and memory of a few units, and its opinion, letter by letter."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.lstm_and_gru.name_network import LANGUAGES, LONGEST
from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

UNITS = 5  # that are shown
ROWS = 5  # of each: one for its name, then i, f, o and c
FULL = 2.0  # the cell state of the fullest colour
NUMBERS_ROOM = 0.18  # of the panel's width: for the probabilities beside the columns
SHADES = tuple(tints.onto(color) for color in (style.GREEN, style.ORANGE, style.BLACK))  # i, f and o
SIGNED, INK = tints.between(style.YELLOW, style.BLUE), tints.onto(style.BLACK)
KEY = "full: open; c: blue +, yellow −"
BLANK = np.zeros((2, 2, 4), np.uint8)


class ReadingPicture:
    """Left the gates and the cell state of five units, a column a letter; right how probable each language is."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["units", "opinion"]])
        self.axes: dict[str, Axes] = dict(axes)
        label(axes["units"], "The five units that argue most", "", "")
        label(axes["opinion"], "Opinion after each letter", "", "")
        rows = [unit * ROWS + row for unit in range(UNITS) for row in range(1, ROWS)]
        axes["units"].set_yticks(rows, ["i", "f", "o", "c"] * UNITS, fontsize=8)
        axes["opinion"].set_yticks(range(len(LANGUAGES)), LANGUAGES)
        self.images = [ax.imshow(BLANK, aspect="auto", interpolation="nearest") for ax in axes.values()]
        for ax, height in zip(axes.values(), (UNITS * ROWS, len(LANGUAGES)), strict=True):
            ax.set(xlim=(0, 1), ylim=(height - 0.5, -0.5))  # the same for all names: only then little is drawn anew
            ax.grid(visible=False)
            ax.set_xticks([])
            ax.tick_params(length=0)
            ax.set_xlabel(KEY if ax is axes["units"] else " ", fontsize=SMALL, labelpad=22)  # below the letters
        self.frames = [_frame(ax) for ax in axes.values()]
        self.letters = [[_letter(ax) for _ in range(LONGEST)] for ax in axes.values()]
        self.titles = [axes["units"].text(0.005, unit * ROWS, "", fontsize=SMALL, va="center") for unit in range(UNITS)]
        self.shares = [_share(axes["opinion"], row) for row in range(len(LANGUAGES))]
        self.numbers = [readout(ax) for ax in axes.values()]
        self.moving: list[Artist] = [*self.images, *self.frames, *self.titles, *self.shares, *self.numbers]
        self.moving += [text for texts in self.letters for text in texts]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the reading up to the letter where it stands."""
        name, read = values["name"], len(values["read"])
        probabilities = values["probabilities"]
        opinion = np.zeros((len(LANGUAGES), len(name), 4), np.uint8)
        opinion[:, :read] = INK(probabilities.T, bytes=True)
        shown = _units(values["gates"], values["cells"], len(name))
        for number, (cells, width) in enumerate(((shown, 1.0), (opinion, 1 - NUMBERS_ROOM))):
            self.images[number].set_data(cells)
            self.images[number].set_extent((0, width, len(cells) - 0.5, -0.5))
            self.frames[number].set_bounds((read - 1) * width / len(name), -0.5, width / len(name), len(cells))
            for place, text in enumerate(self.letters[number]):
                color = style.BLACK if place < read else style.GREY
                text.set(text=name[place : place + 1], x=(place + 0.5) * width / len(name), color=color)
        for title, unit, argued in zip(self.titles, values["units"], values["arguments"], strict=True):
            title.set_text(f"unit {unit + 1}: {signed(argued)}")
        for text, share in zip(self.shares, probabilities[-1], strict=True):
            text.set_text(fixed(share))
        for line, words in zip(self.numbers, values["words"], strict=True):
            line.set_text(words)


def _units(gates: Array, cells: Array, columns: int) -> NDArray[np.uint8]:
    """The colours (rows, columns, 4) of gates (3, units, read) and cell states (units, read), and blank ones behind."""
    shown, read = np.zeros((UNITS, ROWS, columns, 4), np.uint8), cells.shape[1]
    for row, (shades, opened) in enumerate(zip(SHADES, gates, strict=True), start=1):
        shown[:, row, :read] = shades(opened, bytes=True)
    shown[:, ROWS - 1, :read] = SIGNED(0.5 + cells / (2 * FULL), bytes=True)
    return shown.reshape(UNITS * ROWS, columns, 4)


def signed(number: float) -> str:
    """With its sign, also where it is positive."""
    return fixed(number) if number < 0 else f"+{fixed(number)}"


def _frame(ax: Any) -> Rectangle:
    """A frame around the column of the last letter read."""
    frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.BLACK, linewidth=1.5)
    ax.add_patch(frame)
    return frame


def _letter(ax: Any) -> Text:
    """A letter below its column."""
    text: Text = ax.text(0, -0.02, "", transform=ax.get_xaxis_transform(), fontsize=12, ha="center", va="top")
    return text


def _share(ax: Any, row: int) -> Text:
    """A probability beside its row."""
    text: Text = ax.text(1, row, "", transform=ax.get_yaxis_transform(), fontsize=SMALL, ha="right", va="center")
    return text
