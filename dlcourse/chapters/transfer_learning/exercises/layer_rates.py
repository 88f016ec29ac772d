"""Exercise: a learning rate for each layer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.chapters.transfer_learning import CHAPTER, tuning_code
from dlcourse.chapters.transfer_learning.exercises.small_networks import convolutional
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.wording import is_number, kind_of
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import nn


class Rates(NamedTuple):
    """In words what came where that are no groups; and the rate of each parameter that has one, by name."""

    returned: str
    rates: dict[str, float]


def given(network: nn.Module, *_: Any) -> Callable[[Any], Rates]:
    """Look at the rate of each parameter that stands in a group."""
    names = {id(each): name for name, each in network.named_parameters()}

    def look(returned: Any) -> Rates:
        if not isinstance(returned, list | tuple) or not all(isinstance(each, dict) for each in returned):
            return Rates(f"Your function returns {kind_of(returned)}; expected is a list of dictionaries.", {})
        rates: dict[str, float] = {}
        for group in returned:
            if not {"params", "lr"} <= group.keys() or not is_number(group["lr"]):
                return Rates('Not every dictionary of yours has "params" and a number as "lr".', {})
            for each in _members(group["params"]):
                name = names.get(id(each), "")
                if not name or name in rates:
                    what = f"`{name}` stands in two groups" if name else f"a group holds {kind_of(each)}"
                    return Rates(f"An optimizer would refuse your list: {what}.", {})
                rates[name] = float(group["lr"])
        return Rates("", rates)

    return look


def _members(held: Any) -> list[Any]:
    """What a group holds: an optimizer takes a single tensor, too."""
    return [held] if hasattr(held, "requires_grad") or not isinstance(held, Iterable) else list(held)


def _case(generator: np.random.Generator, names: str, rate: float, decay: float, label: str, frozen: str = "") -> Case:
    network = convolutional(generator, names.split())
    for name in frozen.split():
        for one, parameter in network.named_parameters():
            parameter.requires_grad_(parameter.requires_grad and not one.startswith(name))
    return Case((network, rate, decay), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    rate = round(float(generator.uniform(0.02, 0.5)), 2)
    return [
        _case(generator, "stem block", rate, 0.5, "two layers and a head, decay 0.5"),
        _case(generator, "stem block1 block2", 0.1, 0.1, "three layers and a head, decay 0.1"),
        _case(generator, "stem block1 block2", 2 * rate, 0.4, "a frozen stem", "stem"),
        _case(generator, "stem block1 block2", rate, 0.3, "a frozen layer in the middle", "block1"),
        _case(generator, "stem block", rate, 0.6, "half of two layers frozen", "stem.0 block.1"),
        _case(generator, "stem block", rate, 0.25, "only the head learns", "stem block"),
        _case(generator, "stem block", 1.0, 1.0, "decay 1: one rate for all"),
    ]


def judge(arguments: tuple[Any, ...], received: Rates) -> Judgement:
    """Say what is wrong with the rates."""
    expected: Rates = observed(tuning_code.layer_rates, given)(*copy.deepcopy(arguments))
    if received.returned:
        return Judgement(received.returned, received.returned)
    faults = []
    if left_out := [name for name in expected.rates if name not in received.rates]:
        faults.append(f"`{left_out[0]}` learns, and is in none of your groups.")
    if extra := [name for name in received.rates if name not in expected.rates]:
        faults.append(f"`{extra[0]}` is frozen, and is in one of your groups.")
    for name, rate in expected.rates.items():
        if name in received.rates and not np.isclose(received.rates[name], rate, rtol=1e-7):
            faults.append(f"`{name}` has the rate {number(received.rates[name])}; expected is {number(rate)}.")
            break
    if not faults:
        return RIGHT
    return Judgement(" ".join(f"{name} {number(rate, 6)}" for name, rate in sorted(received.rates.items())), faults[0])


layer_rates = Exercise(
    tuning_code.layer_rates,
    chapter=CHAPTER,
    task=(
        "Return what an optimizer takes in place of `network.parameters()`: a list of dictionaries "
        '`{"params": [...], "lr": ...}`, one for each layer. Layers are the children of `network` that have '
        "parameters; "
        "the last of them has the rate `rate`, and each layer before has `decay` times the rate of the one behind it. "
        "Only parameters that learn belong into the groups: a layer that is frozen all over has none, but it counts as "
        "a layer. The order of the groups does not matter."
    ),
    cases=_cases,
    judge=judge,
    effect=given,
    points=2,
    hints=[
        "How far is each layer from the last one? Start to count there.",
        "The layers, without those that have nothing to learn: `[layer for layer in network.children() if "
        "list(layer.parameters())]`. `reversed` turns the list around, `enumerate` gives each its distance.",
        "The rate at distance d is rate · decay^d. Before a group is added, leave out what wants no gradient; add "
        "none where nothing is left.",
        '`{"params": learning, "lr": rate * decay**distance}` with `learning = [each for each in layer.parameters() '
        "if each.requires_grad]`.",
    ],
    fields={"at": lambda outcome: f"{judge(outcome.case.arguments, outcome.received).message} "},
)


POWER, LAYERS = "rate * decay**distance", " if list(layer.parameters())"
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "frozen_ones_too",
        ((" if each.requires_grad", ""),),
        "{at}What learns has the right rates. A frozen parameter in an optimizer is moved as soon as any gradient "
        "stands in it, 0 too, by weight decay or momentum: leave it out.",
    ),
    (
        "one_rate_for_all",
        ((POWER, "rate"),),
        "{at}You give all layers the rate of the last one.",
    ),
    (
        "turned_around",
        (("enumerate(reversed(layers))", "enumerate(layers)"),),
        "{at}Your rates fall from the input to the head. It should be the other way round: the first layers have "
        "learnt the most general things, and have the least to change.",
    ),
    (
        "last_layer_decayed_too",
        ((POWER, "rate * decay ** (distance + 1)"),),
        "{at}Each of your rates has a factor `decay` too many: the last layer is at distance 0.",
    ),
    (
        "parts_that_learn_nothing_counted",
        ((LAYERS, ""),),
        "{at}`pool` has no parameters and is no layer here, but you count it.",
    ),
    (
        "frozen_layers_not_counted",
        ((LAYERS, " if any(each.requires_grad for each in layer.parameters())"),),
        "{at}You count only layers that learn. A frozen layer still stands between two others.",
    ),
    (
        "each_parameter_a_layer",
        (
            ("[layer for layer in network.children() if list(layer.parameters())]", "list(network.parameters())"),
            ("[each for each in layer.parameters() if each.requires_grad]", "[layer] if layer.requires_grad else []"),
        ),
        "{at}You count every tensor of parameters as a layer of its own: weight and bias of one layer have one rate.",
    ),
)

for _name, _replacements, _feedback in MISTAKES:
    layer_rates.add_mistake(_name, mutated(tuning_code.layer_rates, *_replacements), _feedback)
