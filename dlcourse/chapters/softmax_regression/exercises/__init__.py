"""The exercises of chapter 5, logistic and softmax regression, in the order of the chapter."""

from dlcourse.chapters.softmax_regression.exercises import (
    attenuated,
    binary_loss,
    choices,
    class_loss,
    gradients,
    logistic,
    probabilities,
    slopes,
)

sigmoid = logistic.sigmoid
sigmoid_derivative = slopes.sigmoid_derivative
attenuation = attenuated.attenuation
why_log_loss = choices.why_log_loss
log_loss = binary_loss.log_loss
shift_invariance = choices.shift_invariance
softmax = probabilities.softmax
cross_entropy = class_loss.cross_entropy
softmax_gradient = gradients.softmax_gradient
