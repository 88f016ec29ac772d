"""Gradient descent, learning-rate schedules and mini-batches against closed forms (momentum: test_momentum.py)."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from dlcourse.history import DivergenceError
from dlcourse.scratch import descent

CURVATURES = np.array([1.0, 4.0])


def loss(theta):
    return float(CURVATURES @ theta**2) / 2


def gradient(theta):
    return CURVATURES * theta


# --- descent


def test_each_step_shrinks_the_distance_by_one_minus_rate_times_curvature():
    path = descent.gradient_descent(loss, gradient, [3.0, -2.0], 0.1, 20)
    expected = np.array([3.0, -2.0]) * (1 - 0.1 * CURVATURES) ** np.arange(21)[:, None]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_each_step_uses_the_rate_of_its_own_number():
    schedule = descent.inverse_time(0.2, 3)
    path = descent.gradient_descent(loss, gradient, [3.0, -2.0], schedule, 10)
    rates = np.array([0.2 / (1 + step / 3) for step in range(10)])
    factors = np.cumprod(1 - rates[:, None] * CURVATURES, axis=0)
    np.testing.assert_allclose(path[1:], np.array([3.0, -2.0]) * factors, rtol=1e-12)


def test_no_steps_leave_the_start():
    np.testing.assert_array_equal(descent.gradient_descent(loss, gradient, [3, -2], 0.1, 0), [[3.0, -2.0]])


def test_the_start_is_not_changed():
    start = np.array([3.0, -2.0])
    descent.gradient_descent(loss, gradient, start, 0.1, 5)
    np.testing.assert_array_equal(start, [3.0, -2.0])


def test_descent_below_2_over_the_largest_curvature_arrives_and_above_it_diverges():
    limit = 2 / CURVATURES.max()
    path = descent.gradient_descent(loss, gradient, [3.0, -2.0], 0.99 * limit, 2000)
    np.testing.assert_allclose(path[-1], 0, atol=1e-12)
    with pytest.raises(DivergenceError):
        descent.gradient_descent(loss, gradient, [3.0, -2.0], 1.01 * limit, 2000)


def test_divergence_tells_the_step_and_keeps_path_and_losses():
    with pytest.raises(DivergenceError, match=r"diverged at step \d+ with learning rate 1:") as caught:
        descent.gradient_descent(loss, gradient, [0.0, 1.0], 1.0, 50)
    error = caught.value
    # By hand: each step multiplies the second coordinate by 1 - 4 = -3, so the loss is 2 * 9^k > 2e6 from k = 7 on.
    assert error.step == 7
    np.testing.assert_allclose(error.path[:, 1], (-3.0) ** np.arange(8))
    np.testing.assert_allclose(error.history["training"], 2 * 9.0 ** np.arange(8))


def test_divergence_names_the_rate_of_the_step_that_led_there():
    with pytest.raises(DivergenceError) as caught:
        descent.gradient_descent(loss, gradient, [0.0, 1.0], lambda step: 1e5 if step == 3 else 0.1, 50)
    assert (caught.value.step, caught.value.learning_rate) == (4, 1e5)


@pytest.mark.parametrize("rate", [1e200, 1e308])
def test_an_overflow_is_divergence_and_no_warning(rate):
    with pytest.raises(DivergenceError) as caught:
        descent.gradient_descent(loss, gradient, [3.0, -2.0], rate, 5)
    assert caught.value.step == 1


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate: expected a positive number, received 0. The step subtracts"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate: expected a positive number, received -0.1"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate: expected a finite number"),
        ({"learning_rate": "0.1"}, TypeError, r"learning_rate: expected one number, received '0.1' \(str\)"),
        ({"steps": -1}, ValueError, "steps: expected a whole number of at least 0, received -1"),
        ({"steps": 10.0}, TypeError, "steps: expected a whole number, received 10.0"),
        ({"start": [[3.0], [-2.0]]}, ValueError, r"start: expected shape \(n,\), received \(2, 1\).*use start\[:, 0\]"),
        ({"start": [3.0, np.inf]}, ValueError, r"start: expected finite numbers.*start\[1\] is inf"),
        ({"start": []}, ValueError, "start: expected at least one number, received an empty array"),
        ({"start": ["a"]}, TypeError, "start: expected an array of numbers"),
        ({"loss": lambda theta: None}, TypeError, r"loss\(theta\): expected one number, received None"),
        ({"loss": lambda theta: theta**2}, TypeError, r"loss\(theta\): expected one number.*return its mean"),
        ({"gradient": lambda theta: None}, TypeError, r"gradient\(theta\): expected an array of numbers"),
        ({"gradient": lambda theta: theta[:, None]}, ValueError, r"gradient\(theta\): expected shape \(2,\)"),
    ],
)
def test_descent_says_what_is_wrong(changes, error, message):
    arguments = {"loss": loss, "gradient": gradient, "start": [3.0, -2.0], "learning_rate": 0.1, "steps": 3}
    with pytest.raises(error, match=message):
        descent.gradient_descent(**(arguments | changes))


# --- schedules


def total(schedule, steps, power=1):
    return sum(schedule(step) ** power for step in range(steps))


def test_constant_rate_never_changes_so_that_its_squares_add_up_without_bound():
    schedule = descent.constant(0.5)
    assert total(schedule, 1000) == 500
    assert total(schedule, 1000, power=2) == 250


def test_exponential_decay_adds_up_to_a_geometric_series():
    schedule = descent.exponential_decay(0.5, 0.9)
    assert schedule(1) == pytest.approx(0.45)
    assert total(schedule, 1000) == pytest.approx(0.5 / (1 - 0.9))


def test_inverse_time_is_halved_at_the_half_time():
    schedule = descent.inverse_time(0.5, 20)
    assert (schedule(0), schedule(20), schedule(60)) == (0.5, 0.25, 0.125)


def test_inverse_time_adds_up_like_a_logarithm_while_its_squares_stay_bounded():
    schedule = descent.inverse_time(1.0, 1)  # 1/1 + 1/2 + 1/3 + ...
    assert total(schedule, 100_000) == pytest.approx(np.log(100_000) + np.euler_gamma, abs=1e-4)
    assert total(schedule, 100_000, power=2) == pytest.approx(np.pi**2 / 6, abs=1e-4)


def rates_of_pytorch(make, steps, rate=0.4):
    """What a scheduler of torch.optim sets, step by step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    scheduler, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def climbing(optimizer, steps):
    return lr_scheduler.LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)


@pytest.mark.parametrize(
    ("schedule", "of_pytorch"),
    [
        (descent.step_decay(0.4, 0.1, 7), lambda o: lr_scheduler.StepLR(o, step_size=7, gamma=0.1)),
        (descent.exponential_decay(0.4, 0.9), lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9)),
        (descent.cosine(0.4, 30), lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=30)),
        (descent.cosine(0.4, 30, 0.1), lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=30, eta_min=0.1)),
        (descent.warm_up(0.4, 10), lambda o: climbing(o, 10)),
        (
            descent.warm_up(descent.cosine(0.4, 20), 10),
            lambda o: lr_scheduler.SequentialLR(
                o, [climbing(o, 10), lr_scheduler.CosineAnnealingLR(o, T_max=20)], milestones=[10]
            ),
        ),
    ],
    ids=["step", "exponential", "cosine", "cosine to 0.1", "warm-up", "warm-up, then cosine"],
)
def test_schedules_are_those_of_pytorch(schedule, of_pytorch):
    np.testing.assert_allclose([schedule(step) for step in range(30)], rates_of_pytorch(of_pytorch, 30), rtol=1e-9)


def test_the_cosine_is_half_way_down_after_half_the_steps_and_stays_below():
    schedule = descent.cosine(0.5, 20, 0.1)
    assert (schedule(0), schedule(10)) == (0.5, pytest.approx(0.3))
    assert schedule(20) == schedule(35) == pytest.approx(0.1)


def test_a_warm_up_of_one_step_changes_only_that_the_first_rate_comes_twice():
    rest = descent.inverse_time(0.3, 4)
    schedule = descent.warm_up(rest, 1)
    assert [schedule(step) for step in range(5)] == [rest(step) for step in (0, 0, 1, 2, 3)]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: descent.step_decay(0.1, 1, 5), ValueError, "factor: expected a number between 0 and 1, received 1"),
        (lambda: descent.step_decay(0.1, -0.5, 5), ValueError, "factor: expected a positive number"),
        (lambda: descent.step_decay(0.1, 0.5, 0), ValueError, "every: expected a whole number of at least 1"),
        (lambda: descent.cosine(0, 5), ValueError, "learning_rate: expected a positive number"),
        (lambda: descent.cosine(0.1, 5.0), TypeError, "steps: expected a whole number"),
        (lambda: descent.cosine(0.1, 5, 0.2), ValueError, "final: expected a rate from 0 to the first one, 0.1, rec"),
        (lambda: descent.warm_up(0.0, 5), ValueError, "learning_rate: expected a positive number"),
        (lambda: descent.warm_up(0.1, 0), ValueError, "steps: expected a whole number of at least 1"),
        (lambda: descent.constant(0), ValueError, "learning_rate: expected a positive number, received 0"),
        (lambda: descent.constant([0.1]), TypeError, "learning_rate: expected one number"),
        (lambda: descent.exponential_decay(-1, 0.9), ValueError, "learning_rate: expected a positive number"),
        (lambda: descent.exponential_decay(0.1, 0), ValueError, "decay: expected a positive number, received 0"),
        (lambda: descent.exponential_decay(0.1, 1), ValueError, "decay: expected a number between 0 and 1, received 1"),
        (lambda: descent.inverse_time(0, 5), ValueError, "learning_rate: expected a positive number"),
        (lambda: descent.inverse_time(0.1, 0), ValueError, "half_time: expected a positive number, received 0"),
        (lambda: descent.inverse_time(0.1, "5"), TypeError, "half_time: expected one number"),
    ],
)
def test_schedules_say_what_is_wrong(make, error, message):
    with pytest.raises(error, match=message):
        make()


# --- mini-batches


@given(st.permutations(range(13)), st.integers(1, 20))
def test_minibatches_are_the_order_cut_into_pieces_of_the_batch_size(order, size):
    batches = list(descent.minibatches(order, size))
    np.testing.assert_array_equal(np.concatenate(batches), order)
    assert {len(batch) for batch in batches[:-1]} <= {size}
    assert 1 <= len(batches[-1]) <= size


@pytest.mark.parametrize(
    ("order", "size", "error", "message"),
    [
        ([0, 1], 0, ValueError, "batch_size: expected a whole number of at least 1, received 0"),
        ([0, 1], 1.0, TypeError, "batch_size: expected a whole number, received 1.0"),
        ([0.0, 1.0], 1, TypeError, "order: expected the numbers of the examples, integers, received dtype float64"),
        ([True, False], 1, TypeError, "order: expected the numbers of the examples, integers, received dtype bool"),
        ([], 1, ValueError, "order: expected at least one number, received an empty array"),
        ([[0], [1]], 1, ValueError, r"order: expected shape \(n,\), received \(2, 1\)"),
    ],
)
def test_minibatches_say_what_is_wrong(order, size, error, message):
    with pytest.raises(error, match=message):
        list(descent.minibatches(order, size))


def test_shuffled_minibatches_need_an_example():
    with pytest.raises(ValueError, match="examples: expected a whole number of at least 1, received 0"):
        next(descent.shuffled_minibatches(0, 4, np.random.default_rng(0)))


@pytest.mark.parametrize("rate", [-1.0, float("nan")])
def test_a_schedule_of_ones_own_that_climbs_is_refused_by_name_and_step(rate):
    with pytest.raises(ValueError, match="learning_rate"):
        descent.gradient_descent(lambda t: float(t @ t), lambda t: 2 * t, [1.0], lambda step: rate, 3)
