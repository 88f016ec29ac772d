"""Small networks of PyTorch for the cases of exercises, and what of them and of a loss can be compared: plain numbers.

They compute in float64, so that two right ways to write a formula agree to many digits. PyTorch is loaded when a case
is made, not before.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.wording import is_number, kind_of
from dlcourse.numerals import number

if TYPE_CHECKING:
    import torch


def network_of(generator: np.random.Generator, sizes: Sequence[int], dropout: float = 0.0) -> torch.nn.Sequential:
    """A network of linear layers with these sizes and tanh between them; behind each tanh dropout, where it is wanted.

    Weights and biases are drawn from ``generator``.
    """
    import torch

    layers: list[torch.nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Tanh()]
        layers += [torch.nn.Dropout(dropout)] if dropout else []
    while not isinstance(layers[-1], torch.nn.Linear):
        layers.pop()
    network = torch.nn.Sequential(*layers).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.from_numpy(generator.normal(0, 0.7, tuple(parameter.shape))))
    return network


def classes_for(
    generator: np.random.Generator, examples: int, inputs: int, classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (examples, inputs) and labels (examples,) in which every class comes up."""
    import torch

    drawn = generator.normal(size=(examples, inputs))
    labels = generator.permutation(np.arange(examples) % classes)
    return torch.from_numpy(drawn), torch.from_numpy(labels)


def values_for(
    generator: np.random.Generator, examples: int, inputs: int, outputs: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (examples, inputs) and targets (examples, outputs) for a regression."""
    import torch

    drawn, targets = (generator.normal(size=(examples, size)) for size in (inputs, outputs))
    return torch.from_numpy(drawn), torch.from_numpy(targets)


def flat(tensors: Iterable[torch.Tensor]) -> Array:
    """All entries of some tensors in one array."""
    return np.concatenate([np.zeros(0), *(each.detach().numpy().ravel() for each in tensors)])


def number_in(returned: Any) -> tuple[float, str]:
    """The number that a function returned, a tensor's too (nan where there is none), and in words what it returned.

    The words are "" for a number of Python or NumPy.
    """
    if is_number(returned) and not isinstance(returned, bool | complex):
        return float(returned), ""
    try:
        return float(returned), kind_of(returned)
    except Exception:
        return math.nan, kind_of(returned)


def near(expected: Any, received: Any) -> bool:
    """Whether numbers agree as those of two right functions do."""
    return np.shape(expected) == np.shape(received) and bool(np.allclose(received, expected, rtol=1e-7, atol=1e-9))


def digits(numbers: Iterable[float]) -> str:
    """Numbers as a text that is the same for those of two functions that do the same."""
    return " ".join(number(each, 5) for each in numbers)
