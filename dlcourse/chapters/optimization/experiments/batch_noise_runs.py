"""Mini-batch descent at a constant rate on a real regression: what is expected of it, exactly, and runs of it."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments.bowls import Bowl

EXAMPLES = 320  # patients, so that batches of every size divide an epoch
BATCHES = (1, 4, 16, 64)
RUNS, UPDATES, LAST = 24, 1500, 500  # LAST: the updates over which the end of the runs is averaged
COLUMNS = [2, 3]  # of the diabetes data: body mass index and blood pressure


@dataclass(frozen=True)
class Regression(Bowl):
    """The loss J = 1/(2n) Σ (wᵀx − y)² over w (2,); inputs (n, 2) and targets (n,) are standardized: no bias.

    noise: (2, 2), Σ, the covariance of the examples' gradients g = (bestᵀx − y) x at the minimum. fourth: (2, 2, 2, 2),
    the mean of xᵢ xⱼ xₖ xₗ; third: (2, 2, 2), of xᵢ xⱼ gₖ.
    """

    inputs: Array
    targets: Array
    noise: Array
    fourth: Array
    third: Array


@lru_cache(maxsize=1)
def regression() -> Regression:
    """Disease progression from body mass index and blood pressure, of the first 320 patients of the training part."""
    part = datasets.load("diabetes").train
    table = np.column_stack([part.inputs[:EXAMPLES, COLUMNS], part.labels[:EXAMPLES]]).astype(np.float64)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    x, y = table[:, :2], table[:, 2]
    hessian = x.T @ x / EXAMPLES
    best = np.linalg.solve(hessian, x.T @ y / EXAMPLES)
    g = (x @ best - y)[:, None] * x
    fourth = np.einsum("ni,nj,nk,nl->ijkl", x, x, x, x) / EXAMPLES
    third = np.einsum("ni,nj,nk->ijk", x, x, g) / EXAMPLES
    return Regression(best, hessian, x, y, g.T @ g / EXAMPLES, fourth, third)


# --- what is expected, when each update draws its batch anew


def spread_map(rate: float, batch: float) -> Array:
    """K (4, 4), which takes M = E e eᵀ, e = w − best, through one update (row by row) as far as it is linear in M.

    e <- (I − ε H_B) e − ε g_B with the means H_B and g_B over B examples, drawn with replacement. E H_B M H_B = H M H +
    (E xxᵀ M xxᵀ − H M H)/B. An infinite batch is the whole gradient.
    """
    where = regression()
    kept = np.eye(2) - rate * where.hessian
    of_one = where.fourth.transpose(0, 3, 1, 2).reshape(4, 4) - np.kron(where.hessian, where.hessian)
    return np.asarray(np.kron(kept, kept) + rate**2 / batch * of_one)


def converges(rate: float, batch: float) -> bool:
    """Whether M comes to a limit: all factors of an update are below 1."""
    return bool(np.abs(np.linalg.eigvals(spread_map(rate, batch))).max() < 1)


def stationary(rate: float, batch: float) -> Array:
    """The covariance V (2, 2) of w after many updates: V = K V + (ε²/B) Σ."""
    start = rate**2 / batch * regression().noise.ravel()
    return np.linalg.solve(np.eye(4) - spread_map(rate, batch), start).reshape(2, 2)


def rule_of_thumb(rate: float, batch: float) -> float:
    """(ε/B) tr Σ / 4: how far above its minimum J stays at small rates, where V solves HV + VH = (ε/B) Σ."""
    return rate / batch * float(np.trace(regression().noise)) / 4


@lru_cache(maxsize=64)
def expected_excess(rate: float, batch: float, updates: tuple[int, ...]) -> Array:
    """E J above its minimum after each of ``updates`` (k,), rising, from w = 0. One linear map of (M, E e, 1)."""
    where = regression()
    one = np.zeros((7, 7))  # M in 4 numbers, E e in 2, and 1
    one[:4, :4] = spread_map(rate, batch)
    cross = where.third  # E xxᵀ m gᵀ / B is what E H_B m g_Bᵀ comes to
    one[:4, 4:6] = rate**2 / batch * (cross.transpose(0, 2, 1) + cross.transpose(2, 0, 1)).reshape(4, 2)
    one[:4, 6] = rate**2 / batch * where.noise.ravel()
    one[4:6, 4:6] = np.eye(2) - rate * where.hessian
    one[6, 6] = 1
    state, done, heights = np.concatenate([np.outer(where.best, where.best).ravel(), -where.best, [1.0]]), 0, []
    with np.errstate(under="ignore"):
        for update in updates:
            state = np.linalg.matrix_power(one, update - done) @ state
            done = update
            heights.append(float(where.hessian.ravel() @ state[:4]) / 2)
    return np.maximum(heights, 0)


# --- runs


@lru_cache(maxsize=2 * len(BATCHES))
def _batches(batch: int, order: str) -> tuple[Array, Array]:
    """The means over each batch of xxᵀ (updates, 2, 2, runs) and of x y (updates, 2, runs)."""
    where, generator = regression(), np.random.default_rng(batch)
    (a, b), y = where.inputs.T, where.targets
    products = np.stack([a * a, a * b, b * b, a * y, b * y])
    total, drawn = np.zeros((5, UPDATES, RUNS)), _indices(batch, order, generator)
    for place in range(batch):
        total += products[:, drawn[:, :, place]]
    aa, ab, bb, ay, by = total / batch
    return np.stack([[aa, ab], [ab, bb]]).transpose(2, 0, 1, 3), np.stack([ay, by]).transpose(1, 0, 2)


def _indices(batch: int, order: str, generator: np.random.Generator) -> NDArray[np.integer]:
    """Which examples are in each batch, (updates, runs, batch): drawn anew with replacement, or shuffled epochs."""
    if order == "anew":
        return generator.integers(EXAMPLES, size=(UPDATES, RUNS, batch))
    epochs = math.ceil(UPDATES * batch / EXAMPLES)
    shuffled = generator.permuted(np.tile(np.arange(EXAMPLES), (RUNS, epochs, 1)), axis=2)
    return shuffled.reshape(RUNS, -1, batch)[:, :UPDATES].transpose(1, 0, 2)


@lru_cache(maxsize=16)
def paths(rate: float, batch: int, order: str) -> Array:
    """The weights (updates + 1, 2, runs) of runs from w = 0: w <- w − ε (mean of xxᵀ w − x y). Read-only."""
    products, targets = _batches(batch, order)
    weights = np.zeros((UPDATES + 1, 2, RUNS))
    for step in range(UPDATES):
        now = weights[step]
        by_batch = products[step]
        slope = by_batch[:, 0] * now[0] + by_batch[:, 1] * now[1] - targets[step]
        weights[step + 1] = now - rate * slope
    weights.flags.writeable = False
    return weights
