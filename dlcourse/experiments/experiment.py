"""An experiment: its definition, which is shown when it is called, in a given state if wanted.

``coin_likelihood(flips=40, bias=0.3)``. What an author needs is imported from here.
"""

from typing import Any

from dlcourse.experiments.controls import DragPoints, Drawing, Entry, Menu, Play, Slider, Table, Toggle, Word
from dlcourse.experiments.definition import Definition, Picture, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.experiments.widget import ExperimentWidget

__all__ = [
    "DragPoints",
    "Drawing",
    "Entry",
    "Experiment",
    "Menu",
    "Picture",
    "Play",
    "Prediction",
    "Slider",
    "Table",
    "Toggle",
    "Values",
    "Word",
]


class Experiment(Definition):
    """A picture with controls. Call it to show it: ``experiment()``, ``experiment(flips=40)``."""

    def __call__(self, **given: Any) -> ExperimentWidget:
        """The live experiment, in the given state. CourseError: unknown parameter or value out of range."""
        return ExperimentWidget(self, self.parameters(**given))
