"""Principal components: the k directions along which data vary most, and what is left of data described by them alone.

x is (n, d), one example a row. X = x − mean has the singular value decomposition X = U S Vᵀ; the first k rows of Vᵀ are
the *axes* V_k (k, d), z = X V_kᵀ (n, k) is the code, and x̂ = z V_k + mean the reconstruction. Sources: Pearson (1901),
"On lines and planes of closest fit to systems of points in space"; Bishop (2006), "Pattern recognition and machine
learning", section 12.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_count, check_finite, check_shape


@dataclass(frozen=True)
class Components:
    """What ``pca`` finds: ``mean`` (d,), ``axes`` (k, d) of length 1 and orthogonal, ``variances`` (k,) along them."""

    mean: Array
    axes: Array
    variances: Array


def pca_by_svd(x: ArrayLike, k: int) -> tuple[Array, Array, Array]:
    """The mean (d,), the first k axes (k, d) and the variances along them (k,) of examples x (n, d).

    Of all maps from d numbers to k and back that are linear but for a shift, encoding and decoding by them leaves the
    smallest squared error (Eckart and Young, 1936). Variances are s² / (n − 1), the largest first. An axis is as good
    as its opposite: here its largest entry by absolute value is positive. float32 stays float32. Raises ValueError for
    another shape, fewer than two examples, numbers that are not finite, and k above min(n, d).
    """
    x = check_finite(check_shape(x, ("n", "d"), "x"), "x")
    _check_k(k, x.shape)
    mean = x.mean(axis=0)
    _, s, axes = np.linalg.svd(x - mean, full_matrices=False)
    axes = axes[:k]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(k), largest])[:, None]
    return mean, axes, s[:k] ** 2 / (len(x) - 1)


def pca(x: ArrayLike, k: int) -> Components:
    """``pca_by_svd`` under names."""
    return Components(*pca_by_svd(x, k))


def encode(components: Components, x: ArrayLike) -> Array:
    """z = (x − mean) V_kᵀ: (n, d) -> (n, k). Raises ValueError for another d."""
    x = check_shape(x, ("n", len(components.mean)), "x")
    return (x - components.mean) @ components.axes.T


def decode(components: Components, z: ArrayLike) -> Array:
    """x̂ = z V_k + mean: (n, k) -> (n, d). Raises ValueError for another k."""
    z = check_shape(z, ("n", len(components.axes)), "z")
    return z @ components.axes + components.mean


def principal_angles(a: ArrayLike, b: ArrayLike) -> Array:
    """The angles between two subspaces of dimension k, in radians from the smallest: (k,). All are 0 if they agree.

    a, b: (k, d), rows that span them; they need not be orthogonal. With orthonormal rows A and B, the cosines of the
    angles are the singular values of A Bᵀ. A cosine of 1 is rounded to about 10⁻¹⁶, so that angles below 10⁻⁷ cannot be
    told from 0. Raises ValueError for other shapes, and for rows that span less than k dimensions. Source: Björck and
    Golub (1973), "Numerical methods for computing angles between linear subspaces".
    """
    a = check_finite(check_shape(a, ("k", "d"), "a"), "a")
    b = check_finite(check_shape(b, a.shape, "b"), "b")
    cosines = np.linalg.svd(_orthonormal(a, "a") @ _orthonormal(b, "b").T, compute_uv=False)
    return np.arccos(np.clip(cosines, -1, 1))


def _orthonormal(rows: Array, name: str) -> Array:
    """Orthonormal rows (k, d) that span what ``rows`` do."""
    if np.linalg.matrix_rank(rows) < len(rows):
        raise ValueError(f"{name}: expected {len(rows)} rows none of which is made of the others, but they span less.")
    q, _ = np.linalg.qr(rows.T.astype(np.float64))
    return q.T


def _check_k(k: int, shape: tuple[int, ...]) -> None:
    if shape[0] < 2:
        raise ValueError(f"x: expected at least 2 examples, received {shape[0]}: one alone does not vary.")
    if check_count(k, "k") > min(shape):
        raise ValueError(f"k: {shape[0]} examples of {shape[1]} numbers have {min(shape)} components, received {k}.")
