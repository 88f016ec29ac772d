"""Photographs, sparse matrices and stacks of channels: what is drawn, and what is told of it."""

import numpy as np
import pytest

from dlcourse import plots


def test_photographs_are_grey_in_colour_or_signed_and_told_with_their_numbers():
    grey, colour = np.array([[0.0, 0.5], [0.5, 1.0]]), np.full((3, 2, 2), 0.25)
    signed = np.array([[-2.0, 0.0], [0.0, 1.0]])
    ax = plots.photographs([grey, colour, signed], ["before", "in colour", "edges"], title="Three")
    drawn = [image.get_array() for image in ax.images]
    assert [image.shape for image in drawn] == [(2, 2), (2, 2, 3), (2, 2)]
    assert [image.get_cmap().name for image in ax.images[::2]] == ["gray", "RdBu_r"]
    lowest, highest = ax.images[2].get_clim()
    assert lowest == -highest
    text = plots.alternative_text(ax.figure)
    assert text.startswith("3 pictures of 2 by 2 pixels, Three: before, from 0 to 1, mean 0.5; in colour, from 0.25")
    assert "edges, from -2 (blue) to 1 (red), mean -0.25." in text


def test_a_rare_extreme_does_not_make_a_signed_photograph_pale():
    picture = np.ones((40, 40))
    picture[0, 0] = -100.0
    assert plots.photographs([picture], ["edges"]).images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize(("sizes", "names"), [([(2, 2), (2, 3)], ["a", "b"]), ([(2, 2)], ["a", "b"])])
def test_photographs_of_two_sizes_or_without_names_are_refused(sizes, names):
    with pytest.raises(ValueError, match="one size, each with a name"):
        plots.photographs([np.zeros(size) for size in sizes], names)


def test_a_sparse_matrix_shows_each_weight_where_it_stands_and_nothing_elsewhere():
    ax = plots.sparse_matrix([[1, 2, 0], [0, 1, 2]], ["v", "w"], title="Two taps", x="pixel", y="place")
    assert [(text.get_text(), text.get_position()) for text in ax.texts] == [
        ("v", (0, 0)),
        ("w", (1, 0)),
        ("v", (1, 1)),
        ("w", (2, 1)),
    ]
    text = plots.alternative_text(ax.figure)
    assert "Two taps: 2 rows and 3 columns; 4 of 6 entries are not 0, 2 different weights, each 2 times." in text
    assert text.endswith("Row 0: v in column 0, w in column 1. Row 1: v in column 1, w in column 2.")


def test_equal_weights_of_a_sparse_matrix_have_one_colour():
    image = plots.sparse_matrix([[1, 2, 0], [0, 1, 2]], ["v", "w"]).images[0]
    colours = image.to_rgba(image.get_array())
    assert np.array_equal(colours[0, 0], colours[1, 1])
    assert not np.array_equal(colours[0, 0], colours[0, 1])
    assert np.array_equal(colours[0, 2], [1, 1, 1, 1])


@pytest.mark.parametrize("places", [[[0, 3]], [[-1, 1]], [[0.0, 1.0]], [0, 1]])
def test_places_that_name_no_weight_are_refused(places):
    with pytest.raises(ValueError, match="whole numbers from 0 to 2"):
        plots.sparse_matrix(places, ["v", "w"])


def test_stacks_are_drawn_by_their_channels_and_told_step_by_step():
    ax = plots.stacks([(3, 32), (16, 16), (10, 1)], ["conv\n3×3", "linear"], title="Small", names=["image", "", "out"])
    assert len(ax.patches) == 3 + 6 + 6  # of many channels six are drawn
    sides = {round(patch.get_width(), 6) for patch in ax.patches}
    assert len(sides) == 3
    assert {"3 × 32 × 32", "16 × 16 × 16", "10", "image", "out", "linear"} <= {text.get_text() for text in ax.texts}
    assert plots.alternative_text(ax.figure) == (
        "Layers, Small: from image, 3 × 32 × 32; by conv 3×3 to 16 × 16 × 16; by linear to out, 10."
    )


@pytest.mark.parametrize(("steps", "names"), [([], []), (["a", "b"], []), (["a"], ["one"])])
def test_stacks_need_a_step_between_each_two_and_a_name_for_all(steps, names):
    with pytest.raises(ValueError, match="2 stacks"):
        plots.stacks([(1, 8), (2, 4)], steps, names=names)
