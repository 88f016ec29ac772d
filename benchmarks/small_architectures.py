"""The learning rates of chapter 14's comparisons, each the best of five by the mean of three seeds.

Small architectures are judged on the validation parts, stacks of layers by their training loss. The seeds are not
those of the chapter. python benchmarks/small_architectures.py
"""

from collections.abc import Callable

import numpy as np
import torch

from dlcourse import datasets, training
from dlcourse.data_parts import Part
from dlcourse.pytorch import blocks, steps
from dlcourse.pytorch.small_architectures import SMALL, plain_stack, residual_stack

RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
SEEDS = (10, 11, 12)
BATCH_SIZE = 32
DISTURBED = {"shift": 5, "rotation": 25, "strokes": 2, "noise": 0.25}  # as the chapter draws its glyphs
NETWORKS = SMALL | {
    "ResNet without shortcuts": lambda: blocks.without(SMALL["ResNet"](), blocks.Residual),
    "ResNet without normalization": lambda: blocks.without(SMALL["ResNet"](), torch.nn.BatchNorm2d),
    "GoogLeNet with normalization": lambda: blocks.normalized(SMALL["GoogLeNet"]()),
}
STACKS = {
    "plain": lambda depth: plain_stack(depth, batch_norm=False),
    "plain + norm": plain_stack,
    "shortcuts": lambda depth: residual_stack(depth, batch_norm=False),
    "shortcuts + norm": residual_stack,
}


def learn(network, part, rate, seed, epochs=1):
    """As the chapter trains: the mean training loss of the last pass."""
    blocks.initialize(network, seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    total = epochs * -(-len(part) // BATCH_SIZE)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=total)
    step = steps.training_step(network, optimizer)

    def annealed(inputs, labels):
        loss = step(inputs, labels)
        falling.step()
        return loss

    generator = np.random.default_rng(seed)
    history = training.fit(
        annealed, lambda: datasets.batches(part, BATCH_SIZE, generator), epochs=epochs, progress=False
    )
    return history["training"][-1]


def first(part, count):
    return Part(part.inputs[:count], part.labels[:count])


def accuracy(name, rate, data, seed):
    """On the validation part, after one pass through the first 5,000 images of the training part."""
    network = NETWORKS[name]()
    learn(network, first(data.train, 5000), rate, seed)
    return steps.evaluate(network, data.validation)["accuracy"]


def training_loss(build, depth, part, rate, seed):
    """Of the second pass through the part; infinite where training diverges."""
    try:
        return learn(build(depth), part, rate, seed, epochs=2)
    except training.DivergenceError:
        return np.inf


def choose(what: str, result: Callable[[float, int], float], best=max) -> None:
    """Prints the rate with the best mean of ``result(rate, seed)``."""
    found = {rate: np.mean([result(rate, seed) for seed in SEEDS]) for rate in RATES}
    told = ", ".join(f"{rate}: {value:.3f}" for rate, value in found.items())
    print(f"{what:40} best {best(found, key=found.get)}   ({told})", flush=True)


def main():
    torch.set_num_threads(1)
    mnist = datasets.load("mnist")
    glyphs = datasets.load("glyphs", characters="0123456789", proportions=(0.7, 0.1, 0.2), **DISTURBED)
    for data in (mnist, glyphs):
        for name in NETWORKS:
            choose(f"{data.name}, {name}", lambda rate, seed, name=name, data=data: accuracy(name, rate, data, seed))
    few = first(mnist.train, 1750)
    for name, build in STACKS.items():
        for depth in (8, 20, 44):
            choose(
                f"{name}, {depth} layers",
                lambda rate, seed, build=build, depth=depth: training_loss(build, depth, few, rate, seed),
                best=min,
            )


if __name__ == "__main__":
    main()
