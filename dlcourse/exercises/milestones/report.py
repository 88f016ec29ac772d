"""What a milestone says when it has run: whose the pieces are, the numbers beside the library's, and what follows."""

from __future__ import annotations

import html
from collections.abc import Sequence

from dlcourse.exercises.milestones.kept import Piece
from dlcourse.exercises.milestones.readings import Reading
from dlcourse.exercises.showing.verdict import sentences_as_html
from dlcourse.exercises.wording import plural

CELL = "text-align: left; padding: 0.1em 0.8em 0.1em 0; color: inherit; background: transparent"
DECIMALS = 3
MISSING = "–"


class Report:
    """A milestone's outcome as the output of a cell: tables in HTML, and in plain text the same.

    ``values`` are those measured on the reader's pieces, as far as these came; None where the library's alone ran.
    """

    def __init__(
        self,
        title: str,
        pieces: Sequence[Piece],
        library: Sequence[Reading],
        values: Sequence[float] | None,
        sentences: Sequence[str],
        reached: bool = False,
    ) -> None:
        self.title = title
        self.pieces = tuple(pieces)
        self.library = tuple(library)
        self.values = None if values is None else tuple(values)
        self.sentences = [each for each in sentences if each]
        self.reached = reached

    @property
    def own(self) -> int:
        """How many of the pieces are the reader's."""
        return sum(bool(piece.text) for piece in self.pieces)

    @property
    def heading(self) -> str:
        """The title, and how many pieces are the reader's."""
        count = f"{self.own} of {plural(len(self.pieces), 'piece')} {'is' if self.own == 1 else 'are'} yours"
        return f"Milestone{' reached' if self.reached else ''}: {self.title}. {count}."

    def rows(self) -> list[tuple[str, ...]]:
        """The numbers that the table has: label, on the reader's pieces where they ran, on the library's."""
        found = []
        for place, reading in enumerate(self.library):
            if not reading.shown:
                continue
            mine: tuple[str, ...] = ()
            if self.values is not None:
                mine = (f"{self.values[place]:.{DECIMALS}f}" if place < len(self.values) else MISSING,)
            found.append((reading.label, *mine, f"{reading.value:.{DECIMALS}f}"))
        return found

    def __repr__(self) -> str:
        whose = [("piece", "whose"), *((piece.name, piece.whose) for piece in self.pieces)]
        return "\n".join([self.heading, *_lines(whose), "", *_lines([self._head(), *self.rows()]), "", *self.sentences])

    def _head(self) -> tuple[str, ...]:
        return ("measured", *(("with your pieces",) if self.values is not None else ()), "with the library's")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        whose = _table(("piece", "whose"), [(f"`{piece.name}`", piece.whose) for piece in self.pieces])
        parts = [f"<strong>{html.escape(self.heading)}</strong>", whose, _table(self._head(), self.rows())]
        parts += [f'<p style="margin: 0.3em 0">{_told(each)}</p>' for each in self.sentences]
        return {"text/plain": repr(self), "text/html": "\n".join(["<div>", *parts, "</div>"])}


def _told(sentence: str) -> str:
    return sentences_as_html(sentence).replace("\n", "<br>")


def _lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    names = "".join(f'<th scope="col" style="{CELL}">{html.escape(name)}</th>' for name in head)
    body = [
        f'<tr style="background: transparent"><th scope="row" style="{CELL}; font-weight: normal">'
        f"{sentences_as_html(first)}</th>"
        + "".join(f'<td style="{CELL}">{html.escape(cell)}</td>' for cell in others)
        + "</tr>"
        for first, *others in rows
    ]
    style = "margin: 0.3em 0; border: none; color: inherit; font-size: inherit"
    return "\n".join([f'<table style="{style}"><thead><tr>{names}</tr></thead><tbody>', *body, "</tbody></table>"])
