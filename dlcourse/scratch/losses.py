"""Losses of linear models and their gradients by hand, exact also where the obvious formula overflows.

A *logit* z is the score before the sigmoid or softmax. ``n`` is the number of examples; every loss is a mean over
them, so that a learning rate does not depend on ``n``. Sources of the formulas: Goodfellow, Bengio and Courville
(2016), "Deep Learning", sections 6.2.2 and 5.7; Bishop (2006), sections 4.3.2 and 4.3.4.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.validation import (
    check_binary,
    check_count,
    check_finite,
    check_labels,
    check_same_length,
    check_shape,
    check_vector,
)


def _floating(values: Array) -> Array:
    """Integers become float64; float32 and float64 stay what they are."""
    return values if values.dtype.kind == "f" else values.astype(np.float64)


# --- squared error


def half_mean_squared_error(predictions: ArrayLike, targets: ArrayLike) -> float:
    """(1 / 2n) sum_i (y_hat_i - y_i)^2. predictions, targets: (n,), n >= 1.

    The factor 1/2 cancels against the 2 of the derivative. Raises ValueError when the shapes differ.
    """
    y = check_vector(targets, "targets")
    y_hat = check_finite(check_shape(predictions, y.shape, "predictions"), "predictions")
    return float(np.mean((y_hat - y) ** 2) / 2)


# --- sigmoid and log-loss


def sigmoid(logits: ArrayLike) -> Array:
    """sigma(z) = 1 / (1 + exp(-z)), for any shape; float32 stays float32.

    Only exp(-|z|), at most 1, is computed, so nothing overflows: for z < 0 the same value is exp(z) / (1 + exp(z)).
    """
    z = _floating(check_finite(logits, "logits"))
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def sigmoid_derivative(logits: ArrayLike) -> Array:
    """sigma'(z) = sigma(z) (1 - sigma(z)), for any shape.

    1 - sigma(z) is computed as sigma(-z): the difference would be 0 as soon as sigma(z) rounds to 1.
    """
    z = _floating(check_finite(logits, "logits"))
    return sigmoid(z) * sigmoid(-z)


def log_loss(logits: ArrayLike, labels: ArrayLike) -> float:
    """-(1/n) sum_i [y_i log sigma(z_i) + (1 - y_i) log(1 - sigma(z_i))]. logits: (n,). labels: (n,) zeros and ones.

    Equal to the mean of log(1 + exp(-z)) where y is 1, log(1 + exp(z)) where it is 0: ``logaddexp`` computes both
    without overflow, and keeps the digits of a loss that is almost 0.
    Raises ValueError for other labels or shapes.
    """
    z, y = _binary_examples(logits, labels)
    return float(np.logaddexp(0, np.where(y == 1, -z, z)).mean())


def log_loss_gradient(logits: ArrayLike, labels: ArrayLike) -> Array:
    """d log_loss / dz_i = (sigma(z_i) - y_i) / n, shape (n,): prediction minus label, not attenuated."""
    z, y = _binary_examples(logits, labels)
    return (sigmoid(z) - y) / len(z)


def sigmoid_squared_error(logits: ArrayLike, labels: ArrayLike) -> float:
    """(1 / 2n) sum_i (sigma(z_i) - y_i)^2: squared error behind a sigmoid, to be compared with the log-loss."""
    z, y = _binary_examples(logits, labels)
    return half_mean_squared_error(sigmoid(z), y)


def sigmoid_squared_error_gradient(logits: ArrayLike, labels: ArrayLike) -> Array:
    """d/dz_i = (sigma(z_i) - y_i) sigma'(z_i) / n, shape (n,): the factor sigma' is almost 0 at a confident mistake."""
    z, y = _binary_examples(logits, labels)
    return (sigmoid(z) - y) * sigmoid_derivative(z) / len(z)


# --- softmax and cross-entropy


def one_hot(labels: ArrayLike, classes: int) -> Array:
    """labels (n,) of 0 ... classes - 1 -> (n, classes) float64: row i is 1 in column labels[i], else 0."""
    y = check_labels(labels, "labels", check_count(classes, "classes"))
    encoded = np.zeros((len(y), classes))
    encoded[np.arange(len(y)), y] = 1
    return encoded


def softmax(logits: ArrayLike) -> Array:
    """softmax(z)_k = exp(z_k) / sum_j exp(z_j), row by row: (n, classes) logits -> probabilities of the same shape.

    Adding a constant to a row changes nothing, so the row's largest logit is subtracted first: exp is then at most 1.
    float32 stays float32. Raises ValueError for another number of axes.
    """
    z = _rows(logits)
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def log_softmax(logits: ArrayLike) -> Array:
    """log softmax(z)_k = z_k - log sum_j exp(z_j), row by row; finite where softmax underflows to 0."""
    z = _rows(logits)
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> float:
    """-(1/n) sum_i log softmax(z_i)[y_i]: the mean negative log-probability of the right class.

    logits: (n, classes). labels: (n,) integers 0 ... classes - 1. Raises ValueError or TypeError for other labels.
    """
    z, y = _class_examples(logits, labels)
    return float(-log_softmax(z)[np.arange(len(y)), y].mean())


def cross_entropy_gradient(logits: ArrayLike, labels: ArrayLike) -> Array:
    """d cross_entropy / dz = (softmax(z) - one_hot(y)) / n, shape (n, classes)."""
    z, y = _class_examples(logits, labels)
    gradient = softmax(z)
    gradient[np.arange(len(y)), y] -= 1
    return gradient / len(y)


def masked_loss(logits: ArrayLike, labels: ArrayLike, ignore_index: int = -100) -> float:
    """``cross_entropy`` of sequences: the mean over all labels of the batch that are not ``ignore_index``.

    logits: (batch, time, classes). labels: (batch, time) integers, ``ignore_index`` where there is only padding, or
    nothing to predict. Every character counts the same, so that a long sequence counts more than a short one. Raises
    ValueError where every label is to be ignored, and as ``cross_entropy``.
    """
    z = check_shape(logits, ("batch", "time", "classes"), "logits")
    y = check_shape(labels, z.shape[:2], "labels")
    kept = y != ignore_index
    if not kept.any():
        raise ValueError(f"masked_loss: all {y.size} labels are {ignore_index}: there is nothing to take the mean of.")
    return cross_entropy(z[kept], y[kept])  # a mask (batch, time) picks rows: (kept, classes) and (kept,)


def _binary_examples(logits: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    z = _floating(check_vector(logits, "logits"))
    y = check_binary(check_shape(labels, ("n",), "labels"), "labels").astype(z.dtype)
    check_same_length(logits=z, labels=y)
    return z, y


def _rows(logits: ArrayLike) -> Array:
    z = _floating(check_finite(check_shape(logits, ("n", "classes"), "logits"), "logits"))
    if z.size == 0:
        raise ValueError(f"logits: expected at least one example and one class, received shape {z.shape}.")
    return z


def _class_examples(logits: ArrayLike, labels: ArrayLike) -> tuple[Array, NDArray[np.integer]]:
    z = _rows(logits)
    y = check_labels(labels, "labels", z.shape[1])
    check_same_length(logits=z, labels=y)
    return z, y
