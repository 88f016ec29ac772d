"""The picture of least squares as a projection tells what the library computes."""

import numpy as np
import pytest

from dlcourse import plots
from dlcourse.chapters.linear_regression import pictures
from dlcourse.scratch import linear_models


@pytest.mark.parametrize(("x", "y"), [([0, 1, 2], [0, 4, 2]), ([3, -1, 2.5], [1, 0, -2])])
def test_columns_are_taken_apart_into_perpendicular_axes_and_a_triangle(x, y):
    q, r = pictures.columns_of(np.array(x, dtype=float))
    np.testing.assert_allclose(q @ r, np.column_stack([np.ones(3), x]), atol=1e-12)
    np.testing.assert_allclose(q.T @ q, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(q[:, 0], 1 / np.sqrt(3))
    assert r[1, 0] == pytest.approx(0)
    assert r[1, 1] > 0
    weights, bias = linear_models.solve_least_squares(np.array(x, dtype=float)[:, None], y)
    np.testing.assert_allclose(np.linalg.solve(r, q.T @ np.array(y)), [bias, weights[0]])


def test_the_words_tell_line_errors_and_coordinates():
    told = plots.alternative_text(pictures.projection([0, 1, 2], [0, 4, 2]))
    weights, bias = linear_models.solve_least_squares([[0], [1], [2]], [0, 4, 2])
    predicted = weights[0] * np.arange(3) + bias
    assert f"ŷ = {bias:.0f} + {weights[0]:.0f} x" in told
    assert "errors 1, −2, 1" in told
    np.testing.assert_allclose(predicted - [0, 4, 2], [1, -2, 1])
    assert f"stands {np.linalg.norm(predicted - [0, 4, 2]):.2f} away" in told
    q, _ = pictures.columns_of(np.arange(3.0))
    assert "coordinates {:.2f} and {:.2f}".format(*(q.T @ predicted)) in told


def test_the_error_is_drawn_upright_from_the_plane_and_the_line_meets_its_predictions():
    figure = pictures.projection([0, 1, 2], [0, 4, 2])
    left, right = figure.axes
    ends = left.lines[0].get_xydata()
    np.testing.assert_allclose(ends[:, 1], 1 + ends[:, 0])
    top, foot = right.lines[0].get_xydata()
    np.testing.assert_allclose(top - foot, [0, np.sqrt(6)])


@pytest.mark.parametrize(("x", "y"), [([0, 1], [1, 2]), ([1, 1, 1], [0, 1, 2]), ([0, 1, 2], [0, 1])])
def test_other_than_three_examples_with_different_inputs_are_refused(x, y):
    with pytest.raises(ValueError, match="three examples with different inputs"):
        pictures.projection(x, y)
