"""Whitening: a linear map of the inputs after which all features vary as much and none tells of another.

x is (n, d), one example a row, μ its mean and Σ = V Λ Vᵀ (d, d) its covariance, with divisor n − 1 as in ``np.cov``.
Every z = W (x − μ) with WᵀW = Σ⁻¹ has the covariance W Σ Wᵀ = I. There are many such W, since a rotated one does as
well: W = Λ^(−1/2) Vᵀ scales the principal components ("pca"), and W = V Λ^(−1/2) Vᵀ turns them back ("zca"), which
leaves z as near to x − μ as it can be. Sources: Bell and Sejnowski (1997), "The 'independent components' of natural
scenes are edge filters"; Kessy, Lewin and Strimmer (2018), "Optimal whitening and decorrelation".

In linear regression on centred inputs the Hessian is (n − 1)/n Σ: with z in place of x its contours are circles. Σ
takes n d² products, its eigenvectors of the order of d³. (What is computed is the singular value decomposition of
x − μ: it has the same V, and keeps twice the digits.)
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_finite, check_number, check_shape

Kind = Literal["pca", "zca"]


@dataclass(frozen=True)
class Whitening:
    """What ``fit`` finds: ``mean`` μ (d,), ``matrix`` W (d, d) and its ``inverse`` (d, d), float64."""

    mean: Array
    matrix: Array
    inverse: Array

    @classmethod
    def fit(cls, x: ArrayLike, kind: Kind = "pca", eps: float = 0.0) -> Self:
        """The whitening of examples ``x`` (n, d): fit it on training data, and apply the same to all others.

        ``eps`` is added to all variances Λ: small ones, often noise, then stay small. With 0, the covariance of what it
        is fitted on becomes I. Raises ValueError for another kind, a negative eps, numbers that are not finite, and,
        with eps 0, for features without variance or that repeat others.
        """
        x = check_finite(check_shape(x, ("n", "d"), "x"), "x")
        extra = _check_settings(kind, eps, len(x))
        mean = x.mean(axis=0, dtype=np.float64)
        variances, axes = _principal(x - mean)
        if not extra:
            _check_varied(x, variances)
        deviations = np.sqrt(variances + extra)[:, None]
        matrix, inverse = axes / deviations, (axes * deviations).T
        if kind == "zca":
            matrix, inverse = axes.T @ matrix, inverse @ axes
        return cls(mean, matrix, inverse)

    def apply(self, x: ArrayLike) -> Array:
        """z = W (x − μ) for each row: (n, d) -> (n, d). float32 stays float32. Raises ValueError for another d."""
        x = check_shape(x, ("n", len(self.mean)), "x")
        return _as(x, (x - self.mean) @ self.matrix.T)

    def undo(self, z: ArrayLike) -> Array:
        """x = W⁻¹ z + μ for each row: (n, d) -> (n, d), the inverse of ``apply``. Raises ValueError for another d."""
        z = check_shape(z, ("n", len(self.mean)), "z")
        return _as(z, z @ self.inverse.T + self.mean)


def whiten(x: Array) -> Array:
    """The examples x (n, d) whitened by their own mean and covariance, by the letter. Returns (n, d).

    ``Whitening`` does the same to other examples too, and says of ``x`` why it cannot be whitened.
    """
    centred = x - x.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred / (len(x) - 1))
    return np.asarray(centred @ axes / np.sqrt(variances))


def _principal(centred: Array) -> tuple[Array, Array]:
    """The variances Λ (d,), the largest first, and as rows the axes Vᵀ (d, d), the largest entry of each positive."""
    n, d = centred.shape
    _, s, axes = np.linalg.svd(centred, full_matrices=n < d)
    variances = np.zeros(d)
    variances[: len(s)] = s**2 / (n - 1)
    largest = np.abs(axes).argmax(axis=1)
    return variances, axes * np.sign(axes[np.arange(d), largest])[:, None]


def _as(like: Array, result: Array) -> Array:
    return result.astype(like.dtype, copy=False) if like.dtype.kind == "f" else result


def _check_settings(kind: str, eps: float, n: int) -> float:
    if kind not in ("pca", "zca"):
        raise ValueError(f"kind: expected 'pca' or 'zca', received {kind!r}.")
    if n < 2:
        raise ValueError(f"x: expected at least 2 examples, received {n}: one alone does not vary.")
    extra = check_number(eps, "eps")
    if extra < 0:
        raise ValueError(f"eps: expected 0 or a positive number, received {eps}: it is added to variances.")
    return extra


def _check_varied(x: Array, variances: Array) -> None:
    """Raises ValueError where the covariance of x (n, d) is singular, and says why."""
    n, d = x.shape
    constant = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if len(constant):
        named = ", ".join(map(str, constant[:5])) + (", …" if len(constant) > 5 else "")
        raise ValueError(
            f"x: {len(constant)} of {d} features do not vary (columns {named}). A variance of 0 cannot be scaled to 1, "
            "and they tell nothing: leave them out, x[:, np.ptp(x, axis=0) > 0], or pass an eps."
        )
    if n <= d:
        raise ValueError(
            f"x: {n} examples span at most {n - 1} of {d} dimensions; in the others there is no variance to scale. "
            "Take more examples, fewer features, or pass an eps."
        )
    rounding = n * np.finfo(x.dtype if x.dtype.kind == "f" else np.float64).eps
    if variances[-1] <= rounding**2 * variances[0]:
        raise ValueError(
            f"x: in some direction the variance is {variances[-1] / variances[0]:.1g} times the largest, which is "
            "rounding. Is a feature a sum or a multiple of others? Leave one of them out, or pass an eps. If scales "
            "differ that much, standardize the features first."
        )
