"""The experiments of chapter 3, probability and maximum likelihood."""

from dlcourse.experiments.probability.distributions import density_interval
from dlcourse.experiments.probability.joint import joint_and_conditional
from dlcourse.experiments.probability.medical import medical_test
from dlcourse.experiments.probability.variance import variance_bias

# In the order of the chapter.
__all__ = [
    "density_interval",
    "joint_and_conditional",
    "medical_test",
    "variance_bias",
]
