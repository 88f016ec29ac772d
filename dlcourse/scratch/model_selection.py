"""Choosing and judging models by data that they were not fitted to: parts, folds, searches, and nested folds.

An *error* is a function of predictions and targets, both (m,), that returns one number, the smaller the better:
``mean_squared_error``, or ``error_rate`` for labels. A *setting* is a dictionary of hyperparameters, and
``make_model(**setting)`` a new model with ``fit`` and ``predict`` (see ``pipelines``). Sources: Stone (1974),
"Cross-validatory choice and assessment of statistical predictions"; Varma and Simon (2006), "Bias in error estimation
when using cross-validation for model selection"; Bergstra and Bengio (2012), "Random search for hyper-parameter
optimization".
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.metrics import error_rate, mean_squared_error
from dlcourse.scratch.folds import Fold, Parts, k_folds, split
from dlcourse.scratch.pipelines import Model
from dlcourse.validation import (
    check_array,
    check_count,
    check_generator,
    check_indices,
    check_number,
    check_same_length,
)

__all__ = [
    "Fold",
    "Nested",
    "Parts",
    "Search",
    "cross_validate",
    "error_rate",
    "grid",
    "grid_search",
    "k_folds",
    "learning_curve",
    "log_uniform",
    "nested_cross_validate",
    "random_search",
    "random_settings",
    "search",
    "split",
    "uniform",
]

Setting = Mapping[str, Any]
Error = Callable[[Any, Any], float]
Folds = Sequence[tuple[ArrayLike, ArrayLike]]


# --- judging one model


def cross_validate(
    make_model: Callable[[], Model],
    inputs: ArrayLike,
    targets: ArrayLike,
    folds: Folds,
    error: Error = mean_squared_error,
) -> Array:
    """The error on each fold's validation part of a new model, fitted to its training part: (k,). Report their mean.

    inputs: (n, ...). targets: (n,). folds: pairs of indices, as from ``k_folds``. The mean estimates the error of a
    model trained on as many examples as a training part has, not on all n. Raises ValueError where a training part has
    a single class although there are more.
    """
    x, y, pairs = _checked(inputs, targets, folds)
    return np.array([_validated(make_model, {}, x, y, fold, error) for fold in pairs])


def learning_curve(
    make_model: Callable[[], Model],
    inputs: ArrayLike,
    targets: ArrayLike,
    sizes: Sequence[int],
    folds: Folds,
    generator: np.random.Generator,
    error: Error = mean_squared_error,
) -> tuple[Array, Array]:
    """Errors on what was trained on, and on the validation part, when training on so many examples: two (sizes, k).

    Of each fold's training part, in one random order, the first ``sizes[0]`` examples are taken, then ``sizes[1]``.
    Raises ValueError for a size above the smallest training part.
    """
    x, y, pairs = _checked(inputs, targets, folds)
    training, held_out = np.empty((2, len(sizes), len(pairs)))
    largest = min(len(fold.training) for fold in pairs)
    for column, (examples, validation) in enumerate(pairs):
        order = check_generator(generator).permutation(examples)
        for row, size in enumerate(sizes):
            if check_count(size, "sizes") > largest:
                raise ValueError(f"sizes: expected at most {largest}, the smallest training part, received {size}.")
            model, chosen = make_model(), order[:size]
            model.fit(x[chosen], y[chosen])
            training[row, column] = error(model.predict(x[chosen]), y[chosen])
            held_out[row, column] = error(model.predict(x[validation]), y[validation])
    return training, held_out


# --- choosing among settings


@dataclass(frozen=True)
class Search:
    """What a search tried: m ``settings``, and ``errors`` (m, k), on each fold's validation part."""

    settings: tuple[Setting, ...]
    errors: Array

    @property
    def means(self) -> Array:
        """The mean error of each setting over the folds, (m,)."""
        return np.asarray(self.errors.mean(axis=1))

    @property
    def best(self) -> Setting:
        """The setting with the smallest mean error; of equal ones the first."""
        return self.settings[int(self.means.argmin())]

    @property
    def least(self) -> float:
        """Its mean error: the smallest of m noisy numbers, and so, on average, below what it has on new examples."""
        return float(self.means.min())


def search(
    make_model: Callable[..., Model],
    settings: Sequence[Setting],
    inputs: ArrayLike,
    targets: ArrayLike,
    folds: Folds,
    error: Error = mean_squared_error,
) -> Search:
    """Cross-validates ``make_model(**setting)`` for each of the ``settings``, all on the same folds."""
    if not settings:
        raise ValueError("settings: expected at least one setting to try, received none.")
    x, y, pairs = _checked(inputs, targets, folds)
    table = [[_validated(make_model, setting, x, y, fold, error) for fold in pairs] for setting in settings]
    return Search(tuple(settings), np.array(table))


def grid(**values: Sequence[Any]) -> list[Setting]:
    """Every combination: ``grid(degree=[1, 2], penalty=[0, 1])`` gives 4 settings, the last name varying fastest."""
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


def random_settings(
    count: int, generator: np.random.Generator, **draws: Callable[[np.random.Generator], Any]
) -> list[Setting]:
    """``count`` settings, each value drawn by itself: ``random_settings(20, generator, penalty=log_uniform(1e-4, 1))``.

    Unlike a grid of 20 points over several hyperparameters, it tries 20 different values of each of them.
    """
    rng = check_generator(generator)
    return [{name: draw(rng) for name, draw in draws.items()} for _ in range(check_count(count, "count"))]


def uniform(low: float, high: float) -> Callable[[np.random.Generator], float]:
    """Draws numbers between ``low`` and ``high``, all alike. Raises ValueError unless low < high."""
    first, last = _ends(low, high)
    return lambda generator: float(generator.uniform(first, last))


def log_uniform(low: float, high: float) -> Callable[[np.random.Generator], float]:
    """Draws numbers whose logarithm is uniform: as many from 0.001 to 0.01 as from 1 to 10. 0 < low < high."""
    first, last = _ends(low, high)
    if first <= 0:
        raise ValueError(f"low: expected a positive number, received {low}: 0 has no logarithm.")
    return lambda generator: math.exp(generator.uniform(math.log(first), math.log(last)))


def grid_search(make_model: Callable[..., Model], values: Mapping[str, Sequence[Any]], *data: Any) -> Search:
    """``search`` over ``grid(**values)``. data: inputs, targets, folds and, where it is not the mean square, error."""
    return search(make_model, grid(**values), *data)


def random_search(
    make_model: Callable[..., Model],
    draws: Mapping[str, Callable[[np.random.Generator], Any]],
    count: int,
    generator: np.random.Generator,
    *data: Any,
) -> Search:
    """``search`` over ``random_settings(count, generator, **draws)``. data: as in ``grid_search``."""
    return search(make_model, random_settings(count, generator, **draws), *data)


@dataclass(frozen=True)
class Nested:
    """Nested cross-validation: for each of k outer folds the ``errors`` (k,) of the setting that the inner folds chose.

    ``promised`` (k,): the smallest mean error of the inner folds; ``chosen``: the settings. ``errors`` judge the whole
    procedure, choice included.
    """

    errors: Array
    promised: Array
    chosen: tuple[Setting, ...]

    @property
    def optimism(self) -> float:
        """By how much the promised errors are below those on examples that had no part in the choice, on average."""
        return float((self.errors - self.promised).mean())


def nested_cross_validate(
    make_model: Callable[..., Model],
    settings: Sequence[Setting],
    inputs: ArrayLike,
    targets: ArrayLike,
    outer: Folds,
    inner_k: int,
    generator: np.random.Generator,
    error: Error = mean_squared_error,
    stratified: bool = False,
) -> Nested:
    """On each outer training part alone: choose a setting by ``inner_k`` folds of it, fit that to it, then judge.

    stratified: whether the inner folds are, by the targets. Takes k · (m · inner_k + 1) fits of m settings.
    """
    x, y, pairs = _checked(inputs, targets, outer)
    errors, promised, chosen = [], [], []
    for fold in pairs:
        part = fold.training
        inner = k_folds(len(part), inner_k, generator, y[part] if stratified else None)
        found = search(make_model, settings, x[part], y[part], inner, error)
        chosen.append(found.best)
        promised.append(found.least)
        errors.append(_validated(make_model, found.best, x, y, fold, error))
    return Nested(np.array(errors), np.array(promised), tuple(chosen))


def _validated(
    make_model: Callable[..., Model], setting: Setting, inputs: Any, targets: Any, fold: Fold, error: Error
) -> float:
    """The error of a new model on the fold's validation part."""
    known, unseen = targets[fold.training], targets[fold.validation]
    if targets.dtype.kind in "iub" and np.ptp(known) == 0 and (unseen != known[0]).any():
        raise ValueError(
            f"folds: all {len(known)} examples of a training part have the label {known[0]}, and those to validate on "
            "have others too. Is the data sorted by class? Shuffle it, and deal it out class by class: "
            "k_folds(n, k, generator, labels)."
        )
    if hasattr(make_model, "fit") and not isinstance(make_model, type):
        raise TypeError(
            "make_model: expected a function that makes a new model for each fold, received a model. "
            f"Write lambda: {type(make_model).__name__}(...)."
        )
    model = make_model(**setting)
    model.fit(inputs[fold.training], targets[fold.training])
    return float(error(model.predict(inputs[fold.validation]), unseen))


def _checked(inputs: ArrayLike, targets: ArrayLike, folds: Folds) -> tuple[Any, Any, list[Fold]]:
    """The data as arrays and the folds as ``Fold``. Raises ValueError for an example in both parts of a fold."""
    x, y = check_array(inputs, "inputs"), check_array(targets, "targets")
    n, pairs = check_same_length(inputs=x, targets=y), []
    for number, (training, validation) in enumerate(folds):
        fold = Fold(check_indices(training, "training"), check_indices(validation, "validation"))
        both, last = np.intersect1d(*fold), max(part.max() for part in fold)
        if len(both):
            raise ValueError(
                f"folds[{number}]: {len(both)} examples, {both[0]} among them, are in both parts: what a model was "
                "fitted to says nothing of how it does on others."
            )
        if last >= n:
            raise ValueError(f"folds[{number}]: expected numbers below {n}, as there are examples, received {last}.")
        pairs.append(fold)
    if not pairs:
        raise ValueError("folds: expected at least one, received none.")
    return x, y, pairs


def _ends(low: float, high: float) -> tuple[float, float]:
    first, last = check_number(low, "low"), check_number(high, "high")
    if first >= last:
        raise ValueError(f"low: expected less than high, {high}, received {low}.")
    return first, last
