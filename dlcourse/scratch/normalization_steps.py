"""Normalization and dropout by the letter: a few lines of NumPy each, beside the operations of ``normalization``.

x is a mini-batch, (n, units) or (n, channels, height, width); γ and β hold one number a unit or channel; μ and σ² are
mean and variance, and ε keeps a variance of 0 from being divided by. Nothing that is passed in is changed.
"""

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array


def batch_norm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """y = γ (x − μ) / √(σ² + ε) + β for each unit, and the running mean and variance after it. x, y: (n, units).

    In training μ and σ² are those of the batch (σ² with divisor n), and the running ones move towards them by the share
    ``momentum`` (the variance there with divisor n − 1, as in PyTorch). In inference the running ones are used, and
    stay. Source: Ioffe and Szegedy (2015), "Batch normalization", algorithms 1 and 2.
    """
    mean, var = running_mean, running_var
    if training:
        n = len(x)
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def batch_norm_backward(gradient: Array, x: Array, gamma: Array, eps: float = 1e-5) -> tuple[Array, Array, Array]:
    """From ȳ = ∂J/∂y, the gradient of what batch normalization gave in training, those of x, γ and β.

    gradient, x: (n, units). With x̂ = (x − μ) / √(σ² + ε): γ̄ = Σ ȳ x̂ and β̄ = Σ ȳ over the batch, and
    x̄ = γ / √(σ² + ε) · (ȳ − (β̄ + x̂ γ̄) / n). The two terms in parentheses are what each x does to μ and to σ², and
    through them to all of the batch. Source: the same, section 3.
    """
    inverse = 1 / np.sqrt(x.var(axis=0) + eps)
    normalized = (x - x.mean(axis=0)) * inverse
    by_gamma = (gradient * normalized).sum(axis=0)
    by_beta = gradient.sum(axis=0)
    by_x = gamma * inverse * (gradient - (by_beta + normalized * by_gamma) / len(x))
    return by_x, by_gamma, by_beta


def group_norm_forward(x: Array, num_groups: int, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """γ (x − μ) / √(σ² + ε) + β, with μ and σ² of each example's groups of neighbouring channels, over all places.

    x: (n, channels, height, width); γ and β: (channels,). Source: Wu and He (2018), "Group normalization", section 3.
    """
    grouped = x.reshape(len(x), num_groups, -1)
    mean, var = grouped.mean(axis=2, keepdims=True), grouped.var(axis=2, keepdims=True)
    normalized = ((grouped - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma[:, None, None] * normalized + beta[:, None, None]


def dropout_forward(x: Array, p: float, u: NDArray[np.floating], training: bool) -> Array:
    """Dropout, inverted: in training 0 where u < p, and x / (1 − p) elsewhere; in inference x.

    u: of the shape of x, drawn evenly from [0, 1), so that each entry falls with probability p < 1, and the mean over
    the draws is x. Source: Srivastava et al. (2014), "Dropout", section 10.
    """
    if not training:
        return x
    return x * (u >= p) / (1 - p)
