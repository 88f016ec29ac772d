"""The order of a graph's nodes, broadcasting undone, and the switch for recording."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import broadcastable_shapes

from dlcourse.scratch import functional, graph, operations, recording
from dlcourse.scratch.autograd import Tensor
from dlcourse.source import source_of
from tests.limits import LONGEST


@dataclass(eq=False)
class Node:
    parents: tuple = ()


def node(*parents):
    return Node(parents)


@st.composite
def graphs(draw):
    """A graph whose every node has up to three parents among the nodes before it, the same one twice at times."""
    nodes = []
    for _ in range(draw(st.integers(1, 12))):
        parents = draw(st.lists(st.sampled_from(nodes), max_size=3)) if nodes else []
        nodes.append(node(*parents))
    return nodes


def ancestors(root):
    return {root}.union(*(ancestors(parent) for parent in root.parents))


@given(nodes=graphs())
def test_topological_order_holds_every_ancestor_once_after_its_parents(nodes):
    root = nodes[-1]
    order = graph.topological_order(root)
    assert len(order) == len(set(order))
    assert set(order) == ancestors(root)
    assert order[-1] is root
    place = {each: number for number, each in enumerate(order)}
    assert all(place[parent] < place[each] for each in order for parent in each.parents)


def test_the_order_of_a_chain_of_100_000_nodes_does_not_recurse():
    last = node()
    for _ in range(100_000):
        last = node(last)
    assert len(graph.topological_order(last)) == 100_001


def test_a_node_reached_by_a_long_and_a_short_way_comes_after_both():
    """A walk by distance from the root would put x's child before it is complete."""
    x = node()
    short = node(x)
    long = node(node(node(short)))
    root = node(short, long)
    order = graph.topological_order(root)
    assert order.index(short) == 1


# --- the core is short, and what runs


def test_the_core_is_at_most_65_lines_and_holds_no_checks():
    """Order, passes, rule and parts, as a notebook shows them."""
    core = (graph.topological_order, graph.backward, graph.pass_back, recording.plain_parts, operations.multiply_rule)
    text = "\n".join(source_of(function, docstring=False) for function in core)
    assert len([line for line in text.splitlines() if line.strip()]) <= 65
    for word in ("raise", "noqa", "guard", "check", "_changes"):
        assert word not in text


def test_the_backward_pass_of_a_tensor_is_the_core(monkeypatch):
    """The same gradients come from the core alone, without the checks that stand around it."""

    def gradients():
        w, v = (Tensor(np.random.default_rng(k).normal(size=(3, 4)), requires_grad=True) for k in (1, 2))
        b = Tensor(np.random.default_rng(3).normal(size=4), requires_grad=True)
        h = functional.relu(w * v + b)
        loss = (h @ w.T).sum(0).exp().mean() + (h * h).mean()
        core = dict(graph.pass_back(loss, np.array(1.0)))
        loss.backward()
        return [core[each] for each in (w, v, b)], [each.grad for each in (w, v, b)]

    core, checked = gradients()
    for one, other in zip(core, checked, strict=True):
        np.testing.assert_array_equal(one, other)
    monkeypatch.setattr(Tensor, "parts", recording.plain_parts)
    plain, _ = gradients()
    for one, other in zip(core, plain, strict=True):
        np.testing.assert_array_equal(one, other)


# --- broadcasting undone


@given(data=st.data(), shape=st.lists(st.integers(1, 4), max_size=4).map(tuple))
def test_unbroadcast_sums_over_all_copies_of_an_entry(data, shape):
    """The sum counts: broadcasting the numbers of the entries and adding up by number gives the same."""
    larger = data.draw(broadcastable_shapes(shape, min_dims=len(shape), max_dims=5, max_side=4))
    larger = np.broadcast_shapes(shape, larger)
    gradient = np.random.default_rng(0).normal(size=larger)
    entries = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), larger)
    expected = np.bincount(entries.ravel(), gradient.ravel(), np.prod(shape, dtype=int)).reshape(shape)
    received = graph.unbroadcast(gradient, shape)
    assert received.shape == shape
    np.testing.assert_allclose(received, expected, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_unbroadcast_keeps_the_dtype(dtype):
    assert graph.unbroadcast(np.ones((4, 3), dtype), (3,)).dtype == dtype
    assert graph.unbroadcast(np.ones((4, 3), dtype), (4, 3)).dtype == dtype


def test_unbroadcast_of_an_axis_stretched_from_one_to_none_is_zero():
    np.testing.assert_array_equal(graph.unbroadcast(np.ones((0, 3)), (1, 3)), np.zeros((1, 3)))
    np.testing.assert_array_equal(graph.unbroadcast(np.ones((0, 3)), (3,)), np.zeros(3))


# --- recording


def test_no_grad_ends_where_its_block_ends_also_by_an_error_and_nested():
    assert graph.is_recording()
    with graph.no_grad():
        assert not graph.is_recording()
        with graph.no_grad():
            assert not graph.is_recording()
        assert not graph.is_recording()
    assert graph.is_recording()
    with pytest.raises(ZeroDivisionError), graph.no_grad():
        1 / 0  # noqa: B018
    assert graph.is_recording()


def test_no_grad_decorates_a_function():
    w = Tensor([1.0], requires_grad=True)

    @graph.no_grad()
    def predict():
        return w * 2

    assert not predict().requires_grad
    assert not predict().requires_grad
    assert (w * 2).requires_grad


def test_no_grad_of_one_thread_does_not_reach_another():
    w = Tensor([1.0], requires_grad=True)
    inside, done, recorded = threading.Event(), threading.Event(), {}

    def predict():
        with graph.no_grad():
            recorded["predicting"] = (w * 2).requires_grad
            inside.set()
            done.wait(LONGEST)

    def train():
        inside.wait(LONGEST)
        recorded["training"] = (w * 2).requires_grad
        done.set()

    threads = [threading.Thread(target=work) for work in (predict, train)]
    for thread in threads:
        thread.start()
    inside.wait(LONGEST)
    recorded["here"] = (w * 2).requires_grad
    for thread in threads:
        thread.join()
    assert recorded == {"predicting": False, "training": True, "here": True}
    with graph.no_grad():
        starting = threading.Thread(target=lambda: recorded.update(fresh=(w * 2).requires_grad))
        starting.start()
        starting.join()
    assert recorded["fresh"]
