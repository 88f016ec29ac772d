"""What comes out of the usual slips when the gradients of a small graph are worked out by hand."""

import math
from collections.abc import Callable, Sequence
from itertools import combinations

from dlcourse.chapters.backpropagation.exercises.small_graphs import INPUTS, SmallGraph
from dlcourse.exercises.kinds.several_numbers import WrongNumbers
from dlcourse.scratch.graph import topological_order
from dlcourse.scratch.value import Value

Gradients = dict[str, float]
Slopes = Callable[[Value], list[float]]


def slopes(node: Value) -> list[float]:
    """The local derivatives of a result with respect to its operands."""
    return [node.by_left, node.by_right]


def times(gradient: float, slope: float) -> float:
    """The chain rule: the gradient of the result, times the local derivative."""
    return gradient * slope


def gradients(
    graph: SmallGraph,
    slopes: Slopes = slopes,
    together: Callable[[Sequence[float]], float] = sum,
    passed_on: Callable[[float, float], float] = times,
    start: float = 1.0,
) -> Gradients:
    """The gradients of a graph's inputs, by backpropagation, or with one part of it done another way.

    ``slopes`` gives the local derivatives of an operation, ``passed_on`` what an operand gets of the gradient of the
    result, ``together`` what becomes of several such parts, in the order in which they were used.
    """
    parts: dict[Value, list[float]] = {node: [] for node in topological_order(graph.root)}
    parts[graph.root] = [start]
    for node in reversed(graph.steps.values()):
        found = together(parts[node][::-1])
        for parent, slope in zip(node.parents, slopes(node), strict=True):
            parts[parent].append(passed_on(found, slope))
    return {name: float(together(parts[node][::-1])) for name, node in graph.inputs.items()}


def _instead(operation: str, wrong: Slopes) -> Slopes:
    return lambda node: wrong(node) if node.operation == operation else slopes(node)


def wrong_gradients(graph: SmallGraph) -> list[WrongNumbers]:
    """The usual slips, with the gradients that each gives when it is made everywhere."""
    return [*_of_paths(graph), *_of_rules(graph), *_of_chains(graph), *_of_right_numbers(graph)]


def _of_paths(graph: SmallGraph) -> list[WrongNumbers]:
    ways = ", ".join(f"`{name}` in `{'` and in `'.join(users)}`" for name, users in graph.parted.items())
    return [
        WrongNumbers(
            "first_path_only",
            gradients(graph, together=lambda parts: parts[0]),
            f"Two ways lead on where a number is used twice ({ways}), and you followed the first one only. A change of "
            "that number arrives along both ways, so its gradient is the sum over them.",
        ),
        WrongNumbers(
            "last_path_only",
            gradients(graph, together=lambda parts: parts[-1]),
            f"A number that is used twice ({ways}) gets a part of its gradient from each use. You have the part from "
            "the last use; that from the first is missing, as if it had been written over. Add the two.",
        ),
        WrongNumbers(
            "paths_multiplied",
            gradients(graph, together=math.prod),
            f"You multiplied where two ways meet: {ways}. Along one way the local derivatives are multiplied; the "
            "contributions of different ways are added.",
        ),
        WrongNumbers(
            "paths_subtracted",
            gradients(graph, together=lambda parts: parts[0] - sum(parts[1:])),
            f"Two ways meet ({ways}), and you took the difference of what they bring. It is a sum always: a minus "
            "sign in the graph is already in the local derivative of that subtraction.",
        ),
    ]


def _of_rules(graph: SmallGraph) -> list[WrongNumbers]:
    return [
        WrongNumbers(
            "minus_as_plus",
            gradients(graph, slopes=_instead("−", lambda node: [1.0, 1.0])),
            "A sign was lost at a subtraction: in u − v the local derivative of v is −1. When v grows, the difference "
            "falls.",
        ),
        WrongNumbers(
            "own_factor",
            gradients(graph, slopes=_instead("×", lambda node: [parent.data for parent in node.parents])),
            "At a product you multiplied by the factor itself. The local derivative with respect to u of u · v is the "
            "other, v: it says how much of a change of u arrives.",
        ),
        WrongNumbers(
            "no_factor",
            gradients(graph, slopes=_instead("×", lambda node: [1.0, 1.0])),
            "At a product you passed the gradient on as it came, as a sum does. The local derivative with respect to u "
            "of u · v is v: multiply by it.",
        ),
    ]


def _of_chains(graph: SmallGraph) -> list[WrongNumbers]:
    return [
        WrongNumbers(
            "local_gradients",
            gradients(graph, passed_on=lambda gradient, slope: slope),
            "Those are local derivatives: how the very next result answers to its operand. What is asked is the answer "
            "of `f`, at the end. Multiply by the gradient of that next result, which you find first, from the right.",
        ),
        WrongNumbers(
            "added_along_the_path",
            gradients(graph, passed_on=lambda gradient, slope: gradient + slope),
            "Along one way you added the local derivatives. A change is stretched by each of them in turn, so they "
            "are multiplied; only different ways are added.",
        ),
        WrongNumbers(
            "started_with_the_value",
            gradients(graph, start=graph.root.data),
            f"The right number is multiplied by {graph.root.data:g}: you began at `f` with its value. The gradient of "
            "`f` itself is 1, whatever its value.",
        ),
        WrongNumbers(
            "values",
            {name: node.data for name, node in graph.inputs.items()},
            "Those are the values of the inputs, which stand in green above the wires. A gradient says how fast `f` "
            "changes when one of them does.",
        ),
    ]


def _of_right_numbers(graph: SmallGraph) -> list[WrongNumbers]:
    right = gradients(graph)
    return [
        WrongNumbers(
            "all_signs",
            {name: -value for name, value in right.items()},
            "The sign is turned. Was the gradient of `f` itself taken as −1? It is 1. Or a minus of the graph counted "
            "twice? Count those on each way.",
        ),
        *(
            WrongNumbers(
                f"{one}_and_{other}_exchanged",
                {**right, one: right[other], other: right[one]},
                f"The numbers of `{one}` and `{other}` are exchanged: each stands under the other's name.",
            )
            for one, other in combinations(INPUTS, 2)
        ),
    ]
