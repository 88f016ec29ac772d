"""Random graphs of a few whole numbers, small enough to be gone through in the head."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.scratch.value import Value

INPUTS = ("x", "y", "z")
RESULT = "f"
LARGEST = 24  # no number on the way is larger
SHARE_OF_CONSTANTS = 0.2
SIGNS = {"+": "+", "−": "-", "×": r"\cdot"}


@dataclass(frozen=True, eq=False)
class SmallGraph:
    """A graph of `Value`s: its `root`, `names` from every input and intermediate result's name to its node.

    As the last line of a cell it shows its `question`, in Markdown.
    """

    root: Value
    names: dict[str, Value]

    @property
    def inputs(self) -> dict[str, Value]:
        """The nodes whose gradients are asked for."""
        return {name: self.names[name] for name in INPUTS}

    @property
    def steps(self) -> dict[str, Value]:
        """The operations' results, in the order in which they are computed."""
        return {name: node for name, node in self.names.items() if node.parents}

    def name_of(self, node: Value) -> str:
        """The name of a node; a constant's is its value."""
        return next((name for name, other in self.names.items() if other is node), f"{node.data:g}")

    def users_of(self, node: Value) -> list[str]:
        """The names of the results that a node is used in."""
        return [name for name, step in self.steps.items() if any(parent is node for parent in step.parents)]

    @property
    def parted(self) -> dict[str, list[str]]:
        """The nodes that are used more than once, with the results that they are used in."""
        users = {name: self.users_of(node) for name, node in self.names.items()}
        return {name: found for name, found in users.items() if len(found) > 1}

    @property
    def question(self) -> str:
        """What the graph computes and what is asked, in Markdown."""
        given = ", ".join(f"${name} = {node.data:g}$" for name, node in self.inputs.items())
        steps = ", ".join(f"${self._formula(name)}$" for name in self.steps)
        asked = [rf"$\partial f/\partial {name}$" for name in INPUTS]
        wanted = f"{', '.join(asked[:-1])} and {asked[-1]}"
        return f"From {given} the graph computes {steps}. Find the gradients of $f$: {wanted}."

    def _formula(self, name: str) -> str:
        node = self.names[name]
        left, right = (self.name_of(parent) for parent in node.parents)
        return f"{name} = {left} {SIGNS[node.operation]} {right}"

    def __repr__(self) -> str:
        return self.question.replace("$", "").replace(r"\partial ", "∂").replace(r"\cdot", "·").replace("-", "−")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.question, "text/plain": repr(self)}


def random_graphs(generator: np.random.Generator) -> Iterator[SmallGraph]:
    """Random graphs without an end: of 4 to 6 operations, in which one or two nodes are used twice, none more often."""
    while True:
        graph = _draw(generator)
        if _is_fit(graph):
            yield graph


def _draw(generator: np.random.Generator) -> SmallGraph:
    size = int(generator.integers(4, 7))
    names = {name: Value(int(generator.choice([-3, -2, -1, 2, 3, 4, 5]))) for name in INPUTS}
    uses = dict.fromkeys(names, 0)
    for name in [*"abcde"[: size - 1], RESULT]:
        left = _pick(generator, uses)
        constant = generator.random() < SHARE_OF_CONSTANTS
        right = "" if constant else _pick(generator, {other: uses[other] for other in uses if other != left})
        operands = names[left], names[right] if right else Value(int(generator.integers(2, 5)))
        names[name] = _result(str(generator.choice(list(SIGNS))), *operands)
        for used in filter(None, (left, right)):
            uses[used] += 1
        uses[name] = 0
    return SmallGraph(names[RESULT], names)


def _pick(generator: np.random.Generator, uses: dict[str, int]) -> str:
    """The name of a node to compute with: mostly one that has not been used yet."""
    weights = np.array([1.0 if count else 4.0 for count in uses.values()])
    return str(generator.choice(list(uses), p=weights / weights.sum()))


def _result(operation: str, left: Value, right: Value) -> Value:
    return left + right if operation == "+" else left - right if operation == "−" else left * right


def _is_fit(graph: SmallGraph) -> bool:
    steps = list(graph.steps.values())
    uses = {name: len(graph.users_of(node)) for name, node in graph.names.items() if node is not graph.root}
    formulas = {(node.operation, frozenset(map(id, node.parents))) for node in steps}
    return (
        min(uses.values()) >= 1
        and max(uses.values()) == 2
        and len(graph.parted) <= 2
        and len(formulas) == len(steps)
        and {"×", "−"} <= {node.operation for node in steps}
        and len({node.data for node in graph.inputs.values()}) == len(INPUTS)
        and all(0 < abs(node.data) <= LARGEST for node in steps)
    )
