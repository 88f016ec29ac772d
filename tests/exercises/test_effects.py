"""A function that returns nothing is judged by what it does to its arguments; the backward pass of chapter 10."""

import copy
import pickle

import numpy as np
import pytest

from dlcourse.chapters.backpropagation.exercises import backward
from dlcourse.chapters.backpropagation.exercises.number_graphs import LARGEST, Number, graph_of, random_graph
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.kinds.task import GRADING_SEED, ORDINARY_SEED
from dlcourse.scratch import graph
from tests.exercises.examples import graded, make_mean_log

# --- the machinery


def doubled(numbers):
    """A list of numbers, each doubled in place."""
    numbers[:] = [2 * number for number in numbers]


def tripled(numbers):
    numbers[:] = [3 * number for number in numbers]


def make_doubled(**changes):
    settings = {
        "name": "doubled",
        "reference": doubled,
        "cases": lambda generator: [Case(([1.0, 2.0],), "two numbers"), Case(([3.0],), "one number")],
        "mistakes": [("tripled", tripled, "Each number three times.")],
        "effect": lambda numbers: lambda: list(numbers),
    }
    return make_mean_log(**{**settings, **changes})


def test_what_the_function_did_counts_and_what_it_returns_does_not():
    def and_returned(numbers):
        doubled(numbers)
        return "something"

    assert make_doubled().examine(and_returned).passed
    assert make_doubled().examine(lambda numbers: [2 * number for number in numbers]).status == "not yet"


def test_what_it_returned_counts_too_where_the_effect_asks_for_it():
    def and_counted(numbers):
        doubled(numbers)
        return len(numbers)

    def look_at(numbers):
        return lambda returned: (returned, *numbers)

    exercise = make_doubled(reference=and_counted, effect=look_at, mistakes=[("nothing", doubled, "Return it.")])
    assert exercise.examine(lambda numbers: and_counted(numbers)).passed
    assert exercise.examine(doubled).mistake == "nothing"


def test_the_cases_are_not_written_into():
    exercise = make_doubled()
    assert exercise.examine(doubled).passed
    assert exercise.cases_for(ORDINARY_SEED)[0].arguments == ([1.0, 2.0],)


def test_mistake_is_recognized_by_what_it_does():
    def mine(numbers):
        for i, number in enumerate(numbers):
            numbers[i] = 3 * number

    assert make_doubled().examine(mine).mistake == "tripled"


def test_a_stub_is_not_attempted_and_a_function_that_tries_and_does_nothing_is_wrong():
    def stub(numbers):
        """What it does."""

    def tried(numbers):
        for number in numbers:
            number *= 2

    assert make_doubled().examine(stub).status == "not attempted"
    assert make_doubled().examine(tried).status == "not yet"


def test_a_failure_is_told_with_the_reader_s_own_line():
    def fails(numbers):
        numbers.double()

    message = make_doubled().examine(fails).text()
    assert "AttributeError" in message
    assert "numbers.double()" in message


# --- the backward pass


def by_index(result):
    result.grad = 1.0
    order = graph.topological_order(result)
    order.reverse()
    for node in order:
        for i in range(len(node.parents)):
            node.parents[i].grad = node.parents[i].grad + node.derivatives[i] * node.grad
    return result


def with_a_table(result):
    table = {result: 1.0}
    for node in reversed(graph.topological_order(result)):
        node.grad = np.float64(table[node])
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            table[parent] = table.get(parent, 0.0) + node.grad * derivative


def by_counting_uses(result):
    nodes, uses = graph.topological_order(result), {}
    for node in nodes:
        for parent in node.parents:
            uses[parent] = uses.get(parent, 0) + 1
    result.grad, ready = 1.0, [result]
    while ready:
        node = ready.pop()
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)


@pytest.mark.parametrize("function", [by_index, with_a_table, by_counting_uses])
@pytest.mark.parametrize("seed", [ORDINARY_SEED, GRADING_SEED, 7])
def test_other_ways_to_go_back_pass(function, seed):
    verdict = backward.examine(function, seed)
    assert verdict.passed, verdict.text()


def test_what_is_unknown_is_told_at_the_first_wrong_node_on_the_way_back():
    def halved(result):
        result.grad = 1.0
        for node in reversed(graph.topological_order(result)):
            for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                parent.grad += node.grad * derivative / 2

    message = backward.examine(halved).message
    assert "first wrong gradient is that of `z`: after your call it is 1.5" in message
    assert "`z` is used in `f = q × z` (gradient of `f`: 1)" in message


@pytest.mark.parametrize("odd", [None, "text", np.ones(3), [1.0], np.nan, True])
def test_gradients_of_any_kind_are_judged(odd):
    def sets(result):
        for node in graph.topological_order(result):
            node.grad = odd

    verdict = backward.examine(sets)
    assert verdict.status == "not yet"
    assert "fault of the course" not in backward.check(sets).message


def test_double_counting_by_calls_is_recognized_beside_the_chain_that_is_too_deep():
    def visit(node):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative
            visit(parent)

    def answer(result):
        result.grad = 1.0
        visit(result)

    verdict = backward.examine(answer)
    assert verdict.mistake == "all_again_at_every_arrival"
    assert "RecursionError" in verdict.message


def test_a_table_of_the_visible_gradients_passes_the_check_and_earns_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    table = {}
    for case in backward.cases_for(ORDINARY_SEED):
        (result,) = copy.deepcopy(case.arguments)
        key = pickle.dumps(result)
        graph.backward(result)
        table[key] = [node.grad for node in graph.topological_order(result)]

    def copied(result):
        gradients = table.get(pickle.dumps(result), [])
        for node, gradient in zip(graph.topological_order(result), gradients, strict=False):
            node.grad = gradient

    assert backward.check(copied).passed
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert float(graded(backward, copied)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_use_every_number_hold_whole_ones_and_survive_a_copy(seed):
    result = random_graph(np.random.default_rng(seed), 4, 8)
    nodes = graph.topological_order(result)
    assert len(nodes) == 12
    assert all(node.data.is_integer() for node in nodes)
    assert max(abs(node.data) for node in nodes if "×" in node.formula) <= LARGEST
    for copied in (copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        again = graph.topological_order(copied)
        assert [(node.name, node.data, node.derivatives, node.grad) for node in again] == [
            (node.name, node.data, node.derivatives, 0.0) for node in nodes
        ]
        assert not set(again) & set(nodes)


def test_numbers_know_their_local_derivatives():
    result = graph_of({"x": 3.0, "y": 2.0, "p": "x × y", "f": "p + p"})
    (p, also_p) = result.parents
    assert p is also_p
    assert (result.data, result.derivatives, p.data, p.derivatives) == (12, (1, 1), 6, (2, 3))
    assert Number("x", 4.0).parents == ()
