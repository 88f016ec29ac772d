"""The numbers that chapter 3's questions tell, by minimizing what the choices name."""

import numpy as np
import pytest
from scipy import optimize, stats

from dlcourse.chapters.probability_and_mle.exercises import loss_of_the_noise

VALUES = np.array([1.0, 2.0, 9.0])


def lowest(loss):
    """Where the sum over the examples of what ``loss`` makes of a parameter is smallest."""
    return optimize.minimize_scalar(lambda parameter: loss(parameter).sum(), bounds=(0.1, 20), method="bounded").x


def told(letter):
    return loss_of_the_noise.choices[letter].feedback


def test_losses_of_the_right_choice_are_lowest_where_the_likelihoods_are_highest():
    assert "|y − m| for Laplace; m − y log m for Poisson" in loss_of_the_noise.choices[loss_of_the_noise.answer].text
    scale = 1.7
    laplace, poisson = (
        lowest(lambda m: -stats.laplace.logpdf(VALUES, m, scale)),
        lowest(lambda m: -stats.poisson.logpmf(VALUES, m)),
    )
    assert lowest(lambda m: np.abs(VALUES - m)) == pytest.approx(laplace, abs=1e-3)
    assert lowest(lambda m: m - VALUES * np.log(m)) == pytest.approx(poisson, abs=1e-3)


def test_parts_of_the_logarithms_are_those_that_the_right_choice_tells():
    m, s, y = 2.5, 1.7, 4
    assert -stats.laplace.logpdf(y, m, s) == pytest.approx(abs(y - m) / s + np.log(2 * s))
    assert -stats.poisson.logpmf(y, m) == pytest.approx(m - y * np.log(m) + np.log(1 * 2 * 3 * 4))
    assert "|y − m| / s + log(2s) and m − y log m + log(1 · 2 ⋯ y)" in told("b")


def test_wrong_losses_are_lowest_where_their_feedback_says():
    assert lowest(lambda m: -stats.laplace.logpdf(VALUES, m, 1.7)) == pytest.approx(2, abs=1e-3)
    assert lowest(lambda m: (VALUES - m) ** 2) == pytest.approx(4, abs=1e-3)
    assert "highest at 2, the value in the middle, and the sum of squares is smallest at 4" in told("c")
    x, counts = np.array([1.0, 9.0]), np.array([4.0, 9.0])
    assert lowest(lambda w: -stats.poisson.logpmf(counts, w * x)) == pytest.approx(1.3, abs=1e-3)
    assert lowest(lambda w: (counts - w * x) ** 2) == pytest.approx(1.04, abs=0.005)
    assert "highest at w = 1.3, and the sum of squares is smallest at w = 1.04" in told("d")
