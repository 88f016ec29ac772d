"""Recognize how all of a reader's numbers relate to the expected ones: a wrong sign, a factor, another logarithm."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.wording import is_number, plural
from dlcourse.numerals import number

ROUNDED_DECIMALS = 8
Pair = tuple[np.ndarray, np.ndarray, tuple[Any, ...]]
# How close numbers of double precision, and those of less, come to a relation (relative, absolute).
DOUBLE, SINGLE = (1e-6, 1e-9), (1e-4, 1e-6)

# What was done to the right numbers, and how to say so.
TRANSFORMS: tuple[tuple[Callable[[np.ndarray], np.ndarray], str], ...] = (
    (lambda right: -right, "Your numbers have the opposite sign."),
    (lambda right: right / np.log(2), "Your numbers are those of a logarithm to base 2; `np.log` is the natural one."),
    (
        lambda right: right / np.log(10),
        "Your numbers are those of a logarithm to base 10; `np.log` is the natural one.",
    ),
    (np.exp, "Your numbers are the exponential of the expected ones: is a logarithm missing?"),
    (np.log, "Your numbers are the logarithm of the expected ones: is there one too many, or an exponential missing?"),
    (np.square, "Your numbers are the squares of the expected ones: is a square root missing?"),
    (np.sqrt, "Your numbers are the square roots of the expected ones: is there one root too many?"),
    (lambda right: 1 / right, "Your numbers are 1 divided by the expected ones: is a fraction upside down?"),
    (lambda right: 1 - right, "Your numbers are 1 minus the expected ones."),
)
NEARLY_1 = 0.02


# By the length of an argument's first or second axis.
TOO_LARGE = (
    "Your numbers are too large by the number of values: is a sum meant to be a mean?",
    "Your numbers are too large by the number of columns: it looks like a sum over them where a mean is meant.",
)
TOO_SMALL = (
    "Your numbers are too small by the number of values: is a mean meant to be a sum?",
    "Your numbers are too small by the number of columns: it looks like a division by all entries (`.size`, or a mean "
    "over the whole table) where the number of rows is meant, `len(...)`.",
)


def relation(results: Sequence[tuple[Any, Any, tuple[Any, ...]]]) -> str:
    """Return in a sentence how received results relate to expected ones in all cases; "" when nothing is recognized.

    `results` are triples (expected, received, arguments). Of structured results (tuples, dictionaries) the first
    part that differs is looked at: where it has another shape in a case, the numbers of the others say little.
    """
    parts: dict[str, list[Pair]] = {}
    for expected, received, arguments in results:
        for path, right, given in _parts("", expected, received):
            parts.setdefault(path, []).append((right, given, arguments))
    for pairs in parts.values():
        if any(right.shape != given.shape for right, given, _ in pairs):
            return ""
        if not all(_alike(right, given) for right, given, _ in pairs):
            return _relation_of(pairs)
    return ""


def _parts(path: str, expected: Any, received: Any) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the numeric parts of two results of the same structure."""
    if isinstance(expected, tuple | list) and isinstance(received, tuple | list) and len(expected) == len(received):
        for i, (one, other) in enumerate(zip(expected, received, strict=True)):
            yield from _parts(f"{path}[{i}]", one, other)
    elif isinstance(expected, Mapping) and isinstance(received, Mapping):
        for key in expected:
            if key in received:
                yield from _parts(f"{path}[{key!r}]", expected[key], received[key])
    elif all(isinstance(each, np.ndarray) or is_number(each) for each in (expected, received)):
        right, given = np.asarray(expected), np.asarray(received)
        if right.dtype.kind in "iuf" and given.dtype.kind in "iuf":
            yield path, right, given


def _relation_of(pairs: Sequence[Pair]) -> str:
    right, given = _joined(pairs)
    tolerance = np.concatenate([np.full((pair[0].size, 2), _tolerance(*pair[:2])) for pair in pairs]).T
    with np.errstate(all="ignore"):
        for transform, sentence in TRANSFORMS:
            if _agree(transform(right), given, right, tolerance):
                return sentence
        return (
            _rounded(right, given)
            or _factor(right, given, tolerance)
            or _size_factor(pairs, tolerance)
            or _shift(right, given, tolerance)
        )


def _joined(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Return the expected and the received numbers of all pairs, each in one row of double precision."""
    right = np.concatenate([pair[0].ravel() for pair in pairs])
    given = np.concatenate([pair[1].ravel() for pair in pairs])
    return right.astype(float), given.astype(float)


def _alike(right: np.ndarray, given: np.ndarray) -> bool:
    relative, absolute = _tolerance(right, given)
    smallest = absolute if relative == SINGLE[0] else 1e-12  # densities may be that small
    return np.allclose(right, given, rtol=relative, atol=smallest, equal_nan=True)


def _tolerance(*values: np.ndarray) -> tuple[float, float]:
    return SINGLE if any(each.dtype.kind == "f" and each.dtype.itemsize < 8 for each in values) else DOUBLE


def _agree(guess: np.ndarray, given: np.ndarray, right: np.ndarray, tolerance: np.ndarray) -> bool:
    """Return whether `given` follows a guess that at least two numbers of different sizes put to the test.

    Of numbers that differ in sign or rounding alone, such as a and −a, one change looks like several others.
    """
    tested = np.isfinite(guess) & np.isfinite(given) & ~np.isclose(guess, right, rtol=1e-6, atol=1e-12)
    if not differing(np.abs(right[tested]), 2):
        return False
    relative, absolute = tolerance
    return bool(np.allclose(guess, given, rtol=relative, atol=absolute, equal_nan=True))


def differing(values: np.ndarray, count: int) -> bool:
    """Return whether there are at least `count` numbers among `values` that differ in more than their rounding."""
    ordered = np.sort(values[np.isfinite(values)], axis=None)
    with np.errstate(all="ignore"):
        gaps = np.diff(ordered) > 1e-6 * np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1])) + 1e-12
    return bool(len(ordered)) and 1 + int(gaps.sum()) >= count


def _rounded(right: np.ndarray, given: np.ndarray) -> str:
    """Recognize the right numbers after `round`: multiples of a power of 10, half of it or less away."""
    usable = np.isfinite(right) & np.isfinite(given)
    changed = usable & ~np.isclose(right, given, rtol=1e-6, atol=1e-12)
    # Zeros alone may come from anything.
    if len(np.unique(given[changed & (given != 0)])) < 2 or not np.array_equal(
        right[~usable], given[~usable], equal_nan=True
    ):
        return ""
    for decimals in range(ROUNDED_DECIMALS + 1):
        unit = 10.0**-decimals
        multiples = np.isclose(np.round(given[usable], decimals), given[usable], rtol=1e-9, atol=1e-3 * unit)
        near = np.abs(right - given)[usable] <= unit / 2 * (1 + 1e-3)
        if multiples.all() and near.all():
            to = f"to {plural(decimals, 'decimal')}" if decimals else "to whole numbers"
            return f"Your numbers are the right ones, rounded {to}: return them unrounded."
    return ""


def _factor(right: np.ndarray, given: np.ndarray, tolerance: np.ndarray) -> str:
    usable = np.isfinite(right) & np.isfinite(given) & (right != 0)
    if not usable.any():
        return ""
    factor = float(np.median(given[usable] / right[usable]))
    if factor == 0 or not _agree(right * factor, given, right, tolerance):
        return ""
    if abs(factor - 1) < NEARLY_1:
        decimals = 2 - math.floor(math.log10(abs(factor - 1)))
        return (
            f"Your numbers are all off by the same factor, {factor:.{decimals}f}: it looks like a constant that is "
            "rounded, as 3.14 is for π."
        )
    if 0 < abs(factor) < 1:
        return f"Your numbers are the expected ones divided by {number(1 / factor, 4)}, in every case."
    return f"Your numbers are {number(factor, 4)} times the expected ones, in every case."


def _size_factor(pairs: Sequence[Pair], tolerance: np.ndarray) -> str:
    """Recognize a sum in place of a mean, or a mean in place of a sum: the factor is the length of an argument."""
    longest = max((len(arguments) for _, _, arguments in pairs), default=0)
    right, given = _joined(pairs)
    for position in range(longest):
        for axis in range(2):
            sizes = [_length(arguments, position, axis) for _, _, arguments in pairs]
            if None in sizes or 0 in sizes:
                continue
            size = np.concatenate([np.full(pair[0].size, n, float) for pair, n in zip(pairs, sizes, strict=True)])
            if _agree(right * size, given, right, tolerance):
                return TOO_LARGE[axis]
            if _agree(right / size, given, right, tolerance):
                return TOO_SMALL[axis]
    return ""


def _length(arguments: tuple[Any, ...], position: int, axis: int) -> int | None:
    if position >= len(arguments) or not isinstance(arguments[position], np.ndarray | list | tuple):
        return None
    try:
        shape = np.shape(arguments[position])
    except ValueError:  # a list of arrays of several shapes, such as the layers of a network
        return None
    return shape[axis] if axis < len(shape) else None


def _shift(right: np.ndarray, given: np.ndarray, tolerance: np.ndarray) -> str:
    usable = np.isfinite(right) & np.isfinite(given)
    if not usable.any():
        return ""
    shift = float(np.median(given[usable] - right[usable]))
    if shift == 0 or not _agree(right + shift, given, right, tolerance):
        return ""
    side = "larger" if shift > 0 else "smaller"
    return f"Your numbers are {side} than the expected ones by {number(abs(shift), 4)}, in every case."
