"""A small convolutional network that has learnt MNIST's digits, for looking into: its layers, and its weights.

``data/make_digit_network.py`` trains it. Its weights are kept as NumPy's own arrays, so that reading them runs no code
and needs no other library.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import data_files, datasets
from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

FILE = "digit_network.npz"
CHANNELS = 8  # of both convolutions
KERNEL = 5
CLASSES = 10
TOGETHER = 50  # images: what the layers write for them stays near the processor
EXAMPLES = 6  # test digits of each class that a reader can choose from; the network misreads the last


def build(generator: np.random.Generator) -> Sequential:
    """The network with random weights: images (n, 1, 28, 28) to logits (n, 10), as LeNet-5 with fewer channels.

    Maps of 24 × 24 numbers are pooled to 12 × 12, those of 8 × 8 to 4 × 4.
    """
    return Sequential(
        Conv2d(1, CHANNELS, KERNEL, generator=generator),
        ReLU(),
        MaxPool2d(2),
        Conv2d(CHANNELS, CHANNELS, KERNEL, generator=generator),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(CHANNELS * 4 * 4, CLASSES, generator=generator),
    )


@lru_cache(maxsize=1)
def trained() -> Sequential:
    """The network as it was trained. Raises CourseError when its file is missing or altered."""
    network = build(np.random.default_rng(0))
    with np.load(data_files.find(FILE), allow_pickle=False) as file:
        network.load_state_dict(dict(file))
    for parameter in network.parameters():
        parameter.requires_grad = False  # it only computes: no graph is kept
    return network


@lru_cache(maxsize=1)
def examples() -> Array:
    """Test digits of each class, (10, 6, 28, 28) float32 in [0, 1]: the first five, and one that is misread.

    None of them was trained on. The last is the one to which the network gives the highest probability of another
    class.
    """
    test = datasets.load("mnist").test
    images: NDArray[np.float32] = test.inputs[:, 0]
    chances = probabilities(images)
    chances[np.arange(len(images)), test.labels] = 0  # of the wrong classes alone
    wrong, chosen = chances.max(axis=1), []
    for digit in range(CLASSES):
        places = np.flatnonzero(test.labels == digit)
        chosen.append([*places[: EXAMPLES - 1], places[wrong[places].argmax()]])
    kept = images[np.array(chosen)]
    kept.flags.writeable = False
    return kept


def logits(images: Array) -> Array:
    """What the network says of images (n, 28, 28): (n, 10)."""
    parts = [images[start : start + TOGETHER, None] for start in range(0, len(images), TOGETHER)]
    return np.concatenate([trained()(Tensor(part)).data for part in parts])


def probabilities(images: Array) -> Array:
    """How probable each class is to the network for images (n, 28, 28): (n, 10)."""
    shifted = logits(images).astype(np.float64)
    powers = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
