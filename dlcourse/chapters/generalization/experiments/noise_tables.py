"""Tables of random features, and a classifier judged on them by cross-validation: once as it should be, four times not.

Each table has n rows, half of each class, and d standard normal features. The two classes differ by ``signal`` standard
deviations in the first five features, and by nothing where that is 0. The classifier standardizes the features, keeps
the k whose class means lie farthest apart, and answers with the class whose mean is nearer in these features. Source of
the comparison: Hastie, Tibshirani and Friedman (2009), section 7.10.2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array

TABLES = 20
NEW = 400  # new rows that judge what is fitted to a whole table
INFORMATIVE = 5  # features that differ where there is a signal
MOST_KEPT = 50
TRIED = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50)  # numbers of kept features among which the best is chosen
PROCEDURES = ("inside", "scaled", "features", "best", "twins")


class Sums(NamedTuple):
    """Of m sets of rows: how many rows (m, 2), and their sums (20, m, 2, d), by class; sums of squares (20, m, d)."""

    counts: Array
    sums: Array
    squares: Array

    def means(self) -> Array:
        """Of each class: (2, 20, m, d)."""
        return np.moveaxis(self.sums / self.counts[:, :, None], 2, 0)

    def variance(self) -> Array:
        """(20, m, d)."""
        rows = self.counts.sum(axis=1)[:, None]
        return np.asarray(self.squares / rows - (self.sums.sum(axis=2) / rows) ** 2)


@dataclass(frozen=True, eq=False)
class Fitted:
    """The classifier after each of m trainings on each table: ``order`` (20, m, k) says which features come first.

    ``middle`` and ``weight`` (20, m, d): a row x is of class 1 where the sum of weight (x − middle) over its kept
    features is above 0.
    """

    order: NDArray[np.int64]
    middle: Array
    weight: Array

    def right(self, number: int, columns: Array, classes: Array, sizes: NDArray[np.int64]) -> NDArray[np.bool]:
        """Whether training ``number`` is right on ``columns`` (20, rows, k), its kept features in their order.

        classes: (rows,). sizes: (s,), numbers of features to keep. Returns (20, rows, s).
        """
        order = self.order[:, number, None]
        middle, weight = (np.take_along_axis(part[:, number, None], order, 2) for part in (self.middle, self.weight))
        sums = np.cumsum((columns - middle) * weight, axis=2)[:, :, sizes - 1]
        return np.asarray((sums > 0) == (classes == 1)[:, None])


def judge(
    procedure: str, rows: int, features: int, kept: int, folds: int, signal: float, seed: int
) -> tuple[Array, Array]:
    """What cross-validation says of each table, and how it is on new rows: two arrays (20,), parts of right answers.

    The procedures: "inside" does everything with the training part of each fold; "scaled" standardizes by all rows;
    "features" chooses by all rows which features to keep; "best" reports the best of ten numbers of kept features;
    "twins" has each row twice, in two folds.
    """
    table, classes, fold = _table(procedure, rows, features, folds, signal, seed)
    sizes = np.array([size for size in TRIED if size <= features] if procedure == "best" else [min(kept, features)])
    parts, whole = _sums(table, classes, fold, folds)
    training = Sums(*(total - part for total, part in zip(whole, parts, strict=True)))
    scales = whole if procedure == "scaled" else training
    fitted = _fit(training, scales, (whole, whole) if procedure == "features" else (training, scales), sizes)
    hits = []
    for number in range(folds):
        held_out = np.flatnonzero(fold == number)
        columns = np.take_along_axis(table[:, held_out], fitted.order[:, number, None], 2)
        hits.append(fitted.right(number, columns, classes[held_out], sizes))
    shares = np.concatenate(hits, axis=1).mean(axis=1)  # (20, sizes)
    best = shares.argmax(axis=1)
    final = _fit(whole, whole, (whole, whole), sizes)
    new = _new_rows(seed)[:, :, : sizes.max()] + signal * (final.order < INFORMATIVE) * (_classes(NEW) - 0.5)[:, None]
    truths = final.right(0, new, _classes(NEW), sizes).mean(axis=1)
    each = np.arange(TABLES)
    return shares[each, best], truths[each, best]


def _classes(rows: int) -> Array:
    return np.arange(rows) % 2.0


@lru_cache(maxsize=2)
def _noise(rows: int, features: int, seed: int) -> Array:
    drawn = np.random.default_rng(seed).normal(size=(TABLES, rows, features))
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=2)
def _new_rows(seed: int) -> Array:
    """The kept features of new rows, without a signal: new rows know nothing of which features were kept."""
    drawn = np.random.default_rng([seed, 1]).normal(size=(TABLES, NEW, MOST_KEPT))
    drawn.flags.writeable = False
    return drawn


def _table(
    procedure: str, rows: int, features: int, folds: int, signal: float, seed: int
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Features (20, rows, d), classes (rows,) and folds (rows,); twins stand in the next fold, in twice as many rows.

    Both classes are shared out evenly among the folds. The features are drawn, so that the order of the classes
    does not matter.
    """
    table, classes = _noise(rows, features, seed), _classes(rows)
    fold = np.arange(rows) // 2 % folds
    if signal:
        table = table.copy()
        table[:, :, :INFORMATIVE] += signal * (classes - 0.5)[:, None]
    if procedure == "twins":
        table, classes = np.concatenate([table, table], axis=1), np.concatenate([classes, classes])
        fold = np.concatenate([fold, (fold + 1) % folds])
    return table, classes, fold


def _sums(table: Array, classes: Array, fold: NDArray[np.int64], folds: int) -> tuple[Sums, Sums]:
    """The sums of each fold, from which those of any training part come by subtraction; and of all rows, with m = 1."""
    in_fold = (fold == np.arange(folds)[:, None]).astype(np.float64)  # (folds, rows)
    in_class = np.stack([in_fold * (classes == 0), in_fold * (classes == 1)], axis=1)
    sums = (in_class.reshape(2 * folds, -1) @ table).reshape(TABLES, folds, 2, -1)
    parts = Sums(in_class.sum(axis=2), sums, in_fold @ table**2)
    return parts, Sums(*(part.sum(axis=axis, keepdims=True) for axis, part in zip((0, 1, 1), parts, strict=True)))


def _fit(means: Sums, scales: Sums, choice: tuple[Sums, Sums], sizes: NDArray[np.int64]) -> Fitted:
    """The classifier: class means and standard deviations, each from its rows, and the same two for the choice."""
    low, high = means.means()
    apart = np.abs(np.diff(choice[0].means(), axis=0)[0]) / np.sqrt(choice[1].variance())
    order = np.argsort(-apart, axis=2, kind="stable")[:, :, : sizes.max()]
    return Fitted(
        order=np.broadcast_to(order, (TABLES, low.shape[1], order.shape[2])),
        middle=(low + high) / 2,
        weight=(high - low) / scales.variance(),
    )
