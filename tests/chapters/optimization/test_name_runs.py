"""AdaGrad on rare features: the steps are the library's, and what is changed is what its name says."""

from itertools import pairwise

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.optimization import name_runs
from dlcourse.chapters.optimization.name_runs import Way
from dlcourse.scratch import linear_models, losses, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import minibatches


@pytest.fixture
def one_epoch(monkeypatch):
    monkeypatch.setattr(name_runs, "EPOCHS", 1)


def by_hand(step, order, part="test"):
    """The loss after one epoch in which ``step`` changes the weights (875, 10), given their gradient, in place."""
    names, theta = name_runs.parts(), np.zeros((875, 10))
    training = names["training"]
    for batch in minibatches(np.random.default_rng(order).permutation(len(training.labels)), 32):
        x, y = training.inputs[batch], training.labels[batch]
        step(theta, linear_models.softmax_gradient(x, y, theta, np.zeros(10))[0])
    return losses.cross_entropy(names[part].inputs @ theta, names[part].labels)


def by_the_library(make):
    theta = Tensor(np.zeros((875, 10)), requires_grad=True)
    optimizer = make([theta])

    def step(weights, gradient):
        theta.grad = gradient
        optimizer.step()
        weights[...] = theta.data

    return step


def shared(axis):
    squares = np.zeros((875, 10)).sum(axis=axis, keepdims=True)

    def step(weights, gradient):
        squares[...] += (gradient**2).sum(axis=axis, keepdims=True)
        weights -= 0.5 * gradient / (np.sqrt(squares) + 1e-10)

    return step


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("GD", by_the_library(lambda params: optimizers.SGD(params, lr=0.5))),
        ("AdaGrad", by_the_library(lambda params: optimizers.Adagrad(params, lr=0.5))),
        ("AdaGrad, one s for each feature", shared(1)),
        ("AdaGrad, one s for all", shared((0, 1))),
    ],
)
def test_a_way_takes_the_steps_that_its_name_says(name, step, one_epoch):
    found = name_runs.train(name_runs.WAYS[name], [0.1, 0.5], [6, 7])
    assert found["test"].shape == (2, 2)
    assert found["test"][1, 1] == pytest.approx(by_hand(step, 7))


def test_gradient_descent_does_not_notice_that_the_inputs_are_turned_and_adagrad_does(one_epoch):
    plain, turned = (name_runs.train(Way(turned=turned), 1.0, [0])["test"] for turned in (False, True))
    assert turned == pytest.approx(plain, abs=1e-9)
    plain, turned = (name_runs.train(Way((), turned), 0.18, [0])["test"] for turned in (False, True))
    assert turned > plain + 0.02


def test_a_feature_is_a_pair_of_letters_that_a_training_name_has():
    names, parts = datasets.load("names"), name_runs.parts()
    row = [0, *(int(letter) for letter in names.train.inputs[0] if letter), 0]
    assert parts["training"].inputs[0].sum() == len(set(pairwise(row)))
    assert parts["training"].inputs.any(axis=0).all()
    assert {part.inputs.shape[1] for part in parts.values()} == {875}


def test_the_rate_is_chosen_on_validation_names_and_a_run_that_diverges_is_not_chosen(monkeypatch):
    tried = np.array([[np.nan], [3.0], [0.5], [0.7]] + [[np.inf]] * 6)
    monkeypatch.setattr(name_runs, "train", lambda way, rates, orders: {"validation": tried})
    assert name_runs.best_rate(Way()) == name_runs.RATES[2]
