"""Exercise: the backward pass of an engine for numbers."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.backpropagation.exercises.number_graphs import Number, chain, diamonds, graph_of, random_graph
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.wording import is_number, kind_of
from dlcourse.numerals import number
from dlcourse.scratch import graph

LENGTH = 5_000
PRECISION = 1e-9


def _key(node: Number) -> str:
    return f"{node.name}.grad"


def _backward_order(root: Number) -> list[Number]:
    return graph.topological_order(root)[::-1]


def _users_told(root: Number, node: Number, gradients: dict[str, float]) -> str:
    """The steps that a node is used in, with their gradients: "`f = q × z` (gradient of `f`: 1)"; "" for the root."""
    return " and ".join(
        f"`{user.name} = {user.formula}` (gradient of `{user.name}`: {number(gradients[_key(user)])})"
        for user in _backward_order(root)
        if node in user.parents
    )


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    long_and_short: dict[str, float | str] = {"x": 3.0, "k": 2.0, "c": "x × k", "b": "c × x", "a": "b + k"}
    return [
        Case((graph_of({"x": -2.0, "y": 5.0, "z": -4.0, "q": "x + y", "f": "q × z"}),), "f = (x + y) z at −2, 5, −4"),
        Case((graph_of({"x": 3.0, "y": 2.0, "p": "x × y", "f": "p + x"}),), "f = x y + x at x = 3, y = 2"),
        Case((graph_of({"x": 3.0, "f": "x × x"}),), "f = x · x at x = 3: both operands are one node"),
        Case((graph_of({"a": 2.0, "k": 3.0, "b": "a × k", "c": "b × b", "d": "c + b"}),), "b = 3a, c = b², d = c + b"),
        Case((graph_of(long_and_short | {"f": "a × c"}),), "a long way and a short one, long first"),
        Case((graph_of(long_and_short | {"f": "c × a"}),), "a long way and a short one, short first"),
        Case((random_graph(generator, 4, 8),), "a random graph of 12 nodes"),
        Case((random_graph(generator, 6, 14),), "a random graph of 20 nodes"),
        Case((diamonds(8),), "8 diamonds in a row: 28 nodes, 256 ways"),
        Case((chain(LENGTH),), f"a chain of {LENGTH:,} additions"),
        Case((Number("x", 4.0),), "a single input", edge=True),
    ]


def gradients(result: Number) -> Callable[[], dict[str, Any]]:
    """What stands later in the `grad` of every node, by the name of that gradient.

    The nodes are gathered now: a backward pass may let go of the graph on its way, as PyTorch's does.
    """
    nodes = graph.topological_order(result)
    return lambda: {_key(node): node.grad for node in nodes}


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what is wrong with the gradients of the nodes that ``arguments``, the result alone, was computed from."""
    (root,) = arguments
    nodes = _backward_order(root)
    odd = next((node for node in nodes if not is_number(received[_key(node)])), None)
    if odd is not None:
        kind = kind_of(received[_key(odd)])
        return Judgement(f"form: {kind}", f"After your call `grad` of `{odd.name}` is {kind}; expected is a number.")
    expected = _gradients_of(nodes)
    for node in nodes:
        found = received[_key(node)]
        if not math.isclose(found, expected[_key(node)], rel_tol=PRECISION, abs_tol=PRECISION):
            return Judgement(f"gradients: {_texts(received)}", _first_fault(root, node, found, expected))
    return RIGHT


def _gradients_of(nodes: list[Number]) -> dict[str, float]:
    """The derivative of the first of ``nodes``, each before its parents, with respect to all of them."""
    found = {_key(node): 0.0 for node in nodes} | {_key(nodes[0]): 1.0}
    for node in nodes:
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            found[_key(parent)] += found[_key(node)] * derivative
    return found


def _texts(received: dict[str, Any]) -> str:
    return " ".join(number(each, 9) for each in received.values())


def _first_fault(root: Number, node: Number, found: Any, expected: dict[str, float]) -> str:
    users = _users_told(root, node, expected)
    return (
        f"On the way back the first wrong gradient is that of `{node.name}`: after your call it is {number(found)}, "
        f"and the derivative of `{root.name}` with respect to it is {number(expected[_key(node)])}. "
        + (f"`{node.name}` is used in {users}." if users else f"`{node.name}` is the result itself.")
    )


def _first_wrong(outcome: Outcome) -> Number:
    """The first node on the way back whose gradient is not the expected one."""
    nodes = _backward_order(outcome.case.arguments[0])
    return next(node for node in nodes if outcome.received[_key(node)] != outcome.expected[_key(node)])


backward = Exercise(
    graph.backward,
    chapter="10_backpropagation",
    task=(
        "Set `grad` of every node that `result` was computed from, `result` included, to the derivative of `result` "
        "with respect to that node. A node has `parents`, `derivatives` (the local derivatives, one a parent, in the "
        "same order) and `grad`, which is 0.0 everywhere before the call. Return nothing. You may call "
        "`graph.topological_order(result)`. One of the graphs is a chain of 5,000 additions."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Do it on paper for f = (x + y) z first. Which gradient do you know before you start? And what does a node "
        "do when its turn comes?",
        "A node's turn comes when everything has arrived at it, so after all nodes that use it: in the topological "
        "order that is from the end to the start.",
        "At its turn a node gives each parent *incoming times local*. What it gives is added to what the parent "
        "already has from elsewhere.",
        "`result.grad = 1.0`; then for each `node` of `reversed(graph.topological_order(result))`, and each `parent` "
        "and `derivative` of `zip(node.parents, node.derivatives)`: add `node.grad * derivative` to `parent.grad`.",
    ],
    judge=judge,
    effect=gradients,
    fields={
        "at_in": "{at}`{node}` is used in {uses}. ",
        "at": "In “{case}” the gradient of `{node}` should be {right}, and you give it {yours}. ",
        "node": lambda outcome: _first_wrong(outcome).name,
        "right": lambda outcome: number(outcome.expected[_key(_first_wrong(outcome))]),
        "yours": lambda outcome: number(outcome.received[_key(_first_wrong(outcome))]),
        "uses": lambda outcome: _users_told(outcome.case.arguments[0], _first_wrong(outcome), outcome.expected),
    },
)

backward.add_mistake(
    "overwritten",
    mutated(graph.backward, ("+=", "=")),
    "{at_in}`parent.grad = ...` forgets what another way has brought before; the contributions of all ways are added: "
    "`+=`.",
)
backward.add_mistake(
    "forward_order",
    mutated(graph.backward, ("reversed(topological_order(result))", "topological_order(result)")),
    "{at}You go through the nodes in the order of the computation, inputs first. When their turn comes they have no "
    "gradient to hand on yet; only the last step reaches its operands. Go through the list from its end: "
    "`reversed(...)`.",
)
backward.add_mistake(
    "no_start",
    mutated(graph.backward, ("result.grad = 1.0", "result.grad = 0.0")),
    "Every gradient is 0 after your call. The pass multiplies what comes in, and something has to come in first: the "
    "derivative of the result with respect to itself, 1. Set it before the loop. (A gradient that you compute and "
    "return is lost here, too: it belongs in the node's `grad`.)",
)
backward.add_mistake(
    "incoming_not_multiplied",
    mutated(graph.backward, ("node.grad * derivative", "derivative")),
    "{at_in}You add the local derivative alone. It says how that step's result changes with `{node}`; how the end "
    "result changes with that step is the step's own gradient: multiply by `node.grad`.",
)
backward.add_mistake(
    "local_not_multiplied",
    mutated(graph.backward, ("node.grad * derivative", "node.grad")),
    "{at_in}You hand on the incoming gradient as it is. That is right for a sum; in general it is multiplied by the "
    "local derivative that belongs to this parent.",
)


def _hand_on(node: Number) -> None:
    for parent, derivative in zip(node.parents, node.derivatives, strict=True):
        parent.grad += node.grad * derivative


def _every_node_once(result: Number, taken: int) -> None:
    """In the order in which nodes are found: `taken` 0 from a queue, -1 from a stack."""
    result.grad = 1.0
    seen, waiting = set(), [result]
    while waiting:
        node = waiting.pop(taken)
        if node not in seen:
            seen.add(node)
            _hand_on(node)
            waiting += node.parents[::-1] if taken else node.parents


def _at_every_arrival(result: Number, taken: int, turn: int = 1) -> None:
    result.grad = 1.0
    waiting = [result]
    while waiting:
        node = waiting.pop(taken)
        _hand_on(node)
        waiting += node.parents[::turn]


@backward.mistake
def level_by_level(result: Number) -> None:
    """{at}Some node hands its gradient on before all of it has arrived. You go back level by level, and a node can be
    near the result along one way and far along another. Its turn comes after that of *every* node that uses it."""
    _every_node_once(result, taken=0)


@backward.mistake
def when_first_reached(result: Number) -> None:
    """{at}You visit every node once, depth first, when it is first reached; another way to it may not have arrived by
    then, and what it brings is never handed on. Its turn comes after that of *every* node that uses it: that is what
    the topological order is for."""
    _every_node_once(result, taken=-1)


def _at_once(result: Number) -> None:
    """Each parent is visited when it has been given its part."""
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


TWICE = (
    "{at}It counts some ways twice: a node is visited at every arrival, and each time it hands on *all* that it has, "
    "also what it handed on before. {how}Every node hands on once, when its gradient is complete: go through "
    "`graph.topological_order(result)` from its end."
)

backward.add_mistake(
    "all_again_at_every_arrival",
    _at_once,
    TWICE,
    how="Each parent has its turn at once, where others that use it have to come first. ",
)
backward.add_mistake(
    "all_again_by_calls",
    lambda result: _at_every_arrival(result, taken=-1, turn=-1),
    TWICE,
    how="A function that gives to the parents and then calls itself for each does that. ",
)
backward.add_mistake(
    "all_again_from_a_stack",
    lambda result: _at_every_arrival(result, taken=-1),
    TWICE,
    how="Your stack of waiting nodes holds a node once for each use. ",
)
backward.add_mistake(
    "all_again_from_a_queue",
    lambda result: _at_every_arrival(result, taken=0),
    TWICE,
    how="Your queue of waiting nodes holds a node once for each use. ",
)


@backward.mistake
def along_every_way(result: Number) -> None:
    """The gradients are right, until the graph is deep: your function calls itself for each parent, 5,000 calls inside
    each other on the chain, and Python ends with RecursionError after about 1,000. It also follows every *way* on its
    own, and their number doubles with each fan-out: 60 in a row would take thousands of years. Let each node hand on
    once, from a list: `graph.topological_order(result)`, backwards."""

    def send(node: Number, gradient: float) -> None:
        node.grad += gradient
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            send(parent, gradient * derivative)

    send(result, 1.0)
