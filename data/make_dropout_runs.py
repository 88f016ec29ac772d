"""Run the trainings of ``dropout_runs.npz`` anew: networks with dropout at several rates, which chapter 12 compares.

    python data/make_dropout_runs.py FOLDER         writes the file into FOLDER

It takes the course's package, one thread and four minutes. Seeds are fixed, but another processor rounds sums
otherwise, and a run may end elsewhere: the file that the course was written with comes back by
`git checkout -- data/dropout_runs.npz`. No chapter needs this script.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse import datasets
from dlcourse.chapters.training_deep_networks import dropout_runs as dropout
from dlcourse.data_parts import Part, Splits
from dlcourse.scratch import optimizers
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.steps import evaluate, training_step


def train(mnist: Splits, examples: int, width: int, rate: float, seed: int) -> Iterator[list[float]]:
    """What ``dropout_runs.Runs`` names, after every 50 updates by Adam; a seed has its own training examples."""
    generator = np.random.default_rng(seed)
    chosen = generator.permutation(len(mnist.train))[:examples]
    training = dropout.halved(Part(mnist.train.inputs[chosen], mnist.train.labels[chosen]))
    test, network = dropout.halved(mnist.test), dropout.build(width, rate, seed)
    step = training_step(network, optimizers.Adam(network.parameters(), lr=dropout.LEARNING_RATE))
    losses: list[float] = []
    for rows in islice(shuffled_minibatches(examples, dropout.BATCH_SIZE, generator), dropout.UPDATES):
        losses.append(step(training.inputs[rows], training.labels[rows]))
        if len(losses) % dropout.EVERY == 0:
            own, new = evaluate(network, training), evaluate(network, test)
            reported = float(np.mean(losses[-dropout.REPORTED :]))
            yield [reported, own["loss"], own["accuracy"], new["loss"], new["accuracy"]]


def everything() -> np.ndarray:
    """The measurements (5, examples, widths, rates, seeds, tests) float32, rounded to five decimals."""
    mnist = datasets.load("mnist")
    settings = dropout.EXAMPLES, dropout.WIDTHS, dropout.RATES, tuple(range(dropout.SEEDS))
    measured = np.zeros((5, *map(len, settings), dropout.UPDATES // dropout.EVERY), np.float32)
    for place in np.ndindex(measured.shape[1:-1]):
        examples, width, rate, seed = (values[k] for values, k in zip(settings, place, strict=True))
        measured[(slice(None), *place)] = np.round(list(train(mnist, examples, width, rate, seed)), 5).T
        print(examples, width, rate, seed, measured[(slice(None), *place, -1)], flush=True)
    return measured


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1]) / dropout.FILE
    np.savez_compressed(path, measured=everything())
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
