"""Exercise on the linear-Gaussian model: least squares, and the mean squared residual as noise variance."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability

Fit = tuple[Array, float]
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
    probability.linear_gaussian_mle,
    chapter="03_probability_and_mle",
    task=(
        "Return `(weights, variance)`: the weights, shape (d,), and the noise variance under which `targets`, shape "
        "(n,), are most probable for `inputs`, shape (n, d), when P(y | x, w) = N(y; xᵀw, σ²). Use the columns of "
        "`inputs` as they are; where an intercept is wanted, a column of ones is among them. One of the tables has two "
        "columns that differ by less than a hundred-millionth: a formula with the inverse of XᵀX loses that "
        "difference, so let a least-squares solver work on `inputs` itself. In another one a column is twice the "
        "other: there any weights that fit best are right."
    ),
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
    fields={
        "variance": "On {case} the variance should be {expected}, and you return {received}. ",
        "weight": "On {case} the weight [{where}] should be {expected}, and you return {received}. ",
        "rows": lambda inputs, targets: len(targets),
        "columns": lambda inputs, targets: inputs.shape[1],
    },
    one_form=fitted,
)


def _with_variance(inputs: Array, targets: Array, weights: Array) -> Fit:
    return weights, float(((targets - inputs @ weights) ** 2).mean())


@linear_gaussian_mle.mistake
def normal_equations(inputs: Array, targets: Array) -> Fit:
    """Your formula is the right one on paper, and it is exact on all ordinary tables. On the table with two nearly
    equal columns XᵀX is rounded to a matrix of four ones, which has no inverse: their difference, 7 · 10⁻⁹, was squared
    to 6 · 10⁻¹⁷ and vanished beside 1. A least-squares solver works on `inputs` itself and finds the weights 2 and 3:
    `np.linalg.lstsq`."""
    return _with_variance(inputs, targets, np.linalg.inv(inputs.T @ inputs) @ (inputs.T @ targets))


@linear_gaussian_mle.mistake
def pseudoinverse_of_the_normal_equations(inputs: Array, targets: Array) -> Fit:
    """{weight}Both columns get the same weight, so their difference was lost: by forming XᵀX (a pseudoinverse of it
    does not fail where the inverse does, but cannot bring back what was lost), by a penalty on the weights, or by an
    `rcond` that takes the difference for rounding. Solve with `inputs` itself and the default `rcond`."""
    return _with_variance(inputs, targets, np.linalg.pinv(inputs.T @ inputs) @ (inputs.T @ targets))


linear_gaussian_mle.add_mistake(
    "own_column_of_ones",
    lambda inputs, targets: probability.linear_gaussian_mle(np.insert(inputs, 0, 1, axis=1), targets),
    "On {case} you return {count} weights for {columns} columns: a column of ones was added. `inputs` has one already "
    "where an intercept is wanted, and where it has none, the line is meant to pass through the origin.",
    count=lambda inputs, targets: inputs.shape[1] + 1,
)
linear_gaussian_mle.add_mistake(
    "own_column_of_ones_at_the_end",
    lambda inputs, targets: probability.linear_gaussian_mle(np.c_[inputs, np.ones(len(inputs))], targets),
    "On {case} there are {columns} columns, and your weights are one more: you appended a column of ones. The table is "
    "meant as it is. An intercept is wanted only where a column of ones is among the inputs already.",
)


@linear_gaussian_mle.mistake
def each_column_alone(inputs: Array, targets: Array) -> Fit:
    """{weight}You fit each column as if the others were not there (that is right for a single column). Columns share
    what they explain: all weights have to be found together."""
    return _with_variance(inputs, targets, inputs.T @ targets / (inputs**2).sum(axis=0))


linear_gaussian_mle.add_mistake(
    "residuals_of_lstsq",
    lambda inputs, targets: np.linalg.lstsq(inputs, targets, rcond=None)[:2],
    "The weights are right. The second thing that `lstsq` returns is an array with the sum of the squared residuals, "
    "{received} on {case}, not their mean {expected}. Compute the residuals yourself: that also works where `lstsq` "
    "leaves this array empty.",
)


@linear_gaussian_mle.mistake
def residuals_of_lstsq_or_0(inputs: Array, targets: Array) -> Fit:
    """Right nearly everywhere. You return 0 where the second thing that `lstsq` returns is empty. It is so where the
    fit is exact, but also where columns depend on each other, as in the table whose one column is twice the other:
    there the residuals are not 0. Compute them from the weights."""
    weights, squares, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, float(squares.sum() / len(targets))


linear_gaussian_mle.add_mistake(
    "divided_by_degrees_of_freedom",
    mutated(probability.linear_gaussian_mle, (".mean()", ".sum() / np.float64(len(x) - x.shape[1])")),
    "{variance}You divide the sum of squared residuals by n − d = {rows} − {columns}, which makes the estimate right "
    "on average. The likelihood is highest at the division by n.",
)
linear_gaussian_mle.add_mistake(
    "divided_by_n_minus_1",
    mutated(probability.linear_gaussian_mle, (".mean()", ".sum() / (len(x) - 1)")),
    "{variance}You divide the sum of squared residuals by n − 1 = {rows} − 1. Maximum likelihood divides by n = "
    "{rows}.",
)
linear_gaussian_mle.add_mistake(
    "variance_of_the_targets",
    mutated(probability.linear_gaussian_mle, ("(residuals**2).mean()", "y.var()")),
    "{variance}That is the variance of the targets around their mean. The noise is what the line leaves over: the "
    "residuals y − xᵀw.",
)
linear_gaussian_mle.add_mistake(
    "variance_about_the_mean_residual",
    mutated(probability.linear_gaussian_mle, ("(residuals**2).mean()", "residuals.var()")),
    "{variance}`var` subtracts the residuals' mean before squaring. With a column of ones that mean is 0 and nothing "
    "changes; without one it is not, and the model's noise is centred on the line, at 0.",
)
