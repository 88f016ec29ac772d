"""What is written in the picture of a computational graph, and the text that tells it to those who cannot see it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.numerals import MINUS, compact
from dlcourse.plots.graph_layout import GraphLayout

TOLD_IN_FULL = 8  # operations: a text with more steps is no longer listened to
FEW_ENTRIES = 3
VERBS = {"+": "plus", "×": "times", "*": "times", "−": "minus", "-": "minus", "/": "divided by", "÷": "divided by"}
VERBS |= {"@": "matrix times", "**": "to the power"}


def constant_text(value: Any, decimals: int = 2) -> str:
    """The value of a leaf without a name: a number of up to four digits stands as it was written, such as 0.125."""
    array = np.asarray(value)
    if array.ndim == 0 and 1e-4 <= abs(array) < 1e4 and float(short := f"{array.item():.4g}") == array:
        return short.replace("-", MINUS)
    return value_text(value, decimals)


def value_text(value: Any, decimals: int = 2) -> str:
    """A number as ``number_text`` writes it; an array by its shape, with its entries when there are at most three."""
    array = np.asarray(value)
    if array.ndim == 0:
        return compact(array.item(), decimals)
    shape = str(array.shape)
    if array.size > FEW_ENTRIES:
        return shape
    return f"{shape}\n{_entries(array.tolist(), decimals)}"


def _entries(entries: Any, decimals: int) -> str:
    """The nested lists of an array with few entries; as deep as it has axes."""
    if not isinstance(entries, list):
        return compact(entries, decimals)
    return f"[{', '.join(_entries(entry, decimals) for entry in entries)}]"


def graph_text(layout: GraphLayout, names: Mapping[int, str], *, gradients: bool = True, decimals: int = 2) -> str:
    """The alternative text of a graph, with ``names`` by the place of their nodes in ``layout.nodes``.

    Small graphs are told operation by operation, larger ones by their counts and their named nodes.
    """
    nodes = layout.nodes
    operations = [node for node in nodes if node.parents]
    told = _Telling(layout, names, decimals)
    text = f"A computational graph of {_count(len(nodes), 'node')}, left to right"
    if len(operations) <= TOLD_IN_FULL:
        return " ".join([f"{text}: {'; '.join(told.steps())}.", *([told.gradients()] if gradients else [])]).strip()
    kinds = ", ".join(
        f"{kind} ({count})" for kind, count in Counter(node.operation for node in operations).most_common()
    )
    leaves = len(nodes) - len(operations)
    return " ".join(
        [f"{text}: {_count(leaves, 'leaf')} and {len(operations)} operations, {kinds}.", *told.named(gradients)]
    )


def _count(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else {'leaf': 'leaves'}.get(noun, noun + 's')}"


def _phrase(operation: str, arguments: Sequence[str]) -> str:
    """An operation in words: "x = −2 plus y = 5", "minus x", "relu of step 2"."""
    verb = VERBS.get(operation)
    if verb is not None and len(arguments) == 2:
        return f"{arguments[0]} {verb} {arguments[1]}"
    if len(arguments) == 1 and (verb == "minus" or operation == "neg"):
        return f"minus {arguments[0]}"
    if len(arguments) == 1 and operation.startswith("^"):
        return f"{arguments[0]} to the power {operation[1:].replace('-', MINUS)}"
    return f"{operation} of {' and '.join(arguments)}"


class _Telling:
    """Names the nodes of one graph in words: by their names, else as "step 2" or "the constant 1"."""

    def __init__(self, layout: GraphLayout, names: Mapping[int, str], decimals: int) -> None:
        self.nodes, self.decimals = layout.nodes, decimals
        self.places = {id(node): place for place, node in enumerate(self.nodes)}
        # backwards: from the right, as the gradients come into being
        self.backwards = sorted(self.places.values(), key=lambda place: (-layout.columns[place], place))
        self.names = {place: name.replace("$", "") for place, name in names.items()}
        self.steps_of: dict[int, str] = {}
        for place, node in enumerate(self.nodes):
            if node.parents and place not in self.names:
                self.steps_of[place] = f"step {len(self.steps_of) + 1}"

    def value(self, value: Any) -> str:
        return value_text(value, self.decimals).replace("\n", " ")

    def _constant(self, place: int) -> str:
        return constant_text(self.nodes[place].data, self.decimals).replace("\n", " ")

    def _is(self, place: int) -> str:
        """ "x = −2", or "x of shape (64, 128)"."""
        value = self.nodes[place].data
        joint = "=" if np.ndim(value) == 0 else "of shape"
        return f"{self.names[place]} {joint} {self.value(value)}"

    def _mention(self, place: int, introduced: set[int]) -> str:
        """A node as an argument: a leaf with its value the first time."""
        if place in self.steps_of:
            return self.steps_of[place]
        if place not in self.names:
            return self._constant(place)
        if self.nodes[place].parents or place in introduced:
            return self.names[place]
        introduced.add(place)
        return self._is(place)

    def steps(self) -> list[str]:
        """A clause for each operation, in the order of the computation; for a lone leaf, its value."""
        introduced: set[int] = set()
        told = []
        for place, node in enumerate(self.nodes):
            if not node.parents:
                continue
            arguments = [self._mention(self.places[id(parent)], introduced) for parent in node.parents]
            result = self._is(place) if place in self.names else self.value(node.data)
            number = f"{self.steps_of[place]}: " if place in self.steps_of else ""
            told.append(f"{number}{_phrase(node.operation, arguments)} gives {result}")
        return told or [self._is(0) if 0 in self.names else self._constant(0)]

    def gradients(self) -> str:
        """The gradients from the result back to the leaves, empty when there are none."""

        def called(place: int) -> str:
            constant = f"the constant {self._constant(place)}"
            return self.names.get(place) or self.steps_of.get(place) or constant

        return self._list(self.backwards, called)

    def _list(self, places: Sequence[int], called: Callable[[int], str]) -> str:
        pairs = [f"{called(p)}: {self.value(self.nodes[p].grad)}" for p in places if self.nodes[p].grad is not None]
        return f"Gradients: {', '.join(pairs)}." if pairs else ""

    def named(self, gradients: bool) -> list[str]:
        """The named nodes and the result, with their values, then their gradients."""
        places = [place for place in range(len(self.nodes)) if place in self.names]
        result = len(self.nodes) - 1
        told = [f"{', '.join(self._is(place) for place in places)}."] if places else []
        if result not in self.names:
            told.append(f"The result is {self.value(self.nodes[result].data)}.")
        backwards = [place for place in self.backwards if place in self.names]
        listed = self._list(backwards, self.names.__getitem__) if gradients else ""
        return [*told, *([listed] if listed else [])]
