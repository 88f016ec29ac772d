"""What the two exercises on the coin share: biases, flips, and the counts of which their feedback speaks."""

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.exercises.teaching.feedback import Field

BIASES = np.array([0.2, 0.5, 0.9])


def random_flips(generator: np.random.Generator, count: int, bias: float) -> NDArray[np.int64]:
    """Flips of a coin, 1 for heads."""
    return generator.binomial(1, bias, size=count)


def counts(flips: Array) -> tuple[int, int]:
    """How many heads and tails."""
    heads = int(flips.sum())
    return heads, len(flips) - heads


def _seen(flips: Array, bias: Array) -> str:
    """ "3 heads and 1 tail"; the bias plays no part."""
    heads, tails = counts(flips)
    return f"{heads} {'head' if heads == 1 else 'heads'} and {tails} {'tail' if tails == 1 else 'tails'}"


FIELDS: dict[str, Field] = {"seen": _seen, "count": lambda flips, bias: len(flips)}
