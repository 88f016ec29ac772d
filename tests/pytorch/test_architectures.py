"""The networks are those of the papers: parameters to the last one, multiply-adds, and what each computes."""

import functools

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlcourse.pytorch import architectures, counting, lenet
from dlcourse.pytorch.blocks import Inception, Residual, basic_block, bottleneck

IMAGE = (3, 224, 224)
ONE_TOWER = functools.partial(architectures.alexnet, (64, 192, 384, 256, 256), groups=1)
TODAYS_RESNET = functools.partial(architectures.resnet50, stride_in_3x3=True)


@functools.cache
def built(build):
    with torch.device("meta"):
        return build()


@functools.cache
def counted(build, shape=IMAGE):
    return counting.count(built(build), shape)


@pytest.mark.parametrize(
    ("build", "shape", "parameters", "multiply_adds"),
    [
        (architectures.lenet5, (1, 32, 32), 60_850, 326_520),
        (architectures.alexnet, IMAGE, 60_965_224, 724_406_816),
        (ONE_TOWER, IMAGE, 61_100_840, 714_188_480),
        (architectures.vgg16, IMAGE, 138_357_544, 15_470_264_320),
        (architectures.googlenet, IMAGE, 6_998_552, 1_582_671_872),
        (architectures.resnet18, IMAGE, 11_689_512, 1_814_073_344),
        (architectures.resnet50, IMAGE, 25_557_032, 3_857_973_248),
        (TODAYS_RESNET, IMAGE, 25_557_032, 4_089_184_256),
    ],
)
def test_parameters_and_multiply_adds_are_those_known(build, shape, parameters, multiply_adds):
    found = counting.total(counted(build, shape))
    assert (found.parameters, found.multiply_adds) == (parameters, multiply_adds)
    assert sum(each.numel() for each in built(build).parameters()) == parameters
    with FlopCounterMode(display=False) as flops:  # PyTorch's own counter: two operations a multiply-add
        built(build).eval()(torch.zeros(1, *shape, device="meta"))
    assert flops.get_total_flops() == 2 * multiply_adds


def test_lenet_has_the_papers_60000_parameters_and_340908_connections():
    """LeCun et al. (1998), section II.B: the numbers of each layer. The output compares F6 with 10 bitmaps of 84."""
    groups = {each.name: each for each in counting.grouped(counted(architectures.lenet5, (1, 32, 32)))}
    parameters = {"C1": 156, "S2": 12, "C3": 1_516, "S4": 32, "C5": 48_120, "F6": 10_164}
    assert {name: groups[name].parameters for name in parameters} == parameters
    assert sum(parameters.values()) == 60_000
    layers = {each.name: each for each in counted(architectures.lenet5, (1, 32, 32))}
    biases = {"C1": 6 * 28 * 28, "C3": 16 * 10 * 10, "C5": 120, "F6": 84}
    connections = {name: groups[name].multiply_adds + added for name, added in biases.items()}
    connections |= {name: 5 * layers[f"{name}.0"].activations for name in ("S2", "S4")}  # four inputs and a bias
    assert connections == {"C1": 122_304, "C3": 151_600, "C5": 48_120, "F6": 10_164, "S2": 5_880, "S4": 2_000}
    assert sum(connections.values()) + 10 * 84 == 340_908


def test_c3_reads_the_maps_of_the_papers_table():
    assert [len(maps) for maps in lenet.C3_TABLE] == 6 * [3] + 9 * [4] + [6]
    assert len(set(lenet.C3_TABLE)) == 16
    assert [sum(number in maps for maps in lenet.C3_TABLE) for number in range(6)] == 6 * [10]
    layer = lenet.SparseConv2d(lenet.C3_TABLE, 5)
    images = torch.randn(2, 6, 14, 14, generator=torch.Generator().manual_seed(0))
    moved = images.clone()
    moved[:, 3] += 1
    changed = (layer(images) != layer(moved)).any(dim=(0, 2, 3)).nonzero().flatten().tolist()
    assert changed == [number for number, maps in enumerate(lenet.C3_TABLE) if 3 in maps]


def test_subsampling_sums_each_window_times_a_coefficient_plus_a_bias():
    layer = lenet.Subsampling(2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.0, -2.0]).reshape(2, 1, 1))
        layer.bias.copy_(torch.tensor([0.5, 0.0]).reshape(2, 1, 1))
    images = torch.arange(8.0).reshape(1, 2, 2, 2)
    assert layer(images).flatten().tolist() == [0 + 1 + 2 + 3 + 0.5, -2 * (4 + 5 + 6 + 7)]
    assert lenet.ScaledTanh()(torch.tensor([1.0, -1.0])) == pytest.approx([1, -1], abs=1e-4)


def test_googlenets_inception_blocks_have_the_weights_of_the_papers_table():
    """Table 1 of Szegedy et al. (2015), in units of 1,024, without biases; some rows are a few percent off."""
    published = {
        "3a": 159, "3b": 380, "4a": 364, "4b": 437, "4c": 463, "4d": 580, "4e": 840, "5a": 1072, "5b": 1388,
    }  # fmt: skip
    network = built(architectures.googlenet)
    for name, thousands in published.items():
        block = getattr(network, f"block{name}")
        weights = sum(each.numel() for each in block.parameters() if each.dim() > 1)
        assert weights / 1024 == pytest.approx(thousands, rel=0.08), name
    biases = sum(each.numel() for each in network.parameters() if each.dim() == 1)
    assert biases == 8_280
    table = 1024 * (2.7 + 112 + sum(published.values()) + 1000)
    assert table == pytest.approx(6.96e6, rel=1e-2)


def test_googlenet_gives_auxiliary_logits_in_training_only():
    with torch.device("meta"):
        network = architectures.googlenet(auxiliary=True)
    images = torch.zeros(2, *IMAGE, device="meta")
    assert [tuple(logits.shape) for logits in network.train()(images)] == 3 * [(2, 1000)]
    assert tuple(network.eval()(images).shape) == (2, 1000)
    assert sum(each.numel() for each in network.parameters()) == 13_378_280


@pytest.mark.parametrize(
    ("build", "sizes"),
    [
        (architectures.alexnet, {"conv1": 55, "pool1": 27, "pool2": 13, "pool5": 6}),
        (architectures.vgg16, {f"stage{number}": 224 // 2**number for number in range(1, 6)}),
        (architectures.googlenet, {"stem": 28, "block3b": 28, "block4e": 14, "block5b": 7}),
        (architectures.resnet50, {"conv1": 56, "conv2": 56, "conv3": 28, "conv4": 14, "conv5": 7}),
    ],
)
def test_the_maps_have_the_papers_sizes(build, sizes):
    found = {each.name: each.output_shape for each in counting.grouped(counted(build))}
    assert {name: found[name][1:] for name in sizes} == {name: (size, size) for name, size in sizes.items()}


def test_inception_puts_its_branches_side_by_side():
    block = Inception(5, 1, 2, 3, 2, 4, 6)
    images = torch.randn(2, 5, 7, 7, generator=torch.Generator().manual_seed(0))
    outputs = block(images)
    assert outputs.shape == (2, 1 + 3 + 4 + 6, 7, 7)
    assert torch.equal(outputs[:, :1], block.branch1(images))
    assert torch.equal(outputs[:, 8:], block.branch_pool(images))


@pytest.mark.parametrize("block", [basic_block(8, 8), bottleneck(16, 4)])
def test_a_block_whose_branch_gives_nothing_hands_on_what_is_positive(block):
    last = block.branch[-1][1]  # the normalization behind the last convolution
    with torch.no_grad():
        last.weight.zero_()
    images = torch.randn(2, 8 if block.branch[0][0].in_channels == 8 else 16, 6, 6)
    assert isinstance(block, Residual)
    assert isinstance(block.shortcut, nn.Identity)
    assert torch.equal(block(images), images.relu())


@pytest.mark.parametrize("stride_in_3x3", [False, True])
def test_a_bottleneck_has_its_stride_where_it_says(stride_in_3x3):
    block = bottleneck(16, 4, 2, stride_in_3x3=stride_in_3x3)
    strides = [module.stride[0] for module in block.branch.modules() if isinstance(module, nn.Conv2d)]
    assert strides == ([1, 2, 1] if stride_in_3x3 else [2, 1, 1])
    assert block(torch.zeros(1, 16, 8, 8)).shape == (1, 16, 4, 4)
