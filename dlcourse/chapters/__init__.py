"""A room a chapter: its exercises, experiments and milestones, in a folder named after the notebook.

A room's ``exercises``, ``experiments`` and, where it has any, ``milestones`` list what the notebook uses, in the order
of the chapter. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Exercise
    from dlcourse.exercises.kinds.task import Task
    from dlcourse.exercises.milestones.milestone import Milestone
    from dlcourse.experiments.experiment import Experiment

# The notebooks that have a room.
CHAPTERS = (
    "00_start_here",
    "02_linear_algebra_and_calculus",
    "03_probability_and_mle",
    "04_linear_regression",
    "05_softmax_regression",
    "06_generalization",
    "07_optimization",
    "09_multilayer_perceptrons",
    "10_backpropagation",
    "11_pytorch",
    "12_training_deep_networks",
    "13_convolution",
    "14_cnn_architectures",
    "15_recurrent_networks",
    "16_lstm_and_gru",
    "20_autoencoders",
    "21_transfer_learning",
)
# Those of them that end in a milestone.
WITH_MILESTONES = (
    "05_softmax_regression",
    "07_optimization",
    "10_backpropagation",
    "12_training_deep_networks",
    "13_convolution",
    "16_lstm_and_gru",
    "21_transfer_learning",
)


def room_of(chapter: str) -> str:
    """Return the name of a chapter's package: that of its notebook (a stem) without the number."""
    return f"{__name__}.{chapter.partition('_')[2]}"


def exercises_of(chapter: str) -> list[Task]:
    """Return the exercises and questions of a chapter (a notebook's stem), in the order of the chapter.

    A chapter without exercises gives an empty list.
    """
    return list(import_module(f"{room_of(chapter)}.exercises").EXERCISES) if chapter in CHAPTERS else []


def exercise_of(chapter: str, name: str) -> Exercise:
    """Return one exercise of a chapter by its name, a function: for the milestone of a later chapter that needs it.

    Raises KeyError where the chapter has no exercise of that name, or it is a question.
    """
    from dlcourse.exercises.kinds.exercise import Exercise

    return {each.name: each for each in exercises_of(chapter) if isinstance(each, Exercise)}[name]


def milestones_of(chapter: str) -> list[Milestone]:
    """Return the milestones of a chapter (a notebook's stem), in the order of the chapter; few have any."""
    return list(import_module(f"{room_of(chapter)}.milestones").MILESTONES) if chapter in WITH_MILESTONES else []


def experiments_of(chapter: str) -> list[Experiment]:
    """Return every experiment of a chapter (a notebook's stem), in the order of definition.

    A chapter without experiments gives an empty list.
    """
    from dlcourse.experiments.experiment import Experiment

    if chapter not in CHAPTERS:
        return []
    listed = vars(import_module(f"{room_of(chapter)}.experiments")).values()
    return [each for each in listed if isinstance(each, Experiment)]
