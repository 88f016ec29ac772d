"""Compare a reader's result with the library's, and say in the reader's terms what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.exercises.wording import kind_of, number, plural, value_text

# A result computed in single or half precision cannot be closer than this (relative, absolute).
PRECISION = {4: (2e-5, 1e-6), 2: (1e-2, 1e-3)}


@dataclass(frozen=True)
class Tolerance:
    """How far a number may lie from the expected one: |received − expected| ≤ absolute + relative · |expected|."""

    relative: float = 1e-7
    absolute: float = 1e-9

    def for_data(self, *values: Any) -> Tolerance:
        """Return a tolerance as wide as the least precise array among `values` asks for."""
        sizes = [size for value in values for size in _float_sizes(value)]
        relative, absolute = PRECISION.get(min(sizes, default=8), (0.0, 0.0))
        return Tolerance(max(self.relative, relative), max(self.absolute, absolute))

    def close(self, expected: np.ndarray, received: np.ndarray) -> np.ndarray:
        """Return elementwise whether `received` is close to `expected`; NaN equals NaN."""
        with np.errstate(all="ignore"):
            near = np.isclose(received, expected, rtol=self.relative, atol=self.absolute, equal_nan=True)
        return np.asarray(near)


def _float_sizes(value: Any) -> Iterator[int]:
    if isinstance(value, np.ndarray | np.floating):
        if value.dtype.kind == "f":
            yield value.dtype.itemsize
    elif isinstance(value, tuple | list):
        for member in value:
            yield from _float_sizes(member)
    elif isinstance(value, Mapping):
        yield from _float_sizes(list(value.values()))


def difference(expected: Any, received: Any, tolerance: Tolerance, subject: str = "Your result") -> str:
    """Return in a sentence how `received` differs from `expected`; the empty text when it does not.

    Numbers and arrays are compared within `tolerance`, tuples, lists and dictionaries member by member, and anything
    else by equality. `subject` is what the sentence is about.
    """
    if received is None:
        return "" if expected is None else f"{subject} is None. A function gives its result back with `return`."
    if isinstance(expected, tuple):
        return _difference_of_members(expected, received, tolerance, subject)
    if isinstance(expected, Mapping):
        return _difference_of_keys(expected, received, tolerance, subject)
    if isinstance(expected, list) and not isinstance(received, np.ndarray):
        return _difference_of_members(tuple(expected), received, tolerance, subject)
    if is_numeric(expected):
        return _difference_of_arrays(expected, received, tolerance, subject)
    return _difference_of_objects(expected, received, subject)


def is_numeric(value: Any) -> bool:
    """Return whether `value` is a number or an array (or list) of numbers."""
    if isinstance(value, bool | int | float | complex | np.number | np.bool_):
        return True
    if isinstance(value, list):
        return bool(value) and all(is_numeric(member) for member in value)
    return isinstance(value, np.ndarray) and value.dtype.kind in "biufc"


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
        listing = f" ({', '.join(names)})" if hasattr(expected, "_fields") else ""
        return f"{subject} is {kind_of(received)}; expected are {len(expected)} values{listing}, as in `return a, b`."
    if len(received) != len(expected):
        return f"{subject} has {plural(len(received), 'value')}; expected are {len(expected)}."
    for name, one, other in zip(names, expected, received, strict=True):
        found = difference(
            one, other, tolerance, f"{subject}'s {name}" if hasattr(expected, "_fields") else f"{subject}, {name},"
        )
        if found:
            return found
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


def _difference_of_arrays(expected: Any, received: Any, tolerance: Tolerance, subject: str) -> str:
    wanted = np.asarray(expected)
    if not isinstance(received, np.ndarray) and not is_number(received):
        return _wrong_type(wanted, received, tolerance, subject)
    given = np.asarray(received)
    if given.dtype.kind not in "biufc":
        return f"{subject} is an array of dtype {given.dtype}; expected are numbers."
    if given.dtype.kind == "c" and wanted.dtype.kind != "c":
        return f"{subject} is complex; expected are real numbers. A root or a logarithm of a negative number?"
    if given.shape != wanted.shape:
        return _wrong_shape(wanted, given, tolerance, subject)
    near = tolerance.close(wanted, given)
    return "" if near.all() else _wrong_values(wanted, given, near, tolerance, subject)


def is_number(value: Any) -> bool:
    """Return whether `value` is one number of Python or NumPy."""
    return isinstance(value, bool | int | float | complex | np.number | np.bool_)


def _wrong_type(wanted: np.ndarray, received: Any, tolerance: Tolerance, subject: str) -> str:
    expected = "a number" if wanted.shape == () else f"a NumPy array of shape {wanted.shape}"
    sentence = f"{subject} is {kind_of(received)}; expected is {expected}."
    if isinstance(received, str | Mapping) or callable(received):
        return sentence
    if hasattr(received, "__next__"):
        return f"{sentence} A function with `yield` in it gives a generator: use `return`."
    remedy = "`np.array(...)`"
    try:
        if hasattr(received, "detach"):
            given, remedy = (
                np.asarray(received.detach().cpu().numpy()),
                "`.numpy()`, or by computing with NumPy throughout",
            )
        elif hasattr(received, "to_numpy"):
            given, remedy = np.asarray(received.to_numpy()), "`.to_numpy()`"
        else:
            given = np.asarray(received)
    except Exception:
        return sentence
    if given.dtype.kind not in "biuf":
        return sentence
    found = _difference_of_arrays(wanted, given, tolerance, "Converted, it")
    return f"{sentence} Convert it with {remedy}. {found or 'Its values are right.'}"


def _wrong_shape(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance, subject: str) -> str:
    def agrees(candidate: np.ndarray) -> bool:
        return candidate.shape == given.shape and bool(tolerance.close(candidate, given).all())

    sentence = f"{subject} is {kind_of(given)}; expected is {kind_of(wanted)}."
    if wanted.ndim >= 2 and agrees(wanted.T):
        return f"{sentence} It is the right result transposed: rows and columns are exchanged."
    if wanted.size == given.size and agrees(wanted.reshape(given.shape)):
        squeezed = wanted.squeeze().shape == given.squeeze().shape
        cause = "an axis of length 1 is left over" if given.ndim > wanted.ndim else "an axis of length 1 is missing"
        return f"{sentence} The values are right, but {cause if squeezed else 'their arrangement in axes is not'}."
    if wanted.shape == ():
        return f"{sentence} Should the entries be summed or averaged?"
    if given.shape == ():
        return f"{sentence} Was it summed or averaged over everything?"
    return sentence


def _wrong_values(wanted: np.ndarray, given: np.ndarray, near: np.ndarray, tolerance: Tolerance, subject: str) -> str:
    broken = np.isfinite(wanted) & ~np.isfinite(given)
    if broken.any():
        place = _place(broken)
        what = "nan (not a number)" if np.isnan(given[place]) else "infinite"
        return f"{subject} is {what}{_at(place)}, where {number(wanted[place])} is expected."
    special = _wrong_sums(wanted, given) or _rearranged(wanted, given, tolerance) or _imprecise(wanted, given)
    if special:
        return f"{subject} differs: {special}"
    place = _place(~near)
    one, other = numbers_apart(wanted[place], given[place])
    count = f" {int((~near).sum())} of {wanted.size} entries differ." if wanted.size > 1 else ""
    return f"{subject} is {other}{_at(place)}, where {one} is expected.{count}"


def numbers_apart(expected: Any, received: Any) -> tuple[str, str]:
    """Return two different numbers as texts with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 8, 10, 12, 17):
        one, other = number(expected, digits), number(received, digits)
        if one != other:
            break
    return one, other


def _place(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _at(place: tuple[int, ...]) -> str:
    return f" at [{', '.join(map(str, place))}]" if place else ""


def _wrong_sums(wanted: np.ndarray, given: np.ndarray) -> str:
    """Recognize probabilities that do not sum to 1 along the axis along which the expected ones do."""
    if wanted.dtype.kind != "f" or wanted.ndim == 0 or wanted.size < 2 or (wanted < 0).any():
        return ""
    sums_to_one = [axis for axis in range(wanted.ndim) if np.allclose(wanted.sum(axis), 1, atol=1e-5)]
    wrong = [axis for axis in sums_to_one if not np.allclose(given.sum(axis), 1, atol=1e-5)]
    if not wrong:
        return ""
    axis = wrong[-1]
    if wanted.ndim == 1:
        return f"the probabilities sum to {number(given.sum(), 4)}, not to 1."
    name = {0: "column", 1: "row"}.get(axis, "slice") if wanted.ndim == 2 else f"slice along axis {axis}"
    sums = given.sum(axis)
    place = _place(~np.isclose(sums, 1, atol=1e-5))
    label = f"{name} {place[0] if len(place) == 1 else place}"
    others = [other for other in range(wanted.ndim) if other != axis and np.allclose(given.sum(other), 1, atol=1e-5)]
    if not others:
        return f"{label} sums to {number(sums[place], 4)}, not to 1."
    other_name = "column" if others[0] == 0 else "row"
    where = f"each {other_name} sums to 1" if wanted.ndim == 2 else f"along axis {others[0]} they sum to 1"
    return (
        f"{label} sums to {number(sums[place], 4)}, but {where}: normalized along axis {others[0]} instead of {axis}."
    )


def _rearranged(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance) -> str:
    if wanted.ndim == 2 and wanted.shape[0] == wanted.shape[1] and tolerance.close(wanted.T, given).all():
        return "it is the right result transposed: rows and columns are exchanged."
    if wanted.ndim == 1 and wanted.size > 1 and tolerance.close(wanted[::-1], given).all():
        return "the right numbers stand in reverse order."
    if wanted.size > 1 and tolerance.close(np.sort(wanted, axis=None), np.sort(given, axis=None)).all():
        return "the right numbers stand in another order."
    return ""


def _imprecise(wanted: np.ndarray, given: np.ndarray) -> str:
    if wanted.dtype.kind != "f" or given.dtype.kind != "f" or given.dtype.itemsize >= wanted.dtype.itemsize:
        return ""
    relative, absolute = PRECISION[given.dtype.itemsize]
    if not np.allclose(given, wanted, rtol=relative, atol=absolute, equal_nan=True):
        return ""
    return (
        f"the values are right to the precision of {given.dtype} only; compute in {wanted.dtype}, as the arguments are."
    )
