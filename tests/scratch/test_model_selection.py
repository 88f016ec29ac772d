"""Folds, cross-validation, searches and nested folds: against scikit-learn on the same folds; what is refused."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlcourse import datasets
from dlcourse.scratch import model_selection as selection
from dlcourse.scratch.estimators import LinearRegression
from dlcourse.scratch.pipelines import BestFeatures, NearestMean, Standardized


def rng(seed=0):
    return np.random.default_rng(seed)


def ridge(penalty):
    return Standardized(LinearRegression(penalty))


def regression(n=43, d=5):
    x = rng(1).normal(size=(n, d)) * np.geomspace(1, 100, d)
    return x, x @ rng(2).normal(size=d) + 20 * rng(3).normal(size=n)


def theirs(penalty, training_size):
    return make_pipeline(StandardScaler(), Ridge(alpha=training_size * penalty))


# --- parts and folds


@pytest.mark.parametrize("labels", [None, np.repeat([0, 1, 2], [20, 60, 20])])
def test_split_uses_each_example_once_in_the_proportions_asked_for(labels):
    parts = selection.split(100, rng(), (0.7, 0.1, 0.2), labels)
    assert [len(part) for part in parts] == [70, 10, 20]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(100))
    if labels is not None:
        assert [np.bincount(labels[part]).tolist() for part in parts] == [[14, 42, 14], [2, 6, 2], [4, 12, 4]]


@pytest.mark.parametrize(("n", "k"), [(10, 5), (11, 3), (7, 7), (43, 10)])
def test_each_example_is_validated_on_once_and_otherwise_trained_on(n, k):
    folds = selection.k_folds(n, k, rng())
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.validation for fold in folds])), np.arange(n))
    for training, validation in folds:
        np.testing.assert_array_equal(np.sort(np.concatenate([training, validation])), np.arange(n))
    expected = [len(validation) for _, validation in KFold(k).split(np.zeros(n))]
    assert [len(fold.validation) for fold in folds] == expected


def test_folds_are_shuffled_and_depend_on_the_generator_alone():
    one, same, other = (selection.k_folds(50, 5, rng(seed))[0].validation for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, np.arange(0, 50, 5))


def test_stratified_folds_hold_each_class_as_evenly_as_scikit_learns():
    labels = rng().permutation(np.repeat([0, 1, 4], [23, 11, 7]))
    folds = selection.k_folds(41, 5, rng(), labels)
    counts = [np.bincount(labels[fold.validation], minlength=5) for fold in folds]
    their_folds = StratifiedKFold(5).split(np.zeros(41), labels)
    expected = [np.bincount(labels[validation], minlength=5) for _, validation in their_folds]
    for label in (0, 1, 4):
        assert sorted(count[label] for count in counts) == sorted(count[label] for count in expected)
    assert np.ptp([len(fold.validation) for fold in folds]) <= 1


# --- cross-validation


def test_cross_validation_is_that_of_scikit_learn():
    x, y = regression(40)
    folds = selection.k_folds(40, 5, rng())
    errors = selection.cross_validate(lambda: ridge(0.1), x, y, folds)
    np.testing.assert_allclose(
        errors, -cross_val_score(theirs(0.1, 32), x, y, cv=folds, scoring="neg_mean_squared_error")
    )


def test_leaving_one_out_agrees_with_the_formula_for_ridge_regression():
    """Each left-out residual is the residual of the whole fit over 1 − hᵢᵢ (for least squares, without a penalty)."""
    x, y = regression(20)
    extended = np.column_stack([x, np.ones(20)])
    hat = extended @ np.linalg.pinv(extended)
    expected = ((y - hat @ y) / (1 - np.diag(hat))) ** 2
    folds = selection.k_folds(20, 20, rng())
    errors = selection.cross_validate(LinearRegression, x, y, folds)
    order = [fold.validation[0] for fold in folds]
    np.testing.assert_allclose(errors, expected[order], rtol=1e-6)


def test_cross_validation_of_labels_by_their_error_rate():
    wine = datasets.load("wine").train
    folds = selection.k_folds(len(wine), 5, rng(), wine.labels)
    errors = selection.cross_validate(
        lambda: Standardized(NearestMean()), wine.inputs, wine.labels, folds, selection.error_rate
    )
    assert errors.shape == (5,)
    assert errors.mean() < 0.1
    assert selection.error_rate([1, 2, 2, 0], [1, 2, 0, 0]) == 0.25


def test_a_learning_curve_ends_where_cross_validation_is():
    x, y = regression(40)
    folds = selection.k_folds(40, 5, rng())
    training, held_out = selection.learning_curve(lambda: ridge(0.0), x, y, [8, 16, 32], folds, rng(4))
    assert training.shape == held_out.shape == (3, 5)
    np.testing.assert_allclose(held_out[-1], selection.cross_validate(lambda: ridge(0.0), x, y, folds))
    assert (np.diff(training.mean(axis=1)) > 0).all()
    assert (np.diff(held_out.mean(axis=1)) < 0).all()


# --- searches


def test_grid_search_is_that_of_scikit_learn():
    x, y = regression(40)
    folds, penalties = selection.k_folds(40, 5, rng()), [0.001, 0.1, 10.0]
    found = selection.grid_search(ridge, {"penalty": penalties}, x, y, folds)
    their = GridSearchCV(
        theirs(1.0, 32), {"ridge__alpha": [32 * each for each in penalties]}, cv=folds, scoring="neg_mean_squared_error"
    ).fit(x, y)
    np.testing.assert_allclose(found.means, -their.cv_results_["mean_test_score"])
    assert 32 * found.best["penalty"] == pytest.approx(their.best_params_["ridge__alpha"])
    assert found.least == found.means.min()
    assert found.errors.shape == (3, 5)


def test_nested_cross_validation_is_that_of_scikit_learn_on_the_same_folds():
    x, y = regression(40)
    outer, settings = selection.k_folds(40, 4, rng()), selection.grid(penalty=[0.001, 0.1, 10.0])
    nested = selection.nested_cross_validate(ridge, settings, x, y, outer, 3, rng(5))
    generator = rng(5)
    for row, (training, validation) in enumerate(outer):
        inner = selection.k_folds(len(training), 3, generator)
        search = GridSearchCV(
            theirs(1.0, 20), {"ridge__alpha": [20 * each["penalty"] for each in settings]}, cv=inner,
            scoring="neg_mean_squared_error", refit=False,
        ).fit(x[training], y[training])  # fmt: skip
        assert nested.promised[row] == pytest.approx(-search.best_score_)
        assert 20 * nested.chosen[row]["penalty"] == pytest.approx(search.best_params_["ridge__alpha"])
        model = theirs(nested.chosen[row]["penalty"], 30).fit(x[training], y[training])
        assert nested.errors[row] == pytest.approx(np.mean((model.predict(x[validation]) - y[validation]) ** 2))
    assert nested.optimism == pytest.approx(np.mean(nested.errors) - np.mean(nested.promised))


def test_nested_folds_find_no_optimism_where_there_is_no_choice_and_much_where_there_is_nothing_to_learn():
    """Labels are pure noise: of 40 settings the best promises much, and on new examples is right half of the time."""
    settings = selection.grid(columns=[tuple(rng(seed).integers(0, 60, size=2)) for seed in range(40)])

    class TwoColumns(NearestMean):
        def __init__(self, columns):
            self.columns = list(columns)

        def fit(self, inputs, labels):
            return super().fit(inputs[:, self.columns], labels)

        def predict(self, inputs):
            return super().predict(inputs[:, self.columns])

    nested = []
    for seed in range(8):
        x, y = rng([seed, 1]).normal(size=(40, 60)), rng([seed, 2]).permutation(np.repeat([0, 1], 20))
        outer = selection.k_folds(40, 4, rng(seed), y)
        nested.append(
            [
                selection.nested_cross_validate(
                    TwoColumns, tried, x, y, outer, 3, rng(seed), selection.error_rate, stratified=True
                )
                for tried in (settings, settings[:1])
            ]
        )
    chosen, fixed = zip(*nested, strict=True)
    assert np.mean([each.promised for each in chosen]) < 0.35
    assert abs(np.mean([each.errors for each in chosen]) - 0.5) < 0.06
    assert abs(np.mean([each.optimism for each in fixed])) < 0.05


def test_grid_has_every_combination_and_random_settings_as_many_values_as_settings():
    assert selection.grid(degree=[1, 2], penalty=[0, 1]) == [
        {"degree": 1, "penalty": 0}, {"degree": 1, "penalty": 1}, {"degree": 2, "penalty": 0},
        {"degree": 2, "penalty": 1},
    ]  # fmt: skip
    draws = {"penalty": selection.log_uniform(1e-4, 1), "rate": selection.uniform(2, 3)}
    settings = selection.random_settings(500, rng(), **draws)
    penalties, rates = (np.array([each[name] for each in settings]) for name in draws)
    assert len(set(penalties)) == len(set(rates)) == 500
    assert ((penalties > 1e-4) & (penalties < 1) & (rates > 2) & (rates < 3)).all()
    shares = np.histogram(np.log10(penalties), [-4, -3, -2, -1, 0])[0] / 500
    np.testing.assert_allclose(shares, 0.25, atol=0.06)
    assert abs(np.corrcoef(np.log(penalties), rates)[0, 1]) < 0.1


def test_random_search_tries_its_settings_on_the_same_folds():
    x, y = regression(30)
    folds, draws = selection.k_folds(30, 3, rng()), {"penalty": selection.log_uniform(1e-3, 10)}
    found = selection.random_search(ridge, draws, 4, rng(7), x, y, folds)
    assert list(found.settings) == selection.random_settings(4, rng(7), **draws)
    expected = selection.cross_validate(lambda: ridge(**found.best), x, y, folds).mean()
    assert found.least == pytest.approx(expected)


# --- what is refused

X, Y = regression(20)
FOLDS = selection.k_folds(20, 4, rng())
SORTED = [(np.arange(10, 20), np.arange(10)), (np.arange(10), np.arange(10, 20))]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: selection.k_folds(5, 6, rng()), ValueError, "at most 5 folds.*k = 5 leaves out one"),
        (lambda: selection.k_folds(5, 1, rng()), ValueError, "nothing would be left to train on"),
        (lambda: selection.k_folds(5, 2.0, rng()), TypeError, "k: expected a whole number"),
        (lambda: selection.k_folds(5, 2, 0), TypeError, "generator: expected a random generator"),
        (lambda: selection.k_folds(5, 3, rng(), [0, 0, 0, 7, 7]), ValueError, "class 7 has 2 of the 5 examples"),
        (lambda: selection.k_folds(5, 2, rng(), [0, 1]), ValueError, "examples has 5, labels has 2"),
        (lambda: selection.split(5, rng(), (0.5, 0.5, 0.5)), ValueError, "proportions: expected sums of 1"),
        (lambda: selection.split(3, rng(), (0.8, 0.1, 0.1)), ValueError, "leaves the test part empty"),
        (lambda: selection.cross_validate(ridge(1), X, Y, FOLDS), TypeError, r"Write lambda: Standardized\(...\)"),
        (lambda: selection.cross_validate(NearestMean, X, np.repeat([0, 1], 10), SORTED), ValueError,
         "all 10 examples of a training part have the label 1.*sorted by class"),
        (lambda: selection.cross_validate(LinearRegression, X, Y, [([0, 1, 2], [2, 3])]), ValueError,
         r"folds\[0\]: 1 examples, 2 among them, are in both parts"),
        (lambda: selection.cross_validate(LinearRegression, X, Y, [([0, 1], [20])]), ValueError, "numbers below 20"),
        (lambda: selection.cross_validate(LinearRegression, X, Y, []), ValueError, "folds: expected at least one"),
        (lambda: selection.cross_validate(LinearRegression, X, Y[:9], FOLDS), ValueError, "inputs has 20"),
        (lambda: selection.learning_curve(LinearRegression, X, Y, [16], FOLDS, rng()), ValueError, "at most 15"),
        (lambda: selection.search(ridge, [], X, Y, FOLDS), ValueError, "at least one setting"),
        (lambda: selection.log_uniform(0, 1), ValueError, "0 has no logarithm"),
        (lambda: selection.uniform(2, 1), ValueError, "less than high"),
        (lambda: selection.error_rate([1], [1, 2]), ValueError, "predictions: expected shape"),
        (lambda: BestFeatures(NearestMean(), 9).fit(X, Y), ValueError, "at most 5, as many as there are features"),
    ],
)  # fmt: skip
def test_bad_input_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()
