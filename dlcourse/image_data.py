"""The data sets of images that need no network: handwritten digits, photographs, and glyphs that are drawn."""

from importlib import import_module
from typing import Any

import numpy as np

from dlcourse import data_files, glyphs, installation, validation
from dlcourse.data_parts import Part, Photographs, Splits, split_indices, splits_of
from dlcourse.data_sources import SOURCES
from dlcourse.errors import CourseError

MNIST_PROPORTIONS = (0.7, 0.1, 0.2)
GLYPHS = glyphs.CHARACTERS[:36]  # the digits and the capital letters


def load_mnist(seed: int, proportions: tuple[float, float, float] | None) -> Splits:
    """The 10,000 digits of MNIST in ``data/``, cut class by class, 7 to 1 to 2 where no proportions are given."""
    with np.load(data_files.find("mnist_10k.npz"), allow_pickle=False) as file:
        pixels, labels = file["images"][:, None], file["labels"].astype(np.int64)
    shares = MNIST_PROPORTIONS if proportions is None else proportions
    indices = split_indices(labels, np.random.default_rng(seed), shares, stratify=True)
    return splits_of("mnist", *(Part(scaled(pixels[chosen]), labels[chosen]) for chosen in indices))


def load_glyphs(
    seed: int,
    proportions: tuple[float, float, float] | None,
    *,
    examples: int = 10_000,
    characters: str = GLYPHS,
    **distortions: Any,
) -> Splits:
    """So many glyphs, each class equally often (one more of the first ones), drawn and cut by one generator."""
    count = validation.check_count(examples, "examples")
    characters = glyphs.check_characters(characters)
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % len(characters)
    images = glyphs.draw(labels, characters, generator, **distortions)
    glyphs.check_fonts()
    indices = split_indices(labels, generator, proportions, stratify=True)
    parts = (Part(images[chosen], labels[chosen]) for chosen in indices)
    return splits_of("glyphs", *parts, class_names=tuple(characters))


def load_photographs() -> Photographs:
    """scikit-learn's two photographs, channels first."""
    try:
        sample = scikit_learn().load_sample_images()
    except ImportError as error:
        raise CourseError(
            f"The photographs need Pillow: run `{installation.command()}` {installation.place()}."
        ) from error
    pixels = np.stack(sample.images).transpose(0, 3, 1, 2)
    names = tuple(path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in sample.filenames)
    images = np.ascontiguousarray(pixels, dtype=np.float32) / np.float32(255)
    return Photographs(images, names, SOURCES["photographs"].source, SOURCES["photographs"].licence)


def scaled(pixels: np.ndarray) -> np.ndarray:
    """Pixels uint8 -> float32 in [0, 1]."""
    scaled = pixels.astype(np.float32)
    scaled /= np.float32(255)
    return scaled


def scikit_learn() -> Any:
    """scikit-learn's data sets, imported when they are first needed (it takes a second)."""
    try:
        return import_module("sklearn.datasets")
    except ImportError as error:
        raise CourseError(
            f"This data set comes with scikit-learn, which cannot be imported ({error}). {installation.advice()}."
        ) from error
