"""How many weights and activations well-known networks have, counted in the real architectures without their numbers.

Counted as activations are the results of convolutions, additions and dense layers; a ReLU works in place.
"""

from functools import lru_cache
from itertools import groupby

NETWORKS = {"alexnet": "AlexNet", "vgg16": "VGG-16", "resnet18": "ResNet-18", "resnet50": "ResNet-50"}
IMAGE = (3, 224, 224)
MOST_SEGMENTS = 8  # AlexNet has no more layers
Blocks = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=len(NETWORKS))
def sizes(network: str) -> tuple[int, Blocks]:
    """The number of weights of ``network``, and by block the activations of its layers for one image.

    A block is what lies between two places at which a network can be cut with one result to keep: a residual block, or
    a layer.
    """
    import torch
    from torch import nn

    from dlcourse.pytorch import architectures, counting
    from dlcourse.pytorch.blocks import without

    with torch.device("meta"):  # shapes without numbers
        built = getattr(architectures, network)()
        weights = sum(each.numel() for each in built.parameters())
        for kind in (nn.BatchNorm2d, nn.ReLU):  # they change no shape, and on this device take most of the time
            without(built, kind)
        counts = counting.count(built, IMAGE)
    seen = [each for each in counts if each.kind in ("Conv2d", "Add", "Linear")]
    blocks = groupby(seen, lambda each: each.name.split(".")[:2])
    return weights, tuple(tuple(each.activations for each in block) for _, block in blocks)


@lru_cache(maxsize=64)
def kept(network: str, segments: int) -> int:
    """How many activations of one image are there at once, with checkpoints between so many segments."""
    from dlcourse.pytorch.training_memory import with_checkpoints

    return with_checkpoints(sizes(network)[1], segments)
