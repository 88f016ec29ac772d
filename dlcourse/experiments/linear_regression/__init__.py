"""The experiments of chapter 4, linear regression: the line, the loss surface and its directions, annealing."""

from dlcourse.experiments.linear_regression.annealing import annealing
from dlcourse.experiments.linear_regression.directions import eigen_directions
from dlcourse.experiments.linear_regression.outliers import line_and_outlier
from dlcourse.experiments.linear_regression.surface import loss_surface

__all__ = ["annealing", "eigen_directions", "line_and_outlier", "loss_surface"]
