"""Exercises on the coin: its log-likelihood, the slope of it, and how large a step uphill may be."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.exercise import Case, Exercise
from dlcourse.exercises.probability.coin_gradient import GRADIENT_MISTAKES
from dlcourse.exercises.probability.coin_log_likelihood import LOG_LIKELIHOOD_MISTAKES
from dlcourse.exercises.questions import NumberExercise, WrongNumber
from dlcourse.scratch import probability

CHAPTER = "03_probability_and_mle"
BIASES = np.array([0.2, 0.5, 0.9])


def _flips(generator: np.random.Generator, count: int, bias: float) -> NDArray[np.int64]:
    return generator.binomial(1, bias, size=count)


def _log_likelihood_cases(generator: np.random.Generator) -> Sequence[Case]:
    ends = np.array([0.0, 0.5, 1.0])
    return [
        Case((np.array([1, 0, 1, 1, 0]), 0.7), "3 heads in 5 flips, one bias"),
        Case((np.array([1, 0, 1, 1, 0]), BIASES), "3 heads in 5 flips, an array of 3 biases"),
        Case((np.array([0, 0, 1]), BIASES), "as many biases as flips"),
        Case((np.array([1]), 0.3), "one flip"),
        Case((np.array([0, 1, 1, 0, 1, 1]), np.array([[0.3, 0.6], [0.1, 0.8]])), "a table of biases"),
        Case((np.array([1.0, 0.0, 1.0], dtype=np.float32), 0.4), "flips of dtype float32"),
        Case((_flips(generator, 60, 0.6), np.linspace(0.05, 0.95, 7)), "60 random flips"),
        Case((_flips(generator, 5000, 0.6), np.array([0.3, 0.6, 0.7])), "5,000 flips", edge=True),
        Case((np.array([1, 1, 1]), BIASES), "only heads"),
        Case((np.array([0, 0, 0, 0]), BIASES), "only tails"),
        Case((np.array([1, 0, 1]), ends), "heads and tails, biases that make one of them impossible", edge=True),
        Case((np.array([1, 1, 1]), ends), "only heads, biases of exactly 0 and 1", edge=True),
        Case((np.array([0, 0]), ends), "only tails, biases of exactly 0 and 1", edge=True),
        Case((np.array([1, 1]), 1.0), "only heads, and a coin that always shows heads", edge=True),
        Case((np.array([0, 0, 0]), 0), "only tails, and a coin that never shows heads", edge=True),
    ]


bernoulli_log_likelihood = Exercise(
    name="bernoulli_log_likelihood",
    chapter=CHAPTER,
    task=(
        "Return the log-likelihood of a coin's `bias`, log L(b), for the `flips` that were seen: an array of zeros "
        "(tails) and ones (heads). `bias` is one number in [0, 1] or an array of any shape; return a value for each "
        "bias. Where the bias makes a flip that was seen impossible, the value is -inf. Where no such flip was seen, "
        "0 log 0 counts as 0. Thousands of flips must be no problem."
    ),
    reference=probability.bernoulli_log_likelihood,
    cases=_log_likelihood_cases,
    hints=[
        "Flips are independent given the bias, so L(b) is a product with one factor for each flip. What does the "
        "logarithm make of a product?",
        "Every head gives the term log b, every tail log(1 − b). The order of the flips does not matter: count the "
        "heads and the tails first, and no sum over flips is left. Then an array of biases needs no extra work.",
        "Do not compute the product first: 0.5 multiplied by itself 5,000 times is smaller than any positive number "
        "a computer holds, it becomes 0, and log 0 is -inf. Add logarithms from the start.",
        "With a bias of 0 and no heads, `0 * np.log(0)` is 0 · (−inf), which is nan. The factor b⁰ is 1, so its "
        "logarithm is 0: leave the term of the heads out when there are none, and the same for the tails.",
        "Nearly all of it: `heads = flips.sum()`, `tails = len(flips) - heads`; start from "
        "`total = np.zeros_like(bias, dtype=float)`, add `heads * np.log(bias)` only `if heads > 0`, and the tails' "
        "term in the same way.",
    ],
    mistakes=LOG_LIKELIHOOD_MISTAKES,
)


def _gradient_cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([1, 0, 1, 1, 0]), 0.7), "3 heads in 5 flips, one bias"),
        Case((np.array([1, 0, 1, 1, 0]), BIASES), "3 heads in 5 flips, an array of 3 biases"),
        Case((np.array([0, 0, 1]), BIASES), "as many biases as flips"),
        Case((np.array([1, 1, 0, 1]), 0.75), "the bias that is the share of heads"),
        Case((np.array([0]), 0.3), "one flip, tails"),
        Case((np.array([0, 1, 1, 0, 1, 1]), np.array([[0.3, 0.6], [0.1, 0.8]])), "a table of biases"),
        Case((np.array([1.0, 0.0, 1.0], dtype=np.float32), 0.4), "flips of dtype float32"),
        Case((np.array([1, 1, 1]), BIASES), "only heads"),
        Case((np.array([0, 0, 0, 0]), BIASES), "only tails"),
        Case((np.array([1, 0, 0]), np.array([0.0001, 0.999])), "biases close to 0 and to 1"),
        Case((_flips(generator, 60, 0.6), np.linspace(0.05, 0.95, 7)), "60 random flips"),
        Case((_flips(generator, 5000, 0.6), np.array([0.3, 0.6, 0.7])), "5,000 flips", edge=True),
    ]


bernoulli_log_likelihood_gradient = Exercise(
    name="bernoulli_log_likelihood_gradient",
    chapter=CHAPTER,
    task=(
        "Return the slope of the coin's log-likelihood, d/db log L(b), at `bias`. `flips` is an array of zeros and "
        "ones; `bias` lies strictly between 0 and 1, one number or an array of any shape: return a slope for each "
        "bias. It is the slope of the sum over flips, not of their mean."
    ),
    reference=probability.bernoulli_log_likelihood_gradient,
    cases=_gradient_cases,
    hints=[
        "Where should the slope be 0? Where positive? Keep the answers: they will check your formula.",
        "Start from log L(b) = heads · log b + tails · log(1 − b). Only the two logarithms depend on b.",
        "The derivative of log b is 1/b. For log(1 − b) the chain rule adds a factor, the derivative of 1 − b, "
        "which is −1.",
        "So every head pushes the bias up by 1/b, every tail down by 1/(1 − b). Count the heads and the tails with "
        "`flips.sum()` and `len(flips)`, and add up the pushes.",
    ],
    mistakes=GRADIENT_MISTAKES,
)

learning_rate_limit = NumberExercise(
    name="learning_rate_limit",
    chapter=CHAPTER,
    task=(
        "80 % of a coin's flips are heads. Gradient ascent climbs the *mean* log-likelihood, "
        "0.8 log b + 0.2 log(1 − b). Close to the top, which learning rate is the limit: below it the steps settle at "
        "the top, above it they swing away from it? Give two decimals."
    ),
    answer=lambda: 2 * 0.8 * 0.2,
    tolerance=0.005,
    mistakes=[
        WrongNumber(
            "one_step",
            0.16,
            "0.16 = 1/6.25 is the rate at which a step lands on the top at once. A step may be longer: it may even "
            "overshoot, as long as it ends closer to the top than it began. How far beyond the top is that?",
        ),
        WrongNumber(
            "curvature",
            6.25,
            "6.25 is the curvature at the top, 0.8/0.8² + 0.2/0.2². The limit is 2 divided by it: where the slope "
            "changes fast, steps have to be small.",
        ),
        WrongNumber(
            "two_over_the_variance",
            12.5,
            "12.5 = 2/0.16 divides by b (1 − b) where one multiplies: the curvature is 1/(b (1 − b)) = 6.25 already, "
            "and the limit is 2 over the curvature.",
        ),
        WrongNumber(
            "place_of_the_top",
            0.8,
            "0.8 is where the top is. The question is how large the learning rate may be near it.",
        ),
        WrongNumber(
            "at_the_start",
            0.5,
            "0.5 = 2 · 0.5 · 0.5 is the limit for a fair coin. Take the curvature at this coin's top, b = 0.8.",
        ),
        WrongNumber(
            "heads_only",
            1.6,
            "1.6 = 2/1.25 uses the heads' part of the curvature only, 0.8/0.8² = 1.25. The tails bend the curve too, "
            "and more: 0.2/0.2² = 5. Add both.",
        ),
        WrongNumber(
            "tails_only",
            0.4,
            "0.4 = 2/5 uses the tails' part of the curvature only, 0.2/0.2² = 5. The heads bend the curve too, by "
            "0.8/0.8² = 1.25. Add both.",
        ),
        WrongNumber(
            "minus_between_the_parts",
            2 / 3.75,
            "0.53 = 2/(5 − 1.25) subtracts the two parts of the curvature. The derivative of −0.2/(1 − b) is "
            "−0.2/(1 − b)², with a minus, as for the heads: both bend the curve down, so they add up.",
        ),
        WrongNumber(
            "twice_the_limit",
            0.64,
            "0.64 is twice the limit (and 0.8²). At the limit, a step is twice the distance to the top: it lands as "
            "far beyond the top as it began before it. Which rate makes the step that long?",
        ),
        WrongNumber(
            "negative",
            -0.32,
            "The size is right. The second derivative is negative at a top, and the curvature is its size: the limit "
            "of the learning rate is a positive number.",
        ),
    ],
    hints=[
        "Near the top the slope is nearly a straight line through 0: slope ≈ −c (b − 0.8), with the curvature c. Put "
        "that into b ← b + rate · slope.",
        "The distance to the top becomes (1 − rate · c) times what it was. For which rates does it shrink?",
        "It shrinks while −1 < 1 − rate · c < 1, so while rate < 2/c. The curvature c is minus the second derivative: "
        "0.8/b² + 0.2/(1 − b)².",
        "At b = 0.8 this is c = 1.25 + 5 = 1/(0.8 · 0.2).",
    ],
    explanation=(
        "The curvature at the top is 1/(b (1 − b)) = 6.25, so the limit is 2 b (1 − b) = 0.32. Had you climbed the sum "
        "over n flips instead of the mean, the limit would be n times smaller."
    ),
)
