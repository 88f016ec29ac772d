"""The textbook's probability against scipy.stats, closed forms, central differences and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from dlcourse.scratch import probability

FLIPS = np.array([1, 0, 1, 1, 1, 0, 1, 1, 0, 1])

biases = st.floats(0.01, 0.99)
flips = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 1))
finite = st.floats(-50, 50)
values = arrays(np.float64, st.integers(1, 40), elements=finite)


def tables(dimensions):
    shape = st.tuples(*[st.integers(2, 4)] * dimensions)
    positive = shape.flatmap(lambda size: arrays(np.float64, size, elements=st.floats(0.01, 1.0)))
    return positive.map(lambda table: table / table.sum())


# --- distributions


@given(biases)
def test_bernoulli_pmf_is_scipys(bias):
    np.testing.assert_allclose(probability.bernoulli_pmf([0, 1], bias), stats.bernoulli(bias).pmf([0, 1]), rtol=1e-12)


def test_uniform_pdf_is_scipys_inside_and_outside():
    points = np.linspace(-3, 7, 101)
    np.testing.assert_allclose(probability.uniform_pdf(points, -1, 4), stats.uniform(-1, 5).pdf(points))


def test_uniform_pdf_refuses_swapped_ends():
    with pytest.raises(ValueError, match="Are they swapped"):
        probability.uniform_pdf(0.5, 1, 0)


@given(values, finite, st.floats(0.01, 100))
def test_gaussian_pdf_and_its_logarithm_are_scipys(points, mean, variance):
    peer = stats.norm(mean, np.sqrt(variance))
    np.testing.assert_allclose(
        probability.gaussian_pdf(points, mean, variance), peer.pdf(points), rtol=1e-9, atol=1e-300
    )
    np.testing.assert_allclose(probability.gaussian_log_pdf(points, mean, variance), peer.logpdf(points), rtol=1e-9)


def test_gaussian_log_pdf_is_finite_where_the_density_underflows():
    assert probability.gaussian_pdf(100.0, 0, 1) == 0
    assert probability.gaussian_log_pdf(100.0, 0, 1) == pytest.approx(stats.norm.logpdf(100), rel=1e-12)


@pytest.mark.parametrize("variance", [0, -1])
def test_gaussian_pdf_refuses_a_variance_that_is_not_positive(variance):
    with pytest.raises(ValueError, match="variance: expected a positive number"):
        probability.gaussian_pdf(0, 0, variance)


# --- tables


@given(tables(3))
def test_marginals_agree_with_adding_up_by_loops(joint):
    expected = np.zeros(joint.shape[1])
    for (_, y, _), entry in np.ndenumerate(joint):
        expected[y] += entry
    np.testing.assert_allclose(probability.marginal(joint, keep=1), expected)
    np.testing.assert_allclose(probability.marginal(joint, keep=(0, 2)), joint.sum(axis=1))


@given(tables(3))
def test_product_rule_holds_also_with_everything_given_a_third_variable(joint):
    given_z = probability.conditional(joint, given=2)  # P(x, y | z)
    x_given_yz = probability.conditional(joint, given=(1, 2))
    y_given_z = given_z.sum(axis=0)
    np.testing.assert_allclose(x_given_yz * y_given_z, given_z, rtol=1e-12)


@given(tables(2), st.integers(0, 1))
def test_conditional_sums_to_one_over_what_is_not_given(joint, known):
    np.testing.assert_allclose(probability.conditional(joint, given=known).sum(axis=1 - known), 1)


def test_conditional_refuses_to_condition_on_the_impossible():
    with pytest.raises(ValueError, match="probability 0"):
        probability.conditional([[0.5, 0.0], [0.5, 0.0]], given=1)


def test_tables_that_do_not_sum_to_one_are_refused_with_their_sum():
    with pytest.raises(ValueError, match="it is 10"):
        probability.marginal(np.full(20, 0.5), keep=0)


@given(tables(1), st.integers(2, 3), st.data())
def test_dependence_is_zero_when_built_from_independent_parts_and_not_otherwise(prior, size, data):
    columns = arrays(np.float64, (size, len(prior)), elements=st.floats(0.05, 1.0))
    x = data.draw(columns)
    y = data.draw(columns)
    x, y = x / x.sum(axis=0), y / y.sum(axis=0)
    joint = x[:, None, :] * y[None, :, :] * prior
    assert probability.dependence_given(joint) < 1e-12
    mixed = joint.copy()
    shift = mixed[:2, :2, 0].min() / 2  # moves mass on the diagonal, which changes no marginal given z
    mixed[[0, 1], [0, 1], 0] += shift
    mixed[[0, 1], [1, 0], 0] -= shift
    assert probability.dependence_given(mixed) == pytest.approx(shift / prior[0], rel=1e-9)


# --- Bayes' rule


def test_the_gynaecologists_question():
    assert probability.disease_given_positive(0.01, 0.90, 0.91) == pytest.approx(
        0.009 / (0.009 + 0.99 * 0.09), rel=1e-12
    )


@given(st.floats(0.001, 0.999), st.floats(0.01, 1), st.floats(0, 0.99))
def test_bayes_rule_in_odds_multiplies_by_the_likelihood_ratio(prevalence, sensitivity, specificity):
    posterior = probability.disease_given_positive(prevalence, sensitivity, specificity)
    odds = prevalence / (1 - prevalence) * sensitivity / (1 - specificity)
    assert posterior == pytest.approx(odds / (1 + odds), rel=1e-9)


@given(tables(1), st.data())
def test_posterior_twice_is_posterior_of_both_pieces_of_evidence(prior, data):
    evidence = arrays(np.float64, len(prior), elements=st.floats(0.01, 1.0))
    first, second = data.draw(evidence), data.draw(evidence)
    one_by_one = probability.bayes_rule(probability.bayes_rule(prior, first), second)
    np.testing.assert_allclose(one_by_one, probability.bayes_rule(prior, first * second), rtol=1e-9)


def test_impossible_evidence_is_refused():
    with pytest.raises(ValueError, match="probability 0 under every cause"):
        probability.bayes_rule([0.5, 0.5], [0.0, 0.0])


# --- the coin


@given(flips, biases)
def test_log_likelihood_is_scipys_sum(flips, bias):
    peer = stats.bernoulli(bias).logpmf(flips).sum()
    assert probability.bernoulli_log_likelihood(flips, bias) == pytest.approx(peer, rel=1e-9, abs=1e-12)
    assert probability.bernoulli_likelihood(flips, bias) == pytest.approx(np.exp(peer), rel=1e-9)


def test_log_likelihood_at_the_ends_counts_zero_times_log_zero_as_zero():
    np.testing.assert_array_equal(probability.bernoulli_log_likelihood([1, 1], [0.0, 1.0]), [-np.inf, 0.0])
    np.testing.assert_array_equal(probability.bernoulli_log_likelihood([0], [0.0, 1.0]), [0.0, -np.inf])
    np.testing.assert_array_equal(probability.bernoulli_log_likelihood([], [0.0, 0.5, 1.0]), 0.0)


@given(flips, biases)
def test_gradient_is_the_central_difference(flips, bias):
    step = 1e-6
    ahead, behind = (probability.bernoulli_log_likelihood(flips, bias + sign * step) for sign in (1, -1))
    slope = (ahead - behind) / (2 * step)
    assert probability.bernoulli_log_likelihood_gradient(flips, bias) == pytest.approx(slope, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("bias", [0.0, 1.0])
def test_gradient_is_refused_at_the_ends(bias):
    with pytest.raises(ValueError, match="0 < bias < 1"):
        probability.bernoulli_log_likelihood_gradient([0, 1], bias)


@given(flips)
def test_the_mle_of_a_coin_beats_every_bias_on_a_grid(flips):
    best = probability.bernoulli_log_likelihood(flips, probability.bernoulli_mle(flips))
    assert (probability.bernoulli_log_likelihood(flips, np.linspace(0, 1, 101)) <= best + 1e-9).all()


def test_ascent_arrives_at_the_share_of_heads_below_the_limit_and_not_above():
    limit = 2 * 0.7 * 0.3
    below = probability.bernoulli_mle_by_ascent(FLIPS, start=0.6, learning_rate=0.95 * limit, steps=400)
    above = probability.bernoulli_mle_by_ascent(FLIPS, start=0.69, learning_rate=1.05 * limit, steps=400)
    assert below[-1] == pytest.approx(0.7, abs=1e-6)
    assert abs(above[-1] - 0.7) > 0.01


def test_ascent_shrinks_the_distance_by_one_minus_rate_over_curvature():
    path = probability.bernoulli_mle_by_ascent(FLIPS, start=0.7001, learning_rate=0.1, steps=1)
    factor = (path[1] - 0.7) / (path[0] - 0.7)
    assert factor == pytest.approx(1 - 0.1 / (0.7 * 0.3), rel=1e-3)


def test_without_flips_there_is_no_maximum_to_find():
    for function in (probability.bernoulli_mle, probability.bernoulli_mle_by_ascent):
        with pytest.raises(ValueError, match="nothing was observed"):
            function([])


def test_a_mean_that_is_not_a_number_is_refused():
    for density in (probability.gaussian_pdf, probability.gaussian_log_pdf):
        with pytest.raises(ValueError, match="mean: expected"):
            density(0.0, np.nan, 1.0)


def test_ascent_refuses_a_learning_rate_that_is_not_positive():
    with pytest.raises(ValueError, match="learning_rate: expected a positive number"):
        probability.bernoulli_mle_by_ascent(FLIPS, learning_rate=0.0)


@pytest.mark.parametrize("bad", [[0, 2], [0.5], [np.nan], ["heads"]])
def test_flips_that_are_not_zeros_and_ones_are_refused(bad):
    with pytest.raises((ValueError, TypeError), match="flips"):
        probability.bernoulli_log_likelihood(bad, 0.5)


# --- Gaussians


@given(arrays(np.float64, st.integers(2, 40), elements=finite).filter(lambda x: np.ptp(x) > 1e-3))
def test_gaussian_mle_is_scipys_fit_and_a_maximum(values):
    mean, variance = probability.gaussian_mle(values)
    peer_mean, peer_deviation = stats.norm.fit(values)
    assert mean == pytest.approx(peer_mean, rel=1e-9, abs=1e-9)
    assert variance == pytest.approx(peer_deviation**2, rel=1e-9)
    best = probability.gaussian_log_likelihood(values, mean, variance)
    nearby = probability.gaussian_log_likelihood(
        values, mean + np.sqrt(variance) * np.array([0.01, -0.01, 0, 0]), variance * np.array([1, 1, 1.02, 0.98])
    )
    assert (nearby < best).all()


def test_the_variance_s_mle_is_too_small_by_the_factor_n_minus_one_over_n():
    samples = np.random.default_rng(0).normal(0, 2, size=(20_000, 3))
    average = np.mean([probability.gaussian_mle(sample)[1] for sample in samples])
    standard_error = np.sqrt(2 * 2) / 3 * 4 / np.sqrt(20_000)  # Var[MLE] = 2 (n - 1) sigma^4 / n^2
    assert abs(average - 2 / 3 * 4) < 4 * standard_error


def test_gaussian_log_likelihood_broadcasts_over_a_grid_of_parameters():
    means, variances = np.array([[0.0], [1.0]]), np.array([1.0, 2.0, 3.0])
    grid = probability.gaussian_log_likelihood([0.5, 1.5], means, variances)
    expected = [[stats.norm(m, np.sqrt(v)).logpdf([0.5, 1.5]).sum() for v in variances] for m in means[:, 0]]
    np.testing.assert_allclose(grid, expected)


def regression_data(seed=0, examples=40, features=3):
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(examples, features))
    return inputs, inputs @ np.arange(1.0, features + 1) + generator.normal(0, 0.5, size=examples)


def test_linear_gaussian_mle_is_least_squares_and_the_mean_squared_residual():
    inputs, targets = regression_data()
    weights, variance = probability.linear_gaussian_mle(inputs, targets)
    np.testing.assert_allclose(inputs.T @ (targets - inputs @ weights), 0, atol=1e-10)  # residuals are orthogonal
    assert variance == pytest.approx(np.mean((targets - inputs @ weights) ** 2), rel=1e-12)


def test_linear_gaussian_log_likelihood_is_scipys_and_highest_at_the_mle():
    inputs, targets = regression_data(1)
    weights, variance = probability.linear_gaussian_mle(inputs, targets)
    best = probability.linear_gaussian_log_likelihood(inputs, targets, weights, variance)
    assert best == pytest.approx(stats.norm(inputs @ weights, np.sqrt(variance)).logpdf(targets).sum(), rel=1e-12)
    for change in np.vstack([np.eye(3), -np.eye(3)]) * 0.01:
        assert probability.linear_gaussian_log_likelihood(inputs, targets, weights + change, variance) < best
    for factor in (0.9, 1.1):
        assert probability.linear_gaussian_log_likelihood(inputs, targets, weights, variance * factor) < best


def test_linear_gaussian_mle_survives_a_repeated_column():
    inputs, targets = regression_data(2)
    repeated = np.column_stack([inputs, inputs[:, 0]])
    once, twice = (probability.linear_gaussian_mle(design, targets)[1] for design in (inputs, repeated))
    assert twice == pytest.approx(once, rel=1e-10)


def test_linear_gaussian_mle_says_when_rows_and_targets_differ_in_number():
    inputs, targets = regression_data()
    with pytest.raises(ValueError, match="inputs has 40, targets has 39"):
        probability.linear_gaussian_mle(inputs, targets[:-1])


def test_the_area_under_a_likelihood_is_the_beta_function_not_one():
    grid = np.linspace(0, 1, 100_001)
    area = np.trapezoid(probability.bernoulli_likelihood(FLIPS, grid), grid)
    assert area == pytest.approx(special.beta(8, 4), rel=1e-6)
    assert 1 / area == pytest.approx(1320, rel=1e-6)
