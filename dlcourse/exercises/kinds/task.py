"""What every exercise and question has: a name, a text, hints, points, and a check that never breaks a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dlcourse import progress, settings
from dlcourse.exercises.running.handed_in import HandedIn, NotSent, Packed
from dlcourse.exercises.showing import answer_cells
from dlcourse.exercises.showing.verdict import Hint, Points, Verdict
from dlcourse.source import Source

ORDINARY_SEED = 3
GRADING_SEED = 20011  # where no class has a seed of its own
ONLY_SHOWN = "It is right for the calls that the notebook's check makes, and wrong for others: that earns no points."


class Task:
    """The common part of exercises and questions.

    Attributes: `name` as the reader writes it, `chapter` (the notebook's stem), `task` in Markdown, `hints` from a
    nudge to nearly the answer, `points` that nbgrader gives.
    """

    def __init__(self, *, name: str, chapter: str, task: str, hints: Sequence[str], points: float) -> None:
        self.name = name
        self.chapter = chapter
        self.task = task
        self.hints = tuple(hints)
        self.points = points
        self._hints_shown = 0
        answer_cells.watch()

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on an answer: nothing is recorded, and grading plays no part."""
        raise NotImplementedError

    def solution(self) -> Source | Hint:
        """Return the solution, to be the last line of a cell."""
        raise NotImplementedError

    @property
    def solution_call(self) -> str:
        """What a reader types to see the solution: every notebook imports its chapter's exercises as `exercises`."""
        return f"exercises.{self.name}.solution()"

    def check(self, answer: Any) -> Verdict | HandedIn:
        """Compare the reader's answer with the library's and return the verdict, to be the last line of a cell.

        Never raises in a notebook, whatever the answer is. A passed check is recorded in the reader's progress.
        While nbgrader grades, nothing is judged here: the answer is handed in, for `points_for` in another process.
        """
        return self._checked(answer, lambda seed: self.examine(answer, seed), answer)

    def _checked(self, answer: Any, examine: Callable[[int], Verdict], handed_in: Any) -> Verdict | HandedIn:
        """Return what `check` returns, where `examine` gives the verdict on the answer under a seed."""
        cell = answer_cells.cell_of(self.name, answer)
        failure = cell.failure if cell is not None else ""
        if settings.grading():
            from dlcourse.exercises.running.packing import hand_in

            return HandedIn(failed=failure) if failure else hand_in(handed_in)
        if failure:
            return self._not_defined(failure)
        try:
            verdict = replace(examine(ORDINARY_SEED), cell=cell)
            return verdict.with_notes(*self._recorded(answer, verdict)) if verdict.passed else verdict
        except Exception as error:
            return Verdict(
                "not yet",
                self.name,
                f"The check itself stopped with {type(error).__name__}. This is a fault of the course, not of your "
                "answer; please report it with the code of your answer.",
            )

    def _recorded(self, answer: Any, verdict: Verdict) -> tuple[str, ...]:
        """Record a passed check; return in sentences what could not be recorded."""
        return (progress.record(self.chapter, self.name),)

    def _not_defined(self, failure: str) -> Verdict:
        """Return the verdict where the name still holds what an earlier run gave: that is not what the reader sees."""
        return self.verdict(
            "not checked",
            f"The cell that defines `{self.name}` failed when it last ran ({failure}), so `{self.name}` is not what "
            "stands there. Mend that cell, run it, then check again.",
        )

    def points_for(self, answer: Any, seed: int = GRADING_SEED, points: float | None = None) -> Points:
        """Return what an answer earns of the `points` (see `points_earned`), from cases of a seed that nobody has seen.

        What a check handed in, a `HandedIn`, is run and opened in the worker process only. An answer that is right for
        nothing but the calls that the notebook shows earns none. Raises RuntimeError where the course is at fault.
        """
        if isinstance(answer, HandedIn):
            if answer.packed is None:
                failed = self._not_defined(answer.failed) if answer.failed else self.verdict("not yet", answer.fault)
                return Points(0.0, failed)
            answer = answer.packed
        verdict = self._examine_handed_in(answer, seed)
        if not verdict.passed and verdict.share > 0 and self._examine_handed_in(answer, ORDINARY_SEED).passed:
            verdict = replace(verdict, share=0.0).with_notes(ONLY_SHOWN)
        return Points(points_earned(self.points if points is None else points, verdict), verdict)

    def _examine_handed_in(self, answer: Any, seed: int) -> Verdict:
        """Return the verdict on an answer that may still be packed: a value is fetched from the worker process."""
        if not isinstance(answer, Packed):
            return self.examine(answer, seed)
        from dlcourse.exercises.running.worker_process import value_in_worker

        try:
            return self._examine_value(value_in_worker(answer), seed)
        except NotSent as error:
            return self.verdict("not yet", str(error))

    def _examine_value(self, value: Any, seed: int) -> Verdict:
        return self.examine(value, seed)

    def hint(self) -> Hint:
        """Return the next hint, to be the last line of a cell: one more at each call."""
        total = len(self.hints)
        if self._hints_shown == total:
            return Hint(f"All {total} hints are shown", f"`{self.solution_call}` shows the answer.")
        self._hints_shown += 1
        return Hint(f"Hint {self._hints_shown} of {total}", self.hints[self._hints_shown - 1])

    def verdict(self, status: Any, message: str, **details: Any) -> Verdict:
        """Return a verdict on this task, with its hints and its solution behind the buttons."""
        details.setdefault("share", 1.0 if status == "passed" else 0.0)
        return Verdict(status, self.name, message, next_hint=self.hint, show_solution=self.solution, **details)

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name}: {self.task}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.task, "text/plain": self.task}


def points_earned(points: float, verdict: Verdict) -> float:
    """Return the points for a verdict.

    A passed check earns all points, unless the library's own function gave the results. Otherwise `points` times the
    share of the cases that are right, rounded down to half a point, and never all of them. Right on fewer than half of
    the ordinary cases (those that are not edge cases) earns nothing: a wrong formula is often right by accident where
    there is little to compute, so right edge cases alone are no evidence. In particular a recognized mistake that shows
    in every ordinary case earns 0, and one that shows in an edge case alone loses half a point or little more.
    """
    if verdict.passed:
        return float(points) if verdict.share > 0 else 0.0  # passed by the library's own function
    halves = int(2 * points * verdict.share + 1e-9)
    return max(0.0, min(halves / 2, points - 0.5))
