"""What training keeps in memory, in bytes by kind: weights, gradients, the optimizer's memory, activations.

The counts come from ``counting``; this is arithmetic on them. Left out is what depends on the machine: workspaces of
the library, buffers that are freed at once, fragmentation. Sources: Micikevicius et al. (2018), "Mixed precision
training"; Rajbhandari et al. (2020), "ZeRO: memory optimizations toward training trillion parameter models", section
3.1, for 2 + 2 + 12 bytes a parameter with Adam; Chen, Xu, Zhang and Guestrin (2016), "Training deep nets with sublinear
memory cost", section 4, for checkpoints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def with_checkpoints(activations: Sequence[int], segments: int) -> int:
    """The most activations that are kept at once for one example, where only those between segments are.

    ``activations``: of each layer in order, cut into ``segments`` of about equally many layers. Kept on the way forward
    is the last result of each segment; on the way back one segment after the other is computed again, and for that time
    all of its layers are kept too: Σ of the last results + the largest segment's others. With n equal layers k segments
    keep about k + n/k, least 2√n at k = √n, for one more pass forward (about a third more work, since a backward pass
    is about two). One segment keeps everything. Raises ValueError for more segments than layers.
    """
    n = len(activations)
    if check_count(segments, "segments") > n:
        raise ValueError(f"segments: {n} layers cannot be cut into {segments} segments.")
    edges = [round(number * n / segments) for number in range(segments + 1)]
    parts = [activations[start:end] for start, end in pairwise(edges)]
    return sum(part[-1] for part in parts) + max(sum(part[:-1]) for part in parts)
