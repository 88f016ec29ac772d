"""What the exercises on one step of an optimizer share: drawing numbers."""

from typing import Any

import numpy as np

from dlcourse.arrays import Array


def drawn(generator: np.random.Generator, shape: tuple[int, ...], scale: float = 1.0, dtype: Any = np.float64) -> Array:
    """Numbers that are nowhere near 0, with signs of both kinds: a lost sign or factor shows in each of them."""
    signs = np.where(generator.random(shape) < 0.5, -1.0, 1.0)
    return np.asarray(signs * scale * generator.uniform(0.5, 1.5, size=shape), dtype)
