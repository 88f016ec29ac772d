"""What every computational graph needs: an order, the backward pass, a switch for recording, broadcasting undone.

A *node* is the result of one operation. It knows its ``parents``, the nodes that the operation was given, so that the
derivative of a result by everything it was computed from can be found by walking back along the parents.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from dlcourse.arrays import Array


class Node(Protocol):
    """A result of an operation, or an input."""

    @property
    def parents(self) -> tuple[Any, ...]:
        """The nodes it was computed from, in the order of the operation's arguments; empty for an input."""


class DeepNode(Node, Protocol):
    """A node that knows its ``depth``: 0 for inputs, else 1 + its deepest parent's."""

    @property
    def depth(self) -> int:
        """The length of the longest path from an input to this node."""


class NumberNode(Node, Protocol):
    """A node that is one number, for ``backward``: ``grad`` is its gradient, a float."""

    grad: float

    @property
    def derivatives(self) -> tuple[float, ...]:
        """The local derivatives: of this number by each of its parents."""


SomeNode = TypeVar("SomeNode", bound=Node)
SomeDeepNode = TypeVar("SomeDeepNode", bound=DeepNode)

_recording = ContextVar("recording", default=True)  # each thread has its own: one may predict while another trains
is_recording = _recording.get


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside ``with no_grad():`` operations compute values and record nothing: for predictions and for updates."""
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


def topological_order(root: SomeNode) -> list[SomeNode]:
    """All nodes that ``root`` was computed from, itself last: every node stands after all of its parents.

    Depth-first: a node is put down once all of its parents are. The nodes still waiting for a parent are kept in a
    list of our own, because recursion would end at Python's limit of about 1,000 calls. Source: Cormen, Leiserson,
    Rivest and Stein (2009), "Introduction to Algorithms", section 22.4.
    """
    order: list[SomeNode] = []
    seen = {root}
    waiting = [(root, iter(root.parents))]
    while waiting:
        node, parents = waiting[-1]
        parent = next((parent for parent in parents if parent not in seen), None)
        if parent is None:
            order.append(node)
            waiting.pop()
        else:
            seen.add(parent)
            waiting.append((parent, iter(parent.parents)))
    return order


def backward(result: NumberNode) -> None:
    """Sets the ``grad`` of every node that ``result`` was computed from to the derivative of ``result`` by it.

    Each ``grad`` is 0.0 before. From the last node to the first, a node hands *its gradient times the local derivative*
    on to each parent, where it is added to what other ways have brought: by then its own gradient is complete, since
    every node that uses it has had its turn. Source: Linnainmaa (1976), "Taylor expansion of the accumulated rounding
    error", BIT 16.
    """
    result.grad = 1.0
    for node in reversed(topological_order(result)):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative


_depth = attrgetter("depth")


def deepest_first(root: SomeDeepNode) -> list[SomeDeepNode]:
    """``root`` and every node with parents that it was computed from, each before all of its parents.

    The reverse of a topological order without a search for it: a node lies deeper than each of its parents, so
    sorting by ``depth`` is enough. Inputs, which have nothing to pass on, are left out.
    """
    found, waiting, seen = [root], [root], {root}
    while waiting:
        for parent in waiting.pop().parents:
            if parent.depth and parent not in seen:
                seen.add(parent)
                found.append(parent)
                waiting.append(parent)
    found.sort(key=_depth, reverse=True)
    return found


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sums ``gradient`` down to ``shape``, the shape that an operand had before NumPy broadcast it.

    Broadcasting copies an entry to many places; by the chain rule its derivative is the sum over all of them.
    ``shape`` can be broadcast to that of ``gradient``; the dtype stays.
    """
    if gradient.shape == shape:
        return gradient
    added = gradient.ndim - len(shape)  # axes that broadcasting put in front
    stretched = [added + axis for axis, size in enumerate(shape) if size == 1 and gradient.shape[added + axis] != 1]
    return gradient.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape)
