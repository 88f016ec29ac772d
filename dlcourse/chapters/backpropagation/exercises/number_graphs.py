"""Graphs of whole numbers like those of the chapter's class `Number`, for a function that goes back through them.

Whole numbers make every gradient exact, in whatever order it is summed.
"""

import string
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from dlcourse.scratch.graph import topological_order

LARGEST = 60  # no product in a random graph is larger, either way
SHARE_OF_PRODUCTS = 0.6


class Number:
    """A number of a graph: `data`, `parents`, `derivatives` (the local ones, one a parent) and `grad`, 0.0 at first.

    For messages it has a `name` and a `formula`: "" for an input, else like "a × b".
    """

    def __init__(
        self,
        name: str,
        data: float,
        parents: tuple["Number", ...] = (),
        derivatives: tuple[float, ...] = (),
        formula: str = "",
    ) -> None:
        self.data, self.parents, self.derivatives = data, parents, derivatives
        self.grad = 0.0
        self.name, self.formula = name, formula

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and store a graph as a flat table: a chain of thousands would be too deep for Python's own way."""
        return graph_of, ({node.name: node.formula or node.data for node in topological_order(self)},)


def graph_of(table: Mapping[str, float | str]) -> Number:
    """The last number of a graph, from {name: a number, or a formula of two names and + or × between}.

    Parents stand before their children: {"x": 2.0, "f": "x × x"}.
    """
    nodes: dict[str, Number] = {}
    for name, given in table.items():
        nodes[name] = _computed(name, given, nodes) if isinstance(given, str) else Number(name, given)
    return nodes[next(reversed(nodes))]


def _computed(name: str, formula: str, nodes: Mapping[str, Number]) -> Number:
    first, sign, second = formula.split()
    left, right = nodes[first], nodes[second]
    if sign == "+":
        return Number(name, left.data + right.data, (left, right), (1.0, 1.0), formula)
    return Number(name, left.data * right.data, (left, right), (right.data, left.data), formula)


def chain(length: int) -> Number:
    """The end of a chain of additions: its `length` numbers without the inputs `x` and `one`."""
    names = ["x", *(f"n{place}" for place in range(1, length + 1))]
    table: dict[str, float | str] = {"x": 2.0, "one": 1.0}
    return graph_of(table | {name: f"{before} + one" for before, name in pairwise(names)})


def diamonds(count: int) -> Number:
    """The end of a row of diamonds, u = x + k, v = x × m, next x = u + v: 2 to the power of `count` ways lead through.

    k is 1; m is 2 and −2 by turns, so that the numbers stay small.
    """
    table: dict[str, float | str] = {"x0": 1.0, "k": 1.0, "m": 2.0, "n": -2.0}
    for step in range(count):
        table |= {f"u{step}": f"x{step} + k", f"v{step}": f"x{step} × {'mn'[step % 2]}"}
        table[f"x{step + 1}"] = f"u{step} + v{step}"
    return graph_of(table)


def random_graph(generator: np.random.Generator, inputs: int, results: int) -> Number:
    """The last number of a random graph in which every number is used, with letters in random order as names."""
    names = [str(letter) for letter in generator.permutation(list(string.ascii_lowercase))]
    values = {name: float(generator.choice([-3, -2, 2, 3])) for name in names[:inputs]}
    table: dict[str, float | str] = dict(values)
    unused = list(values)
    for place in range(results):
        name, left = names[inputs + place], unused.pop(int(generator.integers(len(unused))))
        # As long as the steps that are left can gather what is unused, any number may be used again.
        others = unused if len(unused) >= results - place else [other for other in values if other != left]
        right = others[int(generator.integers(len(others)))]
        product = values[left] * values[right]
        multiply = generator.random() < SHARE_OF_PRODUCTS and abs(product) <= LARGEST
        values[name] = product if multiply else values[left] + values[right]
        table[name] = f"{left} {'×' if multiply else '+'} {right}"
        unused = [*(other for other in unused if other != right), name]
    return graph_of(table)
