"""Exercise on stochastic gradient descent: one epoch of mini-batches."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import linear_models


def _random_case(
    generator: np.random.Generator, shape: tuple[int, int], batch_size: int, label: str, edge: bool = False
) -> Case:
    inputs = generator.normal(0.5, 1.0, size=shape)
    targets = inputs @ generator.uniform(1, 2, size=shape[1]) + 3
    weights, bias = generator.normal(size=shape[1]), float(generator.uniform(-1, 0))
    order = generator.permutation(shape[0])
    return Case((inputs, targets, weights, bias, 0.1, batch_size, order), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    column = np.array([[1.0], [2.0], [3.0], [4.0]])
    whole = np.array([[1, 0], [2, 3], [0, 1], [1, 1], [3, 2], [2, 0]])
    whole_targets = generator.integers(0, 6, size=6)
    single = generator.normal(size=(5, 2)).astype(np.float32)
    order = np.array([3, 0, 4, 1, 2])
    return [
        Case(
            (column, np.array([3.0, 2.0, 6.0, 5.0]), np.array([0.5]), 0.0, 0.1, 2, np.array([2, 0, 3, 1])),
            "4 examples in batches of 2",
        ),
        _random_case(generator, (7, 2), 3, "7 examples in batches of 3"),
        _random_case(generator, (6, 2), 1, "batches of a single example"),
        _random_case(generator, (12, 3), 4, "12 examples in batches of 4"),
        Case(
            (whole, whole_targets, np.array([0.5, -0.5]), 1, 0.05, 4, np.array([5, 2, 0, 4, 1, 3])),
            "whole numbers, 6 examples in batches of 4",
        ),
        Case((single, single[:, 0] + 2, np.array([1.0, 0.5], np.float32), 0.5, 0.1, 2, order), "dtype float32"),
        _random_case(generator, (5, 2), 5, "one batch with all examples", edge=True),
        _random_case(generator, (5, 2), 8, "a batch size larger than n", edge=True),
        _random_case(generator, (1, 2), 1, "a single example", edge=True),
    ]


sgd_epoch = Exercise(
    linear_models.sgd_epoch,
    chapter="04_linear_regression",
    task=(
        "Run one epoch of stochastic gradient descent on the loss of `mse_gradient` and return the new "
        "`(weights, bias)`. `order` holds the numbers of all n examples in the order in which they are used: each "
        "piece of `batch_size` of them is a mini-batch, the last one is smaller where n does not divide evenly, and "
        "each mini-batch makes one step of `learning_rate` times the gradient of its own mean loss. The arguments stay "
        "as they were. You may call the library's `mse_gradient`, or your own."
    ),
    cases=_cases,
    points=3,
    hints=[
        "With 7 examples and batches of 3, how many steps does one epoch have, and which examples does each step see? "
        "Write them down for an `order` of 4, 0, 6, 2, 5, 1, 3.",
        "Each step does what a step of gradient descent does, as if the mini-batch were the whole data set: the "
        "gradient at the weights and bias of this moment, a mean over the examples of this batch, then both are "
        "changed. Why at this moment's weights? The steps before have already come closer.",
        "Cutting the order: `order[start : start + batch_size]`, with `start` going from 0 to n in steps of "
        "`batch_size`. A slice that reaches over the end is shorter, so the last batch needs no case of its own.",
        "An array of numbers picks rows: `inputs[batch]` and `targets[batch]` belong together. Write "
        "`weights = weights - ...`: the short form `weights -= ...` would change the caller's array as well.",
        "In the loop: the pair of gradients is `mse_gradient(inputs[batch], targets[batch], weights, bias)`, then "
        "weights ← weights − learning_rate · gradient and the same for the bias. After the loop, return both.",
    ],
    fields={
        "weight": "On {case} the new weight [{where}] should be {expected}, and you return {received}. ",
        "n": lambda inputs, *_: len(inputs),
        "steps": lambda *arguments: -(-len(arguments[0]) // arguments[5]),
        "last": lambda *arguments: (len(arguments[0]) - 1) % arguments[5] + 1,
        "batch": lambda *arguments: ", ".join(map(str, arguments[6][: arguments[5]])),
    },
)


def _changed(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(linear_models.sgd_epoch, *replacements)


sgd_epoch.add_mistake(
    "all_gradients_at_the_first_weights",
    _changed(("    rate =", "    first = w, bias\n    rate ="), ("y[batch], w, bias", "y[batch], *first")),
    "{weight}Your {steps} gradients are all taken at the weights with which the epoch began. Together they make one "
    "large step of full gradient descent. Each mini-batch should profit from the steps before it: take its gradient at "
    "the weights that they have left.",
)
sgd_epoch.add_mistake(
    "order_ignored",
    _changed(("_check_order(order, len(y))", "np.arange(len(y))")),
    "{weight}You take the examples as they stand in the table. The first mini-batch holds the examples {batch}, the "
    "first {batch_size} entries of `order`. The order matters: each step moves the weights for the next one, and in a "
    "sorted table every batch would be one-sided.",
)
sgd_epoch.add_mistake(
    "targets_not_reordered",
    _changed(("y[batch]", "y[step * batch_size :][: len(batch)]")),
    "{weight}The inputs are picked by `order`, the targets are not, so that an example meets the target of another "
    "one. The first mini-batch needs both inputs and targets of the examples {batch}.",
)
sgd_epoch.add_mistake(
    "all_examples_in_each_step",
    _changed(("x[batch], y[batch]", "x, y")),
    "{weight}You make {steps} steps, and each uses all {n} examples: that is {steps} steps of full gradient descent. A "
    "mini-batch step looks at its own {batch_size} examples only, which is why it costs less.",
)
sgd_epoch.add_mistake(
    "last_batch_dropped",
    _changed(
        ("        weight_gradient,", "        if len(batch) < batch_size:\n            break\n        weight_gradient,")
    ),
    "{weight}Of {n} examples, batches of {batch_size} leave {last} for the last batch, and your epoch ends before it. "
    "In an epoch each example is used once; count the batches rounding up.",
)
sgd_epoch.add_mistake(
    "one_step_only",
    _changed(("    return", "        return")),
    "{weight}Your weights are those after the first of {steps} mini-batches. Does the `return` stand inside the loop?",
)
sgd_epoch.add_mistake(
    "divided_by_the_batch_size",
    _changed(("- rate *", "- rate * len(batch) / batch_size *")),
    "{weight}Full batches are right. The last batch holds only {last} of the {n} examples, and you divide its sums by "
    "the batch size {batch_size}, so that its step comes out too small. Divide by the number of examples that the "
    "batch really has.",
)
sgd_epoch.add_mistake(
    "divided_by_all_examples",
    _changed(("- rate *", "- rate * len(batch) / len(y) *")),
    "{weight}Each of your gradients is divided by n = {n}, the size of the data set. A mini-batch's loss is a mean "
    "over its own {batch_size} examples, an estimate of the loss over all of them: divide by the batch's length.",
)
sgd_epoch.add_mistake(
    "sum_over_the_batch",
    _changed(("- rate *", "- rate * len(batch) *")),
    "{weight}Your gradient sums over the {batch_size} examples of a batch. With a mean, a step's size does not depend "
    "on the batch size, and the learning rate can stay when the batch size changes.",
)
sgd_epoch.add_mistake(
    "uphill",
    _changed(("- rate *", "+ rate *")),
    "{weight}Each step goes the opposite way. The gradient points to where the loss grows: subtract it (or look at the "
    "sign of the error, prediction minus target).",
)
sgd_epoch.add_mistake(
    "bias_after_the_weights",
    _changed(
        ("        bias =", "        bias_gradient = mse_gradient(x[batch], y[batch], w, bias)[1]\n        bias =")
    ),
    "On {case} you return the bias {bias_received}, and it should be {bias_expected}. You changed the weights first "
    "and then computed the bias's gradient with the new weights. Both gradients belong to the same point: compute the "
    "pair, then change both.",
    bias_received=lambda outcome: outcome.received[1],
    bias_expected=lambda outcome: outcome.expected[1],
)
