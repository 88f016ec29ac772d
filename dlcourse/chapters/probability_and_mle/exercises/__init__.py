"""The exercises of chapter 3, probability and maximum likelihood, in the order of the chapter."""

from dlcourse.chapters.probability_and_mle.exercises import (
    bayes,
    choices,
    coin,
    densities,
    gaussian,
    linear,
    tables,
    two_tests,
    waiting,
)

gaussian_pdf = densities.gaussian_pdf
density_above_one = choices.density_above_one
conditional = tables.conditional
conditional_independence = choices.conditional_independence
disease_given_positive = bayes.disease_given_positive
two_positive_tests = two_tests.two_positive_tests
bernoulli_log_likelihood = coin.bernoulli_log_likelihood
likelihood_is_not_a_distribution = choices.likelihood_is_not_a_distribution
bernoulli_log_likelihood_gradient = coin.bernoulli_log_likelihood_gradient
learning_rate_limit = coin.learning_rate_limit
waiting_rate = waiting.waiting_rate
gaussian_mle = gaussian.gaussian_mle
linear_gaussian_mle = linear.linear_gaussian_mle
