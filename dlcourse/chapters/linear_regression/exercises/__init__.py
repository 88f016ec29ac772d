"""The exercises of chapter 4, linear regression, in the order of the chapter."""

from dlcourse.chapters.linear_regression.exercises import choices, closed_form, epochs, gradients, step_limit

outlier = choices.outlier
mse_gradient = gradients.mse_gradient
solve_normal_equations = closed_form.solve_normal_equations
learning_rate_limit_of_line = step_limit.learning_rate_limit_of_line
sgd_epoch = epochs.sgd_epoch
annealing_conditions = choices.annealing_conditions
