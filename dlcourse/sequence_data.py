"""The data sets of sequences: surnames by language, and the sunspot number of each year."""

import csv

import numpy as np

from dlcourse import data_files
from dlcourse.data_parts import Names, Part, Series, split_indices
from dlcourse.data_sources import SOURCES
from dlcourse.sequences import Alphabet, pad

NAMES_PROPORTIONS = (0.7, 0.1, 0.2)


def load_names(seed: int, proportions: tuple[float, float, float] | None) -> Names:
    """The surnames in ``data/``, cut language by language, 7 to 1 to 2 where no proportions are given.

    A name that several languages have stands in ``shared`` and in no part.
    """
    with data_files.find("names.csv").open(newline="", encoding="utf-8") as file:
        languages = {row["name"]: tuple(row["language"].split("|")) for row in csv.DictReader(file)}
    own = {name: found[0] for name, found in languages.items() if len(found) == 1}
    class_names = tuple(sorted(set(own.values())))
    alphabet = Alphabet(sorted(set("".join(languages))))
    inputs, _ = pad([alphabet.encode(name) for name in own])
    labels = np.array([class_names.index(language) for language in own.values()], np.int64)
    shares = NAMES_PROPORTIONS if proportions is None else proportions
    indices = split_indices(labels, np.random.default_rng(seed), shares, stratify=True)
    train, held_out, test = (Part(inputs[chosen], labels[chosen]) for chosen in indices)
    shared = {name: found for name, found in languages.items() if len(found) > 1}
    known = SOURCES["names"]
    return Names(
        "names", train, held_out, test, alphabet, class_names, shared, known.label_name, known.source, known.licence
    )


def load_sunspots() -> Series:
    """The sunspot number of each year."""
    with data_files.find("sunspots.csv").open(newline="", encoding="ascii") as file:
        rows = [(int(row["year"]), float(row["sunspot_number"])) for row in csv.DictReader(file)]
    years, values = zip(*rows, strict=True)
    known = SOURCES["sunspots"]
    unit = "sunspot number, mean of the year"
    return Series("sunspots", np.array(years, np.int64), np.array(values), unit, known.source, known.licence)
