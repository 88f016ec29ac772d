"""The experiments of chapter 5, logistic and softmax regression."""

from dlcourse.experiments.softmax_regression.attenuation import attenuated_gradient
from dlcourse.experiments.softmax_regression.boundary import decision_boundary
from dlcourse.experiments.softmax_regression.confusion import confusion
from dlcourse.experiments.softmax_regression.temperature import softmax_temperature
from dlcourse.experiments.softmax_regression.weights import digit_weights

__all__ = ["attenuated_gradient", "confusion", "decision_boundary", "digit_weights", "softmax_temperature"]
