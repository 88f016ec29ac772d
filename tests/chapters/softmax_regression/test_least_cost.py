"""The project's judge: what has the least cost passes, by whatever method, and nobody is told of a slip not made."""

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression

from dlcourse import datasets
from dlcourse.chapters.softmax_regression.exercises import fit_softmax, least_cost
from dlcourse.exercises.mutation import mutated

CASES = fit_softmax.cases_for(3)


def kinds_of(function):
    return [least_cost.judge(case.arguments, function(*case.arguments)).kind for case in CASES]


def by_scikit_learn(images, labels, penalty):
    model = LogisticRegression(C=1 / (len(labels) * penalty), tol=1e-8, max_iter=5000)
    model.fit(images.reshape(len(images), -1), labels)
    if len(model.classes_) == 2:  # one column, for the second class against the first: half of it for each
        return np.hstack([-model.coef_.T, model.coef_.T]) / 2, np.array([-1, 1]) * model.intercept_ / 2
    return model.coef_.T, model.intercept_


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_library_s_descent_ends_where_scikit_learn_s_does(case):
    images, labels, penalty = case.arguments
    if labels.max() == 1:  # two columns w and -w have twice the squares of one column 2w, times a quarter: half
        penalty = penalty / 2
    expected = by_scikit_learn(images, labels, penalty)
    expected_cost = least_cost.cost_of(*case.arguments, *expected)
    assert least_cost.cost_of(*case.arguments, *least_cost.fitted(*case.arguments)) == pytest.approx(
        expected_cost, abs=5e-4
    )
    assert least_cost.judge(case.arguments, expected).kind == ""


def test_bias_may_be_shifted_and_weights_may_start_anywhere():
    def shifted(images, labels, penalty):
        weights, bias = least_cost.fit_softmax(images, labels, penalty)
        return weights.tolist(), (bias + 7).tolist()

    start = "np.random.default_rng(0).normal(size=(inputs.shape[1], classes))"
    elsewhere = mutated(least_cost.fit_softmax, ("np.zeros((inputs.shape[1], classes))", start))
    assert kinds_of(shifted) == kinds_of(elsewhere) == [""] * len(CASES)


@pytest.mark.parametrize("change", [("rate, steps = 0.5", "rate, steps = 0.1"), ("600", "60"), ("600", "1")])
def test_a_descent_that_is_not_there_is_told_so_and_of_no_other_slip(change):
    assert set(kinds_of(mutated(least_cost.fit_softmax, change))) <= {"", "on the way"}


@pytest.mark.parametrize(
    "received", [None, "text", 3.0, (1, 2), (None, None), ([[1], [1, 2]], [0]), (np.full((9, 3), np.nan), np.zeros(3))]
)
def test_a_result_of_another_form_is_told_about(received):
    assert least_cost.judge(CASES[0].arguments, received).message.startswith("Your result ")


@pytest.mark.parametrize("size", [1e3, 1e20, 1e60, 1e300])
def test_enormous_weights_never_stop_the_judge(size):
    weights, bias = least_cost.fitted(*CASES[0].arguments)
    judged = least_cost.judge(CASES[0].arguments, (size * weights, bias))
    assert judged.kind in {"fits too well", "above the start", "too large"}
    assert "nan " not in judged.message.removeprefix("Your result holds nan")


def test_patients_of_the_training_part_can_be_separated_by_a_plane():
    train = datasets.load("breast_cancer").train
    inputs = (train.inputs - train.inputs.mean(axis=0)) / train.inputs.std(axis=0)
    signed = np.where(train.labels == 1, 1, -1)[:, None] * np.column_stack([inputs, np.ones(len(inputs))])
    found = linprog(np.zeros(31), A_ub=-signed, b_ub=-np.ones(len(signed)), bounds=(None, None))
    assert found.success
    assert (signed @ found.x > 0).all()
