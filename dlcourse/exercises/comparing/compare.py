"""Compare a reader's result with the library's, and say in the reader's terms what differs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import numpy as np

from dlcourse.exercises.comparing.arrays import difference_of_arrays
from dlcourse.exercises.tensors import is_tensor, plain
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.exercises.wording import kind_of, plural, value_text

ORDINALS = ("first", "second", "third", "fourth", "fifth")


def difference(expected: Any, received: Any, tolerance: Tolerance, subject: str = "Your result") -> str:
    """Return in a sentence how `received` differs from `expected`; the empty text when it does not.

    Numbers and arrays are compared within `tolerance`, tuples, lists and dictionaries member by member, and anything
    else by equality. `subject` is what the sentence is about.
    """
    if received is None:
        return "" if expected is None else f"{subject} is None. A function gives its result back with `return`."
    if is_tensor(expected):
        return _difference_of_tensors(expected, received, tolerance, subject)
    if isinstance(expected, tuple):
        return _difference_of_members(expected, received, tolerance, subject)
    if isinstance(expected, Mapping):
        return _difference_of_keys(expected, received, tolerance, subject)
    if isinstance(expected, list) and (not isinstance(received, np.ndarray) or of_several_shapes(expected)):
        return _difference_of_members(tuple(expected), received, tolerance, subject)
    if is_numeric(expected):
        return difference_of_arrays(expected, received, tolerance, subject)
    return _difference_of_objects(expected, received, subject)


def is_numeric(value: Any) -> bool:
    """Return whether `value` is a number or an array (or list) of numbers."""
    if isinstance(value, bool | int | float | complex | np.number | np.bool_):
        return True
    if isinstance(value, list):
        return bool(value) and all(is_numeric(member) for member in value)
    return isinstance(value, np.ndarray) and value.dtype.kind in "biufc"


def of_several_shapes(values: list[Any]) -> bool:
    """Return whether a list holds arrays that do not fit into one, such as the gradients of several parameters."""
    return len({value.shape for value in values if isinstance(value, np.ndarray)}) > 1


def _difference_of_tensors(expected: Any, received: Any, tolerance: Tolerance, subject: str) -> str:
    if not is_tensor(received):
        return f"{subject} is {kind_of(received)}; expected is {kind_of(expected)}."
    return difference_of_arrays(plain(expected), plain(received), tolerance, subject)


def _difference_of_objects(expected: Any, received: Any, subject: str) -> str:
    if type(expected) is not type(received):
        return f"{subject} is {kind_of(received)}; expected is {kind_of(expected)}."
    try:
        equal = bool(np.all(expected == received))
    except Exception:
        equal = False
    return "" if equal else f"{subject} is {value_text(received)}; expected is {value_text(expected)}."


def _difference_of_members(expected: tuple[Any, ...], received: Any, tolerance: Tolerance, subject: str) -> str:
    names = getattr(expected, "_fields", None) or [f"value {i + 1} of {len(expected)}" for i in range(len(expected))]
    if not isinstance(received, tuple | list):
        return f"{subject} is {kind_of(received)}; {_wanted_members(expected)}"
    if len(received) != len(expected):
        return f"{subject} has {plural(len(received), 'value')}; expected are {len(expected)}."
    for name, one, other in zip(names, expected, received, strict=True):
        part = f"{subject}'s {name}" if hasattr(expected, "_fields") else f"{subject.removesuffix(',')}, {name},"
        found = difference(one, other, tolerance, part)
        if found:
            return _exchanged(expected, received, tolerance, subject) or found
    return ""


def _wanted_members(expected: tuple[Any, ...]) -> str:
    if len(expected) == 1:
        return "expected is a tuple of one value, as in `return (a,)`: the comma makes the tuple."
    listing = f" ({', '.join(expected._fields)})" if hasattr(expected, "_fields") else ""
    return f"expected are {len(expected)} values{listing}, as in `return a, b`."


def _exchanged(expected: tuple[Any, ...], received: Any, tolerance: Tolerance, subject: str) -> str:
    """Say in which order the received members would be right; "" when in none."""
    if len(expected) > len(ORDINALS):
        return ""
    for order in permutations(range(len(expected))):
        if all(not difference(one, received[i], tolerance) for one, i in zip(expected, order, strict=True)):
            kinds = getattr(expected, "_fields", None) or [kind_of(one) for one in expected]
            listing = ", then ".join(f"your {ORDINALS[i]} ({kind})" for i, kind in zip(order, kinds, strict=True))
            return f"{subject} has the right members in the wrong order: expected is {listing}."
    return ""


def _difference_of_keys(expected: Mapping[Any, Any], received: Any, tolerance: Tolerance, subject: str) -> str:
    if not isinstance(received, Mapping):
        return f"{subject} is {kind_of(received)}; expected is a dictionary with the keys {_listed(expected)}."
    if set(expected) != set(received):
        return f"{subject} has the keys {_listed(received)}; expected are {_listed(expected)}."
    for key, one in expected.items():
        found = difference(one, received[key], tolerance, f"{subject}[{key!r}]")
        if found:
            return found
    return ""


def _listed(keys: Any) -> str:
    return ", ".join(sorted(repr(key) for key in keys)) or "(none)"
