"""The mini-batch of digits whose way through a network is looked at."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array

EXAMPLES, WIDTH = 128, 64  # digits, and pixels of each


@lru_cache(maxsize=1)
def digits_batch() -> tuple[Array, NDArray[np.integer]]:
    """The first digits (128, 64) of the training part, of mean 0 by pixel and variance 1 in all, and their labels."""
    training = datasets.load("digits").train
    pixels = training.inputs.reshape(len(training), -1).astype(np.float64)
    centered = pixels - pixels.mean(axis=0)
    return centered[:EXAMPLES] / centered.std(), training.labels[:EXAMPLES]
