"""Penalties on the weights of linear regression: L2, which shrinks all of them, and L1, which sets some to exactly 0.

Shapes: inputs X (n, d), targets y (n,), weights w (d,), bias b a number, never penalized. Everything is computed in
float64. The losses are J(w, b) = (1/2n) ‖X w + b − y‖² plus (α/2) ‖w‖² (ridge regression, Hoerl and Kennard, 1970), or
plus α ‖w‖₁ with ‖w‖₁ = Σⱼ |wⱼ| (the lasso, Tibshirani, 1996); α ≥ 0 is called ``penalty``. For scikit-learn's
``Lasso`` it is the same number; its ``Ridge``, whose loss has no 1/(2n), takes n α. Both depend on the units of the
inputs: standardize them first. One ridge regression is ``linear_models.solve_least_squares(..., penalty)``.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.linear_models import check_examples, check_penalty, mse_loss
from dlcourse.validation import (
    check_count,
    check_finite,
    check_number,
    check_positive,
    check_range,
    check_regression_data,
    check_shape,
    check_vector,
)

Fit = tuple[Array, float]


class NotConvergedWarning(UserWarning):
    """An iteration has used up its steps before its result was as exact as asked for."""


# --- L2: every direction of the data shrinks, by a factor of its own


def shrinkage_factors(inputs: ArrayLike, penalty: float) -> Array:
    """λⱼ / (λⱼ + α) for the eigenvalues λ₁ ≥ … ≥ λ_d of the covariance XcᵀXc / n, Xc centred: (d,), from 0 to 1.

    The least-squares weights, seen along the j-th eigenvector (as chapter 4 sees them), are multiplied by the j-th
    factor. Their sum is the number of *effective* parameters: d at penalty 0, less with any other. A direction in which
    the inputs do not vary has the factor 0. Source: Hastie, Tibshirani and Friedman (2009), equations 3.47 and 3.50.
    """
    centred, *_ = _centred(inputs)
    eigenvalues = _squares_over_n(np.linalg.svd(centred, compute_uv=False), centred)
    eigenvalues = np.concatenate([eigenvalues, np.zeros(centred.shape[1] - len(eigenvalues))])
    factors: Array = np.zeros_like(eigenvalues)
    return np.divide(eigenvalues, eigenvalues + check_penalty(penalty), out=factors, where=eigenvalues > 0)


def ridge_path(inputs: ArrayLike, targets: ArrayLike, penalties: ArrayLike) -> tuple[Array, Array]:
    """The ridge regression of each penalty: weights (k, d) and biases (k,), in the order of ``penalties`` (k,).

    With Xc = U S Vᵀ the weights are V (λ/(λ + α)) S⁻¹ Uᵀ yc: one decomposition serves all penalties. At penalty 0,
    where columns depend on each other, the shortest of the solutions.
    """
    centred, means, y, mean = _centred(inputs, targets)
    alphas = check_range(check_vector(penalties, "penalties"), "penalties", 0, np.inf)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    eigenvalues = _squares_over_n(s, centred)
    kept = eigenvalues > 0
    factors = eigenvalues[kept] / (eigenvalues[kept] + alphas[:, None])
    weights = factors * ((u.T @ y)[kept] / s[kept]) @ vt[kept]
    return weights, mean - weights @ means


# --- L1: whatever is small becomes 0


def soft_threshold(values: ArrayLike, threshold: float) -> Array:
    """sign(v) · max(|v| − t, 0) for each entry v: all move towards 0 by t ≥ 0, and those nearer than t end there.

    It is the w at which ½ (w − v)² + t |w| is least. values: any shape, kept; float32 stays float32.
    """
    v, t = check_finite(values, "values"), check_number(threshold, "threshold")
    if t < 0:
        raise ValueError(f"threshold: expected 0 or more, received {threshold}: a negative one would move away from 0.")
    return np.asarray(np.sign(v) * np.maximum(np.abs(v) - v.dtype.type(t), 0))


def lasso_loss(
    inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike, bias: float = 0.0, penalty: float = 0.0
) -> float:
    """(1/2n) ‖X w + b − y‖² + α ‖w‖₁."""
    loss = mse_loss(inputs, targets, weights, bias)
    return loss + check_penalty(penalty) * float(np.abs(np.asarray(weights)).sum())


def largest_lasso_penalty(inputs: ArrayLike, targets: ArrayLike) -> float:
    """α_max = maxⱼ |xcⱼᵀ yc| / n: from this penalty on all weights are 0, below it at least one is not."""
    centred, _, y, _ = _centred(inputs, targets)
    return float(np.abs(centred.T @ y).max() / len(y))


def lasso_by_coordinate_descent(
    inputs: ArrayLike,
    targets: ArrayLike,
    penalty: float,
    start: ArrayLike | None = None,
    tolerance: float = 1e-9,
    sweeps: int = 10_000,
) -> Fit:
    """The lasso's weights (d,) and bias, one weight after another, each set to its best value with the others fixed.

    For weight j that is wⱼ ← S(xcⱼᵀ rⱼ / n, α) / (xcⱼᵀ xcⱼ / n), with S ``soft_threshold`` and rⱼ the errors y − ŷ that
    are left without feature j. It stops where ``lasso_violation`` is at most ``tolerance`` times α_max; if ``sweeps``
    over all weights do not get there, it warns. start: weights (d,), otherwise 0.
    Source: Friedman, Hastie and Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
    descent".
    """
    x, means, y, mean = _centred(inputs, targets)
    alpha, n, w = check_penalty(penalty), len(y), _start(start, x.shape[1])
    curvatures, columns = (x**2).sum(axis=0) / n, np.ascontiguousarray(x.T)
    left, enough = y - x @ w, check_positive(tolerance, "tolerance") * np.abs(x.T @ y).max() / n
    w[curvatures == 0] = 0  # a constant feature changes no prediction
    for _ in range(check_count(sweeps, "sweeps")):
        for j in np.flatnonzero(curvatures):
            slope = columns[j] @ left / n + curvatures[j] * w[j]
            best = np.sign(slope) * max(abs(slope) - alpha, 0.0) / curvatures[j]  # soft_threshold, of one number
            if best != w[j]:
                left -= columns[j] * (best - w[j])
                w[j] = best
        if _violation(columns @ left / n, w, alpha) <= enough:
            break
    else:
        _warn(sweeps, "sweeps")
    return w, float(mean - means @ w)


def lasso_by_proximal_steps(
    inputs: ArrayLike,
    targets: ArrayLike,
    penalty: float,
    start: ArrayLike | None = None,
    learning_rate: float | None = None,
    tolerance: float = 1e-9,
    steps: int = 100_000,
) -> Fit:
    """The same by descent: a gradient step on the squared error alone, then soft_threshold by rate · α.

    w ← S(w − ε ∇J(w), ε α), with b at its best, ȳ − x̄ᵀw. The rate ε is 1/λ_max of XcᵀXc / n unless given; it raises
    ValueError from 2/λ_max on, where the steps would diverge. Stops and warns as ``lasso_by_coordinate_descent``.
    Source: Daubechies, Defrise and De Mol (2004); Beck and Teboulle (2009), where it is called ISTA.
    """
    x, means, y, mean = _centred(inputs, targets)
    alpha, n, w = check_penalty(penalty), len(y), _start(start, x.shape[1])
    rate = _proximal_rate(x, learning_rate)
    enough = check_positive(tolerance, "tolerance") * np.abs(x.T @ y).max() / n
    for _ in range(check_count(steps, "steps")):
        downhill = x.T @ (y - x @ w) / n
        if _violation(downhill, w, alpha) <= enough:
            break
        w = soft_threshold(w + rate * downhill, rate * alpha)
    else:
        _warn(steps, "steps")
    return w, float(mean - means @ w)


def lasso_path(inputs: ArrayLike, targets: ArrayLike, penalties: ArrayLike) -> tuple[Array, Array]:
    """The lasso of each penalty: weights (k, d) and biases (k,), in the order of ``penalties`` (k,).

    From the largest penalty to the smallest, each by coordinate descent from the weights of the one before.
    """
    alphas = check_range(check_vector(penalties, "penalties"), "penalties", 0, np.inf)
    features = check_examples(inputs).shape[1]
    weights, biases = np.zeros((len(alphas), features)), np.zeros(len(alphas))
    before = weights[0]
    for row in np.argsort(-alphas, kind="stable"):
        weights[row], biases[row] = lasso_by_coordinate_descent(inputs, targets, float(alphas[row]), start=before)
        before = weights[row]
    return weights, biases


def lasso_violation(inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike, penalty: float) -> float:
    """How far weights (d,), with their best bias, are from the lasso's conditions for a minimum; 0 only there.

    With gⱼ = xcⱼᵀ (yc − Xc w) / n, the pull of the data on weight j, they are gⱼ = α sign(wⱼ) where wⱼ ≠ 0, and
    |gⱼ| ≤ α where wⱼ = 0: there the penalty's corner holds against the pull. Returned is the largest breach.
    """
    centred, _, y, _ = _centred(inputs, targets)
    w = check_finite(check_shape(weights, (centred.shape[1],), "weights"), "weights")
    return _violation(centred.T @ (y - centred @ w) / len(y), w, check_penalty(penalty))


def _violation(pull: Array, weights: Array, alpha: float) -> float:
    held = np.maximum(np.abs(pull) - alpha, 0)
    return float(np.where(weights == 0, held, np.abs(pull - alpha * np.sign(weights))).max())


def _centred(inputs: ArrayLike, targets: ArrayLike | None = None) -> tuple[Array, Array, Array, float]:
    """Centred inputs, their means, centred targets, their mean: what is left of the problem without the bias."""
    examples = check_examples(inputs)
    x, y = check_regression_data(examples, np.zeros(len(examples)) if targets is None else targets)
    x, y = x.astype(np.float64), y.astype(np.float64)
    centred = np.where(np.ptp(x, axis=0) > 0, x - x.mean(axis=0), 0.0)  # of what is constant no rounding is left
    return centred, x.mean(axis=0), y - y.mean(), float(y.mean())


def _squares_over_n(s: Array, centred: Array) -> Array:
    """Singular values -> eigenvalues of the covariance; those that are rounding become exactly 0."""
    rounding = max(centred.shape) * np.finfo(np.float64).eps
    return np.where(s > rounding * s.max(initial=0.0), s, 0.0) ** 2 / len(centred)


def _start(start: ArrayLike | None, features: int) -> Array:
    if start is None:
        return np.zeros(features)
    return check_finite(check_shape(start, (features,), "start"), "start").astype(np.float64)


def _proximal_rate(centred: Array, learning_rate: float | None) -> float:
    largest = float(np.linalg.norm(centred, 2) ** 2 / len(centred))
    if learning_rate is None:
        return 1 / largest if largest else 1.0
    rate = check_positive(learning_rate, "learning_rate")
    if rate * largest >= 2:
        raise ValueError(
            f"learning_rate: expected less than 2/λ_max = {2 / largest:.3g}, received {learning_rate}: from there on "
            "each step lands farther from the minimum than the one before. Is it set for standardized inputs?"
        )
    return rate


def _warn(count: int, unit: str) -> None:
    warnings.warn(
        f"The lasso has not arrived after {count} {unit}: features that nearly repeat each other make it slow. "
        f"Standardize the inputs, give more {unit}, or a larger tolerance.",
        NotConvergedWarning,
        stacklevel=3,
    )
