"""What people write when they put the nodes of a graph in order, and what to tell them."""

from collections import deque
from collections.abc import Callable
from typing import Any

from dlcourse.chapters.backpropagation.exercises.abstract_graphs import Node
from dlcourse.exercises.kinds.exercise import Mistake, Outcome
from dlcourse.exercises.teaching.feedback import together
from dlcourse.scratch.graph import topological_order

TOO_DEEP = (
    "The order is right, until the graph is deep: on a chain of 5,000 nodes your function calls itself 5,000 times, "
    "each call waiting for the next, and Python ends with RecursionError after about 1,000. A "
    "recurrent network over a long text makes such chains. Keep the waiting nodes in a list of your own, and loop."
)


def _recursive(root: Node) -> list[Node]:
    order: list[Node] = []
    seen: set[Node] = set()

    def visit(node: Node) -> None:
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def _preorder(root: Node, last_parent_first: bool) -> list[Node]:
    """Every node when it is first reached, depth first, and the whole reversed."""
    order: list[Node] = []
    seen: set[Node] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        waiting.extend(node.parents if last_parent_first else reversed(node.parents))
    return order[::-1]


def _level_by_level(root: Node) -> list[Node]:
    order, seen, waiting = [], {root}, deque([root])
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return order[::-1]


def _every_way(root: Node) -> list[Node]:
    """Without a memory of what has been seen: once for each way."""
    order: list[Node] = []
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        else:
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in reversed(node.parents))
    return order


def _every_way_by_calls(root: Node) -> list[Node]:
    return [each for parent in root.parents for each in _every_way_by_calls(parent)] + [root]


def _first_parents(root: Node) -> list[Node]:
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


def _only_if(keep: Callable[[Node, Node], bool]) -> Callable[[Node], list[Node]]:
    return lambda root: [node for node in topological_order(root) if keep(node, root)]


def _ways(outcome: Outcome) -> str:
    received: list[Any] = outcome.received
    return f"{len(received)} nodes where the graph has {len(outcome.expected)}"


EARLY = "A node can be reached along a short way before all that needs it has been reached along a long one. "

_REPEATED = Mistake(
    "every_way",
    _every_way,
    lambda outcome: (
        f"On “{outcome.case.label}” your list holds {_ways(outcome)}: a node stands in it once for every way that "
        "leads to it. Then the backward pass would go through it several times, and the number of ways doubles with "
        "every fan-out. Keep a set of the nodes that you have seen."
    ),
)

MISTAKES = [
    Mistake("recursive", _recursive, TOO_DEEP),
    Mistake(
        "backwards",
        lambda root: topological_order(root)[::-1],
        "Your order is right, read from the end: `root` comes first, and each node before its parents. That is how the "
        "backward pass goes through it; here the parents are asked for first, in the order of the computation.",
    ),
    _REPEATED,
    together(
        _REPEATED,
        "by_calls",
        _every_way_by_calls,
        "And on a chain of 5,000 nodes the calls inside each other are too many for Python (RecursionError): keep the "
        "waiting nodes in a list of your own.",
    ),
    Mistake(
        "level_by_level",
        _level_by_level,
        EARLY + "You go back level by level and turn the list around: the level of a node is the length of the "
        "shortest way to it, where the longest decides. Put a node down only once all of its parents are.",
    ),
    Mistake(
        "when_first_reached_from_the_last_parent",
        lambda root: _preorder(root, last_parent_first=True),
        EARLY + "Your stack takes the last parent first and notes a node when it is taken from the stack; the reversed "
        "list then holds it in front of something that it needs. Note a node when its parents are done, not when it is "
        "found.",
    ),
    Mistake(
        "when_first_reached_from_the_first_parent",
        lambda root: _preorder(root, last_parent_first=False),
        EARLY + "You note a node on the way down, at the first visit, first parent first, and turn the list around. A "
        "node has to be noted on the way up, after all of its parents.",
    ),
    Mistake(
        "first_parents_only",
        _first_parents,
        "You follow the first parent of each node, one line through the graph. A node waits for all of its parents: "
        "go through `node.parents`.",
    ),
    Mistake(
        "parents_of_the_root_only",
        lambda root: [*dict.fromkeys(root.parents), root],
        "You put down the parents of `root` and `root`. The parents have parents themselves: go on until there are "
        "none.",
    ),
    Mistake(
        "without_the_inputs",
        _only_if(lambda node, root: bool(node.parents)),
        "The inputs are missing, the nodes without parents. There is nothing to pass on behind them, but they are the "
        "ones whose gradients are wanted: they belong in the list.",
    ),
    Mistake(
        "without_the_root",
        _only_if(lambda node, root: node is not root),
        "Everything but `root` itself is there. It belongs at the end: the backward pass begins with it.",
    ),
    Mistake(
        "names_for_nodes",
        lambda root: [repr(node) for node in topological_order(root)],
        "Your list holds texts, the names of the nodes. Return the nodes themselves: the backward pass works on them.",
    ),
]
