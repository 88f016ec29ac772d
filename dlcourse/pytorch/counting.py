"""What a network costs, layer by layer: parameters, multiply-adds, activations; and what its training keeps.

Sizes are read off while the network runs once, by hooks: functions that PyTorch calls after each module. On the
``meta`` device, where tensors have shapes and no numbers, this costs neither memory nor time.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlcourse.pytorch.steps import device_of

COMPUTES_NOTHING = (nn.Flatten, nn.Identity, nn.Dropout)  # outside of training, no new numbers


@dataclass(frozen=True)
class LayerCount:
    """What one layer costs for one input."""

    name: str  # "conv2.0.branch.0.1": the way to it through the network's parts
    kind: str  # "Conv2d"
    output_shape: tuple[int, ...]  # of one example
    parameters: int  # learnt numbers; of a layer that is used twice, counted once
    multiply_adds: int  # a product and the addition that takes it in; of convolutions and linear layers
    activations: int  # numbers of its result


def count(network: nn.Module, input_shape: tuple[int, ...]) -> list[LayerCount]:
    """The cost of each layer for one input of ``input_shape`` (without the batch), in the order in which they run.

    Counted as in the papers: biases, pooling, normalization, activation functions and sums of two results add no
    multiply-adds. Listed is each module without parts of its own, or with parameters of its own. The network is run
    once, outside of training, on its own device, with zeros.
    """
    counts: list[LayerCount] = []
    seen: set[int] = set()

    def record(name: str, module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        own = [each for each in module.parameters(recurse=False) if id(each) not in seen]
        seen.update(map(id, own))
        shape = tuple(output.shape[1:])
        activations = 0 if isinstance(module, COMPUTES_NOTHING) else math.prod(shape)
        parameters = sum(each.numel() for each in own)
        kind = type(module).__name__
        counts.append(LayerCount(name, kind, shape, parameters, multiply_adds(module, shape), activations))

    was_training = network.training
    hooks = [
        module.register_forward_hook(lambda module, inputs, output, name=name: record(name, module, inputs, output))
        for name, module in network.named_modules()
        if not list(module.children()) or list(module.parameters(recurse=False))
    ]
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, *input_shape, device=device_of(network)))
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return counts


def multiply_adds(module: nn.Module, output_shape: tuple[int, ...]) -> int:
    """How many multiply-adds a layer takes for a result of ``output_shape`` (without the batch).

    Each number of the result is a sum over what its window sees: of a convolution in_channels / groups · rows ·
    columns, of a linear layer in_features.
    """
    results = math.prod(output_shape)
    if isinstance(module, nn.Conv2d):
        return results * module.in_channels // module.groups * math.prod(module.kernel_size)
    if isinstance(module, nn.Linear):
        return results * module.in_features
    return 0


def grouped(counts: Iterable[LayerCount], level: int = 1) -> list[LayerCount]:
    """The counts summed over the parts of the network: those whose names agree in their first ``level`` words."""
    groups: dict[str, list[LayerCount]] = {}
    for each in counts:
        groups.setdefault(".".join(each.name.split(".")[:level]), []).append(each)
    return [_sum(name, members) for name, members in groups.items()]


def total(counts: Iterable[LayerCount]) -> LayerCount:
    """The counts summed over the whole network; its output shape is that of the last layer."""
    return _sum("total", list(counts))


def bytes_for_backward(network: nn.Module, input_shape: tuple[int, ...], batch_size: int = 1) -> int:
    """How many bytes PyTorch keeps for the backward pass of one mini-batch in training, besides the parameters.

    Memory that several operations keep is counted once. Measured by hooks, as ``count`` is.
    """
    kept: dict[int, torch.UntypedStorage] = {}  # holding the storages: else a later one could take an earlier's place

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage._cdata] = storage
        return tensor

    own = {each.untyped_storage()._cdata for each in (*network.parameters(), *network.buffers())}
    inputs = torch.zeros(batch_size, *input_shape, device=device_of(network))
    state = {name: each.clone() for name, each in network.named_buffers()}  # running means, which training changes
    was_training = network.training
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network.train()(inputs)
    network.train(was_training)
    network.load_state_dict(state, strict=False)
    return sum(storage.nbytes() for key, storage in kept.items() if key not in own)


def _sum(name: str, members: list[LayerCount]) -> LayerCount:
    parameters, products, activations = (
        sum(getattr(each, what) for each in members) for what in ("parameters", "multiply_adds", "activations")
    )
    kind = members[0].kind if len(members) == 1 else f"{len(members)} layers"
    return LayerCount(name, kind, members[-1].output_shape, parameters, products, activations)
