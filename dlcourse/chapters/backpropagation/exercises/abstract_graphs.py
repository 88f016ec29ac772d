"""Graphs without numbers: nodes that know their parents, for a function that puts them in order."""

import string
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.scratch.graph import topological_order

Table = tuple[tuple[str, tuple[int, ...]], ...]  # name and the parents' places, parents before children


class Node:
    """A node of a graph: its ``parents``, its ``depth`` and, for messages, its ``name``."""

    def __init__(self, name: str, parents: Sequence["Node"] = ()) -> None:
        self.name = name
        self.parents = tuple(parents)
        self.depth: int = 1 + max((parent.depth for parent in parents), default=-1)

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and store a graph as a flat table: a chain of thousands would be too deep for Python's own way."""
        order = topological_order(self)
        places = {node: place for place, node in enumerate(order)}
        return graph_of, (tuple((node.name, tuple(places[parent] for parent in node.parents)) for node in order),)


def graph_of(table: Table) -> Node:
    """The last node of a table of names and places of parents."""
    nodes: list[Node] = []
    for name, parents in table:
        nodes.append(Node(name, [nodes[place] for place in parents]))
    return nodes[-1]


def graph(parents: Mapping[str, str]) -> Node:
    """The last node of a graph given as {name: parents' names}, one letter each, parents before children."""
    nodes: dict[str, Node] = {}
    for name, names in parents.items():
        nodes[name] = Node(name, [nodes[each] for each in names])
    return nodes[next(reversed(nodes))]


def chain(length: int) -> Node:
    """The end of a chain: every node but the first is computed from the one before."""
    return graph_of(tuple((f"n{place}", (place - 1,) if place else ()) for place in range(length)))


def diamonds(count: int) -> Node:
    """The end of a row of diamonds: 2 to the power of ``count`` ways lead through 3 ``count`` + 1 nodes."""
    table: list[tuple[str, tuple[int, ...]]] = [("x0", ())]
    for step in range(count):
        start = 3 * step
        table += [(f"u{step}", (start,)), (f"v{step}", (start,)), (f"x{step + 1}", (start + 1, start + 2))]
    return graph_of(tuple(table))


def random_graph(generator: np.random.Generator, inputs: int, results: int) -> Node:
    """The last node of a random graph in which every node is used, with letters in random order as names."""
    letters = generator.permutation(list(string.ascii_lowercase))[: inputs + results]
    table: list[tuple[str, tuple[int, ...]]] = [(str(letter), ()) for letter in letters[:inputs]]
    unused = list(range(inputs))
    for place in range(inputs, inputs + results - 1):
        first = unused.pop(int(generator.integers(len(unused))))
        second = int(generator.integers(place - 1))
        second += second >= first
        unused = [*(each for each in unused if each != second), place]
        table.append((str(letters[place]), (first, second)))
    return graph_of((*table, (str(letters[-1]), tuple(unused))))
