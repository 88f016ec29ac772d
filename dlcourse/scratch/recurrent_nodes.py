"""RNN, LSTM and GRU over whole sequences, each one operation beside its rule: ``recurrent_steps`` made fast.

What can be done for all steps at once is: x, h and 1 stand side by side in one table, so that a step is one product
for all gates and their biases; the slopes of all gates are computed in a few passes over all steps; and the gradient of
the weights, a sum over steps, is one product too. Only what depends on the step before stays in the loop. Each function
takes inputs (batch, time, features), PyTorch's four parameters, initial states (batch, hidden) and a ``Packing``, and
returns the outputs (batch, time, hidden) and the states (batch, hidden) after each sequence's last step.
"""

from functools import partial

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.memory import workspace
from dlcourse.scratch.packing import Packing
from dlcourse.scratch.recurrent_tables import (
    Gradients,
    by_inputs,
    by_parameters,
    incoming,
    joined,
    results,
    sigmoid_from_tanh,
    with_inputs,
    with_ones,
)

# --- the plain recurrent network


def rnn(
    inputs: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor,
    bias_hh: Tensor,
    h: Tensor,
    packing: Packing,
    relu: bool = False,
) -> tuple[Tensor, ...]:
    """h_t = tanh(x_t W_xᵀ + h_{t−1} W_hᵀ + b), or with max(0, ·), over all steps: (outputs, h)."""
    features, hidden = inputs.shape[2], weight_hh.shape[1]
    read = with_inputs(inputs, packing, hidden)
    weight = joined((weight_ih, weight_hh), (bias_ih, bias_hh), (1,))[0]
    states, activation = packing.with_initial(h.data), partial(np.maximum, 0) if relu else np.tanh
    for t, n, rows in packing.steps:
        read[rows, features:-1] = states[t, :n]
        a = np.matmul(read[rows], weight, out=states[t + 1, :n])
        activation(a, out=a)
    parents = (inputs, weight_ih, weight_hh, bias_ih, bias_hh, h)
    rule = partial(rnn_rule, read, states, packing, relu)
    return results("rnn, relu" if relu else "rnn", (states,), parents, rule, packing)


def rnn_rule(
    read: Array, states: Array, packing: Packing, relu: bool, gradient: Array, result: Tensor, *parents: Tensor
) -> Gradients:
    """δ_t = h̄_t ∘ f'(a_t), with h̄_t what the outputs bring and what comes back from the step after, δ_{t+1} W_h."""
    inputs, weight_ih, weight_hh, *biases, _ = parents
    by_states, by_h = incoming(gradient, packing)
    slopes = (states[1:] > 0).astype(states.dtype) if relu else 1 - states[1:] * states[1:]
    deltas = workspace.empty((packing.count, len(weight_hh.data)), gradient.dtype)
    for t, n, rows in reversed(packing.steps):
        by_now, old = by_states[t, :n], by_h[:n]
        by_now += old
        np.multiply(by_now, slopes[t, :n], out=deltas[rows])
        np.matmul(deltas[rows], weight_hh.data, out=old)
    by_x = by_inputs(deltas, inputs, weight_ih, packing)
    return by_x, *by_parameters(deltas, read, weight_ih, weight_hh, *biases), packing.in_order(by_h)


# --- the long short-term memory


def lstm(
    inputs: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor,
    bias_hh: Tensor,
    h: Tensor,
    c: Tensor,
    packing: Packing,
) -> tuple[Tensor, ...]:
    """``lstm_step`` over all steps: (outputs, h, c). The gates stand in the order i, f, g, o.

    σ(a) = ½ tanh(a/2) + ½, so that one tanh serves all gates: the weights of i, f and o are halved.
    """
    features, hidden, dtype = inputs.shape[2], weight_hh.shape[1], inputs.dtype
    read = with_inputs(inputs, packing, hidden)
    weight = joined((weight_ih, weight_hh), (bias_ih, bias_hh), (0.5, 0.5, 1, 0.5))
    gates = packing.table(4, packing.batch, hidden, dtype=dtype)
    bent = packing.table(packing.batch, hidden, dtype=dtype)
    states, cells = packing.with_initial(h.data), packing.with_initial(c.data)
    for t, n, rows in packing.steps:
        read[rows, features:-1] = states[t, :n]
        a = np.matmul(read[rows], weight, out=gates[t, :, :n])
        np.tanh(a, out=a)
        sigmoid_from_tanh(a[:2])
        sigmoid_from_tanh(a[3])
        i, f, g, o = a
        cell = np.multiply(f, cells[t, :n], out=cells[t + 1, :n])
        cell += i * g
        np.multiply(o, np.tanh(cell, out=bent[t, :n]), out=states[t + 1, :n])
    parents = (inputs, weight_ih, weight_hh, bias_ih, bias_hh, h, c)
    rule = partial(lstm_rule, read, gates, cells, bent, packing)
    return results("lstm", (states, cells), parents, rule, packing)


def lstm_rule(
    read: Array,
    gates: Array,
    cells: Array,
    bent: Array,
    packing: Packing,
    gradient: Array,
    result: Tensor,
    *parents: Tensor,
) -> Gradients:
    """c̄_t is what comes back from c_{t+1}, and h̄_t ∘ ∂h_t/∂c_t; each gate's δ is c̄_t or h̄_t times its slope."""
    inputs, weight_ih, weight_hh, *biases, _, _ = parents
    by_states, by_h, by_c = incoming(gradient, packing)
    slopes, through_cell = lstm_slopes(gates, cells[:-1], bent)
    deltas = workspace.empty((len(read), len(weight_hh.data)), gradient.dtype)
    by_gates = deltas.reshape(len(read), 4, -1).swapaxes(0, 1)
    for t, n, rows in reversed(packing.steps):
        by_now, old, cell = by_states[t, :n], by_h[:n], by_c[:n]
        by_now += old
        cell += by_now * through_cell[t, :n]
        np.multiply(slopes[t, :3, :n], cell, out=by_gates[:3, rows])
        np.multiply(slopes[t, 3, :n], by_now, out=by_gates[3, rows])
        np.matmul(deltas[rows], weight_hh.data, out=old)
        cell *= gates[t, 1, :n]
    by_x = by_inputs(deltas, inputs, weight_ih, packing)
    by_initial = packing.in_order(by_h), packing.in_order(by_c)
    return by_x, *by_parameters(deltas, read, weight_ih, weight_hh, *biases), *by_initial


def lstm_slopes(gates: Array, cells_before: Array, bent: Array) -> tuple[Array, Array]:
    """∂c_t/∂a for i, f and g and ∂h_t/∂a for o, of all steps: (steps, 4, batch, hidden); and ∂h_t/∂c_t."""
    i, _, g, o = gates.swapaxes(0, 1)
    slopes = np.subtract(1, gates, out=workspace.empty(gates.shape, gates.dtype))
    slopes *= gates  # σ' = σ (1 − σ)
    by_i, by_f, by_g, by_o = slopes.swapaxes(0, 1)
    by_i *= g
    by_f *= cells_before
    np.subtract(1, np.multiply(g, g, out=by_g), out=by_g)  # tanh' = 1 − tanh²
    by_g *= i
    by_o *= bent
    through_cell = np.multiply(bent, bent, out=workspace.empty(bent.shape, bent.dtype))
    np.subtract(1, through_cell, out=through_cell)
    through_cell *= o
    return slopes, through_cell


# --- the gated recurrent unit


def gru(
    inputs: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor,
    bias_hh: Tensor,
    h: Tensor,
    packing: Packing,
) -> tuple[Tensor, ...]:
    """``gru_step`` over all steps: (outputs, h). The gates stand in the order r, z, n.

    What x contributes does not depend on the step before, and is computed for all steps at once; σ as in ``lstm``.
    """
    hidden, dtype = weight_hh.shape[1], inputs.dtype
    read_x, read_h = with_inputs(inputs, packing), with_ones(hidden, packing, dtype)
    w, u = (joined((w,), (b,), (0.5, 0.5, 1)) for w, b in ((weight_ih, bias_ih), (weight_hh, bias_hh)))
    from_x = np.matmul(read_x, w, out=workspace.empty((3, packing.count, hidden), dtype))
    gates = packing.table(4, packing.batch, hidden, dtype=dtype)  # r, z, U_n h and its bias, n
    states = packing.with_initial(h.data)
    for t, n_t, rows in packing.steps:
        old = states[t, :n_t]
        read_h[rows, :-1] = old
        np.matmul(read_h[rows], u, out=gates[t, :3, :n_t])
        sigmoids = gates[t, :2, :n_t]
        sigmoids += from_x[:2, rows]
        np.tanh(sigmoids, out=sigmoids)
        sigmoid_from_tanh(sigmoids)
        r, z, recalled, n = gates[t, :, :n_t]
        np.multiply(r, recalled, out=n)
        n += from_x[2, rows]
        np.tanh(n, out=n)
        new = np.subtract(old, n, out=states[t + 1, :n_t])
        new *= z
        new += n  # n + z ∘ (h − n)
    parents = (inputs, weight_ih, weight_hh, bias_ih, bias_hh, h)
    rule = partial(gru_rule, read_x, read_h, gates, states, packing)
    return results("gru", (states,), parents, rule, packing)


def gru_rule(
    read_x: Array,
    read_h: Array,
    gates: Array,
    states: Array,
    packing: Packing,
    gradient: Array,
    result: Tensor,
    *parents: Tensor,
) -> Gradients:
    """Each δ is h̄_t times its slope; what comes back to h_{t−1} is h̄_t ∘ z + δ U.

    The candidate has two: of W_n x, first in the table, and of U_n h, last. So those of x are its first columns, in
    the order n, r, z, and those of h its last, in the order r, z, n.
    """
    inputs, weight_ih, weight_hh, bias_ih, bias_hh, _ = parents
    hidden = weight_hh.shape[1]
    by_states, by_h = incoming(gradient, packing)
    slopes = gru_slopes(gates, states[:-1])
    deltas = workspace.empty((len(read_h), 4 * hidden), gradient.dtype)
    by_gates, of_h = deltas.reshape(len(read_h), 4, hidden).swapaxes(0, 1), deltas[:, hidden:]
    for t, n, rows in reversed(packing.steps):
        by_now, old = by_states[t, :n], by_h[:n]
        by_now += old
        np.multiply(slopes[t, :, :n], by_now, out=by_gates[:, rows])
        np.matmul(of_h[rows], weight_hh.data, out=old)
        old += by_now * gates[t, 1, :n]
    of_x = np.concatenate([deltas[:, hidden : 3 * hidden], deltas[:, :hidden]], axis=1)
    by_weight_ih, by_bias_ih = by_parameters(of_x, read_x, weight_ih, bias_ih)
    by_weight_hh, by_bias_hh = by_parameters(of_h, read_h, weight_hh, bias_hh)
    by_x = by_inputs(of_x, inputs, weight_ih, packing)
    return by_x, by_weight_ih, by_weight_hh, by_bias_ih, by_bias_hh, packing.in_order(by_h)


def gru_slopes(gates: Array, states_before: Array) -> Array:
    """∂h_t/∂ of W_n x, of the pre-activations of r and z, and of U_n h, of all steps: (steps, 4, batch, hidden)."""
    r, z, recalled, n = gates.swapaxes(0, 1)
    slopes = workspace.empty(gates.shape, gates.dtype)
    by_candidate, by_r, by_z, by_recalled = slopes.swapaxes(0, 1)
    replaced = 1 - z
    np.subtract(1, np.multiply(n, n, out=by_candidate), out=by_candidate)
    by_candidate *= replaced
    np.multiply(by_candidate, r, out=by_recalled)
    np.multiply(by_recalled, recalled, out=by_r)
    by_r *= 1 - r
    np.subtract(states_before, n, out=by_z)
    by_z *= z
    by_z *= replaced
    return slopes
