"""Exercises on the coin: its log-likelihood, the slope of it, and how large a step uphill may be."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.probability_and_mle.exercises.coin_gradient import GRADIENT_MISTAKES
from dlcourse.chapters.probability_and_mle.exercises.coin_log_likelihood import LOG_LIKELIHOOD_MISTAKES
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber
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
        "A coin fell heads in 40 of 50 flips. You climb the log-likelihood itself, the *sum* over the 50 flips, and "
        "not their mean. Close to the top, which learning rate is the limit: below it the steps settle at the top, "
        "above it they swing away from it? Give two digits that are not zeros."
    ),
    answer=lambda: 2 * 0.8 * 0.2 / 50,
    tolerance="1 %",
    mistakes=[
        WrongNumber(
            "limit_of_the_mean",
            0.32,
            "0.32 = 2 · 0.8 · 0.2 is the limit for the mean log-likelihood. The sum over 50 flips is 50 times as "
            "steep and bends 50 times as fast.",
        ),
        WrongNumber(
            "multiplied_by_the_flips",
            16.0,
            "16 = 0.32 · 50 goes the wrong way: the sum is steeper than the mean, so its steps are longer already, and "
            "the learning rate has to be smaller.",
        ),
        WrongNumber(
            "one_step",
            0.16 / 50,
            "0.0032 is the rate at which a step lands on the top at once. A step may be longer: it may overshoot, as "
            "long as it ends closer to the top than it began. How far beyond the top is that?",
        ),
        WrongNumber(
            "curvature",
            312.5,
            "312.5 is the curvature of the sum at the top, 40/0.8² + 10/0.2². The limit is 2 divided by it: where the "
            "slope changes fast, steps have to be small.",
        ),
        WrongNumber(
            "limit_of_the_experiment",
            0.18,
            "0.18 is the experiment's limit, for the mean log-likelihood of a coin with 90 % heads. This coin has 80 "
            "%, and you climb the sum.",
        ),
        WrongNumber(
            "limit_of_the_experiment_over_the_flips",
            0.18 / 50,
            "0.0036 = 0.18/50 belongs to a coin with 90 % heads. This one has 40 of 50: b = 0.8.",
        ),
        WrongNumber(
            "place_of_the_top",
            0.8,
            "0.8 is where the top is. The question is how large the learning rate may be near it.",
        ),
        WrongNumber(
            "heads_only",
            2 / 62.5,
            "0.032 = 2/62.5 uses the heads' part of the curvature only, 40/0.8² = 62.5. The tails bend the curve too, "
            "and more: 10/0.2² = 250. Add both.",
        ),
        WrongNumber(
            "tails_only",
            2 / 250,
            "0.008 = 2/250 uses the tails' part of the curvature only, 10/0.2² = 250. The heads bend the curve too, by "
            "40/0.8² = 62.5. Add both.",
        ),
        WrongNumber(
            "negative",
            -0.0064,
            "The size is right. The second derivative is negative at a top, and the curvature is its size: the limit "
            "of the learning rate is a positive number.",
        ),
    ],
    hints=[
        "What changes in the law of the last section when log L(b) is not divided by n: the place of the top, its "
        "slope nearby, or both?",
        "Near the top the slope is nearly a straight line through 0: slope ≈ −c (b − 0.8), with the curvature c. A "
        "step multiplies the distance from the top by 1 − rate · c. For which rates does the distance shrink?",
        "It shrinks while rate < 2/c. The curvature c is minus the second derivative of 40 log b + 10 log(1 − b), "
        "which is 40/b² + 10/(1 − b)².",
        "At b = 0.8 this is c = 62.5 + 250, 50 times the curvature of the mean.",
    ],
    explanation=(
        "The curvature at the top is n/(b (1 − b)) = 312.5, so the limit is 2 b (1 − b)/n = 0.0064: 50 times smaller "
        "than for the mean. Were the sum used in training, every new example would ask for a smaller learning rate."
    ),
)
