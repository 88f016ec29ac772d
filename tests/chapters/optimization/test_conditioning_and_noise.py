"""The numbers behind two experiments of chapter 7, against the textbook's own code, closed forms and other draws."""

import re

import numpy as np
import pytest

from dlcourse.chapters.optimization.experiments import batch_noise, conditioning
from dlcourse.chapters.optimization.experiments import batch_noise_runs as noise
from dlcourse.chapters.optimization.experiments import conditioning_runs as runs
from dlcourse.scratch import descent, linear_models, newton

PREPARATIONS = ("raw", "standardized", "whitened")
HARD = (0.9, 4.0)  # correlation and spread of the question


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


# --- conditioning


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_each_preparation_is_the_same_regression(preparation):
    """Contours, minimum and gradient are those of mse_loss, and the loss at the start is the same in all three."""
    where, raw = (runs.regression(kind, *HARD) for kind in (preparation, "raw"))
    targets = raw.inputs @ raw.best
    np.testing.assert_allclose(where.inputs @ where.best, targets, atol=1e-12)
    for weights in ([0.0, 0.0], [1.0, -2.0]):
        loss = linear_models.mse_loss(where.inputs, targets, weights)
        assert where.excess(np.array(weights)) == pytest.approx(loss)
    assert where.excess(np.zeros(2)) == pytest.approx(raw.excess(np.zeros(2)))
    contours = values_of(conditioning, preparation=preparation)["contours"]
    parts = where.excess(contours) / where.excess(np.zeros(2))
    np.testing.assert_allclose(parts, np.broadcast_to([[1], [1 / 4], [1 / 16], [1 / 64]], parts.shape), rtol=1e-9)


@pytest.mark.parametrize("correlation", [-0.95, 0.0, 0.6])
def test_inputs_are_as_the_controls_say_and_prepared(correlation):
    raw, standardized, whitened = (
        np.cov(runs.regression(kind, correlation, 3.0).inputs.T, ddof=0) for kind in PREPARATIONS
    )
    np.testing.assert_allclose(raw, [[1, 3 * correlation], [3 * correlation, 9]], atol=1e-12)
    np.testing.assert_allclose(standardized, [[1, correlation], [correlation, 1]], atol=1e-12)
    np.testing.assert_allclose(whitened, np.eye(2), atol=1e-12)
    condition = runs.regression("standardized", correlation, 3.0).condition
    assert condition == pytest.approx((1 + abs(correlation)) / (1 - abs(correlation)))


@pytest.mark.parametrize("method", ["descent", "momentum"])
def test_ways_are_those_of_the_textbook(method):
    where = runs.regression("raw", *HARD)
    rate, momentum = runs.best_rates(where.eigenvalues)[method]
    expected = descent.gradient_descent(
        lambda w: float(where.excess(w)), lambda w: where.hessian @ (w - where.best), np.zeros(2), rate, 30, momentum
    )
    np.testing.assert_allclose(values_of(conditioning)[f"path_{method}"], expected, atol=1e-12)


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_newton_arrives_in_one_step_and_descent_on_whitened_inputs_too(preparation):
    where = runs.regression(preparation, *HARD)
    path = newton.newton_minimize(
        lambda w: where.hessian @ (w - where.best), lambda w: where.hessian, np.array([0.0, 0.0]), 1
    )
    np.testing.assert_allclose(path[1], where.best, atol=1e-9)
    whitened = values_of(conditioning, preparation="whitened", steps=1)
    np.testing.assert_allclose(whitened["path_descent"][1], whitened["best"], atol=1e-12)
    assert whitened["count_descent"] == whitened["count_momentum"] == 1


@pytest.mark.parametrize("condition", [1.0, 1.5, 4.0, 19.0, 93.0])
def test_worst_steps_are_those_of_the_worst_of_many_starts(condition):
    eigenvalues = np.array([1.0, condition])
    for method, (rate, momentum) in runs.best_rates(eigenvalues).items():
        error, velocity, count = np.ones(2), np.zeros(2), 0
        while np.abs(error).max() > runs.NEAR * (1 + 1e-9):
            velocity = momentum * velocity - rate * eigenvalues * error
            error, count = error + velocity, count + 1
        assert runs.worst_steps(condition)[method] == max(count, 1)


@pytest.mark.parametrize("method", ["descent", "momentum"])
def test_no_other_rate_or_momentum_has_a_smaller_factor(method):
    def factor(rate, momentum):
        """The largest root, in size, of z² − (1 + μ − ελ) z + μ over both curvatures."""
        return max(np.abs(np.roots([1, -(1 + momentum - rate * curve), momentum])).max() for curve in (1.0, 16.0))

    rate, momentum = runs.best_rates(np.array([1.0, 16.0]))[method]
    assert factor(rate, momentum) == pytest.approx({"descent": 15 / 17, "momentum": 3 / 5}[method], abs=1e-6)
    moves = [(a, b) for a in (0.97, 1, 1.03) for b in ((0.0,) if method == "descent" else (-0.02, 0.0, 0.02))]
    assert all(factor(a * rate, momentum + b) >= factor(rate, momentum) - 1e-6 for a, b in moves)


def test_explanation_of_conditioning_says_what_happens():
    raw, standardized = values_of(conditioning), values_of(conditioning, preparation="standardized")
    text = f"{conditioning.prediction.question} {conditioning.prediction.explanation}"
    assert f"needs {raw['count_descent']} steps" in text
    assert f"κ = 1.9/0.1 = {standardized['condition']:.0f} in place of {raw['condition']:.0f}" in text
    assert f"about 2.3 κ = {standardized['count_descent']} steps" in text
    assert f"{raw['count_momentum']} in place of {raw['count_descent']} as measured" in text
    assert f"to {raw['highest_momentum']:.1f} times" in text
    assert f"no more than {raw['condition'] / standardized['condition']:.1f}" in text
    assert values_of(conditioning, correlation=0.0)["condition"] == pytest.approx(16)
    assert conditioning.prediction.choices[2] == f"About {standardized['count_descent']}"
    again = told(conditioning, preparation="standardized", steps=1)
    assert "condition number κ = 19" in again
    assert "After 1 step it is" in again


# --- the noise of batches


@pytest.mark.parametrize(("rate", "batch"), [(0.02, 4), (0.2, 1), (0.3, 16)])
def test_expected_loss_is_the_mean_over_many_other_runs(rate, batch):
    where, generator = noise.regression(), np.random.default_rng(11)
    weights = np.zeros((2000, 2))
    shown = (1, 5, 40)
    expected = noise.expected_excess(rate, batch, shown)
    for step in range(1, shown[-1] + 1):
        drawn = generator.integers(noise.EXAMPLES, size=(2000, batch))
        x, y = where.inputs[drawn], where.targets[drawn]
        errors = (x * weights[:, None]).sum(axis=2) - y
        weights = weights - rate * (errors[:, :, None] * x).mean(axis=1)
        if step in shown:
            assert where.excess(weights).mean() == pytest.approx(expected[shown.index(step)], rel=0.1)


@pytest.mark.parametrize(("rate", "batch"), [(0.02, 1), (0.05, 4), (0.4, 64)])
def test_in_the_end_loss_and_covariance_are_the_stationary_ones(rate, batch):
    values = values_of(batch_noise, rate=rate, batch=str(batch))
    assert noise.expected_excess(rate, batch, (100_000,))[0] == pytest.approx(values["theory"])
    assert values["floor"] == pytest.approx(values["theory"], rel=0.2)
    small = noise.stationary(1e-5, batch)
    where = noise.regression()
    np.testing.assert_allclose(where.hessian @ small + small @ where.hessian, 1e-5 / batch * where.noise, rtol=1e-3)
    assert (where.hessian * small).sum() / 2 == pytest.approx(noise.rule_of_thumb(1e-5, batch), rel=1e-3)


def test_whole_gradient_is_gradient_descent_and_has_no_floor():
    where = noise.regression()
    path = descent.gradient_descent(
        lambda w: linear_models.mse_loss(where.inputs, where.targets, w),
        lambda w: linear_models.mse_gradient(where.inputs, where.targets, w)[0],
        np.zeros(2), 0.1, 60,
    )  # fmt: skip
    np.testing.assert_allclose(noise.expected_excess(0.1, np.inf, (1, 20, 60)), where.excess(path[[1, 20, 60]]))


def test_shuffled_epochs_are_those_of_sgd_epoch():
    """One epoch of one run, from the order in which its examples were drawn."""
    where, size = noise.regression(), 64
    order = noise._indices(size, "epochs", np.random.default_rng(size))[:5, 3].ravel()
    assert sorted(order) == list(range(noise.EXAMPLES))
    weights = np.zeros(2)
    for batch in descent.minibatches(order, size):
        weights = weights - 0.3 * linear_models.mse_gradient(where.inputs[batch], where.targets[batch], weights)[0]
    np.testing.assert_allclose(noise.paths(0.3, size, "epochs")[5, :, 3], weights, atol=1e-12)


def test_explanation_of_the_noise_says_what_happens():
    text = f"{batch_noise.prediction.question} {batch_noise.prediction.explanation}"
    ends = {rate: values_of(batch_noise, batch="16", rate=rate)["theory"] for rate in (0.05, 0.1, 0.2)}
    assert f"comes to {values_of(batch_noise)['theory']:.4f} above" in text
    assert f"At 0.2 it comes to {ends[0.2]:.4f}; at 0.1 to {ends[0.1]:.4f} and at 0.05 to {ends[0.05]:.5f}" in text
    epochs = values_of(batch_noise, batch="64", rate=0.05, order="epochs")
    assert epochs["theory"] / epochs["floor"] == pytest.approx(12, abs=1)


def test_batches_without_repeats_but_independent_gain_only_a_fifth():
    """So what brings shuffled epochs nearer is that their batches' errors cancel, not that a batch has no repeats."""
    where, generator, rate, kept = noise.regression(), np.random.default_rng(2), 0.05, []
    weights = np.zeros((100, 2))
    for step in range(250):
        drawn = generator.random((100, noise.EXAMPLES)).argpartition(64, axis=1)[:, :64]
        x, y = where.inputs[drawn], where.targets[drawn]
        errors = (x * weights[:, None]).sum(axis=2) - y
        weights = weights - rate * (errors[:, :, None] * x).mean(axis=1)
        if step >= 130:
            kept.append(where.excess(weights).mean())
    theory = values_of(batch_noise, batch="64", rate=rate)["theory"]
    assert np.mean(kept) / theory == pytest.approx((320 - 64) / 319, rel=0.1)


def test_batches_at_rates_in_proportion_are_equally_far_after_equal_numbers_of_examples():
    values = values_of(batch_noise, batch="4", rate=0.02, axis="examples", others="proportional")
    at = {size: np.interp(200, *values[f"curve_{size}"]) for size in (1, 4, 16)}
    assert max(at.values()) < 1.2 * min(at.values())
    same = values_of(batch_noise, batch="4", rate=0.02, axis="examples", others="same")
    assert np.interp(200, *same["curve_1"]) < 0.1 * np.interp(200, *same["curve_16"])


def test_sizes_that_do_not_converge_are_named_and_not_drawn():
    values = values_of(batch_noise, batch="1", rate=0.4, others="proportional")
    assert values["diverging"].tolist() == [4, 16, 64]
    assert values["curve_4"].size == 0
    assert "grows without bound: batches of 4, 16, 64." in told(batch_noise, batch="1", rate=0.4, others="proportional")


def test_text_names_the_sizes_that_are_shown():
    assert re.search(r"batches of: 1 0\.015, 16 8\.6 × 10⁻⁴, 64 ", told(batch_noise, others="same"))
    assert "batches of:" not in told(batch_noise)
