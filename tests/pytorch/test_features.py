"""Features are what a layer gives in evaluation mode; a cache knows images and weights by their content."""

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse.pytorch import transfer
from dlcourse.pytorch.glyph_networks import glyph_resnet


@pytest.fixture
def network():
    torch.manual_seed(0)
    return glyph_resnet(4).train()


def drawn(*shape):
    return np.random.default_rng(0).random(shape).astype(np.float32)


IMAGES = drawn(7, 1, 28, 28)


def test_images_that_must_not_be_written_to_give_the_same_features_without_a_warning(network):
    locked = IMAGES.copy()
    locked.flags.writeable = False
    expected = transfer.features(network, IMAGES, layer="block1")
    np.testing.assert_array_equal(transfer.features(network, locked, layer="block1"), expected)


def test_features_are_the_layer_s_outputs_in_evaluation_mode_pooled_or_flattened(network):
    with torch.no_grad():
        network.eval()
        maps = network.block1(network.stem(torch.from_numpy(IMAGES)))
        logits = network(torch.from_numpy(IMAGES))
    network.train()
    pooled = transfer.features(network, IMAGES, layer="block1", batch_size=3)
    assert (pooled.shape, pooled.dtype) == ((7, 16), np.float32)
    np.testing.assert_allclose(pooled, maps.mean(dim=(2, 3)), rtol=1e-5, atol=1e-6)
    flat = transfer.features(network, torch.from_numpy(IMAGES), layer="block1", pooled=False)
    np.testing.assert_allclose(flat, maps.flatten(1), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(transfer.features(network, IMAGES, layer="head"), logits, rtol=1e-5, atol=1e-6)
    inner = transfer.features(network, IMAGES, layer="block1.branch.0")
    assert inner.shape == (7, 16)


def test_the_network_is_as_before_also_where_it_fails(network):
    transfer.freeze(network, upto="stem")
    network.block2.eval()
    modes = [each.training for each in network.modules()]
    state = {name: each.clone() for name, each in network.state_dict().items()}
    transfer.features(network, IMAGES, layer="pool")
    with pytest.raises(RuntimeError):  # behind the layer
        transfer.features(nn.Sequential(network, nn.Linear(3, 2)), IMAGES, layer="0")
    assert [each.training for each in network.modules()] == modes
    assert all(torch.equal(each, state[name]) for name, each in network.state_dict().items())
    assert not any(each._forward_hooks for each in network.modules())


def test_a_network_of_another_dtype_gives_float32_too(network):
    found = transfer.features(network.double(), IMAGES, layer="pool")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, transfer.features(network.float(), IMAGES, layer="pool"), rtol=1e-4, atol=1e-5)


def test_a_cache_knows_images_weights_statistics_and_layer_by_their_content(network):
    cache = transfer.FeatureCache()

    def ask(images=IMAGES, **how):
        return transfer.features(network, images, cache=cache, **({"layer": "pool"} | how))

    first = ask()
    first[:] = 0  # a reader's change does not reach what is kept
    np.testing.assert_array_equal(ask(IMAGES.copy()), transfer.features(network, IMAGES, layer="pool"))
    assert (cache.hits, cache.misses) == (1, 1)
    for change in (
        lambda: ask(IMAGES + np.float32(0.001)),
        lambda: ask(layer="block3"),
        lambda: ask(layer="block3", pooled=False),
        lambda: network.head.bias.data.add_(1) is None or ask(layer="head"),
        lambda: network.stem[0][1].running_mean.add_(0.1) is None or ask(),
    ):
        before = cache.misses
        change()
        assert cache.misses == before + 1
    assert cache.hits == 1


def test_a_cache_lets_the_oldest_go(network):
    cache = transfer.FeatureCache(size=2)
    for layer in ("stem", "block1", "stem", "block2", "stem", "block1"):
        transfer.features(network, IMAGES, layer=layer, cache=cache)
    assert (cache.hits, cache.misses) == (2, 4)
    with pytest.raises(ValueError, match="size: expected a whole number of at least 1"):
        transfer.FeatureCache(0)


@pytest.mark.parametrize(
    ("images", "layer", "error", "words"),
    [
        (
            IMAGES,
            "block4",
            ValueError,
            "layer: there is no 'block4' in this network. There: stem, block1, block2, block3",
        ),
        (
            IMAGES,
            "stem.7",
            ValueError,
            "layer: there is no '7'|layer: there is no 'stem.7' inside of 'stem'. There: 0, 1",
        ),
        (IMAGES[:, 0], "pool", ValueError, r"received \(7, 28, 28\).*images\[:, None\]"),
        (IMAGES[0], "pool", ValueError, r"A single image becomes a batch of one by images\[None\]"),
        (IMAGES[:0], "pool", ValueError, "with n at least 1"),
        (drawn(2, 3, 28, 28), "pool", ValueError, "expected 1 channels, as the network's first.*become gray by"),
        (np.ones((2, 1, 28, 28), np.uint8), "pool", TypeError, "received dtype uint8"),
    ],
)
def test_features_of_what_is_not_there_or_no_image_are_refused(network, images, layer, error, words):
    with pytest.raises(error, match=words):
        transfer.features(network, images, layer=layer)


@pytest.mark.parametrize("convert", [np.asarray, torch.from_numpy])
def test_target_images_of_the_right_kind_come_back_as_they_are(convert):
    images = convert(IMAGES)
    assert transfer.check_target_images(images) is images
    transfer.check_target_images(convert(drawn(2, 3, 224, 224)), channels=3, size=224)
    transfer.check_target_images(convert(IMAGES[:0]))


@pytest.mark.parametrize(
    ("images", "error", "words"),
    [
        (drawn(2, 1, 32, 32), ValueError, r"expected \(n, 1, 28, 28\), received \(2, 1, 32, 32\).*to 28 × 28 pixels"),
        (drawn(2, 1, 28, 20), ValueError, "depends on the size"),
        (drawn(2, 3, 28, 28), ValueError, r"3 channels. Colors become gray by images.mean\(1, keepdims=True\)"),
        (drawn(2, 28, 28, 3), ValueError, "channels seem to come last"),
        (drawn(2, 5, 28, 28), ValueError, "5 channels"),
        (drawn(2, 28, 28), ValueError, r"Gray images get their channel by images\[:, None\]"),
        (drawn(1, 28, 28), ValueError, r"images\[None\]"),
        (drawn(2, 784), ValueError, "images.reshape"),
        (255 * IMAGES, ValueError, r"received .* to 25\d\.?\d*. Gray values from 0 to 255 are divided by 255"),
        (2 * IMAGES - 1, ValueError, "Were they standardized"),
        (np.where(IMAGES > 0.9, np.nan, IMAGES), ValueError, r"Some are not numbers \(nan\)"),
        (300 * IMAGES, ValueError, r"expected numbers in \[0, 1\]"),
        ((255 * IMAGES).astype(np.uint8), TypeError, "received dtype uint8"),
        (IMAGES.astype(complex), TypeError, "received dtype complex128"),
    ],
)
def test_target_images_that_the_network_does_not_know_are_refused(images, error, words):
    with pytest.raises(error, match=words):
        transfer.check_target_images(images)
    if images.dtype != complex and error is ValueError:
        with pytest.raises(error):
            transfer.check_target_images(torch.from_numpy(images))


def test_a_gray_image_for_a_network_of_three_channels_is_told_how():
    with pytest.raises(ValueError, match=r"np.repeat\(images, 3, axis=1\)"):
        transfer.check_target_images(IMAGES, channels=3)
