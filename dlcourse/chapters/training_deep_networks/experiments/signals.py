"""What goes through a deep network before its first step: by depth, start, activation and normalization."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array
from dlcourse.chapters.training_deep_networks.experiments.signals_picture import (
    GRADIENT_EDGES,
    MOST_LAYERS,
    NOTHING,
    VALUE_EDGES,
    SignalsPicture,
    told,
)
from dlcourse.chapters.training_deep_networks.experiments.standard_digits import WIDTH, digits_batch
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent
from dlcourse.scratch import deep_stacks
from dlcourse.scratch.initializers import Shape
from dlcourse.scratch.signals import layer_signals, shares, table

STARTS = {
    "zeros": "zeros",
    "normal 0.01": "standard deviation 0.01",
    "even ±1/√n": "even, −1/√n to 1/√n",
    "1/√n": "standard deviation 1/√n",
    "Glorot": "Glorot",
    "He": "He",
    "orthogonal": "orthogonal",
}


def compute_signals(depth: int, start: str, factor: float, activation: str, normalization: str, seed: int) -> Values:
    """What the ``depth`` layers of 64 units show for 128 standardized digits, the last of them the logits.

    The weights of ``start`` are multiplied by ``factor``. By layer, (depth,): ``sizes`` and ``gradients``, the root
    mean squares of a and δ, and the share of ``saturated`` values. Shares by layer and bin: ``values`` (depth, bins) of
    a, ``slopes`` (depth, bins) of log₁₀ |δ|; what lies beyond the outermost edges counts in the outermost bins.
    """
    network = deep_stacks.deep_network(
        WIDTH,
        10,
        depth=depth,
        width=WIDTH,
        start=partial(_scaled, start, factor),
        activation=activation,
        normalization=normalization,
        generator=np.random.default_rng(seed),
        dtype=np.float64,
    )
    found = layer_signals(network, *digits_batch())
    by_layer = table(found)
    return {
        "sizes": by_layer["size"],
        "gradients": by_layer["gradient"],
        "saturated": by_layer["saturated"],
        "values": np.stack([shares(each.activations, VALUE_EDGES) for each in found]),
        "slopes": np.stack([shares(_powers(each.gradients), GRADIENT_EDGES) for each in found]),
    }


def _scaled(
    start: str, factor: float, shape: Shape, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return np.asarray(factor * deep_stacks.STARTS[start](shape, generator=generator, dtype=dtype), dtype)


def _powers(gradients: Array) -> Array:
    """log₁₀ of the absolute values; −300 for 0."""
    return np.log10(np.maximum(np.abs(gradients), 1e-300))


def describe_signals(parameters: Mapping[str, Any], values: Values) -> str:
    """The network, and the sizes of a and δ in the first, the middle and the last layer with an activation."""
    depth, hidden = parameters["depth"], parameters["depth"] - 1
    at = sorted({1, (1 + hidden) // 2, hidden})
    where = ("layer " if len(at) == 1 else "layers ") + ", ".join(map(str, at))
    sizes, gradients = (", ".join(told(values[name][layer - 1]) for layer in at) for name in ("sizes", "gradients"))
    scaled = "" if parameters["factor"] == 1 else f", times {parameters['factor']:g}"
    normalization, activation = parameters["normalization"], parameters["activation"]
    return (
        f"A network of {depth} layers of {WIDTH} units for digits, before its first step. Start: "
        f"{STARTS[parameters['start']]}{scaled}; activation: {activation}; normalization: {normalization}. In {where} "
        f"the activations have the size {sizes} and their gradients δ the size {gradients} (root mean squares). In "
        f"layer {hidden} {percent(values['saturated'][hidden - 1])} of the values are saturated: they lie where the "
        f"activation is flat, its slope at most a twentieth of the largest. In layer 1 "
        f"{percent(values['slopes'][0, 0])} of δ are 0 or below {NOTHING}."
    )


signals = Experiment(
    name="signals",
    title="What goes through a deep network",
    prediction=Prediction(
        question="40 layers with ReLU and He's start: activations and gradients keep their sizes from layer to layer, "
        "but for chance. Now batch normalization is put before each ReLU, which gives every z of every unit mean 0 and "
        "variance 1 over the mini-batch. What does it do to δ on its way back from layer 39 to layer 1?",
        choices=(
            "It keeps its size more evenly than before",
            "It shrinks to about a thousandth",
            "It grows about a thousandfold",
        ),
        answer=2,
        explanation="It grows about 1,500-fold, 1,000- to 2,100-fold in 20 draws of the weights, while all activations "
        "have the size 0.7. Without normalization its factor is between 0.4 and 6. Why? A ReLU lets half of δ² "
        "through, and the normalization behind it divides by a standard deviation, δ on its way back as well. What "
        "ReLU hands on has mean square 1/2; but normalization takes each unit's mean away before it divides, and the "
        "variance that is left is $1/2 - 1/(2\\pi)$. So δ² grows by "
        "$\\frac{1/2}{1/2 - 1/(2\\pi)} = \\frac{\\pi}{\\pi - 1} \\approx 1.47$ a layer, and δ over 38 layers by "
        "$1.47^{19} \\approx 1500$ (Yang and others, 2019).\n\n"
        "Change the cause. With no activation there is no such mean, and δ grows by 1.4 to 2 only. Layer normalization "
        "takes away the mean over the units of a layer, and leaves each unit its own: there the factor is between 0.2 "
        "and 5. It also goes with the depth: 20 layers make δ 30 to 40 times as large, and such networks learn.\n\n"
        "What batch normalization does give is sizes of a that do not depend on the start. Take it away and go through "
        "the starts: 0.01; 1/√n with tanh, then with ReLU; He's weights times 0.8 and times 1.2. Last, a sigmoid with "
        "Glorot's start: its activations look healthy in every layer, but what differs there are the units, and hardly "
        "the digits. Look at its δ.",
    ),
    controls=(
        Slider("depth", "Layers", 2, MOST_LAYERS, step=1, value=MOST_LAYERS),
        Menu("start", "Start", STARTS, "He"),
        Slider("factor", "Weights multiplied by", 0.5, 2.0, step=0.1, value=1.0),
        Menu("activation", "Activation", list(deep_stacks.ACTIVATIONS), "ReLU"),
        Menu("normalization", "Normalization", list(deep_stacks.NORMALIZATIONS), "none"),
        Slider("seed", "Draw the weights again: seed", 1, 20, step=1, value=1),
    ),
    compute=compute_signals,
    picture=SignalsPicture,
    describe=describe_signals,
    size=(9.0, 5.0),
)
