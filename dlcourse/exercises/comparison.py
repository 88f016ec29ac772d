"""A reader's function beside the library's: which cases are right, and what differs in the others."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlcourse.exercises.compare import difference
from dlcourse.exercises.failure import Failure
from dlcourse.exercises.sandbox import Result, Session

if TYPE_CHECKING:
    from dlcourse.exercises.exercise import Case, Exercise

CHANGED = "changes its argument"


@dataclass(frozen=True)
class Comparison:
    """The reader's session beside the reference's: `differences[i]` is "" where case i is right."""

    exercise: Exercise
    cases: list[Case]
    reference: list[Result]
    reader: Session
    differences: list[str]

    @property
    def parameters(self) -> list[str]:
        """The names of the reference's parameters."""
        return list(inspect.signature(self.exercise.reference).parameters)

    @property
    def first(self) -> int:
        """The index of the first case that differs."""
        return next(i for i, found in enumerate(self.differences) if found)

    @property
    def only_arguments_changed(self) -> bool:
        """Whether all values are right, and all that is wrong is that arguments were written into."""
        return all(not found or found.startswith(CHANGED) for found in self.differences)

    @property
    def right(self) -> int:
        """How many cases are right."""
        return sum(not found for found in self.differences)


def differences(exercise: Exercise, cases: Sequence[Case], reference: Sequence[Result], session: Session) -> list[str]:
    """Say for each case how the reader's result differs from the library's; "" where it does not."""
    found = [
        result_difference(exercise, case, expected, received)
        for case, expected, received in zip(cases, reference, session.results, strict=False)
    ]
    return found + ["not reached"] * (len(cases) - len(found))


def result_difference(exercise: Exercise, case: Case, expected: Result, received: Result, exact: bool = False) -> str:
    """Say how a result differs from another; with `exact`, as the results of one mistake do."""
    if (expected.failure is None) != (received.failure is None):
        failure = expected.failure or received.failure
        return f"{'raises' if received.failure else 'should raise'} {failure.kind if failure else ''}"
    if expected.failure is not None and received.failure is not None:
        return "" if _same_failure(expected.failure, received.failure) else f"raises {received.failure.kind}"
    tolerance = exercise.tolerance.for_data(case.arguments, dict(case.keywords), expected.value)
    found = difference(expected.value, received.value, tolerance)
    if found or (exact and bool(expected.changed) == bool(received.changed)):
        return found
    if received.changed and not expected.changed:
        return f"{CHANGED} `{received.changed}`"
    return "does not change its argument" if exact and expected.changed else ""


def _same_failure(expected: Failure, received: Failure) -> bool:
    return any(each.__name__ == expected.kind for each in received.types)
