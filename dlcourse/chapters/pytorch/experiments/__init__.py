"""The experiments of chapter 11, PyTorch."""

from dlcourse.chapters.pytorch.experiments.learning_rate_race import learning_rate_race
from dlcourse.chapters.pytorch.experiments.training_loop import training_loop

__all__ = ["learning_rate_race", "training_loop"]
