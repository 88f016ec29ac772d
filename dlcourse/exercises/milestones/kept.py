"""Which pieces of a milestone are the reader's: those whose code is kept and still passes its check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlcourse import progress, settings
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from dlcourse.exercises.milestones.rebuilding import packed_one

NOT_PASSED = "the library's (not passed yet)"
NOT_KEPT = "the library's (passed, but your code is not kept: run its check once more)"
NO_LONGER = "the library's (your code no longer passes its check)"
YOURS = "yours"


@dataclass(frozen=True)
class Piece:
    """A piece of a milestone: its name, whose it is in words, the reader's code or "", and why it is not taken."""

    name: str
    whose: str
    text: str = ""
    reason: str = ""


def kept_pieces(chapter: str, exercises: Sequence[Exercise]) -> tuple[list[Piece], str]:
    """Return the pieces, and a sentence on what is wrong with the progress file, if anything.

    The course may have changed since a piece was passed, so each is checked again, in the worker process.
    While nbgrader grades, no piece is the reader's.
    """
    if settings.grading():
        return [Piece(each.name, NOT_PASSED) for each in exercises], ""
    texts, note = progress.code(chapter)
    passed = progress.passed().get(chapter, set())
    return [
        _piece(each, texts.get(each.name, ""), each.name in passed) for each in exercises
    ], progress.problem() or note


def _piece(exercise: Exercise, text: str, passed: bool) -> Piece:
    if not text:
        return Piece(exercise.name, NOT_KEPT if passed else NOT_PASSED)
    verdict = exercise.examine(packed_one(exercise.name, text), ORDINARY_SEED)
    if verdict.passed and verdict.share > 0:
        return Piece(exercise.name, YOURS, text)
    first = (verdict.message.splitlines() or [""])[0]
    return Piece(exercise.name, NO_LONGER, reason=f"`{exercise.name}`, as it was kept: {first}")
