"""Recognize a listed mistake by what the reader's function returns, not by how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.comparing.compare import of_several_shapes
from dlcourse.exercises.comparing.comparison import Comparison, result_difference
from dlcourse.exercises.contract import Mistake, Outcome
from dlcourse.exercises.running.sandbox import run_calls
from dlcourse.exercises.wording import is_number

# So many cases that are wrong in the same way are no accident.
EVIDENCE = 2


def mistake_in_all(comparison: Comparison) -> Mistake | None:
    """Return the listed mistake that does in every case what the reader's function does, or None."""
    return next(_mistakes_in(comparison, range(len(comparison.cases))), None)


def mistake_in_most(comparison: Comparison) -> Mistake | None:
    """Return the listed mistake that explains all of the reader's orderly results while something else is wrong too.

    Orderly results are those that are right, or finite and of the right shape. They must be at least half of all
    cases, with the first case that differs and at least two wrong ones among them. Of several such mistakes it is the
    one that does the same as the reader's function in most of the other cases. None when there is none.
    """
    orderly = _orderly_cases(comparison)
    wrong = [i for i in orderly if comparison.differences[i]]
    if comparison.first not in orderly or len(wrong) < EVIDENCE or 2 * len(orderly) < len(comparison.cases):
        return None
    others = [i for i in range(len(comparison.cases)) if i not in orderly]
    return max(
        _mistakes_in(comparison, orderly),
        key=lambda mistake: sum(_agree_on(comparison, mistake, [i]) for i in others),
        default=None,
    )


def first_unexplained(comparison: Comparison, mistake: Mistake) -> int:
    """Return the index of the first case in which a mistake of `mistake_in_most` does something else."""
    return next(i for i in range(len(comparison.cases)) if not _agree_on(comparison, mistake, [i]))


def _orderly_cases(comparison: Comparison) -> list[int]:
    triples = zip(comparison.reference, comparison.reader.results, comparison.differences, strict=False)
    return [
        i
        for i, (expected, received, found) in enumerate(triples)
        if not found
        or (
            expected.failure is None
            and received.failure is None
            and (comparison.exercise.judge is not None or _orderly(expected.value, received.value))
        )
    ]


def _orderly(expected: Any, received: Any) -> bool:
    if isinstance(expected, tuple) or (
        isinstance(expected, list) and (isinstance(received, tuple | list) or of_several_shapes(expected))
    ):
        same = isinstance(received, tuple | list) and len(received) == len(expected)
        return same and all(map(_orderly, expected, received))
    if isinstance(expected, Mapping):
        same = isinstance(received, Mapping) and expected.keys() == received.keys()
        return same and all(_orderly(expected[key], received[key]) for key in expected)
    if not isinstance(received, np.ndarray) and not is_number(received):
        return False
    given = np.asarray(received)
    return given.shape == np.shape(expected) and given.dtype.kind in "biufc" and bool(np.isfinite(given).all())


def _mistakes_in(comparison: Comparison, indices: Sequence[int]) -> Iterator[Mistake]:
    for mistake in comparison.exercise.mistakes:
        # Most mistakes are ruled out by the one case that shows most: the first that differs.
        if _agree_on(comparison, mistake, [comparison.first]) and _agree_on(comparison, mistake, indices):
            yield mistake


def _agree_on(comparison: Comparison, mistake: Mistake, indices: Sequence[int]) -> bool:
    """Return whether the reader's function and a mistake do the same in the cases with these indices."""
    cases = [comparison.cases[i] for i in indices]
    wrong = run_calls(comparison.exercise.observed(mistake.function), cases, comparison.parameters).results
    received = [comparison.reader.results[i] for i in indices]
    if len(wrong) < len(cases):  # interrupted
        return False
    # A function that raises in most cases shows too little: any slip of the same type would look the same.
    results = comparison.reader.results
    mostly_raises = 2 * sum(each.failure is not None for each in results) > len(results)
    for case, one, other in zip(cases, wrong, received, strict=True):
        if result_difference(comparison.exercise, case, one, other, exact=True):
            return False
        if mostly_raises and one.failure and other.failure and one.failure.message != other.failure.message:
            return False
    return True


def feedback(mistake: Mistake, comparison: Comparison) -> str:
    """Return the mistake's feedback, with the numbers of the first case that differs."""
    index = comparison.first
    case, received = comparison.cases[index], comparison.reader.results[index]
    error = received.failure.kind if received.failure is not None else ""
    try:
        return mistake.feedback(Outcome(case, comparison.reference[index].value, received.value, error))
    except Exception:
        # The mistake was recognized, but its numbers are not of the kind that the feedback describes.
        return f"{comparison.differences[index]} (Recognized as: {mistake.name.replace('_', ' ')}.)"
