"""Numbers in rows and columns, such as those of a kernel: typed, dragged, moved by keys, or taken from a menu."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.errors import CourseError
from dlcourse.experiments.entry import plain_number, read_number
from dlcourse.numerals import plain

Numbers = NDArray[np.float64]
_DECIMALS = 6


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers (rows, columns), each between ``minimum`` and ``maximum`` (both included), in one control.

    ``ready`` are tables of one shape by the names that a menu shows; ``value`` is the name of the one at the start, the
    first unless given. A drag or an arrow key takes a number to the next multiple of ``step``; any other can be typed.
    ``compute`` receives a float64 array that cannot be written to.
    """

    name: str
    label: str
    ready: Mapping[str, Any]
    minimum: float
    maximum: float
    step: float
    value: str = ""

    def __post_init__(self) -> None:
        if not self.minimum < self.maximum or self.step <= 0:
            raise ValueError(f"Table {self.name!r}: minimum lies below maximum, and step is positive.")
        if not self.ready or (self.value and self.value not in self.ready):
            raise ValueError(f"Table {self.name!r}: the start {self.value!r} is not among {', '.join(self.ready)}.")
        shapes = {np.shape(table) for table in self.ready.values()}
        if len(shapes) > 1 or len(next(iter(shapes))) != 2:
            raise ValueError(f"Table {self.name!r}: its tables have one shape (rows, columns), not {shapes}.")
        for table in self.ready.values():
            self.check(table)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        rows, columns = np.shape(next(iter(self.ready.values())))
        return rows, columns

    @property
    def default(self) -> Numbers:
        """The numbers at the start and after Reset."""
        return self.check(self.ready[self.value or next(iter(self.ready))])

    def check(self, value: object) -> Numbers:
        """``value`` as a read-only float64 array, to six decimals. CourseError: its shape, no number, or outside."""
        try:
            numbers = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            numbers = np.empty(0)
        if numbers.shape != self.shape or not np.isfinite(numbers).all():
            rows, columns = self.shape
            raise CourseError(f"{self.name} is a list of {rows} lists, each of {columns} numbers; this is not.")
        if (numbers < self.minimum).any() or (numbers > self.maximum).any():
            raise CourseError(
                f"Each number of {self.name} lies between {plain(self.minimum)} and {plain(self.maximum)}, "
                "but one does not."
            )
        numbers = numbers.round(_DECIMALS) + 0.0  # never -0.0
        numbers.flags.writeable = False
        return numbers

    def ready_table(self, place: int) -> Numbers:
        """The table at a place of the menu. IndexError: there is none."""
        return self.check(list(self.ready.values())[place])

    def place(self, numbers: Numbers) -> int:
        """Where ``numbers`` stand in the menu; one further than the last where the reader has made them."""
        tables = [self.check(table) for table in self.ready.values()]
        return next((k for k, table in enumerate(tables) if np.array_equal(table, numbers)), len(tables))

    def changed(self, numbers: Numbers, index: int, change: int | str) -> Numbers:
        """A copy of ``numbers`` with number ``index``, row by row, moved by so many steps, or as it was typed.

        CourseError: what was typed is no number, or lies outside. IndexError: there is no such number.
        """
        if not 0 <= index < numbers.size:
            raise IndexError(f"{self.name} has no number {index}.")
        copy, place = numbers.copy(), divmod(index, self.shape[1])
        if isinstance(change, str):
            number = plain_number(self.label, read_number(self.label, change))
            if not self.minimum <= number <= self.maximum:
                ends = f"between {plain(self.minimum)} and {plain(self.maximum)}"
                raise CourseError(f"Each number of {self.label} lies {ends}, but {plain(number)} does not.")
            copy[place] = number
        else:
            steps = round(copy[place] / self.step, _DECIMALS)
            whole = np.floor(steps) if change > 0 else np.ceil(steps)  # the next multiple is one step
            copy[place] = np.clip((whole + change) * self.step, self.minimum, self.maximum)
        return self.check(copy)

    def write(self, value: Numbers) -> str:
        """``value`` as a list of lists."""
        return repr(value.tolist())

    def ends(self) -> list[Numbers]:
        """Every ready table, and all numbers at either end."""
        tables = [self.check(table) for table in self.ready.values()]
        return [*tables, *(self.check(np.full(self.shape, end)) for end in (self.minimum, self.maximum))]

    def random(self, generator: np.random.Generator) -> Numbers:
        """Any numbers that a drag can reach."""
        return self.check(generator.uniform(self.minimum, self.maximum, self.shape).round(1))
