"""Exercise on the gradient of softmax regression in its weights and bias."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import linear_models, losses

Array = NDArray[np.floating]
Gradients = tuple[Array, Array]


def _random_case(
    generator: np.random.Generator,
    sizes: tuple[int, int, int],
    label: str,
    dtype: type[np.floating] = np.float64,
    edge: bool = False,
) -> Case:
    rows, columns, classes = sizes
    inputs: Array = generator.normal(0.5, 1.0, size=(rows, columns)).astype(dtype)
    weights, bias = generator.normal(size=(columns, classes)), generator.uniform(-2, 2, size=classes)
    labels = np.arange(rows) * 2 % classes
    return Case((inputs, labels, weights.astype(dtype), bias.astype(dtype)), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    small = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 1.0], [1.0, 0.0]])
    whole = generator.integers(-3, 4, size=(5, 2))
    huge = np.array([[1e4, 0.0], [1.0, 1.0], [-1e4, 3.0]])
    near = np.array([[1e4, 9_999.0], [1.0, 2.0]])
    return [
        Case(
            (small, np.array([0, 2, 1, 2]), np.array([[0.5, -0.5, 0.0], [0.0, 1.0, -1.0]]), np.array([0.5, -1.0, 0.0])),
            "4 examples, 2 inputs and 3 classes",
        ),
        _random_case(generator, (8, 4, 3), "8 examples, 4 inputs and 3 classes"),
        _random_case(generator, (3, 3, 3), "3 examples, inputs and classes"),
        Case((whole, np.array([1, 0, 1, 1, 0]), np.array([[1, 0], [0, 1]]), np.array([1, -1])), "whole numbers"),
        _random_case(generator, (6, 3, 5), "dtype float32", np.float32),
        _random_case(generator, (50, 8, 10), "50 examples, 8 inputs and 10 classes"),
        _random_case(generator, (1, 3, 4), "one example", edge=True),
        Case((huge, np.array([1, 0, 2]), np.eye(2, 3), np.array([0.5, 0.0, -0.5])), "inputs of ±10000", edge=True),
        Case(
            (near, np.array([1, 2]), np.eye(2, 3), np.array([0.5, 0.0, -0.5])),
            "two logits near 10000 in a row",
            edge=True,
        ),
    ]


def _probabilities(inputs: Array, weights: Array, bias: Any) -> Array:
    return losses.softmax(inputs @ weights + bias)


def _overflowing(inputs: Array, weights: Array, bias: Any) -> Array:
    exponentials = np.exp(inputs @ weights + bias)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


def _through(inputs: Array, errors: Array) -> Gradients:
    return inputs.T @ errors / len(inputs), errors.sum(axis=0) / len(inputs)


def _gradient(inputs: Array, labels: Array, weights: Array, bias: Any) -> Gradients:
    return _through(inputs, _probabilities(inputs, weights, bias) - _one_hot(labels, weights.shape[1]))


def _times(factor: float, arguments: Sequence[Any]) -> Gradients:
    by_weights, by_bias = _gradient(*arguments)
    return factor * by_weights, factor * by_bias


def _bias_not_averaged(inputs: Array, labels: Array, weights: Array, bias: Array) -> Gradients:
    by_weights, by_bias = _gradient(inputs, labels, weights, bias)
    return by_weights, by_bias * len(inputs)


def _attenuated(inputs: Array, labels: Array, weights: Array, bias: Array) -> Gradients:
    p = _probabilities(inputs, weights, bias)
    return _through(inputs, (p - _one_hot(labels, weights.shape[1])) * p * (1 - p))


def _over_the_batch(inputs: Array, labels: Array, weights: Array, bias: Array) -> Gradients:
    p = losses.softmax((inputs @ weights + bias).T).T
    return _through(inputs, p - _one_hot(labels, weights.shape[1]))


def _transposed(inputs: Array, labels: Array, weights: Array, bias: Array) -> Gradients:
    by_weights, by_bias = _gradient(inputs, labels, weights, bias)
    return by_weights.T, by_bias


def _rows(inputs: Array, labels: Array, weights: Array, bias: Array) -> int:
    return len(inputs)


def _classes(inputs: Array, labels: Array, weights: Array, bias: Array) -> int:
    return weights.shape[1]


def _shape(inputs: Array, labels: Array, weights: Array, bias: Array) -> str:
    return str(weights.shape)


def _largest_label(inputs: Array, labels: Array, weights: Array, bias: Array) -> int:
    return int(labels.max())


WEIGHT = "On {case} the weights' gradient [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "sum_instead_of_mean",
        lambda *arguments: _times(len(arguments[0]), arguments),
        with_numbers(
            WEIGHT + "All your numbers are {rows} times the right ones. The loss is a mean over the {rows} examples, "
            "and so is its gradient.",
            rows=_rows,
        ),
    ),
    Mistake(
        "opposite_sign",
        lambda *arguments: _times(-1, arguments),
        with_numbers(
            WEIGHT + "The sign is the other one: Y − P is the direction in which the loss falls. The gradient points "
            "to where it grows, P − Y."
        ),
    ),
    Mistake(
        "labels_subtracted_as_numbers",
        lambda inputs, labels, weights, bias: _through(
            inputs, _probabilities(inputs, weights, bias) - np.reshape(labels, (-1, 1))
        ),
        with_numbers(
            WEIGHT + "You subtract the class number, such as {label}, from every probability of the row. A label is a "
            "name, not a quantity: subtract 1 in the column of the right class, and 0 in the others (one-hot).",
            label=_largest_label,
        ),
    ),
    Mistake(
        "without_labels",
        lambda inputs, labels, weights, bias: _through(inputs, _probabilities(inputs, weights, bias)),
        with_numbers(
            WEIGHT + "The labels have no influence on your gradient: it is that of P alone. In each row, 1 has to be "
            "subtracted from the probability of the right class."
        ),
    ),
    Mistake(
        "bias_not_averaged",
        _bias_not_averaged,
        with_numbers(
            "The weights' gradient is right. On {case} the bias's gradient [{where}] should be {expected}, and you "
            "return {received}: the sum over the {rows} examples, without the division by {rows}.",
            rows=_rows,
        ),
    ),
    Mistake(
        "bias_left_out",
        lambda inputs, labels, weights, bias: _gradient(inputs, labels, weights, 0.0),
        with_numbers(
            WEIGHT + "That is the gradient at bias 0. The probabilities are the softmax of XW + b: the bias has to be "
            "added to the logits."
        ),
    ),
    Mistake(
        "transposed",
        _transposed,
        with_numbers(
            "Your weights' gradient is the transpose of the right one. It needs the shape of `weights`, {shape} on "
            "{case}, one column for each class, so that the two can be subtracted from each other.",
            shape=_shape,
        ),
    ),
    Mistake(
        "normalized_over_the_batch",
        _over_the_batch,
        with_numbers(
            WEIGHT + "Your probabilities sum to 1 down each column, over the {rows} examples. Softmax normalizes each "
            "row, over its {classes} classes.",
            rows=_rows,
            classes=_classes,
        ),
    ),
    Mistake(
        "exponential_that_overflows",
        lambda inputs, labels, weights, bias: _through(
            inputs, _overflowing(inputs, weights, bias) - _one_hot(labels, weights.shape[1])
        ),
        with_numbers(
            "Your gradient is right for ordinary logits. " + WEIGHT + "The exponentials in your softmax overflow, and "
            "∞ / ∞ is nan. Use the softmax that you wrote before: it subtracts each row's largest logit."
        ),
    ),
    Mistake(
        "attenuated",
        _attenuated,
        with_numbers(
            WEIGHT + "You multiply P − Y by P (1 − P), the slope of the squashing function once more. For the "
            "cross-entropy that slope has cancelled against the 1/p of the logarithm's derivative, which is why a "
            "confident mistake still has a large gradient."
        ),
    ),
    Mistake(
        "weights_alone",
        lambda *arguments: _gradient(*arguments)[0],
        "You return the weights' gradient, and it is right. The bias has a gradient too, shape (classes,): return it "
        "as the second of a pair.",
    ),
    Mistake(
        "divided_by_all_entries",
        lambda *arguments: _times(1 / np.shape(arguments[2])[1], arguments),
        with_numbers(
            WEIGHT + "All your numbers are {classes} times too small: you divide by the number of examples times "
            "classes. The loss is a mean over examples; the classes of one example share a single logarithm.",
            classes=_classes,
        ),
    ),
]

softmax_gradient = Exercise(
    name="softmax_gradient",
    chapter="05_softmax_regression",
    task=(
        "Return the gradient of the mean cross-entropy of the logits XW + b as a pair: in the weights, shape "
        "(d, classes), and in the bias, shape (classes,). `inputs` has shape (n, d), `labels` (n,) with the numbers of "
        "the right classes, `weights` (d, classes), and `bias` (classes,). You may call the library's `softmax`, or "
        "your own."
    ),
    reference=linear_models.softmax_gradient,
    cases=_cases,
    points=3,
    hints=[
        "Take one example. If the model is right and sure, p is 1 for its class and 0 for the others: what should the "
        "gradient in its logits be? And if it gave the right class only 0.1?",
        "The gradient of −log softmax(z)[y] in z is p − one-hot(y): probability minus 1 for the right class, the "
        "probability itself for the others. Compute it for all rows at once, shape (n, classes).",
        "One-hot without a loop: subtract 1 from the entries `[np.arange(n), labels]` of a copy of the probabilities.",
        "As in linear regression, the chain rule brings in the inputs: example i contributes xᵢ times its row of "
        "P − Y. The sum over examples is a product of matrices whose result has the shape of W. Why is the bias's part "
        "a sum over rows? Its input is 1 for every example.",
        "∂L/∂W = Xᵀ (P − Y) / n, with `inputs.T @ ...`, and ∂L/∂b = the column sums of (P − Y) / n.",
    ],
    mistakes=MISTAKES,
)
