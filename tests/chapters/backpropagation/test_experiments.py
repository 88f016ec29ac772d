"""The numbers behind the pictures of chapter 10's experiments, against closed forms, PyTorch and sums by hand."""

import dataclasses
import math
import re

import numpy as np
import pytest
import torch

from dlcourse.chapters.backpropagation.experiments import (
    backward_stepper,
    difference_step,
    differences,
    fan_out,
    symmetry,
    symmetry_runs,
)
from dlcourse.experiments import state
from dlcourse.experiments.controls import Entry
from dlcourse.experiments.screen import Screen
from dlcourse.numerals import magnitude, raised
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import Linear, Sequential, Tanh
from dlcourse.scratch.optimizers import SGD
from tests.profiles import by_day

# --- backward_stepper


def stepper(**given):
    return backward_stepper.compute(**backward_stepper.parameters(**given))


def verdicts(**given):
    values = stepper(**given)
    judged = [(answer.kind, answer.remark) for answer in values["answers"]]
    return dict(zip(("by_q", "by_z", "by_x", "by_y"), judged, strict=True))


def test_the_worked_example_has_the_numbers_of_the_syllabus():
    values = stepper(step=5)
    assert values["numbers"] == (-2, 5, -4, 3, -12)
    assert values["gradients"] == (-4, -4, 3, -4, 1)
    assert [key.right for key in values["keys"]] == [-4, 3, 1, 1]


@pytest.mark.parametrize("inputs", [(-2, 5, -4), (0, 0, 0), (9, -7, 1), (-9, -9, -9)])
def test_gradients_are_those_of_pytorch(inputs):
    x, y, z = (torch.tensor(float(number), requires_grad=True) for number in inputs)
    ((x + y) * z).backward()
    values = stepper(**dict(zip("xyz", inputs, strict=True)))
    assert values["gradients"][:3] == (x.grad.item(), y.grad.item(), z.grad.item())


@pytest.mark.parametrize("inputs", [(-2, 5, -4), (3, 3, 6), (1, 0, 1), (0, 0, 0)])
def test_right_local_gradients_are_right_wherever_the_inputs_are(inputs):
    x, y, z = inputs
    judged = verdicts(step=5, x=x, y=y, z=z, by_q=z, by_z=x + y, by_x=1, by_y=1)
    assert {kind for kind, _ in judged.values()} == {"right"}


@pytest.mark.parametrize(
    ("entry", "typed", "words"),
    [
        ("by_q", 3, "that is q itself"),
        ("by_q", 4, "wrong sign"),
        ("by_q", -12, "f's value"),
        ("by_q", 1, "belongs to a sum"),
        ("by_q", 0, "does not matter"),
        ("by_q", 7, "watch q · (−4) as q rises by 1"),
        ("by_z", -4, "that is z itself"),
        ("by_z", -3, "wrong sign: look at q"),
        ("by_x", -4, "∂f/∂x, all the way"),
        ("by_x", -1, "wrong sign"),
        ("by_x", 5, "right for ×"),
        ("by_x", -2, "that is x itself"),
        ("by_y", 3, "q's value"),
        ("by_y", 0, "does not matter"),
        ("by_y", 0.5, "watch y + (−2) as y rises by 1"),
    ],
)
def test_each_usual_mistake_gets_its_own_remark(entry, typed, words):
    kind, remark = verdicts(step=5, **{entry: typed})[entry]
    assert kind == "wrong"
    assert words in remark


def test_an_answer_is_judged_when_the_backward_pass_reaches_its_node():
    kinds = [[kind for kind, _ in verdicts(step=step, by_z=3, by_x=5).values()] for step in range(6)]
    assert kinds[2] == ["", "kept", "kept", ""]
    assert kinds[3] == ["asked", "right", "kept", ""]
    assert kinds[4] == ["told", "right", "wrong", "asked"]
    assert kinds[5] == ["told", "right", "wrong", "told"]


def test_words_tell_no_gradient_before_its_step_and_no_answer_before_it_is_due():
    texts = [backward_stepper.describe(backward_stepper.parameters(step=k), stepper(step=k)) for k in range(6)]
    assert "q = 3" not in texts[0]
    assert "f = −12" not in texts[1]
    assert "∂f/∂f = 1" in texts[3]
    assert "∂f/∂q = −4" not in texts[3]
    assert "∂f/∂x = −4" not in texts[4]
    assert "∂f/∂x = −4, ∂f/∂y = −4, ∂f/∂z = 3, ∂f/∂q = −4" in texts[5]


def test_the_step_is_told_as_incoming_times_local():
    assert "Gradient of x = incoming × local ∂q/∂x = −4 · 1 = −4" in stepper(step=5)["lines"]
    assert "Gradient of q = incoming × local ∂f/∂q = 1 · (−4) = −4" in stepper(step=4)["lines"]


# --- difference_step


def step_error(**given):
    return difference_step.compute(**difference_step.parameters(**given))


def typical_sizes(function, precision):
    """The errors' geometric means over nine neighbouring steps, (2, 161)."""
    logs = np.log(differences.error_curves(function, precision))
    padded = np.pad(logs, ((0, 0), (4, 4)), mode="reflect", reflect_type="odd")
    return np.exp(np.lib.stride_tricks.sliding_window_view(padded, 9, axis=1).mean(axis=2))


def test_the_network_s_loss_and_its_derivative_are_those_of_pytorch():
    weights = torch.tensor(differences.HIDDEN_WEIGHT, requires_grad=True)
    inputs, targets, bias, output = (
        torch.tensor(array)
        for array in (differences.INPUTS, differences.TARGETS, differences.HIDDEN_BIAS, differences.OUTPUT_WEIGHT)
    )
    loss = torch.nn.functional.mse_loss(torch.tanh(inputs @ weights.T + bias) @ output.T, targets)
    loss.backward()
    assert differences.loss_of(differences.HIDDEN_WEIGHT[0, 0]) == pytest.approx(loss.item(), rel=1e-12)
    subject = differences.subjects()["loss"]
    assert subject.x == differences.HIDDEN_WEIGHT[0, 0]
    assert subject.derivatives[0] == pytest.approx(weights.grad[0, 0].item(), rel=1e-12)


def test_the_loss_s_higher_derivatives_are_those_of_pytorch():
    weight = torch.tensor(0.75, dtype=torch.float64, requires_grad=True)
    first_row = torch.stack([weight, torch.tensor(-0.5, dtype=torch.float64)])
    weights = torch.cat([first_row[None], torch.tensor(differences.HIDDEN_WEIGHT[1:])])
    hidden = torch.tanh(torch.tensor(differences.INPUTS) @ weights.T + torch.tensor(differences.HIDDEN_BIAS))
    value = ((hidden @ torch.tensor(differences.OUTPUT_WEIGHT).T - torch.tensor(differences.TARGETS)) ** 2).mean()
    for expected in differences.subjects()["loss"].derivatives:
        (value,) = torch.autograd.grad(value, weight, create_graph=True)
        assert expected == pytest.approx(value.item(), rel=1e-5)


@pytest.mark.parametrize("h", [0.1, 0.5, 1.0])
def test_errors_of_exp_are_those_of_the_closed_form(h):
    one_sided, central = step_error(function="exp", h=h)["here"]
    assert one_sided == pytest.approx(math.e * abs((math.exp(h) - 1) / h - 1), rel=1e-9)
    assert central == pytest.approx(math.e * (math.sinh(h) / h - 1), rel=1e-9)


@pytest.mark.parametrize("function", ["exp", "loss", "lifted"])
def test_slopes_are_1_and_2_right_of_the_balance_and_minus_1_left_of_it(function):
    logs, steps = np.log10(typical_sizes(function, "float64")), np.log10(differences.STEPS)
    for place, slope in enumerate((1, 2)):
        start = np.log10(step_error(function=function)["best"][place])
        right = (steps > start + 0.7) & (steps < -0.7)
        left = (steps < start - 0.5) & (steps > start - 4.0)
        assert np.polyfit(steps[right], logs[place][right], 1)[0] == pytest.approx(slope, abs=0.12)
        assert np.polyfit(steps[left], logs[place][left], 1)[0] == pytest.approx(-1, abs=0.25)


@pytest.mark.parametrize("function", ["exp", "loss", "lifted"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_balance_of_theory_is_where_the_measured_error_is_least(function, precision):
    sizes = typical_sizes(function, precision)
    values = step_error(function=function, precision=precision)
    for place in range(2):
        measured = differences.STEPS[sizes[place].argmin()]
        assert abs(np.log10(measured / values["best"][place])) < 0.75
        assert sizes[place].min() < 2 * values["best_errors"][place]
        assert values["best_errors"][place] < 6 * sizes[place].min()


def test_prediction_on_the_best_step_holds():
    values = step_error(function="exp")
    assert values["best"][0] == 1e-8
    assert 4e-6 < values["best"][1] < 8e-6
    found = values["errors"][0]
    assert found[differences.STEPS == 1e-16] == math.e  # x + h is x
    assert typical_sizes("exp", "float64")[0].argmin() == pytest.approx(80, abs=8)
    assert values["errors"][1].min() < 1e-10


def test_differences_are_divided_by_the_step_that_was_taken():
    """1 + 10⁻¹⁵ is rounded to 1 + 1.11 · 10⁻¹⁵: divided by h, the quotient would be off by five times as much."""
    one_sided, _ = differences.differences("exp", np.array([1e-15]), "float64")
    rise = math.exp(1 + 1e-15) - math.e
    assert one_sided[0] == rise / ((1 + 1e-15) - 1)
    assert abs(rise / 1e-15 - math.e) == pytest.approx(0.39, abs=0.01)
    assert step_error(h=1e-15)["here"][0] == pytest.approx(0.08, abs=0.01)


@pytest.mark.parametrize("h", [1.0, 0.1, 1e-6, 1e-14, 3.2e-16])
@pytest.mark.parametrize("function", ["exp", "loss", "lifted", "relu"])
def test_secants_have_the_slopes_of_the_quotients(function, h):
    values = step_error(function=function, h=h)
    picture = Screen(difference_step.picture, difference_step.size, values).picture
    found = differences.differences(function, np.array([h]), "float64")
    for secant, (quotient,) in zip(picture.secants, found, strict=True):
        (x0, x1), (y0, y1) = secant.get_data()
        if x1 > x0 and max(abs(y0), abs(y1)) < 9:  # what lies outside of the panel is cut off
            assert (y1 - y0) / (x1 - x0) * values["derivative"] == pytest.approx(quotient, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("h", by_day([1.0, 5.012e-6, 1e-15], [1.0, 0.1, 1e-4, 5.012e-6, 1e-8, 1e-12, 1e-15, 1e-16]))
@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("function", by_day(["exp", "relu"], ["exp", "loss", "lifted", "relu"]))
def test_words_give_the_errors_that_the_picture_shows(function, precision, h):
    given = {"function": function, "precision": precision, "h": h}
    values = step_error(**given)
    picture = Screen(difference_step.picture, difference_step.size, values).picture
    told = raised(difference_step.describe(given, values))
    _, one, two = re.split("one-sided |, central ", picture.numbers[1].get_text())
    assert f"off by {one}" in told
    assert re.search(rf"(central one by|and) {re.escape(two)}\b", told)
    shown = [mark.get_ydata()[0] for mark in picture.marks]
    np.testing.assert_array_equal(shown, values["here"])
    assert [raised(magnitude(each, 2, least=1e-16)) for each in shown] == [one, two]


def test_float32_cannot_see_a_step_below_its_digits():
    values = step_error(function="loss", precision="float32", h=1e-9)
    np.testing.assert_allclose(values["here"], abs(differences.subjects()["loss"].derivatives[0]))
    np.testing.assert_array_equal(values["curve"], 0)


def test_central_difference_is_wrong_by_half_beyond_the_corner_of_relu():
    inside, outside = (step_error(function="relu", h=h)["here"] for h in (2.0**-11, 1.0))
    assert inside.max() < 1e-15
    assert outside.tolist() == [differences.FLOOR, pytest.approx(0.5 - 2.0**-11)]


@pytest.mark.parametrize("function", ["exp", "loss", "lifted", "relu"])
@pytest.mark.parametrize("h", [1.0, 0.1, 0.0123, 5.012e-6, 1e-8, 1e-12, 1e-16])
def test_the_errors_of_smaller_steps_are_left_to_be_found_out(function, h):
    values = step_error(function=function, h=h)
    picture = Screen(difference_step.picture, difference_step.size, values).picture
    tried = differences.STEPS[h < differences.STEPS]
    for place, curve in enumerate(picture.curves):
        steps, drawn = curve.get_data()
        np.testing.assert_array_equal(steps, [h, *tried])
        np.testing.assert_array_equal(drawn, [values["here"][place], *values["errors"][place][-len(tried) - 1 :][1:]])
    for line in (*picture.truncations, picture.rounding, *picture.bests):
        assert (line.get_xdata() >= h).all()
    passed = [len(star.get_xdata()) == 1 for star in picture.bests]
    assert passed[: len(values["best"])] == (values["best"] >= h).tolist()
    named = [text.get_visible() for text in picture.legend.get_texts()]
    assert named == [True, True, len(tried) > 0, any(passed) or function == "relu", *passed]
    assert len(picture.rounding.get_xdata()) == named[3] * len(tried)


def test_where_the_balance_lies_is_told_once_the_step_has_come_down_to_it():
    def told(h):
        return difference_step.describe({}, step_error(h=h))

    assert told(1.0).endswith("by 0.48. It is the largest step.")
    assert told(0.1).endswith("(central), truncation.")
    assert "At h = 6 × 10^-6 (central, error about 4 × 10^-11) rounding is as large" in told(1e-7)
    assert "At h = 10^-8 (one-sided, error about 3 × 10^-8) and h = 6 × 10^-6 (central" in told(1e-8)


def test_words_do_not_depend_on_the_last_digit_of_a_function_before_rounding_shows(monkeypatch):
    """Another processor's exp and tanh may differ in the last bit. Smaller steps show what this one's rounding does."""
    generator, known = np.random.default_rng(0), differences.subjects()
    settings = [
        {"function": name, "precision": precision, "h": h}
        for name in ("exp", "loss")
        for precision, steps in {"float64": (1.0, 0.1, 1e-2, 1e-3), "float32": (1.0, 0.1)}.items()
        for h in steps
    ]
    errors_before = step_error()["errors"]
    before = [difference_step.describe(given, step_error(**given)) for given in settings]

    def shaken(function):
        def values(x):
            found = function(x)
            return np.nextafter(found, found + generator.integers(-1, 2, size=found.shape).astype(found.dtype))

        return values

    shaky = {name: dataclasses.replace(known[name], function=shaken(known[name].function)) for name in known}
    monkeypatch.setattr(differences, "subjects", lambda: shaky)
    differences.error_curves.cache_clear()
    assert not np.array_equal(step_error()["errors"], errors_before)
    for given, text in zip(settings, before, strict=True):
        assert difference_step.describe(given, step_error(**given)) == text
    differences.error_curves.cache_clear()


# --- symmetry


def test_gradients_of_the_four_units_are_those_of_pytorch():
    generator = np.random.default_rng(3)
    units, bias = generator.normal(size=(1, 4, 4)), generator.normal(size=1)
    inputs, labels = (torch.tensor(array) for array in symmetry_runs.ring())
    for activation, function in (("tanh", torch.tanh), ("sigmoid", torch.sigmoid)):
        numbers, last = torch.tensor(units[0], requires_grad=True), torch.tensor(bias, requires_grad=True)
        hidden = function(inputs @ numbers[:, :2].T + numbers[:, 2])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(hidden @ numbers[:, 3] + last, labels)
        loss.backward()
        found, by_units, by_bias = symmetry_runs.gradients(units, bias, activation)
        assert found[0] == pytest.approx(loss.item(), rel=1e-12)
        np.testing.assert_allclose(by_units[0], numbers.grad, atol=1e-14)
        np.testing.assert_allclose(by_bias, last.grad, atol=1e-14)


def test_a_run_is_the_run_of_the_engine():
    run = symmetry_runs.trained("random", 0.0, "tanh")
    first, second = (Linear(*sizes, generator=np.random.default_rng(0), dtype=np.float64) for sizes in ((2, 4), (4, 1)))
    first.weight.data, first.bias.data = run.units[0][:, :2].copy(), run.units[0][:, 2].copy()
    second.weight.data, second.bias.data = run.units[0][None, :, 3].copy(), np.zeros(1)
    net = Sequential(first, Tanh(), second)
    optimizer = SGD(net.parameters(), lr=symmetry_runs.LEARNING_RATE)
    inputs, labels = symmetry_runs.ring()
    for step in range(300):
        loss = functional.binary_cross_entropy_with_logits(net(Tensor(inputs)), labels[:, None])
        assert loss.item() == pytest.approx(run.loss[step], rel=1e-8)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(first.weight.data, run.units[300][:, :2], atol=1e-8)
    np.testing.assert_allclose(second.bias.data, run.output_bias[300], atol=1e-8)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("start", ["equal", "zeros"])
def test_units_that_begin_equal_stay_equal_to_the_last_bit(start, activation):
    run = symmetry_runs.trained(start, 0.0, activation)
    assert (run.units == run.units[:, :1]).all()
    assert (run.spread == 0).all()
    assert {run.different_units(step) for step in (0, 1000, 2000)} == {1}
    assert run.loss[-1] > 0.4


def test_zeros_learn_nothing_with_tanh_and_later_with_sigmoid():
    tanh, sigmoid = (symmetry_runs.trained("zeros", 0.0, activation) for activation in ("tanh", "sigmoid"))
    assert (tanh.units == 0).all()
    inside = symmetry_runs.INNER / symmetry_runs.EXAMPLES
    assert tanh.loss[-1] == pytest.approx(-inside * np.log(inside) - (1 - inside) * np.log(1 - inside))
    assert (sigmoid.units[1, :, :3] == 0).all()  # what comes back is multiplied by output weights of 0
    assert (sigmoid.units[1, :, 3] != 0).all()
    assert (sigmoid.units[2, :, :2] != 0).all()


@pytest.mark.parametrize("exponent", symmetry_runs.EXPONENTS)
def test_any_difference_grows_until_the_units_part_and_the_task_is_learnt(exponent):
    run = symmetry_runs.trained("equal", 10.0**-exponent, "tanh")
    assert 10.0**-exponent / 10 < run.spread[0] < 10.0**-exponent * 10
    assert run.different_units(2000) == 4
    assert run.loss[-1] < 0.01


def test_the_growth_of_small_differences_does_not_depend_on_their_size():
    tiny, small = (symmetry_runs.trained("equal", size, "tanh").spread for size in (1e-12, 1e-8))
    np.testing.assert_allclose(small[:150] / tiny[:150], 1e4, rtol=0.02)
    rates = np.diff(np.log(small[50:250:50]))
    assert (rates > 1).all()


def test_a_difference_grows_at_first_unseen_and_between_sigmoids_so_slowly_that_the_smallest_is_not_seen_at_all():
    small, smallest = (symmetry_runs.trained("equal", size, "sigmoid") for size in (1e-8, 1e-12))
    assert small.spread[1] < small.spread[0]
    assert (small.different_units(1000), small.different_units(2000)) == (1, 4)
    assert smallest.different_units(2000) == 1
    assert smallest.spread[2000] > 1e6 * smallest.spread[0]


def test_all_random_starts_learn_the_task():
    for activation in ("tanh", "sigmoid"):
        assert symmetry_runs.worst_random_loss(activation)[-1] < 0.01


def test_random_output_weights_alone_break_the_symmetry():
    run = symmetry_runs.trained("outputs", 0.0, "tanh")
    assert (run.units[0, :, :3] == run.units[0, :1, :3]).all()
    assert run.loss[-1] < 0.01
    units, _, losses = symmetry_runs.train(symmetry_runs.start("random"), "tanh")
    assert (losses[-1] < 0.01).all()
    np.testing.assert_array_equal(symmetry_runs.worst_random_loss("tanh"), losses.max(axis=1))
    np.testing.assert_allclose(symmetry_runs.trained("random", 0.0, "tanh").units, units[:, 0], atol=1e-9)


def test_lines_are_where_a_unit_s_score_is_0_and_a_unit_without_weights_has_none_in_sight():
    values = symmetry.compute(900, "random", "none", "tanh")
    scores = np.einsum("upx,ux->up", values["lines"], values["units"][:, :2]) + values["units"][:, 2:3]
    np.testing.assert_allclose(scores, 0, atol=1e-9)
    assert (np.abs(symmetry.compute(0, "zeros", "none", "tanh")["lines"]) > 100).all()


def test_the_field_is_what_the_network_says():
    values = symmetry.compute(700, "random", "none", "sigmoid")
    units, bias = values["units"], symmetry_runs.trained("random", 0.0, "sigmoid").output_bias[700]
    x, y = 2.2 * (2 * 30 + 1 - 44) / 44, 2.2 * (2 * 7 + 1 - 44) / 44
    hidden = 1 / (1 + np.exp(-(units[:, 0] * x + units[:, 1] * y + units[:, 2])))
    assert values["field"][7, 30] == pytest.approx(1 / (1 + np.exp(-(units[:, 3] @ hidden + bias))))


def test_everything_that_is_drawn_stays_in_its_panel():
    start = state.defaults(symmetry.controls)
    axes = Screen(symmetry.picture, symmetry.size, symmetry.compute(**start)).picture.axes
    for kind in ("equal", "zeros", "outputs", "random"):
        for activation in ("tanh", "sigmoid"):
            for size in (0.0, 1e-4):
                run = symmetry_runs.trained(kind, size, activation)
                assert np.abs(run.units[:, :, :2]).max() < axes["weights"].get_xlim()[1]
                assert (
                    max(run.loss.max(), symmetry_runs.worst_random_loss(activation).max()) < axes["loss"].get_ylim()[1]
                )
                assert run.spread.max() < axes["spread"].get_ylim()[1]


# --- fan_out


def fanned(**given):
    return fan_out.compute(**fan_out.parameters(**given))


@pytest.mark.parametrize("inputs", [(5, -3), (0, 0), (-9, 9), (2, 1)])
def test_gradients_of_fan_out_are_those_of_pytorch_and_of_a_nudge(inputs):
    x, y = (torch.tensor(float(number), requires_grad=True) for number in inputs)
    (x + x * y).backward()
    values = fanned(step=5, x=inputs[0], y=inputs[1])
    assert values["gradients"][:2] == (x.grad.item(), y.grad.item())
    assert values["keys"][0].right + values["keys"][1].right == values["keys"][2].right == x.grad.item()
    sums = [float(number.replace("−", "-").strip("().")) for number in values["lines"][2].rsplit(" ", 1)[1:]]
    raised = (inputs[0] + 0.001) * (1 + inputs[1]) - inputs[0] * (1 + inputs[1])
    assert sums == [pytest.approx(raised)]


def test_the_gradient_of_x_grows_as_its_ways_come_in():
    assert [fanned(step=step)["gradient_texts"][0] for step in range(6)] == ["", "", "", "", "1", "1 + (−3) = −2"]


@pytest.mark.parametrize(
    ("entry", "typed", "words"),
    [
        ("from_sum", 5, "x itself"),
        ("from_sum", -3, "× will send"),
        ("from_sum", -2, "both ways together; + sends"),
        ("from_sum", 0, "ignores x"),
        ("from_sum", 7, "watch x + p"),
        ("from_product", 5, "swapped"),
        ("from_product", 3, "wrong sign"),
        ("from_product", 1, "1 came from +"),
        ("from_product", -2, "both ways together; × sends"),
        ("from_product", -15, "p's value"),
        ("from_product", 7, "watch x · (−3)"),
        ("total", -3, "only ×"),
        ("total", 1, "only +"),
        ("total", -1, "a mean"),
        ("total", -15, "p's value"),
        ("total", 7, "add what + and × send"),
    ],
)
def test_each_mistake_about_two_ways_gets_its_own_remark(entry, typed, words):
    place = ("from_sum", "from_product", "total").index(entry)
    answer = fanned(step=5, **{entry: typed})["answers"][place]
    assert answer.kind == "wrong"
    assert words in answer.remark


def test_right_answers_about_two_ways_are_right():
    for x, y in ((5, -3), (0, 0), (1, 1), (-2, -1)):
        answers = fanned(step=5, x=x, y=y, from_sum=1, from_product=y, total=1 + y)["answers"]
        assert {answer.kind for answer in answers} == {"right"}


@pytest.mark.parametrize(("stepper", "names"), [(backward_stepper, "xyzqf"), (fan_out, "xypf")])
def test_words_give_the_numbers_that_the_steppers_have_computed(stepper, names):
    for inputs in ({}, dict.fromkeys("xyz"[: len(names) - 2], 7)):
        given = stepper.parameters(step=5, **inputs)
        values = stepper.compute(**given)
        told = stepper.describe(given, values).replace("−", "-")
        for name, gradient in zip(names, values["gradients"], strict=True):
            found = re.search(rf"∂f/∂{name} = (?:[^,.]*= )?(-?\d+)[,.]", told)
            assert float(found[1]) == gradient, (name, told)


@pytest.mark.parametrize("step", [0, 300, 2000])
@pytest.mark.parametrize("start", ["equal", "random"])
def test_words_give_the_losses_that_the_picture_of_symmetry_shows(start, step):
    given = symmetry.parameters(step=step, start=start)
    values = symmetry.compute(**given)
    told = symmetry.describe(given, values)
    found = re.findall(r"(?:loss is|starts is at) (less than 0\.01|\d\.\d+)", told)
    for text, loss in zip(found, (values["loss"][step], values["worst_loss"][step]), strict=True):
        assert loss < 0.01 if text.startswith("less") else float(text) == pytest.approx(loss, abs=0.006)


@pytest.mark.parametrize("stepper", [backward_stepper, fan_out], ids=lambda stepper: stepper.name)
def test_words_and_badges_stay_inside_the_picture_and_apart(stepper):
    """At every step, for the longest numbers and for every remark."""
    start = state.defaults(stepper.controls)
    screen = Screen(stepper.picture, stepper.size, stepper.compute(**start))
    entries = [control.name for control in stepper.controls if isinstance(control, Entry)]
    inputs = {control.name: -9 for control in stepper.controls if control.name in "xyz"}
    for values in ({}, inputs):
        for step in range(6):
            for typed in (None, -162.5, -18, -17, -15, -12, -9, -8, -4, -3, -2, -1, -0.5, 0, 1, 3, 4, 5, 9, 18, 81):
                given = start | values | {"step": step} | dict.fromkeys(entries, typed)
                screen.show(stepper.compute(**given))
                assert_apart(screen, given)


@pytest.mark.parametrize("width", [480, 340])
@pytest.mark.parametrize("stepper", [backward_stepper, fan_out], ids=lambda stepper: stepper.name)
def test_words_stay_inside_a_narrow_picture_and_apart(stepper, width):
    """There the lines about a step are broken, and remarks stand below their answers."""
    start = state.defaults(stepper.controls)
    screen = Screen(stepper.picture, stepper.size, stepper.compute(**start))
    screen.fit(width, np.inf, 1.0)
    entries = [control.name for control in stepper.controls if isinstance(control, Entry)]
    for step in range(6):
        for typed in (None, -162.5, -4, 1, 5):
            given = start | {"step": step} | dict.fromkeys(entries, typed)
            screen.show(stepper.compute(**given))
            assert_apart(screen, given, graph=False)


def assert_apart(screen, given, *, graph=True):
    picture, figure = screen.picture, screen.figure
    renderer = screen.canvas.get_renderer()
    numbers = [*picture.values.values(), *picture.gradients.values()]
    boxes = [(text, text.get_window_extent(renderer)) for text in numbers if graph and text.get_text()]
    around = 0.3 * 11 * figure.dpi / 72  # a badge's frame around its text
    badges = [badge for badge in picture.badges if graph and badge.get_text()]
    boxes += [(badge, badge.get_window_extent(renderer).padded(around)) for badge in badges]
    rows = [picture.title, picture.lines, *picture.answers, *picture.remarks]
    boxes += [(text, text.get_window_extent(renderer)) for text in rows if text.get_text()]
    for place, (text, box) in enumerate(boxes):
        assert box.x0 >= 0, (text.get_text(), given)
        assert box.x1 <= figure.bbox.width, (text.get_text(), given)
        for other, beside in boxes[:place]:
            apart = box.x0 > beside.x1 or box.x1 < beside.x0 or box.y0 > beside.y1 - 1 or box.y1 < beside.y0 + 1
            assert apart, (text.get_text(), other.get_text(), given)
