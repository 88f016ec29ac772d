"""What training keeps in memory, in bytes by kind: weights, gradients, the optimizer's memory, activations.

The counts come from ``counting``; this is arithmetic on them. Left out is what depends on the machine: workspaces of
the library, buffers that are freed at once, fragmentation. Sources: Micikevicius et al. (2018), "Mixed precision
training"; Rajbhandari et al. (2020), "ZeRO: memory optimizations toward training trillion parameter models", section
3.1, for 2 + 2 + 12 bytes a parameter with Adam; Chen, Xu, Zhang and Guestrin (2016), "Training deep nets with sublinear
memory cost", section 4, for checkpoints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dlcourse.validation import check_count

# How many numbers an optimizer remembers for each parameter.
REMEMBERED = {"SGD": 0, "SGD with momentum": 1, "Adam": 2}
# By precision: bytes of a weight that computes, of its gradient, of an activation, and of a master copy of the weight.
PRECISIONS = {"float32": (4, 4, 4, 0), "mixed": (2, 2, 2, 4)}


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes by kind."""

    weights: int  # those that compute, and in mixed precision their float32 masters
    gradients: int
    optimizer: int  # in float32 whatever the precision
    activations: int  # of the whole mini-batch

    @property
    def total(self) -> int:
        """All four together."""
        return self.weights + self.gradients + self.optimizer + self.activations


def training_memory(
    parameters: int, activations: int, batch_size: int, *, optimizer: str = "Adam", precision: str = "float32"
) -> TrainingMemory:
    """What a step of training keeps: ``parameters`` of the network, and ``activations`` for one example.

    All but the activations is there once; the activations grow with ``batch_size``. "mixed": weights,
    gradients and activations of 16 bits (float16 or bfloat16), with a float32 master of each weight, in which small
    steps do not vanish; so with Adam a parameter takes 16 bytes either way, and what is saved are activations.
    Raises ValueError for another ``optimizer`` or ``precision``.
    """
    check_count(parameters, "parameters", low=0)
    check_count(activations, "activations", low=0)
    check_count(batch_size, "batch_size")
    for name, value, known in (("optimizer", optimizer, REMEMBERED), ("precision", precision, PRECISIONS)):
        if value not in known:
            raise ValueError(f"{name}: expected one of {', '.join(known)}, received {value!r}.")
    weight, gradient, activation, master = PRECISIONS[precision]
    return TrainingMemory(
        parameters * (weight + master),
        parameters * gradient,
        parameters * 4 * REMEMBERED[optimizer],
        activations * batch_size * activation,
    )


def with_checkpoints(blocks: Sequence[Sequence[int]], segments: int) -> int:
    """The most activations of one example that are there at once, where only results between segments are kept.

    ``blocks``: by block, in order, the activations of its layers. A block is what lies between two places where one
    result is all that goes on: a layer of a chain, ``(n,)``; but all of a residual block, as in its middle a second
    result goes past. The network is cut between blocks, into ``segments``, where it is best.

    On the way forward the last result of each segment is kept. On the way back the segments are computed again, the
    last one first; while it is the turn of one, all of its results are there, and the last ones of those before it:
    what came after is no longer needed. So the answer is the least, over all cuts, of the largest such sum. n equal
    layers in k equal segments come to k + n/k − 1, least 2√n − 1 at k = √n, for one more pass forward (about a third
    more work, since a backward pass is about two); segments that get shorter and shorter come to about √(2n). One
    segment keeps everything. Raises ValueError for more segments than blocks, and for a block without layers, TypeError
    for a number in place of a block.
    """
    parts = [_layers(number, block) for number, block in enumerate(blocks)]
    if check_count(segments, "segments") > len(parts):
        raise ValueError(f"segments: {len(parts)} blocks cannot be cut into {segments} segments.")
    before = list(accumulate(map(sum, parts), initial=0))
    best = [[(0, 0)], *([] for _ in parts)]  # by place of the last cut: pairs (kept so far, most at once so far)
    for _ in range(segments):
        best = [
            _undominated(
                (kept + parts[end - 1][-1], max(most, kept + before[end] - before[start]))
                for start in range(end)
                for kept, most in best[start]
            )
            for end in range(len(parts) + 1)
        ]
    return min(most for _, most in best[-1])


def _layers(number: int, block: Sequence[int]) -> tuple[int, ...]:
    """The activations of a block's layers, checked."""
    if not isinstance(block, Sequence):
        raise TypeError(f"blocks: block {number} is {block!r}; a block of one layer is written ({block!r},).")
    if not block:
        raise ValueError(f"blocks: block {number} has no layers.")
    return tuple(check_count(layer, "activations", low=0) for layer in block)


def _undominated(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that no other pair undercuts in both numbers: no other can be the start of a best way."""
    chosen: list[tuple[int, int]] = []
    for pair in sorted(set(pairs)):
        if not chosen or pair[1] < chosen[-1][1]:
            chosen.append(pair)
    return chosen
