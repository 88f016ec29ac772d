"""Questions with a number or a choice as the answer, checked like an exercise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.showing.verdict import Hint, Verdict
from dlcourse.exercises.wording import kind_of, value_text
from dlcourse.numerals import number

EXAMPLES = (0.25, 1.5, 40.0, 0.07)  # what a number looks like, where the reader wrote something else
COMMA = " A comma behind a number makes a tuple of it: leave the comma out."
RIGHT = "{value} is right, within {tolerance}."
# What is said of a wrong number that is none of the listed ones.
REMARKS = {
    "not finite": "{value} is not a number that can be the answer. Was something divided by zero?",
    "sign": "{value} has the wrong sign.",
    "percentage": "{value} looks like a percentage: write the fraction of 1 instead.",
    "opposite": "{value} is 1 minus the answer: the probability of the opposite.",
    "reciprocal": "{value} looks like 1 divided by the answer: is a fraction upside down?",
    "rounded": "{value} is close, but not within {tolerance}: give more digits.",
    "close": "{value} is close, but not the answer: was something rounded on the way?",
    "large": "{value} is too large. The answer is asked for within {tolerance}.",
    "small": "{value} is too small. The answer is asked for within {tolerance}.",
}


@dataclass(frozen=True)
class WrongNumber:
    """A wrong number that people really give (or a function that computes it), and what to tell them."""

    name: str
    value: float | Callable[[], float]
    feedback: str

    @property
    def number(self) -> float:
        """The wrong number, computed where it is given by a function."""
        return _computed(self.value)


class NumberExercise(Task):
    """A question whose answer is a number.

    Parameters
    ----------
    name: the variable's name as the reader writes it.
    answer: the number, or a function that computes it.
    tolerance: how far an answer may lie from it: a number is absolute, a text such as "1 %" is relative.
    probability: whether the answer is one; of other numbers a percentage or a complement would make no sense.
    mistakes: wrong numbers with their feedback.
    explanation: shown once the check has passed, and by `solution()`.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        task: str,
        answer: float | Callable[[], float],
        tolerance: float | str,
        hints: Sequence[str],
        explanation: str,
        mistakes: Sequence[WrongNumber] = (),
        points: float = 1,
        probability: bool = False,
    ) -> None:
        super().__init__(name=name, chapter=chapter, task=task, hints=hints, points=points)
        self._answer = answer
        self.probability = probability
        self.tolerance = tolerance
        self.mistakes = tuple(mistakes)
        self.explanation = explanation

    @property
    def answer(self) -> float:
        """The right number."""
        return _computed(self._answer)

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a number; the seed plays no part."""
        if answer is None or answer is ...:
            return self.verdict(
                "not attempted", f"Write a number for the `...` in `{self.name} = ...`, then run this cell."
            )
        value, fault = as_number(answer)
        if value is None:
            comma = COMMA if isinstance(answer, tuple) and len(answer) == 1 else ""
            return self.verdict(
                "not yet", f"`{self.name}` is {fault}; a single number is expected, such as {self.example}.{comma}"
            )
        if self._near(value, self.answer):
            return self.verdict("passed", f"{self._said(RIGHT, value)} {self.explanation}")
        mistake = self._nearest_mistake(value)
        if mistake is not None:
            return self.verdict("not yet", mistake.feedback, mistake=mistake.name)
        return self.verdict("not yet", self._said(REMARKS[self._remark(value)], value))

    def _nearest_mistake(self, value: float) -> WrongNumber | None:
        near = [each for each in self.mistakes if self._near(value, each.number)]
        return min(near, key=lambda each: abs(value - each.number), default=None)

    def solution(self) -> Hint:
        """Return the answer with its explanation, to be the last line of a cell."""
        return Hint(f"{self.name} = {number(self.answer, 4)}", self.explanation)

    @property
    def example(self) -> str:
        """A number that is far from the answer and from every wrong number that has feedback of its own."""
        taken = [self.answer, *(each.number for each in self.mistakes)]
        free = (each for each in EXAMPLES if not any(abs(each - one) <= 0.01 * abs(one) for one in taken))
        return number(next(free, EXAMPLES[-1]))

    def _allowed(self, target: float) -> float:
        if isinstance(self.tolerance, str):
            return float(self.tolerance.removesuffix("%")) / 100 * abs(target)
        return float(self.tolerance)

    def _near(self, value: float, target: float) -> bool:
        return abs(value - target) <= self.reach(target)

    def reach(self, target: float) -> float:
        """How far a number may lie from the right one, or from a listed wrong one, to count as that."""
        # The last digits of the tolerance itself must not decide: 0.31 is within 0.01 of 0.3.
        return self._allowed(target) * (1 + 1e-9) + 1e-15

    @property
    def close_reach(self) -> float:
        """How far a number may lie from the right one to be called close to it."""
        return 10 * self._allowed(self.answer)

    @property
    def tolerance_text(self) -> str:
        """The tolerance as a reader is told it."""
        return self.tolerance if isinstance(self.tolerance, str) else number(self.tolerance)

    def _said(self, words: str, value: float) -> str:
        return words.format(value=number(value), tolerance=self.tolerance_text)

    def _remark(self, value: float) -> str:
        """What is to be said of a wrong number: a key of `REMARKS`."""
        target = self.answer
        if not math.isfinite(value):
            return "not finite"
        if self._near(-value, target) and value:
            return "sign"
        if self.probability and self._near(value / 100, target):
            return "percentage"
        if self.probability and self._near(1 - value, target):
            return "opposite"
        if value and self._near(1 / value, target):
            return "reciprocal"
        if abs(value - target) <= self.close_reach:
            return "rounded" if _is_rounded(value, target) else "close"
        return "large" if value > target else "small"


@dataclass(frozen=True)
class Choice:
    """One of the offered answers, and what to tell someone who chooses it."""

    text: str
    feedback: str


class ChoiceExercise(Task):
    """A question with lettered answers; `choices` maps a letter to its `Choice`, `answer` is the right letter."""

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        question: str,
        choices: Mapping[str, Choice],
        answer: str,
        hints: Sequence[str],
        points: float = 1,
    ) -> None:
        listing = "\n".join(f"- **{letter}**: {choice.text}" for letter, choice in choices.items())
        super().__init__(name=name, chapter=chapter, task=f"{question}\n\n{listing}", hints=hints, points=points)
        if answer not in choices:
            raise ValueError(f"The answer {answer!r} of {name} is none of its choices: {', '.join(choices)}.")
        self.question = question
        self.choices = dict(choices)
        self.answer = answer

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a letter; the seed plays no part."""
        if answer is None or answer is ...:
            return self.verdict(
                "not attempted", f"Write a letter for the `...` in `{self.name} = ...`, then run this cell."
            )
        letters = ", ".join(f'"{letter}"' for letter in self.choices)
        if not isinstance(answer, str):
            return self.verdict(
                "not yet", f"`{self.name}` is {kind_of(answer)}; write one of {letters}, with the quotes."
            )
        chosen = answer.strip().strip("().:").lower()
        by_letter = {letter.lower(): letter for letter in self.choices}
        if chosen not in by_letter:
            return self.verdict("not yet", f"{value_text(answer)} is none of the choices; write one of {letters}.")
        letter = by_letter[chosen]
        if letter == self.answer:
            return self.verdict("passed", self.choices[letter].feedback)
        return self.verdict("not yet", self.choices[letter].feedback, mistake=letter)

    def solution(self) -> Hint:
        """Return the right choice with its explanation, to be the last line of a cell."""
        choice = self.choices[self.answer]
        return Hint(f"{self.answer}: {choice.text.removesuffix('.')}", choice.feedback)


def _computed(value: float | Callable[[], float]) -> float:
    return float(value() if callable(value) else value)


def _is_rounded(value: float, target: float) -> bool:
    """Return whether `target` rounds to `value`, a finite number, at the last decimal that was typed."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    unit = 10.0 ** min(int(exponent), 0)
    return value != 0 and abs(value - target) <= unit / 2 * (1 + 1e-9)


def as_number(answer: Any) -> tuple[float | None, str]:
    """Return the number that an answer holds, or None and what it is instead."""
    if isinstance(answer, bool | np.bool_ | str | bytes) or callable(answer):
        return None, kind_of(answer)
    if isinstance(answer, complex | np.complexfloating):
        return None, "a complex number"
    size = getattr(answer, "size", 1)
    if isinstance(answer, np.ndarray) and size != 1:
        return None, kind_of(answer)
    try:
        return float(answer.item() if hasattr(answer, "item") else answer), ""
    except Exception:
        return None, kind_of(answer)
