"""What two hidden units and an output unit say of XOR's four points: the numbers behind ``xor_by_hand``."""

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.scratch.losses import sigmoid
from dlcourse.scratch.perceptrons import layer

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 1, 0])
NAMES = ("(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)")
SHOWN = (-0.6, 1.6)  # of each axis, in both panels
SIDE = 161  # the shaded planes have SIDE x SIDE cells
STEEPNESS = {"step": 0.0, "steep": 12.0, "soft": 4.0}  # of the sigmoid; 0 stands for a step
OUTPUTS = {  # weights and bias of the output unit, and how it is written
    "and": (np.array([1.0, 1.0]), -1.5, "h₁ + h₂ ≥ 1.5"),
    "or": (np.array([1.0, 1.0]), -0.5, "h₁ + h₂ ≥ 0.5"),
    "first_only": (np.array([1.0, -1.0]), -0.5, "h₁ − h₂ ≥ 0.5"),
}
TURNS = np.radians(np.arange(360))
LATTICE = np.linspace(-0.5, 1.5, 9)
BESIDE = 0.1  # how far apart points are drawn that land in the same place


def compute_xor_by_hand(places: Array, angle_1: float, angle_2: float, units: str, output: str) -> Values:
    """What both hidden units and the output unit say of the four points, and of the planes around them.

    Unit j is f(w·x + b) with w of length 1 at ``angle_j`` degrees, and b such that its line passes through
    ``places[j]``; f is a step or σ(k z). ``hidden`` (4, 2) are the units' values at POINTS, ``outputs`` (4,) the
    network's, ``field`` (SIDE, SIDE) those over the plane of the inputs. ``gap`` is the width of the widest strip that
    parts the two labels in the plane of the hidden units, over directions in whole degrees; not above 0 where no line
    does.
    """
    angles = np.radians([angle_1, angle_2])
    weights = np.column_stack([np.cos(angles), np.sin(angles)])
    bias = -(weights * places).sum(axis=1)
    steepness, (output_weights, output_bias, _) = STEEPNESS[units], OUTPUTS[output]
    x = np.linspace(*SHOWN, SIDE)
    plane = np.stack(np.meshgrid(x, x), axis=-1)
    hidden = activate(POINTS, weights, bias, steepness)
    outputs = fires(hidden, output_weights, output_bias)
    along = hidden @ np.array([np.cos(TURNS), np.sin(TURNS)])
    return {
        "places": places,
        "weights": weights,
        "bias": bias,
        "hidden": hidden,
        "outputs": outputs,
        "wrong": outputs != LABELS,
        "field": fires(activate(plane, weights, bias, steepness), output_weights, output_bias),
        "gap": float((along[LABELS == 1].min(axis=0) - along[LABELS == 0].max(axis=0)).max()),
        "output": output,
        "lattice": _lattice(weights, bias, steepness),
    }


def activate(inputs: Array, weights: Array, bias: Array, steepness: float) -> Array:
    """The hidden units' values, for inputs (..., 2): 1 where z = w·x + b ≥ 0, else 0; or σ(steepness z)."""
    z = layer(inputs.reshape(-1, 2), weights, bias).reshape(inputs.shape)
    z = z.round(9)  # a point on the line counts as on, whatever the last digit
    return sigmoid(steepness * z) if steepness else (z >= 0).astype(np.float64)


def fires(hidden: Array, weights: Array, bias: float) -> NDArray[np.int64]:
    """1 where v·h + c ≥ 0, else 0, for hidden (..., 2)."""
    return ((hidden @ weights + bias).round(9) >= 0).astype(np.int64)


def _lattice(weights: Array, bias: Array, steepness: float) -> Array:
    """Where the units take the lattice of the input plane: (lines, 41, 2); none for steps, which tear it apart."""
    if not steepness:
        return np.empty((0, 41, 2))
    along = np.linspace(LATTICE[0], LATTICE[-1], 41)
    upright = np.stack(np.broadcast_arrays(LATTICE[:, None], along), axis=-1)
    return activate(np.concatenate([upright, upright[..., ::-1]]), weights, bias, steepness)


def side_by_side(hidden: Array, weights: Array) -> Array:
    """Where the four points are drawn, (4, 2): those in one place stand beside each other along the output's line.

    So none hides another and none changes its side. In one place: nearer than BESIDE / 2 to the first of them.
    """
    along = np.array([-weights[1], weights[0]]) / np.sqrt(2)
    shown = hidden.copy()
    for group in groups(hidden, (BESIDE / 2, BESIDE / 2)):
        shown[group] += BESIDE * np.outer(np.arange(len(group)) - (len(group) - 1) / 2, along)
    return shown


def groups(places: Array, near: tuple[float, float]) -> list[list[int]]:
    """The points in groups: the first one left, and those nearer to it than ``near`` along both axes."""
    found, left = [], list(range(len(places)))
    while left:
        found.append([index for index in left if (np.abs(places[index] - places[left[0]]) < near).all()])
        left = [index for index in left if index not in found[-1]]
    return found
