"""Wrong ways back through a graph of numbers, as people write them."""

from collections import deque
from collections.abc import Callable

from dlcourse.chapters.backpropagation.exercises.number_graphs import Number
from dlcourse.scratch.graph import topological_order

Rule = Callable[[Number, Number, float], float]  # node, its parent, the local derivative -> what the parent gets


def backward_order(result: Number) -> list[Number]:
    """Every node before its parents."""
    return topological_order(result)[::-1]


def hand_on(node: Number) -> None:
    """Give every parent its part: incoming times local."""
    for parent, derivative in zip(node.parents, node.derivatives, strict=True):
        parent.grad += node.grad * derivative


def in_order(order: Callable[[Number], list[Number]], start: float = 1.0) -> Callable[[Number], None]:
    """The backward pass with the nodes in another order, or with another gradient of the result at its start."""

    def backward(result: Number) -> None:
        result.grad = start
        for node in order(result):
            hand_on(node)

    return backward


def with_rule(rule: Rule) -> Callable[[Number], None]:
    """The backward pass in which a parent gets something else."""

    def backward(result: Number) -> None:
        result.grad = 1.0
        for node in backward_order(result):
            for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                parent.grad += rule(node, parent, derivative)

    return backward


def overwritten(result: Number) -> None:
    """What another way has brought is lost."""
    result.grad = 1.0
    for node in backward_order(result):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad = node.grad * derivative


def first_kept(result: Number) -> None:
    """What arrives later is dropped."""
    result.grad = 1.0
    for node in backward_order(result):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad = parent.grad or node.grad * derivative


def own_value_for_one(result: Number) -> None:
    """The result starts with its value."""
    result.grad = result.data
    for node in backward_order(result):
        hand_on(node)


def first_parent_only(result: Number) -> None:
    """Second operands get nothing."""
    result.grad = 1.0
    for node in backward_order(result):
        for parent, derivative in list(zip(node.parents, node.derivatives, strict=True))[:1]:
            parent.grad += node.grad * derivative


def parents_in_a_dictionary(result: Number) -> None:
    """A number multiplied by itself gets its part once."""
    result.grad = 1.0
    for node in backward_order(result):
        for parent, derivative in dict(zip(node.parents, node.derivatives, strict=True)).items():
            parent.grad += node.grad * derivative


def result_alone(result: Number) -> None:
    """Nodes take from their parents, which have nothing."""
    result.grad = 1.0
    for node in backward_order(result):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            node.grad += parent.grad * derivative


def result_left_out(result: Number) -> None:
    """Right, but for the result itself."""
    in_order(backward_order)(result)
    result.grad = 0.0


def inputs_only(result: Number) -> None:
    """Right at the inputs, 0 between."""
    in_order(backward_order)(result)
    for node in topological_order(result):
        if node.parents:
            node.grad = 0.0


def depth_first(result: Number) -> None:
    """Each parent is visited at once when it has been given its part."""
    result.grad = 1.0
    waiting = [(result, zip(result.parents, result.derivatives, strict=True))]
    while waiting:
        node, rest = waiting[-1]
        parent, derivative = next(rest, (None, 0.0))
        if parent is None:
            waiting.pop()
        else:
            parent.grad += node.grad * derivative
            waiting.append((parent, zip(parent.parents, parent.derivatives, strict=True)))


def every_arrival(result: Number, newest: bool, backwards: bool = False) -> None:
    """A node is visited once for every way that leads to it, and hands on all it has each time."""
    result.grad = 1.0
    waiting = deque([result])
    while waiting:
        node = waiting.pop() if newest else waiting.popleft()
        hand_on(node)
        waiting.extend(node.parents[::-1] if backwards else node.parents)


def level_by_level(result: Number) -> list[Number]:
    """By the length of the shortest way from the result."""
    order, waiting = {result: None}, deque([result])
    while waiting:
        for parent in waiting.popleft().parents:
            if parent not in order:
                order[parent] = None
                waiting.append(parent)
    return list(order)


def first_reached(result: Number) -> list[Number]:
    """Depth first, every node when it is first reached."""
    order: dict[Number, None] = {}
    waiting = [result]
    while waiting:
        node = waiting.pop()
        if node not in order:
            order[node] = None
            waiting.extend(reversed(node.parents))
    return list(order)


def along_every_way(result: Number) -> None:
    """By calls, each way on its own, with its own product."""

    def send(node: Number, gradient: float) -> None:
        node.grad += gradient
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            send(parent, gradient * derivative)

    send(result, 1.0)
