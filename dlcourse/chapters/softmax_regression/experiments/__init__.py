"""The experiments of chapter 5, logistic and softmax regression."""

from dlcourse.chapters.softmax_regression.experiments.attenuation import attenuated_gradient
from dlcourse.chapters.softmax_regression.experiments.boundary import decision_boundary
from dlcourse.chapters.softmax_regression.experiments.confusion import confusion
from dlcourse.chapters.softmax_regression.experiments.temperature import softmax_temperature
from dlcourse.chapters.softmax_regression.experiments.weights import digit_weights

__all__ = ["attenuated_gradient", "confusion", "decision_boundary", "digit_weights", "softmax_temperature"]
