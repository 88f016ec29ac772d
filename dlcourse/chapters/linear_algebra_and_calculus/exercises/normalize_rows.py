"""Exercise: every row of a table divided by its length."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import matrices


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(*shape: int) -> Array:
        return generator.normal(0, 2, size=shape)

    return [
        Case((np.array([[3.0, 4.0, 0.0], [-2.0, 1.0, 2.0]]),), "2 rows and 3 columns"),
        Case((draw(5, 4),), "5 rows and 4 columns"),
        Case((draw(3, 3),), "as many rows as columns"),
        Case((draw(4, 3) * np.array([[1e-3], [1.0], [50.0], [1e4]]),), "short rows and long ones"),
        Case((generator.integers(1, 9, size=(3, 4)),), "whole numbers"),
        Case((draw(6, 2).astype(np.float32),), "dtype float32"),
        Case((draw(1, 5),), "one row", edge=True),
        Case((np.array([[2.0], [-0.5], [7.0]]),), "one column", edge=True),
    ]


normalize_rows = Exercise(
    matrices.normalize_rows,
    chapter=CHAPTER,
    task=(
        "Return `x`, shape (n, d), with every row divided by its own length √(Σⱼ xᵢⱼ²), so that each row of the result "
        "has length 1: the same shape. No row of `x` holds only zeros. `x` itself stays as it is."
    ),
    cases=_cases,
    hints=[
        "A length for each row, and then a division. Over which axis does the sum of squares run: which one should be "
        "gone?",
        "`(x ** 2).sum(axis=...)`, and its root, has shape (n,). NumPy lays shapes side by side from the last axis on: "
        "beside (n, d) those n numbers would lie along the columns.",
        "A column, shape (n, 1), lies beside (n, d) as it should. `keepdims=True` leaves the summed axis there, with "
        "length 1.",
        "`lengths = np.sqrt((x ** 2).sum(axis=1, keepdims=True))`, then `x / lengths`.",
    ],
    fields={
        "at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. ",
        "rows": len,
        "shape": lambda x: str(x.shape),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(matrices.normalize_rows, *replacements)


SUM = "np.sqrt((x**2).sum(axis=1, keepdims=True))"

normalize_rows.add_mistake(
    "columns_normalized",
    _with((SUM, "np.sqrt((x**2).sum(axis=0, keepdims=True))")),
    "{at}Your *columns* have length 1. axis=0 is the axis that the sum removes: it runs down each column. Along a row "
    "runs axis 1.",
)
normalize_rows.add_mistake(
    "axis_lost",
    _with((SUM, "np.sqrt((x**2).sum(axis=1))")),
    "On “{case}” x has shape {shape} and your lengths shape ({rows},). From the last axis on, those numbers lie beside "
    "the *columns*: that does not fit, or, with as many rows as columns, entry [i, j] is divided by the length "
    "of row j, without a word. Keep the summed axis: `keepdims=True`.",
)
normalize_rows.add_mistake(
    "one_length_for_all",
    _with((SUM, "np.sqrt((x**2).sum())")),
    "{at}Without an axis the sum runs over the whole table: you divide by one number, and the *table* has length 1. "
    "Each row has a length of its own.",
)
normalize_rows.add_mistake(
    "root_left_out",
    _with((SUM, "(x**2).sum(axis=1, keepdims=True)")),
    "{at}You divide by the sum of squares. The length is its square root.",
)
normalize_rows.add_mistake(
    "sums_to_one",
    _with((SUM, "x.sum(axis=1, keepdims=True)")),
    "{at}In your result the entries of a row sum to 1. A length squares them first, so that negative ones count too: "
    "√(Σⱼ xᵢⱼ²).",
)
normalize_rows.add_mistake(
    "sum_of_absolute_values",
    _with((SUM, "np.abs(x).sum(axis=1, keepdims=True)")),
    "{at}You divide by the sum of absolute values, the ℓ₁ norm. Asked for is the Euclidean length: squares, their sum, "
    "its root.",
)
normalize_rows.add_mistake(
    "mean_of_squares",
    _with((SUM, "np.sqrt((x**2).mean(axis=1, keepdims=True))")),
    "{at}You divide by the root of the *mean* of the squares. With it rows come out with length √d.",
)


@normalize_rows.mistake
def lengths_returned(x: Array) -> Array:
    """Those are the lengths of the rows. What is asked for is the table with every row divided by its length: on
    “{case}”, shape {shape}."""
    return np.linalg.norm(x, axis=1)
