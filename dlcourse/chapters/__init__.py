"""A room a chapter: its exercises and experiments, in a folder named after the notebook.

A room's ``exercises`` and ``experiments`` list what the notebook uses, in the order of the chapter. Nothing is imported
before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.task import Task
    from dlcourse.experiments.experiment import Experiment

# The notebooks that have a room.
CHAPTERS = (
    "00_start_here",
    "03_probability_and_mle",
    "04_linear_regression",
    "05_softmax_regression",
    "09_multilayer_perceptrons",
    "10_backpropagation",
)


def room_of(chapter: str) -> str:
    """Return the name of a chapter's package: that of its notebook (a stem) without the number."""
    return f"{__name__}.{chapter.partition('_')[2]}"


def exercises_of(chapter: str) -> list[Task]:
    """Return the exercises and questions of a chapter (a notebook's stem), in the order of the chapter.

    A chapter without exercises gives an empty list.
    """
    return list(import_module(f"{room_of(chapter)}.exercises").EXERCISES) if chapter in CHAPTERS else []


def experiments_of(chapter: str) -> list[Experiment]:
    """Return every experiment of a chapter (a notebook's stem), in the order of definition.

    A chapter without experiments gives an empty list.
    """
    from dlcourse.experiments.experiment import Experiment

    if chapter not in CHAPTERS:
        return []
    listed = vars(import_module(f"{room_of(chapter)}.experiments")).values()
    return [each for each in listed if isinstance(each, Experiment)]
