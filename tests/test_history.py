"""The history of a training run, and what an error says when it diverges."""

import numpy as np
import pytest

from dlcourse.history import DivergenceError, History


def test_history_keeps_each_named_loss_in_order():
    history = History(unit="epoch")
    assert len(history) == 0
    history.record(training=2, validation=3.0)
    history.record(training=np.float32(1))
    np.testing.assert_array_equal(history["training"], [2.0, 1.0])
    np.testing.assert_array_equal(history["validation"], [3.0])
    assert len(history) == 2


def test_histories_share_nothing():
    History().record(training=1.0)
    assert len(History()) == 0


def test_an_unknown_loss_is_answered_with_the_known_ones():
    history = History()
    with pytest.raises(KeyError, match="no loss named 'train'; recorded: nothing yet"):
        history["train"]
    history.record(training=1.0, validation=1.0)
    with pytest.raises(KeyError, match="no loss named 'train'; recorded: training, validation"):
        history["train"]


def test_divergence_says_when_and_what_to_try_and_keeps_everything():
    history, path = History(unit="epoch"), np.zeros((2, 3))
    history.record(training=np.inf)
    error = DivergenceError(7, 0.25, history, path)
    assert isinstance(error, ArithmeticError)
    assert (error.step, error.learning_rate, error.history, error.path) == (7, 0.25, history, path)
    assert str(error).startswith("Training diverged at epoch 7 with learning rate 0.25: the loss is no longer a finite")
    assert "Try a learning rate ten times smaller, or standardize the inputs" in str(error)
    assert str(error).endswith("the losses so far are in this error's `history`.")


def test_divergence_does_not_promise_losses_that_were_not_recorded():
    assert str(DivergenceError(1, 0.5, History())).endswith("or standardize the inputs.")
