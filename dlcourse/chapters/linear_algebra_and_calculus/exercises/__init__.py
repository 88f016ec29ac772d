"""The exercises of chapter 2, linear algebra and calculus, in the order of the chapter."""

from dlcourse.chapters.linear_algebra_and_calculus.exercises.broadcast_sizes import broadcast_sizes
from dlcourse.chapters.linear_algebra_and_calculus.exercises.is_positive_semidefinite import is_positive_semidefinite
from dlcourse.chapters.linear_algebra_and_calculus.exercises.log_sum_exp import log_sum_exp
from dlcourse.chapters.linear_algebra_and_calculus.exercises.normalize_rows import normalize_rows
from dlcourse.chapters.linear_algebra_and_calculus.exercises.numerical_jacobian import numerical_jacobian
from dlcourse.chapters.linear_algebra_and_calculus.exercises.outer_products import outer_products
from dlcourse.chapters.linear_algebra_and_calculus.exercises.pairwise_squared_distances import (
    pairwise_squared_distances,
)

EXERCISES = (
    normalize_rows,
    broadcast_sizes,
    pairwise_squared_distances,
    outer_products,
    numerical_jacobian,
    log_sum_exp,
    is_positive_semidefinite,
)
