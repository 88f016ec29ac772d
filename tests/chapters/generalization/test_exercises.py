"""What readers of chapter 6 are told of answers in another style; the numbers of the four learning curves."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.preprocessing import StandardScaler

from dlcourse.chapters.generalization import exercises
from dlcourse.chapters.generalization.exercises.choices import TABLE
from dlcourse.scratch.polynomials import PolynomialRegression


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


# --- right answers in another style


def ridge_of_scikit_learn(inputs, targets, penalty):
    if penalty == 0:
        return ridge_by_further_rows(inputs, targets, penalty)
    fit = Ridge(alpha=len(targets) * penalty, solver="cholesky").fit(inputs, targets)
    return fit.coef_, fit.intercept_


def ridge_by_further_rows(inputs, targets, penalty):
    """Least squares with d more examples, whose inputs are √(nα) times the unit vectors, and no column of ones."""
    n, d = inputs.shape
    rows = np.column_stack([inputs, np.ones(n)]).astype(float)
    below = np.sqrt(n * penalty) * np.eye(d, d + 1)
    solution = np.linalg.lstsq(np.vstack([rows, below]), np.append(targets.astype(float), np.zeros(d)))[0]
    return solution[:d], solution[d]


def soft_threshold_of_pytorch(values, threshold):
    return torch.nn.functional.softshrink(torch.tensor(np.asarray(values, float)), threshold).numpy()


def soft_threshold_in_a_loop(values, threshold):
    result = np.zeros(values.shape)
    for place in np.ndindex(values.shape):
        v = values[place]
        if v > threshold:
            result[place] = v - threshold
        elif v < -threshold:
            result[place] = v + threshold
    return result


def folds_of_scikit_learn(n, k, generator):
    seed = int(generator.integers(2**31))
    return list(KFold(k, shuffle=True, random_state=seed).split(np.zeros(n)))


def folds_in_lists(n, k, generator):
    order = list(range(n))
    generator.shuffle(order)
    hands = [[int(order[i]) for i in range(n) if i % k == hand] for hand in range(k)]
    return [([i for i in range(n) if i not in hand], hand) for hand in hands]


class Unshuffled:
    def shuffle(self, order):
        """As who forgot it."""


def folds_by_concatenation(n, k, generator):
    hands = np.array_split(generator.permutation(n), k)
    return [(np.concatenate(hands[:i] + hands[i + 1 :]), hands[i]) for i in range(k)]


def standardized_by_scikit_learn(training, other):
    scaler = StandardScaler().fit(training)
    return scaler.transform(training), scaler.transform(other)


def standardized_and_constant_by_hand(training, other):
    mean, deviation = np.mean(training, 0), np.std(training, 0)
    deviation[deviation == 0] = 1
    return (training - mean) / deviation, (other - mean) / deviation


def cross_validated_in_a_list(make_model, inputs, targets, folds):
    errors = []
    for training, validation in folds:
        model = make_model()
        model.fit(inputs[training], targets[training])
        predictions = model.predict(inputs[validation])
        errors.append(((predictions - targets[validation]) ** 2).mean())
    return errors


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.ridge, ridge_of_scikit_learn),
        (exercises.ridge, ridge_by_further_rows),
        (exercises.soft_threshold, soft_threshold_of_pytorch),
        (exercises.soft_threshold, soft_threshold_in_a_loop),
        (exercises.k_folds, folds_of_scikit_learn),
        (exercises.k_folds, folds_in_lists),
        (exercises.k_folds, folds_by_concatenation),
        (exercises.cross_validate, cross_validated_in_a_list),
        (exercises.cross_validate, lambda *call: np.array(cross_validated_in_a_list(*call))),
        (exercises.standardize_without_leak, standardized_by_scikit_learn),
        (exercises.standardize_without_leak, standardized_and_constant_by_hand),
    ],
)
def test_right_answers_in_another_style_pass(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def test_a_mistake_in_errors_in_a_list_is_recognized_as_in_an_array():
    for mistake in exercises.cross_validate.mistakes[:2]:
        verdict = exercises.cross_validate.examine(lambda *call, f=mistake.function: np.asarray(f(*call)).tolist())
        assert verdict.mistake == mistake.name, verdict.text()


def test_cross_validation_of_scikit_learn_passes_where_the_model_is_one_of_its_own():
    case = exercises.cross_validate.cases_for(3)[1]
    _, x, y, folds = case.arguments
    theirs = -cross_val_score(Ridge(alpha=1.0), x, y, cv=folds, scoring="neg_mean_squared_error")
    np.testing.assert_allclose(cross_validated_in_a_list(lambda: Ridge(alpha=1.0), x, y, folds), theirs)


def test_whole_numbers_are_not_cut_off_unseen():
    def soft_threshold_of_the_dtype_given(values, threshold):
        result = np.zeros_like(values)
        result[:] = exercises.soft_threshold.reference(values, threshold)
        return result

    verdict = exercises.soft_threshold.examine(soft_threshold_of_the_dtype_given)
    assert "whole numbers" in verdict.message


# --- what is told of wrong folds


@pytest.mark.parametrize(
    ("answer", "mistake", "words"),
    [
        (lambda n, k, generator: None, None, ""),
        (lambda n, k, generator: n + k, None, "expected is a list of pairs"),
        (lambda n, k, generator: folds_by_concatenation(n, k, generator)[1:], None, "folds; 5 are asked for"),
        (lambda n, k, generator: [(1, 2)] * k, None, "numbers of examples, whole numbers in one row"),
        (lambda n, k, generator: [(np.arange(n), np.array([n]))] * k, None, "not from 0 to 19"),
        (lambda n, k, generator: [(t[1:], v) for t, v in folds_by_concatenation(n, k, generator)], None, "trains on"),
        (lambda n, k, generator: folds_in_lists(n, k, Unshuffled()), "not_shuffled", "Shuffle first"),
        (lambda n, k, generator: [(t == 0, v) for t, v in folds_by_concatenation(n, k, generator)], None, "a mask"),
        (lambda n, k, generator: [(v, v) for _, v in folds_by_concatenation(n, k, generator)], None, "validated on."),
        (lambda n, k, generator: list(zip(*folds_in_lists(n, k, generator), strict=True)), None, "as `zip` makes them"),
        (lambda n, k, generator: folds_by_concatenation(n, k, generator)[:1] * k, None, "all the same"),
        (lambda n, k, generator: folds_by_concatenation(n, k, np.random), "another_generator", "nobody can repeat"),
        (lambda n, k, generator: [(v, t) for t, v in folds_in_lists(n, k, generator)], "parts_swapped", "look swapped"),
    ],
)  # fmt: skip
def test_what_are_no_folds_is_told_by_what_they_are_like(answer, mistake, words):
    verdict = exercises.k_folds.examine(answer)
    assert not verdict.passed
    assert verdict.mistake == mistake
    assert words in verdict.message


def test_a_hundred_random_dealings_are_all_let_pass():
    judge, reference = exercises.k_folds.judge, exercises.k_folds.reference
    for seed in range(100):
        n, k = (15, 5) if seed % 2 else (20, 5)
        received = reference(n, k, np.random.default_rng(seed))
        assert judge((n, k, None), received).kind == ""


# --- the four learning curves


def errors(degree, n, seed, seen_before):
    """Training and validation error of a polynomial; with ``seen_before`` validated on what it was trained on."""
    generator = np.random.default_rng([seed, n, degree])

    def draw(count):
        x = generator.uniform(-1, 1, size=count)
        return x, np.sin(5 * x) + 0.5 * generator.normal(size=count)

    x, y = draw(n)
    fit = PolynomialRegression(degree).fit(x, y)
    chosen = generator.choice(n, n // 4, replace=False) if seen_before else None
    parts = (x, y), (x[chosen], y[chosen]) if seen_before else draw(1000)
    return [np.mean((fit.predict(inputs) - targets) ** 2) for inputs, targets in parts]


def test_the_table_holds_the_numbers_of_models_that_are_what_the_answer_says():
    for letter, degree, seen_before in (("P", 2, False), ("Q", 12, False), ("R", 5, False), ("S", 20, True)):
        medians = [np.median([errors(degree, n, s, seen_before) for s in range(150)], axis=0) for n in (40, 160, 640)]
        cells = " | ".join(f"{training:.2f} and {held_out:.2f}" for training, held_out in medians)
        assert f"| **{letter}** | {cells} |" in TABLE
