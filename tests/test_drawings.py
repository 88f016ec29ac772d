"""Drawings as images: like MNIST's, the same wherever and however large they were drawn, and refused in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import datasets, drawings
from dlcourse.drawings import READY, rasterize, strokes_of, written
from dlcourse.errors import CourseError

POINTS = st.tuples(st.integers(0, 99), st.integers(0, 99))
DRAWINGS = st.lists(st.lists(POINTS, min_size=1, max_size=8), max_size=5)
SEVEN = [[(20, 20), (60, 20), (40, 70)]]


def moved(drawing, factor, x, y):
    return [[(factor * each + x, factor * other + y) for each, other in stroke] for stroke in drawing]


def centre(image):
    places = np.arange(28)
    return (image.sum(axis=0) * places).sum() / image.sum(), (image.sum(axis=1) * places).sum() / image.sum()


@given(DRAWINGS)
def test_any_drawing_lies_whole_within_the_image(drawing):
    image = rasterize(drawing)
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert image.min() >= 0
    assert image.max() <= 1
    assert (image.sum() > 0) == bool(drawing)
    if drawing:
        inked = [np.flatnonzero(image.max(axis=axis)) for axis in (0, 1)]
        assert all(places[-1] - places[0] <= 20 for places in inked)
        np.testing.assert_array_equal(rasterize(moved(drawing, 1, 0, 0)), image)


@given(DRAWINGS)
def test_a_drawing_is_written_down_and_read_again(drawing):
    strokes = strokes_of(drawing)
    assert strokes_of(written(strokes)) == strokes == strokes_of(strokes)
    state = f"draw_a_digit(drawing='{written(strokes)}', layer='head')"
    assert strokes_of(state) == strokes_of(f"  experiments.{state}\n") == strokes


def test_place_and_size_on_the_sheet_do_not_count_but_a_dot_stays_a_dot():
    np.testing.assert_allclose(rasterize(moved(SEVEN, 1, 30, 25)), rasterize(SEVEN), atol=1e-6)
    large = [[(10, 10), (90, 10), (50, 98)]]
    small = [[(10, 10), (50, 10), (30, 54)]]
    np.testing.assert_allclose(rasterize(large), rasterize(small), atol=1e-6)
    assert 4 < rasterize([[(3, 90)]]).sum() < 8  # π (2.6 / 2)² is 5.3
    assert rasterize([[(3, 90)]]).max() == 1


def test_a_line_has_the_width_that_was_asked_for():
    upright = [[(50, 5), (50, 95)]]
    for width in (1.0, 2.6, 5.0):
        middle = rasterize(upright, width)[14]
        assert middle.sum() == pytest.approx(width, abs=1e-6)
        np.testing.assert_allclose(middle, np.roll(middle[::-1], 1), atol=1e-6)  # around pixel 14


def test_distances_are_those_to_the_nearest_line():
    """Against one segment after the other, each pixel's foot on it looked for along 4,001 places."""
    strokes = strokes_of("4")
    lines = drawings.lines_of(strokes) / 4
    along = np.linspace(0, 1, 4001)[:, None]
    places = np.concatenate([start + along * (end - start) for start, end in lines])
    middles = np.stack(np.meshgrid(np.arange(28) + 0.5, np.arange(28) + 0.5), axis=-1).reshape(-1, 2)
    nearest = np.array([np.hypot(*(places - middle).T).min() for middle in middles]).reshape(28, 28)
    np.testing.assert_allclose(drawings._ink(lines, 2.6), np.clip(1.8 - nearest, 0, 1), atol=1e-3)


def test_an_empty_drawing_is_blank():
    assert not rasterize([]).any()
    assert not rasterize("").any()
    assert drawings.lines_of(()).shape == (0, 2, 2)


def test_ready_digits_look_like_those_of_mnist():
    train = datasets.load("mnist").train
    images = train.inputs[:, 0]
    own = np.stack([rasterize(drawing) for drawing in READY.values()])
    np.testing.assert_allclose([centre(image) for image in own], 14, atol=0.1)
    assert {np.ptp(np.flatnonzero(image.max(axis=1))) for image in own} == {19}
    assert 0.8 < own.mean() / np.mean([images[train.labels == digit].mean() for digit in range(10)]) < 1
    gray = [((group > 0.1) & (group < 0.9)).sum() / (group > 0).sum() for group in (own, images)]
    assert gray[0] == pytest.approx(gray[1], abs=0.03)
    flat, known = own.reshape(10, -1), images.reshape(len(images), -1)
    cosines = flat @ known.T / np.linalg.norm(known, axis=1)
    nearest = train.labels[np.argsort(-cosines, axis=1)[:, :5]]
    np.testing.assert_array_equal(nearest, np.arange(10)[:, None].repeat(5, axis=1))


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ("203", r"four digits a point.*'203' is no such stroke; was a part of it lost"),
        ("2030 x", "'x' is no such stroke"),
        ("seven", "four digits a point"),
        (7, r"a list of strokes, a stroke a list of points \[x, y\].*This is none: 7"),
        ([[1, 2]], "a list of points"),
        ([[(1, 2, 3)]], "a list of points"),
        ([["ab"]], "'a' is not"),
        ([[(100, 2)]], "whole numbers from 0 to 99, but 100 is not"),
        ([[(1.5, 2)]], r"but 1\.5 is not"),
        ([[(float("nan"), 2)]], "a list of strokes"),
        ([[(1, True)]], "but True is not"),
        ([[(1, 2)], []], "at least one point"),
        (np.zeros((28, 28)), "a list of strokes"),
    ],
)
def test_what_is_no_drawing_is_refused_in_words(drawing, words):
    with pytest.raises(CourseError, match=words):
        rasterize(drawing)


@pytest.mark.parametrize("width", [0.5, 9, float("nan")])
def test_a_pen_has_a_width_that_leaves_a_digit(width):
    with pytest.raises(ValueError, match="width"):
        rasterize("7", width)
