"""The experiments of chapter 3, probability and maximum likelihood."""

from dlcourse.experiments.probability.ascent import coin_ascent
from dlcourse.experiments.probability.coins import coin_likelihood
from dlcourse.experiments.probability.distributions import density_interval
from dlcourse.experiments.probability.gaussians import gaussian_fit
from dlcourse.experiments.probability.joint import joint_and_conditional
from dlcourse.experiments.probability.lines import linear_gaussian
from dlcourse.experiments.probability.medical import medical_test
from dlcourse.experiments.probability.variance import variance_bias

__all__ = [
    "coin_ascent",
    "coin_likelihood",
    "density_interval",
    "gaussian_fit",
    "joint_and_conditional",
    "linear_gaussian",
    "medical_test",
    "variance_bias",
]
