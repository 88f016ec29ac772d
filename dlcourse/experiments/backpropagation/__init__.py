"""The experiments of chapter 10, backpropagation."""

from dlcourse.experiments.backpropagation.difference_step import difference_step
from dlcourse.experiments.backpropagation.fan_out import fan_out
from dlcourse.experiments.backpropagation.stepper import backward_stepper
from dlcourse.experiments.backpropagation.symmetry import symmetry

__all__ = ["backward_stepper", "difference_step", "fan_out", "symmetry"]
