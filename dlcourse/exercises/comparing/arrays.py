"""How a reader's array (or number) differs from the library's: kind, shape, then values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.exercises.comparing.relations import differing
from dlcourse.exercises.tensors import is_tensor, plain
from dlcourse.exercises.tolerance import PRECISION, Tolerance
from dlcourse.exercises.wording import is_number, kind_of, numbers_apart
from dlcourse.numerals import number


def difference_of_arrays(expected: Any, received: Any, tolerance: Tolerance, subject: str) -> str:
    """Return in a sentence how a number or an array differs from `expected`; the empty text when it does not."""
    wanted = np.asarray(expected)
    if not isinstance(received, np.ndarray) and not is_number(received):
        return _wrong_type(wanted, received, tolerance, subject)
    given = np.asarray(received)
    if given.dtype.kind not in "biufc":
        return f"{subject} is an array of dtype {given.dtype}; expected are numbers."
    if given.dtype.kind == "c" and wanted.dtype.kind != "c":
        return f"{subject} is complex; expected are real numbers. A root or a logarithm of a negative number?"
    if given.dtype.kind == "b" and wanted.dtype.kind != "b":
        return f"{subject} consists of True and False; expected are numbers. `.astype(float)` makes them 1.0 and 0.0."
    if given.shape != wanted.shape:
        return _wrong_shape(wanted, given, tolerance, subject)
    near = tolerance.close(wanted, given)
    return "" if near.all() else _wrong_values(wanted, given, near, tolerance, subject)


def _wrong_type(wanted: np.ndarray, received: Any, tolerance: Tolerance, subject: str) -> str:
    expected = "a number" if wanted.shape == () else f"a NumPy array of shape {wanted.shape}"
    sentence = f"{subject} is {kind_of(received)}; expected is {expected}."
    if isinstance(received, str | Mapping) or callable(received):
        return sentence
    if _is_wrapped(wanted, received):
        return f"{sentence} {_unwrapped(wanted, received, tolerance)}"
    if hasattr(received, "__next__"):
        return f"{sentence} A function with `yield` in it gives a generator: use `return`."
    remedy = "`np.array(...)`"
    try:
        if is_tensor(received):
            given, remedy = plain(received), "`.data`, or compute with the `.data` of every Tensor"
        elif hasattr(received, "detach"):
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
    found = difference_of_arrays(wanted, given, tolerance, "Converted, it")
    return f"{sentence} Convert it with {remedy}. {found or 'Its values are right.'}"


def _is_wrapped(wanted: np.ndarray, received: Any) -> bool:
    """Whether the result stands alone in a tuple or a list: a comma too many, or brackets around a number."""
    if not isinstance(received, tuple | list) or len(received) != 1:
        return False
    return isinstance(received[0], np.ndarray) if wanted.ndim else is_number(received[0])


def _unwrapped(wanted: np.ndarray, received: Any, tolerance: Tolerance) -> str:
    cause = (
        "A comma at the end, as in `return a,`, makes a tuple of one value: leave the comma out."
        if isinstance(received, tuple)
        else "Square brackets around a single value make a list of it: leave them out."
    )
    found = difference_of_arrays(wanted, received[0], tolerance, "The value in it")
    return f"{cause} {found or 'The value in it is right.'}"


def _wrong_shape(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance, subject: str) -> str:
    def agrees(candidate: np.ndarray) -> bool:
        return candidate.shape == given.shape and bool(tolerance.close(candidate, given).all())

    sentence = f"{subject} is {kind_of(given)}; expected is {kind_of(wanted)}."
    if wanted.ndim >= 2 and agrees(wanted.T):
        return f"{sentence} It is the right result transposed: rows and columns are exchanged."
    if wanted.size == given.size and agrees(wanted.reshape(given.shape)):
        squeezed = wanted.squeeze().shape == given.squeeze().shape and wanted.ndim != given.ndim
        cause = "an axis of length 1 is left over" if given.ndim > wanted.ndim else "an axis of length 1 is missing"
        return f"{sentence} The values are right, but {cause if squeezed else 'their arrangement in axes is not'}."
    if wanted.shape == ():
        return f"{sentence} {_made_one_number(wanted, given, tolerance)}"
    if given.shape == ():
        return f"{sentence} Was it summed or averaged over everything?"
    return sentence


def _made_one_number(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance) -> str:
    """How the expected number comes out of an array of several: as an entry, or else as a sum or a mean."""
    if not given.size:
        return "An empty array holds no number."
    right = tolerance.close(np.broadcast_to(wanted, given.shape), given)
    with np.errstate(all="ignore"):  # the reader's numbers may be as large as they like
        reduced = any(tolerance.close(wanted, np.asarray(each)).all() for each in (given.sum(), given.mean()))
    if right.any() and not right.all() and not reduced:
        entry = "".join(_at(_place(right)).partition("[")[1:])
        return f"Its entry {entry} is the expected number: it looks as if `{entry}` is missing after it."
    return "Should the entries be summed or averaged?"


def _wrong_values(wanted: np.ndarray, given: np.ndarray, near: np.ndarray, tolerance: Tolerance, subject: str) -> str:
    broken = np.isfinite(wanted) & ~np.isfinite(given)
    if broken.any():
        place = _place(broken)
        what = "nan (not a number)" if np.isnan(given[place]) else "infinite"
        return f"{subject} is {what}{_at(place)}, where {number(wanted[place])} is expected."
    # A rearrangement is exact, so it says more than the sums that it spoils.
    special = _rearranged(wanted, given, tolerance) or _wrong_sums(wanted, given) or _imprecise(wanted, given)
    if special:
        return f"{subject} differs: {special}"
    place = _place(~near)
    one, other = numbers_apart(wanted[place], given[place])
    count = f" {int((~near).sum())} of {wanted.size} entries differ." if wanted.size > 1 else ""
    return f"{subject} is {other}{_at(place)}, where {one} is expected.{count}"


def _place(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _at(place: tuple[int, ...]) -> str:
    return f" at [{', '.join(map(str, place))}]" if place else ""


def _wrong_sums(wanted: np.ndarray, given: np.ndarray) -> str:
    """Recognize probabilities that do not sum to 1 along the axis along which the expected ones do."""
    if wanted.dtype.kind != "f" or wanted.ndim == 0 or wanted.size < 2 or min(wanted.min(), given.min()) < 0:
        return ""
    sums_to_one = [axis for axis in range(wanted.ndim) if np.allclose(wanted.sum(axis), 1, atol=1e-5)]
    wrong = [axis for axis in sums_to_one if not np.allclose(given.sum(axis), 1, atol=1e-5)]
    # Zeros and ones sum to 1 by accident, as slopes or gates may.
    if not wrong or not differing(wanted[(wanted > 0) & (wanted < 1)], 2):
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
    # Two values exchanged, or all signs, look like another order: a gate the other way round, a sign.
    if not differing(wanted, 3) or any(tolerance.close(other, given).all() for other in (-wanted, 1 - wanted)):
        return ""
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
