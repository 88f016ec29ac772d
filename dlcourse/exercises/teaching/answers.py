"""What the reader handed to a check, before it is compared: nothing yet, not a function, other parameters."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dlcourse.exercises.running.sandbox import Session
from dlcourse.exercises.showing.verdict import Verdict
from dlcourse.exercises.wording import kind_of, plural, value_text

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Case, Exercise

# What the compiler makes of a body that is a docstring and `...`, in Python 3.11 to 3.14.
STUB_INSTRUCTIONS = {
    "RESUME",
    "NOP",
    "CACHE",
    "LOAD_CONST",
    "RETURN_VALUE",
    "RETURN_CONST",
    "COPY_FREE_VARS",
    "POP_TOP",
}
STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}


def refuse(exercise: Exercise, answer: Any, cases: Sequence[Case]) -> Verdict | None:
    """Return a verdict on an answer that cannot be called as the exercise asks, or None when it can."""
    if answer is None or answer is ...:
        return not_attempted(exercise)
    if not callable(answer):
        return _not_a_function(exercise, answer)
    return None if _can_be_called(answer, cases) else _wrong_parameters(exercise, answer, cases)


def not_attempted(exercise: Exercise) -> Verdict:
    """Return the verdict on a stub."""
    return exercise.verdict(
        "not attempted",
        f"Replace the `...` in `{exercise.name}` with your code, run that cell, then run this one.",
    )


def is_untouched(exercise: Exercise, answer: Callable[..., Any], session: Session) -> bool:
    """Return whether a function is still the stub: it gave nothing, or raised NotImplementedError, everywhere."""
    results = session.results
    if not results or not session.ended:
        return False
    if all(each.failure is not None and "NotImplementedError" in each.failure.types for each in results):
        return True
    if any(each.failure is not None for each in results):
        return False
    if exercise.effect is not None:
        return _is_stub(answer)
    return all(each.value is ... for each in results) or (
        all(each.value is None for each in results) and _is_stub(answer)
    )


def _is_stub(function: Callable[..., Any]) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and all(step.opname in STUB_INSTRUCTIONS for step in dis.get_instructions(code))


def _not_a_function(exercise: Exercise, answer: Any) -> Verdict:
    return exercise.verdict(
        "not yet",
        f"The name `{exercise.name}` holds {kind_of(answer)}, not a function: it was probably assigned again, or the "
        f"function was called in the check. Run the cell with `def {exercise.name}` again, and pass the name alone, "
        f"without parentheses: `check({exercise.name})`.",
    )


def _can_be_called(answer: Callable[..., Any], cases: Sequence[Case]) -> bool:
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some functions made in C do not tell their parameters
        return True
    try:
        for case in cases:
            signature.bind(*case.arguments, **case.keywords)
    except TypeError:
        return False
    return True


def _wrong_parameters(exercise: Exercise, answer: Callable[..., Any], cases: Sequence[Case]) -> Verdict:
    # The library's function may have further parameters, with defaults, that the exercise does not ask for.
    count = max(len(case.arguments) + len(case.keywords) for case in cases)
    reference = inspect.signature(exercise.reference)
    wanted = _parameters(reference.replace(parameters=list(reference.parameters.values())[:count]))
    signature = inspect.signature(answer)
    return exercise.verdict(
        "not yet",
        f"The check calls `{exercise.name}({wanted})`, but your function takes "
        f"{plural(len(signature.parameters), 'parameter')}: "
        f"`{getattr(answer, '__name__', exercise.name)}({_parameters(signature)})`. "
        "Give it the parameters that the exercise asks for, in that order.",
    )


def _parameters(signature: inspect.Signature) -> str:
    def text(parameter: inspect.Parameter) -> str:
        default = "" if parameter.default is parameter.empty else f"={value_text(parameter.default)}"
        return f"{STARS.get(parameter.kind.name, '')}{parameter.name}{default}"

    return ", ".join(text(each) for each in signature.parameters.values())
