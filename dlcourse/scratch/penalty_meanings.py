"""What an L2 penalty means in linear regression: noise on the inputs, or a Gaussian prior on the weights.

With the loss J(w, b) = (1/2n) Σᵢ (xᵢᵀw + b − yᵢ)² and the penalty (α/2) ‖w‖²:

*Noise.* Add noise εᵢ to each input, of mean 0, with variance σ² in each feature and no covariance between features,
independent of everything else. The error changes by εᵢᵀw, whose mean is 0 and whose variance σ² ‖w‖², so that exactly
E J = J(w, b) + (σ²/2) ‖w‖²: **α = σ²**, whatever else the noise is like, Gaussian or not. (For a loss that is a sum,
½ Σᵢ (…)² + (λ/2) ‖w‖², it is λ = n σ².) Source: Bishop (1995), "Training with noise is equivalent to Tikhonov
regularization", where for other models it holds to second order in σ.

*Prior.* Let yᵢ = xᵢᵀw + b + Gaussian noise of deviation s, each weight be drawn from a Gaussian with mean 0 and
deviation τ, and b from anywhere alike. Minus the logarithm of the posterior is n/s² · [J + (α/2) ‖w‖²] plus a constant,
with **α = s² / (n τ²)**: the ridge weights are the most probable ones. More examples, a smaller penalty.
"""

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.linear_models import mse_loss
from dlcourse.validation import check_count, check_generator, check_positive, check_regression_data


def penalty_of_input_noise(deviation: float) -> float:
    """α = σ²: the penalty to which noise of this standard deviation in each input amounts."""
    return check_positive(deviation, "deviation") ** 2


def penalty_of_prior(noise_deviation: float, prior_deviation: float, n: int) -> float:
    """α = s² / (n τ²), for targets with noise of deviation s, weights of prior deviation τ, and n examples."""
    s, tau = check_positive(noise_deviation, "noise_deviation"), check_positive(prior_deviation, "prior_deviation")
    return s**2 / (check_count(n, "n") * tau**2)


def with_noisy_copies(
    inputs: ArrayLike, targets: ArrayLike, deviation: float, copies: int, generator: np.random.Generator
) -> tuple[Array, Array]:
    """Each example ``copies`` times, with new Gaussian noise of this ``deviation`` in every input each time.

    inputs: (n, d). targets: (n,). Returns (copies · n, d) and (copies · n,); the originals are not among them.
    """
    x, y = check_regression_data(inputs, targets)
    times, rng = check_count(copies, "copies"), check_generator(generator)
    repeated = np.tile(x, (times, 1))
    return repeated + check_positive(deviation, "deviation") * rng.normal(size=repeated.shape), np.tile(y, times)


def negative_log_posterior(
    inputs: ArrayLike,
    targets: ArrayLike,
    weights: ArrayLike,
    bias: float,
    noise_deviation: float,
    prior_deviation: float,
) -> float:
    """−log [Πᵢ N(yᵢ | xᵢᵀw + b, s²) · Πⱼ N(wⱼ | 0, τ²)], up to what does not depend on w and b (the evidence).

    It equals n/s² times the penalized loss with α = ``penalty_of_prior(s, τ, n)``, plus a constant.
    """
    s, tau = check_positive(noise_deviation, "noise_deviation"), check_positive(prior_deviation, "prior_deviation")
    n, w = len(np.asarray(targets)), np.asarray(weights, np.float64)
    misfit = n / s**2 * mse_loss(inputs, targets, w, bias)
    constants = n * np.log(s * np.sqrt(2 * np.pi)) + len(w) * np.log(tau * np.sqrt(2 * np.pi))
    return float(misfit + w @ w / (2 * tau**2) + constants)
