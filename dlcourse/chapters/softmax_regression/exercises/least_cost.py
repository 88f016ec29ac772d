"""Softmax regression of least penalized cost, and what is wrong with weights that do not have it."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.tensors import plain
from dlcourse.exercises.wording import kind_of
from dlcourse.scratch import linear_models, losses

Labels = NDArray[np.int64]
NEAR = 1e-3  # a cost so little above the library's is as good
LARGEST = 1e50  # a weight beyond it is lost


def fit_softmax(images: Array, labels: NDArray[np.int64], penalty: float) -> tuple[Array, Array]:
    """Images (n, ...), labels (n,) -> weights (pixels, classes) and bias (classes,) of the least penalized cost."""
    inputs, classes = images.reshape(len(images), -1), labels.max() + 1
    weights, bias = np.zeros((inputs.shape[1], classes)), np.zeros(classes)
    rate, steps = 0.5, 600
    for _ in range(steps):
        by_weights, by_bias = linear_models.softmax_gradient(inputs, labels, weights, bias)
        weights = weights - rate * (by_weights + penalty * weights)
        bias = bias - rate * by_bias
    return weights, bias


def cost_of(images: Array, labels: Labels, penalty: float, weights: Array, bias: Array) -> float:
    """The mean cross-entropy plus (penalty / 2) times the sum of the squared weights."""
    logits = images.reshape(len(images), -1) @ weights + bias
    return losses.cross_entropy(logits, labels) + penalty / 2 * float((weights**2).sum())


@lru_cache(maxsize=32)
def _fitted(images: bytes, shape: tuple[int, int], dtype: str, labels: bytes, penalty: float) -> tuple[Array, Array]:
    return fit_softmax(np.frombuffer(images, dtype).reshape(shape), np.frombuffer(labels, np.int64), penalty)


def fitted(images: Array, labels: Labels, penalty: float) -> tuple[Array, Array]:
    """What ``fit_softmax`` returns, computed once."""
    shape = len(images), images[0].size
    return _fitted(images.tobytes(), shape, images.dtype.str, labels.astype(np.int64).tobytes(), penalty)


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what is wrong with weights and bias fitted to ``arguments``: images, labels and penalty."""
    images, labels, penalty = arguments
    if not isinstance(received, tuple | list) or len(received) != 2:
        return Judgement("form", f"Your result is {kind_of(received)}; expected is a pair, the weights and the bias.")
    try:
        weights, bias = (np.asarray(plain(part), np.float64) for part in received)
    except (TypeError, ValueError):
        return Judgement("form", f"Your result holds {kind_of(received[0])} and {kind_of(received[1])}, not arrays.")
    best = fitted(images, labels, penalty)
    if (weights.shape, bias.shape) != (best[0].shape, best[1].shape):
        return Judgement(
            f"shapes {weights.shape} {bias.shape}",
            f"Your result has parts of the shapes {weights.shape} and {bias.shape}; expected are "
            f"{best[0].shape} for the weights and {best[1].shape} for the bias.",
        )
    if not max(np.abs(weights).max(), np.abs(bias).max()) < LARGEST:
        return Judgement("too large", "Your result holds nan, infinity or enormous numbers: the steps are too long.")
    return _judged_by_cost(images, labels, penalty, (weights, bias), best)


def _judged_by_cost(
    images: Array, labels: Labels, penalty: float, found: tuple[Array, Array], best: tuple[Array, Array]
) -> Judgement:
    cost, least = (cost_of(images, labels, penalty, *pair) for pair in (found, best))
    if cost <= least + NEAR:
        return RIGHT
    told = f"Your result has the cost {cost:.4g}, and the least is {least:.4f}."
    if cost_of(images, labels, 0.0, *found) < cost_of(images, labels, 0.0, *best):
        if _is_least_of(penalty / 2, images, labels, found):
            return Judgement("penalty halved", told)
        return Judgement(
            "fits too well", f"{told} Its cross-entropy is below that of the least cost: weights too long."
        )
    inputs, (weights, bias) = images.reshape(len(images), -1), found
    if cost > np.log(len(bias)):
        uphill = np.vdot(weights, linear_models.softmax_gradient(inputs, labels, 0 * weights, 0 * bias)[0]) > 0
        return Judgement(
            "uphill" if uphill else "above the start",
            f"{told} Weights of zero cost {np.log(len(bias)):.4f}: are the steps too long, or is the gradient not "
            "computed anew at each step?",
        )
    return Judgement(_kind(inputs, labels, penalty, weights, bias), told)


def _is_least_of(penalty: float, images: Array, labels: Labels, found: tuple[Array, Array]) -> bool:
    """Whether the weights minimize the cost with this penalty, whose gradient is then 0."""
    weights, bias = found
    by_weights, _ = linear_models.softmax_gradient(images.reshape(len(images), -1), labels, weights, bias)
    return bool(np.linalg.norm(by_weights + penalty * weights) < 0.05 * np.linalg.norm(by_weights))


def _kind(inputs: Array, labels: Labels, penalty: float, weights: Array, bias: Array) -> str:
    """What the weights minimize instead: they do so where the gradient of that is 0."""
    by_weights, by_bias = linear_models.softmax_gradient(inputs, labels, weights, bias)
    if np.ptp(bias) == 0:
        return "no bias"
    if np.linalg.norm(by_bias + penalty * bias) < 0.1 * np.linalg.norm(by_bias):
        return "bias held back"
    if np.linalg.norm(by_weights + 2 * penalty * weights) < 0.05 * np.linalg.norm(by_weights):
        return "penalty twice"
    return "on the way"
