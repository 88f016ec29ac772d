"""Exercise: the rule of the matrix product."""

from collections.abc import Sequence
from operator import matmul

import numpy as np

from dlcourse.chapters.backpropagation.exercises.rule_cases import RandomCases, rule_case
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import operations


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    case = RandomCases(generator, matmul)
    small = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[3.0, 0.0], [1.0, -1.0]])
    return [
        rule_case(matmul, np.array([[1.0, 10.0], [0.0, 2.0]]), small, "two matrices of 2 × 2"),
        case((2, 4), (2, 3), (3, 4), label="2 × 3 times 3 × 4"),
        case((5, 3), (5, 2), (2, 3), label="5 × 2 times 2 × 3"),
        case((3, 3), (3, 3), (3, 3), label="3 × 3 times 3 × 3"),
        case((3, 4), (3, 2), (2, 4), label="dtype float32", dtype=np.float32),
        case((1, 2), (1, 4), (4, 2), label="one row", edge=True),
        case((3, 2), (3, 1), (1, 2), label="an inner size of 1", edge=True),
        case((1, 1), (1, 3), (3, 1), label="a single number as the result", edge=True),
    ]


matmul_rule = Exercise(
    operations.matmul_rule,
    chapter="10_backpropagation",
    task=(
        "Return the rule of the matrix product C = AB: the gradients of the final result with respect to A and B, "
        "as a tuple of two arrays. `gradient` is an array of shape (n, m), the gradient of C; `result`, `left` (n, k) "
        "and `right` (k, m) are Tensors, with their numbers in `.data`. All of them have two axes."
    ),
    cases=_cases,
    points=2,
    hints=[
        "What shape must the gradient of A have? And which matrices are there to make it from? Often only one product "
        "has shapes that fit.",
        "Write out one entry: C[i, l] = Σⱼ A[i, j] B[j, l]. In which entries of C does A[i, j] occur, and with which "
        "factor? Sum the gradient over them.",
        "The gradient of A[i, j] is Σₗ G[i, l] B[j, l], with G the gradient of C. The sum runs over the *second* index "
        "of both: that is a product with the transpose of B.",
        "For A: `gradient @ right.data.T`. For B, in the same way, with the transpose of A on the left of the "
        "gradient.",
    ],
    fields={
        "first": "On {case} the first gradient [{where}] should be {expected}, and you return {received}. ",
        "second": "The first gradient is right. On {case} the second one [{where}] should be {expected}, and you "
        "return {received}. ",
    },
)

matmul_rule.add_mistake(
    "not_transposed",
    lambda gradient, result, left, right: (gradient @ right.data, left.data @ gradient),
    "{first}You multiply by the other matrix as it stands, which fits square matrices only. Let the shapes lead: for A "
    "(n, k) and B (k, m) the gradient of C is (n, m), and that of A has to be (n, k). From (n, m) to (n, k) leads a "
    "matrix of shape (m, k): the transpose of B.",
)
matmul_rule.add_mistake(
    "first_not_transposed",
    lambda gradient, result, left, right: (gradient @ right.data, left.data.T @ gradient),
    "{first}The other gradient has its transpose, this one lacks it. Entry [i, j] of A meets row j of B in the "
    "product, so row i of the gradient meets row j of B here, which is column j of Bᵀ.",
)
matmul_rule.add_mistake(
    "second_not_transposed",
    lambda gradient, result, left, right: (gradient @ right.data.T, left.data @ gradient),
    "{second}Here the transpose is missing. Entry [j, l] of B meets column j of A in the product, so the sum runs over "
    "the rows of A: Aᵀ times the gradient.",
)
matmul_rule.add_mistake(
    "order_exchanged",
    lambda gradient, result, left, right: (right.data.T @ gradient, gradient @ left.data.T),
    "{first}The factors are right, in the wrong order. B stands on the right in AB, and its transpose stands on the "
    "right in the gradient of A; A stands on the left, and so does its transpose.",
)
matmul_rule.add_mistake(
    "entry_by_entry",
    lambda gradient, result, left, right: (gradient * right.data, gradient * left.data),
    "{first}You multiply entry by entry, the rule of `*`. In the product of matrices one entry of A has an influence "
    "on a whole row of the result: its gradient is a sum over that row, a product of matrices itself.",
)
matmul_rule.add_mistake(
    "gradients_exchanged",
    lambda gradient, result, left, right: (left.data.T @ gradient, gradient @ right.data.T),
    "{first}That is an entry of the other gradient: both are right, in the wrong order. The gradient of `left` comes "
    "first, as the operand does.",
)
matmul_rule.add_mistake(
    "own_matrix",
    lambda gradient, result, left, right: (gradient @ left.data.T, right.data.T @ gradient),
    "{first}You multiply by the transpose of the operand itself. As with numbers, the derivative of a product by one "
    "factor is made of the other: the gradient of A needs B.",
)
matmul_rule.add_mistake(
    "without_the_gradient",
    lambda gradient, result, left, right: (right.data.T, left.data.T),
    "{first}You return the two transposes alone, without `gradient`. They say how C answers to A and B, and what is "
    "asked is how the final result does.",
)
matmul_rule.add_mistake(
    "averaged_over_the_rows",
    lambda gradient, result, left, right: (gradient @ right.data.T, left.data.T @ gradient / len(left)),
    "{second}You divide by the number of rows of `left`. A mean over the examples belongs to the loss, and where there "
    "is one, its 1/n is already in the gradient that arrives. This rule only passes it on.",
)
matmul_rule.add_mistake(
    "tensors_returned",
    lambda gradient, result, left, right: (gradient @ right.T, left.T @ gradient),
    "Your gradients are Tensors: `gradient @ right.T` is one more operation that is recorded in the graph. A rule "
    "works behind the graph, with arrays: `right.data.T`.",
)
