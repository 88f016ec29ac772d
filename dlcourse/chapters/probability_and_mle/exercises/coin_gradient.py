"""What people really write for the slope of the coin's log-likelihood, and what each of them needs to hear."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.chapters.probability_and_mle.exercises.coin_counts import (
    ARGUMENTS,
    COUNTS,
    Array,
    heads_of,
    likelihood,
    log_likelihood,
    tails_of,
)
from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import together, with_numbers

SLOPE = "With {seen}, the slope at b = {bias} is {expected}, and you return {received}. "
PAIRED = "An array of biases needs more: count heads and tails first, so that only the biases are an array."


def _paired(combination: Callable[[Any, Any], Any]) -> Callable[[Array, Any], Any]:
    """A sum over flips, which pairs an array of biases with the flips, entry by entry."""
    return lambda flips, bias: combination(flips / bias, (1 - flips) / (1 - bias))


def _by_differences(step: float, centred: bool) -> Mistake:
    """The slope measured from two nearby heights of the curve."""

    def function(flips: Array, bias: Any) -> Any:
        behind = bias - step if centred else bias
        ahead = bias + step
        return (log_likelihood(flips, ahead) - log_likelihood(flips, behind)) / (ahead - behind)

    kind = "on both sides" if centred else "on one side"
    return Mistake(
        f"differences_of_{step:g}_{kind.replace(' ', '_')}",
        function,
        with_numbers(
            SLOPE + f"Close, but measured: you seem to compare two heights of the curve, {step:g} away {kind}. "
            "Such a slope is a good check of a formula, and it fails where the curve bends strongly, near 0 and 1. "
            "Differentiate on paper; the formula is exact everywhere.",
            *ARGUMENTS,
            **COUNTS,
        ),
    )


_PLUS = Mistake(
    "plus_instead_of_minus",
    lambda flips, bias: heads_of(flips, bias) / bias + tails_of(flips, bias) / (1 - bias),
    with_numbers(
        SLOPE + "In your formula the tails push the bias up as well. The derivative of log(1 − b) is −1/(1 − b): the "
        "chain rule's factor −1, the derivative of 1 − b, is missing.",
        *ARGUMENTS,
        **COUNTS,
    ),
)
_MEAN = Mistake(
    "mean_instead_of_sum",
    lambda flips, bias: (heads_of(flips, bias) / bias - tails_of(flips, bias) / (1 - bias)) / len(flips),
    with_numbers(
        SLOPE + "Yours is the slope of the mean log-likelihood, {count} times smaller. It is what gradient ascent "
        "will use; here the slope of the sum is asked for.",
        *ARGUMENTS,
        **COUNTS,
    ),
)

GRADIENT_MISTAKES = [
    Mistake(
        "biases_paired_with_flips",
        _paired(lambda heads, tails: np.sum(heads - tails)),
        with_numbers(
            "Right for a single bias. An array of biases meets the array of {count} flips in `flips / bias`, entry by "
            "entry: either the lengths do not fit, or each bias is paired with one flip only. Count the heads and the "
            "tails first; then only the biases are an array.",
            **COUNTS,
        ),
    ),
    _PLUS,
    together(_PLUS, "biases_paired_with_flips", _paired(lambda heads, tails: np.sum(heads + tails)), PAIRED),
    _MEAN,
    together(_MEAN, "biases_paired_with_flips", _paired(lambda heads, tails: np.mean(heads - tails)), PAIRED),
    Mistake(
        "derivative_of_the_likelihood",
        lambda flips, bias: (
            likelihood(flips, bias) * (heads_of(flips, bias) / bias - tails_of(flips, bias) / (1 - bias))
        ),
        with_numbers(
            SLOPE + "That is the slope of the likelihood L(b) itself. It is 0 at the same place, but L is tiny for "
            "many flips. Differentiate log L(b) = heads · log b + tails · log(1 − b).",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "log_likelihood_itself",
        log_likelihood,
        with_numbers(
            SLOPE + "That is the log-likelihood, the height of the curve. Its slope says which way is up, and is 0 at "
            "the top.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "downhill",
        lambda flips, bias: tails_of(flips, bias) / (1 - bias) - heads_of(flips, bias) / bias,
        with_numbers(
            SLOPE + "The size is right, the sign is turned: below the share of heads the slope is positive (a larger "
            "bias explains the flips better). Yours is the slope of the negative log-likelihood.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "distance_from_the_share",
        lambda flips, bias: flips.mean() - bias,
        with_numbers(
            SLOPE + "Yours is the distance of b from the share of heads. It is 0 at the right place and has the right "
            "sign, but the slope is this distance times n/(b (1 − b)): it grows with the number of flips and towards 0 "
            "and 1.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "distance_the_other_way",
        lambda flips, bias: bias - flips.mean(),
        with_numbers(
            SLOPE + "Yours is b minus the share of heads, a distance that points downhill. The slope comes from "
            "differentiating heads · log b + tails · log(1 − b), one term for the heads and one for the tails.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "denominator_lost",
        lambda flips, bias: heads_of(flips, bias) - len(flips) * np.asarray(bias),
        with_numbers(
            SLOPE + "Your formula is heads − n b. That is the numerator after bringing both fractions on one "
            "denominator; the denominator b (1 − b) got lost on the way (it may be dropped only where the slope is set "
            "to 0).",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "heads_only",
        lambda flips, bias: heads_of(flips, bias) / np.asarray(bias),
        with_numbers(
            SLOPE + "Only the heads push in your formula, so the bias would climb to 1 whatever was seen. The tails' "
            "term, from tails · log(1 − b), is missing.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "heads_and_tails_swapped",
        lambda flips, bias: tails_of(flips, bias) / bias - heads_of(flips, bias) / (1 - bias),
        with_numbers(
            SLOPE + "Heads and tails changed places: the heads belong to log b and so to 1/b, the tails to 1/(1 − b).",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "tails_over_the_bias",
        lambda flips, bias: (heads_of(flips, bias) - tails_of(flips, bias)) / np.asarray(bias),
        with_numbers(
            SLOPE + "You divide the tails by b as well. The tails stand with log(1 − b), whose derivative has 1 − b in "
            "the denominator.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "all_flips_as_tails",
        lambda flips, bias: heads_of(flips, bias) / bias - len(flips) / (1 - bias),
        with_numbers(
            SLOPE + "You let all {count} flips push the bias down. Only the tails do, and there are fewer of them: the "
            "flips without the heads.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "second_derivative",
        lambda flips, bias: -heads_of(flips, bias) / np.asarray(bias) ** 2 - tails_of(flips, bias) / (1 - bias) ** 2,
        with_numbers(
            SLOPE + "That is the second derivative: it says how the curve bends (always down), not which way is up. "
            "You differentiated once too often.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "brackets_around_1_minus_b_missing",
        lambda flips, bias: heads_of(flips, bias) / bias - tails_of(flips, bias) / 1 - bias,
        with_numbers(
            SLOPE + "Python divides before it subtracts: `tails / 1 - bias` is tails minus the bias. Write "
            "`tails / (1 - bias)`.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "brackets_around_the_denominator_missing",
        lambda flips, bias: (heads_of(flips, bias) - len(flips) * np.asarray(bias)) / bias * (1 - bias),
        with_numbers(
            SLOPE + "Your quotient is right on paper, but `… / bias * (1 - bias)` divides by b and then multiplies by "
            "1 − b. Put the denominator in brackets.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    Mistake(
        "counts_forgotten",
        lambda flips, bias: 1 / np.asarray(bias) - 1 / (1 - np.asarray(bias)),
        with_numbers(
            SLOPE + "Your formula does not look at the flips: it is the slope for one head and one tail. Each head "
            "counts, and each tail.",
            *ARGUMENTS,
            **COUNTS,
        ),
    ),
    *(_by_differences(step, centred) for step in (1e-7, 1e-6, 1e-5) for centred in (True, False)),
]
