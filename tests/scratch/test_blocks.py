"""The residual block beside PyTorch's functions, values and gradients, and what it does at weights of 0."""

import numpy as np
import pytest
import torch
from torch.nn import functional as reference

from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.blocks import residual_block


def torch_block(inputs, first, second, projection=None, stride=1):
    hidden = reference.relu(reference.conv2d(inputs, first, stride=stride, padding=1))
    shortcut = inputs if projection is None else reference.conv2d(inputs, projection, stride=stride)
    return reference.relu(reference.conv2d(hidden, second, padding=1) + shortcut)


@pytest.mark.parametrize(("channels", "out", "stride"), [(3, 3, None), (2, 4, 1), (3, 5, 2)])
def test_values_and_gradients_are_those_of_pytorch(channels, out, stride):
    generator = np.random.default_rng(0)
    shapes = [(2, channels, 7, 6), (out, channels, 3, 3), (out, out, 3, 3)]
    shapes += [(out, channels, 1, 1)] if stride else []
    arrays = [generator.normal(size=shape) for shape in shapes]
    ours = [Tensor(array, requires_grad=True) for array in arrays]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    result, expected = residual_block(*ours, stride=stride or 1), torch_block(*theirs, stride=stride or 1)
    np.testing.assert_allclose(result.data, expected.detach())
    (result * result).sum().backward()
    (expected * expected).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.grad, other.grad, atol=1e-9)


def test_with_weights_of_zero_it_passes_on_what_is_not_negative_and_its_gradient():
    inputs = Tensor(np.random.default_rng(1).uniform(0.1, 1, (2, 3, 4, 4)), requires_grad=True)
    nothing = Tensor(np.zeros((3, 3, 3, 3)))
    result = residual_block(inputs, nothing, nothing)
    np.testing.assert_array_equal(result.data, inputs.data)
    result.sum().backward()
    np.testing.assert_array_equal(inputs.grad, np.ones(inputs.shape))


def test_a_shape_that_changes_without_a_projection_is_refused():
    inputs, weight = Tensor(np.ones((1, 2, 4, 4))), Tensor(np.ones((3, 2, 3, 3)))
    with pytest.raises(ValueError, match="shape"):
        residual_block(inputs, weight, Tensor(np.ones((3, 3, 3, 3))))
