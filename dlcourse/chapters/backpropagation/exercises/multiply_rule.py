"""Exercise: the rule of the product, entry by entry."""

from collections.abc import Sequence
from operator import mul

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.backpropagation.exercises.rule_cases import RandomCases, rule_case
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import operations
from dlcourse.scratch.autograd import Tensor


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    case = RandomCases(generator, mul)
    with_zeros = np.array([[0.0, 2.0, 0.0], [-1.0, 0.0, 3.0]]), np.array([[4.0, 0.0, 0.0], [2.0, 5.0, -1.0]])
    return [
        rule_case(mul, np.array([1.0, 10.0]), (np.array([3.0, -4.0]), np.array([0.5, 2.0])), "two numbers each"),
        case((2, 3), (2, 3), (2, 3), label="2 × 3 numbers"),
        case((3, 3), (3, 3), (3, 3), label="3 × 3 numbers"),
        case((2, 2, 2), (2, 2, 2), (2, 2, 2), label="three axes"),
        case((4,), (4,), (4,), label="dtype float32", dtype=np.float32),
        rule_case(mul, case.array((2, 3)), with_zeros, "factors of 0", edge=True),
        case((1, 4), (1, 4), (1, 4), label="one row", edge=True),
        case((), (), (), label="one number each", edge=True),
    ]


multiply_rule = Exercise(
    operations.multiply_rule,
    chapter="10_backpropagation",
    task=(
        "Return the rule of the product, entry by entry: the gradients of the final result with respect to `left` "
        "and `right`, as a tuple of two arrays. `gradient` is an array, the gradient with respect to the product; "
        "`result`, `left` and `right` are Tensors of the same shape, and their numbers are in `.data`."
    ),
    cases=_cases,
    points=1,
    hints=[
        "If a grows by 1, by how much does ab grow? That is the local derivative with respect to a. And how much does "
        "the final result grow for each 1 that ab grows?",
        "The chain rule: the gradient of a is the gradient of ab, times the local derivative with respect to a, entry "
        "by entry.",
        "The local derivative of ab with respect to a is b. As arrays: `gradient * right.data` for the first, and the "
        "second one with the names exchanged.",
    ],
    fields={
        "first": "On {case} the first gradient [{where}] should be {expected}, and you return {received}. ",
        "second": "On {case} the second gradient [{where}] should be {expected}, and you return {received}. ",
    },
)

multiply_rule.add_mistake(
    "own_factor",
    lambda gradient, result, left, right: (gradient * left.data, gradient * right.data),
    "{first}You multiply by the operand itself. How fast ab grows with a does not depend on a, but on the other "
    "factor: for b = 10, a step of a counts tenfold.",
)
multiply_rule.add_mistake(
    "without_the_gradient",
    lambda gradient, result, left, right: (right.data.copy(), left.data.copy()),
    "{first}Those are the local derivatives, b and a. The chain rule multiplies each by `gradient`, which says how the "
    "final result answers to this product.",
)
multiply_rule.add_mistake(
    "gradient_added",
    lambda gradient, result, left, right: (gradient + right.data, gradient + left.data),
    "{first}You add the gradient and the other factor. Along one way through the graph, derivatives are multiplied; a "
    "sum belongs where two ways meet.",
)
multiply_rule.add_mistake(
    "gradient_alone",
    lambda gradient, result, left, right: (gradient, gradient),
    "{first}You pass the gradient on as it is. That is the rule of a sum; a product changes with a by b times as much.",
)
multiply_rule.add_mistake(
    "quotient_rule",
    lambda gradient, result, left, right: (gradient * right.data, -gradient * left.data),
    "The first gradient is right. {second}Its sign is turned. A product treats its factors alike: there is no minus in "
    "(uv)′ = u′v + uv′.",
)
multiply_rule.add_mistake(
    "one_sum_for_both",
    lambda gradient, result, left, right: gradient * (left.data + right.data),
    "You return one array, the sum of both contributions. That is how f′ comes out when both factors depend on one x; "
    "here each factor is a node of its own, and gets its own gradient: return two, as a tuple.",
)
multiply_rule.add_mistake(
    "tensors_returned",
    lambda gradient, result, left, right: (gradient * right, gradient * left),
    "The numbers are right, but they are Tensors: `gradient * right` is an operation that is recorded in the graph. A "
    "rule works behind the graph, with arrays: `right.data` and `left.data`.",
)


@multiply_rule.mistake
def stored_and_not_returned(gradient: Array, result: Tensor, left: Tensor, right: Tensor) -> None:
    """You write the gradients into `left.grad` and `right.grad`, and return nothing. A rule of this library returns
    them, and the engine adds them up: an operand that is used twice would lose one of two contributions otherwise."""
    left.grad, right.grad = gradient * right.data, gradient * left.data


multiply_rule.add_mistake(
    "matrix_products",
    lambda gradient, result, left, right: (gradient @ right.data.T, left.data.T @ gradient),
    "You use the rule of the matrix product `@`. This is the product entry by entry, `*`: entry [0, 1] of the result "
    "depends on entry [0, 1] of each factor and on nothing else.",
)
