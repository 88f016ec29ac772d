"""Quadratic forms: what the eigenvalues say of them, against trying vectors and against forms made to order."""

import numpy as np
import pytest

from dlcourse.scratch import quadratics

# Made to order: eigenvalues -> what such a matrix is called.
KINDS = {
    (1.0, 2.0, 5.0): "positive definite",
    (0.0, 2.0, 5.0): "positive semi-definite",
    (-3.0, -2.0, -1.0): "negative definite",
    (-3.0, -2.0, 0.0): "negative semi-definite",
    (-1.0, 0.0, 2.0): "indefinite",
    (-1e-3, 1.0, 1.0): "indefinite",
}


def with_eigenvalues(values, seed=0):
    generator = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(generator.normal(size=(len(values), len(values))))
    return turned * values @ turned.T


def test_a_form_is_the_sum_over_all_pairs():
    generator = np.random.default_rng(1)
    matrix, v = generator.normal(size=(4, 4)), generator.normal(size=4)
    pairs = sum(matrix[i, j] * v[i] * v[j] for i in range(4) for j in range(4))
    assert quadratics.quadratic_form(matrix, v) == pytest.approx(pairs)
    assert quadratics.quadratic_form(quadratics.symmetric_part(matrix), v) == pytest.approx(pairs)
    assert quadratics.quadratic_form([[2, 1], [1, 3]], [1, -1]) == 3


def test_along_eigenvectors_a_form_is_a_sum_of_squares():
    matrix = with_eigenvalues((-1.0, 2.0, 7.0))
    values, vectors = quadratics.eigen(matrix)
    np.testing.assert_allclose(values, (-1, 2, 7))
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=1e-13)
    v = np.array([0.3, -2.0, 1.0])
    assert quadratics.quadratic_form(matrix, v) == pytest.approx((values * (vectors.T @ v) ** 2).sum())


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize("values", KINDS)
def test_signs_of_eigenvalues_decide_at_every_scale(values, scale):
    for seed in range(5):
        matrix = scale * with_eigenvalues(values, seed)
        assert quadratics.definiteness(matrix) == KINDS[values]
        assert quadratics.is_positive_semidefinite(matrix) == KINDS[values].startswith("positive")


@pytest.mark.parametrize("values", KINDS)
def test_forms_take_the_signs_that_the_word_says(values):
    matrix = with_eigenvalues(values)
    tried = np.random.default_rng(0).normal(size=(200, 3))
    forms = np.array([quadratics.quadratic_form(matrix, v) for v in [*tried, *quadratics.eigen(matrix)[1].T]])
    signs = {
        "positive definite": (forms > 0).all(),
        "positive semi-definite": (forms >= -1e-12).all(),
        "negative definite": (forms < 0).all(),
        "negative semi-definite": (forms <= 1e-12).all(),
        "indefinite": forms.min() < 0 < forms.max(),
    }
    assert signs[KINDS[values]]


def test_zeros_are_both_kinds_of_semi_definite_at_once():
    assert quadratics.definiteness(np.zeros((2, 2))) == "zero"
    assert quadratics.is_positive_semidefinite(np.zeros((2, 2)))


def test_gram_matrices_are_semi_definite_whatever_rounding_does():
    x = np.random.default_rng(3).normal(size=(12, 5)) * 1e3
    assert quadratics.definiteness(x.T @ x) == "positive definite"
    assert quadratics.definiteness(x @ x.T) == "positive semi-definite"


def test_without_symmetry_a_matrix_is_not_called_semi_definite():
    assert not quadratics.is_positive_semidefinite([[2, 1], [-1, 2]])
    assert not quadratics.is_positive_semidefinite([[1, -4], [0, 1]])
    assert quadratics.quadratic_form([[1, -4], [0, 1]], [1, 1]) == -2


def test_the_condition_number_is_numpy_s_and_the_square_of_the_ratio_of_the_axes():
    matrix = with_eigenvalues((0.5, 3.0, 50.0))
    assert quadratics.condition_number(matrix) == pytest.approx(100)
    assert quadratics.condition_number(matrix) == pytest.approx(np.linalg.cond(matrix))
    # On vᵀA v = 1 lie the points u_i / √λ_i.
    values, vectors = quadratics.eigen(matrix)
    ends = vectors / np.sqrt(values)
    assert [quadratics.quadratic_form(matrix, end) for end in ends.T] == pytest.approx([1, 1, 1])
    lengths = np.linalg.norm(ends, axis=0)
    assert lengths.max() / lengths.min() == pytest.approx(10)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: quadratics.definiteness([[1, 2], [3, 1]]),
            r"\[0, 1\] is 2 and entry \[1, 0\] is 3.*\(A \+ Aᵀ\)",
        ),
        (lambda: quadratics.quadratic_form([[1, 2, 3], [1, 2, 3]], [1, 2]), r"a square one.*received \(2, 3\)"),
        (lambda: quadratics.quadratic_form(np.eye(2), [1, 2, 3]), "v: expected shape"),
        (lambda: quadratics.eigen(np.zeros((0, 0))), "a square one"),
        (lambda: quadratics.is_positive_semidefinite([[np.nan]]), "finite"),
        (lambda: quadratics.definiteness([[1]], tolerance=-1), "tolerance: expected 0 or more"),
        (lambda: quadratics.condition_number([[1, 0], [0, 0]]), "positive semi-definite: κ"),
        (lambda: quadratics.condition_number([[1, 0], [0, -2]]), "this one is indefinite"),
    ],
)
def test_errors_say_what_was_expected(call, said):
    with pytest.raises(ValueError, match=said):
        call()
