"""Train ``digit_network.npz`` anew: a small convolutional network for MNIST's digits, whose layers chapter 14 shows.

    python data/make_digit_network.py FOLDER         writes the file into FOLDER and says how well it reads

It takes the course's package, one thread and half a minute. Seed and data are fixed, but another processor rounds sums
otherwise, and after thousands of steps the weights differ: the file that the course was written with comes back by
`git checkout -- data/digit_network.npz`. No chapter needs this script.
"""

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse import datasets
from dlcourse.chapters.cnn_architectures import digit_network
from dlcourse.scratch import functional, optimizers
from dlcourse.scratch.autograd import Tensor

SEED = 14
EPOCHS, BATCH_SIZE = 25, 32
LEARNING_RATE, LAST_RATE = 4e-3, 1e-4  # it falls by the same factor in each epoch
DECAY = 1e-2


def train() -> digit_network.Sequential:
    """The network after ``EPOCHS`` epochs of AdamW on the training part."""
    generator = np.random.default_rng(SEED)
    part, network = datasets.load("mnist").train, digit_network.build(generator)
    optimizer = optimizers.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        optimizer.lr = LEARNING_RATE * (LAST_RATE / LEARNING_RATE) ** (epoch / (EPOCHS - 1))
        for batch in datasets.batches(part, BATCH_SIZE, generator):
            optimizer.zero_grad()
            functional.cross_entropy(network(Tensor(batch.inputs)), batch.labels).backward()
            optimizer.step()
    return network


def accuracy(network: digit_network.Sequential, part: datasets.Part) -> float:
    """The share of a part's digits that the network reads right."""
    right = 0
    for batch in datasets.batches(part, 500):
        right += int((network(Tensor(batch.inputs)).data.argmax(axis=1) == batch.labels).sum())
    return right / len(part.labels)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    made, path = train(), Path(sys.argv[1]) / digit_network.FILE
    np.savez(path, **made.state_dict())
    parts = datasets.load("mnist")
    for name in ("train", "validation", "test"):
        print(f"{name}: {accuracy(made, getattr(parts, name)):.4f} read right")
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
