"""The surface of a quadratic form ½ vᵀA v, made from the eigenvalues of A and the direction of its eigenvectors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane_picture import matrix_told
from dlcourse.chapters.linear_algebra_and_calculus.experiments.quadratic_form_picture import QuadraticFormPicture
from dlcourse.experiments.controls import DragPoints, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.scratch import quadratics

STEEPEST = 3.0  # of the eigenvalues, both ways
FAR = 30.0  # where contours are led that do not exist in a direction
AROUND = np.linspace(0, 2 * np.pi, 97)
HEIGHTS = np.arange(1, 6) ** 2 / 4  # of the contours, above 0 and below: evenly spaced where A = λ I
LEVELS = np.concatenate([HEIGHTS, -HEIGHTS])
SHAPES = {
    "positive definite": "a bowl, its contours ellipses",
    "negative definite": "a dome, its contours ellipses",
    "indefinite": "a saddle, its contours hyperbolas",
    "positive semi-definite": "a valley with a level floor, its contours parallel lines",
    "negative semi-definite": "a ridge with a level top, its contours parallel lines",
    "zero": "a plane, everywhere 0",
}


def compute_quadratic_form(first: float, second: float, angle: int, point: Array) -> Values:
    """The form q(v) = ½ vᵀA v of A = λ₁ u₁u₁ᵀ + λ₂ u₂u₂ᵀ, with u₁ turned by ``angle`` degrees against the x axis.

    ``eigenvalues`` (2,) are ``first`` and ``second``, ``eigenvectors`` (2, 2) has u₁ and u₂ as rows. ``form`` is vᵀA v
    at v = ``point`` (1, 2), and ``quotient`` that divided by vᵀv (Rayleigh's quotient, between both eigenvalues); 0 at
    the origin, which has none. ``contours`` (10, 97, 2) are the lines q = ``LEVELS``, led far outside where a
    direction has none; ``zeros`` (k, 2, 2) the ends of the lines q = 0, none where q is 0 at the origin alone or
    everywhere. ``kappa`` is λ_max / λ_min where A is positive definite, else 0.
    """
    turn = np.deg2rad(angle)
    vectors = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    values = np.array([first, second])
    matrix = vectors.T @ np.diag(values) @ vectors
    kind = quadratics.definiteness(matrix)
    v = np.array(point[0])
    form, square = quadratics.quadratic_form(matrix, v), float(v @ v)
    return {
        "eigenvalues": values,
        "eigenvectors": vectors,
        "matrix": matrix,
        "kind": kind,
        "kappa": float(values.max() / values.min()) if kind == "positive definite" else 0.0,
        "point": v,
        "form": form,
        "quotient": form / square if square else 0.0,
        "contours": _contours(values) @ vectors,
        "zeros": _zeros(values) @ vectors,
    }


def _contours(eigenvalues: Array) -> Array:
    """The lines ½ (λ₁ a² + λ₂ b²) = level in coordinates (a, b) along the eigenvectors, (10, 97, 2).

    In each direction d the form grows as q(d) r², so the line is at r = √(level / q(d)) where that is a number.
    """
    ways = np.column_stack([np.cos(AROUND), np.sin(AROUND)]) / np.sqrt(np.maximum(np.abs(eigenvalues), 0.02))
    ratios = LEVELS[:, None] * np.reciprocal(_away_from_zero(ways**2 @ eigenvalues / 2))
    farthest = FAR / np.linalg.norm(ways, axis=1)
    lengths = np.where(ratios > 0, np.minimum(np.sqrt(np.abs(ratios)), farthest), farthest)
    return lengths[:, :, None] * ways


def _away_from_zero(heights: Array) -> Array:
    """``heights`` with tiny ones made 10⁻⁹, of their sign."""
    return np.where(np.abs(heights) < 1e-9, np.copysign(1e-9, heights), heights)


def _zeros(eigenvalues: Array) -> Array:
    """The lines through the origin where λ₁ a² + λ₂ b² = 0: two for a saddle, one for a valley or a ridge."""
    first, second = eigenvalues
    if first * second < 0:
        a, b = np.sqrt(abs(second)), np.sqrt(abs(first))
        ends = np.array([[a, b], [a, -b]]) / np.hypot(a, b)
    else:
        ends = np.array([way for way, value in zip(np.eye(2), eigenvalues, strict=True) if value == 0])
        ends = ends.reshape(-1, 2) if len(ends) == 1 else np.empty((0, 2))
    return FAR * np.stack([-ends, ends], axis=1)


def describe_quadratic_form(parameters: Mapping[str, Any], values: Values) -> str:
    """The matrix with its eigenvalues, what it is called and looks like, and the form at v."""
    (first, second), ways = values["eigenvalues"], [f"({fixed(x)}, {fixed(y)})" for x, y in values["eigenvectors"]]
    kappa, (x, y) = values["kappa"], values["point"]
    long = f", {fixed(np.sqrt(kappa))} times as long as wide, the root of κ = {fixed(kappa)}" if kappa else ""
    shape = SHAPES[values["kind"]] + long
    if abs(first) == abs(second) and "ellipses" in shape:
        shape = SHAPES[values["kind"]].replace("ellipses", "circles")
    text = (
        f"The matrix A = {matrix_told(values['matrix'])} has the eigenvalues {fixed(first, 1)} along {ways[0]} and "
        f"{fixed(second, 1)} along {ways[1]}. It is {_called(values['kind'])}: the surface ½ vᵀA v is "
        f"{shape}."
    )
    if not values["point"].any():
        return f"{text} At v = 0 the form is 0."
    return (
        f"{text} At v = ({fixed(x)}, {fixed(y)}), vᵀA v = {fixed(values['form'])}; divided by vᵀv it is "
        f"{fixed(values['quotient'])}, between the eigenvalues."
    )


def _called(kind: str) -> str:
    return "the matrix of zeros" if kind == "zero" else kind


quadratic_form = Experiment(
    name="quadratic_form",
    title="The surface of a quadratic form",
    prediction=Prediction(
        question="All entries of the symmetric matrix A = [[1, 2], [2, 1]] are positive. What does the surface ½ vᵀA v "
        "over the plane of all v look like?",
        choices=(
            "A bowl: it rises from 0 in every direction",
            "A valley: it rises from 0 in every direction but one, along which it stays level",
            "A saddle: from 0 it rises in some directions and falls in others",
            "A dome: it falls from 0 in every direction",
        ),
        answer=2,
        explanation="Entries do not decide, eigenvalues do. Along (1, 1) the form is 1 + 2 + 2 + 1 = 6, and divided by "
        "vᵀv = 2 that is the eigenvalue 3. Along (1, −1) it is 1 − 2 − 2 + 1 = −2, and the eigenvalue is −1. So A is "
        "indefinite and the surface a saddle. Drag v round the origin: vᵀA v / vᵀv never leaves the span between both "
        "eigenvalues. Then move λ₂ up. At 0 the surface is a valley with a level floor (positive semi-definite), above "
        "it a bowl (positive definite). The bowl's contours are ellipses, √κ times as long as wide, with κ = λ_max / "
        "λ_min: the nearer λ₂ is to 0, the longer. The angle turns all of it and changes the entries of A, but never "
        "what A is called.",
    ),
    controls=(
        Slider("first", "Eigenvalue λ₁", -STEEPEST, STEEPEST, step=0.1, value=3.0),
        Slider("second", "Eigenvalue λ₂", -STEEPEST, STEEPEST, step=0.1, value=-1.0),
        Slider("angle", "Angle of u₁", 0, 175, step=5, value=45, unit="degrees"),
        DragPoints("point", [[1.0, 0.5]], axes="contours", limits=((-1.4, 1.4), (-1.4, 1.4)), label="vector v"),
    ),
    locked={"first": 2.0, "second": 1.0, "angle": 0},
    compute=compute_quadratic_form,
    picture=QuadraticFormPicture,
    describe=describe_quadratic_form,
    size=(9.0, 5.2),
)
