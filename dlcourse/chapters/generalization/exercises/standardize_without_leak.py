"""Exercise: standardizing training and other examples by what the training examples tell."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import pipelines

Statistic = Callable[[Array], Any]


def _case(
    generator: np.random.Generator, rows: int, others: int, columns: int, label: str, dtype: Any = np.float64
) -> Case:
    """Two tables, the second from a neighbouring population: other means and other spreads."""
    scales = generator.uniform(1, 20, size=columns)
    training = generator.normal(3, 1, size=(rows, columns)) * scales
    other = generator.normal(4, 2, size=(others, columns)) * scales
    return Case((training.astype(dtype), other.astype(dtype)), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    training, other = generator.normal(5, 2, size=(6, 2)), generator.normal(6, 2, size=(3, 2))
    whole = generator.permutation([1, 2, 4, 7, 11])
    ones = np.ones((6, 1))
    return [
        Case((np.array([[1.0], [2.0], [3.0], [6.0]]), np.array([[3.0], [8.0]])), "4 training examples and 2 others"),
        _case(generator, 20, 8, 3, "20 training examples and 8 others"),
        _case(generator, 5, 9, 5, "as many training examples as features"),
        Case((np.column_stack([whole, whole[::-1] ** 2]), np.array([[3, 5], [9, 1], [0, 40]])), "whole numbers"),
        _case(generator, 12, 6, 2, "dtype float32", dtype=np.float32),
        _case(generator, 10, 1, 3, "one other example"),
        Case((np.hstack([training, 4 * ones]), np.hstack([other, 4 * ones[:3]])), "a constant feature", edge=True),
        Case(
            (np.hstack([4 * ones, training]), np.hstack([7 * ones[:3], other])),
            "a feature that is constant in training alone",
            edge=True,
        ),
    ]


standardize_without_leak = Exercise(
    pipelines.standardize,
    name="standardize_without_leak",
    chapter=CHAPTER,
    task=(
        "Return `(training, other)`, both standardized: from each feature, a column, its mean is subtracted, and the "
        "difference is divided by its standard deviation (with divisor n, as `np.std` has it). `training` has shape "
        "(n, d), `other`, say a validation part, (m, d), one example in each row. No statistic may come from examples "
        "that a model must not have seen. A feature that is constant among the training examples is only centred."
    ),
    cases=_cases,
    hints=[
        "Whose mean does a model know when, later, a single new patient comes through the door?",
        "Both arrays get the same shift and the same scale for a feature, d numbers each. Along which axis do the "
        "examples lie?",
        "`mean = training.mean(axis=0)` and `deviation = training.std(axis=0)`, for both. Where the deviation is 0, "
        "divide by 1 instead, with `np.where`.",
        "`(each - mean) / np.where(deviation > 0, deviation, 1)` for each of the two arrays.",
    ],
    fields={"at": "On “{case}” an entry [{where}] should be {expected}, and you return {received}. "},
)

standardize_without_leak.add_mistake(
    "each_by_its_own",
    lambda training, other: pipelines.standardize(training) + pipelines.standardize(other),
    "The training examples are right. {at}You standardize the others by their own mean and deviation. The same "
    "measurement then becomes different numbers in the two tables, and a single new example always becomes 0: use the "
    "training examples' mean and deviation for both.",
)


@standardize_without_leak.mistake
def by_all_together(training: Array, other: Array) -> tuple[Array, ...]:
    """{at}It looks as if mean and deviation are taken over both tables together. Then the training examples have seen
    the others: a leak, small as it often is. Take them from `training` alone."""
    everybody = np.concatenate([training, other])
    return pipelines.standardize(everybody, training, other)[1:]


def _by(mean: Statistic, deviation: Statistic) -> Callable[..., tuple[Array, ...]]:
    """Both tables by two statistics of the training examples."""

    def standardized(training: Array, other: Array) -> tuple[Array, ...]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return tuple((each - mean(training)) / deviation(training) for each in (training, other))

    return standardized


def _mean(training: Array) -> Any:
    return training.mean(axis=0)


def _or_1(deviation: Array) -> Any:
    return np.where(deviation > 0, deviation, 1)


standardize_without_leak.add_mistake(
    "one_mean_for_all_features",
    _by(np.mean, np.std),
    "{at}`mean()` and `std()` without an axis give one number for the whole table. Each feature has units of its own, "
    "and needs a mean and a deviation of its own: `axis=0`.",
)
standardize_without_leak.add_mistake(
    "divisor_n_minus_1",
    _by(_mean, lambda training: _or_1(training.std(axis=0, ddof=1))),
    "{at}It looks as if your standard deviation has the divisor n − 1. Both are in use, and for a model it makes no "
    "difference to speak of; here it is n, as in `np.std`.",
)
standardize_without_leak.add_mistake(
    "divided_by_the_variance",
    _by(_mean, lambda training: _or_1(training.var(axis=0))),
    "{at}You divide by the variance. In metres or centimetres the result would differ: divide by its root, the "
    "standard deviation, which has the feature's own unit.",
)
standardize_without_leak.add_mistake(
    "only_centred",
    _by(_mean, lambda training: 1),
    "{at}You subtract the mean and divide by nothing: features with large units still weigh more in a penalty.",
)
standardize_without_leak.add_mistake(
    "not_centred",
    _by(lambda training: 0, lambda training: _or_1(training.std(axis=0))),
    "{at}You divide by the deviation without subtracting the mean first.",
)
standardize_without_leak.add_mistake(
    "divided_by_zero",
    _by(_mean, lambda training: training.std(axis=0)),
    "Where all features vary, your numbers are right. {at}A feature that is constant among the training examples has "
    "the deviation 0, and 0/0 is nan, which spreads into every prediction. Divide by 1 there.",
)
standardize_without_leak.add_mistake(
    "small_number_added",
    _by(_mean, lambda training: training.std(axis=0) + 1e-8),
    "Where all features vary, your numbers are right. {at}It looks as if you add a small number to every deviation. A "
    "feature that is constant among the training examples is then divided by that alone, and the first other value "
    "becomes enormous. Divide by 1 there.",
)


@standardize_without_leak.mistake
def mean_divided_alone(training: Array, other: Array) -> tuple[Array, ...]:
    """{at}It looks as if only the mean is divided: `x - mean / deviation` divides first. Put x − mean in brackets."""
    quotient = _mean(training) / _or_1(training.std(axis=0))
    return training - quotient, other - quotient


@standardize_without_leak.mistake
def training_standardized_first(training: Array, other: Array) -> tuple[Array, ...]:
    """The training examples are right. {at}The others come out as they went in. It looks as if `training` is
    standardized, under its old name, before mean and deviation for the others are taken: by then they are 0 and 1."""
    return pipelines.standardize(training)[0], np.array(other, float)


@standardize_without_leak.mistake
def each_row_by_itself(training: Array, other: Array) -> tuple[Array, ...]:
    """{at}It looks as if each row is standardized, with `axis=1`: an example by its own mean over all features, metres
    and kilograms together. A feature is a column: `axis=0`."""
    with np.errstate(invalid="ignore"):
        return tuple((each - each.mean(1, keepdims=True)) / each.std(1, keepdims=True) for each in (training, other))
