"""Exercise: a fine-tuning with four planted bugs, to be written without them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.transfer_learning import CHAPTER, tuning_code
from dlcourse.chapters.transfer_learning.exercises.small_networks import digits, flat, near, of_rows
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.wording import is_number, kind_of
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import nn

HEAD = (
    "    network.head = nn.Linear(network.head.in_features, classes, dtype=inputs.dtype)\n"
    "    nn.init.zeros_(network.head.weight)\n    nn.init.zeros_(network.head.bias)\n"
)
FREEZE, BLOCK = "    network.stem.requires_grad_(False)\n", "list(network.block.parameters())"
BACKWARD = "        loss.backward()\n"


@dataclass(frozen=True)
class Bug:
    """A planted bug: (what stands in the mended code, what stands there with the bug), and what it does."""

    name: str
    replacements: tuple[tuple[str, str], ...]
    told: str


BUGS = (
    Bug(
        "old_head_in_the_optimizer",
        ((HEAD, ""), ("    losses = []\n", HEAD + "    losses = []\n")),
        "the optimizer is made before the network has its new head. It holds the parameters of the old one, which is "
        "gone, and the new one never moves: every loss is log(classes), the loss of knowing nothing.",
    ),
    Bug(
        "stem_in_the_optimizer",
        (
            (FREEZE, ""),
            (BLOCK, "[*network.stem.parameters(), *network.block.parameters()]"),
            (BACKWARD, BACKWARD + "        for each in network.stem.parameters():\n            each.grad.zero_()\n"),
        ),
        "the stem moves although its gradients are set to 0: it is in the optimizer, and weight decay pulls every "
        "parameter with a gradient, 0 too, towards 0. (So does momentum from before.) Freeze it with "
        "`requires_grad_(False)`: then it has no gradient, and the optimizer, if it holds it at all, passes it over.",
    ),
    Bug(
        "stem_statistics_move",
        (("        network.stem.eval()\n", ""),),
        "the stem's batch normalization is in training mode. Its running mean and variance are no parameters, no "
        "gradient moves them, but every pass does; and it normalizes with the mini-batch, so the frozen stem gives "
        "other features at each step. `network.stem.eval()` belongs behind each `network.train()`.",
    ),
    Bug(
        "one_rate_for_all",
        (('"lr": rate / 10', '"lr": rate'),),
        "the block learns at the rate of the head. What was trained needs small steps; only what starts from nothing "
        "needs large ones. A group of parameters in the optimizer can have its own `lr`.",
    ),
)


@cache
def with_bugs(*names: str) -> Callable[..., Any]:
    """The mended fine-tuning with these bugs in it."""
    chosen = [pair for bug in BUGS if bug.name in names for pair in bug.replacements]
    return mutated(tuning_code.mended_fine_tuning, *chosen)


class Tuned(NamedTuple):
    """What a training leaves: the losses, in words what was returned, and all weights and statistics."""

    losses: Array
    returned: str
    state: Array


LOSSES = "a list of numbers"


def tuned(network: nn.Module, *_: Any) -> Callable[[Any], Tuned]:
    """Look at the losses and at the network after a training."""

    def look(returned: Any) -> Tuned:
        state = flat(each for name, each in network.state_dict().items() if "num_batches" not in name)
        if not isinstance(returned, list | tuple):
            return Tuned(np.zeros(0), kind_of(returned), state)
        odd = next((each for each in returned if not is_number(each)), None)
        losses = np.zeros(0) if odd is not None else np.array(returned, dtype=np.float64)
        return Tuned(losses, LOSSES if odd is None else f"a list that holds {kind_of(odd)}", state)

    return look


def _case(
    generator: np.random.Generator, examples: int, batch: int, steps: int, label: str, edge: bool = False
) -> Case:
    import torch

    network, classes = of_rows(generator, 3, 4, int(generator.integers(5, 8))), 3
    inputs = torch.from_numpy(generator.normal(1, 2, (examples, 3)))
    labels = torch.from_numpy(generator.permutation(np.arange(examples) % classes))
    orders = torch.from_numpy(np.array([generator.permutation(examples)[:batch] for _ in range(steps)]))
    return Case((network, inputs, labels, orders, classes, 0.5), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, 9, 6, 3, "3 steps with 6 of 9 examples"),
        _case(generator, 8, 4, 5, "5 steps with 4 of 8 examples"),
        _case(generator, 12, 7, 4, "4 steps with 7 of 12 examples"),
        _case(generator, 6, 6, 1, "a single step with all 6 examples", edge=True),
    ]


@lru_cache(maxsize=200)
def _outcome(names: tuple[str, ...], *arguments: Any) -> Tuned:
    """What the training with these bugs leaves, on a copy of the arguments."""
    left: Tuned = observed(with_bugs(*names), tuned)(*copy.deepcopy(arguments))
    return left


def bugs_in(arguments: tuple[Any, ...], received: Tuned) -> tuple[Bug, ...] | None:
    """The planted bugs that give what was received: none of them for a right one; None where no choice of them does."""
    for count in range(len(BUGS) + 1):
        for bugs in combinations(BUGS, count):
            left = _outcome(tuple(bug.name for bug in bugs), *arguments)
            if near(left.losses, received.losses) and near(left.state, received.state):
                return bugs
    return None


def _of_layers(network: nn.Module, expected: Tuned, received: Tuned) -> str:
    """Which layers are not what they should be: the state begins with the stem, in which nothing should move."""
    if near(expected.state, received.state):
        return "The network is trained right."
    stem = flat(each for name, each in network.stem.state_dict().items() if "num_batches" not in name)  # type: ignore[union-attr]
    still = near(stem, received.state[: len(stem)])
    return (
        "The stem is as it was, rightly; the weights or statistics behind it are not right."
        if still
        else "The stem's weights or statistics have moved."
    )


def judge(arguments: tuple[Any, ...], received: Tuned) -> Judgement:
    """Say which of the planted bugs are left, or what else is wrong with a training."""
    bugs = bugs_in(arguments, received)
    if bugs:
        left = "One of the four bugs is" if len(bugs) == 1 else f"{len(bugs)} of the four bugs are"
        told = f"{left} still in your result. {'' if len(bugs) == 1 else 'One of them: '}"
        return Judgement(f"bugs: {[bug.name for bug in bugs]}", told + bugs[0].told[0].upper() + bugs[0].told[1:])
    if bugs is not None:
        return RIGHT
    expected, faults = _outcome((), *arguments), []
    if received.returned != LOSSES:
        faults.append(f"Your function returns {received.returned}; expected is a list of floats.")
    elif received.losses.shape != expected.losses.shape:
        faults.append(f"Your list has {len(received.losses)} losses for {len(expected.losses)} mini-batches.")
    elif not near(expected.losses, received.losses):
        step = int(np.flatnonzero(~np.isclose(expected.losses, received.losses, rtol=1e-7))[0])
        one, other = number(received.losses[step]), number(expected.losses[step])
        faults.append(f"The first of your losses that is wrong is that of step {step + 1}: {one}; expected is {other}.")
    faults.append(_of_layers(arguments[0], expected, received))
    return Judgement(f"{received.returned} {digits(received.losses)} {digits(received.state)}", " ".join(faults))


mended_fine_tuning = Exercise(
    tuning_code.mended_fine_tuning,
    chapter=CHAPTER,
    task=(
        "Write `buggy_fine_tuning` without its four bugs. `network` is trained, and has the layers `stem`, `block` and "
        "`head`, the first two with batch normalization. It gets a new head for `classes` classes, whose weights and "
        "bias start at 0 and learn at `rate`; the block learns on at a tenth of it; the stem is frozen, and gives the "
        "same features in every step: those of evaluation mode. The optimizer is SGD with momentum 0.9 and weight "
        "decay 0.01. Each row of `orders` holds the numbers of the examples of one mini-batch: make one step with "
        "each, and return a list of floats, the mean cross-entropy of each mini-batch before its step."
    ),
    cases=_cases,
    judge=judge,
    effect=tuned,
    points=3,
    hints=[
        "For each of the three layers ask: what of it should change in a step, and what of it does? Parameters are not "
        "all that can change.",
        "Whose parameters does the optimizer hold, and when did it ask for them? What does weight decay do to a "
        "parameter whose gradient is 0? What does `network.train()` do to the stem?",
        "First the head, then `network.stem.requires_grad_(False)`, then the optimizer, with a list of groups "
        '`{"params": ..., "lr": ...}`: one for the block, one for the head.',
        '`[{"params": network.block.parameters(), "lr": rate / 10}, {"params": network.head.parameters(), "lr": '
        "rate}]`, and `network.stem.eval()` right behind `network.train()`.",
    ],
)

for _bug in BUGS:
    mended_fine_tuning.add_mistake(
        _bug.name, with_bugs(_bug.name), f"Three of the four bugs are mended. One is left: {_bug.told}"
    )
mended_fine_tuning.add_mistake(
    "not_mended",
    with_bugs(*(bug.name for bug in BUGS)),
    "All four bugs are still in. Look at the losses first: every one of them is log(classes). Which layer does that "
    "tell you has never moved?",
)
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "evaluation_mode_everywhere",
        (("        network.train()\n        network.stem.eval()\n", "        network.eval()\n"),),
        "The planted bugs are mended, but now the whole network is in evaluation mode. The stem should be; the block "
        "learns on, and its statistics with it: `network.train()`, then `network.stem.eval()`.",
    ),
    (
        "block_frozen_too",
        ((FREEZE, FREEZE + "    network.block.requires_grad_(False)\n"),),
        "The planted bugs are mended, but the block does not move: it is frozen too. It should learn on, at a tenth of "
        "the head's rate.",
    ),
    (
        "a_tenth_for_all",
        (('"lr": rate}', '"lr": rate / 10}'),),
        "The planted bugs are mended, but the head learns at a tenth of `rate` as well. It starts from nothing, and "
        "needs the large steps.",
    ),
)
for _name, _replacements, _feedback in MISTAKES:
    mended_fine_tuning.add_mistake(_name, mutated(tuning_code.mended_fine_tuning, *_replacements), _feedback)
