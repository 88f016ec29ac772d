"""One step by the letter, again and again, against torch.optim and the library's own classes; and Newton's step."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import optimizer_steps, optimizers
from dlcourse.scratch.autograd import Tensor

CURVATURE, MINIMUM = np.array([0.3, 1.0, 2.0]), np.array([1.0, -1.0, 0.5])
START = np.array([3.0, 0.2, -2.0])


def gradient(theta):
    return CURVATURE * (theta - MINIMUM)


def by_steps(step, remembered, *settings, numbered=False):
    """The path of 20 steps."""
    theta, memory, path = START, [np.zeros(3)] * remembered, []
    for t in range(1, 21):
        theta, *memory = step(theta, gradient(theta), *memory, *([t] if numbered else []), *settings)
        path.append(theta)
    return np.array(path)


def by_torch(name, **settings):
    theta, path = torch.tensor(START, requires_grad=True), []
    optimizer = getattr(torch.optim, name)([theta], **settings)
    for _ in range(20):
        theta.grad = torch.tensor(gradient(theta.detach().numpy()))
        optimizer.step()
        path.append(theta.detach().numpy().copy())
    return np.array(path)


def by_library(name, **settings):
    theta, path = Tensor(START.copy(), requires_grad=True), []
    optimizer = getattr(optimizers, name)([theta], **settings)
    for _ in range(20):
        theta.grad = gradient(theta.data)
        optimizer.step()
        path.append(theta.data.copy())
    return np.array(path)


def test_the_classic_form_is_that_of_pytorch():
    ours = by_steps(optimizer_steps.momentum_step, 1, 0.1, 0.9)
    np.testing.assert_allclose(ours, by_torch("SGD", lr=0.1, momentum=0.9), rtol=1e-12)
    np.testing.assert_allclose(ours, by_library("SGD", lr=0.1, momentum=0.9), rtol=1e-12)


@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_the_average_takes_the_classic_way_at_a_rate_divided_by_1_minus_momentum(momentum):
    classic = by_steps(optimizer_steps.momentum_step, 1, 0.05, momentum)
    average = by_steps(optimizer_steps.momentum_step, 1, 0.05 / (1 - momentum), momentum, True)
    np.testing.assert_allclose(average, classic, rtol=1e-12)


def test_the_average_is_the_weighted_mean_of_the_gradients_so_far_times_1_minus_a_power():
    gradients, v = np.random.default_rng(0).normal(size=(6, 3)), np.zeros(3)
    for g in gradients:
        _, v = optimizer_steps.momentum_step(START, g, v, 0.1, 0.8, True)
    weights = 0.8 ** np.arange(6)[::-1]
    np.testing.assert_allclose(v, np.average(gradients, axis=0, weights=weights) * (1 - 0.8**6))


@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_adamw_is_that_of_pytorch(decay):
    ours = by_steps(optimizer_steps.adamw_step, 2, 0.1, (0.8, 0.9), 1e-3, decay, numbered=True)
    how = {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": decay}
    np.testing.assert_allclose(ours, by_torch("AdamW", **how), rtol=1e-12)
    np.testing.assert_allclose(ours, by_library("AdamW", **how), rtol=1e-12)


@pytest.mark.parametrize("curvatures", [(1.0, 100.0), (2.0, -1.0), (-3.0, -0.5)])
def test_newtons_step_leads_to_where_the_gradient_of_a_quadratic_is_0(curvatures):
    """Be it a minimum, a saddle or a maximum."""
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    hessian, centre, theta = turn * curvatures @ turn.T, np.array([1.0, -2.0]), np.array([5.0, 7.0])
    found = optimizer_steps.newton_step(theta, hessian @ (theta - centre), hessian)
    np.testing.assert_allclose(found, centre, atol=1e-12)


def test_a_singular_hessian_is_refused():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        optimizer_steps.newton_step(np.ones(2), np.ones(2), np.ones((2, 2)))
