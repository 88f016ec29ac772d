"""Where the nodes of a computational graph stand: columns from left to right, heights, and the way of every edge.

The steps are those of layered graph drawing (Sugiyama, Tagawa and Toda, 1981, "Methods for visual understanding of
hierarchical system structures"): columns by the longest path, edges that skip columns led through each of them,
crossings reduced by barycentres, heights by least squares. Nothing here draws, and nothing recurses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dlcourse.plots.graph_order import Wiring, heights, ordered


class GraphNode(Protocol):
    """A node of a computational graph, of whatever class: a value, and the operation that it came from."""

    @property
    def data(self) -> Any:
        """The value: a number or an array of any shape."""

    @property
    def grad(self) -> Any:
        """The gradient of the graph's result for this value, of its shape; None before the backward pass."""

    @property
    def parents(self) -> tuple[Any, ...]:
        """The nodes that the operation took, in the order of its arguments; empty for a leaf."""

    @property
    def operation(self) -> str:
        """A short sign such as "+" or "relu"; empty for a leaf."""


@dataclass(frozen=True)
class Edge:
    """Argument number ``argument`` of node ``child`` is node ``parent``; both are places in ``GraphLayout.nodes``."""

    parent: int
    child: int
    argument: int


@dataclass(frozen=True)
class GraphLayout:
    """A laid out graph.

    ``nodes`` hold every node once, parents before children, the root last; ``columns`` (from 0, at the left) and
    ``ys`` (upwards, the unit is that of ``reach``) say where each stands; ``edges`` come in the order of ``nodes`` and
    arguments. All edges that leave one node share one wire: ``bends[parent, column]`` is its height in a column that
    it passes through on its way.
    """

    nodes: tuple[GraphNode, ...]
    columns: tuple[int, ...]
    ys: tuple[float, ...]
    edges: tuple[Edge, ...]
    bends: dict[tuple[int, int], float]

    def index(self, node: GraphNode) -> int:
        """The place of ``node`` in ``nodes``. Raises ValueError when the graph does not hold it."""
        for index, known in enumerate(self.nodes):
            if known is node:
                return index
        raise ValueError("The graph does not hold this node: its result was not computed from it.")


Reach = Callable[[GraphNode], tuple[float, float]]


def half_a_row(_: GraphNode) -> tuple[float, float]:
    """The default reach: every node takes a row of height 1."""
    return 0.5, 0.5


def layout(root: GraphNode, *, reach: Reach = half_a_row, wire: float = 0.2) -> GraphLayout:
    """Lays out the graph that ended in ``root``: every node to the right of its parents, as few crossings as found.

    ``reach(node)`` is the room (above, below) that a node and its texts need, in any unit of length; ``wire`` is the
    room on either side of an edge that passes by, in the same unit. A leaf stands right before its first child. The
    first argument of an operation is the upper one, wherever the rest of the graph lets it. The same graph gives the
    same layout; 40 nodes take well under a second, even tangled ones.
    """
    nodes = nodes_of(root)
    places = {id(node): index for index, node in enumerate(nodes)}
    parents = [[places[id(parent)] for parent in node.parents] for node in nodes]
    edges = [Edge(parent, child, k) for child, row in enumerate(parents) for k, parent in enumerate(row)]
    columns = _columns(parents)
    wiring, bends = _wired(parents, columns)
    wiring = ordered(wiring)
    room = [reach(node) for node in nodes]
    ys = heights(wiring, room, wire, _hanging(parents))
    return GraphLayout(
        nodes=nodes,
        columns=tuple(columns),
        ys=tuple(ys[: len(nodes)]),
        edges=tuple(edges),
        bends={key: ys[vertex] for key, vertex in bends.items()},
    )


def nodes_of(root: GraphNode) -> tuple[GraphNode, ...]:
    """Every node that ``root`` was computed from, once each, parents before children, ``root`` last; any depth."""
    found: list[GraphNode] = []
    seen: set[int] = set()
    waiting: list[tuple[GraphNode, bool]] = [(root, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            found.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(parent, False) for parent in reversed(node.parents)]
    return tuple(found)


def _hanging(parents: Sequence[Sequence[int]]) -> set[int]:
    """The leaves, such as constants, that are only ever combined with results: they stand beside the way."""
    leaves = {node for node, row in enumerate(parents) if not row}
    return leaves - {parent for row in parents if leaves.issuperset(row) for parent in row}


def _columns(parents: Sequence[Sequence[int]]) -> list[int]:
    """The column of each node: by the longest path from the leaves, then moved right where that shortens edges."""
    count = len(parents)
    children: list[list[int]] = [[] for _ in range(count)]
    columns = [0] * count
    for child, row in enumerate(parents):
        for parent in row:
            children[parent].append(child)
        columns[child] = 1 + max((columns[parent] for parent in row), default=-1)
    for node in reversed(range(count - 1)):
        # A parent without other children comes along: only those that others hold in place count against moving.
        held = sum(len(set(children[parent])) > 1 for parent in set(parents[node]))
        if held <= len(set(children[node])):
            columns[node] = min(columns[child] for child in children[node]) - 1
    left = min(columns)
    return [column - left for column in columns]


def _wired(parents: Sequence[Sequence[int]], columns: Sequence[int]) -> tuple[Wiring, dict[tuple[int, int], int]]:
    """The graph with a further vertex wherever a node's wire passes a column; and that vertex by (node, column)."""
    count = len(parents)
    bends: dict[tuple[int, int], int] = {}
    places: list[list[int]] = [[] for _ in range(max(columns) + 1)]
    links: list[list[tuple[int, int, float]]] = [[] for _ in range(max(columns))]
    for node, column in enumerate(columns):
        places[column].append(node)
    for child, row in enumerate(parents):
        for argument, parent in enumerate(row):
            last = parent
            for column in range(columns[parent] + 1, columns[child]):
                if (parent, column) not in bends:
                    bends[parent, column] = count + len(bends)
                    places[column].append(bends[parent, column])
                    links[column - 1].append((last, bends[parent, column], 0.5))
                last = bends[parent, column]
            links[columns[child] - 1].append((last, child, (argument + 0.5) / len(row)))
    source = {vertex: parent for (parent, _), vertex in bends.items()}
    for column_places in places:  # the order of the nodes draws a tree without crossings: begin with it
        column_places.sort(key=lambda vertex: source.get(vertex, vertex))
    return Wiring(places, links, count), bends
