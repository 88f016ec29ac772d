"""A number that the reader types, such as a prediction inside a picture; and how numbers are read and refused."""

import math
import re
from dataclasses import dataclass

import numpy as np

from dlcourse.errors import CourseError
from dlcourse.numerals import plain

_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TYPED = re.compile(rf"({_DECIMAL})(?:\s*/\s*({_DECIMAL}))?")
_LONGEST = 40  # characters
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?:(?<![0-9.])|\s*[×·*]\s*)10(?:\^([-−]?[0-9]+)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))")


def plain_number(name: str, value: object) -> float:
    """``value`` as a finite float, or a CourseError that says what was expected."""
    if isinstance(value, bool | np.bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise CourseError(f"{name} is a number, but {value!r} is not.")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        raise CourseError(f"{name} is a finite number, but this one is too large.") from None
    if not math.isfinite(number):
        raise CourseError(f"{name} is a finite number, but {value} is not.")
    return number


def read_number(label: str, text: str) -> float:
    """The number that was typed as a decimal or a fraction; a true minus sign counts as one.

    CourseError says what was expected, and names the habits of other countries: 0,5 and 10 000.
    """
    typed = _POWER.sub(_as_typed, text.strip()).replace("−", "-")
    match = _TYPED.fullmatch(typed) if len(typed) <= _LONGEST else None
    if match is None:
        raise CourseError(f"{label} is a number such as -4, 0.5 or 1/3, but {text[:_LONGEST]!r} is not.{_habit(typed)}")
    above, below = float(match[1]), float(match[2] or 1)
    if below == 0:
        raise CourseError(f"{label}: {text.strip()} divides by zero.")
    return plain_number(label, above / below)


def _as_typed(power: re.Match[str]) -> str:
    """A power of ten as a program reads it: " × 10⁻⁸" as "e-8", "10^3" as "1e3"."""
    exponent = (power[1] or power[2]).translate(_RAISED)
    return f"{'' if power[0][0] != '1' else '1'}e{exponent}"


def _habit(text: str) -> str:
    """What to write instead, where ``text`` is a number in another way of writing."""
    if re.fullmatch(r"[+-]?[0-9]{1,3}([ ,.'\u00a0\u202f][0-9]{3}){1,3}", text) and not re.fullmatch(r"[+-]?0.*", text):
        return f" Write thousands without a gap: {re.sub('[^0-9+-]', '', text)}."
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
        return f" Decimals stand behind a point: {text.replace(',', '.')}."
    return " Write the number alone, without a sign for per cent." if text.endswith("%") else ""


@dataclass(frozen=True)
class Entry:
    """A field for a number that the reader types. It is blank at the start and after Reset.

    ``compute`` receives None while it is blank, else a float between ``minimum`` and ``maximum`` (both included).
    Enter, or leaving the field, commits. A fraction is a number too: 1/3. ``unit`` stands behind the label.
    What is no number is said under the picture; the field keeps it, and ``compute`` receives None.
    """

    name: str
    label: str
    minimum: float = -1e6
    maximum: float = 1e6
    unit: str = ""
    placeholder: str = "?"

    def __post_init__(self) -> None:
        if not -math.inf < self.minimum < self.maximum < math.inf:
            raise ValueError(
                f"Entry {self.name!r}: minimum {self.minimum} and maximum {self.maximum} are finite, the first below."
            )

    @property
    def default(self) -> None:
        """Blank."""
        return None

    def check(self, value: object) -> float | None:
        """``value``, a number or typed text, as float; None when it is None or blank.

        Raises CourseError when it is no number or out of range.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        number = read_number(self.label, value) if isinstance(value, str) else plain_number(self.label, value)
        if not self.minimum <= number <= self.maximum:
            raise CourseError(
                f"{self.label} lies between {plain(self.minimum)} and {plain(self.maximum)}, "
                f"but {value if isinstance(value, str) else plain(number)} does not."
            )
        return number + 0.0  # never -0.0

    def write(self, value: float | None) -> str:
        """``value`` as Python writes it."""
        return repr(value)

    def typed(self, value: float | None) -> str:
        """``value`` as a reader would type it: what stands in the field."""
        return "" if value is None else plain(value)

    def ends(self) -> list[float | None]:
        """Blank, and both ends of the range."""
        return [None, float(self.minimum), float(self.maximum)]

    def random(self, generator: np.random.Generator) -> float | None:
        """Blank in one case of four; else a number with two decimals, mostly near zero as a reader's numbers are."""
        if generator.random() < 0.25:
            return None
        low, high = max(self.minimum, -10.0), min(self.maximum, 10.0)
        if low > high:  # the range lies far from zero
            low, high = self.minimum, self.maximum
        return self.check(float(np.clip(round(generator.uniform(low, high), 2), self.minimum, self.maximum)))
