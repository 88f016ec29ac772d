"""Principal components, against scikit-learn's, and against what they are said to be best at."""

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from dlcourse.scratch import components
from dlcourse.scratch.reconstruction import reconstruction_error


def examples(n=40, d=7, seed=0, dtype=np.float64):
    generator = np.random.default_rng(seed)
    return (generator.normal(size=(n, d)) @ generator.normal(size=(d, d)) + generator.normal(size=d)).astype(dtype)


@pytest.mark.parametrize(("n", "d", "k"), [(40, 7, 3), (7, 7, 6), (5, 9, 4), (30, 4, 4)])
def test_mean_axes_and_variances_are_those_of_scikit_learn(n, d, k):
    x = examples(n, d)
    ours, theirs = components.pca(x, k), PCA(k, svd_solver="full").fit(x)
    np.testing.assert_allclose(ours.mean, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(np.abs((ours.axes * theirs.components_).sum(axis=1)), 1, rtol=1e-12)
    np.testing.assert_allclose(ours.variances, theirs.explained_variance_, rtol=1e-10)
    expected = theirs.inverse_transform(theirs.transform(x))
    np.testing.assert_allclose(components.decode(ours, components.encode(ours, x)), expected, atol=1e-12)


def test_the_largest_entry_of_each_axis_is_positive():
    axes = components.pca(examples(), 5).axes
    assert (axes[np.arange(5), np.abs(axes).argmax(axis=1)] > 0).all()


def test_what_is_lost_is_the_variance_of_the_axes_left_out():
    x, k = examples(), 3
    found, everything = components.pca(x, k), components.pca(x, 7)
    error = reconstruction_error(components.decode(found, components.encode(found, x)), x)
    assert error == pytest.approx(everything.variances[k:].sum() * (len(x) - 1) / x.size)


def test_no_other_plane_loses_less():
    x, generator = examples(), np.random.default_rng(3)
    found = components.pca(x, 2)
    best = reconstruction_error(components.decode(found, components.encode(found, x)), x)
    for amount in (0.01, 0.1, 1.0):
        axes, _ = np.linalg.qr((found.axes + amount * generator.normal(size=found.axes.shape)).T)
        other = components.Components(found.mean, axes.T, found.variances)
        assert reconstruction_error(components.decode(other, components.encode(other, x)), x) > best


def test_float32_stays_float32():
    found = components.pca(examples(dtype=np.float32), 2)
    assert {found.mean.dtype, found.axes.dtype, found.variances.dtype} == {np.dtype(np.float32)}


def test_angles_are_those_of_scipy_and_0_for_another_basis_of_the_same_space():
    generator = np.random.default_rng(1)
    a, b = generator.normal(size=(3, 8)), generator.normal(size=(3, 8))
    angles = components.principal_angles(a, b)
    np.testing.assert_allclose(angles, np.sort(subspace_angles(a.T, b.T)), atol=1e-12)
    assert (np.diff(angles) >= 0).all()
    np.testing.assert_allclose(components.principal_angles(a, generator.normal(size=(3, 3)) @ a), 0, atol=1e-7)
    np.testing.assert_allclose(components.principal_angles([[1.0, 0.0]], [[1.0, 1.0]]), np.pi / 4, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: components.pca(np.zeros((4, 3)), 4), "k: 4 examples of 3 numbers have 3 components, received 4"),
        (lambda: components.pca(np.zeros((1, 3)), 1), "x: expected at least 2 examples"),
        (lambda: components.pca(np.full((3, 3), np.nan), 1), "x: expected finite numbers"),
        (lambda: components.principal_angles([[1, 0, 0]], [[1, 0]]), "b: expected shape"),
        (lambda: components.principal_angles([[1, 0], [2, 0]], [[1, 0], [0, 1]]), "a: expected 2 rows none of which"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
