"""Exercise on ridge regression: the normal equations with a penalty, and a bias that is not penalized."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import linear_models, pipelines


def _case(
    generator: np.random.Generator, rows: int, columns: int, penalty: float, label: str, far: float = 0.0
) -> Case:
    inputs = generator.normal(far + 1, 1, size=(rows, columns))
    targets = inputs @ generator.uniform(1, 3, size=columns) + generator.normal(4, 0.5, size=rows)
    return Case((inputs, targets, penalty), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    line, heights = np.array([[0.0], [1.0], [2.0], [3.0], [5.0]]), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    whole = np.array([[0, 1], [1, 1], [2, 0], [4, 3], [3, 5]])
    single = generator.normal(1, 1, size=(12, 2)).astype(np.float32)
    repeated = generator.normal(size=(8, 2))
    return [
        Case((line, heights, 0.5), "a line through 5 points, penalty 0.5"),
        _case(generator, 30, 3, 0.1, "30 rows and 3 columns, penalty 0.1"),
        _case(generator, 20, 2, 2.0, "inputs far from 0, penalty 2", far=30),
        Case((whole, np.array([1, 2, 2, 6, 9]) + generator.integers(0, 4, size=5), 1), "whole numbers, penalty 1"),
        Case((single, single[:, 0] + 1 + single[:, 1] ** 2, 0.25), "dtype float32, penalty 0.25"),
        _case(generator, 4, 6, 0.3, "more columns than rows, penalty 0.3"),
        Case(
            (np.column_stack([repeated, repeated[:, 0]]), repeated @ [2.0, 1.0] + 3, 0.2),
            "one column twice, penalty 0.2",
        ),
        Case((line + generator.normal(size=(5, 1)), heights, 0.0), "penalty 0", edge=True),
        Case((line + generator.normal(size=(5, 1)), heights, 1e6), "an enormous penalty", edge=True),
    ]


ridge = Exercise(
    linear_models.solve_normal_equations,
    name="ridge",
    chapter=CHAPTER,
    task=(
        "Return `(weights, bias)`, the weights in shape (d,) and the bias as a number, at which "
        "1/(2n) Σᵢ (xᵢᵀw + b − yᵢ)² + (α/2) ‖w‖² is least. `inputs` has shape (n, d), without a column of ones, "
        "`targets` has shape (n,), and `penalty` is α ≥ 0. The bias is not penalized. Some tables have more columns "
        "than rows, or a column twice; there α is above 0."
    ),
    cases=_cases,
    rtol=1e-6,
    hints=[
        "Chapter 4 found the minimum without a penalty. What does the penalty add to the gradient with respect to w, "
        "and what to the derivative with respect to b?",
        "To the derivative in b it adds nothing: the mean error is still 0, so that subtracting the means of inputs "
        "and targets still lets the bias drop out. `np.linalg.solve` solves what is left.",
        "For centred X and y the gradient is Xᵀ(Xw − y)/n + αw. Where it is 0, (XᵀX + nαI) w = Xᵀy: mind the n.",
        "`matrix = centred.T @ centred + len(y) * penalty * np.eye(d)`, solved for `centred.T @ (y - y_mean)`; then "
        "b = ȳ − x̄ᵀw.",
    ],
    fields={
        "weight": "On “{case}” the weight [{where}] should be {expected}, and you return {received}. ",
        "n": lambda inputs, *_: len(inputs),
        "alpha": lambda inputs, targets, penalty: penalty,
    },
)


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(linear_models.solve_normal_equations, *replacements)


TERM = "len(y) * check_penalty(penalty) * np.eye(x.shape[1])"

ridge.add_mistake(
    "penalty_without_n",
    _changed(("len(y) * check_penalty", "check_penalty")),
    "{weight}It looks as if you add αI to XᵀX. In this loss the squares are divided by n and the penalty is not: "
    "multiplying the equation by n, here {n}, makes it nαI. (For a loss that is a sum, without the 1/n, αI is right.)",
)
ridge.add_mistake(
    "penalty_divided_by_n",
    _changed(("len(y) * check_penalty(penalty)", "check_penalty(penalty) / len(y)")),
    "{weight}It looks as if you add (α/n)I to XᵀX. The 1/n stands at the squares: Xᵀ(Xw − y)/n + αw = 0. Multiplied by "
    "n, here {n}, the penalty becomes nαI.",
)
ridge.add_mistake(
    "half_the_penalty",
    _changed(("len(y) * check_penalty", "len(y) / 2 * check_penalty")),
    "{weight}Your weights are those of half the penalty: the 1/2 of (α/2) ‖w‖² is still in your equation, or the 2 of "
    "the squared errors is, without the 1/2 of the loss. Differentiating cancels both.",
)
ridge.add_mistake(
    "no_penalty",
    _changed((f" + {TERM}", "")),
    "{weight}That is least squares without the penalty, here α = {alpha}. It has no single solution where there are "
    "more columns than rows; the penalty gives it one.",
)
ridge.add_mistake(
    "no_penalty_and_the_shortest_of_many",
    lambda inputs, targets, penalty: linear_models.solve_least_squares(inputs, targets),
    "{weight}That is least squares without the penalty, here α = {alpha}. (`lstsq` and `pinv` give the shortest of its "
    "solutions where there are many; the penalty's is shorter still.)",
)
ridge.add_mistake(
    "penalty_in_every_entry",
    _changed((" * np.eye(x.shape[1])", "")),
    "{weight}Only the diagonal of XᵀX gets nα: the penalty is a sum of squares wⱼ², and no product wⱼwₖ stands in it. "
    "A number added to a matrix goes to all its entries; `np.eye(d)` keeps it to the diagonal.",
)


def _with_ones(times: Callable[[int], int]) -> Callable[..., tuple[Array, float]]:
    """Ridge regression that treats the bias as one more weight; ``times`` n is the penalty's factor."""

    def solve(inputs: Array, targets: Array, penalty: float) -> tuple[Array, float]:
        extended = np.column_stack([inputs, np.ones(len(inputs))])
        matrix = extended.T @ extended + times(len(inputs)) * penalty * np.eye(extended.shape[1])
        solution = np.linalg.solve(matrix, extended.T @ targets)
        return solution[:-1], float(solution[-1])

    return solve


ridge.add_mistake(
    "bias_penalized_too",
    _with_ones(lambda n: n),
    "{weight}It looks as if the bias is penalized too, as one more weight of a column of ones. Then the fit depends on "
    "where the targets' zero is: the same temperatures in kelvin would get other weights. Leave the last diagonal "
    "entry without the penalty, or centre inputs and targets.",
)
ridge.add_mistake(
    "bias_penalized_too_without_n",
    _with_ones(lambda n: 1),
    "{weight}That looks like (XᵀX + αI)⁻¹Xᵀy with a column of ones in X: two things differ. The bias is penalized "
    "there, as one more weight; and the squares of this loss are divided by n, here {n}, so that nα belongs to the "
    "other diagonal entries.",
)
ridge.add_mistake(
    "not_centred",
    _changed(("centred = x - x_mean", "centred = x"), ("(y - y_mean)", "y")),
    "{weight}Your weights are those of a fit through the origin, with a bias afterwards. The bias has to be free while "
    "the weights are found: subtract the means of inputs and targets first.",
)


@ridge.mistake
def no_bias_at_all(inputs: Array, targets: Array, penalty: float) -> tuple[Array, float]:
    """{weight}That is a fit through the origin: neither are inputs and targets centred, nor is there a column of ones.
    The loss has a bias, and where it is free the weights are others too."""
    matrix = inputs.T @ inputs + len(inputs) * penalty * np.eye(inputs.shape[1])
    return np.linalg.solve(matrix, inputs.T @ targets), 0.0


@ridge.mistake
def standardized_inside(inputs: Array, targets: Array, penalty: float) -> tuple[Array, float]:
    """{weight}It looks as if your weights are those of standardized inputs. To standardize is wise, and done before the
    call: this function takes inputs as they come, and its weights have to fit those."""
    return linear_models.solve_normal_equations(pipelines.standardize(inputs)[0], targets, penalty)


ridge.add_mistake(
    "mean_target_as_bias",
    _changed((" - x_mean @ weights", "")),
    "The weights are right. On “{case}” the bias should be {expected}, and you return {received}: yours is the mean of "
    "the targets, which belongs to centred inputs. For the inputs as they are, b = ȳ − x̄ᵀw.",
)
