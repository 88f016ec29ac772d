"""One step of training, and how good a network is, in PyTorch; here, and only here, arrays become tensors."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from dlcourse.data_parts import Part
from dlcourse.datasets import batches
from dlcourse.errors import CourseError
from dlcourse.images import check_images


def choose_device(prefer: str | None = None) -> torch.device:
    """Where to compute: a graphics card ("cuda"), Apple's ("mps"), or the processor ("cpu"), whatever comes first.

    With ``prefer`` it is that device. Raises CourseError when it is not here, or there is none of that name.
    """
    here = _devices()
    if prefer is None:
        return torch.device(here[0])
    try:
        device = torch.device(prefer)
        if device.type in here:
            torch.empty(0, device=device)  # there may be no second card
            return device
    except (RuntimeError, AssertionError) as error:
        raise CourseError(f"There is no device {str(prefer)!r} here. Found: {', '.join(here)}.") from error
    raise CourseError(
        f"The device {str(prefer)!r} is not here, or this build of PyTorch cannot use it. Found: {', '.join(here)}. "
        "Without an argument, choose_device() takes the first of these."
    )


def _devices() -> list[str]:
    """The kinds of device that PyTorch can use here, fastest first."""
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [kind for kind, available in found.items() if available]


def describe_device(device: torch.device) -> str:
    """A sentence that says which device is used."""
    if device.type == "cuda":
        return f"Computing on the graphics card {torch.cuda.get_device_name(device)} ({device})."
    if device.type == "mps":
        return "Computing on the graphics part of Apple's processor (mps)."
    if _devices() == ["cpu"]:
        return "Computing on the processor (cpu): PyTorch finds no graphics card that it can use."
    return f"Computing on the processor (cpu), as asked; there is {_devices()[0]} too."


def tensors(part: Part, device: torch.device | str | None = None) -> tuple[Tensor, Tensor]:
    """Inputs and labels of a part as tensors on a device; class labels of any integer type become int64.

    On the processor the inputs share the memory of the array. Raises TypeError for images of whole numbers, ValueError
    for images whose channels come last.
    """
    inputs = torch.as_tensor(check_images(part.inputs), device=device)
    labels = torch.as_tensor(part.labels, device=device)
    return inputs, labels if labels.is_floating_point() else labels.long()


def training_step(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
) -> Callable[[Any, Any], float]:
    """A function for ``training.fit``: one step on a mini-batch (inputs, labels) of arrays; returns the loss before it.

    The mini-batch goes to the device of the network. The function raises what ``tensors`` raises.
    """

    def step(inputs: Any, labels: Any) -> float:
        network.train()
        x, y = tensors(Part(inputs, labels), device_of(network))
        optimizer.zero_grad()
        value = loss(network(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


@torch.no_grad()
def evaluate(network: nn.Module, part: Part, *, batch_size: int = 500) -> dict[str, float]:
    """The mean cross-entropy ("loss") and the share of right answers ("accuracy") over a part with class labels.

    No graph is kept, and the network is out of training meanwhile: nothing drops, no statistics change.
    Raises ValueError for an empty part.
    """
    if not len(part):
        raise ValueError("part: expected at least one example.")
    was_training, losses, right = network.training, 0.0, 0
    network.eval()
    try:
        for batch in batches(part, batch_size):
            x, y = tensors(batch, device_of(network))
            logits = network(x)
            losses += nn.functional.cross_entropy(logits, y, reduction="sum").item()
            right += int((logits.argmax(dim=1) == y).sum())
    finally:
        network.train(was_training)
    return {"loss": losses / len(part), "accuracy": right / len(part)}


def device_of(network: nn.Module) -> torch.device:
    """Where a network's parameters are; the processor for a network that has none."""
    first = next(network.parameters(), None)
    return torch.device("cpu") if first is None else first.device
