"""What one node costs in chains of 1,000 and of 100,000 scalar nodes: building and differentiating them.

    python benchmarks/chain_lengths.py [--rounds 9] [--with-torch]

The goal: a node of the long chain costs at most twice as much as one of the short chain. Since Python's garbage
collector looks through all objects that are loaded, PyTorch's too, ``--with-torch`` loads it first.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.value import Value

LENGTHS = (1_000, 100_000)


def chain(number: Callable[[float], Any], length: int) -> list[Any]:
    """x ← a x + b, from x = 0.5, as ``length`` nodes: the result, and its derivatives by a, b and the first x."""
    factor, summand, first = number(0.999), number(0.001), number(0.5)
    result = first
    for _ in range(length // 2):
        result = factor * result + summand
    result.backward()
    return [getattr(result, "data", result), factor.grad, summand.grad, first.grad]


def nanoseconds_a_node(number: Callable[[float], Any], length: int) -> float:
    """Of at least 10,000 nodes, one chain after the other, with Python's garbage collected before."""
    repeats = max(1, 10_000 // length)
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        chain(number, length)
    return 1e9 * (time.perf_counter() - start) / (repeats * length)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds that are counted (default 9)")
    parser.add_argument("--with-torch", action="store_true", help="load PyTorch first")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    if arguments.with_torch:
        import torch  # noqa: F401
    kinds = {"Value": Value, "Tensor": lambda data: Tensor(data, requires_grad=True)}
    times: dict[tuple[str, int], list[float]] = {}
    for count in range(arguments.rounds + 1):
        for name, number in kinds.items():
            for length in LENGTHS:
                taken = nanoseconds_a_node(number, length)
                if count:
                    times.setdefault((name, length), []).append(taken)
    print(f"nanoseconds a node, {'with' if arguments.with_torch else 'without'} PyTorch loaded")
    for name in kinds:
        short, long = (statistics.median(times[name, length]) for length in LENGTHS)
        print(f"{name:8}1,000: {short:7.0f}  100,000: {long:7.0f}  ratio {long / short:.2f} (goal: at most 2)")


if __name__ == "__main__":
    main()
