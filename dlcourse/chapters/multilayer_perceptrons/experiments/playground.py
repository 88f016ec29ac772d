"""The playground: a small network learns to tell two kinds of points in the plane, update by update."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.multilayer_perceptrons.experiments.playground_picture import REACH, SIDE, PlaygroundPicture
from dlcourse.chapters.multilayer_perceptrons.experiments.playground_training import (
    EVERY,
    HELD_OUT,
    MOST_UPDATES,
    TRAINING,
    Settings,
    points_of,
    run_of,
    sizes_of,
)
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.level_lines import zero_line
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import magnitude
from dlcourse.scratch import losses
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.perceptrons import count_parameters

TILE = np.arange(1, SIDE, 3)  # the rows and columns of the grid that the small maps show
ALONG = np.linspace(-REACH, REACH, SIDE)
GRID = Tensor(np.stack(np.meshgrid(ALONG, ALONG), axis=-1).reshape(-1, 2))

DATA = {"circles": "Circles", "xor": "XOR", "moons": "Moons", "spirals": "Spirals"}
ACTIVATION = {
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "sigmoid": "sigmoid",
    "linear": "none (linear)",
}
OPTIMIZER = {"adam": "Adam", "momentum": "momentum 0.9", "sgd": "gradient descent"}
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")


def compute_playground(
    updates: int,
    data: str,
    noise: float,
    layers: int,
    units: int,
    activation: str,
    optimizer: str,
    learning_rate: str,
    start: int,
) -> Values:
    """The network of these settings after ``updates``, and the losses on the way.

    ``field`` (81, 81): the probability of label 1 over the plane; ``boundary`` (m, 2, 2): pieces of the line where it
    is 0.5; ``maps`` (layers, units, 27, 27): what each hidden unit gives over the plane. ``diverged``: the update that
    led beyond all bounds, or -1; the network is then the last one before it.
    """
    settings = Settings(data, noise, layers, units, activation, optimizer, float(learning_rate), start)
    training, held_out = points_of(data, noise)
    snapshot = run_of(settings).at(updates, GRID)
    logits = snapshot.logits.reshape(SIDE, SIDE)
    maps = snapshot.hidden.reshape(layers, SIDE, SIDE, units)[:, TILE[:, None], TILE].transpose(0, 3, 1, 2)
    return {
        "updates": updates,
        "inputs": training.inputs.data,
        "labels": training.targets[:, 0],
        "held_out_inputs": held_out.inputs.data,
        "held_out_labels": held_out.targets[:, 0],
        "field": losses.sigmoid(logits),
        "boundary": zero_line(ALONG, ALONG, logits),
        "maps": maps,
        "middle": 0.5 if activation == "sigmoid" else 0.0,  # what a map shows in white
        "weights": snapshot.weights,
        "sizes": np.array(sizes_of(layers, units)),
        "losses": snapshot.losses,
        "accuracies": snapshot.accuracies,
        "curve_updates": snapshot.curve_updates,
        "curves": snapshot.curves,
        "diverged": snapshot.diverged,
        "method": f"{OPTIMIZER[optimizer]} {learning_rate}",
        "activation": "linear" if not layers or activation == "linear" else ACTIVATION[activation],
    }


def describe_playground(parameters: Mapping[str, Any], values: Values) -> str:
    """Data, network and method; losses, shares of right answers, and how the boundary runs."""
    sizes = "-".join(str(size) for size in values["sizes"])
    network = f"{sizes} network, {values['activation']}"
    loss, right = values["losses"], 100 * values["accuracies"]
    text = (
        f"{DATA[parameters['data']]}: {TRAINING} points for training and {HELD_OUT} held out, noise "
        f"{parameters['noise']:.2f}. A {network} ({count_parameters(values['sizes'].tolist())} parameters, start "
        f"{parameters['start']}), trained by {OPTIMIZER[parameters['optimizer']]} "
        f"with learning rate {parameters['learning_rate']}, after {parameters['updates']} updates. "
    )
    if values["diverged"] >= 0:
        text += f"It diverged at update {values['diverged']}: what follows is the network before it. "
    return (
        f"{text}Cross-entropy: training {_loss(loss[0])}, held out {_loss(loss[1])}; correct: training "
        f"{right[0]:.0f} %, held out {right[1]:.0f} %. {_describe_boundary(values['field'])}"
        f"{_describe_units(values['maps'])}"
    )


def _loss(value: float) -> str:
    return "below 0.005" if value < 0.005 else f"{value:.2f}" if value < 100 else magnitude(value, 2)


def _describe_boundary(field: Array) -> str:
    """Which part of the plane has which answer, and how often the boundary meets the rim."""
    answers = field >= 0.5
    share = round(100 * answers.mean())
    if answers.all() or not answers.any():
        return f"There is no boundary: label {int(answers[0, 0])} is the answer everywhere."
    rim = np.concatenate([answers[0], answers[1:, -1], answers[-1, -2::-1], answers[-2:0:-1, 0]])
    meets = int((rim != np.roll(rim, 1)).sum())
    if meets:
        where = f"The boundary meets the rim of the picture {meets} times"
    else:
        where = f"The boundary is closed, with label {int(rim[0])} outside"
    return f"{where}; label 1 is the answer on {share} % of the plane."


def _describe_units(maps: Array) -> str:
    """How many hidden units give nothing to tell points by."""
    still = int((np.ptp(maps, axis=(2, 3)) == 0).sum())
    count = maps.shape[0] * maps.shape[1]
    return f" Of the {count} hidden units {still} give the same everywhere." if still else ""


playground = Experiment(
    name="playground",
    title="A playground for small networks",
    prediction=Prediction(
        question="The points of one class fill a disc, those of the other a ring around it. How few units in one "
        "hidden layer of tanh units can draw a closed boundary around the disc?",
        choices=("1", "2", "3", "8 or more"),
        answer=2,
        explanation="One unit changes in one direction only, so its boundary is a straight line. With two, the "
        "boundary is where $v_1 \\tanh z_1 + v_2 \\tanh z_2 + c = 0$, with $z_1$ and $z_2$ what the units receive. As "
        "tanh only rises, each $z_1$ leaves one $z_2$ at most, and that moves one way only as $z_1$ grows: a line that "
        "never turns back cannot close, however long the training. (GELU, which falls before it rises, can close a "
        "line around the disc with two units.) It becomes a wedge or a bent strip, and about one training point in "
        "eight stays wrong. Three units are enough: each cuts one side, and the boundary is a rounded triangle. Eight "
        "make it rounder, but they are not needed. What a network can express and what training finds are two things, "
        "though: three ReLU units can draw a triangle as well, but from most random starts they end elsewhere.",
    ),
    controls=(
        Slider("updates", "Updates", 0, MOST_UPDATES, step=EVERY, value=0),
        Menu("data", "Data", DATA),
        Slider("noise", "Noise", 0.0, 0.3, step=0.05, value=0.05),
        Slider("layers", "Hidden layers", 0, 4, step=1, value=1),
        Slider("units", "Units a layer", 1, 16, step=1, value=8),
        Menu("activation", "Activation", ACTIVATION),
        Menu("optimizer", "Method", OPTIMIZER),
        Menu("learning_rate", "Learning rate", RATES, "0.03"),
        Slider("start", "Start of the weights", 1, 20, step=1, value=1),
    ),
    play=Play("updates", interval=40, label=f"Next {EVERY}"),
    compute=compute_playground,
    picture=PlaygroundPicture,
    describe=describe_playground,
    locked={"layers": 0},
    size=(9.0, 5.5),
)
