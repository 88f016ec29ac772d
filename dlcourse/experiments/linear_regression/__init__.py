"""The experiments of chapter 4, linear regression: the least-squares line, the loss surface, annealing."""

from dlcourse.experiments.linear_regression.annealing import annealing
from dlcourse.experiments.linear_regression.outliers import line_and_outlier
from dlcourse.experiments.linear_regression.surface import loss_surface

__all__ = ["annealing", "line_and_outlier", "loss_surface"]
