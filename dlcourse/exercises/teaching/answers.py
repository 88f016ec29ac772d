"""What the reader handed to a check, before it is compared: nothing yet, not a function, other parameters."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlcourse.exercises.running.description import Description, parameters_text
from dlcourse.exercises.running.sandbox import Session
from dlcourse.exercises.showing.verdict import Verdict
from dlcourse.exercises.wording import plural

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Case, Exercise


def refuse(exercise: Exercise, answer: Description, cases: Sequence[Case]) -> Verdict | None:
    """Return a verdict on an answer that cannot be called as the exercise asks, or None when it can."""
    if answer.missing:
        return not_attempted(exercise)
    if not answer.is_callable:
        return _not_a_function(exercise, answer)
    return None if answer.fits else _wrong_parameters(exercise, answer, cases)


def not_attempted(exercise: Exercise) -> Verdict:
    """Return the verdict on a stub."""
    return exercise.verdict(
        "not attempted",
        f"Replace the `...` in `{exercise.name}` with your code, run that cell, then run this one.",
    )


def is_untouched(exercise: Exercise, answer: Description, session: Session) -> bool:
    """Return whether a function is still the stub: it gave nothing, or raised NotImplementedError, everywhere."""
    results = session.results
    if not results or not session.ended:
        return False
    if all(each.failure is not None and "NotImplementedError" in each.failure.types for each in results):
        return True
    if any(each.failure is not None for each in results):
        return False
    if exercise.effect is not None:
        return answer.is_stub
    return all(each.value is ... for each in results) or (
        all(each.value is None for each in results) and answer.is_stub
    )


def _not_a_function(exercise: Exercise, answer: Description) -> Verdict:
    return exercise.verdict(
        "not yet",
        f"The name `{exercise.name}` holds {answer.kind}, not a function: it was probably assigned again, or the "
        f"function was called in the check. Run the cell with `def {exercise.name}` again, and pass the name alone, "
        f"without parentheses: `check({exercise.name})`.",
    )


def _wrong_parameters(exercise: Exercise, answer: Description, cases: Sequence[Case]) -> Verdict:
    # The library's function may have further parameters, with defaults, that the exercise does not ask for.
    count = max(len(case.arguments) + len(case.keywords) for case in cases)
    reference = inspect.signature(exercise.reference)
    wanted = parameters_text(reference.replace(parameters=list(reference.parameters.values())[:count]))
    return exercise.verdict(
        "not yet",
        f"The check calls `{exercise.name}({wanted})`, but your function takes "
        f"{plural(answer.count, 'parameter')}: `{answer.name or exercise.name}({answer.parameters})`. "
        "Give it the parameters that the exercise asks for, in that order.",
    )
