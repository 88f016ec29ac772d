"""Exercises with several right results: a judge says what is wrong with one."""

import copy
import pickle
import random

import numpy as np
import pytest

from dlcourse.chapters.backpropagation.exercises.abstract_graphs import Node, chain, diamonds, graph, random_graph
from dlcourse.chapters.backpropagation.exercises.topological_order import judge as judge_order
from dlcourse.chapters.backpropagation.exercises.topological_order import topological_order
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.scratch import graph as library
from tests.exercises.examples import make_mean_log

# --- the machinery


def factor_of(number):
    """Number > 1 -> a factor of it, other than 1."""
    return number


def judge(arguments, received):
    if not isinstance(received, int):
        return Judgement("form", "Your result is no whole number.")
    if received == 1:
        return Judgement("one", "Your result is 1.")
    if arguments[0] % received:
        return Judgement("no factor", f"Your result, {received}, is no factor of {arguments[0]}.")
    return RIGHT


MISTAKES = [
    ("always_one", lambda number: 1, "1 is a factor of everything."),
    ("one_less", lambda number: number - 1, "The neighbour is no factor."),
]


def make_factor(**changes):
    settings = {
        "name": "factor_of",
        "reference": factor_of,
        "cases": lambda generator: [Case((number,), f"the number {number}") for number in (4, 9, 15, 35)],
        "mistakes": MISTAKES,
        "judge": judge,
    }
    return make_mean_log(**{**settings, **changes})


def test_any_right_result_passes():
    assert make_factor().examine(lambda number: number).passed
    assert make_factor().examine(lambda number: next(d for d in range(2, number + 1) if number % d == 0)).passed


def test_mistake_is_recognized_by_its_kind_though_the_numbers_are_others():
    assert make_factor().examine(lambda number: number - 1).mistake == "one_less"
    assert make_factor().examine(lambda number: number + 1).mistake == "one_less"
    assert make_factor().examine(lambda number: 1).mistake == "always_one"


def test_what_the_judge_says_is_told_where_no_mistake_is_recognized():
    verdict = make_factor(mistakes=[]).examine(lambda number: 2)
    assert "Your result, 2, is no factor of 9." in verdict.message
    assert "1 case of 4 right" in verdict.message
    assert verdict.share == 0


def test_mistake_is_recognized_beside_a_failure():
    def answer(number):
        if number == 35:
            raise ValueError("too large")
        return 1

    verdict = make_factor().examine(answer)
    assert verdict.mistake == "always_one"
    assert "Something else is wrong in case 4" in verdict.message


@pytest.mark.parametrize("odd", [None, "text", np.ones(3), [], object(), print, 2.5])
def test_results_of_any_kind_are_judged_or_explained(odd):
    verdict = make_factor().examine(lambda number: odd)
    assert verdict.status == "not yet"
    assert "fault of the course" not in verdict.message


# --- the order of a graph's nodes


def by_calls(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def all_nodes(root):
    found, waiting = {root}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def by_counting_children(root):
    """Kahn's algorithm, from the result backwards."""
    nodes = all_nodes(root)
    missing = dict.fromkeys(nodes, 0)
    for node in nodes:
        for parent in node.parents:
            missing[parent] += 1
    order, ready = [], [root]
    while ready:
        order.append(ready.pop(0))
        for parent in order[-1].parents:
            missing[parent] -= 1
            if missing[parent] == 0:
                ready.append(parent)
    return order[::-1]


def by_depth(root):
    return sorted(all_nodes(root), key=lambda node: node.depth)


def with_a_stack_and_two_marks(root):
    order, done, waiting = [], set(), [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if node in done:
            continue
        if ready:
            done.add(node)
            order.append(node)
        else:
            waiting.append((node, True))
            waiting += [(parent, False) for parent in node.parents if parent not in done]
    return order


def remembered_by_id_as_a_tuple(root):
    return tuple(library.topological_order(root))


@pytest.mark.parametrize(
    "function", [by_counting_children, by_depth, with_a_stack_and_two_marks, remembered_by_id_as_a_tuple]
)
def test_every_way_to_an_order_passes(function):
    verdict = topological_order.examine(function)
    assert verdict.passed, verdict.text()


def test_recursion_is_right_until_the_chain_and_told_why():
    verdict = topological_order.examine(by_calls)
    assert verdict.mistake == "recursive"
    assert "calls itself 5,000 times" in verdict.message
    assert verdict.share == 0.9


def test_second_fault_of_recursion_is_told_beside_the_first():
    verdict = topological_order.examine(lambda root: by_calls(root)[::-1])
    assert verdict.mistake == "backwards"
    assert "Something else is wrong in case 9" in verdict.message
    assert "a loop in place of the calls" in verdict.message


def test_visits_from_the_last_parent_are_recognized_too():
    def answer(root):
        order = [root]
        while order[-1].parents:
            order.append(order[-1].parents[-1])
        return order[::-1]

    assert "missing in your list" in topological_order.examine(answer).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda root: set(all_nodes(root)), "expected is a list"),
        (lambda root: iter(by_depth(root)), "expected is a list"),
        (lambda root: [Node("w"), root], "not computed from"),
        (lambda root: [1, 2], "expected are nodes of the graph"),
        (lambda root: [], "missing"),
        (lambda root: root, "expected is a list"),
    ],
)
def test_what_is_no_order_at_all_is_told(answer, said):
    assert said in topological_order.examine(answer).message


def test_judge_agrees_with_the_definition_on_shuffled_orders():
    shuffle = random.Random(0)
    root = random_graph(np.random.default_rng(0), 2, 4)
    nodes, verdicts = sorted(all_nodes(root), key=lambda node: node.name), []
    for _ in range(3000):
        shuffle.shuffle(nodes)
        place = {node: i for i, node in enumerate(nodes)}
        right = all(place[parent] < place[node] for node in nodes for parent in node.parents)
        verdicts.append((judge_order((root,), list(nodes)) == RIGHT) == right)
    assert all(verdicts)


# --- graphs that can be copied however deep they are


@pytest.mark.parametrize(
    "root", [chain(20_000), diamonds(5), graph({"x": "", "f": "xx"}), random_graph(np.random.default_rng(1), 3, 9)]
)
def test_copy_is_the_same_graph_of_other_nodes(root):
    for again in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):
        one, other = library.topological_order(root), library.topological_order(again)
        assert [node.name for node in one] == [node.name for node in other]
        assert [node.depth for node in one] == [node.depth for node in other]
        assert not set(one) & set(other)


@pytest.mark.parametrize("turn", [1, -1])
def test_all_nodes_of_a_long_chain_are_stored_once_in_whatever_order(turn):
    nodes = library.topological_order(chain(5_000))
    data = pickle.dumps(nodes[::turn])
    assert len(data) < 100 * len(nodes)
    again = pickle.loads(data)[::turn]
    assert [node.parents for node in again] == [(), *((node,) for node in again[:-1])]


def test_node_that_was_added_to_a_graph_is_stored_with_all_below_it():
    end = pickle.loads(pickle.dumps(Node("end", [chain(5_000), Node("other")])))
    assert len(library.topological_order(end)) == 5_002


def test_every_node_of_a_random_graph_is_used():
    for seed in range(50):
        root = random_graph(np.random.default_rng(seed), 4, 8)
        assert len(all_nodes(root)) == 12
        assert sum(not node.parents for node in all_nodes(root)) == 4
