"""An exercise: the reader writes a function of the library, and the check runs both on many cases."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcourse.exercises import diagnosis
from dlcourse.exercises.judging import Judge
from dlcourse.exercises.task import ORDINARY_SEED, Task
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.exercises.verdict import Verdict
from dlcourse.source import Source, imports_of, source_of


@dataclass(frozen=True)
class Case:
    """One call of the reader's function.

    `label` says what is special about it in the reader's terms ("no heads at all", "one row"). An `edge` case is
    one in which there is little or nothing to compute; alone it earns no points (see `task.points_earned`). `raises`
    is the exception that the library's function raises on purpose in this case; any other is a fault of the course.
    """

    arguments: tuple[Any, ...]
    label: str
    keywords: Mapping[str, Any] = field(default_factory=dict)
    edge: bool = False
    raises: type[Exception] | None = None


@dataclass(frozen=True)
class Outcome:
    """The first case in which a mistake shows: what was called, what the library gives, what the reader's code gave.

    `received` is None when the call raised; `error` is then the name of the exception's type.
    """

    case: Case
    expected: Any
    received: Any
    error: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people really write, and what to tell them.

    `feedback` is a text, or a function of the `Outcome` that gives the text with that case's numbers.
    """

    name: str
    function: Callable[..., Any]
    feedback: str | Callable[[Outcome], str]

    def feedback_for(self, outcome: Outcome) -> str:
        """Return the feedback for the case in which the mistake shows first."""
        return self.feedback if isinstance(self.feedback, str) else self.feedback(outcome)


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
        """Return the verdict on a function, on cases drawn with `seed`: nothing is recorded."""
        return diagnosis.examine(self, answer, self.cases_for(seed))

    def cases_for(self, seed: int) -> list[Case]:
        """Return the calls that are compared under a seed."""
        return list(self.cases(np.random.default_rng([seed, zlib.crc32(self.name.encode())])))

    def observed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose result is what is compared: of `function`, or of what it did to its arguments."""
        effect = self.effect
        if effect is None:
            return function

        def call(*arguments: Any, **keywords: Any) -> Any:
            look = effect(*arguments, **keywords)
            function(*arguments, **keywords)
            return look()

        return call

    def solution(self) -> Source:
        """Return the library's own source, to be the last line of a cell, under the imports that it needs."""
        return Source("\n".join([*imports_of(self.reference), source_of(self.reference)]))
