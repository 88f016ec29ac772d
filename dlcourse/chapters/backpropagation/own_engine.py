"""The chapter's milestone: an engine made of its exercises, which solves XOR and learns to read digits.

On single numbers the reader's backward pass runs as it was written. On arrays a gradient is not multiplied by one
number but handed to a rule; order and sums are the same.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch import losses, operations
from dlcourse.scratch.autograd import Tensor, record
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.value import Value

CORNERS = ((0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0))  # two inputs, and exclusive or
XOR_UNITS, XOR_STEPS, XOR_RATE, XOR_SHOWN = 3, 200, 1.0, 50
HIDDEN, STEPS, RATE, SHOWN = 32, 300, 0.2, 50
BATCH_SIZE, PENALTY = 32, 1e-3


def run_engine(pieces: Pieces) -> Iterator[Reading]:
    """XOR on numbers, then digits on arrays: the losses on the way, and what was learned.

    pieces: ``topological_order``, ``backward``, ``multiply_rule``, ``matmul_rule``, ``relu_rule``, ``unbroadcast`` and
    ``cross_entropy_gradient``, as the chapter's exercises ask for them.
    """
    yield from solve_xor(pieces)
    yield from learn_digits(pieces)


# --- exclusive or, number by number


def solve_xor(pieces: Pieces) -> Iterator[Reading]:
    """A network of three tanh units learns exclusive or by gradient descent; every number is a node."""
    generator = np.random.default_rng(3)
    hidden = [[Value(float(w)) for w in generator.normal(size=3)] for _ in range(XOR_UNITS)]
    output = [Value(float(w)) for w in generator.normal(size=XOR_UNITS + 1)]
    parameters = [w for unit in hidden for w in unit] + output
    for step in range(XOR_STEPS + 1):
        loss = _xor_loss(hidden, output)
        yield Reading(f"XOR: loss after {step} steps", loss.data, shown=step % XOR_SHOWN == 0)
        for node in pieces["topological_order"](loss):
            node.grad = 0.0  # what the step before has left
        pieces["backward"](loss)
        for parameter in parameters:
            parameter.data -= XOR_RATE * parameter.grad
    for first, second, label in CORNERS:
        probability = _xor_logit(hidden, output, first, second).sigmoid()
        yield Reading(f"XOR: P(1) at ({first:g}, {second:g}), where {label} is right", probability.data)


def _xor_logit(hidden: list[list[Value]], output: list[Value], first: float, second: float) -> Value:
    logit = output[-1]
    for (w1, w2, bias), weight in zip(hidden, output, strict=False):
        logit = logit + weight * (w1 * first + w2 * second + bias).tanh()
    return logit


def _xor_loss(hidden: list[list[Value]], output: list[Value]) -> Value:
    """The mean log-loss, log(1 + e^∓z), of the four corners."""
    total = Value(0.0)
    for first, second, label in CORNERS:
        logit = _xor_logit(hidden, output, first, second)
        total = total + (1.0 + (-logit if label else logit).exp()).log()
    return total * (1 / len(CORNERS))


# --- digits, array by array


@dataclass(eq=False)
class Node:
    """A tensor's place in the graph. It equals itself alone, as in the exercises; ``==`` of tensors goes by entries."""

    tensor: Tensor
    parents: tuple["Node", ...] = ()
    rule: Callable[..., Any] | None = None


class Engine:
    """Operations on tensors that remember their rules, and the backward pass, made of the pieces."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.nodes: dict[Tensor, Node] = {}

    def _made(self, operation: str, data: Array, parents: tuple[Tensor, ...], rule: Callable[..., Any]) -> Tensor:
        tensor: Tensor = record(operation, np.asarray(data), parents, rule)
        self.nodes[tensor] = Node(tensor, tuple(self._node(parent) for parent in parents), rule)
        return tensor

    def _node(self, tensor: Tensor) -> Node:
        return self.nodes.setdefault(tensor, Node(tensor))

    def matmul(self, left: Tensor, right: Tensor) -> Tensor:
        """The matrix product."""
        return self._made("@", left.data @ right.data, (left, right), self.pieces["matmul_rule"])

    def add(self, left: Tensor, right: Tensor) -> Tensor:
        """The sum, broadcast as NumPy does."""
        return self._made("+", left.data + right.data, (left, right), operations.add_rule)

    def multiply(self, left: Tensor, right: Tensor) -> Tensor:
        """The product entry by entry."""
        return self._made("×", left.data * right.data, (left, right), self.pieces["multiply_rule"])

    def relu(self, inputs: Tensor) -> Tensor:
        """max(x, 0) entry by entry."""
        return self._made("relu", np.maximum(inputs.data, 0), (inputs,), self.pieces["relu_rule"])

    def total(self, values: Tensor) -> Tensor:
        """The sum of all entries."""

        def rule(gradient: Array, result: Tensor, values: Tensor) -> tuple[Array]:
            return (gradient * np.ones_like(values.data),)

        return self._made("sum", values.data.sum(), (values,), rule)

    def cross_entropy(self, logits: Tensor, labels: Array) -> Tensor:
        """The mean cross-entropy of logits."""

        def rule(gradient: Array, result: Tensor, logits: Tensor) -> tuple[Array]:
            return (gradient * self.pieces["cross_entropy_gradient"](logits.data, labels),)

        return self._made("cross-entropy", np.array(losses.cross_entropy(logits.data, labels)), (logits,), rule)

    def backward(self, loss: Tensor) -> None:
        """Set the ``grad`` of every tensor that ``loss`` was computed from."""
        result = self._node(loss)
        arrived: dict[Node, Array] = {result: np.ones_like(loss.data)}
        for node in reversed(self.pieces["topological_order"](result)):
            tensor = node.tensor
            tensor.grad = arrived.get(node, np.zeros_like(tensor.data))
            if node.rule is None:
                continue
            operands = [parent.tensor for parent in node.parents]
            for parent, part in zip(node.parents, node.rule(tensor.grad, tensor, *operands), strict=True):
                if part is not None:  # of inputs that learn nothing the library's rules give none
                    part = self.pieces["unbroadcast"](part, parent.tensor.data.shape)
                    arrived[parent] = arrived[parent] + part if parent in arrived else part


def learn_digits(pieces: Pieces, start: int = 0) -> Iterator[Reading]:
    """A network 64-32-10 with ReLU learns to read digits by mini-batches; the weights' squares are penalized.

    Other numbers for ``start`` draw other first weights.
    """
    digits = datasets.load("digits")
    images, labels = digits.train.inputs.reshape(-1, 64).astype(np.float64), digits.train.labels
    parameters = _first_parameters(start)
    batches = shuffled_minibatches(len(images), BATCH_SIZE, np.random.default_rng(5))
    for step, batch in enumerate(islice(batches, STEPS + 1)):
        engine = Engine(pieces)
        if step % SHOWN == 0:
            loss_of_all = losses.cross_entropy(_logits(engine, parameters, images).data, labels)
            yield Reading(f"digits: training loss after {step} steps", loss_of_all)
        loss = _digit_loss(engine, parameters, images[batch], labels[batch])
        yield Reading(f"digits: loss of the mini-batch at step {step + 1}", float(loss.data), shown=False)
        _learn(engine, loss, parameters)
    for name, part in (("training", digits.train), ("test", digits.test)):
        logits = _logits(Engine(pieces), parameters, part.inputs.reshape(-1, 64).astype(np.float64)).data
        right = float(np.mean(logits.argmax(axis=1) == part.labels))
        yield Reading(f"digits: share of {len(part)} {name} digits read rightly", right)


def _learn(engine: Engine, loss: Tensor, parameters: list[Tensor]) -> None:
    """One step downhill. Raises ValueError where the order of the nodes leaves a parameter out."""
    for parameter in parameters:
        parameter.grad = None
    engine.backward(loss)
    for parameter in parameters:
        if parameter.grad is None:
            raise ValueError("topological_order leaves out a parameter that the loss was computed from")
        parameter.data = parameter.data - RATE * parameter.grad


def _first_parameters(start: int) -> list[Tensor]:
    generator = np.random.default_rng(start)
    arrays = [
        generator.normal(scale=math.sqrt(2 / 64), size=(64, HIDDEN)),
        np.zeros(HIDDEN),
        generator.normal(scale=math.sqrt(2 / HIDDEN), size=(HIDDEN, 10)),
        np.zeros(10),
    ]
    return [Tensor(array, requires_grad=True) for array in arrays]


def _logits(engine: Engine, parameters: list[Tensor], images: Array) -> Tensor:
    weights1, bias1, weights2, bias2 = parameters
    hidden = engine.relu(engine.add(engine.matmul(Tensor(images), weights1), bias1))
    return engine.add(engine.matmul(hidden, weights2), bias2)


def _digit_loss(engine: Engine, parameters: list[Tensor], images: Array, labels: Array) -> Tensor:
    """The cross-entropy and half of PENALTY times the sum of the squared weights."""
    loss = engine.cross_entropy(_logits(engine, parameters, images), labels)
    for weights in parameters[::2]:
        squares = engine.total(engine.multiply(weights, weights))
        loss = engine.add(loss, engine.multiply(squares, Tensor(np.array(PENALTY / 2))))
    return loss
