"""The engine's nodes: arrays that remember the operation they came from, and hand their gradient on by its rule.

Reverse-mode automatic differentiation in one paragraph. Each operation leaves a node with its operands, its *parents*,
and a *rule*: given the gradient of this node, the rule returns those of the operands. (*Gradient of a node* is short
for the derivative of the final result with respect to it.) ``backward`` starts with 1 at the result and lets every
node, in the reverse of a topological order, apply its rule once; what arrives at a node along several ways adds up
before the node passes it on. Order and pass are in ``graph``; here is what they go through; what is checked on the way
is in ``guards`` and ``memory``. Source: Baydin, Pearlmutter, Radul and Siskind (2018), "Automatic differentiation in
machine learning: a survey", JMLR 18.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Array, check_float_dtype
from dlcourse.scratch import graph_errors, guards
from dlcourse.scratch.graph import is_recording, pass_back, unbroadcast
from dlcourse.scratch.memory import Memory
from dlcourse.validation import check_array

# (gradient of the result, the result, *operands) -> the gradient of each operand, or None for one that needs none
Rule = Callable[..., tuple[Array | None, ...]]


def plain_parts(node: Any, incoming: Array) -> list[Array | None]:
    """What each parent of ``node`` gets of the gradient that came in: what the rule gives, summed over its copies."""
    parts = node.rule(incoming, node, *node.parents)
    return [part if part is None else unbroadcast(part, parent.shape) for part, parent in zip(parts, node.parents)]


class RecordedArray(Memory):
    """The part of a Tensor that is recorded and differentiated; its operators are in ``autograd``."""

    __slots__ = ("_keeps_grad", "depth", "operation", "parents", "requires_grad", "rule")

    parents: tuple[Self, ...]
    rule: Rule

    def __init__(self, data: ArrayLike, requires_grad: bool = False, dtype: DTypeLike | None = None) -> None:
        if isinstance(data, list | tuple) and any(isinstance(each, RecordedArray) for each in data):
            raise graph_errors.tensors_in_a_list()
        array = check_array(data.data if isinstance(data, RecordedArray) else data, "data")
        wanted = array.dtype if dtype is None and array.dtype.kind == "f" else check_float_dtype(dtype)
        self._data = np.array(array, wanted, copy=True if requires_grad else None)
        self._become_an_input(requires_grad)
        if isinstance(data, RecordedArray) and self._data is data._data:
            self.share_changes(data)

    def _become_an_input(self, requires_grad: bool) -> None:
        self.requires_grad = requires_grad
        self.parents, self.operation, self.depth = (), "", 0
        self.grad = self._spare = self._changes = None
        self._keeps_grad = False

    def backward(self, gradient: ArrayLike | None = None, retain_graph: bool = False) -> None:
        """Adds to the ``grad`` of every input that requires a gradient the derivative of ``self`` with respect to it.

        ``gradient``: the derivative of some later result with respect to ``self``, of its shape; 1 unless given, for
        one number. The graph is freed on the way. With ``retain_graph=True`` it stays, and every tensor in it keeps its
        ``grad``, to be looked at or drawn. Raises RuntimeError for a graph that was freed, that was not recorded, or
        that needs numbers which have changed since, and where ``gradient`` is missing; ValueError where its shape is
        wrong. After an error every ``grad`` is what it was.
        """
        arrived = []
        for node, incoming in pass_back(self, guards.start_of(self, gradient)):
            if not node.depth:
                arrived.append((node, incoming))
            elif not node.parents:
                raise graph_errors.freed(node.operation)
            else:
                if retain_graph or node._keeps_grad:
                    arrived.append((node, np.array(incoming)))
                if not retain_graph:
                    node.parents, node.needed, node.rule = (), (), guards.freed
        for node, incoming in arrived:
            total = incoming if node.grad is None else node.grad + incoming
            node.grad = total if type(total) is np.ndarray else np.asarray(total)

    parts = guards.checked_parts  # ``plain_parts``, with checks

    def retain_grad(self) -> None:
        """Keeps ``grad`` of a tensor between inputs and result too at the next ``backward``."""
        self._keeps_grad = True

    def detach(self) -> Self:
        """A tensor with the same numbers, in the same memory, without the graph."""
        detached = type(self).__new__(type(self))
        detached._data = self._data
        detached._become_an_input(requires_grad=False)
        detached._changes = self.count_of_changes()
        return detached


def record(
    operation: str,
    data: Array,
    parents: tuple[Any, ...],
    rule: Rule,
    needed: tuple[Any, ...] = (),
    needs_result: bool = False,
    view_of: Any = None,
) -> Any:
    """The tensor ``data`` that ``operation`` made of its ``parents``, with the ``rule`` of its derivative.

    ``rule(gradient, result, *parents)`` returns one gradient a parent, of its shape or of one that broadcasting made
    of it, or None; it must not write into ``gradient``, and what it returns is new, or ``gradient`` itself or a view of
    it: never a parent's own array, nor one array twice. ``needed``: the parents whose numbers the rule reads;
    ``needs_result``: whether it reads the result's. ``view_of``: the parent whose memory ``data`` may share. Nothing is
    kept where no parent requires a gradient, or inside ``no_grad``.
    """
    node = object.__new__(type(parents[0]))
    node._data = data if type(data) is np.ndarray else np.asarray(data)
    deepest = -1
    for parent in parents:
        if parent.requires_grad and parent.depth > deepest:
            deepest = parent.depth
    node._become_an_input(deepest >= 0 and is_recording())
    if view_of is not None:
        node.share_changes(view_of)
    if node.requires_grad:
        node.parents, node.operation, node.rule, node.depth = parents, operation, rule, deepest + 1
        node.needed, node.needs_result = needed, needs_result
        node.seen = node.changes_of_needed()
    return node


def check_tensor(value: object, name: str) -> None:
    """Raises TypeError when ``value`` is not a Tensor. Functions of tensors call it first."""
    if not isinstance(value, RecordedArray):
        raise TypeError(f"{name}: expected a Tensor, received {type(value).__name__}. Wrap an array: Tensor(array).")
