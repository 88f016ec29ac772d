"""Exercise on the sigmoid's derivative, a function of the logit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.softmax_regression.exercises.sigmoid import logit_cases
from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import losses

Array = NDArray[np.floating]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        *logit_cases(generator),
        Case((np.array([-40.0, 20.0, 40.0]),), "logits at which σ(z) is almost 0 or 1", edge=True),
    ]


def _sigmoid(logits: Array) -> Array:
    return 1 / (1 + np.exp(-logits))


AT = "At the logit {logits} the slope is {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "difference_lost",
        lambda logits: _sigmoid(logits) * (1 - _sigmoid(logits)),
        with_numbers(
            AT + "The formula is right, but 1 − σ(z) loses its digits where σ(z) has been rounded to almost 1, and is "
            "exactly 0 from about z = 37 on. Which other expression for 1 − σ(z) needs no difference?",
            "logits",
        ),
    ),
    Mistake(
        "logits_taken_for_probabilities",
        lambda logits: logits * (1 - logits),
        with_numbers(
            AT + "You put the logit itself into p (1 − p). In that formula p is σ(z), and the argument of this "
            "function is z: take the sigmoid first.",
            "logits",
        ),
    ),
    Mistake(
        "sigmoid_itself",
        lambda logits: _sigmoid(logits),
        with_numbers(
            AT + "That is σ(z), the height of the curve. Its slope is largest at z = 0, where it is 1/4, and fades "
            "away on both sides.",
            "logits",
        ),
    ),
    Mistake(
        "complement_alone",
        lambda logits: 1 - _sigmoid(logits),
        with_numbers(
            AT + "That is 1 − σ(z), the slope of log σ(z). The slope of σ(z) is that times σ(z), by the chain rule for "
            "the logarithm.",
            "logits",
        ),
    ),
    Mistake(
        "plus_for_minus",
        lambda logits: _sigmoid(logits) * (1 + _sigmoid(logits)),
        with_numbers(
            AT + "Yours is σ (1 + σ), which grows towards 2 for large z, where the curve is flat. One sign is the "
            "other way.",
            "logits",
        ),
    ),
    Mistake(
        "falling",
        lambda logits: -_sigmoid(logits) * (1 - _sigmoid(logits)),
        with_numbers(
            AT + "A slope below 0 would mean that the sigmoid falls. Differentiating (1 + e⁻ᶻ)⁻¹ gives two minus "
            "signs: one from the power −1, one from the exponent −z. They cancel.",
            "logits",
        ),
    ),
    Mistake(
        "probability_times_one_minus_logit",
        lambda logits: _sigmoid(logits) * (1 - logits),
        with_numbers(
            AT + "The first factor is σ(z), the second one is 1 − z. Both factors speak of the probability: keep σ(z) "
            "in a variable and use it twice.",
            "logits",
        ),
    ),
    Mistake(
        "quotient_that_overflows_below",
        lambda logits: np.exp(-logits) / (1 + np.exp(-logits)) ** 2,
        with_numbers(
            "The quotient e⁻ᶻ / (1 + e⁻ᶻ)² is right on paper. At the logit −10000 the result should be {expected}, "
            "and yours is {received}: e⁻ᶻ overflows there, and ∞ / ∞ is nan. Written with σ(z), the slope "
            "is a product of two numbers between 0 and 1."
        ),
    ),
    Mistake(
        "quotient_that_overflows_above",
        lambda logits: np.exp(logits) / (1 + np.exp(logits)) ** 2,
        with_numbers(
            "For ordinary logits you are right. At the logit 10000 the result should be {expected}, and yours is "
            "{received}: eᶻ overflows to infinity there, and ∞ / ∞ is nan. Start from a sigmoid that does not "
            "overflow, such as the one of the last exercise, and multiply."
        ),
    ),
    Mistake(
        "one_minus_square",
        lambda logits: 1 - _sigmoid(logits) ** 2,
        with_numbers(
            AT + "1 − t² is the slope of tanh, in terms of t = tanh(z). The sigmoid's slope, in terms of its own "
            "value, is another product.",
            "logits",
        ),
    ),
    Mistake(
        "second_derivative",
        lambda logits: _sigmoid(logits) * (1 - _sigmoid(logits)) * (1 - 2 * _sigmoid(logits)),
        with_numbers(
            AT + "That is the second derivative, how the slope itself changes: it is 0 at z = 0, where the slope is "
            "largest. You differentiated once too often.",
            "logits",
        ),
    ),
    Mistake(
        "square_of_the_sigmoid",
        lambda logits: _sigmoid(logits) ** 2,
        with_numbers(
            AT + "Yours is σ(z)². The square of 1 + e⁻ᶻ belongs in the denominator, and the inner derivative e⁻ᶻ "
            "stands above it: together they make σ(z) times something else.",
            "logits",
        ),
    ),
]

sigmoid_derivative = Exercise(
    name="sigmoid_derivative",
    chapter="05_softmax_regression",
    task=(
        "Return σ′(z), the slope of the sigmoid, for each entry z of `logits`, an array of any shape. The argument is "
        "the logit z, not σ(z). You may call the library's `sigmoid`, or your own."
    ),
    reference=losses.sigmoid_derivative,
    cases=_cases,
    atol=1e-25,  # small slopes count: they are what is lost
    hints=[
        "Look at the curve: where is it steepest, and what happens to its slope on both sides? Is the slope at −3 "
        "another one than at 3?",
        "Differentiate (1 + e⁻ᶻ)⁻¹ by the chain rule: you get e⁻ᶻ / (1 + e⁻ᶻ)². Can you find σ(z) in it as a factor?",
        "e⁻ᶻ / (1 + e⁻ᶻ)² = [1 / (1 + e⁻ᶻ)] · [e⁻ᶻ / (1 + e⁻ᶻ)]. The first factor is σ(z). The second one is what is "
        "missing from the first to 1, which is also the sigmoid at −z.",
        "σ′(z) = σ(z) (1 − σ(z)) = σ(z) σ(−z). The second form, `sigmoid(-logits)`, keeps its digits where σ(z) is "
        "rounded to 1.",
    ],
    mistakes=MISTAKES,
)
