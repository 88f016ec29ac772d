"""The core of the engine: an order of the nodes, the backward pass, a switch for recording, broadcasting undone.

A *node* is the result of one operation. It knows its ``parents``, the nodes that the operation was given, so that the
derivative of a result with respect to everything it was computed from is found by walking back along the parents.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from dlcourse.arrays import Array


class Node(Protocol):
    """A result of an operation, or an input."""

    @property
    def parents(self) -> tuple[Any, ...]:
        """The nodes it was computed from, in the order of the operation's arguments; empty for an input."""


class NumberNode(Node, Protocol):
    """A node that is one number, for ``backward``: ``grad`` is its gradient, a float."""

    grad: float

    @property
    def derivatives(self) -> tuple[float, ...]:
        """The local derivatives: of this number with respect to each of its parents."""


class ArrayNode(Node, Protocol):
    """A node that is an array, for ``pass_back``."""

    def parts(self, incoming: Any) -> Sequence[Any]:
        """What each parent gets of the gradient that came in; None for one that needs none."""


SomeNode = TypeVar("SomeNode", bound=Node)
SomeArrayNode = TypeVar("SomeArrayNode", bound=ArrayNode)

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

    Depth-first: a node is put down once all of its parents are. What is still to be done waits in a list of our own,
    because recursion would end at Python's limit of about 1,000 calls: the nodes to look at, and below its parents each
    node once more, with None above it, to be put down. Source: Cormen, Leiserson, Rivest and Stein (2009),
    "Introduction to Algorithms", section 22.4.
    """
    order: list[Any] = []
    seen: set[Any] = set()
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if node is None:
            order.append(waiting.pop())
        elif node not in seen:
            seen.add(node)
            if node.parents:
                waiting += [node, None, *node.parents[::-1]]
            else:
                order.append(node)
    return order


def backward(result: NumberNode) -> None:
    """Sets ``grad`` of all that ``result`` was computed from: the derivative of ``result`` with respect to it.

    Each ``grad`` is 0.0 before. From the last node to the first, a node hands *its gradient times the local derivative*
    on to each parent, where it is added to what other ways have brought: by then its own gradient is complete, since
    every node that uses it has had its turn. Source: Linnainmaa (1976), "Taylor expansion of the accumulated rounding
    error", BIT 16.
    """
    result.grad = 1.0
    for node in reversed(topological_order(result)):
        for parent, derivative in zip(node.parents, node.derivatives):
            parent.grad += node.grad * derivative


def pass_back(result: SomeArrayNode, gradient: Array) -> Iterator[tuple[SomeArrayNode, Array]]:
    """The backward pass of arrays: gives each node that ``result`` was computed from with its gradient, inputs last.

    ``gradient`` is that of ``result`` itself. Where a number has a local derivative for each parent, an array has a
    rule, which makes of its gradient the ``parts`` that its parents get. What has arrived at a node is kept until its
    turn; then the node hands it on. An input hands on nothing: in the end its gradient is left.
    """
    arrived = {result: gradient}
    for node in reversed(topological_order(result)):
        if node.parents and node in arrived:
            incoming = arrived.pop(node)
            for parent, part in zip(node.parents, node.parts(incoming)):
                if part is not None:
                    arrived[parent] = arrived[parent] + part if parent in arrived else part
            yield node, incoming
    yield from arrived.items()


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
