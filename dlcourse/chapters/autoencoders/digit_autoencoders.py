"""Autoencoders of MNIST's digits: how they are built, the weights that three of them learnt, what was measured.

``data/make_digit_autoencoders.py`` trains them, each family from ``SEEDS`` starts. Kept are the weights that an
experiment of chapter 20 runs (float16), ready reconstructions (uint8), and mean squared errors.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse import checkpoints, data_files, datasets
from dlcourse.arrays import Array
from dlcourse.scratch.autoencoders import Autoencoder
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.components import Components
from dlcourse.scratch.reconstruction import corrupt

FILE = "digit_autoencoders.safetensors"
PIXELS, CLASSES = 784, 10
SEEDS = 3

# --- the bottleneck's width

WIDTHS = tuple(2**power for power in range(11))
HIDDEN = 256  # units of the layers beside a deep network's code, or as many as the code has, if these are more
LETTERS = "ABCDEFGHJK"  # printed ones, which no network was trained on


def deep(width: int, generator: np.random.Generator) -> Autoencoder:
    """784 – 256 – k – 256 – 784: ReLU beside a linear code."""
    sizes = (PIXELS, max(HIDDEN, width), width)
    return Autoencoder(sizes, activation="relu", code="linear", generator=generator)


def shallow(width: int, generator: np.random.Generator) -> Autoencoder:
    """784 – k – 784: the same without the layers beside the code; only the sigmoid at the end is left of them."""
    return Autoencoder((PIXELS, width), activation="linear", generator=generator)


def starts(width: int) -> int:
    """From how many starts networks of that width were trained: wide ones take long."""
    return SEEDS if width <= 128 else 1


FAMILIES: dict[str, Callable[[int, np.random.Generator], Autoencoder]] = {"deep": deep, "shallow": shallow}

# --- the map

MAP_SIZES = (PIXELS, 112, 48, 2)


def map_network(generator: np.random.Generator) -> Autoencoder:
    """784 – 112 – 48 – 2 – 48 – 112 – 784: a digit's code is a point of the plane."""
    return Autoencoder(MAP_SIZES, activation="relu", code="linear", generator=generator)


# --- noise

KINDS = ("mask", "gaussian")
LEVELS = tuple(step / 10 for step in range(10))
# name -> kind of noise, its lowest and its highest level in training
DENOISERS = {
    "plain": ("mask", 0.0, 0.0),
    "half": ("mask", 0.5, 0.5),
    "every": ("mask", 0.0, 0.9),
    "gaussian": ("gaussian", 0.5, 0.5),
}
DENOISER_SIZES = (PIXELS, 64)


def denoiser(generator: np.random.Generator) -> Autoencoder:
    """784 – 64 – 784 with ReLU: the same network for every kind of noise."""
    return Autoencoder(DENOISER_SIZES, activation="relu", generator=generator)


def corruption(name: str, generator: np.random.Generator) -> Callable[[Array], Array] | None:
    """What spoils the digits of that denoiser's training: each example at a level of its own, drawn evenly."""
    kind, low, high = DENOISERS[name]
    if high == 0:
        return None
    if low == high:
        return lambda x: corrupt(x, high, generator, kind)
    return lambda x: np.concatenate([corrupt(row, generator.uniform(low, high), generator, kind) for row in x[:, None]])


def brightness(name: str, kind: str, level: float) -> float:
    """The factor that gives noisy digits the mean ink of those that the denoiser learnt from."""
    trained, low, high = DENOISERS[name]
    learnt = 1 - (low + high) / 2 if trained == "mask" else 1.0
    return learnt / (1 - level) if kind == "mask" else learnt


def kept_bright(noisy: Array, kind: str, level: float) -> Array:
    """Noisy digits with the mean ink of clean ones: what PCA gets, whose mean is that of clean ones."""
    return brightness("plain", kind, level) * noisy


# --- what was trained and measured


@lru_cache(maxsize=1)
def kept() -> Mapping[str, Any]:
    """The content of the file, by name. Raises CourseError when it is missing or altered."""
    content: dict[str, Any] = checkpoints.load(data_files.find(FILE))
    return content


@lru_cache(maxsize=1)
def digits() -> Array:
    """The first test digit of each class, (10, 784) float32."""
    test = datasets.load("mnist").test
    first = [int(np.flatnonzero(test.labels == digit)[0]) for digit in range(CLASSES)]
    return _locked(test.inputs[first].reshape(CLASSES, PIXELS))


@lru_cache(maxsize=1)
def components() -> Components:
    """All 784 principal components of the training digits, from their covariance: a fifth of the time of an SVD."""
    x = datasets.load("mnist").train.inputs.reshape(-1, PIXELS).astype(np.float64)
    mean = x.mean(axis=0)
    variances, axes = np.linalg.eigh((x - mean).T @ (x - mean) / (len(x) - 1))
    found = [mean, axes[:, ::-1].T, variances[::-1]]
    return Components(*(_locked(each.astype(np.float32)) for each in found))


def projected(x: Array, k: int) -> Array:
    """(n, 784) described by k principal components, at most all 784, and cut off at 0 and 1, as gray values are."""
    mean, axes = components().mean, components().axes[:k]
    return np.clip((x - mean) @ axes.T @ axes + mean, 0, 1)


@lru_cache(maxsize=len(DENOISERS))
def trained_denoiser(name: str) -> Autoencoder:
    """The denoiser of that name, as it was trained from the first start."""
    network = denoiser(np.random.default_rng(0))
    network.load_state_dict(kept()["denoisers"]["weights"][name])
    return _computes_only(network)


def restored(name: str, x: Array) -> Array:
    """What the denoiser makes of x (n, 784)."""
    return trained_denoiser(name)(Tensor(x)).data


@lru_cache(maxsize=1)
def _map_decoder() -> Autoencoder:
    network = map_network(np.random.default_rng(0))  # its encoder is not kept: the codes of the test digits are
    network.decoder.load_state_dict(kept()["map"]["decoder"])
    return _computes_only(network)


def decoded(points: Array) -> Array:
    """Points of the map (n, 2), in standard deviations of the training digits' codes -> images (n, 784)."""
    kept_map = kept()["map"]
    codes = points * kept_map["scale"] + kept_map["center"]
    return _map_decoder().decode(Tensor(codes.astype(np.float32))).data


@lru_cache(maxsize=1)
def map_points() -> Array:
    """Where the test digits lie on the map, (2000, 2)."""
    kept_map = kept()["map"]
    return _locked((kept_map["codes"].astype(np.float32) - kept_map["center"]) / kept_map["scale"])


def mean_squared(x_hat: Array, x: Array) -> Array:
    """The mean of (x̂ − x)² over the pixels of each example, (n,) float64."""
    difference = x_hat.astype(np.float64) - x
    return (difference**2).mean(axis=1)


def _computes_only(network: Autoencoder) -> Autoencoder:
    """Without a graph behind every result."""
    for parameter in network.parameters():
        parameter.requires_grad = False
    return network


def _locked(array: Array) -> Array:
    array.flags.writeable = False
    return array
