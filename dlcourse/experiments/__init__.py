"""Experiments: pictures with controls, one file a chapter, on the machinery of ``experiment.py``.

``CHAPTERS`` says in which module a chapter's experiments are; nothing heavy is imported before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcourse.experiments.experiment import Experiment

CHAPTERS = {
    "00_start_here": "start",
    "03_probability_and_mle": "probability",
    "04_linear_regression": "linear_regression",
    "05_softmax_regression": "softmax_regression",
    "09_multilayer_perceptrons": "multilayer_perceptrons",
    "10_backpropagation": "backpropagation",
}


def experiments_of(chapter: str) -> list["Experiment"]:
    """Every experiment of ``chapter`` (a notebook's name without its ending), in the order of definition.

    Raises KeyError when the chapter has none.
    """
    from dlcourse.experiments.experiment import Experiment

    module = import_module(f"dlcourse.experiments.{CHAPTERS[chapter]}")
    return [value for value in vars(module).values() if isinstance(value, Experiment)]
