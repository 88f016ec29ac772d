"""Exercise on the coin: the slope of its log-likelihood."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.probability_and_mle.exercises.coin_counts import BIASES, FIELDS, random_flips
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


def _cases(generator: np.random.Generator) -> Sequence[Case]:
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
        Case((random_flips(generator, 60, 0.6), np.linspace(0.05, 0.95, 7)), "60 random flips"),
        Case((random_flips(generator, 5000, 0.6), np.array([0.3, 0.6, 0.7])), "5,000 flips", edge=True),
    ]


bernoulli_log_likelihood_gradient = Exercise(
    probability.bernoulli_log_likelihood_gradient,
    chapter="03_probability_and_mle",
    task=(
        "Return the slope of the coin's log-likelihood, d/db log L(b), at `bias`. `flips` is an array of zeros and "
        "ones; `bias` lies strictly between 0 and 1, one number or an array of any shape: return a slope for each "
        "bias. It is the slope of the sum over flips, not of their mean."
    ),
    cases=_cases,
    hints=[
        "Where should the slope be 0? Where positive? Keep the answers: they will check your formula.",
        "Start from log L(b) = heads · log b + tails · log(1 − b). Only the two logarithms depend on b.",
        "The derivative of log b is 1/b. For log(1 − b) the chain rule adds a factor, the derivative of 1 − b, "
        "which is −1.",
        "So every head pushes the bias up by 1/b, every tail down by 1/(1 − b). Count the heads and the tails with "
        "`flips.sum()` and `len(flips)`, and add up the pushes.",
    ],
    fields={
        **FIELDS,
        "plus": "{slope}In your formula the tails push the bias up as well. The derivative of log(1 − b) is "
        "−1/(1 − b): the chain rule's factor −1, the derivative of 1 − b, is missing.",
        "slope": "With {seen}, the slope at b = {bias} is {expected}, and you return {received}. ",
    },
)

bernoulli_log_likelihood_gradient.add_mistake(
    "biases_paired_with_flips",
    lambda flips, bias: np.sum(flips / bias - (1 - flips) / (1 - bias)),
    "Right for a single bias. An array of biases meets the array of {count} flips in `flips / bias`, entry by entry: "
    "either the lengths do not fit, or each bias is paired with one flip only. Count the heads and the tails first; "
    "then only the biases are an array.",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "plus_instead_of_minus",
    mutated(probability.bernoulli_log_likelihood_gradient, ("- tails", "+ tails")),
    "{plus}",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "plus_instead_of_minus_and_biases_paired_with_flips",
    lambda flips, bias: np.sum(flips / bias + (1 - flips) / (1 - bias)),
    "{plus} An array of biases needs more: count heads and tails first, so that only the biases are an array.",
)


@bernoulli_log_likelihood_gradient.mistake
def derivative_of_the_likelihood(flips: Array, bias: Array) -> Array:
    """{slope}That is the slope of the likelihood L(b) itself. It is 0 at the same place, but L is tiny for many flips.
    Differentiate log L(b) = heads · log b + tails · log(1 − b)."""
    slope = probability.bernoulli_log_likelihood_gradient(flips, bias)
    return probability.bernoulli_likelihood(flips, bias) * slope


bernoulli_log_likelihood_gradient.add_mistake(
    "log_likelihood_itself",
    probability.bernoulli_log_likelihood,
    "{slope}That is the log-likelihood, the height of the curve. Its slope says which way is up, and is 0 at the top.",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "distance_from_the_share",
    lambda flips, bias: flips.mean() - bias,
    "{slope}Yours is the distance of b from the share of heads. It is 0 at the right place and has the right sign, but "
    "the slope is this distance times n/(b (1 − b)): it grows with the number of flips and towards 0 and 1.",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "denominator_lost",
    lambda flips, bias: flips.sum() - len(flips) * bias,
    "{slope}Your formula is heads − n b. That is the numerator after bringing both fractions on one denominator; the "
    "denominator b (1 − b) got lost on the way (it may be dropped only where the slope is set to 0).",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "heads_only",
    mutated(probability.bernoulli_log_likelihood_gradient, (" - tails / (1 - b)", "")),
    "{slope}Only the heads push in your formula, so the bias would climb to 1 whatever was seen. The tails' term, from "
    "tails · log(1 − b), is missing.",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "heads_and_tails_swapped",
    mutated(probability.bernoulli_log_likelihood_gradient, ("heads, tails =", "tails, heads =")),
    "{slope}Heads and tails changed places: the heads belong to log b and so to 1/b, the tails to 1/(1 − b).",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "brackets_around_1_minus_b_missing",
    mutated(probability.bernoulli_log_likelihood_gradient, ("(1 - b)", "1 - b")),
    "{slope}Python divides before it subtracts: `tails / 1 - bias` is tails minus the bias. Write "
    "`tails / (1 - bias)`.",
)
bernoulli_log_likelihood_gradient.add_mistake(
    "brackets_around_the_denominator_missing",
    lambda flips, bias: (flips.sum() - len(flips) * bias) / bias * (1 - bias),
    "{slope}Your quotient is right on paper, but `… / bias * (1 - bias)` divides by b and then multiplies by 1 − b. "
    "Put the denominator in brackets.",
)
