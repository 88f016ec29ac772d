"""The plain steps of recurrent networks: by hand, against PyTorch's cells, central differences, and the engine."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import recurrent_steps
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.gradient_check import compare_gradients, numerical_gradient
from dlcourse.scratch.recurrent_steps import backpropagate_through_time, gru_step, lstm_step, rnn_step, unroll

BATCH, TIME, FEATURES, HIDDEN = 3, 7, 2, 4


def drawn(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def network(dtype=np.float64):
    """x, h_0, W_x, W_h and b."""
    shapes = (BATCH, TIME, FEATURES), (BATCH, HIDDEN), (HIDDEN, FEATURES), (HIDDEN, HIDDEN), (HIDDEN,)
    return [drawn(*shape).astype(dtype) for shape in shapes]


def of_cell(kind, gates):
    """PyTorch's cell, and its parameters by gate: w, u, b and d."""
    cell = getattr(torch.nn, kind)(FEATURES, HIDDEN, dtype=torch.float64)
    values = (parameter.detach().numpy() for parameter in cell.parameters())
    return cell, *(each.reshape(gates, HIDDEN, *each.shape[1:]) for each in values)


# --- one step


def test_a_step_by_hand():
    one = np.ones((1, 1))
    assert rnn_step(2 * one, 0.5 * one, 0.25 * one, -one, np.array([0.1])) == pytest.approx(np.tanh(0.5 - 0.5 + 0.1))


def test_steps_are_those_of_pytorch():
    x, h, c = drawn(BATCH, FEATURES), drawn(BATCH, HIDDEN), drawn(BATCH, HIDDEN, seed=1)
    inputs, state = torch.tensor(x), torch.tensor(h)
    cell, w, u, b, d = of_cell("RNNCell", 1)
    np.testing.assert_allclose(rnn_step(x, h, w[0], u[0], (b + d)[0]), cell(inputs, state).detach(), rtol=1e-12)
    cell, w, u, b, d = of_cell("LSTMCell", 4)
    received = lstm_step(x, h, c, *np.concatenate([w, u], axis=2), *(b + d))
    for ours, theirs in zip(received, cell(inputs, (state, torch.tensor(c))), strict=True):
        np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-12)
    cell, w, u, b, d = of_cell("GRUCell", 3)
    received = gru_step(x, h, *w, *u, *(b[:2] + d[:2]), b[2], d[2])
    np.testing.assert_allclose(received, cell(inputs, state).detach(), rtol=1e-12)


def test_an_lstm_with_an_open_forget_gate_and_a_closed_input_gate_keeps_its_cell():
    x, h, c = drawn(BATCH, FEATURES), drawn(BATCH, HIDDEN), drawn(BATCH, HIDDEN, seed=1)
    weight, open_, closed = np.zeros((HIDDEN, FEATURES + HIDDEN)), np.full(HIDDEN, 50.0), np.full(HIDDEN, -50.0)
    h_next, c_next = lstm_step(x, h, c, *[weight] * 4, closed, open_, np.ones(HIDDEN), open_)
    np.testing.assert_allclose(c_next, c, rtol=1e-15)
    np.testing.assert_allclose(h_next, np.tanh(c), rtol=1e-15)


def test_a_gru_whose_update_gate_is_open_keeps_its_state():
    x, h = drawn(BATCH, FEATURES), drawn(BATCH, HIDDEN)
    w, u, zeros = drawn(3, HIDDEN, FEATURES), drawn(3, HIDDEN, HIDDEN), np.zeros(HIDDEN)
    np.testing.assert_allclose(gru_step(x, h, *w, *u, zeros, zeros + 100, zeros, zeros), h, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay_and_arguments_are_not_changed(dtype):
    arrays = network(dtype)
    before = [each.copy() for each in arrays]
    x, h, w_x, w_h, b = arrays
    states = unroll(*arrays)
    gradients = backpropagate_through_time(states[:, 1:].copy(), states, x, w_x, w_h, window=3)
    both = np.concatenate([w_x, w_h], axis=1)
    lstm, gru = lstm_step(x[:, 0], h, h, *[both] * 4, *[b] * 4), gru_step(x[:, 0], h, *[w_x] * 3, *[w_h] * 3, *[b] * 4)
    assert {each.dtype for each in (states, *gradients, *lstm, gru)} == {np.dtype(dtype)}
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


# --- backpropagation through time


def test_the_gradient_of_one_step_is_that_of_central_differences():
    x, h, w_x, w_h, b = network()
    arguments, weights = [x[:, 0], h, w_x, w_h, b], drawn(BATCH, HIDDEN, seed=1)
    gradients = recurrent_steps.rnn_step_backward(weights, rnn_step(*arguments), *arguments[:4])
    assert compare_gradients(gradients, differences(lambda *each: rnn_step(*each), arguments, weights))


def test_backpropagation_through_time_is_that_of_central_differences():
    arguments, weights = network(), drawn(BATCH, TIME, HIDDEN, seed=1)
    x, _, w_x, w_h, _ = arguments
    gradients = backpropagate_through_time(weights, unroll(*arguments), x, w_x, w_h)
    assert compare_gradients(gradients, differences(lambda *each: unroll(*each)[:, 1:], arguments, weights))


def differences(function, arguments, weights):
    """The central differences of Σ weights · function(arguments) by each argument."""

    def with_one(place):
        def total(values):
            return (function(*arguments[:place], values, *arguments[place + 1 :]) * weights).sum()

        return total

    return [numerical_gradient(with_one(place), argument) for place, argument in enumerate(arguments)]


@pytest.mark.parametrize("window", [1, 2, 3, 6, 7, 100])
def test_a_window_is_a_detached_state_at_each_cut(window):
    arguments, weights = network(), drawn(BATCH, TIME, HIDDEN, seed=1)
    tensors = [Tensor(each, requires_grad=True) for each in arguments]
    x, state, w_x, w_h, b = tensors
    loss = 0.0
    for t in range(TIME):
        if t and t % window == 0:
            state = state.detach()
        pre_activation = x[:, t] @ w_x.T + state @ w_h.T + b
        state = 2 / (1 + (-2 * pre_activation).exp()) - 1  # tanh
        loss = loss + (state * weights[:, t]).sum()
    loss.backward()
    gradients = backpropagate_through_time(weights, unroll(*arguments), arguments[0], *arguments[2:4], window=window)
    for tensor, gradient in zip(tensors, gradients, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-9, atol=1e-12)


def test_a_window_lets_no_later_loss_reach_an_earlier_piece():
    x, h, w_x, w_h, b = network()
    last_alone = np.zeros((BATCH, TIME, HIDDEN))
    last_alone[:, -1] = 1
    states = unroll(x, h, w_x, w_h, b)
    by_x, by_initial, *_ = backpropagate_through_time(last_alone, states, x, w_x, w_h, window=3)
    assert (by_x[:, :6] == 0).all()
    assert (by_x[:, 6:] != 0).any()
    assert (by_initial == 0).all()


@pytest.mark.parametrize(("window", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)])
def test_a_window_is_a_number_of_steps(window, error):
    x, h, w_x, w_h, b = network()
    with pytest.raises(error, match="window: expected a whole number"):
        backpropagate_through_time(np.ones((BATCH, TIME, HIDDEN)), unroll(x, h, w_x, w_h, b), x, w_x, w_h, window)
