"""Exercise on the linear-Gaussian model: least squares, and the mean squared residual as noise variance."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.probability_and_mle.exercises.linear_gaussian_mle_mistakes import MISTAKES
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import probability

# Its square vanishes beside 1 in float64, so that the product inputs.T @ inputs is exactly singular (Läuchli, 1961).
NEARLY_NOTHING = 2.0**-27


def _random_case(generator: np.random.Generator, rows: int, columns: int, label: str) -> Case:
    inputs = generator.normal(size=(rows, columns))
    targets = inputs @ generator.uniform(-3, 3, size=columns) + generator.normal(4, 0.5, size=rows)
    return Case((inputs, targets), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    # Where columns depend on each other exactly many weights are equally probable: `fitted` accepts all of them.
    with_ones = np.column_stack([np.ones(5), [0.0, 1.0, 2.0, 3.0, 4.0]])
    dependent = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]])
    nearly_equal = np.array([[1.0, 1.0], [NEARLY_NOTHING, 0.0], [0.0, NEARLY_NOTHING]])
    return [
        Case((with_ones, np.array([1.0, 3.0, 2.0, 5.0, 4.0])), "a line through 5 points"),
        Case((np.array([[1.0], [2.0], [4.0]]), np.array([3.0, 5.0, 7.0])), "one input and no column of ones"),
        _random_case(generator, 30, 3, "30 rows and 3 columns, none of them of ones"),
        Case((np.array([[1, 0], [1, 1], [1, 2], [1, 4]]), np.array([1, 2, 2, 6])), "whole numbers"),
        Case((with_ones.astype(np.float32), np.array([2.0, 2.5, 4.0, 4.5, 7.0], dtype=np.float32)), "dtype float32"),
        Case((with_ones * [1.0, 1e5], np.array([1.0, 3.0, 2.0, 5.0, 4.0])), "inputs of very different scales"),
        _random_case(generator, 200, 10, "200 rows and 10 columns"),
        Case((with_ones, 2 + 3 * with_ones[:, 1]), "points exactly on a line", edge=True),
        Case((np.eye(2), np.array([1.0, 2.0])), "as many rows as columns", edge=True),
        Case((nearly_equal, nearly_equal @ [2.0, 3.0]), "two columns that are nearly the same", edge=True),
        Case((dependent, np.array([3.0, 4.0, 8.0, 9.0])), "a column that is twice the other", edge=True),
    ]


def fitted(arguments: tuple[Any, ...], result: Any) -> Any:
    """A result with what its weights make of `inputs` in their place, where several weights make the same of it."""
    inputs = np.asarray(arguments[0], float)
    weights, variance = result
    if np.linalg.matrix_rank(inputs) == inputs.shape[1]:
        return result
    return inputs @ weights, variance


linear_gaussian_mle = Exercise(
    name="linear_gaussian_mle",
    chapter="03_probability_and_mle",
    task=(
        "Return `(weights, variance)`: the weights, shape (d,), and the noise variance under which `targets`, shape "
        "(n,), are most probable for `inputs`, shape (n, d), when P(y | x, w) = N(y; xᵀw, σ²). Use the columns of "
        "`inputs` as they are; where an intercept is wanted, a column of ones is among them. One of the tables has two "
        "columns that differ by less than a hundred-millionth: a formula with the inverse of XᵀX loses that "
        "difference, so let a least-squares solver work on `inputs` itself. In another one "
        "a column is twice the other: there any weights that fit best are right."
    ),
    reference=probability.linear_gaussian_mle,
    cases=_cases,
    rtol=1e-6,
    points=3,
    hints=[
        "Write down the log-likelihood. In which part of it do the weights appear? Does the best choice of them depend "
        "on the variance?",
        "The weights that maximize the likelihood minimize Σ (y − xᵀw)²: least squares. NumPy has a function for that, "
        "in `np.linalg`; it returns four things, the weights first.",
        "Why not `inv(X.T @ X) @ X.T @ y`? On paper it is the same. On a computer, forming XᵀX squares the ratio "
        "between the table's strongest and weakest direction: a difference of 10⁻⁸ between two columns becomes 10⁻¹⁶ "
        "beside 1, and is rounded away. `np.linalg.lstsq` never forms XᵀX.",
        "With the weights found, set the slope in σ² to 0: −n/(2σ²) + Σ (y − xᵀw)² / (2σ⁴) = 0. What is σ²?",
        "Three lines: `weights, *_ = np.linalg.lstsq(inputs, targets, rcond=None)`, then the residuals "
        "`targets - inputs @ weights`, then return the weights and the mean of the squared residuals.",
    ],
    mistakes=MISTAKES,
    one_form=fitted,
)
