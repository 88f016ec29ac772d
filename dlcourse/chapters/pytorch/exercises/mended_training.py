"""Exercise: a training loop with six planted bugs, to be written without them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.pytorch import training_code
from dlcourse.chapters.pytorch.exercises.small_networks import (
    classes_for,
    digits,
    flat,
    near,
    network_of,
    number_in,
)
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.exercises.wording import kind_of
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Bug:
    """A planted bug: what stands in the mended code, what stands there with the bug, and what it does."""

    name: str
    right: str
    wrong: str
    told: str


BUGS = (
    Bug(
        "softmax_first",
        "network(inputs[batch])",
        "network(inputs[batch]).softmax(dim=1)",
        "`cross_entropy` gets probabilities, and expects logits: it applies softmax itself. Twice, it makes every "
        "prediction almost uniform, and the gradient small.",
    ),
    Bug(
        "labels_in_another_order",
        "labels[batch]",
        "labels[start : start + batch_size]",
        "inputs and labels do not belong together: the ones are taken in the order of the epoch, the others as they "
        "stand in the table. There is nothing to learn from that.",
    ),
    Bug(
        "gradients_added_up",
        "            optimizer.zero_grad()\n",
        "",
        "`.grad` holds the sum of the gradients of all mini-batches so far: `backward` adds.",
    ),
    Bug(
        "optimizer_made_anew",
        "    for order in orders:\n",
        "    for order in orders:\n"
        "        optimizer = optim.SGD(network.parameters(), lr=learning_rate, momentum=0.9)\n",
        "the optimizer is made anew in every epoch, and forgets its momentum each time. It is made once, before the "
        "loop.",
    ),
    Bug(
        "graphs_kept",
        "loss.item()",
        "loss",
        "the losses are added up as tensors. Each carries its graph along, so that the memory of all mini-batches is "
        "kept, and the list holds tensors in the end. `.item()` takes the number out.",
    ),
    Bug(
        "mean_of_means",
        " * len(batch)",
        "",
        "the sum of the *means* of the mini-batches is divided by the number of examples. Each mean counts for as many "
        "examples as its mini-batch has, the last one for fewer.",
    ),
)


@cache
def with_bugs(*names: str) -> Callable[..., Any]:
    """The mended training with these bugs in it."""
    return mutated(training_code.mended_training, *((bug.right, bug.wrong) for bug in BUGS if bug.name in names))


TENSORS = "a list that holds a torch Tensor"


class Trained(NamedTuple):
    """What a training leaves: the losses, in words what is wrong with their form ("" for floats), the parameters."""

    losses: Array
    form: str
    parameters: Array


def trained(network: nn.Module, *_: Any) -> Callable[[Any], Trained]:
    """Look at the losses and at the network after a training."""

    def look(returned: Any) -> Trained:
        if not isinstance(returned, list | tuple):
            return Trained(np.zeros(0), kind_of(returned), flat(network.parameters()))
        entries = [number_in(each) for each in returned]
        odd = next((words for _, words in entries if words), "")
        form = f"a list that holds {odd}" if odd else ""
        return Trained(np.array([value for value, _ in entries]), form, flat(network.parameters()))

    return look


def _case(
    generator: np.random.Generator,
    sizes: Sequence[int],
    examples: int,
    batch_size: int,
    epochs: int,
    label: str,
    edge: bool = False,
) -> Case:
    import torch

    orders = np.array([generator.permutation(examples) for _ in range(epochs)])
    batch = classes_for(generator, examples, sizes[0], sizes[-1])
    return Case((network_of(generator, sizes), *batch, torch.from_numpy(orders), batch_size, 0.1), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (2, 3), 7, 3, 3, "7 examples in mini-batches of 3, 3 epochs"),
        _case(generator, (3, 5, 2), 8, 3, 2, "one hidden layer, 8 examples in mini-batches of 3, 2 epochs"),
        _case(generator, (4, 4, 3), 10, 4, 3, "one hidden layer, 10 examples in mini-batches of 4, 3 epochs"),
        _case(generator, (2, 4, 3), 5, 2, 2, "5 examples in mini-batches of 2, 2 epochs"),
        _case(generator, (2, 3), 4, 4, 1, "a single step", edge=True),
    ]


@lru_cache(maxsize=200)
def _outcome(names: tuple[str, ...], *arguments: Any) -> Trained:
    """What the training with these bugs leaves, on a copy of the arguments."""
    left: Trained = observed(with_bugs(*names), trained)(*copy.deepcopy(arguments))
    return left


def bugs_in(arguments: tuple[Any, ...], received: Trained) -> tuple[Bug, ...] | None:
    """The planted bugs that give what was received: none of them for a right one; None where no choice of them does."""
    kept = tuple(bug for bug in BUGS if bug.name == "graphs_kept" and received.form == TENSORS)
    others = [bug for bug in BUGS if bug.name != "graphs_kept"]  # which alone leaves all numbers as they are
    for count in range(len(others) + 1) if kept or not received.form else ():
        for bugs in combinations(others, count):
            left = _outcome(tuple(bug.name for bug in bugs), *arguments)
            if near(left.losses, received.losses) and near(left.parameters, received.parameters):
                return (*bugs, *kept)
    return None


def judge(arguments: tuple[Any, ...], received: Trained) -> Judgement:
    """Say which of the planted bugs are left, or what else is wrong with a training."""
    bugs = bugs_in(arguments, received)
    if bugs is not None:
        return Judgement(f"bugs: {[bug.name for bug in bugs]}", _told_of(bugs)) if bugs else RIGHT
    expected = _outcome((), *arguments)
    faults = [f"Your function returns {received.form}; expected is a list of floats." if received.form else ""]
    if not received.form and received.losses.shape != expected.losses.shape:
        faults.append(f"Your list has {len(received.losses)} losses for {len(expected.losses)} epochs.")
    elif not received.form and not near(expected.losses, received.losses):
        epoch = int(np.abs(expected.losses - received.losses).argmax())
        faults.append(
            f"The loss of epoch {epoch} is {number(received.losses[epoch])} in your list; expected is "
            f"{number(expected.losses[epoch])}."
        )
    right = near(expected.parameters, received.parameters)
    faults.append("The network is trained right." if right else "The network's parameters are not the right ones.")
    kind = f"{received.form} {digits(received.losses)} {digits(received.parameters)}"
    return Judgement(kind, " ".join(filter(None, faults)))


def _told_of(bugs: Sequence[Bug]) -> str:
    """How many are left, and what the first of them does."""
    left = "One of the six bugs is" if len(bugs) == 1 else f"{len(bugs)} of the six bugs are"
    return f"{left} still in your result. {'' if len(bugs) == 1 else 'One of them: '}{_upper(bugs[0].told)}"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


mended_training = Exercise(
    training_code.mended_training,
    chapter="11_pytorch",
    task=(
        "Write `buggy_training` without its six bugs: train `network` by SGD with momentum 0.9, made once, on the mean "
        "cross-entropy of mini-batches, one epoch for each row of `orders`, which holds the numbers of all examples in "
        "the order in which they are used. Each piece of `batch_size` of them is a mini-batch, the last one may be "
        "smaller. Return a list of floats: for each epoch, the mean over all examples of the loss that an example's "
        "mini-batch had before its step."
    ),
    cases=_cases,
    judge=judge,
    effect=trained,
    points=3,
    hints=[
        "Go through the loop line by line, and ask of each: does this happen as often as it should, once, once an "
        "epoch, or once a mini-batch? Which of the things that should happen does not happen at all?",
        "Three bugs spoil the gradient: one is a line that is missing, one is in what the loss gets as its first "
        "argument, one in its second. One spoils the optimizer. Two spoil what is returned.",
        "What is a mean over examples, if you have the means of mini-batches of different sizes? And what does a "
        "tensor hold on to that was computed from parameters?",
        "`loss = functional.cross_entropy(network(inputs[batch]), labels[batch])`, `optimizer.zero_grad()` before "
        "`backward`, the optimizer before the loop over the epochs, and `total += loss.item() * len(batch)`.",
    ],
)

for bug in BUGS:
    mended_training.add_mistake(
        bug.name, with_bugs(bug.name), f"Five of the six bugs are mended. One is left: {bug.told}"
    )
mended_training.add_mistake(
    "not_mended",
    with_bugs(*(bug.name for bug in BUGS)),
    "All six bugs are still in. Look for one that you can see from outside first: what does the function return, and "
    "of which type are the entries?",
)
mended_training.add_mistake(
    "zeroed_before_the_step",
    mutated(
        training_code.mended_training,
        ("            optimizer.zero_grad()\n", ""),
        ("loss.backward()\n", "loss.backward()\n            optimizer.zero_grad()\n"),
    ),
    "The planted bugs are mended, but there is a new one: the parameters never move. `zero_grad` stands between "
    "`backward` and `step`, and throws away what the step should use.",
)
