"""What a chosen answer is told is so."""

import numpy as np

from dlcourse.scratch import losses


def test_the_same_vector_added_to_every_column_of_the_weights_changes_logits_and_no_probability():
    generator = np.random.default_rng(3)
    inputs, weights, vector = (generator.normal(size=shape) for shape in ((20, 5), (5, 4), 5))
    before, after = inputs @ weights, inputs @ (weights + vector[:, None])
    assert np.abs(before - after).min() > 1e-3
    np.testing.assert_allclose(losses.softmax(after), losses.softmax(before))
