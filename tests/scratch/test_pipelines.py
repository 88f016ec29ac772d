"""Models with their preparation: against scikit-learn's pipelines, and that nothing but the training part is seen."""

import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import StandardScaler

from dlcourse import datasets
from dlcourse.scratch.estimators import LinearRegression
from dlcourse.scratch.pipelines import BestFeatures, NearestMean, Standardized, choose_features, standardize


def rng(seed=0):
    return np.random.default_rng(seed)


X, OTHER = rng().normal(5, [1, 10, 100], size=(30, 3)), rng(1).normal(6, [2, 10, 100], size=(8, 3))
Y = X @ [1.0, 0.0, 0.01] + rng(2).normal(size=30)


def test_others_are_standardized_by_the_training_examples():
    scaler = StandardScaler().fit(X)
    first, second = standardize(X, OTHER)
    np.testing.assert_allclose(first, scaler.transform(X))
    np.testing.assert_allclose(second, scaler.transform(OTHER))
    assert abs(second.mean(axis=0)[0]) > 0.3  # they stay different


def test_a_constant_feature_is_only_centred():
    first, second = standardize(np.full((4, 1), 0.1), [[0.1], [2.1]])
    np.testing.assert_allclose(first, 0, atol=1e-15)
    np.testing.assert_allclose(second, [[0], [2]])


def test_features_are_chosen_as_by_scikit_learn():
    diabetes = datasets.load("diabetes").train
    chosen = choose_features(diabetes.inputs, diabetes.labels, 4)
    theirs = SelectKBest(f_regression, k=4).fit(diabetes.inputs, diabetes.labels)
    np.testing.assert_array_equal(np.sort(chosen), np.flatnonzero(theirs.get_support()))
    assert choose_features(np.column_stack([np.ones(30), X]), Y, 4)[-1] == 0  # a constant tells nothing


@pytest.mark.parametrize("model", [Standardized(LinearRegression(0.5)), BestFeatures(LinearRegression(0.5), 2)])
def test_predictions_depend_on_nothing_but_the_fit(model):
    model.fit(X, Y)
    alone = model.predict(OTHER[:1])
    np.testing.assert_allclose(model.predict(np.vstack([OTHER, 1e6 * OTHER]))[0], alone[0])
    assert not np.allclose(model.fit(X[:20], Y[:20]).predict(OTHER[:1]), alone)  # a new fit forgets the old one


def test_best_features_uses_those_alone():
    model = BestFeatures(LinearRegression(), 2).fit(X, Y)
    kept = np.sort(model.chosen_)
    np.testing.assert_allclose(model.predict(OTHER), LinearRegression().fit(X[:, kept], Y).predict(OTHER[:, kept]))


def test_nearest_mean_is_that_of_scikit_learn():
    wine = datasets.load("wine")
    inputs, others = standardize(wine.train.inputs, wine.test.inputs)
    mine = NearestMean().fit(inputs, wine.train.labels).predict(others)
    np.testing.assert_array_equal(mine, NearestCentroid().fit(inputs, wine.train.labels).predict(others))
    assert NearestMean().fit([[0.0], [5.0]], [3, 7]).predict([[1.0], [4.0]]).tolist() == [3, 7]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: standardize(X, OTHER[:, :2]), r"inputs: expected shape \(n, 3\), received \(8, 2\)"),
        (lambda: Standardized(LinearRegression()).predict(X), "This Standardized has learned nothing yet"),
        (lambda: BestFeatures(LinearRegression(), 1).predict(X), "This BestFeatures has learned nothing yet"),
        (lambda: NearestMean().predict(X), "This NearestMean has learned nothing yet"),
        (lambda: NearestMean().fit(X, np.ones(3, int)), "inputs has 30, labels has 3"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
