"""Small made-up data sets in the plane, for pictures of decision boundaries: two classes that no line separates well.

Every function takes the number of points, a generator and the standard deviation of the noise, and returns ``inputs``
(n, 2) float32, nearly all within ±1.2, and ``labels`` (n,) int64 of 0 and 1, half of each (one more 0 when n is odd),
in random order. Raises ValueError or TypeError for other arguments.
"""

import numpy as np
from numpy.typing import NDArray

from dlcourse.validation import check_count, check_generator, check_number, check_positive

Planar = tuple[NDArray[np.float32], NDArray[np.int64]]


def xor(points: int, generator: np.random.Generator, noise: float = 0.0) -> Planar:
    """Four squares around the origin: label 0 where x and y have the same sign, 1 where they have not."""
    labels = _labels(points, generator)
    inputs = generator.uniform(0.15, 1.0, (len(labels), 2)) * generator.choice([-1, 1], (len(labels), 1))
    inputs[:, 1] *= 1 - 2 * labels
    return _noisy(inputs, labels, generator, noise)


def circles(points: int, generator: np.random.Generator, noise: float = 0.0) -> Planar:
    """A disc of radius 0.5, label 0, inside a ring of radii 0.75 to 1, label 1; both evenly filled."""
    labels = _labels(points, generator)
    low, high = np.where(labels == 0, 0.0, 0.75), np.where(labels == 0, 0.5, 1.0)
    radii = np.sqrt(generator.uniform(low**2, high**2))
    angles = generator.uniform(0, 2 * np.pi, len(labels))
    return _noisy(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]), labels, generator, noise)


def moons(points: int, generator: np.random.Generator, noise: float = 0.0) -> Planar:
    """Two half circles of radius 0.6, one turned over and shifted so that each reaches into the other."""
    labels = _labels(points, generator)
    angles = generator.uniform(0, np.pi, len(labels))
    side = 1 - 2 * labels
    inputs = np.column_stack([0.6 * np.cos(angles) - 0.3 * side, side * (0.6 * np.sin(angles) - 0.15)])
    return _noisy(inputs, labels, generator, noise)


def spirals(points: int, generator: np.random.Generator, noise: float = 0.0, turns: float = 1.25) -> Planar:
    """Two arms that wind ``turns`` times around the origin, each half a turn behind the other."""
    labels = _labels(points, generator)
    along = np.sqrt(generator.uniform(0.01, 1, len(labels)))  # evenly along the arm, not along the radius
    angles = 2 * check_positive(turns, "turns") * np.pi * along + np.pi * labels
    return _noisy(along[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]), labels, generator, noise)


SETS = {"xor": xor, "circles": circles, "moons": moons, "spirals": spirals}


def _labels(points: int, generator: np.random.Generator) -> NDArray[np.int64]:
    return check_generator(generator).permutation(np.arange(check_count(points, "points")) % 2)


def _noisy(
    inputs: NDArray[np.floating], labels: NDArray[np.int64], generator: np.random.Generator, noise: float
) -> Planar:
    if check_number(noise, "noise") < 0:
        raise ValueError(f"noise: expected 0 or a positive standard deviation, received {noise}.")
    return (inputs + noise * generator.standard_normal(inputs.shape)).astype(np.float32), labels
