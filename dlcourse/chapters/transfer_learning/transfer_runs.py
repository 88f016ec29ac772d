"""Trainings of glyph networks on handwriting and on textures: what transfers, measured; read from a small file.

``data/make_transfer_runs.py`` runs them. All shares are of test examples that no choice was made with. Arrays are
read-only; their axes have the names of the tuples here.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files

FILE = "transfer_runs.npz"
SEEDS = 5  # of the labelled examples, the new layers and the order of mini-batches

# 1. Ways to use the pretrained network, and three that do not, by labels a class (digits).
LABELS = (5, 10, 20, 50, 100)
METHODS = ("frozen softmax", "frozen svm", "fine-tuned", "scratch", "random softmax", "pixels softmax")
RATES = (0.003, 0.01, 0.03)  # of Adam, for new layers; copied ones learn a tenth as fast
TRIALS = 2  # seeds with which all rates are tried
HEAD_UPDATES = (100, 200, 400, 800)  # where only a head is trained
HEAD_FIRST = (5, 10)  # labels a class at which the head was also trained before all was tuned
PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0)  # C of the linear support vector machine

# 2. The first k layers copied, all above drawn anew (digits).
DEPTHS = (0, 1, 2, 3, 4)  # k: none, stem, block1, block2, block3
CURVES = ("frozen", "tuned", "own frozen", "own tuned")  # copied from letters; from the same digits ("selffer")
CURVE_LABELS = (10, 100)
CURVE_RATE, CURVE_UPDATES, CURVE_SEEDS = 0.01, 150, 3

# 3. The four cases.
TARGETS = ("digits", "textures")
SIZES = ("small", "large")
CASE_LABELS = {"small": 10, "large": 240}  # labels a class
CASE_METHODS = ("frozen softmax", "fine-tuned", "scratch")
CASE_UPDATES = {"small": (50, 100, 200), "large": (200, 400)}
CASE_SEEDS = 3

# 4. Learning rates of the copied layers in fine-tuning, 10 labels a class; the head has 0.01 (digits).
TUNING_RATES = (0.00001, 0.0001, 0.001, 0.01, 0.1)
TUNING_TESTS = (0, 10, 20, 50, 100)  # updates
TUNING_SEEDS = 3

# 5. The experiment's grid: so many of the pretrained layers frozen, the others tuned.
GRID_LABELS = (5, 20, 100)
GRID_RATES = (0.0001, 0.001, 0.01, 0.1)  # of the copied layers; the head has 0.01
GRID_TESTS = (0, 5, 10, 20, 40, 60, 80, 100)  # updates
GRID_DRAWS = 2
POINTS = 200  # test digits on the map, 20 of each class
REACH = 14.0  # of the map: what lies beyond is put at the rim

# 6. Batch normalization while the weights are frozen.
STATISTICS = ("kept", "moving")

# 7. Other targets made of the digits, in search of negative transfer.
OTHERS = ("inverted", "position", "slant")
OTHER_METHODS = ("frozen softmax", "random softmax", "fine-tuned", "fine-tuned fast", "scratch")
OTHER_LABELS = 50
OTHER_RATES = (
    0.01,
    0.03,
    0.1,
)  # "fine-tuned" has the first two, "fine-tuned fast" the last: copied layers learn with 0.01


def stops(labels: int) -> tuple[int, ...]:
    """The numbers of updates among which a whole network's training chooses, for so many labels a class."""
    return (50, 100, 200) if labels <= 20 else (100, 200, 300)


@lru_cache(maxsize=1)
def _arrays() -> dict[str, NDArray[Any]]:
    """All arrays of the file by name. Raises CourseError when it is missing or altered."""
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        arrays = dict(file)
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


Shares = NDArray[np.float32]


def accuracies() -> Shares:
    """The share of test digits that are right (METHODS, LABELS, SEEDS)."""
    return _arrays()["methods"]


def head_first() -> Shares:
    """The share of test digits that are right where the head was trained before all was tuned (HEAD_FIRST, SEEDS).

    The head learns alone for 200 updates; then all layers learn with one rate, chosen as for the other methods.
    """
    return _arrays()["head_first"]


def choices() -> tuple[Shares, NDArray[np.int64]]:
    """What was chosen on validation: rates, for the machine C, and updates, 0 for the machine; (METHODS, LABELS)."""
    return _arrays()["methods_rates"], _arrays()["methods_updates"]


def layer_accuracies() -> Shares:
    """The share of test digits that are right (CURVE_LABELS, CURVES, DEPTHS, CURVE_SEEDS).

    At depth 0 nothing is copied: all curves have the same networks there, from scratch.
    """
    return _arrays()["layers"]


def case_accuracies() -> Shares:
    """The share of the target's test examples that are right (TARGETS, SIZES, CASE_METHODS, CASE_SEEDS)."""
    return _arrays()["cases"]


def case_examples() -> NDArray[np.int64]:
    """How many labelled examples there were (TARGETS, SIZES)."""
    return _arrays()["cases_examples"]


def rate_accuracies() -> Shares:
    """The share of test digits that are right (TUNING_RATES, TUNING_TESTS, TUNING_SEEDS)."""
    return _arrays()["rates"]


def letters_kept() -> Shares:
    """The share of new letters that a fresh softmax tells by the tuned features (TUNING_RATES and 2, TUNING_SEEDS).

    The last two rows: by the features as pretrained, and by those of random weights.
    """
    return _arrays()["rates_letters"]


def statistics_accuracies() -> Shares:
    """The share that is right of test digits, by the new head, and of letters, by the old one (STATISTICS, 2, SEEDS).

    All weights but the new head's are frozen; 10 digits a class.
    """
    return _arrays()["statistics"]


def other_accuracies() -> Shares:
    """The share of test examples that are right, of other targets (OTHERS, OTHER_METHODS, CASE_SEEDS).

    The targets are made of the digits by ``target_tasks``; ``OTHER_LABELS`` labels a class.
    """
    return _arrays()["others"]


def taught_slant() -> Shares:
    """The same for ``slant``, fine-tuned from a network that has learnt how letters lean (CASE_SEEDS,)."""
    return _arrays()["others_taught"]


@dataclass(frozen=True, eq=False)
class Grid:
    """The experiment's runs.

    ``accuracies`` (DEPTHS, GRID_LABELS, GRID_RATES, GRID_TESTS, GRID_DRAWS): the share of 500 test digits. Of the first
    draw ``after`` (DEPTHS, GRID_LABELS, GRID_RATES, POINTS, 2): where 200 of them lie on the map at the end, and
    ``own`` (DEPTHS, GRID_LABELS, GRID_RATES): for how many of these the nearest other one, by all 64 features, is of
    the same class; ``before`` (POINTS, 2) and ``own_before``: the same for the pretrained features.
    ``basis`` (3, 64): the mean of these and the two axes of the map.
    """

    accuracies: Shares
    before: Shares
    after: Shares
    own: Shares
    own_before: float
    basis: Shares


@lru_cache(maxsize=1)
def grid() -> Grid:
    """The grid that ``freeze_and_tune`` shows."""
    arrays = _arrays()
    before, after = (
        arrays[name].astype(np.float32) * np.float32(REACH / 127) for name in ("grid_before", "grid_after")
    )
    before.flags.writeable = after.flags.writeable = False
    own_before = float(arrays["grid_own_before"])
    return Grid(arrays["grid"], before, after, arrays["grid_own"], own_before, arrays["grid_basis"])
