"""The milestone's runs: what each remedy does, against the library's own layers, and that pieces in any style serve."""

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.training_deep_networks import own_rescue
from dlcourse.chapters.training_deep_networks.milestones import own_rescue as milestone
from dlcourse.data_parts import Part
from dlcourse.scratch import layers
from dlcourse.scratch.steps import evaluate
from tests.chapters.training_deep_networks.test_exercises import (
    batch_norm_in_a_loop,
    gradients_step_by_step,
    he_std_as_numpy_s_number,
)
from tests.profiles import nightly

PIECES = {each.name: each.reference for each in milestone.pieces}
OTHERS = {
    "he_std": he_std_as_numpy_s_number,
    "batch_norm_forward": batch_norm_in_a_loop,
    "batch_norm_backward": gradients_step_by_step,
}


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(own_rescue, "STEPS", 6)


def part(name):
    digits = getattr(datasets.load("digits"), name)
    return Part(digits.inputs.astype(np.float64), digits.labels)


def share(name, values):
    return values[f"{name}: share of 179 test digits read rightly"]


def test_without_a_remedy_nothing_is_learnt_and_each_one_helps():
    values = milestone.measured()
    losses = [values[f"neither: loss of the mini-batch at step {number}"] for number in (1, 100)]
    np.testing.assert_allclose(losses, np.log(10), atol=0.02)
    assert share("neither", values) < 0.15
    assert 0.55 < share("start", values) < share("start and normalization", values)
    assert share("start and normalization", values) > 0.9
    assert own_rescue.told(values).startswith("Of the test digits the networks read rightly: neither 10%, start ")


def in_another_order(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    """As a line: another rounding error in every entry."""
    mean, var = running_mean, running_var
    if training:
        mean, var = x.sum(axis=0) / len(x), (x**2).mean(axis=0) - x.mean(axis=0) ** 2
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var - momentum * (running_var - x.var(axis=0, ddof=1))
    slope = gamma * (var + eps) ** -0.5
    return slope * x + (beta - slope * mean), running_mean, running_var


def test_pieces_in_another_style_give_the_same_numbers_to_six_digits():
    """All 100 steps: where the training were chaotic, the last digits would come to the front."""

    def he_std_in_float32(*call):
        return np.float32(PIECES["he_std"](*call))

    others = {**OTHERS, "he_std": he_std_in_float32, "batch_norm_forward": in_another_order}
    for piece in milestone.pieces:
        assert piece.examine(others[piece.name]).passed
    found = [each.value for each in milestone.run(others)]
    np.testing.assert_allclose(found, [each.value for each in milestone.of_library], rtol=1e-7)


def test_pieces_in_loops_serve_too(short):
    found, expected = ([each.value for each in milestone.run(pieces)] for pieces in (OTHERS, PIECES))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_normalized_run_is_that_of_the_library_s_batch_normalization(short):
    network = own_rescue.network_of(PIECES, True, True)
    modules = [
        layers.BatchNorm(own_rescue.WIDTH, dtype=np.float64) if isinstance(each, own_rescue.OwnBatchNorm) else each
        for each in own_rescue.network_of(PIECES, True, True)
    ]
    theirs = layers.Sequential(*modules)
    losses = [list(own_rescue.losses_of(each, part("train"), 0.03)) for each in (network, theirs)]
    np.testing.assert_allclose(*losses, rtol=1e-8)
    np.testing.assert_allclose(network[2].running_var, theirs[2].running_var, rtol=1e-8)
    assert len([each for each in network if isinstance(each, layers.Linear)]) == own_rescue.DEPTH


def test_a_running_mean_that_stays_shows_on_test_digits_alone(short):
    def forgets(*call):
        return PIECES["batch_norm_forward"](*call)[0], *call[3:5]

    right, wrong = ({each.label: each.value for each in milestone.run({**PIECES, **changed})}
                    for changed in ({}, {"batch_norm_forward": forgets}))  # fmt: skip
    apart = [label for label, value in right.items() if abs(wrong[label] / value - 1) > 1e-6]
    assert apart[0] == "start and normalization: loss of 179 test digits"


@nightly
def test_each_rate_is_the_best_of_its_grid_and_what_a_rate_does_depends_on_the_normalization():
    def ends(name, rate):
        """Mean loss of validation digits, and each start's share of test digits."""
        losses, shares = [], []
        for seed in range(6):
            network = own_rescue.network_of(PIECES, *own_rescue.RUNS[name][:2], seed)
            list(own_rescue.losses_of(network, part("train"), rate, seed))
            losses.append(evaluate(network, part("validation"))["loss"])
            shares.append(evaluate(network, part("test"))["accuracy"])
        return np.mean(losses), np.array(shares)

    found = {name: {rate: ends(name, rate) for rate in own_rescue.RATES} for name in own_rescue.RUNS}
    for name in ("start", "start and normalization"):
        assert min(own_rescue.RATES, key=lambda rate: found[name][rate][0]) == own_rescue.RUNS[name][2]
    assert min(loss for loss, _ in found["neither"].values()) > 2.29
    start, both = (found[name] for name in ("start", "start and normalization"))
    assert (both[0.03][1] > start[0.003][1]).all()
    assert (both[0.003][1] < start[0.003][1]).all()  # at the same small rate it is slower
    assert (start[0.03][1] < both[0.03][1]).all()
