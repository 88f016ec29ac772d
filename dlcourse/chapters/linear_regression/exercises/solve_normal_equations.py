"""Exercise on the closed form of linear regression: the normal equations, with an intercept."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import linear_models


def _random_case(generator: np.random.Generator, scales: Sequence[float], rows: int, label: str) -> Case:
    inputs = generator.normal(1.0, 1.0, size=(rows, len(scales))) * np.array(scales)
    weights = generator.uniform(1, 3, size=len(scales)) / np.array(scales)
    return Case((inputs, inputs @ weights + generator.normal(4, 0.5, size=rows)), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    # No table whose columns, with a column of ones beside them, nearly depend on each other: there the normal
    # equations lose digits however they are written, and the check would refuse a right answer for its rounding.
    line = np.array([[0.0], [1.0], [2.0], [3.0], [5.0]])
    whole = np.array([[0, 1], [1, 1], [2, 0], [4, 3], [3, 5]])
    single = np.array([2.0, 2.5, 4.0, 4.5, 7.0]) + generator.normal(0, 0.1, size=5)
    plane = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 0.0], [3.0, 1.0]])
    return [
        Case((line, np.array([1.0, 3.0, 2.0, 5.0, 4.0])), "a line through 5 points"),
        _random_case(generator, [1.0, 1.0, 1.0], 30, "30 rows and 3 columns"),
        Case((whole, np.array([1, 2, 2, 6, 9]) + generator.integers(0, 4, size=5)), "whole numbers"),
        Case((line.astype(np.float32), single.astype(np.float32)), "dtype float32"),
        _random_case(generator, [1.0, 500.0], 20, "columns of very different scales"),
        Case((line + 50, np.array([1.0, 3.0, 2.0, 5.0, 4.0]) + generator.normal(size=5)), "inputs far from 0"),
        _random_case(generator, [1.0] * 8, 100, "100 rows and 8 columns"),
        Case((plane, plane @ [2.0, -1.0] + 3), "points exactly on a plane", edge=True),
        Case((line, np.full(5, 2.5)), "five equal targets", edge=True),
    ]


solve_normal_equations = Exercise(
    linear_models.solve_normal_equations,
    chapter="04_linear_regression",
    task=(
        "Return `(weights, bias)`, the weights in shape (d,) and the bias as a number, at which the mean squared error "
        "of xᵀw + b is smallest, by solving the normal equations. `inputs` has shape (n, d), without a column of ones; "
        "`targets` has shape (n,). No columns depend on each other here."
    ),
    cases=_cases,
    rtol=1e-6,
    hints=[
        "At the minimum both gradients of exercise 1 are 0. What does the bias's gradient, the mean error, "
        "say about the point of the means, (x̄, ȳ)?",
        "It says ȳ = x̄ᵀw + b: the fit passes through the means. Subtract x̄ from every row and ȳ from every target, "
        "and the bias drops out of the problem. (A column of ones beside the inputs does it as well.)",
        "For centred inputs and targets, the weights' gradient is 0 where XᵀX w = Xᵀy. That is a system of d linear "
        "equations, and solving them costs less than computing an inverse: `np.linalg.solve(matrix, right)`.",
        "Three steps: centre both, solve (XᵀX) w = Xᵀy with the centred arrays, then b = ȳ − x̄ᵀw with the means that "
        "you subtracted.",
    ],
    fields={
        "weight": "On {case} the weight [{where}] should be {expected}, and you return {received}. ",
        "columns": lambda inputs, targets: inputs.shape[1],
        "length": lambda inputs, targets: inputs.shape[1] + 1,
    },
)


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(linear_models.solve_normal_equations, *replacements)


solve_normal_equations.add_mistake(
    "through_the_origin",
    _changed(("centred = x - x_mean", "centred = x"), ("(y - y_mean)", "y"), ("y_mean - x_mean @ weights", "0.0")),
    "{weight}Solved with `inputs` as they are and bias 0, the equations give the best fit through the origin. Give the "
    "intercept a place: centre inputs and targets first, or add a column of ones.",
)
solve_normal_equations.add_mistake(
    "through_the_origin_then_a_bias",
    _changed(("centred = x - x_mean", "centred = x"), ("(y - y_mean)", "y")),
    "{weight}Your bias fits your weights, but the weights were found as if the fit had to pass through the origin. The "
    "intercept has to be free while the weights are found.",
)
solve_normal_equations.add_mistake(
    "mean_target_as_bias",
    _changed((" - x_mean @ weights", "")),
    "The weights are right. On {case} the bias should be {expected}, and you return {received}. Yours is the mean of "
    "the targets: the bias of a model whose inputs stay centred. For the inputs as they are given, ȳ = x̄ᵀw + b has to "
    "hold at the means.",
)
solve_normal_equations.add_mistake(
    "only_targets_centred",
    _changed(("centred = x - x_mean", "centred = x")),
    "{weight}You centred the targets and left the inputs as they are. The equations then still fit through the origin, "
    "with respect to the inputs: XᵀX has to be made of centred columns.",
)


@solve_normal_equations.mistake
def weights_and_bias_in_one_vector(inputs: Array, targets: Array) -> Array:
    """On {case} you return one vector of length {length}: with a column of ones among the inputs, the bias comes out as
    one of the weights. The numbers are right; take them apart into the pair of weights, shape ({columns},), and
    bias."""
    extended = np.column_stack([np.ones(len(inputs)), inputs])
    return np.linalg.solve(extended.T @ extended, extended.T @ targets)


solve_normal_equations.add_mistake(
    "standardized_inputs",
    _changed(("centred = x - x_mean", "centred = (x - x_mean) / x.std(axis=0)"), (" - x_mean @ weights", "")),
    "{weight}Your weights belong to inputs divided by their standard deviations: each says what one standard deviation "
    "of its column changes. Asked for are weights for the inputs as they are given.",
)
solve_normal_equations.add_mistake(
    "not_solved",
    _changed(("np.linalg.solve(matrix, centred.T @ (y - y_mean))", "centred.T @ (y - y_mean)")),
    "{weight}You return the right side of the normal equations, Xᵀy (centred). The weights are where XᵀX w equals it: "
    "the system is still to be solved.",
)
solve_normal_equations.add_mistake(
    "divided_by_the_matrix",
    _changed(
        ("np.linalg.solve(matrix, centred.T @ (y - y_mean))", "centred.T @ (y - y_mean) / matrix"),
        ("float(y_mean - x_mean @ weights)", "y_mean - x_mean @ weights"),
    ),
    "On {case} your weights have shape ({columns}, {columns}); expected is ({columns},). The sign `/` divides entry by "
    "entry, and does not undo a product with a matrix. XᵀX w = Xᵀy is a system of equations, one for each weight: it "
    "has to be solved.",
)
