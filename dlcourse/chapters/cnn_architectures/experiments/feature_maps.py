"""The experiment that looks into a trained network: its feature maps, and the sum behind a single number of one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.cnn_architectures.digit_network import CHANNELS, EXAMPLES, examples
from dlcourse.chapters.cnn_architectures.experiments.feature_maps_picture import FeatureMapsPicture
from dlcourse.chapters.cnn_architectures.experiments.unit_sums import SIDE, sums, unit
from dlcourse.experiments.controls import DragPoints, Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

DECIMALS = 2  # of every number that is shown


def compute_feature_maps(digit: int, example: int, layer: str, channel: int, point: Array) -> Values:
    """The maps of a convolution for an image, before ReLU, and the terms of the sum at the ``point``.

    ``point`` (1, 2): x and y on a map that is drawn ``SIDE`` wide. ``image`` (28, 28), ``maps`` (8, rows, columns);
    ``row`` and ``column`` of the unit, ``channel`` from 0; ``patch`` and ``kernel`` (channels read, 5, 5), ``parts``
    the sums of their products a channel, ``total`` all of them with the ``bias``, each
    rounded as it is shown. ``corner``: row and column of the
    first pixel that the unit depends on, one of ``field`` × ``field``.
    """
    _, maps = sums(digit, example - 1, layer)
    rows = maps.shape[1]
    column, row = (min(int(place / SIDE * rows), rows - 1) for place in point[0].tolist())
    chosen = unit(digit, example - 1, layer, channel - 1, row, column)
    parts = (chosen.patch * chosen.kernel).sum(axis=(1, 2))
    return {
        "image": examples()[digit, example - 1],
        "maps": maps,
        "channel": channel - 1,
        "point": point[0],
        "row": row,
        "column": column,
        "patch": chosen.patch,
        "kernel": chosen.kernel,
        "parts": parts,
        "bias": chosen.bias,
        "total": round(parts.sum(), DECIMALS) + round(chosen.bias, DECIMALS),
        "corner": np.array(chosen.corner),
        "field": chosen.field,
    }


def describe_feature_maps(parameters: Mapping[str, Any], values: Values) -> str:
    """Which unit it is, the sum behind it, and how much of the map is above 0."""
    chosen, parts = values["maps"][values["channel"]], values["parts"]
    rows = len(chosen)
    top, left = values["corner"]
    bottom, right = top + values["field"] - 1, left + values["field"] - 1
    if len(parts) == 1:
        terms = f"the 25 products of its patch and its kernel add up to {fixed(parts[0])}"
    else:
        largest = int(np.abs(parts).argmax())
        terms = (
            f"the products of its {len(parts)} patches and kernels add up to {fixed(parts.sum())}, of which channel "
            f"{largest + 1} has most, {fixed(parts[largest])}"
        )
    return (
        f"A {parameters['digit']} that the network was not trained on, and map {parameters['channel']} of its "
        f"{parameters['layer']} convolution, {rows} × {rows} numbers between {fixed(chosen.min())} and "
        f"{fixed(chosen.max())}; ReLU leaves {100 * (chosen > 0).mean():.0f} % of them above 0. The unit in row "
        f"{values['row']} and column {values['column']} depends on rows {top} to {bottom} and columns {left} to "
        f"{right} of the image: {terms}; with the bias {fixed(values['bias'])} that is {fixed(values['total'])}, and "
        f"behind ReLU {fixed(max(values['total'], 0))}."
    )


feature_maps = Experiment(
    name="feature_maps",
    title="The sum behind a unit",
    prediction=Prediction(
        question="A kernel of the first convolution has positive weights, orange, and negative ones, blue; ink is 1, "
        "paper 0. Over which patch does its unit give the largest sum?",
        choices=(
            "Over a patch full of ink: every pixel adds something",
            "Over ink where its weights are orange, and paper where they are blue",
            "Over ink where its weights are blue, and paper where they are orange",
            "Over empty paper: there nothing is subtracted",
        ),
        answer=1,
        explanation="Each pixel of ink adds its weight, and paper adds nothing. So a patch full of ink gives the sum "
        "of all weights, in which the blue ones count against the orange ones; empty paper gives the bias alone, "
        "everywhere the same. The largest sum comes from ink under the orange weights only: the kernel is a small "
        "picture of what its unit looks for, such as an edge with ink on one side. The second convolution is "
        "harder to read: its unit adds up eight patches, one from each map of the first layer, and what it looks "
        "for is an arrangement of what those found.",
    ),
    controls=(
        Slider("digit", "Digit", 0, 9, step=1, value=3),
        Slider("example", "Which of its images; the last is misread", 1, EXAMPLES, step=1, value=1),
        Menu("layer", "Convolution", ("first", "second")),
        Slider("channel", "Map", 1, CHANNELS, step=1, value=3),
        DragPoints("point", [[12.5, 9.5]], axes="map", limits=((0.0, SIDE), (0.0, SIDE)), label="point on the map"),
    ),
    compute=compute_feature_maps,
    picture=FeatureMapsPicture,
    describe=describe_feature_maps,
    size=(9.0, 5.2),
)
