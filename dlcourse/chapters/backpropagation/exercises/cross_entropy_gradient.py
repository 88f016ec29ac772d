"""Exercise: softmax and cross-entropy differentiated in one step."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import losses

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


def _random_case(generator: np.random.Generator, rows: int, classes: int, label: str, edge: bool = False) -> Case:
    labels = np.arange(rows) * 2 % classes
    return Case((generator.normal(0, 2, (rows, classes)), labels), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    huge = np.array([[1e4, 0.0, -1e4], [0.0, -1e4, 1e4], [1.0, 0.0, 2.0]])
    single = generator.normal(0, 2, size=(5, 3)).astype(np.float32)
    return [
        Case((np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]]), np.array([0, 2])), "2 examples and 3 classes"),
        _random_case(generator, 6, 4, "6 examples and 4 classes"),
        _random_case(generator, 3, 3, "as many examples as classes"),
        Case((generator.integers(-3, 4, size=(4, 3)), np.array([2, 0, 1, 1])), "whole numbers"),
        Case((single, np.array([2, 0, 2, 1, 1])), "dtype float32"),
        _random_case(generator, 40, 10, "40 examples and 10 classes"),
        Case((np.zeros((2, 4)), np.array([1, 3])), "all logits 0: every class as probable"),
        _random_case(generator, 1, 5, "one example", edge=True),
        Case((huge, np.array([1, 2, 2])), "logits of ±10000, one confident mistake", edge=True),
        Case((huge.astype(np.float32), np.array([1, 2, 2])), "the same in float32", edge=True),
        Case((np.array([[1e4, 9_999.0, 0.0]]), np.array([1])), "two logits near 10000 in a row", edge=True),
    ]


def _one_hot(logits: Array, labels: Labels) -> Array:
    encoded: Array = np.eye(logits.shape[1])[labels]
    return encoded


def _errors(logits: Array, labels: Labels) -> Array:
    return losses.softmax(logits) - _one_hot(logits, labels)


def _only_the_right_class(logits: Array, labels: Labels) -> Array:
    return _errors(logits, labels) * _one_hot(logits, labels) / len(labels)


def _by_the_probabilities(logits: Array, labels: Labels) -> Array:
    return -_one_hot(logits, labels) / losses.softmax(logits) / len(labels)


def _through_sigmoids(logits: Array, labels: Labels) -> Array:
    return (losses.sigmoid(logits) - _one_hot(logits, labels)) / len(labels)


def _slope_once_more(logits: Array, labels: Labels) -> Array:
    p = losses.softmax(logits)
    return (p - _one_hot(logits, labels)) * p * (1 - p) / len(labels)


def _every_label(logits: Array, labels: Labels) -> Array:
    gradient = losses.softmax(logits).astype(float)
    gradient[:, labels] -= 1
    return gradient / len(labels)


def _overflowing(logits: Array, labels: Labels) -> Array:
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True) - _one_hot(logits, labels)) / len(labels)


def _examples(logits: Array, labels: Labels) -> int:
    return len(labels)


def _classes(logits: Array, labels: Labels) -> int:
    return logits.shape[1]


AT = "On {case} entry [{where}] should be {expected}, and you return {received}. "
SIZES = {"rows": _examples, "classes": _classes}

MISTAKES = [
    Mistake(
        "not_divided",
        _errors,
        with_numbers(
            AT
            + "You return probability minus label, the gradient of the sum of the losses. The loss is their mean, so "
            "each example counts with the weight 1/{rows}. This division happens here, once: the weights' gradients "
            "further back get it from here.",
            **SIZES,
        ),
    ),
    Mistake(
        "divided_by_the_classes",
        lambda logits, labels: _errors(logits, labels) / logits.shape[1],
        with_numbers(
            AT + "You divide by the {classes} classes. The mean runs over the examples, of which there are {rows}.",
            **SIZES,
        ),
    ),
    Mistake(
        "divided_by_all_entries",
        lambda logits, labels: _errors(logits, labels) / np.size(logits),
        with_numbers(
            AT
            + "You divide by all {rows} × {classes} entries. An example has one loss, not one for each class, so the "
            "mean has {rows} terms.",
            **SIZES,
        ),
    ),
    Mistake(
        "one_hot_added",
        lambda logits, labels: (losses.softmax(logits) + _one_hot(logits, labels)) / len(labels),
        with_numbers(
            AT
            + "You add 1 in the column of the right class; subtract it. Then each row sums to 0: what the right class "
            "is to gain, the others lose together."
        ),
    ),
    Mistake(
        "class_numbers_subtracted",
        lambda logits, labels: (losses.softmax(logits) - labels) / len(labels),
        "You subtract `labels` themselves. They are class numbers, (n,), not one-hot rows, (n, classes): to subtract "
        "the one-hot row is to subtract 1 in the column of the right class, at `[np.arange(n), labels]`.",
    ),
    Mistake(
        "other_sign",
        lambda logits, labels: -_errors(logits, labels) / len(labels),
        with_numbers(
            AT + "The sign is turned: label minus probability is the direction in which the loss falls. The gradient "
            "points to where it grows."
        ),
    ),
    Mistake(
        "softmax_over_the_batch",
        lambda logits, labels: (losses.softmax(logits.T).T - _one_hot(logits, labels)) / len(labels),
        with_numbers(
            AT + "Your probabilities sum to 1 down each column, over the {rows} examples. They have to sum to 1 along "
            "each row, over the {classes} classes.",
            **SIZES,
        ),
    ),
    Mistake(
        "only_the_right_class",
        _only_the_right_class,
        with_numbers(
            AT
            + "Yours is 0 outside of the right class's column, as if each probability depended on its own logit only, "
            "with slope p (1 − p). Softmax divides by a sum over all of them: a wrong logit that falls makes the right "
            "class more probable. Outside of the right column the derivative is the probability itself."
        ),
    ),
    Mistake(
        "softmax_alone",
        lambda logits, labels: losses.softmax(logits) / len(labels),
        with_numbers(
            AT
            + "The labels have no influence on yours: it is the derivative of log Σ exp(z). The loss is that minus the "
            "right logit, whose derivative is 1."
        ),
    ),
    Mistake(
        "by_the_probabilities",
        _by_the_probabilities,
        with_numbers(
            AT
            + "That is the gradient by the probabilities, −1/p in the column of the right class: half of the way. From "
            "there it goes on through softmax to the logits, and p cancels, which is why one rule for both is better "
            "than two."
        ),
    ),
    Mistake(
        "slope_once_more",
        _slope_once_more,
        with_numbers(
            AT
            + "You multiply probability minus label by p (1 − p). That slope has cancelled already, against the 1/p of "
            "the logarithm: a confident mistake keeps a large gradient."
        ),
    ),
    Mistake(
        "sigmoid_for_softmax",
        _through_sigmoids,
        with_numbers(
            AT
            + "You take the sigmoid of each logit by itself: that is the rule for {classes} separate questions of yes "
            "or no. The probabilities of softmax share one sum.",
            **SIZES,
        ),
    ),
    Mistake(
        "every_label_in_every_row",
        _every_label,
        with_numbers(
            AT
            + "The index `[:, labels]` subtracts 1 in the columns of all labels, in each of the {rows} rows. Row i has "
            "its own label only: `[np.arange(n), labels]` picks one entry from each row.",
            **SIZES,
        ),
    ),
    Mistake(
        "labels_as_numbers",
        lambda logits, labels: (losses.softmax(logits) - labels[:, None]) / len(labels),
        with_numbers(
            AT + "You subtract the class number from all of the row. A label is a name: it says in which column to "
            "subtract 1."
        ),
    ),
    Mistake(
        "exponential_that_overflows",
        _overflowing,
        with_numbers(
            "For ordinary logits you are right. " + AT + "e¹⁰⁰⁰⁰ overflows, and ∞ / ∞ is nan. Subtract each row's "
            "largest logit first, or call the library's `softmax`."
        ),
    ),
]

cross_entropy_gradient = Exercise(
    name="cross_entropy_gradient",
    chapter="10_backpropagation",
    task=(
        "Return the gradient of the mean cross-entropy by the logits, in one step through both softmax and logarithm. "
        "`logits` has shape (n, classes), `labels` (n,) with the numbers of the right classes; the result has the "
        "shape of `logits`. Logits of ±10000 are among them. You may call the library's `softmax`."
    ),
    reference=losses.cross_entropy_gradient,
    cases=_cases,
    points=2,
    hints=[
        "Take one example, and write its loss with logits alone: −log softmax(z)[y] = log Σⱼ exp(zⱼ) − z[y]. "
        "Differentiate the two parts by zₖ, one after the other.",
        "The derivative of log Σⱼ exp(zⱼ) by zₖ is exp(zₖ) / Σⱼ exp(zⱼ). You know this expression. The second part "
        "gives −1 for k = y, and 0 otherwise.",
        "So each row is its probabilities, with 1 subtracted in the column of its label. And the loss is the mean over "
        "n examples: what does that do to each row?",
        "(softmax(Z) − one-hot(y)) / n: take the probabilities, subtract 1 at `[np.arange(n), labels]`, and divide by "
        "n.",
    ],
    mistakes=MISTAKES,
)
