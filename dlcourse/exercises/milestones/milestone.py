"""A milestone: exercises of a chapter, put together, do the real thing."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlcourse import progress
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.milestones.assembling import in_parts
from dlcourse.exercises.milestones.kept import Piece, kept_pieces
from dlcourse.exercises.milestones.readings import Reading, Run
from dlcourse.exercises.milestones.rebuilding import packed_all
from dlcourse.exercises.milestones.report import Report
from dlcourse.exercises.milestones.showing import shown_progress
from dlcourse.exercises.milestones.trial import Trial
from dlcourse.exercises.running.sandbox import Result, Session

NONE_OWN = "The library's pieces ran. Pass an exercise, run this cell again, and your own code takes its place."
PARTS = 20  # in which a run comes back, for its progress; the last one says that it is over


class Milestone:
    """The real thing, run on the reader's pieces where there are such, on the library's elsewhere.

    Parameters
    ----------
    name, chapter: as of an exercise. title: what it does, for its table.
    pieces: the exercises whose functions take part, each under its name, those of earlier chapters too; the library's
        are their references.
    run: gets the pieces by name and yields what it measures. It stands in a module, so that it can be sent.
    seconds: how long it may take on the reader's pieces; the library's need a small part of that.
    in_words: says of a run that came to its end, from its values by label, what no table shows, such as a text that
        stands there as numbers. It must not raise, whatever the values are: they may come from anywhere.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        title: str,
        pieces: Sequence[Exercise],
        run: Run,
        seconds: float = 60.0,
        in_words: Callable[[Mapping[str, float]], str] = lambda values: "",
    ) -> None:
        self.name, self.chapter, self.title = name, chapter, title
        self.pieces = tuple(pieces)
        self.run = run
        self.seconds = seconds
        self.in_words = in_words

    def __call__(self) -> Report:
        """Run it and return what it measured beside the library's numbers, to be the last line of a cell.

        Never raises for what the reader's pieces do. Where all pieces are the reader's and their numbers are the
        library's, the milestone is reached, and recorded.
        """
        pieces, note = kept_pieces(self.chapter, self.pieces)
        own = [piece for piece in pieces if piece.text]
        reasons = [piece.reason for piece in pieces if piece.reason]
        if not own:
            told = [self.in_words(self.measured()), NONE_OWN]
            return Report(self.title, pieces, self.of_library, None, [*told, *reasons, note])
        trial = self._trial(own)
        reached = trial.equal and len(own) == len(pieces)
        recorded = progress.record_milestone(self.chapter, self.name) if reached else ""
        told = [self._in_words(trial), self._conclusion(trial), self._cause(trial, own)]
        return Report(self.title, pieces, self.of_library, trial.values, [*told, *reasons, note, recorded], reached)

    def measured(self, **functions: Callable[..., Any]) -> dict[str, float]:
        """Return what the run measures, by its label, with these functions in place of the library's of that name.

        They run unchecked and in this process: for a piece that is broken on purpose. Raises TypeError for a name that
        is no piece's, and whatever the functions raise.
        """
        if unknown := sorted(set(functions) - set(self._library)):
            raise TypeError(f"The milestone {self.name} has no piece {unknown[0]}; it has {', '.join(self._library)}.")
        readings = self.run({**self._library, **functions}) if functions else self.of_library
        return {reading.label: float(reading.value) for reading in readings}

    @functools.cached_property
    def of_library(self) -> list[Reading]:
        """What the run measures on the library's pieces."""
        return list(self.run(self._library))

    @property
    def _library(self) -> dict[str, Callable[..., Any]]:
        return {each.name: each.reference for each in self.pieces}

    def _trial(self, own: Sequence[Piece], watched: bool = True) -> Trial:
        """Run the reader's pieces in the worker process; where it is watched, a bar tells how far they are."""
        # What starts processes is loaded where it is needed first: no untouched notebook does.
        from dlcourse.exercises.running.worker import SentCall
        from dlcourse.exercises.running.worker_process import run_errand

        total = len(self.of_library)
        size = math.ceil(total / (PARTS - 1))
        # One call more than there are parts: what fails in the last one is told there.
        calls = [SentCall((), {})] * (math.ceil(total / size) + 1)
        make = functools.partial(in_parts, self.run, self._library, size, self.seconds)
        with shown_progress(len(calls) if watched else 0) as told:
            answer = packed_all({piece.name: piece.text for piece in own})
            new_session = functools.partial(_ToldSession, told)
            return Trial(self.of_library, run_errand(answer, make, calls, self.seconds, new_session=new_session))

    def _in_words(self, trial: Trial) -> str:
        """What the reader's values say in words; "" where some are missing."""
        if trial.fault:
            return ""
        labels = (reading.label for reading in self.of_library)
        return self.in_words(dict(zip(labels, trial.values, strict=True)))

    def _conclusion(self, trial: Trial) -> str:
        """What the numbers say, or what ended the run."""
        place = len(trial.values) if trial.fault else trial.first_apart
        if place is None:
            return f"All {len(trial.values)} numbers that were measured on the way are the library's, to six digits."
        label = self.of_library[place].label if place < len(self.of_library) else "the end"
        if trial.timed_out:
            return f"On the way to “{label}” it was stopped after {self.seconds:g} s. {trial.fault}"
        if trial.fault:
            return f"On the way to “{label}” {trial.fault}"
        mine, theirs = trial.values[place], self.of_library[place].value
        return f"Your numbers leave the library's at “{label}”: {mine:.6g}, not {theirs:.6g}."

    def _cause(self, trial: Trial, own: Sequence[Piece]) -> str:
        """Which pieces it comes from, where that is not plain: each runs again, with the library's for all others."""
        if trial.equal or trial.timed_out or trial.session.interrupted or trial.session.not_sent:
            return ""
        names = [piece.name for piece in own]
        if len(own) > 1:
            names = [piece.name for piece in own if not self._trial([piece], watched=False).equal]
        if not names:
            return "Each of your pieces gives the library's numbers alone: together they do not."
        whose = " and ".join(f"your `{name}`" for name in names)
        return f"It comes from {whose}: the check is passed, but here something is done that no case of it asks for."


class _ToldSession(Session):
    """A session that tells how many results have come."""

    def __init__(self, told: Callable[[int], None]) -> None:
        super().__init__()
        self._told = told

    def add_result(self, result: Result) -> None:
        super().add_result(result)
        self._told(len(self.results))
