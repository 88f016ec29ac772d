"""The experiments of chapter 6, generalization."""

from dlcourse.chapters.generalization.experiments.folds_and_leakage import folds_and_leakage
from dlcourse.chapters.generalization.experiments.penalty_balls import penalty_balls
from dlcourse.chapters.generalization.experiments.polynomial_fit import polynomial_fit

__all__ = ["folds_and_leakage", "penalty_balls", "polynomial_fit"]
