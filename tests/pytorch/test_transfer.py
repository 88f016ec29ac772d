"""Freezing, heads and learning rates, on the course's networks and on one that is built as torchvision's are."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dlcourse.pytorch import architectures, transfer
from dlcourse.pytorch.blocks import Residual, basic_block
from dlcourse.pytorch.glyph_networks import glyph_autoencoder, glyph_resnet
from dlcourse.pytorch.small_architectures import small_mlp

GLYPH_LAYERS = ["stem", "block1", "block2", "block3", "head"]


class LikeTorchvision(nn.Module):
    """The names and the way of torchvision's ResNets, with fewer layers."""

    def __init__(self, classes=5):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(basic_block(4, 4), basic_block(4, 4))
        self.layer2 = nn.Sequential(basic_block(4, 8, 2), basic_block(8, 8))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(8, classes)

    def forward(self, inputs):
        maps = self.maxpool(self.relu(self.bn1(self.conv1(inputs))))
        return self.fc(torch.flatten(self.avgpool(self.layer2(self.layer1(maps))), 1))


BUILT = {"glyph": (lambda: glyph_resnet(6), (1, 28, 28)), "torchvision": (LikeTorchvision, (3, 32, 32))}


@pytest.fixture(params=BUILT.values(), ids=BUILT)
def built(request):
    torch.manual_seed(0)
    build, shape = request.param
    return build().train(), torch.rand(8, *shape, generator=torch.Generator().manual_seed(1))


def step(network, inputs, optimizer=None):
    optimizer = optimizer or torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    network.train()
    optimizer.zero_grad()
    functional.cross_entropy(network(inputs), torch.arange(len(inputs)) % 5).backward()
    optimizer.step()


def moved_by(network, act):
    """The layers of which something changes, weights or statistics."""
    before = {name: each.clone() for name, each in network.state_dict().items()}
    act()
    after = network.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    return [layer for layer in transfer.layers_of(network) if any(name.split(".")[0] == layer for name in moved)]


# --- layers


def test_layers_are_the_children_with_parameters_from_the_input_on():
    assert transfer.layers_of(glyph_resnet()) == GLYPH_LAYERS
    assert transfer.layers_of(LikeTorchvision()) == ["conv1", "bn1", "layer1", "layer2", "fc"]
    assert transfer.layers_of(small_mlp()) == ["1", "3", "5"]
    assert transfer.layers_of(glyph_autoencoder()) == ["encoder", "decoder"]
    with torch.device("meta"):
        assert transfer.layers_of(architectures.resnet18()) == ["conv1", "conv2", "conv3", "conv4", "conv5", "head"]
    with pytest.raises(ValueError, match=r"received Linear, which has none.*nn.Sequential\(layer\)"):
        transfer.layers_of(nn.Linear(2, 3))


# --- freezing


@pytest.mark.parametrize("depth", range(6))
def test_frozen_layers_stand_still_and_all_others_move(built, depth):
    """Weights and statistics, although the optimizer holds all, with momentum and decay, after train()."""
    network, inputs = built
    layers = transfer.layers_of(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    step(network, inputs, optimizer)  # there is a gradient and a velocity before
    assert transfer.freeze(network, upto=depth) is network
    if depth == len(layers):
        assert not any(each.requires_grad for each in network.parameters())
        return
    assert moved_by(network, lambda: [step(network, inputs, optimizer) for _ in range(2)]) == layers[depth:]
    named = transfer.freeze(copy.deepcopy(network), upto=layers[depth - 1]) if depth else network
    wanting = [[each.requires_grad for each in one.parameters()] for one in (named, network)]
    assert wanting[0] == wanting[1]


def test_a_copy_of_a_frozen_network_keeps_its_own_statistics(built):
    network, inputs = built
    copied = copy.deepcopy(transfer.freeze(network, upto=3))
    transfer.unfreeze(network)
    assert moved_by(copied, lambda: step(copied, inputs)) == transfer.layers_of(copied)[3:]
    assert moved_by(network, lambda: step(network, inputs)) == transfer.layers_of(network)


def test_frozen_without_its_statistics_a_layer_moves(built):
    """And it normalizes with the mini-batch's mean and variance, which a layer with its statistics kept does not."""
    network, inputs = built
    first = transfer.layers_of(network)[:3]
    alone = copy.deepcopy(network)
    transfer.freeze(alone, upto=3, statistics=False)
    moved = moved_by(alone, lambda: step(alone, inputs))
    assert set(first) & set(moved) == set(first) - {"conv1"}
    transfer.freeze(network, upto=3)
    outputs = [network.get_submodule(first[0]).train()(inputs[:n])[:2] for n in (2, 8)]
    torch.testing.assert_close(*outputs)


def test_some_layers_or_parts_of_them_are_frozen_by_name():
    network = glyph_resnet(4)
    transfer.freeze(network, names=["block1", "block3.branch"])
    learning = {name for name, each in network.named_parameters() if each.requires_grad}
    assert not any(name.startswith(("block1", "block3.branch")) for name in learning)
    assert {name.split(".")[0] for name in learning} == {"stem", "block2", "block3", "head"}
    transfer.unfreeze(network, names="block1")
    assert [each.weights for each in transfer.report(network).layers] == ["learn", "learn", "learn", "learn in part",
                                                                          "learn"]  # fmt: skip


def test_unfrozen_from_a_layer_on_all_behind_it_learn(built):
    network, inputs = built
    layers = transfer.layers_of(network)
    for depth in range(1, 6):
        transfer.unfreeze(transfer.freeze(network), from_=depth)
        assert [each.weights for each in transfer.report(network).layers].count("learn") == 6 - depth
        assert moved_by(network, lambda: step(network, inputs)) == layers[depth - 1 :]


def test_a_layer_unfrozen_within_an_epoch_normalizes_with_the_mini_batch_again(built):
    network, _ = built
    transfer.unfreeze(transfer.freeze(network.train(), upto=3))
    assert all(each.training for each in network.modules())


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"upto": "block9"}, ValueError, r"no layer 'block9'.*stem \(1\), block1 \(2\).*head \(5\)"),
        ({"upto": "pool"}, ValueError, "no layer 'pool' with parameters"),
        ({"upto": 6}, ValueError, r"upto: expected a depth from 0 to 5, received 6. There: stem \(1\)"),
        ({"upto": -1}, ValueError, "expected a depth from 0 to 5"),
        ({"upto": True}, TypeError, "a layer's name or its depth, received bool"),
        ({"upto": 2.0}, TypeError, "received float"),
        ({"names": ["stem", "block9"]}, ValueError, "names: there is no 'block9' in this network. There: stem, block1"),
        ({"names": ["block3.brunch"]}, ValueError, "inside of 'block3'. There: branch, shortcut, add, relu"),
        ({"upto": 1, "names": ["stem"]}, TypeError, "upto or names, received both"),
    ],
)
def test_freezing_what_is_not_there_is_refused_with_the_names(how, error, words):
    with pytest.raises(error, match=words):
        transfer.freeze(glyph_resnet(3), **how)


def test_learning_from_depth_0_is_refused():
    with pytest.raises(ValueError, match="from_: expected a depth from 1 to 5, received 0"):
        transfer.unfreeze(glyph_resnet(3), from_=0)


def test_gradually_one_layer_more_learns(built):
    """With an optimizer made before, which passes over what is frozen and takes up what is not."""
    network, inputs = built
    layers, optimizer = transfer.layers_of(network), torch.optim.Adam(network.parameters())
    for epoch in range(12):
        learning = transfer.unfreeze_gradually(network, epoch, every=2)
        assert learning == layers[-min(1 + epoch // 2, 5) :]
        assert moved_by(network, lambda: step(network, inputs, optimizer)) == learning
    with pytest.raises(ValueError, match="epoch: expected a whole number of at least 0"):
        transfer.unfreeze_gradually(network, -1)


# --- heads


def test_a_new_head_is_fresh_and_learns_and_all_else_stays(built):
    network, inputs = built
    transfer.freeze(network)
    before = {name: each.clone() for name, each in network.state_dict().items()}
    assert transfer.replace_head(network, 7, generator=torch.Generator().manual_seed(3)) is network
    assert network(inputs).shape == (8, 7)
    head = transfer.layers_of(network)[-1]
    learning = {name for name, each in network.named_parameters() if each.requires_grad}
    assert learning == {f"{head}.weight", f"{head}.bias"}
    after = network.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before if not name.startswith(head))


def test_the_same_generator_gives_the_same_head_spread_as_pytorch_s():
    first, second = (
        transfer.replace_head(glyph_resnet(3), 200, generator=torch.Generator().manual_seed(5)).head for _ in range(2)
    )
    assert torch.equal(first.weight, second.weight)
    usual = nn.Linear(64, 200)
    for mine, theirs in zip(first.parameters(), usual.parameters(), strict=True):
        assert mine.abs().max() <= 1 / 8
        assert mine.std().item() == pytest.approx(theirs.std().item(), rel=0.2)


def test_the_last_of_several_linear_layers_is_the_head_of_the_old_one_s_kind():
    network = small_mlp().double()
    network[5] = nn.Linear(256, 10, bias=False).double()
    kept = network[3].weight
    transfer.replace_head(network, 4)
    assert network[3].weight is kept
    assert (network[5].out_features, network[5].bias, network[5].weight.dtype) == (4, None, torch.float64)
    nested = nn.Sequential(small_mlp())
    assert transfer.replace_head(nested, 3)(torch.zeros(2, 784)).shape == (2, 3)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)), "the last part with parameters is 1, of type BatchNorm1d"),
        (nn.Linear(3, 4), "the network itself, of type Linear"),
        (nn.ReLU(), "the network itself, of type ReLU"),
    ],
)
def test_a_network_without_a_linear_head_is_refused(network, words):
    with pytest.raises(ValueError, match=words):
        transfer.replace_head(network, 3)


def test_a_head_of_no_classes_or_a_generator_of_numpy_s_is_refused():
    with pytest.raises(ValueError, match="classes: expected a whole number of at least 1"):
        transfer.replace_head(glyph_resnet(3), 0)
    with pytest.raises(TypeError, match="expected a generator of PyTorch's, received Generator"):
        transfer.replace_head(glyph_resnet(3), 2, generator=np.random.default_rng(0))


# --- learning rates


def test_rates_fall_from_the_head_to_the_input_and_frozen_layers_are_left_out():
    network = transfer.freeze(glyph_resnet(3), upto="stem")
    groups = transfer.parameter_groups(network, 0.1, decay=0.5)
    assert [(each["name"], each["lr"]) for each in groups] == [
        ("block1", 0.0125),
        ("block2", 0.025),
        ("block3", 0.05),
        ("head", 0.1),
    ]
    held = [id(each) for group in groups for each in group["params"]]
    assert sorted(held) == sorted(id(each) for each in network.parameters() if each.requires_grad)
    assert transfer.parameter_groups(network, 0.1, decay=0.5, head_rate=1.0)[-1]["lr"] == 1
    optimizer = torch.optim.SGD(groups, lr=1.0)
    before = network.block1.branch[0][0].weight.detach().clone()
    network(torch.rand(4, 1, 28, 28)).sum().backward()
    gradient = network.block1.branch[0][0].weight.grad
    optimizer.step()
    torch.testing.assert_close(network.block1.branch[0][0].weight, before - 0.0125 * gradient)


def test_parameters_of_the_network_s_own_and_shared_ones_come_once():
    class WithToken(nn.Module):
        def __init__(self):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(2))
            self.first = nn.Linear(2, 2, bias=False)
            self.second = nn.Linear(2, 2, bias=False)
            self.second.weight = self.first.weight

    groups = transfer.parameter_groups(WithToken(), 1.0, decay=0.5)
    assert [(each["name"], each["lr"], len(each["params"])) for each in groups] == [
        ("token", 0.25, 1),
        ("first", 0.5, 1),
    ]
    assert [each.name for each in transfer.report(WithToken()).layers] == ["(no layer)", "first"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"rate": 0.0}, "rate: expected a positive number"),
        ({"rate": 0.1, "decay": 2.6}, "decay: expected at most 1"),
        ({"rate": 0.1, "decay": 0.0}, "decay: expected a positive number"),
        ({"rate": 0.1, "head_rate": -1.0}, "head_rate: expected a positive number"),
    ],
)
def test_rates_out_of_range_are_refused(how, words):
    with pytest.raises(ValueError, match=words):
        transfer.parameter_groups(glyph_resnet(3), **how)


def test_groups_of_a_network_that_is_frozen_all_over_are_refused():
    with pytest.raises(ValueError, match="all are frozen: unfreeze the head"):
        transfer.parameter_groups(transfer.freeze(glyph_resnet(3)), 0.1)


# --- the report


def test_the_report_says_what_learns_and_which_statistics_move():
    network = transfer.freeze(glyph_resnet(3), upto="stem")
    transfer.freeze(network, names=["block1"], statistics=False)
    transfer.freeze(network, names=["block2.branch"])
    found = transfer.report(network)
    assert [(each.name, each.weights, each.statistics) for each in found.layers] == [
        ("stem", "frozen", "kept"),
        ("block1", "frozen", "move"),
        ("block2", "learn in part", "2 kept, 1 move"),
        ("block3", "learn", "move"),
        ("head", "learn", "–"),
    ]
    assert found.parameters == sum(each.numel() for each in network.parameters())
    assert found.learning == sum(each.numel() for each in network.parameters() if each.requires_grad)
    lines = str(found).splitlines()
    assert lines[1].split() == ["stem", "176", "0", "frozen", "kept"]
    assert lines[-1].split() == ["all", f"{found.parameters:,}", f"{found.learning:,}"]
    assert repr(found) == str(found)
    assert found._repr_html_().count("<tr>") == 7


def test_a_residual_block_is_a_layer_by_itself():
    assert transfer.layers_of(Residual(nn.Linear(2, 2))) == ["branch"]
