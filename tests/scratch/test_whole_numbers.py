"""Whole numbers, of whatever type, give what the same floats give: nothing overflows without a word."""

import numpy as np
import pytest

from dlcourse import metrics
from dlcourse.scratch import linear_models, losses, perceptrons, probability

BIG = 50_000  # its square is no int32


def as_type(kind, *values):
    return np.array(values, kind)


@pytest.mark.parametrize("kind", [np.int32, np.uint16, np.int64, np.float64])
@pytest.mark.parametrize(
    "function",
    [
        lambda kind: losses.half_mean_squared_error(as_type(kind, 0, BIG), as_type(kind, BIG, 0)),
        lambda kind: metrics.mean_squared_error(as_type(kind, 0, BIG), as_type(kind, BIG, 0)),
        lambda kind: linear_models.mse_loss(as_type(kind, [BIG], [1]), as_type(kind, 0, BIG), as_type(kind, BIG), 0),
        lambda kind: linear_models.mse_gradient(as_type(kind, [BIG], [1]), as_type(kind, 0, BIG), as_type(kind, 3), 0)[
            0
        ],
        lambda kind: probability.gaussian_log_pdf(as_type(kind, 0, BIG), 0, 1),
        lambda kind: perceptrons.layer(as_type(kind, [BIG]), as_type(kind, [BIG]), as_type(kind, 0)),
    ],
    ids=["half_mean_squared_error", "metrics", "mse_loss", "mse_gradient", "gaussian_log_pdf", "layer"],
)
def test_whole_numbers_are_floats_at_the_entrance(function, kind):
    for whole, expected in zip(np.atleast_1d(function(kind)), np.atleast_1d(function(np.float64)), strict=True):
        np.testing.assert_array_equal(whole, expected)


def test_an_axis_may_be_a_number_of_numpy_and_one_that_is_not_there_is_named():
    table = np.array([[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(probability.marginal(table, keep=np.int64(0)), probability.marginal(table, keep=0))
    with pytest.raises(ValueError, match="axes 0 to 1, but axis 2"):
        probability.marginal(table, keep=2)
