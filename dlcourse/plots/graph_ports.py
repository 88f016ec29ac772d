"""Where the wires of a computational graph arrive at a node: without crossing each other, and in which order."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dlcourse.plots.graph_order import nearest_rising

COMMUTATIVE = {"+", "×", "*"}


def order_from_above(heights: Sequence[float]) -> list[int]:
    """The arguments in the order in which their wires come from above; from the same height, in their own order."""
    return sorted(range(len(heights)), key=lambda argument: -heights[argument])


def rises(heights: Sequence[float], radius: float) -> list[float]:
    """How far above the middle of a node of ``radius`` its wires (n) arrive, which come from ``heights`` above it.

    Each arrives as level as the room on the node's round left end allows, and none crosses another on its way: the one
    that comes from highest arrives highest.
    """
    order = order_from_above(heights)
    bound, count = 0.75 * radius, len(heights)
    steps = np.arange(count) * min(0.75 * bound, 2 * bound / max(count - 1, 1))
    wanted = np.clip(np.array(heights)[order] + steps, steps[-1] - bound, bound)
    found = np.empty(count)
    found[order] = -nearest_rising(-wanted, np.ones(count)) - steps
    return [float(rise) for rise in found]


def needs_numbers(operation: str, heights: Sequence[float]) -> bool:
    """Whether the order of the arguments matters and is not the order from above in which their wires arrive."""
    return operation not in COMMUTATIVE and any(upper < lower for upper, lower in pairwise(heights))
