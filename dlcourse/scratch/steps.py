"""One step of training, and how good a network is, for networks of ``layers``; for PyTorch's: ``pytorch.steps``."""

from collections.abc import Callable

from numpy.typing import ArrayLike

from dlcourse.data_parts import Part
from dlcourse.datasets import batches
from dlcourse.images import check_images
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.modules import Module
from dlcourse.scratch.optimizing import Optimizer


def training_step(
    network: Module, optimizer: Optimizer, loss: Callable[[Tensor, ArrayLike], Tensor] = functional.cross_entropy
) -> Callable[[ArrayLike, ArrayLike], float]:
    """A function for ``training.fit``: one step on a mini-batch (inputs, labels) of arrays; returns the loss before it.

    The function raises TypeError or ValueError for images of whole numbers or with their channels last.
    """

    def step(inputs: ArrayLike, labels: ArrayLike) -> float:
        network.train()
        optimizer.zero_grad()
        value = loss(network(Tensor(check_images(inputs))), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def evaluate(network: Module, part: Part, *, batch_size: int = 500) -> dict[str, float]:
    """The mean cross-entropy ("loss") and the share of right answers ("accuracy") over a part with class labels.

    No graph is kept, and the network is out of training meanwhile: nothing drops, no statistics change.
    Raises ValueError for an empty part.
    """
    if not len(part):
        raise ValueError("part: expected at least one example.")
    was_training, losses, right = network.training, 0.0, 0
    network.eval()
    try:
        with no_grad():
            for batch in batches(part, batch_size):
                logits = network(Tensor(check_images(batch.inputs)))
                losses += functional.cross_entropy(logits, batch.labels).item() * len(batch)
                right += int((logits.argmax(axis=1) == batch.labels).sum())
    finally:
        network.train(was_training)
    return {"loss": losses / len(part), "accuracy": right / len(part)}
