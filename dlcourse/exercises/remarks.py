"""Sentences beside a verdict: what was compared, what was printed, what NumPy warned of."""

from __future__ import annotations

from collections.abc import Sequence

from dlcourse.exercises.sandbox import Session
from dlcourse.exercises.wording import plural, shorten

SHOWN_LINES = 3
SHOWN_LABELS = 6


def praise(labels: Sequence[str]) -> str:
    """Say on how many cases the reader's function agrees with the library, and on which."""
    different = list(dict.fromkeys(labels))
    shown = ", ".join(f"“{label}”" for label in different[:SHOWN_LABELS])
    more = " and others" if len(different) > SHOWN_LABELS else ""
    count = f"all {len(labels)} cases" if len(labels) > 1 else "the one case"
    return f"Your function agrees with the library on {count}: {shown}{more}."


def printed(session: Session) -> tuple[str, ...]:
    """Return the first lines that the reader's function printed, as one note; empty when it printed none."""
    lines = [shorten(line, 100) for line in session.printed.splitlines() if line.strip()]
    if not lines:
        return ()
    more = session.printed_lines - SHOWN_LINES
    # How far a loop gets before it is stopped differs from run to run, so it is not said.
    rest = (f" / … ({plural(more, 'more line')})" if session.ended else " / …") if more > 0 else ""
    return (f"Your function also printed: {' / '.join(lines[:SHOWN_LINES])}{rest}",)


def warned(session: Session) -> tuple[str, ...]:
    """Return NumPy's warnings, one note each."""
    return tuple(f"NumPy warned while your function ran: {message}." for message in session.warnings[:SHOWN_LINES])
