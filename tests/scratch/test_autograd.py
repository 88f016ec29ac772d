"""Tensor and its engine: gradients that add up, freed graphs, numbers changed in place, and what is refused."""

import copy
import gc
import pickle
import re
import threading
import weakref

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, graph_errors, habits
from dlcourse.scratch.autograd import Tensor, no_grad, record


def learnt(*numbers, dtype=np.float64):
    return Tensor(np.array(numbers, dtype), requires_grad=True)


# --- making tensors


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_floats_is_kept_and_given_ones_are_taken(dtype):
    assert Tensor(np.ones(2, dtype)).dtype == dtype
    assert Tensor(np.ones(2, dtype), requires_grad=True).dtype == dtype
    assert Tensor([1.0, 2.0], dtype=dtype).dtype == dtype


@pytest.mark.parametrize("numbers", [[1, 2], 3, [True, False], np.ones(2, np.uint8)])
def test_integers_and_truth_values_become_float64(numbers):
    assert Tensor(numbers).dtype == np.float64


@pytest.mark.parametrize("wrong", ["text", None, [[1.0], [1.0, 2.0]], 1j, [object()]])
def test_what_are_no_numbers_is_refused(wrong):
    with pytest.raises(TypeError, match="expected an array of numbers"):
        Tensor(wrong)


def test_what_is_learnt_is_copied_and_what_is_not_shares_its_memory():
    array = np.ones(3)
    assert not np.shares_memory(Tensor(array, requires_grad=True).data, array)
    assert np.shares_memory(Tensor(array).data, array)
    w = learnt(1, 2)
    assert not np.shares_memory(Tensor(w, requires_grad=True).data, w.data)


def test_a_tensor_made_of_a_tensor_shares_its_changes_too():
    x = learnt(1, 2)
    w = Tensor([3.0, 4.0])
    y = (x * Tensor(w)).sum()
    w.data -= 1
    with pytest.raises(RuntimeError, match="assigned to since"):
        y.backward()


def test_the_order_in_memory_of_a_parameter_is_kept():
    assert Tensor(np.asfortranarray(np.ones((3, 2))), requires_grad=True).data.flags.f_contiguous


# --- gradients


def test_fan_out_adds_up():
    x = learnt(2, 3)
    (x * x + x + x.exp() * x).sum().backward()
    a = np.array([2.0, 3.0])
    np.testing.assert_allclose(x.grad, 2 * a + 1 + np.exp(a) * (1 + a))


def test_a_diamond_of_60_stages_is_gone_through_once():
    x = learnt(1)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.tolist() == [2.0**60]


def test_gradients_add_up_over_calls_until_they_are_cleared():
    w = learnt(1, 2)
    for calls in (1, 2, 3):
        (w * w).sum().backward()
        np.testing.assert_array_equal(w.grad, calls * 2 * w.data)
    w.clear_grad()
    assert w.grad is None
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad, 2 * w.data)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_a_gradient_is_an_array_like_the_data_also_when_added_up(shape):
    w = Tensor(np.ones(shape, np.float32), requires_grad=True)
    for _ in range(3):
        (w * w * 0.5).sum().backward()
        assert type(w.grad) is np.ndarray
        assert (w.grad.shape, w.grad.dtype) == (shape, np.float32)


def test_constants_get_no_gradient_and_make_no_graph():
    x, w = Tensor([1.0, 2.0]), learnt(3, 4)
    assert not (x * x).requires_grad
    assert (x * x).parents == ()
    y = x * w
    assert y.requires_grad
    y.sum().backward()
    assert x.grad is None
    np.testing.assert_array_equal(w.grad, x.data)


def test_no_grad_records_nothing():
    w = learnt(1, 2)
    with no_grad():
        y = (w * w).sum()
    assert (y.requires_grad, y.parents, y.operation, y.depth) == (False, (), "", 0)
    with pytest.raises(RuntimeError, match="no_grad"):
        y.backward()


def test_backward_works_inside_no_grad():
    w = learnt(1, 2)
    y = (w * w).sum()
    with no_grad():
        y.backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_detach_cuts_the_graph_and_shares_the_memory():
    w = learnt(1, 2)
    h = w * 3
    d = h.detach()
    assert np.shares_memory(d.data, h.data)
    assert (d.requires_grad, d.parents, d.depth, d.operation) == (False, (), 0, "")
    (h * d).sum().backward()
    np.testing.assert_array_equal(w.grad, 3 * d.data)


def test_backward_of_an_input_adds_the_gradient_itself():
    w = learnt(2)
    w.backward()
    given = np.array([5.0])
    w.backward(given)
    assert w.grad.tolist() == [6.0]
    v = learnt(1, 2)
    v.backward(np.array([3.0, 4.0]))
    np.testing.assert_array_equal(v.grad, [3, 4])


@pytest.mark.parametrize("make", [np.asarray, Tensor, list])
def test_a_gradient_may_be_given_for_what_is_no_single_number(make):
    w = learnt(1, 2)
    (w * w).backward(make([1.0, 10.0]))
    np.testing.assert_array_equal(w.grad, [2, 40])


def test_a_tensor_of_one_number_needs_no_gradient_whatever_its_shape():
    for shape in ((), (1,), (1, 1)):
        w = Tensor(np.full(shape, 3.0), requires_grad=True)
        (w * w).backward()
        assert w.grad.shape == shape
        assert w.grad.item() == 6


def test_gradients_in_between_are_kept_where_that_is_asked_for():
    w = learnt(1, 2)
    h = w * w
    g = h * 3
    h.retain_grad()
    g.sum().backward()
    np.testing.assert_array_equal(h.grad, [3, 3])
    assert g.grad is None


def test_retain_graph_keeps_every_gradient_and_lets_backward_run_again():
    w, theirs = learnt(1, 2), torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    h, other = w * w, theirs * theirs
    other.retain_grad()
    f, their_f = (h * h).sum(), (other * other).sum()
    for _ in range(2):
        f.backward(retain_graph=True)
        their_f.backward(retain_graph=True)
        np.testing.assert_array_equal(w.grad, theirs.grad)
        np.testing.assert_array_equal(h.grad, other.grad)
    f.backward()
    np.testing.assert_array_equal(w.grad, 3 * 4 * w.data**3)


def test_mixed_dtypes_give_each_operand_a_gradient_of_its_own():
    a, b = learnt(1, 2, dtype=np.float32), learnt(3, 4)
    y = a * b
    assert y.dtype == np.float64
    y.sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize(
    "make",
    [
        lambda: 2,
        lambda: 2.0,
        lambda: np.float64(2),
        lambda: np.array(2.0),
        lambda: [2, 2],
        lambda: np.array([2, 2]),
        lambda: Tensor(2.0),
        lambda: Tensor(2.0, requires_grad=True),
    ],
)
def test_a_number_beside_float32_does_not_make_it_float64(make):
    w = learnt(1, 3, dtype=np.float32)
    for y in (w + make(), make() + w, w * make(), make() * w, w - make(), make() - w, w / make(), make() / w):
        assert y.dtype == np.float32
    (w * make()).sum().backward()
    assert w.grad.dtype == np.float32


def test_a_learnt_number_in_float64_gets_its_gradient_in_float64():
    w, scale = learnt(1, 3, dtype=np.float32), Tensor(2.0, requires_grad=True)
    (w * scale).sum().backward()
    assert (scale.grad.dtype, scale.grad.shape, scale.grad.item()) == (np.float64, (), 4)


# --- long and wide graphs


def test_a_chain_of_100_000_operations_needs_no_recursion_also_when_it_is_dropped():
    w = learnt(1)
    y = w
    for _ in range(100_000):
        y = -y
    assert y.depth == 100_000
    y.backward()
    assert w.grad.tolist() == [1]
    y = w
    for _ in range(100_000):
        y = -y
    del y  # never gone through backwards: each of the 100,000 nodes holds the one before


def test_a_sum_of_1000_uses_of_one_tensor():
    w = learnt(1, 2)
    total = 0.0
    for k in range(1000):
        total = total + w * k
    total.sum().backward()
    np.testing.assert_array_equal(w.grad, [499_500] * 2)


def test_the_arrays_of_a_graph_are_let_go_as_backward_passes_without_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        w = Tensor(np.ones(1000), requires_grad=True)
        h = functional.tanh(w * 2)
        arrays = [weakref.ref(h.data), weakref.ref(h.parents[0].data)]
        loss = (h * h).sum()
        del h
        assert all(array() is not None for array in arrays)
        loss.backward()
        assert all(array() is None for array in arrays)
        forgotten = functional.tanh(w * 2)
        array = weakref.ref(forgotten.data)
        del forgotten
        assert array() is None
    finally:
        gc.enable()


# --- freed graphs


def test_backward_twice_is_refused_and_adds_nothing():
    w = learnt(1, 2)
    f = (w * w).sum()
    f.backward()
    before = w.grad.copy()
    with pytest.raises(RuntimeError, match=r"freed at the operation 'sum'.*retain_graph=True"):
        f.backward()
    np.testing.assert_array_equal(w.grad, before)


def test_a_partly_freed_graph_is_refused_before_any_gradient_changes():
    w, v, u = learnt(1, 2), learnt(3, 4), learnt(5, 6)
    shared = w * w
    (shared * v).sum().backward()
    before = w.grad.copy(), v.grad.copy()
    second = (u * 2 + shared * v).sum()
    second.retain_grad()
    with pytest.raises(RuntimeError, match="freed at the operation '×'"):
        second.backward()
    np.testing.assert_array_equal(w.grad, before[0])
    np.testing.assert_array_equal(v.grad, before[1])
    assert u.grad is None
    assert second.grad is None


def test_a_graph_that_shares_only_its_inputs_is_not_freed():
    w = learnt(1, 2)
    first, second = (w * w).sum(), (w * 3).sum()
    first.backward()
    second.backward()
    np.testing.assert_array_equal(w.grad, 2 * w.data + 3)


def test_going_on_from_a_freed_result_is_refused_unless_it_is_detached():
    w = learnt(1, 2)
    h = w * w
    h.sum().backward()
    with pytest.raises(RuntimeError, match="freed"):
        (h * 2).sum().backward()
    v = learnt(1, 1)
    (h.detach() * v).sum().backward()
    np.testing.assert_array_equal(v.grad, h.data)


# --- numbers changed in place


CHANGES = {
    "augmented": lambda w: setattr(w, "data", w.data.__isub__(0.5)),
    "assigned": lambda w: setattr(w, "data", w.data - 0.5),
    "through detach": lambda w: setattr(w.detach(), "data", w.detach().data.__isub__(0.5)),
    "through a view": lambda w: setattr(v := w.reshape(-1), "data", v.data.__isub__(0.5)),
    "through a transposed slice": lambda w: setattr(v := w.T[1:], "data", v.data.__isub__(0.5)),
    "marked": lambda w: w.mark_changed(),
}


def augment(tensor):
    tensor.data -= 0.5


@pytest.mark.parametrize("how", [*CHANGES, "through a detached view"])
@pytest.mark.parametrize(
    "make",
    [
        lambda w: w * w,
        lambda w: w / Tensor(np.full((2, 2), 2.0), requires_grad=True),
        lambda w: 1 / w,
        lambda w: w**2,
        lambda w: w @ w,
        lambda w: w.log(),
        lambda w: functional.linear(w, w),
        lambda w: functional.amax(w, dim=0),
        lambda w: w.clamp(min=2),
        lambda w: functional.conv2d(w[None, None], w[None, None]),
        lambda w: functional.max_pool2d(w[None, None], 2),
        lambda w: functional.layer_norm(Tensor([[1.0, 3.0]], requires_grad=True), w.reshape(-1)[:2], w.reshape(-1)[2:]),
    ],
)
def test_a_change_of_numbers_that_the_rule_needs_is_noticed(how, make):
    w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = make(w).sum()
    if how == "through a detached view":
        augment(w.detach().reshape(-1)[:1])
    else:
        CHANGES[how](w)
    if how == "assigned" and y.parents[0].operation in ("layer norm", "conv2d", "max pool"):
        return  # the views that were computed with keep the old memory and numbers
    with pytest.raises(RuntimeError, match=r"needs the numbers.*assigned to since"):
        y.backward()
    assert w.grad is None


@pytest.mark.parametrize(
    "make", [lambda w: w.exp(), functional.tanh, functional.sigmoid, functional.softmax, functional.relu]
)
def test_a_change_of_a_result_that_its_rule_needs_is_noticed(make):
    w = learnt(1, 2)
    y = make(w)
    z = y.sum()
    augment(y)
    with pytest.raises(RuntimeError, match="assigned to since"):
        z.backward()


@pytest.mark.parametrize(
    "make",
    [
        lambda w, x: w + x,
        lambda w, x: x - w,
        lambda w, x: w * x,
        lambda w, x: x * w,
        lambda w, x: w / x,
        lambda w, x: w @ x,
        lambda w, x: x @ w,
        lambda w, x: functional.linear(x, w),
        lambda w, x: functional.linear(x, w, relu=True),
        lambda w, x: functional.linear(w, x),
        lambda w, x: w.sum() + w.mean(),
        lambda w, x: w.reshape(-1),
        lambda w, x: w[0],
        lambda w, x: w.T,
        lambda w, x: w.exp(),
        lambda w, x: functional.tanh(w),
        lambda w, x: functional.relu(w),
        lambda w, x: functional.leaky_relu(w),
        lambda w, x: functional.gelu(w),
        lambda w, x: functional.softmax(w),
        lambda w, x: functional.log_softmax(w),
        lambda w, x: functional.cross_entropy(w, [0, 1]),
        lambda w, x: functional.mse_loss(w, x),
        lambda w, x: functional.mse_loss(x, w),
        lambda w, x: functional.binary_cross_entropy_with_logits(w, x),
        lambda w, x: functional.cat([w, x]),
        lambda w, x: functional.stack([w, x]),
        lambda w, x: functional.pad(w, (1, 1)),
        lambda w, x: functional.where(x > 0.3, w, x),
        lambda w, x: w.max(0).values,
        lambda w, x: functional.conv2d(x[None, None], w[None, None]),
        lambda w, x: functional.avg_pool2d(w[None, None], 1),
        lambda w, x: functional.dropout(w, generator=np.random.default_rng(0)),
    ],
)
@pytest.mark.parametrize("how", ["augmented", "assigned"])
def test_a_change_of_numbers_that_the_rule_does_not_need_is_harmless(how, make):
    """A step of learning between two losses that were computed before it: where it can go well it does."""

    def gradient(change):
        w, x = Tensor([[0.1, 0.2], [0.3, -0.4]], requires_grad=True), Tensor([[1.0, 0.0], [1.0, 0.5]]) * 1.0
        y = make(w, x + 0.1).sum()
        if change:
            CHANGES[how](w)
        y.backward()
        return w.grad

    np.testing.assert_array_equal(gradient(True), gradient(False))


def test_a_new_array_leaves_views_of_the_old_one_as_they_were():
    w, x = learnt(1, 2), learnt(3, 4)
    old = w.detach()
    y = (x * old).sum()
    w.data = np.array([5.0, 6.0])
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 2])


def test_a_new_array_in_the_old_memory_still_counts_for_its_views():
    w, x = learnt(1, 2), learnt(3, 4)
    y = (x * w.detach()).sum()
    w.data = w.data[:]
    w.data -= 1
    with pytest.raises(RuntimeError, match="assigned to since"):
        y.backward()


def test_a_selection_that_is_a_copy_is_not_changed_with_its_source():
    w, x = Tensor([[1.0, 2.0], [3.0, 4.0]]), learnt(1, 1)
    for pick in (lambda: w[[0, 1], [0, 1]], lambda: w[:, [0, 1]][0], lambda: w[0, 1], lambda: w.T.reshape(-1)[:2]):
        y = (x * pick()).sum()
        augment(w)
        y.backward()


def test_what_is_assigned_keeps_dtype_and_shape():
    w = learnt(1, 2, dtype=np.float32)
    w.data = np.array([3, 4])
    assert (w.dtype, w.data.tolist()) == (np.float32, [3, 4])
    w.data = np.array([0.1, 0.2])
    assert w.dtype == np.float32
    w.data = [5, 6]
    assert w.dtype == np.float32
    w.data = Tensor([1.0, 2.0])
    assert w.dtype == np.float32
    for wrong in (np.ones(3), 1.0, np.ones((1, 2))):
        with pytest.raises(ValueError, match="data: expected shape"):
            w.data = wrong
    with pytest.raises(TypeError, match="numbers"):
        w.data = ["a", "b"]
    assert w.data.tolist() == [1, 2]


def test_numbers_without_axes_are_changed_in_place_too():
    w = Tensor(3.0, requires_grad=True)
    y = w * w
    w.data -= 1
    assert w.data.shape == ()
    with pytest.raises(RuntimeError, match="assigned to since"):
        y.backward()


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "@", "**"])
def test_operators_in_place_are_refused_with_what_to_write(sign):
    """``for p in params: p -= lr * p.grad``, the loop of other courses, changed nothing and said nothing."""
    for make in (lambda: learnt(1, 2), lambda: Tensor([1.0, 2.0]), lambda: learnt(1, 2) * 2):
        names = {"w": make(), "y": np.ones(2)}
        with pytest.raises(TypeError, match=rf"p\.data -= lr \* p\.grad.*write x = x {re.escape(sign)} y"):
            exec(f"w {sign}= y", names)
        assert names["w"].data.tolist() == make().data.tolist()


def test_an_entry_cannot_be_assigned_to():
    with pytest.raises(TypeError, match=r"tensor\.data\[\.\.\.\]"):
        learnt(1, 2)[0] = 5


# --- gradients share no memory


@pytest.mark.parametrize(
    "make",
    [
        lambda a, b: a + b,
        lambda a, b: a + a,
        lambda a, b: a - b,
        lambda a, b: a.reshape(4) + b.reshape(4),
        lambda a, b: a.T + b,
        lambda a, b: a[:] + b[:],
        lambda a, b: functional.cat([a, b]),
        lambda a, b: functional.cat([a]) + b,
        lambda a, b: functional.stack([a, b]),
        lambda a, b: functional.pad(a, (1, 1)),
        lambda a, b: functional.conv2d(a[None, None], b[None, None]),
        lambda a, b: functional.avg_pool2d(a[None, None], 1) + functional.max_pool2d(b[None, None], 1),
        lambda a, b: (a + b).reshape(4),
        lambda a, b: a.sum(dim=0) + b,
        lambda a, b: functional.layer_norm(a, b, b),
        lambda a, b: a * 1 + (a + b) * 1,
        lambda a, b: functional.mse_loss(a, b),
        lambda a, b: a.detach() * b + a,
    ],
)
def test_no_two_gradients_share_memory_with_each_other_or_with_what_was_given(make):
    a, b = (Tensor(np.arange(4.0).reshape(2, 2) + k, requires_grad=True) for k in range(2))
    a.retain_grad()
    y = make(a, b)
    given = np.ones(y.shape)
    y.backward(given, retain_graph=True)
    arrays = [given, a.data, b.data, a.grad, y.grad, *([] if b.grad is None else [b.grad])]
    for i, first in enumerate(arrays):
        assert not any(np.shares_memory(first, second) for second in arrays[i + 1 :])
    a.grad += 100
    assert (given == 1).all()


def test_a_gradient_that_was_read_stays_when_the_next_one_is_computed():
    w, x = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones((4, 3)))

    def backward(factor):
        (functional.linear(x, w) * factor).sum().backward()

    backward(1)
    for held in (w.grad, w.grad[0], w.grad.T, w.grad.reshape(-1)[1:], memoryview(w.grad), Tensor(w.grad)):
        before = np.array(held.data if isinstance(held, Tensor) else held)
        w.clear_grad()
        backward(2)
        np.testing.assert_array_equal(np.array(held.data if isinstance(held, Tensor) else held), before)
        w.clear_grad()
        backward(3)
        np.testing.assert_array_equal(w.grad, np.full((2, 3), 12.0))
        del held


def test_adding_up_does_not_change_the_gradient_that_was_read_before():
    w = learnt(1, 2)
    (w * 3).sum().backward()
    held = w.grad
    (w * 4).sum().backward()
    assert held.tolist() == [3, 3]
    assert w.grad.tolist() == [7, 7]


def test_the_memory_of_a_cleared_gradient_is_used_again_where_nobody_holds_it():
    w, x = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones((4, 3)))
    functional.linear(x, w).sum().backward()
    address = w.grad.ctypes.data
    w.clear_grad()
    functional.linear(x, w).sum().backward()
    assert w.grad.ctypes.data == address


@pytest.mark.parametrize(
    "assigned",
    [
        lambda: np.zeros(12).reshape(2, 6)[:, :3],
        lambda: np.zeros(6).reshape(2, 3),
        lambda: np.zeros((2, 3), np.float32),
        lambda: np.zeros((3, 2)),
        lambda: np.zeros((2, 3), int),
        lambda: np.float64(0),
    ],
)
def test_a_gradient_that_the_reader_assigned_is_never_written_over_wrongly(assigned):
    w, x = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones((4, 3)))
    w.grad = assigned()
    base = w.grad.base
    w.clear_grad()
    functional.linear(x, w).sum().backward()
    np.testing.assert_array_equal(w.grad, np.full((2, 3), 4.0))
    assert w.grad.dtype == np.float64
    assert base is None or not base.any()


def test_a_weight_used_twice_in_a_graph_adds_up_also_in_memory_used_again():
    w, x = Tensor(np.eye(2) * 2, requires_grad=True), Tensor(np.ones((1, 2)))
    for _ in range(3):
        w.clear_grad()
        functional.linear(functional.linear(x, w), w).sum().backward()
        np.testing.assert_array_equal(w.grad, np.full((2, 2), 4.0))


# --- errors


def test_backward_from_several_numbers_needs_a_gradient_of_their_shape():
    w = learnt(1, 2)
    with pytest.raises(RuntimeError, match=r"shape \(2,\)\. Sum or average"):
        (w * 2).backward()
    for wrong in (np.ones(3), 1.0, np.ones((1, 2)), np.ones((2, 1))):
        with pytest.raises(ValueError, match=r"expected the shape of the tensor itself, \(2,\)"):
            (w * 2).backward(wrong)
    assert w.grad is None


def test_backward_without_a_graph_says_what_may_be_the_cause():
    for tensor in (Tensor(1.0), Tensor(1.0) * 2, (learnt(1) * 2).detach()):
        with pytest.raises(RuntimeError, match=r"requires_grad=True.*no_grad.*detached"):
            tensor.backward()


@pytest.mark.parametrize("symbol", ["+", "−", "×", "/"])
def test_shapes_that_do_not_fit_are_named(symbol):
    operation = {"+": "__add__", "−": "__sub__", "×": "__mul__", "/": "__truediv__"}[symbol]
    left, right = Tensor(np.ones((4, 3))), Tensor(np.ones(4))
    with pytest.raises(ValueError, match=r"shapes \(4, 3\) and \(4,\) do not fit.*use \[:, None\]"):
        getattr(left, operation)(right)
    with pytest.raises(ValueError, match=r"shapes \(4, 3\) and \(2, 3\) do not fit"):
        getattr(left, operation)(np.ones((2, 3)))


def test_matrices_that_do_not_fit_are_named():
    a = Tensor(np.ones((4, 3)))
    for right, expected in (
        (np.ones((2, 3)), r"\(4, 3\) @ \(2, 3\).*right one seems to be transposed"),
        (np.ones((4, 5)), r"\(4, 3\) @ \(4, 5\).*left one seems to be transposed"),
        (np.ones(4), r"\(4, 3\) @ \(4,\)"),
        (np.ones((5, 2)), r"each row on the left has 3 entries, each column on the right has 5"),
        (2.0, r"for a single number use \*"),
    ):
        with pytest.raises(ValueError, match=expected):
            a @ right
    with pytest.raises(ValueError, match="axes before the last two"):
        Tensor(np.ones((2, 4, 3))) @ Tensor(np.ones((5, 3, 2)))


def test_messages_name_single_axes_as_python_writes_them():
    assert "(3,)" in str(graph_errors.not_one_number((3,)))
    assert "()" in str(graph_errors.wrong_gradient((), (2,)))


# --- rules of the reader's own


def test_a_rule_of_ones_own_is_recorded_and_differentiated():
    def cube(x):
        def rule(gradient, result, x):
            return (gradient * 3 * x.data**2,)

        return record("cube", x.data**3, (x,), rule, needed=(x,))

    w = learnt(1, 2)
    (cube(w) * 2).sum().backward()
    np.testing.assert_array_equal(w.grad, [6, 24])
    y = cube(w)
    augment(w)
    with pytest.raises(RuntimeError, match="'cube'"):
        y.sum().backward()


def test_a_rule_may_return_none_for_what_needs_no_gradient():
    def first_of(a, b):
        return record("first", a.data * 1, (a, b), lambda gradient, result, a, b: (gradient, None))

    a, b = learnt(1, 2), learnt(3, 4)
    first_of(a, b * b).sum().backward()
    assert a.grad.tolist() == [1, 1]
    assert b.grad is None


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (lambda g: (g, g), "returned 2 gradients for 1 operands"),
        (lambda g: (), "returned 0 gradients for 1 operands"),
        (lambda g: g, "returned 3 gradients for 1 operands.*ends with a comma"),
        (lambda g: (g[:2],), r"gradient of shape \(2,\) for an operand of shape \(3,\)"),
        (lambda g: (g.sum(),), r"gradient of shape \(\) for an operand of shape \(3,\)"),
        (lambda g: (np.ones((3, 2)),), r"gradient of shape \(3, 2\) for an operand of shape \(3,\)"),
    ],
)
def test_a_rule_that_returns_too_little_or_too_much_is_named(parts, message):
    w = learnt(1, 2, 3)
    y = record("mine", w.data * 1, (w,), lambda gradient, result, w: parts(gradient))
    with pytest.raises(ValueError, match=f"The rule of 'mine' returned.*{message.removeprefix('returned ')}"):
        y.sum().backward()
    assert w.grad is None


def test_an_error_in_a_rule_comes_through_and_the_engine_works_on():
    class OwnError(Exception):
        pass

    def rule(gradient, result, x):
        raise OwnError

    w = learnt(1, 2)
    y = record("broken", w.data * 1, (w,), rule)
    with pytest.raises(OwnError):
        y.sum().backward()
    assert w.grad is None
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_an_overwritten_switch_is_restored_after_an_error_while_recording():
    w = learnt(1, 2)
    with pytest.raises(ValueError, match="do not fit"), no_grad():
        w + np.ones(3)
    assert (w * 2).requires_grad


# --- as an array


def test_numpy_arrays_may_stand_on_either_side():
    w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    a = np.array([[2.0, 0.0], [1.0, 1.0]])
    for result, expected in (
        (a + w, a + w.data),
        (a - w, a - w.data),
        (a * w, a * w.data),
        (a / w, a / w.data),
        (a @ w, a @ w.data),
        (w @ a, w.data @ a),
        (w - a, w.data - a),
        (np.float64(2) * w, 2 * w.data),
        (np.float32(2) / w, 2 / w.data),
        ([1.0, 2.0] * w, w.data * [1, 2]),
        (a.astype(int) @ w, a @ w.data),
        ((a > 0) * w, (a > 0) * w.data),
    ):
        assert type(result) is Tensor
        np.testing.assert_array_equal(result.data, expected)
    (a @ w).sum().backward()
    np.testing.assert_array_equal(w.grad, a.T @ np.ones((2, 2)))


def test_an_array_is_not_changed_in_place_by_a_tensor():
    a = np.ones(2)
    with pytest.raises(TypeError):
        a += learnt(1, 2)


@pytest.mark.parametrize(
    "function", [np.sin, np.maximum.reduce, np.tanh, np.linalg.norm, lambda x: np.exp(x, out=np.empty(2)), np.add.at]
)
def test_functions_of_numpy_refuse_a_tensor_instead_of_forgetting_its_graph(function):
    with pytest.raises((TypeError, RuntimeError)):
        function(learnt(1, 2))


@pytest.mark.parametrize(
    ("numpys", "ours"),
    [
        (np.exp, lambda x: x.exp()),
        (np.log, lambda x: x.log()),
        (np.negative, lambda x: -x),
        (np.sum, lambda x: x.sum()),
        (np.mean, lambda x: x.mean()),
        (lambda x: np.sum(x, axis=1, keepdims=True), lambda x: x.sum(1, keepdim=True)),
        (lambda x: np.mean(x, axis=0), lambda x: x.mean(0)),
        (lambda x: x.sum(axis=(0, 1)), lambda x: x.sum((0, 1))),
        (lambda x: x.mean(axis=-1, keepdims=True), lambda x: x.mean(-1, True)),
        (lambda x: functional.amax(x, axis=1), lambda x: functional.amax(x, 1)),
        (np.max, lambda x: x.max()),
        (lambda x: np.max(x, axis=1), lambda x: x.amax(1)),
        (np.var, lambda x: x.var(correction=0)),
        (lambda x: np.var(x, axis=0, ddof=1, keepdims=True), lambda x: x.var(0, keepdim=True)),
        (lambda x: np.add(x, 2), lambda x: x + 2),
        (lambda x: np.divide(2, x), lambda x: 2 / x),
        (lambda x: np.matmul(x, x), lambda x: x @ x),
        (lambda x: np.power(x, 3), lambda x: x**3),
        (lambda x: np.power(3, x), lambda x: 3**x),
        (lambda x: np.float64(3) ** x, lambda x: 3**x),
        (lambda x: 3**x, lambda x: (np.log(3) * x).exp()),
        (lambda x: np.array([2.0, 3.0]) ** x, lambda x: (np.log([2.0, 3.0]) * x).exp()),
    ],
)
def test_what_numpy_calls_otherwise_gives_the_same_tensor_with_its_gradient(numpys, ours):
    x, y = (Tensor([[1.0, 2.0], [3.0, 0.5]], requires_grad=True) for _ in range(2))
    received, expected = numpys(x), ours(y)
    assert type(received) is Tensor
    np.testing.assert_allclose(received.data, expected.data, rtol=1e-14)
    received.sum().backward()
    expected.sum().backward()
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-14)


@pytest.mark.parametrize(
    ("habit", "error", "message"),
    [
        (lambda x: np.maximum(x, 0), TypeError, r"functional\.relu\(x\)"),
        (lambda x: np.sin(x), TypeError, r"np\.sin of a Tensor has no rule.*x\.data"),
        (lambda x: max(x, 0), ValueError, r"functional\.relu\(x\)"),
        (lambda x: x > 0 or x, ValueError, r"\.any\(\)"),
        (lambda x: not x, ValueError, "holds 2 numbers.*ambiguous"),
        (lambda x: (-2) ** x, ValueError, "positive base, received -2"),
        (lambda x: Tensor([x, x]), TypeError, r"functional\.stack\(\[x, y\]\)"),
        (lambda x: Tensor((1.0, x)), TypeError, r"functional\.stack"),
        (lambda x: x.sum(1, where=True), TypeError, "takes dim and keepdim.*where=True"),
        (lambda x: x.sum(dtype=int), TypeError, "takes dim and keepdim"),
        (lambda x: np.array(x), RuntimeError, r"functional\.cat"),
        (lambda x: x.view(2, 1), AttributeError, r"'view'\. Write x\.reshape"),
        (lambda x: x.min(), AttributeError, r"-\(-x\)\.amax\(dim\)"),
        (lambda x: x.clip(0, 1), AttributeError, r"x\.clamp\(min, max\)"),
        (lambda x: x.nonsense, AttributeError, "no attribute 'nonsense'"),
    ],
)
def test_habits_from_pytorch_and_numpy_are_told_what_to_write(habit, error, message):
    with pytest.raises(error, match=message):
        habit(learnt(1, 2))


def test_what_is_written_instead_exists():
    """Every function and attribute that a message points to is there, and none that it says is missing."""
    for text in (*habits.INSTEAD.values(), *habits.OF_NUMPY.values()):
        for name in re.findall(r"functional\.(\w+)", text):
            assert hasattr(functional, name)
        for name in re.findall(r"\bx\.(\w+)", text):
            assert hasattr(Tensor(1.0), name)
    assert not any(hasattr(Tensor(1.0), name) or name in dir(Tensor(1.0)) for name in habits.INSTEAD)


@pytest.mark.parametrize("dtype", [int, bool, complex, str, object, np.uint8])
def test_a_tensor_holds_floats_whatever_dtype_is_asked_for(dtype):
    """In whole numbers every gradient below 1 was cut to 0, and complex numbers and text were taken as they came."""
    for requires_grad in (True, False):
        with pytest.raises(TypeError, match="dtype: expected floating-point numbers"):
            Tensor([1, 2], dtype=dtype, requires_grad=requires_grad)
    if dtype in (complex, str, object):
        with pytest.raises(TypeError, match="expected an array of numbers"):
            Tensor(np.array([1, 2]).astype(dtype))
    else:
        assert Tensor(np.array([1, 2]).astype(dtype), requires_grad=True).dtype == np.float64


def test_an_operation_of_ones_own_gives_floats_where_a_gradient_is_wanted():
    w = learnt(0.5, 1.5)
    signs = record("sign", np.sign(w.data).astype(np.int64), (w,), lambda gradient, result, x: (gradient,))
    with pytest.raises(TypeError, match=r"'sign' gives numbers of dtype int64.*cut to that dtype"):
        (signs * w).sum().backward()
    with pytest.raises(TypeError, match=r"'sign' gives numbers of dtype int64.*cut to that dtype"):
        signs.backward([1, 1])


def test_comparisons_give_arrays_of_truth_values():
    w, a = learnt(1, 2, 3), np.array([3.0, 2.0, 1.0])
    for received, expected in (
        (w == a, [False, True, False]),
        (w != a, [True, False, True]),
        (w < a, [True, False, False]),
        (w <= a, [True, True, False]),
        (w > Tensor(a), [False, False, True]),
        (w >= 2, [False, True, True]),
        (a < w, [False, False, True]),
        (a == w, [False, True, False]),
        (np.int64(2) < w, [False, False, True]),
    ):
        assert isinstance(received, np.ndarray)
        assert repr(received) == repr(np.array(expected))
        assert received.tolist() == expected
        assert type(received & received) is type(received * 1.0) is np.ndarray
    np.testing.assert_array_equal(w[w > 1].data, [2, 3])


def test_tensors_are_told_apart_by_identity_where_they_are_keys():
    a, b = learnt(1, 2), learnt(1, 2)
    assert {a: 1, b: 2}[b] == 2
    assert len({a, b, a}) == 2


def test_array_of_a_tensor_is_refused_while_a_gradient_is_wanted():
    w = learnt(1, 2)
    with pytest.raises(RuntimeError, match=r"\.detach\(\)\.numpy\(\)"):
        w.numpy()
    with pytest.raises(RuntimeError, match=r"\.detach\(\)\.numpy\(\)"):
        np.asarray(w)
    np.testing.assert_array_equal(np.asarray(w.detach()), [1, 2])
    np.testing.assert_array_equal(np.array(w.detach(), np.float32), [1, 2])
    assert w.detach().numpy() is w.data


def test_numbers_and_lengths_of_a_tensor():
    assert Tensor([[3.0]]).item() == 3
    assert float(Tensor(3, dtype=np.float32)) == 3
    assert type(Tensor(3, dtype=np.float32).item()) is float
    assert len(Tensor(np.ones((4, 3)))) == 4
    assert bool(Tensor(1.0))
    assert not Tensor(0.0)
    for action in (lambda t: t.item(), float):
        with pytest.raises(ValueError, match=r"expected a tensor of one number.*\(2,\)"):
            action(learnt(1, 2))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(learnt(1, 2))


def test_rows_of_a_tensor_can_be_iterated_over_and_get_gradients():
    w = Tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    rows = list(w)
    assert [row.shape for row in rows] == [(2,)] * 3
    rows[1].sum().backward()
    np.testing.assert_array_equal(w.grad, [[0, 0], [1, 1], [0, 0]])
    with pytest.raises(TypeError, match="cannot be iterated"):
        list(Tensor(1.0))


def test_how_a_tensor_is_printed():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    assert repr(learnt(1)) == "Tensor([1.], requires_grad=True)"
    assert repr(learnt(1) + 1) == "Tensor([2.], operation='+')"


def test_parameters_can_be_copied_and_stored():
    w = learnt(1, 2)
    (w * w).sum().backward()
    for twin in (copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        np.testing.assert_array_equal(twin.data, w.data)
        np.testing.assert_array_equal(twin.grad, w.grad)
        assert twin.requires_grad
        twin.data -= 1
        assert w.data.tolist() == [1, 2]


def test_graphs_of_several_threads_do_not_meet():
    results = {}

    def work(number):
        w = learnt(*range(5))
        for _ in range(50):
            w.clear_grad()
            y = w
            for _ in range(20):
                y = y * number + w
            y.sum().backward()
        results[number] = w.grad[0]

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: sum(number**k for k in range(21)) for number in (1, 2, 3)}
