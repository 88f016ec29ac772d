"""What a data set is made of: parts for training, validation and testing, names, series, photographs; and the cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dlcourse import validation
from dlcourse.data_sources import SOURCES
from dlcourse.sequences import Alphabet

PROPORTIONS = (0.8, 0.1, 0.1)


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a data set: ``inputs`` (n, ...) float32 or int64 tokens, ``labels`` (n, ...) int64 or float32."""

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
class Names:
    """Surnames by language, in three parts that share no name.

    Each part's ``inputs`` (n, longest) int64 are the numbers that ``alphabet`` gives to a name's characters, with 0
    behind a shorter name; its ``labels`` (n,) int64 are the numbers of the languages, whose names are ``class_names``.
    ``shared``: names that several languages have, with these languages; they stand in no part.
    """

    name: str
    train: Part
    validation: Part
    test: Part
    alphabet: Alphabet
    class_names: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]
    label_name: str
    source: str
    licence: str

    def text(self, part: Part, row: int) -> str:
        """The name in that row of a part, as text."""
        return self.alphabet.decode(part.inputs[row])

    def __repr__(self) -> str:
        sizes = f"{len(self.train)} for training, {len(self.validation)} for validation, {len(self.test)} for testing"
        longest = self.train.inputs.shape[1]
        return f"Names({sizes}; at most {longest} characters; {len(self.class_names)} languages)"


@dataclass(frozen=True, eq=False)
class Series:
    """One number a year: ``years`` (n,) int64 without a gap, ``values`` (n,) float64 in ``unit``."""

    name: str
    years: np.ndarray
    values: np.ndarray
    unit: str
    source: str
    licence: str

    def __len__(self) -> int:
        return len(self.years)

    def __repr__(self) -> str:
        return f"Series({self.name}: {self.unit}, {self.years[0]} to {self.years[-1]})"


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


def split_indices(
    labels: np.ndarray,
    generator: np.random.Generator,
    proportions: tuple[float, float, float] | None,
    *,
    stratify: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices (int64) of the training, validation and test parts, shuffled; with ``stratify``, class by class.

    Without proportions they are 0.8, 0.1 and 0.1.
    Raises ValueError when the proportions do not sum to 1, or when a share above 0 comes to no example.
    """
    proportions = PROPORTIONS if proportions is None else proportions
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


def splits_of(name: str, train: Part, held_out: Part, test: Part, **names: tuple[str, ...]) -> Splits:
    """Splits with what is known of the data set; ``names`` may give class_names and feature_names of its own."""
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
