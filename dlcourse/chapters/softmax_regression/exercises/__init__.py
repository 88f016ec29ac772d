"""The exercises of chapter 5, logistic and softmax regression, in the order of the chapter."""

from dlcourse.chapters.softmax_regression.exercises.choices import why_log_loss
from dlcourse.chapters.softmax_regression.exercises.cross_entropy import cross_entropy
from dlcourse.chapters.softmax_regression.exercises.fit_softmax import fit_softmax
from dlcourse.chapters.softmax_regression.exercises.log_loss import log_loss
from dlcourse.chapters.softmax_regression.exercises.sigmoid import sigmoid
from dlcourse.chapters.softmax_regression.exercises.sigmoid_derivative import sigmoid_derivative
from dlcourse.chapters.softmax_regression.exercises.softmax import softmax
from dlcourse.chapters.softmax_regression.exercises.softmax_gradient import softmax_gradient

EXERCISES = (
    sigmoid,
    why_log_loss,
    log_loss,
    softmax,
    cross_entropy,
    softmax_gradient,
    sigmoid_derivative,
    fit_softmax,
)
