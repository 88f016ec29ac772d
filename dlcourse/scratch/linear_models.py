"""Linear, logistic and softmax regression by hand: closed form where there is one, gradients where there is none.

Shapes: inputs X (n, d), targets y (n,) or labels (n,), weights w (d,) or W (d, classes), bias b a number or (classes,).
The L2 penalty (penalty / 2) * sum of squared weights is added to every loss; the bias is never penalized.
``losses.py`` holds the losses as functions of predictions or logits; here the chain rule takes them to the weights.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.history import DivergenceError, History
from dlcourse.scratch import losses
from dlcourse.scratch.descent import check_learning_rate, minibatches
from dlcourse.validation import (
    check_finite,
    check_indices,
    check_number,
    check_regression_data,
    check_same_length,
    check_shape,
)

# --- linear regression: loss, gradient, closed forms


def mse_loss(
    inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike, bias: float = 0.0, penalty: float = 0.0
) -> float:
    """(1 / 2n) sum_i (x_i^T w + b - y_i)^2 + (penalty / 2) w^T w. inputs: (n, d). targets: (n,). weights: (d,)."""
    x, y, w = _regression(inputs, targets, weights)
    errors = x @ w + check_number(bias, "bias") - y
    return float(errors @ errors / (2 * len(y)) + check_penalty(penalty) / 2 * (w @ w))


def mse_gradient(
    inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike, bias: float = 0.0, penalty: float = 0.0
) -> tuple[Array, float]:
    """The gradient of ``mse_loss``: X^T (X w + b - y) / n + penalty * w, shape (d,), and the mean residual, a float."""
    x, y, w = _regression(inputs, targets, weights)
    errors = x @ w + check_number(bias, "bias") - y
    return x.T @ errors / len(y) + check_penalty(penalty) * w, float(errors.mean())


def solve_least_squares(inputs: ArrayLike, targets: ArrayLike, penalty: float = 0.0) -> tuple[Array, float]:
    """The weights (d,) and bias where ``mse_gradient`` is 0, by an orthogonal factorization (``lstsq``).

    Centred inputs and targets leave the bias to the end: b = mean(y) - mean(x)^T w. The penalty is d further rows
    sqrt(n * penalty) I with target 0. Where columns depend on each other, the shortest solution is returned.
    """
    x, y = check_regression_data(inputs, targets)
    x_mean, y_mean = x.mean(axis=0), y.mean()
    features = x.shape[1]
    rows = np.vstack([x - x_mean, np.sqrt(len(y) * check_penalty(penalty)) * np.eye(features)])
    weights, *_ = np.linalg.lstsq(rows, np.concatenate([y - y_mean, np.zeros(features)]), rcond=None)
    return weights, float(y_mean - x_mean @ weights)


def solve_normal_equations(inputs: ArrayLike, targets: ArrayLike, penalty: float = 0.0) -> tuple[Array, float]:
    """The same by the normal equations (Xc^T Xc + n penalty I) w = Xc^T yc, with centred Xc and yc.

    For comparison only: forming Xc^T Xc squares the condition number, so half of the digits can be lost.
    Raises numpy.linalg.LinAlgError when the matrix is singular.
    """
    x, y = check_regression_data(inputs, targets)
    x_mean, y_mean = x.mean(axis=0), y.mean()
    centred = x - x_mean
    matrix = centred.T @ centred + len(y) * check_penalty(penalty) * np.eye(x.shape[1])
    weights = np.linalg.solve(matrix, centred.T @ (y - y_mean))
    return weights, float(y_mean - x_mean @ weights)


def hessian(inputs: ArrayLike, penalty: float = 0.0) -> Array:
    """The second derivatives of ``mse_loss`` in (w, b): [X 1]^T [X 1] / n + penalty on the weights, (d + 1, d + 1)."""
    x = check_examples(inputs)
    extended = np.column_stack([x, np.ones(len(x))])
    curvature = extended.T @ extended / len(x)
    curvature[np.diag_indices(x.shape[1])] += check_penalty(penalty)
    return curvature


def largest_learning_rate(inputs: ArrayLike, penalty: float = 0.0) -> float:
    """2 / lambda_max of the Hessian: gradient descent on ``mse_loss`` converges below this rate and diverges above.

    Along an eigenvector with eigenvalue lambda each step multiplies the distance from the minimum by 1 - rate * lambda.
    """
    return float(2 / np.linalg.eigvalsh(hessian(inputs, penalty))[-1])


@np.errstate(over="ignore", invalid="ignore")  # an overflow is reported as divergence
def sgd_epoch(
    inputs: ArrayLike,
    targets: ArrayLike,
    weights: ArrayLike,
    bias: float,
    learning_rate: float,
    batch_size: int,
    order: ArrayLike,
) -> tuple[Array, float]:
    """One epoch of mini-batch descent on ``mse_loss``: a step for each piece of ``order``, an order of the n examples.

    Each step uses the gradient of its own mini-batch only, at the weights that the steps before have left.
    Returns the new weights (d,) and bias; the arguments stay as they are. Raises ValueError for a rate <= 0,
    DivergenceError when a weight is no longer a finite number.
    """
    x, y, w = _regression(inputs, targets, weights)
    rate = check_learning_rate(learning_rate)
    for step, batch in enumerate(minibatches(_check_order(order, len(y)), batch_size)):
        weight_gradient, bias_gradient = mse_gradient(x[batch], y[batch], w, bias)
        w = w - rate * weight_gradient
        bias = bias - rate * bias_gradient
        if not np.isfinite(w.sum() + bias):
            raise DivergenceError(step + 1, rate, History(unit="mini-batch"))
    return w, float(bias)


# --- softmax regression: gradient at the weights


def softmax_gradient(inputs: ArrayLike, labels: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
    """The gradient of the cross-entropy of logits X W + b: X^T (P - Y) / n, shape (d, classes), and its column sums.

    P: softmax of the logits, Y: one-hot labels; row i contributes x_i (p_i - y_i)^T / n. inputs: (n, d). labels: (n,).
    weights: (d, classes). bias: (classes,). Returns the gradients of weights and bias.
    """
    x = check_examples(inputs)
    check_same_length(inputs=x, labels=labels)
    w = check_finite(check_shape(weights, (x.shape[1], "classes"), "weights"), "weights")
    b = check_finite(check_shape(bias, (w.shape[1],), "bias"), "bias")
    by_logits = losses.cross_entropy_gradient(x @ w + b, labels)
    return x.T @ by_logits, by_logits.sum(axis=0)


def _regression(inputs: ArrayLike, targets: ArrayLike, weights: ArrayLike) -> tuple[Array, Array, Array]:
    x, y = check_regression_data(inputs, targets)
    return x, y, check_finite(check_shape(weights, (x.shape[1],), "weights"), "weights")


def check_examples(inputs: ArrayLike, features: int | str = "d") -> Array:
    """``inputs`` (n, features), finite, n >= 1; whole numbers become float64. Raises ValueError otherwise."""
    x = check_finite(check_shape(inputs, ("n", features), "inputs"), "inputs")
    if len(x) == 0:
        raise ValueError(f"inputs: expected at least one example, received an empty array of shape {x.shape}.")
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def check_penalty(penalty: float) -> float:
    """``penalty`` as a float of at least 0. Raises TypeError when it is not one number, ValueError when negative."""
    value = check_number(penalty, "penalty")
    if value < 0:
        raise ValueError(f"penalty: expected 0 or more, received {penalty}: a negative penalty rewards large weights.")
    return value


def _check_order(order: ArrayLike, examples: int) -> NDArray[np.integer]:
    """``order`` (k,) of numbers below ``examples``. Raises ValueError otherwise."""
    indices = check_indices(order, "order")
    if indices.min() < 0 or indices.max() >= examples:
        raise ValueError(
            f"order: expected numbers from 0 to {examples - 1}, one for each of the {examples} examples, received "
            f"{indices.min()} to {indices.max()}. np.random.default_rng(seed).permutation({examples}) makes an order."
        )
    return indices
