"""Exercise: where in the image the evidence for a class lies, behind global average pooling."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import explaining


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(channels: int, height: int, width: int, classes: int, dtype: Any = np.float64) -> tuple[Any, Any, int]:
        """Maps behind ReLU, and weights; the class is not the last and not the one of the highest score."""
        maps = np.maximum(generator.normal(0.5, 1, (channels, height, width)), 0).astype(dtype)
        weight = generator.normal(0, 1, (classes, channels)).astype(dtype)
        order = np.argsort(weight @ maps.mean(axis=(1, 2)))
        label = int(next(place for place in order if place not in (0, classes - 1)))
        return maps, weight, label

    small = np.array([[[1.0, 0.0], [2.0, 3.0]], [[0.0, 3.0], [5.0, 1.0]]])
    return [
        Case((small, np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 1.0]]), 1), "2 maps of 2 × 2 and 3 classes"),
        Case(draw(5, 4, 4, 3), "5 maps of 4 × 4 and 3 classes"),
        Case(draw(4, 3, 6, 4), "as many classes as maps"),
        Case(draw(6, 6, 6, 6), "6 maps of 6 × 6 and 6 classes"),
        Case(draw(16, 7, 7, 10), "16 maps of 7 × 7 and 10 classes"),
        Case(draw(3, 4, 5, 4, np.float32), "dtype float32"),
        Case((np.full((1, 2, 2), 2.0), np.array([[1.5], [-1.0]]), 1), "one map", edge=True),
        Case(draw(3, 1, 1, 3), "one place", edge=True),
    ]


class_activation_map = Exercise(
    explaining.class_activation_map,
    chapter="14_cnn_architectures",
    task=(
        "A network ends in feature maps, global average pooling, and a linear layer: the score of a class is Σ_c "
        "w[class, c] · (mean of map c) + bias. Return the map, of shape (height, width), that shows how much each "
        "place adds to the score of the class `label`: its *mean* is this score without the bias. `maps` has shape "
        "(channels, height, width), `weight` (classes, channels)."
    ),
    cases=_cases,
    points=2,
    hints=[
        "The score is a weighted sum of means. A mean of sums is the sum of the means: what happens when the mean is "
        "taken last?",
        "Score = mean over the places of Σ_c w[label, c] · maps[c, i, j]. What stands behind the mean is a number for "
        "each place.",
        "You need one row of `weight`, and the sum over the channels of each weight times its whole map. A loop over "
        "the channels does it; or give the row two more axes, (channels, 1, 1), and sum along axis 0.",
        "`(weight[label][:, None, None] * maps).sum(axis=0)`",
    ],
    fields={"at": "On {case} entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(explaining.class_activation_map, *replacements)


class_activation_map.add_mistake(
    "pooled_first",
    _with(
        ("* maps)", "* maps.mean(axis=(1, 2), keepdims=True))"), ("total: Array = ", "total: Array = 0 * maps[0] + ")
    ),
    "{at}Every place of yours has the same number, the score: you take the mean of each map first, and after that "
    "nobody knows any more where it came from. Weigh the maps while they are maps.",
)
class_activation_map.add_mistake(
    "score_alone",
    _with((".sum(axis=0)", ".sum(axis=0).mean()")),
    "You return a single number on {case}, the class's score without its bias. It is the mean of the map that is asked "
    "for: leave the last step out.",
)
class_activation_map.add_mistake(
    "mean_over_the_channels",
    _with((".sum(axis=0)", ".mean(axis=0)")),
    "{at}You take the mean over the channels. The score sums over them, and the only mean in it runs over the places.",
)
class_activation_map.add_mistake(
    "divided_by_the_places",
    _with((".sum(axis=0)", ".sum(axis=0) / maps[0].size")),
    "{at}You divide by the number of places, so that your map *sums* to the score. Asked is the map whose mean is the "
    "score.",
)
class_activation_map.add_mistake(
    "column_of_the_weights",
    _with(("weight[label]", "np.resize(weight[:, label % weight.shape[1]], len(maps))")),
    "{at}You take column {label} of the weights: those of all classes for one map. A class has a row, `weight[label]`.",
)
class_activation_map.add_mistake(
    "maps_not_weighted",
    _with(("weight[label][:, None, None] * maps", "maps")),
    "{at}You add the maps up without weights, and the result is the same for every class. The class says how much each "
    "map counts, and some count against it.",
)
class_activation_map.add_mistake(
    "negative_cut_off",
    _with(("return total", "return np.maximum(total, 0)")),
    "{at}You cut off what is negative. A place can speak against the class, and without it the mean is not the score. "
    "(Grad-CAM, a later method, does cut it off.)",
)
class_activation_map.add_mistake(
    "scaled_to_one",
    _with(("return total", "return (total - total.min()) / max(total.max() - total.min(), 1e-12)")),
    "{at}You bring the map to the range from 0 to 1, as for showing it. That loses what it means: the mean is the "
    "score no longer, and maps of two classes cannot be compared.",
)
class_activation_map.add_mistake(
    "most_likely_class",
    _with(("weight[label]", "weight[(weight @ maps.mean(axis=(1, 2))).argmax()]")),
    "{at}That is the map of the class with the highest score. Asked is that of class {label}, whichever wins: to see "
    "why a class did not is half of the use.",
)
class_activation_map.add_mistake(
    "not_summed",
    _with((".sum(axis=0)", "")),
    "Your result on {case} has one map for each channel, weighted. The score is their sum: add them up.",
)
class_activation_map.add_mistake(
    "all_classes",
    _with(("(weight[label][:, None, None] * maps).sum(axis=0)", "np.tensordot(weight, maps, axes=1)")),
    "Your result on {case} has one map for each class. Asked is that of the class `label` alone.",
)
class_activation_map.add_mistake(
    "mean_of_the_maps",
    _with(("(weight[label][:, None, None] * maps).sum", "maps.mean")),
    "{at}You take the mean of all maps, without weights: the result is the same for every class.",
)
