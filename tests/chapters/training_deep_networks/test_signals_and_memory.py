"""The numbers behind two experiments of chapter 12: the signals of deep networks, and the memory of training."""

from functools import cache

import numpy as np
import pytest
import torch

from dlcourse.chapters.training_deep_networks.experiments import memory, signals
from dlcourse.chapters.training_deep_networks.experiments.kept_activations import IMAGE, NETWORKS, kept, sizes
from dlcourse.chapters.training_deep_networks.experiments.standard_digits import digits_batch
from dlcourse.pytorch import architectures, counting
from dlcourse.pytorch.training_memory import training_memory
from dlcourse.scratch.deep_stacks import deep_network
from dlcourse.scratch.layers import Linear
from dlcourse.scratch.signals import layer_signals

SEEDS = range(1, 21)


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


# --- signals


@cache
def growths(seeds=5, **given):
    """By seed: δ in layer 1 over δ in the last layer with an activation."""
    found = [values_of(signals, seed=seed, **given)["gradients"] for seed in SEEDS[:seeds]]
    return np.array([each[0] / each[-2] for each in found])


def test_sizes_are_those_of_a_plain_forward_pass():
    network, expected = deep_network(64, 10, depth=4, generator=np.random.default_rng(3), dtype=np.float64), []
    a, _ = digits_batch()
    for linear in (each for each in network if isinstance(each, Linear)):
        z = a @ (1.2 * linear.weight.data).T
        a = np.maximum(z, 0) if len(expected) < 3 else z
        expected.append(np.sqrt((a**2).mean()))
    np.testing.assert_allclose(values_of(signals, depth=4, seed=3, factor=1.2)["sizes"], expected)


def test_digits_have_mean_0_by_pixel_and_about_size_1():
    images, labels = digits_batch()
    assert images.shape == (128, 64)
    assert labels.shape == (128,)
    assert (images**2).mean() == pytest.approx(1, abs=0.02)
    assert abs(images.mean()) < 0.02


@pytest.mark.parametrize("normalization", ["none", "batch"])
def test_distributions_are_shares_with_everything_in_them(normalization):
    values = values_of(signals, normalization=normalization)
    for name in ("values", "slopes"):
        np.testing.assert_allclose(values[name].sum(axis=1), 1)
    dead = values["slopes"][:-1, 0]
    np.testing.assert_allclose(dead, values["saturated"][:-1], atol=0.01)  # δ is 0 where ReLU is flat


def test_multiplied_weights_multiply_by_their_power():
    once, more = values_of(signals), values_of(signals, factor=1.5)
    np.testing.assert_allclose(more["sizes"], once["sizes"] * 1.5 ** np.arange(1, 41))


def test_all_zeros_stay_zeros():
    values = values_of(signals, start="zeros")
    assert not values["sizes"].any()
    assert not values["gradients"][:-1].any()
    assert values["gradients"][-1] > 0
    assert "size 0, 0, 0" in signals.told(signals.parameters(start="zeros"), values)


def test_question_and_explanation_of_signals_say_what_happens():
    normalized, plain = growths(20, normalization="batch"), growths(20)
    assert 1000 < normalized.min() < normalized.max() < 2100
    assert np.exp(np.log(normalized).mean()) == pytest.approx((np.pi / (np.pi - 1)) ** 19, rel=0.1)
    assert 0.4 < plain.min() < plain.max() < 6
    values = values_of(signals, normalization="batch")
    np.testing.assert_allclose(values["sizes"][:-1], 0.7, atol=0.05)
    linear, layer = growths(normalization="batch", activation="none"), growths(normalization="layer")
    assert 1.4 < linear.min() < linear.max() < 2
    assert 0.2 < layer.min() < layer.max() < 5
    shallow = growths(normalization="batch", depth=20)
    assert 30 < shallow.min() < shallow.max() < 40.5


def test_what_the_explanation_sends_to_look_at_is_there():
    small = values_of(signals, start="normal 0.01", depth=20)
    assert small["sizes"][-2] < 1e-20
    tanh, relu = (values_of(signals, start="1/√n", activation=each)["sizes"] for each in ("tanh", "ReLU"))
    assert tanh[-2] / tanh[0] > 0.1 > 1e-5 > relu[-2] / relu[0]
    sigmoid = values_of(signals, activation="sigmoid", start="Glorot")
    np.testing.assert_allclose(sigmoid["sizes"][:-1], 0.5, atol=0.06)
    assert sigmoid["gradients"][0] < 1e-20
    network = deep_network(64, 10, activation="sigmoid", start="Glorot", generator=np.random.default_rng(1))
    last = layer_signals(network, *digits_batch())[18].activations
    assert last.mean(axis=0).std() > 0.1 > 1e-6 > last.std(axis=0).max()


# --- memory


@pytest.mark.parametrize("network", NETWORKS)
def test_blocks_hold_all_activations_that_are_counted(network):
    weights, blocks = sizes(network)
    with torch.device("meta"):
        assert weights == counting.total(counting.count(getattr(architectures, network)(), IMAGE)).parameters
    values = values_of(memory, network=network, batch=7)
    assert kept(network, 1) == sum(map(sum, blocks)) == values["all_numbers"]
    expected = training_memory(weights, values["all_numbers"], 7)
    assert values["kinds"].tolist() == [expected.weights, expected.gradients, expected.optimizer, expected.activations]
    assert values["totals"][0] == training_memory(weights, values["all_numbers"], 1).total


def test_residual_blocks_end_with_their_sums():
    _, blocks = sizes("resnet50")
    assert [len(block) for block in blocks] == [1, 5, 4, 4, 5, 4, 4, 4, 5, 4, 4, 4, 4, 4, 5, 4, 4, 1]
    assert all(block[-1] == max(block[2:]) for block in blocks[1:-1])


def test_the_largest_mini_batch_fits_and_one_more_does_not():
    for given in ({}, {"network": "vgg16", "precision": "mixed"}, {"segments": 5, "device": "24"}):
        values = values_of(memory, **given)
        weights, numbers = values["weights"], values["numbers"]
        settings = {"precision": given.get("precision", "float32")}
        fits, beyond = (training_memory(weights, numbers, values["largest"] + k, **settings).total for k in (0, 1))
        assert fits <= values["limit"] < beyond


def test_what_does_not_fit_at_all_is_said():
    values = values_of(memory) | {"largest": 0}
    assert "not even one image fits" in memory.told(memory.parameters(), values)


def test_question_and_explanation_of_memory_say_what_happens():
    full, mixed = (values_of(memory, batch=1, precision=each)["kinds"] for each in ("float32", "mixed"))
    text = memory.prediction.explanation
    before, after = full.sum() / 1e6, mixed.sum() / 1e6
    assert f"{after:.0f} MB instead of {before:.0f} MB: {100 * after / before:.0f} %" in text
    assert f"from {full[3] / 1e6:.0f} MB to {mixed[3] / 1e6:.0f} MB" in text
    assert full[:3].sum() == mixed[:3].sum()
    full, mixed = (values_of(memory, batch=64, precision=each)["kinds"] for each in ("float32", "mixed"))
    assert f"{100 * full[3] / full.sum():.0f} % of all in float32" in text
    assert f"takes {100 * mixed.sum() / full.sum():.0f} % as much" in text
    vgg = values_of(memory, network="vgg16")
    assert vgg["weights"] / values_of(memory)["weights"] == pytest.approx(5, abs=0.5)
    assert int(vgg["fixed"] / vgg["activations"][0]) == 40
    shares = [kept("resnet50", segments) / kept("resnet50", 1) for segments in range(1, 19)]
    assert [round(100 * share) for share in (shares[2], shares[5])] == [39, 30]
    assert min(shares) == shares[5] < shares[4]
    with torch.device("meta"):
        assert round(counting.bytes_for_backward(architectures.resnet50(), IMAGE) / 4e6) == 20
