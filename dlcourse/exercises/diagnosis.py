"""From what a reader's function did on every case to one verdict: the course's teacher."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlcourse.exercises.answers import is_untouched, not_attempted, refuse
from dlcourse.exercises.compare import is_number
from dlcourse.exercises.comparison import Comparison, differences, result_difference
from dlcourse.exercises.failure import Failure
from dlcourse.exercises.relations import relation
from dlcourse.exercises.remarks import praise, printed, warned
from dlcourse.exercises.sandbox import Result, run_calls
from dlcourse.exercises.verdict import Verdict
from dlcourse.exercises.wording import call_text, plural, shorten, value_text

if TYPE_CHECKING:
    from dlcourse.exercises.exercise import Case, Exercise, Mistake

# The reference and the listed mistakes are the course's own: this only guards against a fault of the course.
OWN_SECONDS = 60.0


def examine(exercise: Exercise, answer: Any, cases: list[Case]) -> Verdict:
    """Return the verdict on `answer` as a solution of `exercise`."""
    refused = refuse(exercise, answer, cases)
    if refused is not None:
        return refused
    names = list(inspect.signature(exercise.reference).parameters)
    reference = run_calls(exercise.reference, cases, OWN_SECONDS, names).results
    session = run_calls(answer, cases, exercise.seconds, names)
    if is_untouched(answer, session):
        return not_attempted(exercise)
    comparison = Comparison(exercise, cases, reference, session, differences(exercise, cases, reference, session))
    if len(session.results) == len(cases) and not any(comparison.differences):
        return exercise.verdict("passed", praise([case.label for case in cases]), notes=printed(session))
    verdict = _interrupted(comparison) or _recognized_mistake(comparison) or _general(comparison)
    return verdict.with_notes(*printed(session), *warned(session))


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
    # Most mistakes are ruled out by the one case that shows most: the first that differs.
    if not _agree_on(comparison, mistake, [comparison.first]):
        return False
    return _agree_on(comparison, mistake, range(len(comparison.cases)))


def _agree_on(comparison: Comparison, mistake: Mistake, indices: Sequence[int]) -> bool:
    """Return whether the reader's function and a mistake do the same in the cases with these indices."""
    cases = [comparison.cases[i] for i in indices]
    wrong = run_calls(mistake.function, cases, OWN_SECONDS, comparison.parameters).results
    received = [comparison.reader.results[i] for i in indices]
    if len(wrong) < len(cases):
        return False
    # A function that raises everywhere shows too little: any slip of the same type would look the same.
    raises_everywhere = all(each.failure is not None for each in comparison.reader.results)
    for case, one, other in zip(cases, wrong, received, strict=True):
        if result_difference(comparison.exercise, case, one, other, exact=True):
            return False
        if raises_everywhere and one.failure and other.failure and one.failure.message != other.failure.message:
            return False
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
        f"Your function was stopped after {exercise.seconds:g} s: the library needs far less for the same "
        f"{plural(len(comparison.cases), 'call')}. It was still running in {_case_text(done, case)}. "
        "Is there a loop whose condition never becomes false, or a variable that it should change and does not?",
        table=(("call", call_text(exercise.name, case.arguments, case.keywords)),),
    )


def _general(comparison: Comparison) -> Verdict:
    reader = comparison.reader
    if all(each.value is None and each.failure is None for each in reader.results):
        return _returns_nothing(comparison)
    if comparison.only_arguments_changed:
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
    one = name if name.isidentifier() else "values"
    message = (
        f"The values are right, but your function changes its argument {label}: whoever called it finds other numbers "
        f"in that variable afterwards. Work on a new array: `{one} - c` makes one; `-=`, `+=`, `{one}[...] =` and "
        "`.sort()` write into the old one."
    )
    return _verdict_with_case(comparison, index, message, table=False)


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
    if failure.advice:
        message += f"\n{failure.advice}"
    return _verdict_with_case(comparison, index, message, code=failure.place)


def _verdict_with_case(
    comparison: Comparison, index: int, message: str, *, table: bool = True, **details: Any
) -> Verdict:
    """Return "not yet" with the message, how many cases are right, and the first case that differs."""
    cases = comparison.cases
    if comparison.only_arguments_changed:
        message += "\nIt shows first in "
    elif comparison.right:
        message += f"\n{plural(comparison.right, 'case')} of {len(cases)} right; the first that differs is "
    else:
        message += f"\nNone of {plural(len(cases), 'case')} is right; the first is "
    message += f"{_case_text(index, cases[index])}."
    return comparison.exercise.verdict(
        "not yet",
        message,
        table=_table(comparison, index) if table else (),
        share=_share(comparison),
        **details,
    )


def _share(comparison: Comparison) -> float:
    """Return the share of right cases; 0 when fewer than half of the ordinary cases are right.

    Right values from a function that changes its arguments count half.
    """
    if comparison.only_arguments_changed:
        return 0.5
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
