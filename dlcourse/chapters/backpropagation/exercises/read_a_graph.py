"""Exercise: the gradients of a small graph by hand, another graph for every reader."""

from itertools import combinations

import numpy as np

from dlcourse.chapters.backpropagation.exercises.small_graphs import LARGEST, SmallGraph, random_graphs
from dlcourse.chapters.backpropagation.exercises.wrong_gradients import gradients, wrong_gradients
from dlcourse.exercises.kinds.seeded import FIRST, SeededExercise
from dlcourse.exercises.kinds.several_numbers import NumbersExercise

NAME = "read_a_graph"
CHAPTER = "10_backpropagation"
HINTS = [
    "Start at the right end. How much does f change when f itself grows by 1? From there, go back one operation at a "
    "time, and write the gradient of every intermediate result at its wire.",
    "At each operation, multiply the gradient of its result by the local derivative: 1 and 1 for u + v, 1 and −1 for "
    "u − v, and for u · v the *other* factor's value.",
    "Where a number is used twice, two contributions come back to it. Wait until both have arrived, and add them, "
    "before you go further back from there.",
    "Write down one line for every operation, the last one first, such as: b = a · z, so a gets (gradient of b) · z "
    "and z gets (gradient of b) · a.",
]


class GraphExercise(SeededExercise):
    """The question for the gradients of a graph that belongs to the reader's number."""

    def graph(self, number: int = FIRST) -> SmallGraph:
        """Return the graph of a number, a whole one from 0 on: to be drawn, and its question to be shown."""
        self.version(number)  # refuses what is no such number
        return graph_for(self.generator(number))


def graph_for(generator: np.random.Generator) -> SmallGraph:
    """The first random graph of which every usual slip gives gradients of its own."""
    return next(graph for graph in random_graphs(generator) if _tells_slips_apart(graph))


def _tells_slips_apart(graph: SmallGraph) -> bool:
    right = gradients(graph)
    answers = [right, *(wrong.values for wrong in wrong_gradients(graph))]
    return (
        all(0 < abs(value) <= LARGEST for value in right.values())
        and len(set(right.values())) == len(right)
        and all(one != other for one, other in combinations(answers, 2))
    )


def _question(generator: np.random.Generator) -> NumbersExercise:
    graph = graph_for(generator)
    return NumbersExercise(
        name=NAME,
        chapter=CHAPTER,
        task=graph.question,
        answer=gradients(graph),
        tolerance=1e-6,
        hints=HINTS,
        explanation=_way_back(graph),
        mistakes=wrong_gradients(graph),
        points=2,
    )


def _way_back(graph: SmallGraph) -> str:
    """The gradients of all named nodes, from the result back."""
    graph.root.backward()
    back = [f"{name}: {node.grad:g}" for name, node in reversed(graph.names.items())]
    return f"The gradients of everything in the graph, from the right to the left: {', '.join(back)}."


read_a_graph = GraphExercise(
    name=NAME,
    chapter=CHAPTER,
    task=(
        "Find the gradients of f with respect to the inputs x, y and z of your graph, in your head or on paper, and "
        'write them into a dictionary: `{"x": ..., "y": ..., "z": ...}`. All of them are small whole numbers. '
        "Another `my_number` gives another graph."
    ),
    make=_question,
    hints=HINTS,
    points=2,
)
