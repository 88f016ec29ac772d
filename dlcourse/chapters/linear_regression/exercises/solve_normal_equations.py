"""Exercise on the closed form of linear regression: the normal equations, with an intercept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import linear_models

Array = NDArray[np.floating]
Fit = tuple[Array, float]


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


def _centred(inputs: Array, targets: Array) -> tuple[Array, Array]:
    return inputs - inputs.mean(axis=0), targets - targets.mean()


def _weights(inputs: Array, targets: Array) -> Array:
    return np.linalg.solve(inputs.T @ inputs, inputs.T @ targets)


def _fit(inputs: Array, targets: Array) -> Fit:
    weights = _weights(*_centred(inputs, targets))
    return weights, _matching_bias(inputs, targets, weights)


def _matching_bias(inputs: Array, targets: Array, weights: Array) -> float:
    return float(targets.mean() - inputs.mean(axis=0) @ weights)


def _with_matching_bias(inputs: Array, targets: Array, weights: Any) -> tuple[Any, float]:
    return weights, _matching_bias(inputs, targets, weights)


def _only_targets_centred(inputs: Array, targets: Array) -> Fit:
    return _with_matching_bias(inputs, targets, _weights(inputs, targets - targets.mean()))


def _in_one_vector(inputs: Array, targets: Array) -> Array:
    return _weights(np.column_stack([np.ones(len(inputs)), inputs]), targets)


def _standardized(inputs: Array, targets: Array) -> Fit:
    weights, _ = _fit(inputs / inputs.std(axis=0), targets)
    return weights, float(targets.mean())


def _not_solved(inputs: Array, targets: Array) -> Fit:
    rows, centred_targets = _centred(inputs, targets)
    return _with_matching_bias(inputs, targets, rows.T @ centred_targets)


def _each_column_alone(inputs: Array, targets: Array) -> Fit:
    rows, centred_targets = _centred(inputs, targets)
    return _with_matching_bias(inputs, targets, rows.T @ centred_targets / (rows**2).sum(axis=0))


def _divided_by_the_matrix(inputs: Array, targets: Array) -> tuple[Array, Any]:
    rows, centred_targets = _centred(inputs, targets)
    weights = rows.T @ centred_targets / (rows.T @ rows)
    return weights, targets.mean() - inputs.mean(axis=0) @ weights


def _columns(inputs: Array, targets: Array) -> int:
    return inputs.shape[1]


WEIGHT = "On {case} the weight [{where}] should be {expected}, and you return {received}. "
BIAS = "The weights are right. On {case} the bias should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "through_the_origin",
        lambda inputs, targets: (_weights(inputs, targets), 0.0),
        with_numbers(
            WEIGHT + "Solved with `inputs` as they are and bias 0, the equations give the best fit through the origin. "
            "Give the intercept a place: centre inputs and targets first, or add a column of ones."
        ),
    ),
    Mistake(
        "through_the_origin_then_a_bias",
        lambda inputs, targets: _with_matching_bias(inputs, targets, _weights(inputs, targets)),
        with_numbers(
            WEIGHT + "Your bias fits your weights, but the weights were found as if the fit had to pass through the "
            "origin. The intercept has to be free while the weights are found."
        ),
    ),
    Mistake(
        "mean_target_as_bias",
        lambda inputs, targets: (_fit(inputs, targets)[0], float(targets.mean())),
        with_numbers(
            BIAS + "Yours is the mean of the targets: the bias of a model whose inputs stay centred. For the inputs as "
            "they are given, ȳ = x̄ᵀw + b has to hold at the means."
        ),
    ),
    Mistake(
        "only_targets_centred",
        _only_targets_centred,
        with_numbers(
            WEIGHT + "You centred the targets and left the inputs as they are. The equations then still fit through "
            "the origin, with respect to the inputs: XᵀX has to be made of centred columns."
        ),
    ),
    Mistake(
        "sign_of_the_bias",
        lambda inputs, targets: (_fit(inputs, targets)[0], -_fit(inputs, targets)[1]),
        with_numbers(
            BIAS + "The sign is the other one. The fit passes through the point of the means, ȳ = x̄ᵀw + b: solve that "
            "for b."
        ),
    ),
    Mistake(
        "weights_alone",
        lambda inputs, targets: _fit(inputs, targets)[0],
        "You return the weights alone, and they are right. The bias is asked for as well, as the second of a pair.",
    ),
    Mistake(
        "weights_and_bias_in_one_vector",
        _in_one_vector,
        with_numbers(
            "On {case} you return one vector of length {length}: with a column of ones among the inputs, the bias "
            "comes out as one of the weights. The numbers are right; take them apart into the pair of weights, shape "
            "({columns},), and bias.",
            length=lambda inputs, targets: inputs.shape[1] + 1,
            columns=_columns,
        ),
    ),
    Mistake(
        "pair_swapped",
        lambda inputs, targets: _fit(inputs, targets)[::-1],
        "Weights and bias are both right, in the wrong order: the weights come first.",
    ),
    Mistake(
        "standardized_inputs",
        _standardized,
        with_numbers(
            WEIGHT + "Your weights belong to inputs divided by their standard deviations: each says what one standard "
            "deviation of its column changes. Asked for are weights for the inputs as they are given."
        ),
    ),
    Mistake(
        "not_solved",
        _not_solved,
        with_numbers(
            WEIGHT + "You return the right side of the normal equations, Xᵀy (centred). The weights are where XᵀX w "
            "equals it: the system is still to be solved."
        ),
    ),
    Mistake(
        "each_column_alone",
        _each_column_alone,
        with_numbers(
            WEIGHT + "You fit each column as if the others were not there: right for a single column only. Columns "
            "share what they explain, and the entries of XᵀX off the diagonal say how much."
        ),
    ),
    Mistake(
        "divided_by_the_matrix",
        _divided_by_the_matrix,
        with_numbers(
            "On {case} your weights have shape {shape}; expected is ({columns},). The sign `/` divides entry by entry, "
            "and does not undo a product with a matrix. XᵀX w = Xᵀy is a system of equations, one for each weight: it "
            "has to be solved.",
            shape=lambda inputs, targets: f"({inputs.shape[1]}, {inputs.shape[1]})",
            columns=_columns,
        ),
    ),
]

solve_normal_equations = Exercise(
    name="solve_normal_equations",
    chapter="04_linear_regression",
    task=(
        "Return `(weights, bias)`, the weights in shape (d,) and the bias as a number, at which the mean squared error "
        "of xᵀw + b is smallest, by solving the normal equations. `inputs` has shape (n, d), without a column of ones; "
        "`targets` has shape (n,). No columns depend on each other here."
    ),
    reference=linear_models.solve_normal_equations,
    cases=_cases,
    rtol=1e-6,
    hints=[
        "At the minimum both gradients of the last exercise are 0. What does the bias's gradient, the mean residual, "
        "say about the point of the means, (x̄, ȳ)?",
        "It says ȳ = x̄ᵀw + b: the fit passes through the means. Subtract x̄ from every row and ȳ from every target, "
        "and the bias drops out of the problem. (A column of ones beside the inputs does it as well.)",
        "For centred inputs and targets, the weights' gradient is 0 where XᵀX w = Xᵀy. That is a system of d linear "
        "equations; why not compute an inverse? Solving costs less and rounds less: `np.linalg.solve(matrix, right)`.",
        "Three steps: centre both, solve (XᵀX) w = Xᵀy with the centred arrays, then b = ȳ − x̄ᵀw with the means that "
        "you subtracted.",
    ],
    mistakes=MISTAKES,
)
