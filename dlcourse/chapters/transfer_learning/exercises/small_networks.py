"""Small networks of PyTorch for the cases of exercises. PyTorch is loaded when a case is made, not before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.numerals import number

if TYPE_CHECKING:
    import torch
    from torch import nn


def convolutional(generator: np.random.Generator, names: Sequence[str], classes: int = 3) -> nn.Sequential:
    """Layers of these names for images of one channel, each a convolution with its normalization, and a head behind.

    Between them and ``head``, a linear layer, stands ``pool``, which has no parameters. The numbers of channels are
    drawn, and so are weights and statistics: in float64, so that two right ways to compute agree to many digits.
    """
    from torch import nn

    channels = [1, *(int(each) for each in generator.integers(2, 5, len(names)))]
    layers: dict[str, nn.Module] = {
        name: nn.Sequential(nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU())
        for name, before, after in zip(names, channels, channels[1:], strict=False)
    }
    layers["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    layers["head"] = nn.Linear(channels[-1], classes)
    return with_drawn_numbers(_sequential(layers), generator)


def of_rows(generator: np.random.Generator, features: int, width: int, classes: int) -> nn.Sequential:
    """``stem``, ``block`` and ``head`` for rows of numbers; the first two have batch normalization. In float64."""
    from torch import nn

    layers: dict[str, nn.Module] = {
        "stem": nn.Sequential(nn.Linear(features, width), nn.BatchNorm1d(width), nn.Tanh()),
        "block": nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Tanh()),
        "head": nn.Linear(width, classes),
    }
    return with_drawn_numbers(_sequential(layers), generator)


def _sequential(layers: dict[str, nn.Module]) -> nn.Sequential:
    from collections import OrderedDict

    from torch import nn

    return nn.Sequential(OrderedDict(layers))


def with_drawn_numbers(network: nn.Sequential, generator: np.random.Generator) -> nn.Sequential:
    """The network in float64, its parameters and running statistics drawn: variances between 0.5 and 2."""
    import torch

    network = network.double()
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            shape = tuple(tensor.shape)
            if tensor.is_floating_point():
                drawn = generator.uniform(0.5, 2, shape) if "var" in name else generator.normal(0, 0.7, shape)
                tensor.copy_(torch.from_numpy(np.asarray(drawn)))
    return network


def flat(tensors: Iterable[torch.Tensor]) -> Array:
    """All entries of some tensors in one array."""
    return np.concatenate([np.zeros(0), *(each.detach().numpy().ravel() for each in tensors)])


def near(expected: Any, received: Any) -> bool:
    """Whether numbers agree as those of two right functions do."""
    return np.shape(expected) == np.shape(received) and bool(np.allclose(received, expected, rtol=1e-7, atol=1e-9))


def digits(numbers: Iterable[float]) -> str:
    """Numbers as a text that is the same for those of two functions that do the same."""
    return " ".join(number(each, 5) for each in numbers)
