"""What people really write for the weights of a staircase, and what each of them needs to hear."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import with_numbers

Array = NDArray[np.floating]


def _zero(heights: Array, at_low: Array) -> Array:
    return np.zeros(1)


def _centres(edges: Array) -> Array:
    return (edges[:-1] + edges[1:]) / 2


@dataclass(frozen=True)
class Staircase:
    """The weights of a staircase, right as it stands; a mistake does one or more of its steps in another way."""

    edges: Callable[[float, float, int], Array] = lambda low, high, steps: np.linspace(low, high, steps + 2)
    samples: Callable[[Array], Array] = _centres
    places: Callable[[Array], Array] = lambda edges: edges[1:-1]
    hidden_weight: Callable[[float], float] = lambda k: k
    hidden_bias: Callable[[Array, float], Array] = lambda places, k: -k * places
    rises: Callable[[Array, Array], Array] = lambda heights, edges: np.diff(heights)
    output_bias: Callable[[Array, Array], Array] = lambda heights, at_low: heights[:1]

    def __call__(
        self, function: Callable[[Array], Array], low: float, high: float, steps: int, steepness: float
    ) -> tuple[Array, Array, Array, Array]:
        """Return hidden weights and bias, output weights and bias, as `staircase_network` does."""
        edges = self.edges(low, high, steps)
        heights = function(self.samples(edges))
        return (
            np.full((steps, 1), self.hidden_weight(steepness)),
            self.hidden_bias(self.places(edges), steepness),
            self.rises(heights, edges)[None, :],
            self.output_bias(heights, function(edges[:1])),
        )


def _cells(function: Any, low: float, high: float, steps: int, steepness: float) -> int:
    return steps + 1


def _first_edge(function: Any, low: float, high: float, steps: int, steepness: float) -> float:
    return float(low + (high - low) / (steps + 1))


def _first_centre(function: Any, low: float, high: float, steps: int, steepness: float) -> float:
    return float(low + (high - low) / (steps + 1) / 2)


def _steepness(function: Any, low: float, high: float, steps: int, steepness: float) -> float:
    return steepness


def _low(function: Any, low: float, high: float, steps: int, steepness: float) -> float:
    return low


HIDDEN = "On {case} the hidden bias [{where}] should be {expected}, and you return {received}. "
OUTPUT = "On {case} the output weight [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "heights_instead_of_differences",
        Staircase(rises=lambda heights, edges: heights[1:]),
        with_numbers(
            OUTPUT + "You give each unit the height of its cell. But the units to the left are still on there, and "
            "their weights add up: a unit adds only what its cell is higher than the one before."
        ),
    ),
    Mistake(
        "heights_instead_of_differences_and_no_output_bias",
        Staircase(rises=lambda heights, edges: heights[1:], output_bias=_zero),
        with_numbers(
            OUTPUT + "You give each unit the height of its cell, and the output no bias. A unit that is on stays on, "
            "so heights would pile up; and before the first step there is nothing but the bias."
        ),
    ),
    Mistake(
        "differences_the_other_way",
        Staircase(rises=lambda heights, edges: heights[:-1] - heights[1:]),
        with_numbers(
            OUTPUT + "The size is right, the sign is not: your staircase goes down where the function rises. The "
            "difference is the height after the step minus the height before it."
        ),
    ),
    Mistake(
        "divided_by_the_width",
        Staircase(rises=lambda heights, edges: np.diff(heights) / (edges[1] - edges[0])),
        with_numbers(
            OUTPUT + "You divide the difference of heights by a cell's width, which makes it a slope. σ rises by 1 "
            "altogether, so its output weight is the rise itself."
        ),
    ),
    Mistake(
        "positive_bias",
        Staircase(hidden_bias=lambda places, k: k * places),
        with_numbers(HIDDEN + "The sign is the other one: σ(k x + k e) switches on at −e. Multiply k (x − e) out."),
    ),
    Mistake(
        "bias_without_steepness",
        Staircase(hidden_bias=lambda places, k: -places),
        with_numbers(
            HIDDEN + "With bias −e the unit σ(k x − e) switches on at e / k, here with k = {steepness}, and not at e. "
            "The steepness multiplies the whole bracket, k (x − e).",
            steepness=_steepness,
        ),
    ),
    Mistake(
        "steepness_forgotten",
        Staircase(hidden_weight=lambda k: 1.0, hidden_bias=lambda places, k: -places),
        with_numbers(
            "All your hidden weights are 1. The units σ(x − e) switch on at the right places, but so slowly that no "
            "steps are left: with the steepness, {steepness} on {case}, they are σ(k (x − e)).",
            steepness=_steepness,
        ),
    ),
    Mistake(
        "steepness_in_the_bias_alone",
        Staircase(hidden_weight=lambda k: 1.0),
        with_numbers(
            "Your hidden biases −k e are right, and your hidden weights are 1. Then σ(x − k e) switches on at k e: the "
            "weight of x has to be k as well, {steepness} on {case}.",
            steepness=_steepness,
        ),
    ),
    Mistake(
        "one_edge_early",
        Staircase(places=lambda edges: edges[:-2]),
        with_numbers(
            HIDDEN + "Your first unit switches on at the left end of the interval, at {low}, where the first cell "
            "begins. It leads from the first cell to the second, so it belongs to the edge between them, at {edge}.",
            low=_low,
            edge=_first_edge,
        ),
    ),
    Mistake(
        "one_edge_late",
        Staircase(places=lambda edges: edges[2:]),
        with_numbers(
            HIDDEN + "Each of your units switches on one edge too late, the last one at the right end of the interval. "
            "The first step is at {edge}, between the first two cells.",
            edge=_first_edge,
        ),
    ),
    Mistake(
        "steps_at_the_centres",
        Staircase(places=lambda edges: _centres(edges)[1:]),
        with_numbers(
            HIDDEN + "Your units switch on at the centres of the cells. There the staircase should lie on the "
            "function, in the middle of a flat piece; the steps are at the edges, the first at {edge}.",
            edge=_first_edge,
        ),
    ),
    Mistake(
        "steps_from_end_to_end",
        Staircase(places=lambda edges: np.linspace(edges[0], edges[-1], len(edges) - 2)),
        with_numbers(
            HIDDEN + "You spread the steps from one end of the interval to the other, both included. There is no step "
            "at the ends: {cells} cells have their first inner edge at {edge}.",
            cells=_cells,
            edge=_first_edge,
        ),
    ),
    Mistake(
        "samples_at_left_edges",
        Staircase(samples=lambda edges: edges[:-1]),
        with_numbers(
            OUTPUT + "Your heights are the function at the left edge of each cell. No point of a cell is further than "
            "half a cell from its centre (the first centre is {centre}), which halves the largest error.",
            centre=_first_centre,
        ),
    ),
    Mistake(
        "samples_at_right_edges",
        Staircase(samples=lambda edges: edges[1:]),
        with_numbers(
            OUTPUT + "Your heights are the function at the right edge of each cell, where the next one begins. Take "
            "it at the centre; that of the first cell is {centre}.",
            centre=_first_centre,
        ),
    ),
    Mistake(
        "output_bias_forgotten",
        Staircase(output_bias=_zero),
        with_numbers(
            "The units are right. On {case} the output bias should be {expected}, and you return {received}. Left of "
            "the first step all units are off, and the bias alone has to give the height of the first cell."
        ),
    ),
    Mistake(
        "output_bias_at_low",
        Staircase(output_bias=lambda heights, at_low: at_low),
        with_numbers(
            "The units are right. On {case} the output bias should be {expected}, and you return {received}: the "
            "function at the left end, {low}. The first cell's height is the function at its centre, {centre}, like "
            "that of every other cell.",
            low=_low,
            centre=_first_centre,
        ),
    ),
    Mistake(
        "interval_from_zero",
        Staircase(edges=lambda low, high, steps: np.linspace(0, high - low, steps + 2)),
        with_numbers(
            HIDDEN + "Your edges start at 0. They have the right distance, and the interval starts at {low}.", low=_low
        ),
    ),
    Mistake(
        "as_many_cells_as_steps",
        Staircase(
            edges=lambda low, high, steps: np.linspace(low, high, steps + 1),
            places=lambda edges: edges[:-1],
            rises=lambda heights, edges: np.diff(heights, prepend=0.0),
            output_bias=_zero,
        ),
        with_numbers(
            HIDDEN + "You cut the interval into as many cells as there are units, and let the first unit switch on at "
            "{low}. That is a staircase too, with one cell less: as the output bias gives the first height, the units "
            "are enough for {cells} cells.",
            low=_low,
            cells=_cells,
        ),
    ),
]
