"""The experiment that copies the first k layers of a network and draws those above anew: which layers transfer?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.transfer_learning.experiments.layers_picture import WAYS, LayersPicture
from dlcourse.chapters.transfer_learning.transfer_runs import (
    CURVE_LABELS,
    CURVE_SEEDS,
    CURVE_UPDATES,
    CURVES,
    DEPTHS,
    layer_accuracies,
)
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent

SOURCES = {"letters": "Printed letters", "digits": "The same digits"}


def compute_which_layers(source: str, labels: str, depth: int) -> Values:
    """Right answers of networks whose first 0 to ``depth`` layers are copied from one that has learnt ``source``.

    ``shares`` (2, depth + 1, 3): the share of test digits, of networks that keep the copied layers frozen and of such
    that tune them, from three seeds each. ``heights`` (2,): of the axis.
    """
    own = "own " if source == "digits" else ""
    known = layer_accuracies()[CURVE_LABELS.index(int(labels))].astype(np.float64)
    rows = [CURVES.index(own + way) for way in WAYS]
    shares = known[rows, : depth + 1]
    low = np.floor(10 * known.min()) / 10
    means = shares[:, -1].mean(axis=1)
    told = ", ".join(f"{way} {percent(mean)}" for way, mean in zip(WAYS, means, strict=True))
    return {
        "depth": depth,
        "shares": shares,
        "heights": np.array([low, 1.0]),
        "words": (f"k = {depth}: {told}" if depth else f"from scratch {percent(means[0])}", f"{labels} labels a class"),
    }


def describe_which_layers(parameters: Mapping[str, Any], values: Values) -> str:
    """The mean and the spread of both curves, at each number of copied layers."""
    source = "the same digits" if parameters["source"] == "digits" else "printed letters"
    told = [f"from scratch {_spread(values['shares'][0, 0])}"]
    for depth in range(1, values["depth"] + 1):
        frozen, tuned = (_spread(values["shares"][row, depth]) for row in range(len(WAYS)))
        told.append(f"k = {depth}: frozen {frozen}, tuned {tuned}")
    return (
        f"The first k layers are copied from a network that has learnt {source}, those above are new, and "
        f"{CURVE_UPDATES} updates follow with {parameters['labels']} digits a class; right are, lowest to highest of "
        f"{CURVE_SEEDS} seeds, {'; '.join(told)}."
    )


def _spread(shares: Any) -> str:
    low, high = (100 * share for share in (shares.min(), shares.max()))
    return f"{low:.1f} to {high:.1f} %"


which_layers = Experiment(
    name="which_layers",
    title="Which layers transfer?",
    prediction=Prediction(
        question="The first k layers are copied from the network that reads printed letters and stay frozen; those "
        "above start from random weights and learn from 10 digits of each class. Layers near the input are known as "
        "general, those near the output as special to what they were trained for. With which k are most test digits "
        "right?",
        choices=(
            "None: all layers new, k = 0",
            "The stem alone, k = 1",
            "Stem and block 1, k = 2",
            "Nearly all, k = 3 or 4",
        ),
        answer=3,
        explanation="With 10 digits a class, from scratch 62 % to 64 % are right, with the stem 60 % to 64 %, with "
        "k = 2 80 % to 82 %, with 3 or 4 92 % to 94 %. General is not the same as useful: what the stem holds is soon "
        "learnt anew, what deeper layers hold is not, and digits are near enough to letters for it to serve.\n\n"
        "With 100 digits a class the last block turns out to be the special one. With each of the three seeds frozen "
        "layers do better with k = 3, 96 % to 97 %, than with k = 4, 94 % to 95 %; tuned instead, all four reach 96 % "
        "to 97 %. Now copy from a network of the same digits. There J. Yosinski and others (2014) found a dip in the "
        "middle, as layers that had learnt to work together were torn apart. Theirs had eight layers and much data; "
        "with frozen layers no such dip shows here.",
    ),
    controls=(
        Slider("depth", "Layers copied, k", DEPTHS[0], DEPTHS[-1], step=1, value=DEPTHS[-1]),
        Menu("source", "Copied from a network of", SOURCES),
        Menu("labels", "Labels a class", tuple(map(str, CURVE_LABELS)), "10"),
    ),
    compute=compute_which_layers,
    picture=LayersPicture,
    describe=describe_which_layers,
    size=(9.0, 4.2),
    locked={"depth": 0},
)
