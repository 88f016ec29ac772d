"""Sentences beside a verdict: what was compared, what was printed, what NumPy warned of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.comparing.comparison import Comparison, numbers_in
from dlcourse.exercises.running.sandbox import Session
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


def warned(comparison: Comparison) -> tuple[str, ...]:
    """Return the warnings of NumPy that explain a wrong result, one note each.

    They do where an inf or a nan came in place of a number, or where the first result that differs comes from an
    overflow.
    """
    found: list[str] = []
    for index in range(len(comparison.reader.results)):  # a function that was stopped gave fewer than there are cases
        broken = comparison.differences[index] and _is_broken(comparison, index)
        if broken or index == comparison.first:
            warnings = comparison.reader.warned.get(index, [])
            found += warnings if broken else [each for each in warnings if each.startswith("overflow")]
    told = list(dict.fromkeys(found))[:SHOWN_LINES]
    return tuple(f"NumPy warned while your function ran: {message}." for message in told)


def _is_broken(comparison: Comparison, index: int) -> bool:
    """Whether a case gave more infs and nans than the library does; integers may be of any length."""
    if not comparison.gives_value(index):
        return False
    expected, received = (
        sum(each != each or abs(each) == np.inf for each in numbers_in(result.value))
        for result in (comparison.reference[index], comparison.reader.results[index])
    )
    return received > expected
