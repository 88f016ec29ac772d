"""Trainings with dropout: what is stored is what training gives, and the question says what is stored."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.training_deep_networks import dropout_runs
from dlcourse.chapters.training_deep_networks.dropout_runs import EVERY, EXAMPLES, RATES, SEEDS, UPDATES, WIDTHS, runs
from dlcourse.chapters.training_deep_networks.experiments import dropout_rate
from dlcourse.data_parts import Part
from dlcourse.experiments.screen import Screen
from dlcourse.scratch.autograd import Tensor

DATA = Path(__file__).resolve().parents[3] / "data"
HALF = RATES.index(0.5)


def values_of(**given):
    return dropout_rate.compute(**dropout_rate.parameters(**given))


def at(examples, width, name, rate=None):
    """What was measured in the end: (rates, seeds), or (seeds,) at one rate."""
    ends = getattr(runs(), name)[EXAMPLES.index(examples), WIDTHS.index(width), ..., -1]
    return ends if rate is None else ends[RATES.index(rate)]


def test_all_that_is_named_is_stored():
    shape = len(EXAMPLES), len(WIDTHS), len(RATES), SEEDS, UPDATES // EVERY
    assert all(each.shape == shape for each in runs())
    for name, each in runs()._asdict().items():
        assert (each >= 0).all(), name
        assert "accuracy" not in name or (each <= 1).all()


def test_networks_of_a_seed_begin_alike_at_all_rates_and_drop_only_in_training():
    plain, dropping = (dropout_runs.build(32, rate, 3) for rate in (0.0, 0.5))
    for one, other in zip(plain.parameters(), dropping.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    inputs = Tensor(np.random.default_rng(0).random((4, dropout_runs.INPUTS), np.float32))
    assert not np.allclose(dropping(inputs).data, plain(inputs).data)
    np.testing.assert_array_equal(dropping.eval()(inputs).data, plain.eval()(inputs).data)


def test_digits_are_halved_by_the_mean_of_four_pixels():
    images = np.random.default_rng(0).random((2, 1, 28, 28), np.float32)
    small = dropout_runs.halved(Part(images, np.array([1, 2])))
    assert small.inputs.shape == (2, 196)
    assert small.inputs.dtype == np.float32
    assert small.inputs[1, 15] == pytest.approx(images[1, 0, 2:4, 2:4].mean())
    assert small.labels.tolist() == [1, 2]


def test_the_script_makes_what_is_stored():
    """The first 50 updates of one run; another processor rounds otherwise, so that later ones may differ."""
    train = runpy.run_path(str(DATA / "make_dropout_runs.py"), run_name="make_dropout_runs")["train"]
    first = next(iter(train(datasets.load("mnist"), 100, 32, 0.5, 0)))
    stored = [each[0, 0, HALF, 0, 0] for each in runs()]
    np.testing.assert_allclose(first, stored, atol=0.02)


def test_values_are_means_over_the_seeds():
    values = values_of(rate=0.3, updates=200, width="32")
    place, tests = (1, 0, 3), slice(0, 4)
    np.testing.assert_allclose(values["curves"][0], runs().reported[place][:, tests].mean(axis=0))
    np.testing.assert_allclose(values["curves"][2], runs().test_loss[place][:, tests].mean(axis=0))
    np.testing.assert_allclose(values["curves"][3], runs().test_loss[1, 0, 0][:, tests].mean(axis=0))
    np.testing.assert_allclose(values["by_rate"][:2, 3], values["curves"][1:3, -1])
    np.testing.assert_allclose(values["by_rate"][2, 3], runs().test_loss[place][:, tests].min(axis=1).mean())
    np.testing.assert_allclose(values["of_seeds"].mean(axis=1), values["by_rate"][1])
    wrong = values_of(rate=0.3, measure="wrong", width="32")["by_rate"]
    np.testing.assert_allclose(wrong[1], 1 - at(500, 32, "test_accuracy").mean(axis=1))


def test_question_and_explanation_of_dropout_say_what_happens():
    question, text = dropout_rate.prediction.question, dropout_rate.prediction.explanation
    for width, said, better in ((256, question, 1), (32, text, -1)):
        plain, dropped = (at(500, width, "test_accuracy", rate) for rate in (0.0, 0.5))
        assert (better * (dropped - plain) > 0).all()
        told, before = (f"{100 * each.mean():.1f} %" for each in (dropped, plain))
        assert told in said
        assert f"read instead of {before}" in said
        losses = [at(500, width, "test_loss", rate).mean() for rate in (0.0, 0.5)]
        assert all(f"{loss:.2f}" in said for loss in losses)
    for name, rate, loss in (("training_loss", 0.5, "0.34"), ("training_loss", 0.0, "0.06"), ("reported", 0.5, "0.75")):
        assert f"{at(500, 32, name, rate).mean():.2f}" == loss
        assert loss in text
    narrow = at(500, 32, "test_accuracy").mean(axis=1)
    assert min(narrow[1:3]) > narrow[0]


def test_what_the_explanation_says_of_early_stopping_and_of_more_digits():
    text = dropout_rate.prediction.explanation
    _, test, lowest = values_of()["by_rate"]
    assert f"is {lowest[0]:.2f} at its lowest, which is lower than {test[HALF]:.2f}" in text
    assert f"come to {lowest[HALF]:.2f}" in text
    more = values_of(examples="3000")["by_rate"][1]
    assert f"falls from {more[0]:.2f} to {more[4]:.2f} at p = 0.4" in text
    assert more.argmin() == 4


@pytest.mark.nightly
def test_sixteen_units_read_more_and_half_of_32_need_longer(monkeypatch):
    """Another processor rounds otherwise, and its runs end elsewhere: half a percent is left for that."""
    monkeypatch.setattr(dropout_runs, "UPDATES", 2400)
    monkeypatch.setattr(dropout_runs, "EVERY", 600)
    train = runpy.run_path(str(DATA / "make_dropout_runs.py"), run_name="make_dropout_runs")["train"]
    few, half = (
        np.mean([[test[4] for test in train(datasets.load("mnist"), 500, *how, seed)] for seed in range(SEEDS)], axis=0)
        for how in ((16, 0.0), (32, 0.5))
    )
    assert few[0] == pytest.approx(0.841, abs=0.005)
    assert half[3] == pytest.approx(0.852, abs=0.005)
    assert half.max() <= at(500, 32, "test_accuracy", 0.0).mean()


def test_axes_of_wrong_answers_end_above_all_that_is_drawn():
    screen = Screen(dropout_rate.picture, dropout_rate.size, values_of())
    for given in ({"width": "32", "updates": 50, "rate": 0.8}, {"updates": 50, "rate": 0.8}, {}, {"examples": "3000"}):
        screen.show(values_of(measure="wrong", **given))
        for ax in screen.picture.axes.values():
            low, high = ax.get_ylim()
            drawn = np.concatenate([line.get_ydata() for line in ax.lines if line.get_visible()])
            assert low <= drawn.min() <= drawn.max() <= high, given
            assert high <= 1
    assert screen.picture.axes["rates"].get_ylim()[1] == 0.15
