"""How good predictions are, as one number."""

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.validation import check_finite, check_shape


def mean_squared_error(predictions: ArrayLike, targets: ArrayLike) -> float:
    """(1/n) sum over i of (prediction_i - target_i)^2.

    predictions and targets: the same shape, at least one entry. Returns a float in the squared units of the targets.
    Raises ValueError when the shapes differ: (n, 1) against (n,) would broadcast to (n, n) and give a wrong number.
    """
    y = check_finite(targets, "targets")
    y_hat = check_finite(check_shape(predictions, y.shape, "predictions"), "predictions")
    if y.size == 0:
        raise ValueError("targets: expected at least one number, received an empty array.")
    return float(np.mean((y_hat - y) ** 2))


def error_rate(predictions: ArrayLike, labels: ArrayLike) -> float:
    """The share of predictions that are not the label, from 0 to 1. Both (m,). Raises ValueError for other shapes."""
    y = check_shape(labels, ("m",), "labels")
    if y.size == 0:
        raise ValueError("labels: expected at least one label, received an empty array.")
    return float(np.mean(check_shape(predictions, y.shape, "predictions") != y))
