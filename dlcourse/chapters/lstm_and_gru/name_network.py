"""A small LSTM that has learnt to tell a surname's language, for looking into: its weights, its gates, its opinion.

``data/make_name_network.py`` trains it. Its weights are kept as NumPy's own arrays, so that reading them runs no code.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files, datasets
from dlcourse.arrays import Array
from dlcourse.scratch.sequence_networks import SequenceClassifier
from dlcourse.sequences import Alphabet, lengths_of

FILE = "name_network.npz"
EMBEDDING, HIDDEN = 16, 32
CHARACTERS = " '-abcdefghijklmnopqrstuvwxyzßàáäåçèéêëíîñòóôöùúüćčđšž"  # of the data set
LANGUAGES = ("Croatian", "English", "Finnish", "French", "German", "Irish", "Italian", "Spanish", "Swedish", "Zulu")
LONGEST = 16  # letters of a name


@dataclass(frozen=True, eq=False)
class Reading:
    """What happens in the network while it reads names: entry [n, t] is of name n after its letter t + 1.

    ``gates`` (3, n, steps, hidden): input, forget and output gates; ``cells`` and ``states`` (n, steps, hidden): c and
    h; ``probabilities`` (n, steps, languages): what it would say if the name ended there.
    """

    gates: Array
    cells: Array
    states: Array
    probabilities: Array


def build(generator: np.random.Generator) -> SequenceClassifier:
    """The network with random weights."""
    return SequenceClassifier("lstm", len(Alphabet(CHARACTERS)), EMBEDDING, HIDDEN, len(LANGUAGES), generator=generator)


@lru_cache(maxsize=1)
def weights() -> dict[str, Array]:
    """The trained weights by the names of the layers, float64. CourseError: their file is missing or altered."""
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        return {name: array.astype(np.float64) for name, array in file.items()}


def read(tokens: NDArray[np.int64], forget: float | None = None) -> Reading:
    """Reads names, (n, steps) int64 with 0 behind a shorter one; ``forget`` holds every forget gate at that value.

    The formulas of the chapter, f = σ(W_f x + U_f h + b_f) and so on, all four in one product.
    """
    weight = weights()
    by_letter = weight["embedding.weight"] @ weight["recurrent.weight_ih_l0"].T
    bias = weight["recurrent.bias_ih_l0"] + weight["recurrent.bias_hh_l0"]
    h = c = np.zeros((len(tokens), HIDDEN))
    steps = []
    for numbers in tokens.T:
        a = by_letter[numbers] + bias + h @ weight["recurrent.weight_hh_l0"].T
        i, f, g, o = np.split(a, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        f = f if forget is None else np.full_like(f, forget)
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        steps.append((i, f, o, c, h))
    i, f, o, cells, states = (np.stack(parts, axis=1) for parts in zip(*steps, strict=True))
    logits = states @ weight["output.weight"].T + weight["output.bias"]
    powers = np.exp(logits - logits.max(axis=2, keepdims=True))
    return Reading(np.stack([i, f, o]), cells, states, powers / powers.sum(axis=2, keepdims=True))


def arguments(reading: Reading, language: int, other: int) -> Array:
    """How much each unit argues for one language against another, (n, steps, hidden): h_j (w_j − v_j).

    With the difference of the two biases they add up to that of the two logits. w, v (hidden,): rows of the last layer.
    """
    weight = weights()["output.weight"]
    argued: Array = reading.states * (weight[language] - weight[other])
    return argued


@lru_cache(maxsize=4)
def accuracy(forget: float | None = None) -> float:
    """The share of the validation part's names that it reads right, with every forget gate held where one is given."""
    part = datasets.load("names").validation
    last = lengths_of(part.inputs) - 1
    read_as = read(part.inputs, forget).probabilities[np.arange(len(part)), last].argmax(axis=1)
    return float((read_as == part.labels).mean())
