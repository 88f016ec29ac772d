"""What a polynomial with a penalty makes of targets: a linear map, so that its errors are known without drawing any.

The inputs stay where they are, and only the noise is drawn. The fit is then ŷ = H y with H (n, n) the same for every
draw, and the mean over all draws of each error is a sum of squares of H. Source: Hastie, Tibshirani and Friedman
(2009), sections 3.4.1, 5.4.1 and 7.3.
"""

from typing import NamedTuple

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.polynomials import legendre

TINY = 1e-12  # of the largest singular value: smaller ones are rounding
_NODES, _SHARES = np.polynomial.legendre.leggauss(40)  # exact means over [−1, 1] of polynomials up to degree 79
_SHARES = _SHARES / 2


def truth(x: Array) -> Array:
    """sin(π x): what lies below the noise."""
    return np.asarray(np.sin(np.pi * x))


def places(count: int) -> Array:
    """−1, 1, 0, −1/2, 1/2, −3/4, …: the first ``count`` ≥ 2 of a sequence that halves all gaps, then again: (count,).

    Source: van der Corput (1935).
    """
    gaps = np.arange(count, dtype=np.float64)[1:-1]
    level = 2 ** np.floor(np.log2(np.maximum(gaps, 1)))
    return np.concatenate([[-1.0, 1.0], -1 + (2 * (gaps - level) + 1) / level])[:count]


class Errors(NamedTuple):
    """Mean squared errors of one fit, and their means over all draws of the noise."""

    training: float
    test: float
    mean_training: float
    mean_test: float
    bias: float  # squared
    variance: float


class Smoother:
    """A polynomial of a ``degree`` with the ``penalty`` α, on inputs x (n,) that reach from −1 to 1, for any targets.

    It is ``polynomials.PolynomialRegression`` with Legendre's basis. The standardized columns are U S Vᵀ; the centred
    targets are multiplied by s²/(s² + nα) along each column of U.
    """

    def __init__(self, x: Array, degree: int, penalty: float) -> None:
        self.x, self.degree = x, degree
        columns = self._raw(x)
        self._middle, spread = columns.mean(axis=0), columns.std(axis=0)
        self._spread = np.where(np.ptp(columns, axis=0) > 0, spread, 1.0)
        u, s, vt = np.linalg.svd((columns - self._middle) / self._spread, full_matrices=False)
        kept = s > TINY * s[:1].sum()
        self._u, self._s, self._vt = u[:, kept], s[kept], vt[kept]
        self._factors = self._s**2 / (self._s**2 + len(x) * penalty)

    def _raw(self, x: Array) -> Array:
        return legendre(x, self.degree) if self.degree else np.empty((len(x), 0))

    def _along(self, x: Array) -> Array:
        """What targets along U are multiplied by for the curve at x (m,): (m, k)."""
        columns = (self._raw(x) - self._middle) / self._spread
        return np.asarray(columns @ self._vt.T * (self._factors / self._s))

    def curves(self, x: Array, targets: Array) -> Array:
        """The fits at x (m,) to each column of ``targets`` (n, draws): (m, draws)."""
        mean = targets.mean(axis=0)
        return np.asarray(mean + self._along(x) @ (self._u.T @ (targets - mean)))

    def errors(self, targets: Array, sigma: float) -> Errors:
        """The errors of the fit to ``targets`` (n,), on them and on all new examples; noise has deviation ``sigma``.

        x of a new example lies anywhere between −1 and 1, evenly. With H = 1/n + U F Uᵀ, F the diagonal matrix of the
        factors and f the truth at x, the mean training error is (‖(I − H) f‖² + σ² tr (I − H)²)/n, and the mean test
        error is σ² + bias² + variance.
        """
        n = len(self.x)
        both = np.column_stack([targets, truth(self.x)])
        training, clean = ((both - self.curves(self.x, both)) ** 2).mean(axis=0)
        test, bias = _SHARES @ (self.curves(_NODES, both) - truth(_NODES)[:, None]) ** 2
        noise_left = max(0.0, n - 1 - float((2 * self._factors - self._factors**2).sum()))  # tr (I − H)²
        variance = sigma**2 * float(_SHARES @ (1 / n + (self._along(_NODES) ** 2).sum(axis=1)))
        return Errors(
            training=float(training),
            test=float(sigma**2 + test),
            mean_training=float(clean + sigma**2 * noise_left / n),
            mean_test=float(sigma**2 + bias + variance),
            bias=float(bias),
            variance=variance,
        )
