"""Random arrays for the cases of this chapter, and the words for where several results differ first."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Outcome
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.exercises.wording import numbers_apart


class Drawing:
    """Numbers between −1.5 and 1.5 with two decimals: short to read, and tanh is neither straight nor flat there."""

    def __init__(self, generator: np.random.Generator, dtype: Any = np.float64) -> None:
        self.generator = generator
        self.dtype = dtype

    def __call__(self, *shape: int) -> Array:
        """An array of that shape."""
        return self.generator.uniform(-1.5, 1.5, shape).round(2).astype(self.dtype)

    def step(self, batch: int, features: int, hidden: int) -> tuple[Array, Array, Array, Array, Array]:
        """The arguments of one step: x, h (a state, between −1 and 1), w_x, w_h and b."""
        state = (self(batch, hidden) / 2).astype(self.dtype)
        return self(batch, features), state, self(hidden, features), self(hidden, hidden), self(hidden)


def at(*names: str) -> Callable[[Outcome], str]:
    """A field for feedback: where the first of several results, called by ``names``, differs, and by what."""

    def told(outcome: Outcome) -> str:
        case = f"On “{outcome.case.label}”"
        if outcome.error:
            return f"{case} your function stops with {outcome.error}. "
        for name, right, given in zip(names, outcome.expected, outcome.received, strict=True):
            if np.shape(right) != np.shape(given):
                return f"{case} `{name}` should have shape {np.shape(right)}, and yours has {np.shape(given)}. "
            if not np.allclose(right, given, rtol=1e-5, atol=1e-8):
                expected, received, where = differing_entry(right, given)
                expected, received = numbers_apart(expected, received)
                place = f" [{', '.join(map(str, where))}]" if where else ""
                return f"{case} `{name}`{place} should be {expected}, and you return {received}. "
        return ""

    return told
