"""Feedback with the numbers of the case in which a mistake shows first."""

from __future__ import annotations

import inspect
import string
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.exercises.tensors import plain
from dlcourse.exercises.wording import is_number, numbers_apart, value_text

if TYPE_CHECKING:
    from dlcourse.exercises.contract import Outcome

Field = str | Callable[..., Any]

DIGITS = 4
ROUNDING = 1e-13


def with_numbers(template: str, *names: str, **fields: Field) -> Callable[[Outcome], str]:
    """Return a feedback that fills the braces of `template` from the first case that differs.

    `{expected}` and `{received}` are the two entries that differ most (of a tuple: of its first member that differs),
    `{where}` is that entry's index, `{case}` the case's label. `names` name the arguments of the exercise's function in
    their order: `{bias}` is then the argument's value, or its entry at `{where}` when it has the shape of the result.
    `fields` are texts, with braces of their own, and functions: of the case's arguments, or of the `outcome` where that
    is the name of their only parameter. Raises ValueError for any other field.
    """
    template = _with_texts(template, {name: value for name, value in fields.items() if isinstance(value, str)})
    functions = {name: value for name, value in fields.items() if not isinstance(value, str)}
    used = _fields_in(template)
    known = {"expected", "received", "where", "case", *names, *functions}
    if not used <= known:
        raise ValueError(f"with_numbers: the template uses {sorted(used - known)}, known are {sorted(known)}.")

    def feedback(outcome: Outcome) -> str:
        found: dict[str, Any] = {"case": outcome.case.label}
        if used & {"expected", "received", "where", *names}:
            found |= _entries(outcome, names, used)
        found |= {name: _computed(functions[name], outcome) for name in used & functions.keys()}
        return template.format(
            **{
                name: value if isinstance(value, str) else value_text(value, DIGITS)
                for name, value in found.items()
                if name in used
            }
        )

    return feedback


def template_in(function: Callable[..., Any]) -> str:
    """Return a function's docstring as a template, its lines joined; an empty line begins a new one.

    Raises ValueError where there is none: a mistake without feedback tells nobody anything.
    """
    if not function.__doc__:
        raise ValueError(f"The mistake {function.__name__} has no docstring, which would be its feedback.")
    return "\n".join(" ".join(part.split("\n")) for part in inspect.cleandoc(function.__doc__).split("\n\n"))


def _with_texts(template: str, texts: Mapping[str, str]) -> str:
    for name, text in texts.items():
        template = template.replace("{" + name + "}", text)
    return template


def _entries(outcome: Outcome, names: Sequence[str], used: set[str]) -> dict[str, Any]:
    """The entries that differ most, their index, and the arguments of which the template names one."""
    expected, received, where = differing_entry(outcome.expected, outcome.received)
    shape = getattr(_differing_member(outcome.expected, outcome.received)[0], "shape", ())
    named = zip(names, outcome.case.arguments, strict=False)
    found = {name: _entry(value, where, shape) for name, value in named if name in used}
    found |= dict(zip(("expected", "received"), _told_apart(expected, received), strict=True))
    return found | {"where": ", ".join(map(str, where))}


def _fields_in(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


def _computed(function: Callable[..., Any], outcome: Outcome) -> Any:
    of_the_outcome = list(inspect.signature(function).parameters) == ["outcome"]
    return function(outcome) if of_the_outcome else function(*outcome.case.arguments)


def differing_entry(expected: Any, received: Any) -> tuple[Any, Any, tuple[int, ...]]:
    """The entries of two results that differ most, and their index; the results themselves when shapes differ.

    A difference that is not finite (NaN or infinity on one side only) counts as the largest.
    """
    expected, received = map(plain, _differing_member(expected, received))
    try:
        one, other = np.asarray(expected, float), np.asarray(received, float)
    except (TypeError, ValueError):
        return expected, received, ()
    if one.shape != other.shape or not one.size:
        return expected, received, ()
    with np.errstate(all="ignore"):
        distance = np.where(one == other, 0.0, np.nan_to_num(np.abs(one - other), nan=np.inf))
    where = tuple(int(i) for i in np.unravel_index(int(distance.argmax()), one.shape))
    return one[where], other[where], where


def first_difference(*names: str) -> Callable[[Outcome], str]:
    """A field for a function with several results, called by `names`: the first that differs, and where it does most.

    Where the function stops with an error, or a result has another shape, it says that.
    """

    def told(outcome: Outcome) -> str:
        case = f"On “{outcome.case.label}”"
        if outcome.error:
            return f"{case} your function stops with {outcome.error}. "
        for name, right, own in zip(names, outcome.expected, outcome.received, strict=True):
            if np.shape(right) != np.shape(own):
                return f"{case} {name} should have shape {np.shape(right)}, and yours has {np.shape(own)}. "
            if not _same(right, own):
                *entries, where = differing_entry(right, own)
                expected, received = numbers_apart(*entries)
                place = f"[{', '.join(map(str, where))}]" if where else ""
                return f"{case} {name}{place} should be {expected}, and you return {received}. "
        return ""

    return told


def _same(expected: Any, received: Any) -> bool:
    """Whether two results have the same shape and, but for rounding, the same numbers."""
    return np.shape(expected) == np.shape(received) and np.allclose(
        expected, received, rtol=1e-6, atol=1e-9, equal_nan=True
    )


def _differing_member(expected: Any, received: Any) -> tuple[Any, Any]:
    """The first members of two tuples (or lists of arrays) that differ; otherwise the two results themselves."""
    several = isinstance(expected, tuple) or (
        isinstance(expected, list) and isinstance(next(iter(expected), None), np.ndarray)
    )
    if not several or not isinstance(received, tuple | list) or len(expected) != len(received):
        return expected, received
    for one, other in zip(map(plain, expected), map(plain, received), strict=True):
        if not _same(one, other):
            return one, other
    return expected, received


def _entry(value: Any, where: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """The entry of an argument at `where` when it has the result's shape, else the whole argument."""
    value = plain(value)
    return np.asarray(value)[where] if shape and np.shape(value) == shape else value


def _told_apart(expected: Any, received: Any) -> tuple[str, str]:
    """Both as texts, with as many digits as it takes to see that they differ; what is only rounding error reads 0."""
    if not (is_number(expected) and is_number(received)):
        return value_text(expected, DIGITS), value_text(received, DIGITS)
    if np.isfinite(expected) and abs(received) < ROUNDING * max(1.0, abs(expected)):
        return value_text(expected, DIGITS), "0"
    return numbers_apart(expected, received)
