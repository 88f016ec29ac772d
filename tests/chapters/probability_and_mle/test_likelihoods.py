"""The numbers behind the pictures of chapter 3's experiments on likelihoods, against scipy and closed forms."""

import numpy as np
import pytest
from scipy import optimize, stats

from dlcourse.chapters.probability_and_mle.experiments import (
    coin_ascent,
    coin_likelihood,
    gaussian_fit,
    linear_gaussian,
)
from dlcourse.chapters.probability_and_mle.experiments.ascent import FLIPS
from dlcourse.chapters.probability_and_mle.experiments.coins import GRID
from dlcourse.chapters.probability_and_mle.experiments.gaussians import DEVIATIONS, HEIGHTS, MEANS
from dlcourse.chapters.probability_and_mle.experiments.lines import SLOPES
from dlcourse.numerals import power_of_ten


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.describe(parameters, experiment.compute(**parameters))


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


# --- the coin's likelihood


def test_another_flip_never_changes_the_earlier_ones():
    few, many = values_of(coin_likelihood, flips=40, run=3), values_of(coin_likelihood, flips=200, run=3)
    np.testing.assert_array_equal(many["heads"][:40], few["heads"])


def test_flips_follow_the_true_bias():
    heads = [values_of(coin_likelihood, flips=200, bias=0.25, run=run)["heads"] for run in range(1, 31)]
    assert np.mean(heads) == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 6000))
    assert values_of(coin_likelihood, flips=200, bias=1.0)["heads"].all()
    assert not values_of(coin_likelihood, flips=200, bias=0.0)["heads"].any()


@pytest.mark.parametrize(("flips", "bias"), [(1, 0.6), (17, 0.3), (200, 0.6), (200, 0.95)])
def test_likelihood_relative_to_its_maximum_is_that_of_the_binomial(flips, bias):
    values = values_of(coin_likelihood, flips=flips, bias=bias)
    count = int(values["heads"].sum())
    # The binomial coefficient is the same for every bias and drops out of the ratio.
    expected = stats.binom.pmf(count, flips, GRID) / stats.binom.pmf(count, flips, count / flips)
    np.testing.assert_allclose(values["curve"], expected, atol=1e-12)
    np.testing.assert_allclose(values["most_likely"], [count / flips])
    unscaled = stats.bernoulli.logpmf(values["heads"], count / flips).sum()
    assert values["log_likelihood"] == pytest.approx(unscaled, abs=1e-10)


def test_logarithm_is_the_logarithm_of_the_same_curve_above_the_lower_edge():
    plain, logarithm = (values_of(coin_likelihood, flips=60, logarithm=choice)["curve"] for choice in (False, True))
    shown = logarithm > -20
    np.testing.assert_allclose(np.exp(logarithm[shown]), plain[shown])
    assert shown.any()
    assert np.isfinite(logarithm).all()


@pytest.mark.parametrize(("flips", "bias", "run"), [(20, 0.6, 1), (200, 0.5, 2), (200, 0.95, 5)])
def test_width_is_taken_where_the_likelihood_is_half_its_maximum(flips, bias, run):
    values = values_of(coin_likelihood, flips=flips, bias=bias, run=run)
    count, best = int(values["heads"].sum()), float(values["most_likely"][0])

    def above_half(b):
        return count * np.log(b / best) + (flips - count) * np.log((1 - b) / (1 - best)) + np.log(2)

    exact = [optimize.brentq(above_half, *ends) for ends in ((1e-9, best), (best, 1 - 1e-9))]
    np.testing.assert_allclose(values["half"], exact, atol=2e-4)


def test_width_is_half_after_four_times_the_flips_with_the_same_share():
    widths = {}
    for flips in (25, 100):  # the run whose share of heads is nearest to one half
        runs = [values_of(coin_likelihood, flips=flips, bias=0.5, run=run) for run in range(1, 31)]
        nearest = min(runs, key=lambda values: abs(values["most_likely"][0] - 0.5))
        widths[flips] = np.ptp(nearest["half"])
    assert widths[100] / widths[25] == pytest.approx(0.5, rel=0.05)


def test_three_heads_in_three_flips_are_most_likely_with_a_bias_of_one():
    values = values_of(coin_likelihood, flips=3, bias=1.0)
    assert values["most_likely"].tolist() == [1.0]
    np.testing.assert_allclose(values["half"], [0.5 ** (1 / 3), 1.0], atol=1e-4)  # b^3 = 1/2
    assert "it is 1 there" in told(coin_likelihood, flips=3, bias=1.0)


def test_likelihood_without_flips_is_flat_and_has_no_highest_point():
    values = values_of(coin_likelihood, flips=0)
    assert (values["curve"] == 1).all()
    assert values["most_likely"].size == 0
    assert values["half"].tolist() == [0, 1]
    assert "has no highest point" in told(coin_likelihood, flips=0)


@pytest.mark.parametrize(
    ("logarithm", "expected"),
    [
        (np.log(3.14e-7), "3.1 × 10^-7"),
        (-1e4, "1.1 × 10^-4343"),
        (np.log(9.99e-10), "1.0 × 10^-9"),
        (np.log(0.5), "0.5"),
    ],
)
def test_size_is_told_as_a_power_of_ten_even_where_a_float_would_be_zero(logarithm, expected):
    assert power_of_ten(logarithm) == expected


def test_text_foresees_the_flip_at_which_the_likelihood_leaves_double_precision():
    # 119 heads in 200: the geometric mean of a factor, to the power of the flips foretold, is 2.2e-308.
    values = values_of(coin_likelihood, flips=200, bias=0.6)
    factor = values["log_likelihood"] / 200
    assert values["heads"].sum() == 119
    assert np.log(np.finfo(float).tiny) / factor == pytest.approx(1000, rel=0.05)
    assert "about 1,000 such flips" in told(coin_likelihood, flips=200, bias=0.6)


# --- the climb


@pytest.mark.parametrize("heads", [1, 7, 10, 19])
def test_climb_with_a_small_rate_arrives_at_the_share_of_heads(heads):
    values = values_of(coin_ascent, heads=heads, learning_rate=0.02, start=0.5, steps=60)
    distance = np.abs(values["path"] - heads / FLIPS)
    assert (np.diff(distance) <= 1e-12).all()
    assert distance[-1] < 0.05


def test_mean_log_likelihood_is_that_of_scipy():
    values = values_of(coin_ascent, heads=14, steps=10)
    flips = np.arange(FLIPS) < 14
    expected = [stats.bernoulli.logpmf(flips, b).mean() for b in values["path"]]
    np.testing.assert_allclose(values["heights"], expected)


@pytest.mark.parametrize("heads", [4, 10, 15, 18])
def test_a_step_near_the_top_multiplies_the_distance_by_the_stated_factor(heads):
    values = values_of(coin_ascent, heads=heads, learning_rate=0.15)
    answer, nearby = heads / FLIPS, heads / FLIPS + 1e-6
    after = nearby + 0.15 * (answer / nearby - (1 - answer) / (1 - nearby))
    assert (after - answer) / 1e-6 == pytest.approx(values["factor"], rel=1e-3)
    assert values["limit"] == pytest.approx(2 * answer * (1 - answer))


def test_factor_is_minus_one_at_the_limit():
    values = values_of(coin_ascent, heads=10, learning_rate=0.5)
    assert values["limit"] == pytest.approx(0.5)
    assert values["factor"] == pytest.approx(-1)


def test_below_the_limit_the_climb_swings_in_and_above_it_never_settles():
    below = values_of(coin_ascent, heads=18, learning_rate=0.16, start=0.85, steps=60)["path"]
    above = values_of(coin_ascent, heads=18, learning_rate=0.2, start=0.5, steps=60)["path"]
    assert below[-1] == pytest.approx(0.9, abs=1e-3)
    assert (np.diff(np.sign(below[1:15] - 0.9)) != 0).all()
    # What the prediction's explanation says: from 0.84 to 0.93 and back.
    assert sorted(above[-2:].round(2).tolist()) == [0.84, 0.93]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"heads": 18, "learning_rate": 0.04, "steps": 20}, "converged to within 0.001"),
        ({"heads": 18, "learning_rate": 0.2, "steps": 60}, "swings from side to side"),
        ({"heads": 10, "learning_rate": 0.6, "start": 0.1, "steps": 60}, "jumps between 0.001 and 0.999"),
        ({"heads": 10, "start": 0.5}, "stands on the top"),
        ({"heads": 18, "learning_rate": 0.01, "steps": 10}, "is coming nearer"),
        ({"steps": 0}, "not converged yet"),
    ],
)
def test_text_says_where_the_climb_has_come_to(state, sentence):
    assert sentence in told(coin_ascent, **state)


# --- the Gaussian


def test_densities_and_log_likelihoods_of_the_gaussian_fit_are_those_of_scipy():
    values = values_of(gaussian_fit, mean=9.0, deviation=2.5)
    observed = HEIGHTS[:, 0]
    assert values["log_likelihood"] == pytest.approx(stats.norm.logpdf(observed, 9, 2.5).sum())
    np.testing.assert_allclose(values["stems"], stats.norm.pdf(observed, 9, 2.5))
    assert (values["best_mean"], values["best_deviation"]) == pytest.approx(stats.norm.fit(observed))
    best = stats.norm.logpdf(observed, *stats.norm.fit(observed)).sum()
    np.testing.assert_allclose(values["best_log_likelihood"], [best])
    grid = stats.norm.logpdf(observed, MEANS[:, None], DEVIATIONS[:, None, None]).sum(axis=-1)
    np.testing.assert_allclose(values["map"], grid - grid.max(), atol=1e-9)


def test_density_of_the_fit_has_area_one():
    values = values_of(gaussian_fit)
    assert np.trapezoid(values["best_density"], values["best_grid"]) == pytest.approx(1, abs=1e-5)


def test_no_gaussian_is_more_likely_than_the_maximum_likelihood_fit():
    generator = np.random.default_rng(0)
    best = values_of(gaussian_fit)["best_log_likelihood"][0]
    for mean, deviation in zip(generator.uniform(0, 20, 50), generator.uniform(0.5, 10, 50), strict=True):
        assert values_of(gaussian_fit, mean=mean, deviation=deviation)["log_likelihood"] < best


def test_one_far_point_more_than_doubles_the_deviation_as_the_prediction_says():
    far = HEIGHTS.copy()
    far[-1, 0] = 20
    near, moved = values_of(gaussian_fit), values_of(gaussian_fit, points=far)
    assert near["best_deviation"] == pytest.approx(1.94, abs=0.005)
    assert moved["best_deviation"] == pytest.approx(4.27, abs=0.005)
    assert moved["best_mean"] - near["best_mean"] == pytest.approx(8.3 / 8)
    squares = (far[:, 0] - moved["best_mean"]) ** 2
    assert squares[-1] / squares.sum() > 0.75


@pytest.mark.parametrize("place", [0.0, 7.3, 20.0])
def test_points_that_all_coincide_have_no_best_gaussian(place):
    together = np.column_stack([np.full(8, place), np.zeros(8)])
    values = values_of(gaussian_fit, points=together)
    assert values["best_deviation"] == 0
    assert values["best_log_likelihood"].size == values["best_density"].size == 0
    assert "grows without bound" in told(gaussian_fit, points=together, fit=True)


def test_fit_is_not_told_while_it_is_hidden():
    best = f"{values_of(gaussian_fit)['best_mean']:.2f}"
    assert best in told(gaussian_fit, fit=True)
    assert best not in told(gaussian_fit, fit=False)


# --- the line


def line_data(values):
    return values["points"][:, 0], values["points"][:, 1]


def test_log_likelihood_of_the_line_is_that_of_scipy():
    values = values_of(linear_gaussian, slope=1.1, intercept=4.2, deviation=1.7)
    x, y = line_data(values)
    assert values["log_likelihood"] == pytest.approx(stats.norm.logpdf(y, 4.2 + 1.1 * x, 1.7).sum())
    assert values["mean_square"] == pytest.approx(np.mean((y - 4.2 - 1.1 * x) ** 2))


def test_maximum_likelihood_line_is_least_squares_and_its_variance_the_mean_squared_residual():
    values = values_of(linear_gaussian)
    x, y = line_data(values)
    expected = stats.linregress(x, y)
    np.testing.assert_allclose(values["best_line"], [expected.intercept, expected.slope])
    residuals = y - expected.intercept - expected.slope * x
    assert values["best_deviation"] ** 2 == pytest.approx(np.mean(residuals**2))
    best = stats.norm.logpdf(residuals, 0, values["best_deviation"]).sum()
    np.testing.assert_allclose(values["best_log_likelihood"], [best])


@pytest.mark.parametrize("deviation", [0.2, 1.2, 5.0])
def test_every_sigma_has_its_maximum_at_the_same_slope_and_twice_sigma_is_a_quarter_as_steep(deviation):
    values = values_of(linear_gaussian, deviation=deviation, intercept=3.0)
    x, y = line_data(values)
    peak = (x * (y - 3)).sum() / (x**2).sum()  # least squares through a given intercept
    assert values["peak"] == pytest.approx(peak)
    assert values["curves"].max(axis=1) == pytest.approx(np.zeros(3), abs=1e-9)
    assert (values["slopes"][values["curves"].argmax(axis=1)] == values["peak"]).all()
    half, own, double = values["curves"]
    parabola = -((values["slopes"] - peak) ** 2) * (x**2).sum() / (2 * deviation**2)
    np.testing.assert_allclose(own, parabola, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(half, 4 * own, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(double, own / 4, rtol=1e-6, atol=1e-7)


def test_best_slope_stays_in_the_picture_wherever_the_points_are_dragged():
    for points in linear_gaussian.controls[-1].ends():
        for intercept in (0.0, 10.0):
            assert SLOPES[0] < values_of(linear_gaussian, points=points, intercept=intercept)["peak"] < SLOPES[-1]


def test_line_through_every_point_has_a_likelihood_without_bound():
    points = values_of(linear_gaussian)["points"].copy()
    points[:, 1] = 3 + points[:, 0]
    values = values_of(linear_gaussian, points=points, best=True)
    assert values["best_line"] == pytest.approx([3, 1])
    assert values["best_log_likelihood"].size == 0
    assert "grows without bound" in told(linear_gaussian, points=points, best=True)
