"""The learning rate of each small architecture for the comparison of chapter 14: chosen on MNIST's validation digits.

python benchmarks/small_architectures.py
"""

import numpy as np
import torch

from dlcourse import datasets, training
from dlcourse.pytorch import blocks, steps
from dlcourse.pytorch.small_architectures import SMALL

RATES = (0.001, 0.003, 0.01)
BATCH_SIZE = 32


def accuracy(name, rate, data, seed=0):
    """On the validation part, after one pass through the training part."""
    network = blocks.initialize(SMALL[name](), seed)
    step = steps.training_step(network, torch.optim.Adam(network.parameters(), lr=rate))
    generator = np.random.default_rng(seed)
    training.fit(step, lambda: datasets.batches(data.train, BATCH_SIZE, generator), epochs=1, progress=False)
    return steps.evaluate(network, data.validation)["accuracy"]


def main():
    torch.set_num_threads(1)
    data = datasets.load("mnist")
    for name in SMALL:
        found = {rate: accuracy(name, rate, data) for rate in RATES}
        best = max(found, key=found.get)
        print(f"{name:9} best {best}   ({', '.join(f'{rate}: {share:.3f}' for rate, share in found.items())})")


if __name__ == "__main__":
    main()
