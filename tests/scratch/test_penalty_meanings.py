"""The two meanings of an L2 penalty: identities that hold exactly, and a simulation that approaches them."""

import numpy as np
import pytest

from dlcourse.scratch import penalty_meanings as meanings
from dlcourse.scratch.linear_models import mse_loss, solve_least_squares
from dlcourse.scratch.probability import gaussian_pdf


def rng(seed=0):
    return np.random.default_rng(seed)


X = rng().normal(2, 1, size=(12, 3))
Y = X @ [1.0, -2.0, 0.5] + rng(1).normal(size=12)
W, B = np.array([0.3, -1.0, 2.0]), 0.7


def test_the_expected_loss_under_input_noise_is_the_penalized_loss():
    """Noise of ±σ in each feature has the variance σ²: the mean over all its 2^3 signs, for each example, is exact."""
    sigma = 0.4
    signs = np.array(np.meshgrid(*[[-sigma, sigma]] * 3)).reshape(3, -1).T
    expected = np.mean([mse_loss(X + noise, Y, W, B) for noise in signs])
    assert expected == pytest.approx(mse_loss(X, Y, W, B, meanings.penalty_of_input_noise(sigma)), rel=1e-12)


def test_fits_to_many_noisy_copies_approach_ridge_regression():
    penalty, distances = meanings.penalty_of_input_noise(0.5), []
    ridge, _ = solve_least_squares(X, Y, penalty)
    for copies in (10, 1000):
        found = [solve_least_squares(*meanings.with_noisy_copies(X, Y, 0.5, copies, rng(seed)))[0] for seed in range(8)]
        distances.append(np.sqrt(np.mean((np.array(found) - ridge) ** 2)))
    assert distances[1] < 0.03
    assert 5 < distances[0] / distances[1] < 20  # like the root of the number of copies
    assert np.abs(ridge - solve_least_squares(X, Y)[0]).max() > 0.2  # what they approach is not least squares


def test_copies_have_the_noise_asked_for_and_leave_targets_and_arguments_alone():
    before = X.copy()
    x, y = meanings.with_noisy_copies(X, Y, 0.5, 2000, rng())
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(y, np.tile(Y, 2000))
    noise = x - np.tile(X, (2000, 1))
    np.testing.assert_allclose(noise.T @ noise / len(noise), 0.25 * np.eye(3), atol=0.01)


def test_minus_the_log_posterior_is_the_logarithm_of_densities():
    densities = [gaussian_pdf(Y - X @ W - B, 0.0, 0.8**2), gaussian_pdf(W, 0.0, 1.5**2)]
    expected = -sum(np.log(each).sum() for each in densities)
    assert meanings.negative_log_posterior(X, Y, W, B, 0.8, 1.5) == pytest.approx(expected)


def test_it_is_the_penalized_loss_but_for_a_factor_and_a_constant():
    penalty = meanings.penalty_of_prior(0.8, 1.5, 12)
    others = [(W, B), (-W, 0.0), (rng(3).normal(size=3), 5.0)]
    rest = [
        meanings.negative_log_posterior(X, Y, w, b, 0.8, 1.5) - 12 / 0.8**2 * mse_loss(X, Y, w, b, penalty)
        for w, b in others
    ]
    np.testing.assert_allclose(rest, rest[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: meanings.penalty_of_input_noise(0), "deviation: expected a positive number"),
        (lambda: meanings.penalty_of_prior(1, -1, 10), "prior_deviation: expected a positive number"),
        (lambda: meanings.penalty_of_prior(1, 1, 0), "n: expected a whole number of at least 1"),
        (lambda: meanings.with_noisy_copies(X, Y[:3], 1, 2, rng()), "same number of examples"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
