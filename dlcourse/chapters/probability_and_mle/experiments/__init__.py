"""The experiments of chapter 3, probability and maximum likelihood."""

from dlcourse.chapters.probability_and_mle.experiments.ascent import coin_ascent
from dlcourse.chapters.probability_and_mle.experiments.coins import coin_likelihood
from dlcourse.chapters.probability_and_mle.experiments.distributions import density_interval
from dlcourse.chapters.probability_and_mle.experiments.gaussians import gaussian_fit
from dlcourse.chapters.probability_and_mle.experiments.joint import joint_and_conditional
from dlcourse.chapters.probability_and_mle.experiments.lines import linear_gaussian
from dlcourse.chapters.probability_and_mle.experiments.medical import medical_test
from dlcourse.chapters.probability_and_mle.experiments.variance import variance_bias

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
