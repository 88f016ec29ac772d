"""A 2 × 2 matrix moves the plane: its columns are dragged, and a letter, the circle and some vectors go along."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane_picture import (
    REACH,
    PlanePicture,
    matrix_told,
    side_told,
)
from dlcourse.experiments.controls import DragPoints, Menu
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

STEP = 20  # entries of the matrix are whole multiples of 1 / STEP, so that det A = 0 and equal eigenvalues can be met
ZERO = 1e-9  # below, a number is 0 but for rounding: those that are not lie above 1 / STEP⁴
# What is asked for, and the matrix that does it.
GOALS: dict[str, tuple[str, Array | None]] = {
    "none": ("none", None),
    "rotation": ("rotate by 90° against the clock", np.array([[0.0, -1.0], [1.0, 0.0]])),
    "reflection": ("mirror at the line y = x", np.array([[0.0, 1.0], [1.0, 0.0]])),
    "projection": ("project onto the x axis", np.array([[1.0, 0.0], [0.0, 0.0]])),
    "shear": ("shear: push up by x", np.array([[1.0, 0.0], [1.0, 1.0]])),
    "stretch": ("stretch to twice along y = x, keep across", np.array([[1.5, 0.5], [0.5, 1.5]])),
}


def compute_plane(columns: Array, show: str, goal: str) -> Values:
    """The matrix A (2, 2) with the given ``columns`` (2, 2), one a row, and what it does to the plane.

    ``determinant`` is exactly 0 where the columns lie on one line. ``before`` (k, 2) are the k vectors of length 1 that
    are shown, and ``factors`` (k,) the numbers that belong to them: eigenvectors of real eigenvalues (``show`` "eigen",
    k from 0 to 2), or right singular vectors and singular values σ₁ ≥ σ₂ ("singular", k = 2), or none ("neither").
    ``stay``: how many lines through 0 stay, 0, 1, 2, or 3 for all. ``radii`` (2,) are σ₁ and σ₂. ``target`` (2, 2): the
    matrix of the goal; that of no goal is A. Source: Strang (2016), "Introduction to linear algebra", chapters 6 and 7.
    """
    matrix = np.round(np.asarray(columns).T * STEP) / STEP + 0.0
    (a, b), (c, d) = matrix
    determinant = float(a * d - b * c)
    values, vectors = eigen(matrix)
    radii, axes = singular(matrix)
    before, factors = {"eigen": (vectors, values), "singular": (axes, radii)}.get(show, (np.empty((0, 2)), radii[:0]))
    asked = GOALS[goal][1]
    return {
        "matrix": matrix,
        "determinant": 0.0 if abs(determinant) < ZERO else determinant,
        "show": show,
        "before": before,
        "factors": factors,
        "stay": 3 if stretches_alike(matrix) else len(values),
        "radii": radii,
        "asked": asked is not None,
        "target": matrix if asked is None else asked,
        "reached": asked is not None and bool(np.abs(matrix - asked).max() < ZERO),
    }


def stretches_alike(matrix: Array) -> bool:
    """Whether A (2, 2) is λ I, so that every line through 0 stays."""
    (a, b), (c, d) = matrix
    return bool(abs(b) < ZERO and abs(c) < ZERO and abs(a - d) < ZERO)


def eigen(matrix: Array) -> tuple[Array, Array]:
    """The real eigenvalues (k,) of A (2, 2), the largest first, and an eigenvector of length 1 for each (k, 2).

    λ = m ± √(m² − det A), m half the trace: none where the root is of a negative number, one where it is 0. (A − λI)
    then has rows that are all multiples of one, and the eigenvector is perpendicular to it. None for λ I, which has too
    many.
    """
    (a, b), (c, d) = matrix
    under = ((a - d) / 2) ** 2 + b * c  # m² − det A
    if under < -ZERO or stretches_alike(matrix):
        return np.empty(0), np.empty((0, 2))
    root = np.sqrt(under) if under > ZERO else 0.0
    values = (a + d) / 2 + np.array([root, -root][: 1 if root == 0 else 2])
    rows = np.stack([matrix - value * np.eye(2) for value in values])
    longest = rows[np.arange(len(values)), np.linalg.norm(rows, axis=2).argmax(axis=1)]
    across = np.column_stack([longest[:, 1], -longest[:, 0]])
    return values + 0.0, _upward(across / np.linalg.norm(across, axis=1, keepdims=True))


def singular(matrix: Array) -> tuple[Array, Array]:
    """The singular values σ₁ ≥ σ₂ ≥ 0 (2,) of A (2, 2), and the right singular vectors (2, 2), one a row.

    They are the roots of the eigenvalues of AᵀA and its eigenvectors; e₁ and e₂ where the circle stays a circle.
    """
    squares, vectors = np.linalg.eigh(matrix.T @ matrix)
    if squares[1] - squares[0] < ZERO:
        return np.repeat(np.sqrt(max(squares.mean(), 0.0)), 2), np.eye(2)
    large = float(np.sqrt(squares[1]))
    return np.array([large, abs(np.linalg.det(matrix)) / large]), _upward(vectors.T[::-1])


def _upward(vectors: Array) -> Array:
    """Each vector (k, 2), or its opposite, so that it points up, or to the right where it is level."""
    x, y = vectors.round(9).T
    return vectors * np.where((y < 0) | ((y == 0) & (x < 0)), -1.0, 1.0)[:, None] + 0.0


def directions_told(values: Values) -> str:
    """The vectors that are shown, in a sentence."""
    if values["show"] == "neither":
        return ""
    shown = [
        f"({fixed(x)}, {fixed(y)}) becomes {fixed(factor)} times {'itself' if values['show'] == 'eigen' else 'as long'}"
        for (x, y), factor in zip(values["before"], values["factors"], strict=True)
    ]
    if values["show"] == "singular":
        return f" Along the axes of the ellipse, {' and '.join(shown)}, and both stay perpendicular."
    if values["stay"] == 3:
        return f" Every line through 0 stays: A is {fixed(values['matrix'][0, 0])} times the identity."
    if not shown:
        return " No line stays: there is no real eigenvector."
    return f" {'One line stays' if len(shown) == 1 else 'Two lines stay'}: {' and '.join(shown)}."


def describe_plane(parameters: Mapping[str, Any], values: Values) -> str:
    """The matrix, what becomes of areas and of the circle, the vectors shown, and the goal."""
    large, small = values["radii"]
    determinant, circle = values["determinant"], f"an ellipse with radii {fixed(large)} and {fixed(small)}"
    if determinant == 0:
        circle = f"a segment that reaches {fixed(large)} to both sides of 0" if large > ZERO else "the single point 0"
    elif abs(large - small) < ZERO:
        circle = f"a circle of radius {fixed(large)}"
    asked = ""
    if values["asked"]:
        asked = f" Goal: {GOALS[parameters['goal']][0]}; {'reached' if values['reached'] else 'not reached yet'}."
    (a, b), (c, d) = values["matrix"]
    return (
        f"The matrix A = {matrix_told(values['matrix'])} takes (1, 0) to its first column ({fixed(a)}, {fixed(c)}) and "
        f"(0, 1) to its second ({fixed(b)}, {fixed(d)}). Its determinant is {fixed(determinant, 3)}: areas are "
        f"multiplied by {fixed(abs(determinant), 3)}, and the letter is {side_told(values)}. The unit circle becomes "
        f"{circle}.{directions_told(values)}{asked}"
    )


plane = Experiment(
    name="plane",
    title="A matrix moves the plane",
    prediction=Prediction(
        question="The shear with the columns (1, 0) and (1, 1) pushes every point to the right by its height y. It "
        "makes the unit circle, whose area is π, an ellipse with a longest radius of 1.62. What is the area of that "
        "ellipse?",
        choices=(
            "2.62 π: lengths grow by 1.62, areas by the square of that",
            "1.62 π: one of its two radii has grown",
            "π, as it was",
            "Less than π: it has been squeezed between two slanted lines",
        ),
        answer=2,
        explanation="The other radius has shrunk to 0.62, and $1.618 \\cdot 0.618 = 1$. A matrix multiplies the area "
        "of every shape by the same factor, |det A|, the area of the parallelogram between its columns; here that has "
        "base 1 and height 1, and det A = 1. The two radii are the singular values of A, so their product is always "
        "|det A|. Show the axes of the ellipse: they are perpendicular before and after, but they have turned. Show "
        "the lines that stay, those of the eigenvectors, instead: this shear has a single one, along (1, 0), and that "
        "is no axis of the ellipse. Now drag column 2 down through the line of column 1: on the line the plane is "
        "flat, det A = 0, and below it the letter is mirrored, det A < 0. Then reach the goals, each by asking where "
        "(1, 0) and where (0, 1) have to go. Which of them keeps no line? Which have perpendicular eigenvectors?",
    ),
    controls=(
        Menu(
            "show",
            "Show vectors",
            {
                "neither": "only the columns",
                "eigen": "lines that stay (eigenvectors)",
                "singular": "axes of the ellipse (singular vectors)",
            },
        ),
        Menu("goal", "Goal", {name: told for name, (told, _) in GOALS.items()}),
        DragPoints(
            "columns",
            [[1.0, 0.0], [1.0, 1.0]],
            axes="after",
            limits=((-REACH, REACH), (-REACH, REACH)),
            label="columns of A",
        ),
    ),
    locked={"columns": [[1.0, 0.0], [0.0, 1.0]]},
    compute=compute_plane,
    picture=PlanePicture,
    describe=describe_plane,
    size=(9.0, 5.4),
)
