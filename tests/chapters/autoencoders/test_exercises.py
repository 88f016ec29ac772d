"""What readers of chapter 20 are told of right answers that they write otherwise than the library does."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from dlcourse.chapters.autoencoders import exercises
from dlcourse.chapters.autoencoders.exercises.linear_error import NUMBERS, VARIANCES, WIDTH
from dlcourse.scratch import components
from dlcourse.scratch.reconstruction import reconstruction_error


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def gradient_by_pytorch(x_hat, x):
    tensor = torch.tensor(x_hat, requires_grad=True)
    loss = torch.nn.functional.mse_loss(tensor, torch.tensor(x))
    loss.backward()
    return loss.item(), tensor.grad.numpy()


def pca_by_scikit_learn(x, k):
    found = PCA(k).fit(x)
    return found.mean_, -found.components_, found.explained_variance_


def pca_by_eigenvectors(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T))
    return x.mean(axis=0), vectors[:, ::-1][:, :k].T, values[::-1][:k]


def denoising_with_a_copy(x, level, generator, reconstruct):
    spoilt = x.copy()
    spoilt[generator.random(x.shape) < level] = 0
    error = reconstruct(spoilt) - x
    return np.sum(error * error) / (x.shape[0] * x.shape[1])


def sparsity_in_loops(activations, rho):
    n, k = activations.shape
    total, gradient = 0.0, np.zeros((n, k))
    for j in range(k):
        mean = float(sum(activations[:, j])) / n
        total += rho * np.log(rho) - rho * np.log(mean)
        total += (1 - rho) * np.log(1 - rho) - (1 - rho) * np.log(1 - mean)
        gradient[:, j] = (mean - rho) / (mean * (1 - mean)) / n
    return total, gradient


def layers_as_lists(x, widths, train_layer):
    stack = []
    for width in widths:
        stack.append(list(train_layer(x, width)))
        x = 1 / (1 + np.exp(-(stack[-1][0] @ x.T).T - stack[-1][1]))
    return stack


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.reconstruction_gradient, gradient_by_pytorch),
        (exercises.pca_by_svd, pca_by_scikit_learn),
        (exercises.pca_by_svd, pca_by_eigenvectors),
        (exercises.denoising_loss, denoising_with_a_copy),
        (exercises.kl_sparsity, sparsity_in_loops),
        (exercises.greedy_layers, layers_as_lists),
    ],
)
def test_other_ways_are_right_answers(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def test_axes_that_are_not_perpendicular_are_refused():
    def mixed(x, k):
        mean, axes, variances = components.pca_by_svd(x, k)
        return mean, axes + axes[::-1], variances

    assert not exercises.pca_by_svd.examine(mixed).passed


def test_a_sign_that_is_free_is_not_told_as_a_fault():
    def variances_of_the_columns(x, k):
        mean, axes, _ = components.pca_by_svd(x, k)
        return mean, -axes, x.var(axis=0)[:k]

    def in_another_order(x, k):
        return components.pca_by_svd(x, k)[::-1]

    assert "value 3 of 3, is 3.5 at [0]" in exercises.pca_by_svd.examine(variances_of_the_columns).message
    assert "the right members in the wrong order" in exercises.pca_by_svd.examine(in_another_order).message


def test_gradients_of_rows_and_columns_alone_are_right_answers():
    """The notebook says (n, d), and so may an answer."""

    def unpacked(x_hat, x):
        n, d = x.shape
        return float(np.einsum("ij,ij", x_hat - x, x_hat - x)) / (n * d), 2 * (x_hat - x) / n / d

    assert exercises.reconstruction_gradient.examine(unpacked).passed


def test_zeros_written_into_the_clean_images_are_told_apart_from_a_spoilt_target():
    def in_place(x, level, generator, reconstruct):
        x[generator.random(x.shape) < level] = 0
        return np.mean((reconstruct(x) - x) ** 2)

    assert exercises.denoising_loss.examine(in_place).mistake == "spoilt_in_place"


def test_the_smallest_error_is_what_components_of_such_data_leave():
    generator = np.random.default_rng(0)
    axes, _ = np.linalg.qr(generator.normal(size=(NUMBERS, NUMBERS)))
    scores, _ = np.linalg.qr(generator.normal(size=(40, NUMBERS)))
    scores -= scores.mean(axis=0)
    scores, _ = np.linalg.qr(scores)
    x = scores * np.sqrt(40 * np.array(VARIANCES)) @ axes + 3
    found = components.pca(x, WIDTH)
    error = reconstruction_error(components.decode(found, components.encode(found, x)), x)
    assert error == pytest.approx(exercises.linear_error.answer)
