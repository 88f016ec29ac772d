"""Momentum in gradient descent, endless mini-batches, and when a descent counts as diverged."""

from itertools import islice

import numpy as np
import pytest
import torch

from dlcourse.scratch import descent

CURVATURE = np.array([[3.0, 1.0], [1.0, 2.0]])


def loss(theta):
    return float(theta @ CURVATURE @ theta) / 2


def gradient(theta):
    return CURVATURE @ theta


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_path_with_momentum_is_that_of_pytorch(momentum):
    path = descent.gradient_descent(loss, gradient, [4.0, -3.0], 0.1, 30, momentum)
    theta = torch.tensor([4.0, -3.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1, momentum=momentum)
    matrix = torch.tensor(CURVATURE)
    for expected in path[1:]:
        optimizer.zero_grad()
        (theta @ matrix @ theta / 2).backward()
        optimizer.step()
        np.testing.assert_allclose(theta.detach().numpy(), expected, atol=1e-12)


def test_momentum_repeats_a_part_of_the_step_before():
    """By hand, on theta^2 / 2 from 1 with rate 0.1 and beta 0.5: steps -0.1, then -0.05 - 0.09."""
    path = descent.gradient_descent(lambda t: float(t @ t) / 2, lambda t: t, [1.0], 0.1, 2, momentum=0.5)
    np.testing.assert_allclose(path[:, 0], [1, 0.9, 0.76])


def test_momentum_arrives_sooner_along_a_flat_valley():
    curvatures = np.array([1.0, 0.01])
    plain, faster = (
        descent.gradient_descent(
            lambda t: float(curvatures @ t**2) / 2, lambda t: curvatures * t, [1.0, 1.0], 1.0, 100, momentum
        )
        for momentum in (0.0, 0.8)
    )
    assert np.linalg.norm(faster[-1]) < 0.1 * np.linalg.norm(plain[-1])


@pytest.mark.parametrize("momentum", [1.0, -0.1, 1.5, np.nan])
def test_momentum_outside_its_range_is_refused(momentum):
    with pytest.raises(ValueError, match="momentum: expected"):
        descent.gradient_descent(loss, gradient, [1.0, 1.0], 0.1, 3, momentum)


def test_each_epoch_of_shuffled_minibatches_uses_every_example_once_in_a_new_order():
    batches = descent.shuffled_minibatches(10, 4, np.random.default_rng(0))
    epochs = [list(islice(batches, 3)) for _ in range(2)]
    assert [len(batch) for batch in epochs[0]] == [4, 4, 2]
    first, second = (np.concatenate(epoch) for epoch in epochs)
    np.testing.assert_array_equal(np.sort(first), np.arange(10))
    np.testing.assert_array_equal(np.sort(second), np.arange(10))
    assert (first != second).any()


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([2.0, 1.9e6], False),
        ([2.0, 2.1e6], True),
        ([1e-9, 0.9e6], False),
        ([1e-9, 1.1e6], True),
        ([1.0, np.nan], True),
        ([1.0, np.inf], True),
        ([1.0, 1e9, 1.0], False),
    ],
)
def test_diverged_looks_at_the_last_loss(losses, expected):
    assert descent.diverged(losses) is expected
    assert descent.diverged(np.array(losses)) is expected
