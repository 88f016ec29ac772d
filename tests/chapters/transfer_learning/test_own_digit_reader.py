"""The milestone's reader: what it reads, and better than what; that pieces in any style and own drawings serve."""

import numpy as np
import pytest
import torch

from dlcourse import drawings
from dlcourse.chapters.transfer_learning import milestones, own_digit_reader
from dlcourse.chapters.transfer_learning.milestones import reader_of
from dlcourse.errors import CourseError

READER = milestones.own_digit_reader
PIECES = {each.name: each.reference for each in READER.pieces}
TESTED = "share of 1000 test digits read rightly"


@pytest.fixture
def small(monkeypatch):
    for name, value in {"PER_CLASS": 5, "TESTED": 20, "STEPS": 20}.items():
        monkeypatch.setattr(own_digit_reader, name, value)


def test_features_of_letters_read_digits_better_than_pixels_do():
    values = READER.measured()
    pixels = READER.measured(extract_features=lambda network, images, layer: images.reshape(len(images), -1))
    assert values[TESTED] > 0.93
    assert values[TESTED] > pixels[TESTED] + 0.05
    assert values["share of 10 ready drawings read rightly"] == 1
    assert own_digit_reader.read_in_words(values) == "The ready drawings: 10 of 10 read rightly."


def test_the_first_number_that_is_not_the_library_s_tells_which_piece_is_wrong(small):
    def leaves_at(name, wrong):
        runs = (list(READER.run({**PIECES, **changed})) for changed in ({}, {name: wrong}))
        return next(one.label for one, other in zip(*runs, strict=True) if abs(one.value - other.value) > 1e-9)

    def negative(inputs, labels, weights, bias):
        return tuple(-each for each in PIECES["softmax_gradient"](inputs, labels, weights, bias))

    assert leaves_at("extract_features", lambda *call: 1.01 * PIECES["extract_features"](*call)).startswith(
        "mean feature"
    )
    assert (
        leaves_at("cross_entropy", lambda *call: 1.01 * PIECES["cross_entropy"](*call)) == "training loss after 0 steps"
    )
    assert leaves_at("softmax_gradient", negative) == "loss of the mini-batch at step 1"
    assert "test digits" in leaves_at("softmax", lambda logits: PIECES["softmax"](-logits))


def extract_features(network, images, layer):
    kept = []
    hook = network.get_submodule(layer).register_forward_hook(lambda *call: kept.append(call[2]))
    mode = network.training
    network.eval()
    for image in images:
        network(torch.tensor(image)[None])
    network.train(mode)
    hook.remove()
    return np.array([each.detach().numpy().mean(axis=(2, 3))[0] for each in kept])


def test_a_piece_in_another_style_gives_the_same_numbers(small):
    """Image by image, by a hook, the mean by NumPy."""
    assert READER.pieces[0].examine(extract_features).passed
    found, expected = (
        [each.value for each in READER.run(pieces)]
        for pieces in ({**PIECES, "extract_features": extract_features}, PIECES)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_own_drawings_are_read_beside_the_ready_ones(small):
    three = drawings.written(drawings.READY["3"])
    reader = reader_of([(3, f"draw_a_digit(drawing='{three}', among='letters')"), (3, three), (0, drawings.READY["0"])])
    values = reader.measured()
    twice = [values[f"drawing {place} (own), its right digit"] for place in (1, 2)]
    assert twice == [pytest.approx(values["drawing 4 (ready), its right digit"])] * 2
    assert "Your own drawings: " in reader.in_words(values)
    assert values.keys() > reader_of({}).measured().keys()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({10: "20305060"}, "from 0 to 9; 10 is none"),
        ({"3": "20305060"}, "'3' is none"),
        ({True: "20305060"}, "True is none"),
        ({3: ""}, "The drawing of 3 is empty"),
        ({3: "2030506"}, "four digits a point"),
    ],
)
def test_what_is_no_digit_or_no_drawing_is_refused(own, words):
    with pytest.raises(CourseError, match=words):
        reader_of(own)


def test_drawings_read_wrongly_are_told_whatever_the_numbers_are():
    values = {f"drawing {place + 1} (ready)": float(place) for place in range(10)}
    values |= {"drawing 8 (ready)": 1.0, "drawing 3 (ready)": float("nan")}
    told = "The ready drawings: 8 of 10 read rightly; read wrongly: a 2 as nan, a 7 as 1."
    assert own_digit_reader.read_in_words(values) == told
