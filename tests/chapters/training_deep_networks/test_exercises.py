"""What readers of chapter 12 are told of answers in another style; the numbers of the networks to diagnose."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as torch_functional

from dlcourse import datasets
from dlcourse.chapters.training_deep_networks import exercises
from dlcourse.chapters.training_deep_networks.exercises.choices import TABLE
from dlcourse.chapters.training_deep_networks.exercises.training_bytes import (
    ACTIVATIONS,
    ANSWER,
    BATCH_SIZE,
    GIGABYTES,
    PARAMETERS,
)
from dlcourse.pytorch.training_memory import training_memory
from dlcourse.scratch import functional, initializers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.deep_stacks import deep_network
from dlcourse.scratch.signals import layer_signals, table

SHOWN = (0, 6, 12, 18)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def he_std_of_pytorch(shape, negative_slope):
    weight = torch.empty(shape)
    fan = torch.nn.init._calculate_correct_fan(weight, "fan_in")
    return torch.nn.init.calculate_gain("leaky_relu", negative_slope) / math.sqrt(fan)


def he_std_as_numpy_s_number(shape, negative_slope):
    return np.sqrt(2.0 / np.prod(shape[1:])) / np.sqrt(1 + negative_slope**2)


def batch_norm_of_pytorch(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    mean, var, weight, bias = (torch.tensor(each) for each in (running_mean, running_var, gamma, beta))
    y = torch_functional.batch_norm(torch.tensor(x), mean, var, weight, bias, training, momentum, eps)
    return y.numpy(), mean.numpy(), var.numpy()


def batch_norm_in_a_loop(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    y, new_mean, new_var = np.empty_like(x), running_mean.copy(), running_var.copy()
    for unit in range(x.shape[1]):
        mean, var = running_mean[unit], running_var[unit]
        if training:
            mean = sum(x[:, unit]) / len(x)
            var = sum((x[:, unit] - mean) ** 2) / len(x)
            new_mean[unit] += momentum * (mean - running_mean[unit])
            new_var[unit] += momentum * (np.var(x[:, unit], ddof=1) - running_var[unit])
        y[:, unit] = (x[:, unit] - mean) * gamma[unit] / math.sqrt(var + eps) + beta[unit]
    return [y, new_mean, new_var]


def gradients_of_the_engine(gradient, x, gamma, eps):
    zero = np.zeros_like(gamma)
    inputs = [Tensor(each, requires_grad=True) for each in (x, gamma, zero)]
    functional.batch_norm(inputs[0], zero.copy(), zero + 1, *inputs[1:], True, 0.1, eps).backward(gradient)
    return tuple(each.grad for each in inputs)


def gradients_step_by_step(gradient, x, gamma, eps):
    """Through each node of the graph, as in the paper."""
    n, centred = len(x), x - x.mean(axis=0)
    var = (centred**2).mean(axis=0)
    by_normalized = gradient * gamma
    by_var = (by_normalized * centred).sum(axis=0) * -0.5 * (var + eps) ** -1.5
    by_mean = -by_normalized.sum(axis=0) / np.sqrt(var + eps) - by_var * 2 * centred.mean(axis=0)
    by_x = by_normalized / np.sqrt(var + eps) + by_var * 2 * centred / n + by_mean / n
    return by_x, (gradient * centred / np.sqrt(var + eps)).sum(axis=0), gradient.sum(axis=0)


def group_norm_of_pytorch(x, num_groups, gamma, beta, eps):
    inputs, weight, bias = map(torch.tensor, (x, gamma, beta))
    return torch_functional.group_norm(inputs, num_groups, weight, bias, eps).numpy()


def group_norm_in_five_axes(x, num_groups, gamma, beta, eps):
    n, channels, height, width = x.shape
    grouped = x.reshape(n, num_groups, channels // num_groups, height, width)
    mean, std = (f(axis=(2, 3, 4), keepdims=True) for f in (grouped.mean, grouped.std))
    normalized = (grouped - mean) / np.sqrt(std**2 + eps)
    return np.moveaxis(np.moveaxis(normalized.reshape(x.shape), 1, -1) * gamma + beta, -1, 1)


def dropout_by_choice(x, p, u, training):
    return np.where(u < p, 0, x / (1 - p)) if training else x.copy()


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.he_std, he_std_of_pytorch),
        (exercises.he_std, he_std_as_numpy_s_number),
        (exercises.batch_norm_forward, batch_norm_of_pytorch),
        (exercises.batch_norm_forward, batch_norm_in_a_loop),
        (exercises.batch_norm_backward, gradients_of_the_engine),
        (exercises.batch_norm_backward, gradients_step_by_step),
        (exercises.group_norm_forward, group_norm_of_pytorch),
        (exercises.group_norm_forward, group_norm_in_five_axes),
        (exercises.dropout_forward, dropout_by_choice),
    ],
)
def test_right_answers_in_another_style_pass(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def test_running_statistics_changed_in_place_are_told():
    def in_place(x, gamma, beta, running_mean, running_var, training, momentum, eps):
        y, mean, var = batch_norm_in_a_loop(x, gamma, beta, running_mean, running_var, training, momentum, eps)
        running_mean[...], running_var[...] = mean, var
        return y, running_mean, running_var

    verdict = exercises.batch_norm_forward.examine(in_place)
    assert not verdict.passed
    assert "running_mean" in verdict.text()


def test_the_memory_of_the_question_is_what_the_library_counts():
    parameters, activations = PARAMETERS * 10**6, ACTIVATIONS * 10**6
    found = training_memory(parameters, activations, BATCH_SIZE)
    for kind in ("weights", "gradients", "optimizer", "activations"):
        assert ANSWER[kind] == pytest.approx(getattr(found, kind) / 1e9)
    largest = ANSWER["largest_batch"]
    assert training_memory(parameters, activations, largest).total <= GIGABYTES * 1e9
    assert training_memory(parameters, activations, largest + 1).total > GIGABYTES * 1e9


# --- the four networks


def three_over_root(shape, *, generator, dtype):
    return initializers.normal(shape, 3 / math.sqrt(initializers.fans(shape)[0]), generator=generator, dtype=dtype)


NETWORKS = {
    "P": {"start": three_over_root, "activation": "tanh"},
    "Q": {"start": "Glorot", "activation": "sigmoid"},
    "R": {"start": "normal 0.01", "activation": "ReLU"},
    "S": {"start": "He", "activation": "ReLU"},
}


def signals_of(letter, seed=0):
    digits = datasets.load("digits").train
    made = {"depth": 20, "width": 64, "generator": np.random.default_rng(seed), "dtype": np.float64}
    network = deep_network(64, 10, **made, **NETWORKS[letter])
    return table(layer_signals(network, digits.inputs[:128].astype(np.float64), digits.labels[:128]))


def written(value):
    """As in the table: 0.7, or 6·10⁻²."""
    if 0.15 <= value < 0.95:
        return f"{value:.1f}"
    return power(value)


def power(value):
    digit, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit}·10{raised}"


def test_the_table_holds_the_numbers_of_the_networks_that_the_answer_names():
    for letter in NETWORKS:
        found = signals_of(letter)
        sizes = " | ".join(written(found["size"][k]) for k in SHOWN)
        gradients = " | ".join(power(found["gradient"][k]) for k in SHOWN)
        assert f"| **{letter}**: size of a | {sizes} |" in TABLE
        assert f"| {letter}: size of δ | {gradients} |" in TABLE


@pytest.mark.parametrize("seed", range(1, 4))
def test_what_the_feedback_says_of_the_networks_holds_for_other_starts_too(seed):
    p, q, r, s = (signals_of(letter, seed) for letter in NETWORKS)
    assert (p["size"][1:-1] > 0.75).all()
    assert p["saturated"][6:-1].mean() > 0.3  # flat at many places, and yet
    assert p["gradient"][0] > 100 * p["gradient"][18]  # it grows on the way back
    assert np.abs(q["size"][:-1] - 0.5).max() < 0.1
    assert q["saturated"].max() == 0
    assert q["gradient"][0] < 1e-10 * q["gradient"][18]
    step = 0.01 * math.sqrt(64 / 2)
    assert (r["size"][18] / r["size"][0]) ** (1 / 18) == pytest.approx(step, rel=0.1)
    assert (r["gradient"][0] / r["gradient"][18]) ** (1 / 18) == pytest.approx(step, rel=0.1)
    for name in ("size", "gradient"):
        assert 1 / 6 < s[name][18] / s[name][0] < 6
