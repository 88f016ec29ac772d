"""Trainings of one deep network from different starts, with few and with many labels: how they start, how they went.

``data/make_pretraining_runs.py`` runs them on MNIST's digits, all 7,001 training images of which may be looked at
without their labels; how often each network was wrong along its training is kept in a small file.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files
from dlcourse.arrays import Array
from dlcourse.scratch.layers import Sequential
from dlcourse.scratch.pretraining import deep_network, pretrain_greedily

FILE = "pretraining_runs.npz"
WIDTH, BATCH_SIZE, SEEDS, CHECKS = 100, 20, 5, 10  # a network is checked at the start and 10 times
CASES = ((3, 1000), (5, 1000), (3, 7001), (3, 100))  # hidden layers, and labelled images
UPDATES = {100: 2000, 1000: 4000, 7001: 6000}  # of fine-tuning, by the number of labels
PRETRAINED = ("supervised", "autoencoder", "denoising", "boltzmann")
# "none": sigmoid units and the start that was usual before 2010; "longer": the same with as many more updates as
# pretraining takes; "shallow": one hidden layer. The last five have the deep network without pretraining, and one
# change: Glorot's start, four times that, ReLU with He's start, batch normalization, Adam for SGD.
METHODS = ("none", "longer", "shallow", *PRETRAINED, "glorot", "glorot × 4", "relu", "normalized", "adam")
RATES = (0.1, 0.3, 1.0, 3.0, 10.0)  # of SGD in fine-tuning
SMALLER = {"relu": 10, "adam": 100}  # by which the rates of these are divided
PRE_EPOCHS, PRE_RATES = 10, {"supervised": 1.0, "autoencoder": 0.1, "denoising": 0.1, "boltzmann": 0.1}
LEVEL = 0.25  # share of the inputs that "denoising" masks
PARTS = {"validation": 999, "test": 2000}
CHANGES: dict[str, dict[str, Any]] = {
    "glorot": {"start": "xavier"},
    "glorot × 4": {"start": "xavier", "gain": 4.0},
    "relu": {"activation": "relu", "start": "kaiming"},
    "normalized": {"normalized": True},
}


def build(method: str, hidden: int, generator: np.random.Generator) -> Sequential:
    """A network before any training, with ``hidden`` layers of 100 units: (n, 784) -> logits (n, 10)."""
    sizes = (784, *[WIDTH] * (1 if method == "shallow" else hidden), 10)
    return deep_network(sizes, generator=generator, **CHANGES.get(method, {}))


def pretrain(method: str, network: Sequential, inputs: Array, labels: Array, generator: np.random.Generator) -> None:
    """Pretrains the hidden layers of a network from ``build``, with labels only where the method is "supervised".

    It sees as many images a layer as the others do, the same ones again where few have labels.
    """
    epochs = PRE_EPOCHS * 7001 // len(inputs)
    how: dict[str, Any] = {"epochs": epochs, "rate": PRE_RATES[method], "batch_size": BATCH_SIZE, "level": LEVEL}
    pretrain_greedily(network, inputs, kind=method, labels=labels, generator=generator, **how)


def pretraining_updates(hidden: int) -> int:
    """How many updates pretraining takes, all layers together."""
    return hidden * PRE_EPOCHS * -(-7001 // BATCH_SIZE)


@lru_cache(maxsize=1)
def _file() -> dict[str, NDArray[Any]]:
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def errors(part: str = "test") -> NDArray[np.float64]:
    """Errors in percent of "validation" or "test" along the training: (cases, methods, seeds, checks + 1).

    Cases as in CASES, methods as in METHODS. Raises CourseError when the file is missing or altered, KeyError for
    another part.
    """
    return 100.0 * _file()[part] / PARTS[part]


def training_losses() -> NDArray[np.float64]:
    """The cross-entropy of (at most 1,000 of) the labelled images: (cases, methods, seeds, checks + 1)."""
    return _file()["losses"].astype(np.float64)


def training_errors() -> NDArray[np.float64]:
    """Errors in percent of (at most 1,000 of) the labelled images: (cases, methods, seeds, checks + 1)."""
    labelled = np.array([min(labels, 1000) for _, labels in CASES])
    return 100.0 * _file()["training"] / labelled[:, None, None, None]


def rates() -> NDArray[np.float64]:
    """The learning rates that were chosen: (cases, methods)."""
    return np.array(RATES)[_file()["chosen"]] / [SMALLER.get(method, 1) for method in METHODS]


def tried() -> NDArray[np.float64]:
    """Lowest validation error in percent at each rate, with the first seed: (cases, methods, rates).

    "longer" was not tried: it has the rate of "none", and its row.
    """
    return 100.0 * _file()["tried"] / PARTS["validation"]


def stopped() -> NDArray[np.int64]:
    """The check with the lowest validation error, of equal ones the first: (cases, methods, seeds)."""
    return _file()["validation"].argmin(axis=-1)


def test_errors() -> NDArray[np.float64]:
    """Test errors in percent where the validation error was lowest: (cases, methods, seeds)."""
    return np.take_along_axis(errors(), stopped()[..., None], axis=-1)[..., 0]


def summary(hidden: int, labels: int) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation (over the seeds, n − 1) of the test error in percent, by method.

    Raises ValueError for a case that is not in CASES.
    """
    if (hidden, labels) not in CASES:
        raise ValueError(f"expected one of {CASES}, hidden layers and labels, received {(hidden, labels)}.")
    rows = test_errors()[CASES.index((hidden, labels))]
    return {method: (float(row.mean()), float(row.std(ddof=1))) for method, row in zip(METHODS, rows, strict=True)}
