"""What the exercises ask for, as it is written with PyTorch, and a training loop full of bugs to be mended.

PyTorch is imported where a function runs: the exercises can be listed without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn, optim

    Loss = Callable[[Tensor, Tensor], Tensor]


def one_step(network: nn.Module, optimizer: optim.Optimizer, loss: Loss, inputs: Tensor, labels: Tensor) -> float:
    """Update ``network`` once, with a mini-batch; return the mini-batch's loss before the update."""
    value = loss(network(inputs), labels)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.item()


def accuracy_of(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """The share of right answers in evaluation mode, without a graph; the network's mode is as before afterwards."""
    import torch

    was_training = network.training
    network.eval()
    with torch.no_grad():
        logits = network(inputs)
    network.train(was_training)
    return (logits.argmax(dim=1) == labels).float().mean().item()


def mended_training(
    network: nn.Module, inputs: Tensor, labels: Tensor, orders: Tensor, batch_size: int, learning_rate: float
) -> list[float]:
    """Train ``network`` one epoch for each row of ``orders``, in which its examples come; return the mean losses."""
    from torch import optim
    from torch.nn import functional

    optimizer = optim.SGD(network.parameters(), lr=learning_rate, momentum=0.9)
    losses = []
    for order in orders:
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = functional.cross_entropy(network(inputs[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(order))
    return losses


def buggy_training(
    network: nn.Module, inputs: Tensor, labels: Tensor, orders: Tensor, batch_size: int, learning_rate: float
) -> list[float]:
    """Train ``network`` one epoch for each row of ``orders``, in which its examples come; return the mean losses.

    Six bugs are planted in it. Python reports none of them.
    """
    from torch import optim
    from torch.nn import functional

    losses: list = []
    for order in orders:
        optimizer = optim.SGD(network.parameters(), lr=learning_rate, momentum=0.9)
        batch_losses = []
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            probabilities = functional.softmax(network(inputs[batch]), dim=1)
            loss = functional.cross_entropy(probabilities, labels[start : start + batch_size])
            loss.backward()
            optimizer.step()
            batch_losses.append(loss)
        losses.append(sum(batch_losses) / len(order))
    return losses
