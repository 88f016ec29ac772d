"""The experiment on breaking symmetry: hidden units that begin equal stay equal, whatever the data."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.backpropagation.experiments.symmetry_picture import CELLS, REACH, SymmetryPicture
from dlcourse.chapters.backpropagation.experiments.symmetry_runs import (
    BIAS,
    EXPONENTS,
    MOST_STEPS,
    RANDOM_STARTS,
    UNITS,
    hidden_layer,
    network,
    trained,
    worst_random_loss,
)
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import decade, fixed, raised
from dlcourse.scratch import losses

STARTS = {
    "equal": "all weights equal, 1/2",
    "zeros": "all weights 0",
    "outputs": "equal hidden weights, random output weights",
    "random": "random",
}
DIFFERENCES = {"none": "none"} | {f"10^-{k}": raised(f"10^-{k}") for k in EXPONENTS}
FAR = 20.0  # from the middle of a line to its ends


def compute_symmetry(step: int, start: str, difference: str, activation: str) -> Values:
    """The run from ``start`` after ``step`` steps, its whole course, and the worst of the random starts.

    ``units`` (4, 4): see ``Run``. ``paths`` (step + 1, 4, 2): the input weights so far. ``lines`` (4, 2, 2): two points
    of the line on which a unit's score is 0, for each unit, far away where it has none. ``field`` (44, 44): the
    probability of "inside". ``difference`` is "none" or "10^-k".
    """
    size = 0.0 if difference == "none" else float(f"1e{difference.removeprefix('10^')}")
    run = trained(start, size, activation)
    units = run.units[step]
    return {
        "step": step,
        "units": units,
        "paths": run.units[: step + 1, :, :BIAS],
        "lines": _lines(units),
        "field": _field(units, run.output_bias[step], activation),
        "loss": run.loss,
        "worst_loss": worst_random_loss(activation),
        "spread": run.spread,
        "different": run.different_units(step),
        "moved": bool((run.units[step] != run.units[0]).any()),
    }


def _lines(units: Array) -> Array:
    """Two points (4, 2, 2) of each line w₁ x + w₂ y + b = 0."""
    weights, bias = units[:, :BIAS], units[:, BIAS]
    lengths = np.linalg.norm(weights, axis=1)
    known = lengths > 1e-9
    safe = np.where(known, lengths, 1.0)[:, None]
    middles = np.where(known[:, None], -bias[:, None] * weights / safe**2, 10 * FAR)
    along = FAR * np.column_stack([-weights[:, 1], weights[:, 0]]) / safe
    return np.stack([middles - along, middles + along], axis=1)


@lru_cache(maxsize=1)
def _grid() -> Array:
    """The centres of the field's cells, (44 · 44, 2), row by row from below."""
    centres = REACH * (2 * np.arange(CELLS) + 1 - CELLS) / CELLS
    return np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)


def _field(units: Array, output_bias: Array, activation: str) -> Array:
    logits = network(units, output_bias, hidden_layer(units, _grid(), activation))
    return losses.sigmoid(logits).reshape(CELLS, CELLS).astype(np.float64, copy=False)


def describe_symmetry(parameters: Mapping[str, Any], values: Values) -> str:
    """How many different units there are, how far they are apart, and both losses."""
    step, start = values["step"], STARTS[parameters["start"]]
    if parameters["difference"] != "none":
        start += f", and a difference of size {parameters['difference']} between the hidden weights"
    return (
        f"Four {parameters['activation']} units learn to tell a disc from the ring around it. The start: {start}. "
        f"After {step} of {MOST_STEPS} steps {_units(values)}. The loss is {_small(values['loss'][step])}; the worst "
        f"of {RANDOM_STARTS} random starts is at {_small(values['worst_loss'][step])} by then."
    )


def _units(values: Values) -> str:
    count, apart = values["different"], values["spread"][values["step"]]
    if apart and count == 1:
        return f"the hidden units still look like one: they differ by about {decade(apart)}"
    if apart:
        return f"{'all' if count == UNITS else count} {'of the ' * (count < UNITS)}{UNITS} hidden units are different"
    text = f"all {UNITS} hidden units are the same, to the last bit"
    if values["step"] and not values["moved"]:
        text += ", and no weight has moved: every gradient but that of the output bias is 0"
    return text


def _small(loss: float) -> str:
    return "less than 0.01" if loss < 0.01 else fixed(loss)


symmetry = Experiment(
    name="symmetry",
    title="Hidden units that begin equal",
    prediction=Prediction(
        question="A network has 4 hidden units. All its weights start at the same number, 1/2, and then it learns for "
        "2000 steps. How many different hidden units does it have in the end?",
        choices=(
            "4: each finds a part of the task",
            "2: half of them get positive, half negative weights",
            "1: they learn, but all the same thing",
            "They do not learn at all: equal weights have gradient 0",
        ),
        answer=2,
        explanation="Units with the same weights compute the same value, and since their output weights are equal too, "
        "the same $\\delta$ comes back to each. So their gradients are equal, and so are their weights after the step, "
        "and after the next: the four units are one unit for ever, and one line cannot separate a disc from a ring. "
        "They do move, all together: only weights of 0 on both sides of a tanh layer have no gradient (its values and "
        "what comes back are both 0). No data and no learning rate would break this tie, but almost any difference "
        "does: one of $10^{-8}$ at the start grows, at first unseen, until the units part. Random weights save "
        "the time that this takes. Rounding can be such a difference too: here every unit is computed in the same "
        "order, but a matrix product that adds up some columns in another order than others may break the tie by "
        "itself.",
    ),
    controls=(
        Slider("step", "Step", 0, MOST_STEPS, step=10, value=0),
        Menu("start", "Weights at the start", STARTS),
        Menu("difference", "Difference added to the hidden weights", DIFFERENCES),
        Menu("activation", "Hidden units", ("tanh", "sigmoid")),
    ),
    play=Play("step", interval=60, label="10 steps"),
    compute=compute_symmetry,
    picture=SymmetryPicture,
    describe=describe_symmetry,
    size=(9.0, 4.4),
)
