"""Whitening: the covariance becomes the identity, for both kinds; what it does to regression; what is refused."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA

from dlcourse.scratch import linear_models
from dlcourse.scratch.newton import newton_minimize
from dlcourse.scratch.whitening import Whitening

KINDS = ["pca", "zca"]


def examples(n=60, d=4, seed=0, dtype=np.float64):
    """Correlated features of scales from 1 to 1000, off the origin."""
    generator = np.random.default_rng(seed)
    return (generator.normal(size=(n, d)) @ generator.normal(size=(d, d)) * np.geomspace(1, 1000, d) + 5).astype(dtype)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "d"), [(60, 4), (9, 8), (20, 1)])
def test_the_covariance_of_what_was_whitened_is_the_identity_and_its_mean_0(kind, n, d):
    x = examples(n, d)
    before = x.copy()
    z = Whitening.fit(x, kind).apply(x)
    np.testing.assert_allclose(np.cov(z, rowvar=False).reshape(d, d), np.eye(d), atol=1e-8)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("eps", [0.0, 0.5])
def test_undo_gives_back_what_was_whitened_also_for_other_examples(kind, eps):
    whitening, others = Whitening.fit(examples(), kind, eps), examples(seed=1)
    np.testing.assert_allclose(whitening.undo(whitening.apply(others)), others, rtol=1e-9)
    np.testing.assert_allclose(whitening.matrix @ whitening.inverse, np.eye(4), atol=1e-9)


def test_pca_whitening_is_that_of_scikit_learn_but_for_signs():
    x = examples()
    theirs = PCA(whiten=True, svd_solver="full").fit_transform(x)
    np.testing.assert_allclose(np.abs(Whitening.fit(x).apply(x)), np.abs(theirs), rtol=1e-7, atol=1e-9)


def test_of_all_whitenings_zca_stays_nearest_to_the_inputs():
    x = examples()
    centred = x - x.mean(axis=0)
    zca = Whitening.fit(x, "zca")
    np.testing.assert_allclose(zca.matrix, zca.matrix.T, atol=1e-12)
    best = ((zca.apply(x) - centred) ** 2).sum()
    generator = np.random.default_rng(2)
    for _ in range(20):
        turn, _ = np.linalg.qr(generator.normal(size=(4, 4)))
        z = zca.apply(x) @ turn  # a rotated whitening whitens too
        np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(4), atol=1e-8)
        assert ((z - centred) ** 2).sum() > best


def test_the_order_of_pca_is_by_variance_and_its_signs_do_not_depend_on_chance():
    whitening = Whitening.fit(examples())
    assert (np.diff(np.linalg.norm(whitening.matrix, axis=1)) > 0).all()  # the largest variance has the smallest factor
    assert (whitening.matrix[np.arange(4), np.abs(whitening.matrix).argmax(axis=1)] > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_with_eps_a_variance_becomes_its_share_of_itself_and_eps(kind):
    x = examples()
    z = Whitening.fit(x, kind, eps=2.0).apply(x)
    variances = np.linalg.eigvalsh(np.cov(x, rowvar=False))
    np.testing.assert_allclose(np.linalg.eigvalsh(np.cov(z, rowvar=False)), variances / (variances + 2), rtol=1e-8)


def test_real_features_of_very_different_scales_are_whitened():
    x = load_breast_cancer().data
    z = Whitening.fit(x).apply(x)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(x.shape[1]), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_on_whitened_inputs_one_step_of_gradient_descent_is_newtons_and_arrives(kind):
    x = examples()
    y = x @ [0.3, -1.0, 0.02, 0.001] + np.random.default_rng(3).normal(size=len(x))
    z, target, n = Whitening.fit(x, kind).apply(x), y - y.mean(), len(x)
    hessian = z.T @ z / n
    np.testing.assert_allclose(hessian, (n - 1) / n * np.eye(4), atol=1e-9)
    by_gradient = n / (n - 1) * z.T @ target / n  # from 0, at the rate 1 over the curvature
    by_newton = newton_minimize(lambda w: z.T @ (z @ w - target) / n, lambda w: hessian, np.zeros(4), 1)[-1]
    np.testing.assert_allclose(by_gradient, by_newton, atol=1e-9)
    weights, bias = linear_models.solve_least_squares(x, y)
    np.testing.assert_allclose(z @ by_gradient + y.mean(), x @ weights + bias, atol=1e-7)


def test_dtypes():
    whitening = Whitening.fit(examples(dtype=np.float32))
    assert whitening.apply(examples(dtype=np.float32)).dtype == np.float32
    assert whitening.matrix.dtype == np.float64
    assert Whitening.fit(np.arange(12).reshape(6, 2) ** 2).apply([[1, 2]]).dtype == np.float64


def test_with_eps_fewer_examples_than_features_and_constant_features_are_let_pass():
    x = np.column_stack([examples(3, 4), np.ones(3)])
    z = Whitening.fit(x, "zca", eps=0.1).apply(x)
    assert np.isfinite(z).all()
    np.testing.assert_allclose(z[:, 4], 0, atol=1e-9)


X = examples()


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.column_stack([X, np.full(60, 0.1)]), {}, r"1 of 5 features do not vary \(columns 4\).*leave them out"),
        (
            np.column_stack([X, X[:, 0] + X[:, 1]]),
            {},
            "in some direction the variance is .*sum or a multiple of others",
        ),
        (np.column_stack([X, 1e-15 * np.random.default_rng(0).normal(size=60)]), {}, "standardize the features first"),
        (X[:4], {}, "4 examples span at most 3 of 4 dimensions"),
        (X[:1], {"eps": 1.0}, "at least 2 examples, received 1"),
        (X[0], {}, r"x: expected shape \(n, d\), received \(4,\).*x\[None, :\]"),
        (np.where(np.arange(4) == 1, np.nan, X), {}, r"x\[0, 1\] is nan"),
        (X, {"eps": -1}, "eps: expected 0 or a positive number, received -1"),
        (X, {"kind": "cholesky"}, "kind: expected 'pca' or 'zca', received 'cholesky'"),
    ],
)
def test_what_cannot_be_whitened_is_refused_with_the_cause(x, options, message):
    with pytest.raises(ValueError, match=message):
        Whitening.fit(x, **options)


def test_other_features_than_those_of_the_fit_are_refused():
    with pytest.raises(ValueError, match=r"x: expected shape \(n, 4\), received \(60, 3\)"):
        Whitening.fit(X).apply(X[:, :3])
    with pytest.raises(ValueError, match=r"z: expected shape \(n, 4\), received \(60, 3\)"):
        Whitening.fit(X).undo(X[:, :3])
