"""Polynomial bases against NumPy's own; the fit against polyfit and scikit-learn's ridge; what conditioning does."""

import numpy as np
import pytest
from numpy.polynomial import legendre as numpy_legendre
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from dlcourse.scratch.polynomials import PolynomialRegression, legendre, monomials

GRID = np.linspace(-1, 1, 200)


def noisy_sine(n=20, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.uniform(2, 5, size=n)  # far from [-1, 1]
    return x, np.sin(3 * x) + 0.2 * generator.normal(size=n)


def test_bases_are_those_of_numpy_without_the_constant():
    np.testing.assert_allclose(monomials(GRID, 6), np.vander(GRID, 7, increasing=True)[:, 1:], atol=1e-14)
    np.testing.assert_allclose(legendre(GRID, 12), numpy_legendre.legvander(GRID, 12)[:, 1:], atol=1e-12)
    assert monomials(np.float32([1, 2]), 2).dtype == legendre(np.float32([1, 2]), 3).dtype == np.float64
    np.testing.assert_array_equal(monomials([2, 3], 2), [[2, 4], [3, 9]])


def test_powers_are_badly_conditioned_and_legendre_is_not():
    conditions = {
        basis: [np.linalg.cond(np.column_stack([np.ones(200), basis(GRID, degree)])) for degree in (5, 10, 20)]
        for basis in (monomials, legendre)
    }
    assert conditions[monomials][1] > 1e3
    assert conditions[monomials][2] > 1e7
    assert max(conditions[legendre]) < 10


@pytest.mark.parametrize("basis", ["legendre", "monomials"])
@pytest.mark.parametrize("degree", [1, 4, 9])
def test_without_penalty_both_bases_give_the_least_squares_polynomial(basis, degree):
    x, y = noisy_sine()
    between = np.linspace(x.min(), x.max(), 50)
    expected = np.polynomial.Polynomial.fit(x, y, degree)(between)
    np.testing.assert_allclose(
        PolynomialRegression(degree, basis=basis).fit(x, y).predict(between), expected, rtol=1e-6
    )


def test_with_a_penalty_it_is_ridge_regression_on_standardized_powers():
    x, y = noisy_sine()
    scaled = (x - (x.max() + x.min()) / 2) / (np.ptp(x) / 2)
    theirs = make_pipeline(PolynomialFeatures(6, include_bias=False), StandardScaler(), Ridge(alpha=0.1 * len(x)))
    expected = theirs.fit(scaled[:, None], y).predict(scaled[:, None])
    mine = PolynomialRegression(6, penalty=0.1, basis="monomials").fit(x, y).predict(x)
    np.testing.assert_allclose(mine, expected, rtol=1e-8)
    other = PolynomialRegression(6, penalty=0.1, basis="legendre").fit(x, y).predict(x)
    assert np.abs(other - mine).max() > 0.01  # it depends on the basis


def test_from_n_coefficients_on_the_curve_passes_through_all_examples():
    x, y = noisy_sine(8)
    for degree in (7, 12):
        np.testing.assert_allclose(PolynomialRegression(degree).fit(x, y).predict(x), y, atol=1e-6)
    assert np.abs(PolynomialRegression(6).fit(x, y).predict(x) - y).max() > 1e-3


def test_degree_0_is_the_mean():
    x, y = noisy_sine()
    np.testing.assert_allclose(PolynomialRegression(0).fit(x, y).predict([0.0, 9.0]), y.mean())


def test_neither_scale_nor_origin_of_the_input_matters():
    x, y = noisy_sine()
    one = PolynomialRegression(8, penalty=0.01).fit(x, y).predict(x)
    other = PolynomialRegression(8, penalty=0.01).fit(1000 * x - 5, y).predict(1000 * x - 5)
    np.testing.assert_allclose(one, other, rtol=1e-8)


def test_points_that_make_a_column_constant_are_let_pass():
    fit = PolynomialRegression(2, basis="monomials").fit([0.0, 2.0], [1.0, 3.0])  # x² is 1 at both ends
    np.testing.assert_allclose(fit.predict([0.0, 1.0, 2.0]), [1, 2, 3])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: PolynomialRegression(-1), ValueError, "degree: expected a whole number of at least 0, received -1"),
        (lambda: PolynomialRegression(2.5), TypeError, "degree: expected a whole number"),
        (lambda: PolynomialRegression(2, penalty=-1), ValueError, "negative penalty rewards large weights"),
        (lambda: PolynomialRegression(2, basis="fourier"), ValueError, "basis: expected 'legendre' or 'monomials'"),
        (lambda: PolynomialRegression(2).fit([3, 3], [1, 2]), ValueError, "all 2 are 3"),
        (lambda: PolynomialRegression(2).fit([1, 2], [1, 2, 3]), ValueError, "same number of examples"),
        (lambda: PolynomialRegression(2).fit([[1], [2]], [1, 2]), ValueError, r"inputs\[:, 0\]"),
        (lambda: PolynomialRegression(2).predict([1.0]), ValueError, "call fit first"),
        (lambda: monomials([1.0], 0), ValueError, "degree: expected a whole number of at least 1"),
    ],
)
def test_bad_input_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()
