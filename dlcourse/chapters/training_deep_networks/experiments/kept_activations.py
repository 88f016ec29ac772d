"""How many weights and activations well-known networks have, counted in the real architectures without their numbers.

Counted as activations are the results of convolutions, additions and dense layers; a ReLU works in place.
"""

from functools import lru_cache
from itertools import combinations, groupby

import numpy as np

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

    from dlcourse.pytorch import architectures, counting

    with torch.device("meta"):  # shapes without numbers
        counts = counting.count(getattr(architectures, network)(), IMAGE)
    seen = [each for each in counts if each.kind in ("Conv2d", "Add", "Linear")]
    blocks = groupby(seen, lambda each: each.name.split(".")[:2])
    return counting.total(counts).parameters, tuple(tuple(each.activations for each in block) for _, block in blocks)


@lru_cache(maxsize=64)
def kept(blocks: Blocks, segments: int) -> int:
    """How many activations of one image are kept at once where only those between segments are, as in a checkpoint.

    Counted as in ``training_memory.with_checkpoints``: the last results of all segments, and the largest segment's
    others, which are computed again. The ``blocks`` are cut where that is least, of all ways to cut them.
    """
    inner = combinations(range(1, len(blocks)), segments - 1)
    edges = np.array([(0, *cut, len(blocks)) for cut in inner])
    before = np.cumsum([0, *(sum(block) for block in blocks)])
    last = np.array([block[-1] for block in blocks])[edges[:, 1:] - 1]
    others = before[edges[:, 1:]] - before[edges[:, :-1]] - last
    return int((last.sum(axis=1) + others.max(axis=1)).min())
