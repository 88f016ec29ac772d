"""Exercise: the squared distances of all pairs of rows, by broadcasting in three dimensions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import matrices


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, m: int, d: int, label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        x, y = generator.normal(size=(n, d)), generator.normal(size=(m, d))
        return Case((x.astype(dtype), y.astype(dtype)), label, edge=edge)

    whole = generator.integers(-5, 6, size=(3, 2)), generator.integers(-5, 6, size=(4, 2))
    far = 1e8 + generator.permuted(np.arange(12.0).reshape(4, 3), axis=0)
    return [
        Case((np.array([[0.0, 0.0], [3.0, 1.0], [1.0, 2.0]]), np.array([[3.0, 4.0], [1.0, 1.0]])), "3 points and 2"),
        case(4, 5, 3, "4 points and 5 in 3 dimensions"),
        case(3, 3, 2, "as many points as others"),
        case(3, 3, 3, "as many points, others and dimensions"),
        Case(whole, "whole numbers"),
        case(5, 2, 6, "dtype float32", np.float32),
        case(1, 4, 3, "one point", edge=True),
        case(4, 3, 1, "one dimension", edge=True),
        Case((far, far[:2] + 1), "points 10⁸ away from 0", edge=True),
    ]


pairwise_squared_distances = Exercise(
    matrices.pairwise_squared_distances,
    chapter=CHAPTER,
    task=(
        "Return ‖xᵢ − yⱼ‖² = Σₗ (xᵢₗ − yⱼₗ)² for every row of `x`, shape (n, d), and every row of `y`, shape (m, d): a "
        "table of shape (n, m). Do it without a loop, if you can. Some of the points lie 10⁸ away from 0 and a few "
        "units from each other, and their distances are to be right as well."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Three indices take part: i, j and l. Which shape holds a difference for each triple of them, and which of its "
        "axes has to be gone in the end?",
        "The differences have shape (n, m, d). What has to stand beside `y` so that broadcasting makes it: which axis "
        "does `x` lack, and where? An index `None` adds an axis of length 1.",
        "`x[:, None, :]` is (n, 1, d) and `y[None, :, :]` is (1, m, d).",
        "`differences = x[:, None, :] - y[None, :, :]`, then the sum of its squares over `axis=2`.",
    ],
    fields={
        "at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. ",
        "wanted": lambda x, y: f"({len(x)}, {len(y)})",
        "all_three": lambda x, y: f"({len(x)}, {len(y)}, {x.shape[1]})",
        "got": lambda outcome: str(np.shape(outcome.received)),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(matrices.pairwise_squared_distances, *replacements)


SUM = "(differences**2).sum(axis=2)"

pairwise_squared_distances.add_mistake(
    "wrong_axis_removed",
    _with((SUM, "(differences**2).sum(axis=1)")),
    "Your sum removes the points of `y`, axis 1 of differences of shape {all_three}, and the dimensions stay. "
    "Expected is shape {wanted} on “{case}”: the axis to remove is the one of the dimensions, the last.",
)
pairwise_squared_distances.add_mistake(
    "not_summed",
    _with((SUM, "differences**2")),
    "Your result has three axes, {got} on “{case}”: the squared differences. Sum them over the dimensions.",
)
pairwise_squared_distances.add_mistake(
    "roots_taken",
    _with((SUM, "np.sqrt((differences**2).sum(axis=2))")),
    "{at}Those are the distances. Asked for are their squares: leave the root out.",
)
pairwise_squared_distances.add_mistake(
    "sum_squared",
    _with((SUM, "differences.sum(axis=2) ** 2")),
    "{at}You sum the differences first and square the sum, so that +1 and −1 cancel. Square each, then sum.",
)
pairwise_squared_distances.add_mistake(
    "absolute_values",
    _with((SUM, "np.abs(differences).sum(axis=2)")),
    "{at}You sum absolute values, the way along the streets of a town. The square of the straight one is the sum of "
    "squares.",
)
pairwise_squared_distances.add_mistake(
    "mean_of_squares",
    _with((SUM, "(differences**2).mean(axis=2)")),
    "{at}You take the mean of the squares over the dimensions. A squared distance is their sum.",
)
pairwise_squared_distances.add_mistake(
    "others_first",
    _with((SUM, "(differences**2).sum(axis=2).T")),
    "Your table is transposed: entry [i, j] belongs to row i of `x` and row j of `y`, so that on “{case}” the shape is "
    "{wanted}. Where there are as many of both only the numbers show it.",
)


@pairwise_squared_distances.mistake
def row_by_row(x: Array, y: Array) -> Array:
    """`x - y` takes row i from row i: that does not fit, or, with as many of both, leaves n distances (or, with one
    point, m of them). For all pairs give `x` an axis for the others, and `y` one for the points."""
    return ((x - y) ** 2).sum(axis=1)


@pairwise_squared_distances.mistake
def square_expanded(x: Array, y: Array) -> Array:
    """Correct on paper, and near 0 in the computer too. {at}‖xᵢ‖² + ‖yⱼ‖² − 2⟨xᵢ, yⱼ⟩ is a small difference of numbers
    near 10¹⁶, of which a float keeps 16 digits: nothing is left. It saves memory, and is used where points are centred
    first. Take the differences first, then square."""
    return (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T


@pairwise_squared_distances.mistake
def middle_term_once(x: Array, y: Array) -> Array:
    """{at}It looks as if you expand the square with the middle term once: (a − b)² = a² − 2ab + b²."""
    return (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - x @ y.T
