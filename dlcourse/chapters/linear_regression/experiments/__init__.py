"""The experiments of chapter 4, linear regression: the line, the loss surface and its directions, annealing."""

from dlcourse.chapters.linear_regression.experiments.annealing import annealing
from dlcourse.chapters.linear_regression.experiments.directions import eigen_directions
from dlcourse.chapters.linear_regression.experiments.outliers import line_and_outlier
from dlcourse.chapters.linear_regression.experiments.surface import loss_surface

__all__ = ["annealing", "eigen_directions", "line_and_outlier", "loss_surface"]
