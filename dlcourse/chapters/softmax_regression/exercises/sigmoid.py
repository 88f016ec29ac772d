"""Exercise on the sigmoid, without overflow."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import losses

Array = NDArray[np.floating]


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


def _stable(logits: Array) -> Array:
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1, small) / (1 + small)


def _by_halves(logits: Array) -> Array:
    """The two branches written into an array of the argument's dtype."""
    result = np.zeros_like(logits)
    result[...] = _stable(logits).astype(result.dtype)
    return result


AT = "At the logit {logits} the sigmoid is {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "exponential_over_itself",
        lambda logits: np.exp(logits) / (1 + np.exp(logits)),
        with_numbers(
            "The formula eᶻ / (1 + eᶻ) is right on paper, and exact for ordinary logits. At the logit 10000 the "
            "result should be {expected}, and yours is {received}: e¹⁰⁰⁰⁰ is larger than any number that a computer "
            "holds, so it becomes infinity, and ∞ / ∞ is nan. Exponentials of numbers that are not positive cannot "
            "overflow: use one for each sign of z."
        ),
    ),
    Mistake(
        "sign_of_the_logit",
        lambda logits: _stable(-logits),
        with_numbers(
            AT + "That is σ(−z). The larger the logit, the larger the probability has to be: in 1 / (1 + e⁻ᶻ) the "
            "exponent has a minus sign.",
            "logits",
        ),
    ),
    Mistake(
        "missing_parentheses",
        lambda logits: 1 / 1 + np.exp(-logits),
        with_numbers(
            AT + "A probability does not exceed 1. Python reads `1 / 1 + np.exp(-z)` as (1/1) + e⁻ᶻ: the whole "
            "denominator needs parentheses.",
            "logits",
        ),
    ),
    Mistake(
        "minus_in_the_denominator",
        lambda logits: 1 / (1 - np.exp(-logits)),
        with_numbers(
            AT + "Your denominator is 1 − e⁻ᶻ, which is 0 at z = 0 and negative below. With a plus, the result stays "
            "between 0 and 1.",
            "logits",
        ),
    ),
    Mistake(
        "normalized_over_the_array",
        lambda logits: np.exp(logits) / np.exp(logits).sum(),
        with_numbers(
            AT + "You divide by the sum over all logits: that is softmax, in which the entries compete. The sigmoid "
            "gives each logit a probability of its own, whatever stands beside it.",
            "logits",
        ),
    ),
    Mistake(
        "tanh_without_its_half",
        lambda logits: (1 + np.tanh(logits)) / 2,
        with_numbers(
            AT + "(1 + tanh(z)) / 2 has the right shape, but it is twice as steep: it is σ(2z). Which argument of tanh "
            "makes it σ(z)?",
            "logits",
        ),
    ),
    Mistake(
        "hyperbolic_tangent",
        lambda logits: np.tanh(logits),
        with_numbers(
            AT + "That is tanh(z), which runs from −1 to 1. It is a relative of the sigmoid, scaled to another range; "
            "a probability lies between 0 and 1.",
            "logits",
        ),
    ),
    Mistake(
        "step",
        lambda logits: (logits >= 0).astype(float),
        with_numbers(
            AT + "That is the decision, 1 or 0 for a logit above or below 0. The sigmoid says how sure it is, without "
            "a jump, so that it has a slope to learn from.",
            "logits",
        ),
    ),
    Mistake(
        "one_branch_for_both_signs",
        lambda logits: 1 / (1 + np.exp(-np.abs(logits))),
        with_numbers(
            AT + "With |z| in the exponent nothing overflows, and for z ≥ 0 you are right. For z < 0 you return the "
            "value for −z: there the same trick needs the other form of the fraction, with e^(−|z|) in the numerator.",
            "logits",
        ),
    ),
    Mistake(
        "inverse",
        lambda logits: np.log(logits / (1 - logits)),
        with_numbers(
            AT + "log(p / (1 − p)) is the inverse: it takes a probability to its logit. Solve z = log(p / (1 − p)) for "
            "p.",
            "logits",
        ),
    ),
    Mistake(
        "array_of_whole_numbers",
        _by_halves,
        with_numbers(
            "Floating-point logits are right. For whole numbers, `np.zeros_like(z)` (or `empty_like`) makes an array "
            "of whole numbers too, and writing {expected} into it leaves {received}. Give that array a floating-point "
            "dtype, or build the result without it, by `np.where`."
        ),
    ),
]

sigmoid = Exercise(
    name="sigmoid",
    chapter="05_softmax_regression",
    task=(
        "Return σ(z) = 1 / (1 + e⁻ᶻ) for each entry of `logits`, an array of any shape. Logits of ±10000 are among "
        "them, in float32 too: no result may be nan, and no exponential may overflow."
    ),
    reference=losses.sigmoid,
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
    mistakes=MISTAKES,
)
