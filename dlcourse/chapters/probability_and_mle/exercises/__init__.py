"""The exercises of chapter 3, probability and maximum likelihood, in the order of the chapter."""

from dlcourse.chapters.probability_and_mle.exercises.bernoulli_log_likelihood import bernoulli_log_likelihood
from dlcourse.chapters.probability_and_mle.exercises.bernoulli_log_likelihood_gradient import (
    bernoulli_log_likelihood_gradient,
)
from dlcourse.chapters.probability_and_mle.exercises.choices import (
    conditional_independence,
    density_above_one,
    loss_of_the_noise,
)
from dlcourse.chapters.probability_and_mle.exercises.conditional import conditional
from dlcourse.chapters.probability_and_mle.exercises.disease_given_positive import disease_given_positive
from dlcourse.chapters.probability_and_mle.exercises.gaussian_mle import gaussian_mle
from dlcourse.chapters.probability_and_mle.exercises.gaussian_pdf import gaussian_pdf
from dlcourse.chapters.probability_and_mle.exercises.learning_rate_limit import learning_rate_limit
from dlcourse.chapters.probability_and_mle.exercises.linear_gaussian_mle import linear_gaussian_mle
from dlcourse.chapters.probability_and_mle.exercises.two_positive_tests import two_positive_tests
from dlcourse.chapters.probability_and_mle.exercises.waiting_rate import waiting_rate

EXERCISES = (
    gaussian_pdf,
    conditional,
    disease_given_positive,
    bernoulli_log_likelihood,
    gaussian_mle,
    linear_gaussian_mle,
    loss_of_the_noise,
    conditional_independence,
    two_positive_tests,
    density_above_one,
    bernoulli_log_likelihood_gradient,
    learning_rate_limit,
    waiting_rate,
)
