"""Exercise: what a layer of a trained network sees in images."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.transfer_learning import CHAPTER, tuning_code
from dlcourse.chapters.transfer_learning.exercises.small_networks import convolutional, digits, flat, near
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.wording import kind_of
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import nn


class Extracted(NamedTuple):
    """What a call gives and leaves: the features (none where no array came), in words what came, and the network."""

    features: Array
    returned: str
    modes: tuple[bool, ...]
    state: Array


ARRAY = "an array"


def extracted(network: nn.Module, *_: Any) -> Callable[[Any], Extracted]:
    """Look at what was returned, at the modes of the network's parts, and at its weights and statistics."""

    def look(returned: Any) -> Extracted:
        is_array = isinstance(returned, np.ndarray) and returned.dtype.kind in "fiu"
        modes = tuple(each.training for each in network.modules())
        features = returned if is_array else np.zeros(0)
        return Extracted(features, ARRAY if is_array else kind_of(returned), modes, flat(network.state_dict().values()))

    return look


def _case(
    generator: np.random.Generator, names: str, layer: str, shape: tuple[int, ...], label: str, edge: bool = False
) -> Case:
    """A case in whose label "training" says that the network is in training mode."""
    network = convolutional(generator, names.split()).train("training" in label)
    return Case((network, generator.random((shape[0], 1, *shape[1:])), layer), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, "stem block", "stem", (6, 4, 5), "the first of two layers, network in training mode"),
        _case(generator, "stem block", "block", (7, 5, 5), "the second of two layers, network in training mode"),
        _case(generator, "stem block1 block2", "block1", (5, 4, 4), "the second of three layers, in evaluation mode"),
        _case(generator, "stem block1 block2", "block2", (8, 6, 4), "the third of three layers, in training mode"),
        _case(
            generator, "stem block1 block10", "block1", (6, 4, 4), "block1, and a block10 behind it, in training mode"
        ),
        _case(generator, "stem block", "block", (1, 4, 4), "a single image", edge=True),
        _case(generator, "stem", "stem", (2, 1, 1), "images of one pixel", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Extracted) -> Judgement:
    """Say what is wrong with features, or with what a call left of the network."""
    expected: Extracted = observed(tuning_code.extract_features, extracted)(*copy.deepcopy(arguments))
    faults = []
    if received.returned != ARRAY:
        faults.append(f"Your function returns {received.returned}; expected is an array of NumPy's.")
    elif received.features.shape != expected.features.shape:
        faults.append(f"Your array has shape {received.features.shape}; expected is {expected.features.shape}.")
    elif not near(expected.features, received.features):
        where = np.unravel_index(np.abs(expected.features - received.features).argmax(), expected.features.shape)
        one, other = number(received.features[where]), number(expected.features[where])
        faults.append(f"Your features [{', '.join(map(str, where))}] are {one}; expected is {other}.")
    if not near(expected.state, received.state):
        faults.append("Afterwards the network's weights or statistics are not what they were.")
    if received.modes != expected.modes:
        now, before = ("training" if mode[0] else "evaluation" for mode in (received.modes, expected.modes))
        same = now == before
        faults.append(f"Afterwards {'a part of it' if same else 'the network'} is not in the mode in which it was.")
    if not faults:
        return RIGHT
    kind = f"{received.returned} {received.features.shape} {digits(received.features.ravel())} {received.modes}"
    return Judgement(kind, " ".join(faults))


extract_features = Exercise(
    tuning_code.extract_features,
    chapter=CHAPTER,
    task=(
        "Return what the layer `layer` (a name) of `network`, an `nn.Sequential`, sees in `images`, an array of shape "
        "(n, channels, height, width) and of the network's dtype. Let the images go through the network's children, "
        "one after the other, up to and with this layer; its results are maps, (n, maps, height, width). A feature is "
        "the mean of a map over its positions: return an array of NumPy's, (n, maps). The network works in evaluation "
        "mode, no graph is kept, and afterwards the network is in the mode in which it was."
    ),
    cases=_cases,
    judge=judge,
    effect=extracted,
    points=3,
    hints=[
        "Write down what comes before the pass through the network, and what after it. What of the network must be the "
        "same in the end?",
        "`network.named_children()` gives names and layers in their order: hand the result of one to the next, and "
        "stop behind the one that is meant. `torch.from_numpy` and `.numpy()` stand at the two ends.",
        "Remember `network.training` first, then `network.eval()`; compute `with torch.no_grad():`; in the end "
        "`network.train(was_training)`.",
        "In the loop `outputs = part(outputs)`, then `if name == layer: break`. Behind it the mean over the axes 2 and "
        "3: `outputs.mean(dim=(2, 3)).numpy()`.",
    ],
    fields={"shape": lambda outcome: str(outcome.received.features.shape)},
)

EVAL, MEAN = "    network.eval()\n", "outputs.mean(dim=(2, 3)).numpy()"
PASS = "            outputs = part(outputs)\n            if name == layer:\n                break\n"
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "in_training_mode",
        ((EVAL, ""),),
        "On “{case}” the network computes in the mode in which it came, training: batch normalization uses the mean of "
        "these very images, so the features of an image depend on the others beside it, and the running statistics "
        "have moved. `network.eval()` comes first.",
    ),
    (
        "left_in_evaluation_mode",
        (("    network.train(was_training)\n", ""),),
        "The features are right. On “{case}” the network came in training mode and is in evaluation mode afterwards: "
        "whoever trains it on does so with frozen statistics, and is told nothing. Keep `network.training` before.",
    ),
    (
        "one_layer_too_few",
        ((PASS, "            if name == layer:\n                break\n            outputs = part(outputs)\n"),),
        "On “{case}” you stop before the layer has worked: your features are those of the layer before it, or of the "
        "images. Ask for the name after `outputs = part(outputs)`.",
    ),
    (
        "through_the_whole_network",
        ((PASS, "            outputs = part(outputs)\n"), (MEAN, "outputs.numpy()")),
        "On “{case}” you let the images through the whole network: what you return are its logits, about the old "
        "classes. Stop behind `layer`.",
    ),
    (
        "flattened",
        ((MEAN, "outputs.flatten(1).numpy()"),),
        "On “{case}” your array has shape {shape}: every position of every map is a feature of its own. Asked is the "
        "mean of each map, which hardly changes when a stroke moves.",
    ),
    (
        "mean_over_the_maps",
        ((MEAN, "outputs.mean(dim=1).flatten(1).numpy()"),),
        "On “{case}” you take the mean over axis 1, the maps, and keep the positions. It is the other way round: a "
        "feature says how much of something there is, and not where.",
    ),
    (
        "mean_over_the_images",
        ((MEAN, "outputs.mean(dim=(0, 2, 3)).numpy()"),),
        "On “{case}” you have one number for each map: the mean runs over the images too. Axis 0 stays.",
    ),
    (
        "tensor_returned",
        ((MEAN, "outputs.mean(dim=(2, 3))"),),
        "The numbers may be right, but you return a tensor of PyTorch's. What comes next works with arrays: `.numpy()` "
        "hands them over.",
    ),
)  # fmt: skip

for _name, _replacements, _feedback in MISTAKES:
    extract_features.add_mistake(_name, mutated(tuning_code.extract_features, *_replacements), _feedback)
