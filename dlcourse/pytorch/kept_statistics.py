"""The running statistics of batch normalization in layers that are frozen.

Mean and variance of a batch normalization are no parameters: no gradient leads to them, and ``requires_grad`` does not
hold them. Each pass in training mode moves them, and normalizes with the mini-batch's own instead. In evaluation mode
they stay and are used. But ``network.train()``, which every step of training begins with, puts all parts of the network
into training mode, frozen or not. So what is kept here is a function that PyTorch calls before each pass (a hook),
which takes a frozen normalization back into evaluation mode.
"""

from typing import Any

from torch import nn

NORMALIZATIONS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)
KEPT = "keeps_statistics"  # the attribute that says so


def normalizations_in(part: nn.Module) -> list[nn.Module]:
    """The batch normalizations of a part that have running statistics."""
    found = (each for each in part.modules() if isinstance(each, NORMALIZATIONS))
    return [each for each in found if each.running_mean is not None]


def keep_statistics(part: nn.Module, kept: bool) -> None:
    """Lets all batch normalizations of a part keep their statistics from now on, or move them in training again."""
    for each in normalizations_in(part):
        if not hasattr(each, KEPT):
            each.register_forward_pre_hook(_as_it_is_kept)
        if not kept and statistics_kept(each):
            each.train(part.training)
        setattr(each, KEPT, kept)
        _as_it_is_kept(each)


def statistics_kept(normalization: nn.Module) -> bool:
    """Whether a batch normalization keeps its statistics in training too."""
    return bool(getattr(normalization, KEPT, False))


def _as_it_is_kept(normalization: nn.Module, inputs: Any = None) -> None:
    if statistics_kept(normalization):
        normalization.eval()
