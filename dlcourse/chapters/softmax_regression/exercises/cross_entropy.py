"""Exercise on the cross-entropy of logits and integer labels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import losses

Array = NDArray[np.floating]


def _random_case(generator: np.random.Generator, rows: int, classes: int, label: str, edge: bool = False) -> Case:
    return Case((generator.normal(0, 2, (rows, classes)), generator.integers(0, classes, rows)), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    huge = np.array([[1e4, 0.0, -1e4], [0.0, -1e4, 1e4], [1.0, 0.0, 2.0]])
    single = generator.normal(0, 2, size=(4, 5)).astype(np.float32)
    return [
        Case((np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]]), np.array([0, 2])), "2 examples and 3 classes"),
        _random_case(generator, 6, 4, "6 examples and 4 classes"),
        _random_case(generator, 3, 3, "as many examples as classes"),
        Case((generator.integers(-3, 4, size=(4, 3)), np.array([2, 0, 1, 1])), "whole numbers"),
        Case((single, np.array([4, 0, 2, 2])), "dtype float32"),
        _random_case(generator, 40, 10, "40 examples and 10 classes"),
        _random_case(generator, 1, 3, "one example", edge=True),
        Case((np.array([[2.0], [-1.0]]), np.array([0, 0])), "one class", edge=True),
        Case((huge, np.array([0, 2, 2])), "logits of ±10000, all right", edge=True),
        Case((huge, np.array([1, 2, 2])), "logits of ±10000, one confident mistake", edge=True),
        Case((huge.astype(np.float32), np.array([1, 2, 2])), "the same in float32", edge=True),
        Case((np.array([[1e4, 9_999.0, 0.0]]), np.array([1])), "two logits near 10000 in a row", edge=True),
    ]


def _chosen(table: Array, labels: Array) -> Array:
    return table[np.arange(len(labels)), labels]


def _each(logits: Array, labels: Array) -> Array:
    return -_chosen(losses.log_softmax(logits), labels)


def _naive_softmax(logits: Array) -> Array:
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def _over_the_batch(logits: Array) -> Array:
    return losses.log_softmax(logits.T).T


def _examples(logits: Array, labels: Array) -> int:
    return len(logits)


def _classes(logits: Array, labels: Array) -> int:
    return logits.shape[1]


ON = "On {case} the loss should be {expected}, and you return {received}. "
SIZES = {"rows": _examples, "classes": _classes}

MISTAKES = [
    Mistake(
        "sum_instead_of_mean",
        lambda logits, labels: float(_each(logits, labels).sum()),
        with_numbers(
            ON + "That is the sum over the {rows} examples; the loss is their mean, so that it does not depend on the "
            "size of the batch.",
            **SIZES,
        ),
    ),
    Mistake(
        "missing_minus",
        lambda logits, labels: -float(_each(logits, labels).mean()),
        with_numbers(
            ON + "The logarithm of a probability is never above 0. With a minus sign in front, the loss is 0 for a "
            "perfect answer and grows with each doubt."
        ),
    ),
    Mistake(
        "one_loss_for_each_example",
        _each,
        with_numbers(
            "On {case} you return {rows} losses, one for each example: the right ones. Take their mean, one number for "
            "the batch.",
            **SIZES,
        ),
    ),
    Mistake(
        "mean_over_all_entries",
        lambda logits, labels: float(_each(logits, labels).mean() / logits.shape[1]),
        with_numbers(
            ON + "Yours is {classes} times too small: the mean runs over all {rows} × {classes} entries of one-hot "
            "times logarithm, and all but {rows} of them are 0. Divide by the number of examples.",
            **SIZES,
        ),
    ),
    Mistake(
        "every_label_for_every_row",
        lambda logits, labels: float(-losses.log_softmax(logits)[:, labels].mean()),
        with_numbers(
            ON + "The index `[:, labels]` takes, from each of the {rows} rows, the columns of all {rows} labels: a "
            "{rows} × {rows} table. Row i needs its own label's column only, so the rows have to be counted as well: "
            "two index arrays of the same length, side by side.",
            **SIZES,
        ),
    ),
    Mistake(
        "largest_probability",
        lambda logits, labels: float(-losses.log_softmax(logits).max(axis=1).mean()),
        with_numbers(
            ON + "You take the logarithm of each row's largest probability, whichever class it belongs to. That asks "
            "how sure the model is; the loss asks what it gave to the right class, the one in `labels`."
        ),
    ),
    Mistake(
        "without_softmax",
        lambda logits, labels: float(-_chosen(logits, labels).mean()),
        with_numbers(
            ON + "You take the logit of the right class as if it were its log-probability. A logit is one only after "
            "the logarithm of the sum of the row's exponentials has been subtracted."
        ),
    ),
    Mistake(
        "softmax_twice",
        lambda logits, labels: float(_each(losses.softmax(logits), labels).mean()),
        with_numbers(
            ON + "Softmax is taken twice: its probabilities, between 0 and 1, serve as logits once more. Their "
            "differences are at most 1, so even a perfect answer keeps a loss. This happens in practice where a model "
            "ends in softmax and its loss contains another."
        ),
    ),
    Mistake(
        "normalized_over_the_batch",
        lambda logits, labels: float(-_chosen(_over_the_batch(logits), labels).mean()),
        with_numbers(
            ON + "Your probabilities sum to 1 down each column, over the {rows} examples of the batch. They have to "
            "sum to 1 along each row, over the {classes} classes.",
            **SIZES,
        ),
    ),
    Mistake(
        "epsilon_inside_the_logarithm",
        lambda logits, labels: float(-np.log(_chosen(losses.softmax(logits), labels) + 1e-12).mean()),
        with_numbers(
            ON + "The 10⁻¹² inside the logarithm (or a clip at it) hides an underflow: no mistake can cost more than "
            "27.6, however wrong it is, and beyond that the slope is 0. Use log softmax, z − log Σ exp(z), which never "
            "takes the logarithm of 0."
        ),
    ),
    Mistake(
        "logarithm_of_a_rounded_zero",
        lambda logits, labels: float(-np.log(_chosen(losses.softmax(logits), labels)).mean()),
        with_numbers(
            ON + "Your softmax does not overflow, but the probability of the right class is e⁻¹⁰⁰⁰⁰ here, which is "
            "rounded to 0, and −log 0 is infinite. On paper log softmax is a difference, z − log Σ exp(z): in that "
            "form nothing is lost."
        ),
    ),
    Mistake(
        "exponential_that_overflows",
        lambda logits, labels: float(-np.log(_chosen(_naive_softmax(logits), labels)).mean()),
        with_numbers(
            ON + "e¹⁰⁰⁰⁰ overflows to infinity, and ∞ / ∞ is nan. Subtract each row's largest logit first; then go one "
            "step further and never form the probability, since the logarithm of a very small one is lost."
        ),
    ),
]

cross_entropy = Exercise(
    name="cross_entropy",
    chapter="05_softmax_regression",
    task=(
        "Return the mean cross-entropy, −(1/n) Σᵢ log softmax(zᵢ)[yᵢ], as one number. `logits` has shape (n, classes), "
        "`labels` has shape (n,) and holds the numbers of the right classes, 0 … classes − 1: no one-hot table. A "
        "confident mistake with logits of ±10000 costs thousands, not infinity."
    ),
    reference=losses.cross_entropy,
    cases=_cases,
    points=3,
    hints=[
        "For one example: which of its probabilities counts in the loss, and what do the others contribute?",
        "One-hot labels multiply all but one column by 0. From each row, pick the one entry that is left: row 0 at "
        "column `labels[0]`, row 1 at column `labels[1]`, and so on.",
        "NumPy picks these pairs with two index arrays: `table[np.arange(n), labels]`, shape (n,).",
        "Why not `np.log(softmax(logits))`? A probability of e⁻¹⁰⁰⁰⁰ is rounded to 0. Take the logarithm on paper: "
        "log softmax(z)ₖ = zₖ − log Σⱼ exp(zⱼ), after the row's maximum has been subtracted from z.",
        "Three steps: shifted = z − row maximum; log-probabilities = shifted − log Σ exp(shifted), with one sum for "
        "each row; then minus the mean of the picked entries.",
    ],
    mistakes=MISTAKES,
)
