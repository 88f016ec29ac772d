"""The wrong answers that an exercise knows: what each of them is, and what is said to who gives it."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from dlcourse.errors import CourseError
from dlcourse.exercises.kinds.constructions import ConstructionExercise
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.questions import ChoiceExercise, NumberExercise
from dlcourse.exercises.kinds.seeded import SeededExercise
from dlcourse.exercises.kinds.several_numbers import NumbersExercise
from dlcourse.exercises.kinds.task import Task
from dlcourse.exercises.mutation import changes_of
from dlcourse.numerals import number
from dlcourse.page.markdown import markdown_as_html
from dlcourse.source import source_of

Told = tuple[str, str, str]  # the mistake's name, the wrong answer as HTML, what the check says


def mistakes_of(task: Task) -> Iterator[Told]:
    """Yield the known wrong answers of an exercise or question, each with the words of its check."""
    if isinstance(task, ChoiceExercise):
        for letter, choice in task.choices.items():
            if letter != task.answer:
                yield letter, markdown_as_html(choice.text), task.examine(letter).message
    elif isinstance(task, Exercise):
        for mistake in task.mistakes:
            yield mistake.name, _function(mistake.function, task), task.examine(mistake.function).message
    elif isinstance(task, NumberExercise):
        for each in task.mistakes:
            yield each.name, _answer(number(each.number, 4)), task.examine(each.number).message
    elif isinstance(task, NumbersExercise | SeededExercise):
        for one in task.mistakes:
            yield one.name, _answer(str(dict(one.values))), task.examine(one.values).message
    elif isinstance(task, ConstructionExercise):
        for wrong in task.mistakes:
            yield wrong.name, _answer(repr(wrong.answer)), task.examine(wrong.answer).message


def _answer(text: str) -> str:
    return f"<p><code>{html.escape(text)}</code></p>"


def _function(function: Callable[..., Any], exercise: Exercise) -> str:
    """How a wrong function is written: what is other than in the right one, or its code, or its name."""
    changes = changes_of(function)
    if changes is not None:
        return _changes(*changes, exercise)
    module = getattr(function, "__module__", None) or ""
    if not module.startswith("dlcourse.chapters"):
        return _answer(f"{module}.{getattr(function, '__name__', function)}".removeprefix("builtins."))
    try:
        text = source_of(function, docstring=False)
    except (CourseError, SyntaxError):
        return ""  # made by another function: its feedback says what it does
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if line.startswith("def ")), 0)
    return _folded("The wrong code", "\n".join(lines[start:]))


def _changes(name: str, replacements: tuple[tuple[str, str], ...], exercise: Exercise) -> str:
    where = "" if name == inspect.unwrap(exercise.reference).__name__ else f"In <code>{html.escape(name)}</code>: "
    found = [
        f"<code>{html.escape(right.strip())}</code> "
        + (f"became <code>{html.escape(wrong.strip())}</code>" if wrong.strip() else "was left out")
        for right, wrong in replacements
    ]
    return f"<p>{where}{'; '.join(found)}.</p>"


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary><pre>{html.escape(text)}</pre></details>"
