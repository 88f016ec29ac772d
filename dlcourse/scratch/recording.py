"""The engine: arrays that remember the operation they came from, and the backward pass through them.

Reverse-mode automatic differentiation in one paragraph. Each operation leaves a node with its operands, its *parents*,
and a *rule*: given the gradient of the final result by this node, the rule returns the gradients by the operands.
``backward`` starts with 1 at the result and lets every node, the deepest first, apply its rule once; what arrives at a
node along several ways adds up before the node passes it on. Source: Baydin, Pearlmutter, Radul and Siskind (2018),
"Automatic differentiation in machine learning: a survey", JMLR 18.
"""

import sys
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Array, check_float_dtype
from dlcourse.scratch import graph_errors
from dlcourse.scratch.graph import deepest_first, is_recording, unbroadcast
from dlcourse.validation import check_array, check_shape

# (gradient by the result, the result, *operands) -> the gradient by each operand, or None for one that needs none
Rule = Callable[..., tuple[Array | None, ...]]


class RecordedArray:
    """The part of a Tensor that is recorded and differentiated; its operators are in ``autograd``."""

    __slots__ = (
        "_changes", "_data", "_keeps_grad", "_needed", "_needs_result", "_rule", "_seen", "_spare",
        "depth", "grad", "operation", "parents", "requires_grad",
    )  # fmt: skip

    parents: tuple[Self, ...]
    grad: Array | None
    _spare: Array | None
    _changes: list[int] | None  # how often the memory was changed in place: one count for all views of it
    _needed: tuple[Self, ...]
    _rule: Rule
    _needs_result: bool
    _seen: int  # the changes counted when the rule's numbers were used

    def __init__(self, data: ArrayLike, requires_grad: bool = False, dtype: DTypeLike | None = None) -> None:
        if isinstance(data, list | tuple) and any(isinstance(each, RecordedArray) for each in data):
            raise graph_errors.tensors_in_a_list()
        array = check_array(data.data if isinstance(data, RecordedArray) else data, "data")
        wanted = array.dtype if dtype is None and array.dtype.kind == "f" else check_float_dtype(dtype)
        self._data = np.array(array, wanted, copy=True if requires_grad else None)
        self.requires_grad = requires_grad
        self._become_an_input()
        if isinstance(data, RecordedArray) and self._data is data._data:
            self._changes = data._count_of_changes()

    def _become_an_input(self) -> None:
        self.parents, self.operation, self.depth = (), "", 0
        self.grad = self._spare = self._changes = None
        self._keeps_grad = False

    @property
    def data(self) -> Array:
        """The numbers themselves. What is assigned takes their dtype and has their shape: graphs count on both."""
        return self._data

    @data.setter
    def data(self, data: ArrayLike) -> None:
        if data is not self._data:
            array = check_shape(data, self._data.shape, "data")
            array = array if array.dtype == self._data.dtype else array.astype(self._data.dtype)
            if not np.may_share_memory(array, self._data):
                self._changes = [self._count_of_changes()[0]]  # views of the old memory are not changed
            self._data = array
        self.mark_changed()

    def mark_changed(self) -> None:
        """Says that the numbers were written over, as an optimizer does, for graphs that still need the old ones."""
        self._count_of_changes()[0] += 1

    def _count_of_changes(self) -> list[int]:
        if self._changes is None:
            self._changes = [0]
        return self._changes

    def backward(self, gradient: ArrayLike | None = None, retain_graph: bool = False) -> None:
        """Adds the derivatives of ``self`` by every input that requires a gradient to the input's ``grad``.

        ``gradient``: the derivative of some later result by ``self``, of its shape; 1 unless given, for one number.
        The graph is freed on the way. With ``retain_graph=True`` it stays, and every tensor in it keeps its ``grad``,
        to be looked at or drawn. Raises RuntimeError for a graph that was freed, that was not recorded, or that needs
        numbers which have changed since, and where ``gradient`` is missing; ValueError where its shape is wrong.
        """
        arriving = {self: self._start(gradient)}
        nodes = deepest_first(self)
        for node in nodes:
            node._check_is_usable()
        for node in nodes:
            incoming = arriving.pop(node, None)
            if incoming is None:
                continue  # no rule had anything for it
            if retain_graph or node._keeps_grad or not node.depth:
                node._add_to_grad(np.array(incoming))
            if node.depth:
                node.pass_on(incoming, arriving)
                if not retain_graph:
                    node.parents, node._needed, node._rule = (), (), _freed

    def _start(self, gradient: ArrayLike | None) -> Array:
        """The gradient that the backward pass begins with."""
        if not self.requires_grad:
            raise graph_errors.not_recorded()
        if gradient is None:
            if self._data.size != 1:
                raise graph_errors.not_one_number(self._data.shape)
            return np.ones_like(self._data)
        start = np.asarray(gradient.data if isinstance(gradient, RecordedArray) else gradient, self._data.dtype)
        if start.shape != self._data.shape:
            raise graph_errors.wrong_gradient(self._data.shape, start.shape)
        return start

    def _check_is_usable(self) -> None:
        """Raises RuntimeError when the node was freed, or when numbers that its rule needs were changed in place."""
        if self.depth:
            if self._rule is _freed:
                raise graph_errors.freed(self.operation)
            if _changes_of(self, self._needed, self._needs_result) != self._seen:
                shapes = [each._data.shape for each in self._needed]
                raise graph_errors.changed(self.operation, shapes + [self._data.shape] * self._needs_result)

    def pass_on(self, incoming: Array, arriving: dict[Self, Array]) -> None:
        """Applies the rule to the ``incoming`` gradient and adds what it gives to what has arrived at the parents."""
        parts = self._rule(incoming, self, *self.parents)
        if len(parts) != len(self.parents):
            raise graph_errors.wrong_count(self.operation, len(self.parents), len(parts))
        for parent, part in zip(self.parents, parts):  # noqa: B905 (strict is slow)
            if part is None or not parent.requires_grad:
                continue
            if part.shape != parent._data.shape:
                part = self._summed(part, parent._data.shape)
            if part.dtype != parent._data.dtype:
                part = part.astype(parent._data.dtype)
            if parent.depth:
                arriving[parent] = arriving[parent] + part if parent in arriving else part
            elif part is incoming or type(part) is not np.ndarray or part.base is not None:
                parent._add_to_grad(np.array(part))  # not an array of its own: another grad may share it
            else:
                parent._add_to_grad(part)

    def _summed(self, part: Array, shape: tuple[int, ...]) -> Array:
        """What the rule gave for an operand of this ``shape``, summed to it. Raises ValueError where it cannot be."""
        try:
            return unbroadcast(part, shape)
        except (ValueError, IndexError) as error:
            raise graph_errors.wrong_part(self.operation, shape, part.shape) from error

    def _add_to_grad(self, gradient: Array) -> None:
        """Takes ``gradient``, an array that nobody else holds, into ``grad``; never in place: a reader may hold it."""
        self.grad = gradient if self.grad is None else np.asarray(self.grad + gradient)

    def retain_grad(self) -> None:
        """Keeps ``grad`` of a tensor between inputs and result too at the next ``backward``."""
        self._keeps_grad = True

    def clear_grad(self) -> None:
        """Sets ``grad`` to None, and keeps its memory for the next gradient."""
        self._spare, self.grad = self.grad, None

    def spare(self) -> Array | None:
        """The array of a cleared gradient, to be written over, where nobody else holds it: see ``clear_grad``.

        For rules with large gradients: the system takes longer to hand out fresh memory than a sum takes to fill it.
        """
        spare, self._spare = self._spare, None
        if spare is None or self.grad is not None or sys.getrefcount(spare) > 2:
            return None
        fits = type(spare) is np.ndarray and spare.shape == self._data.shape and spare.dtype == self._data.dtype
        return spare if fits and spare.base is None else None  # a view's memory belongs to another array

    def detach(self) -> Self:
        """A tensor with the same numbers, in the same memory, without the graph."""
        detached = type(self).__new__(type(self))
        detached._data, detached.requires_grad = self._data, False
        detached._become_an_input()
        detached._changes = self._count_of_changes()
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
    depth = -1
    for parent in parents:
        if parent.requires_grad and parent.depth > depth:
            depth = parent.depth
    node.requires_grad = depth >= 0 and is_recording()
    node._become_an_input()
    if view_of is not None and _is_view(node._data, view_of._data):
        node._changes = view_of._count_of_changes()
    if node.requires_grad:
        if node._data.dtype.kind != "f":
            raise graph_errors.not_floats(operation, node._data.dtype)
        node.parents, node.operation, node.depth = parents, operation, depth + 1
        node._rule, node._needed, node._needs_result = rule, needed, needs_result
        node._seen = _changes_of(node, needed, needs_result)
    return node


def _is_view(data: Array, source: Array) -> bool:
    """Whether ``data``, made of ``source``, lies in its memory: a view's base is the owner of the memory."""
    return data is source or (data.base is not None and (data.base is source or data.base is source.base))


def _changes_of(node: RecordedArray, needed: tuple[RecordedArray, ...], needs_result: bool) -> int:
    """How often the numbers that the rule of ``node`` needs were changed in place until now, all added up."""
    count = node._changes[0] if needs_result and node._changes is not None else 0
    for each in needed:
        if each._changes is not None:
            count += each._changes[0]
    return count


def _freed(*_: Any) -> tuple[None, ...]:
    """Stands for the rule of a node that ``backward`` has freed."""
    raise AssertionError("a freed rule is never applied")
