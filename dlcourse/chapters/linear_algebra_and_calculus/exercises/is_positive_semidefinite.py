"""Exercise: whether a matrix is positive semi-definite."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import quadratics

SIGNS = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])  # the entries alone look harmless
NEARLY_FLAT = np.array([[1.0, 1.0], [1.0, 1.0 - 1e-13]])  # as rounding leaves ones: λ = 2 and −5 · 10⁻¹⁴


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def symmetric(*eigenvalues: float) -> Array:
        turned, _ = np.linalg.qr(generator.normal(size=(len(eigenvalues), len(eigenvalues))))
        made = turned * eigenvalues @ turned.T
        return (made + made.T) / 2

    scale = generator.uniform(0.5, 2.0, size=3)
    x = generator.normal(size=(6, 4))
    return [
        Case((np.array([[2.0, -1.0], [-1.0, 2.0]]),), "[[2, −1], [−1, 2]]"),
        Case((np.array([[1.0, 2.0], [2.0, 1.0]]),), "[[1, 2], [2, 1]]"),
        Case((np.diag([-2.0, -1.0]),), "both eigenvalues negative"),
        Case((x.T @ x,), "XᵀX, X 6 × 4"),
        Case((x @ x.T,), "XXᵀ, X 6 × 4: two eigenvalues are 0"),
        Case((np.diag([1.0, 0.0]),), "[[1, 0], [0, 0]]"),
        Case((SIGNS * scale[:, None] * scale,), "ones on the diagonal, scaled; one eigenvalue negative"),
        Case((symmetric(3.0, 2.0, 2.0, 1.0, 1.0, -1e-3),), "one of six eigenvalues is −0.001"),
        Case((np.diag([0.0, -1.0]),), "[[0, 0], [0, −1]]"),
        Case((np.array([[1.0, -4.0], [0.0, 1.0]]),), "[[1, −4], [0, 1]]"),
        Case((np.array([[1.0, 0.0], [-4.0, 1.0]]),), "[[1, 0], [−4, 1]]"),
        Case((np.array([[2, 1], [-1, 2]]),), "[[2, 1], [−1, 2]], whole numbers"),
        Case((np.diag([5.0, -1.0, -1.0]),), "eigenvalues 5, −1 and −1"),
        Case((np.diag([1.0, -1e-7]),), "eigenvalues 1 and −10⁻⁷"),
        Case((np.array([[2.0, 1.0], [1.000001, 2.0]]),), "[[2, 1], [1.000001, 2]]"),
        Case((NEARLY_FLAT,), "[[1, 1], [1, 1 − 10⁻¹³]]", edge=True),
        Case((np.array([[2.0, 0.1 + 0.2], [0.3, 2.0]]),), "[[2, 0.1 + 0.2], [0.3, 2]]", edge=True),
        Case((1e8 * NEARLY_FLAT,), "[[1, 1], [1, 1 − 10⁻¹³]] times 10⁸", edge=True),
        Case((np.diag([1e-12, -1e-12]),), "eigenvalues 10⁻¹² and −10⁻¹²", edge=True),
        Case((np.zeros((3, 3)),), "zeros", edge=True),
        Case((np.array([[-3.0]]),), "[[−3]]", edge=True),
    ]


is_positive_semidefinite = Exercise(
    quadratics.is_positive_semidefinite,
    chapter=CHAPTER,
    task=(
        "Return True if `matrix`, shape (d, d), is positive semi-definite, else False: symmetric, with vᵀA v ≥ 0 for "
        "*all* v. Rounding must not decide, for large numbers or for small ones: what is at most 10⁻¹⁰ of the largest "
        "entry by size counts as 0, as an eigenvalue and as a difference between Aᵢⱼ and Aⱼᵢ. (So a matrix that was "
        "computed passes.)"
    ),
    cases=_cases,
    hints=[
        "You cannot try all v. But along eigenvectors the form is a sum of squares, each times a number: which numbers "
        "decide?",
        "`np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix. It reads one triangle only and never looks "
        "whether the other agrees: look first.",
        "An eigenvalue that is 0 on paper comes out as ±10⁻¹⁶ times the size of the numbers. Compute the slack from "
        "the matrix: 10⁻¹⁰ times `np.abs(matrix).max()`.",
        "False if `np.abs(matrix - matrix.T).max() > slack`; else whether `np.linalg.eigvalsh(matrix).min() >= -slack`"
        ".",
    ],
    fields={"on": lambda outcome: f"On “{outcome.case.label}” the answer is {outcome.expected}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(quadratics.is_positive_semidefinite, *replacements)


SMALLEST = "np.linalg.eigvalsh(matrix).min() >= -slack"
ASYMMETRY = "np.abs(matrix - matrix.T).max() > slack"

is_positive_semidefinite.add_mistake(
    "strictly_positive",
    _with((SMALLEST, "np.linalg.eigvalsh(matrix).min() > slack")),
    "{on}An eigenvalue is 0 there. You ask for positive *definite*; semi-definite lets 0 pass, a valley that is flat "
    "along its floor.",
)
is_positive_semidefinite.add_mistake(
    "no_slack",
    _with((SMALLEST, "np.linalg.eigvalsh(matrix).min() >= 0")),
    "{on}An eigenvalue is 0 but for rounding, which made a tiny negative number of it. Let it pass where it is small "
    "beside the numbers of the matrix.",
)
is_positive_semidefinite.add_mistake(
    "no_slack_at_all",
    _with((ASYMMETRY, "(matrix != matrix.T).any()"), (SMALLEST, "np.linalg.eigvalsh(matrix).min() >= 0")),
    "{on}It looks as if you let nothing pass for rounding: an eigenvalue that is 0 comes out as −10⁻¹⁶, and 0.1 + 0.2 "
    "is not 0.3 in a computer, so that not even Aᵢⱼ and Aⱼᵢ are equal. Let pass what is small beside the entries.",
)
is_positive_semidefinite.add_mistake(
    "absolute_slack",
    _with(("tolerance * np.abs(matrix).max()", "1e-8")),
    "{on}What is small depends on the numbers of the matrix: rounding leaves 10⁻¹⁶ *of them*. It looks as if your "
    "slack were the same for all matrices.",
)
is_positive_semidefinite.add_mistake(
    "symmetry_not_asked",
    _with((ASYMMETRY, "False"), ("np.linalg.eigvalsh(matrix).min()", "np.linalg.eigvals(matrix).real.min()")),
    "{on}It is not symmetric. Its eigenvalues are 1 and 1, and yet vᵀA v is −2 for v = (1, 1): without symmetry they "
    "do not decide. Compare A with Aᵀ first.",
)
is_positive_semidefinite.add_mistake(
    "one_triangle_read",
    _with((ASYMMETRY, "False")),
    "{on}It is not symmetric. `np.linalg.eigvalsh` reads the lower triangle alone and takes the upper one to be its "
    "mirror image, without a word. Compare A with Aᵀ first.",
)
is_positive_semidefinite.add_mistake(
    "symmetric_part_asked",
    _with((ASYMMETRY, "False"), ("eigvalsh(matrix)", "eigvalsh((matrix + matrix.T) / 2)")),
    "{on}vᵀA v ≥ 0 holds for all v there: your symmetric part (A + Aᵀ) / 2 is right about that. But positive "
    "semi-definite, here and in most books, are symmetric matrices only.",
)
is_positive_semidefinite.add_mistake(
    "determinant_asked",
    _with((SMALLEST, "np.linalg.det(matrix) >= -slack")),
    "{on}A determinant is the product of the eigenvalues: two negative ones make it positive, and one that is 0 hides "
    "all others. Look at the smallest eigenvalue.",
)
is_positive_semidefinite.add_mistake(
    "entries_asked",
    _with((SMALLEST, "matrix.min() >= -slack")),
    "{on}It looks as if you test the signs of the entries. Negative ones off the diagonal do no harm, and positive "
    "ones do not help: in vᵀA v they are multiplied by vᵢvⱼ, of either sign.",
)
is_positive_semidefinite.add_mistake(
    "diagonal_asked",
    _with((SMALLEST, "np.diag(matrix).min() >= -slack")),
    "{on}It looks as if you test the diagonal: it holds vᵀA v for v along the axes. Between the axes the form can be "
    "negative all the same.",
)


@is_positive_semidefinite.mistake
def leading_minors(matrix: Array) -> bool:
    """{on}It looks as if you test the determinants of the blocks at the upper left (Sylvester). Positive, they prove a
    matrix positive *definite*; at least 0 is not enough for semi-definite: here both are 0, and v = (0, 1) gives −1."""
    slack = 1e-10 * np.abs(matrix).max()
    blocks = [matrix[:k, :k] for k in range(1, len(matrix) + 1)]
    return bool(np.abs(matrix - matrix.T).max() <= slack and all(np.linalg.det(block) >= -slack for block in blocks))


@is_positive_semidefinite.mistake
def some_vectors_tried(matrix: Array) -> bool:
    """{on}It looks as if you try some vectors. A v with vᵀA v < 0 proves that a matrix is not semi-definite; a thousand
    others prove nothing: in six dimensions hardly one lies close enough to a single bad direction."""
    slack = 1e-10 * np.abs(matrix).max()
    tried = np.random.default_rng(0).normal(size=(1000, len(matrix)))
    forms = (tried @ matrix * tried).sum(axis=1)
    return bool(np.abs(matrix - matrix.T).max() <= slack and forms.min() >= -slack)
