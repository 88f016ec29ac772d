"""The numbers behind the pictures of chapter 5's experiments, against closed forms, scipy, scikit-learn and PyTorch."""

import numpy as np
import pytest
import torch
from scipy import special, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, log_loss

from dlcourse import datasets
from dlcourse.chapters.softmax_regression.experiments import (
    attenuated_gradient,
    confusion,
    decision_boundary,
    digit_weights,
    softmax_temperature,
)
from dlcourse.chapters.softmax_regression.experiments.attenuation import KEPT, MOST_STEPS, descend, path_of
from dlcourse.chapters.softmax_regression.experiments.boundary import fitted, tumours
from dlcourse.chapters.softmax_regression.experiments.confusion import LEARNING_RATE, PENALTY
from dlcourse.chapters.softmax_regression.experiments.digits import MOST_STEPS as TRAINING_STEPS
from dlcourse.chapters.softmax_regression.experiments.digits import class_differences, digits, train
from dlcourse.chapters.softmax_regression.experiments.temperature import CORNERS
from dlcourse.experiments import state
from dlcourse.experiments.screen import Screen
from dlcourse.numerals import magnitude, percent
from dlcourse.scratch.estimators import SoftmaxRegression


def boundary(**given):
    return decision_boundary.compute(**decision_boundary.parameters(**given))


# --- decision_boundary


def test_tumours_are_standardized_and_malignant_ones_are_larger():
    inputs, labels = tumours()
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(inputs.std(axis=0), 1)
    assert inputs[labels == 1, 0].mean() > 0 > inputs[labels == 0, 0].mean()


def test_loss_and_mistakes_are_those_of_scikit_learn():
    inputs, labels = tumours()
    values = boundary(weight_1=2.0, weight_2=-1.0, bias=0.5)
    expected = special.expit(inputs @ [2.0, -1.0] + 0.5)
    assert values["loss"] == pytest.approx(log_loss(labels, expected))
    np.testing.assert_array_equal(values["wrong"], (expected >= 0.5) != labels)
    assert values["field"][0, 0] == pytest.approx(special.expit(2 * -2.6 - -3.0 + 0.5))
    assert values["field"][0, -1] == pytest.approx(special.expit(2 * 4.0 - -3.0 + 0.5))


def test_fitted_weights_are_those_of_scikit_learn_without_penalty():
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(*tumours())
    np.testing.assert_allclose(fitted().weights_, model.coef_[0], rtol=1e-4)
    assert float(fitted().bias_) == pytest.approx(model.intercept_[0], rel=1e-4)


@pytest.mark.parametrize("numbers", [(1.0, 1.5, -1.0), (-6.0, 0.1, 6.0), (0.0, 0.3, 0.0)])
def test_lines_lie_where_the_probability_is_a_tenth_a_half_and_nine_tenths_and_cross_the_whole_plane(numbers):
    values = boundary(weight_1=numbers[0], weight_2=numbers[1], bias=numbers[2])
    probabilities = special.expit(values["lines"] @ values["weights"] + numbers[2])
    np.testing.assert_allclose(probabilities, np.repeat([[0.1], [0.5], [0.9]], 2, axis=1), atol=1e-9)
    apart = values["lines"][2, 0] - values["lines"][0, 0]
    assert np.linalg.norm(apart) == pytest.approx(values["width"][0])
    np.testing.assert_allclose(np.linalg.norm(values["lines"][:, 1] - values["lines"][:, 0], axis=1), 16)


def test_doubling_all_three_keeps_the_boundary_and_halves_the_width():
    once, twice = boundary(weight_1=1.0, weight_2=1.5, bias=-1.0), boundary(weight_1=2.0, weight_2=3.0, bias=-2.0)
    np.testing.assert_allclose(once["lines"][1], twice["lines"][1])
    np.testing.assert_array_equal(once["wrong"], twice["wrong"])
    assert twice["width"][0] == pytest.approx(once["width"][0] / 2)
    assert (np.abs(twice["field"] - 0.5) >= np.abs(once["field"] - 0.5)).all()


def test_without_weights_there_is_no_boundary_and_one_probability():
    values = boundary(weight_1=0.0, weight_2=0.0, bias=2.0)
    assert values["lines"].size == values["width"].size == 0
    np.testing.assert_allclose(values["field"], special.expit(2.0))
    assert "no boundary" in decision_boundary.describe(decision_boundary.parameters(weight_1=0, weight_2=0), values)


# --- attenuated_gradient


@pytest.mark.parametrize("label", ["0", "1"])
@pytest.mark.parametrize("logit", [-8.0, -0.3, 0.0, 4.2])
def test_gradients_are_those_of_pytorch(logit, label):
    values = attenuated_gradient.compute(logit, label, "linear")
    for name in ("squared", "log"):
        z = torch.tensor(logit, dtype=torch.float64, requires_grad=True)
        y = torch.tensor(float(label), dtype=torch.float64)
        if name == "log":
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
        else:
            loss = (torch.sigmoid(z) - y) ** 2 / 2
        loss.backward()
        assert values[f"{name}_size"] == pytest.approx(abs(z.grad.item()), rel=1e-9)


@pytest.mark.parametrize("name", ["squared", "log"])
@pytest.mark.parametrize("start", [-8.0, -2.5, -0.1])
def test_descent_is_that_of_a_plain_loop(name, start):
    logit, steps, passed = start, [start], -1
    for step in range(1, MOST_STEPS + 1):
        chance = 1 / (1 + np.exp(-logit))
        logit += (1 - chance) * (chance * (1 - chance) if name == "squared" else 1)
        steps.append(logit)
        if passed < 0 and logit > 0:
            passed = step
    path, left = path_of(name, start, 1)
    np.testing.assert_allclose(path, np.array(steps)[KEPT], rtol=1e-9)
    assert left == passed


def test_label_0_is_label_1_in_a_mirror():
    for name in ("squared", "log"):
        path, left = path_of(name, -4.0, 1)
        mirrored, mirrored_left = path_of(name, 4.0, 0)
        np.testing.assert_array_equal(path, -mirrored)
        assert left == mirrored_left > 0


def test_a_logit_between_the_slider_positions_gets_its_own_descent():
    path, left = path_of("log", -3.14159, 1)
    expected, expected_left = descend("log", np.array([-3.14159]))
    np.testing.assert_array_equal(path, expected[:, 0])
    assert left == expected_left[0]
    assert path[0] == -3.14159


def test_prediction_on_the_confident_mistake_holds():
    values = attenuated_gradient.compute(-8.0, "1", "steps")
    assert values["log_left"] == 9
    assert values["squared_left"] == 3011
    assert f"{values['squared_left']:,} steps" in attenuated_gradient.prediction.explanation
    assert values["squared_left"] > 300 * values["log_left"]
    assert attenuated_gradient.compute(8.0, "1", "steps")["squared_left"] == 0
    assert attenuated_gradient.compute(-10.0, "1", "steps")["squared_left"] == -1


def test_amounts_never_round_to_zero():
    assert [magnitude(value) for value in (1.0, 0.25, 0.000335, 4.5e-5, 2.06e-9)] == [
        "1", "0.25", "3.4 × 10^-4", "4.5 × 10^-5", "2.1 × 10^-9",
    ]  # fmt: skip


# --- softmax_temperature


@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.0, 100.0])
def test_probabilities_and_entropy_are_those_of_scipy(temperature):
    values = softmax_temperature.compute(2.0, -1.5, 0.3, temperature, False)
    expected = special.softmax(np.array([2.0, -1.5, 0.3]) / temperature)
    np.testing.assert_allclose(values["probabilities"], expected, rtol=1e-12)
    assert values["entropy"] == pytest.approx(stats.entropy(expected), abs=1e-12)


def test_a_constant_changes_the_logits_and_nothing_else():
    plain, raised = (softmax_temperature.compute(2.0, 1.0, 0.0, 0.5, add) for add in (False, True))
    np.testing.assert_allclose(raised["logits"] - plain["logits"], 10)
    for name in ("probabilities", "place", "way"):
        np.testing.assert_allclose(raised[name], plain[name], atol=1e-12)


def test_cold_is_one_hot_and_hot_is_uniform():
    cold, hot = (softmax_temperature.compute(2.0, 1.0, 0.0, temperature, False) for temperature in (0.1, 100.0))
    np.testing.assert_allclose(cold["probabilities"], [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(cold["way"][0], CORNERS[0], atol=1e-4)
    np.testing.assert_allclose(hot["place"], CORNERS.mean(axis=0), atol=0.01)
    assert hot["entropy"] == pytest.approx(np.log(3), abs=1e-4)


def test_the_place_in_the_triangle_is_as_far_from_each_side_as_the_class_is_probable():
    values = softmax_temperature.compute(1.0, -0.5, 0.4, 1.0, False)
    height, (x, y) = np.sqrt(3) / 2, values["place"]
    assert y / height == pytest.approx(values["probabilities"][2])
    assert (np.sqrt(3) * x - y) / 2 / height == pytest.approx(values["probabilities"][1])


def test_the_way_over_temperatures_passes_through_the_place():
    values = softmax_temperature.compute(1.0, -0.5, 0.4, 1.0, False)
    assert np.linalg.norm(values["way"] - values["place"], axis=1).min() < 0.01


# --- digit_weights


def test_training_ends_where_softmax_regression_of_the_library_ends():
    run = train(0.5, 0.01)
    model = SoftmaxRegression(0.5, TRAINING_STEPS, 0.01).fit(*digits()["train"])
    np.testing.assert_allclose(run.weights[-1], model.weights_, atol=1e-10)
    np.testing.assert_allclose(run.bias[-1], model.bias_, atol=1e-10)


def test_losses_and_accuracies_are_those_of_pytorch():
    run = train(0.5, 0.0)
    for step in (0, 1, 300):
        for name, loss, accuracy in (
            ("train", run.training_loss, run.training_accuracy),
            ("validation", run.validation_loss, run.validation_accuracy),
        ):
            inputs, labels = (torch.tensor(array) for array in digits()[name])
            logits = inputs @ torch.tensor(run.weights[step]) + torch.tensor(run.bias[step])
            assert loss[step] == pytest.approx(torch.nn.functional.cross_entropy(logits, labels).item(), rel=1e-9)
            assert accuracy[step] == pytest.approx((logits.argmax(dim=1) == labels).double().mean().item())


def test_first_step_is_each_class_mean_minus_the_mean_of_all_weighed_by_the_class_size():
    inputs, labels = digits()["train"]
    shares = np.bincount(labels) / len(labels)
    means = class_differences() + inputs.mean(axis=0)[:, None]
    np.testing.assert_allclose(train(2.0, 0.0).weights[1], 2 * (shares * means - inputs.mean(axis=0)[:, None] / 10))
    first = digit_weights.compute(1, "0.5", "0")
    assert first["likeness"][0] > 0.999
    np.testing.assert_array_equal(first["images"][3].ravel(), train(0.5, 0.0).weights[1][:, 3])


def test_a_penalty_shortens_the_weights_and_no_step_has_no_likeness():
    lengths = [digit_weights.compute(300, "0.5", penalty)["length"] for penalty in ("0", "0.01", "0.1")]
    assert lengths[0] > lengths[1] > lengths[2]
    start = digit_weights.compute(0, "0.5", "0")
    assert start["likeness"].size == 0
    assert start["training_loss"][0] == pytest.approx(np.log(10))


def test_every_curve_stays_inside_its_panel():
    start = state.defaults(digit_weights.controls)
    picture = Screen(digit_weights.picture, digit_weights.size, digit_weights.compute(**start)).picture
    low, high = picture.axes["loss"].get_ylim()
    for rate in ("0.1", "0.5", "2", "4"):
        for penalty in ("0", "0.01", "0.1"):
            values = digit_weights.compute(0, rate, penalty)
            both = np.concatenate([values["training_loss"], values["validation_loss"]])
            assert low < both.min()
            assert both.max() < high


# --- confusion


@pytest.mark.parametrize("steps", [0, 1, 300])
def test_counts_are_those_of_scikit_learn(steps):
    loaded, run = datasets.load("digits"), train(LEARNING_RATE, PENALTY)
    inputs = np.concatenate([loaded.validation.inputs, loaded.test.inputs]).reshape(-1, 64)
    labels = np.concatenate([loaded.validation.labels, loaded.test.labels])
    read = (inputs @ run.weights[steps] + run.bias[steps]).argmax(axis=1)
    values = confusion.compute(steps, 0, 0)
    np.testing.assert_array_equal(values["counts"], confusion_matrix(labels, read))
    assert values["right"] == (labels == read).sum()
    assert values["total"] == len(labels)


def test_before_training_every_digit_is_read_as_zero_with_a_tenth():
    values = confusion.compute(0, 3, 0)
    assert values["counts"][:, 1:].sum() == 0
    np.testing.assert_allclose(values["read_probability"], 0.1)


def test_digits_of_a_cell_are_held_out_digits_of_that_kind_in_the_stated_order():
    inputs, labels = digits()["held out"]
    mistakes, right = confusion.compute(300, 8, 1), confusion.compute(300, 8, 8)
    assert len(mistakes["images"]) == mistakes["counts"][8, 1] == 4
    assert len(right["images"]) == 12
    for image in mistakes["images"]:
        assert labels[(inputs == image.ravel()).all(axis=1)].tolist() == [8]
    assert (np.diff(mistakes["read_probability"]) <= 0).all()
    assert (np.diff(right["read_probability"]) >= 0).all()
    assert (mistakes["read_probability"] > mistakes["true_probability"]).all()


def test_prediction_on_the_most_frequent_mistake_holds():
    mistakes = confusion.compute(300, 0, 0)["counts"] * ~np.eye(10, dtype=bool)
    assert np.argwhere(mistakes == mistakes.max()).tolist() == [[8, 1]]
    assert mistakes.max() == 4
    assert np.sort(mistakes.ravel())[-2] == 2
    assert [int(mistakes[pair]) for pair in ((4, 9), (3, 8), (7, 1))] == [1, 1, 0]


def test_eights_are_read_as_ones_more_often_than_ones_as_eights_when_every_digit_is_held_out_once():
    parts = [digits()[part] for part in ("train", "held out")]
    inputs, labels = (np.concatenate(both) for both in zip(*parts, strict=True))
    assert len(labels) == 1797
    read = np.empty_like(labels)
    for fold in np.array_split(np.random.default_rng(0).permutation(len(labels)), 10):
        others = np.setdiff1d(np.arange(len(labels)), fold)
        model = SoftmaxRegression(learning_rate=LEARNING_RATE, steps=300).fit(inputs[others], labels[others])
        read[fold] = model.predict(inputs[fold])
    counts = confusion_matrix(labels, read)
    assert counts[8, 1] == pytest.approx(8, abs=1)
    assert counts[1, 8] == pytest.approx(3, abs=1)


def test_eights_read_as_ones_have_more_ink_in_the_middle_where_it_speaks_for_a_one():
    weights = train(LEARNING_RATE, PENALTY).weights[300].reshape(8, 8, 10)
    assert (weights[:, 3:5, 1].sum(axis=0) > weights[:, 3:5, 8].sum(axis=0)).all()
    inputs, labels = digits()["held out"]
    images = inputs[labels == 8].reshape(-1, 8, 8)
    middle = images[:, :, 3:5].sum(axis=(1, 2)) / images.sum(axis=(1, 2))
    as_one = confusion.compute(300, 8, 1)["images"]
    assert (as_one[:, :, 3:5].sum(axis=(1, 2)) / as_one.sum(axis=(1, 2))).mean() > middle.mean() + 0.05


def test_percent_never_claims_certainty():
    assert [percent(value, 0) for value in (0.0001, 0.126, 0.9999)] == ["< 1 %", "13 %", "> 99 %"]
