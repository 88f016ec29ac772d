"""The small versions take any image and number of classes, cost alike, and learn; the stacks differ in one thing."""

import pytest
import torch
from torch import nn

from dlcourse import datasets
from dlcourse.pytorch import counting
from dlcourse.pytorch.blocks import Residual, initialize, normalized, without
from dlcourse.pytorch.small_architectures import SMALL, plain_stack, residual_stack


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize(("channels", "size", "classes"), [(1, 28, 10), (3, 32, 10), (1, 28, 36)])
def test_every_image_gets_a_score_for_each_class(name, channels, size, classes):
    network = SMALL[name](channels, size, classes)
    assert network(torch.zeros(2, channels, size, size)).shape == (2, classes)


@pytest.mark.parametrize("name", SMALL)
def test_all_cost_about_as_much_as_lenet(name):
    with torch.device("meta"):
        network, lenet = SMALL[name](), SMALL["LeNet-5"]()
    counts = counting.count(network, (1, 28, 28))
    ratio = counting.total(counts).multiply_adds / counting.total(counting.count(lenet, (1, 28, 28))).multiply_adds
    assert 0.9 < ratio < 1.1
    assert counting.total(counts).parameters == sum(each.numel() for each in network.parameters())
    assert name != "LeNet-5" or counting.total(counts).parameters == 61_706


@pytest.mark.parametrize("name", SMALL)
def test_they_learn(name):
    digits = datasets.load("mnist").train
    inputs, labels = torch.tensor(digits.inputs[:64]), torch.tensor(digits.labels[:64])
    network = initialize(SMALL[name](), seed=0)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    losses = []
    for _ in range(40):
        loss = nn.functional.cross_entropy(network(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("size", [28, 32])
def test_memory_for_the_backward_pass_is_the_same_on_the_meta_device(name, size):
    network = SMALL[name](1, size)
    here = counting.bytes_for_backward(network, (1, size, size), batch_size=2)
    assert counting.bytes_for_backward(network.to("meta"), (1, size, size), batch_size=2) == here


def test_a_seed_gives_the_same_start_and_touches_no_other_generator():
    state = torch.get_rng_state()
    networks = [initialize(SMALL["ResNet"](), seed) for seed in (1, 1, 2)]
    torch.set_rng_state(state)
    first, again, other = (torch.cat([each.flatten() for each in network.parameters()]) for network in networks)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    before = torch.get_rng_state()
    initialize(networks[0], 3)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_part_that_the_start_does_not_reach_is_refused():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ConvTranspose2d(2, 1, 3))  # it kept PyTorch's start, of no seed
    before = network[0].weight.clone()
    with pytest.raises(TypeError, match="no start is known for ConvTranspose2d"):
        initialize(network, 1)
    assert torch.equal(network[0].weight, before)


def test_the_start_has_hes_spread():
    layer = initialize(nn.Linear(200, 500), 0)
    assert layer.weight.std().item() == pytest.approx((2 / 200) ** 0.5, rel=0.02)
    assert not layer.bias.any()


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("depth", [4, 8, 20])
def test_stacks_have_so_many_layers_and_differ_in_their_shortcuts_alone(depth, batch_norm):
    plain, residual = (build(depth, batch_norm=batch_norm) for build in (plain_stack, residual_stack))
    for network in (plain, residual):
        layers = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
        assert len(layers) == depth
        norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
        assert len(norms) == (depth - 2 if batch_norm else 0)
        assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    shapes = [[each.shape for each in network.parameters()] for network in (plain, residual)]
    assert shapes[0] == shapes[1]
    shortcuts = [sum(isinstance(module, Residual) for module in network.modules()) for network in (plain, residual)]
    assert shortcuts == [0, (depth - 2) // 2]


@pytest.mark.parametrize("depth", [2, 7])
def test_a_depth_that_cannot_be_built_is_refused(depth):
    with pytest.raises(ValueError, match=f"even number of layers, at least 4, received {depth}"):
        plain_stack(depth)


def test_a_network_without_its_shortcuts_is_the_plain_one():
    images = torch.randn(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    changed, plain = without(residual_stack(8), Residual), plain_stack(8)
    assert not any(isinstance(module, Residual) for module in changed.modules())
    assert torch.equal(initialize(changed, 1)(images), initialize(plain, 1)(images))


def test_a_network_without_its_normalization_has_all_other_layers():
    changed = without(SMALL["ResNet"](), nn.BatchNorm2d)
    kinds = [type(module) for module in changed.modules()]
    assert nn.BatchNorm2d not in kinds
    assert kinds.count(nn.Conv2d) == sum(isinstance(module, nn.Conv2d) for module in SMALL["ResNet"]().modules())
    assert changed(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_normalized_puts_one_normalization_behind_each_convolution():
    changed = normalized(SMALL["AlexNet"]())
    kinds = [type(module) for module in changed.modules()]
    behind = [kinds[place + 1] for place, kind in enumerate(kinds) if kind is nn.Conv2d]
    assert behind == 3 * [nn.BatchNorm2d]
    assert changed(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
