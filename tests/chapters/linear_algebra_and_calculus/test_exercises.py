"""What readers of chapter 2 are told of right answers in another style, and of wrong ones that are not listed."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from dlcourse.chapters.linear_algebra_and_calculus import exercises
from dlcourse.chapters.linear_algebra_and_calculus.exercises.broadcast_sizes import NAMES
from dlcourse.scratch import quadratics


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def rows_by_norm(x):
    return x / np.linalg.norm(x, axis=1)[:, None]


def rows_in_loops(x):
    return np.array([[entry / sum(other**2 for other in row) ** 0.5 for entry in row] for row in x.astype(float)])


def terms_in_a_list(a, b):
    return np.array([np.outer(a[:, t], b[t]) for t in range(len(b))])


def terms_by_einsum(a, b):
    return np.einsum("it,tj->tij", a, b)


def terms_by_matmul(a, b):
    return np.stack([a[:, t : t + 1] @ b[t : t + 1] for t in range(len(b))])


def distances_in_loops(x, y):
    return np.array([[float(((p - q) ** 2).sum()) for q in y] for p in x])


def distances_by_scipy(x, y):
    return cdist(x, y) ** 2


def distances_other_way_round(x, y):
    return ((y - x[:, np.newaxis]) ** 2).sum(-1)


def jacobian_in_a_table(function, point, step):
    x = np.array(point, float)
    table = np.zeros((len(function(x)), len(x)))
    for j in range(len(x)):
        move = np.zeros(len(x))
        move[j] = step
        table[:, j] = (function(x + move) - function(x - move)) / (2 * step)
    return table


def jacobian_transposed_twice(function, point, step):
    moves = step * np.eye(len(point))
    return np.array([(function(point + move) - function(point - move)) / step / 2 for move in moves]).T


def semidefinite_by_allclose(matrix):
    size = abs(matrix).max()
    symmetric = np.allclose(matrix, matrix.T, rtol=0, atol=1e-10 * size)
    return symmetric and np.all(np.linalg.eigvalsh(matrix) >= -1e-10 * size)


def semidefinite_by_eigenvalues_of_any_matrix(matrix):
    values = np.linalg.eigvals(matrix)
    slack = 1e-10 * np.abs(matrix).max()
    return bool((abs(matrix - matrix.T) <= slack).all() and (values.real >= -slack).all())


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.normalize_rows, rows_by_norm),
        (exercises.normalize_rows, rows_in_loops),
        (exercises.outer_products, terms_in_a_list),
        (exercises.outer_products, terms_by_einsum),
        (exercises.outer_products, terms_by_matmul),
        (exercises.pairwise_squared_distances, distances_in_loops),
        (exercises.pairwise_squared_distances, distances_by_scipy),
        (exercises.pairwise_squared_distances, distances_other_way_round),
        (exercises.numerical_jacobian, jacobian_in_a_table),
        (exercises.numerical_jacobian, jacobian_transposed_twice),
        (exercises.is_positive_semidefinite, semidefinite_by_allclose),
        (exercises.is_positive_semidefinite, semidefinite_by_eigenvalues_of_any_matrix),
    ],
)
def test_other_ways_are_right_answers(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def test_shapes_of_the_question_are_those_that_numpy_gives():
    shapes = {"a": (4, 1, 3), "b": (2, 3), "c": (3,), "d": (4, 2), "e": (50, 1), "f": (50,)}
    arrays = {name: np.zeros(shape) for name, shape in shapes.items()}
    sizes = {}
    for name in NAMES:
        try:
            sizes[name] = eval(name, arrays).size
        except ValueError:
            sizes[name] = 0
    assert sizes == exercises.broadcast_sizes.answer
    assert all(f"`{name}` {shape}" in exercises.broadcast_sizes.task for name, shape in shapes.items())


def test_writing_into_the_table_is_refused():
    def in_place(x):
        if x.dtype.kind == "f":
            x /= np.linalg.norm(x, axis=1, keepdims=True)
            return x
        return rows_by_norm(x)

    verdict = exercises.normalize_rows.examine(in_place)
    assert not verdict.passed
    assert verdict.mistake is None
    assert "chang" in verdict.message


def test_an_answer_that_never_says_no_or_yes_is_no_listed_mistake():
    for always in (True, False):
        verdict = exercises.is_positive_semidefinite.examine(lambda matrix, always=always: always)
        assert (verdict.status, verdict.mistake) == ("not yet", None)


def test_a_word_for_the_kind_of_matrix_is_not_taken_for_a_truth_value():
    def named(matrix):
        return "yes" if quadratics.is_positive_semidefinite(matrix) else "no"

    assert exercises.is_positive_semidefinite.examine(named).status == "not yet"


def symmetric_but_for(close, slack):
    def answer(matrix):
        return bool(close(matrix, matrix.T) and (np.linalg.eigvalsh(matrix) >= -slack * abs(matrix).max()).all())

    return answer


def by_trace_and_determinant(matrix):
    slack = 1e-10 * abs(matrix).max()
    symmetric = (abs(matrix - matrix.T) <= slack).all()
    return bool(symmetric and np.trace(matrix) >= -slack and np.linalg.det(matrix) >= -slack)


@pytest.mark.parametrize(
    "answer",
    [symmetric_but_for(np.allclose, 1e-10), symmetric_but_for(np.allclose, 1e-6), by_trace_and_determinant],
)
def test_a_slack_that_is_too_large_and_a_rule_for_two_rows_are_refused_and_not_taken_for_something_else(answer):
    verdict = exercises.is_positive_semidefinite.examine(answer)
    assert (verdict.status, verdict.mistake) == ("not yet", None)
