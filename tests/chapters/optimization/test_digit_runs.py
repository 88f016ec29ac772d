"""The comparison on digits: many runs side by side are what each would be alone, by the textbook's own functions."""

import numpy as np
import pytest

from dlcourse.chapters.optimization import digit_runs
from dlcourse.scratch import linear_models, losses, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import cosine, minibatches


def alone(make, order, falling):
    """One run by ``softmax_gradient`` and an optimizer of the library."""
    inputs, labels = digit_runs.parts()["train"]
    theta = Tensor(np.zeros((65, 10)), requires_grad=True)
    steps = digit_runs.EPOCHS * -(-len(labels) // digit_runs.BATCH_SIZE)
    optimizer, generator = make([theta], cosine(0.1, steps) if falling else 0.1), np.random.default_rng(order)
    for _ in range(digit_runs.EPOCHS):
        for batch in minibatches(generator.permutation(len(labels)), digit_runs.BATCH_SIZE):
            theta.grad, _ = linear_models.softmax_gradient(inputs[batch], labels[batch], theta.data, np.zeros(10))
            optimizer.step()
    return theta.data


@pytest.mark.parametrize(("name", "make", "falling"), [("GD", optimizers.SGD, False), ("Adam", optimizers.Adam, True)])
def test_a_run_among_many_is_the_run_alone(name, make, falling):
    runs = digit_runs.train(name, [0.3, 0.1], (4, 5), falling)
    theta = alone(make, 5, falling)
    for part, found in (("train", runs.training), ("validation", runs.validation), ("test", runs.test)):
        inputs, labels = digit_runs.parts()[part]
        assert found.shape == (2, 2)
        assert found[1, 1] == pytest.approx(losses.cross_entropy(inputs @ theta, labels))
    assert runs.right[1, 1] == np.mean((inputs @ theta).argmax(axis=1) == labels)


def test_with_a_share_of_its_own_each_step_has_that_share_of_the_rate():
    steps = digit_runs.EPOCHS * -(-len(digit_runs.parts()["train"][1]) // digit_runs.BATCH_SIZE)
    falling, shared = (
        digit_runs.train("GD", [0.3], [4], **how) for how in ({"falling": True}, {"share": cosine(1.0, steps)})
    )
    assert np.array_equal(falling.test, shared.test)


def test_the_rate_is_chosen_on_validation_digits_and_a_run_that_diverges_is_not_chosen(monkeypatch):
    monkeypatch.setattr(digit_runs, "tried", lambda name, falling: np.array([np.inf, 3.0, 0.5, 0.7] + [np.inf] * 21))
    assert digit_runs.best_rate("GD") == digit_runs.RATES[2]
