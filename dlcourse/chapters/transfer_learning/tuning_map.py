"""The trainings that the experiment ``freeze_and_tune`` shows: what is trained, what is watched, and the map."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.chapters.transfer_learning.tuning import DEPTH, Tuning, few, start
from dlcourse.data_parts import Part

HEAD_RATE = 0.01
WATCHED, MAPPED = 50, 20  # test digits of each class: for the accuracy, and of them on the map


def training(depth: int, labels: int, rate: float, draw: int) -> Tuning:
    """The pretrained network, ``depth`` layers frozen, about to learn ``labels`` digits of each class.

    The others of the copied layers learn with ``rate``, the new head with 0.01. ``draw``: the seed of digits and head.
    """
    part = few(datasets.load("mnist").train, labels, draw)
    network = start(10, DEPTH, draw)
    return Tuning(network, part, copied=DEPTH, frozen=depth, rate=HEAD_RATE, copied_rate=rate, seed=draw)


@lru_cache(maxsize=1)
def watched() -> tuple[Part, Part]:
    """500 test digits, the first 50 of each class, for the accuracy; and of each class the first 20, for the map."""
    test = datasets.load("mnist").test
    rows = [np.flatnonzero(test.labels == digit) for digit in range(10)]
    parts = [np.concatenate([row[:count] for row in rows]) for count in (WATCHED, MAPPED)]
    first, second = (Part(test.inputs[chosen], test.labels[chosen]) for chosen in parts)
    return first, second


def basis_of(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean and two axes, (3, 64), of the plane that holds most of the variance of features (n, 64)."""
    numbers = features.astype(np.float64)
    middle = numbers.mean(axis=0)
    axes = np.linalg.svd(numbers - middle, full_matrices=False)[2][:2]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
    return np.vstack([middle, signs[:, None] * axes])


def places(features: NDArray[np.float32], basis: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where features (n, 64) lie on the map: (n, 2)."""
    seen: NDArray[np.float64] = (features - basis[0]).astype(np.float64) @ basis[1:].T
    return seen


def among_own(features: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The share of digits whose nearest other one, by their features (n, 64), is of the same class."""
    numbers = features.astype(np.float64)
    squares = (numbers**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * numbers @ numbers.T
    np.fill_diagonal(distances, np.inf)
    return float((labels[distances.argmin(axis=1)] == labels).mean())
