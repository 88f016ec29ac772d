"""An exercise: the reader writes a function of the library, and the check runs both on many cases."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.contract import Case, Mistake, Outcome
from dlcourse.exercises.judging import Judge
from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.showing.verdict import Verdict
from dlcourse.exercises.teaching import diagnosis
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.source import Source, imports_of, source_of

__all__ = ["Case", "Exercise", "Mistake", "Outcome"]


class Exercise(Task):
    """A function for the reader to write, with the library's function as the answer key.

    Parameters
    ----------
    name: the function's name as the reader writes it.
    chapter: the notebook's stem, such as "03_probability_and_mle".
    task: one or two sentences in Markdown.
    reference: the library's function.
    cases: gives the calls to compare, drawn from a seeded generator; the same labels in the same order at each seed.
    hints: from a nudge to nearly the answer.
    mistakes: what people get wrong; recognized by what the reader's function returns, not by how it is written.
    rtol, atol: tolerance; wider by itself where arguments or results are float32 or float16.
    points: what nbgrader gives for it.
    seconds: how long the reader's function may take for all cases together.
    judge: where several results are right, says of one what is wrong with it; otherwise results are compared with the
        library's.
    effect: for a function that returns nothing: gets the arguments before the call, and returns a function that says
        after it what is compared in place of the result. (Afterwards a graph may have been taken apart.)
    one_form: where a result may be written in several ways, such as hidden units in any order: gets the case's
        arguments and a result, and brings it to a form in which two that mean the same are equal. It may raise.
    forbids_overflow: whether a function is refused whose values are right, but of which NumPy warns that it overflows.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        task: str,
        reference: Callable[..., Any],
        cases: Callable[[np.random.Generator], Sequence[Case]],
        hints: Sequence[str],
        mistakes: Sequence[Mistake],
        rtol: float = 1e-7,
        atol: float = 1e-9,
        points: float = 2,
        seconds: float = 5.0,
        judge: Judge | None = None,
        effect: Callable[..., Callable[[], Any]] | None = None,
        one_form: Callable[[tuple[Any, ...], Any], Any] | None = None,
        forbids_overflow: bool = False,
    ) -> None:
        super().__init__(name=name, chapter=chapter, task=task, hints=hints, points=points)
        self.reference = reference
        self.cases = cases
        self.mistakes = tuple(mistakes)
        self.tolerance = Tolerance(rtol, atol)
        self.seconds = seconds
        self.judge = judge
        self.effect = effect
        self.one_form = one_form
        self.forbids_overflow = forbids_overflow

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a function, packed or not, on cases drawn with `seed`: nothing is recorded."""
        return diagnosis.examine(self, answer, self.cases_for(seed))

    def _examine_handed_in(self, answer: Any, seed: int) -> Verdict:
        return self.examine(answer, seed)  # a function is run where it was sent to

    def cases_for(self, seed: int) -> list[Case]:
        """Return the calls that are compared under a seed."""
        return list(self.cases(np.random.default_rng([seed, zlib.crc32(self.name.encode())])))

    def observed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose result is what is compared: of `function`, or of what it did to its arguments."""
        return observed(function, self.effect)

    def solution(self) -> Source:
        """Return the library's own source, to be the last line of a cell, under the imports that it needs."""
        return Source("\n".join([*imports_of(self.reference), source_of(self.reference)]))
