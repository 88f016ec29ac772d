"""A curve through the reader's points, the staircase network along it, and how far the two are apart."""

from collections.abc import Callable

import numpy as np

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.scratch import perceptrons
from dlcourse.scratch.losses import sigmoid

Curve = Callable[[Array], Array]

NODES = np.linspace(0, 1, 9)  # where the reader's points are
WIDTH = float(NODES[1] - NODES[0])
CUTS = NODES[:-1] + 0.382 * WIDTH  # where jumps are: the edges of a few equal cells do not meet them
GRID = np.linspace(0, 1, 1201)
PLACES = np.concatenate([GRID, CUTS, CUTS])  # where errors are measured: at a jump on both of its sides
MOST_STEPS = 64
COUNTS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, MOST_STEPS])


def lines(heights: Array) -> Curve:
    """The curve of straight pieces through ``heights`` (9,) at NODES."""
    return lambda x: np.interp(x, NODES, heights)


def smooth(heights: Array) -> Curve:
    """A curve of cubic pieces without corners; its slope at a point is that between the point's neighbours.

    Source: Catmull and Rom (1974), "A class of local interpolating splines".
    """
    pieces = cubics(heights)

    def curve(x: Array) -> Array:
        index = np.clip((x / WIDTH).astype(np.int64), 0, len(pieces) - 1)
        t = x / WIDTH - index
        c_0, c_1, c_2, c_3 = pieces[index].T
        return c_0 + t * (c_1 + t * (c_2 + t * c_3))

    return curve


def cubics(heights: Array) -> Array:
    """The coefficients (8, 4) of the pieces of ``smooth``: c_0 + c_1 t + c_2 t² + c_3 t³, t from 0 to 1 in each."""
    slopes = np.gradient(heights)  # per piece, not per unit of x
    low, high, first, last = heights[:-1], heights[1:], slopes[:-1], slopes[1:]
    rise = high - low
    return np.column_stack([low, first, 3 * rise - 2 * first - last, first + last - 2 * rise])


def jumps(heights: Array) -> Curve:
    """The curve that is flat around each point and jumps at CUTS, where it takes the right-hand value."""
    return lambda x: heights[np.searchsorted(CUTS, x, side="right")]


def steepest(heights: Array, join: str) -> float:
    """The largest slope L of the curve, up or down; 0 for jumps, which have none."""
    if join == "jumps":
        return 0.0
    if join == "lines":
        return float(np.abs(np.diff(heights)).max() / WIDTH)
    _, c_1, c_2, c_3 = cubics(heights).T
    turning = np.clip(-c_2 / np.where(c_3 == 0, 1, 3 * c_3), 0, 1)  # where the slope is largest inside a piece
    slopes = [c_1 + t * (2 * c_2 + t * 3 * c_3) for t in (0.0, turning, 1.0)]
    return float(np.abs(slopes).max() / WIDTH)


def compute_staircase(points: Array, join: str, steps: int, steepness: float) -> Values:
    """The target through ``points`` (9, 2), the network of ``steps`` sigmoid units along it, and its largest error.

    ``target`` and ``output`` (1201,) are at GRID; ``units`` (steps, 1201) is what each unit adds to the output.
    ``errors`` (16,) are the largest errors with COUNTS steps at the same steepness, ``bounds`` (16,) L h / 2, and
    ``bound`` (1,) that for ``steps``; both bounds are empty for jumps. ``jump`` is half of the largest jump, which no
    continuous function comes under; 0 where the curve has none.
    """
    heights = points[:, 1]
    curve = {"lines": lines, "smooth": smooth, "jumps": jumps}[join](heights)
    wanted = curve(PLACES)
    if join == "jumps":
        wanted[len(GRID) :] = np.concatenate([heights[:-1], heights[1:]])
    network = perceptrons.staircase_network(curve, 0.0, 1.0, steps, steepness)
    hidden_weights, hidden_bias, output_weights, _ = network
    output = perceptrons.staircase(PLACES, network)
    slope = steepest(heights, join)
    bounds = slope / (COUNTS + 1) / 2
    return {
        "points": points,
        "target": wanted[: len(GRID)],
        "output": output[: len(GRID)],
        "units": output_weights.T * sigmoid(hidden_weights * GRID + hidden_bias[:, None]),
        "steps": steps,
        "error": float(np.abs(output - wanted).max()),
        "errors": np.array([_error(curve, wanted, count, steepness) for count in COUNTS.tolist()]),
        "slope": slope,
        "bound": np.array([] if join == "jumps" else [slope / (steps + 1) / 2]),
        "bounds": bounds[:0] if join == "jumps" else bounds,
        "jump": float(np.abs(np.diff(heights)).max() / 2) if join == "jumps" else 0.0,
    }


def _error(curve: Curve, wanted: Array, steps: int, steepness: float) -> float:
    """The largest difference at PLACES."""
    network = perceptrons.staircase_network(curve, 0.0, 1.0, steps, steepness)
    return float(np.abs(perceptrons.staircase(PLACES, network) - wanted).max())
