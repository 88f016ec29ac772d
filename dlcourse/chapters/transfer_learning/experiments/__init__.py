"""The experiments of chapter 21, transfer learning."""

from dlcourse.chapters.transfer_learning.experiments.draw_a_digit import draw_a_digit
from dlcourse.chapters.transfer_learning.experiments.freeze_and_tune import freeze_and_tune
from dlcourse.chapters.transfer_learning.experiments.which_layers import which_layers

__all__ = ["draw_a_digit", "freeze_and_tune", "which_layers"]
