"""A question that is made afresh for each reader, from a whole number that the reader chooses."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers
from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.running.handed_in import HandedIn
from dlcourse.exercises.showing.verdict import Hint, Verdict
from dlcourse.exercises.wording import kind_of, value_text

FIRST = 1


class SeededExercise(Task):
    """A question in many versions: the same number always gives the same version, on every machine.

    Parameters
    ----------
    name: the variable's name as the reader writes it.
    task: what holds for every version, in Markdown.
    make: gives a version from the generator that belongs to a number.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        task: str,
        make: Callable[[np.random.Generator], NumbersExercise],
        hints: Sequence[str],
        points: float = 2,
    ) -> None:
        super().__init__(name=name, chapter=chapter, task=task, hints=hints, points=points)
        self.make = make
        self._versions: dict[int, NumbersExercise] = {}
        self._asked = FIRST  # the number of the version that was checked last

    def version(self, number: int = FIRST) -> NumbersExercise:
        """Return the question for a number, a whole one from 0 on. Raises ValueError for anything else."""
        if _fault_of(number):
            raise ValueError(_fault_of(number))
        if number not in self._versions:
            self._versions[number] = self.make(self.generator(number))
        return self._versions[number]

    def generator(self, number: int) -> np.random.Generator:
        """Return the generator that belongs to a number."""
        return np.random.default_rng([int(number), zlib.crc32(self.name.encode())])

    @property
    def answer(self) -> dict[str, float]:
        """The right answer to the first version."""
        return self.version().answer

    @property
    def mistakes(self) -> tuple[WrongNumbers, ...]:
        """The wrong answers to the first version."""
        return self.version().mistakes

    def check(self, answer: Any, number: Any = FIRST) -> Verdict | HandedIn:
        """Compare an answer with the right one for `number`, and do what every check does."""
        return self._checked(answer, lambda seed: self.examine(answer, seed, number), (answer, number))

    def examine(self, answer: Any, seed: int = ORDINARY_SEED, number: Any = FIRST) -> Verdict:
        """Return the verdict on an answer to the version of `number`; the seed plays no part."""
        if answer is not None and answer is not ... and _fault_of(number):
            return self.verdict("not yet", _fault_of(number))
        asked = self._asked = FIRST if _fault_of(number) else int(number)
        verdict = self.version(asked).examine(answer)
        return replace(verdict, next_hint=self.hint, show_solution=lambda: self.solution(asked))

    def _examine_value(self, value: Any, seed: int) -> Verdict:
        answer, number = value if isinstance(value, tuple) and len(value) == 2 else (None, FIRST)
        return self.examine(answer, seed, number)

    @property
    def solution_call(self) -> str:
        """What a reader types to see the solution for the number that was checked last."""
        return f"exercises.{self.name}.solution({self._asked})"

    def solution(self, number: int = FIRST) -> Hint:
        """Return the answer for a number with its explanation, to be the last line of a cell."""
        return self.version(number).solution()


def _fault_of(number: Any) -> str:
    """What is wrong with a reader's number; "" where nothing is."""
    if isinstance(number, bool | np.bool_) or not isinstance(number, int | np.integer):
        return f"Your number is {kind_of(number)}; a whole number is expected, such as 417."
    return "" if number >= 0 else f"Your number is {value_text(number)}; take one that is not negative."
