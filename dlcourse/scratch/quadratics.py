"""Quadratic forms vᵀA v, and what the eigenvalues of A say about them.

Expanded, vᵀA v = Σ_ij A_ij v_i v_j. A symmetric A (d, d) has d real eigenvalues λ_1 ≤ … ≤ λ_d and orthonormal
eigenvectors u_i (the spectral theorem), and in their directions the form is a sum of squares: v = Σ c_i u_i gives vᵀA v
= Σ λ_i c_i². So the signs of the eigenvalues decide everything: A is *positive definite* if vᵀA v > 0 for all v ≠ 0,
that is, if all λ_i > 0; *positive semi-definite* (PSD) if vᵀA v ≥ 0 for all v, all λ_i ≥ 0; negative (semi-)definite if
−A is positive (semi-)definite; *indefinite* if the form takes both signs. Source: Horn and Johnson (2013), "Matrix
analysis", sections 4.1 and 7.1.
"""

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_finite, check_number, check_shape

ROUNDING = 1e-10  # relative to the largest number: what counts as 0


def quadratic_form(matrix: ArrayLike, v: ArrayLike) -> float:
    """vᵀA v = Σ_ij A_ij v_i v_j of a ``matrix`` A (d, d), symmetric or not, and a vector ``v`` (d,).

    Raises ValueError for other shapes and numbers that are not finite.
    """
    matrix = check_square(matrix)
    v = check_finite(check_shape(v, (len(matrix),), "v"), "v")
    return float(v @ matrix @ v)


def symmetric_part(matrix: ArrayLike) -> Array:
    """(A + Aᵀ) / 2 of a ``matrix`` A (d, d): the symmetric matrix with the same form, since vᵀA v = vᵀAᵀv."""
    matrix = check_square(matrix)
    return (matrix + matrix.T) / 2


def eigen(matrix: ArrayLike, tolerance: float = ROUNDING) -> tuple[Array, Array]:
    """The eigenvalues (d,), the smallest first, and eigenvectors (d, d) of a symmetric ``matrix`` A (d, d).

    *Column* i of the second array is an eigenvector u_i of length 1 that belongs to λ_i, A u_i = λ_i u_i; all are
    orthogonal, and each is as good as −u_i. Raises as ``check_symmetric``.
    """
    values, vectors = np.linalg.eigh(check_symmetric(matrix, tolerance))
    return values, vectors


def is_positive_semidefinite(matrix: ArrayLike, tolerance: float = ROUNDING) -> bool:
    """Whether a ``matrix`` A (d, d) is symmetric with vᵀA v ≥ 0 for all v: all eigenvalues at least 0.

    Rounding does not decide: what is at most ``tolerance`` times the largest entry of A by size counts as 0, both of
    A − Aᵀ and below 0. (What was computed in float32 needs 10⁻⁵.) Raises ValueError for another shape and for numbers
    that are not finite.
    """
    matrix = check_square(matrix)
    slack = tolerance * np.abs(matrix).max()
    if np.abs(matrix - matrix.T).max() > slack:
        return False
    return bool(np.linalg.eigvalsh(matrix).min() >= -slack)


def definiteness(matrix: ArrayLike, tolerance: float = ROUNDING) -> str:
    """What a symmetric ``matrix`` A (d, d) is, by the signs of its eigenvalues.

    One of "positive definite", "positive semi-definite", "negative definite", "negative semi-definite", "indefinite";
    semi-definite says that it is not definite: some λ is 0. The matrix of zeros, which is both, is called "zero".
    Eigenvalues of at most ``tolerance`` times the largest by size count as 0. Raises as ``check_symmetric``.
    """
    values, _ = eigen(matrix, tolerance)
    slack = tolerance * np.abs(values).max()
    smallest, largest = values.min(), values.max()
    if smallest >= -slack and largest <= slack:
        return "zero"
    if smallest < -slack and largest > slack:
        return "indefinite"
    sign = "positive" if largest > slack else "negative"
    return f"{sign} {'definite' if np.abs(values).min() > slack else 'semi-definite'}"


def condition_number(matrix: ArrayLike, tolerance: float = ROUNDING) -> float:
    """κ = λ_max / λ_min ≥ 1 of a symmetric positive definite ``matrix`` A (d, d).

    The contours of vᵀA v are ellipses (d = 2), √κ times as long as they are wide. Raises as ``check_symmetric``,
    and ValueError for a matrix that is not positive definite.
    """
    kind = definiteness(matrix, tolerance)
    if kind != "positive definite":
        raise ValueError(
            f"matrix: expected a positive definite one, λ_min > 0, but this one is {kind}: κ = λ_max / λ_min is the "
            "ratio of the axes of a bowl, and there is none."
        )
    values, _ = eigen(matrix, tolerance)
    return float(values[-1] / values[0])


def check_square(matrix: ArrayLike) -> Array:
    """``matrix`` as finite floats of shape (d, d), d at least 1. Raises ValueError otherwise."""
    array = check_finite(check_shape(matrix, ("d", "d"), "matrix"), "matrix")
    if array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(
            f"matrix: expected a square one, shape (d, d), received {array.shape}. vᵀA v multiplies A by the same v "
            "from both sides. (XᵀX and XXᵀ of any X are square.)"
        )
    return array


def check_symmetric(matrix: ArrayLike, tolerance: float = ROUNDING) -> Array:
    """``matrix`` as finite floats (d, d) with A_ij = A_ji up to ``tolerance`` times the largest entry by size.

    Raises ValueError that names the entries that differ most, and says what to do.
    """
    if check_number(tolerance, "tolerance") < 0:
        raise ValueError(f"tolerance: expected 0 or more, received {tolerance}.")
    array = check_square(matrix)
    apart = np.abs(array - array.T)
    if apart.max() > tolerance * np.abs(array).max():
        i, j = sorted(int(place) for place in np.unravel_index(apart.argmax(), apart.shape))
        raise ValueError(
            f"matrix: expected a symmetric one, A_ij = A_ji, but entry [{i}, {j}] is {array[i, j]:g} and entry "
            f"[{j}, {i}] is {array[j, i]:g}. Its eigenvalues may be complex and say little about vᵀA v; the symmetric "
            "part (A + Aᵀ) / 2 has the same form vᵀA v, and its eigenvalues decide."
        )
    return array
