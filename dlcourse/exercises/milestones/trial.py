"""What came back of a run on the reader's pieces: its numbers, and what ended it before its end."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dlcourse.exercises.milestones.assembling import AT_WORK
from dlcourse.exercises.milestones.readings import Reading
from dlcourse.exercises.running.sandbox import Session

PRECISION = 1e-6  # right pieces sum in different orders


class Trial:
    """The ``values`` of a run as far as they came, and the ``fault`` that ended it, "" where it came to its end.

    Nothing that comes from the reader's process is trusted to be what it should be.
    """

    def __init__(self, library: Sequence[Reading], session: Session) -> None:
        self.library = library
        self.session = session
        self.values: list[float] = []
        self.fault = self._take_results()
        if not self.fault and len(self.values) != len(library):
            self.values = self.values[: len(library)]
            self.fault = self._what_ended()

    @property
    def timed_out(self) -> bool:
        """Whether it was stopped because its time was over."""
        session = self.session
        return bool(self.fault) and not (session.ended or session.lost or session.interrupted or session.not_sent)

    @property
    def first_apart(self) -> int | None:
        """The place of the first number that is not the library's, of those that came."""
        for place, (mine, theirs) in enumerate(zip(self.values, self.library, strict=False)):
            if not math.isclose(mine, theirs.value, rel_tol=PRECISION, abs_tol=PRECISION):
                return place
        return None

    @property
    def equal(self) -> bool:
        """Whether it came to its end with the library's numbers."""
        return not self.fault and self.first_apart is None

    def _take_results(self) -> str:
        for result in self.session.results:
            failure = result.failure
            if failure is not None:
                told = f"your pieces stopped with {failure.kind}: {failure.message}".removesuffix(": ")
                place = failure.place.replace("of the cell", "of your code as it is kept")
                return f"{told}." + (f"\n{place}" if place else "")
            if type(result.value) is not list or not all(type(each) is float for each in result.value):
                return "something else than numbers came back."
            self.values += result.value
        return ""

    def _what_ended(self) -> str:
        session = self.session
        if session.not_sent:
            return f"nothing ran. {session.not_sent}"
        if session.interrupted:
            return "you interrupted it."
        if session.lost:
            return f"the process of your pieces ended ({session.lost}); it may have run out of memory."
        if session.ended:
            return "it came to an end."
        lines = [line.removeprefix(AT_WORK) for line in session.printed.splitlines() if line.startswith(AT_WORK)]
        where = f"`{lines[-1]}` was at work. " if lines and lines[-1].isidentifier() else ""
        return (
            f"{where}Does a loop never end there? A loop in Python may also be right and slow: NumPy's operations on "
            "whole arrays do the same work in far less time."
        )
