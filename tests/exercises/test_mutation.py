"""Wrong implementations that are made from the right one."""

import numpy as np
import pytest

from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses

LOGITS = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 3.0]])


def test_a_mutation_is_the_function_with_the_wrong_text():
    wrong = mutated(losses.softmax, ("axis=1", "axis=0"))
    np.testing.assert_allclose(wrong(LOGITS).sum(axis=0), 1)
    np.testing.assert_allclose(losses.softmax(LOGITS).sum(axis=1), 1)


def test_several_parts_can_be_replaced():
    wrong = mutated(losses.softmax, ("z.max(axis=1, keepdims=True)", "z.max()"), ("axis=1", "axis=0"))
    np.testing.assert_allclose(wrong(LOGITS).sum(axis=0), 1)


def test_a_text_that_no_longer_stands_there_is_an_error():
    with pytest.raises(ValueError, match=r"`axis=7` does not stand in softmax"):
        mutated(losses.softmax, ("axis=7", "axis=0"))
