"""Parts of a data set: one split in three, or k folds, at random, and where wanted class by class."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.data_parts import split_indices
from dlcourse.validation import check_count, check_generator, check_labels, check_same_length

Indices = NDArray[np.int64]


class Fold(NamedTuple):
    """The numbers of the examples to train on, and of those to validate on."""

    training: Indices
    validation: Indices


class Parts(NamedTuple):
    """The numbers of the examples in the three parts of a data set."""

    training: Indices
    validation: Indices
    test: Indices


def split(
    n: int,
    generator: np.random.Generator,
    proportions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    labels: ArrayLike | None = None,
) -> Parts:
    """n examples at random in three parts, for training, validation and testing; with ``labels`` class by class.

    Raises ValueError for proportions that do not sum to 1, or when a share above 0 comes to no example.
    """
    count, by = check_count(n, "n"), _labels_of(labels, n)
    everybody = np.zeros(count) if by is None else by
    return Parts(*split_indices(everybody, check_generator(generator), proportions, stratify=True))


def k_folds(n: int, k: int, generator: np.random.Generator, labels: ArrayLike | None = None) -> list[Fold]:
    """k ways to train on n examples but a k-th, and validate on that: each example is validated on exactly once.

    The examples are shuffled and dealt out to k hands, like cards, so that sizes differ by at most 1. With ``labels``
    (n,) they are dealt class by class (*stratified*): then so do the counts of each class. Raises ValueError for k
    below 2 or above n, and for a class with fewer than k examples.
    """
    classes = _labels_of(labels, check_count(n, "n"))
    _check_folds(n, k, classes)
    order = check_generator(generator).permutation(n)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    hands = [np.sort(order[hand::k]) for hand in range(k)]
    return [Fold(np.setdiff1d(order, hand), hand) for hand in hands]


def _labels_of(labels: ArrayLike | None, n: int) -> Indices | None:
    if labels is None:
        return None
    classes = check_labels(labels)
    check_same_length(examples=np.empty(n), labels=classes)
    return classes


def _check_folds(n: int, k: int, classes: Indices | None) -> None:
    """Raises ValueError for a number of folds that n examples, or one of the classes, cannot fill."""
    if check_count(k, "k") == 1:
        raise ValueError("k: expected at least 2 folds, received 1: nothing would be left to train on.")
    if k > n:
        raise ValueError(
            f"k: expected at most {n} folds, as many as there are examples, received {k}: some would be empty. "
            f"k = {n} leaves out one example at a time."
        )
    if classes is None:
        return
    values, counts = np.unique(classes, return_counts=True)
    if counts.min() < k:
        rare = values[counts.argmin()]
        raise ValueError(
            f"labels: class {rare} has {counts.min()} of the {n} examples, too few for k = {k}: some fold would have "
            f"none. Take k of at most {counts.min()}, or leave the labels out and accept that."
        )
