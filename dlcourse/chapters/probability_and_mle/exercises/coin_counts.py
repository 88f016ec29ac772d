"""What the coin's mistakes are made of: the counts, and the two terms of the log-likelihood in three styles."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

ARGUMENTS = ("flips", "bias")
Array = NDArray[np.floating]


def heads_of(flips: Array, bias: ArrayLike) -> int:
    """How many ones; the bias plays no part."""
    return int(flips.sum())


def tails_of(flips: Array, bias: ArrayLike) -> int:
    """How many zeros; the bias plays no part."""
    return len(flips) - int(flips.sum())


def count_of(flips: Array, bias: ArrayLike) -> int:
    """How many flips; the bias plays no part."""
    return len(flips)


def seen_in(flips: Array, bias: ArrayLike) -> str:
    """ "3 heads and 1 tail"; the bias plays no part."""
    heads, tails = heads_of(flips, bias), tails_of(flips, bias)
    return f"{heads} {'head' if heads == 1 else 'heads'} and {tails} {'tail' if tails == 1 else 'tails'}"


COUNTS: dict[str, Any] = {"seen": seen_in, "heads": heads_of, "count": count_of}


Terms = Callable[[Array, Any], tuple[Any, Any]]


def careful_terms(flips: Array, bias: ArrayLike) -> tuple[Array, Array]:
    """heads log b and tails log(1 - b) for each bias, where 0 log 0 counts as 0."""
    b = np.asarray(bias, float)
    heads, tails = heads_of(flips, b), tails_of(flips, b)
    return heads * np.log(b if heads else np.ones_like(b)), tails * np.log(1 - b if tails else np.ones_like(b))


def unguarded_terms(flips: Array, bias: ArrayLike) -> tuple[Array, Array]:
    """The same two terms, but with nan in place of 0 log 0."""
    b = np.asarray(bias, float)
    return heads_of(flips, b) * np.log(b), tails_of(flips, b) * np.log(1 - b)


def paired_terms(flips: Array, bias: ArrayLike) -> tuple[Any, Any]:
    """The two terms as a sum over flips, which pairs an array of biases with the flips, entry by entry."""
    b = np.asarray(bias, float)
    return np.sum(flips * np.log(b)), np.sum((1 - flips) * np.log(1 - b))


def log_likelihood(flips: Array, bias: ArrayLike) -> Array:
    """The right log-likelihood."""
    heads_term, tails_term = careful_terms(flips, bias)
    return heads_term + tails_term


def likelihood(flips: Array, bias: ArrayLike) -> Array:
    """b^heads (1 - b)^tails, which underflows for many flips."""
    b = np.asarray(bias, float)
    return b ** heads_of(flips, b) * (1 - b) ** tails_of(flips, b)


def paired_likelihood(flips: Array, bias: ArrayLike) -> Any:
    """The likelihood as a product over flips, which pairs an array of biases with the flips, entry by entry."""
    b = np.asarray(bias, float)
    return np.prod(b**flips * (1 - b) ** (1 - flips))


def logarithm_of_the_sum(flips: Array, bias: ArrayLike) -> Array:
    """log of the sum of the flips' probabilities, for each bias."""
    b = np.asarray(bias, float)
    return np.log(heads_of(flips, b) * b + tails_of(flips, b) * (1 - b))


def logarithm_of_the_paired_sum(flips: Array, bias: ArrayLike) -> Any:
    """The same with an array of biases paired with the flips."""
    b = np.asarray(bias, float)
    return np.log(np.sum(b**flips * (1 - b) ** (1 - flips)))
