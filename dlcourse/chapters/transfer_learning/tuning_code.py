"""What the exercises ask for, as it is written with PyTorch, and a fine-tuning full of bugs to be mended.

PyTorch is imported where a function runs: the exercises can be listed without it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlcourse.arrays import Array

if TYPE_CHECKING:
    from torch import Tensor, nn


def trainable_parameters(network: "nn.Module", frozen: Sequence[str]) -> int:
    """Freeze the layers named in ``frozen``, let all others learn, and return how many numbers learn now."""
    for name, layer in network.named_children():
        layer.requires_grad_(name not in frozen)
    return sum(each.numel() for each in network.parameters() if each.requires_grad)


def extract_features(network: "nn.Sequential", images: Array, layer: str) -> Array:
    """What ``layer`` gives for images (n, channels, height, width): the mean of each map, an array (n, maps)."""
    import torch

    was_training = network.training
    network.eval()
    outputs = torch.from_numpy(images)
    with torch.no_grad():
        for name, part in network.named_children():
            outputs = part(outputs)
            if name == layer:
                break
    network.train(was_training)
    return outputs.mean(dim=(2, 3)).numpy()


def replace_head(network: Any, classes: int) -> Any:
    """Put a fresh linear layer for ``classes`` in place of ``network.head``, and return the network."""
    from torch import nn

    old = network.head
    network.head = nn.Linear(old.in_features, classes)
    return network


def layer_rates(network: "nn.Module", rate: float, decay: float) -> list[dict[str, Any]]:
    """The parameters that learn, layer by layer, with rates that fall from the last layer to the first."""
    layers = [layer for layer in network.children() if list(layer.parameters())]
    groups = []
    for distance, layer in enumerate(reversed(layers)):
        learning = [each for each in layer.parameters() if each.requires_grad]
        if learning:
            groups.append({"params": learning, "lr": rate * decay**distance})
    return groups


def mended_fine_tuning(
    network: Any, inputs: "Tensor", labels: "Tensor", orders: "Tensor", classes: int, rate: float
) -> list[float]:
    """Give ``network`` a new head and train it, all but its stem; return each mini-batch's loss before its step."""
    from torch import nn, optim
    from torch.nn import functional

    network.head = nn.Linear(network.head.in_features, classes, dtype=inputs.dtype)
    nn.init.zeros_(network.head.weight)
    nn.init.zeros_(network.head.bias)
    network.stem.requires_grad_(False)
    groups = [
        {"params": list(network.block.parameters()), "lr": rate / 10},
        {"params": list(network.head.parameters()), "lr": rate},
    ]
    optimizer = optim.SGD(groups, momentum=0.9, weight_decay=0.01)
    losses = []
    for batch in orders:
        network.train()
        network.stem.eval()
        loss = functional.cross_entropy(network(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def buggy_fine_tuning(
    network: Any, inputs: "Tensor", labels: "Tensor", orders: "Tensor", classes: int, rate: float
) -> list[float]:
    """Give ``network`` a new head and train it, all but its stem; return each mini-batch's loss before its step.

    Four bugs are planted in it. Python reports none of them.
    """
    from torch import nn, optim
    from torch.nn import functional

    optimizer = optim.SGD(network.parameters(), lr=rate, momentum=0.9, weight_decay=0.01)
    network.head = nn.Linear(network.head.in_features, classes, dtype=inputs.dtype)
    nn.init.zeros_(network.head.weight)
    nn.init.zeros_(network.head.bias)
    losses = []
    for batch in orders:
        network.train()
        loss = functional.cross_entropy(network(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        for parameter in network.stem.parameters():
            parameter.grad.zero_()  # the stem is frozen
        optimizer.step()
        losses.append(loss.item())
    return losses
