"""The digit that the reader draws: its neighbours are what they are said to be, and so are the numbers told."""

import numpy as np
import pytest

from dlcourse import datasets, drawings
from dlcourse.chapters.transfer_learning import glyph_neighbours
from dlcourse.chapters.transfer_learning.experiments.draw_a_digit import draw_a_digit
from dlcourse.chapters.transfer_learning.glyph_neighbours import LAYERS, PIXELS
from dlcourse.pytorch import pretrained
from dlcourse.pytorch.features import features


def shown(**given):
    return draw_a_digit.compute(**draw_a_digit.parameters(**given))


@pytest.fixture(scope="module")
def shares():
    """How often the nearest of the 200 printed digits is the right one, by layer, learnt and random, in per cent."""
    test = datasets.load("mnist").test
    found = {}
    for trained in (True, False):
        own = glyph_neighbours.seen(test.inputs[:, 0], trained=trained)
        for layer, rows in own.items():
            known = glyph_neighbours.references(trained)[layer][:200]
            nearest = (glyph_neighbours.unit(rows) @ known.T).argmax(axis=1) // 20
            found[layer, trained] = 100 * (nearest == test.labels).mean()
    assert len(test.labels) == 2000
    return found


def test_the_shares_are_those_of_the_explanation(shares):
    told = dict(zip((PIXELS, *LAYERS), (58, 55, 69, 81, 85, 81), strict=True))
    for layer, share in told.items():
        assert shares[layer, True] == pytest.approx(share, abs=0.7), layer
    assert shares["stem", False] == pytest.approx(58, abs=0.7)
    assert shares["block3", False] == pytest.approx(41, abs=0.7)
    assert shares[PIXELS, False] == shares[PIXELS, True]
    for share in (*told.values(), 41):
        assert f"{share} %" in draw_a_digit.prediction.explanation


def test_the_predicted_answer_leads_by_far(shares):
    best = max((PIXELS, *LAYERS), key=lambda layer: shares[layer, True])
    assert best == "block3"
    assert draw_a_digit.prediction.choices[draw_a_digit.prediction.answer].startswith("By block3")
    assert shares["block3", True] - max(shares[layer, True] for layer in (PIXELS, "stem", "head")) > 3


def test_letters_that_a_ready_digit_is_near_to_are_those_of_the_explanation():
    for digit, letter in (("0", "O"), ("1", "I"), ("4", "H")):
        assert letter in shown(drawing=digit, among="letters")["features_names"][:2]
        assert shown(drawing=digit)["features_names"][0] == digit


@pytest.mark.parametrize("layer", LAYERS)
def test_neighbours_are_the_nearest_by_the_library_s_features(layer):
    values = shown(drawing="5", layer=layer, among="letters")
    network, printed = pretrained("glyph-resnet"), glyph_neighbours.printed()
    rows = features(network, printed[:, None].copy(), layer=layer, pooled=False).astype(np.float64)
    own = features(network, drawings.rasterize("5")[None, None], layer=layer, pooled=False)[0].astype(np.float64)
    cosines = rows @ own / np.linalg.norm(rows, axis=1) / np.linalg.norm(own)
    np.testing.assert_allclose(values["features_cosines"], np.sort(cosines)[::-1][:6], atol=1e-5)
    np.testing.assert_array_equal(values["features_images"][0], printed[cosines.argmax()])
    assert values["numbers"] == len(own)


def test_pixels_do_not_depend_on_the_network():
    first, *others = (
        shown(drawing="3", layer=layer, weights=weights) for layer in LAYERS for weights in ("learnt", "random")
    )
    for values in others:
        np.testing.assert_allclose(values["pixels_cosines"], first["pixels_cosines"], atol=1e-6)
        assert values["pixels_names"] == first["pixels_names"]
    image = first["image"].ravel()
    best = first["pixels_images"][0].ravel()
    assert image @ best / np.linalg.norm(image) / np.linalg.norm(best) == pytest.approx(first["pixels_cosines"][0])


def test_only_digits_are_among_the_digits():
    for drawing in drawings.READY:
        values = shown(drawing=drawing, weights="random")
        assert set(values["features_names"] + values["pixels_names"]) <= set("0123456789")


def test_a_blank_sheet_has_no_neighbours():
    values = shown(drawing="")
    assert values["features_names"] == values["pixels_names"] == ""
    assert values["features_images"].shape == (0, 28, 28)
    assert draw_a_digit.told(draw_a_digit.parameters(drawing=""), values).startswith("0 strokes: nothing is drawn yet")


def test_printed_characters_stand_in_order_with_their_centre_of_mass_as_in_mnist():
    printed, places = glyph_neighbours.printed(), np.arange(28)
    mass = printed.sum(axis=(1, 2))
    for axis in (1, 2):
        away = np.abs(printed.sum(axis=axis) @ places / mass - 14)
        assert away.max() < 0.25  # a pixel knows how much of it is inked, not where
        assert np.median(away) < 0.02
    assert glyph_neighbours.CHARACTERS[599 // 20] == "T"
    assert printed[599].max() == 1
