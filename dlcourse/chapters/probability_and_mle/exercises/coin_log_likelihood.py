"""What people really write for the coin's log-likelihood, and what each of them needs to hear."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.chapters.probability_and_mle.exercises.coin_combinations import SEEN, combined_mistakes, put_together
from dlcourse.chapters.probability_and_mle.exercises.coin_counts import (
    ARGUMENTS,
    COUNTS,
    Array,
    heads_of,
    likelihood,
    log_likelihood,
    logarithm_of_the_paired_sum,
    paired_likelihood,
    paired_terms,
    tails_of,
    unguarded_terms,
)
from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import with_numbers


def _clipped(smallest: float) -> Mistake:
    """A bias kept away from 0 and 1, which hides that a bias of 0 or 1 can be excluded."""
    return Mistake(
        f"clipped_at_{smallest:g}",
        lambda flips, bias: log_likelihood(flips, np.clip(bias, smallest, 1 - smallest)),
        with_numbers(
            f"Right where 0 < b < 1. With {{seen}}, log L({{bias}}) is {{expected}}, and "
            f"you return {{received}}: a bias of 0 became {smallest:g} (clipped, or that number was added). It avoids "
            f"the "
            "warning, but also the answer: one flip that cannot happen excludes the bias for good, and -inf says so.",
            *ARGUMENTS,
            **COUNTS,
        ),
    )


def _every_pair(flips: Array, bias: ArrayLike) -> Array:
    b = np.asarray(bias, float)[..., None]
    return np.sum(flips * np.log(b) + (1 - flips) * np.log(1 - b), axis=-1)


def _counts_inside(flips: Array, bias: ArrayLike) -> Array:
    b = np.asarray(bias, float)
    return np.log(heads_of(flips, b) * b) + np.log(tails_of(flips, b) * (1 - b))


def _both_ends_excluded(flips: Array, bias: ArrayLike) -> Array:
    b = np.asarray(bias, float)
    return np.where((b == 0) | (b == 1), -np.inf, log_likelihood(flips, b))


def _with_math(flips: Array, bias: Any) -> float:
    heads, tails = heads_of(flips, bias), tails_of(flips, bias)
    return heads * math.log(bias) + tails * math.log(1 - bias)


def _binomial(flips: Array, bias: ArrayLike) -> Array:
    return log_likelihood(flips, bias) + math.log(math.comb(len(flips), heads_of(flips, bias)))


LOG_LIKELIHOOD_MISTAKES = [
    Mistake(
        "logarithm_of_the_product",
        lambda flips, bias: np.log(likelihood(flips, bias)),
        with_numbers(
            "Right for few flips. For {count} flips log L({bias}) is {expected}, and you return {received}: "
            "the product of so many factors below 1 is smaller than any positive number a computer holds. It became "
            "0, and log 0 is -inf. Take the logarithm of each factor and add.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "nan_where_nothing_was_seen",
        put_together(unguarded_terms, lambda heads, tails, count: heads + tails),
        with_numbers(
            "Right where 0 < b < 1. At b = {bias} with {seen} you return {received} instead "
            "of {expected}. There 0 · log 0 stands in your sum: 0 · (−inf) is nan. No such flip was seen, so this "
            "term has to count as 0: leave it out.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "biases_paired_with_flips",
        put_together(paired_terms, lambda heads, tails, count: heads + tails),
        with_numbers(
            "Right for a single bias strictly between 0 and 1. An array of biases meets the array of {count} flips "
            "in `flips * np.log(bias)`, entry by entry: either the lengths do not fit, or bias 1 is paired with flip 1 "
            "and all is added up. Count the heads and the tails first; then only the biases are an array.",
            **COUNTS,
        ),
    ),
    Mistake(
        "each_flip_and_each_bias_but_nan",
        _every_pair,
        with_numbers(
            "Every flip meets every bias, as it should. But at b = {bias} a flip that did not happen still adds "
            "0 · log 0 = 0 · (−inf) = nan, so you return {received} instead of {expected}. Counting heads and tails "
            "first lets you leave out the term of what was not seen.",
            *ARGUMENTS,
        ),
    ),
    Mistake(
        "likelihood_without_logarithm",
        likelihood,
        with_numbers(
            SEEN + "That is the likelihood itself, the product of the flips' probabilities. Take its logarithm, but "
            "not after multiplying: add the logarithms of the factors.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "product_and_biases_paired",
        lambda flips, bias: np.log(paired_likelihood(flips, bias)),
        with_numbers(
            "Right for a single bias and few flips. Two things need another way. An array of biases meets the array of "
            "{count} flips entry by entry. And the product underflows to 0 for thousands of flips, so that its "
            "logarithm is -inf. Count heads and tails, and add logarithms.",
            **COUNTS,
        ),
    ),
    Mistake(
        "likelihood_and_biases_paired",
        paired_likelihood,
        with_numbers(
            SEEN + "That is the product of the flips' probabilities, not its logarithm. In the logarithm the product "
            "becomes a sum, with one kind of term for the heads and one for the tails; count them, and arrays of "
            "biases work too.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "math_for_one_number",
        lambda flips, bias: sum(math.log(bias) if flip else math.log(1 - bias) for flip in flips),
        "Right for a single bias. For an array of biases it stops with a TypeError: Python's `math.log` takes one "
        "number (and refuses 0). NumPy's `np.log` takes arrays, and gives -inf for 0.",
    ),
    Mistake(
        "math_for_one_number_with_counts",
        _with_math,
        "Right for a single bias strictly between 0 and 1. Python's `math.log` takes one number, so that an array of "
        "biases stops it with a TypeError, and it stops at 0 with a ValueError. NumPy's `np.log` takes arrays and "
        "gives -inf for 0.",
    ),
    Mistake(
        "logarithm_of_the_sum",
        lambda flips, bias: np.log(
            heads_of(flips, bias) * np.asarray(bias) + tails_of(flips, bias) * (1 - np.asarray(bias))
        ),
        with_numbers(
            SEEN + "You add the probabilities of the flips and then take the logarithm. All of them happened, one and "
            "the other: their probabilities multiply, and it is the logarithms that add.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "logarithm_of_the_sum_and_biases_paired",
        logarithm_of_the_paired_sum,
        with_numbers(
            SEEN + "You add the flips' probabilities inside the logarithm. They multiply, because all of the flips "
            "happened; the logarithm of each comes first, and then the sum. Count heads and tails, and arrays of "
            "biases work too.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "counts_inside_the_logarithm",
        _counts_inside,
        with_numbers(
            SEEN + "The counts stand inside the logarithms: log(heads · b). The likelihood is a power, b multiplied by "
            "itself {heads} times, and the logarithm of a power is the exponent times the logarithm.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "share_of_heads_as_bias",
        lambda flips, bias: sum(unguarded_terms(flips, flips.mean())),
        with_numbers(
            SEEN + "You put the share of heads in place of b, so that the argument `bias` is not used. That is the top "
            "of the curve; asked for is its height at the bias that is given.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "both_ends_excluded",
        _both_ends_excluded,
        with_numbers(
            "Right where 0 < b < 1. At b = {bias} with {seen} you return {received} instead "
            "of {expected}. A bias of 0 or 1 is excluded only by a flip that contradicts it, and here there is none: a "
            "coin like that gives these flips for certain.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "heads_and_tails_swapped",
        lambda flips, bias: log_likelihood(1 - flips, bias),
        with_numbers(
            SEEN + "The roles are swapped: a head (a flip of 1) has probability b, a tail 1 − b.", *ARGUMENTS, **COUNTS
        ),
    ),
    Mistake(
        "binomial_coefficient",
        _binomial,
        with_numbers(
            SEEN + "You added the logarithm of the number of orders in which {heads} heads can fall among {count} "
            "flips. Then it is the probability of the count of heads; here the flips were seen in one order, and L(b) "
            "is the probability of just these. (The top is at the same place.)",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "infinity_turned_into_a_number",
        lambda flips, bias: np.nan_to_num(log_likelihood(flips, bias)),
        with_numbers(
            "At b = {bias} the value is {expected}; you return {received}, the most negative number of float64. "
            "`np.nan_to_num` replaces nan by 0, as wanted, but -inf by that number too. Avoid 0 · log 0 instead of "
            "mending its result: leave out the term of what was not seen.",
            *ARGUMENTS,
        ),
    ),
    *combined_mistakes(),
    *(_clipped(smallest) for smallest in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8)),
]
