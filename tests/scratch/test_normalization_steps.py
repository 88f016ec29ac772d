"""Normalization and dropout by the letter: the numbers of the operations of the engine, which are PyTorch's."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, initializers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.normalization_steps import (
    batch_norm_backward,
    batch_norm_forward,
    dropout_forward,
    group_norm_forward,
)


def drawn(*shapes, seed=0):
    generator = np.random.default_rng(seed)
    return [generator.normal(1, 2, size=shape) for shape in shapes]


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_is_that_of_the_engine_forward_and_back(training):
    x, gamma, beta, gradient = drawn((6, 3), (3,), (3,), (6, 3))
    running = np.array([0.1, -0.2, 0.3]), np.array([1.0, 2.0, 0.5])
    kept = [array.copy() for array in running]
    y, *after = batch_norm_forward(x, gamma, beta, *running, training, 0.3, 1e-3)
    np.testing.assert_array_equal(running, kept)
    inputs = [Tensor(array, requires_grad=True) for array in (x, gamma, beta)]
    expected = functional.batch_norm(inputs[0], *kept, *inputs[1:], training, 0.3, 1e-3)
    np.testing.assert_allclose(y, expected.data)
    np.testing.assert_allclose(after, kept)
    if training:
        expected.backward(gradient)
        for mine, other in zip(batch_norm_backward(gradient, x, gamma, 1e-3), inputs, strict=True):
            np.testing.assert_allclose(mine, other.grad, atol=1e-12)


def test_neither_a_shift_nor_a_stretch_of_x_has_a_part_in_its_gradient():
    """y does not change with x + c nor with c x (ε left aside): the gradient is orthogonal to both directions."""
    x, gamma, gradient = drawn((6, 3), (3,), (6, 3))
    by_x = batch_norm_backward(gradient, x, gamma, 0.0)[0]
    np.testing.assert_allclose(by_x.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((by_x * x).sum(axis=0), 0, atol=1e-12)


def test_group_norm_is_that_of_the_engine():
    x, gamma, beta = drawn((2, 6, 3, 4), (6,), (6,))
    for groups in (1, 2, 6):
        expected = functional.group_norm(Tensor(x), groups, Tensor(gamma), Tensor(beta), 1e-3)
        np.testing.assert_allclose(group_norm_forward(x, groups, gamma, beta, 1e-3), expected.data)


def test_dropout_is_that_of_the_engine_with_the_same_draws():
    (x,) = drawn((5, 4))
    u = np.random.default_rng(3).random(x.shape)
    expected = functional.dropout(Tensor(x), 0.3, generator=np.random.default_rng(3))
    np.testing.assert_allclose(dropout_forward(x, 0.3, u, True), expected.data)
    np.testing.assert_array_equal(dropout_forward(x, 0.3, u, False), x)


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("shape", [(7, 30), (8, 3, 5, 5)])
def test_he_std_is_pytorch_s_and_keeps_the_mean_square(shape, slope):
    std = initializers.he_std(shape, slope)
    gain = torch.nn.init.calculate_gain("leaky_relu", slope)
    assert std == pytest.approx(gain / np.sqrt(initializers.fans(shape)[0]))
    generator, (out, fan_in) = np.random.default_rng(0), (2000, initializers.fans(shape)[0])
    a = generator.normal(0.5, 1, size=fan_in)
    z = initializers.normal((out, fan_in), std, generator=generator, dtype=np.float64) @ a
    assert np.mean(np.where(z > 0, z, slope * z) ** 2) == pytest.approx(np.mean(a**2), rel=0.15)
