"""Autoencoders of the engine, against PyTorch and finite differences; the linear one against principal components."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import autoencoders, components, functional
from dlcourse.scratch.autoencoders import Autoencoder, autoencoder_step
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.gradient_check import numerical_gradient
from dlcourse.scratch.optimizers import SGD, Adam
from dlcourse.scratch.reconstruction import corrupt, kl_sparsity, reconstruction_error


def new(seed=0, **how):
    return Autoencoder(**{"sizes": (6, 4, 2), "dtype": np.float64, "generator": np.random.default_rng(seed)} | how)


def images(n=8, d=6, seed=1):
    return np.random.default_rng(seed).random((n, d))


def test_shapes_names_and_range():
    network, x = new(), images().reshape(8, 2, 3)
    assert network.encode(x).shape == (8, 2)
    assert network(x).shape == (8, 6)
    assert ((network(x).data > 0) & (network(x).data < 1)).all()
    np.testing.assert_array_equal(network(x).data, network.decode(network.encode(x)).data)
    names = [name for name, _ in network.named_parameters()]
    assert names == [
        f"{part}.{k}.{kind}" for part in ("encoder", "decoder") for k in (0, 2) for kind in ("weight", "bias")
    ]


@pytest.mark.parametrize("loss", ["mse", "bce"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_gradients_are_those_of_pytorch(loss, activation):
    network, x = new(activation=activation, code="sigmoid"), images()
    make = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "linear": torch.nn.Identity}
    ends = [torch.nn.Linear(a, b, dtype=torch.float64) for a, b in ((6, 4), (4, 2), (2, 4), (4, 6))]
    for ours, theirs in zip(network.parameters(), [p for each in ends for p in each.parameters()], strict=True):
        theirs.data = torch.tensor(np.array(ours.data))
    peer = torch.nn.Sequential(
        ends[0], make[activation](), ends[1], torch.nn.Sigmoid(), ends[2], make[activation](), ends[3]
    )
    target, logits = torch.tensor(x), peer(torch.tensor(x))
    if loss == "mse":
        value = torch.nn.functional.mse_loss(torch.sigmoid(logits), target)
    else:
        value = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
    value.backward()
    before = [np.array(parameter.data) for parameter in network.parameters()]
    step = autoencoder_step(network, SGD(network.parameters(), lr=1.0), loss=loss)
    assert step(x, np.zeros(8)) == pytest.approx(value.item(), rel=1e-12)
    for ours, old, theirs in zip(network.parameters(), before, peer.parameters(), strict=True):
        np.testing.assert_allclose(old - ours.data, theirs.grad.numpy(), atol=1e-14)


def test_a_tied_weight_is_counted_once_and_its_gradient_comes_from_both_uses():
    network, x = new(tied=True), images()
    shapes = [parameter.shape for parameter in network.parameters()]
    assert shapes == [(4, 6), (4,), (2, 4), (2,), (4,), (6,)]
    weight = network.encoder[0].weight
    functional.mse_loss(network(x), x).backward()

    def loss(values):
        weight.data[...] = values
        return functional.mse_loss(network(x), x).item()

    start, gradient = np.array(weight.data), np.array(weight.grad)
    np.testing.assert_allclose(gradient, numerical_gradient(loss, start), atol=1e-8)


def test_sparsity_is_added_and_is_the_textbook_s():
    network, x, rho = new(sizes=(6, 3)), images(), 0.05
    codes = Tensor(network.encode(x).data, requires_grad=True)
    penalty = autoencoders.kl_penalty(codes, rho)
    penalty.backward()
    expected, gradient = kl_sparsity(codes.data, rho)
    assert penalty.item() == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(codes.grad, gradient, rtol=1e-10)
    plain, sparse = (
        autoencoder_step(net, SGD(net.parameters(), lr=0.1), sparsity=sparsity)(x, x)
        for net, sparsity in ((new(sizes=(6, 3)), None), (new(sizes=(6, 3)), (0.5, rho)))
    )
    assert sparse - plain == pytest.approx(0.5 * expected)


def test_a_denoising_one_reads_the_spoilt_image_and_is_asked_for_the_clean_one():
    network, x = new(), images()
    spoilt = corrupt(x, 0.5, np.random.default_rng(3))
    expected = functional.mse_loss(network(spoilt), x).item()
    step = autoencoder_step(network, SGD(network.parameters()), corruption=lambda clean: spoilt)
    assert step(x, x) == pytest.approx(expected, rel=1e-12)


def test_a_linear_one_finds_the_principal_subspace_and_not_the_axes():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(60, 6)) * [3, 2, 1, 0.5, 0.4, 0.3] @ np.linalg.qr(generator.normal(size=(6, 6)))[0] + 1
    network = new(sizes=(6, 2), activation="linear", output="linear", generator=generator)
    step = autoencoder_step(network, Adam(network.parameters(), lr=0.03))
    for _ in range(1500):
        step(x, x)
    found = components.pca(x, 2)
    best = reconstruction_error(components.decode(found, components.encode(found, x)), x)
    assert reconstruction_error(network(x).data, x) == pytest.approx(best, rel=1e-4)
    for rows in (network.encoder[0].weight.data, network.decoder[0].weight.data.T):
        assert components.principal_angles(rows, found.axes).max() < 0.02
    rows = network.encoder[0].weight.data
    cosines = np.abs(rows @ found.axes.T) / np.linalg.norm(rows, axis=1, keepdims=True)
    assert cosines.max(axis=1).min() < 0.99


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: new(sizes=(6,)), "sizes: expected at least two"),
        (lambda: new(activation="swish"), "activation: expected one of sigmoid, tanh, relu, linear"),
        (lambda: new(output="softmax"), "activation: expected one of"),
        (lambda: new()(np.zeros((2, 5))), "inputs: expected \\(n, 6\\)"),
        (lambda: autoencoder_step(new(), None, loss="l1"), "loss: expected mse or bce"),
        (lambda: autoencoder_step(new(output="linear"), None, loss="bce"), "takes outputs in \\(0, 1\\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
