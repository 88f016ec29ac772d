"""The engine beside its peers: networks, chains of scalars, Adam and batch normalization, all in one run.

    python benchmarks/engine.py [--rounds 25] [--only a b c d e]

Needs the extra `benchmark`: python -m pip install -c constraints.txt -e ".[benchmark]".
Everything runs on one thread and, but for the chains, in float32. In each round the candidates take turns, so that a
busy machine slows all of them; each starts with Python's garbage collected, so that none pays for another's. PyTorch
runs eagerly, and where it offers several settings (three implementations of its optimizers, two memory layouts) the
fastest of them counts. The networks are measured as they are usually written, with modules and an optimizer, and also
by hand: functions of tensors and an update in place, which PyTorch's modules and optimizer cost more than ours do.
Before anything is timed, all candidates of a comparison must compute the same numbers, or the run ends with an error.
Prints the medians over the rounds of the times, and of the ratios within a round, ours / peer, beside the goals: less
than 1 means that ours is faster. Last comes the cost of a node in chains of different length
(benchmarks/chain_lengths.py), in a process without PyTorch and in one with it: what Python's garbage collector does
grows with everything that is loaded.
"""

import argparse
import gc
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import autograd.numpy as anp  # before anything else may load NumPy: the number of threads is read then
import micrograd.engine
import numpy as np
import torch
from autograd import value_and_grad
from autograd.scipy.special import logsumexp
from chain_lengths import chain

from dlcourse.scratch import functional, losses
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import BatchNorm, Linear, ReLU, Sequential
from dlcourse.scratch.optimizers import SGD, Adam
from dlcourse.scratch.value import Value

OURS = "dlcourse"
RATE = 0.01
Run = Callable[[], Any]  # one run of what is timed; what it returns must be the same for all candidates


@dataclass(frozen=True)
class Ratio:
    """``ours`` divided by the fastest candidate whose name begins with ``peer``; at most ``goal``, if there is one."""

    ours: str
    peer: str
    goal: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Candidates by name, ours first; ``runs``: how many of each make a round."""

    title: str
    runs: int
    candidates: dict[str, Run]
    ratios: tuple[Ratio, ...]


# --- (a) and (b): a step of training


def mlp(title: str, sizes: tuple[int, ...], batch_size: int, runs: int, goal: float) -> Comparison:
    """A step: forward, cross-entropy, backward and SGD. It returns the loss."""
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((batch_size, sizes[0]), np.float32)
    labels = generator.integers(0, sizes[-1], batch_size)
    network = Sequential(*_layers(sizes, lambda i, o: Linear(i, o, generator=generator), ReLU))
    start = [parameter.data.copy() for parameter in network.parameters()]
    candidates = {
        OURS: mlp_ours(network, inputs, labels),
        "PyTorch, SGD in a loop": mlp_torch(sizes, start, inputs, labels, foreach=False),
        "PyTorch, SGD foreach": mlp_torch(sizes, start, inputs, labels, foreach=True),
        "PyTorch, SGD fused": mlp_torch(sizes, start, inputs, labels, fused=True),
        "autograd": mlp_autograd(start, inputs, labels),
        "by hand: dlcourse": mlp_ours_by_hand(start, inputs, labels),
        "by hand: PyTorch": mlp_torch_by_hand(start, inputs, labels),
    }
    by_hand = Ratio("by hand: dlcourse", "by hand: PyTorch")
    return Comparison(title, runs, candidates, (Ratio(OURS, "PyTorch", goal), Ratio(OURS, "autograd"), by_hand))


def _layers(sizes: tuple[int, ...], linear: Callable[[int, int], Any], activation: Callable[[], Any]) -> Iterator[Any]:
    for number, (before, after) in enumerate(itertools.pairwise(sizes)):
        if number:
            yield activation()
        yield linear(before, after)


def mlp_ours(network: Sequential, inputs: np.ndarray, labels: np.ndarray) -> Run:
    optimizer, x = SGD(network.parameters(), lr=RATE), Tensor(inputs)

    def step() -> float:
        loss = functional.cross_entropy(network(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mlp_torch(
    sizes: tuple[int, ...], start: list[np.ndarray], inputs: np.ndarray, labels: np.ndarray, **options: bool
) -> Run:
    network = torch.nn.Sequential(*_layers(sizes, torch.nn.Linear, lambda: torch.nn.ReLU(inplace=True)))
    with torch.no_grad():
        for parameter, values in zip(network.parameters(), start, strict=True):
            parameter.copy_(torch.from_numpy(values))
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, **options)
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)

    def step() -> float:
        loss = torch.nn.functional.cross_entropy(network(x), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mlp_ours_by_hand(start: list[np.ndarray], inputs: np.ndarray, labels: np.ndarray) -> Run:
    """Without modules and without an optimizer: functions of tensors, backward, and the update in place."""
    parameters = [Tensor(np.asfortranarray(values), requires_grad=True) for values in start]  # as Linear keeps them
    x = Tensor(inputs)

    def step() -> float:
        outputs = x
        for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            outputs = functional.linear(outputs, weight, bias, relu=True)
        loss = functional.cross_entropy(functional.linear(outputs, *parameters[-2:]), labels)
        loss.backward()
        for parameter in parameters:
            parameter.data -= RATE * parameter.grad
            parameter.clear_grad()
        return loss.item()

    return step


def mlp_torch_by_hand(start: list[np.ndarray], inputs: np.ndarray, labels: np.ndarray) -> Run:
    """The same: functions of tensors, their gradients, and the update in place."""
    parameters = [torch.tensor(np.ascontiguousarray(values), requires_grad=True) for values in start]
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)

    def step() -> float:
        outputs = torch.nn.functional.linear(x, *parameters[:2])
        for weight, bias in zip(parameters[2::2], parameters[3::2], strict=True):
            outputs = torch.nn.functional.linear(outputs.relu_(), weight, bias)
        loss = torch.nn.functional.cross_entropy(outputs, y)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.sub_(gradient, alpha=RATE)
        return loss.item()

    return step


def mlp_autograd(start: list[np.ndarray], inputs: np.ndarray, labels: np.ndarray) -> Run:
    """As autograd's own examples write it: logsumexp, one-hot labels, the gradient of a list of parameters."""
    right = losses.one_hot(labels, len(start[-1])).astype(inputs.dtype)
    parameters = [np.ascontiguousarray(values.T) for values in start]

    def loss(parameters: list[np.ndarray]) -> float:
        outputs = anp.dot(inputs, parameters[0]) + parameters[1]
        for weights, bias in zip(parameters[2::2], parameters[3::2], strict=True):
            outputs = anp.dot(anp.maximum(outputs, 0), weights) + bias
        return anp.mean(logsumexp(outputs, axis=1)) - anp.sum(outputs * right) / len(inputs)

    value_and_gradients = value_and_grad(loss)

    def step() -> float:
        value, gradients = value_and_gradients(parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= RATE * gradient
        return float(value)

    return step


# --- (c): a chain of scalars


def scalar_chain() -> Comparison:
    """Builds a chain of 1,000 nodes and differentiates it. It returns the result and its three derivatives."""

    def run(number: Callable[[float], Any]) -> Run:
        return lambda: [float(part) for part in chain(number, 1000)]

    candidates = {
        OURS: run(Value),
        "dlcourse, Tensor": run(lambda data: Tensor(data, requires_grad=True)),
        "PyTorch": run(lambda data: torch.tensor(data, dtype=torch.float64, requires_grad=True)),
        "micrograd": run(micrograd.engine.Value),
    }
    ratios = Ratio(OURS, "PyTorch", 0.25), Ratio(OURS, "micrograd", 0.6), Ratio("dlcourse, Tensor", "PyTorch")
    return Comparison("(c) a chain of 1,000 scalar nodes: built and differentiated", 3, candidates, ratios)


# --- (d): a step of Adam


def adam() -> Comparison:
    """A step of Adam for the parameters of (b), 535,818 numbers in six arrays. It returns some of them.

    PyTorch's fused step is one pass over the arrays, in C. Ours is eleven of NumPy's, and takes as long as these do one
    by one: neither smaller pieces nor kept memory make it shorter. On the AMD EPYC that this was measured on, square
    root and quotient alone take 0.49 ns a number, the whole fused step 0.57: the goal once set, 1.5 times that, is out
    of the reach of whole arrays. A pass less, by g² in place of ((1 − β₂) g) g, would save less than a tenth, and
    overflow from |g| = 1.8 · 10¹⁹ on, where PyTorch does not.
    """
    generator = np.random.default_rng(0)
    shapes = ((512, 784), (512,), (256, 512), (256,), (10, 256), (10,))
    start = [generator.standard_normal(shape, np.float32) for shape in shapes]
    gradients = [generator.standard_normal(shape, np.float32) for shape in shapes]
    candidates = {
        OURS: adam_ours(start, gradients),
        "PyTorch, Adam in a loop": adam_torch(start, gradients, foreach=False),
        "PyTorch, Adam foreach": adam_torch(start, gradients, foreach=True),
        "PyTorch, Adam fused": adam_torch(start, gradients, fused=True),
    }
    ratios = Ratio(OURS, "PyTorch", 1.0), Ratio(OURS, "PyTorch, Adam foreach")
    return Comparison("(d) a step of Adam, 535,818 parameters in six arrays", 10, candidates, ratios)


def adam_ours(start: list[np.ndarray], gradients: list[np.ndarray]) -> Run:
    parameters = [Tensor(values, requires_grad=True) for values in start]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer = Adam(parameters, lr=RATE)

    def step() -> list[float]:
        optimizer.step()
        return parameters[-1].data.tolist()

    return step


def adam_torch(start: list[np.ndarray], gradients: list[np.ndarray], **options: bool) -> Run:
    parameters = [torch.tensor(values, requires_grad=True) for values in start]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    optimizer = torch.optim.Adam(parameters, lr=RATE, **options)

    def step() -> list[float]:
        optimizer.step()
        return parameters[-1].tolist()

    return step


# --- (e): batch normalization


def batch_normalization() -> Comparison:
    """Forward and backward in training. It returns some of the results and of the gradients."""
    generator = np.random.default_rng(0)
    inputs, gradient = generator.standard_normal((2, 32, 16, 14, 14), np.float32)
    candidates = {
        OURS: batch_norm_ours(inputs, gradient),
        "PyTorch": batch_norm_torch(inputs, gradient, torch.contiguous_format),
        "PyTorch, channels last": batch_norm_torch(inputs, gradient, torch.channels_last),
    }
    title = "(e) batch normalization of (32, 16, 14, 14): forward and backward"
    return Comparison(title, 20, candidates, (Ratio(OURS, "PyTorch", 0.9),))


def batch_norm_ours(inputs: np.ndarray, gradient: np.ndarray) -> Run:
    layer, x = BatchNorm(16), Tensor(inputs, requires_grad=True)

    def step() -> list[float]:
        layer.zero_grad()
        x.clear_grad()
        result = layer(x)
        result.backward(gradient)
        return [*result.data[0, 0, 0].tolist(), *x.grad[0, 0, 0].tolist(), *layer.weight.grad.tolist()]

    return step


def batch_norm_torch(inputs: np.ndarray, gradient: np.ndarray, layout: torch.memory_format) -> Run:
    layer = torch.nn.BatchNorm2d(16)
    x, by_result = (torch.from_numpy(values).contiguous(memory_format=layout) for values in (inputs, gradient))
    x.requires_grad_()

    def step() -> list[float]:
        layer.zero_grad(set_to_none=True)
        x.grad = None
        result = layer(x)
        result.backward(by_result)
        return [*result[0, 0, 0].tolist(), *x.grad[0, 0, 0].tolist(), *layer.weight.grad.tolist()]

    return step


# --- measuring


def comparisons() -> dict[str, Callable[[], Comparison]]:
    small = "(a) MLP 64-128-64-10, batch 64: forward, cross-entropy, backward, SGD"
    large = "(b) MLP 784-512-256-10, batch 256: the same"
    return {
        "a": lambda: mlp(small, (64, 128, 64, 10), 64, runs=50, goal=0.35),
        "b": lambda: mlp(large, (784, 512, 256, 10), 256, runs=3, goal=1.0),
        "c": scalar_chain,
        "d": adam,
        "e": batch_normalization,
    }


def check_same(comparison: Comparison) -> None:
    """Ends the program unless each of the first five runs gives the same numbers with every candidate."""
    for count in range(5):
        found = {name: np.array(run()) for name, run in comparison.candidates.items()}
        apart = [name for name, each in found.items() if not np.allclose(each, found[OURS], rtol=1e-3, atol=1e-4)]
        if apart:
            raise SystemExit(f"{comparison.title}: run {count} of {', '.join(apart)} gives other numbers than ours.")


def measure(comparison: Comparison, rounds: int) -> dict[str, list[float]]:
    """The microseconds that one run of each candidate takes in each round, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in comparison.candidates}
    for count in range(rounds + 1):
        for name, run in comparison.candidates.items():
            gc.collect()
            start = time.perf_counter()
            for _ in range(comparison.runs):
                run()
            if count:
                times[name].append(1e6 * (time.perf_counter() - start) / comparison.runs)
    return times


def report(comparison: Comparison, times: dict[str, list[float]]) -> None:
    def over(ours: str, peer: str) -> float:
        return statistics.median(a / b for a, b in zip(times[ours], times[peer], strict=True))

    print(f"{comparison.title}\n{'':30}{'median µs':>12}{'ours / it':>11}")
    for name, values in times.items():
        print(f"{name:30}{statistics.median(values):12.1f}{over(OURS, name):11.2f}")
    for ratio in comparison.ratios:
        # The fastest peer is the one that ours looks worst beside.
        fastest = max((name for name in times if name.startswith(ratio.peer)), key=lambda name: over(ratio.ours, name))
        value = over(ratio.ours, fastest)
        missed = ", missed" if ratio.goal is not None and value > ratio.goal else ""
        goal = "" if ratio.goal is None else f"  (goal: at most {ratio.goal}{missed})"
        print(f"{ratio.ours} / {fastest}: {value:.2f}{goal}")
    print(flush=True)


def run_all(letters: list[str], rounds: int) -> None:
    for letter in letters:
        comparison = comparisons()[letter]()
        check_same(comparison)
        report(comparison, measure(comparison, rounds))


def asked_for(description: str, letters: list[str]) -> argparse.Namespace:
    """The command's ``rounds`` and ``only``, the letters of the comparisons to make."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25, help="rounds that are counted (default 25)")
    parser.add_argument("--only", nargs="+", choices=letters, default=letters, metavar="LETTER")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    return arguments


def main() -> None:
    arguments = asked_for(__doc__, [*comparisons()])
    torch.set_num_threads(1)
    # micrograd calls itself once a node: a high limit, and a thread with a stack for it.
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 * 1024 * 1024)
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(run_all, arguments.only, arguments.rounds).result()
    if "c" in arguments.only:
        for option in ([], ["--with-torch"]):
            subprocess.run([sys.executable, Path(__file__).with_name("chain_lengths.py"), *option], check=True)


if __name__ == "__main__":
    main()
