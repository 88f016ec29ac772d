"""Probability and maximum likelihood by hand: distributions, Bayes' rule, likelihoods and where they are highest.

Notation of chapter 3: ``b`` is a coin's bias P(heads), ``h`` in {0, 1} one flip, ``n`` the number of observations,
``mu`` and ``sigma**2`` a Gaussian's mean and variance, ``w`` the weights (d,) of a linear model. Logarithms are
natural. Where no other source is named, the formulas are those of Bishop (2006), "Pattern Recognition and Machine
Learning", chapters 1 to 3.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import (
    check_all_positive,
    check_binary,
    check_distribution,
    check_finite,
    check_number,
    check_positive,
    check_probabilities,
    check_probability,
    check_regression_data,
    check_shape,
    check_vector,
)

# --- distributions


def bernoulli_pmf(flips: ArrayLike, bias: float) -> Array:
    """P(h | b) = b^h (1 - b)^(1 - h): the probability of each flip of a coin whose bias is ``bias``.

    flips: 0 (tails) or 1 (heads), any shape. bias: in [0, 1]. Returns an array of the shape of ``flips``.
    Raises ValueError for other flips or a bias outside [0, 1].
    """
    h = check_binary(flips, "flips")
    b = check_probability(bias, "bias")
    return b**h * (1 - b) ** (1 - h)


def uniform_pdf(points: ArrayLike, low: float, high: float) -> Array:
    """p(x) = 1 / (high - low) for low <= x <= high, and 0 elsewhere.

    points: any shape. Returns densities, per unit of x, of the same shape. Raises ValueError unless low < high.
    """
    x = check_finite(points, "points")
    if not low < high:
        raise ValueError(f"uniform_pdf: expected low < high. Received low={low}, high={high}. Are they swapped?")
    inside = (low <= x) & (x <= high)
    return inside / (high - low)


def gaussian_pdf(points: ArrayLike, mean: float, variance: float) -> Array:
    """N(x; mu, sigma^2) = exp(-(x - mu)^2 / (2 sigma^2)) / sqrt(2 pi sigma^2), the Gaussian density.

    points: any shape. variance: sigma squared, not sigma; positive. Returns densities per unit of x, same shape.
    Raises ValueError when the variance is not positive.
    """
    x = check_finite(points, "points")
    variance = check_positive(variance, "variance")
    return np.exp(-((x - check_number(mean, "mean")) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def gaussian_log_pdf(points: ArrayLike, mean: ArrayLike, variance: ArrayLike) -> Array:
    """log N(x; mu, sigma^2) = -(x - mu)^2 / (2 sigma^2) - log(2 pi sigma^2) / 2, exact where the density underflows.

    points, mean and variance broadcast against each other; variance positive. Raises ValueError when it is not.
    """
    x = check_finite(points, "points")
    variances = check_all_positive(variance, "variance")
    return -((x - check_finite(mean, "mean")) ** 2) / (2 * variances) - np.log(2 * np.pi * variances) / 2


# --- joint, marginal and conditional tables


def marginal(joint: ArrayLike, keep: int | tuple[int, ...]) -> Array:
    """The sum rule, P(x) = sum over y of P(x, y): the distribution of the variables ``keep``, the others summed out.

    joint: a table of probabilities with one axis for each variable, summing to 1. keep: the axis or axes of the
    variables that stay. Returns a table with just these axes. Raises ValueError when ``joint`` is not a distribution.
    """
    table = check_distribution(joint, "joint")
    return table.sum(axis=_others(table, keep))


def conditional(joint: ArrayLike, given: int | tuple[int, ...]) -> Array:
    """P(x | y) = P(x, y) / P(y): each slice of the joint table at a value of ``given``, divided by its own sum.

    joint: a table of probabilities with one axis for each variable, summing to 1. given: the axis or axes of the
    variables that are known. Returns a table of the shape of ``joint`` that sums to 1 over all other axes.
    Raises ValueError when a given value has probability 0: what follows from the impossible is not defined.
    """
    table = check_distribution(joint, "joint")
    probability_of_given = table.sum(axis=_others(table, given), keepdims=True)
    if not (probability_of_given > 0).all():
        raise ValueError(
            f"conditional: a value of the variable on axis {given} has probability 0, so nothing can be conditioned "
            "on it. Leave that value out of the table."
        )
    return table / probability_of_given


def _others(table: Array, axes: int | tuple[int, ...]) -> tuple[int, ...]:
    """The axes of ``table`` that are not in ``axes``. Raises ValueError for an axis that the table has not."""
    wanted = np.atleast_1d(axes).tolist()
    if not all(-table.ndim <= axis < table.ndim for axis in wanted):
        raise ValueError(f"The table has the axes 0 to {table.ndim - 1}, but axis {axes} was asked for.")
    return tuple(axis for axis in range(table.ndim) if axis not in {each % table.ndim for each in wanted})


def dependence_given(joint: ArrayLike) -> float:
    """How far x and y are from independent once z is known: the largest |P(x, y | z) - P(x | z) P(y | z)|.

    joint: (x, y, z) probabilities, summing to 1, every z possible. 0 (up to rounding) says conditionally independent.
    """
    table = check_distribution(joint, "joint")
    if table.ndim != 3:
        raise ValueError(f"dependence_given: expected a table with axes (x, y, z). Received shape {table.shape}.")
    both = conditional(table, given=2)
    x_given_z, y_given_z = both.sum(axis=1, keepdims=True), both.sum(axis=0, keepdims=True)
    return float(np.abs(both - x_given_z * y_given_z).max())


# --- Bayes' rule


def bayes_rule(prior: ArrayLike, likelihood: ArrayLike) -> Array:
    """P(cause | evidence) = P(evidence | cause) P(cause) / P(evidence), for every cause at once.

    prior: (causes,) probabilities P(cause), summing to 1. likelihood: (causes,) P(evidence | cause), each in [0, 1]
    (they need not sum to 1). Returns the posterior, (causes,), summing to 1.
    Raises ValueError when the evidence is impossible under every cause. Source: Bayes (1763).
    """
    causes = check_distribution(prior, "prior")
    evidence_given_cause = check_probabilities(check_shape(likelihood, causes.shape, "likelihood"), "likelihood")
    joint = evidence_given_cause * causes
    evidence = joint.sum()  # the sum rule: P(evidence) = sum over causes of P(evidence, cause)
    if evidence == 0:
        raise ValueError("bayes_rule: the evidence has probability 0 under every cause with a positive prior.")
    return joint / evidence


def disease_given_positive(prevalence: float, sensitivity: float, specificity: float) -> float:
    """P(disease | positive test), by Bayes' rule with the two causes "ill" and "healthy".

    prevalence: P(disease). sensitivity: P(positive | disease). specificity: P(negative | no disease). Each in [0, 1].
    Raises ValueError outside [0, 1], or when a positive test is impossible.
    """
    prior = check_probability(prevalence, "prevalence")
    true_positive = check_probability(sensitivity, "sensitivity")
    false_positive = 1 - check_probability(specificity, "specificity")
    posterior = bayes_rule([prior, 1 - prior], [true_positive, false_positive])
    return float(posterior[0])


# --- the coin's likelihood


def bernoulli_likelihood(flips: ArrayLike, bias: ArrayLike) -> Array:
    """L(b) = product over i of b^h_i (1 - b)^(1 - h_i) = b^heads (1 - b)^tails, as a function of the bias.

    flips: (n,) zeros and ones. bias: in [0, 1], any shape. Returns an array of the shape of ``bias``; for many flips
    it underflows to 0, which is why the logarithm is used instead.
    """
    heads, tails = _count(flips)
    b = check_probabilities(bias, "bias")
    return b**heads * (1 - b) ** tails


def bernoulli_log_likelihood(flips: ArrayLike, bias: ArrayLike) -> Array:
    """log L(b) = heads log b + tails log(1 - b), as a function of the bias.

    flips: (n,) zeros and ones. bias: in [0, 1], any shape. Returns an array of the shape of ``bias``. Where the bias
    makes a flip that was seen impossible, it is -inf; 0 log 0 counts as 0 (no such flip was seen).
    """
    heads, tails = _count(flips)
    b = check_probabilities(bias, "bias")
    with np.errstate(divide="ignore"):  # log 0 = -inf is the right answer here, not an accident
        from_heads = heads * np.log(b) if heads else np.zeros_like(b)
        from_tails = tails * np.log1p(-b) if tails else np.zeros_like(b)
    return from_heads + from_tails


def bernoulli_log_likelihood_gradient(flips: ArrayLike, bias: ArrayLike) -> Array:
    """d/db log L(b) = heads / b - tails / (1 - b).

    flips: (n,) zeros and ones. bias: strictly between 0 and 1, any shape. Returns an array of the shape of ``bias``.
    Raises ValueError at 0 and 1, where the slope is not defined.
    """
    heads, tails = _count(flips)
    b = check_probabilities(bias, "bias")
    if ((b == 0) | (b == 1)).any():
        raise ValueError("bernoulli_log_likelihood_gradient: the slope is defined for 0 < bias < 1 only.")
    return heads / b - tails / (1 - b)


def bernoulli_mle(flips: ArrayLike) -> float:
    """The bias under which the flips are most probable: where the slope is 0, the share of heads.

    heads / b = tails / (1 - b)  gives  b = heads / (heads + tails). flips: (n,) zeros and ones.
    Raises ValueError without flips: the likelihood is then the same for every bias.
    """
    heads, tails = _count(flips, at_least=1)
    return heads / (heads + tails)


def bernoulli_mle_by_ascent(flips: ArrayLike, start: float = 0.5, learning_rate: float = 0.1, steps: int = 50) -> Array:
    """Climbs the mean log-likelihood of a coin: b <- b + learning_rate (heads / b - tails / (1 - b)) / n.

    Divided by n, a good learning rate does not depend on the number of flips: near the top it must be below
    2 b (1 - b), 2 over the curvature. The path is kept within [0.001, 0.999], since a step can jump out of [0, 1].
    Returns the path of b, (steps + 1,), ``start`` first. Raises ValueError without flips.
    """
    count = sum(_count(flips, at_least=1))

    def slope(b: float) -> float:
        return float(bernoulli_log_likelihood_gradient(flips, b)) / count

    return gradient_ascent(slope, start, learning_rate, steps, bounds=(0.001, 0.999))


def _count(flips: ArrayLike, at_least: int = 0) -> tuple[int, int]:
    """How many heads and tails there are among ``flips``; none of either gives the likelihood 1 (an empty product)."""
    h = check_binary(flips, "flips")
    if h.size < at_least:
        raise ValueError("flips: expected at least one flip, received an empty array: nothing was observed.")
    heads = int(h.sum())
    return heads, h.size - heads


def gradient_ascent(
    gradient: Callable[[float], float],
    start: float,
    learning_rate: float,
    steps: int,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Array:
    """Goes uphill: x <- x + learning_rate * gradient(x), ``steps`` times, kept within ``bounds``.

    gradient: the slope at a point. Returns the path, (steps + 1,), ``start`` first.
    """
    learning_rate = check_positive(learning_rate, "learning_rate")
    path = np.full(steps + 1, float(start))
    for step in range(steps):
        path[step + 1] = np.clip(path[step] + learning_rate * gradient(path[step]), *bounds)
    return path


# --- Gaussian maximum likelihood


def gaussian_log_likelihood(values: ArrayLike, mean: ArrayLike, variance: ArrayLike) -> Array:
    """Sum over i of log N(x_i; mu, sigma^2), as a function of mu and sigma^2.

    values: (n,). mean and variance: broadcast against each other; variance positive. Returns their common shape.
    """
    x = check_vector(values, "values")
    means, variances = np.broadcast_arrays(np.asarray(mean, float), np.asarray(variance, float))
    return gaussian_log_pdf(x, means[..., None], variances[..., None]).sum(axis=-1)


def gaussian_mle(values: ArrayLike) -> tuple[float, float]:
    """The mean and variance under which the values are most probable: sample mean, and mean squared deviation from it.

    The variance divides by n, not n - 1: on average it is (n - 1)/n of the truth. values: (n,), n >= 1. When all are
    equal the formula gives variance 0, although no Gaussian is then most probable: the likelihood has no upper bound.
    """
    x = check_vector(values, "values")
    mean = x.mean()
    variance = ((x - mean) ** 2).mean()
    return float(mean), float(variance)


# --- the linear-Gaussian model


def linear_gaussian_log_likelihood(inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike, variance: float) -> float:
    """Sum over i of log N(y_i; x_i^T w, sigma^2): how probable targets are under a linear model with Gaussian noise.

    inputs: (n, d), a column of ones among them for an intercept. targets: (n,). weights: (d,). variance: positive.
    """
    x, y = check_regression_data(inputs, targets)
    w = check_finite(check_shape(weights, (x.shape[1],), "weights"), "weights")
    return float(gaussian_log_pdf(y, x @ w, variance).sum())


def linear_gaussian_mle(inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, float]:
    """The weights and the noise variance under which the targets are most probable.

    In log L(w, sigma^2) = -sum_i (y_i - x_i^T w)^2 / (2 sigma^2) - (n/2) log(2 pi sigma^2) the weights stand only in
    the sum of squares: its minimum, least squares, is their MLE. Then the slope in sigma^2 is 0 at the mean squared
    residual. inputs: (n, d). targets: (n,). Returns (d,) and a float.
    """
    x, y = check_regression_data(inputs, targets)
    weights, *_ = np.linalg.lstsq(x, y, rcond=None)
    residuals = y - x @ weights
    return weights, float((residuals**2).mean())
