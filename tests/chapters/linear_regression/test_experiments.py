"""The numbers behind the pictures of chapter 4's experiments, against closed forms and scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, SGDRegressor

from dlcourse.chapters.linear_regression.experiments import (
    annealing,
    eigen_directions,
    line_and_outlier,
    loss_surface,
)
from dlcourse.chapters.linear_regression.experiments import annealing_runs as runs
from dlcourse.chapters.linear_regression.experiments.outliers import squares_of
from dlcourse.chapters.linear_regression.experiments.surface import LEVELS
from dlcourse.chapters.linear_regression.experiments.surface_paths import MOST_STEPS, surface
from dlcourse.numerals import magnitude, raised
from dlcourse.scratch import descent, linear_models

INPUTS = ("standardized", "scaled", "shifted")


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.describe(parameters, experiment.compute(**parameters))


# --- the line and the outlier


@pytest.mark.parametrize(("age", "height"), [(10.0, 7.0), (10.0, 12.0), (5.0, 12.0), (0.0, 0.0)])
def test_least_squares_lines_are_those_of_scikit_learn(age, height):
    values = values_of(line_and_outlier, age=age, height=height)
    trees = values["trees"]
    for name, used in (("best_line", trees), ("line_of_ten", trees[:-1])):
        oracle = LinearRegression().fit(used[:, :1], used[:, 1])
        np.testing.assert_allclose(values[name], [oracle.intercept_, oracle.coef_[0]], atol=1e-12)
    residuals = trees[:, 1] - LinearRegression().fit(trees[:, :1], trees[:, 1]).predict(trees[:, :1])
    assert values["best_loss"] == pytest.approx((residuals**2).sum() / 22)


def test_squares_have_the_areas_that_the_loss_adds_up():
    values = values_of(line_and_outlier, slope=-0.5, intercept=7.0)
    corners = squares_of(values["trees"], values["residuals"], -0.5)
    sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    np.testing.assert_allclose(sides, np.abs(values["residuals"])[:, None].repeat(4, axis=1), atol=1e-12)
    assert (sides[:, 0] * sides[:, 1]).sum() / 22 == pytest.approx(values["loss"])


@pytest.mark.parametrize("slope", [-0.7, 0.9])
def test_no_square_lies_across_the_line(slope):
    values = values_of(line_and_outlier, slope=slope, intercept=4.0)
    corners = squares_of(values["trees"], values["residuals"], slope)
    above = corners[:, :, 1] - (4.0 + slope * corners[:, :, 0])
    sign = np.sign(values["residuals"])[:, None]
    assert (above * sign >= -1e-12).all()


def test_shares_are_percentages_and_zero_for_a_line_through_every_tree():
    values = values_of(line_and_outlier, height=12.0)
    for name in ("shares", "best_shares"):
        assert values[name].sum() == pytest.approx(100)
    points = [[age, 1 + age] for age in np.arange(0.5, 10)]
    exact = values_of(line_and_outlier, points=points, age=4.0, height=5.0, slope=1.0, intercept=1.0)
    assert (exact["shares"] == 0).all()
    assert (exact["best_shares"] == 0).all()


def test_explanation_of_the_outlier_says_what_happens():
    before, after = (values_of(line_and_outlier, height=height) for height in (7.0, 12.0))
    text = line_and_outlier.prediction.explanation
    slopes = [f"{values['best_line'][1]:.2f}" for values in (before, after)]
    assert f"from {slopes[0]} to {slopes[1]} m per year" in text
    gap = 12 - after["best_line"] @ [1, 10]
    assert f"{gap:.1f} m below" in text
    assert f"{after['best_shares'][-1]:.0f} %" in text


def test_outlier_at_the_mean_age_lifts_the_line_by_an_eleventh_of_its_error():
    low, high = (values_of(line_and_outlier, age=5.0, height=height)["best_line"] for height in (7.0, 12.0))
    np.testing.assert_allclose(high - low, [5 / 11, 0], atol=1e-12)


def test_text_tells_the_least_squares_line_only_when_it_is_shown():
    assert "least-squares" not in told(line_and_outlier)
    assert "ŷ = 0.31 + 0.79 x has loss 0.993" in told(line_and_outlier, best=True, height=12.0)


# --- the loss surface


@pytest.mark.parametrize("inputs", INPUTS)
def test_parabola_is_the_loss_of_the_model(inputs):
    where, generator = surface(inputs), np.random.default_rng(0)
    for theta in generator.normal(size=(5, 2)):
        loss = linear_models.mse_loss(where.inputs, where.targets, theta[:1], theta[1])
        assert where.floor + where.excess(theta) == pytest.approx(loss)
        weights, bias = linear_models.mse_gradient(where.inputs, where.targets, theta[:1], theta[1])
        np.testing.assert_allclose(where.gradient(theta), np.append(weights, bias), atol=1e-12)
        np.testing.assert_allclose(where.batch_gradient(theta, np.arange(354)), np.append(weights, bias), atol=1e-12)


@pytest.mark.parametrize(
    ("inputs", "eigenvalues"), [("standardized", [1, 1]), ("scaled", [1, 9]), ("shifted", [0.25, 4])]
)
def test_curvatures_are_those_that_the_question_names(inputs, eigenvalues):
    values = values_of(loss_surface, inputs=inputs)
    np.testing.assert_allclose(values["eigenvalues"], eigenvalues, atol=1e-6)
    assert values["limit"] == pytest.approx(2 / eigenvalues[1], rel=1e-6)


def test_minimum_is_that_of_scikit_learn_on_the_raw_data():
    where = surface("standardized")
    oracle = LinearRegression().fit(where.inputs, where.targets)
    np.testing.assert_allclose(where.best, [oracle.coef_[0], oracle.intercept_], atol=1e-9)
    table = load_diabetes(scaled=False)
    everyone = np.corrcoef(table.data[:, 2], table.target)[0, 1]  # the slope of standardized data is the correlation
    assert where.best[0] == pytest.approx(everyone, abs=0.05)


@pytest.mark.parametrize("inputs", INPUTS)
def test_contours_lie_where_the_loss_has_their_level(inputs):
    contours = values_of(loss_surface, inputs=inputs)["contours"]
    np.testing.assert_allclose(surface(inputs).excess(contours), LEVELS[:, None].repeat(121, axis=1))


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("multiple", [0.05, 0.5, 0.95, 1.0])
def test_path_is_the_exact_one_along_the_eigenvectors(inputs, multiple):
    values = values_of(loss_surface, inputs=inputs, multiple=multiple, steps=100)
    where = surface(inputs)
    factors = 1 - values["rate"] * where.eigenvalues
    along = (values["full"][0] - where.best) @ where.eigenvectors
    exact = where.best + (along * factors ** np.arange(101)[:, None]) @ where.eigenvectors.T
    np.testing.assert_allclose(values["full"], exact, atol=1e-9)


@pytest.mark.parametrize("inputs", ["scaled", "shifted"])
def test_limit_divides_arriving_from_diverging(inputs):
    below, above = (values_of(loss_surface, inputs=inputs, multiple=m, steps=MOST_STEPS) for m in (0.95, 1.05))
    assert below["full_excess"][-1] < 1e-2 * below["full_excess"][0]
    assert below["full_diverged"] == 0
    growth = np.sqrt(above["full_excess"][-1] / above["full_excess"][-2])
    assert growth == pytest.approx(1.1, abs=1e-6)  # |1 - 1.05 * 2|, as the explanation says
    assert above["full_diverged"] == len(above["full"]) - 1 < MOST_STEPS


def test_divergence_is_told_when_it_has_happened_and_not_before():
    end = values_of(loss_surface, multiple=1.05, steps=MOST_STEPS)["full_diverged"]
    assert f"gradient descent has diverged at step {end}:" in told(loss_surface, multiple=1.05, steps=end)
    assert values_of(loss_surface, multiple=1.05, steps=end - 1)["full_diverged"] == 0
    assert "diverged" not in told(loss_surface, multiple=1.05, steps=end - 1)


def test_first_losses_fall_above_the_limit_from_the_default_start():
    excess = values_of(loss_surface, multiple=1.05)["full_excess"]
    assert excess[1] < excess[0]
    assert excess[-1] > excess[0]


@pytest.mark.parametrize(("multiple", "arrives"), [(1.4, True), (1.5, False)])
def test_momentum_moves_the_limit_by_one_plus_beta(multiple, arrives):
    values = values_of(loss_surface, inputs="scaled", momentum=0.45, multiple=multiple, steps=MOST_STEPS)
    assert values["momentum_limit"] == pytest.approx(1.45 * values["limit"])
    change = values["full_excess"][-1] / values["full_excess"][0]
    assert change < 0.1 if arrives else change > 10


def test_one_epoch_of_the_mini_batch_path_is_sgd_epoch():
    where = surface("shifted")
    values = values_of(loss_surface, multiple=0.4, batch_size="64", steps=6, seed=3)
    order = np.random.default_rng(3).permutation(354)
    start = values["batch"][0]
    weights, bias = linear_models.sgd_epoch(where.inputs, where.targets, start[:1], start[1], 0.2, 64, order)
    np.testing.assert_allclose(values["batch"][-1], np.append(weights, bias), atol=1e-9)


def test_noise_floor_falls_with_the_batch_and_with_the_schedule():
    def floor(**given):
        seeds = [
            values_of(loss_surface, inputs="standardized", multiple=0.2, steps=120, seed=s, **given) for s in (1, 2, 3)
        ]
        return np.mean([values["batch_excess"][-30:].mean() for values in seeds])

    small, large = floor(batch_size="4"), floor(batch_size="64")
    assert small > 5 * large
    assert floor(batch_size="4", schedule="exponential") < small / 3
    assert floor(batch_size="4", schedule="inverse") < small / 2


# --- both directions


@pytest.mark.parametrize(("condition", "rate"), [(1, 0.3), (4, 1.6), (16, 1.9), (50, 2.05)])
def test_each_error_is_a_power_of_its_factor(condition, rate):
    values = values_of(eigen_directions, condition=condition, rate=rate, steps=60)
    factors = np.array([1 - rate / condition, 1 - rate])
    np.testing.assert_allclose(values["errors"], factors ** np.arange(61)[:, None], atol=1e-12)


@pytest.mark.parametrize("condition", [1, 3, 20])
def test_best_rate_is_where_the_larger_factor_is_smallest(condition):
    values = values_of(eigen_directions, condition=condition)
    larger = [np.abs(1 - rate * values["curvatures"]).max() for rate in np.linspace(0, 2, 20001)]
    assert np.linspace(0, 2, 20001)[np.argmin(larger)] == pytest.approx(values["best_rate"], abs=1e-4)
    assert min(larger) == pytest.approx((condition - 1) / (condition + 1), abs=1e-4)


def test_steps_to_one_percent_are_those_of_the_question_and_its_explanation():
    assert values_of(eigen_directions, condition=4, rate=1.6)["steps_to_one_percent"] == 10
    sixteen = values_of(eigen_directions, condition=16, rate=1.88, steps=60)
    assert sixteen["steps_to_one_percent"] == 37
    assert np.abs(sixteen["errors"][37]).max() <= 0.01 < np.abs(sixteen["errors"][36]).max()
    assert "It needs 37." in eigen_directions.prediction.explanation
    assert values_of(eigen_directions, condition=1, rate=1.0)["steps_to_one_percent"] == 1
    assert values_of(eigen_directions, rate=2.0)["steps_to_one_percent"] == 0


def test_diverging_direction_is_told():
    values = values_of(eigen_directions, rate=2.4, steps=60)
    assert values["diverged"] == len(values["errors"]) - 1 < 60
    assert f"At step {values['diverged']} the loss has grown a million times" in told(
        eigen_directions, rate=2.4, steps=60
    )


# --- annealing


def test_running_mean_is_the_inverse_schedule_with_rate_one():
    """With rate 1/(k + 1) the parameter is the mean of the examples so far, whatever the start."""
    path = runs.run("inverse", 1.0, 1.0, 500.0, 2)
    means = np.cumsum(runs.examples_of(2)) / np.arange(1, runs.STEPS + 1)
    np.testing.assert_allclose(path, np.abs(means[runs.SHOWN - 1]), atol=1e-9)
    expected = runs.expected("inverse", 1.0, 1.0, 500.0)
    np.testing.assert_allclose(expected, 1 / np.sqrt(runs.SHOWN))


def test_run_is_gradient_descent_on_one_example_a_step():
    examples = iter(runs.examples_of(4).tolist())
    schedule = descent.exponential_decay(0.3, 0.99)
    path = descent.gradient_descent(
        lambda theta: float(theta @ theta) / 2, lambda theta: theta - next(examples), [7.0], schedule, 300
    )
    shown = runs.SHOWN <= 300
    np.testing.assert_allclose(
        runs.run("exponential", 0.3, 0.99, 7.0, 4)[shown], np.abs(path[runs.SHOWN[shown], 0]), atol=1e-12
    )


def test_run_is_that_of_scikit_learn():
    """SGDRegressor with only an intercept: inputs of one column of ones, halved squared error, one pass in order."""
    examples = runs.examples_of(5)
    oracle = SGDRegressor(
        loss="squared_error", penalty=None, alpha=0.0, fit_intercept=False, learning_rate="constant", eta0=0.05,
        shuffle=False, max_iter=1, tol=None,
    )  # fmt: skip
    oracle.fit(np.ones((runs.STEPS, 1)), examples, coef_init=[10.0])
    assert runs.run("constant", 0.05, 0.0, 10.0, 5)[-1] == pytest.approx(abs(oracle.coef_[0]), abs=1e-9)


@pytest.mark.parametrize("schedule", [("constant", 0.1, 0.0), ("exponential", 0.1, 0.99), ("inverse", 0.1, 30.0)])
def test_expected_distance_is_the_root_mean_square_over_many_runs(schedule):
    rates, generator = runs.rates_of(*schedule), np.random.default_rng(0)
    theta, last = np.full(4000, 5.0), 300
    for rate in rates[:last]:
        theta = theta - rate * (theta - generator.normal(size=4000))
    place = np.flatnonzero(last >= runs.SHOWN)[-1]
    between = np.interp(last, runs.SHOWN[place : place + 2], runs.expected(*schedule, 5.0)[place : place + 2])
    assert np.sqrt((theta**2).mean()) == pytest.approx(between, rel=0.05)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.5, 1.0])
def test_constant_rate_ends_at_its_noise_floor(rate):
    floor = np.sqrt(rate / (2 - rate))
    assert runs.expected("constant", rate, 0.0, 100.0)[-1] == pytest.approx(floor)


def test_sums_come_to_their_limits():
    values = values_of(annealing, rate=0.5, decay=0.99, half_time=20.0)
    assert values["sums"][1, -1] == pytest.approx(0.5 / 0.01)
    assert values["squares"][1, -1] == pytest.approx(0.25 / (1 - 0.99**2))
    np.testing.assert_allclose(values["sums"][0], 0.5 * runs.SHOWN)
    steps = np.arange(4_000_000)
    exact = (0.5 / (1 + steps / 20)) ** 2
    np.testing.assert_allclose(values["square_limits"], [values["squares"][1, -1], exact.sum()], rtol=1e-5)


@pytest.mark.parametrize(("rate", "decay"), [(0.05, 0.99), (0.02, 0.9), (0.01, 0.9999)])
def test_what_exponential_decay_never_covers_is_the_product_of_all_factors(rate, decay):
    factors = 1 - rate * decay ** np.arange(400_000)
    assert runs.uncovered(rate, decay) == pytest.approx(float(np.prod(factors)), rel=1e-2)
    values = values_of(annealing, rate=rate, decay=decay, start=1000.0)
    assert values["distances"][1, -1] >= values["left"]


def test_explanation_of_annealing_says_what_happens():
    values = values_of(annealing, start=100.0, decay=0.99)
    constant, exponential, inverse = values["distances"][:, -1]
    text = annealing.prediction.explanation
    assert inverse < constant < exponential
    assert f"ends {inverse:.3f} standard deviations away" in text
    assert f"= {constant:.2f}$" in text
    assert f"{values['left']:.2f} are never covered" in text
    slower = values_of(annealing, start=100.0, decay=0.999)["distances"][:, -1]
    assert slower[1] == pytest.approx(slower[2], rel=0.1)


# --- numbers in words


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1e-13, "below 10^-12"), (3.14e-7, "3.1 × 10^-7"), (0.00123, "0.00123"), (912.4, "912"), (2.5e6, "2.5 × 10^6")],
)
def test_magnitude_is_short(value, expected):
    assert magnitude(value) == expected


def test_powers_are_raised_in_pictures():
    assert raised("3.1 × 10^-7; 10^12") == "3.1 × 10⁻⁷; 10¹²"
