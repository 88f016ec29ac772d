"""Which pieces of a milestone are the reader's: those whose code is kept and still passes its check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlcourse import progress, settings
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from dlcourse.exercises.milestones.rebuilding import packed_one

NOT_PASSED = "the library's ({where}not passed yet)"
NOT_KEPT = "the library's ({where}passed, but your code is not kept: run its check once more)"
NO_LONGER = "the library's ({where}your code no longer passes its check)"
YOURS = "yours"


@dataclass(frozen=True)
class Piece:
    """A piece of a milestone: its name, whose it is in words, the reader's code or "", and why it is not taken."""

    name: str
    whose: str
    text: str = ""
    reason: str = ""


def kept_pieces(chapter: str, exercises: Sequence[Exercise]) -> tuple[list[Piece], str]:
    """Return the pieces of a chapter's milestone, and a sentence on what is wrong with the progress file, if anything.

    The course may have changed since a piece was passed, so each is checked again, in the worker process. A piece that
    is an exercise of another chapter says which. While nbgrader grades, no piece is the reader's.
    """
    if settings.grading():
        return [_piece(each, chapter, "", False) for each in exercises], ""
    kept = {stem: progress.code(stem) for stem in dict.fromkeys(each.chapter for each in exercises)}
    passed = progress.passed()
    pieces = [
        _piece(each, chapter, kept[each.chapter][0].get(each.name, ""), each.name in passed.get(each.chapter, set()))
        for each in exercises
    ]
    return pieces, progress.problem() or " ".join(note for _, note in kept.values() if note)


def _piece(exercise: Exercise, chapter: str, text: str, passed: bool) -> Piece:
    where = "" if exercise.chapter == chapter else f"chapter {exercise.chapter.partition('_')[0]}: "
    if not text:
        return Piece(exercise.name, (NOT_KEPT if passed else NOT_PASSED).format(where=where))
    verdict = exercise.examine(packed_one(exercise.name, text), ORDINARY_SEED)
    if verdict.passed and verdict.share > 0:
        return Piece(exercise.name, YOURS, text)
    first = (verdict.message.splitlines() or [""])[0]
    return Piece(exercise.name, NO_LONGER.format(where=where), reason=f"`{exercise.name}`, as it was kept: {first}")
