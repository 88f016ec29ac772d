"""Recurrent layers and cells: outputs, states and every gradient are PyTorch's, padded here and packed there."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlcourse.scratch import layers, recurrent, recurrent_steps
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.gradient_check import gradcheck
from dlcourse.scratch.memory import Workspace, workspace

CASES = max(1, settings().max_examples // 2)
KINDS = ["RNN", "LSTM", "GRU"]
DTYPES = {np.float64: torch.float64, np.float32: torch.float32}


def generator(seed=0):
    return np.random.default_rng(seed)


def drawn(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


def pair(kind, *sizes, dtype=np.float64, **options):
    """The same module here and in PyTorch, with the same weights."""
    mine = getattr(recurrent, kind)(*sizes, generator=generator(), dtype=dtype, **options)
    batch_first = {} if kind.endswith("Cell") else {"batch_first": True}
    theirs = getattr(torch.nn, kind)(*sizes, dtype=DTYPES[dtype], **batch_first, **options)
    theirs.load_state_dict({name: torch.tensor(values) for name, values in mine.state_dict().items()})
    return mine, theirs


def learnt(array):
    """The same numbers as tensors of the course and of PyTorch."""
    return Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)


def state_of(parts):
    """One tensor for RNN and GRU, a pair for the LSTM, None for none."""
    return None if not parts else tuple(parts) if len(parts) > 1 else parts[0]


def parts_of(state):
    return list(state) if isinstance(state, tuple) else [state]


def run_theirs(module, inputs, state, lengths):
    """PyTorch's outputs (padded with 0) and final states."""
    if lengths is None:
        return module(inputs, state)
    packed = pack_padded_sequence(inputs, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    outputs, after = module(packed, state)
    return pad_packed_sequence(outputs, batch_first=True, total_length=inputs.shape[1])[0], after


def assert_all_same(mine, theirs, inputs, states, lengths, rtol=1e-8, atol=1e-11):
    """Outputs, states, and the gradients by inputs, initial states and parameters, of a sum with random weights."""
    x, their_x = learnt(inputs)
    initial = [learnt(each) for each in states]
    outputs, after = mine(x, state_of([a for a, _ in initial]), lengths)
    expected, their_after = run_theirs(theirs, their_x, state_of([b for _, b in initial]), lengths)
    results, their_results = [outputs, *parts_of(after)], [expected, *parts_of(their_after)]
    factors = [drawn(*each.shape, dtype=inputs.dtype, seed=k) for k, each in enumerate(results)]
    sum((each * w).sum() for each, w in zip(results, factors, strict=True)).backward()
    sum((each * torch.tensor(w)).sum() for each, w in zip(their_results, factors, strict=True)).backward()
    received = [each.data for each in results] + [each.grad for each in (x, *(a for a, _ in initial))]
    wanted = [each.detach() for each in their_results] + [each.grad for each in (their_x, *(b for _, b in initial))]
    received += [parameter.grad for parameter in mine.parameters()]
    wanted += [theirs.get_parameter(name).grad for name, _ in mine.named_parameters()]
    for ours, other in zip(received, wanted, strict=True):
        np.testing.assert_allclose(ours, other.numpy(), rtol=rtol, atol=atol)
        assert ours.dtype == inputs.dtype


@st.composite
def cases(draw):
    """A kind, its settings, sizes, lengths or none, and whether a state is passed in."""
    batch, time, features, hidden = (draw(st.integers(1, most)) for most in (5, 6, 3, 4))
    kind, layers_ = draw(st.sampled_from(KINDS)), draw(st.integers(1, 3))
    options = {"num_layers": layers_, "bidirectional": draw(st.booleans())}
    if kind == "RNN":
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    lengths = draw(st.none() | st.lists(st.integers(1, time), min_size=batch, max_size=batch))
    shape = (layers_ * (1 + options["bidirectional"]), batch, hidden)
    states = [drawn(*shape, seed=k) for k in range(1 + (kind == "LSTM"))] if draw(st.booleans()) else []
    return kind, (features, hidden), options, drawn(batch, time, features), states, lengths


@settings(max_examples=CASES)
@given(case=cases())
def test_outputs_states_and_all_gradients_are_those_of_pytorch(case):
    kind, sizes, options, inputs, states, lengths = case
    mine, theirs = pair(kind, *sizes, **options)
    assert_all_same(mine, theirs, inputs, states, lengths)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_stays_float32_and_is_that_of_pytorch(kind):
    mine, theirs = pair(kind, 5, 6, dtype=np.float32, bidirectional=True)
    states = [drawn(2, 4, 6, dtype=np.float32, seed=k) for k in range(1 + (kind == "LSTM"))]
    inputs = drawn(4, 9, 5, dtype=np.float32)
    assert_all_same(mine, theirs, inputs, states, [9, 2, 7, 1], rtol=1e-4, atol=1e-5)
    assert_all_same(mine, theirs, inputs, [], None, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_state", [False, True])
def test_a_cell_is_that_of_pytorch(kind, with_state):
    mine, theirs = pair(f"{kind}Cell", 3, 4)
    x, their_x = learnt(drawn(5, 3))
    initial = [learnt(drawn(5, 4, seed=k)) for k in range(1 + (kind == "LSTM"))] if with_state else []
    after, expected = mine(x, state_of([a for a, _ in initial])), theirs(their_x, state_of([b for _, b in initial]))
    after, expected = (sum(k * part for k, part in enumerate(parts_of(each), 2)) for each in (after, expected))
    np.testing.assert_allclose(after.data, expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    weights = drawn(5, 4, seed=9)
    after.backward(weights)
    expected.backward(torch.tensor(weights))
    for ours, other in [(x, their_x), *initial]:
        np.testing.assert_allclose(ours.grad, other.grad.numpy(), rtol=1e-8, atol=1e-12)
    for name, parameter in mine.named_parameters():
        np.testing.assert_allclose(parameter.grad, theirs.get_parameter(name).grad.numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_order_of_the_parameters_and_the_size_of_their_draws_are_those_of_pytorch(kind):
    mine, theirs = pair(kind, 3, 16, num_layers=2, bidirectional=True)
    assert [name for name, _ in mine.named_parameters()] == [name for name, _ in theirs.named_parameters()]
    back = getattr(recurrent, kind)(3, 16, num_layers=2, bidirectional=True, generator=generator(1), dtype=np.float64)
    back.load_state_dict({name: values.numpy() for name, values in theirs.state_dict().items()})
    for one, other in zip(back.parameters(), mine.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    largest = max(abs(parameter.data).max() for parameter in mine.parameters())
    assert 0.24 < largest <= 0.25  # ±1/√16


# --- beside the plain steps and central differences


def test_a_layer_makes_the_plain_steps():
    x, h, c = drawn(3, 5, 2), drawn(3, 4), drawn(3, 4, seed=1)
    rnn, lstm, gru = (getattr(recurrent, kind)(2, 4, generator=generator(), dtype=np.float64) for kind in KINDS)

    def weights(layer, gates):
        w, u, b, d = (parameter.data.reshape(gates, 4, *parameter.shape[1:]) for parameter in layer.parameters())
        return w, u, b, d

    w, u, b, d = (each[0] for each in weights(rnn, 1))
    states = recurrent_steps.unroll(x, h, w, u, b + d)
    np.testing.assert_allclose(rnn(x, h[None])[0].data, states[:, 1:], rtol=1e-12)

    w, u, b, d = weights(lstm, 4)
    state = h, c
    outputs, after = lstm(x, (h[None], c[None]))
    for t in range(5):
        state = recurrent_steps.lstm_step(x[:, t], *state, *np.concatenate([w, u], axis=2), *(b + d))
        np.testing.assert_allclose(outputs.data[:, t], state[0], rtol=1e-12)
    np.testing.assert_allclose(after[1].data[0], state[1], rtol=1e-12)

    w, u, b, d = weights(gru, 3)
    outputs, state = gru(x, h[None])[0], h
    for t in range(5):
        state = recurrent_steps.gru_step(x[:, t], state, *w, *u, *(b[:2] + d[:2]), b[2], d[2])
        np.testing.assert_allclose(outputs.data[:, t], state, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_central_differences(kind):
    layer = getattr(recurrent, kind)(2, 3, generator=generator(), dtype=np.float64, bidirectional=True)
    parameters = dict(layer.named_parameters())
    x, weights = Tensor(drawn(3, 4, 2), requires_grad=True), drawn(3, 4, 6)

    def loss(x, *values):
        for name, value in zip(parameters, values, strict=True):
            setattr(layer, name, value)
        outputs, state = layer(x, lengths=[2, 4, 1])
        return (outputs * weights).sum() + sum((part * part).sum() for part in parts_of(state))

    assert gradcheck(loss, [x, *parameters.values()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_loop_over_a_cell_is_the_layer_in_values_and_gradients(kind):
    layer, cell = (getattr(recurrent, name)(2, 3, generator=generator(5)) for name in (kind, f"{kind}Cell"))
    x, weights = drawn(4, 6, 2, dtype=np.float32), drawn(4, 6, 3, dtype=np.float32)
    (layer(x)[0] * weights).sum().backward()
    state, loss = None, 0.0
    for t in range(6):
        state = cell(x[:, t], state)
        loss = loss + (parts_of(state)[0] * weights[:, t]).sum()
    loss.backward()
    for one, other in zip(cell.parameters(), layer.parameters(), strict=True):
        np.testing.assert_allclose(one.grad, other.grad, rtol=1e-4, atol=1e-5)


# --- lengths and states


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_behind_a_sequence_has_no_effect(kind):
    layer = getattr(recurrent, kind)(2, 3, 2, bidirectional=True, generator=generator())
    x, lengths = drawn(4, 5, 2, dtype=np.float32), np.array([3, 5, 1, 4])
    behind = np.arange(5) >= lengths[:, None]
    filled = x.copy()
    filled[behind] = np.nan
    inputs = Tensor(filled, requires_grad=True)
    (outputs, state), (expected, wanted) = (
        layer(inputs, lengths=lengths),
        layer(np.where(behind[..., None], 0, x), lengths=lengths),
    )
    np.testing.assert_array_equal(outputs.data, expected.data)
    assert (outputs.data[behind] == 0).all()
    for one, other in zip(parts_of(state), parts_of(wanted), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    outputs.sum().backward()
    assert (inputs.grad[behind] == 0).all()
    assert np.isfinite(inputs.grad).all()


@pytest.mark.parametrize("kind", KINDS)
def test_each_sequence_of_a_padded_batch_is_computed_as_if_it_were_alone(kind):
    layer = getattr(recurrent, kind)(2, 3, bidirectional=True, generator=generator(), dtype=np.float64)
    x, lengths = drawn(4, 5, 2), [3, 5, 1, 4]
    outputs, state = layer(x, lengths=np.array(lengths, np.uint8))
    for row, length in enumerate(lengths):
        alone, after = layer(x[row : row + 1, :length])
        np.testing.assert_allclose(outputs.data[row, :length], alone.data[0], rtol=1e-12)
        for one, other in zip(parts_of(state), parts_of(after), strict=True):
            np.testing.assert_allclose(one.data[:, row], other.data[:, 0], rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_may_be_continued_by_its_state_also_where_gradients_flow(kind):
    layer = getattr(recurrent, kind)(2, 3, 2, generator=generator(), dtype=np.float64)
    x, weights = drawn(4, 7, 2), drawn(4, 7, 3)
    (layer(x)[0] * weights).sum().backward()
    expected = [parameter.grad for parameter in layer.parameters()]
    layer.zero_grad()
    first, state = layer(x[:, :3])
    second, _ = layer(x[:, 3:], state)
    ((first * weights[:, :3]).sum() + (second * weights[:, 3:]).sum()).backward()
    for parameter, gradient in zip(layer.parameters(), expected, strict=True):
        np.testing.assert_allclose(parameter.grad, gradient, rtol=1e-10, atol=1e-12)


def test_pieces_with_a_detached_state_between_them_are_truncated_backpropagation():
    layer = recurrent.RNN(2, 3, generator=generator(), dtype=np.float64)
    x, h, weights = (Tensor(drawn(*shape), requires_grad=True) for shape in ((4, 7, 2), (1, 4, 3), (4, 7, 3)))
    state, loss = h, 0.0
    for start in (0, 3, 6):
        outputs, state = layer(x[:, start : start + 3], state)
        loss = loss + (outputs * weights.data[:, start : start + 3]).sum()
        state = state.detach()
    loss.backward()
    w_x, w_h, b, d = (parameter.data for parameter in layer.parameters())
    states = recurrent_steps.unroll(x.data, h.data[0], w_x, w_h, b + d)
    gradients = recurrent_steps.backpropagate_through_time(weights.data, states, x.data, w_x, w_h, window=3)
    received = [x.grad, h.grad[0], *(parameter.grad for parameter in layer.parameters())]
    for gradient, grad in zip([*gradients, gradients[-1]], received, strict=True):
        np.testing.assert_allclose(grad, gradient, rtol=1e-9, atol=1e-12)


# --- in the engine


def test_a_layer_is_a_module_with_its_parameters_its_description_and_its_place_among_the_layers():
    assert repr(layers.RNN(3, 4, generator=generator())) == "RNN(3, 4)"
    lstm = layers.LSTM(3, 4, 2, bidirectional=True, generator=generator())
    assert repr(lstm) == "LSTM(3, 4, num_layers=2, bidirectional=True)"
    assert repr(layers.GRUCell(3, 4, generator=generator())) == "GRUCell(3, 4)"
    assert len(list(lstm.parameters())) == 16
    other = layers.LSTM(3, 4, 2, bidirectional=True, generator=generator(1))
    other.load_state_dict(lstm.state_dict())
    x = drawn(2, 3, 3, dtype=np.float32)
    np.testing.assert_array_equal(other(x)[0].data, lstm(x)[0].data)


def test_a_second_backward_through_a_kept_graph_gives_the_same_again():
    layer = recurrent.LSTM(2, 3, generator=generator())
    outputs, _ = layer(drawn(2, 4, 2, dtype=np.float32))
    total = outputs.sum()
    total.backward(retain_graph=True)
    once = [parameter.grad.copy() for parameter in layer.parameters()]
    total.backward()
    for parameter, gradient in zip(layer.parameters(), once, strict=True):
        np.testing.assert_array_equal(parameter.grad, 2 * gradient)


@pytest.mark.parametrize("kind", KINDS)
def test_the_two_biases_have_gradients_of_their_own(kind):
    layer = getattr(recurrent, kind)(2, 3, generator=generator())
    layer(drawn(2, 4, 2, dtype=np.float32))[0].sum().backward()
    grads = [parameter.grad for parameter in layer.parameters()]
    assert not any(np.shares_memory(a, b) for k, a in enumerate(grads) for b in grads[:k])


def test_weights_that_change_between_the_passes_are_noticed():
    layer = recurrent.GRU(2, 3, generator=generator())
    total = layer(drawn(2, 4, 2, dtype=np.float32))[0].sum()
    layer.weight_hh_l0.data = layer.weight_hh_l0.data * 2
    with pytest.raises(RuntimeError, match="'gru' needs the numbers"):
        total.backward()


def test_only_what_is_asked_for_is_computed():
    layer = recurrent.LSTM(2, 3, generator=generator())
    layer.weight_ih_l0.requires_grad = layer.bias_ih_l0.requires_grad = layer.bias_hh_l0.requires_grad = False
    x = Tensor(drawn(2, 4, 2, dtype=np.float32))
    layer(x)[0].sum().backward()
    assert x.grad is None
    assert layer.weight_ih_l0.grad is None
    assert layer.weight_hh_l0.grad.shape == (12, 3)
    with no_grad():
        assert not layer(x)[0].requires_grad


def test_inputs_whose_gradient_lies_column_by_column_in_memory_get_theirs():
    layer = recurrent.RNN(2, 3, generator=generator())
    x = Tensor(np.asfortranarray(drawn(2, 4, 2, dtype=np.float32)), requires_grad=True)
    layer(x)[0].sum().backward()
    expected = x.grad.copy()
    x.grad = np.asfortranarray(x.grad)
    x.clear_grad()
    layer(x)[0].sum().backward()
    np.testing.assert_array_equal(x.grad, expected)


def test_steps_of_training_use_the_same_memory_again(monkeypatch):
    layer, x = recurrent.LSTM(4, 8, generator=generator()), drawn(8, 16, 4, dtype=np.float32)

    def step():
        layer.zero_grad()
        layer(x)[0].sum().backward()

    monkeypatch.setattr(workspace, "kept", {})
    step()
    step()
    held = workspace.bytes
    for _ in range(3):
        step()
    assert workspace.bytes == held
    assert isinstance(workspace, Workspace)


def test_results_are_not_written_over_by_the_next_step():
    layer, x = recurrent.GRU(4, 8, generator=generator()), drawn(8, 16, 4, dtype=np.float32)
    outputs, state = layer(x)
    kept = outputs.data.copy(), state.data.copy()
    for seed in range(3):
        layer(drawn(8, 16, 4, dtype=np.float32, seed=seed))[0].sum().backward()
    np.testing.assert_array_equal(outputs.data, kept[0])
    np.testing.assert_array_equal(state.data, kept[1])
