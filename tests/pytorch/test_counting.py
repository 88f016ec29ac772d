"""Counting by hooks: what each layer costs, what the 168 MB of a 50-layer network are, and what training keeps."""

import pytest
import torch
from torch import nn

from dlcourse.pytorch import counting
from dlcourse.pytorch.architectures import resnet50
from dlcourse.pytorch.blocks import Residual, conv_norm


def test_each_layer_is_counted_as_by_hand():
    network = nn.Sequential(nn.Conv2d(4, 6, (3, 5), padding=1, groups=2), nn.ReLU(), nn.Flatten(), nn.Linear(240, 7))
    convolution, relu, flat, linear = counting.count(network, (4, 8, 7))
    results = 6 * 8 * 5
    assert convolution.output_shape == (6, 8, 5)
    assert convolution.parameters == 6 * 2 * 15 + 6
    assert (convolution.multiply_adds, convolution.activations) == (results * 2 * 15, results)
    assert (relu.parameters, relu.multiply_adds, relu.activations) == (0, 0, results)
    assert (flat.output_shape, flat.activations) == ((240,), 0)
    assert (linear.name, linear.kind, linear.parameters) == ("3", "Linear", 240 * 7 + 7)
    assert linear.multiply_adds == 240 * 7
    assert counting.total([convolution, relu, flat, linear]).parameters == 6 * 2 * 15 + 6 + 240 * 7 + 7


def test_a_layer_that_is_used_twice_computes_twice_and_is_learnt_once():
    shared = nn.Linear(3, 3)
    first, second = counting.count(nn.Sequential(shared, shared), (3,))
    assert (first.parameters, second.parameters) == (12, 0)
    assert first.multiply_adds == second.multiply_adds == 9


def test_parameters_of_a_module_with_parts_are_counted_too():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.scale = nn.Linear(3, 3), nn.Parameter(torch.ones(3))

        def forward(self, inputs):
            return self.scale * self.inner(inputs)

    assert sum(each.parameters for each in counting.count(Scaled(), (3,))) == 15


def test_counting_leaves_the_network_as_it_was():
    network = nn.Sequential(conv_norm(1, 2, 3), nn.Dropout(0.5)).train()
    before = {name: each.clone() for name, each in network.state_dict().items()}
    counting.count(network, (1, 8, 8))
    counting.bytes_for_backward(network, (1, 8, 8))
    assert network.training
    assert all(torch.equal(each, before[name]) for name, each in network.state_dict().items())
    assert not any(module._forward_hooks for module in network.modules())


def test_hooks_are_taken_off_when_the_network_fails():
    network = nn.Sequential(nn.ReLU(), nn.Linear(4, 2))
    with pytest.raises(RuntimeError):
        counting.count(network, (3,))
    assert not any(module._forward_hooks for module in network.modules())


def test_groups_are_summed_in_order():
    network = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Linear(3, 1))
    first, second = counting.grouped(counting.count(network, (2,)))
    assert (first.name, first.kind, first.output_shape) == ("0", "2 layers", (3,))
    assert (first.parameters, first.activations, second.parameters) == (9, 6, 4)


def test_what_has_to_be_counted_to_get_168_megabytes():
    """26 M weights and 16 M activations: those of the convolutions and of the sums, each 4 bytes, for one image."""
    with torch.device("meta"):
        network = resnet50()
    counts = counting.count(network, (3, 224, 224))
    by_kind = {kind: sum(each.activations for each in counts if each.kind == kind) for kind in ("Conv2d", "Add")}
    assert by_kind == {"Conv2d": 10_587_136, "Add": 5_519_360}
    megabytes = 4 * (counting.total(counts).parameters + sum(by_kind.values())) / 1e6
    assert megabytes == pytest.approx(167, abs=0.5)  # 4 (26 + 16) = 168, rounded before the sum


def test_bytes_for_backward_are_those_that_the_rules_read():
    """A convolution keeps its input, ReLU its result (which is the next layer's input: kept once), a sum nothing."""
    network = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), Residual(nn.Sequential(nn.Conv2d(2, 2, 3, padding=1)))
    )
    pixels = 8 * 8
    assert counting.bytes_for_backward(network, (1, 8, 8)) == 4 * (pixels + 2 * pixels + 2 * pixels)
    assert counting.bytes_for_backward(network, (1, 8, 8), batch_size=3) == 3 * 4 * 5 * pixels
