"""Train ``name_network.npz`` anew: a small LSTM that tells a surname's language, into which chapter 16 looks.

    python data/make_name_network.py FOLDER         writes the file into FOLDER and says how well it reads

It takes the course's package, one thread and a quarter of a minute. Seed and data are fixed, but another processor
rounds sums otherwise, and after thousands of steps the weights differ: the file that the course was written with comes
back by `git checkout -- data/name_network.npz`. No chapter needs this script.
"""

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse import datasets
from dlcourse.chapters.lstm_and_gru import name_network
from dlcourse.scratch import optimizers
from dlcourse.scratch.sequence_networks import SequenceClassifier, evaluate, sequence_step

SEED = 16
EPOCHS, BATCH_SIZE = 15, 32
LEARNING_RATE, LAST_RATE = 6e-3, 3e-4  # it falls by the same factor in each epoch
DECAY, CLIP = 3e-2, 1.0


def train() -> SequenceClassifier:
    """The network after ``EPOCHS`` epochs of AdamW on the training part."""
    generator = np.random.default_rng(SEED)
    names, network = datasets.load("names"), name_network.build(generator)
    optimizer = optimizers.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    step = sequence_step(network, optimizer, clip=CLIP)
    for epoch in range(EPOCHS):
        optimizer.lr = LEARNING_RATE * (LAST_RATE / LEARNING_RATE) ** (epoch / (EPOCHS - 1))
        for batch in datasets.batches(names.train, BATCH_SIZE, generator):
            step(batch.inputs, batch.labels)
    return network


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    made, path = train(), Path(sys.argv[1]) / name_network.FILE
    np.savez(path, **made.state_dict())
    for name in ("train", "validation", "test"):
        print(f"{name}: {evaluate(made, getattr(datasets.load('names'), name))['accuracy']:.4f} read right")
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
