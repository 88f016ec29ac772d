"""Graphs without numbers: nodes that know their parents, for a function that puts them in order."""

import string
from collections.abc import Mapping, Sequence
from operator import getitem
from typing import Any

import numpy as np

from dlcourse.scratch.graph import topological_order

Table = tuple[tuple[str, tuple[int, ...]], ...]  # name and the parents' places, parents before children


class Node:
    """A node of a graph: its ``parents``, its ``depth`` and, for messages, its ``name``.

    ``home`` is the graph that it was made with, and its place there. It is none of the attributes that are compared.
    """

    __slots__ = ("__dict__", "home")

    def __init__(self, name: str, parents: Sequence["Node"] = (), home: tuple["Graph", int] | None = None) -> None:
        self.name = name
        self.parents = tuple(parents)
        self.depth: int = 1 + max((parent.depth for parent in parents), default=-1)
        self.home = home

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and store a node as a place in its graph, which is stored once for all of its nodes."""
        if self.home:
            return getitem, self.home
        order = topological_order(self)
        places = {node: place for place, node in enumerate(order)}
        table = tuple((node.name, tuple(places[parent] for parent in node.parents)) for node in order)
        return getitem, (Graph(table), len(table) - 1)


class Graph:
    """The nodes of a table. It is copied and stored as the table: a chain is too deep for Python's own way."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.nodes: list[Node] = []
        for place, (name, parents) in enumerate(table):
            self.nodes.append(Node(name, [self.nodes[parent] for parent in parents], (self, place)))

    def __getitem__(self, place: int) -> Node:
        return self.nodes[place]

    def __reduce__(self) -> tuple[Any, ...]:
        return Graph, (self.table,)


def graph_of(table: Table) -> Node:
    """The last node of a table of names and places of parents."""
    return Graph(table)[-1]


def graph(parents: Mapping[str, str]) -> Node:
    """The last node of a graph given as {name: parents' names}, one letter each, parents before children."""
    places = {name: place for place, name in enumerate(parents)}
    return graph_of(tuple((name, tuple(places[each] for each in names)) for name, names in parents.items()))


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
