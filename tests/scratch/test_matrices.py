"""Rows, products and distances by axes, against loops and against NumPy and SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from dlcourse.scratch import matrices

SHAPES = [(2, 3, 4), (4, 1, 2), (1, 5, 1), (3, 3, 3)]


def draw(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


@pytest.mark.parametrize("shape", [(3, 4), (3, 3), (1, 2), (4, 1)])
def test_rows_get_length_1_and_keep_their_direction(shape):
    x = 50 * draw(*shape)
    found = matrices.normalize_rows(x)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1)
    np.testing.assert_allclose(found * np.linalg.norm(x, axis=1)[:, None], x)


@pytest.mark.parametrize(("m", "k", "n"), SHAPES)
def test_the_product_is_the_sum_of_its_terms(m, k, n):
    a, b = draw(m, k), draw(k, n)
    terms = matrices.outer_products(a, b)
    assert terms.shape == (k, m, n)
    for t in range(k):
        np.testing.assert_array_equal(terms[t], np.outer(a[:, t], b[t]))
        assert np.linalg.matrix_rank(terms[t]) == 1
    np.testing.assert_allclose(terms.sum(axis=0), a @ b, atol=1e-14)


@pytest.mark.parametrize(("n", "m", "d"), SHAPES)
def test_distances_are_those_of_scipy(n, m, d):
    x, y = draw(n, d), draw(m, d)
    np.testing.assert_allclose(matrices.pairwise_squared_distances(x, y), cdist(x, y, "sqeuclidean"), atol=1e-14)


def test_distances_far_from_0_keep_the_digits_that_the_expanded_square_loses():
    x = 1e8 + np.array([[0.0, 3.0], [4.0, 1.0]])
    y = x[:1]
    expanded = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    np.testing.assert_array_equal(matrices.pairwise_squared_distances(x, y), [[0.0], [20.0]])
    assert np.abs(expanded - [[0.0], [20.0]]).max() > 1


def test_float32_stays_float32_and_whole_numbers_become_float64():
    a = draw(2, 2).astype(np.float32)
    for found in (matrices.normalize_rows(a), matrices.outer_products(a, a), matrices.pairwise_squared_distances(a, a)):
        assert found.dtype == np.float32
    pixels = np.array([[200, 10], [3, 250]], dtype=np.uint8)  # their differences and products do not fit into a byte
    assert matrices.pairwise_squared_distances(pixels, pixels)[0, 1] == 197**2 + 240**2
    assert matrices.outer_products(pixels, pixels)[0, 0, 0] == 40000


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: matrices.normalize_rows([[0.0, 0.0], [1.0, 2.0]]), "row 0 holds only zeros"),
        (lambda: matrices.normalize_rows([1.0, 2.0]), "x: expected shape"),
        (lambda: matrices.outer_products(draw(3, 4), draw(3, 4)), "4 is not 3. Is one of them to be transposed"),
        (lambda: matrices.pairwise_squared_distances(draw(3, 4), draw(4, 2)), "y: expected shape"),
    ],
)
def test_errors_say_what_does_not_fit(call, said):
    with pytest.raises(ValueError, match=said):
        call()
