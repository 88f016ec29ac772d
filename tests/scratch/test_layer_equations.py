"""Backpropagation by the layer equations, against finite differences, the computational graph and PyTorch."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, layer_equations
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.losses import one_hot

KINDS = ("regression", "classification")
EVERY_WAY = pytest.mark.parametrize(
    ("kind", "sizes", "penalty"),
    [(kind, sizes, penalty) for kind in KINDS for sizes in [(3, 2), (4, 5, 3), (2, 6, 4, 3)] for penalty in (0.0, 0.3)],
)


def network(kind, sizes, n=7, seed=0):
    """Inputs, targets, weights and biases of a network of the given layer sizes."""
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(n, sizes[0]))
    targets = generator.uniform(size=(n, sizes[-1]))
    if kind == "classification":
        targets = one_hot(generator.integers(0, sizes[-1], size=n), sizes[-1])
    weights = [generator.normal(size=(after, before)) for before, after in pairwise(sizes)]
    return inputs, targets, weights, [generator.normal(size=after) for after in sizes[1:]]


def cost(kind, inputs, targets, weights, biases, penalty):
    activations = layer_equations.forward(inputs, weights, biases, kind)
    return layer_equations.cost(activations, targets, weights, penalty, kind)


def gradients(kind, inputs, targets, weights, biases, penalty):
    activations = layer_equations.forward(inputs, weights, biases, kind)
    by_weights, by_biases = layer_equations.gradients(activations, targets, weights, penalty, kind)
    return [*by_weights, *by_biases]


def graph_cost(kind, inputs, targets, weights, biases, penalty):
    """The same cost, as operations on Tensors."""
    activation, n = Tensor(inputs), len(inputs)
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        logits = functional.linear(activation, weight, bias)
        last = layer == len(weights) - 1
        activation = logits if last and kind == "classification" else functional.sigmoid(logits)
    if kind == "classification":
        misfit = functional.cross_entropy(activation, targets.argmax(axis=1))
    else:
        misfit = ((activation - targets) ** 2).sum() * (0.5 / n)
    return misfit + sum((weight**2).sum() for weight in weights) * (0.5 * penalty)


def torch_cost(kind, inputs, targets, weights, biases, penalty):
    activation, wanted = torch.tensor(inputs), torch.tensor(targets)
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        logits = torch.nn.functional.linear(activation, weight, bias)
        last = layer == len(weights) - 1
        activation = logits if last and kind == "classification" else torch.sigmoid(logits)
    if kind == "classification":
        misfit = torch.nn.functional.cross_entropy(activation, wanted.argmax(dim=1))
    else:
        misfit = ((activation - wanted) ** 2).sum() / (2 * len(inputs))
    return misfit + 0.5 * penalty * sum((weight**2).sum() for weight in weights)


def assert_close(received, expected, tolerance):
    for one, other in zip(received, expected, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


def central_differences(kind, inputs, targets, weights, biases, penalty, step=1e-5):
    found = []
    for parameter in [*weights, *biases]:
        slopes = np.zeros_like(parameter)
        for index in np.ndindex(parameter.shape):
            before, costs = parameter[index], []
            for shift in (step, -step):
                parameter[index] = before + shift
                costs.append(cost(kind, inputs, targets, weights, biases, penalty))
            parameter[index] = before
            slopes[index] = (costs[0] - costs[1]) / (2 * step)
        found.append(slopes)
    return found


@EVERY_WAY
def test_gradients_are_those_of_central_differences(kind, sizes, penalty):
    arguments = network(kind, sizes)
    assert_close(gradients(kind, *arguments, penalty), central_differences(kind, *arguments, penalty), 1e-8)


@EVERY_WAY
def test_cost_and_gradients_are_those_of_the_graph(kind, sizes, penalty):
    inputs, targets, weights, biases = network(kind, sizes)
    parameters = [Tensor(array, requires_grad=True) for array in (*weights, *biases)]
    split = parameters[: len(weights)], parameters[len(weights) :]
    loss = graph_cost(kind, inputs, targets, *split, penalty)
    loss.backward()
    assert cost(kind, inputs, targets, weights, biases, penalty) == pytest.approx(loss.item(), rel=0, abs=1e-10)
    assert_close(gradients(kind, inputs, targets, weights, biases, penalty), [each.grad for each in parameters], 1e-10)


@EVERY_WAY
def test_cost_and_gradients_are_those_of_pytorch(kind, sizes, penalty):
    inputs, targets, weights, biases = network(kind, sizes)
    parameters = [torch.tensor(array, requires_grad=True) for array in (*weights, *biases)]
    loss = torch_cost(kind, inputs, targets, parameters[: len(weights)], parameters[len(weights) :], penalty)
    loss.backward()
    assert cost(kind, inputs, targets, weights, biases, penalty) == pytest.approx(loss.item(), rel=0, abs=1e-10)
    expected = [each.grad.numpy() for each in parameters]
    assert_close(gradients(kind, inputs, targets, weights, biases, penalty), expected, 1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_deltas_are_the_derivatives_by_the_pre_activations(kind):
    """PyTorch differentiates by what each layer holds before its activation."""
    inputs, targets, weights, biases = network(kind, (4, 5, 3))
    activation, before = torch.tensor(inputs), []
    for weight, bias in zip(weights, biases, strict=True):
        before.append(activation @ torch.tensor(weight).T + torch.tensor(bias))
        if len(before) == 1:
            before[0].requires_grad_()
        before[-1].retain_grad()
        activation = torch.sigmoid(before[-1])
    if kind == "classification":
        loss = torch.nn.functional.cross_entropy(before[-1], torch.tensor(targets).argmax(dim=1))
    else:
        loss = ((activation - torch.tensor(targets)) ** 2).sum() / (2 * len(inputs))
    loss.backward()
    activations = layer_equations.forward(inputs, weights, biases, kind)
    found = layer_equations.deltas(activations, targets, weights, kind)
    assert_close(found, [each.grad.numpy() for each in before], 1e-12)


def test_column_form_of_the_books_for_one_example():
    """δ^L = (a^L − y) f'(z^L), δ^l = (Wᵀ δ^(l+1)) f'(z^l), ∂J/∂W = δ aᵀ, ∂J/∂b = δ, written with column vectors."""
    inputs, targets, weights, biases = network("regression", (3, 4, 2), n=1)
    columns, pre = [inputs.T], []
    for weight, bias in zip(weights, biases, strict=True):
        pre.append(weight @ columns[-1] + bias[:, None])
        columns.append(1 / (1 + np.exp(-pre[-1])))

    def slope(z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    last = (columns[2] - targets.T) * slope(pre[1])
    first = (weights[1].T @ last) * slope(pre[0])
    activations = layer_equations.forward(inputs, weights, biases)
    by_weights, by_biases = layer_equations.gradients(activations, targets, weights)
    assert_close(layer_equations.deltas(activations, targets, weights), [first.T, last.T], 1e-14)
    assert_close(by_weights, [first @ columns[0].T, last @ columns[1].T], 1e-14)
    assert_close(by_biases, [first[:, 0], last[:, 0]], 1e-14)


def test_cost_of_numbers_that_can_be_checked_by_hand():
    activations, weights = [np.zeros((2, 1)), np.array([[0.5, 0.25], [1.0, 0.0]])], [np.array([[3.0], [-4.0]])]
    targets = np.array([[0.5, 0.75], [0.0, 0.0]])
    # (0² + 0.5² + 1² + 0²) / 2, over 2 examples; and half of 0.1 · (3² + 4²)
    assert layer_equations.cost(activations, targets, weights, 0.1) == pytest.approx(0.3125 + 1.25)
    rows, labels = [np.zeros((2, 1)), np.array([[0.5, 0.5], [0.25, 0.75]])], np.array([[1.0, 0.0], [1.0, 0.0]])
    assert layer_equations.cost(rows, labels, weights, 0.0, "classification") == pytest.approx(1.5 * np.log(2))


@pytest.mark.parametrize("kind", KINDS)
def test_forward_keeps_the_inputs_and_ends_in_probabilities_or_sigmoids(kind):
    inputs, _, weights, biases = network(kind, (4, 5, 3))
    activations = layer_equations.forward(inputs, weights, biases, kind)
    assert [each.shape for each in activations] == [(7, 4), (7, 5), (7, 3)]
    assert activations[0] is inputs
    assert ((activations[-1] > 0) & (activations[-1] < 1)).all()
    assert np.allclose(activations[-1].sum(axis=1), 1) == (kind == "classification")


@pytest.mark.parametrize("kind", KINDS)
def test_biases_are_not_penalized(kind):
    arguments = network(kind, (4, 5, 3))
    without, with_penalty = gradients(kind, *arguments, 0.0), gradients(kind, *arguments, 2.0)
    assert_close(with_penalty[2:], without[2:], 0)
    assert_close(
        with_penalty[:2], [one + 2 * weight for one, weight in zip(without, arguments[2], strict=False)], 1e-12
    )


def test_units_that_start_equal_get_equal_gradients():
    inputs, targets, weights, biases = network("regression", (3, 4, 2))
    weights[0][:], weights[1][:], biases[0][:] = weights[0][0], weights[1][:, :1], biases[0][0]
    by_weights = gradients("regression", inputs, targets, weights, biases, 0.0)[0]
    np.testing.assert_allclose(by_weights, np.tile(by_weights[0], (4, 1)), rtol=0, atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_not_changed(kind):
    arguments = network(kind, (2, 6, 4, 3))
    kept = [np.copy(array) for array in (*arguments[:2], *arguments[2], *arguments[3])]
    gradients(kind, *arguments, 0.3)
    for one, other in zip(kept, (*arguments[:2], *arguments[2], *arguments[3]), strict=True):
        np.testing.assert_array_equal(one, other)
