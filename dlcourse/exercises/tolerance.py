"""How far a reader's number may lie from the library's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.exercises.tensors import plain

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
    value = plain(value)
    if isinstance(value, np.ndarray | np.floating):
        if value.dtype.kind == "f":
            yield value.dtype.itemsize
    elif isinstance(value, tuple | list):
        for member in value:
            yield from _float_sizes(member)
    elif isinstance(value, Mapping):
        yield from _float_sizes(list(value.values()))
