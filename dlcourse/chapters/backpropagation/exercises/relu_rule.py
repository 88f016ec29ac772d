"""Exercise: the rule of ReLU."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.backpropagation.exercises.rule_cases import RandomCases, rule_case
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import activations
from dlcourse.scratch.autograd import Tensor


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    case = RandomCases(generator, activations.relu)
    at_zero = np.array([[0.0, -1.0, 2.0], [3.0, 0.0, -0.0]])
    next_to_zero = np.array([1e-2, -1e-2, 1e-5, -1e-5, 1e-12, -1e-12])
    positive = np.abs(case.array((3, 2)))
    return [
        rule_case(
            activations.relu, np.array([5.0, 5.0, -2.0, -2.0]), (np.array([0.5, -3.0, 2.0, -1.0]),), "four numbers"
        ),
        case((3, 4), (3, 4), label="3 × 4 numbers"),
        case((2, 3, 2), (2, 3, 2), label="three axes"),
        rule_case(activations.relu, case.array((3, 2)), (positive,), "all of them positive"),
        case((5,), (5,), label="dtype float32", dtype=np.float32),
        rule_case(activations.relu, case.array((2, 3)), (at_zero,), "some of them exactly 0", edge=True),
        rule_case(activations.relu, case.array((3, 2)), (-positive,), "all of them negative", edge=True),
        case((1, 6), (1, 6), label="one row", edge=True),
        rule_case(activations.relu, case.array((6,)), (next_to_zero,), "inputs next to 0", edge=True),
    ]


relu_rule = Exercise(
    activations.relu_rule,
    chapter="10_backpropagation",
    task=(
        "Return the rule of ReLU, max(x, 0) entry by entry: the gradient of the final result with respect to "
        "`inputs`, as a tuple of one array. `gradient` is an array, the gradient with respect to the result; `result` "
        "and `inputs` are Tensors of the same shape, with their numbers in `.data`. At x = 0 take the derivative 0."
    ),
    cases=_cases,
    points=1,
    hints=[
        "Draw max(x, 0). What is its slope on the right of 0, and what on the left?",
        "The chain rule: what arrives, times the local derivative, which is 1 or 0 for each entry. Whether it is 1 "
        "depends on the input of the forward pass, not on what arrives.",
        "A comparison such as `x > 0` gives an array of True and False, and in a product these count as 1 and 0: "
        "`gradient * (... > 0)`, in a tuple of one: `(...,)`.",
    ],
    fields={
        "at": "On {case}, at the input {inputs} with the gradient {gradient}, the result should be {expected}, and you "
        "return {received}. ",
    },
)

relu_rule.add_mistake(
    "relu_of_the_gradient",
    lambda gradient, result, inputs: (np.maximum(gradient, 0),),
    "{at}You look at the sign of the gradient. Whether a unit was on is decided in the forward pass, by its input; the "
    "gradient through it may have any sign.",
)
relu_rule.add_mistake(
    "mask_alone",
    lambda gradient, result, inputs: ((inputs.data > 0).astype(gradient.dtype),),
    "{at}That is the local derivative, 1 or 0. Multiply it by `gradient`, what arrives from above.",
)
relu_rule.add_mistake(
    "gradient_unchanged",
    lambda gradient, result, inputs: (gradient,),
    "{at}You pass everything on, as if ReLU were not there. Where the input is negative the result is 0 and stays 0 "
    "when the input moves a little: nothing comes back from there.",
)
relu_rule.add_mistake(
    "passes_at_zero",
    lambda gradient, result, inputs: (gradient * (inputs.data >= 0),),
    "{at}At exactly 0 the corner has no derivative, and any number from 0 to 1 could be chosen. The library chooses 0, "
    "as PyTorch does: the gradient passes where x > 0.",
)
relu_rule.add_mistake(
    "times_the_result",
    lambda gradient, result, inputs: (gradient * result.data,),
    "{at}You multiply by max(x, 0) itself. Its slope is what counts: 1 for every x > 0, however large x is.",
)
relu_rule.add_mistake(
    "result_returned",
    lambda gradient, result, inputs: (result.data.copy(),),
    "{at}That is max(x, 0), the forward pass once more. `gradient` has no part in it.",
)
relu_rule.add_mistake(
    "the_other_half",
    lambda gradient, result, inputs: (gradient * (inputs.data < 0),),
    "{at}The gradient passes in yours where it should be stopped. It passes where x > 0.",
)
relu_rule.add_mistake(
    "array_without_the_tuple",
    lambda gradient, result, inputs: gradient * (inputs.data > 0),
    "The numbers are right. A rule returns one gradient for each operand, as a tuple, and the engine goes through it: "
    "with one operand that is a tuple of one, `return (by_inputs,)`. The comma makes it a tuple.",
)


@relu_rule.mistake
def written_into_the_gradient(gradient: Array, result: Tensor, inputs: Tensor) -> tuple[Array]:
    """The values are right, but your function writes zeros into `gradient`. The engine may have handed the same array
    to another operation as well (a sum gives it to both of its operands), which would lose its own numbers. Make a new
    array, by a product."""
    gradient[inputs.data <= 0] = 0
    return (gradient,)
