"""What is counted: the products that loops really add up, and the parameters that PyTorch's layers really have."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dlcourse.pytorch.architectures import resnet50
from dlcourse.pytorch.counting import count
from dlcourse.scratch.costs import block_parameters, multiply_adds

small = st.integers(1, 5)


@given(small, small, st.integers(1, 4), st.integers(4, 9), st.integers(4, 9), st.integers(1, 3), st.integers(0, 2))
def test_multiply_adds_are_those_that_hooks_count_in_pytorch(inputs, outputs, kernel, height, width, stride, padding):
    (counted,) = count(nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding)), (inputs, height, width))
    assert multiply_adds(inputs, outputs, kernel, height, width, stride, padding) == counted.multiply_adds


def test_multiply_adds_are_the_products_of_a_loop():
    image, kernels = np.ones((2, 5, 6)), np.ones((3, 2, 3, 3))
    products = 0
    for _ in kernels:
        for i in range(0, 5 - 3 + 1, 2):
            for j in range(0, 6 - 3 + 1, 2):
                products += image[:, i : i + 3, j : j + 3].size
    assert multiply_adds(2, 3, 3, 5, 6, stride=2) == products


def test_a_kernel_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="kernel"):
        multiply_adds(1, 1, 5, 4, 4)


@pytest.mark.parametrize(("inputs", "middle", "outputs"), [(64, 64, 256), (256, 64, 256), (1024, 512, 2048)])
def test_a_block_has_the_parameters_of_resnet_50(inputs, middle, outputs):
    def parameters(module):
        return sum(each.numel() for each in module.parameters())

    def is_block(module):
        convolutions = [each for each in module.modules() if isinstance(each, nn.Conv2d)]
        widths = {(each.in_channels, each.out_channels, *each.kernel_size) for each in convolutions}
        wanted = {(inputs, middle, 1, 1), (middle, middle, 3, 3), (middle, outputs, 1, 1)}
        shortcut = {(inputs, outputs, 1, 1)} if inputs != outputs else set()
        return widths == wanted | shortcut and len(convolutions) == 3 + len(shortcut)

    with torch.device("meta"):
        blocks = [module for module in resnet50().modules() if is_block(module)]
    assert blocks
    assert {parameters(block) for block in blocks} == {block_parameters(inputs, middle, outputs)}


def test_reducing_the_channels_makes_a_block_cheaper_than_two_full_convolutions():
    plain = 2 * (256 * 256 * 9 + 2 * 256)
    assert plain / block_parameters(256, 64, 256) == pytest.approx(16.8, abs=0.1)
