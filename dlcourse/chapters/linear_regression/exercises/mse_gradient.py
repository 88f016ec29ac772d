"""Exercise on the gradient of the mean squared error in the weights and the bias."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import linear_models


def _random_case(generator: np.random.Generator, rows: int, columns: int, label: str) -> Case:
    inputs = generator.normal(1.0, 1.0, size=(rows, columns))
    targets = generator.normal(2.0, 1.0, size=rows)
    return Case((inputs, targets, generator.normal(size=columns), float(generator.uniform(-2, -1))), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    inputs = generator.normal(size=(4, 2))
    row = generator.normal(size=(1, 3))
    whole = generator.integers(-4, 5, size=(3, 2))
    single = generator.normal(1.0, 1.0, size=(5, 2)).astype(np.float32)
    return [
        Case((np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 7.0]), np.array([1.0]), 0.5), "three points"),
        _random_case(generator, 6, 3, "6 rows and 3 columns"),
        Case((whole, generator.integers(5, 9, size=3), np.array([2, -1]), 1), "whole numbers"),
        _random_case(generator, 4, 4, "as many rows as columns"),
        Case((single, single[:, 0] + 1, np.array([0.5, 2.0], np.float32), 0.25), "dtype float32"),
        _random_case(generator, 200, 10, "200 rows and 10 columns"),
        Case((row, np.array([5.5]), np.array([0.5, 1.0, 0.0]), 1.0), "one row", edge=True),
        Case((inputs, inputs @ [2.0, -1.0] + 3.0, np.array([2.0, -1.0]), 3.0), "a perfect fit", edge=True),
    ]


mse_gradient = Exercise(
    linear_models.mse_gradient,
    chapter="04_linear_regression",
    task=(
        "Return the gradient of the loss 1/(2n) Σᵢ (xᵢᵀw + b − yᵢ)² as a pair: its derivatives with respect to the "
        "weights, shape (d,), and with respect to the bias, a number. `inputs` has shape (n, d), one example in each "
        "row, `targets` has shape (n,), `weights` (d,), and `bias` is a number. (The library's function can add a "
        "penalty, which stays 0 here.)"
    ),
    cases=_cases,
    hints=[
        "Take one example and one weight first. How does (xᵀw + b − y)²/2 change when w₁ grows a little? What does the "
        "answer say about an example whose input x₁ is 0?",
        "By the chain rule, the derivative with respect to wⱼ is error × xⱼ, and with respect to b it is "
        "error × 1. The error is prediction minus target. The factor 2 of the square has cancelled against the "
        "1/2.",
        "The loss is a mean over n examples, so its gradient is the mean of their gradients. Compute all errors at "
        "once: `inputs @ weights + bias - targets`, shape (n,).",
        "Entry j of the weights' gradient sums error × input over column j. Which product of a matrix and a vector "
        "takes the sum over the rows, for all columns at once? Its result must have d entries.",
        "∂L/∂w = Xᵀr / n, with `inputs.T @ errors`, and ∂L/∂b = the mean of `errors`.",
    ],
    fields={
        "weight": "On {case} the weights' gradient [{where}] should be {expected}, and you return {received}. ",
        "rows": lambda inputs, *_: len(inputs),
        "columns": lambda inputs, *_: inputs.shape[1],
        "shape": lambda inputs, *_: str(inputs.shape),
    },
)


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(linear_models.mse_gradient, (" + check_penalty(penalty) * w", ""), *replacements)


mse_gradient.add_mistake(
    "twice_the_gradient",
    _changed(("    return", "    errors = 2 * errors\n    return")),
    "{weight}All your numbers are twice the right ones. The derivative of a square brings a factor 2, and the 1/2 in "
    "the loss, 1/(2n) Σ (ŷ − y)², is there to cancel it.",
)
mse_gradient.add_mistake(
    "half_the_gradient",
    _changed(("    return", "    errors = errors / 2\n    return")),
    "{weight}All your numbers are half of the right ones: the 1/2 of the loss is still in them. Differentiating the "
    "square brings a factor 2, which cancels it.",
)
mse_gradient.add_mistake(
    "sum_instead_of_mean",
    _changed(("    return", "    errors = len(y) * errors\n    return")),
    "{weight}Your sums over the {rows} examples still have to be divided by {rows}. The loss is a mean; a sum grows "
    "with every further example, and a learning rate that suits 10 of them would fail with 1000.",
)
mse_gradient.add_mistake(
    "opposite_sign",
    _changed(("    return", "    errors = -errors\n    return")),
    "{weight}The sign is the other one: you probably took the error as y − ŷ. The inner derivative of (ŷ − y)² in w "
    "is +x, so the error is prediction minus target.",
)
mse_gradient.add_mistake(
    "bias_left_out",
    _changed((' + check_number(bias, "bias")', "")),
    "{weight}That is the gradient of a model with bias 0. The prediction is xᵀw + b, here with b = {bias}; the bias is "
    "part of every error.",
)
mse_gradient.add_mistake(
    "inputs_not_transposed",
    _changed(("x.T @", "x @")),
    "On {case}, `inputs` has shape {shape} and there are {rows} errors, one for each row. The weights' gradient has "
    "one entry for each column: entry j sums error times input down column j. A product of matrices sums along "
    "rows, so the columns have to become rows first: `inputs.T`.",
)
mse_gradient.add_mistake(
    "column_of_predictions",
    _changed(("x @ w", "x @ w[:, None]")),
    "On {case} your predictions stand in a column, shape ({rows}, 1), and the targets in shape ({rows},). NumPy "
    "subtracts every target from every prediction, which gives {rows} × {rows} errors. Keep the predictions in "
    "shape (n,): `inputs @ weights`, with the weights in shape (d,).",
)
mse_gradient.add_mistake(
    "averaged_over_all",
    _changed(("x.T @ errors / len(y)", "(errors[:, None] * x).mean()")),
    "On {case} you return one number, {received}, for the weights' gradient; expected is an array of shape "
    "({columns},), one entry for each column. `mean()` without an axis also averages over the columns. Average over "
    "the examples only.",
)
mse_gradient.add_mistake(
    "one_row_for_each_example",
    _changed(("x.T @ errors / len(y)", "errors[:, None] * x"), ("float(errors.mean())", "errors")),
    "On {case} you return one gradient for each of the {rows} examples. These are the right pieces: the gradient of a "
    "mean is the mean of the examples' gradients, so average over the rows.",
)
