"""Recurrent networks step by step, as their formulas say it, of arrays: what ``recurrent`` does fast, to be read.

x_t (batch, features) is what arrives at step t, h_t (batch, hidden) the state after it, T the number of steps, L the
loss. A sequence is (batch, time, features). Weights act as in ``functional.linear``: (out, in). ∘ is the product entry
by entry. The functions trust their arguments' shapes, as given here, so that they stay as short as their formulas; they
compute in the dtype that they are given. Sources: Elman (1990), "Finding structure in time"; Werbos (1990),
"Backpropagation through time: what it does and how to do it"; for LSTM and GRU at their functions.
"""

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.losses import sigmoid
from dlcourse.validation import check_count

# --- the plain recurrent network


def rnn_step(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Array:
    """h_t = tanh(x_t W_xᵀ + h_{t−1} W_hᵀ + b): what arrives joins what is remembered. Result: (batch, hidden).

    x is x_t (batch, features), h is h_{t−1} (batch, hidden). W_x: (hidden, features). W_h: (hidden, hidden).
    b: (hidden,).
    """
    return np.tanh(x @ w_x.T + h @ w_h.T + b)


def rnn_step_backward(
    by_next: Array, h_next: Array, x: Array, h: Array, w_x: Array, w_h: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """The gradients of one step: (∂L/∂x_t, ∂L/∂h_{t−1}, and this step's terms of ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b).

    by_next is ∂L/∂h_t (batch, hidden), complete: what the step's own loss and all later steps contribute. h_next is
    h_t; the others are those of ``rnn_step``. With a_t the pre-activation, h_t = tanh(a_t), δ_t = ∂L/∂a_t =
    by_next ∘ (1 − h_t²); then a_t is a linear layer of x_t and of h_{t−1}, as in chapter 10.
    """
    delta = by_next * (1 - h_next**2)
    return delta @ w_x, delta @ w_h, delta.T @ x, delta.T @ h, delta.sum(axis=0)


def unroll(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Array:
    """The states h_0, h_1, ..., h_T (batch, T + 1, hidden): h_0 is h, and every step has the same weights.

    x: (batch, T, features). h: (batch, hidden).
    """
    states = [h]
    for t in range(x.shape[1]):
        states.append(rnn_step(x[:, t], states[-1], w_x, w_h, b))
    return np.stack(states, axis=1)


def backpropagate_through_time(
    by_states: Array, states: Array, x: Array, w_x: Array, w_h: Array, window: int | None = None
) -> tuple[Array, Array, Array, Array, Array]:
    """The gradients of a whole unrolled network: (∂L/∂x, ∂L/∂h_0, ∂L/∂W_x, ∂L/∂W_h, ∂L/∂b).

    by_states (batch, T, hidden): what each step's own loss contributes to the gradient of its state, 0 where there is
    none. states: those of ``unroll``. From the last step to the first, a state's gradient is its own contribution plus
    what the step after it hands back; the weights are used at every step, so their gradients are sums over the steps.

    ``window`` k is truncated backpropagation: time is cut into pieces of k steps, 0 to k − 1, k to 2k − 1 and so on.
    States cross the cuts, gradients do not. ∂L/∂h_0 is then that of the first piece. Source: Williams and Peng (1990),
    "An efficient gradient-based algorithm for on-line training of recurrent network trajectories". Raises ValueError
    for a window below 1, TypeError for one that is not whole.
    """
    steps = x.shape[1]
    window = steps if window is None else check_count(window, "window")
    by_x, by_w_x, by_w_h, by_b = (np.zeros_like(each) for each in (x, w_x, w_h, w_h[:, 0]))
    by_h = np.zeros_like(states[:, 0])  # nothing comes after the last step
    for t in reversed(range(steps)):
        by_x[:, t], by_h, *terms = rnn_step_backward(
            by_states[:, t] + by_h, states[:, t + 1], x[:, t], states[:, t], w_x, w_h
        )
        for total, term in zip((by_w_x, by_w_h, by_b), terms, strict=True):
            total += term
        if t % window == 0 and t > 0:
            by_h = np.zeros_like(by_h)  # a cut: the piece before gets nothing
    return by_x, by_h, by_w_x, by_w_h, by_b


# --- with gates


def lstm_step(
    x: Array,
    h: Array,
    c: Array,
    w_i: Array,
    w_f: Array,
    w_g: Array,
    w_o: Array,
    b_i: Array,
    b_f: Array,
    b_g: Array,
    b_o: Array,
) -> tuple[Array, Array]:
    """One step of the long short-term memory: (h_t, c_t), both (batch, hidden).

    i, f, o = σ(W [x_t, h_{t−1}] + b) and g = tanh(W_g [x_t, h_{t−1}] + b_g): the input, forget and output gate and the
    candidate. c_t = f ∘ c_{t−1} + i ∘ g: the cell keeps the share f of what it held, and takes the share i of what is
    new. h_t = o ∘ tanh(c_t): the share o of it is shown.

    x: (batch, features). h and c, those before the step: (batch, hidden). Each W: (hidden, features + hidden); each b:
    (hidden,). Source: Hochreiter and Schmidhuber (1997), "Long short-term memory"; the forget gate is that of Gers,
    Schmidhuber and Cummins (2000), "Learning to forget".
    """
    both = np.concatenate([x, h], axis=1)
    i = sigmoid(both @ w_i.T + b_i)
    f = sigmoid(both @ w_f.T + b_f)
    g = np.tanh(both @ w_g.T + b_g)
    o = sigmoid(both @ w_o.T + b_o)
    c_next = f * c + i * g
    return o * np.tanh(c_next), c_next


def gru_step(
    x: Array,
    h: Array,
    w_r: Array,
    w_z: Array,
    w_n: Array,
    u_r: Array,
    u_z: Array,
    u_n: Array,
    b_r: Array,
    b_z: Array,
    b_n: Array,
    c_n: Array,
) -> Array:
    """One step of the gated recurrent unit: h_t (batch, hidden).

    r, z = σ(W x_t + U h_{t−1} + b): the reset and the update gate. n = tanh(W_n x_t + b_n + r ∘ (U_n h_{t−1} + c_n)):
    the candidate, for which the share r of the old state counts. h_t = (1 − z) ∘ n + z ∘ h_{t−1}: the share z stays.

    x: (batch, features). h: (batch, hidden). Each W: (hidden, features); each U: (hidden, hidden); each b, and c_n:
    (hidden,). Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", with r outside
    of the product, as in PyTorch; there r ∘ h_{t−1} comes first.
    """
    r = sigmoid(x @ w_r.T + h @ u_r.T + b_r)
    z = sigmoid(x @ w_z.T + h @ u_z.T + b_z)
    n = np.tanh(x @ w_n.T + b_n + r * (h @ u_n.T + c_n))
    return (1 - z) * n + z * h
