"""The text of a reader's function with all that it needs, or a sentence on why there is none."""

import functools
import math

import numpy as np
import numpy.linalg as la
import pytest
from numpy import exp as e_to_the

from dlcourse.exercises.milestones.rebuilding import function_of
from dlcourse.exercises.running.own_source import NotKept, own_source
from dlcourse.progress import LONGEST_CODE
from dlcourse.scratch import graph

EPSILON, WORDS = 1e-3, ("one", {"two": [2.0, None]})
table = np.arange(3.0)


def helper(x):
    return deeper(x) + EPSILON


def deeper(x):
    return e_to_the(x)


def uses_much(x, power=EPSILON):
    table = x  # a name of its own, called like a variable of the notebook
    return helper(table) + la.norm([x]) + math.sqrt(power) + len(WORDS)


def calls_itself(n):
    return 1 if n == 0 else n * calls_itself(n - 1)


@np.errstate(over="ignore")
def decorated(x):
    return np.exp(x)


def nested(x):
    def inner(y):
        return [helper(each) for each in (y, y)]

    return sum(inner(x))


def of_the_library(root):
    return graph.topological_order(root)


by_lambda = lambda x: helper(x)  # noqa: E731


@pytest.mark.parametrize("function", [uses_much, calls_itself, decorated, nested, by_lambda])
def test_the_text_gives_the_same_function_in_an_empty_namespace(function):
    text = own_source(function, "answer")
    assert function_of("answer", text)(3) == function(3)


def test_each_name_is_there_once_and_imports_come_first():
    text = own_source(uses_much, "uses_much")
    assert text.startswith("from numpy import exp as e_to_the\nimport numpy.linalg as la\nimport math\n")
    for line in ("EPSILON = 0.001\n", "def helper(x):", "def deeper(x):", "def uses_much(x, power=EPSILON):"):
        assert text.count(line) == 1
    assert "table = [" not in text
    assert own_source(of_the_library, "of_the_library").startswith("import dlcourse.scratch.graph as graph\n")


def made(outer):
    def inside(x):
        return outer + x

    return inside


def test_what_a_function_takes_from_the_one_around_it_is_kept():
    assert function_of("answer", own_source(made(5), "answer"))(1) == 6


def uses_a_table(x):
    return table + x


class Callable:
    def __call__(self, x):
        return x


def long(x):
    return x


long_text = "x" * LONGEST_CODE


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (uses_a_table, "it uses the variable `table`, which is an array"),
        (made(table), "it uses the variable `outer`"),
        (Callable(), "only a function that is made with `def` is"),
        (functools.partial(helper, 1), "only a function that is made with `def` is"),
        (np.exp, "only a function that is made with `def` is"),
        (eval("lambda x: x"), "cannot be kept"),
        ([lambda x: x][0], "cannot be kept"),
    ],
)
def test_what_would_not_run_by_itself_is_refused_in_words(function, words):
    with pytest.raises(NotKept, match=r"^Your code cannot be kept for milestones") as caught:
        own_source(function, "answer")
    assert words in str(caught.value)


def test_too_much_text_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("dlcourse.exercises.running.own_source.LONGEST_CODE", 20)
    with pytest.raises(NotKept, match="more than 20 characters"):
        own_source(helper, "helper")
