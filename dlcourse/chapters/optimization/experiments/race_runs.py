"""Six optimizers on one surface from one start, and the search for the rate with which each arrives first."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.lanes import OPTIMIZERS, Lanes
from dlcourse.scratch.surfaces import SURFACES, Surface

NAMES = tuple(OPTIMIZERS)
MOST_STEPS = 300
ARRIVED = 1e-3  # above the minimum: a run has arrived when its loss is not higher, and stays so
LOST = 1e6  # above the minimum: a run has diverged
# The rates that are tried, ten for each power of ten: 0.0001, 0.00013, ... 10.
GRID = np.array([float(f"{10 ** (tenth / 10):.2g}") for tenth in range(-40, 11)])

# Where the usual start stands in every picture, in parts of its width and height, and how much of the plane is seen.
PLACE = (0.15, 0.6)
SIZES = {
    "valley": (6.0, 5.0),
    "turned valley": (6.0, 5.0),
    "saddle": (4.8, 4.0),
    "Rosenbrock": (3.6, 3.0),
    "Beale": (4.0, 3.2),
    "plateau": (6.0, 5.0),
}
# The best rates of ``search`` in the order of ``NAMES``; stored, since between equals a rounding error decides.
BEST_RATES = {
    "valley": (0.063, 0.01, 0.05, 2.5, 0.1, 0.05),
    "turned valley": (0.063, 0.01, 0.05, 1.6, 0.05, 0.5),
    "saddle": (0.79, 0.32, 0.63, 0.79, 0.079, 0.4),
    "Rosenbrock": (0.004, 0.0032, 0.0016, 1.0, 0.079, 0.79),
    "Beale": (0.04, 0.0079, 0.0063, 1.0, 0.032, 0.5),
    "plateau": (0.5, 0.79, 0.32, 0.63, 0.025, 0.63),
}


def view(surface: str) -> tuple[Array, Array]:
    """The lower left corner (2,) of what is seen of a surface, and its width and height (2,)."""
    size = np.array(SIZES[surface])
    return np.array(SURFACES[surface].start) - np.array(PLACE) * size, size


def place_of(surface: str, parts: ArrayLike) -> Array:
    """The point (2,) of the plane at ``parts`` (2,) of the picture's width and height."""
    low, size = view(surface)
    return np.round(low + np.asarray(parts, float) * size, 6) + 0.0


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges does so until the end
def runs(where: Surface, start: ArrayLike, rates: Array, steps: int = MOST_STEPS) -> tuple[Array, Array]:
    """All optimizers from ``start`` (2,), each with its row of ``rates`` (6, lanes).

    Returns the paths (steps + 1, 6, lanes, 2) and the loss above the minimum (steps + 1, 6, lanes), which is infinite
    where it is no number any more.
    """
    theta = np.tile(np.asarray(start, float), (*rates.shape, 1))
    lanes = [Lanes(name, each, row) for name, each, row in zip(NAMES, theta, rates, strict=True)]
    paths = [theta.copy()]
    for _ in range(steps):
        for lane, gradients in zip(lanes, where.gradient(theta), strict=True):
            lane.step(gradients)
        paths.append(theta.copy())
    excess = where.value(paths) - where.value(where.minima[0])
    return np.array(paths), np.where(np.isfinite(excess), excess, np.inf)


def arrivals(excess: Array) -> NDArray[np.int64]:
    """The step (...) from which on the loss (steps + 1, ...) is within ``ARRIVED``; one more than there are if none."""
    late = excess > ARRIVED
    return np.where(late.any(axis=0), len(excess) - late[::-1].argmax(axis=0), 0)


@lru_cache(maxsize=16)
def steps_needed(surface: str, start: tuple[float, float]) -> NDArray[np.int64]:
    """The steps that each optimizer needs from a point of the plane with each rate of ``GRID``, (6, 51); read-only."""
    steps = arrivals(runs(SURFACES[surface], start, np.tile(GRID, (len(NAMES), 1)))[1])
    steps.flags.writeable = False
    return steps


def search(surface: str) -> Array:
    """The best rate (6,) of ``GRID`` for each optimizer from the usual start.

    Of the rates whose path stays in the picture it is the one that arrives first; between equals, and where none
    arrives within 300 steps, the one with the lowest loss in the end.
    """
    low, size = view(surface)
    paths, excess = runs(SURFACES[surface], SURFACES[surface].start, np.tile(GRID, (len(NAMES), 1)))
    inside = ((paths >= low) & (paths <= low + size)).all(axis=(0, 3))
    order = np.lexsort((excess[-1], np.where(inside, arrivals(excess), MOST_STEPS + 2)))
    return GRID[order[:, 0]]


@lru_cache(maxsize=64)
def race(surface: str, start: tuple[float, float], rates: Sequence[float]) -> tuple[Array, Array, NDArray[np.int64]]:
    """The paths (6, 301, 2) from a point of the plane, the loss above the minimum (6, 301), and where each diverged.

    That is the step at which its loss had grown beyond ``LOST``, 0 if it has not; from there on the path stands still.
    All are read-only.
    """
    paths, excess = runs(SURFACES[surface], start, np.array(rates)[:, None])
    lost = excess[:, :, 0] > LOST
    diverged = np.where(lost.any(axis=0), lost.argmax(axis=0), 0)
    last = np.where(diverged, diverged - 1, MOST_STEPS)
    shown = np.minimum(np.arange(MOST_STEPS + 1), last[:, None])
    rows = np.arange(len(NAMES))[:, None]
    results = paths[shown, rows, 0], excess[shown, rows, 0], diverged
    for array in results:
        array.flags.writeable = False
    return results
