"""Exercises: checks, hints and solutions, one file a chapter, on the machinery of ``exercise.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcourse.exercises.task import Task

# From a notebook's stem to the module of this package that holds its exercises.
CHAPTERS: dict[str, str] = {
    "00_start_here": "start",
    "03_probability_and_mle": "probability",
    "04_linear_regression": "linear_regression",
    "05_softmax_regression": "softmax_regression",
    "09_multilayer_perceptrons": "multilayer_perceptrons",
    "10_backpropagation": "backpropagation",
}


def exercises_of(chapter: str) -> list[Task]:
    """Return the exercises and questions of a chapter (a notebook's stem), in the order of their module.

    A chapter without exercises gives an empty list.
    """
    if chapter not in CHAPTERS:
        return []
    import importlib

    from dlcourse.exercises.task import Task

    module = importlib.import_module(f"{__name__}.{CHAPTERS[chapter]}")
    return [each for each in vars(module).values() if isinstance(each, Task)]
