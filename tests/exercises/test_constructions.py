"""Answers that the reader builds, and the judge of the network for XOR."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse import progress
from dlcourse.chapters.multilayer_perceptrons.exercises import xor_network
from dlcourse.chapters.multilayer_perceptrons.exercises.xor_network import CORNERS, NAMES
from dlcourse.exercises.kinds.constructions import ConstructionExercise, WrongConstruction
from dlcourse.scratch.perceptrons import perceptron
from tests.exercises.examples import graded


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def line(**changes):
    """Choose a slope and an intercept so that the line goes through (1, 3)."""
    settings = {
        "name": "line",
        "chapter": "04_linear_regression",
        "task": "Choose a line through (1, 3).",
        "parts": {"slopes": (1, 1), "intercept": (1,)},
        "judge": lambda slopes, intercept: "" if slopes[0, 0] + intercept[0] == 3 else "It misses (1, 3).",
        "answer": ([[2]], [1]),
        "hints": ["Put x = 1.", "`slope + intercept` is 3."],
        "explanation": "Slope and intercept add up to 3.",
        "mistakes": [WrongConstruction("product", ([[3]], [1]), "misses")],
    }
    return ConstructionExercise(**{**settings, **changes})


@pytest.mark.parametrize(
    "answer",
    [
        ([[2]], [1]),
        ([[0]], [3]),
        [[[3.0]], [0.0]],
        (np.array([[1.5]]), np.array([1.5], np.float32)),
        (((5,),), (-2,)),
        ([[True]], [2]),
    ],
)
def test_any_answer_that_does_the_task_passes(answer):
    verdict = line().check(answer)
    assert verdict.passed
    assert verdict.message == "Slope and intercept add up to 3."
    assert progress.passed() == {"04_linear_regression": {"line"}}


def test_tensors_are_arrays():
    torch = pytest.importorskip("torch")
    assert line().check((torch.tensor([[2.0]]), torch.tensor([1.0]))).passed


@pytest.mark.parametrize("answer", [None, ..., (..., ...), [None, ...]])
def test_untouched_answer_is_not_attempted(answer):
    verdict = line().check(answer)
    assert verdict.status == "not attempted"
    assert "`(slopes, intercept)`" in verdict.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (([[3]], [1]), "It misses (1, 3)."),
        (3, "`line` is a single number; expected is a tuple `(slopes, intercept)`"),
        ("2, 1", "is a text (str)"),
        (np.array([2, 1]), "is an array of shape (2,); expected is a tuple"),
        (print, "is the function `print`"),
        ({"slopes": [[2]]}, "is a dict"),
        ((), "is a tuple of 0; expected are 2 arrays"),
        (([[2]],), "is a tuple of 1; expected are 2 arrays"),
        (([[2]], ...), "`intercept` is still missing"),
        ((None, [1]), "`slopes` is still missing"),
        (
            ([2], [1]),
            "`slopes` is of shape (1,); expected is an array of shape (1, 1). With your numbers that is `[[2]]`",
        ),
        (([[2]], 1), "`intercept` is a single number; expected is an array of shape (1,)"),
        (([[2, 3]], [1]), "`slopes` is of shape (1, 2); expected is an array of shape (1, 1)."),
        (([[2], [3, 4]], [1]), "have its rows the same length?"),
        (([["2"]], [1]), "`slopes` is a list of 1; expected are numbers in an array of shape (1, 1)"),
        (([[2]], [1 + 2j]), "expected are numbers in an array"),
        (([[10**40]], [1]), "expected are numbers in an array"),
        (([[2]], print), "`intercept` is the function `print`; expected are numbers"),
        (([[np.nan]], [1]), "`slopes` holds a number that is infinite or nan"),
        (([[2]], [np.inf]), "`intercept` holds a number that is infinite or nan"),
        (([[np.longdouble("1e4000")]], [1]), "is infinite or nan"),
    ],
)
def test_wrong_answer_is_told_what_is_wrong(answer, said):
    verdict = line().check(answer)
    assert verdict.status == "not yet"
    assert said in verdict.message


def test_numbers_that_do_not_fit_are_not_rearranged():
    assert "With your numbers" not in line().check(([[2, 3]], [1])).message


def test_judge_gets_arrays_of_its_own():
    def judge(slopes, intercept):
        slopes[:] = 100
        return ""

    mine = np.array([[2.0]])
    line(judge=judge).check((mine, [1]))
    assert mine[0, 0] == 2


def test_solution_shows_one_answer_and_says_that_there_are_others():
    assert repr(line().solution()) == (
        "`line = ([[2]], [1])`: Slope and intercept add up to 3. Other answers are right as well."
    )


@pytest.mark.parametrize(("answer", "points"), [(([[1]], [2]), 2.0), (([[1]], [1]), 0.0), (..., 0.0), (object(), 0.0)])
def test_grading_gives_all_or_nothing(answer, points, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert graded(line(), answer) == points


# --- the network for XOR


def outputs(hidden_weights, hidden_bias, output_weights, output_bias):
    """What the library's perceptrons give at the four corners."""
    units = zip(np.array(hidden_weights), hidden_bias, strict=True)
    hidden = np.column_stack([perceptron(CORNERS, weights, bias) for weights, bias in units])
    return perceptron(hidden, np.array(output_weights)[0], output_bias[0])


small = st.sampled_from([-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2])
networks = st.tuples(
    st.lists(st.lists(small, min_size=2, max_size=2), min_size=2, max_size=2),
    st.lists(small, min_size=2, max_size=2),
    st.lists(st.lists(small, min_size=2, max_size=2), min_size=1, max_size=1),
    st.lists(small, min_size=1, max_size=1),
)


@settings(max_examples=500)
@given(networks)
def test_network_passes_exactly_when_perceptrons_of_these_weights_compute_xor(network):
    verdict = xor_network.examine(network)
    given_outputs = tuple(outputs(*network).tolist())
    assert verdict.passed == (given_outputs == (0, 1, 1, 0))
    if not verdict.passed:
        right = sum(one == other for one, other in zip(given_outputs, (0, 1, 1, 0), strict=True))
        assert f"{right} of the 4 corners {'is' if right == 1 else 'are'} right" in verdict.message
        assert all(name in verdict.message for name in [NAMES.get(given_outputs, "")])


def single_units():
    """A perceptron for each function of two inputs that one can compute, by what it gives at the corners."""
    found = {}
    for weights in itertools.product([-2, -1, 0, 1, 2], repeat=2):
        for bias in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5):
            found.setdefault(tuple(perceptron(CORNERS, list(weights), bias).tolist()), (list(weights), bias))
    return found


def test_what_is_said_about_a_hidden_layer_is_true_of_every_pair_of_hidden_units():
    """14 of 16 functions are one perceptron's; for each pair, an output unit for XOR exists or it is said why not."""
    units = single_units()
    assert len(units) == 14
    assert (0, 1, 1, 0) not in units
    for (first, first_bias), (second, second_bias) in itertools.product(units.values(), repeat=2):
        hidden = [first, second], [first_bias, second_bias]
        solvable = any(outputs(*hidden, [weights], [bias]).tolist() == [0, 1, 1, 0] for weights, bias in units.values())
        message = xor_network.examine((*hidden, [[0, 0]], [-1])).message
        if "other sign" not in message and "transposed" not in message:
            assert ("The hidden layer does its part" in message) == solvable
            assert ("cannot tell these corners apart" in message or "faces XOR again" in message) == (not solvable)


@pytest.mark.parametrize("size", [1e300, 1.7e308, 1e-300])
def test_extreme_numbers_are_judged_without_a_warning(size, recwarn):
    xor_network.check(([[size, -size], [-size, size]], [size, -size], [[size, size]], [-size]))
    assert not recwarn.list


@pytest.mark.parametrize(
    "network",
    [
        ([[1, -1], [-1, 1]], [-1, -1], [[1, 1]], [-1]),  # either alone, on at exactly 0 too
        ([[1, 1], [-1, -1]], [-1, 1], [[1, 1]], [-2]),  # OR and NAND, joined by AND
        ([[-1, -1], [1, 1]], [0.5, -1.5], [[-1, -1]], [0]),  # neither NOR nor AND
        ([[3, 3], [20, 20]], [-2, -30], [[0.1, -7]], [-0.05]),
    ],
)
def test_networks_that_people_think_of_pass(network):
    assert xor_network.check(network).passed
