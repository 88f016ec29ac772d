"""Named data sets, checked once and split once: ``load("digits")`` gives training, validation and test parts.

Nothing is standardized: what a chapter does to its inputs, it does where the reader can see it.
"""

import csv
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, overload

import numpy as np

from dlcourse import data_files, validation
from dlcourse.data_sources import SOURCES
from dlcourse.errors import CourseError

SPLIT_SEED = 20240
PROPORTIONS = (0.8, 0.1, 0.1)
TABLES = ("digits", "breast_cancer", "diabetes", "iris", "wine")
DOWNLOADS = ("fashion_mnist", "cifar10")
NAMES = (*TABLES, "photographs", "michelson", "kerrich", *DOWNLOADS)


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a data set: ``inputs`` (n, ...) float32, ``labels`` (n,) int64 classes or float32 targets."""

    inputs: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        validation.check_same_length(inputs=self.inputs, labels=self.labels)

    def __len__(self) -> int:
        return len(self.inputs)

    def __repr__(self) -> str:
        return f"Part(inputs: {self.inputs.shape} {self.inputs.dtype}, labels: {self.labels.shape} {self.labels.dtype})"


@dataclass(frozen=True, eq=False)
class Splits:
    """A data set in three parts that share no example.

    ``class_names`` is empty for a regression; ``label_name`` says what is predicted; ``units`` maps a feature (or the
    label) to its unit, for those whose unit is known.
    """

    name: str
    train: Part
    validation: Part
    test: Part
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    label_name: str
    source: str
    licence: str
    units: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        sizes = f"{len(self.train)} for training, {len(self.validation)} for validation, {len(self.test)} for testing"
        shape = validation.show_shape(self.train.inputs.shape[1:])
        kind = f"{len(self.class_names)} classes" if self.class_names else f"a number: {self.label_name}"
        return f"Splits({self.name}: {sizes}; each input {shape}; {kind})"


@dataclass(frozen=True, eq=False)
class Photographs:
    """Color photographs: ``images`` (n, 3, height, width) float32 in [0, 1]."""

    images: np.ndarray
    names: tuple[str, ...]
    source: str
    licence: str


@dataclass(frozen=True, eq=False)
class Measurements:
    """Repeated measurements of one quantity: ``values`` (n,) float64 in ``unit``, ``run`` (n,) int64 counted from 1."""

    name: str
    values: np.ndarray
    run: np.ndarray
    unit: str
    source: str
    licence: str


@dataclass(frozen=True, eq=False)
class CoinFlips:
    """One coin, flipped many times: after ``flips`` (n,) int64 of them, ``heads`` (n,) int64 were heads."""

    flips: np.ndarray
    heads: np.ndarray
    source: str
    licence: str


@overload
def load(name: Literal["photographs"]) -> Photographs: ...
@overload
def load(name: Literal["michelson"]) -> Measurements: ...
@overload
def load(name: Literal["kerrich"]) -> CoinFlips: ...
@overload
def load(
    name: Literal["digits", "breast_cancer", "diabetes", "iris", "wine", "fashion_mnist", "cifar10"],
    *,
    download: bool = False,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] = PROPORTIONS,
) -> Splits: ...
@overload
def load(
    name: str, *, download: bool = False, seed: int = SPLIT_SEED, proportions: tuple[float, float, float] = PROPORTIONS
) -> Any: ...
def load(
    name: str, *, download: bool = False, seed: int = SPLIT_SEED, proportions: tuple[float, float, float] = PROPORTIONS
) -> Splits | Photographs | Measurements | CoinFlips:
    """The data set of that name.

    - ``"digits"``: Splits; inputs (n, 1, 8, 8) float32 in [0, 1], labels (n,) int64, ten classes.
    - ``"breast_cancer"``, ``"iris"``, ``"wine"``: Splits; inputs (n, features) float32 as measured, labels (n,) int64.
    - ``"diabetes"``: Splits; inputs (n, 10) float32 as measured, labels (n,) float32.
    - ``"photographs"``: Photographs, two of them.
    - ``"michelson"``: Measurements of the speed of light, km/s.
    - ``"kerrich"``: CoinFlips, the counts of heads along 10,000 flips.
    - ``"fashion_mnist"`` (n, 1, 28, 28), ``"cifar10"`` (n, 3, 32, 32): Splits, downloaded once with ``download=True``.

    A table is shuffled by a generator with ``seed`` and cut by ``proportions`` (training, validation, test); each class
    is cut so, that every part holds the classes in the same proportions. The downloaded sets keep their own test part.
    Raises CourseError for an unknown name (with the nearest known one), ValueError for proportions that do not fit.
    """
    if name in TABLES:
        return _load_table(name, seed, proportions)
    others: dict[str, Callable[[], Photographs | Measurements | CoinFlips]]
    others = {"photographs": _load_photographs, "michelson": _load_michelson, "kerrich": _load_kerrich}
    if name in others:
        return others[name]()
    if name in DOWNLOADS:
        return _load_download(name, download, seed)
    nearest = difflib.get_close_matches(str(name).lower(), NAMES, n=1, cutoff=0.5)
    suggestion = f' Did you mean "{nearest[0]}"?' if nearest else ""
    raise CourseError(f"There is no data set {name!r}.{suggestion} Known names: {', '.join(NAMES)}.")


def batches(
    part: Part, batch_size: int, generator: np.random.Generator | None = None, drop_last: bool = False
) -> Iterator[Part]:
    """Parts of ``batch_size`` examples, each example once, in an order drawn from ``generator`` (None: as they lie).

    The last batch is smaller when the size does not divide the number of examples; ``drop_last=True`` leaves it out.
    Raises, at the call, TypeError or ValueError for a batch size below 1 or something that is not a generator.
    """
    validation.check_count(batch_size, "batch_size")
    if generator is not None:
        validation.check_generator(generator)
    return _batches(part, batch_size, generator, drop_last)


def _batches(part: Part, batch_size: int, generator: np.random.Generator | None, drop_last: bool) -> Iterator[Part]:
    count = len(part)
    order = np.arange(count) if generator is None else generator.permutation(count)
    for start in range(0, count, batch_size):
        chosen = order[start : start + batch_size]
        if drop_last and len(chosen) < batch_size:
            return
        yield Part(part.inputs[chosen], part.labels[chosen])


def split_indices(
    labels: np.ndarray, generator: np.random.Generator, proportions: tuple[float, float, float], *, stratify: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices (int64) of the training, validation and test parts, shuffled; with ``stratify``, class by class.

    Raises ValueError when the proportions do not sum to 1, or when a share above 0 comes to no example.
    """
    validation.check_probabilities(proportions, "proportions", axis=0)
    groups = [np.flatnonzero(labels == value) for value in np.unique(labels)] if stratify else [np.arange(len(labels))]
    parts: tuple[list[np.ndarray], ...] = ([], [], [])
    for group in groups:
        shuffled = generator.permutation(group)
        ends = np.rint(np.cumsum(proportions)[:2] * len(group)).astype(int)
        for part, piece in zip(parts, np.split(shuffled, ends), strict=True):
            part.append(piece)
    train, held_out, test = (generator.permutation(np.concatenate(part)) for part in parts)
    for name, chosen, share in zip(
        ("training", "validation", "test"), (train, held_out, test), proportions, strict=True
    ):
        if share > 0 and len(chosen) == 0:
            raise ValueError(f"proportions: {share} of {len(labels)} examples leaves the {name} part empty.")
    return train, held_out, test


def _load_table(name: str, seed: int, proportions: tuple[float, float, float]) -> Splits:
    """A table of scikit-learn as Splits: digits as images in [0, 1], the others as measured."""
    options = {"scaled": False} if name == "diabetes" else {}
    table = getattr(_scikit_learn(), f"load_{name}")(**options)
    regression = name == "diabetes"
    inputs = table.data.astype(np.float32)
    if name == "digits":
        inputs = validation.check_range(inputs / np.float32(16), "digits", 0, 1).reshape(-1, 1, 8, 8)
    inputs = validation.check_finite(inputs, name)
    labels = table.target.astype(np.float32 if regression else np.int64)
    class_names = () if regression else SOURCES[name].class_names or tuple(map(str, table.target_names))
    feature_names = (
        () if name == "digits" else SOURCES[name].feature_names or tuple(map(_readable, table.feature_names))
    )
    if not regression:
        validation.check_labels(labels, name, len(class_names))
    indices = split_indices(labels, np.random.default_rng(seed), proportions, stratify=not regression)
    parts = (Part(inputs[chosen], labels[chosen]) for chosen in indices)
    return _splits(name, *parts, class_names=class_names, feature_names=feature_names)


def _splits(name: str, train: Part, held_out: Part, test: Part, **names: tuple[str, ...]) -> Splits:
    known = SOURCES[name]
    return Splits(
        name=name,
        train=train,
        validation=held_out,
        test=test,
        class_names=names.get("class_names", known.class_names),
        feature_names=names.get("feature_names", known.feature_names),
        label_name=known.label_name,
        source=known.source,
        licence=known.licence,
        units=known.units,
    )


def _load_photographs() -> Photographs:
    try:
        sample = _scikit_learn().load_sample_images()
    except ImportError as error:
        raise CourseError(
            "The photographs need Pillow: run `python -m pip install -c constraints.txt -e .` in the course's folder."
        ) from error
    pixels = np.stack(sample.images).transpose(0, 3, 1, 2)
    names = tuple(path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in sample.filenames)
    images = np.ascontiguousarray(pixels, dtype=np.float32) / np.float32(255)
    return Photographs(images, names, SOURCES["photographs"].source, SOURCES["photographs"].licence)


def _load_michelson() -> Measurements:
    with data_files.find("michelson_1879.csv").open(newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    values = np.array([299_000 + float(row["speed_above_299000_km_per_s"]) for row in rows])
    run = np.array([int(row["run"]) for row in rows], dtype=np.int64)
    known = SOURCES["michelson"]
    return Measurements("michelson", values, run, "km/s", known.source, known.licence)


def _load_kerrich() -> CoinFlips:
    with data_files.find("kerrich_1946.csv").open(newline="", encoding="ascii") as file:
        rows = np.array([[int(row["flips"]), int(row["heads"])] for row in csv.DictReader(file)], dtype=np.int64)
    known = SOURCES["kerrich"]
    return CoinFlips(rows[:, 0], rows[:, 1], known.source, known.licence)


def _load_download(name: str, download: bool, seed: int) -> Splits:
    """A downloaded set as Splits: its own test part; of the rest, a tenth of all for validation, class by class."""
    from dlcourse import downloads

    pixels, labels, test_pixels, test_labels = downloads.load(name, download=download)
    held_out_share = {"fashion_mnist": 1 / 8, "cifar10": 1 / 10}[name]
    proportions = (1 - held_out_share, held_out_share, 0.0)
    train, held_out, _ = split_indices(labels, np.random.default_rng(seed), proportions, stratify=True)
    return _splits(
        name,
        Part(_scaled(pixels[train]), labels[train]),
        Part(_scaled(pixels[held_out]), labels[held_out]),
        Part(_scaled(test_pixels), test_labels),
    )


def _scaled(pixels: np.ndarray) -> np.ndarray:
    """Pixels uint8 -> float32 in [0, 1]."""
    scaled = pixels.astype(np.float32)
    scaled /= np.float32(255)
    return scaled


def _readable(name: object) -> str:
    """A column's name with spaces: ``color_intensity`` -> ``color intensity``."""
    return str(name).replace("_", " ")


def _scikit_learn() -> Any:
    """scikit-learn's data sets, imported when they are first needed (it takes a second)."""
    try:
        return import_module("sklearn.datasets")
    except ImportError as error:
        raise CourseError(
            f"This data set comes with scikit-learn, which cannot be imported ({error}). "
            "Run `python -m pip install -c constraints.txt -e .` in the course's folder and restart the kernel."
        ) from error
