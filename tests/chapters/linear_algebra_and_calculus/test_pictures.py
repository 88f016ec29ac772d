"""The pictures of chapter 2 draw what NumPy computes, and say it."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from dlcourse import plots
from dlcourse.chapters.linear_algebra_and_calculus import pictures

SMALL = np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 8.0]])


def cells(ax):
    """The tinted cells: how many are the arrays' own, and how many are copies."""
    tinted = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_alpha() is not None]
    strong = max(patch.get_alpha() for patch in tinted)
    own = sum(patch.get_alpha() == strong for patch in tinted)
    return own, len(tinted) - own


@pytest.mark.parametrize(
    ("left", "right", "own", "copies"),
    [
        (SMALL, SMALL.mean(axis=0), 6 + 2 + 6, 4),
        (SMALL, SMALL.mean(axis=1, keepdims=True), 6 + 3 + 6, 3),
        ([[1], [2], [3]], [1, 2, 3, 4], 3 + 4 + 12, 9 + 8),
        (SMALL, 2.0, 6 + 1 + 6, 5),
        ([1, 2, 3], [4, 5, 6], 9, 0),
    ],
)
def test_a_broadcast_has_pale_cells_where_numbers_are_used_again(left, right, own, copies):
    assert cells(pictures.broadcast(left, right, "×")) == (own, copies)


def test_the_words_of_a_broadcast_tell_shapes_uses_and_result():
    told = plots.alternative_text(pictures.broadcast([[1], [2]], [10, 20, 30], "+", title="Sum").figure)
    assert "shape (2, 1) + one of shape (3,) has shape (2, 3)" in told
    assert "Each entry of the first is used 3 times. Each entry of the second is used 2 times." in told
    assert "11, 21, 31; 12, 22, 32" in told


def test_shapes_that_do_not_fit_and_more_than_two_axes_are_refused():
    with pytest.raises(ValueError, match=r"\(3,2\) \(3,\)"):
        pictures.broadcast(SMALL, [1, 2, 3])
    with pytest.raises(ValueError, match="at most 2 axes"):
        pictures.broadcast(np.zeros((2, 1, 1)), SMALL)


def test_the_terms_of_a_product_are_drawn_and_add_up():
    a, b = np.array([[1, 2, 0], [3, -1, 2]]), np.array([[4, 1], [0, 2], [1, -1]])
    figure = pictures.outer_products(a, b)
    written = [text.get_text().replace("−", "-") for text in figure.axes[0].texts]
    numbers = [float(text) for text in written if text not in "+="]
    assert len(numbers) == 3 * (2 + 2 + 4) + 4
    np.testing.assert_allclose(np.reshape(numbers[-4:], (2, 2)), a @ b)
    assert "The sum: [4, 5; 14, −1]." in plots.alternative_text(figure)


def test_a_chord_from_a_valley_that_is_not_the_lowest_leaves_below_the_curve():
    ax = pictures.chord(lambda x: x**4 / 4 - x**2 + 0.3 * x, -2.1, 1.9, lowest=1.332, lower=-1.484)
    _, chord = ax.lines
    first, last = chord.get_xydata()
    assert first[1] > last[1]
    told = plots.alternative_text(ax.figure)
    assert "above it on 95% of the way" in told
