"""Losses of reconstructions and their gradients, against PyTorch's; what spoils an image."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import reconstruction


@pytest.mark.parametrize("shape", [(3, 5), (2, 1, 4, 4), (1, 1)])
def test_error_and_gradient_are_those_of_pytorch(shape):
    generator = np.random.default_rng(0)
    x_hat, x = generator.random(shape), generator.random(shape)
    tensor = torch.tensor(x_hat, requires_grad=True)
    loss = torch.nn.functional.mse_loss(tensor, torch.tensor(x))
    loss.backward()
    error, gradient = reconstruction.reconstruction_gradient(x_hat, x)
    assert error == reconstruction.reconstruction_error(x_hat, x) == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-12)


def test_sparsity_and_its_gradient_are_those_of_pytorch():
    z, rho = np.random.default_rng(1).uniform(0.02, 0.98, size=(6, 4)), 0.1
    tensor = torch.tensor(z, requires_grad=True)
    mean = tensor.mean(dim=0)
    wanted, given = (
        torch.distributions.Bernoulli(probs=each) for each in (torch.full((4,), rho, dtype=torch.float64), mean)
    )
    torch.distributions.kl_divergence(wanted, given).sum().backward()
    penalty, gradient = reconstruction.kl_sparsity(z, rho)
    assert penalty == pytest.approx(torch.distributions.kl_divergence(wanted, given).sum().item(), rel=1e-10)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-10)
    assert reconstruction.kl_sparsity(np.full((3, 2), rho), rho)[0] == pytest.approx(0, abs=1e-15)


def test_masks_set_to_0_and_leave_the_rest_and_the_argument_alone():
    x = np.random.default_rng(0).uniform(0.5, 1, size=(200, 50)).astype(np.float32)
    kept = x.copy()
    spoilt = reconstruction.corrupt(x, 0.3, np.random.default_rng(2))
    assert spoilt.dtype == np.float32
    assert ((spoilt == 0) | (spoilt == x)).all()
    assert (spoilt == 0).mean() == pytest.approx(0.3, abs=0.02)
    np.testing.assert_array_equal(x, kept)


def test_noise_has_the_level_as_its_standard_deviation():
    x = np.full((200, 50), 0.5, np.float32)
    noise = reconstruction.corrupt(x, 0.2, np.random.default_rng(2), "gaussian") - x
    assert noise.dtype == np.float32
    assert (noise.mean(), noise.std()) == pytest.approx((0, 0.2), abs=0.01)


@pytest.mark.parametrize("kind", reconstruction.KINDS)
def test_level_0_changes_nothing(kind):
    x = np.random.default_rng(0).random((3, 4))
    np.testing.assert_array_equal(reconstruction.corrupt(x, 0, np.random.default_rng(1), kind), x)


def test_the_target_of_denoising_is_the_clean_image():
    x = np.random.default_rng(0).uniform(0.5, 1, size=(20, 10))
    assert reconstruction.denoising_loss(x, 0.5, np.random.default_rng(1), lambda spoilt: x) == 0
    seen = []
    loss = reconstruction.denoising_loss(x, 0.5, np.random.default_rng(1), lambda spoilt: seen.append(spoilt) or spoilt)
    expected = reconstruction.corrupt(x, 0.5, np.random.default_rng(1))
    np.testing.assert_array_equal(seen[0], expected)
    assert loss == pytest.approx(((expected - x) ** 2).mean())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda g: reconstruction.reconstruction_error(np.zeros((2, 3)), np.zeros((1, 3))),
            "x_hat: expected the shape",
        ),
        (lambda g: reconstruction.corrupt(np.zeros(3), 1.5, g), "level: a probability"),
        (lambda g: reconstruction.corrupt(np.zeros(3), -1, g, "gaussian"), "level: expected a positive"),
        (lambda g: reconstruction.corrupt(np.zeros(3), 0.5, g, "salt"), "kind: expected one of mask, gaussian"),
        (lambda g: reconstruction.kl_sparsity(np.zeros((2, 3)), 0.1), "activations: expected units whose mean"),
        (lambda g: reconstruction.kl_sparsity(np.full((2, 3), 0.5), 1), "rho: expected a number between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))
