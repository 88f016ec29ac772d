"""What the exercises on one step of an optimizer share: drawing numbers, and saying which of the results is wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Outcome
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.exercises.wording import numbers_apart


def drawn(generator: np.random.Generator, shape: tuple[int, ...], scale: float = 1.0, dtype: Any = np.float64) -> Array:
    """Numbers that are nowhere near 0, with signs of both kinds: a lost sign or factor shows in each of them."""
    signs = np.where(generator.random(shape) < 0.5, -1.0, 1.0)
    return np.asarray(signs * scale * generator.uniform(0.5, 1.5, size=shape), dtype)


def at(*names: str) -> Callable[[Outcome], str]:
    """A field for feedback: the first of several named results that differs, with its entry that differs most."""

    def told(outcome: Outcome) -> str:
        named = zip(names, outcome.expected, outcome.received, strict=True)
        wrong = (each for each in named if not np.allclose(each[1], each[2], rtol=1e-6, atol=1e-9))
        name, right, own = next(wrong)
        *entries, where = differing_entry(right, own)
        expected, received = numbers_apart(*entries)
        place = f"[{', '.join(map(str, where))}]" if where else ""
        return f"On “{outcome.case.label}” {name}{place} should be {expected}, and you return {received}. "

    return told
