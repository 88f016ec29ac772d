"""Run the trainings of ``delay_runs.npz`` anew: networks that have to remember a symbol, which chapter 16 compares.

    python data/make_delay_runs.py FOLDER         writes the file into FOLDER

It takes the course's package, one thread and 15 minutes. Seeds are fixed, but another processor rounds sums otherwise,
and a run may end elsewhere: the file that the course was written with comes back by
`git checkout -- data/delay_runs.npz`. No chapter needs this script.
"""

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse.chapters.lstm_and_gru import delay_runs as race
from dlcourse.scratch import optimizers
from dlcourse.scratch.sequence_networks import evaluate, sequence_step


def train(rate: float, racer: str, bias: float, delay: int, seed: int) -> list[int]:
    """How many of the new sequences are answered right before training, and after every 50 updates by Adam."""
    generator = np.random.default_rng(seed)
    network = race.build(racer, bias, generator)
    step = sequence_step(network, optimizers.Adam(network.parameters(), lr=rate), clip=race.CLIP)
    tests, right = race.sequences(race.TESTS, delay, np.random.default_rng(1000 + delay)), []
    for update in range(race.UPDATES + 1):
        if update % race.EVERY == 0:
            right.append(round(evaluate(network, tests)["accuracy"] * race.TESTS))
        if update < race.UPDATES:
            batch = race.sequences(race.BATCH_SIZE, delay, generator)
            step(batch.inputs, batch.labels)
    return right


def everything() -> np.ndarray:
    """The counts (rates, racers, biases, delays, seeds, tests) uint8."""
    settings = race.RATES, race.RACERS, race.BIASES, race.DELAYS, tuple(range(race.SEEDS))
    right = np.zeros((*map(len, settings), race.UPDATES // race.EVERY + 1), np.uint8)
    for place in np.ndindex(right.shape[:-1]):
        rate, racer, bias, delay, seed = (values[k] for values, k in zip(settings, place, strict=True))
        if racer in race.GATED or bias == race.BIASES[0]:
            right[place] = train(rate, racer, bias, delay, seed)
            print(rate, racer, bias, delay, seed, right[place], flush=True)
        else:
            right[place] = right[(*place[:2], 0, *place[3:])]
    return right


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1]) / race.FILE
    np.savez_compressed(path, right=everything())
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
