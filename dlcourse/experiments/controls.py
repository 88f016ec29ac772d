"""Controls of an experiment: what a reader may set, in which range, and how a setting is checked and written down.

Each control knows its parameter's ``name`` (a keyword of ``compute``), its ``default``, its ``ends`` (the settings at
the edge of what is possible, for tests), random settings, and the sentence that refuses a wrong value.
How it looks is in ``inputs.py``. ``DragPoints``, ``Drawing``, ``Entry``, ``Word`` and ``Table`` have modules of their
own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlcourse.errors import CourseError
from dlcourse.experiments.drawing import Drawing
from dlcourse.experiments.entry import Entry, plain_number
from dlcourse.experiments.points import DragPoints
from dlcourse.experiments.table import Table
from dlcourse.experiments.word import Word
from dlcourse.numerals import plain


@dataclass(frozen=True)
class Slider:
    """A number between ``minimum`` and ``maximum`` (both included) in steps of ``step``.

    It is an integer when minimum, maximum, step and value are all written as integers. With ``logarithmic=True`` the
    slider's positions are spaced by factors: ``step`` is then a step of the decimal exponent (0.1: 10 positions for a
    factor of ten). ``unit`` stands behind the label: ``Flips (coins)``.
    """

    name: str
    label: str
    minimum: float
    maximum: float
    step: float
    value: float
    unit: str = ""
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not self.minimum < self.maximum:
            raise ValueError(f"Slider {self.name!r}: minimum {self.minimum} is not below maximum {self.maximum}.")
        if self.step <= 0:
            raise ValueError(f"Slider {self.name!r}: step is positive, but it is {self.step}.")
        if self.logarithmic and self.minimum <= 0:
            raise ValueError(f"Slider {self.name!r}: a logarithmic slider has a positive minimum, not {self.minimum}.")
        if not self.minimum <= self.value <= self.maximum:
            raise ValueError(
                f"Slider {self.name!r}: its value {self.value} lies outside {self.minimum} to {self.maximum}."
            )

    @property
    def is_integer(self) -> bool:
        """Whether the parameter is an int."""
        numbers = (self.minimum, self.maximum, self.step, self.value)
        return not self.logarithmic and all(isinstance(number, int) for number in numbers)

    @property
    def decimals(self) -> int:
        """How many decimals the step has: what the reader sees beside the slider."""
        if self.is_integer:
            return 0
        return max(1, min(6, len(f"{self.step:.6f}".rstrip("0").partition(".")[2])))

    @property
    def default(self) -> float:
        """The setting at the start and after Reset."""
        return self.check(self.value)

    def check(self, value: object) -> float:
        """``value`` as int or float, rounded so that it can be written down. CourseError: no number or out of range."""
        number = plain_number(self.name, value)
        slack = 1e-9 * (self.maximum - self.minimum)  # a browser's slider may end a rounding error beyond its end
        if not self.minimum - slack <= number <= self.maximum + slack:
            raise CourseError(f"{self.name} lies between {self.minimum} and {self.maximum}, but {value} does not.")
        if self.is_integer:
            if number != round(number):
                raise CourseError(f"{self.name} is a whole number, but {value} is not.")
            return round(number)
        rounded = float(f"{number:.4g}") if self.logarithmic else round(number, 6) + 0.0  # never -0.0
        return min(max(rounded, float(self.minimum)), float(self.maximum))

    def nearest(self, number: float) -> float:
        """A typed ``number`` as a value of the slider. CourseError: out of range, or not whole where it has to be."""
        if not self.minimum <= number <= self.maximum:
            low, high = plain(self.minimum), plain(self.maximum)
            raise CourseError(f"{self.label} lies between {low} and {high}, but {plain(number)} does not.")
        if self.is_integer and number != round(number):
            raise CourseError(f"{self.label} is a whole number, but {plain(number)} is not.")
        return self.check(number)

    def positions(self) -> tuple[float, ...]:
        """The values that the slider stops at, from the lowest to the highest; both ends are among them."""
        low, high = (math.log10(end) if self.logarithmic else float(end) for end in (self.minimum, self.maximum))
        reached = low + self.step * np.arange(math.floor((high - low) / self.step + 1e-9) + 1)
        values = [min(10**place, self.maximum) if self.logarithmic else place for place in reached.tolist()]
        checked = [self.check(round(value) if self.is_integer else min(value, self.maximum)) for value in values]
        end = self.check(self.maximum)
        return (*(value for value in checked if value < end), end)  # a power of ten may miss the end by its last digit

    def write(self, value: float) -> str:
        """``value`` as Python writes it."""
        return repr(value)

    def ends(self) -> list[float]:
        """Both ends of the slider."""
        return [self.check(self.minimum), self.check(self.maximum)]

    def random(self, generator: np.random.Generator) -> float:
        """A setting that the slider can reach."""
        positions = self.positions()
        return positions[int(generator.integers(len(positions)))]


@dataclass(frozen=True, eq=False)
class Menu:
    """One of several named options.

    ``options`` maps what ``compute`` receives (a short string, also written in the state text) to what the reader
    sees: ``Menu("prior", "Prior", {"flat": "Flat", "fair": "Nearly fair"})``. A sequence of strings serves as both.
    ``value`` is the option at the start; the first one unless given.
    """

    name: str
    label: str
    options: Mapping[str, str] | Sequence[str]
    value: str | None = None

    def __post_init__(self) -> None:
        options = self.labels
        if len(options) < 2 or not all(isinstance(text, str) for pair in options.items() for text in pair):
            raise ValueError(f"Menu {self.name!r}: needs two or more options, each a string with its label.")
        if self.value is not None and self.value not in options:
            raise ValueError(f"Menu {self.name!r}: its value {self.value!r} is not among {', '.join(options)}.")

    @property
    def labels(self) -> dict[str, str]:
        """From option to what the reader sees."""
        options = self.options
        return dict(options) if isinstance(options, Mapping) else {option: option for option in options}

    @property
    def default(self) -> str:
        """The setting at the start and after Reset."""
        return self.value if self.value is not None else next(iter(self.labels))

    def check(self, value: object) -> str:
        """``value``, one of the options. Raises CourseError otherwise."""
        if not isinstance(value, str) or value not in self.labels:
            raise CourseError(f"{self.name} is one of {', '.join(map(repr, self.labels))}, but {value!r} is not.")
        return value

    def write(self, value: str) -> str:
        """``value`` as Python writes it."""
        return repr(value)

    def ends(self) -> list[str]:
        """Every option."""
        return list(self.labels)

    def random(self, generator: np.random.Generator) -> str:
        """Any option."""
        return str(generator.choice(list(self.labels)))


@dataclass(frozen=True)
class Toggle:
    """A yes or no."""

    name: str
    label: str
    value: bool = False

    @property
    def default(self) -> bool:
        """The setting at the start and after Reset."""
        return bool(self.value)

    def check(self, value: object) -> bool:
        """``value``, True or False. Raises CourseError otherwise."""
        if not isinstance(value, bool | np.bool):
            raise CourseError(f"{self.name} is True or False, but {value!r} is neither.")
        return bool(value)

    def write(self, value: bool) -> str:
        """``value`` as Python writes it."""
        return repr(value)

    def ends(self) -> list[bool]:
        """Both settings."""
        return [False, True]

    def random(self, generator: np.random.Generator) -> bool:
        """Either setting."""
        return bool(generator.integers(2))


@dataclass(frozen=True)
class Play:
    """Buttons beside the integer slider named ``slider``: play or pause, one step on, back to the slider's start.

    While it plays, a step comes every ``interval`` milliseconds, or as fast as the steps can be shown: none is left
    out. ``label`` stands on the button for one step: "Step", "Next update".
    """

    slider: str
    interval: int = 100
    label: str = "Step"


Control = Slider | Menu | Toggle | DragPoints | Drawing | Entry | Word | Table
