"""Trainings of networks with dropout at several rates, on few digits and on many: how they are built, how they went.

``data/make_dropout_runs.py`` runs them; what was measured on the way is kept in a small file. In one column of it, that
of a seed, all rates have the same examples, the same first weights and the same order of mini-batches.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files
from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.scratch import layers

FILE = "dropout_runs.npz"
EXAMPLES = (100, 500, 3000)  # training examples
WIDTHS = (32, 256)  # units in each of the two hidden layers
RATES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # the probability p of setting a unit to 0
SEEDS = 5
EVERY, UPDATES = 50, 600
BATCH_SIZE, LEARNING_RATE = 100, 0.001  # of Adam
REPORTED = 10  # mini-batches, the last before a test, whose mean loss is what training reports
INPUTS, CLASSES = 14 * 14, 10


class Runs(NamedTuple):
    """Each (examples, widths, rates, seeds, tests), float64; test k was after 50 (k + 1) updates.

    ``reported``: mean loss of the last ten mini-batches, while units drop. All else is measured with none dropping.
    """

    reported: Array
    training_loss: Array
    training_accuracy: Array
    test_loss: Array
    test_accuracy: Array


def halved(part: Part) -> Part:
    """MNIST's digits (n, 1, 28, 28) with a pixel for four: inputs (n, 196) of the same type, the same labels."""
    blocks = part.inputs.reshape(-1, 14, 2, 14, 2)
    return Part(blocks.mean(axis=(2, 4)).reshape(-1, INPUTS), part.labels)


def build(width: int, rate: float, seed: int) -> layers.Sequential:
    """A network for such digits: two hidden layers with ReLU, each followed by dropout; equal weights at all rates."""
    weights, drops = np.random.default_rng(seed), np.random.default_rng(1000 + seed)
    return layers.Sequential(
        layers.Linear(INPUTS, width, generator=weights),
        layers.ReLU(),
        layers.Dropout(rate, generator=drops),
        layers.Linear(width, width, generator=weights),
        layers.ReLU(),
        layers.Dropout(rate, generator=drops),
        layers.Linear(width, CLASSES, generator=weights),
    )


@lru_cache(maxsize=1)
def runs() -> Runs:
    """What was measured. Raises CourseError when the file is missing or altered."""
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        measured: NDArray[np.float64] = file["measured"].astype(np.float64)
    measured.flags.writeable = False
    return Runs(*measured)
