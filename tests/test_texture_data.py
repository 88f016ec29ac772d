"""Patches of the photographs: areas that do not overlap, and patches that lie in them."""

import itertools

import numpy as np
import pytest

from dlcourse import datasets, image_data
from dlcourse.texture_data import AREAS, COUNTS, SIZE


@pytest.fixture(scope="module")
def textures():
    return datasets.load("textures")


def parts(splits):
    return (splits.train, splits.validation, splits.test)


def test_patches_have_the_promised_shapes_types_ranges_and_counts(textures):
    assert textures.class_names == tuple(AREAS)
    for part, count in zip(parts(textures), COUNTS, strict=True):
        assert part.inputs.shape == (8 * count, 1, 28, 28)
        assert part.inputs.dtype == np.float32
        assert part.labels.dtype == np.int64
        assert part.inputs.min() >= 0
        assert part.inputs.max() <= 1
        assert np.bincount(part.labels).tolist() == 8 * [count]
        assert np.mean(np.diff(part.labels) == 0) < 0.25  # shuffled


def test_no_two_areas_share_a_pixel_unless_of_one_class_and_part():
    areas = [(kind, part, *area) for kind, own in AREAS.items() for part, some in enumerate(own) for area in some]
    for one, other in itertools.combinations(areas, 2):
        (_, _, photograph, left, top, right, bottom), (_, _, photograph2, left2, top2, right2, bottom2) = one, other
        shared = left < right2 and left2 < right and top < bottom2 and top2 < bottom
        assert photograph != photograph2 or not shared or one[:2] == other[:2], (one, other)


def test_every_area_lies_in_its_photograph_and_takes_a_patch():
    for area in itertools.chain.from_iterable(itertools.chain.from_iterable(AREAS.values())):
        photograph, left, top, right, bottom = area
        assert photograph in ("china", "flower")
        assert 0 <= left <= right - SIZE
        assert right <= 640
        assert 0 <= top <= bottom - SIZE
        assert bottom <= 427


def test_every_patch_is_cut_out_of_its_classs_areas_at_a_place_of_its_own(textures):
    photographs = image_data.load_photographs()
    gray = {
        name: 0.299 * image[0] + 0.587 * image[1] + 0.114 * image[2]
        for name, image in zip(photographs.names, photographs.images, strict=True)
    }
    for number, part in enumerate(parts(textures)):
        heart = part.inputs[part.labels == 7, 0]
        ((photograph, left, top, right, bottom),) = AREAS["heart"][number]
        places = np.lib.stride_tricks.sliding_window_view(gray[photograph][top:bottom, left:right], (SIZE, SIZE))
        places = places.reshape(-1, SIZE, SIZE)
        found = [int(np.abs(places - patch).max(axis=(1, 2)).argmin()) for patch in heart[:20]]
        np.testing.assert_allclose(heart[:20], places[found], atol=1e-6)
        assert len(set(found)) == 20


def test_a_seed_gives_its_patches(textures):
    np.testing.assert_array_equal(textures.test.inputs, datasets.load("textures").test.inputs)
    assert not np.array_equal(textures.test.inputs, datasets.load("textures", seed=1).test.inputs)


def test_the_parts_cannot_be_cut_otherwise():
    with pytest.raises(ValueError, match="cut out of fixed areas"):
        datasets.load("textures", proportions=(0.8, 0.1, 0.1))
