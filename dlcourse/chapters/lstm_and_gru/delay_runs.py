"""Trainings of an RNN, an LSTM and a GRU that have to remember one symbol over a delay: how they start, how they went.

The task is ``sequence_tasks.recall``. ``data/make_delay_runs.py`` runs them; how often each network was right is kept
in a small file.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files
from dlcourse.data_parts import Part
from dlcourse.scratch.sequence_networks import SequenceRegressor
from dlcourse.sequence_tasks import recall
from dlcourse.sequences import one_hot

FILE = "delay_runs.npz"
SYMBOLS = 4  # to remember, and as many others that say nothing
HIDDEN, BATCH_SIZE, CLIP = 16, 32, 1.0
RACERS = ("rnn", "identity", "lstm", "gru")  # "identity": an RNN whose W_h starts as the identity
GATED = ("lstm", "gru")
RATES = (0.003, 0.01)  # learning rates of Adam
DELAYS = (5, 10, 20, 40, 80, 160)  # symbols between the first one and the answer
BIASES = (0, 1, 2, 4)  # with which the gate that keeps starts: an LSTM's forget gate, a GRU's update gate
SEEDS = 5
EVERY, UPDATES = 50, 400  # a network is tested after every 50 of its updates
TESTS = 200  # new sequences


def sequences(examples: int, delay: int, generator: np.random.Generator) -> Part:
    """Sequences of ``recall`` as a network reads them: inputs (n, delay + 1, 8) float32, labels (n,) int64."""
    part = recall(examples, delay + 1, generator, SYMBOLS)
    return Part(one_hot(part.inputs, 2 * SYMBOLS), part.labels)


def build(racer: str, bias: float, generator: np.random.Generator) -> SequenceRegressor:
    """A network before its training, of 16 hidden units; all biases are 0 but that of the gate that keeps."""
    cell = racer if racer in GATED else "rnn"
    network = SequenceRegressor(cell, 2 * SYMBOLS, HIDDEN, SYMBOLS, generator=generator)
    layer = network.recurrent
    layer.bias_ih_l0.data[:] = layer.bias_hh_l0.data[:] = 0
    if racer == "identity":
        layer.weight_hh_l0.data[:] = np.eye(HIDDEN)
    elif racer in GATED:
        layer.bias_ih_l0.data[HIDDEN : 2 * HIDDEN] = bias  # the second part of i, f, g, o and of r, z, n
    return network


@lru_cache(maxsize=1)
def accuracies() -> NDArray[np.float64]:
    """The share of right answers to the new sequences (rates, racers, biases, delays, seeds, tests).

    Test k was after 50 k updates. A plain RNN has no gate that keeps: its runs stand there once for each bias. Raises
    CourseError when the file is missing or altered.
    """
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        shares: NDArray[np.float64] = file["right"] / TESTS
    shares.flags.writeable = False
    return shares
