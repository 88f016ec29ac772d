"""Deep networks of equal layers, each choice by its name: so that one of them is changed and all else stays.

Layer l takes h (n, width) to φ(N(W h + b)): a linear map, a normalization N where there is one, an activation φ. The
last layer is the linear map alone, and gives the logits. How such a network begins is what ``signals`` looks at.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array
from dlcourse.scratch import initializers
from dlcourse.scratch.layers import (
    BatchNorm,
    Flatten,
    GroupNorm,
    LayerNorm,
    LeakyReLU,
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
)
from dlcourse.scratch.modules import Module
from dlcourse.validation import check_count, check_generator

Choice = TypeVar("Choice")
Start = Callable[..., Array]  # (shape, generator=..., dtype=...) -> the weight
GROUPS = 4  # of group normalization


def even(shape: initializers.Shape, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Evenly from −1/√fan_in to 1/√fan_in: variance 1/(3 fan_in), what PyTorch's linear layer begins with."""
    return initializers.uniform(shape, 1 / math.sqrt(initializers.fans(shape)[0]), generator=generator, dtype=dtype)


STARTS: Mapping[str, Start] = MappingProxyType(
    {
        "zeros": initializers.zeros,
        "normal 0.01": initializers.normal,  # standard deviation 0.01, whatever the width
        "even ±1/√n": even,
        "1/√n": initializers.lecun_normal,  # standard deviation 1/√n, n = fan_in
        "Glorot": initializers.xavier_normal,
        "He": initializers.kaiming_normal,
        "orthogonal": initializers.orthogonal,
    }
)
ACTIVATIONS: Mapping[str, Callable[[], Module] | None] = MappingProxyType(
    {"none": None, "sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU, "leaky ReLU": LeakyReLU}
)
NORMALIZATIONS: Mapping[str, Callable[..., Module] | None] = MappingProxyType(
    {
        "none": None,
        "batch": BatchNorm,
        "layer": LayerNorm,
        "group": lambda width, dtype: GroupNorm(GROUPS, width, dtype=dtype),
    }
)


def deep_network(
    inputs: int,
    outputs: int,
    *,
    depth: int = 20,
    width: int = 64,
    start: str | Start = "He",
    activation: str = "ReLU",
    normalization: str = "none",
    generator: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """A network with ``depth`` linear layers, all but the last followed by normalization and activation.

    It takes (n, inputs), or images with so many pixels, and gives (n, outputs). ``start``: a name in ``STARTS``, or a
    function such as those of ``initializers``; biases begin at 0, and are left out where a normalization follows, which
    would take them away again (its β stands in for them). Weights are drawn in order from ``generator``, so that two
    networks with the same one differ in nothing but what was changed. Raises ValueError for a name that is not known,
    and for a width that group normalization cannot divide by 4.
    """
    check_count(depth, "depth")
    check_generator(generator)
    draw = chosen(STARTS, start, "start") if isinstance(start, str) else start
    normalize = chosen(NORMALIZATIONS, normalization, "normalization")
    activate = chosen(ACTIVATIONS, activation, "activation")
    modules: list[Module] = [Flatten()]
    for layer in range(1, depth):
        before = inputs if layer == 1 else width
        bias = normalize is None
        modules.append(Linear(before, width, bias, generator=generator, init=draw, dtype=dtype))
        if normalize is not None:
            modules.append(normalize(width, dtype=dtype))
        if activate is not None:
            modules.append(activate())
    last = inputs if depth == 1 else width
    modules.append(Linear(last, outputs, generator=generator, init=draw, dtype=dtype))
    return Sequential(*modules)


def chosen(table: Mapping[str, Choice], name: str, what: str) -> Choice:
    """The entry of that name. Raises ValueError that lists the names there are."""
    if name not in table:
        raise ValueError(f"{what}: expected one of {', '.join(table)}, received {name!r}.")
    return table[name]
