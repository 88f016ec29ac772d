"""Exercise: freeze some layers of a network, and count what still learns."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.chapters.transfer_learning import CHAPTER, tuning_code
from dlcourse.chapters.transfer_learning.exercises.small_networks import convolutional
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.wording import is_number, kind_of

if TYPE_CHECKING:
    from torch import nn


class Frozen(NamedTuple):
    """What a call leaves: what it returned, in words where that is no whole number, and what wants a gradient.

    ``modes``: which parts of the network are in training mode.
    """

    returned: int | str
    learning: tuple[str, ...]
    modes: tuple[bool, ...]


def left(network: nn.Module, frozen: Sequence[str]) -> Callable[[Any], Frozen]:
    """Look at what was returned, and at the network."""
    import torch

    def look(returned: Any) -> Frozen:
        if isinstance(returned, torch.Tensor) and returned.ndim == 0:
            returned = returned.item()  # a sum of tensors
        whole = is_number(returned) and not isinstance(returned, complex) and float(returned).is_integer()
        learning = tuple(name for name, each in network.named_parameters() if each.requires_grad)
        modes = tuple(each.training for each in network.modules())
        return Frozen(int(returned) if whole else kind_of(returned), learning, modes)

    return look


def _case(
    generator: np.random.Generator, names: str, frozen: str, label: str, before: str = "", edge: bool = False
) -> Case:
    """A network with these layers, of which those of ``before`` are frozen when it comes."""
    network = convolutional(generator, names.split(), int(generator.integers(2, 30)))
    for name in before.split():
        network.get_submodule(name).requires_grad_(False)
    return Case((network, frozen.split()), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, "stem block", "stem", "the stem of three layers frozen"),
        _case(generator, "stem block1 block2", "stem block1 block2", "all but the head frozen"),
        _case(generator, "stem block1 block2", "block1", "a layer in the middle frozen"),
        _case(generator, "stem block1 block2", "stem", "two layers were frozen before, one should be", "stem block1"),
        _case(generator, "stem block1 block10", "block1", "block1 frozen, and there is a block10"),
        _case(generator, "stem block", "", "none frozen", edge=True),
        _case(generator, "stem block", "stem block head", "all frozen", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Frozen) -> Judgement:
    """Say what is wrong with the count, and with what learns."""
    expected: Frozen = observed(tuning_code.trainable_parameters, left)(*copy.deepcopy(arguments))
    if (received.returned, received.learning) == (expected.returned, expected.learning):
        return RIGHT
    faults = []
    if isinstance(received.returned, str):
        faults.append(f"Your function returns {received.returned}; expected is a whole number.")
    elif received.returned != expected.returned:
        faults.append(f"You return {received.returned:,}; {expected.returned:,} numbers should learn.")
    wrong = [name for name in expected.learning if name not in received.learning]
    if extra := [name for name in received.learning if name not in expected.learning]:
        faults.append(f"`{extra[0]}` should be frozen after your call, and still wants a gradient.")
    if wrong:
        faults.append(f"`{wrong[0]}` should learn after your call, and wants no gradient.")
    if not wrong and not extra:
        faults.append("What is frozen is right.")
    elif received.returned == expected.returned:
        faults.append("Your number is right; the network that was given is not as it should be.")
    return Judgement(" ".join(map(str, (received.returned, received.learning, received.modes))), " ".join(faults))


trainable_parameters = Exercise(
    tuning_code.trainable_parameters,
    chapter=CHAPTER,
    task=(
        "Freeze the layers of `network` that the list `frozen` names, let all others learn (also those that were "
        "frozen before), and return how many numbers learn now. Layers are the network's direct children, "
        "`network.named_children()`; a number learns if its parameter's `requires_grad` is True. The network's mode "
        "plays no part here."
    ),
    cases=_cases,
    judge=judge,
    effect=left,
    points=2,
    hints=[
        "There are two things to do: set what learns, then count it. Which loop gives you a layer together with its "
        "name?",
        "A layer is a module, and has parameters inside of parts inside of it. `requires_grad_`, with an underscore at "
        "its end, is a method of modules that sets all of them.",
        "`layer.requires_grad_(name not in frozen)` for each name and layer of `network.named_children()`. Then sum "
        "`numel()` over those parameters whose `requires_grad` is True.",
    ],
    fields={"at": lambda outcome: f"{judge(outcome.case.arguments, outcome.received).message} "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(tuning_code.trainable_parameters, *replacements)


SET, SUM = "layer.requires_grad_(name not in frozen)", "each.numel() for each in network.parameters()"
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "an_attribute_of_the_layer",
        ((SET, "layer.requires_grad = name not in frozen"),),
        "{at}`layer.requires_grad = False` does nothing, and says nothing: a "
        "*module* has no such switch, so Python makes a new attribute that nobody reads. The method "
        "`requires_grad_(False)` goes through all of its parameters.",
    ),
    (
        "evaluation_mode",
        ((SET, "layer.train(name not in frozen)"),),
        "{at}You put layers into evaluation mode. That is about dropout and batch "
        "statistics; gradients flow in both modes. What learns is said by `requires_grad`.",
    ),
    (
        "never_unfrozen",
        ((SET, "if name in frozen:\n            layer.requires_grad_(False)"),),
        "{at}It was frozen before, and stays so: what is not in `frozen` has to learn again.",
    ),
    (
        "names_that_begin_alike",
        (("name not in frozen", "not any(name.startswith(each) for each in frozen)"),),
        "{at}You compare the beginnings of names, and block10 begins as block1 does.",
    ),
    (
        "names_of_parameters",
        (("network.named_children()", "network.named_parameters()"),),
        "{at}You go through the parameters, whose names are long (`stem.0.weight`), and "
        "`frozen` has names of layers: none of them ever agrees.",
    ),
    (
        "turned_around",
        (("name not in frozen", "name in frozen"),),
        "{at}It is the other way round: you let those learn that are in `frozen`.",
    ),
    (
        "frozen_ones_counted",
        (("if each.requires_grad", "if not each.requires_grad"),),
        "{at}You count what does not learn.",
    ),
    (
        "all_counted",
        ((" if each.requires_grad", ""),),
        "{at}You count all parameters, frozen ones too.",
    ),
    (
        "tensors_counted",
        ((SUM, "1 for each in network.parameters()"),),
        "{at}Yours is how many *tensors* of parameters learn; `numel()` says how many numbers each of them holds.",
    ),
)

for _name, _replacements, _feedback in MISTAKES:
    trainable_parameters.add_mistake(_name, _with(*_replacements), _feedback)
