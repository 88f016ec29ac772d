"""The learning rate of each small architecture for the comparison of chapter 14: chosen on the validation parts.

python benchmarks/small_architectures.py
"""

import numpy as np
import torch

from dlcourse import datasets, training
from dlcourse.data_parts import Part
from dlcourse.pytorch import blocks, steps
from dlcourse.pytorch.small_architectures import SMALL

RATES = (0.003, 0.01, 0.03)
BATCH_SIZE = 32
IMAGES = 5000
DISTURBED = {"shift": 5, "rotation": 25, "strokes": 2, "noise": 0.25}  # as the chapter draws its glyphs
NETWORKS = SMALL | {
    "ResNet without shortcuts": lambda: blocks.without(SMALL["ResNet"](), blocks.Residual),
    "ResNet without normalization": lambda: blocks.without(SMALL["ResNet"](), torch.nn.BatchNorm2d),
}


def accuracy(name, rate, data, seed=0):
    """On the validation part, after one pass through the first images of the training part."""
    network = blocks.initialize(NETWORKS[name](), seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=-(-IMAGES // BATCH_SIZE))
    step = steps.training_step(network, optimizer)

    def annealed(inputs, labels):
        loss = step(inputs, labels)
        falling.step()
        return loss

    generator = np.random.default_rng(seed)
    part = Part(data.train.inputs[:IMAGES], data.train.labels[:IMAGES])
    training.fit(annealed, lambda: datasets.batches(part, BATCH_SIZE, generator), epochs=1, progress=False)
    return steps.evaluate(network, data.validation)["accuracy"]


def main():
    torch.set_num_threads(1)
    glyphs = datasets.load("glyphs", characters="0123456789", proportions=(0.7, 0.1, 0.2), **DISTURBED)
    for data in (datasets.load("mnist"), glyphs):
        for name in NETWORKS:
            found = {rate: accuracy(name, rate, data) for rate in RATES}
            best = max(found, key=found.get)
            shares = ", ".join(f"{rate}: {share:.3f}" for rate, share in found.items())
            print(f"{data.name:7} {name:28} best {best}   ({shares})")


if __name__ == "__main__":
    main()
