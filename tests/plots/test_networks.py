"""A drawn network: every unit and weight is there, and said in words."""

import itertools

import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots.networks import MOST_SHOWN


def circles(ax):
    return len(ax.patches)


def test_every_unit_and_weight_is_drawn_and_told():
    weights = [np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0], [-3.0]])]
    ax = plots.network([2, 2, 1], weights=weights, biases=[[-0.5, 1.5], [0.25]], title="XOR")
    assert (circles(ax), len(ax.lines)) == (5, 6)
    written = {text.get_text() for text in ax.texts}
    assert {"1", "−1", "0.5", "2", "−3", "−0.5", "1.5", "0.25"} <= written
    text = plots.alternative_text(ax.figure)
    assert "2 inputs, 2 hidden units, 1 output; each is joined with all of the layer before, by 6 weights" in text
    assert "Into unit 2 of layer 1: −1, 2, bias 1.5. Into unit 1 of layer 2: 1, −3, bias 0.25." in text


def test_one_of_a_kind_is_told_in_the_singular():
    text = plots.alternative_text(plots.network([1, 1, 1]).figure)
    assert "1 input, 1 hidden unit, 1 output; each is joined with all of the layer before, by 2 weights in all" in text
    assert "by 1 weight in all" in plots.alternative_text(plots.network([1, 1]).figure)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (2, 3, 2)])
def test_no_number_lies_on_another(sizes):
    weights = [np.full(shape, -1.25) for shape in itertools.pairwise(sizes)]
    ax = plots.network(sizes, weights=weights, biases=[np.full(size, -1.25) for size in sizes[1:]])
    renderer = ax.figure.canvas.get_renderer()
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent(renderer) for text in ax.texts]
    assert len(boxes) == sum(table.size for table in weights) + sum(sizes[1:])
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_of_a_large_layer_the_first_and_the_last_units_are_drawn():
    ax = plots.network([64, 10], layers=["pixels", "classes"])
    assert circles(ax) == 2 * (MOST_SHOWN // 2 * 2)
    assert [text.get_text() for text in ax.texts].count("⋮") == 2
    assert (
        "64 pixels, 10 classes; each is joined with all of the layer before, by 640 weights"
        in plots.alternative_text(ax.figure)
    )


@pytest.mark.parametrize(
    ("sizes", "options", "words"),
    [
        ([3], {}, "two layers"),
        ([3, 0], {}, "two layers"),
        ([2, 1], {"weights": [np.zeros((1, 2))]}, r"weights of the shapes \[\(2, 1\)\]"),
        ([2, 1], {"biases": [np.zeros(2)]}, "biases of the shapes"),
        ([2, 1], {"layers": ["inputs"]}, "for 2 layers"),
    ],
)
def test_what_does_not_fit_is_named(sizes, options, words):
    with pytest.raises(ValueError, match=words):
        plots.network(sizes, **options)
