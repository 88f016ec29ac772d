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
    backwards,
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
    for row, before, after in zip(packing.rows(read), packing.each(states[:-1]), packing.each(states[1:]), strict=True):
        row[:, features:-1] = before
        activation(np.matmul(row, weight, out=after), out=after)
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
    for delta, slope, by_now in backwards(packing.rows(deltas), packing.each(slopes), packing.each(by_states)):
        by_before = by_h[: len(by_now)]
        by_now += by_before
        np.matmul(np.multiply(by_now, slope, out=delta), weight_hh.data, out=by_before)
    by_x = by_inputs(deltas, inputs, weight_ih, packing)
    return by_x, *by_parameters(deltas, read, weight_ih, weight_hh, *biases), packing.in_order(by_h)


# --- the long short-term memory

IFOG = [0, 1, 3, 2]  # from i, f, g, o to an order in which the three gates with a sigmoid lie side by side


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
    """``lstm_step`` over all steps: (outputs, h, c). The parameters hold the gates in the order i, f, g, o.

    σ(a) = ½ tanh(a/2) + ½, so that one tanh serves all gates: the weights of i, f and o are halved.
    """
    features, hidden, dtype = inputs.shape[2], weight_hh.shape[1], inputs.dtype
    read = with_inputs(inputs, packing, hidden)
    weight = joined((weight_ih, weight_hh), (bias_ih, bias_hh), (0.5, 0.5, 1, 0.5))[IFOG]
    gates = packing.table(4, packing.batch, hidden, dtype=dtype)
    bent = packing.table(packing.batch, hidden, dtype=dtype)  # tanh(c_t)
    states, cells = packing.with_initial(h.data), packing.with_initial(c.data)
    tables = map(packing.each, (gates, bent, states[:-1], states[1:], cells[:-1], cells[1:]))
    for row, a, bent_cell, h_before, h_after, c_before, c_after in zip(packing.rows(read), *tables, strict=True):
        row[:, features:-1] = h_before
        np.tanh(np.matmul(row, weight, out=a), out=a)
        sigmoid_from_tanh(a[:3])
        i, f, o, g = a
        np.multiply(f, c_before, out=c_after)
        c_after += i * g
        np.multiply(o, np.tanh(c_after, out=bent_cell), out=h_after)
    parents = (inputs, weight_ih, weight_hh, bias_ih, bias_hh, h, c)
    rule = partial(lstm_rule, read, gates, bent, states, cells, packing)
    return results("lstm", (states, cells), parents, rule, packing)


def lstm_rule(
    read: Array,
    gates: Array,
    bent: Array,
    states: Array,
    cells: Array,
    packing: Packing,
    gradient: Array,
    result: Tensor,
    *parents: Tensor,
) -> Gradients:
    """c̄_t is what comes back from c_{t+1}, and h̄_t ∘ ∂h_t/∂c_t; each gate's δ is c̄_t or h̄_t times its slope."""
    inputs, weight_ih, weight_hh, *biases, _, _ = parents
    by_states, by_h, by_c = incoming(gradient, packing)
    slopes, through_cell = lstm_slopes(gates, bent, states[1:], cells[:-1])
    deltas = workspace.empty((len(read), len(weight_hh.data)), gradient.dtype)
    tables = map(packing.each, (slopes, through_cell, gates[:, 1], by_states))
    for delta, slope, through, f, by_now in backwards(packing.rows(deltas), *tables):
        n = len(by_now)
        by_before, by_cell, by_gates = by_h[:n], by_c[:n], delta.reshape(n, 4, -1).swapaxes(0, 1)
        by_now += by_before
        by_cell += by_now * through
        np.multiply(slope[:3], by_cell, out=by_gates[:3])
        np.multiply(slope[3], by_now, out=by_gates[3])
        np.matmul(delta, weight_hh.data, out=by_before)
        by_cell *= f
    by_x = by_inputs(deltas, inputs, weight_ih, packing)
    by_initial = packing.in_order(by_h), packing.in_order(by_c)
    return by_x, *by_parameters(deltas, read, weight_ih, weight_hh, *biases), *by_initial


def lstm_slopes(gates: Array, bent: Array, states: Array, cells_before: Array) -> tuple[Array, Array]:
    """∂c_t/∂a for i, f and g and ∂h_t/∂a for o, of all steps: (steps, 4, batch, hidden); and ∂h_t/∂c_t.

    With σ' = σ (1 − σ) and tanh' = 1 − tanh². What two of them share, i ∘ g and h = o ∘ tanh(c), is computed once.
    """
    i, f, o, g = gates.swapaxes(0, 1)
    slopes = workspace.empty(gates.shape, gates.dtype)
    by_i, by_f, by_g, by_o = slopes.swapaxes(0, 1)
    np.multiply(i, g, out=by_i)
    np.multiply(f, cells_before, out=by_f)
    np.subtract(i, np.multiply(by_i, g, out=by_g), out=by_g)  # i (1 − g²)
    slopes[:, :2] *= 1 - gates[:, :2]
    np.multiply(np.subtract(1, o, out=by_o), states, out=by_o)  # o (1 − o) tanh(c)
    through_cell = np.multiply(states, bent, out=workspace.empty(bent.shape, bent.dtype))
    return slopes, np.subtract(o, through_cell, out=through_cell)  # o (1 − tanh²(c))


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
    """``gru_step`` over all steps: (outputs, h). The parameters hold the gates in the order r, z, n.

    What x contributes does not depend on the step before, and is computed for all steps at once; σ as in ``lstm``.
    """
    hidden, dtype = weight_hh.shape[1], inputs.dtype
    read_x, read_h = with_inputs(inputs, packing), with_ones(hidden, packing, dtype)
    w, u = (joined((w,), (b,), (0.5, 0.5, 1)) for w, b in ((weight_ih, bias_ih), (weight_hh, bias_hh)))
    from_x = np.matmul(read_x, w, out=workspace.empty((3, packing.count, hidden), dtype))
    gates = packing.table(4, packing.batch, hidden, dtype=dtype)  # r, z, U_n h and its bias, n
    states = packing.with_initial(h.data)
    tables = packing.rows(from_x.swapaxes(0, 1)), *map(packing.each, (gates, states[:-1], states[1:]))
    for row, x_part, a, before, after in zip(packing.rows(read_h), *tables, strict=True):
        row[:, :-1] = before
        np.matmul(row, u, out=a[:3])
        sigmoids = a[:2]
        sigmoids += x_part[:, :2].swapaxes(0, 1)
        sigmoid_from_tanh(np.tanh(sigmoids, out=sigmoids))
        r, z, recalled, n = a
        np.multiply(r, recalled, out=n)
        n += x_part[:, 2]
        np.tanh(n, out=n)
        np.subtract(before, n, out=after)
        after *= z
        after += n  # n + z ∘ (h − n)
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
    of_h, tables = deltas[:, hidden:], map(packing.each, (slopes, gates[:, 1], by_states))
    for delta, slope, z, by_now in backwards(packing.rows(deltas), *tables):
        by_before = by_h[: len(by_now)]
        by_now += by_before
        np.multiply(slope, by_now, out=delta.reshape(len(by_now), 4, hidden).swapaxes(0, 1))
        np.matmul(delta[:, hidden:], weight_hh.data, out=by_before)
        by_before += by_now * z
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
