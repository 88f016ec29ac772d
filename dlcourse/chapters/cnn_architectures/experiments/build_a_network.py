"""The experiment that builds a network and counts where its parameters, multiply-adds and memory lie."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.cnn_architectures.experiments.building import BYTES, amount, layers
from dlcourse.chapters.cnn_architectures.experiments.building_picture import BuildingPicture
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent


def compute_build_a_network(
    size: int, stages: int, convolutions: int, channels: int, kernel: str, shrinking: str, head: str
) -> Values:
    """The layers from the first convolution on, entry k of each list and array for layer k.

    ``names``, ``shapes`` as texts; ``parameters``, ``multiply_adds``, ``bytes`` (layers,): of the layer itself, and of
    what it gives for one image in float32. ``fields`` (layers,): pixels that one of its numbers sees along each axis,
    0 for all of them.
    """
    rows = layers(size, stages, convolutions, channels, int(kernel), shrinking, head)
    return {
        "size": size,
        "names": [row.name for row in rows],
        "shapes": [" × ".join(f"{length:,}" for length in row.shape) for row in rows],
        "parameters": np.array([row.parameters for row in rows]),
        "multiply_adds": np.array([row.multiply_adds for row in rows]),
        "bytes": np.array([row.memory for row in rows]),
        "fields": np.array([row.field for row in rows]),
    }


def _largest(values: Values, cost: str) -> str:
    """Which layer has most of a cost, and which part of all."""
    costs = values[cost]
    place = int(costs.argmax())
    return f"layer {place + 1}, {values['names'][place]}, has {percent(costs[place] / costs.sum())} of them"


def describe_build_a_network(parameters: Mapping[str, Any], values: Values) -> str:
    """The sums, the layers that have most, and the receptive field in the end."""
    parameter_count, products = (int(values[cost].sum()) for cost in ("parameters", "multiply_adds"))
    size, field = values["size"], values["fields"].max()
    return (
        f"A network of {len(values['names'])} layers for photographs of {size} × {size} pixels. It has "
        f"{amount(parameter_count)} parameters, which take {amount(BYTES * parameter_count, 'B')}: "
        f"{_largest(values, 'parameters')}. One image takes {amount(products)} multiply-adds: "
        f"{_largest(values, 'multiply_adds')}. The layers' outputs for one image take "
        f"{amount(values['bytes'].sum(), 'B')}, of which layer {int(values['bytes'].argmax()) + 1} has "
        f"{percent(values['bytes'].max() / values['bytes'].sum())}. A number of the last maps sees {field} pixels "
        f"along each axis{', more than the image has' if field > size else ''}."
    )


build_a_network = Experiment(
    name="build_a_network",
    title="Build a network and count",
    prediction=Prediction(
        question="The photographs become twice as high and twice as wide; the network's settings stay. What grows "
        "fourfold?",
        choices=(
            "The parameters and the multiply-adds of every layer",
            "The multiply-adds of the convolutions; no layer gets more parameters",
            "The multiply-adds of the convolutions, and the parameters of the first dense layer",
            "The parameters of the convolutions, and nothing else",
        ),
        answer=2,
        explanation="A kernel is the same at all places: its parameters do not know how large the image is, while it "
        "is used at four times as many places. The first dense layer has a weight for each number of the last maps, of "
        "which there are four times as many, and it usually holds most of the network's parameters. The dense layer "
        "behind it does not notice. With a global mean in its place no parameter depends on the image, and the "
        "trained network runs on images of any size. Look also at the third column: the outputs of the first "
        "layers fill the memory, although they have hardly any parameters.",
    ),
    controls=(
        Slider("size", "Height and width of the image", 32, 224, step=32, value=96, unit="pixels"),
        Slider("stages", "Stages", 1, 5, step=1, value=4),
        Slider("convolutions", "Convolutions in each stage", 1, 3, step=1, value=2),
        Slider("channels", "Channels of the first stage, doubled in each", 8, 64, step=8, value=32),
        Menu("kernel", "Kernel", {"1": "1 × 1", "3": "3 × 3", "5": "5 × 5", "7": "7 × 7"}, "3"),
        Menu("shrinking", "Half the size by", {"pool": "max-pooling", "stride": "stride 2 in the last convolution"}),
        Menu("head", "Head", {"dense": "flatten, dense, dense", "mean": "global mean, dense"}),
    ),
    compute=compute_build_a_network,
    picture=BuildingPicture,
    describe=describe_build_a_network,
    size=(9.0, 5.0),
)
