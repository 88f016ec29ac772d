"""What readers trip over in `np.linalg.lstsq`: it returns four things, and the second is empty in some cases."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np

from dlcourse.exercises.wording import is_number

FOUR_THINGS = "`np.linalg.lstsq` returns four things; the first is the solution: write `[0]` after the call."
TRANSPOSED = re.compile(r"\.T\b|transpose")
ROWS = (
    "`np.linalg.lstsq(inputs, targets)` wants a row for each target: it looks as if the table is transposed without "
    "need here. With shape (n, d) it goes in as it is."
)
RESIDUALS = (
    "`lstsq`'s second result is the sum of squared residuals and is empty in some cases: compute the residuals "
    "yourself."
)


def is_four_things(value: Any) -> bool:
    """Return whether a value is all that `np.linalg.lstsq` returns: solution, residuals, rank, singular values."""
    if not isinstance(value, tuple) or len(value) != 4:
        return False
    solution, residuals, rank, singular_values = value
    arrays = all(isinstance(each, np.ndarray) for each in (solution, residuals, singular_values))
    return arrays and isinstance(rank, int | np.integer)


def advice_on_result(expected: Any, received: Any, used: AbstractSet[str]) -> str:
    """Return a sentence when `lstsq`'s four things, or its residuals, came back in place of what is expected.

    `used` are the names that the reader's code uses: an array of length 0 or 1 where a number is expected tells
    something about `lstsq` only where it was called.
    """
    pairs = [(expected, received)]
    if isinstance(expected, tuple) and isinstance(received, tuple | list):
        pairs += zip(expected, received, strict=False)
    if any(is_four_things(other) and not is_four_things(one) for one, other in pairs):
        return FOUR_THINGS
    if "lstsq" in used and any(is_number(one) and np.shape(other) in ((0,), (1,)) for one, other in pairs[1:] or pairs):
        return RESIDUALS
    return ""


def advice_on_error(kind: type, line: str, names: dict[str, Any], used: AbstractSet[str]) -> str:
    """Return a sentence on an exception in `line` whose likely cause is what `lstsq` returned.

    `names` are the values of the names in that line, `used` the names that the reader's function uses.
    """
    if any(is_four_things(value) for value in names.values()):
        return FOUR_THINGS
    if issubclass(kind, np.linalg.LinAlgError) and "lstsq(" in line and TRANSPOSED.search(line):
        return ROWS
    if "lstsq" not in used or not issubclass(kind, IndexError | TypeError | ValueError):
        return ""
    if any(isinstance(value, np.ndarray) and value.size == 0 for value in names.values()):
        return RESIDUALS
    return RESIDUALS if "lstsq(" in line and ")[1]" in line else ""
