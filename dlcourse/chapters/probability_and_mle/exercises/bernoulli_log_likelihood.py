"""Exercise on the coin: its log-likelihood."""

import math
from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.probability_and_mle.exercises.coin_counts import BIASES, FIELDS, counts, random_flips
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    ends = np.array([0.0, 0.5, 1.0])
    return [
        Case((np.array([1, 0, 1, 1, 0]), 0.7), "3 heads in 5 flips, one bias"),
        Case((np.array([1, 0, 1, 1, 0]), BIASES), "3 heads in 5 flips, an array of 3 biases"),
        Case((np.array([0, 0, 1]), BIASES), "as many biases as flips"),
        Case((np.array([1]), 0.3), "one flip"),
        Case((np.array([0, 1, 1, 0, 1, 1]), np.array([[0.3, 0.6], [0.1, 0.8]])), "a table of biases"),
        Case((np.array([1.0, 0.0, 1.0], dtype=np.float32), 0.4), "flips of dtype float32"),
        Case((random_flips(generator, 60, 0.6), np.linspace(0.05, 0.95, 7)), "60 random flips"),
        Case((random_flips(generator, 5000, 0.6), np.array([0.3, 0.6, 0.7])), "5,000 flips", edge=True),
        Case((np.array([1, 1, 1]), BIASES), "only heads"),
        Case((np.array([0, 0, 0, 0]), BIASES), "only tails"),
        Case((np.array([1, 0, 1]), ends), "heads and tails, biases that make one of them impossible", edge=True),
        Case((np.array([1, 1, 1]), ends), "only heads, biases of exactly 0 and 1", edge=True),
        Case((np.array([0, 0]), ends), "only tails, biases of exactly 0 and 1", edge=True),
        Case((np.array([1, 1]), 1.0), "only heads, and a coin that always shows heads", edge=True),
        Case((np.array([0, 0, 0]), 0), "only tails, and a coin that never shows heads", edge=True),
    ]


bernoulli_log_likelihood = Exercise(
    probability.bernoulli_log_likelihood,
    chapter="03_probability_and_mle",
    task=(
        "Return the log-likelihood of a coin's `bias`, log L(b), for the `flips` that were seen: an array of zeros "
        "(tails) and ones (heads). `bias` is one number in [0, 1] or an array of any shape; return a value for each "
        "bias. Where the bias makes a flip that was seen impossible, the value is -inf. Where no such flip was seen, "
        "0 log 0 counts as 0. Thousands of flips must be no problem."
    ),
    cases=_cases,
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
    fields={
        **FIELDS,
        "mean": "{with}Yours is {count} times too small: the mean over the flips. The logarithm of a product is the "
        "sum. (The mean has its top at the same place, and is handy for gradient ascent.)",
        "with": "With {seen}, log L({bias}) is {expected}, and you return {received}. ",
        "at": "At b = {bias} with {seen} you return {received} instead of {expected}. ",
    },
)


@bernoulli_log_likelihood.mistake
def logarithm_of_the_product(flips: Array, bias: Array) -> Array:
    """Right for few flips. For {count} flips log L({bias}) is {expected}, and you return {received}: the product of so
    many factors below 1 is smaller than any positive number a computer holds. It became 0, and log 0 is -inf. Take the
    logarithm of each factor and add."""
    return np.log(probability.bernoulli_likelihood(flips, bias))


@bernoulli_log_likelihood.mistake
def nan_where_nothing_was_seen(flips: Array, bias: Array) -> Array:
    """Right where 0 < b < 1. {at}There 0 · log 0 stands in your sum: 0 · (−inf) is nan. No such flip was seen, so this
    term has to count as 0: leave it out."""
    heads, tails = counts(flips)
    return heads * np.log(bias) + tails * np.log(1 - bias)


bernoulli_log_likelihood.add_mistake(
    "biases_paired_with_flips",
    lambda flips, bias: np.sum(flips * np.log(bias) + (1 - flips) * np.log(1 - bias)),
    "Right for a single bias strictly between 0 and 1. An array of biases meets the array of {count} flips in `flips * "
    "np.log(bias)`, entry by entry: either the lengths do not fit, or bias 1 is paired with flip 1 and all is added "
    "up. Count the heads and the tails first; then only the biases are an array.",
)


@bernoulli_log_likelihood.mistake
def product_and_biases_paired(flips: Array, bias: Array) -> Array:
    """Right for a single bias and few flips. Two things need another way. An array of biases meets the array of {count}
    flips entry by entry. And the product underflows to 0 for thousands of flips, so that its logarithm is -inf. Count
    heads and tails, and add logarithms."""
    return np.log(np.prod(bias**flips * (1 - bias) ** (1 - flips)))


@bernoulli_log_likelihood.mistake
def each_flip_and_each_bias_but_nan(flips: Array, bias: Array) -> Array:
    """Every flip meets every bias, as it should. But at b = {bias} a flip that did not happen still adds 0 · log 0 = 0
    · (−inf) = nan, so you return {received} instead of {expected}. Counting heads and tails first lets you leave out
    the term of what was not seen."""
    b = np.asarray(bias, float)[..., None]
    return np.sum(flips * np.log(b) + (1 - flips) * np.log(1 - b), axis=-1)


bernoulli_log_likelihood.add_mistake(
    "math_for_one_number",
    lambda flips, bias: sum(math.log(bias) if flip else math.log(1 - bias) for flip in flips),
    "Right for a single bias. For an array of biases it stops with a TypeError: Python's `math.log` takes one number "
    "(and refuses 0). NumPy's `np.log` takes arrays, and gives -inf for 0.",
)


@bernoulli_log_likelihood.mistake
def logarithm_of_the_sum(flips: Array, bias: Array) -> Array:
    """{with}You add the probabilities of the flips and then take the logarithm. All of them happened, one and the
    other: their probabilities multiply, and it is the logarithms that add."""
    heads, tails = counts(flips)
    return np.log(heads * bias + tails * (1 - bias))


bernoulli_log_likelihood.add_mistake(
    "heads_and_tails_swapped",
    lambda flips, bias: probability.bernoulli_log_likelihood(1 - flips, bias),
    "{with}The roles are swapped: a head (a flip of 1) has probability b, a tail 1 − b.",
)
bernoulli_log_likelihood.add_mistake(
    "mean_instead_of_sum",
    lambda flips, bias: probability.bernoulli_log_likelihood(flips, bias) / len(flips),
    "{mean}",
)
bernoulli_log_likelihood.add_mistake(
    "mean_instead_of_sum_and_biases_paired_with_flips",
    lambda flips, bias: np.mean(flips * np.log(bias) + (1 - flips) * np.log(1 - bias)),
    "{mean} Further on, an array of biases has to give a value for each bias; counting heads and tails first makes "
    "that easy.",
)
bernoulli_log_likelihood.add_mistake(
    "heads_only",
    mutated(probability.bernoulli_log_likelihood, (" + from_tails", "")),
    "{with}Your number is heads · log b: the tails are left out. Each tail was seen as well, and its probability is "
    "1 − b. With heads only, b = 1 would always look best.",
)
bernoulli_log_likelihood.add_mistake(
    "minus_between_the_terms",
    mutated(probability.bernoulli_log_likelihood, ("from_heads + from_tails", "from_heads - from_tails")),
    "{with}You subtract the tails' term. The likelihood is a product over all flips, so the logarithms of heads and of "
    "tails are added; the minus belongs inside, in log(1 − b).",
)
