"""Batch, layer and group normalization and dropout, as functions of tensors beside their rules."""

import math

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, check_tensor, record
from dlcourse.validation import check_count, check_generator, check_probability


def dropout(inputs: Tensor, p: float = 0.5, training: bool = True, *, generator: np.random.Generator) -> Tensor:
    """Sets each entry to 0 with probability ``p`` and divides the others by 1 − p, so that the mean stays.

    Outside of training it changes nothing. Source: Srivastava et al. (2014), JMLR 15; the division at training time
    ("inverted") is the usual form. Raises ValueError for a ``p`` outside [0, 1], TypeError for no generator.
    """
    check_tensor(inputs, "inputs")
    check_probability(p, "p")
    if not training or p == 0:
        return inputs
    kept = check_generator(generator).random(inputs.shape) >= p
    return inputs * (kept / max(1 - p, np.finfo(np.float64).tiny)).astype(inputs.dtype)


def batch_norm(
    inputs: Tensor,
    running_mean: Array,
    running_var: Array,
    weight: Tensor,
    bias: Tensor,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x − μ) / √(σ² + ε) · γ + β for each channel. Source: Ioffe and Szegedy (2015), "Batch normalization".

    inputs: (n, channels) or (n, channels, ...). weight γ, bias β, running_mean and running_var: (channels,).
    In training μ and σ² are those of the batch, over all axes but the channels', and the running statistics move
    towards them by the share ``momentum``, in place (σ² there with divisor count − 1, as in PyTorch); otherwise the
    running ones are used. Raises ValueError for other shapes, and in training for one value a channel.
    """
    check_tensor(inputs, "inputs")
    check_tensor(weight, "weight")
    check_tensor(bias, "bias")
    x = _channels_second("batch_norm", inputs, weight, bias, running_mean, running_var)
    count = x.shape[0] * x.shape[2]
    if not training:
        inverse = 1 / np.sqrt(running_var + eps, dtype=x.dtype)
        return _normalize(inputs, weight, bias, x - running_mean[:, None], inverse, batch=False)
    if count < 2:
        raise ValueError("batch_norm: in training a batch holds at least two values a channel; one has no variance.")
    ones = np.ones(x.shape[2], x.dtype)
    mean = (x @ ones).sum(axis=0) / count  # a product with ones is the fastest sum along an axis
    centred = x - mean[:, None]
    variance = np.vecdot(centred, centred).sum(axis=0) / count
    for running, now in ((running_mean, mean), (running_var, variance * (count / (count - 1)))):
        running += momentum * (now - running)
    inverse = 1 / np.sqrt(variance + x.dtype.type(eps))
    return _normalize(inputs, weight, bias, centred, inverse, batch=True)


def _channels_second(function: str, inputs: Tensor, weight: Tensor, *others: Tensor | Array) -> Array:
    """The numbers of ``inputs`` as (n, channels, values). ``others`` are of the shape of ``weight``."""
    if inputs.ndim < 2 or inputs.shape[1:2] != weight.shape:
        raise ValueError(
            f"{function}: expected inputs (n, channels) or (n, channels, ...) with channels {weight.shape} as in the "
            f"weight, received {inputs.shape}."
        )
    for other in others:
        if other.shape != weight.shape:
            raise ValueError(
                f"{function}: expected bias{' and statistics' if len(others) > 1 else ''} of shape {weight.shape}, "
                f"received {other.shape}."
            )
    return inputs.data.reshape(*inputs.shape[:2], math.prod(inputs.shape[2:]))


def _normalize(inputs: Tensor, weight: Tensor, bias: Tensor, centred: Array, inverse: Array, batch: bool) -> Tensor:
    """x̂ γ + β and its rule, with x̂ = ``centred`` · ``inverse``. ``batch``: the statistics are those of the batch.

    x̂ itself is never computed: its factor ``inverse``, one number a channel, joins γ, which saves a pass over x.
    """
    data = centred * (inverse * weight.data)[:, None]
    data += bias.data[:, None]

    def rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor) -> tuple[Array, ...]:
        """With ȳ the gradient: γ̄ = Σ ȳ x̂, β̄ = Σ ȳ, x̄ = γ · inverse · (ȳ − (β̄ + x̂ γ̄) / count).

        The last two terms are what a change of x does to the batch's mean and variance.
        """
        by_result = gradient.reshape(centred.shape)
        ones = np.ones(centred.shape[-1], gradient.dtype)
        by_weight = np.vecdot(by_result, centred).sum(axis=0) * inverse
        by_bias = (by_result @ ones).sum(axis=0)
        scale = (inverse * weight.data)[:, None]
        if not batch:
            return (by_result * scale).reshape(gradient.shape), by_weight, by_bias
        count = by_result.size // len(by_bias)
        by_inputs = centred * (inverse * by_weight / -count)[:, None]
        by_inputs += by_result
        by_inputs -= (by_bias / count)[:, None]
        by_inputs *= scale
        return by_inputs.reshape(gradient.shape), by_weight, by_bias

    return record("batch norm", data.reshape(inputs.shape), (inputs, weight, bias), rule, needed=(weight,))


def layer_norm(inputs: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """(x − μ) / √(σ² + ε) · γ + β, with μ and σ² the mean and variance of each example over its last axes.

    inputs: (..., *shape). weight γ and bias β: shape. Source: Ba, Kiros and Hinton (2016), "Layer normalization".
    """
    check_tensor(inputs, "inputs")
    check_tensor(weight, "weight")
    check_tensor(bias, "bias")
    examples = inputs.shape[: inputs.ndim - weight.ndim]
    if inputs.shape[len(examples) :] != weight.shape or bias.shape != weight.shape:
        raise ValueError(
            f"layer_norm: expected a weight and a bias of one shape and inputs (..., *shape), received {weight.shape}, "
            f"{bias.shape} and {inputs.shape}."
        )
    axes = tuple(range(len(examples), inputs.ndim))
    centred = inputs.data - inputs.data.mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + inputs.dtype.type(eps))
    normalized = centred * inverse

    def rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor) -> tuple[Array, ...]:
        """As for ``batch_norm``, with each example's own mean and variance."""
        over_examples = tuple(range(len(examples)))
        by_weight, by_bias = (gradient * normalized).sum(axis=over_examples), gradient.sum(axis=over_examples)
        slope = gradient * weight.data
        slope -= slope.mean(axis=axes, keepdims=True) + normalized * (slope * normalized).mean(axis=axes, keepdims=True)
        return slope * inverse, by_weight, by_bias

    return record("layer norm", normalized * weight.data + bias.data, (inputs, weight, bias), rule, needed=(weight,))


def group_norm(inputs: Tensor, num_groups: int, weight: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """(x − μ) / √(σ² + ε) · γ + β, with μ and σ² of each example, over one group of its channels and all their places.

    inputs: (n, channels) or (n, channels, ...), the channels in ``num_groups`` groups of neighbours, equally large.
    weight γ and bias β: (channels,). One group is layer normalization over all but the batch (with γ and β a channel);
    a group for each channel is instance normalization. The batch has no part in it: there is no difference between
    training and inference. Source: Wu and He (2018), "Group normalization", equations 1, 2 and 7.
    Raises ValueError for other shapes, a number of groups that does not divide that of the channels, and groups of one
    value, which would all become β.
    """
    check_tensor(inputs, "inputs")
    check_tensor(weight, "weight")
    check_tensor(bias, "bias")
    x = _channels_second("group_norm", inputs, weight, bias)
    count = check_groups(num_groups, x.shape[1])
    groups = (len(x), count, x.shape[1] // count * x.shape[2])
    if groups[2] < 2:
        raise ValueError("group_norm: a group of one value has no variance, and would become β. Take fewer groups.")
    centred = x.reshape(groups) - x.reshape(groups).mean(axis=2, keepdims=True)
    inverse = 1 / np.sqrt((centred * centred).mean(axis=2, keepdims=True) + x.dtype.type(eps))
    normalized = centred * inverse
    data = normalized.reshape(x.shape) * weight.data[:, None] + bias.data[:, None]

    def rule(gradient: Array, result: Tensor, inputs: Tensor, weight: Tensor, bias: Tensor) -> tuple[Array, ...]:
        """As for ``layer_norm``, with each group's own mean and variance."""
        by_result = gradient.reshape(x.shape)
        by_weight, by_bias = (by_result * normalized.reshape(x.shape)).sum(axis=(0, 2)), by_result.sum(axis=(0, 2))
        slope = (by_result * weight.data[:, None]).reshape(groups)
        slope -= slope.mean(axis=2, keepdims=True) + normalized * (slope * normalized).mean(axis=2, keepdims=True)
        return (slope * inverse).reshape(gradient.shape), by_weight, by_bias

    return record("group norm", data.reshape(inputs.shape), (inputs, weight, bias), rule, needed=(weight,))


def check_groups(num_groups: int, channels: int) -> int:
    """``num_groups`` where it divides the number of ``channels``. Raises TypeError or ValueError otherwise."""
    if channels % check_count(num_groups, "num_groups"):
        fitting = ", ".join(str(number) for number in range(1, channels + 1) if not channels % number)
        raise ValueError(
            f"num_groups: {channels} channels cannot be cut into {num_groups} equal groups; into {fitting} they can."
        )
    return int(num_groups)
