"""Modules: layers that own their parameters, and networks made of them. Names and defaults are those of ``torch.nn``.

Random starts come from a generator that is passed in, and batch normalization takes inputs of two or more axes in one
class; what else differs from PyTorch is in the table in ``dlcourse.scratch``.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array, check_float_dtype
from dlcourse.scratch import activations, functional, initializers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.image_layers import AdaptiveAvgPool2d, AvgPool2d, Conv2d, Flatten, MaxPool2d
from dlcourse.scratch.modules import Module
from dlcourse.scratch.normalization import check_groups
from dlcourse.scratch.recurrent import GRU, LSTM, RNN, Embedding, GRUCell, LSTMCell, RNNCell
from dlcourse.validation import check_count, check_generator, check_probability

__all__ = [
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GroupNorm",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "RNNCell",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
]


class Linear(Module):
    """y = x Wᵀ + b, with W ``weight`` (out_features, in_features) and b ``bias`` (out_features,).

    ``init``: a function such as ``initializers.kaiming_normal`` for W, with b = 0; without it W and b are drawn evenly
    from ±1/√in_features, as in PyTorch.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        generator: np.random.Generator,
        init: Callable[..., Array] | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        shape = check_count(out_features, "out_features"), check_count(in_features, "in_features")
        draw: dict[str, Any] = {"generator": check_generator(generator), "dtype": dtype}
        bound = 1 / math.sqrt(in_features)
        weight = init(shape, **draw) if init is not None else initializers.uniform(shape, bound, **draw)
        # Column by column in memory, so that Wᵀ is read in order: the product x Wᵀ is a third faster.
        self.weight = Tensor(np.asfortranarray(weight), requires_grad=True)
        start = initializers.uniform(shape[:1], 0.0 if init is not None else bound, **draw)
        self.bias = Tensor(start, requires_grad=True) if bias else None

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., in_features) -> (..., out_features)."""
        return functional.linear(inputs, self.weight, self.bias)

    def forward_relu(self, inputs: Tensor) -> Tensor:
        """The same with a ReLU behind it, as one operation."""
        return functional.linear(inputs, self.weight, self.bias, relu=True)

    def description(self) -> str:
        """The sizes."""
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


class Sequential(Module):
    """Modules one after the other: ``Sequential(Linear(...), ReLU(), Linear(...))``; ``network[0]`` is the first."""

    def __init__(self, *modules: Module) -> None:
        for number, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(
                    f"Sequential takes modules, but number {number} is {module!r}. Is it a class, without ()?"
                )
        self.modules = modules
        self.stages = list(_stages(modules))

    def forward(self, inputs: Tensor) -> Tensor:
        """Each module takes what the one before gives. A linear layer and the ReLU behind it make one node."""
        for stage in self.stages:
            if len(stage) == 2 and _are_as_written(*stage):
                inputs = stage[0].forward_relu(inputs)
            else:
                for module in stage:
                    inputs = module(inputs)
        return inputs

    def children(self) -> Iterator[tuple[str, Module]]:
        """The modules, named by their numbers."""
        return ((str(number), module) for number, module in enumerate(self.modules))

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules)

    def __len__(self) -> int:
        return len(self.modules)

    def __getitem__(self, index: int) -> Module:
        return self.modules[index]


def _stages(modules: tuple[Module, ...]) -> Iterator[tuple[Any, ...]]:
    """The modules one by one; a linear layer and the ReLU behind it as a pair."""
    place = 0
    while place < len(modules):
        pair = modules[place : place + 2]
        size = 2 if [type(module) for module in pair] == [Linear, ReLU] else 1
        yield pair[:size]
        place += size


class Activation(Module):
    """An activation function as a module, for ``Sequential``."""

    def __init__(self, function: Callable[..., Tensor], **options: Any) -> None:
        self.function, self.options = function, options

    def forward(self, inputs: Tensor) -> Tensor:
        """The function of every entry."""
        return self.function(inputs, **self.options)

    def description(self) -> str:
        """The options."""
        return ", ".join(f"{name}={value!r}" for name, value in self.options.items())


class ReLU(Activation):
    """max(x, 0)."""

    def __init__(self) -> None:
        super().__init__(functional.relu)


class LeakyReLU(Activation):
    """x for x > 0, else negative_slope · x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__(functional.leaky_relu, negative_slope=negative_slope)


class Sigmoid(Activation):
    """σ(x) = 1 / (1 + e⁻ˣ)."""

    def __init__(self) -> None:
        super().__init__(functional.sigmoid)


class Tanh(Activation):
    """The hyperbolic tangent."""

    def __init__(self) -> None:
        super().__init__(functional.tanh)


class GELU(Activation):
    """x Φ(x), with Φ the distribution function of the standard normal; ``approximate``: "none" or "tanh"."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__(functional.gelu, approximate=approximate)


class Dropout(Module):
    """In training sets entries to 0 with probability ``p`` and divides the others by 1 − p; else changes nothing."""

    def __init__(self, p: float = 0.5, *, generator: np.random.Generator) -> None:
        self.p, self.generator = check_probability(p, "p"), check_generator(generator)

    def forward(self, inputs: Tensor) -> Tensor:
        """Any shape; the same shape."""
        return functional.dropout(inputs, self.p, self.training, generator=self.generator)

    def description(self) -> str:
        """The probability."""
        return f"p={self.p}"


class BatchNorm(Module):
    """Each channel to mean β and standard deviation γ over the batch: see ``functional.batch_norm``.

    Takes (n, num_features) and (n, num_features, ...): both PyTorch's BatchNorm1d and BatchNorm2d.
    """

    buffers = ("running_mean", "running_var")

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, dtype: DTypeLike = np.float32
    ) -> None:
        size, dtype = check_count(num_features, "num_features"), check_float_dtype(dtype)
        self.eps, self.momentum = eps, momentum
        self.weight = Tensor(np.ones(size, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(size, dtype), requires_grad=True)
        self.running_mean, self.running_var = np.zeros(size, dtype), np.ones(size, dtype)

    def forward(self, inputs: Tensor) -> Tensor:
        """In training with the batch's own statistics, else with the running ones."""
        return functional.batch_norm(
            inputs, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def description(self) -> str:
        """The number of channels."""
        return f"{len(self.running_mean)}, eps={self.eps}, momentum={self.momentum}"


class LayerNorm(Module):
    """Each example to mean β and standard deviation γ over its last axes: see ``functional.layer_norm``."""

    def __init__(
        self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5, dtype: DTypeLike = np.float32
    ) -> None:
        self.eps = eps
        dtype = check_float_dtype(dtype)
        self.weight = Tensor(np.ones(normalized_shape, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(normalized_shape, dtype), requires_grad=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., *normalized_shape), the same shape."""
        return functional.layer_norm(inputs, self.weight, self.bias, self.eps)

    def description(self) -> str:
        """The shape."""
        return f"{self.weight.shape}, eps={self.eps}"


class GroupNorm(Module):
    """Each example's groups of channels to mean 0 and variance 1, then γ and β: see ``functional.group_norm``."""

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, dtype: DTypeLike = np.float32) -> None:
        size, dtype = check_count(num_channels, "num_channels"), check_float_dtype(dtype)
        self.num_groups, self.eps = check_groups(num_groups, size), eps
        self.weight = Tensor(np.ones(size, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(size, dtype), requires_grad=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, num_channels) or (n, num_channels, ...), the same shape; in training as outside of it."""
        return functional.group_norm(inputs, self.num_groups, self.weight, self.bias, self.eps)

    def description(self) -> str:
        """The numbers of groups and of channels."""
        return f"{self.num_groups}, {len(self.bias)}, eps={self.eps}"


_LINEAR, _RELU, _CALL = Linear.forward, ReLU.forward, Module.__call__


def _are_as_written(linear: Linear, relu: ReLU) -> bool:
    """Whether calling the two runs what stands in this module: no subclass, and nothing put in its place since."""
    if type(linear) is not Linear or type(relu) is not ReLU or relu.function is not activations.relu:
        return False
    if Linear.__call__ is not _CALL or ReLU.__call__ is not _CALL:
        return False
    return getattr(linear.forward, "__func__", None) is _LINEAR and getattr(relu.forward, "__func__", None) is _RELU
