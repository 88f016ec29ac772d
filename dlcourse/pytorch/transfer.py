"""Transfer learning: which layers of a trained network stay, which learn on, and how fast; and what its layers see.

A layer is a direct child of the network that holds parameters; its depth is its place, counted from the input, the
first one 1. All functions work on any network whose children stand in this order, those of torchvision among them.
Those that say so change the network that they are given, and return it.
"""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from dlcourse.pytorch.features import FeatureCache, check_target_images, features
from dlcourse.pytorch.freezing_report import Report, report
from dlcourse.pytorch.kept_statistics import keep_statistics
from dlcourse.pytorch.layers import depth_of, layers_of, part_named
from dlcourse.validation import check_count, check_positive

__all__ = [
    "FeatureCache",
    "Report",
    "check_target_images",
    "features",
    "freeze",
    "layers_of",
    "parameter_groups",
    "replace_head",
    "report",
    "unfreeze",
    "unfreeze_gradually",
]


def freeze(
    network: nn.Module,
    upto: str | int | None = None,
    *,
    names: Iterable[str] | None = None,
    statistics: bool = True,
) -> nn.Module:
    """Lets layers keep their weights, and returns the network: no gradient leads to them, and none is left in them.

    upto: the last layer that is frozen, a name or a depth (0: none); all before it are frozen too. names: only these,
    layers or parts of such ("block3.branch"). Neither: all of the network. What is not named stays as it is.
    statistics: whether the batch normalizations of what is frozen keep their running mean and variance and normalize
    with them, in training too, as they would in evaluation mode. They do not need a gradient to move: with False each
    pass in training mode brings them nearer to the new images, and the frozen layers give other numbers.
    Raises ValueError for a layer that is not there, with those that are; TypeError for both of upto and names.
    """
    for part in _parts(network, names, upto=upto):
        for parameter in part.parameters():
            parameter.requires_grad_(False)
            parameter.grad = None  # an optimizer that holds it leaves it alone: no weight decay, no momentum
        keep_statistics(part, statistics)
    return network


def unfreeze(network: nn.Module, from_: str | int | None = None, *, names: Iterable[str] | None = None) -> nn.Module:
    """Lets layers learn again, their batch statistics move again in training, and returns the network.

    from_: the first layer that learns, a name or a depth; all behind it learn too. names: only these, layers or parts
    of such. Neither: all of the network. What is not named stays as it is. Raises as ``freeze`` does.
    """
    for part in _parts(network, names, from_=from_):
        part.requires_grad_(True)
        keep_statistics(part, False)
    return network


def _parts(
    network: nn.Module, names: Iterable[str] | None, *, upto: str | int | None = None, from_: str | int | None = None
) -> list[nn.Module]:
    """The parts of the network that are meant."""
    argument, layer = ("upto", upto) if upto is not None else ("from_", from_)
    if names is not None:
        if layer is not None:
            raise TypeError(f"Expected {argument} or names, received both.")
        names = [names] if isinstance(names, str) else list(names)
        return [part_named(network, name, "names") for name in names]
    if layer is None:
        return [network]
    layers = layers_of(network)
    if argument == "upto":
        chosen = layers[: depth_of(network, layer, argument)]
    else:
        chosen = layers[depth_of(network, layer, argument, low=1) - 1 :]
    return [part_named(network, name) for name in chosen]


def unfreeze_gradually(network: nn.Module, epoch: int, *, every: int = 1) -> list[str]:
    """Lets the head learn alone at first, and one layer more each ``every`` epochs; returns the layers that learn now.

    To be called before each epoch, counted from 0; the layers below are frozen with their statistics. Make the
    optimizer before the first call, while all layers learn: it has to hold what it will have to move. As long as
    a layer is frozen, it passes it over.
    Source: Howard, Ruder (2018), "Universal language model fine-tuning for text classification", ACL, section 3.3.
    """
    layers = layers_of(network)
    learning = min(1 + check_count(epoch, "epoch", low=0) // check_count(every, "every"), len(layers))
    freeze(network, upto=len(layers) - learning)
    unfreeze(network, from_=len(layers) - learning + 1)
    return layers[-learning:]


def replace_head(network: nn.Module, classes: int, *, generator: torch.Generator | None = None) -> nn.Module:
    """Puts a fresh linear layer for ``classes`` in place of the network's last one, and returns the network.

    It sees what the old one saw, is of the same dtype on the same device, and learns, whatever is frozen. Its weights
    and biases start as PyTorch starts them, uniformly in ±1 / √(inputs); drawn from ``generator``, or without one from
    PyTorch's global generator. Raises ValueError for a network whose last layer with parameters is not linear.
    """
    classes = check_count(classes, "classes")
    if generator is not None and not isinstance(generator, torch.Generator):
        raise TypeError(
            f"generator: expected a generator of PyTorch's, received {type(generator).__name__}. Make one with "
            "torch.Generator().manual_seed(seed)."
        )
    with_parameters = [name for name, part in network.named_modules() if list(part.parameters(recurse=False))]
    name = with_parameters[-1] if with_parameters else ""
    old = network.get_submodule(name)
    if not name or not isinstance(old, nn.Linear):
        raise ValueError(
            f"network: expected one that ends in an nn.Linear inside of it; the last part with parameters is "
            f"{name or 'the network itself'}, of type {type(old).__name__}."
        )
    fresh = nn.utils.skip_init(
        nn.Linear, old.in_features, classes, bias=old.bias is not None, dtype=old.weight.dtype, device=old.weight.device
    )
    for parameter in fresh.parameters():
        nn.init.uniform_(parameter, -1 / math.sqrt(old.in_features), 1 / math.sqrt(old.in_features), generator)
    parent, _, own = name.rpartition(".")
    setattr(network.get_submodule(parent), own, fresh)
    return network


def parameter_groups(
    network: nn.Module, rate: float, *, head_rate: float | None = None, decay: float = 1.0
) -> list[dict[str, Any]]:
    """What an optimizer of PyTorch's takes in place of ``network.parameters()``: a learning rate for each layer.

    One group for each layer, from the input to the head, with its parameters that learn ("params"), its rate ("lr")
    and its name ("name"); frozen ones are left out. A layer d layers before the head has the rate rate · decay^d, the
    head ``head_rate`` where that is given. Raises ValueError where nothing learns, or a number is out of range.
    Source: Howard, Ruder (2018), section 3.2, discriminative fine-tuning, where decay is 1 / 2.6.
    """
    rate, decay = check_positive(rate, "rate"), check_positive(decay, "decay")
    if decay > 1:
        raise ValueError(f"decay: expected at most 1, so that rates fall towards the input, received {decay:g}.")
    layers = layers_of(network)
    learning: dict[str, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():  # one that two layers share comes once
        if parameter.requires_grad:
            learning.setdefault(name.partition(".")[0], []).append(parameter)
    if not learning:
        raise ValueError("network: expected parameters that learn, but all are frozen: unfreeze the head at least.")
    groups = []
    for name, parameters in learning.items():
        distance = len(layers) - 1 - layers.index(name) if name in layers else len(layers)  # its own: at the input
        own = head_rate if head_rate is not None and distance == 0 else rate * decay**distance
        groups.append({"params": parameters, "lr": check_positive(own, "head_rate"), "name": name})
    return groups
