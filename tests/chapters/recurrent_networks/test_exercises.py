"""The exercises on recurrent networks: right answers in other styles pass, and mistakes are known in other clothes."""

import math

import numpy as np
import pytest
import torch

from dlcourse.chapters.recurrent_networks import exercises
from dlcourse.scratch import losses
from dlcourse.scratch.autograd import Tensor


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def test_the_summed_gradient_is_that_of_the_engine():
    w, h = Tensor(0.5, requires_grad=True), Tensor(4.0)
    for x in (1.0, 3.0, 2.0):
        h = w * h + x
    h.backward()
    assert exercises.summed_gradient.answer == pytest.approx(float(w.grad))


# --- right answers in another style


def step_with_sums(x, h, w_x, w_h, b):
    rows = zip(x, h, strict=True)
    return np.array([[math.tanh(w_x[i] @ one + w_h[i] @ old + b[i]) for i in range(len(b))] for one, old in rows])


def step_on_both(x, h, w_x, w_h, b):
    weight, both = (torch.from_numpy(np.hstack(pair)) for pair in ((w_x, w_h), (x, h)))
    return torch.tanh(torch.nn.functional.linear(both, weight, torch.from_numpy(b))).numpy()


def loss_of_a_mask(logits, labels, ignore_index=-100):
    mask = labels != ignore_index
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    chosen = np.take_along_axis(log_probabilities, np.where(mask, labels, 0)[..., None], axis=-1)[..., 0]
    return -np.where(mask, chosen, 0).sum() / mask.sum()


def loss_by_pytorch(logits, labels, ignore_index=-100):
    swapped = torch.tensor(logits).transpose(1, 2)
    return torch.nn.functional.cross_entropy(swapped, torch.tensor(labels), ignore_index=ignore_index).item()


def backward_example_by_example(by_next, h_next, x, h, w_x, w_h):
    deltas = [one * (1 - new) * (1 + new) for one, new in zip(by_next, h_next, strict=True)]
    by_w_x = sum(np.outer(delta, one) for delta, one in zip(deltas, x, strict=True))
    by_w_h = sum(np.outer(delta, old) for delta, old in zip(deltas, h, strict=True))
    return [np.array([w.T @ delta for delta in deltas]) for w in (w_x, w_h)] + [by_w_x, by_w_h, sum(deltas)]


def gradient_piece_by_piece(by_states, states, w_h, window):
    total, time = 0.0, by_states.shape[1]
    for first in range(0, time, window):
        delta = 0 * states[:, 0]
        for t in range(min(first + window, time) - 1, first - 1, -1):
            delta = (by_states[:, t] + delta @ w_h) * (1 - states[:, t + 1] ** 2)
            total = total + np.einsum("ni,nj->ij", delta, states[:, t])
    return total


def gradient_cut_before_it_is_used(by_states, states, w_h, window):
    total, by_h = np.zeros_like(w_h), 0.0
    for t in range(by_states.shape[1] - 1, -1, -1):
        by_h = by_h if (t + 1) % window else 0.0
        delta = (by_states[:, t] + by_h) * (1 - states[:, t + 1] ** 2)
        total, by_h = total + delta.T @ states[:, t], delta @ w_h
    return total


def clip_as_pytorch(gradients, limit):
    parameters = [torch.nn.Parameter(torch.tensor(each)) for each in gradients]
    for parameter in parameters:
        parameter.grad = parameter.detach().clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    return [parameter.grad.numpy() for parameter in parameters], norm.item()


def clip_in_one_row(gradients, limit):
    norm = np.linalg.norm(np.concatenate([each.ravel() for each in gradients]))
    return tuple(each / max(1, norm / limit) for each in gradients), norm


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("rnn_step", step_with_sums),
        ("rnn_step", step_on_both),
        ("masked_loss", loss_of_a_mask),
        ("masked_loss", loss_by_pytorch),
        ("rnn_step_backward", backward_example_by_example),
        ("truncated_gradient", gradient_piece_by_piece),
        ("truncated_gradient", gradient_cut_before_it_is_used),
        ("clip_by_norm", clip_as_pytorch),
        ("clip_by_norm", clip_in_one_row),
    ],
)
def test_other_right_answers_pass(name, answer):
    verdict = getattr(exercises, name).examine(answer)
    assert verdict.passed, verdict.text()


# --- wrong ones


def other_order(x, h, w_x, w_h, b):
    return np.tanh(b + w_h * h + x @ w_x.T)


def library_s_loss_of_everything(logits, labels, ignore_index=-100):
    return losses.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.ravel())


def reset_before_it_is_used(by_states, states, w_h, window):
    total, by_h = 0.0, 0.0
    for t in range(by_states.shape[1] - 1, -1, -1):
        by_h = by_h if t % window else 0.0
        delta = (by_states[:, t] + by_h) * (1 - states[:, t + 1] ** 2)
        total, by_h = total + delta.T @ states[:, t], delta @ w_h
    return total


def scaled_whatever_the_norm(gradients, limit):
    norm = math.sqrt(sum((each**2).sum() for each in gradients))
    return [each * (limit / norm) for each in gradients], norm


@pytest.mark.parametrize(
    ("name", "answer", "mistake"),
    [
        ("rnn_step", other_order, "entry_by_entry"),
        ("masked_loss", library_s_loss_of_everything, "nothing_ignored"),
        ("truncated_gradient", reset_before_it_is_used, "cut_one_step_late"),
        ("clip_by_norm", scaled_whatever_the_norm, "always_scaled"),
    ],
)
def test_a_mistake_is_recognized_in_other_clothes(name, answer, mistake):
    assert getattr(exercises, name).examine(answer).mistake == mistake


def test_gradients_in_one_row_are_told_that_a_list_is_asked_for():
    def clip_by_norm(gradients, limit):
        row = np.concatenate([each.ravel() for each in gradients])
        norm = np.linalg.norm(row)
        return row * min(1, limit / max(norm, limit)), norm

    message = exercises.clip_by_norm.examine(clip_by_norm).message
    assert "Your result, value 1 of 2, is an array of shape (3,); expected are 2 values" in message
