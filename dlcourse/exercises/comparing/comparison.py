"""A reader's function beside the library's: which cases are right, and what differs in the others."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.exercises.comparing.compare import difference
from dlcourse.exercises.judging import brought_to, difference_in_kind
from dlcourse.exercises.running.description import Description
from dlcourse.exercises.running.failure import Failure
from dlcourse.exercises.running.sandbox import Result, Session
from dlcourse.exercises.tensors import plain
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.exercises.wording import is_number, shorten, value_text

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Case, Exercise

CHANGED = "Your function changes its argument"
DIGITS = (4, 6, 8, 12, 17)
LONGEST_RESULT = 400


@dataclass(frozen=True)
class Comparison:
    """The reader's session beside the reference's: `differences[i]` is "" where case i is right."""

    exercise: Exercise
    answer: Description
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
    def first_wrong(self) -> int:
        """The index of the first case that is wrong in more than a changed argument."""
        return next(i for i, found in enumerate(self.differences) if found and not found.startswith(CHANGED))

    @property
    def first_changed(self) -> int | None:
        """The index of the first case in which all that is wrong is a changed argument, or None."""
        return next((i for i, found in enumerate(self.differences) if found.startswith(CHANGED)), None)

    def gives_value(self, index: int) -> bool:
        """Return whether in one case both functions gave a value: neither raised."""
        return self.reference[index].failure is None and self.reader.results[index].failure is None

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
    return found + ["Your function was not run in this case."] * (len(cases) - len(found))


def result_difference(exercise: Exercise, case: Case, expected: Result, received: Result, exact: bool = False) -> str:
    """Say how a result differs from another; with `exact`, as the results of one mistake do."""
    if (expected.failure is None) != (received.failure is None):
        failure = expected.failure or received.failure
        verb = "raises" if received.failure else "should raise"
        return f"Your function {verb} {failure.kind if failure else 'an exception'}."
    if expected.failure is not None and received.failure is not None:
        return (
            ""
            if _same_failure(expected.failure, received.failure)
            else f"Your function raises {received.failure.kind}."
        )
    if exercise.judge is not None:
        found = difference_in_kind(exercise.judge, case.arguments, expected.value, received.value)
    else:
        tolerance = exercise.tolerance.for_data(case.arguments, dict(case.keywords), expected.value)
        found = difference(expected.value, received.value, tolerance)
        if found and exercise.one_form is not None:
            one, other = (brought_to(exercise.one_form, case.arguments, each.value) for each in (expected, received))
            in_form = difference(one, other, tolerance)
            # Told in that form, or a sign that is free would be told as a fault; where there is no such form, as it is.
            found = found if in_form and other is received.value else in_form
    if found or (exact and bool(expected.changed) == bool(received.changed)):
        return found
    if received.changed and not expected.changed:
        return f"{CHANGED} `{received.changed}`."
    return "Your function does not change its argument." if exact and expected.changed else ""


def _same_failure(expected: Failure, received: Failure) -> bool:
    return expected.kind in received.types


def result_texts(comparison: Comparison, index: int) -> tuple[str, str]:
    """Return what was expected and received in one case, with as many digits as it takes to see that they differ.

    Where only the types differ, as with a list in place of an array, more digits would show nothing.
    """
    expected, received = comparison.reference[index], comparison.reader.results[index]
    case = comparison.cases[index]
    tolerance = comparison.exercise.tolerance.for_data(case.arguments, dict(case.keywords), expected.value)
    enough = DIGITS[:1] if _same_numbers(expected.value, received.value, tolerance) else DIGITS
    for digits in enough:
        texts = _result_text(expected, digits), _result_text(received, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _same_numbers(expected: Any, received: Any, tolerance: Tolerance) -> bool:
    one, other = (np.array(list(numbers_in(value))) for value in (expected, received))
    plain = all(array.dtype.kind in "biufc" for array in (one, other))  # an integer may be too long for NumPy
    return plain and one.shape == other.shape and bool(tolerance.close(one, other).all())


def numbers_in(value: Any) -> Iterator[Any]:
    """Yield all numbers in a result: of arrays, tuples and dictionaries."""
    value = plain(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        yield from value.ravel().tolist()
    elif isinstance(value, tuple | list):
        for member in value:
            yield from numbers_in(member)
    elif isinstance(value, Mapping):
        yield from numbers_in(list(value.values()))
    elif is_number(value):
        yield value


def _result_text(result: Result, digits: int) -> str:
    if result.failure is not None:
        return f"{result.failure.kind} raised"
    text = value_text(result.value, digits)
    return text if is_number(result.value) else shorten(text, LONGEST_RESULT)
