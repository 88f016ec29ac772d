"""Questions whose answer is several numbers, each under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlcourse.exercises.kinds.questions import as_number
from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.showing.verdict import Hint, Verdict
from dlcourse.exercises.wording import kind_of
from dlcourse.numerals import number

# What is said of the numbers; the feedback of a listed mistake, or the explanation, stands behind it.
WORDS = {
    "all right": "{listed}: all right.",
    "not yet": "{listed}: not yet.",
    "one right": "{listed} is right.",
    "some right": "{listed} are right.",
    "guess": "A guess:",
    "guess from one": "A guess, from `{name}` alone:",
    "sign": "`{name}` has the wrong sign.",
    "unknown": "No usual slip gives these numbers: go through the steps once more, and write each of them down.",
}


@dataclass(frozen=True)
class WrongNumbers:
    """The numbers that come out of one slip, made everywhere, and what to tell who made it."""

    name: str
    values: Mapping[str, float]
    feedback: str


class NumbersExercise(Task):
    """A question whose answer is a dictionary of numbers.

    Parameters
    ----------
    name: the variable's name as the reader writes it.
    answer: the right number under each name.
    tolerance: how far each number may lie from the right one.
    mistakes: wrong numbers with their feedback; recognized also where only some of the reader's numbers are wrong.
    explanation: shown once the check has passed, and by `solution()`.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        task: str,
        answer: Mapping[str, float],
        tolerance: float,
        hints: Sequence[str],
        explanation: str,
        mistakes: Sequence[WrongNumbers] = (),
        points: float = 1,
    ) -> None:
        super().__init__(name=name, chapter=chapter, task=task, hints=hints, points=points)
        self.answer = dict(answer)
        self.tolerance = tolerance
        self.mistakes = tuple(mistakes)
        self.explanation = explanation

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a dictionary of numbers; the seed plays no part."""
        if _is_untouched(answer):
            return self.verdict(
                "not attempted", f"Write a dictionary for the `...` in `{self.name} = ...`: {self._form()}."
            )
        values, fault = self._numbers_in(answer)
        if fault:
            return self.verdict("not yet", fault)
        wrong = [name for name in self.answer if not self._near(values[name], self.answer[name])]
        if not wrong:
            said = WORDS["all right"].format(listed=self._listed(values, list(values)))
            return self.verdict("passed", f"{said} {self.explanation}")
        mistake = self._mistake_behind(values, wrong)
        said = self._told(mistake, values) if mistake else self._remark(values, wrong)
        return self.verdict(
            "not yet",
            f"{self._which(values, wrong)} {said}",
            mistake=mistake.name if mistake else None,
            share=_share(len(self.answer) - len(wrong), len(self.answer)),
        )

    def solution(self) -> Hint:
        """Return the numbers with their explanation, to be the last line of a cell."""
        return Hint(f"{self.name} = {self._as_code(self.answer)}", self.explanation)

    def _numbers_in(self, answer: Any) -> tuple[dict[str, float], str]:
        """The numbers of an answer, and what is wrong with its form, "" where nothing is."""
        if not isinstance(answer, Mapping):
            return {}, f"`{self.name}` is {kind_of(answer)}; a dictionary is expected: {self._form()}."
        left = {str(key): value for key, value in answer.items()}
        missing = [name for name in self.answer if left.get(name) is None or left[name] is ...]
        foreign = [name for name in left if name not in self.answer]
        if foreign or missing:
            faults = [f"there is no number for {_names(missing)}"] if missing else []
            faults += [f"{_names(foreign)} is not asked for"] if foreign else []
            return {}, f"In `{self.name}` {' and '.join(faults)}. Expected is {self._form()}."
        values = {}
        for name in self.answer:
            value, kind = as_number(left[name])
            if value is None:
                return {}, f"`{self.name}[{name!r}]` is {kind}; a number is expected."
            values[name] = value
        return values, ""

    def _form(self) -> str:
        return f"`{{{', '.join(f'{name!r}: ...' for name in self.answer)}}}` with your numbers for the dots"

    def _near(self, value: float, target: float) -> bool:
        return abs(value - target) <= self.reach

    @property
    def reach(self) -> float:
        """How far a number may lie from the right one, or from a listed wrong one, to count as that."""
        return self.tolerance * (1 + 1e-9) + 1e-12

    def _mistake_behind(self, values: Mapping[str, float], wrong: Sequence[str]) -> WrongNumbers | None:
        """The mistake that gives all of the wrong numbers, and of several the one that gives most of the others too."""
        behind = [
            mistake
            for mistake in self.mistakes
            if all(self._near(values[name], mistake.values[name]) for name in wrong)
        ]
        return max(
            behind,
            key=lambda mistake: sum(self._near(values[name], mistake.values[name]) for name in values),
            default=None,
        )

    def _told(self, mistake: WrongNumbers, values: Mapping[str, float]) -> str:
        """The feedback of a mistake: a guess, where it would have made other numbers wrong too."""
        sure = all(self._near(values[name], mistake.values[name]) for name in values)
        return mistake.feedback if sure else f"{WORDS['guess']} {mistake.feedback}"

    def _which(self, values: Mapping[str, float], wrong: Sequence[str]) -> str:
        right = [name for name in values if name not in wrong]
        said = WORDS["not yet"].format(listed=self._listed(values, wrong))
        if not right:
            return said
        return f"{said} {WORDS['one right' if len(right) == 1 else 'some right'].format(listed=_names(right))}"

    def _remark(self, values: Mapping[str, float], wrong: Sequence[str]) -> str:
        """What can be said of numbers that no single mistake explains: of each alone."""
        for name in wrong:
            if values[name] and self._near(-values[name], self.answer[name]):
                return WORDS["sign"].format(name=name)
            found = self._mistake_behind(values, [name])
            if found is not None:
                return f"{WORDS['guess from one'].format(name=name)} {found.feedback}"
        return WORDS["unknown"]

    def _listed(self, values: Mapping[str, float], names: Sequence[str]) -> str:
        return ", ".join(f"`{name}` = {number(values[name])}" for name in names)

    def _as_code(self, values: Mapping[str, float]) -> str:
        return f"{{{', '.join(f'{name!r}: {number(value)}' for name, value in values.items())}}}"


def _is_untouched(answer: Any) -> bool:
    if isinstance(answer, Mapping) and answer:
        return all(value is None or value is ... for value in answer.values())
    return answer is None or answer is ...


def _share(right: int, total: int) -> float:
    """The share of right numbers; 0 where fewer than half are: one is easily right by accident."""
    return right / total if 2 * right > total else 0.0


def _names(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
