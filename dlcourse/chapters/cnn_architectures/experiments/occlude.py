"""The experiment that covers a part of a digit and watches what the trained network makes of the rest."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.cnn_architectures.digit_network import EXAMPLES, examples, probabilities
from dlcourse.chapters.cnn_architectures.experiments.occlude_picture import OccludePicture
from dlcourse.experiments.controls import DragPoints, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.scratch.explaining import occlusion_map

SIDE = 28
NOTHING = np.zeros((0, 0))


def compute_occlude(digit: int, example: int, size: int, value: float, show_map: bool, patch: Array) -> Values:
    """What the network says of the image with a square of ``size`` pixels in the gray ``value``, 0 paper and 1 ink.

    ``patch`` (1, 2): x and y of its middle, which is moved so far that it lies in the image. ``image`` (28, 28) is the
    covered one, ``corner`` row and column of its first covered pixel; ``whole`` and ``covered`` (10,): the
    probabilities of the classes without and with it; ``class``: the class of the whole image. ``drops``: how much less
    probable this class becomes with the square at each place, empty where it is not asked for.
    """
    whole = examples()[digit, example - 1]
    corner = (np.round(patch[0, ::-1] - size / 2).astype(int)).clip(0, SIDE - size)
    image = whole.copy()
    image[corner[0] : corner[0] + size, corner[1] : corner[1] + size] = value
    before, after = probabilities(np.stack([whole, image]))
    return {
        "image": image,
        "corner": corner,
        "size": size,
        "ink": float(whole[corner[0] : corner[0] + size, corner[1] : corner[1] + size].mean()),
        "whole": before,
        "covered": after,
        "class": int(before.argmax()),
        "drops": drops(digit, example, size, value) if show_map else NOTHING,
    }


@lru_cache(maxsize=32)
def drops(digit: int, example: int, size: int, value: float) -> Array:
    """How much less probable the class of the whole image becomes, for each place of the square."""
    image = examples()[digit, example - 1]
    label = int(probabilities(image[None])[0].argmax())
    fallen = occlusion_map(lambda images: probabilities(images)[:, label], image, size, value)
    fallen.flags.writeable = False
    return fallen


def describe_occlude(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the square lies, what becomes of the class, and the map in numbers where it is shown."""
    (row, column), size, label = values["corner"], values["size"], values["class"]
    now = int(values["covered"].argmax())
    misread = "" if label == parameters["digit"] else f", and takes for a {label}"
    text = (
        f"A {parameters['digit']} that the network was not trained on{misread}. A square of {size} × {size} pixels in "
        f"the gray value {parameters['value']:.2f} covers rows {row} to {row + size - 1} and columns {column} to "
        f"{column + size - 1}, where the mean of the pixels was {values['ink']:.2f}. The class {label} goes from a "
        f"probability of {fixed(values['whole'][label])} to {fixed(values['covered'][label])}"
        + ("." if now == label else f", and the network reads a {now}, with {fixed(values['covered'][now])}.")
    )
    if not parameters["show_map"]:
        return text
    fallen = values["drops"]
    top, left = np.unravel_index(int(fallen.argmax()), fallen.shape)
    return (
        f"{text} Over all {fallen.size} places the class loses {fixed(fallen.mean())} on average; most, "
        f"{fixed(fallen.max())}, with the square from row {top} and column {left} on. At "
        f"{100 * (fallen > 0.5).mean():.0f} % of the places it loses more than 0.5."
    )


occlude = Experiment(
    name="occlude",
    title="Cover a part of the digit",
    prediction=Prediction(
        question="The square lies beside the digit, on empty paper, where there is no ink to hide. Can it change what "
        "the network says?",
        choices=(
            "No: what is not covered decides, and the whole digit is still there",
            "Yes, with any square, whatever its gray value",
            "Yes if the square is gray or full of ink; one of paper changes nothing there",
            "Only if the square is larger than the kernels, 5 × 5 pixels",
        ),
        answer=2,
        explanation="The network is not told that a square hides something. Paper over paper gives the same pixels, "
        "so nothing changes, to the last digit. But a square of ink is a stroke that was not there, and the network "
        "reads it as a part of the digit; gray lies between. So a map of occlusion shows two things at once: "
        "which parts were relied on, and what the square itself looks like. Paper is no neutral choice either: it cuts "
        "strokes, and what is left may look like another digit. Compare the maps for several gray values before you "
        "believe one. The size counts too: a small square hides only a part of a stroke, for which the rest stands in.",
    ),
    controls=(
        Slider("digit", "Digit", 0, 9, step=1, value=4),
        Slider("example", "Which of its images; the last is misread", 1, EXAMPLES, step=1, value=1),
        Slider("size", "Side of the square", 2, 14, step=1, value=7, unit="pixels"),
        Slider("value", "Its gray value: 0 paper, 1 ink", 0.0, 1.0, step=0.05, value=0.0),
        Toggle("show_map", "Show the drop at every place"),
        DragPoints("patch", [[14.0, 14.0]], axes="image", limits=((0.0, SIDE), (0.0, SIDE)), label="square"),
    ),
    compute=compute_occlude,
    picture=OccludePicture,
    describe=describe_occlude,
    size=(9.0, 4.2),
)
