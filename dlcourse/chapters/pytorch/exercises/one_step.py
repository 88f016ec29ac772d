"""Exercise: one step of training in PyTorch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
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
    values_for,
)
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.running.sandbox import observed
from dlcourse.numerals import number

if TYPE_CHECKING:
    from torch import Tensor, nn, optim


class Step(NamedTuple):
    """What a step leaves: the loss, in words what was returned ("" for a number), all parameters, their gradients."""

    loss: float
    returned: str
    parameters: Array
    gradients: Array


def after_another_batch(
    network: nn.Module, optimizer: optim.Optimizer, loss: Callable[..., Tensor], inputs: Tensor, labels: Tensor
) -> Callable[[Any], Step]:
    """Leave the gradient of another mini-batch in the parameters, as the step before does; look at them afterwards."""
    loss(network(inputs.flip(0) + 0.5), labels).backward()
    parameters = list(network.parameters())

    def look(returned: Any) -> Step:
        gradients = [each.grad for each in parameters if each.grad is not None]
        return Step(*number_in(returned), flat(parameters), flat(gradients))

    return look


def _case(
    generator: np.random.Generator, sizes: Sequence[int], examples: int, label: str, edge: bool = False, **settings: Any
) -> Case:
    import torch

    network = network_of(generator, sizes)
    classify = sizes[-1] > 1
    batch = (classes_for if classify else values_for)(generator, examples, sizes[0], sizes[-1])
    loss = torch.nn.functional.cross_entropy if classify else torch.nn.functional.mse_loss
    optimizer = torch.optim.SGD(network.parameters(), **({"lr": 0.1} | settings))
    # A copied optimizer has other attributes than a new one, and what a function gets is a copy.
    return Case((*copy.deepcopy((network, optimizer)), loss, *batch), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (2, 3), 4, "softmax regression, 4 examples of 3 classes"),
        _case(generator, (4, 5, 3), 8, "one hidden layer, 8 examples of 3 classes"),
        _case(generator, (3, 4, 1), 6, "a regression, 6 examples"),
        _case(generator, (3, 6, 4, 2), 5, "two hidden layers and a learning rate of 1", lr=1.0),
        _case(generator, (3, 4, 3), 7, "weight decay", weight_decay=0.1),
        _case(generator, (3, 4, 2), 1, "one example", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Step) -> Judgement:
    """Say what is wrong with what a step left."""
    expected = observed(training_code.one_step, after_another_batch)(*copy.deepcopy(arguments))
    faults = [f"Your function returns {received.returned}; expected is the loss as a Python float."]
    if not received.returned:
        faults = [f"The loss that you return is {number(received.loss)}; expected is {number(expected.loss)}."]
        faults = [] if near(expected.loss, received.loss) else faults
    at_rest = near(flat(arguments[0].parameters()), received.parameters)
    if at_rest:
        faults.append("No parameter has moved.")
    elif not near(expected.parameters, received.parameters):
        worst = int(np.abs(expected.parameters - received.parameters).argmax())
        one, other = number(expected.parameters[worst]), number(received.parameters[worst])
        faults.append(f"The parameters have moved, but not to the right place: one is {other}, and should be {one}.")
    if not faults:
        return RIGHT
    traces = (received.loss, *received.parameters, *(received.gradients if at_rest else ()))
    return Judgement(f"{received.returned} {digits(traces)}", " ".join(faults))


one_step = Exercise(
    training_code.one_step,
    chapter="11_pytorch",
    task=(
        "Make one step of training: update the parameters of `network` once, by `optimizer`, with the gradient of "
        "`loss(network(inputs), labels)`, and return that loss, as it was before the update, as a Python float. "
        "`network` is a module in training mode, `loss` a function such as `functional.cross_entropy`, whose first "
        "argument are the logits; `inputs` and `labels` are tensors, one mini-batch. The parameters may still hold the "
        "gradient of the mini-batch before."
    ),
    cases=_cases,
    judge=judge,
    effect=after_another_batch,
    hints=[
        "Say in words what happens in a step, in order. Which of these things is whose business: the loss's, or the "
        "optimizer's?",
        "The loss is a tensor that remembers how it was computed: `.backward()` fills the `.grad` of every parameter, "
        "or adds to what stands there. The optimizer reads `.grad`, and moves the parameters.",
        "What stood in `.grad` before must be gone when `backward` adds to it: `optimizer.zero_grad()` comes before. "
        "What `backward` has written must still be there when `optimizer.step()` reads it.",
        "`value = loss(network(inputs), labels)`, then `zero_grad`, `backward` and `step`, in this order; at the end "
        "`return value.item()`.",
    ],
    fields={
        "at": "On {case} a parameter should be {should_be} after the step, and it is {is_now}. ",
        "should_be": lambda outcome: _worst(outcome)[0],
        "is_now": lambda outcome: _worst(outcome)[1],
        "loss": lambda outcome: outcome.expected.loss,
        "returned": lambda outcome: outcome.received.loss,
        "kind": lambda outcome: outcome.received.returned,
        "examples": lambda outcome: len(outcome.case.arguments[3]),
    },
)


def _worst(outcome: Outcome) -> tuple[float, float]:
    """The parameter that differs most: what it should be, and what it is."""
    expected, received = outcome.expected.parameters, outcome.received.parameters
    place = np.abs(expected - received).argmax()
    return float(expected[place]), float(received[place])


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(training_code.one_step, *replacements)


ZERO, BACKWARD, STEP = (f"    {each}()\n" for each in ("optimizer.zero_grad", "value.backward", "optimizer.step"))

one_step.add_mistake(
    "gradients_added_up",
    _changed((ZERO, "")),
    "{at}You step along the sum of two gradients: this mini-batch's, and the one that stood in `.grad` before. "
    "`backward` adds; `optimizer.zero_grad()` has to come before it. (At the end of the function it would be too late "
    "for what the parameters bring along.)",
)
one_step.add_mistake(
    "zeroed_before_the_step",
    _changed((ZERO, ""), (BACKWARD, BACKWARD + ZERO)),
    "On {case} no parameter has moved, and their `.grad` is None. Either `backward` is missing, or `zero_grad` stands "
    "between `backward` and `step` and throws away what the step should use.",
)
one_step.add_mistake(
    "step_before_backward",
    _changed((BACKWARD, ""), (STEP, STEP + BACKWARD)),
    "On {case} no parameter has moved, though their `.grad` holds the right gradient at the end. Either `step` is "
    "missing, or it comes before `backward`: it moves the parameters by what stands in `.grad` at that moment.",
)
one_step.add_mistake(
    "old_gradient_used",
    _changed((BACKWARD, ""), (ZERO, ""), (STEP, STEP + ZERO + BACKWARD)),
    "{at}You step along the gradient that the parameters brought along, that of the mini-batch before: `step` comes "
    "before `backward`. Each step uses the gradient of its own mini-batch.",
)
one_step.add_mistake(
    "tensor_returned",
    _changed(("value.item()", "value")),
    "The step is right, but you return {kind}, the loss as a tensor. It carries along the whole graph that it was "
    "computed with: whoever collects such losses collects the graphs. `.item()` takes the number out.",
)
one_step.add_mistake(
    "softmax_first",
    _changed(("network(inputs)", "network(inputs).softmax(dim=1)")),
    "On {case} you return {returned}, and the loss is {loss}. It looks as if softmax was applied before the loss. "
    "`cross_entropy` takes logits and applies it itself: twice, it makes every prediction almost uniform. (And for a "
    "regression a softmax over its one output is always 1.)",
)
one_step.add_mistake(
    "loss_after_the_step",
    _changed(("value.item()", "loss(network(inputs), labels).item()")),
    "The step is right. On {case} you return {returned}, the loss of the updated network; the one that the gradient "
    "belongs to is {loss}. You have it already, and a second forward pass would double the cost.",
)
one_step.add_mistake(
    "summed_over_the_batch",
    _changed(("labels)\n", "labels) * len(inputs)\n")),
    "On {case} you return {returned}, {examples} times the loss of {loss}: a sum over the examples. Then a step is as "
    "many times as long, and the learning rate has to change with the batch size. Take `loss(...)` as it is, a mean.",
)
one_step.add_mistake(
    "item_before_backward",
    _changed(("labels)\n", "labels).item()\n")),
    "`.item()` gives a Python float, which does not know how it was computed: it has no `backward`. Keep the tensor "
    "for `backward`, and take the number out at the end.",
)
