"""The data sets in the plane: shapes, labels, places, noise, and that each is what its description says."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from dlcourse import planar_data
from dlcourse.planar_data import SETS

every_set = pytest.mark.parametrize("name", SETS)


def drawn(name, points=4000, noise=0.0, seed=0):
    return SETS[name](points, np.random.default_rng(seed), noise)


@every_set
@pytest.mark.parametrize("points", [1, 2, 7, 200])
def test_shapes_and_types_and_half_of_each_label(name, points):
    inputs, labels = drawn(name, points, 0.1)
    assert inputs.shape == (points, 2)
    assert inputs.dtype == np.float32
    assert labels.shape == (points,)
    assert labels.dtype == np.int64
    assert np.bincount(labels, minlength=2).tolist() == [points - points // 2, points // 2]


@every_set
def test_the_same_generator_draws_the_same_and_another_draws_another(name):
    first, again, other = drawn(name, 50), drawn(name, 50), drawn(name, 50, seed=1)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[1], other[1])


@every_set
def test_labels_come_in_random_order(name):
    labels = drawn(name)[1]
    assert 0.45 < (labels[1:] == labels[:-1]).mean() < 0.55


@every_set
@pytest.mark.parametrize("noise", [0.05, 0.2])
def test_noise_moves_the_same_points_by_its_standard_deviation(name, noise):
    clean, labels = drawn(name)
    noisy, same = drawn(name, noise=noise)
    moved = noisy - clean
    np.testing.assert_array_equal(labels, same)
    assert moved.std(axis=0) == pytest.approx([noise, noise], rel=0.05)
    assert abs(moved.mean(axis=0)).max() < noise / 15
    assert abs(np.corrcoef(moved.T)[0, 1]) < 0.06


@every_set
def test_nearly_all_points_lie_within_one_and_a_fifth(name):
    assert np.abs(drawn(name)[0]).max() <= 1 + 1e-6
    assert (np.abs(drawn(name, noise=0.1)[0]) < 1.2).mean() > 0.99


@every_set
def test_no_line_separates_them_and_without_noise_neighbours_do(name):
    inputs, labels = drawn(name)
    assert LogisticRegression().fit(inputs, labels).score(inputs, labels) < 0.9
    assert KNeighborsClassifier(1).fit(inputs[:2000], labels[:2000]).score(inputs[2000:], labels[2000:]) > 0.995


def test_xor_is_label_1_where_the_signs_differ_with_a_gap_along_the_axes():
    inputs, labels = drawn("xor")
    np.testing.assert_array_equal(labels, np.prod(np.sign(inputs), axis=1) < 0)
    assert np.abs(inputs).min() >= 0.15 - 1e-6
    corners = np.unique(np.sign(inputs), axis=0, return_counts=True)[1]
    assert len(corners) == 4
    assert corners.min() > 900  # of 4,000 in four squares
    assert np.abs(inputs).mean(axis=0) == pytest.approx([0.575, 0.575], abs=0.02)


def test_circles_are_a_disc_in_a_ring_evenly_filled():
    inputs, labels = drawn("circles")
    radii = np.linalg.norm(inputs, axis=1)
    for label, low, high in ((0, 0.0, 0.5), (1, 0.75, 1.0)):
        own = radii[labels == label]
        assert low <= own.min() + 1e-6
        assert own.max() <= high + 1e-6
        filled = (own**2 - low**2) / (high**2 - low**2)  # the share of the area further in: even from 0 to 1
        np.testing.assert_allclose(np.quantile(filled, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.03)
    assert abs(inputs.mean(axis=0)).max() < 0.05


def test_moons_are_half_circles_of_radius_six_tenths_that_reach_into_each_other():
    inputs, labels = drawn("moons")
    upper, lower = inputs[labels == 0], inputs[labels == 1]
    np.testing.assert_allclose(np.linalg.norm(upper - [-0.3, -0.15], axis=1), 0.6, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(lower - [0.3, 0.15], axis=1), 0.6, atol=1e-6)
    assert upper[:, 1].min() >= -0.15 - 1e-6
    assert lower[:, 1].max() <= 0.15 + 1e-6
    assert lower[:, 1].max() > upper[:, 1].min() + 0.25
    assert lower[:, 0].min() < upper[:, 0].max() - 0.5


@pytest.mark.parametrize(("options", "turns"), [({}, 1.25), ({"turns": 2.5}, 2.5)])
def test_spirals_wind_as_often_as_told_and_are_each_other_turned_by_half(options, turns):
    inputs, labels = planar_data.spirals(1000, np.random.default_rng(3), **options)
    radii = np.linalg.norm(inputs, axis=1)
    turned = inputs * np.where(labels == 1, -1, 1)[:, None]
    angles = np.arctan2(turned[:, 1], turned[:, 0]) - 2 * turns * np.pi * radii
    np.testing.assert_allclose(np.cos(angles), 1, atol=1e-5)
    assert [radii.min(), radii.max()] == pytest.approx([0.1, 1.0], abs=0.01)


@every_set
def test_wrong_arguments_are_refused(name):
    generator = np.random.default_rng(0)
    with pytest.raises(ValueError, match="noise"):
        SETS[name](10, generator, -0.1)
    with pytest.raises((ValueError, TypeError), match="points"):
        SETS[name](0, generator)
    with pytest.raises((ValueError, TypeError), match="points"):
        SETS[name](2.5, generator)
    with pytest.raises(TypeError, match="generator"):
        SETS[name](10, 0)
    with pytest.raises((ValueError, TypeError), match="noise"):
        SETS[name](10, generator, "much")


def test_the_sets_are_the_module_s_functions():
    assert {name: getattr(planar_data, name) for name in SETS} == SETS
