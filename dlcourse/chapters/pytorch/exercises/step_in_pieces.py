"""Exercise: one step of training on a mini-batch that comes in pieces."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.pytorch import training_code
from dlcourse.chapters.pytorch.exercises.small_networks import (
    NUMBER,
    classes_for,
    digits,
    flat,
    near,
    network_of,
    number_in,
    values_for,
)
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import Tensor, nn, optim


class Step(NamedTuple):
    """What a step gave and left: the number and in words what was returned, and all entries of the parameters.

    ``held``: how many examples at most were in graphs that no backward had gone through; ``steps``: of the optimizer.
    """

    loss: float
    returned: str
    parameters: Array
    held: int
    steps: int


def watched(
    network: nn.Module, optimizer: optim.Optimizer, loss: Callable[..., Tensor], pieces: Sequence[tuple[Tensor, Tensor]]
) -> Callable[[Any], Step]:
    """Leave another mini-batch's gradient in the parameters, as the step before does; count graphs and steps."""
    inputs, labels = pieces[0]
    loss(network(inputs.flip(0) + 0.5), labels).backward()
    waiting: list[int] = []
    most, stepped = [0], []

    def note(module: nn.Module, arguments: Any, outputs: Tensor) -> None:
        def let_go(gradient: Tensor) -> None:
            if len(outputs) in waiting:
                waiting.remove(len(outputs))

        if outputs.requires_grad:
            waiting.append(len(outputs))
            most.append(sum(waiting))
            outputs.register_hook(let_go)

    hooks = [network.register_forward_hook(note), optimizer.register_step_pre_hook(lambda *_: stepped.append(1))]

    def look(returned: Any) -> Step:
        for hook in hooks:
            hook.remove()
        return Step(*number_in(returned), flat(network.parameters()), max(most), len(stepped))

    return look


def _case(
    generator: np.random.Generator, sizes: Sequence[int], lengths: Sequence[int], edge: bool = False, **settings: Any
) -> Case:
    import torch

    network, classify = network_of(generator, sizes), sizes[-1] > 1
    batch = (classes_for if classify else values_for)(generator, sum(lengths), sizes[0], sizes[-1])
    pieces = list(zip(*(part.split(list(lengths)) for part in batch), strict=True))
    loss = torch.nn.functional.cross_entropy if classify else torch.nn.functional.mse_loss
    optimizer = torch.optim.SGD(network.parameters(), **({"lr": 0.1} | settings))
    label = f"pieces of {', '.join(map(str, lengths))} examples" if len(lengths) > 1 else "a single piece"
    # A copied optimizer has other attributes than a new one, and what a function gets is a copy.
    return Case((*copy.deepcopy((network, optimizer)), loss, pieces), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (2, 3), (4, 2)),
        _case(generator, (4, 5, 3), (3, 3, 1)),
        _case(generator, (3, 4, 1), (1, 5)),
        _case(generator, (3, 4, 3), (2, 4, 1), lr=1.0),
        _case(generator, (3, 4, 2), (3, 3), edge=True),
        _case(generator, (3, 4, 2), (5,), edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Step) -> Judgement:
    """Say what is wrong with what a step left."""
    expected = observed(training_code.step_in_pieces, watched)(*copy.deepcopy(arguments))
    if received.steps > 1:
        return Judgement("steps", f"You make {received.steps} steps.")
    faults = []
    right = near(expected.loss, received.loss)
    if received.returned != NUMBER:
        faults.append(f"Your function returns {received.returned}; expected is the loss as a Python float.")
    else:
        told = "right" if right else f"{number(received.loss)}; expected is {number(expected.loss)}"
        faults.append(f"The loss that you return is {told}.")
    moved = near(expected.parameters, received.parameters)
    if near(flat(arguments[0].parameters()), received.parameters):
        faults.append("No parameter has moved: `step` or `backward` is missing, or `zero_grad` comes between them.")
    elif moved:
        faults.append("The step is right.")
    else:
        worst = int(np.abs(expected.parameters - received.parameters).argmax())
        one, other = number(expected.parameters[worst]), number(received.parameters[worst])
        faults.append(f"The parameters have moved, but not to the right place: one is {other}, and should be {one}.")
    if received.held > expected.held:
        faults.append(f"There were graphs of {received.held} examples at once.")
    elif moved and right and received.returned == NUMBER:
        return RIGHT
    kind = f"{received.returned} {digits((received.loss, *received.parameters))} {max(received.held, expected.held)}"
    return Judgement(kind, " ".join(faults))


step_in_pieces = Exercise(
    training_code.step_in_pieces,
    chapter="11_pytorch",
    task=(
        "A mini-batch that is too large for the memory of a graphics card is cut into `pieces`, a list of pairs "
        "(inputs, labels) of tensors; they need not be equally long. Make one step of training as if it had come "
        "whole: update the parameters of `network` once, by `optimizer`, with the gradient of the mean loss over all "
        "examples, and return that mean, as it was before the update, as a Python float. `loss(network(inputs), "
        "labels)` is the mean over the examples of one piece. Never hold the graphs of two pieces at once. The "
        "parameters may still hold the gradient of a step before."
    ),
    cases=_cases,
    judge=judge,
    effect=watched,
    hints=[
        "Which lines of a step come once for every piece, and which come once in all?",
        "`backward` adds to what stands in `.grad`, and lets go of the graph. So a sum over pieces needs no sum of "
        "losses: call `backward` for each.",
        "A piece with 4 of 6 examples has 4/6 of the mean over all: its loss counts with the weight `len(labels)` "
        "divided by the number of all examples.",
        "`zero_grad` before the loop; in it `part = loss(network(inputs), labels) * len(labels) / examples`, "
        "`part.backward()` and `total += part.item()`; `step` after it.",
    ],
    fields={
        "loss": lambda outcome: outcome.expected.loss,
        "returned": lambda outcome: outcome.received.loss,
        "kind": lambda outcome: outcome.received.returned,
        "steps": lambda outcome: outcome.received.steps,
        "held": lambda outcome: outcome.received.held,
    },
)

ZERO, BACKWARD, STEP = "    optimizer.zero_grad()\n", "        part.backward()\n", "    optimizer.step()\n"
MISTAKES: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "gradient_before_kept",
        ((ZERO, ""),),
        "On {case} the loss is right, but you step along a sum that holds the gradient of the step before, too: it "
        "stood in `.grad`, and `backward` adds. `optimizer.zero_grad()` comes before the first piece.",
    ),
    (
        "zeroed_for_every_piece",
        ((ZERO, ""), (BACKWARD, "    " + ZERO + BACKWARD)),
        "On {case} the step goes along the gradient of the last piece alone: `zero_grad` in the loop throws the "
        "others away. It comes once, before the loop.",
    ),
    (
        "step_for_every_piece",
        ((STEP, ""), (BACKWARD, BACKWARD + "    " + STEP)),
        "On {case} you make {steps} steps, one after each piece, so that the later pieces meet another network. Asked "
        "for is one step, after the loop, along the gradient of all.",
    ),
    (
        "pieces_counted_alike",
        (("len(labels) / examples", "1 / len(pieces)"),),
        "On {case} you return {returned}, the mean of the pieces' means; the mean over all examples is {loss}. A "
        "longer piece counts for more: weight each with its share of the examples.",
    ),
    (
        "means_added_up",
        ((" * len(labels) / examples", ""),),
        "On {case} you return {returned}: the means of the pieces are added up, and so are their gradients. The mean "
        "over all examples, {loss}, weights each piece with its share of them.",
    ),
    (
        "gradient_not_weighted",
        ((" * len(labels) / examples", ""), ("part.item()", "part.item() * len(labels) / examples")),
        "The loss is right, the step is not: you weight what you return, and call `backward` on the mean of each "
        "piece as it is. The gradient needs the same weights.",
    ),
    (
        "gradients_added_losses_averaged",
        ((" * len(labels) / examples", ""), ("part.item()", "part.item() / len(pieces)")),
        "On {case} you return {returned}, the mean of the pieces' means, and step along their sum. The mean over all "
        "examples, {loss}, weights each piece with its share of them, and so does its gradient.",
    ),
    (
        "one_backward_for_all",
        (
            (BACKWARD, ""),
            ("part.item()", "part"),
            (STEP, "    total.backward()\n" + STEP),
            ("n total", "n total.item()"),
        ),
        "The loss and the step are right, but {held} examples were in graphs at once: that is the memory which the "
        "pieces should save. `backward` after each piece lets its graph go; `.grad` keeps the sum.",
    ),
    (
        "tensor_returned",
        (("part.item()", "part"),),
        "The step is right, but you return {kind}: the sum holds on to a node of every piece. `.item()` takes the "
        "number out.",
    ),
)

for name, replacements, feedback in MISTAKES:
    step_in_pieces.add_mistake(name, mutated(training_code.step_in_pieces, *replacements), feedback)
