"""Truncated backpropagation of one matrix against that of the whole network, and what a cut leaves out."""

import numpy as np
import pytest

from dlcourse.scratch.recurrent_steps import backpropagate_through_time, unroll
from dlcourse.scratch.truncation import truncated_gradient


def network(time=7, batch=3, features=2, hidden=4, dtype=np.float64):
    generator = np.random.default_rng(5)

    def draw(*shape):
        return generator.normal(size=shape).astype(dtype)

    x, w_x, w_h = draw(batch, time, features), draw(hidden, features), draw(hidden, hidden)
    return draw(batch, time, hidden), unroll(x, draw(batch, hidden), w_x, w_h, draw(hidden)), x, w_x, w_h


@pytest.mark.parametrize("window", [1, 2, 3, 6, 7, 12])
def test_it_is_what_backpropagation_of_the_whole_network_gives_for_this_matrix(window):
    by_states, states, x, w_x, w_h = network()
    expected = backpropagate_through_time(by_states, states, x, w_x, w_h, window)[3]
    np.testing.assert_allclose(truncated_gradient(by_states, states, w_h, window), expected, rtol=1e-12)


def test_it_is_the_sum_over_the_pieces_each_taken_for_a_whole_sequence():
    by_states, states, *_, w_h = network(time=8)
    pieces = [slice(0, 3), slice(3, 6), slice(6, 8)]
    parts = [truncated_gradient(by_states[:, p], states[:, p.start : p.stop + 1], w_h, 8) for p in pieces]
    np.testing.assert_allclose(truncated_gradient(by_states, states, w_h, 3), sum(parts), rtol=1e-12)


def test_float32_stays_float32():
    by_states, states, *_, w_h = network(dtype=np.float32)
    assert truncated_gradient(by_states, states, w_h, 3).dtype == np.float32
