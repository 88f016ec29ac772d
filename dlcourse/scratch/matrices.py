"""Arrays by their axes: lengths of rows, distances of all pairs, and the matrix product as a sum of outer products.

Broadcasting (Harris and others, 2020, "Array programming with NumPy", Nature 585) lays shapes side by side from the
*last* axis on. Two lengths fit where they are equal or one of them is 1, an axis that is missing counts as 1, and an
axis of length 1 is repeated as often as the other array needs it.
"""

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_finite, check_floats, check_shape


def normalize_rows(x: ArrayLike) -> Array:
    """Each row of ``x`` (n, d) divided by its length √(Σ_j x_ij²), so that all have length 1: same shape.

    float32 stays float32. Raises ValueError for another shape, numbers that are not finite, and a row of zeros, which
    has no direction.
    """
    x = check_finite(check_shape(x, ("n", "d"), "x"), "x")
    lengths = np.sqrt((x**2).sum(axis=1, keepdims=True))  # (n, 1): one length for each row
    _check_not_zero(lengths)
    return x / lengths


def outer_products(a: ArrayLike, b: ArrayLike) -> Array:
    """The terms of A B as a sum of outer products: A (m, k), B (k, n) -> (k, m, n).

    Term t is a_t b_tᵀ, column t of A times row t of B, with entry [t, i, j] = A_it B_tj; their sum over t is A B.
    Raises ValueError where A has not as many columns as B rows.
    """
    a, b = check_floats(check_shape(a, ("m", "k"), "a"), "a"), check_floats(check_shape(b, ("k", "n"), "b"), "b")
    if a.shape[1] != b.shape[0]:
        raise ValueError(
            f"a and b: the product of {a.shape} and {b.shape} needs as many columns of a as b has rows, but "
            f"{a.shape[1]} is not {b.shape[0]}. Is one of them to be transposed?"
        )
    return a.T[:, :, None] * b[:, None, :]  # (k, m, 1) times (k, 1, n)


def pairwise_squared_distances(x: ArrayLike, y: ArrayLike) -> Array:
    """‖x_i − y_j‖² for every row of ``x`` (n, d) and every row of ``y`` (m, d): (n, m).

    All differences, (n, m, d), stand in memory at once. ‖x_i‖² + ‖y_j‖² − 2⟨x_i, y_j⟩ needs no such array, but takes
    the difference of large numbers: for points far from 0 and near to each other all digits can be lost. Raises
    ValueError for other shapes, or rows of different lengths.
    """
    x = check_finite(check_shape(x, ("n", "d"), "x"), "x")
    y = check_finite(check_shape(y, ("m", x.shape[1]), "y"), "y")
    differences = x[:, None, :] - y[None, :, :]  # (n, 1, d) minus (1, m, d)
    return (differences**2).sum(axis=2)


def _check_not_zero(lengths: Array) -> None:
    if not lengths.all():
        row = int(np.flatnonzero(lengths == 0)[0])
        raise ValueError(f"x: row {row} holds only zeros (or numbers too small to square): it has no direction.")
