"""Named data sets, checked once and split once: ``load("digits")`` gives training, validation and test parts.

Nothing is standardized: what a chapter does to its inputs, it does where the reader can see it.
"""

import csv
import difflib
from collections.abc import Callable, Iterator
from typing import Any, Literal, overload

import numpy as np

from dlcourse import data_files, image_data, sequence_data, texture_data, validation
from dlcourse.data_parts import (
    CoinFlips,
    Measurements,
    Names,
    Part,
    Photographs,
    Series,
    Splits,
    split_indices,
    splits_of,
)
from dlcourse.data_sources import SOURCES
from dlcourse.errors import CourseError

SPLIT_SEED = 20240
TABLES = ("digits", "breast_cancer", "diabetes", "iris", "wine")
DOWNLOADS = ("fashion_mnist", "cifar10")
NAMES = (*TABLES, "mnist", "glyphs", "names", "sunspots", "photographs", "textures", "michelson", "kerrich", *DOWNLOADS)
GLYPH_OPTIONS = ("examples", "characters", "shift", "rotation", "strokes", "noise")


@overload
def load(name: Literal["photographs"]) -> Photographs: ...
@overload
def load(name: Literal["michelson"]) -> Measurements: ...
@overload
def load(name: Literal["kerrich"]) -> CoinFlips: ...
@overload
def load(name: Literal["sunspots"]) -> Series: ...
@overload
def load(name: Literal["textures"], *, seed: int = SPLIT_SEED) -> Splits: ...
@overload
def load(
    name: Literal["names"],
    *,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] | None = None,
) -> Names: ...
@overload
def load(
    name: Literal["digits", "breast_cancer", "diabetes", "iris", "wine", "mnist", "fashion_mnist", "cifar10"],
    *,
    download: bool = False,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] | None = None,
) -> Splits: ...
@overload
def load(
    name: Literal["glyphs"],
    *,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] | None = None,
    examples: int = 10_000,
    characters: str = image_data.GLYPHS,
    shift: float = 2.0,
    rotation: float = 15.0,
    strokes: int = 1,
    noise: float = 0.1,
) -> Splits: ...
@overload
def load(
    name: str,
    *,
    download: bool = False,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] | None = None,
    **options: Any,
) -> Any: ...
def load(
    name: str,
    *,
    download: bool = False,
    seed: int = SPLIT_SEED,
    proportions: tuple[float, float, float] | None = None,
    **options: Any,
) -> Splits | Names | Series | Photographs | Measurements | CoinFlips:
    """The data set of that name.

    - ``"digits"``: Splits; inputs (n, 1, 8, 8) float32 in [0, 1], labels (n,) int64, ten classes.
    - ``"breast_cancer"``, ``"iris"``, ``"wine"``: Splits; inputs (n, features) float32 as measured, labels (n,) int64.
    - ``"diabetes"``: Splits; inputs (n, 10) float32 as measured, labels (n,) float32.
    - ``"mnist"``: Splits; 10,000 handwritten digits, inputs (n, 1, 28, 28) float32 in [0, 1], labels (n,) int64.
    - ``"glyphs"``: Splits; inputs and labels of the same shapes and types, as many as wanted (see below).
    - ``"names"``: Names, surnames by language as padded tokens (n, longest) int64, labels (n,) int64, ten classes.
    - ``"sunspots"``: Series, the sunspot number of each year from 1700 to 2008.
    - ``"photographs"``: Photographs, two of them.
    - ``"textures"``: Splits; gray patches of these photographs, inputs (n, 1, 28, 28) float32 in [0, 1], labels (n,)
      int64, eight classes; the parts are cut out of areas that do not overlap, at places drawn from ``seed``.
    - ``"michelson"``: Measurements of the speed of light, km/s.
    - ``"kerrich"``: CoinFlips, the counts of heads along 10,000 flips.
    - ``"fashion_mnist"`` (n, 1, 28, 28), ``"cifar10"`` (n, 3, 32, 32): Splits, downloaded once with ``download=True``.

    A table is shuffled by a generator with ``seed`` and cut by ``proportions`` (training, validation, test); each class
    is cut so, that every part holds the classes in the same proportions: (0.8, 0.1, 0.1) where none are given, for
    MNIST and the names (0.7, 0.1, 0.2). The downloaded sets keep their own test part.

    Glyphs are drawn from the fonts that ship with matplotlib: ``examples`` images in all of the ``characters``, each
    equally often, moved by at most ``shift`` pixels, turned by at most ``rotation`` degrees, crossed by at most so many
    ``strokes``, with normal ``noise`` of that standard deviation: see ``glyphs.draw``. The same ``seed`` gives the same
    images on every machine; a warning says when the fonts differ. All parts use the same fonts.

    Raises CourseError for an unknown name (with the nearest known one), ValueError for proportions or options that do
    not fit, TypeError for an option that the data set does not have.
    """
    foreign = [option for option in options if name != "glyphs" or option not in GLYPH_OPTIONS]
    if foreign and name in NAMES:
        raise TypeError(
            f'load("{name}"): there is no option {foreign[0]}. "glyphs", and no other, has {", ".join(GLYPH_OPTIONS)}.'
        )
    if name in TABLES:
        return _load_table(name, seed, proportions)
    if name == "mnist":
        return image_data.load_mnist(seed, proportions)
    if name == "glyphs":
        return image_data.load_glyphs(seed, proportions, **options)
    if name == "textures":
        if proportions is not None:
            raise ValueError('load("textures"): its parts are cut out of fixed areas, so leave proportions out.')
        return texture_data.load_textures(seed)
    if name == "names":
        return sequence_data.load_names(seed, proportions)
    others: dict[str, Callable[[], Series | Photographs | Measurements | CoinFlips]] = {
        "sunspots": sequence_data.load_sunspots,
        "photographs": image_data.load_photographs,
        "michelson": _load_michelson,
        "kerrich": _load_kerrich,
    }
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


def _load_table(name: str, seed: int, proportions: tuple[float, float, float] | None) -> Splits:
    """A table of scikit-learn as Splits: digits as images in [0, 1], the others as measured."""
    options = {"scaled": False} if name == "diabetes" else {}
    table = getattr(image_data.scikit_learn(), f"load_{name}")(**options)
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
    return splits_of(name, *parts, class_names=class_names, feature_names=feature_names)


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
    return splits_of(
        name,
        Part(image_data.scaled(pixels[train]), labels[train]),
        Part(image_data.scaled(pixels[held_out]), labels[held_out]),
        Part(image_data.scaled(test_pixels), test_labels),
    )


def _readable(name: object) -> str:
    """A column's name with spaces: ``color_intensity`` -> ``color intensity``."""
    return str(name).replace("_", " ")
