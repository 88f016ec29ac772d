"""An exercise: the reader writes a function of the library, and the check runs both on many cases."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, TypeVar

import numpy as np

from dlcourse import progress
from dlcourse.exercises.contract import Case, Mistake, Outcome
from dlcourse.exercises.judging import Judge
from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.running.own_source import NotKept, own_source
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.showing.verdict import Verdict
from dlcourse.exercises.teaching import diagnosis
from dlcourse.exercises.teaching.feedback import Field, template_in, with_numbers
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.source import Source, imports_of, source_of

__all__ = ["Case", "Exercise", "Outcome"]

Wrong = TypeVar("Wrong", bound=Callable[..., Any])


class Exercise(Task):
    """A function for the reader to write, with the library's function as the answer key.

    Parameters
    ----------
    reference: the library's function.
    chapter: the notebook's stem, such as "03_probability_and_mle".
    task: one or two sentences in Markdown.
    name: the function's name as the reader writes it; the reference's where none is given.
    cases: gives the calls to compare, drawn from a seeded generator; the same labels in the same order at each seed.
    hints: from a nudge to nearly the answer.
    fields: what the feedback of this exercise's mistakes may hold in braces, see `mistake`.
    rtol, atol: tolerance; wider by itself where arguments or results are float32 or float16.
    points: what nbgrader gives for it.
    seconds: how long the reader's function may take for all cases together.
    judge: where several results are right, says of one what is wrong with it; otherwise results are compared with the
        library's.
    effect: for a function that changes its arguments: gets them before the call, and returns a function that says
        after it what is compared in place of the result. (Afterwards a graph may have been taken apart.) Where that
        has a parameter, it gets what the reader's function returned.
    one_form: where a result may be written in several ways, such as hidden units in any order: gets the case's
        arguments and a result, and brings it to a form in which two that mean the same are equal. It may raise.
    forbids_overflow: whether a function is refused whose values are right, but of which NumPy warns that it overflows.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        *,
        chapter: str,
        task: str,
        cases: Callable[[np.random.Generator], Sequence[Case]],
        hints: Sequence[str],
        name: str = "",
        fields: Mapping[str, Field] | None = None,
        rtol: float = 1e-7,
        atol: float = 1e-9,
        points: float = 2,
        seconds: float = 5.0,
        judge: Judge | None = None,
        effect: Callable[..., Callable[..., Any]] | None = None,
        one_form: Callable[[tuple[Any, ...], Any], Any] | None = None,
        forbids_overflow: bool = False,
    ) -> None:
        super().__init__(name=name or reference.__name__, chapter=chapter, task=task, hints=hints, points=points)
        self.reference = reference
        self.cases = cases
        self.fields = dict(fields or {})
        self._mistakes: list[Mistake] = []
        self.tolerance = Tolerance(rtol, atol)
        self.seconds = seconds
        self.judge = judge
        self.effect = effect
        self.one_form = one_form
        self.forbids_overflow = forbids_overflow

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What people get wrong; recognized by what the reader's function returns, not by how it is written."""
        return tuple(self._mistakes)

    def mistake(self, function: Wrong) -> Wrong:
        """Decorate a wrong implementation that people really write: its docstring is what they are told.

        The docstring is a template. `{expected}` and `{received}` are the entries that differ most in the first case
        that differs, `{where}` is their index and `{case}` the case's label; an argument is called by its parameter's
        name in the reference (its entry at `{where}` where it has the result's shape), and `fields` of the exercise add
        more. Raises ValueError for other braces.
        """
        self.add_mistake(function.__name__, function, template_in(function))
        return function

    def add_mistake(self, name: str, function: Callable[..., Any], feedback: str, **fields: Field) -> None:
        """Add a wrong implementation that was made otherwise than by `def`, such as by `mutated`."""
        told = with_numbers(feedback, *signature(self.reference).parameters, **{**self.fields, **fields})
        self._mistakes.append(Mistake(name, function, told))

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a function, packed or not, on cases drawn with `seed`: nothing is recorded."""
        return diagnosis.examine(self, answer, self.cases_for(seed))

    def _recorded(self, answer: Any, verdict: Verdict) -> tuple[str, ...]:
        """Record a passed check with the reader's code, for the chapter's milestone.

        What called the library's own function is not the reader's, and is not kept.
        """
        text, fault = "", ""
        if verdict.share > 0:
            try:
                text = own_source(answer, self.name)
            except NotKept as error:
                fault = str(error)
        return progress.record(self.chapter, self.name, text), fault

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
