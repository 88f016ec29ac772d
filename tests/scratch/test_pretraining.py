"""Layers learnt one after the other: what each of them sees, what becomes of them, and that it helps."""

import numpy as np
import pytest

from dlcourse.data_parts import Part
from dlcourse.datasets import batches
from dlcourse.scratch import pretraining
from dlcourse.scratch.autoencoders import Autoencoder, autoencoder_step
from dlcourse.scratch.layers import BatchNorm, Linear, ReLU, Sigmoid
from dlcourse.scratch.optimizers import SGD
from dlcourse.scratch.pretraining import deep_network, greedy_layers, pretrain_greedily
from dlcourse.scratch.reconstruction import corrupt


def images(n=60, d=12, seed=0):
    """Numbers in [0, 1] that three hidden causes explain, and which cause was strongest."""
    generator = np.random.default_rng(seed)
    causes = generator.random((n, 3))
    x = causes @ generator.random((3, d)) / 3
    return x.astype(np.float32), causes.argmax(axis=1)


def test_each_layer_sees_what_the_ones_before_make_of_the_inputs():
    generator, seen = np.random.default_rng(0), []

    def train(inputs, width):
        seen.append(inputs)
        return generator.normal(size=(width, inputs.shape[1])), generator.normal(size=width)

    x = generator.random((5, 4))
    layers = greedy_layers(x, (3, 2), train)
    network = deep_network((4, 3, 2, 2), generator=generator)
    for layer, (weight, bias) in zip([network[0], network[2]], layers, strict=True):
        layer.weight.data, layer.bias.data = weight, bias
    np.testing.assert_array_equal(seen[0], x)
    np.testing.assert_allclose(seen[1], network[1](network[0](x)).data, rtol=1e-6)


def test_networks_are_as_they_are_asked_for():
    kinds = [type(module) for module in deep_network((6, 5, 4, 3), generator=np.random.default_rng(0))]
    assert kinds == [Linear, Sigmoid, Linear, Sigmoid, Linear]
    new = {"activation": "relu", "normalized": True, "start": "kaiming", "generator": np.random.default_rng(0)}
    assert [type(module) for module in deep_network((6, 5, 3), **new)] == [Linear, BatchNorm, ReLU, Linear]
    wide = {"generator": np.random.default_rng(0), "start": "xavier"}
    one, four = (deep_network((200, 200, 10), gain=gain, **wide)[0].weight.data.std() for gain in (1, 4))
    assert (one, four) == pytest.approx((200**-0.5, 4 * 200**-0.5), rel=0.02)


@pytest.mark.parametrize("kind", pretraining.KINDS)
def test_hidden_layers_change_and_the_last_one_keeps_its_start(kind):
    x, y = images()
    network, untouched = (deep_network((12, 6, 4, 3), generator=np.random.default_rng(1)) for _ in range(2))
    assert pretrain_greedily(network, x, kind=kind, labels=y, epochs=2, generator=np.random.default_rng(2)) is network
    before, after = untouched.state_dict(), network.state_dict()
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"0.weight", "0.bias", "2.weight", "2.bias"}
    assert all(array.dtype == np.float32 and np.isfinite(array).all() for array in after.values())


@pytest.mark.parametrize("kind", pretraining.KINDS)
def test_it_comes_out_alike_from_equal_generators(kind):
    x, y = images()
    states = []
    for _ in range(2):
        network = deep_network((12, 6, 3), generator=np.random.default_rng(1))
        pretrain_greedily(network, x, kind=kind, labels=y, epochs=1, generator=np.random.default_rng(2))
        states.append(network.state_dict())
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize("level", [0.0, 0.25])
def test_a_layer_of_an_autoencoder_is_the_encoder_of_one_with_tied_weights(level):
    x, y = images(200)
    how = {"epochs": 20, "rate": 0.1, "batch_size": 20, "level": level}
    weight, bias = pretraining.autoencoder_layer(x, 6, generator=np.random.default_rng(0), **how)
    generator, losses = np.random.default_rng(0), []
    network = Autoencoder((12, 6), tied=True, generator=generator)
    spoil = (lambda clean: corrupt(clean, level, generator)) if level else None
    step = autoencoder_step(network, SGD(network.parameters(), lr=0.1 * 12), loss="bce", corruption=spoil)
    for _ in range(20):
        losses.append(np.mean([step(batch.inputs, batch.labels) for batch in batches(Part(x, y), 20, generator)]))
    np.testing.assert_array_equal(weight, network.encoder[0].weight.data)
    np.testing.assert_array_equal(bias, network.encoder[0].bias.data)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "supervised"}, "labels: kind=.supervised. learns each layer from labels"),
        ({"kind": "variational"}, "kind: expected one of autoencoder, denoising, boltzmann, supervised"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    network = deep_network((12, 6, 3), generator=np.random.default_rng(1))
    with pytest.raises(ValueError, match=message):
        pretrain_greedily(network, images()[0], generator=np.random.default_rng(0), **options)


def test_a_start_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="start: expected one of standard, xavier, kaiming"):
        deep_network((4, 3, 2), start="he", generator=np.random.default_rng(0))
