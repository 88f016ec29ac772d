"""From what a reader's function did on every case to one verdict: the course's teacher."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlcourse.exercises.compare import difference, is_number
from dlcourse.exercises.relations import relation
from dlcourse.exercises.sandbox import Failure, Result, Session, run_calls
from dlcourse.exercises.verdict import Verdict
from dlcourse.exercises.wording import call_text, kind_of, plural, shorten, value_text

if TYPE_CHECKING:
    from dlcourse.exercises.exercise import Case, Exercise, Mistake

# The reference and the listed mistakes are the course's own: this only guards against a fault of the course.
OWN_SECONDS = 60.0
STUB_INSTRUCTIONS = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}
STUB_INSTRUCTIONS |= {"LOAD_COMMON_CONSTANT", "NOT_TAKEN", "POP_TOP"}


@dataclass(frozen=True)
class Comparison:
    """The reader's session beside the reference's: `differences[i]` is "" where case i is right."""

    exercise: Exercise
    cases: list[Case]
    reference: list[Result]
    reader: Session
    differences: list[str]

    @property
    def first(self) -> int:
        """The index of the first case that differs."""
        return next(i for i, found in enumerate(self.differences) if found)

    @property
    def right(self) -> int:
        """How many cases are right."""
        return sum(not found for found in self.differences)


def examine(exercise: Exercise, answer: Any, cases: list[Case]) -> Verdict:
    """Return the verdict on `answer` as a solution of `exercise`."""
    refused = _not_a_function(exercise, answer) or _cannot_be_called(exercise, answer, cases)
    if refused is not None:
        return refused
    names = list(inspect.signature(exercise.reference).parameters)
    reference = run_calls(exercise.reference, cases, OWN_SECONDS, names).results
    session = run_calls(answer, cases, exercise.seconds, names)
    if _is_untouched(answer, session):
        return _not_attempted(exercise)
    comparison = Comparison(exercise, cases, reference, session, _differences(exercise, cases, reference, session))
    if len(session.results) == len(cases) and not any(comparison.differences):
        return exercise.verdict("passed", _praise(cases), notes=_printed(session))
    verdict = _interrupted(comparison) or _recognized_mistake(comparison) or _general(comparison)
    return verdict.with_notes(*_printed(session), *_warned(session))


# What the reader passed to check


def _not_a_function(exercise: Exercise, answer: Any) -> Verdict | None:
    if answer is None or answer is ...:
        return _not_attempted(exercise)
    if callable(answer):
        return None
    return exercise.verdict(
        "not yet",
        f"The name `{exercise.name}` holds {kind_of(answer)}, not a function: it was probably assigned again, or the "
        f"function was called in the check. Run the cell with `def {exercise.name}` again, and pass the name alone, "
        f"without parentheses: `check({exercise.name})`.",
    )


def _cannot_be_called(exercise: Exercise, answer: Any, cases: Sequence[Case]) -> Verdict | None:
    """Explain a wrong number of parameters before it shows as a TypeError in every case."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return None
    for case in cases:
        try:
            signature.bind(*case.arguments, **case.keywords)
        except TypeError:
            break
    else:
        return None
    expected = inspect.signature(exercise.reference)
    wanted = ", ".join(_parameter_text(each) for each in expected.parameters.values())
    has = ", ".join(_parameter_text(each) for each in signature.parameters.values())
    count = len(signature.parameters)
    return exercise.verdict(
        "not yet",
        f"The check calls `{exercise.name}({wanted})`, but your function takes {plural(count, 'parameter')}: "
        f"`{getattr(answer, '__name__', exercise.name)}({has})`. Give it the parameters that the exercise asks for.",
    )


def _parameter_text(parameter: inspect.Parameter) -> str:
    star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    default = "" if parameter.default is parameter.empty else f"={value_text(parameter.default)}"
    return f"{star}{parameter.name}{default}"


def _is_untouched(answer: Any, session: Session) -> bool:
    results = session.results
    if not results or not session.ended:
        return False
    if all(each.failure is not None and NotImplementedError in each.failure.types for each in results):
        return True
    if any(each.failure is not None for each in results):
        return False
    if all(each.value is ... for each in results):
        return True
    return all(each.value is None for each in results) and _is_stub(answer)


def _is_stub(function: Callable[..., Any]) -> bool:
    """Return whether a function's body is a docstring, `...` or `pass` and nothing else."""
    code = getattr(function, "__code__", None)
    return code is None or all(step.opname in STUB_INSTRUCTIONS for step in dis.get_instructions(code))


def _not_attempted(exercise: Exercise) -> Verdict:
    return exercise.verdict(
        "not attempted",
        f"Replace the `...` in `{exercise.name}` with your code, run that cell, then run this one.",
    )


# What the function returned


def _differences(exercise: Exercise, cases: Sequence[Case], reference: Sequence[Result], session: Session) -> list[str]:
    found = [
        _difference(exercise, case, expected, received)
        for case, expected, received in zip(cases, reference, session.results, strict=False)
    ]
    return found + ["not reached"] * (len(cases) - len(found))


def _difference(exercise: Exercise, case: Case, expected: Result, received: Result, exact: bool = False) -> str:
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
        return f"changes its argument `{received.changed}`"
    return "does not change its argument" if exact and expected.changed else ""


def _same_failure(expected: Failure, received: Failure) -> bool:
    return any(each.__name__ == expected.kind for each in received.types)


def _recognized_mistake(comparison: Comparison) -> Verdict | None:
    if len(comparison.reader.results) < len(comparison.cases):
        return None
    for mistake in comparison.exercise.mistakes:
        if _behaves_like(comparison, mistake):
            break
    else:
        return None
    index = comparison.first
    case, received = comparison.cases[index], comparison.reader.results[index]
    message = _feedback(mistake, comparison, case, received)
    return _verdict_with_case(comparison, index, message, mistake=mistake.name)


def _behaves_like(comparison: Comparison, mistake: Mistake) -> bool:
    exercise, reader = comparison.exercise, comparison.reader
    names = list(inspect.signature(exercise.reference).parameters)
    session = run_calls(mistake.function, comparison.cases, OWN_SECONDS, names)
    if len(session.results) < len(comparison.cases):
        return False
    pairs = list(zip(comparison.cases, session.results, reader.results, strict=True))
    if any(_difference(exercise, case, wrong, received, exact=True) for case, wrong, received in pairs):
        return False
    # A function that raises everywhere shows too little: any slip of the same type would look the same.
    failures = [(wrong.failure, received.failure) for _, wrong, received in pairs]
    if all(wrong is not None for wrong, _ in failures):
        return all(wrong and received and wrong.message == received.message for wrong, received in failures)
    return True


def _feedback(mistake: Mistake, comparison: Comparison, case: Case, received: Result) -> str:
    from dlcourse.exercises.exercise import Outcome

    expected = comparison.reference[comparison.first].value
    error = received.failure.kind if received.failure is not None else ""
    try:
        return mistake.feedback_for(Outcome(case, expected, received.value, error))
    except Exception:
        # The mistake was recognized, but its numbers are not of the kind that the feedback describes.
        return f"{comparison.differences[comparison.first]} (Recognized as: {mistake.name.replace('_', ' ')}.)"


def _interrupted(comparison: Comparison) -> Verdict | None:
    exercise, reader = comparison.exercise, comparison.reader
    if reader.interrupted:
        return exercise.verdict("not yet", "Your function was interrupted (KeyboardInterrupt) before the check ended.")
    if reader.ended:
        return None
    done = len(reader.results)
    case = comparison.cases[min(done, len(comparison.cases) - 1)]
    return exercise.verdict(
        "not yet",
        f"Your function was stopped: {_seconds(exercise.seconds)} were not enough for {plural(len(comparison.cases), 'call')} "
        f"that the library answers at once. It was still running in {_case_text(done, case)}. Is there a loop whose "
        "condition never becomes false, or a variable in the condition that the loop does not change?",
        table=(("call", call_text(exercise.name, case.arguments, case.keywords)),),
    )


def _general(comparison: Comparison) -> Verdict:
    reader = comparison.reader
    if all(each.value is None and each.failure is None for each in reader.results):
        return _returns_nothing(comparison)
    values_right = all(not found or found.startswith("changes its argument") for found in comparison.differences)
    if values_right:
        return _changes_its_argument(comparison)
    index = comparison.first
    received = reader.results[index]
    if received.failure is not None:
        return _raises(comparison, index, received.failure)
    expected_failure = comparison.reference[index].failure
    if expected_failure is not None:
        message = (
            f"Your function gives a result where it should raise {expected_failure.kind}: {expected_failure.message}"
        )
        return _verdict_with_case(comparison, index, message)
    clue = relation(_pairs(comparison))
    message = comparison.differences[index]
    return _verdict_with_case(comparison, index, f"{message}\n{clue}" if clue else message)


def _pairs(comparison: Comparison) -> list[tuple[Any, Any, tuple[Any, ...]]]:
    """Return (expected, received, arguments) of every case in which both gave a value."""
    return [
        (expected.value, received.value, tuple(case.arguments))
        for case, expected, received in zip(
            comparison.cases, comparison.reference, comparison.reader.results, strict=False
        )
        if expected.failure is None and received.failure is None
    ]


def _returns_nothing(comparison: Comparison) -> Verdict:
    if comparison.reader.printed.strip():
        message = (
            "Your function prints its result but returns nothing (None). Others can only use what comes back: "
            "replace `print(...)` by `return ...`."
        )
    else:
        message = "Your function returns nothing (None): the last line is probably missing its `return`."
    return _verdict_with_case(comparison, comparison.first, message)


def _changes_its_argument(comparison: Comparison) -> Verdict:
    index = comparison.first
    name = comparison.reader.results[index].changed
    label = f"`{name}`" if name.isidentifier() else name
    message = (
        f"The values are right, but your function changes its argument {label}: whoever called it finds other numbers "
        f"in that variable afterwards. Work on a new array: `{name if name.isidentifier() else 'values'} - c` makes one, "
        "`-=`, `+=`, `[...] =` and `.sort()` write into the old one."
    )
    return _verdict_with_case(comparison, index, message, share=0.5, table=False)


def _raises(comparison: Comparison, index: int, failure: Failure) -> Verdict:
    if SystemExit in failure.types:
        message = "Your function ends the program (`exit` or `sys.exit`). It gives its result back with `return`."
    elif RecursionError in failure.types:
        message = (
            "Your function calls itself without an end (RecursionError): it needs a case in which it returns a "
            "value without calling itself."
        )
    else:
        message = f"Your function stops with {failure.kind}{': ' + failure.message if failure.message else '.'}"
    if failure.shadowed:
        message += f"\n{failure.shadowed}"
    code = f"{failure.where}:\n    {failure.line}" if failure.line else failure.where
    return _verdict_with_case(comparison, index, message, code=code)


def _verdict_with_case(
    comparison: Comparison, index: int, message: str, *, table: bool = True, share: float | None = None, **details: Any
) -> Verdict:
    """Return "not yet" with the message, how many cases are right, and the first case that differs."""
    cases = comparison.cases
    if comparison.right:
        message += f"\n{plural(comparison.right, 'case')} of {len(cases)} right; the first that differs is "
    else:
        message += f"\nNone of {plural(len(cases), 'case')} is right; the first is "
    message += f"{_case_text(index, cases[index])}."
    return comparison.exercise.verdict(
        "not yet",
        message,
        table=_table(comparison, index) if table else (),
        share=_share(comparison) if share is None else share,
        **details,
    )


def _share(comparison: Comparison) -> float:
    """Return the share of right cases, or 0 when fewer than half of the ordinary cases are right."""
    right = [not found for found in comparison.differences]
    ordinary = [one for one, case in zip(right, comparison.cases, strict=True) if not case.edge]
    if 2 * sum(ordinary) < len(ordinary):
        return 0.0
    return sum(right) / len(right)


def _table(comparison: Comparison, index: int) -> tuple[tuple[str, str], ...]:
    case, expected, received = comparison.cases[index], comparison.reference[index], comparison.reader.results[index]
    call = call_text(comparison.exercise.name, case.arguments, case.keywords)
    one, other = _result_text(expected, 4), _result_text(received, 4)
    for digits in (6, 8, 12, 17):
        if one != other:
            break
        one, other = _result_text(expected, digits), _result_text(received, digits)
    return ("call", call), ("expected", one), ("received", other)


def _result_text(result: Result, digits: int) -> str:
    if result.failure is not None:
        return f"{result.failure.kind} raised"
    text = value_text(result.value, digits)
    return text if is_number(result.value) or len(text) < 400 else shorten(text, 400)


# Words


def _case_text(index: int, case: Case) -> str:
    return f"case {index + 1}, “{case.label}”"


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def _praise(cases: Sequence[Case]) -> str:
    labels = list(dict.fromkeys(case.label for case in cases))
    shown = ", ".join(f"“{label}”" for label in labels[:6]) + (" and others" if len(labels) > 6 else "")
    return f"Your function agrees with the library on {'all ' if len(cases) > 1 else ''}{plural(len(cases), 'case')}: {shown}."


def _printed(session: Session) -> tuple[str, ...]:
    lines = [shorten(line, 100) for line in session.printed.splitlines() if line.strip()]
    if not lines:
        return ()
    more = session.printed_lines - 3
    shown = " / ".join(lines[:3]) + _more_lines(more, session.ended)
    return (f"Your function also printed: {shown}",)


def _more_lines(count: int, ended: bool) -> str:
    # How far a loop gets before it is stopped differs from run to run.
    return (f" / … ({plural(count, 'more line')})" if ended else " / …") if count > 0 else ""


def _warned(session: Session) -> tuple[str, ...]:
    return tuple(f"NumPy warned while your function ran: {message}." for message in session.warnings[:3])
