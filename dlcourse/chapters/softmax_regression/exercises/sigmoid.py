"""Exercise on the sigmoid, without overflow."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


def logit_cases(generator: np.random.Generator) -> Sequence[Case]:
    """Logits of every kind for a function that works entry by entry."""
    single = generator.normal(0, 3, size=5).astype(np.float32)
    return [
        Case((np.array([-2.0, -0.5, 1.0, 3.0]),), "four logits"),
        Case((generator.normal(0, 4, size=20),), "20 random logits"),
        Case((generator.normal(0, 2, size=(3, 4)),), "a table of 3 rows and 4 columns"),
        Case((generator.integers(1, 6, size=6) * np.array([1, -1, 1, -1, 1, -1]),), "whole numbers"),
        Case((single,), "dtype float32"),
        Case((np.array([0.0]),), "the logit 0", edge=True),
        Case((np.array([-1e4, 1e4, 0.5]),), "logits of ±10000", edge=True),
        Case((np.array([-1e4, 1e4, 0.5], np.float32),), "logits of ±10000 in float32", edge=True),
    ]


sigmoid = Exercise(
    losses.sigmoid,
    chapter="05_softmax_regression",
    task=(
        "Return σ(z) = 1 / (1 + e⁻ᶻ) for each entry of `logits`, an array of any shape. Logits of ±10000 are among "
        "them, in float32 too: no result may be nan, and no exponential may overflow."
    ),
    cases=logit_cases,
    forbids_overflow=True,
    hints=[
        "What should come out at 0, at a very large logit, and at a very negative one? Check your function there "
        "first.",
        "NumPy's functions work on whole arrays, entry by entry, whatever the shape. No loop is needed.",
        "e⁻ᶻ overflows where z is very negative. For these, multiply numerator and denominator by eᶻ: the same value "
        "is eᶻ / (1 + eᶻ), whose exponent is negative.",
        "Both forms hold the exponential of −|z|, which is at most 1: σ(z) = 1 / (1 + e^(−|z|)) for z ≥ 0, and "
        "e^(−|z|) / (1 + e^(−|z|)) for z < 0. Only the numerators differ; `np.where` chooses between them.",
    ],
    fields={"at": "At the logit {logits} the sigmoid is {expected}, and you return {received}. "},
)

sigmoid.add_mistake(
    "exponential_over_itself",
    lambda logits: np.exp(logits) / (1 + np.exp(logits)),
    "The formula eᶻ / (1 + eᶻ) is right on paper, and exact for ordinary logits. At the logit 10000 the result should "
    "be {expected}, and yours is {received}: e¹⁰⁰⁰⁰ is larger than any number that a computer holds, so it becomes "
    "infinity, and ∞ / ∞ is nan. Exponentials of numbers that are not positive cannot overflow: use one for each sign "
    "of z.",
)
sigmoid.add_mistake(
    "sign_of_the_logit",
    lambda logits: losses.sigmoid(-logits),
    "{at}That is σ(−z). The larger the logit, the larger the probability has to be: in 1 / (1 + e⁻ᶻ) the exponent has "
    "a minus sign.",
)
sigmoid.add_mistake(
    "missing_parentheses",
    lambda logits: 1 / 1 + np.exp(-logits),
    "{at}A probability does not exceed 1. Python reads `1 / 1 + np.exp(-z)` as (1/1) + e⁻ᶻ: the whole denominator "
    "needs parentheses.",
)
sigmoid.add_mistake(
    "minus_in_the_denominator",
    lambda logits: 1 / (1 - np.exp(-logits)),
    "{at}Your denominator is 1 − e⁻ᶻ, which is 0 at z = 0 and negative below. With a plus, the result stays between 0 "
    "and 1.",
)
sigmoid.add_mistake(
    "normalized_over_the_array",
    lambda logits: np.exp(logits) / np.exp(logits).sum(),
    "{at}You divide by the sum over all logits: that is softmax, in which the entries compete. The sigmoid gives each "
    "logit a probability of its own, whatever stands beside it.",
)
sigmoid.add_mistake(
    "hyperbolic_tangent",
    np.tanh,
    "{at}That is tanh(z), which runs from −1 to 1. It is a relative of the sigmoid, scaled to another range; a "
    "probability lies between 0 and 1.",
)
sigmoid.add_mistake(
    "one_branch_for_both_signs",
    mutated(losses.sigmoid, ("np.where(z >= 0, 1, small)", "1")),
    "{at}With |z| in the exponent nothing overflows, and for z ≥ 0 you are right. For z < 0 you return the value for "
    "−z: there the same trick needs the other form of the fraction, with e^(−|z|) in the numerator.",
)


@sigmoid.mistake
def array_of_whole_numbers(logits: Array) -> Array:
    """Floating-point logits are right. For whole numbers, `np.zeros_like(z)` (or `empty_like`) makes an array of whole
    numbers too, and writing {expected} into it leaves {received}. Give that array a floating-point dtype, or build the
    result without it, by `np.where`."""
    result = np.zeros_like(logits)
    result[...] = losses.sigmoid(logits)
    return result
