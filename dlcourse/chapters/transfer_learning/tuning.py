"""Training on a target from layers that were copied: which of them are drawn anew, frozen, or tuned; by Adam.

The stored runs (``data/make_transfer_runs.py``) and the training in the experiment are made by the same lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dlcourse.data_parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from torch import nn

LAYERS = ("stem", "block1", "block2", "block3", "head")  # of the glyph network, from input to output
DEPTH = len(LAYERS) - 1  # layers that can be copied: the head is the source's own
BATCH_SIZE = 25
AT_ONCE = 250  # images whose outputs are computed together


def few(part: Part, per_class: int, seed: int) -> Part:
    """So many examples of each class, drawn by ``seed``: more of a class from the same seed begin with the same."""
    generator, chosen = np.random.default_rng(seed), []
    for label in np.unique(part.labels):
        chosen.append(generator.permutation(np.flatnonzero(part.labels == label))[:per_class])
    places = np.concatenate(chosen)
    return Part(part.inputs[places], part.labels[places])


def start(classes: int, copied: int, seed: int, source: nn.Module | None = None) -> nn.Module:
    """A glyph network of so many classes: its first ``copied`` layers, 0 to 4, are the source's, the others new.

    What is new is drawn by ``seed`` as He et al. (2015) do. ``source``: a glyph network; None: the pretrained one.
    """
    from dlcourse.pytorch import pretrained
    from dlcourse.pytorch.blocks import initialize
    from dlcourse.pytorch.glyph_networks import glyph_resnet

    network = initialize(glyph_resnet(classes), seed)
    if copied:
        whole = pretrained("glyph-resnet") if source is None else source
        for name in LAYERS[:copied]:
            network.get_submodule(name).load_state_dict(whole.get_submodule(name).state_dict())
    return network


def outputs(network: nn.Module, inputs: NDArray[np.float32] | torch.Tensor) -> torch.Tensor:
    """What a network gives for many inputs: no gradient, normalization by the statistics that it holds."""
    import torch

    network.eval()
    with torch.no_grad():
        return torch.cat([network(some) for some in torch.as_tensor(inputs).split(AT_ONCE)])


class Tuning:
    """The layers above ``frozen`` (0 to 4 of them) learn ``part``; what the frozen ones give is computed once.

    Frozen layers keep their weights and, in batch normalization, their statistics. Of the layers that learn, those up
    to ``copied`` do so with the learning rate ``copied_rate``, a tenth of ``rate`` where none is given; those above
    are new and learn with ``rate``. ``updates``: how many were made.
    """

    def __init__(
        self,
        network: nn.Module,
        part: Part,
        *,
        copied: int,
        frozen: int,
        rate: float,
        copied_rate: float | None = None,
        seed: int,
    ) -> None:
        import torch

        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # another order in memory: faster
        names, parts = zip(*network.named_children(), strict=True)
        place = names.index(LAYERS[frozen])
        self.body, self.tail = torch.nn.Sequential(*parts[:place]), torch.nn.Sequential(*parts[place:])
        self.inputs, self.labels = self.before(part.inputs), torch.as_tensor(part.labels)
        rates = [rate / 10 if copied_rate is None else copied_rate] * copied + [rate] * (len(LAYERS) - copied)
        learning = list(zip(LAYERS, rates, strict=True))[frozen:]
        groups = [{"params": network.get_submodule(name).parameters(), "lr": own} for name, own in learning]
        self.optimizer = torch.optim.Adam(groups, fused=True)
        self.updates = 0
        self._batches = _batches(len(part), np.random.default_rng(seed))

    def before(self, images: NDArray[np.float32]) -> torch.Tensor:
        """What the frozen layers give for images (n, 1, 28, 28), to be handed to ``logits``."""
        return outputs(self.body, images)

    def train(self, updates: int) -> None:
        """Goes on until so many updates were made in all."""
        from torch.nn.functional import cross_entropy

        self.tail.train()
        while self.updates < updates:
            rows = next(self._batches)
            self.optimizer.zero_grad()
            cross_entropy(self.tail(self.inputs[rows]), self.labels[rows]).backward()
            self.optimizer.step()
            self.updates += 1

    def logits(self, before: torch.Tensor) -> torch.Tensor:
        """Scores (n, classes) from what ``before`` gave."""
        return outputs(self.tail, before)

    def features(self, before: torch.Tensor) -> NDArray[np.float32]:
        """What the head reads (n, 64), from what ``before`` gave."""
        result: NDArray[np.float32] = outputs(self.tail[:-1], before).numpy()
        return result


def right(logits: torch.Tensor, labels: NDArray[np.int64]) -> int:
    """How many of the highest scores are those of the labels."""
    return int((logits.argmax(dim=1).numpy() == labels).sum())


def _batches(count: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Rows for one update after the other: all examples in a new order, again and again."""
    waiting = np.empty(0, np.int64)
    while True:
        while len(waiting) < BATCH_SIZE:
            waiting = np.concatenate([waiting, generator.permutation(count)])
        yield waiting[:BATCH_SIZE]
        waiting = waiting[BATCH_SIZE:]
