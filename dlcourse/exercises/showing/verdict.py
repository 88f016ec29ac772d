"""The verdict of a check: one text, shown as a box in a notebook and as lines in a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from dlcourse import settings
from dlcourse.exercises.showing.answer_cells import AnswerCell
from dlcourse.page.cells import kernel_shell
from dlcourse.page.markdown import markdown_as_html
from dlcourse.source import Source

Status = Literal["passed", "not attempted", "not yet", "not checked"]

SYMBOLS = {"passed": "✓", "not attempted": "○", "not yet": "✗", "not checked": "○"}
TITLES = {
    "passed": "Passed",
    "not attempted": "Not attempted yet",
    "not yet": "Not yet",
    "not checked": "Not checked",
}
# JupyterLab's own colours, so that the box follows its theme; elsewhere a tone that shows on black and on white.
COLOURS = {
    "passed": "var(--jp-success-color1, #2e8b57)",
    "not attempted": "var(--jp-border-color0, #808080)",
    "not yet": "var(--jp-warn-color1, #d9730d)",
    "not checked": "var(--jp-warn-color1, #d9730d)",
}
CODE_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    `status` is "passed", "not attempted", "not yet", or "not checked" where the answer is not what stands in its cell;
    `message` says why in sentences; `mistake` names the listed
    mistake that the answer was recognized as, or is None. `code` holds the reader's own line when it raised,
    `table` the pairs (call, expected, received) of the first case that differs, `notes` remarks such as what was
    printed. `share` is the share of the points earned, from 0 to 1. `cell` is the run of a cell that the answer came
    from, where that is known.
    """

    status: Status
    name: str
    message: str
    mistake: str | None = None
    code: str = ""
    table: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    share: float = 0.0
    next_hint: Callable[[], Hint] | None = None
    show_solution: Callable[[], Source | Hint] | None = None
    cell: AnswerCell | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    def with_notes(self, *notes: str) -> Verdict:
        """Return the same verdict with further remarks; empty ones are left out."""
        return replace(self, notes=self.notes + tuple(note for note in notes if note))

    def text(self) -> str:
        """Return the verdict as plain lines."""
        lines = [f"{SYMBOLS[self.status]} {TITLES[self.status]}: {self.name}", self.message]
        lines += [f"    {line}" for line in self.code.splitlines()]
        width = max((len(label) for label, _ in self.table), default=0)
        lines += [f"  {label + ':':<{width + 1}} {value}" for label, value in self.table]
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        """Return the verdict as an HTML box that says the same; all text is escaped."""
        colour = COLOURS[self.status]
        parts = [
            f'<div role="status" style="border: 1px solid {colour}; border-left-width: 6px; padding: 0.5em 0.8em; '
            'margin: 0.3em 0; color: var(--jp-ui-font-color1, inherit); overflow-x: auto">',
            f"<strong>{SYMBOLS[self.status]} {TITLES[self.status]}: <code>{html.escape(self.name)}</code></strong>",
            *_paragraphs(self.message),
        ]
        if self.code:
            parts.append(f'<pre style="margin: 0.3em 0; color: inherit">{html.escape(self.code)}</pre>')
        if self.table:
            parts.append(_table(self.table))
        for note in self.notes:
            parts += _paragraphs(note)
        return "\n".join([*parts, "</div>"])

    def __repr__(self) -> str:
        return self.text()

    def offers(self) -> dict[str, Callable[[], str]]:
        """Return what a reader can ask for beside the verdict, as HTML, by the label of its button."""
        found: dict[str, Callable[[], str]] = {}
        hint, solution = self.next_hint, self.show_solution
        if hint is not None and not self.passed:
            found["Hint"] = lambda: hint().html
        if solution is not None:
            label = "Show the library's code" if self.passed else "Show me the solution"
            found[label] = lambda: solution().html
        return found

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        # The mark tells the course's server that the box says all, so that only the box need be saved.
        return {**self._view(), "text/html": self.html(), "text/plain": self.text()}, {"dlcourse": True}

    def _view(self) -> dict[str, Any]:
        """Return the view with buttons, for a live kernel; empty anywhere else, or where ipywidgets is broken."""
        if settings.grading() or not self.offers() or kernel_shell() is None:
            return {}
        try:
            from dlcourse.exercises.showing.verdict_widget import VerdictWidget

            cell = {"id": self.cell.id, "source": self.cell.source} if self.cell else {}
            return VerdictWidget(self.html(), self.offers(), _changed(self.name).html(), cell).view()
        except Exception:
            return {}


class Points(float):
    """Points earned, as nbgrader reads them: a number as plain text, beside the verdict's box for the student."""

    verdict: Verdict

    def __new__(cls, points: float, verdict: Verdict) -> Points:
        """Make a number of points that remembers its verdict."""
        made = super().__new__(cls, points)
        made.verdict = verdict
        return made

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.verdict.html(), "text/plain": repr(float(self))}


@dataclass(frozen=True)
class Hint:
    """A hint as the output of a cell."""

    title: str
    message: str

    def __repr__(self) -> str:
        return f"{self.title}: {self.message}"

    @property
    def markdown(self) -> str:
        """The hint as a cell's output shows it."""
        return f"**{self.title}:** {self.message}"

    @property
    def html(self) -> str:
        """The hint as the buttons show it."""
        return markdown_as_html(self.markdown)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": repr(self)}


def _changed(name: str) -> Verdict:
    """Return what is said instead of a verdict on code that no longer stands in its cell."""
    return Verdict(
        "not checked", name, f"The cell that defines `{name}` was changed since it ran: run it, then check again."
    )


def sentences_as_html(text: str) -> str:
    """Return text escaped for HTML, its `code spans` set as code."""
    return CODE_SPAN.sub(r"<code>\1</code>", html.escape(text))


def _paragraphs(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [f'<p style="margin: 0.3em 0">{sentences_as_html(line)}</p>' for line in lines]


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    cell = "text-align: left; padding: 0.1em 0.8em 0.1em 0; color: inherit; background: transparent"
    lines = ['<table style="margin: 0.3em 0; border: none; color: inherit; font-size: inherit">']
    for label, value in rows:
        head = f'<th scope="row" style="{cell}">{html.escape(label)}</th>'
        lines.append(
            f'<tr style="background: transparent">{head}<td style="{cell}"><code>{html.escape(value)}</code></td></tr>'
        )
    return "\n".join([*lines, "</table>"])
