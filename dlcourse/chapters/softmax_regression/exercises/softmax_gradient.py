"""Exercise on the gradient of softmax regression with respect to its weights and bias."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import linear_models


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


softmax_gradient = Exercise(
    linear_models.softmax_gradient,
    chapter="05_softmax_regression",
    task=(
        "Return the gradient of the mean cross-entropy of the logits XW + b as a pair: with respect to the "
        "weights, shape (d, classes), and to the bias, shape (classes,). `inputs` has shape (n, d), `labels` (n,) with "
        "the numbers of the right classes, `weights` (d, classes), and `bias` (classes,). You may call the library's "
        "`softmax`, or your own."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Take one example. If the model is right and sure, p is 1 for its class and 0 for the others: what should the "
        "gradient with respect to its logits be? And if it gave the right class only 0.1?",
        "The gradient of −log softmax(z)[y] with respect to z is p − one-hot(y): probability minus 1 for the right "
        "class, the probability itself for the others. Compute it for all rows at once, shape (n, classes).",
        "One-hot without a loop: subtract 1 from the entries `[np.arange(n), labels]` of a copy of the probabilities.",
        "As in linear regression, the chain rule brings in the inputs: example i contributes xᵢ times its row of "
        "P − Y. The sum over examples is a product of matrices whose result has the shape of W. Why is the bias's part "
        "a sum over rows? Its input is 1 for every example.",
        "∂L/∂W = Xᵀ (P − Y) / n, with `inputs.T @ ...`, and ∂L/∂b = the column sums of (P − Y) / n.",
    ],
    fields={
        "weight": "On {case} the weights' gradient [{where}] should be {expected}, and you return {received}. ",
        "rows": lambda inputs, *_: len(inputs),
        "classes": lambda *arguments: len(arguments[3]),
        "label": lambda inputs, labels, *_: labels.max(),
    },
)


def _with_errors(text: str) -> Callable[..., Any]:
    """The gradient with something else in place of `losses.softmax(z) - y`, y being one-hot."""
    return mutated(
        linear_models.softmax_gradient,
        ("by_logits = losses", "z, y = x @ w + b, losses.one_hot(labels, len(b))\n    by_logits = losses"),
        ("losses.cross_entropy_gradient(x @ w + b, labels)", f"({text}) / len(x)"),
    )


softmax_gradient.add_mistake(
    "sum_instead_of_mean",
    _with_errors("len(x) * (losses.softmax(z) - y)"),
    "{weight}All your numbers are {rows} times the right ones. The loss is a mean over the {rows} examples, and so is "
    "its gradient.",
)
softmax_gradient.add_mistake(
    "opposite_sign",
    _with_errors("y - losses.softmax(z)"),
    "{weight}The sign is the other one: Y − P is the direction in which the loss falls. The gradient points to where "
    "it grows, P − Y.",
)
softmax_gradient.add_mistake(
    "labels_subtracted_as_numbers",
    _with_errors("losses.softmax(z) - np.reshape(labels, (-1, 1))"),
    "{weight}You subtract the class number, such as {label}, from every probability of the row. A label is a name, not "
    "a quantity: subtract 1 in the column of the right class, and 0 in the others (one-hot).",
)
softmax_gradient.add_mistake(
    "without_labels",
    _with_errors("losses.softmax(z)"),
    "{weight}The labels have no influence on your gradient: it is that of P alone. In each row, 1 has to be subtracted "
    "from the probability of the right class.",
)
softmax_gradient.add_mistake(
    "bias_left_out",
    _with_errors("losses.softmax(x @ w) - y"),
    "{weight}That is the gradient at bias 0. The probabilities are the softmax of XW + b: the bias has to be added to "
    "the logits.",
)
softmax_gradient.add_mistake(
    "normalized_over_the_batch",
    _with_errors("losses.softmax(z.T).T - y"),
    "{weight}Your probabilities sum to 1 down each column, over the {rows} examples. Softmax normalizes each row, over "
    "its {classes} classes.",
)
softmax_gradient.add_mistake(
    "exponential_that_overflows",
    _with_errors("np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - y"),
    "Your gradient is right for ordinary logits. {weight}The exponentials in your softmax overflow, and ∞ / ∞ is nan. "
    "Use the softmax that you wrote before: it subtracts each row's largest logit.",
)
softmax_gradient.add_mistake(
    "attenuated",
    _with_errors("(losses.softmax(z) - y) * losses.softmax(z) * (1 - losses.softmax(z))"),
    "{weight}You multiply P − Y by P (1 − P), the slope of the squashing function once more. For the cross-entropy "
    "that slope has cancelled against the 1/p of the logarithm's derivative, which is why a confident mistake still "
    "has a large gradient.",
)
