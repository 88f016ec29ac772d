"""Exercise on stochastic gradient descent: one epoch of mini-batches."""

from collections.abc import Sequence

import numpy as np

from dlcourse.chapters.linear_regression.exercises.sgd_epoch_mistakes import MISTAKES
from dlcourse.exercises.kinds.exercise import Case, Exercise
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
    name="sgd_epoch",
    chapter="04_linear_regression",
    task=(
        "Run one epoch of stochastic gradient descent on the loss of `mse_gradient` and return the new "
        "`(weights, bias)`. `order` holds the numbers of all n examples in the order in which they are used: each "
        "piece of `batch_size` of them is a mini-batch, the last one is smaller where n does not divide evenly, and "
        "each mini-batch makes one step of `learning_rate` times the gradient of its own mean loss. The arguments stay "
        "as they were. You may call the library's `mse_gradient`, or your own."
    ),
    reference=linear_models.sgd_epoch,
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
    mistakes=MISTAKES,
)
