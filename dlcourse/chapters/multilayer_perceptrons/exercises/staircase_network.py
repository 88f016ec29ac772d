"""Exercise on universal approximation: the weights of a network that builds a staircase along a function."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.multilayer_perceptrons.exercises.staircase_network_mistakes import MISTAKES
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import perceptrons

Array = NDArray[np.floating]


def bump(x: Array) -> Array:
    """A bell around 1 that is not symmetric on the intervals of the cases."""
    return np.exp(-((x - 1) ** 2))


def parabola(x: Array) -> Array:
    """A function with negative values that falls, then rises."""
    return x**2 - 2


def constant(x: Array) -> Array:
    """A function whose staircase has no steps at all."""
    return np.full(np.shape(x), 2.5)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    low, width = np.round(generator.uniform([0.5, 2.0], [1.5, 4.0]), 2).tolist()
    far = round(float(generator.uniform(10, 20)), 1)
    return [
        Case((parabola, 1.0, 4.0, 2, 10.0), "2 steps along a parabola"),
        Case((np.sin, low, low + width, 5, 20.0), "5 steps along the sine"),
        Case((np.exp, -low, width - low, 8, 25.5), "an interval with 0 inside"),
        Case((np.cos, 1, 4, 3, 50), "whole numbers"),
        Case((bump, -low - width, 3.0, 40, 200.0), "40 steps along a bump"),
        Case((np.tanh, -3.0 - low, -1.0, 6, 30.0), "an interval left of 0"),
        Case((np.square, low, low + 1, 1, 5.0), "a single step", edge=True),
        Case((constant, far, far + 2, 4, 8.0), "a constant function", edge=True),
        Case((np.sin, low, low + width, 3, 1e6), "a steepness of a million", edge=True),
    ]


def units_in_order(arguments: tuple[Any, ...], network: Any) -> Any:
    """The same network with its hidden units in the order of their biases: in any order they give the same sum."""
    if not (isinstance(network, tuple | list) and all(isinstance(each, np.ndarray) for each in network)):
        return network
    hidden_weights, hidden_bias, output_weights, output_bias = network
    order = np.argsort(hidden_bias)
    return hidden_weights[order], hidden_bias[order], output_weights[:, order], output_bias


staircase_network = Exercise(
    name="staircase_network",
    chapter="09_multilayer_perceptrons",
    task=(
        "Return the weights of a network with one hidden layer of `steps` sigmoid units whose output is a staircase "
        "along `function` on the interval from `low` to `high`, as `(hidden_weights, hidden_bias, output_weights, "
        "output_bias)` with shapes (steps, 1), (steps,), (1, steps) and (1,). Cut the interval into steps + 1 cells of "
        "equal width. Left of all steps the output is the function at the centre of the first cell; at each inner edge "
        "e between two cells one unit σ(k (x − e)), with k = `steepness`, switches on and adds what leads to the "
        "function at the centre of the next cell. `function` takes and returns an array (m,). The units may stand in "
        "any order."
    ),
    reference=perceptrons.staircase_network,
    cases=_cases,
    points=3,
    hints=[
        "Draw it first: 2 steps make 3 cells. Where are the inner edges, and where the centres of the cells? How high "
        "is the staircase left of everything, and how much does each step add?",
        "All edges, the two ends among them, are steps + 2 points of equal distance: `np.linspace` gives them, and "
        "`edges[1:-1]` are the inner ones. A cell's centre is the mean of its two edges.",
        "A hidden unit computes σ(w x + b), and you want σ(k (x − e)). Multiply the bracket out: what are w and b?",
        "Once a unit is on, it stays on for all larger x. So a step's output weight is not a height, but the "
        "difference between the height after it and the height before it: `np.diff(heights)`.",
        "Hidden weights all k, in shape (steps, 1); hidden bias −k e for each inner edge; output weights "
        "`np.diff(heights)[None, :]`; output bias `heights[:1]`, where the heights are `function(centres)`.",
    ],
    mistakes=MISTAKES,
    one_form=units_in_order,
)
