"""The numbers that a chosen answer is told are those that the library finds."""

import re

import numpy as np
import pytest

from dlcourse.chapters.linear_regression.exercises import lever
from dlcourse.scratch import linear_models


@pytest.mark.parametrize(("x", "slope", "letter"), [(0, -0.5, "b"), (5, 2.0, "c"), (10, 4.5, "d")])
def test_a_mistyped_point_tilts_the_line_as_the_feedback_says(x, slope, letter):
    inputs = np.arange(11.0)
    targets = 2 * inputs + 1
    targets[x] += 55
    weights, bias = linear_models.solve_least_squares(inputs[:, None], targets)
    np.testing.assert_allclose(weights, slope)
    told = lever.choices[letter].feedback.replace("−", "-")
    if letter == lever.answer:
        assert bias == pytest.approx(1 + 55 / 11)
        assert "rises by 55/11 = 5" in told
    else:
        assert str(slope) in re.findall(r"-?\d+\.\d", told)


def test_the_sum_in_the_feedback_is_that_of_the_eleven_inputs():
    inputs = np.arange(11.0)
    assert ((inputs - inputs.mean()) ** 2).sum() == 110
    assert "110 = Σ (x − x̄)²" in lever.choices[lever.answer].feedback
