"""Exercise: the outer products that a matrix product is the sum of."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import matrices


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(m: int, k: int, n: int, label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        a, b = generator.normal(size=(m, k)), generator.normal(size=(k, n))
        return Case((a.astype(dtype), b.astype(dtype)), label, edge=edge)

    whole = generator.integers(-4, 5, size=(3, 2)), generator.integers(1, 6, size=(2, 4))
    return [
        Case(
            (np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 4.0]]), np.array([[5.0, 1.0], [0.0, 2.0], [1.0, 3.0]])),
            "A is 2 × 3, B is 3 × 2",
        ),
        case(2, 3, 4, "A is 2 × 3, B is 3 × 4"),
        case(4, 2, 3, "A is 4 × 2, B is 2 × 3"),
        case(3, 3, 3, "both are 3 × 3"),
        Case(whole, "whole numbers"),
        case(3, 4, 2, "dtype float32", np.float32),
        case(3, 1, 4, "one column times one row", edge=True),
        case(1, 4, 1, "one row times one column", edge=True),
    ]


outer_products = Exercise(
    matrices.outer_products,
    chapter=CHAPTER,
    task=(
        "A is `a`, shape (m, k), and B is `b`, shape (k, n). Return the k terms whose sum is A B, as one array of "
        "shape (k, m, n): term t is the outer product of *column* t of A and *row* t of B, with the entries Aᵢₜ Bₜⱼ. A "
        "loop over t is right, and so is broadcasting in three dimensions."
    ),
    cases=_cases,
    hints=[
        "Look at one term first: column t of A, m numbers, and row t of B, n numbers. How do they make a table of m "
        "rows and n columns?",
        "`a[:, t]` is the column, `b[t]` the row, and `np.outer` multiplies each entry of one by each of the other. "
        "`np.stack` lays k tables of one shape over each other, along a new first axis.",
        "Without a loop: bring `a` to shape (k, m, 1) and `b` to (k, 1, n). `a.T` is (k, m); an index `None` adds an "
        "axis of length 1.",
        "`a.T[:, :, None] * b[:, None, :]`.",
    ],
    fields={
        "at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. ",
        "wanted": lambda a, b: f"({a.shape[1]}, {a.shape[0]}, {b.shape[1]})",
        "got": lambda outcome: str(np.shape(outcome.received)),
    },
)


@outer_products.mistake
def already_summed(a: Array, b: Array) -> Array:
    """That is the product A B itself, the sum of the terms. Asked for are the terms, one behind the other: on “{case}”
    shape {wanted}, of which the sum over axis 0 is what you have."""
    return a @ b


outer_products.add_mistake(
    "terms_along_the_last_axis",
    mutated(matrices.outer_products, ("a.T[:, :, None] * b[:, None, :]", "a[:, None, :] * b.T[None, :, :]")),
    "Your terms lie along the *last* axis, [i, j, t]. On “{case}” expected is shape {wanted}, with the number of the "
    "term first: [t, i, j].",
)
outer_products.add_mistake(
    "terms_in_the_middle",
    mutated(matrices.outer_products, ("a.T[:, :, None] * b[:, None, :]", "a[:, :, None] * b[None, :, :]")),
    "The products are right, but the number of the term stands in the *middle*, [i, t, j]. On “{case}” expected is "
    "shape {wanted}, with the term first. (`a.T` brings that axis to the front; `reshape` would mix the terms.)",
)
outer_products.add_mistake(
    "terms_transposed",
    mutated(matrices.outer_products, ("a.T[:, :, None] * b[:, None, :]", "a.T[:, None, :] * b[:, :, None]")),
    "Each of your terms is transposed, b_t a_tᵀ. In a_t b_tᵀ each row belongs to an entry of A's column, and each "
    "column to an entry of B's row. On “{case}” expected is shape {wanted}.",
)
outer_products.add_mistake(
    "running_sums",
    mutated(
        matrices.outer_products, ("a.T[:, :, None] * b[:, None, :]", "(a.T[:, :, None] * b[:, None, :]).cumsum(0)")
    ),
    "The first of your tables is right. {at}It looks as if each further one were the sum up to there; asked for is "
    "each term alone.",
)


@outer_products.mistake
def rows_times_columns(a: Array, b: Array) -> Array:
    """It looks as if you took *rows* of A and *columns* of B. They make the inner products, the entries of A B; outer
    products are made of column t of A and row t of B. (Both are 3 × 3 in one case: there no shape complains.)"""
    return np.stack([np.outer(a[t], b[:, t]) for t in range(a.shape[1])])


@outer_products.mistake
def rows_times_rows(a: Array, b: Array) -> Array:
    """It looks as if you took *row* t of both. The sum over t that makes A B pairs the second index of A with the first
    of B, Σ_t A_it B_tj: column t of A, `a[:, t]`, and row t of B."""
    return np.stack([np.outer(a[t], b[t]) for t in range(a.shape[1])])


@outer_products.mistake
def everything_with_everything(a: Array, b: Array) -> Array:
    """`np.outer` of two matrices reads each as one long vector, and multiplies every entry of A by every entry of B: on
    “{case}” shape {got}. Take it of column t and row t, for each t."""
    return np.outer(a, b)


@outer_products.mistake
def three_axes_flat(a: Array, b: Array) -> Array:
    """Your terms stand below each other in one table, shape {got}. Lay them along an axis of their own, shape {wanted}:
    `np.stack` adds it, `np.concatenate` and `np.vstack` do not."""
    return np.vstack([np.outer(a[:, t], b[t]) for t in range(a.shape[1])])
