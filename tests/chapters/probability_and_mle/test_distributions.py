"""The numbers behind the pictures of chapter 3's experiments on distributions, against scipy and closed forms."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from dlcourse.chapters.probability_and_mle.experiments import (
    density_interval,
    joint_and_conditional,
    medical_test,
    variance_bias,
)
from dlcourse.chapters.probability_and_mle.experiments.joint import bivariate_gaussian_pdf
from dlcourse.chapters.probability_and_mle.experiments.medical import GROUPS
from dlcourse.chapters.probability_and_mle.experiments.variance import SIZES, VARIANCE, repeated_variances
from dlcourse.numerals import percent
from dlcourse.scratch.probability import gaussian_mle


def scipy_density(name, mean, standard_deviation):
    if name == "gaussian":
        return stats.norm(mean, standard_deviation)
    return stats.uniform(mean - np.sqrt(3) * standard_deviation, np.sqrt(12) * standard_deviation)


@pytest.mark.parametrize("name", ["gaussian", "uniform"])
@pytest.mark.parametrize(("mean", "standard_deviation"), [(0.0, 0.5), (-1.0, 0.1), (0.7, 1.0)])
def test_density_and_its_cumulative_probability_are_those_of_scipy(name, mean, standard_deviation):
    values = density_interval.compute(name, mean, standard_deviation, centre=0.35, width=0.8)
    expected = scipy_density(name, mean, standard_deviation)
    np.testing.assert_allclose(values["density"], expected.pdf(values["points"]), atol=1e-12)
    np.testing.assert_allclose(values["cumulative"], expected.cdf(values["points"]), atol=1e-12)
    assert values["probability"] == pytest.approx(expected.cdf(0.75) - expected.cdf(-0.05), abs=1e-12)
    assert values["peak"] == pytest.approx(expected.pdf(mean))


@pytest.mark.parametrize("name", ["gaussian", "uniform"])
def test_filled_region_has_the_area_that_is_stated(name):
    values = density_interval.compute(name, 0.3, 0.5, centre=0.1, width=1.3)
    area = np.trapezoid(values["inside_density"], values["inside"])
    assert area == pytest.approx(values["probability"], abs=5e-3)  # the uniform's jump lies between two points
    assert values["inside"].min() == pytest.approx(values["interval"][0])
    assert values["inside"].max() == pytest.approx(values["interval"][1])


def test_a_density_above_one_has_an_area_of_one_and_a_thin_interval_the_probability_height_times_width():
    whole = density_interval.compute("gaussian", 0.0, 0.1, centre=0.0, width=4.0)
    assert whole["peak"] == pytest.approx(0.3989422804 / 0.1)
    assert whole["probability"] == pytest.approx(1.0, abs=1e-12)
    thin = density_interval.compute("gaussian", 0.0, 0.5, centre=0.4, width=0.01)
    assert thin["probability"] == pytest.approx(thin["height"] * thin["width"], rel=1e-4)


def test_an_interval_of_width_zero_has_probability_zero():
    assert density_interval.compute("gaussian", 0.0, 0.5, centre=0.0, width=0.0)["probability"] == 0


@pytest.mark.parametrize("correlation", [-0.9, -0.35, 0.0, 0.8])
def test_joint_density_is_that_of_scipy(correlation):
    x, y = np.meshgrid(np.linspace(-3, 3, 13), np.linspace(-3, 3, 11))
    expected = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    np.testing.assert_allclose(bivariate_gaussian_pdf(x, y, correlation), expected.pdf(np.dstack([x, y])), rtol=1e-10)


@pytest.mark.parametrize(("correlation", "observed"), list(product([-0.9, 0.0, 0.8], [-2.5, 1.0])))
def test_slice_divided_by_its_area_is_the_gaussian_conditional(correlation, observed):
    values = joint_and_conditional.compute(correlation, observed)
    mean, standard_deviation = correlation * observed, np.sqrt(1 - correlation**2)
    expected = stats.norm(mean, standard_deviation).pdf(values["points"])
    np.testing.assert_allclose(values["conditional"], expected, atol=1e-6)
    assert values["area"] == pytest.approx(stats.norm.pdf(observed), rel=1e-6)
    assert values["mean"] == pytest.approx(mean, abs=1e-6)
    assert values["standard_deviation"] == pytest.approx(standard_deviation, abs=1e-5)


def test_without_correlation_the_conditional_is_the_marginal():
    values = joint_and_conditional.compute(0.0, 1.7)
    np.testing.assert_allclose(values["conditional"], values["marginal"], atol=1e-9)


def test_medical_test_posteriors_follow_bayes_rule():
    values = medical_test.compute(prevalence=1.0, sensitivity=90, specificity=91)
    assert values["posterior_positive"] == pytest.approx(0.01 * 0.9 / (0.01 * 0.9 + 0.99 * 0.09))
    assert values["posterior_negative"] == pytest.approx(0.01 * 0.1 / (0.01 * 0.1 + 0.99 * 0.91))
    assert dict(zip(GROUPS, values["counts"].tolist(), strict=True)) == {
        "ill, test negative": 1,
        "ill, test positive": 9,
        "healthy, test positive": 89,
        "healthy, test negative": 901,
    }


@pytest.mark.parametrize("prevalence", [0.1, 0.1995, 1.0, 12.59, 50.0])
def test_counts_are_whole_people_that_sum_to_a_thousand_and_lie_near_their_expectation(prevalence):
    for sensitivity, specificity in product(range(50, 101, 5), range(50, 101, 5)):
        counts = medical_test.compute(prevalence, sensitivity, specificity)["counts"]
        ill, found, cleared = prevalence / 100, sensitivity / 100, specificity / 100
        healthy = 1 - ill
        shares = np.array([ill * (1 - found), ill * found, healthy * (1 - cleared), healthy * cleared])
        assert counts.sum() == 1000
        assert (counts >= 0).all()
        assert np.abs(counts - 1000 * shares).max() <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("probability", "written"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.52631, "52.6 %"),
        (0.0917, "9.2 %"),
        (0.00011, "0.011 %"),
        (0.9999, "> 99.9 %"),
    ],
)
def test_percentages_are_written_with_two_or_three_digits_and_certainty_only_when_certain(probability, written):
    assert percent(probability) == written


def test_each_estimate_is_the_textbooks_gaussian_mle():
    values = np.random.default_rng(3).normal(0.0, 2.0, size=(30, 200))
    estimates = repeated_variances(200, 3)
    for size, column in [(2, 0), (5, 17), (30, 199)]:
        assert estimates[size - 2, column] == pytest.approx(gaussian_mle(values[:size, column])[1])


@pytest.mark.parametrize("seed", [1, 2, 20])
def test_averages_and_errors_agree_with_theory_within_four_standard_errors(seed):
    values = variance_bias.compute(5, "20000", seed)
    # n * MLE / sigma^2 follows chi^2 with n - 1 degrees of freedom, whose variance is 2 (n - 1).
    scatter = np.sqrt(2 * (SIZES - 1)) / SIZES * VARIANCE / np.sqrt(20_000)
    assert (np.abs(values["mle_averages"] - (SIZES - 1) / SIZES * VARIANCE) < 4 * scatter).all()
    assert (np.abs(values["unbiased_averages"] - VARIANCE) < 4 * scatter * SIZES / (SIZES - 1)).all()
    assert values["mle_error"] == pytest.approx(values["expected_mle_error"], rel=0.05)
    assert values["unbiased_error"] == pytest.approx(values["expected_unbiased_error"], rel=0.05)


@pytest.mark.parametrize("size", [2, 5, 30])
def test_expected_errors_are_variance_plus_squared_bias(size):
    values = variance_bias.compute(size, "200", 1)
    sum_of_squares = stats.chi2(size - 1)  # in units of sigma^2
    for name, divisor in [("mle", size), ("unbiased", size - 1)]:
        bias = VARIANCE * sum_of_squares.mean() / divisor - VARIANCE
        expected = VARIANCE**2 * sum_of_squares.var() / divisor**2 + bias**2
        assert values[f"expected_{name}_error"] == pytest.approx(expected)
    assert values["expected_mle_error"] < values["expected_unbiased_error"]


def test_histogram_agrees_with_the_chi_squared_distribution():
    values = variance_bias.compute(6, "20000", 4)
    edges = np.linspace(0, 16, 33)
    for name, divisor in [("mle", 6), ("unbiased", 5)]:
        shares = np.diff(stats.chi2(5).cdf(edges * divisor / VARIANCE))
        np.testing.assert_allclose(values[f"{name}_histogram"], 100 * shares, atol=1.0)  # 4 standard errors


def test_histograms_miss_only_what_lies_beyond_the_picture():
    values = variance_bias.compute(2, "2000", 1)
    assert values["unbiased_histogram"].sum() == pytest.approx(100 * (1 - values["beyond"]))
    assert values["beyond"] == pytest.approx(stats.chi2(1).sf(4), abs=0.02)


def test_kept_estimates_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        repeated_variances(200, 1)[0, 0] = 0.0


@pytest.mark.parametrize("repetitions", ["200", "2000", "20000"])
@pytest.mark.parametrize("seed", range(1, 21))
def test_every_mark_and_bar_lies_inside_the_picture(repetitions, seed):
    values = variance_bias.compute(2, repetitions, seed)
    for averages in (values["mle_averages"], values["unbiased_averages"]):
        assert averages.min() > 1
        assert averages.max() < 6
    assert values["mle_histogram"].max() < 50


def test_at_the_start_no_picture_shows_the_answer_to_its_prediction():
    assert density_interval.parameters()["standard_deviation"] != 0.1
    assert joint_and_conditional.parameters()["observed"] != 2
    assert medical_test.parameters()["prevalence"] != 1
    assert variance_bias.parameters()["repetitions"] == "200"


def test_predictions_name_the_answers_that_compute_gives():
    peak = density_interval.compute("gaussian", 0.0, 0.1, 0.0, 1.0)["peak"]
    assert round(peak) == 4
    near, far = joint_and_conditional.compute(0.8, 1.0), joint_and_conditional.compute(0.8, 2.0)
    assert far["conditional"].max() == pytest.approx(near["conditional"].max(), rel=1e-2)
    assert far["slice"].max() < near["slice"].max() / 2
    assert round(100 * medical_test.compute(1.0, 90, 91)["posterior_positive"]) == 9
    averages = [variance_bias.compute(5, "20000", seed)["mle_averages"][3] for seed in range(1, 6)]
    np.testing.assert_allclose(averages, 3.2, atol=0.08)


def test_descriptions_hold_the_numbers_of_the_picture():
    parameters = medical_test.parameters(prevalence=1.0)
    text = medical_test.describe(parameters, medical_test.compute(**parameters))
    assert "9.2 % after a positive one" in text
    parameters = joint_and_conditional.parameters(correlation=-0.5, observed=-1.0)
    text = joint_and_conditional.describe(parameters, joint_and_conditional.compute(**parameters))
    assert "mean 0.50, standard deviation 0.87" in text
    assert "correlation −0.50" in text
