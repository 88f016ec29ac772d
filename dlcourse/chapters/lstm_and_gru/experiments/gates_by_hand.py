"""The experiment in which the reader is the network: one LSTM cell whose gates are pulled up and down by hand."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.lstm_and_gru.experiments.gates_picture import GATES, STEPS, GatesPicture, places
from dlcourse.experiments.controls import DragPoints, Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, number, percent

NUMBERS = np.array([0.3, 0.8, -0.5, 0.6, -0.7, 0.4, -0.2, 0.5])  # the candidates g₁ to g₈
FOLLOWED = 2  # the step whose number is followed through the cell
LONG = 20  # steps
REACHED = 0.02  # how far each output may be from the one that is wanted
# Input, forget and output gates at the start: too much is written, something gets lost, and too much comes out.
START = np.array([
    [0.5, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0],
    [1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 1.0, 1.0],
    [0.0, 0.0, 0.8, 0.0, 0.0, 0.0, 0.5, 0.0],
])  # fmt: skip

# What is asked for: step -> the steps whose numbers it gives out; 0 at every other step.
GOALS: dict[str, tuple[str, dict[int, tuple[int, ...]]]] = {
    "later": ("Step 2's number, at step 7", {7: (2,)}),
    "replace": ("Step 2's at 4, step 5's at 8", {4: (2,), 8: (5,)}),
    "sum": ("Steps 2 and 5, summed, at 8", {8: (2, 5)}),
}


def compute_gates_by_hand(goal: str, highest: float, gates: Array) -> Values:
    """A cell of one number reads g₁ to g₈, with c_t = f_t c_{t−1} + i_t g_t and h_t = o_t tanh(c_t), from c₀ = 0.

    ``gates`` (24, 2): as points, whose heights are the input, the forget and the output gate of each step; a forget
    gate is that times ``highest``. ``cells`` and ``outputs`` (8,): c and h. ``traces`` (8, 8): entry [s, t] is the
    share of number s that is in c_t, i_s f_{s+1} … f_t; ``wanted`` (8,): the outputs that the goal asks for.
    """
    opened = gates[:, 1].reshape(len(GATES), STEPS) * np.array([[1.0], [highest], [1.0]])
    i, f, o = opened
    traces = np.zeros((STEPS, STEPS))
    for t in range(STEPS):
        traces[:, t] = f[t] * traces[:, t - 1] if t else 0.0
        traces[t, t] = i[t]
    cells = NUMBERS @ traces
    outputs, wanted = o * np.tanh(cells), np.zeros(STEPS)
    for step, given in GOALS[goal][1].items():
        wanted[step - 1] = np.tanh(NUMBERS[np.array(given) - 1].sum())
    missed = np.abs(outputs - wanted)
    values: Values = {
        "points": gates,
        "opened": opened,
        "numbers": NUMBERS,
        "traces": traces,
        "cells": cells,
        "outputs": outputs,
        "wanted": wanted,
        "asked": max(GOALS[goal][1]),
        "worst": int(missed.argmax()) + 1,
        "reached": bool(missed.max() <= REACHED),
        "highest": highest,
        "after_many": highest**LONG,
    }
    many = f"forget gate at {fixed(highest)}: {LONG} steps leave {percent(highest**LONG)}"
    return values | {"words": (many, f"{left_told(values)}; {goal_told(values)}")}


def left_told(values: Values) -> str:
    """How much of the followed number was written, and how much is in the cell when the last output is asked for."""
    asked = values["asked"]
    written, left = values["traces"][FOLLOWED - 1, [FOLLOWED - 1, asked - 1]]
    return f"of step {FOLLOWED}'s number {percent(written)} is written, and {percent(left)} there at step {asked}"


def goal_told(values: Values) -> str:
    """Whether the goal is reached, else the step that is furthest from it."""
    if values["reached"]:
        return "goal reached"
    place = values["worst"] - 1
    return f"step {place + 1} gives {fixed(values['outputs'][place])}, wanted is {fixed(values['wanted'][place])}"


def describe_gates_by_hand(parameters: Mapping[str, Any], values: Values) -> str:
    """What is asked, how much of the followed number is left, cell states and outputs, and how far the goal is."""
    numbers, cells, outputs = (", ".join(map(fixed, values[name])) for name in ("numbers", "cells", "outputs"))
    input_gates, forget_gates, output_gates = (
        ", ".join(number(each, 2) for each in gates) for gates in values["opened"]
    )
    return (
        f"Eight numbers come, {numbers}. Wanted: {GOALS[parameters['goal']][0]}; 0 at all other steps. The input gates "
        f"are {input_gates}; the forget gates {forget_gates}; the output gates {output_gates}. The cell states are "
        f"{cells}; {left_told(values)}. The outputs are {outputs}: {goal_told(values)}. A forget gate pulled fully up "
        f"is {fixed(values['highest'])}; {LONG} steps of that leave {percent(values['after_many'])} of a number."
    )


gates_by_hand = Experiment(
    name="gates_by_hand",
    title="Be the network: pull the gates",
    prediction=Prediction(
        question="A number is in the cell. From then on the input gate is shut, i = 0, and the forget gate stands at "
        "f = 0.9, nearly open, for 20 steps. How much of the number is left?",
        choices=(
            "About 90 %: the gate is nearly open",
            "About half of it",
            "About an eighth of it",
            "Nothing: what is not written again is gone",
        ),
        answer=2,
        explanation="Each step multiplies the cell state by f, so 20 steps multiply it by $0.9^{20} = 0.12$. To keep "
        "90 % over 20 steps, f has to be $0.9^{1/20} = 0.995$: a memory that lasts takes forget gates very near 1. The "
        "same product is the derivative of the later cell state by the earlier one along this path, so a gradient on "
        "its way back fades exactly as the memory does. Try it: set the highest forget gate to 0.90 and read the words "
        "above the gates. Then return it to 1 and reach the three goals. The first needs an input gate that opens once "
        "and an output gate that stays shut until it is asked. The second needs a forget gate that shuts, since the "
        "old number would stay in the sum; the third needs it open while a second number is written.",
    ),
    controls=(
        Menu("goal", "Goal", {name: told for name, (told, _) in GOALS.items()}),
        Slider("highest", "Forget gate pulled fully up", 0.5, 1.0, step=0.01, value=1.0),
        DragPoints(
            "gates",
            np.column_stack([places(), START.ravel()]).tolist(),
            axes="gates",
            limits=((0.5, STEPS + 0.5), (0.0, 1.0)),
            move="y",
            label="gates",
        ),
    ),
    compute=compute_gates_by_hand,
    picture=GatesPicture,
    describe=describe_gates_by_hand,
    size=(9.0, 5.4),
)
