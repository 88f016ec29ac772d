"""Maps over an image: against plain loops, and against the score that they take apart."""

import numpy as np
import pytest

from dlcourse.scratch.explaining import class_activation_map, occlusion_map


def curved_score(images):
    """A score that is not linear."""
    return (images**2).sum(axis=(1, 2)) + images[:, 0, 0] * images[:, -1, -1]


def test_occlusion_is_that_of_plain_loops_and_leaves_the_image_alone():
    image = np.random.default_rng(0).normal(size=(6, 9))
    kept = image.copy()
    drops = occlusion_map(curved_score, image, 3, 0.5)
    assert drops.shape == (4, 7)
    for i, j in np.ndindex(drops.shape):
        covered = image.copy()
        covered[i : i + 3, j : j + 3] = 0.5
        expected = curved_score(image[None])[0] - curved_score(covered[None])[0]
        assert drops[i, j] == pytest.approx(expected)
    np.testing.assert_array_equal(image, kept)


def test_covering_pixels_with_their_own_value_loses_nothing():
    image = np.full((5, 5), 0.25, np.float32)
    np.testing.assert_array_equal(occlusion_map(curved_score, image, 2, 0.25), 0)


def test_a_square_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match=r"size: expected at most 3, the image's, received 4\."):
        occlusion_map(curved_score, np.zeros((3, 5)), 4, 0.0)


def test_the_mean_of_a_class_activation_map_is_the_class_s_score_without_its_bias():
    generator = np.random.default_rng(1)
    maps, weight = generator.normal(size=(6, 4, 5)), generator.normal(size=(3, 6))
    scores = weight @ maps.mean(axis=(1, 2))
    for label in range(3):
        result = class_activation_map(maps, weight, label)
        assert result.shape == (4, 5)
        assert result.mean() == pytest.approx(scores[label])


def test_a_class_activation_map_weighs_each_place_by_itself():
    maps = np.zeros((2, 2, 2))
    maps[0, 0, 1], maps[1, 1, 0] = 3.0, 5.0
    np.testing.assert_array_equal(class_activation_map(maps, np.array([[2.0, -1.0]]), 0), [[0, 6], [-5, 0]])
