"""The exercises of chapter 4, linear regression, in the order of the chapter."""

from dlcourse.chapters.linear_regression.exercises.choices import annealing_conditions, lever
from dlcourse.chapters.linear_regression.exercises.learning_rate_limit_of_line import learning_rate_limit_of_line
from dlcourse.chapters.linear_regression.exercises.mse_gradient import mse_gradient
from dlcourse.chapters.linear_regression.exercises.sgd_epoch import sgd_epoch
from dlcourse.chapters.linear_regression.exercises.solve_normal_equations import solve_normal_equations

EXERCISES = (
    mse_gradient,
    lever,
    solve_normal_equations,
    learning_rate_limit_of_line,
    sgd_epoch,
    annealing_conditions,
)
