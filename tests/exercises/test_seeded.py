"""Questions with several numbers, made afresh for each reader's own number."""

import copy

import numpy as np
import pytest

from dlcourse import progress
from dlcourse.chapters.backpropagation.exercises import read_a_graph
from dlcourse.chapters.backpropagation.exercises.small_graphs import INPUTS, LARGEST
from dlcourse.chapters.backpropagation.exercises.wrong_gradients import gradients
from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers
from dlcourse.scratch.value import Value
from tests.exercises.examples import graded
from tests.profiles import by_day

NUMBERS = range(200)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# --- several numbers


def make_numbers(**changes):
    settings = {
        "name": "slopes",
        "chapter": "10_backpropagation",
        "task": "Find three slopes.",
        "answer": {"x": 2.0, "y": -3.0, "z": 5.0},
        "tolerance": 0.01,
        "hints": ["One.", "Two."],
        "explanation": "That is so.",
        "mistakes": [
            WrongNumbers("doubled", {"x": 4.0, "y": -6.0, "z": 10.0}, "Twice too large."),
            WrongNumbers("flat", {"x": 4.0, "y": 0.0, "z": 0.0}, "Too flat."),
        ],
        "points": 2,
    }
    return NumbersExercise(**{**settings, **changes})


@pytest.mark.parametrize(
    "answer",
    [
        {"x": 2, "y": -3, "z": 5},
        {"z": 5.0, "y": -3.009, "x": np.float32(2)},
        {"x": np.array(2), "y": np.int64(-3), "z": np.array([5.0])},
    ],
)
def test_right_numbers_pass(answer):
    verdict = make_numbers().check(answer)
    assert verdict.passed
    assert verdict.message.endswith("all right. That is so.")
    assert progress.passed() == {"10_backpropagation": {"slopes"}}


@pytest.mark.parametrize("answer", [None, ..., {"x": ..., "y": ..., "z": ...}, {"x": None}])
def test_untouched_answer_is_not_attempted(answer):
    assert make_numbers().check(answer).status == "not attempted"


@pytest.mark.parametrize(
    ("answer", "said", "mistake"),
    [
        ({"x": 4, "y": -6, "z": 10}, "`x` = 4, `y` = -6, `z` = 10: not yet. Twice too large.", "doubled"),
        ({"x": 4, "y": 0, "z": 0}, "not yet. Too flat.", "flat"),
        ({"x": 2, "y": -6, "z": 5}, "`y` = -6: not yet. `x` and `z` are right. A guess: Twice too large.", "doubled"),
        ({"x": 2, "y": 3, "z": 5}, "`y` has the wrong sign.", None),
        ({"x": 7, "y": 0, "z": 5}, "A guess, from `y` alone: Too flat.", None),
        ({"x": 7, "y": 7, "z": 7}, "No usual slip gives these numbers", None),
        ({"x": float("nan"), "y": float("inf"), "z": 5}, "`z` is right. No usual slip", None),
        ([2, -3, 5], "`slopes` is a list of 3; a dictionary is expected: `{'x': ..., 'y': ..., 'z': ...}`", None),
        (2, "`slopes` is a single number; a dictionary", None),
        ({"x": 2, "y": -3}, "there is no number for `z`", None),
        ({"x": 2, "y": -3, "z": ...}, "there is no number for `z`", None),
        ({"x": 2, "y": -3, "w": 5}, "there is no number for `z` and `w` is not asked for", None),
        ({"x": 2, "y": -3, "z": 5, "q": 1}, "In `slopes` `q` is not asked for", None),
        ({"x": "2", "y": -3, "z": 5}, "`slopes['x']` is a text (str); a number is expected", None),
        ({"x": [2], "y": -3, "z": 5}, "`slopes['x']` is a list of 1", None),
    ],
)
def test_wrong_answer_is_told_which_numbers_are_wrong_and_why(answer, said, mistake):
    verdict = make_numbers().check(answer)
    assert verdict.status == "not yet"
    assert said in verdict.message
    assert verdict.mistake == mistake


def test_mistake_that_gives_the_other_numbers_too_is_preferred():
    mistakes = [
        WrongNumbers("both", {"x": 9.0, "y": 9.0, "z": 5.0}, "Both."),
        WrongNumbers("one", {"x": 9.0, "y": -3.0, "z": 5.0}, "One."),
    ]
    for listed in (mistakes, mistakes[::-1]):
        assert make_numbers(mistakes=listed).check({"x": 9, "y": -3, "z": 5}).mistake == "one"


def test_solution_shows_the_numbers():
    assert repr(make_numbers().solution()) == "slopes = {'x': 2, 'y': -3, 'z': 5}: That is so."


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ({"x": 2, "y": -3, "z": 5}, 2.0),
        ({"x": 2, "y": -3, "z": 0}, 1.0),
        ({"x": 2, "y": 0, "z": 0}, 0.0),
        (..., 0.0),
        (object(), 0.0),
    ],
)
def test_grading_gives_part_of_the_points_where_most_numbers_are_right(answer, points, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert float(graded(make_numbers(), answer)) == points


# --- a reader's own number


def test_check_takes_the_reader_s_number():
    answer = read_a_graph.version(417).answer
    assert read_a_graph.check(answer, number=417).passed
    assert progress.passed() == {"10_backpropagation": {"read_a_graph"}}
    assert read_a_graph.check(answer, number=418).status == "not yet"
    assert read_a_graph.check(answer).status == "not yet"
    assert read_a_graph.check(answer, number=np.int64(417)).passed


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("417", "Your number is a text (str); a whole number is expected"),
        (4.5, "Your number is a single number; a whole number"),
        (True, "is a truth value"),
        (-1, "-1; take one that is not negative"),
        (None, "is None"),
    ],
)
def test_what_is_no_reader_s_number_is_explained(number, said):
    assert said in read_a_graph.check({"x": 1, "y": 2, "z": 3}, number=number).message
    with pytest.raises(ValueError, match="Your number is"):
        read_a_graph.graph(number)


def test_untouched_answer_is_not_attempted_whatever_the_number():
    assert [read_a_graph.check(..., number=number).status for number in (1, 9, "x", -3)] == ["not attempted"] * 4


def test_hints_go_on_over_several_checks_and_the_solution_is_the_reader_s():
    exercise = copy.copy(read_a_graph)  # whose hints nobody has seen
    verdicts = [exercise.check({"x": 0, "y": 0, "z": 0}, number=5) for _ in range(2)]
    first, second = (verdict.next_hint() for verdict in verdicts)
    assert first != second
    assert repr(verdicts[0].show_solution()) == repr(read_a_graph.solution(5)) != repr(read_a_graph.solution(6))


def test_grading_uses_the_reader_s_number(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    answer = read_a_graph.version(77).answer
    assert float(graded(read_a_graph, answer, number=77)) == read_a_graph.points
    assert float(graded(read_a_graph, answer, number=78)) < read_a_graph.points


# --- the graphs


def test_graphs_are_small_and_their_answers_are_those_of_the_engine():
    for number in by_day(NUMBERS[:50], NUMBERS):
        graph = read_a_graph.graph(number)
        graph.root.backward()
        assert {name: graph.names[name].grad for name in INPUTS} == read_a_graph.version(number).answer
        assert gradients(graph) == read_a_graph.version(number).answer
        assert 4 <= len(graph.steps) <= 6
        assert 1 <= len(graph.parted) <= 2
        assert all(len(users) == 2 for users in graph.parted.values())
        for node in graph.names.values():
            assert node.data == int(node.data)
            assert 0 < abs(node.data) <= LARGEST
        for value in read_a_graph.version(number).answer.values():
            assert value == int(value)
            assert 0 < abs(value) <= LARGEST


def test_question_says_all_that_is_needed_to_answer_it():
    """The formulas of the text alone, computed with numbers a little larger, give the slopes."""
    for number in range(20):
        graph = read_a_graph.graph(number)
        text = repr(graph).replace("−", "-").replace("·", "*")
        given, steps = text.removeprefix("From ").split(". Find")[0].split(" the graph computes ")
        for name, slope in read_a_graph.version(number).answer.items():
            results = []
            for shift in (1e-4, -1e-4):
                names = {key: float(value) for key, value in (each.split(" = ") for each in given.split(", "))}
                names[name] += shift
                for step in steps.split(", "):
                    target, formula = step.split(" = ")
                    names[target] = eval(formula, {}, names)
                results.append(names["f"])
            assert (results[0] - results[1]) / 2e-4 == pytest.approx(slope, abs=1e-4)


def test_graph_shows_its_question_and_no_answer():
    bundle = read_a_graph.graph(1)._repr_mimebundle_()
    assert bundle["text/markdown"].endswith(
        r"Find the gradients of $f$: $\partial f/\partial x$, $\partial f/\partial y$ and $\partial f/\partial z$."
    )
    assert "∂f/∂x" in bundle["text/plain"]


def test_graph_is_drawn_with_its_names():
    plots = pytest.importorskip("dlcourse.plots")
    graph = read_a_graph.graph(1)
    texts = {text.get_text() for text in plots.computational_graph(graph.root, graph.names, gradients=False).texts}
    assert texts >= set(graph.names)
    assert all(isinstance(node, Value) for node in graph.names.values())
