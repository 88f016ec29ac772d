"""Convolution and pooling beside PyTorch: forward and backward, all in one run.

    python benchmarks/convolution.py [--rounds 25] [--only a b c d]

Needs the extra `benchmark`: python -m pip install -c constraints.txt -e ".[benchmark]".
One thread, float32, measured and compared as benchmarks/engine.py does it. PyTorch runs eagerly, in its own layout and
with the channels last; the faster of the two counts. The images are learnt too, so that all three gradients are
computed. Last comes the same convolution in loops, as chapter 13 writes it.
"""

import os
from collections.abc import Callable
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np
import torch
from engine import OURS, Comparison, Ratio, Run, asked_for, check_same, measure, report

from dlcourse.scratch import functional, plain_convolution
from dlcourse.scratch.autograd import Tensor

THEIRS = {"PyTorch": torch.contiguous_format, "PyTorch, channels last": torch.channels_last}


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(list(shape)).standard_normal(shape, np.float32)


def some(array: Any) -> list[float]:
    """A few numbers from both ends."""
    flat = np.asarray(array).reshape(-1)
    return [*flat[:20].tolist(), *flat[-20:].tolist()]


def ours(function: Callable[..., Any], arrays: list[np.ndarray], gradient: np.ndarray) -> Run:
    tensors = [Tensor(array, requires_grad=True) for array in arrays]

    def step() -> list[float]:
        for tensor in tensors:
            tensor.clear_grad()
        result = function(*tensors)
        result.backward(gradient)
        return [number for array in (result.data, *(tensor.grad for tensor in tensors)) for number in some(array)]

    return step


def theirs(
    function: Callable[..., Any], arrays: list[np.ndarray], gradient: np.ndarray, layout: torch.memory_format
) -> Run:
    def laid_out(array: np.ndarray) -> torch.Tensor:
        tensor = torch.tensor(array)
        return tensor.contiguous(memory_format=layout) if tensor.ndim == 4 else tensor

    tensors, by_result = [laid_out(array).requires_grad_() for array in arrays], laid_out(gradient)

    def step() -> list[float]:
        for tensor in tensors:
            tensor.grad = None
        result = function(*tensors)
        result.backward(by_result)
        return [number for each in (result.detach(), *(t.grad for t in tensors)) for number in some(each)]

    return step


def comparison(
    title: str, name: str, options: dict[str, int], shapes: list[tuple[int, ...]], goal: float, runs: int = 5
) -> Comparison:
    """``functional.name`` with ``options`` of arrays of ``shapes``, here and in PyTorch."""
    arrays = [drawn(*shape) for shape in shapes]

    def mine(*tensors: Any) -> Any:
        return getattr(functional, name)(*tensors, **options)

    def other(*tensors: Any) -> Any:
        return getattr(torch.nn.functional, name)(*tensors, **options)

    gradient = drawn(*mine(*map(Tensor, arrays)).shape)
    candidates = {OURS: ours(mine, arrays, gradient)}
    candidates |= {peer: theirs(other, arrays, gradient, layout) for peer, layout in THEIRS.items()}
    return Comparison(title, runs, candidates, (Ratio(OURS, "PyTorch", goal),))


def loops() -> Comparison:
    """The convolution of (a) for four images, in loops and as one product of matrices."""
    images, weight, bias = drawn(4, 1, 28, 28), drawn(8, 1, 3, 3), drawn(8)
    gradient = drawn(4, 8, 28, 28)

    def in_loops() -> list[float]:
        result = plain_convolution.plain_conv2d(images, weight, bias, padding=1)
        gradients = plain_convolution.plain_conv2d_gradients(gradient, images, weight, padding=1)
        return [number for array in (result, *gradients) for number in some(array)]

    fast = ours(lambda *tensors: functional.conv2d(*tensors, padding=1), [images, weight, bias], gradient)
    title = "(d) conv2d (4, 1→8, 28×28), kernel 3, padding 1, as one product and in loops"
    return Comparison(title, 1, {OURS: fast, "in loops": in_loops}, (Ratio(OURS, "in loops"),))


def comparisons() -> dict[str, Callable[[], Comparison]]:
    first, second = [(32, 1, 28, 28), (8, 1, 3, 3), (8,)], [(32, 16, 14, 14), (32, 16, 3, 3), (32,)]
    same = "kernel 3, padding 1: forward and backward"
    pooled = "(c) max_pool2d (32, 16, 28×28), kernel 2: forward and backward"
    return {
        "a": lambda: comparison(f"(a) conv2d (32, 1→8, 28×28), {same}", "conv2d", {"padding": 1}, first, 0.5),
        "b": lambda: comparison(f"(b) conv2d (32, 16→32, 14×14), {same}", "conv2d", {"padding": 1}, second, 1.9),
        "c": lambda: comparison(pooled, "max_pool2d", {"kernel_size": 2}, [(32, 16, 28, 28)], 0.6),
        "d": loops,
    }


def main() -> None:
    arguments = asked_for(__doc__, [*comparisons()])
    torch.set_num_threads(1)
    for letter in arguments.only:
        each = comparisons()[letter]()
        check_same(each)
        report(each, measure(each, arguments.rounds))


if __name__ == "__main__":
    main()
