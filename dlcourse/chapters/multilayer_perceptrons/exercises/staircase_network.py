"""Exercise on universal approximation: the weights of a network that builds a staircase along a function."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons

CENTRES = "(edges[:-1] + edges[1:]) / 2"  # of the cells, in the library's code


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
    perceptrons.staircase_network,
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
    one_form=units_in_order,
    fields={
        "hidden": "On {case} the hidden bias [{where}] should be {expected}, and you return {received}. ",
        "output": "On {case} the output weight [{where}] should be {expected}, and you return {received}. ",
        "bias": "The units are right. On {case} the output bias should be {expected}, and you return {received}",
        "cells": lambda function, low, high, steps, k: steps + 1,
        "edge": lambda function, low, high, steps, k: low + (high - low) / (steps + 1),
        "centre": lambda function, low, high, steps, k: low + (high - low) / (steps + 1) / 2,
    },
)

staircase_network.add_mistake(
    "heights_instead_of_differences",
    mutated(perceptrons.staircase_network, ("np.diff(heights)", "heights[1:]")),
    "{output}You give each unit the height of its cell. But the units to the left are still on there, and their "
    "weights add up: a unit adds only what its cell is higher than the one before.",
)

staircase_network.add_mistake(
    "heights_instead_of_differences_and_no_output_bias",
    mutated(perceptrons.staircase_network, ("np.diff(heights)", "heights[1:]"), ("heights[:1]", "np.zeros(1)")),
    "{output}You give each unit the height of its cell, and the output no bias. A unit that is on stays on, so heights "
    "would pile up; and before the first step there is nothing but the bias.",
)

staircase_network.add_mistake(
    "positive_bias",
    mutated(perceptrons.staircase_network, ("-k * edges", "k * edges")),
    "{hidden}The sign is the other one: σ(k x + k e) switches on at −e. Multiply k (x − e) out.",
)

staircase_network.add_mistake(
    "bias_without_steepness",
    mutated(perceptrons.staircase_network, ("-k * edges", "-edges")),
    "{hidden}With bias −e the unit σ(k x − e) switches on at e / k, here with k = {steepness}, and not at e. The "
    "steepness multiplies the whole bracket, k (x − e).",
)

staircase_network.add_mistake(
    "steepness_forgotten",
    mutated(perceptrons.staircase_network, ('k = check_positive(steepness, "steepness")', "k = 1.0")),
    "All your hidden weights are 1. The units σ(x − e) switch on at the right places, but so slowly that no steps are "
    "left: with the steepness, {steepness} on {case}, they are σ(k (x − e)).",
)

staircase_network.add_mistake(
    "one_edge_early",
    mutated(perceptrons.staircase_network, ("edges[1:-1]", "edges[:-2]")),
    "{hidden}Your first unit switches on at the left end of the interval, at {low}, where the first cell begins. It "
    "leads from the first cell to the second, so it belongs to the edge between them, at {edge}.",
)

staircase_network.add_mistake(
    "steps_at_the_centres",
    mutated(perceptrons.staircase_network, ("edges[1:-1]", f"({CENTRES})[1:]")),
    "{hidden}Your units switch on at the centres of the cells. There the staircase should lie on the function, in the "
    "middle of a flat piece; the steps are at the edges, the first at {edge}.",
)

staircase_network.add_mistake(
    "steps_from_end_to_end",
    mutated(perceptrons.staircase_network, ("edges[1:-1]", "np.linspace(left, right, steps)")),
    "{hidden}You spread the steps from one end of the interval to the other, both included. There is no step at the "
    "ends: {cells} cells have their first inner edge at {edge}.",
)

staircase_network.add_mistake(
    "samples_at_left_edges",
    mutated(perceptrons.staircase_network, (CENTRES, "edges[:-1]")),
    "{output}Your heights are the function at the left edge of each cell. No point of a cell is further than half a "
    "cell from its centre (the first centre is {centre}), which halves the largest error.",
)

staircase_network.add_mistake(
    "output_bias_forgotten",
    mutated(perceptrons.staircase_network, ("heights[:1]", "np.zeros(1)")),
    "{bias}. Left of the first step all units are off, and the bias alone has to give the height of the first cell.",
)

staircase_network.add_mistake(
    "output_bias_at_low",
    mutated(perceptrons.staircase_network, ("heights[:1]", "function(edges[:1])")),
    "{bias}: the function at the left end, {low}. The first cell's height is the function at its centre, {centre}, "
    "like that of every other cell.",
)

staircase_network.add_mistake(
    "as_many_cells_as_steps",
    mutated(
        perceptrons.staircase_network,
        ('check_count(steps, "steps") + 1', "steps"),
        ("edges[1:-1]", "edges[:-1]"),
        ("np.diff(heights)", "np.diff(heights, prepend=0.0)"),
        ("heights[:1]", "np.zeros(1)"),
    ),
    "{hidden}You cut the interval into as many cells as there are units, and let the first unit switch on at {low}. "
    "That is a staircase too, with one cell less: as the output bias gives the first height, the units are enough for "
    "{cells} cells.",
)
