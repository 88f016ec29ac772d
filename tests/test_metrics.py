import numpy as np
import pytest
from sklearn import metrics as peer

from dlcourse import metrics


def test_mean_squared_error_agrees_with_scikit_learn():
    generator = np.random.default_rng(0)
    predictions, targets = generator.normal(size=(2, 50))
    assert metrics.mean_squared_error(predictions, targets) == pytest.approx(
        peer.mean_squared_error(targets, predictions), rel=1e-14
    )


def test_mean_squared_error_refuses_a_column_against_a_vector():
    with pytest.raises(ValueError, match=r"predictions: expected shape \(3,\), received \(3, 1\)"):
        metrics.mean_squared_error(np.zeros((3, 1)), np.zeros(3))


def test_mean_squared_error_refuses_nothing_at_all():
    with pytest.raises(ValueError, match="at least one number"):
        metrics.mean_squared_error([], [])
