"""Glyphs: outlines filled rightly, each letter whole and where it belongs, the same images from the same seed."""

import hashlib

import numpy as np
import pytest
from matplotlib.path import Path

from dlcourse import datasets, glyphs
from dlcourse.errors import CourseError

# SHA-256 sums of the three parts of datasets.load("glyphs", examples=360), inputs and then labels
PARTS = {
    "train": "7af5d2463ed91a9b3c256c7cf410985ec3318e7667bfa50bebf9924526c830b9",
    "validation": "10a008d11a07727598b6c9be28ff90d8948b1cbc0970a8de75d2b7b18db37d6c",
    "test": "b51f329b619d6ebda1648be14d1c53e9dc8757488ddd015647be742be5e6ed46",
}
EVERY = len(glyphs.CHARACTERS)
CLEAN = {"shift": 0.0, "rotation": 0.0, "strokes": 0, "noise": 0.0}


def drawn(characters=glyphs.CHARACTERS, count=4 * EVERY, seed=0, **changes):
    labels = np.arange(count) % len(characters)
    return glyphs.draw(labels, characters, np.random.default_rng(seed), **(CLEAN | changes))


def parts(splits):
    return {"train": splits.train, "validation": splits.validation, "test": splits.test}


@pytest.fixture(scope="module")
def loaded():
    return datasets.load("glyphs", examples=360)


@pytest.mark.skipif(not glyphs.fonts_are_known(), reason="this matplotlib has other fonts than the course's")
@pytest.mark.parametrize("name", PARTS)
def test_the_images_are_bit_for_bit_the_documented_ones(loaded, name):
    part = parts(loaded)[name]
    assert hashlib.sha256(part.inputs.tobytes() + part.labels.tobytes()).hexdigest() == PARTS[name]


def test_other_fonts_are_said_so(monkeypatch):
    monkeypatch.setattr(glyphs, "OUTLINES_SHA256", "0" * 64)
    with pytest.warns(UserWarning, match=r"fonts of matplotlib \d.* differ .* not bit for bit") as caught:
        datasets.load("glyphs", examples=30, characters="AB")
    assert caught[0].filename == __file__  # the warning points at the line that loads them


def test_a_missing_font_is_said_so(monkeypatch, tmp_path):
    monkeypatch.setattr("matplotlib.get_data_path", lambda: str(tmp_path))
    glyphs._outlines.cache_clear()
    with pytest.raises(CourseError, match=r"font DejaVuSans\.ttf is missing: run `python -m pip install"):
        glyphs._outlines("DejaVuSans")


def test_shapes_types_and_gray_values(loaded):
    for part, count in zip(parts(loaded).values(), (288, 36, 36), strict=True):
        assert part.inputs.shape == (count, 1, 28, 28)
        assert part.inputs.dtype == np.float32
        assert part.labels.dtype == np.int64
        assert part.inputs.min() == 0
        assert part.inputs.max() == 1
        np.testing.assert_array_equal(np.rint(part.inputs * 255) / np.float32(255), part.inputs)


def test_every_class_has_as_many_in_each_part(loaded):
    assert loaded.class_names == tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for part, each in zip(parts(loaded).values(), (8, 1, 1), strict=True):
        assert np.bincount(part.labels, minlength=36).tolist() == [each] * 36


def test_no_image_stands_in_two_parts(loaded):
    images = [image.tobytes() for part in parts(loaded).values() for image in part.inputs]
    assert len(set(images)) == len(images) == 360


def test_characters_and_numbers_of_examples_are_as_asked():
    splits = datasets.load("glyphs", examples=31, characters="xO3", proportions=(0.5, 0.25, 0.25))
    assert splits.class_names == ("x", "O", "3")
    assert sum(len(part) for part in parts(splits).values()) == 31
    assert repr(splits).endswith("each input (1, 28, 28); 3 classes)")


def test_another_seed_gives_other_images_and_the_same_seed_the_same():
    first, again, other = drawn(rotation=15.0), drawn(rotation=15.0), drawn(rotation=15.0, seed=1)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("changes", [{"shift": 28.0}, {"rotation": 90.0}, {"shift": 28.0, "rotation": 15.0}])
def test_no_letter_is_blank_or_cut_off_however_far_it_is_moved(changes):
    ink, moved = (drawn(count=8 * EVERY, **each).sum(axis=(1, 2, 3)) for each in ({}, changes))
    assert ink.min() > 15  # pixels; the thinnest are l, i and 1
    np.testing.assert_allclose(moved, ink, atol=2, rtol=0.02)


def test_letters_stand_in_the_middle_and_are_as_high_as_they_should_be():
    images = drawn(glyphs.CHARACTERS[10:36], 520)[:, 0] > 0.02
    for axis, shortest, longest in ((1, 12, 20), (2, 2, 20)):  # rows, columns: a wide M is made smaller, an I is thin
        across = images.any(axis=3 - axis)
        first, last = across.argmax(axis=1), 27 - across[:, ::-1].argmax(axis=1)
        assert np.abs(first + last - 27).max() <= 1
        lengths = last - first + 1
        assert shortest <= lengths.min()
        assert lengths.max() <= longest
        if axis == 1:
            assert np.median(lengths) == 18


def test_shifts_reach_as_far_as_told_and_no_further():
    rows, columns = np.mgrid[:28, :28]
    centers = []
    for shift in (0.0, 3.0):
        ink = drawn("O", 400, shift=shift)[:, 0]
        total = ink.sum(axis=(1, 2))
        centers.append(np.array([(ink * place).sum(axis=(1, 2)) / total for place in (rows, columns)]))
    moved = np.abs(centers[1] - centers[0])
    assert 2.9 < moved.max() < 3.05
    assert moved.mean() == pytest.approx(1.5, abs=0.1)


def test_strokes_add_thin_lines_to_some_images():
    bare, crossed = drawn(), drawn(strokes=2)
    assert np.all(crossed >= bare)
    added = (crossed - bare).sum(axis=(1, 2, 3))
    assert 0.5 < np.mean(added > 0) < 0.7  # two thirds have one or two, but some are too short, or hidden
    assert added.max() < 28 * 1.5 * 2 * 1.5


def test_noise_has_its_standard_deviation_and_moves_nothing():
    clean, noisy = drawn(), drawn(noise=0.1)
    paper = noisy[clean == 0]
    assert np.mean(paper > 0) == pytest.approx(0.49, abs=0.02)  # negative values are cut to 0
    assert np.sqrt(2 * np.mean(paper**2)) == pytest.approx(0.1, rel=0.03)
    assert np.abs(noisy - clean).max() < 0.6


@pytest.mark.parametrize("turned", [False, True])
def test_an_outline_covers_the_share_of_each_pixel_that_lies_inside(turned):
    corners = np.array([[3.0, 4.0], [10.5, 4.0], [10.5, 8.25], [3.0, 8.25]])[:: -1 if turned else 1]
    square = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    expected = np.zeros((2, 28, 28))
    expected[1, 4:8, 3:10] = 1
    expected[1, 4:8, 10] = 0.5
    expected[1, 8, 3:10] = 0.25
    expected[1, 8, 10] = 0.125
    np.testing.assert_array_equal(glyphs._fill(square, np.ones(4, dtype=int), 2), expected)


@pytest.mark.parametrize("font", ["DejaVuSans-Bold", "DejaVuSerif-BoldItalic", "STIXGeneralBol", "cmb10"])
def test_pixels_are_inked_where_matplotlib_says_the_outline_is(font):
    rows, columns = np.mgrid[:28, :28] + 0.5
    centers = np.column_stack([columns.ravel(), rows.ravel()])
    for number, character in enumerate("B8gQ"):
        points, codes = glyphs._outlines(font)[character]
        (left, low), (right, high) = Path(points, codes).get_extents().get_points()
        lines = glyphs._alphabet("B8gQ")[number * len(glyphs.FONTS) + glyphs.FONTS.index(font)]
        scale = (lines[..., 0].max() - lines[..., 0].min()) / (right - left)
        placed = (points - [(left + right) / 2, (low + high) / 2]) * [scale, -scale] + 14
        inside = np.zeros((28, 28), dtype=bool)  # in the outer contour, and in no hole
        for contour in np.split(np.arange(len(codes)), np.flatnonzero(codes == 79) + 1)[:-1]:
            inside ^= Path(placed[contour], codes[contour]).contains_points(centers).reshape(28, 28)
        ink = glyphs._fill(lines + 14, np.zeros(len(lines), dtype=int), 1)[0]
        assert np.mean((ink > 0.5) == inside) > 0.98
        assert np.all(inside[ink == 1])
        assert not np.any(inside[ink == 0])


def test_a_wrong_option_is_refused_with_what_was_expected():
    for options, error, message in (
        ({"characters": "AA"}, ValueError, "expected each character once, received 'A'"),
        ({"characters": "Aé"}, ValueError, "expected some of 0123456789.*received 'é'"),
        ({"characters": ""}, ValueError, "expected some of 0123456789"),
        ({"characters": 3}, TypeError, "expected a text such as"),
        ({"rotation": 91}, ValueError, "rotation: expected a number from 0 to 90, received 91"),
        ({"shift": -1}, ValueError, "shift: expected a number from 0 to 28, received -1"),
        ({"noise": -0.1}, ValueError, "noise: expected a number of at least 0"),
        ({"strokes": 1.5}, TypeError, "strokes: expected a whole number"),
        ({"examples": 0}, ValueError, "examples: expected a whole number of at least 1"),
        ({"examples": 20}, ValueError, "20 examples leaves the validation part empty"),
        ({"download": True, "sie": 3}, TypeError, 'no option sie. "glyphs", and no other, has examples, characters,'),
    ):
        with pytest.raises(error, match=message):
            datasets.load("glyphs", **options)
    with pytest.raises(TypeError, match=r'load\("iris"\): there is no option noise'):
        datasets.load("iris", noise=0.1)
    with pytest.raises(ValueError, match="labels"):
        glyphs.draw(np.array([2]), "AB", np.random.default_rng(0))
    with pytest.raises(TypeError, match="generator"):
        glyphs.draw(np.array([0]), "AB", 0)
