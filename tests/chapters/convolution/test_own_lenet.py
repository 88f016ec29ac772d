"""The milestone's network: its gradients, what it learns, and that the pieces may be written in any style."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse import datasets
from dlcourse.chapters.convolution import own_lenet
from dlcourse.chapters.convolution.milestones import lenet
from dlcourse.scratch import functional, losses
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import shuffled_minibatches

PIECES = {each.name: each.reference for each in lenet.pieces}
SHARE = f"share of {own_lenet.TESTED} test digits read rightly"


def random_parameters():
    generator = np.random.default_rng(1)
    first = own_lenet.first_parameters(generator)
    return {name: array + generator.normal(scale=0.1, size=array.shape) for name, array in first.items()}


def test_the_gradients_are_those_of_the_library_s_engine():
    generator, parameters = np.random.default_rng(0), random_parameters()
    images, labels = generator.uniform(size=(6, 1, 28, 28)), np.arange(6)
    tensors = {name: Tensor(array, requires_grad=True) for name, array in parameters.items()}
    x = Tensor(images)
    for k in (1, 2):
        x = functional.relu(functional.conv2d(x, tensors[f"kernels{k}"], tensors[f"bias{k}"]))
        x = functional.max_pool2d(x, 2)
    expected = functional.cross_entropy(x.flatten(1) @ tensors["weights"] + tensors["bias"], labels)
    expected.backward()
    loss, gradients = own_lenet.loss_and_gradients(PIECES, parameters, images, labels)
    assert loss == pytest.approx(expected.item())
    assert gradients.keys() == parameters.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, tensors[name].grad, rtol=1e-9, atol=1e-12)


def test_the_network_has_the_sizes_of_lenet_1():
    made = own_lenet.forward(PIECES, random_parameters(), np.zeros((2, 1, 28, 28)))
    shapes = {name: array.shape[1:] for name, array in made.items()}
    assert [shapes[f"relu{k}"] for k in (1, 2)] == [(4, 24, 24), (12, 8, 8)]
    assert [shapes[f"pooled{k}"] for k in (1, 2)] == [(4, 12, 12), (12, 4, 4)]
    assert shapes["logits"] == (10,)
    assert sum(array.size for array in random_parameters().values()) == 3246


def softmax_regression(inputs, labels, rate):
    """Weights and bias after as many mini-batches of the same size, with the same falling rate."""
    weights, bias = np.zeros((784, 10)), np.zeros(10)
    batches = shuffled_minibatches(len(inputs), own_lenet.BATCH_SIZE, np.random.default_rng(5))
    for step, batch in zip(range(own_lenet.STEPS), batches, strict=False):
        by_logits = losses.cross_entropy_gradient(inputs[batch] @ weights + bias, labels[batch])
        now = rate * (1 - step / own_lenet.STEPS)
        weights, bias = weights - now * inputs[batch].T @ by_logits, bias - now * by_logits.sum(axis=0)
    return weights, bias


def test_it_reads_digits_better_than_softmax_regression_after_as_many_steps():
    values, digits = lenet.measured(), datasets.load("mnist")
    assert values["loss of the mini-batch at step 1"] == pytest.approx(np.log(10))
    assert values[SHARE] > 0.92
    train, test = (part.inputs.reshape(len(part), -1).astype(float) for part in (digits.train, digits.test))
    for rate in (0.1, 0.3, 1.0):
        weights, bias = softmax_regression(train, digits.train.labels, rate)
        right = (test[: own_lenet.TESTED] @ weights + bias).argmax(1) == digits.test.labels[: own_lenet.TESTED]
        assert right.mean() < values[SHARE] - 0.02


def conv2d(images, kernels, bias, stride, padding):
    x = np.pad(images, [(0, 0)] * 2 + [(padding, padding)] * 2)
    windows = sliding_window_view(x, kernels.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ocab,ncijab->noij", kernels, windows) + bias[:, None, None]


def kernel_gradient(gradient, images, shape, stride, padding):
    x, by_kernels = np.pad(images, [(0, 0)] * 2 + [(padding, padding)] * 2), np.zeros(shape)
    for n, o, i, j in np.ndindex(gradient.shape):
        i_at, j_at = stride * i, stride * j
        by_kernels[o] += gradient[n, o, i, j] * x[n, :, i_at : i_at + shape[2], j_at : j_at + shape[3]]
    return by_kernels


def input_gradient(gradient, kernels, shape, stride, padding):
    rows, columns = kernels.shape[2:]
    size = shape[2] + 2 * padding - rows + 1, shape[3] + 2 * padding - columns + 1
    stretched = np.zeros((len(gradient), len(kernels), *size))
    stretched[:, :, ::stride, ::stride][:, :, : gradient.shape[2], : gradient.shape[3]] = gradient
    around = np.pad(stretched, ((0, 0), (0, 0), (rows - 1, rows - 1), (columns - 1, columns - 1)))
    windows = sliding_window_view(around, (rows, columns), axis=(2, 3))
    by_padded = np.einsum("ocab,noijab->ncij", kernels[:, :, ::-1, ::-1], windows)
    return by_padded[:, :, padding : padding + shape[2], padding : padding + shape[3]]


def max_pool_backward(gradient, images, size, stride):
    by_images = np.zeros(images.shape)
    for n, c, i, j in np.ndindex(gradient.shape):
        window = images[n, c, stride * i : stride * i + size, stride * j : stride * j + size]
        a, b = divmod(int(window.argmax()), size)
        by_images[n, c, stride * i + a, stride * j + b] += gradient[n, c, i, j]
    return by_images


OTHERS = {
    "conv2d_by_offsets": conv2d,
    "kernel_gradient": kernel_gradient,
    "input_gradient": input_gradient,
    "max_pool_backward": max_pool_backward,
}


def test_pieces_in_another_style_pass_and_give_the_same_numbers(monkeypatch):
    """By a view of all windows, by loops over the places, and by the turned kernel that slides over the gradient."""
    for piece in lenet.pieces:
        verdict = piece.examine(OTHERS[piece.name])
        assert verdict.passed, verdict.text()
    monkeypatch.setattr(own_lenet, "STEPS", 2)
    monkeypatch.setattr(own_lenet, "SHOWN", 2)
    monkeypatch.setattr(own_lenet, "TESTED", 2)
    found, expected = ([each.value for each in lenet.run(pieces)] for pieces in (OTHERS, PIECES))
    np.testing.assert_allclose(found, expected, rtol=1e-9)
