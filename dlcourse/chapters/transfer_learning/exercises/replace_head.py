"""Exercise: a new head for a trained network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.chapters.transfer_learning import CHAPTER, tuning_code
from dlcourse.chapters.transfer_learning.exercises.small_networks import convolutional
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.wording import kind_of

if TYPE_CHECKING:
    import torch
    from torch import nn


class Head(NamedTuple):
    """What a call returned, and what it left, each in words; "" where that is as it should be."""

    returned: str
    head: str
    body: str


def replaced(network: Any, classes: int) -> Callable[[Any], Head]:
    """Look at the new head, and whether all else is as it was."""
    import torch

    old, shape = network.head.weight.detach().clone(), (classes, network.head.in_features)
    before = {name: each.detach().clone() for name, each in network.state_dict().items()}
    modes = {name: each.training for name, each in network.named_children()}
    learning = {name: each.requires_grad for name, each in network.named_parameters()}

    def of_body(given: nn.Module) -> str:
        state, now = given.state_dict(), {name: each.requires_grad for name, each in given.named_parameters()}
        for name in (name for name in before if not name.startswith("head.")):
            if name not in state or not torch.equal(state[name], before[name]):
                return f"`{name}` is not what it was."
            if name in learning and now[name] != learning[name]:
                return f"`{name}` {'learnt' if learning[name] else 'was frozen'} before, and now it does not stay so."
        for name, layer in given.named_children():
            if name not in modes:
                return f"A layer `{name}` has come in besides."
            if name != "head" and layer.training != modes[name]:
                return f"`{name}` is in another mode than before: training or evaluation is another decision."
        return ""

    def look(returned: Any) -> Head:
        if not isinstance(returned, torch.nn.Module) or not hasattr(returned, "head"):
            told = f"Your function returns {_kind(returned)}; expected is the network, with its `head`."
            return Head(told, _fault_of(getattr(network, "head", None), old, shape), of_body(network))
        if returned is not network and hasattr(returned, "named_children"):
            return Head("You return another network; the one that was given should have the new head.", "", "")
        return Head("", _fault_of(returned.head, old, shape), of_body(returned))

    return look


def _fault_of(head: Any, old: torch.Tensor, expected: tuple[int, int]) -> str:
    """What is wrong with a head in whose place stood one with the weight ``old``, in words; "" where nothing is."""
    import torch

    if head is None:
        return "The network has no `head` any more."
    if not isinstance(head, torch.nn.Linear):
        return f"`network.head` is {_kind(head)}; expected is an `nn.Linear`."
    shape = tuple(head.weight.shape)
    if shape != expected:
        told = f" The layer tells {head.out_features} outputs." if head.out_features != len(head.weight) else ""
        return f"The head's weight has shape {shape}; expected is {expected}.{told}"
    if any(torch.equal(row, one) for row in head.weight for one in old if one.any()):
        return "The head's weights are those that stood there before."
    if not all(each.requires_grad for each in head.parameters()):
        return "The head does not learn: its parameters want no gradient."
    return "" if head.bias is not None else "The head has no bias."


def _kind(value: Any) -> str:
    """What it is, in words: of a module its type and those of its parts."""
    if not hasattr(value, "named_parameters"):
        return kind_of(value)
    parts = ", ".join(type(each).__name__ for each in value.children())
    return f"an `nn.{type(value).__name__}`" + (f" of {parts}" if parts else "")


def _case(generator: np.random.Generator, old: int, classes: int, label: str, frozen: str = "") -> Case:
    network = convolutional(generator, ["stem", "block"], old).float()
    for name in frozen.split():
        network.get_submodule(name).requires_grad_(False)
    return Case((network, classes), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    few, many = int(generator.integers(2, 6)), int(generator.integers(8, 12))
    return [
        _case(generator, many, few, "fewer classes than before"),
        _case(generator, few, many, "more classes than before"),
        _case(generator, many, many, "as many classes as before"),
        _case(generator, many, few, "a frozen stem", "stem"),
        _case(generator, few, many, "a network that is frozen all over", "stem block head"),
    ]


def judge(arguments: tuple[Any, ...], received: Head) -> Judgement:
    """Say what is wrong with the new head, with the rest of the network, or with what was returned."""
    faults = [each for each in received if each]
    if not faults:
        return RIGHT
    if received.returned and not (received.head or received.body):
        faults.append("The network itself is right.")
    return Judgement(" ".join(received), " ".join(faults))


replace_head = Exercise(
    tuning_code.replace_head,
    chapter=CHAPTER,
    task=(
        "`network.head` is an `nn.Linear` whose outputs are the logits of the old task's classes. Put a fresh one in "
        "its place, for `classes` classes, whose weights owe nothing to the old ones, and return the network. It sees "
        "what the old one saw, and learns. All else stays as it is: weights, names, and whether it learns."
    ),
    cases=_cases,
    judge=judge,
    effect=replaced,
    points=2,
    hints=[
        "How many numbers come to the head, and how many leave it? Which of the two does the new task change?",
        "A module can tell its sizes: `network.head.in_features`. A fresh layer is a new object; assigning it to "
        "`network.head` puts it into the network.",
        "`network.head = nn.Linear(network.head.in_features, classes)`, then return the network. New parameters want a "
        "gradient without being told.",
    ],
    fields={
        "head": lambda outcome: outcome.received.head,
        "body": lambda outcome: outcome.received.body,
    },
)

FRESH, BACK = "network.head = nn.Linear(old.in_features, classes)", "return network"
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "a_number_changed",
        ((FRESH, "old.out_features = classes"),),
        "{head} You change a number that the layer *tells*: its weights are still the old ones, with a row for each "
        "old class. A layer for other classes is a new layer.",
    ),
    (
        "one_more_layer",
        ((FRESH, "network.head = nn.Sequential(old, nn.Linear(old.out_features, classes))"),),
        "{head} You put a layer behind the old head. What it sees is then the old classes' logits, which forget all "
        "that these classes do not ask for. The new head takes the place of the old one, and sees the features.",
    ),
    (
        "sees_the_old_classes",
        ((FRESH, "network.head = nn.Linear(old.out_features, classes)"),),
        "{head} You gave it as many inputs as the old head had *outputs*. It stands in the old one's place, and sees "
        "what that one saw: `in_features`.",
    ),
    (
        "exchanged",
        ((FRESH, "network.head = nn.Linear(classes, old.in_features)"),),
        "{head} The two sizes are exchanged: `nn.Linear(inputs, outputs)`, though its weight has shape (outputs, "
        "inputs).",
    ),
    (
        "softmax_behind_it",
        ((FRESH, "network.head = nn.Sequential(nn.Linear(old.in_features, classes), nn.Softmax(dim=1))"),),
        "{head} You put a softmax behind the new layer. The network gives logits, as before: the loss applies softmax "
        "itself.",
    ),
    (
        "old_weights_kept",
        (
            (BACK, "rows = min(classes, len(old.weight))\n    "
                   "network.head.weight.data[:rows] = old.weight.data[:rows]\n    return network"),
        ),
        "{head} You copy rows of the old head into the new one. A row is the template of one old class: the first new "
        "class has nothing to do with the first old one.",
    ),
    (
        "drawn_anew",
        ((BACK, "for each in network.modules():\n        if hasattr(each, 'reset_parameters'):\n"
                "            each.reset_parameters()\n    return network"),),
        "The head is right, but {body} You draw all layers anew, and with the old weights goes what was learnt. Only "
        "the head starts afresh.",
    ),
    (
        "frozen_all_over",
        ((BACK, "network.requires_grad_(False)\n    return network"),),
        "{head} You freeze the network after it has its new head. In the other order the head would learn; but what is "
        "frozen is another decision, and stays as it was.",
    ),
    (
        "body_frozen",
        ((FRESH, "network.requires_grad_(False)\n    " + FRESH),),
        "The head is right. But {body} What is frozen is another decision, and a head can be replaced for either.",
    ),
    (
        "names_lost",
        ((BACK, "return nn.Sequential(*list(network.children())[:-1], network.head)"),),
        "Your network computes the right thing, but it is a new one, in which the layers have numbers for names: "
        "nobody finds `head` or `stem` any more. `network.head = ...` changes the network itself.",
    ),
)  # fmt: skip

for _name, _replacements, _feedback in MISTAKES:
    replace_head.add_mistake(_name, mutated(tuning_code.replace_head, *_replacements), _feedback)
