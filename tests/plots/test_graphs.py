"""Pictures of computational graphs: what stands where, what is written, and that nothing lies on anything else."""

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.path import Path

from dlcourse import plots
from dlcourse.numerals import compact
from dlcourse.plots import style
from dlcourse.plots.graph_layout import layout, nodes_of
from dlcourse.plots.graph_order import nearest_rising
from dlcourse.plots.graph_text import value_text
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.value import Value


@dataclass(eq=False)
class Node:
    """The least that can be drawn."""

    data: Any
    parents: tuple = ()
    operation: str = ""
    grad: Any = None
    local: tuple = field(default=(), repr=False)

    def __add__(self, other):
        return Node(self.data + other.data, (self, other), "+", local=(1.0, 1.0))

    def __sub__(self, other):
        return Node(self.data - other.data, (self, other), "−", local=(1.0, -1.0))

    def __mul__(self, other):
        return Node(self.data * other.data, (self, other), "×", local=(other.data, self.data))

    def tanh(self):
        height = np.tanh(self.data)
        return Node(height, (self,), "tanh", local=(1 - height**2,))


def backward(root):
    nodes = nodes_of(root)
    for node in nodes:
        node.grad = 0.0
    root.grad = 1.0
    for node in reversed(nodes):
        for parent, slope in zip(node.parents, node.local, strict=True):
            parent.grad += slope * node.grad
    return root


def worked_example():
    x, y, z = Node(-2.0), Node(5.0), Node(-4.0)
    q = x + y
    f = q * z
    return backward(f), {"x": x, "y": y, "z": z, "q": q, "f": f}


def neuron():
    w0, x0, w1, x1, w2 = names = [Node(value) for value in (2.0, -1.0, -3.0, -2.0, -3.0)]
    power = np.exp(-(w0 * x0 + w1 * x1 + w2).data)
    score = w0 * x0 + w1 * x1 + w2
    exp = Node(power, (score * Node(-1.0),), "exp", local=(power,))
    under = exp + Node(1.0)
    root = Node(1 / under.data, (under,), "1/x", local=(-1 / under.data**2,))
    return backward(root), dict(zip(("w0", "x0", "w1", "x1", "w2"), names, strict=True))


def perceptron():
    """Two inputs, two hidden units, one output and the squared error: 28 nodes."""
    rng = np.random.default_rng(0)
    names = {"x1": Node(0.5), "x2": Node(-1.0)}
    for unit in "12":
        for source in "12":
            names[f"w{unit}{source}"] = Node(rng.normal())
        names[f"b{unit}"] = Node(rng.normal())
        weighted = names[f"w{unit}1"] * names["x1"] + names[f"w{unit}2"] * names["x2"]
        names[f"h{unit}"] = (weighted + names[f"b{unit}"]).tanh()
    names |= {"v1": Node(1.3), "v2": Node(0.95), "c": Node(-0.7), "y": Node(1.0)}
    names["o"] = names["v1"] * names["h1"] + names["v2"] * names["h2"] + names["c"]
    error = names["o"] - names["y"]
    names["L"] = error * error
    return backward(names["L"]), names


def chain(length):
    node = Node(0.5)
    for _ in range(length - 1):
        node = node.tanh()
    return backward(node), {}


def shared():
    x = Node(0.5)
    a = x * x
    c = a * (a + x)
    return backward((c - a).tanh() + x), {"x": x, "a": a}


def arrays():
    images, weights, bias = Node(np.zeros((64, 784))), Node(np.ones((784, 2))), Node(np.array([0.5, -1.25]))
    product = Node(np.zeros((64, 2)), (images, weights), "@")
    logits = Node(np.zeros((64, 2)), (product, bias), "+")
    loss = Node(0.6931, (logits,), "softmax_cross_entropy")
    for node in (weights, bias, product, logits):
        node.grad = np.full(np.shape(node.data), 0.125)
    loss.grad = 1.0
    return loss, {"X": images, "W": weights, "b": bias, "loss": loss}


def random_graph(seed, size=40):
    """A graph of ``size`` nodes, each used at least once, with shared results and operands used twice."""
    rng = np.random.default_rng(seed)
    leaves = int(rng.integers(1, size // 3))
    nodes = [Node(rng.normal() * 10.0 ** rng.integers(-3, 4)) for _ in range(leaves)]
    unused = list(range(leaves))
    while len(nodes) < size - 1 or len(unused) > 1:
        if len(nodes) + len(unused) > size:  # from here on every operation takes two that nobody used
            picked = unused[:2]
        else:
            picked = [unused[0], int(rng.integers(len(nodes)))]
        unused = [node for node in unused if node not in picked]
        left, right = (nodes[place] for place in picked)
        nodes.append(Node(rng.normal() * 100, (left, right), "+×−"[rng.integers(3)], local=(0.7, -0.3)))
        unused.append(len(nodes) - 1)
        if len(nodes) == size:
            break
    return backward(nodes[-1]), {f"n{place}": node for place, node in enumerate(nodes) if place % 3 == 0}


EXAMPLES = {
    "worked example": worked_example,
    "neuron": neuron,
    "perceptron": perceptron,
    "chain of 40": lambda: chain(40),
    "shared": shared,
    "arrays": arrays,
    "one leaf": lambda: (Node(2.0), {}),
} | {f"random {seed}": lambda seed=seed: random_graph(seed) for seed in range(8)}


@pytest.fixture(params=EXAMPLES, scope="module")
def picture(request):
    root, names = EXAMPLES[request.param]()
    return plots.draw_graph(root, names)


def text_boxes(picture):
    picture.ax.figure.draw_without_rendering()
    return [(text.get_text(), text.get_window_extent()) for text in picture.ax.texts]


def points_of(picture, edge):
    """Points along an edge, in pixels, close enough for its bends."""
    path = picture.paths[edge.child, edge.argument]
    (points,) = picture.ax.transData.transform_path(path).to_polygons(closed_only=False)
    return Path(points).interpolated(20).vertices


def middle_of(node):
    """The middle of a node's box in the coordinates of the axes."""
    box = node.box.get_path().get_extents()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def test_no_text_lies_on_another(picture):
    for (one, its_box), (other, other_box) in combinations(text_boxes(picture), 2):
        apart = (
            its_box.x1 <= other_box.x0
            or other_box.x1 <= its_box.x0
            or its_box.y1 <= other_box.y0
            or other_box.y1 <= its_box.y0
        )
        assert apart, f"{one!r} {its_box} lies on {other!r} {other_box}"


def test_no_text_lies_outside_the_picture(picture):
    paper = picture.ax.figure.bbox
    for text, box in text_boxes(picture):
        assert box.x0 >= 0, text
        assert box.x1 <= paper.x1, text
        assert box.y0 >= 0, text
        assert box.y1 <= paper.y1, text


def test_every_sign_fits_into_its_box(picture):
    picture.ax.figure.draw_without_rendering()
    for node in picture.nodes:
        box, sign = node.box.get_window_extent(), node.sign.get_window_extent()
        assert box.x0 <= sign.x0 <= sign.x1 <= box.x1
        assert box.y0 <= sign.y0 <= sign.y1 <= box.y1


def test_no_edge_runs_through_a_node_or_a_text_of_others(picture):
    boxes = dict(enumerate(node.box.get_window_extent() for node in picture.nodes))
    texts = [box for _, box in text_boxes(picture)]
    for edge in picture.layout.edges:
        points = points_of(picture, edge)
        for place, box in boxes.items():
            if place != edge.child:
                assert not box.padded(-0.5).count_contains(points), f"{edge} runs through node {place}"
        for box in texts:
            assert not box.padded(-1).count_contains(points), f"{edge} runs through {box}"


def test_an_edge_leads_from_its_parent_s_wire_to_its_child_and_ends_in_an_arrow(picture):
    for edge in picture.layout.edges:
        points = picture.paths[edge.child, edge.argument].vertices
        wire = picture.nodes[edge.parent].wire
        np.testing.assert_allclose(points[0], [wire.get_xdata()[1], wire.get_ydata()[1]])
        box = picture.nodes[edge.child].box.get_path().get_extents()
        assert box.x0 - 1e-6 <= points[-1][0] <= (box.x0 + box.x1) / 2
        assert box.y0 < points[-1][1] < box.y1
        head = picture.edges[edge.child, edge.argument].get_path().to_polygons()[-1]
        assert np.ptp(head, axis=0).min() > 0.02


def test_children_stand_in_columns_to_the_right_of_their_parents(picture):
    columns = picture.layout.columns
    assert all(columns[edge.parent] < columns[edge.child] for edge in picture.layout.edges)
    assert min(columns) == 0
    assert columns[-1] == max(columns)


def test_a_picture_is_at_most_as_wide_as_a_cell(picture):
    assert picture.ax.figure.get_size_inches()[0] <= 10.0 + 1e-9


def test_values_stand_above_the_wire_in_green_and_gradients_below_in_red(picture):
    picture.ax.figure.draw_without_rendering()
    for node in picture.nodes:
        wire = picture.ax.transData.transform(middle_of(node))[1]
        if node.value is not None:
            assert node.value.get_window_extent().y0 > wire
            assert same_color(node.value.get_color(), style.GREEN)
        if node.gradient is not None:
            assert node.gradient.get_window_extent().y1 < wire
            assert same_color(node.gradient.get_color(), style.ORANGE)


def texts_of(picture, node):
    artists = picture.of(node)
    return [text and text.get_text() for text in (artists.sign, artists.name, artists.value, artists.gradient)]


def test_the_worked_example_carries_its_numbers():
    root, names = worked_example()
    picture = plots.draw_graph(root, names)
    assert {name: texts_of(picture, node) for name, node in names.items()} == {
        "x": ["x", None, "−2", "−4"],
        "y": ["y", None, "5", "−4"],
        "z": ["z", None, "−4", "3"],
        "q": ["+", "q", "3", "−4"],
        "f": ["×", "f", "−12", "1"],
    }


def test_the_worked_example_is_told_with_its_numbers():
    ax = plots.computational_graph(*worked_example())
    assert plots.alternative_text(ax.figure) == (
        "A computational graph of 5 nodes, left to right: x = −2 plus y = 5 gives q = 3; q times z = −4 gives f = −12. "
        "Gradients: f: 1, q: −4, z: 3, x: −4, y: −4."
    )


def test_the_neuron_is_told_in_steps():
    text = plots.alternative_text(plots.computational_graph(*neuron()).figure)
    assert "step 4: step 3 plus w2 = −3 gives 1; step 5: step 4 times −1 gives −1; step 6: exp of step 5" in text
    assert "Gradients: step 8: 1, step 7: −0.53, step 6: −0.53, the constant 1: −0.53, step 5: −0.20" in text
    assert text.endswith("w0: −0.20, x0: 0.39, w1: −0.39, x1: −0.59.")


def test_a_larger_graph_is_told_by_its_counts_and_names():
    root, names = perceptron()
    text = plots.alternative_text(plots.computational_graph(root, names).figure)
    assert text.startswith(
        "A computational graph of 28 nodes, left to right: 12 leaves and 16 operations, × (7), + (6), tanh (2), − (1)."
    )
    for name, node in names.items():
        assert f"{name} = {compact(node.data)}" in text
        assert f"{name}: {compact(node.grad)}" in text


def test_a_leaf_without_a_name_holds_its_value_and_a_lone_one_is_told():
    node = Node(0.125)
    picture = plots.draw_graph(node)
    assert texts_of(picture, node) == ["0.125", None, None, None]
    assert plots.alternative_text(picture.ax.figure) == "A computational graph of 1 node, left to right: 0.125."


def test_nothing_is_red_without_gradients():
    root, names = worked_example()
    hidden = plots.draw_graph(root, names, gradients=False)
    for node in nodes_of(root):
        node.grad = None
    for picture in (hidden, plots.draw_graph(root, names)):
        assert all(node.gradient is None for node in picture.nodes)
        assert not any(same_color(text.get_color(), style.ORANGE) for text in picture.ax.texts)
        assert "radient" not in plots.alternative_text(picture.ax.figure)


def test_a_key_says_what_stands_above_and_below():
    picture = plots.draw_graph(*worked_example())
    heights = {text.get_text(): text.get_position()[1] for text in picture.ax.texts}
    assert heights["value"] > heights["gradient"]


def test_a_node_with_several_children_shows_its_gradient_once_before_its_wire_parts():
    root, names = shared()
    picture = plots.draw_graph(root, names)
    x = names["x"]
    away = [edge for edge in picture.layout.edges if picture.layout.nodes[edge.parent] is x]
    assert len(away) == 4  # twice to x × x, to a + x, and to the last sum
    starts = {tuple(picture.paths[edge.child, edge.argument].vertices[0]) for edge in away}
    assert len(starts) == 1
    (split,) = starts
    gradient = picture.of(x).gradient
    assert gradient.get_text() == compact(x.grad)
    assert gradient.get_position()[0] < split[0]
    assert [text.get_text() for text in picture.ax.texts].count(compact(x.grad)) == 1
    dots = [tuple(line.get_xydata()[0]) for line in picture.ax.lines if line.get_marker() == "o"]
    assert split in dots


def test_an_operand_used_twice_by_one_operation_arrives_twice():
    x = Node(3.0)
    picture = plots.draw_graph(backward(x * x), {"x": x})
    assert set(picture.edges) == {(1, 0), (1, 1)}
    first, second = (picture.paths[1, argument].vertices[-1] for argument in (0, 1))
    assert first[1] > second[1]
    assert picture.of(x).gradient.get_text() == "6"


def arrivals(picture):
    """For each operation, the heights from which its arguments' wires come and at which they arrive, in pixels."""
    found: dict[int, list[tuple[float, float]]] = {}
    for edge in picture.layout.edges:
        points = picture.paths[edge.child, edge.argument].vertices
        before = picture.layout.columns[edge.child] - 1
        bend = picture.layout.bends.get((edge.parent, before), picture.layout.ys[edge.parent])
        found.setdefault(edge.child, []).append((bend, points[-1][1]))
    return found


def numbers_in(picture, child):
    """The numbers of arguments that stand in a node, from above."""
    box = picture.nodes[child].box.get_path().get_extents()
    inside = [text for text in picture.ax.texts if box.contains(*text.get_position()) and text.get_text() in "123"]
    small = [text for text in inside if text is not picture.nodes[child].sign]
    return [int(text.get_text()) for text in sorted(small, key=lambda text: -text.get_position()[1])]


def test_wires_arrive_in_the_order_in_which_they_come_from_above(picture):
    for ends in arrivals(picture).values():
        for one, other in combinations(ends, 2):
            assert one[1] != other[1]
            if abs(one[0] - other[0]) > 1e-9:
                assert (one[0] > other[0]) == (one[1] > other[1])
            else:  # an operand used twice
                assert one[1] > other[1]


def test_arguments_are_numbered_where_their_order_matters_and_is_not_the_one_from_above(picture):
    for child, ends in arrivals(picture).items():
        order = sorted(range(len(ends)), key=lambda argument: -ends[argument][1])
        numbered = order != sorted(order) and picture.layout.nodes[child].operation not in ("+", "×")
        assert numbers_in(picture, child) == ([argument + 1 for argument in order] if numbered else [])


def test_a_number_subtracted_from_above_is_told_by_numbers_and_by_the_key():
    """In f = d − z the wire of z comes from above."""
    z, y, x = Node(-1.0), Node(2.0), Node(-3.0)
    f = ((z - Node(4.0)) * y) * (x + y) - z
    picture = plots.draw_graph(f, {"x": x, "y": y, "z": z})
    assert numbers_in(picture, picture.layout.index(f)) == [2, 1]
    texts = [text.get_text() for text in picture.ax.texts]
    assert texts.count("1, 2: first and second operand") == 1
    plain = plots.draw_graph(z - x, {"x": x, "z": z})
    assert numbers_in(plain, 2) == []
    assert "1, 2: first and second operand" not in [text.get_text() for text in plain.ax.texts]


def test_constants_stand_right_before_their_only_child():
    root, _ = neuron()
    graph = layout(root)
    for edge in graph.edges:
        if not graph.nodes[edge.parent].parents:
            assert graph.columns[edge.child] - graph.columns[edge.parent] == 1


def test_a_tree_is_laid_out_without_crossings_and_operations_of_a_chain_stand_level():
    root, names = neuron()
    graph = layout(root)
    leaves = [graph.ys[graph.index(names[name])] for name in ("w0", "x0", "w1", "x1")]
    assert leaves == sorted(leaves, reverse=True)
    spine = [y for y, node in zip(graph.ys, graph.nodes, strict=True) if node.parents][2:]
    np.testing.assert_allclose(spine, spine[0], atol=0.01)


def test_nodes_of_one_column_keep_their_rows_apart():
    root, _ = perceptron()
    graph = layout(root)
    for column in set(graph.columns):
        ys = sorted(y for y, its in zip(graph.ys, graph.columns, strict=True) if its == column)
        assert all(upper - lower > 1 - 1e-9 for lower, upper in pairwise(ys))


def test_a_long_chain_goes_on_in_further_rows():
    root, _ = chain(40)
    picture = plots.draw_graph(root)
    middles = np.array([middle_of(node) for node in picture.nodes])
    back = np.diff(middles[:, 0]) < 0
    assert back.any()
    np.testing.assert_array_equal(np.diff(middles[:, 1]) < -0.1, back)  # down exactly where it goes back to the left


def test_arrays_show_their_shape_and_small_ones_their_entries():
    root, names = arrays()
    picture = plots.draw_graph(root, names)
    assert texts_of(picture, names["W"]) == ["W", None, "(784, 2)", "(784, 2)"]
    assert texts_of(picture, names["b"]) == ["b", None, "(2,)\n[0.50, −1.25]", "(2,)\n[0.12, 0.12]"]
    assert texts_of(picture, names["X"])[3] is None
    assert texts_of(picture, root)[0] == "softmax\ncross_entropy"
    text = plots.alternative_text(picture.ax.figure)
    assert "X of shape (64, 784) matrix times W of shape (784, 2) gives (64, 2)" in text
    assert "b of shape (2,) [0.50, −1.25]" in text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-2, "−2"),
        (-0.0, "0"),
        (-0.0012345, "−0.0012"),
        (0.1966, "0.20"),
        (1.0, "1"),
        (-0.999, "−1.00"),
        (-4.2e-7, "−4.2e−7"),
        (12345.6, "12,346"),
        (3.5e6, "3.5e6"),
        (float("nan"), "nan"),
        (-np.inf, "−∞"),
        (np.float32(0.1), "0.10"),
    ],
)
def test_numbers_are_short_with_a_true_minus_and_never_minus_zero(number, text):
    assert compact(number) == text


def test_numbers_have_as_many_decimals_as_asked_for():
    assert compact(1 / 3, decimals=4) == "0.3333"
    root, names = neuron()
    picture = plots.draw_graph(root, names, decimals=3)
    assert texts_of(picture, root)[2] == "0.731"
    assert "gives 0.731" in plots.alternative_text(picture.ax.figure)


def test_nested_entries_keep_their_brackets():
    assert value_text(np.array([[1.0, -0.5]])) == "(1, 2)\n[[1, −0.50]]"
    assert value_text(np.zeros((0, 3))) == "(0, 3)\n[]"


def test_more_than_40_nodes_are_refused_with_their_number():
    root, _ = chain(41)
    with pytest.raises(ValueError, match=r"up to 40 nodes, and this one has 41\. Draw a part"):
        plots.computational_graph(root)


def test_a_deep_graph_is_counted_without_recursion():
    node = Node(0.5)
    for _ in range(20_000):
        node = Node(0.5, (node,), "tanh")
    with pytest.raises(ValueError, match="20001"):
        plots.computational_graph(node)


def test_what_is_no_node_is_refused():
    with pytest.raises(TypeError, match=r"Received ndarray\. A number or array has no history"):
        plots.computational_graph(np.zeros(3))
    with pytest.raises(TypeError, match="for 'x' it should hold one"):
        plots.computational_graph(Node(1.0), {"x": 1.0})


def test_names_of_another_graph_are_refused_but_those_of_the_whole_fit_a_part():
    root, names = worked_example()
    with pytest.raises(ValueError, match=r"None of the named nodes \(x, y, z, q, f\) is in this graph"):
        plots.computational_graph(worked_example()[0], names)
    part = plots.draw_graph(names["q"], names)
    assert len(part.nodes) == 3
    with pytest.raises(ValueError, match="does not hold this node"):
        part.of(root)


def test_two_names_of_one_node_are_joined():
    x = Node(1.0)
    assert texts_of(plots.draw_graph(x, {"x": x, "input": x}), x)[0] == "x = input"


@pytest.mark.parametrize("example", ["perceptron", "chain of 40", "worked example"])
def test_on_given_axes_the_picture_is_scaled_to_fit(example):
    root, names = EXAMPLES[example]()
    figure = style.new_figure(1, 2, size=(9.0, 3.6))
    left, right = figure.axes
    picture = plots.draw_graph(root, names, ax=left)
    plots.lines([0, 1], {"line": [0, 1]}, x="t", y="height", ax=right)
    assert picture.ax is left
    test_no_text_lies_on_another(picture)
    edge = right.get_window_extent().x0
    assert all(box.x1 < edge for _, box in text_boxes(picture))


def test_texts_and_colours_may_be_changed_later():
    root, names = worked_example()
    picture = plots.draw_graph(root, names)
    before = np.asarray(rendered(picture))
    picture.of(names["q"]).gradient.set_visible(False)
    picture.of(names["f"]).box.set_facecolor(style.YELLOW)
    picture.edges[4, 0].set_color(style.BLUE)
    assert (np.asarray(rendered(picture)) != before).any(axis=2).mean() > 0.005


def rendered(picture):
    canvas = picture.ax.figure.canvas
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def test_the_same_graph_gives_the_same_picture():
    one, other = (plots.draw_graph(*perceptron()) for _ in range(2))
    assert one.layout.ys == other.layout.ys
    np.testing.assert_array_equal(rendered(one), rendered(other))


def test_heights_are_the_nearest_that_never_fall():
    wanted, weights = np.array([0.0, 3.0, 1.0, 2.0, 5.0]), np.array([1.0, 1.0, 3.0, 1.0, 1.0])
    np.testing.assert_allclose(nearest_rising(wanted, weights), [0.0, 1.5, 1.5, 2.0, 5.0])


def test_graphs_of_the_course_s_engine_are_drawn():
    x, y, z = Value(-2), Value(5), Value(-4)
    f = (x + y) * z
    f.backward()
    picture = plots.draw_graph(f, {"x": x, "y": y, "z": z})
    assert texts_of(picture, f) == ["×", None, "−12", "1"]
    assert texts_of(picture, x) == ["x", None, "−2", "−4"]
    weights = Tensor(np.array([0.5, -1.0]), requires_grad=True)
    loss = functional.mse_loss((weights**2).sum(), np.array(1.0))
    loss.backward(retain_graph=True)
    picture = plots.draw_graph(loss, {"w": weights})
    assert [node.sign.get_text() for node in picture.nodes] == ["w", "x²", "sum", "mse"]
    assert texts_of(picture, weights) == ["w", None, "(2,)\n[0.50, −1]", "(2,)\n[0.50, −1]"]


def test_a_graph_that_its_backward_pass_has_freed_is_refused():
    weights = Tensor(np.array([0.5, -1.0]), requires_grad=True)
    loss = (weights**2).sum()
    loss.backward()
    with pytest.raises(ValueError, match=r"'sum' whose operands are no longer known.*retain_graph=True"):
        plots.computational_graph(loss)
