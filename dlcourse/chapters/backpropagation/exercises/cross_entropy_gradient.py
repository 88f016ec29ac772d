"""Exercise: softmax and cross-entropy differentiated in one step."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


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


cross_entropy_gradient = Exercise(
    losses.cross_entropy_gradient,
    chapter="10_backpropagation",
    task=(
        "Return the gradient of the mean cross-entropy with respect to the logits, in one step through both softmax "
        "and logarithm. "
        "`logits` has shape (n, classes), `labels` (n,) with the numbers of the right classes; the result has the "
        "shape of `logits`. Logits of ±10000 are among them. You may call the library's `softmax`."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Take one example, and write its loss with logits alone: −log softmax(z)[y] = log Σⱼ exp(zⱼ) − z[y]. "
        "Differentiate the two parts with respect to zₖ, one after the other.",
        "The derivative of log Σⱼ exp(zⱼ) with respect to zₖ is exp(zₖ) / Σⱼ exp(zⱼ). You know this expression. The "
        "second part "
        "gives −1 for k = y, and 0 otherwise.",
        "So each row is its probabilities, with 1 subtracted in the column of its label. And the loss is the mean over "
        "n examples: what does that do to each row?",
        "(softmax(Z) − one-hot(y)) / n: take the probabilities, subtract 1 at `[np.arange(n), labels]`, and divide by "
        "n.",
    ],
    fields={
        "at": "On {case} entry [{where}] should be {expected}, and you return {received}. ",
        "rows": lambda logits, labels: len(labels),
        "classes": lambda logits, labels: logits.shape[1],
    },
)

cross_entropy_gradient.add_mistake(
    "not_divided",
    mutated(losses.cross_entropy_gradient, (" / len(y)", "")),
    "{at}You return probability minus label, the gradient of the sum of the losses. The loss is their mean, so each "
    "example counts with the weight 1/{rows}. This division happens here, once: the weights' gradients further back "
    "get it from here.",
)
cross_entropy_gradient.add_mistake(
    "divided_by_the_classes",
    mutated(losses.cross_entropy_gradient, ("/ len(y)", "/ z.shape[1]")),
    "{at}You divide by the {classes} classes. The mean runs over the examples, of which there are {rows}.",
)
cross_entropy_gradient.add_mistake(
    "one_hot_added",
    mutated(losses.cross_entropy_gradient, ("-= 1", "+= 1")),
    "{at}You add 1 in the column of the right class; subtract it. Then each row sums to 0: what the right class is to "
    "gain, the others lose together.",
)
cross_entropy_gradient.add_mistake(
    "class_numbers_subtracted",
    mutated(losses.cross_entropy_gradient, ("gradient[np.arange(len(y)), y] -= 1", "gradient = gradient - y")),
    "You subtract `labels` themselves. They are class numbers, (n,), not one-hot rows, (n, classes): to subtract the "
    "one-hot row is to subtract 1 in the column of the right class, at `[np.arange(n), labels]`.",
)
cross_entropy_gradient.add_mistake(
    "softmax_over_the_batch",
    mutated(losses.cross_entropy_gradient, ("softmax(z)", "softmax(z.T).T")),
    "{at}Your probabilities sum to 1 down each column, over the {rows} examples. They have to sum to 1 along each row, "
    "over the {classes} classes.",
)
cross_entropy_gradient.add_mistake(
    "only_the_right_class",
    mutated(losses.cross_entropy_gradient, ("return gradient", "return gradient * np.eye(z.shape[1])[y]")),
    "{at}Yours is 0 outside of the right class's column, as if each probability depended on its own logit only, with "
    "slope p (1 − p). Softmax divides by a sum over all of them: a wrong logit that falls makes the right class more "
    "probable. Outside of the right column the derivative is the probability itself.",
)
cross_entropy_gradient.add_mistake(
    "by_the_probabilities",
    mutated(
        losses.cross_entropy_gradient,
        ("gradient[np.arange(len(y)), y] -= 1", "gradient = -np.eye(z.shape[1])[y] / gradient"),
    ),
    "{at}That is the gradient of the probabilities, −1/p in the column of the right class: half of the way. From there "
    "it goes on through softmax to the logits, and p cancels, which is why one rule for both is better than two.",
)
cross_entropy_gradient.add_mistake(
    "slope_once_more",
    mutated(losses.cross_entropy_gradient, ("return gradient", "return gradient * softmax(z) * (1 - softmax(z))")),
    "{at}You multiply probability minus label by p (1 − p). That slope has cancelled already, against the 1/p of the "
    "logarithm: a confident mistake keeps a large gradient.",
)
cross_entropy_gradient.add_mistake(
    "sigmoid_for_softmax",
    mutated(losses.cross_entropy_gradient, ("softmax(z)", "sigmoid(z)")),
    "{at}You take the sigmoid of each logit by itself: that is the rule for {classes} separate questions of yes or no. "
    "The probabilities of softmax share one sum.",
)
cross_entropy_gradient.add_mistake(
    "every_label_in_every_row",
    mutated(losses.cross_entropy_gradient, ("[np.arange(len(y)), y]", "[:, y]")),
    "{at}The index `[:, labels]` subtracts 1 in the columns of all labels, in each of the {rows} rows. Row i has its "
    "own label only: `[np.arange(n), labels]` picks one entry from each row.",
)
cross_entropy_gradient.add_mistake(
    "exponential_that_overflows",
    mutated(losses.cross_entropy_gradient, ("softmax(z)", "np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)")),
    "For ordinary logits you are right. {at}e¹⁰⁰⁰⁰ overflows, and ∞ / ∞ is nan. Subtract each row's largest logit "
    "first, or call the library's `softmax`.",
)
