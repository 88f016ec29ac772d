"""The log-likelihood's two terms wrongly put together, in a right style and in styles that are mistakes themselves."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.chapters.probability_and_mle.exercises.coin_counts import (
    ARGUMENTS,
    COUNTS,
    Array,
    Terms,
    careful_terms,
    paired_terms,
    unguarded_terms,
)
from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import together, with_numbers

SEEN = "With {seen}, log L({bias}) is {expected}, and you return {received}. "
Combination = Callable[[Any, Any, int], Any]

# How the two terms, heads log b and tails log(1 - b), and the number of flips are put together.
COMBINATIONS: dict[str, tuple[Combination, str]] = {
    "mean_instead_of_sum": (
        lambda heads, tails, count: (heads + tails) / count,
        "Yours is {count} times too small: the mean over the flips. The logarithm of a product is the sum. "
        "(The mean has its top at the same place, and is handy for gradient ascent.)",
    ),
    "logarithm_to_base_2": (
        lambda heads, tails, count: (heads + tails) / np.log(2),
        "Yours is 1.4427 = 1/log 2 times as large: a logarithm to base 2. It measures in bits; this course uses the "
        "natural one, `np.log`.",
    ),
    "logarithm_to_base_10": (
        lambda heads, tails, count: (heads + tails) / np.log(10),
        "Yours is 0.4343 = 1/log 10 times as large: a logarithm to base 10. The natural logarithm is `np.log`; "
        "`np.log10` is another one.",
    ),
    "heads_only": (
        lambda heads, tails, count: heads,
        "Your number is heads · log b: the tails are left out. Each tail was seen as well, and its probability is "
        "1 − b. With heads only, b = 1 would always look best.",
    ),
    "negative_log_likelihood": (
        lambda heads, tails, count: -(heads + tails),
        "The size is right, the sign is not: yours is the negative log-likelihood, which is minimized. Probabilities "
        "are at most 1, so their logarithms are at most 0.",
    ),
    "minus_between_the_terms": (
        lambda heads, tails, count: heads - tails,
        "You subtract the tails' term. The likelihood is a product over all flips, so the logarithms of heads and of "
        "tails are added; the minus belongs inside, in log(1 − b).",
    ),
}
STYLES: dict[str, tuple[Terms, str]] = {
    "biases_paired_with_flips": (
        paired_terms,
        "Further on, an array of biases has to give a value for each bias; counting heads and tails first makes that "
        "easy.",
    ),
    "nan": (
        unguarded_terms,
        "Further on, where a bias is exactly 0 or 1, 0 · log 0 has to count as 0; NumPy makes it nan.",
    ),
}


def put_together(terms: Terms, combination: Combination) -> Callable[[Array, ArrayLike], Any]:
    """The function of flips and bias that combines its two terms and the number of flips."""
    return lambda flips, bias: combination(*terms(flips, bias), len(flips))


def combined_mistakes() -> list[Mistake]:
    """Each wrong combination, in careful style and then in each style that is itself a mistake."""
    found = []
    for name, (combination, text) in COMBINATIONS.items():
        plain = Mistake(name, put_together(careful_terms, combination), with_numbers(SEEN + text, *ARGUMENTS, **COUNTS))
        found.append(plain)
        for style, (terms, remark) in STYLES.items():
            found.append(together(plain, style, put_together(terms, combination), remark))
    return found
