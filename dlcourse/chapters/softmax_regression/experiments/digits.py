"""Softmax regression on digits, trained once for each setting and kept step by step, for two experiments."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.scratch import losses

Labels = NDArray[np.int64]

CLASSES, PIXELS, SIDE = 10, 64, 8
MOST_STEPS = 300


@dataclass(frozen=True, eq=False)
class Training:
    """What one training run leaves, entry k after k steps; nothing can be written to.

    ``weights`` (301, 64, 10) and ``bias`` (301, 10); the cross-entropies ``training_loss`` and ``validation_loss``
    (301,), without the penalty; the shares of digits read right, ``training_accuracy`` and ``validation_accuracy``.
    """

    weights: Array
    bias: Array
    training_loss: Array
    validation_loss: Array
    training_accuracy: Array
    validation_accuracy: Array


@lru_cache(maxsize=1)
def digits() -> dict[str, tuple[Array, Labels]]:
    """Rows of pixels (n, 64) in [0, 1] and labels (n,) of the parts "train", "validation" and "held out".

    "held out" is validation and test together. float64, so that counts do not depend on the machine's rounding.
    """
    loaded = datasets.load("digits")
    parts: dict[str, tuple[Array, Labels]] = {}
    for name, chosen in (
        ("train", (loaded.train,)),
        ("validation", (loaded.validation,)),
        ("held out", (loaded.validation, loaded.test)),
    ):
        inputs = np.concatenate([part.inputs.reshape(-1, PIXELS) for part in chosen]).astype(np.float64)
        labels = np.concatenate([part.labels for part in chosen])
        inputs.flags.writeable = labels.flags.writeable = False
        parts[name] = inputs, labels
    return parts


@lru_cache(maxsize=16)
def train(learning_rate: float, penalty: float) -> Training:
    """MOST_STEPS of gradient descent from zero weights on all training digits, penalty * W added to the gradient."""
    inputs, labels = digits()["train"]
    held_inputs, held_labels = digits()["validation"]
    weights, bias = np.zeros((MOST_STEPS + 1, PIXELS, CLASSES)), np.zeros((MOST_STEPS + 1, CLASSES))
    scores = np.empty((4, MOST_STEPS + 1))
    for step in range(MOST_STEPS + 1):
        logits = inputs @ weights[step] + bias[step]
        held_logits = held_inputs @ weights[step] + bias[step]
        scores[:2, step] = losses.cross_entropy(logits, labels), losses.cross_entropy(held_logits, held_labels)
        scores[2, step] = (logits.argmax(axis=1) == labels).mean()
        scores[3, step] = (held_logits.argmax(axis=1) == held_labels).mean()
        if step < MOST_STEPS:
            by_logits = losses.cross_entropy_gradient(logits, labels)
            gradient = inputs.T @ by_logits + penalty * weights[step]
            weights[step + 1] = weights[step] - learning_rate * gradient
            bias[step + 1] = bias[step] - learning_rate * by_logits.sum(axis=0)
    for array in (weights, bias, scores):
        array.flags.writeable = False
    return Training(weights, bias, *scores)


@lru_cache(maxsize=1)
def class_differences() -> Array:
    """The mean image of each class minus the mean of all training digits, (64, 10)."""
    inputs, labels = digits()["train"]
    means = np.column_stack([inputs[labels == digit].mean(axis=0) for digit in range(CLASSES)])
    differences = means - inputs.mean(axis=0)[:, None]
    differences.flags.writeable = False
    return differences
