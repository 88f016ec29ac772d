"""Value: derivatives of single numbers, against PyTorch, closed forms and central differences."""

import math
import operator

import numpy as np
import pytest
import torch
from hypothesis import given, note, settings
from hypothesis import strategies as st

from dlcourse.scratch import graph
from dlcourse.scratch.value import Value, deepest_first

CASES = settings().max_examples


def test_the_worked_example_of_chapter_10():
    x, y, z = Value(-2), Value(5), Value(-4)
    q = x + y
    f = q * z
    f.backward()
    assert (q.data, f.data) == (3, -12)
    assert (f.grad, q.grad, z.grad, x.grad, y.grad) == (1, -4, 3, -4, -4)


UNARY = {
    "neg": (operator.neg, operator.neg),
    "exp": (lambda v: v.exp(), torch.exp),
    "log": (lambda v: (v * v + 0.1).log(), lambda t: (t * t + 0.1).log()),
    "tanh": (lambda v: v.tanh(), torch.tanh),
    "sigmoid": (lambda v: v.sigmoid(), torch.sigmoid),
    "relu": (lambda v: v.relu(), torch.relu),
    "square": (lambda v: v**2, lambda t: t**2),
    "cube": (lambda v: v**3, lambda t: t**3),
    "zeroth power": (lambda v: v**0, lambda t: t**0),
    "root": (lambda v: (v * v + 0.1) ** 0.5, lambda t: (t * t + 0.1) ** 0.5),
    "inverse": (lambda v: (v * v + 0.1) ** -1, lambda t: (t * t + 0.1) ** -1),
    "number on the left of −": (lambda v: 1.5 - v, lambda t: 1.5 - t),
    "number on the left of /": (lambda v: 1.5 / (v * v + 0.5), lambda t: 1.5 / (t * t + 0.5)),
    "number on the left of **": (lambda v: 1.5**v, lambda t: 1.5**t),
    "number on the left of × and +": (lambda v: 2 + 3 * v, lambda t: 2 + 3 * t),
    "number on the right": (lambda v: ((v + 1) * 2 - 3) / 4, lambda t: ((t + 1) * 2 - 3) / 4),
}
BINARY = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "/": lambda a, b: a / (b * b + 0.5),
}


def random_numbers(data):
    """Values and PyTorch's tensors of one random graph, inputs first, and how many inputs there are.

    Nodes are used several times, and with themselves.
    """
    starts = data.draw(st.lists(st.floats(-2, 2), min_size=1, max_size=3))
    ours = [Value(start) for start in starts]
    theirs = [torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in starts]
    for _ in range(data.draw(st.integers(1, 10))):
        name = data.draw(st.sampled_from([*UNARY, *BINARY]))
        i, j = (data.draw(st.integers(0, len(ours) - 1)) for _ in range(2))
        note(f"{name} of {i} and {j}")
        if name in UNARY:
            pair = UNARY[name][0](ours[i]), UNARY[name][1](theirs[i])
        else:
            pair = BINARY[name](ours[i], ours[j]), BINARY[name](theirs[i], theirs[j])
        if abs(pair[0].data) < 1e3:
            ours.append(pair[0])
            theirs.append(pair[1])
    return ours, theirs, len(starts)


@settings(max_examples=2 * CASES)
@given(data=st.data())
def test_random_graphs_have_the_values_and_gradients_of_pytorch(data):
    ours, theirs, inputs = random_numbers(data)
    ours[-1].backward()
    theirs[-1].backward()
    np.testing.assert_allclose([v.data for v in ours], [t.item() for t in theirs], rtol=1e-9, atol=1e-12)
    for value, tensor in zip(ours[:inputs], theirs[:inputs], strict=True):
        np.testing.assert_allclose(value.grad, 0.0 if tensor.grad is None else tensor.grad, rtol=1e-6, atol=1e-9)


@settings(max_examples=CASES)
@given(data=st.data())
def test_the_fast_backward_pass_of_numbers_is_the_plain_one_and_that_of_arrays(data):
    """``Value.backward``, ``graph.backward``, and ``graph.pass_back`` with the local derivatives as rules."""
    ours, _, _ = random_numbers(data)
    nodes = graph.topological_order(ours[-1])
    ours[-1].backward()
    expected = [node.grad for node in nodes]
    for node in nodes:
        node.grad = 0.0
    graph.backward(ours[-1])
    np.testing.assert_allclose([node.grad for node in nodes], expected, rtol=1e-9, atol=1e-9)
    twins = {}
    for node in nodes:
        twins[node] = Twin(tuple(twins[parent] for parent in node.parents), node.derivatives)
    received = dict(graph.pass_back(twins[nodes[-1]], 1.0))
    np.testing.assert_allclose([received[twins[node]] for node in nodes], expected, rtol=1e-9, atol=1e-9)


class Twin:
    """The node of a Value as one with a rule."""

    def __init__(self, parents, derivatives):
        self.parents, self.derivatives = parents, derivatives

    def parts(self, incoming):
        return [incoming * derivative for derivative in self.derivatives]


@settings(max_examples=CASES)
@given(data=st.data())
def test_the_fast_order_is_the_reverse_of_a_topological_order_without_the_inputs(data):
    ours, _, _ = random_numbers(data)
    order = deepest_first(ours[-1])
    assert order[0] is ours[-1]
    assert len(order) == len(set(order))
    assert set(order) == {node for node in graph.topological_order(ours[-1]) if node.parents} | {ours[-1]}
    place = {node: number for number, node in enumerate(order)}
    assert all(place[parent] > place[node] for node in order for parent in node.parents if parent in place)


def test_every_parent_has_its_local_derivative():
    x, y = Value(3), Value(2)
    assert (x.derivatives, (-x).derivatives) == ((), (-1.0,))
    assert ((x * y).derivatives, (x / y).derivatives, (x - x).derivatives) == ((2, 3), (0.5, -0.75), (1, -1))


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("at", [-1.3, 0.7])
def test_each_derivative_is_the_central_difference(name, at):
    function = UNARY[name][0]
    x = Value(at)
    function(x).backward()
    h = 1e-6
    assert x.grad == pytest.approx((function(Value(at + h)).data - function(Value(at - h)).data) / (2 * h), rel=1e-7)


def test_a_number_used_twice_gets_the_sum():
    x = Value(3)
    (x * x).backward()
    assert x.grad == 6
    y = Value(3)
    (y + y + y).backward()
    assert y.grad == 3


def test_gradients_of_inputs_add_up_over_calls_and_those_between_begin_anew():
    x = Value(2)
    y = x * 3
    f = y * y
    f.backward()
    f.backward()
    assert x.grad == 2 * 36
    assert (y.grad, f.grad) == (12, 1)
    assert Value(5).grad == 0


def test_backward_of_an_input_is_one():
    x = Value(2)
    x.backward()
    assert x.grad == 1


def test_a_chain_of_100_000_operations_needs_no_recursion_also_when_it_is_dropped():
    x = Value(1)
    f = x
    for _ in range(100_000):
        f = -f
    assert f.depth == 100_000
    f.backward()
    assert x.grad == 1
    del f


def test_a_chain_that_doubles_everywhere_is_gone_through_once():
    """2⁶⁰ ways lead from the result to x: a walk along each would never end."""
    x = Value(1)
    f = x
    for _ in range(60):
        f = f + f
    f.backward()
    assert x.grad == f.data == 2.0**60


def test_sigmoid_and_tanh_of_large_numbers_do_not_overflow():
    for at, expected in ((1000, 1), (-1000, 0)):
        x = Value(at)
        y = x.sigmoid()
        y.backward()
        assert (y.data, x.grad) == (expected, 0)
        assert Value(at).tanh().data == math.copysign(1, at)


def test_relu_has_slope_0_at_its_corner_as_in_pytorch():
    x = Value(0)
    x.relu().backward()
    assert x.grad == 0


def test_relu_stops_an_infinite_gradient_and_passes_nan_on_as_in_pytorch():
    """The slope of the root at 0 is infinite, and ∞ · 0 is nan: relu(x)^0.5 had the gradient nan for every x < 0."""
    for at in (-1.0, 0.0):
        x, theirs = Value(at), torch.tensor(at, requires_grad=True)
        (x.relu() ** 0.5).backward()
        (torch.relu(theirs) ** 0.5).backward()
        assert x.grad == theirs.grad == 0
    infinite = Value(1e300) * 1e300
    nowhere = infinite - infinite
    nowhere.relu().backward()
    assert math.isnan(nowhere.relu().data)
    assert nowhere.grad == 1


def test_numbers_of_numpy_may_stand_on_the_left():
    x = Value(3)
    for number in (np.float64(2), np.float32(2), np.array(2.0), np.int64(2)):
        assert (number * x).data == 6
        assert (number + x).data == 5
        assert (number - x).data == -1
        assert (number / x).data == pytest.approx(2 / 3)
        assert isinstance(number * x, Value)


@pytest.mark.parametrize("wrong", ["1", None, [1.0], np.ones(2), 1j, True])
def test_what_is_not_one_number_is_refused(wrong):
    with pytest.raises(TypeError, match="expected one number"):
        Value(wrong)
    with pytest.raises(TypeError, match="expected one number"):
        Value(1) + wrong
    with pytest.raises(TypeError):
        wrong * Value(1)


def test_nan_and_infinity_are_refused_as_inputs():
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            Value(wrong)


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: Value(1) / Value(0), ZeroDivisionError, "1 is divided by 0"),
        (lambda: 2 / Value(0), ZeroDivisionError, "2 is divided by 0"),
        (lambda: Value(0) ** -1, ZeroDivisionError, "0 to the power of -1 divides by 0"),
        (lambda: Value(-1).log(), ValueError, "only positive numbers have a logarithm, received -1"),
        (lambda: Value(0).log(), ValueError, "received 0"),
        (lambda: Value(-2) ** 0.5, ValueError, "not a real number"),
        (lambda: Value(1000).exp(), OverflowError, "larger than every float"),
        (lambda: Value(1e200) ** 2, OverflowError, r"1e\+200 to the power of 2 is larger than every float"),
        (lambda: 10 ** Value(400), OverflowError, "10 to the power of 400 is larger than every float"),
        (lambda: (-2) ** Value(3), ValueError, "positive base"),
        (lambda: Value(2) ** Value(3), TypeError, r"\(b \* a\.log\(\)\)\.exp\(\)"),
        (lambda: Value(2) ** "3", TypeError, "exponent: expected one number"),
    ],
)
def test_what_has_no_value_is_said_in_a_sentence(compute, error, message):
    with pytest.raises(error, match=message):
        compute()


@pytest.mark.parametrize("exponent", [0.5, 1 / 3, 1.0, 1.5, 0.0])
def test_a_root_of_zero_is_zero_and_its_slope_infinite_as_in_pytorch(exponent):
    x, theirs = Value(0.0), torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    y, their_y = x**exponent, theirs**exponent
    y.backward()
    their_y.backward()
    assert (y.data, x.grad) == (their_y.item(), theirs.grad.item())


@pytest.mark.parametrize(("at", "exponent"), [(1e-160, -1), (-1e-160, -1), (-1e-110, -2), (1e-110, -2), (1e-200, -1.5)])
def test_a_slope_larger_than_every_float_is_infinite_as_in_pytorch(at, exponent):
    x, theirs = Value(at), torch.tensor(at, dtype=torch.float64, requires_grad=True)
    y, their_y = x**exponent, theirs**exponent
    y.backward()
    their_y.backward()
    assert y.data == pytest.approx(their_y.item())
    assert math.isinf(x.grad)
    assert x.grad == theirs.grad.item()


def test_powers_of_zero():
    for exponent, value, slope in ((2, 0, 0), (1, 0, 1), (0, 1, 0)):
        x = Value(0)
        y = x**exponent
        y.backward()
        assert (y.data, x.grad) == (value, slope)


def test_a_value_says_how_it_was_made():
    x, y = Value(2), Value(3)
    assert (x * y).parents == (x, y)
    assert (-x).parents == (x,)
    assert x.parents == ()
    assert [v.operation for v in (x, x + y, x - y, x * y, x / y, x**2, -x, x.relu())] == [
        "", "+", "−", "×", "/", "^2", "neg", "relu",
    ]  # fmt: skip
    assert repr(x * y) == "Value(6)"
    assert (x * y + x).depth == 2
