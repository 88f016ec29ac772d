"""Polynomials of one input: a linear model of powers, in two bases, and how far rounding spoils each.

A polynomial of degree p is ŷ = b + w₁ φ₁(x) + … + w_p φ_p(x), linear in its weights. The functions φⱼ may be the powers
xʲ (``monomials``) or Legendre's polynomials (``legendre``): both reach the same curves, so that without a penalty the
fit is the same. What differs is the conditioning. On [−1, 1] high powers are nearly parallel to each other, and the
condition number of the matrix of columns grows exponentially with p; Legendre's polynomials are orthogonal over
[−1, 1], and it stays small where the points lie evenly and are many. With a penalty on the weights the fit depends on
the basis: it is then the weights of *these* functions that are held small. Source: Trefethen (2013), "Approximation
theory and approximation practice", chapters 17 and 18.
"""

from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.linear_models import check_penalty, solve_least_squares
from dlcourse.validation import check_count, check_regression_data, check_vector

Basis = Literal["legendre", "monomials"]


def monomials(x: ArrayLike, degree: int) -> Array:
    """The powers x, x², …, x^degree as columns: (n,) -> (n, degree) float64. The constant is the bias of the model."""
    points = check_vector(x, "x").astype(np.float64)
    return np.asarray(points[:, None] ** np.arange(1, check_count(degree, "degree") + 1))


def legendre(x: ArrayLike, degree: int) -> Array:
    """Legendre's polynomials P₁(x), …, P_degree(x) as columns: (n,) -> (n, degree) float64, for x in [−1, 1].

    P₀ = 1, P₁ = x, and (k + 1) P_{k+1} = (2k + 1) x P_k − k P_{k−1} (Bonnet's recursion). Outside [−1, 1] they grow
    as fast as powers do.
    """
    points, columns = check_vector(x, "x").astype(np.float64), check_count(degree, "degree")
    before, table = np.ones_like(points), [points]
    for k in range(1, columns):
        before, after = table[-1], ((2 * k + 1) * points * table[-1] - k * before) / (k + 1)
        table.append(after)
    return np.column_stack(table)


BASES = {"legendre": legendre, "monomials": monomials}


class PolynomialRegression:
    """ŷ = b + Σⱼ wⱼ φⱼ(x) of a ``degree`` p, fitted by least squares with an L2 ``penalty``, for one input x.

    ``fit`` maps the range of its examples to [−1, 1] and standardizes each column by its mean and standard deviation
    over these examples, so that the penalty weighs all columns alike; ``predict`` uses the same range, means and
    deviations. At degree n − 1 one curve passes through all n examples, from degree n on many do, and of these penalty
    0 takes the one with the shortest weights. basis: "legendre" or "monomials", see above.
    """

    def __init__(self, degree: int, penalty: float = 0.0, basis: Basis = "legendre") -> None:
        self.degree, self.penalty, self.basis = check_count(degree, "degree", low=0), check_penalty(penalty), basis
        if basis not in BASES:
            raise ValueError(f"basis: expected 'legendre' or 'monomials', received {basis!r}.")

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> Self:
        """Finds ``weights_`` (degree,), of the standardized columns, and ``bias_``. inputs, targets: (n,), n ≥ 2.

        Raises ValueError for other shapes, numbers that are not finite, and inputs that are all equal.
        """
        x = check_vector(inputs, "inputs").astype(np.float64)
        check_regression_data(x[:, None], targets)
        self._middle, self._half = (x.max() + x.min()) / 2, (x.max() - x.min()) / 2
        if self._half == 0:
            raise ValueError(f"inputs: expected at least two different numbers, but all {len(x)} are {x[0]:g}.")
        columns = self._columns(x)
        self._mean = columns.mean(axis=0)
        self._deviation = np.where(np.ptp(columns, axis=0) > 0, columns.std(axis=0), 1.0)
        self.weights_, self.bias_ = solve_least_squares(self._standardized(columns), targets, self.penalty)
        return self

    def predict(self, inputs: ArrayLike) -> Array:
        """The curve at other inputs: (m,) -> (m,), float64. Beyond the range of the fit it goes where powers go."""
        if not hasattr(self, "weights_"):
            raise ValueError("This PolynomialRegression has no weights yet: call fit first, with inputs and targets.")
        columns = self._columns(check_vector(inputs, "inputs").astype(np.float64))
        return np.asarray(self._standardized(columns) @ self.weights_ + self.bias_)

    def _columns(self, x: Array) -> Array:
        if self.degree == 0:
            return np.empty((len(x), 0))
        return BASES[self.basis]((x - self._middle) / self._half, self.degree)

    def _standardized(self, columns: Array) -> Array:
        return np.asarray((columns - self._mean) / self._deviation)
