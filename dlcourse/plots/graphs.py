"""The picture of a computational graph: operations as circles, leaves as boxes, values above and gradients below.

The graph may be of any class whose objects have ``data``, ``grad``, ``parents`` and ``operation``.
"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from dlcourse.plots import style
from dlcourse.plots.graph_drawing import GraphPicture, drawn
from dlcourse.plots.graph_labels import Label
from dlcourse.plots.graph_layout import GraphNode, layout, nodes_of
from dlcourse.plots.graph_text import graph_text
from dlcourse.plots.showing import describe

MOST_NODES = 40
WIRE_ROOM = 0.12  # inches on either side of an edge that passes others by


def computational_graph(
    root: GraphNode,
    names: Mapping[str, GraphNode] | None = None,
    *,
    gradients: bool = True,
    ax: Axes | None = None,
    decimals: int = 2,
) -> Axes:
    """Draws the computation that ended in ``root``, from left to right.

    Operations are circles with their sign, leaves boxes with their name from ``names``, such as ``{"x": x, "q": q}``
    (a leaf without one holds its value). The wire that leaves a node carries its value, above it in green, and its
    gradient, below it in red, once, before the wire parts for several children: the gradient is the sum over them.
    Nothing red is drawn with ``gradients=False`` and for nodes whose gradient is None. Numbers have ``decimals``
    decimals; arrays show their shape, and their entries when they have at most three. The first argument of an
    operation arrives above the second wherever the rest of the graph lets it; where it does not and the order matters,
    as for "−", the operation shows the numbers of its arguments. A graph wider than the page goes on below.

    Without ``ax`` the figure is as large as the graph needs; with it, everything is scaled to fit its size. Names of
    nodes elsewhere are left out, so that a part may be drawn with the names of the whole.

    Raises ValueError above 40 nodes, for a graph that its backward pass has freed, and when none of ``names`` is in the
    graph; TypeError when ``root`` or a name stands for something that is no node.
    """
    return draw_graph(root, names, gradients=gradients, ax=ax, decimals=decimals).ax


@style.course_style()
def draw_graph(
    root: GraphNode,
    names: Mapping[str, GraphNode] | None = None,
    *,
    gradients: bool = True,
    ax: Axes | None = None,
    decimals: int = 2,
) -> GraphPicture:
    """Does what ``computational_graph`` does and returns the artists of every node and edge, to change them later."""
    nodes = _checked_nodes(root)
    named = _checked_names(names or {}, nodes)
    labels = [Label(node, named.get(index, ""), gradients, decimals) for index, node in enumerate(nodes)]
    by_node = {id(label.node): label for label in labels}
    graph = layout(root, reach=lambda node: by_node[id(node)].reach, wire=WIRE_ROOM)
    picture = drawn(graph, labels, ax)
    describe(picture.ax, graph_text(graph, named, gradients=gradients, decimals=decimals))
    return picture


def _checked_nodes(root: GraphNode) -> tuple[GraphNode, ...]:
    _check_node(root, "computational_graph draws the node that a computation ended in")
    nodes = nodes_of(root)
    if len(nodes) > MOST_NODES:
        raise ValueError(
            f"A picture of a computational graph can be read up to {MOST_NODES} nodes, and this one has {len(nodes)}. "
            "Draw a part of it, an intermediate result instead of the last one, say, or a smaller example: "
            "one input, fewer units, arrays instead of numbers."
        )
    for node in nodes:
        if node.operation and not node.parents:
            raise ValueError(
                f"The graph ends at an operation {node.operation!r} whose operands are no longer known: "
                "backward() freed them. Compute the result again, and call backward(retain_graph=True) before you draw."
            )
    return nodes


def _checked_names(names: Mapping[str, GraphNode], nodes: Sequence[GraphNode]) -> dict[int, str]:
    """The names by the place of their node; two names of one node are joined."""
    places = {id(node): place for place, node in enumerate(nodes)}
    found: dict[int, str] = {}
    for name, node in names.items():
        _check_node(node, f"names holds nodes by their names, such as {{'x': x}}; for {name!r} it should hold one")
        place = places.get(id(node))
        if place is not None:
            found[place] = f"{found[place]} = {name}" if place in found else str(name)
    if names and not found:
        raise ValueError(
            f"None of the named nodes ({', '.join(map(str, names))}) is in this graph. "
            "Probably they were made anew after the result was computed: compute it again from them."
        )
    return found


def _check_node(node: object, rule: str) -> None:
    if not all(hasattr(node, attribute) for attribute in ("data", "grad", "parents", "operation")):
        raise TypeError(
            f"{rule}: an object with data, grad, parents and operation. Received {type(node).__name__}. "
            "A number or array has no history: pass the node itself, not its data."
        )
