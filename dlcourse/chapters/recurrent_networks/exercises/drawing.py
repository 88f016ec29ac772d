"""Random arrays for the cases of this chapter."""

from typing import Any

import numpy as np

from dlcourse.arrays import Array


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
