"""Exercise: the nodes of a graph in an order in which every node stands after its parents."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.backpropagation.exercises.abstract_graphs import Node, chain, diamonds, graph, random_graph
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.wording import kind_of, plural
from dlcourse.scratch import graph as library

LENGTH = 5_000


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((graph({"x": "", "y": "", "z": "", "q": "xy", "f": "qz"}),), "q = x + y, f = q · z"),
        Case((graph({"x": "", "a": "x", "b": "xa", "f": "ba"}),), "a = x², b = x · a, f = b + a"),
        Case((graph({"x": "", "c": "x", "b": "c", "a": "b", "f": "ac"}),), "a long way and a short one, long first"),
        Case((graph({"x": "", "c": "x", "b": "c", "a": "b", "f": "ca"}),), "a long way and a short one, short first"),
        Case((graph({"x": "", "f": "xx"}),), "f = x · x: both operands are one node"),
        Case((random_graph(generator, 4, 8),), "a random graph of 12 nodes"),
        Case((random_graph(generator, 6, 14),), "a random graph of 20 nodes"),
        Case((diamonds(9),), "9 diamonds in a row: 28 nodes, 512 ways"),
        Case((chain(LENGTH),), f"a chain of {LENGTH:,} nodes"),
        Case((Node("x"),), "a single input", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what is wrong with an order of the nodes that ``arguments``, the root alone, was computed from."""
    if not isinstance(received, list | tuple):
        return Judgement(f"form: {type(received).__name__}", f"Your result is {kind_of(received)}; expected is a list.")
    (root,) = arguments
    foreign = [each for each in received if not isinstance(each, Node)]
    if foreign:
        return Judgement(
            f"foreign: {type(foreign[0]).__name__}",
            f"Your list holds {kind_of(foreign[0])}; expected are nodes of the graph.",
        )
    wanted = {node.name: [parent.name for parent in node.parents] for node in library.topological_order(root)}
    names = [node.name for node in received]
    if not set(names) <= set(wanted):
        return Judgement("foreign", "Your list holds a node that `root` was not computed from.")
    return _judged_by_names(root.name, wanted, names)


def _judged_by_names(root: str, wanted: dict[str, list[str]], names: list[str]) -> Judgement:
    given = Counter(names)
    if len(given) < len(names):
        twice = next(name for name in wanted if given[name] > 1)
        return Judgement(
            "repeated",
            f"Your list has {plural(len(names), 'node')}, and the graph {len(wanted)}: `{twice}` stands in it "
            f"{given[twice]} times. Every node stands in it once.",
        )
    missing = [name for name in wanted if name not in given]
    if missing:
        return _judged_missing(root, wanted, missing)
    place = {name: index for index, name in enumerate(names)}
    early = [(name, parent) for name in wanted for parent in wanted[name] if place[parent] > place[name]]
    if not early:
        return RIGHT
    node, parent = early[0]
    backwards = len(early) == sum(map(len, wanted.values()))
    return Judgement(
        "backwards" if backwards else "order",
        f"In your list `{node}` (at {place[node]}) stands before `{parent}` (at {place[parent]}), which it was "
        f"computed from{', and so it is with every node and its parents' if backwards else ''}.",
    )


def _judged_missing(root: str, wanted: dict[str, list[str]], missing: list[str]) -> Judgement:
    kinds = {"root" if name == root else "result" if wanted[name] else "input" for name in missing}
    return Judgement(
        f"missing: {', '.join(sorted(kinds))} {len(missing) if 'result' in kinds else ''}",
        f"{plural(len(missing), 'node')} of {len(wanted)} {'is' if len(missing) == 1 else 'are'} missing in your list, "
        f"among them `{missing[0]}`.",
    )


topological_order = Exercise(
    library.topological_order,
    chapter="10_backpropagation",
    task=(
        "Return a list of all nodes that `root` was computed from, `root` itself last: every node once, and after all "
        "of its parents. The parents of a node are the tuple `node.parents`, empty for an input. There are several "
        "such orders; any of them is right. One of the graphs is a chain of 5,000 nodes."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Draw q = x + y, f = q · z. When may a node be put down? And how does your function know that a node has been "
        "put down before, when it comes there along a second way?",
        "With calls it is short: order the parents first, then put down the node, and skip what was seen. But Python "
        "allows about 1,000 calls inside each other, and a chain of 5,000 nodes needs 5,000.",
        "Keep the nodes that wait for their parents in a list of your own, and look at its last one: if one of its "
        "parents has not been seen yet, that parent waits next; if there is none left, the node is put down.",
        "So, with `waiting = [root]` and `seen = set(waiting)`: `while waiting:` take `node = waiting[-1]`, and look "
        "for a parent that is not in `seen`. Found: add it to `seen` and to `waiting`. Not found: `order.append(node)` "
        "and `waiting.pop()`.",
    ],
    judge=judge,
    fields={
        "early": "A node can be reached along a short way before all that needs it has been reached along a long one. ",
        "ways": lambda outcome: f"{len(outcome.received)} nodes where the graph has {len(outcome.expected)}",
    },
)


@topological_order.mistake
def recursive(root: Node) -> list[Node]:
    """The order is right, until the graph is deep: on a chain of 5,000 nodes your function calls itself 5,000 times,
    each call waiting for the next, and Python ends with RecursionError after about 1,000. A recurrent network over a
    long text makes such chains. Keep the waiting nodes in a list of your own, and loop."""
    order: dict[Node, None] = {}

    def visit(node: Node) -> None:
        for parent in node.parents:
            if parent not in order:
                visit(parent)
        order[node] = None

    visit(root)
    return list(order)


topological_order.add_mistake(
    "backwards",
    mutated(library.topological_order, ("return order", "return order[::-1]")),
    "Your order is right, read from the end: `root` comes first, and each node before its parents. That is how the "
    "backward pass goes through it; here the parents are asked for first, in the order of the computation.",
)
topological_order.add_mistake(
    "every_way",
    mutated(library.topological_order, ("elif node not in seen", "else")),
    "On “{case}” your list holds {ways}: a node stands in it once for every way that leads to it. Then the backward "
    "pass would go through it several times, and the number of ways doubles with every fan-out. Keep a set of the "
    "nodes that you have seen.",
)


@topological_order.mistake
def level_by_level(root: Node) -> list[Node]:
    """{early}You go back level by level and turn the list around: the level of a node is the length of the shortest
    way to it, where the longest decides. Put a node down only once all of its parents are."""
    order, seen = [root], {root}
    for node in order:
        new = dict.fromkeys(parent for parent in node.parents if parent not in seen)
        seen.update(new)
        order += new
    return order[::-1]


def _preorder(root: Node, turn: int) -> list[Node]:
    order: dict[Node, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in order:
            order[node] = None
            waiting += node.parents[::turn]
    return list(order)[::-1]


topological_order.add_mistake(
    "when_first_reached_from_the_last_parent",
    lambda root: _preorder(root, turn=1),
    "{early}Your stack takes the last parent first and notes a node when it is taken from the stack; the reversed list "
    "then holds it in front of something that it needs. Note a node when its parents are done, not when it is found.",
)
topological_order.add_mistake(
    "when_first_reached_from_the_first_parent",
    lambda root: _preorder(root, turn=-1),
    "{early}You note a node on the way down, at the first visit, first parent first, and turn the list around. A node "
    "has to be noted on the way up, after all of its parents.",
)


@topological_order.mistake
def first_parents_only(root: Node) -> list[Node]:
    """You follow the first parent of each node, one line through the graph. A node waits for all of its parents: go
    through `node.parents`."""
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


topological_order.add_mistake(
    "without_the_inputs",
    lambda root: [node for node in library.topological_order(root) if node.parents],
    "The inputs are missing, the nodes without parents. There is nothing to pass on behind them, but they are the ones "
    "whose gradients are wanted: they belong in the list.",
)
