"""Bias and variance against a closed form; leakage on pure noise, and where there is none."""

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.metrics import error_rate
from dlcourse.scratch import generalizing as library
from dlcourse.scratch.estimators import LinearRegression
from dlcourse.scratch.model_selection import k_folds
from dlcourse.scratch.pipelines import NearestMean
from dlcourse.scratch.polynomials import PolynomialRegression


def rng(*seed):
    return np.random.default_rng(seed)


POINTS = np.linspace(-1, 1, 50)


def sine(n, noise):
    def draw(generator):
        x = generator.uniform(-1, 1, size=n)
        return x, np.sin(3 * x) + noise * generator.normal(size=n)

    return draw


def parts_of(degree, sets=300, n=25):
    predictions = library.predictions_over_training_sets(
        lambda: PolynomialRegression(degree), sine(n, 0.3), POINTS, sets, rng(0)
    )
    return library.bias_and_variance(predictions, np.sin(3 * POINTS))


def test_squared_bias_and_variance_add_up_exactly():
    table, truth = rng(0).normal(size=(7, 30)), rng(1).normal(size=30)
    parts = library.bias_and_variance(table, truth)
    assert parts.squared_bias + parts.variance == pytest.approx(parts.squared_distance, rel=1e-12)
    assert parts.squared_distance == pytest.approx(np.mean((table - truth) ** 2))


def test_a_mean_has_the_variance_of_a_mean_and_the_bias_of_a_constant():
    """Degree 0 predicts the mean of n targets: variance (Var sin 3x + noise²) / n, bias the distance from the mean."""
    parts = parts_of(0, sets=4000)
    grid = np.sin(3 * np.linspace(-1, 1, 10_001))
    assert parts.variance == pytest.approx((np.mean(grid**2) + 0.09) / 25, rel=0.1)
    assert parts.squared_bias == pytest.approx(np.mean(np.sin(3 * POINTS) ** 2), rel=0.02)


def test_with_the_degree_the_bias_falls_and_the_variance_rises():
    low, middle, high = (parts_of(degree) for degree in (1, 5, 9))
    assert low.squared_bias > 10 * middle.squared_bias
    assert low.variance < middle.variance < high.variance
    assert middle.squared_distance < min(low.squared_distance, high.squared_distance)


def test_choosing_features_on_all_examples_promises_much_where_there_is_nothing_to_learn():
    leaks = []
    for seed in range(5):
        x, y = rng(seed).normal(size=(50, 1000)), np.repeat([0, 1], 25)
        leaks.append(library.leak_of_choosing_features(NearestMean, x, y, 20, k_folds(50, 5, rng(seed), y), error_rate))
    leaky, honest = np.mean(leaks, axis=0)
    assert leaky < 0.1
    assert abs(honest - 0.5) < 0.08


def test_standardizing_on_all_examples_changes_nothing_for_least_squares_and_little_with_a_penalty():
    train = datasets.load("diabetes").train
    x, y = train.inputs.astype(float), train.labels.astype(float)
    folds = k_folds(len(y), 5, rng(0))
    leaky, honest = library.leak_of_standardizing(LinearRegression, x, y, folds)
    assert leaky == pytest.approx(honest, rel=1e-9)
    leaky, honest = library.leak_of_standardizing(lambda: LinearRegression(0.1), x, y, folds)
    assert leaky != honest
    assert leaky == pytest.approx(honest, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: library.bias_and_variance(np.zeros((3, 4)), np.zeros(5)), r"predictions: expected shape \(sets, 5\)"),
        (lambda: library.bias_and_variance(np.zeros((1, 5)), np.zeros(5)), "at least 2 training sets"),
        (lambda: parts_of(0, sets=0), "sets: expected a whole number of at least 1"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
