"""From what a reader's function did on every case to one verdict: the course's teacher."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlcourse.exercises.comparing.comparison import Comparison, differences, result_texts
from dlcourse.exercises.comparing.whole_numbers import accept_floats
from dlcourse.exercises.running.description import Description, describe
from dlcourse.exercises.running.handed_in import NotSent, Packed
from dlcourse.exercises.running.libraries import load_libraries_of
from dlcourse.exercises.running.sandbox import Result, Session, run_calls
from dlcourse.exercises.showing.verdict import Verdict
from dlcourse.exercises.teaching import faults, recognition
from dlcourse.exercises.teaching.answers import is_untouched, not_attempted, refuse
from dlcourse.exercises.teaching.remarks import praise, printed, warned
from dlcourse.exercises.wording import call_text, plural

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Case, Exercise


def examine(exercise: Exercise, answer: Any, cases: list[Case]) -> Verdict:
    """Return the verdict on `answer`, a function or a packed one, as a solution of `exercise`."""
    try:
        described = _described(answer, cases)
    except NotSent as error:
        return exercise.verdict("not yet", str(error))
    refused = refuse(exercise, described, cases)
    if refused is not None:
        return refused
    load_libraries_of([exercise.reference])
    names = list(inspect.signature(exercise.reference).parameters)
    reference = run_calls(exercise.observed(exercise.reference), cases, names).results
    _check_reference(exercise, cases, reference)
    session = _session_of(exercise, answer, cases, names)
    if session.not_sent:
        return exercise.verdict("not yet", session.not_sent)
    if is_untouched(exercise, described, session):
        return not_attempted(exercise)
    accept_floats(
        exercise, described, cases, reference, session, lambda case: _session_of(exercise, answer, [case], names)
    )
    verdict = _verdict_on(exercise, described, cases, reference, session)
    if verdict.passed and exercise.forbids_overflow and (overflow := _overflow(exercise, answer, cases, session)):
        verdict = exercise.verdict("not yet", faults.overflows(overflow), notes=printed(session), share=0.5)
    return replace(verdict.with_notes(faults.answer_key(exercise)), share=0.0) if session.used_key else verdict


def _verdict_on(
    exercise: Exercise, answer: Description, cases: list[Case], reference: list[Result], session: Session
) -> Verdict:
    found = differences(exercise, cases, reference, session)
    comparison = Comparison(exercise, answer, cases, reference, session, found)
    if len(session.results) == len(cases) and not any(found):
        return exercise.verdict("passed", praise([case.label for case in cases]), notes=printed(session))
    verdict = _interrupted(comparison) or _recognized_mistake(comparison) or _general(comparison)
    return verdict.with_notes(*printed(session), *warned(comparison))


def _described(answer: Any, cases: list[Case]) -> Description:
    if not isinstance(answer, Packed):
        return describe(answer, cases)
    from dlcourse.exercises.running.worker_process import described_in_worker

    return described_in_worker(answer, cases)


def _session_of(
    exercise: Exercise, answer: Any, cases: list[Case], names: list[str], overflow_raises: bool = False
) -> Session:
    # What starts processes is loaded at the first check: no notebook without one needs it.
    from dlcourse.exercises.running.worker_process import run_in_worker

    return run_in_worker(answer, exercise.effect, cases, exercise.seconds, names, exercise.reference, overflow_raises)


def _overflow(exercise: Exercise, answer: Any, cases: list[Case], session: Session) -> str:
    """Return what NumPy says of a number that overflows in a function whose values are right; "" where none does.

    A function that silences NumPy's warnings is run again, so that overflow raises.
    """
    told = [each for each in session.warnings if each.startswith("overflow")]
    if not told:
        failures = [each.failure for each in _session_of(exercise, answer, cases, [], overflow_raises=True).results]
        told = [each.message for each in failures if each and each.message.startswith("overflow")]
    return next(iter(told), "")


def _check_reference(exercise: Exercise, cases: list[Case], reference: list[Result]) -> None:
    """Raise RuntimeError where the library's own function fails: it would make a wrong answer look right."""
    if len(reference) < len(cases):
        raise RuntimeError(f"The library's {exercise.name} was interrupted.")
    for case, result in zip(cases, reference, strict=True):
        failed = result.failure.types if result.failure else ()
        if bool(failed) != bool(case.raises) or (case.raises and case.raises.__name__ not in failed):
            what = f"raises {result.failure.kind}" if result.failure else "raises nothing"
            raise RuntimeError(f"The library's {exercise.name} {what} in case “{case.label}”.")


def _interrupted(comparison: Comparison) -> Verdict | None:
    exercise, reader = comparison.exercise, comparison.reader
    if reader.interrupted:
        return exercise.verdict("not yet", "Your function was interrupted (KeyboardInterrupt) before the check ended.")
    if reader.ended:
        return None
    done = len(reader.results)
    index = min(done, len(comparison.cases) - 1)
    case = comparison.cases[index]
    if reader.lost:
        return exercise.verdict(
            "not yet",
            f"Your function ended Python itself ({reader.lost}) in {_case_text(comparison, index)}. "
            f"{faults.ENDED_PYTHON}",
            table=(("call", call_text(exercise.name, case.arguments, case.keywords)),),
        )
    return exercise.verdict(
        "not yet",
        f"Your function was stopped after {exercise.seconds:g} s: the library needs far less for the same "
        f"{plural(len(comparison.cases), 'call')}. It was still running in {_case_text(comparison, index)}. "
        "Is there a loop whose condition never becomes false, or a variable that it should change and does not?",
        table=(("call", call_text(exercise.name, case.arguments, case.keywords)),),
    )


def _recognized_mistake(comparison: Comparison) -> Verdict | None:
    if len(comparison.reader.results) < len(comparison.cases):
        return None
    mistake, besides = recognition.mistake_in_all(comparison), ""
    if mistake is None:
        mistake = recognition.mistake_in_most(comparison)
        if mistake is None:
            return None
        index = recognition.first_unexplained(comparison, mistake)
        besides = "\n" + faults.fault_besides(comparison, index, _case_text(comparison, index))
    message = recognition.feedback(mistake, comparison) + besides
    return _verdict_with_case(comparison, comparison.first, message, mistake=mistake.name)


def _general(comparison: Comparison) -> Verdict:
    if all(each.value is None and each.failure is None for each in comparison.reader.results):
        return _verdict_with_case(comparison, comparison.first, faults.nothing_returned(comparison))
    changed = comparison.first_changed
    if comparison.only_arguments_changed and changed is not None:
        message = faults.argument_changed(comparison, changed)
        return _verdict_with_case(comparison, changed, message, table=False)
    index = comparison.first_wrong
    fault = faults.fault_in(comparison, index)
    message = fault.message
    if comparison.gives_value(index):
        clue = faults.relation_of_all(comparison)
        message += f"\n{clue}" if clue else ""
    if changed is not None:
        where = _case_text(comparison, changed)
        message += "\n" + faults.argument_changed_as_well(comparison, changed, where)
    return _verdict_with_case(comparison, index, message, code=fault.code)


def _verdict_with_case(
    comparison: Comparison, index: int, message: str, *, table: bool = True, **details: Any
) -> Verdict:
    """Return "not yet" with the message, how many cases are right, and the case that is told about."""
    count = plural(len(comparison.cases), "case")
    first = "the first with another result is" if index != comparison.first else "the first that differs is"
    if comparison.only_arguments_changed:
        message += "\nIt shows first in "
    elif comparison.right:
        message += f"\n{plural(comparison.right, 'case')} of {len(comparison.cases)} right; {first} "
    else:
        message += f"\nNone of {count} is right; {'the first is' if index == comparison.first else first} "
    return comparison.exercise.verdict(
        "not yet",
        f"{message}{_case_text(comparison, index)}.",
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
    case = comparison.cases[index]
    expected, received = result_texts(comparison, index)
    call = call_text(comparison.exercise.name, case.arguments, case.keywords)
    return ("call", call), ("expected", expected), ("received", received)


def _case_text(comparison: Comparison, index: int) -> str:
    return f"case {index + 1}, “{comparison.cases[index].label}”"
