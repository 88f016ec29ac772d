"""The picture of a reduction: the array as two sheets of cells, the result beside it, one result with what made it."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.experiments.experiment import Values
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.plots import style

SHAPE = (2, 3, 4)
SHEET = SHAPE[2] + 1.0  # from one sheet to the next, in cells
LIT = (*(int(style.YELLOW[place : place + 2], 16) / 255 for place in (1, 3, 5)), 0.5)
Place = tuple[int, int, int]


def corner(place: Place) -> tuple[float, float]:
    """Upper left corner of the cell in a sheet, a row and a column, y downwards."""
    sheet, row, column = place
    return sheet * SHEET + column, float(row)


class Sheets:
    """Cells of side 1 with numbers in them, at most 2 sheets of 3 rows and 4 columns; some of them lit."""

    def __init__(self, ax: Axes) -> None:
        count = SHAPE[0] * SHAPE[1] * SHAPE[2]
        self.cells = [Rectangle((0, 0), 1, 1, edgecolor=style.GREY, linewidth=1, zorder=1) for _ in range(count)]
        for cell in self.cells:
            ax.add_patch(cell)
        how: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALL, "color": style.BLACK}
        self.texts = [ax.text(0, 0, "", zorder=3, **how) for _ in range(count)]
        self.moving: list[Artist] = [*self.cells, *self.texts]
        self._shown: list[Any] = [None] * count

    def show(self, places: list[Place], words: list[str], lit: list[bool]) -> None:
        """A cell at each place, with its word; all further cells are hidden."""
        for number, (cell, text) in enumerate(zip(self.cells, self.texts, strict=True)):
            there = number < len(places)
            key = (places[number], words[number], lit[number]) if there else ()
            if key == self._shown[number]:
                continue  # what does not change is not written anew
            self._shown[number] = key
            cell.set_visible(there)
            text.set_text(words[number] if there else "")
            if there:
                x, y = corner(places[number])
                cell.set(xy=(x, y), facecolor=LIT if lit[number] else "none")
                text.set_position((x + 0.5, y + 0.5))


class Names:
    """What the axes are called: beside the rows, below the columns, and above the gap between the sheets."""

    def __init__(self, ax: Axes) -> None:
        grey: dict[str, Any] = {"fontsize": SMALL, "color": style.GREY}
        self.sheets = ax.text(SHEET - 0.5, -0.15, "", ha="center", va="bottom", **grey)
        self.rows = ax.text(-0.15, 0, "", ha="right", va="top", rotation=90, **grey)
        self.columns = ax.text(0, 0, "", ha="left", va="top", **grey)
        self.moving: list[Artist] = [self.sheets, self.rows, self.columns]

    def show(self, names: tuple[str, str, str], rows: int) -> None:
        """A name for sheets, rows and columns, empty where there is no such axis, below so many rows."""
        sheets, down, across = names
        self.sheets.set_text(f"{sheets} →" if sheets else "")
        self.rows.set_text(f"← {down}" if down else "")
        self.columns.set_text(f"{across} →" if across else "")
        self.columns.set_position((0.0, rows + 0.15))


class WhichAxisPicture:
    """Left the array, right the result of the reduction; one result is lit, and all cells that flow into it."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"array": left, "result": right}
        for ax, title in ((left, "x, of shape (2, 3, 4)"), (right, "Result")):
            label(ax, title, "", "").set_axis_off()
            ax.set(xlim=(-0.9, 2 * SHEET - 0.8), ylim=(SHAPE[1] + 0.8, -0.8), aspect="equal", anchor="NW")
        self.array, self.result = Sheets(left), Sheets(right)
        own, self.names = Names(left), Names(right)
        own.show(("axis 0", "axis 1", "axis 2"), SHAPE[1])
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [*self.array.moving, *self.result.moving, *self.names.moving, *self.numbers]
        self.update(values)

    def update(self, values: Values) -> None:
        """Lights a result and its cells, and writes what was computed."""
        self.array.show(values["places"], values["words"], values["lit"])
        places = values["result_places"]
        chosen = [number == values["entry"] for number in range(len(places))]
        self.result.show(places, values["result_words"], chosen)
        self.names.show(values["names"], 1 + max(row for _, row, _ in places))
        for text, told in zip(self.numbers, values["told"], strict=True):
            text.set_text(told)
