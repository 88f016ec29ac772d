"""Exercise on the cross-entropy of logits and integer labels."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


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


cross_entropy = Exercise(
    losses.cross_entropy,
    chapter="05_softmax_regression",
    task=(
        "Return the mean cross-entropy, −(1/n) Σᵢ log softmax(zᵢ)[yᵢ], as one number. `logits` has shape (n, classes), "
        "`labels` has shape (n,) and holds the numbers of the right classes, 0 … classes − 1: no one-hot table. A "
        "confident mistake with logits of ±10000 costs thousands, not infinity."
    ),
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
    fields={
        "on": "On {case} the loss should be {expected}, and you return {received}. ",
        "rows": lambda logits, labels: len(logits),
        "classes": lambda logits, labels: logits.shape[1],
    },
)


def _with_logarithms(text: str) -> Callable[..., Any]:
    return mutated(losses.cross_entropy, ("log_softmax(z)", text))


cross_entropy.add_mistake(
    "every_label_for_every_row",
    mutated(losses.cross_entropy, ("[np.arange(len(y)), y]", "[:, y]")),
    "{on}The index `[:, labels]` takes, from each of the {rows} rows, the columns of all {rows} labels: a "
    "{rows} × {rows} table. Row i needs its own label's column only, so the rows have to be counted as well: two index "
    "arrays of the same length, side by side.",
)
cross_entropy.add_mistake(
    "largest_probability",
    mutated(losses.cross_entropy, ("[np.arange(len(y)), y]", ".max(axis=1)")),
    "{on}You take the logarithm of each row's largest probability, whichever class it belongs to. That asks how sure "
    "the model is; the loss asks what it gave to the right class, the one in `labels`.",
)
cross_entropy.add_mistake(
    "without_softmax",
    _with_logarithms("z"),
    "{on}You take the logit of the right class as if it were its log-probability. A logit is one only after the "
    "logarithm of the sum of the row's exponentials has been subtracted.",
)
cross_entropy.add_mistake(
    "softmax_twice",
    _with_logarithms("log_softmax(softmax(z))"),
    "{on}Softmax is taken twice: its probabilities, between 0 and 1, serve as logits once more. Their differences are "
    "at most 1, so even a perfect answer keeps a loss. This happens in practice where a model ends in softmax and its "
    "loss contains another.",
)
cross_entropy.add_mistake(
    "normalized_over_the_batch",
    _with_logarithms("log_softmax(z.T).T"),
    "{on}Your probabilities sum to 1 down each column, over the {rows} examples of the batch. They have to sum to 1 "
    "along each row, over the {classes} classes.",
)
cross_entropy.add_mistake(
    "epsilon_inside_the_logarithm",
    _with_logarithms("np.log(softmax(z) + 1e-12)"),
    "{on}The 10⁻¹² inside the logarithm (or a clip at it) hides an underflow: no mistake can cost more than 27.6, "
    "however wrong it is, and beyond that the slope is 0. Use log softmax, z − log Σ exp(z), which never takes the "
    "logarithm of 0.",
)
cross_entropy.add_mistake(
    "logarithm_of_a_rounded_zero",
    _with_logarithms("np.log(softmax(z))"),
    "{on}Your softmax does not overflow, but the probability of the right class is e⁻¹⁰⁰⁰⁰ here, which is rounded to "
    "0, and −log 0 is infinite. On paper log softmax is a difference, z − log Σ exp(z): in that form nothing is lost.",
)
cross_entropy.add_mistake(
    "exponential_that_overflows",
    _with_logarithms("np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))"),
    "{on}e¹⁰⁰⁰⁰ overflows to infinity, and ∞ / ∞ is nan. Subtract each row's largest logit first; then go one step "
    "further and never form the probability, since the logarithm of a very small one is lost.",
)
