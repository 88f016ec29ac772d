"""Ridge and lasso: against scikit-learn, against each other, and against the conditions that a minimum fulfils."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from dlcourse import datasets
from dlcourse.scratch import estimators, linear_models, shrinkage
from dlcourse.scratch.shrinkage import (
    NotConvergedWarning,
    lasso_by_coordinate_descent,
    lasso_by_proximal_steps,
    lasso_loss,
    lasso_path,
    lasso_violation,
    ridge_path,
    soft_threshold,
)

SOLVERS = [lasso_by_coordinate_descent, lasso_by_proximal_steps]


def correlated(n=40, d=6, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, d)) + 0.7 * generator.normal(size=(n, 1)) + 3
    return x, x @ np.r_[3.0, -2.0, np.zeros(d - 2)] + 5 + generator.normal(size=n)


def diabetes():
    train = datasets.load("diabetes").train
    x = train.inputs.astype(float)
    return (x - x.mean(axis=0)) / x.std(axis=0), train.labels.astype(float)


# --- L2


@pytest.mark.parametrize(("n", "d"), [(40, 6), (5, 8)])
def test_ridge_path_is_ridge_regression_at_each_penalty(n, d):
    x, y = correlated(n, d)
    penalties = [1.0, 0.01, 100.0]
    weights, biases = ridge_path(x, y, penalties)
    for row, penalty in enumerate(penalties):
        theirs = Ridge(alpha=n * penalty).fit(x, y)
        np.testing.assert_allclose(weights[row], theirs.coef_, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(biases[row], theirs.intercept_)
        mine, bias = linear_models.solve_least_squares(x, y, penalty)
        np.testing.assert_allclose(np.append(weights[row], biases[row]), np.append(mine, bias), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("repeated", [False, True])
def test_ridge_path_at_penalty_0_is_the_shortest_least_squares_solution(repeated):
    x, y = correlated(12, 3)
    x = np.column_stack([x, x[:, 0], np.ones(12)]) if repeated else x
    weights, biases = ridge_path(x, y, [0.0])
    expected, bias = linear_models.solve_least_squares(x, y)
    np.testing.assert_allclose(np.append(weights, biases), np.append(expected, bias), atol=1e-9)


def test_each_direction_shrinks_by_its_own_factor():
    x, y = correlated()
    eigenvalues, axes = np.linalg.eigh(np.cov(x, rowvar=False, bias=True))
    (free, held), _ = ridge_path(x, y, [0.0, 0.3])
    factors = (held @ axes / (free @ axes))[::-1]
    np.testing.assert_allclose(factors, shrinkage.shrinkage_factors(x, 0.3))
    np.testing.assert_allclose(factors, (eigenvalues / (eigenvalues + 0.3))[::-1])


def test_factors_sum_to_the_trace_of_the_matrix_that_gives_the_predictions():
    x, _ = correlated()
    n, centred = len(x), x - x.mean(axis=0)
    hat = centred @ np.linalg.solve(centred.T @ centred + n * 0.3 * np.eye(6), centred.T)
    assert shrinkage.shrinkage_factors(x, 0.3).sum() == pytest.approx(np.trace(hat))
    np.testing.assert_allclose(shrinkage.shrinkage_factors(x, 0), 1)
    constant = np.column_stack([x, np.ones(n)])
    np.testing.assert_array_equal(shrinkage.shrinkage_factors(constant, 0), [1] * 6 + [0])
    assert shrinkage.shrinkage_factors(x[:3], 0.0).tolist() == [1, 1, 0, 0, 0, 0]


def test_with_l2_the_weights_become_shorter_and_none_becomes_0():
    x, y = diabetes()
    weights, _ = ridge_path(x, y, np.geomspace(1e-3, 1e3, 20))
    assert (weights != 0).all()
    assert (np.diff((weights**2).sum(axis=1)) < 0).all()  # the length always falls, not so each weight


# --- soft threshold


def test_soft_threshold_is_where_its_function_is_least():
    grid = np.linspace(-4, 4, 8001)
    for v in (-3.0, -0.5, 0.0, 0.4, 2.0):
        for t in (0.0, 0.5, 1.0):
            least = grid[((grid - v) ** 2 / 2 + t * np.abs(grid)).argmin()]
            assert soft_threshold(v, t) == pytest.approx(least, abs=1e-3)


def test_soft_threshold_keeps_shape_and_dtype():
    np.testing.assert_array_equal(soft_threshold([[-3, 1], [0, 2]], 1), [[-2, 0], [0, 1]])
    assert soft_threshold(np.float32([1.5, 0.1]), 0.5).dtype == np.float32


# --- L1


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize("share", [0.9, 0.3, 0.01])
def test_lasso_is_that_of_scikit_learn(solve, share):
    for x, y in (correlated(), correlated(6, 9), diabetes()):
        penalty = share * shrinkage.largest_lasso_penalty(x, y)
        theirs = Lasso(alpha=penalty, tol=1e-14, max_iter=1_000_000).fit(x, y)
        weights, bias = solve(x, y, penalty)
        np.testing.assert_allclose(weights, theirs.coef_, atol=1e-6)
        assert bias == pytest.approx(theirs.intercept_, abs=1e-5)
        np.testing.assert_array_equal(weights == 0, theirs.coef_ == 0)  # exactly 0, at the same places
        assert lasso_violation(x, y, weights, penalty) < 1e-6


@pytest.mark.parametrize("solve", SOLVERS)
def test_no_other_weights_have_a_smaller_loss(solve):
    x, y = correlated()
    weights, bias = solve(x, y, 0.5)
    least = lasso_loss(x, y, weights, bias, 0.5)
    generator = np.random.default_rng(1)
    for size in (1e-3, 0.1):
        for _ in range(50):
            other = weights + size * generator.normal(size=6)
            assert lasso_loss(x, y, other, float(np.mean(y - x @ other)), 0.5) > least


@pytest.mark.parametrize("solve", SOLVERS)
def test_from_the_largest_penalty_on_all_weights_are_0_and_just_below_it_one_is_not(solve):
    x, y = correlated()
    largest = shrinkage.largest_lasso_penalty(x, y)
    weights, bias = solve(x, y, largest * (1 + 1e-9))
    assert (weights == 0).all()
    assert bias == pytest.approx(y.mean())
    assert (solve(x, y, 0.99 * largest)[0] != 0).sum() == 1


def test_where_the_covariance_is_the_identity_lasso_thresholds_the_least_squares_weights():
    x, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(30, 4)) - 0)
    x = np.linalg.qr(x - x.mean(axis=0))[0] * np.sqrt(30)
    y = x @ [2.0, -0.5, 0.1, 0.0] + np.random.default_rng(1).normal(size=30)
    free, _ = linear_models.solve_least_squares(x, y)
    np.testing.assert_allclose(lasso_by_coordinate_descent(x, y, 0.4)[0], soft_threshold(free, 0.4), atol=1e-8)
    np.testing.assert_allclose(ridge_path(x, y, [0.4])[0][0], free / 1.4, atol=1e-12)


@pytest.mark.parametrize("solve", SOLVERS)
def test_without_a_penalty_it_is_least_squares_and_a_start_is_not_changed(solve):
    x, y = correlated()
    start = np.ones(6)
    weights, bias = solve(x, y, 0.0, start=start)
    expected, expected_bias = linear_models.solve_least_squares(x, y)
    np.testing.assert_allclose(np.append(weights, bias), np.append(expected, expected_bias), atol=1e-5)
    np.testing.assert_array_equal(start, 1)


def test_lasso_path_gives_each_penalty_its_lasso_in_the_order_asked_for():
    x, y = diabetes()
    penalties = np.array([0.1, 30.0, 2.0])
    weights, biases = lasso_path(x, y, penalties)
    for row, penalty in enumerate(penalties):
        alone, bias = lasso_by_coordinate_descent(x, y, penalty)
        np.testing.assert_allclose(np.append(weights[row], biases[row]), np.append(alone, bias), atol=1e-5)
    assert ((weights != 0).sum(axis=1)[[1, 2, 0]] == np.sort((weights != 0).sum(axis=1))).all()


@pytest.mark.parametrize("solve", SOLVERS)
def test_features_and_targets_that_do_not_vary_get_weight_0(solve):
    x, y = correlated()
    constant = np.column_stack([x, np.full(40, 0.1)])  # 0.1 minus the mean of 40 such is not quite 0
    assert solve(constant, y, 0.1, start=np.ones(7))[0][6] == 0
    assert abs(solve(constant, y, 0.0)[0][6]) == 0
    weights, bias = solve(x, np.full(40, 2.5), 0.1)
    assert (weights == 0).all()
    assert bias == 2.5


@pytest.mark.parametrize(("solve", "option"), [(SOLVERS[0], "sweeps"), (SOLVERS[1], "steps")])
def test_an_iteration_that_is_cut_short_warns(solve, option):
    x, y = correlated()
    with pytest.warns(NotConvergedWarning, match=f"not arrived after 2 {option}"):
        solve(x, y, 0.1, **{option: 2})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solve(x, y, 0.1)


X, Y = correlated()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: lasso_by_coordinate_descent(X, Y, -1), ValueError, "a negative penalty rewards large weights"),
        (lambda: lasso_by_coordinate_descent(X, Y[:9], 1), ValueError, "inputs has 40, targets has 9"),
        (lambda: lasso_by_coordinate_descent(X, Y, 1, start=[0.0]), ValueError, r"start: expected shape \(6,\)"),
        (lambda: lasso_by_coordinate_descent(X, Y, 1, tolerance=0), ValueError, "tolerance: expected a positive"),
        (lambda: lasso_by_proximal_steps(X, Y, 1, learning_rate=5), ValueError, "2/λ_max"),
        (lambda: lasso_by_proximal_steps(X, Y, 1, learning_rate=0), ValueError, "learning_rate: expected a positive"),
        (lambda: lasso_path(X, Y, [1, -1]), ValueError, r"penalties\[1\] is -1"),
        (lambda: ridge_path(X, Y, 1.0), ValueError, r"penalties: expected shape \(n,\)"),
        (lambda: soft_threshold([1.0], -1), ValueError, "threshold: expected 0 or more, received -1"),
        (lambda: lasso_violation(X, Y, [1.0], 1), ValueError, r"weights: expected shape \(6,\)"),
    ],
)
def test_bad_input_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_estimator_is_the_lasso_in_the_dtype_of_its_inputs():
    fit = estimators.Lasso(0.5).fit(X.astype(np.float32), Y)
    weights, bias = lasso_by_coordinate_descent(X.astype(np.float32), Y, 0.5)
    np.testing.assert_allclose(fit.weights_, weights, rtol=1e-6)
    assert fit.predict(X.astype(np.float32)).dtype == np.float32
    np.testing.assert_allclose(fit.predict(X), X @ weights + bias, rtol=1e-5)
    with pytest.raises(ValueError, match="This Lasso has no weights yet"):
        estimators.Lasso(0.5).predict(X)
