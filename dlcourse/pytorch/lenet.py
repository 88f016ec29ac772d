"""LeNet-5 of 1998, with the three parts that nobody builds any more. See ``architectures``."""

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dlcourse.pytorch.blocks import Concatenate

# Which of the six maps of S2 each of the sixteen maps of C3 reads: table I of LeCun et al. (1998).
C3_TABLE = (
    *[tuple(sorted((first + offset) % 6 for offset in range(3))) for first in range(6)],
    *[tuple(sorted((first + offset) % 6 for offset in range(4))) for first in range(6)],
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


class ScaledTanh(nn.Module):
    """1.7159 tanh(2x/3), which is close to 1 at 1 and to −1 at −1. Source: LeCun et al. (1998), appendix A."""

    def forward(self, inputs: Tensor) -> Tensor:
        """A tensor of any shape -> the same shape."""
        return 1.7159 * torch.tanh(inputs * (2 / 3))


class Subsampling(nn.Module):
    """Each window of 2 × 2 summed, times a learnt coefficient, plus a learnt bias: one of both for each channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels, 1, 1), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, channels, height / 2, width / 2)."""
        return 4 * nn.functional.avg_pool2d(inputs, 2) * self.weight + self.bias


class SparseConv2d(nn.Module):
    """A convolution whose every map reads some of the input's maps only: ``table`` lists them for each."""

    def __init__(self, table: Sequence[Sequence[int]], kernel_size: int) -> None:
        super().__init__()
        self.table = [list(maps) for maps in table]
        self.convolutions = nn.ModuleList(nn.Conv2d(len(maps), 1, kernel_size) for maps in table)
        self.concatenate = Concatenate()

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, maps, height, width) -> (n, entries of the table, ...)."""
        parts = [one(inputs[:, maps]) for one, maps in zip(self.convolutions, self.table, strict=True)]
        return self.concatenate(*parts)


def lenet5() -> nn.Sequential:
    """LeNet-5 for digits of 1 × 32 × 32, ten classes, as published but for its last layer.

    Up to F6 it has the 60,000 trainable parameters of the paper, with the sparse table for C3 and a coefficient and a
    bias for each map of S2 and S4. Its output compared F6 with fixed bitmaps of the characters, without parameters;
    here stands a linear layer with 850, to be trained by cross-entropy. What is called LeNet-5 today, with a full C3
    and plain pooling, has 61,706. Source: LeCun, Bottou, Bengio, Haffner (1998), "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86(11), section II.B.
    """
    return nn.Sequential(
        OrderedDict(
            C1=nn.Conv2d(1, 6, 5),  # 28 x 28
            S2=nn.Sequential(Subsampling(6), ScaledTanh()),  # 14 x 14
            C3=SparseConv2d(C3_TABLE, 5),  # 10 x 10
            S4=nn.Sequential(Subsampling(16), ScaledTanh()),  # 5 x 5
            C5=nn.Sequential(nn.Conv2d(16, 120, 5), ScaledTanh()),  # 1 x 1: the window covers the whole map
            F6=nn.Sequential(nn.Flatten(), nn.Linear(120, 84), ScaledTanh()),
            output=nn.Linear(84, 10),
        )
    )
