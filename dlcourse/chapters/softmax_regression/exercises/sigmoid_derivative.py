"""Exercise on the sigmoid's derivative, a function of the logit."""

from collections.abc import Sequence

import numpy as np

from dlcourse.chapters.softmax_regression.exercises.sigmoid import logit_cases
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        *logit_cases(generator),
        Case((np.array([-40.0, 20.0, 40.0]),), "logits at which σ(z) is almost 0 or 1", edge=True),
    ]


sigmoid_derivative = Exercise(
    losses.sigmoid_derivative,
    chapter="05_softmax_regression",
    task=(
        "Return σ′(z), the slope of the sigmoid, for each entry z of `logits`, an array of any shape. The argument is "
        "the logit z, not σ(z). You may call the library's `sigmoid`, or your own."
    ),
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
    fields={"at": "At the logit {logits} the slope is {expected}, and you return {received}. "},
)

sigmoid_derivative.add_mistake(
    "difference_lost",
    mutated(losses.sigmoid_derivative, ("sigmoid(-z)", "(1 - sigmoid(z))")),
    "{at}The formula is right, but 1 − σ(z) loses its digits where σ(z) has been rounded to almost 1, and is exactly 0 "
    "from about z = 37 on. Which other expression for 1 − σ(z) needs no difference?",
)
sigmoid_derivative.add_mistake(
    "logits_taken_for_probabilities",
    lambda logits: logits * (1 - logits),
    "{at}You put the logit itself into p (1 − p). In that formula p is σ(z), and the argument of this function is z: "
    "take the sigmoid first.",
)
sigmoid_derivative.add_mistake(
    "sigmoid_itself",
    losses.sigmoid,
    "{at}That is σ(z), the height of the curve. Its slope is largest at z = 0, where it is 1/4, and fades away on both "
    "sides.",
)
sigmoid_derivative.add_mistake(
    "probability_times_one_minus_logit",
    mutated(losses.sigmoid_derivative, ("sigmoid(-z)", "(1 - z)")),
    "{at}The first factor is σ(z), the second one is 1 − z. Both factors speak of the probability: keep σ(z) in a "
    "variable and use it twice.",
)
sigmoid_derivative.add_mistake(
    "quotient_that_overflows_below",
    lambda logits: np.exp(-logits) / (1 + np.exp(-logits)) ** 2,
    "The quotient e⁻ᶻ / (1 + e⁻ᶻ)² is right on paper. At the logit −10000 the result should be {expected}, and yours "
    "is {received}: e⁻ᶻ overflows there, and ∞ / ∞ is nan. Written with σ(z), the slope is a product of two numbers "
    "between 0 and 1.",
)
sigmoid_derivative.add_mistake(
    "quotient_that_overflows_above",
    lambda logits: np.exp(logits) / (1 + np.exp(logits)) ** 2,
    "For ordinary logits you are right. At the logit 10000 the result should be {expected}, and yours is {received}: "
    "eᶻ overflows to infinity there, and ∞ / ∞ is nan. Start from a sigmoid that does not overflow, such as the one of "
    "the last exercise, and multiply.",
)
sigmoid_derivative.add_mistake(
    "one_minus_square",
    lambda logits: 1 - losses.sigmoid(logits) ** 2,
    "{at}1 − t² is the slope of tanh, in terms of t = tanh(z). The sigmoid's slope, in terms of its own value, is "
    "another product.",
)
sigmoid_derivative.add_mistake(
    "square_of_the_sigmoid",
    lambda logits: losses.sigmoid(logits) ** 2,
    "{at}Yours is σ(z)². The square of 1 + e⁻ᶻ belongs in the denominator, and the inner derivative e⁻ᶻ stands above "
    "it: together they make σ(z) times something else.",
)
