"""Exercise: the accuracy of a network of PyTorch, which is left as it was found."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.chapters.pytorch import training_code
from dlcourse.chapters.pytorch.exercises.small_networks import classes_for, digits, network_of, number_in
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import Tensor, nn

MODES = {True: "training", False: "evaluation"}


class Evaluation(NamedTuple):
    """What an evaluation gave and left: the number, in words what was returned ("" for a number), and how it was done.

    ``trained``: whether a forward pass was made in training mode, ``recorded``: whether one recorded a graph,
    ``training``: whether the network is in training mode afterwards, ``passes``: how many forward passes were made.
    """

    accuracy: float
    returned: str
    trained: bool
    recorded: bool
    training: bool
    passes: int


def watched(network: nn.Module, inputs: Tensor, labels: Tensor) -> Callable[[Any], Evaluation]:
    """Note in which mode each forward pass is made, and whether it records a graph."""
    import torch

    torch.manual_seed(0)
    torch.set_grad_enabled(True)
    seen: list[tuple[bool, bool]] = []
    hook = network.register_forward_hook(
        lambda module, *_: seen.append((any(each.training for each in module.modules()), torch.is_grad_enabled()))
    )

    def look(returned: Any) -> Evaluation:
        hook.remove()
        trained, recorded = (any(each) for each in zip(*seen, strict=True)) if seen else (False, False)
        return Evaluation(*number_in(returned), trained, recorded, network.training, len(seen))

    return look


def _case(
    generator: np.random.Generator, sizes: Sequence[int], examples: int, training: bool, label: str, edge: bool = False
) -> Case:
    """A network with dropout in a mode, and examples of which it gets some right, and not half of them."""
    network = network_of(generator, sizes, dropout=0.5)
    while True:
        inputs, labels = classes_for(generator, examples, sizes[0], sizes[-1])
        right = training_code.accuracy_of(network, inputs, labels)
        if edge or (0.2 < right < 0.9 and abs(right - 0.5) > 0.01):
            return Case((network.train(training), inputs, labels), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (4, 8, 3), 10, True, "10 examples in training mode"),
        _case(generator, (4, 8, 3), 20, False, "20 examples in evaluation mode"),
        _case(generator, (2, 6, 6, 4), 32, True, "32 examples of 4 classes in training mode"),
        _case(generator, (5, 9, 3), 3, True, "3 examples of 3 classes in training mode"),
        _case(generator, (3, 7, 2), 25, False, "25 examples of 2 classes in evaluation mode"),
        _case(generator, (3, 5, 2), 1, True, "one example in training mode", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Evaluation) -> Judgement:
    """Say what is wrong with an evaluation."""
    expected = observed(training_code.accuracy_of, watched)(*copy.deepcopy(arguments))
    faults = []
    if received.returned:
        faults.append(f"Your function returns {received.returned}; expected is the accuracy as a Python float.")
    if not received.passes:
        faults.append("Your function never calls the network.")
    if received.trained:
        faults.append("The network computes in training mode.")
    elif not received.returned and not math.isclose(expected.accuracy, received.accuracy, rel_tol=1e-5):
        faults.append(f"The accuracy is {number(received.accuracy)}; expected is {number(expected.accuracy)}.")
    if received.recorded:
        faults.append("The forward pass records a graph that nobody needs.")
    if received.training != expected.training:
        before, after = MODES[expected.training], MODES[received.training]
        faults.append(f"The network came in {before} mode, and you leave it in {after} mode.")
    if not faults:
        return RIGHT
    # With dropout the accuracy is an accident.
    kept = received._replace(accuracy=0.0 if received.trained else received.accuracy, passes=min(received.passes, 1))
    return Judgement(f"{digits([kept.accuracy])} {kept[1:]}", " ".join(faults))


accuracy_of = Exercise(
    training_code.accuracy_of,
    chapter="11_pytorch",
    task=(
        "Return the share of examples whose largest logit is the one of their label, as a Python float. `network` "
        "gives logits, shape (n, classes), for `inputs`; `labels` has shape (n,). It may have dropout in it, and it "
        "comes in training mode or in evaluation mode: compute in evaluation mode, record no graph, and leave it in "
        "the mode in which it came."
    ),
    cases=_cases,
    judge=judge,
    effect=watched,
    hints=[
        "Two switches have nothing to do with each other: what the modules compute, and whether PyTorch records what "
        "is computed. What turns each of them?",
        "The mode stands in `network.training`, True or False. Keep it in a variable before `network.eval()`. "
        "`with torch.no_grad():` goes around the forward pass.",
        "`logits.argmax(dim=1)` is the predicted class of every row. Compared with `labels` it gives True and False; "
        "as numbers, their mean is the share.",
        "`network.train(was_training)` puts the mode back, whichever it was. The result: "
        "`(logits.argmax(dim=1) == labels).float().mean().item()`.",
    ],
    fields={
        "right": lambda outcome: outcome.expected.accuracy,
        "given": lambda outcome: outcome.received.accuracy,
        "kind": lambda outcome: outcome.received.returned,
        "examples": lambda network, inputs, labels: len(labels),
    },
)


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(training_code.accuracy_of, *replacements)


MEAN = ".float().mean().item()"

accuracy_of.add_mistake(
    "mode_not_changed",
    _changed(("    network.eval()\n", "")),
    "On {case} the network computes in the mode in which it came. In training mode half of the hidden units drop out "
    "at random: called twice, your function gives two accuracies. `network.eval()` comes first.",
)
accuracy_of.add_mistake(
    "graph_recorded",
    _changed(("with torch.no_grad():", "if True:")),
    "The accuracy is right, but PyTorch records the graph of the whole forward pass and keeps every intermediate "
    "result, for a `backward` that never comes. `eval()` does not switch that off: `with torch.no_grad():` does.",
)
accuracy_of.add_mistake(
    "graph_recorded_in_training_mode",
    _changed(("    network.eval()\n", ""), ("with torch.no_grad():", "if True:")),
    "On {case} both switches are where they were: the network computes in the mode in which it came, with dropout, "
    "and PyTorch records a graph. `network.eval()` is for the one, `with torch.no_grad():` for the other.",
)
accuracy_of.add_mistake(
    "always_back_to_training",
    _changed(("network.train(was_training)", "network.train()")),
    "On {case} the network is in training mode after your call, and it was not before. Whoever evaluates a finished "
    "network twice would get dropout the second time: keep `network.training` in a variable, and put that back.",
)
accuracy_of.add_mistake(
    "left_in_evaluation_mode",
    _changed(("    network.train(was_training)\n", "")),
    "On {case} the network is still in evaluation mode after your call. Training would go on without dropout, and "
    "nobody would notice: put back the mode that it came in.",
)
accuracy_of.add_mistake(
    "tensor_returned",
    _changed((".item()", "")),
    "The share is right, but you return {kind}. `.item()` makes a Python float of a tensor with one entry.",
)
accuracy_of.add_mistake(
    "counted",
    _changed((MEAN, ".sum().item()")),
    "On {case} you return {given}: how many are right. The share is {right}, that number divided by the {examples} "
    "examples.",
)
accuracy_of.add_mistake(
    "percentage",
    _changed((MEAN, MEAN + " * 100")),
    "On {case} you return {given}: percent. Asked for is the share, a number between 0 and 1, here {right}.",
)
accuracy_of.add_mistake(
    "largest_of_each_column",
    _changed(("dim=1", "dim=0")),
    "`argmax(dim=0)` goes down the columns: it finds for every class the example with the largest logit, {examples} "
    "labels against as many numbers as there are classes. The classes lie along axis 1.",
)
accuracy_of.add_mistake(
    "largest_of_the_whole_batch",
    _changed(("(logits.argmax(dim=1) == labels)", "(logits.argmax() == labels)")),
    "On {case} you return {given}, and the share is {right}. `argmax()` without a `dim` looks for the largest logit of "
    "the whole batch, a single number: say `dim=1`.",
)
