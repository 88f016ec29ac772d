"""What networks are made of: activations, the linear layer, losses; functions of tensors, each beside its rule.

Names and defaults are those of ``torch.nn.functional``, but for the table in ``dlcourse.scratch``. A rule receives the
gradient of the operation's result, the result, and the operands, and returns the gradient of each operand (see
``operations``). Operations that belong together are one node here, since one pass over the numbers is faster than
three; ``test_functional`` proves each equal to the same formula written with the operations of arithmetic. n is the
number of examples.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.activations import gelu, leaky_relu, passed, positive_part, relu, sigmoid, tanh
from dlcourse.scratch.autograd import Tensor, check_tensor, record
from dlcourse.scratch.choosing import amax, where
from dlcourse.scratch.convolution import conv2d
from dlcourse.scratch.embeddings import embedding
from dlcourse.scratch.normalization import batch_norm, dropout, group_norm, layer_norm
from dlcourse.scratch.operations import factors, operand
from dlcourse.scratch.pooling import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from dlcourse.scratch.rearranging import pad, stack
from dlcourse.validation import check_labels

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "amax",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy_with_logits",
    "cat",
    "conv2d",
    "cross_entropy",
    "dropout",
    "embedding",
    "gelu",
    "group_norm",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "pad",
    "relu",
    "sigmoid",
    "softmax",
    "stack",
    "tanh",
    "where",
]

Gradients = tuple[Array | None, ...]


# --- the linear layer


def linear(inputs: Tensor, weight: Tensor, bias: Tensor | None = None, *, relu: bool = False) -> Tensor:
    """y = x Wᵀ + b. inputs: (..., in). weight: (out, in). bias: (out,). Result: (..., out).

    With ``relu`` the result is max(y, 0), as one node: its rule needs no more than the result, so y is never kept.
    Raises ValueError when the sizes do not fit.
    """
    check_tensor(inputs, "inputs")
    check_tensor(weight, "weight")
    if bias is not None:
        check_tensor(bias, "bias")
    x, w, b = inputs.data, weight.data, None if bias is None else bias.data
    if w.ndim != 2 or not x.ndim or x.shape[-1] != w.shape[1] or (b is not None and b.shape != w.shape[:1]):
        raise ValueError(
            "linear: expected inputs (..., in), a weight (out, in) and a bias (out,), received "
            f"{x.shape}, {w.shape} and {None if b is None else b.shape}."
        )
    result = x @ w.T
    if b is not None:
        result = np.add(result, b, result) if b.dtype == result.dtype else result + b
    parents = (inputs, weight) if bias is None else (inputs, weight, bias)
    needed = factors(inputs, weight)
    if relu:
        positive_part(result, result)
        return record("linear, relu", result, parents, linear_relu_rule, needed, needs_result=True)
    return record("linear", result, parents, linear_rule, needed)


def plain_linear_rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor) -> Gradients:
    """With δ the gradient of y, inputs (n, in): x gets δ W, W gets δᵀ x, and b the sum of δ over the examples."""
    return gradient @ weight.data, gradient.T @ inputs.data, gradient.sum(axis=0)


def linear_rule(
    gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Gradients:
    """``plain_linear_rule`` for any number of axes, without what is not needed, in the memory of the last gradient."""
    x = inputs.data
    flat = x.ndim == 2
    delta = gradient if flat else gradient.reshape(-1, gradient.shape[-1])
    by_inputs = by_weight = by_bias = None
    if inputs.requires_grad:
        by_inputs = gradient @ weight.data
    if weight.requires_grad:
        by_weight = weight.spare()
        if by_weight is None:
            by_weight = np.empty_like(weight.data)
        np.matmul(delta.T, x if flat else x.reshape(-1, x.shape[-1]), out=by_weight)
    if bias is not None and bias.requires_grad:
        by_bias = _ones(len(delta), delta.dtype) @ delta  # a sum over rows, twice as fast as delta.sum(axis=0)
    return (by_inputs, by_weight) if bias is None else (by_inputs, by_weight, by_bias)


@lru_cache(16)
def _counted(length: int) -> NDArray[np.integer]:
    return np.arange(length)


@lru_cache(16)
def _ones(length: int, dtype: DTypeLike) -> Array:
    return np.ones(length, dtype)


def linear_relu_rule(gradient: Array, result: Tensor, *operands: Tensor) -> Gradients:
    """The rule of ReLU, then that of the linear layer."""
    return linear_rule(passed(gradient, result.data != 0), result, *operands)


# --- softmax and losses


def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """exp(z_k) / Σ_j exp(z_j) along ``dim``; the largest logit is subtracted first, which changes nothing."""
    check_tensor(logits, "logits")
    result = np.exp(logits.data - logits.data.max(axis=dim, keepdims=True))
    result /= result.sum(axis=dim, keepdims=True)

    def rule(gradient: Array, result: Tensor, logits: Tensor) -> Gradients:
        """∂p_j/∂z_k = p_j (δ_jk − p_k): p ∘ (p̄ − Σ_j p̄_j p_j)."""
        p = result.data
        return (p * (gradient - (gradient * p).sum(axis=dim, keepdims=True)),)

    return record("softmax", result, (logits,), rule, needs_result=True)


def log_softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """z_k − log Σ_j exp(z_j) along ``dim``: finite where softmax underflows to 0."""
    check_tensor(logits, "logits")
    shifted = logits.data - logits.data.max(axis=dim, keepdims=True)
    result = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))

    def rule(gradient: Array, result: Tensor, logits: Tensor) -> Gradients:
        """∂(log p_j)/∂z_k = δ_jk − p_k."""
        return (gradient - np.exp(result.data) * gradient.sum(axis=dim, keepdims=True),)

    return record("log softmax", result, (logits,), rule, needs_result=True)


def plain_cross_entropy(logits: Tensor, labels: NDArray[np.integer]) -> Tensor:
    """−(1/n) Σ_i log softmax(z_i)[y_i] as three operations. logits: (n, classes). labels: (n,). Result: one number."""
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()


def cross_entropy(logits: Tensor, labels: ArrayLike, ignore_index: int = -100) -> Tensor:
    """``plain_cross_entropy`` as one operation, whose rule is short: (softmax(z) − one_hot(y)) / n.

    Rows whose label is ``ignore_index``, such as padding, count neither in the sum nor in n, and get no gradient.
    The work is done with the classes along the first axis: sums over it are several times faster.
    Raises ValueError or TypeError for other shapes or labels, and where all rows are ignored.
    """
    check_tensor(logits, "logits")
    if logits.ndim != 2:
        hint = " Flatten batch and time first: logits.reshape(-1, classes), labels.reshape(-1)."
        raise ValueError(
            f"cross_entropy: expected logits of shape (n, classes), received {logits.shape}."
            f"{hint if logits.ndim == 3 else ''}"
        )
    n, classes = logits.data.shape
    right, kept = _places(labels, n, classes, ignore_index)
    count = n if kept is None else int(kept.sum())
    shifted = logits.data.T.copy()  # (classes, n)
    shifted -= np.maximum.reduce(shifted)
    of_right = shifted.reshape(-1)[right]
    exponentials = np.exp(shifted, out=shifted)
    sums = np.add.reduce(exponentials)
    losses = np.log(sums) - of_right

    def rule(gradient: Array, result: Tensor, logits: Tensor) -> Gradients:
        """(softmax(z) − one_hot(y)) / n."""
        by_logits = exponentials * (gradient / (count * sums))
        by_logits.reshape(-1)[right] -= gradient / count
        if kept is not None:
            by_logits[:, ~kept] = 0
        return (by_logits.T.copy(),)

    total = np.add.reduce(losses if kept is None else losses[kept])
    return record("cross-entropy", total / count, (logits,), rule)


Places = tuple[NDArray[np.integer], NDArray[np.bool] | None]


def _places(labels: ArrayLike, n: int, classes: int, ignore_index: int) -> Places:
    """Where each example's own class stands in an array (classes, n) that is read row by row. Checks the labels.

    Beside it which examples count: None for all. The others have the place of class 0.
    """
    y = np.asarray(labels)
    if ignore_index < 0 and y.dtype == np.int64 and y.shape == (n,) and n:
        try:
            return np.ravel_multi_index((y, _counted(n)), (classes, n)), None
        except ValueError:
            pass  # one is no class: it is ignored, or check_labels says which
    kept = y != ignore_index
    every = bool(np.all(kept))
    y = check_labels(labels if every else np.where(kept, y, 0), "labels", classes)
    if len(y) != n or n == 0:
        raise ValueError(
            f"cross_entropy: expected one label for each of the {n} rows of logits (at least one), received {len(y)}."
        )
    if not kept.any():
        raise ValueError(f"cross_entropy: every label is {ignore_index}, ignored: nothing is left to average.")
    return y.astype(np.int64) * n + np.arange(n), None if every else kept


def binary_cross_entropy_with_logits(logits: Tensor, targets: ArrayLike | Tensor) -> Tensor:
    """−mean[y log σ(z) + (1 − y) log(1 − σ(z))] = mean[log(1 + eᶻ) − y z]. Targets: of the shape of the logits.

    Computed as the mean of max(z, 0) − y z + log(1 + e^−|z|): no overflow, and no digits lost where z is large.
    """
    check_tensor(logits, "logits")
    z, y = logits.data, np.array(_like(targets, logits, "targets"))
    small = np.exp(-np.abs(z))
    errors = np.where(z >= 0, 1, small) / (1 + small) - y
    learnt = isinstance(targets, Tensor) and targets.requires_grad

    def rule(gradient: Array, result: Tensor, *parents: Tensor) -> Gradients:
        """(σ(z) − y) / n by z; by y, where it is learnt too, −z / n."""
        share = gradient / z.size
        return (errors * share, -z * share) if learnt else (errors * share,)

    loss = (np.maximum(z, 0) - y * z + np.log1p(small)).mean()
    return record("log-loss", loss, (logits, targets) if learnt else (logits,), rule, (logits,) if learnt else ())


def mse_loss(predictions: Tensor, targets: ArrayLike | Tensor) -> Tensor:
    """The mean squared error, mean (ŷ − y)², without the ½ of chapter 4. Targets: of the shape of the predictions."""
    check_tensor(predictions, "predictions")
    error = predictions.data - _like(targets, predictions, "targets")
    learnt = isinstance(targets, Tensor) and targets.requires_grad

    def rule(gradient: Array, result: Tensor, *parents: Tensor) -> Gradients:
        """2 (ŷ − y) / n by ŷ; by y, where it is learnt too, the opposite."""
        slope = error * (gradient * 2 / error.size)
        return (slope, -slope) if learnt else (slope,)

    return record("mse", (error * error).mean(), (predictions, targets) if learnt else (predictions,), rule)


def _like(targets: ArrayLike | Tensor, predictions: Tensor, name: str) -> Array:
    """``targets`` as an array of the same shape and dtype. Raises ValueError: another shape would broadcast."""
    array = np.asarray(targets.data if isinstance(targets, Tensor) else targets, predictions.data.dtype)
    if array.shape != predictions.shape:
        hint = " For a column use [:, None]." if predictions.shape == (*array.shape, 1) else ""
        raise ValueError(
            f"{name}: expected the shape of the predictions, {predictions.shape}, received {array.shape}.{hint}"
        )
    return array


# --- other


def cat(tensors: list[Any] | tuple[Any, ...], dim: int = 0) -> Tensor:
    """The tensors one after the other along ``dim``. Arrays may be among them. Raises ValueError without a tensor."""
    like = next((tensor for tensor in tensors if isinstance(tensor, Tensor)), None)
    if like is None:
        raise ValueError("cat: expected a list with at least one tensor. Arrays alone are joined by np.concatenate.")
    parents = tuple(operand(tensor, like) for tensor in tensors)
    edges = np.cumsum([parent.shape[dim] for parent in parents])[:-1]

    def rule(gradient: Array, result: Tensor, *parents: Tensor) -> Gradients:
        """Each gets its own part of the gradient."""
        return tuple(np.split(gradient, edges, axis=dim))

    return record("cat", np.concatenate([parent.data for parent in parents], axis=dim), parents, rule)
