"""Exercises whose answer is built by the reader and has no single right form: it is judged by what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.task import ORDINARY_SEED, Task
from dlcourse.exercises.showing.verdict import Hint, Verdict
from dlcourse.exercises.wording import kind_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class WrongConstruction:
    """An answer that people really give, and what the judge has to say about it.

    `says` is a part of the message, enough to tell it from all others. It does nothing in a check: the judge finds
    its words by itself, and the tests prove that it finds these.
    """

    name: str
    answer: Any
    says: str


class ConstructionExercise(Task):
    """Arrays for the reader to choose, such as the weights of a network, of which any that do the task are right.

    Parameters
    ----------
    name: the variable's name as the reader writes it.
    parts: the name and the shape of each array, in the order in which the answer, a tuple, holds them; at least two.
    judge: gets the arrays, float64, finite and of these shapes, in their order; returns "" when they are right, else
        what is wrong in sentences. It must not raise or warn, whatever the numbers are.
    answer: one right answer, in plain lists and numbers; `solution()` shows it.
    explanation: shown once the check has passed, and by `solution()`.
    mistakes: wrong answers, and what the judge says about each.
    """

    def __init__(
        self,
        *,
        name: str,
        chapter: str,
        task: str,
        parts: Mapping[str, tuple[int, ...]],
        judge: Callable[..., str],
        answer: tuple[Any, ...],
        hints: Sequence[str],
        explanation: str,
        mistakes: Sequence[WrongConstruction],
        points: float = 2,
    ) -> None:
        super().__init__(name=name, chapter=chapter, task=task, hints=hints, points=points)
        self.parts = dict(parts)
        self.judge = judge
        self.answer = answer
        self.explanation = explanation
        self.mistakes = tuple(mistakes)

    def examine(self, answer: Any, seed: int = ORDINARY_SEED) -> Verdict:
        """Return the verdict on a tuple of arrays; the seed plays no part."""
        if answer is None or answer is ... or _holds_nothing(answer):
            return self.verdict(
                "not attempted", f"Write {self._form()} for the `...` in `{self.name} = ...`, then run this cell."
            )
        arrays, fault = self._arrays(answer)
        fault = fault or self.judge(*arrays)
        return self.verdict("not yet", fault) if fault else self.verdict("passed", self.explanation)

    def solution(self) -> Hint:
        """Return one right answer with its explanation, to be the last line of a cell."""
        return Hint(f"`{self.name} = {self.answer!r}`", f"{self.explanation} Other answers are right as well.")

    def _form(self) -> str:
        return f"`({', '.join(self.parts)})`"

    def _arrays(self, answer: Any) -> tuple[list[Array], str]:
        """The arrays that an answer holds, and what is wrong with its form: "" when nothing is."""
        if not isinstance(answer, tuple | list):
            return [], f"`{self.name}` is {kind_of(answer)}; expected is a tuple {self._form()}."
        if len(answer) != len(self.parts):
            return [], f"`{self.name}` is {kind_of(answer)}; expected are {len(self.parts)} arrays, {self._form()}."
        arrays = []
        for (name, shape), part in zip(self.parts.items(), answer, strict=True):
            array, fault = _as_array(part, shape)
            if fault:
                return [], f"`{name}` {fault}"
            arrays.append(array)
        return arrays, ""


def _holds_nothing(answer: Any) -> bool:
    return isinstance(answer, tuple | list) and len(answer) > 0 and all(part is None or part is ... for part in answer)


def _as_array(part: Any, shape: tuple[int, ...]) -> tuple[Array, str]:
    """A part of the answer as an array of float64, and what is wrong with it: "" when nothing is."""
    nothing: Array = np.zeros(shape)
    if part is None or part is ...:
        return nothing, "is still missing."
    try:
        array = np.asarray(part)
    except Exception:
        return nothing, f"is {kind_of(part)} that makes no array: have its rows the same length?"
    if array.dtype.kind not in "biuf":
        return nothing, f"is {kind_of(part)}; expected are numbers in an array of shape {shape}."
    if array.shape != shape:
        return nothing, _wrong_shape(array, shape)
    with np.errstate(all="ignore"):  # a longer float may not fit
        numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        return nothing, "holds a number that is infinite or nan; expected are finite ones."
    return numbers, ""


def _wrong_shape(array: Array, shape: tuple[int, ...]) -> str:
    received = "a single number" if array.shape == () else f"of shape {array.shape}"
    sentence = f"is {received}; expected is an array of shape {shape}."
    if array.size != np.prod(shape, dtype=int):
        return sentence
    return f"{sentence} With your numbers that is `{array.reshape(shape).tolist()}`."
