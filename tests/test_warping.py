"""Warped images: nothing at distortions of 0, the affine part exactly, the bend's size, and reproducible."""

import numpy as np
import pytest

from dlcourse import warping
from dlcourse.warping import warp


@pytest.fixture
def images():
    return np.random.default_rng(1).random((5, 1, 28, 20), dtype=np.float32)


def test_without_distortions_an_image_stays_as_it_is(images):
    same = warp(images, np.random.default_rng(0), stretch=1, slant=0, bend=0)
    assert same.dtype == np.float32
    np.testing.assert_allclose(same, images, atol=1e-5)


def test_a_seed_gives_its_images_in_0_to_1(images):
    one, again, other = (warp(images, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one.shape == images.shape
    assert one.min() >= 0
    assert one.max() <= 1
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_slanted_line_goes_through_the_middle_at_the_drawn_slant():
    """A vertical bar, x = 0, comes to lie where x + s y = 0."""
    bar = np.zeros((1, 1, 29, 29), dtype=np.float32)
    bar[..., 14] = 1
    slanted = warp(bar, np.random.default_rng(5), stretch=1, slant=0.5, bend=0)[0, 0]
    generator = np.random.default_rng(5)
    generator.uniform(-1, 1, (2, 1, 1, 1))
    slant = 0.5 * generator.uniform(-1, 1)
    y = np.arange(29) - 14
    found = (slanted * (np.arange(29) - 14)).sum(axis=1) / slanted.sum(axis=1)
    np.testing.assert_allclose(found, -slant * y, atol=1e-4)


def test_the_bend_is_as_large_at_every_pixel():
    weights = warping._weights(28)
    np.testing.assert_allclose((weights**2).sum(axis=1), 1)  # so the variance of weights @ knots @ weights.T is bend²
    assert np.all(np.diff(weights.argmax(axis=1)) >= 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stretch": 0.9}, "stretch: expected a number of at least 1, received 0.9"),
        ({"slant": -1}, "slant: expected a number of at least 0"),
        ({"bend": float("inf")}, "bend: expected a finite number"),
    ],
)
def test_other_distortions_are_refused(images, options, message):
    with pytest.raises(ValueError, match=message):
        warp(images, np.random.default_rng(0), **options)


def test_other_images_are_refused(images):
    with pytest.raises(ValueError, match="images: expected numbers in"):
        warp(images * 255, np.random.default_rng(0))
    with pytest.raises(ValueError, match="images: expected shape"):
        warp(images[:, 0], np.random.default_rng(0))
    with pytest.raises(TypeError, match="generator"):
        warp(images, 0)
