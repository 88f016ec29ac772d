"""The experiments of chapter 11 compute what PyTorch computes, and what they tell of it is so."""

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse.chapters.pytorch.experiments import learning_rate_race, loop_runs, race_runs, training_loop
from dlcourse.chapters.pytorch.experiments.race_picture import told
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor

# --- training_loop


def loop_in_pytorch(zero_grad, shape):
    """The lines that the picture shows; the states as a ``Run`` has them."""
    network = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    with torch.no_grad():
        for parameter, start in zip(network.parameters(), loop_runs.START, strict=True):
            parameter.copy_(torch.from_numpy(start))
    optimizer = torch.optim.SGD(network.parameters(), lr=loop_runs.LEARNING_RATE)
    inputs, targets = torch.from_numpy(loop_runs.INPUTS), torch.from_numpy(loop_runs.TARGETS).reshape(shape)
    for _ in range(loop_runs.STEPS):
        if zero_grad:
            optimizer.zero_grad()
        outputs = network(inputs)
        loss = ((outputs - targets) ** 2).mean()
        loss.backward()
        optimizer.step()
        yield loss.item(), [each.grad.numpy().copy() for each in network.parameters()], network


@pytest.mark.parametrize("shape", [(4, 1), (4,)])
@pytest.mark.parametrize("zero_grad", [True, False])
def test_the_loop_is_that_of_pytorch(zero_grad, shape):
    run = loop_runs.trained(zero_grad, shape)
    for step, (loss, gradients, network) in enumerate(loop_in_pytorch(zero_grad, shape)):
        assert run.losses[step] == pytest.approx(loss, rel=1e-9)
        for mine, other in zip(run.gradients[step], gradients, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
        for mine, parameter in zip(run.parameters[step + 1], network.parameters(), strict=True):
            np.testing.assert_allclose(mine, parameter.detach(), rtol=1e-9, atol=1e-12)


def test_without_zero_grad_each_step_goes_along_the_sum_of_all_gradients_so_far():
    run = loop_runs.trained(False, (4, 1))
    for step in range(loop_runs.STEPS):
        for place, gradient in enumerate(run.gradients[step]):
            summed = np.sum([run.fresh[before][place] for before in range(step + 1)], axis=0)
            np.testing.assert_allclose(gradient, summed, atol=1e-12)
            moved = run.parameters[step][place] - run.parameters[step + 1][place]
            np.testing.assert_allclose(moved, loop_runs.LEARNING_RATE * summed, atol=1e-12)


def test_the_losses_are_those_that_the_explanation_names():
    right, forgotten = (loop_runs.trained(zero_grad, (4, 1)).losses for zero_grad in (True, False))
    assert (np.diff(right) < 0).all()
    assert right[:2] == pytest.approx(forgotten[:2])
    assert (round(right[2], 2), round(forgotten[2], 2)) == (0.52, 0.23)
    turns = forgotten[2:]
    assert round(turns[:5].max(), 2) == 0.80
    assert round(turns[3:].min(), 2) == 0.15
    assert turns[-1] > turns[5]
    first, second = ([run.gradients[step][0] for step in range(2)] for run in (loop_runs.trained(False, (4, 1)),) * 2)
    assert 1.5 < np.linalg.norm(second[1]) / np.linalg.norm(first[0]) < 2


def test_targets_of_another_shape_lead_every_output_to_the_mean_of_all_targets():
    run = loop_runs.trained(True, (4,))
    assert run.losses[-1] == pytest.approx(loop_runs.TARGETS.var(), abs=0.02)
    assert training_loop.compute(3, True, "(4,)")["error_shape"] == "(4, 4)"
    assert training_loop.compute(3, True, "(4, 1)")["error_shape"] == "(4, 1)"


def states(**given):
    given = {"zero_grad": True, "targets": "(4, 1)", **given}
    return [training_loop.compute(position, **given) for position in range(1 + 5 * loop_runs.STEPS)]


def test_gradients_are_none_until_the_first_backward_and_after_every_zero_grad():
    assert [len(each["gradients"]) for each in states()] == [0, *[0, 0, 0, 4, 4] * 12]
    assert [len(each["gradients"]) for each in states(zero_grad=False)] == [0, 0, 0, 0, *[4] * 57]


def test_parameters_change_at_the_step_alone_and_gradients_at_backward_alone():
    for before, after in zip(states(zero_grad=False)[4:], states(zero_grad=False)[5:], strict=False):
        same = {name: all(map(np.array_equal, before[name], after[name])) for name in ("parameters", "gradients")}
        assert same == {"parameters": after["line"] != 4, "gradients": after["line"] != 3}


def test_a_loss_is_known_from_its_own_line_on_and_the_graph_lives_from_the_forward_pass_to_backward():
    assert [each["known"] for each in states()][:11] == [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]
    assert [each["recorded"] for each in states()][:7] == [0, 0, 4, 6, 6, 0, 0]


def test_the_sum_that_a_line_tells_is_the_sum_that_stands_in_the_table():
    for zero_grad in (True, False):
        for values in states(zero_grad=zero_grad)[4::5]:
            said = values["lines"][1].rpartition(" ")[2].replace("−", "-")
            assert float(said) == pytest.approx(values["gradients"][0][0, 0], abs=6e-4)


# --- learning_rate_race


def test_a_run_of_the_stack_is_the_run_of_one_network_on_the_engine():
    size, place, seed = 64, 6, 1
    parameters = [Tensor(array[seed].copy(), requires_grad=True) for array in race_runs._starts()]
    inputs, labels = race_runs._training()
    order, losses = race_runs._order()[seed], []
    for begin in range(0, race_runs.BUDGET, size):
        batch = order[begin : begin + size]
        first, first_bias, second, second_bias = parameters
        hidden = functional.tanh(Tensor(inputs[batch]) @ first + first_bias)
        loss = functional.cross_entropy(hidden @ second + second_bias, labels[batch])
        loss.backward()
        for each in parameters:
            each.data -= np.float32(race_runs.RATES[place]) * each.grad
            each.grad = None
        losses.append(loss.item())
    windows = np.reshape(losses, (-1, race_runs.WINDOW // size)).mean(axis=1)
    np.testing.assert_allclose(race_runs.race(size).losses[place, seed], windows, rtol=2e-3)


def test_every_run_sees_4096_examples_and_every_digit_once_an_epoch():
    count = len(race_runs._training()[1])
    for order in race_runs._order():
        assert sorted(order[:count]) == list(range(count))
    for size in race_runs.BATCH_SIZES:
        assert race_runs.race(size).steps[-1] * size == race_runs.BUDGET


def final(rate, size):
    return race_runs.final_losses()[race_runs.BATCH_SIZES.index(size), race_runs.nearest_rate(rate)]


def test_the_losses_that_the_question_and_the_explanation_name_are_so():
    for rate, size, loss in ((0.08, 8, 0.31), (0.64, 64, 0.33), (0.08, 64, 1.83), (0.01, 64, 2.25), (0.32, 8, 0.14)):
        assert final(rate, size) == pytest.approx(loss, abs=0.01)
    assert final(2.56, 64) > race_runs.GUESS
    assert race_runs.final_losses()[race_runs.BATCH_SIZES.index(8)].argmin() == race_runs.nearest_rate(0.32)
    assert race_runs.race(512).final.min() > 1.5
    assert race_runs.race(512).steps[-1] == 8


def test_linear_scaling_holds_below_a_rate_of_one_and_fails_above():
    losses = race_runs.final_losses()
    small = race_runs.nearest_rate(0.32)
    for size in range(len(race_runs.BATCH_SIZES) - 1):
        np.testing.assert_allclose(losses[size, :small], losses[size + 1, 1 : small + 1], rtol=0.06)
    assert (losses[:, race_runs.nearest_rate(5.12) :] > race_runs.GUESS).all()
    assert (losses[:, : race_runs.nearest_rate(0.64) + 1] < race_runs.GUESS).all()


@pytest.mark.parametrize("size", race_runs.BATCH_SIZES)
def test_the_run_to_compare_has_the_same_ratio_of_rate_and_batch_size(size):
    for rate in race_runs.RATES:
        values = learning_rate_race.compute(rate, str(size), False)
        assert values["rate"] == rate
        assert values["rule_rate"] / race_runs.BASE == pytest.approx(rate / size)
        at_end = race_runs.final_losses()[race_runs.BATCH_SIZES.index(size), values["rate_place"]]
        assert values["own_final"].mean() == pytest.approx(at_end)


def test_a_typed_rate_is_taken_to_the_nearest_that_was_run_and_told():
    values = learning_rate_race.compute(0.3, "16", False)
    assert values["rate"] == 0.32
    assert "learning rate 0.32" in learning_rate_race.describe({"all_settings": False}, values)


def test_a_loss_worse_than_a_guess_is_told_without_its_accidental_digits():
    assert told(np.array([3.0, 20.0, 5.0])) == "above 2.30"
    values = learning_rate_race.compute(10.24, "8", True)
    text = learning_rate_race.describe({"all_settings": True}, values)
    assert "the loss on other digits is above 2.30" in text
    assert "The best learning rate for mini-batches of 8 is 0.32: 0.14" in text
