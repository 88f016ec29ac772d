"""What a chosen answer is told is so."""

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.scratch import estimators, losses


def accuracy_on_patients(loss_gradient, rate, times, steps):
    """Accuracy on the training patients after descent that starts ``times`` the solution's weights."""
    cancer = datasets.load("breast_cancer")
    mean, deviation = cancer.train.inputs.mean(axis=0), cancer.train.inputs.std(axis=0)
    inputs = ((cancer.train.inputs - mean) / deviation).astype(float)
    labels = (cancer.train.labels == cancer.class_names.index("malignant")).astype(int)
    solution = estimators.LogisticRegression(learning_rate=0.5, steps=500).fit(inputs, labels).weights_
    weights, bias = times * solution, 0.0
    for _ in range(steps):
        by_logit = loss_gradient(inputs @ weights + bias, labels)
        weights = weights - rate * inputs.T @ by_logit
        bias -= rate * by_logit.sum()
    return np.mean((inputs @ weights + bias >= 0) == labels)


def test_a_rate_400_times_larger_leaves_the_plateau_and_overshoots_from_zero():
    square = losses.sigmoid_squared_error_gradient
    assert accuracy_on_patients(square, 200.0, times=-3, steps=100) == pytest.approx(0.99, abs=5e-3)
    assert accuracy_on_patients(square, 200.0, times=0, steps=1000) == pytest.approx(0.94, abs=6e-3)
    assert accuracy_on_patients(square, 2.0, times=0, steps=1000) == pytest.approx(0.99, abs=5e-3)


@pytest.mark.parametrize("times", [0, -3])
def test_one_rate_of_the_log_loss_serves_every_start(times):
    assert accuracy_on_patients(losses.log_loss_gradient, 0.5, times, steps=1000) == pytest.approx(0.99, abs=5e-3)
