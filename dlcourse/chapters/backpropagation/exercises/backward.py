"""Exercise: the backward pass of an engine for numbers."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.backpropagation.exercises.backward_mistakes import MISTAKES, key, users_told
from dlcourse.chapters.backpropagation.exercises.number_graphs import Number, chain, diamonds, graph_of, random_graph
from dlcourse.chapters.backpropagation.exercises.wrong_passes import backward_order
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.wording import is_number, kind_of, number
from dlcourse.scratch.graph import backward as reference
from dlcourse.scratch.graph import topological_order

LENGTH = 5_000
PRECISION = 1e-9


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
    nodes = topological_order(result)
    return lambda: {key(node): node.grad for node in nodes}


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what is wrong with the gradients of the nodes that ``arguments``, the result alone, was computed from."""
    (root,) = arguments
    nodes = backward_order(root)
    odd = next((node for node in nodes if not is_number(received[key(node)])), None)
    if odd is not None:
        kind = kind_of(received[key(odd)])
        return Judgement(f"form: {kind}", f"After your call `grad` of `{odd.name}` is {kind}; expected is a number.")
    expected = _gradients_of(nodes)
    for node in nodes:
        found = received[key(node)]
        if not math.isclose(found, expected[key(node)], rel_tol=PRECISION, abs_tol=PRECISION):
            return Judgement(f"gradients: {_texts(received)}", _first_fault(root, node, found, expected))
    return RIGHT


def _gradients_of(nodes: list[Number]) -> dict[str, float]:
    """The derivative of the first of ``nodes``, each before its parents, by all of them."""
    found = {key(node): 0.0 for node in nodes} | {key(nodes[0]): 1.0}
    for node in nodes:
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            found[key(parent)] += found[key(node)] * derivative
    return found


def _texts(received: dict[str, Any]) -> str:
    return " ".join(number(each, 9) for each in received.values())


def _first_fault(root: Number, node: Number, found: Any, expected: dict[str, float]) -> str:
    users = users_told(root, node, expected)
    return (
        f"On the way back the first wrong gradient is that of `{node.name}`: after your call it is {number(found)}, "
        f"and the derivative of `{root.name}` by it is {number(expected[key(node)])}. "
        + (f"`{node.name}` is used in {users}." if users else f"`{node.name}` is the result itself.")
    )


backward = Exercise(
    name="backward",
    chapter="10_backpropagation",
    task=(
        "Set `grad` of every node that `result` was computed from, `result` included, to the derivative of `result` by "
        "that node. A node has `parents`, `derivatives` (the local derivatives, one a parent, in the same order) and "
        "`grad`, which is 0.0 everywhere before the call. Return nothing. You may call "
        "`graph.topological_order(result)`. One of the graphs is a chain of 5,000 additions."
    ),
    reference=reference,
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
    mistakes=MISTAKES,
    judge=judge,
    effect=gradients,
)
