"""The experiments of chapter 10, backpropagation."""

from dlcourse.chapters.backpropagation.experiments.difference_step import difference_step
from dlcourse.chapters.backpropagation.experiments.fan_out import fan_out
from dlcourse.chapters.backpropagation.experiments.stepper import backward_stepper
from dlcourse.chapters.backpropagation.experiments.symmetry import symmetry

__all__ = ["backward_stepper", "difference_step", "fan_out", "symmetry"]
