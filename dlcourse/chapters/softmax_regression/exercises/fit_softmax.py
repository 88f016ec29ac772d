"""Project: softmax regression trained from beginning to end."""

from collections.abc import Sequence

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.chapters.softmax_regression.exercises import least_cost
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated


def _drawn(generator: np.random.Generator, sizes: Sequence[int], side: int) -> tuple[Array, least_cost.Labels]:
    """Images of classes with these sizes: a pattern of each class, and noise over it, all in [0, 1]."""
    labels = generator.permutation(np.repeat(np.arange(len(sizes)), sizes))
    patterns = generator.uniform(0, 1, (len(sizes), 1, side, side))
    return (0.5 * patterns[labels] + generator.uniform(0, 0.5, (len(labels), 1, side, side))), labels


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    digits = datasets.load("digits").train
    some = np.concatenate([generator.permutation(np.flatnonzero(digits.labels == digit))[:10] for digit in range(10)])
    first = some[:30]
    return [
        Case((*_drawn(generator, (20, 12, 6), 3), 0.05), "38 images of 3 × 3 pixels, 3 classes"),
        Case((*_drawn(generator, (30, 6), 4), 0.05), "36 images of 4 × 4 pixels, 2 classes, one of them rare"),
        Case((digits.inputs[some], digits.labels[some], 0.1), "100 digits"),
        Case((digits.inputs[first], digits.labels[first], 0.1), "30 digits, each a 0, a 1 or a 2"),
        Case((*_drawn(generator, (9, 5, 4, 2), 2), 0.05), "20 images of 2 × 2 pixels, 4 classes"),
    ]


fit_softmax = Exercise(
    least_cost.fit_softmax,
    chapter="05_softmax_regression",
    task=(
        "Return weights, shape (pixels, classes), and bias, shape (classes,), with the least cost: the mean "
        "cross-entropy plus (penalty / 2) times the sum of all squared weights, not of the bias. `images` has "
        "shape (n, 1, height, width) with pixels between 0 and 1, `labels` shape (n,) with all numbers from 0 to "
        "classes − 1. Right is a cost at most 0.001 above the least."
    ),
    cases=_cases,
    points=5,
    seconds=10,
    judge=least_cost.judge,
    hints=[
        "Which pieces do you have already? The gradient of the cross-entropy is one of them. What does the penalty add "
        "to it, and to which part?",
        "One row for each image: `images.reshape(len(images), -1)`. There are `labels.max() + 1` classes. Start from "
        "zeros.",
        "Descent repeats: the gradient at the weights as they are now, plus penalty times the weights; then a step "
        "against it. Print the cost every 50 steps: does it still fall? Does it jump?",
        "In the loop: `by_weights, by_bias = linear_models.softmax_gradient(inputs, labels, weights, bias)`, "
        "`weights = weights - 0.5 * (by_weights + penalty * weights)`, `bias = bias - 0.5 * by_bias`; 600 times.",
    ],
    fields={
        "on": "On {case} your result has the cost {cost}, and the least is {least}. ",
        "cost": lambda outcome: least_cost.cost_of(*outcome.case.arguments, *outcome.received),
        "least": lambda outcome: least_cost.cost_of(*outcome.case.arguments, *outcome.expected),
    },
)

fit_softmax.add_mistake(
    "uphill",
    mutated(least_cost.fit_softmax, ("- rate", "+ rate")),
    "{on}You go uphill: the gradient points to where the cost grows, so it is subtracted from the weights.",
)
fit_softmax.add_mistake(
    "too_few_steps",
    mutated(least_cost.fit_softmax, ("range(steps)", "range(20)")),
    "{on}Your descent is on its way and not there. Print the cost as you go: while it still falls in the third decimal "
    "place, take more steps; if it jumps up and down, shorter ones.",
)
fit_softmax.add_mistake(
    "without_penalty",
    mutated(least_cost.fit_softmax, (" + penalty * weights", "")),
    "{on}Your cross-entropy alone is lower than it is there: the weights are too long, as if nothing held them back, "
    "or too little. The penalty's gradient, penalty times the weights, belongs whole in every step, beside the mean "
    "over the examples.",
)
fit_softmax.add_mistake(
    "penalty_halved",
    mutated(least_cost.fit_softmax, ("penalty * weights", "penalty / 2 * weights")),
    "{on}Your weights are those of half the penalty. (penalty / 2) w² is what the penalty costs; its derivative, which "
    "belongs in the step, is penalty times w.",
)
fit_softmax.add_mistake(
    "penalty_twice",
    mutated(least_cost.fit_softmax, ("penalty * weights", "2 * penalty * weights")),
    "{on}Your weights are those of twice the penalty. The derivative of (penalty / 2) w² is penalty times w: the 2 of "
    "the square has cancelled against the 1/2.",
)
fit_softmax.add_mistake(
    "penalty_on_the_bias",
    mutated(least_cost.fit_softmax, ("rate * by_bias", "rate * (by_bias + penalty * bias)")),
    "{on}Your bias is held back by the penalty, too. It only shifts, and has to follow how frequent the classes are: "
    "leave it free.",
)
fit_softmax.add_mistake(
    "bias_left_at_zero",
    mutated(least_cost.fit_softmax, ("bias - rate * by_bias", "bias")),
    "{on}Your bias is the same for all classes, so it does nothing. Give it steps of its own: it learns which "
    "classes are frequent.",
)
