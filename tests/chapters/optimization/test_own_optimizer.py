"""The milestone's runs: those of the library's optimizers; what they learn; that pieces in any style serve."""

from itertools import islice

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.optimization import own_optimizer
from dlcourse.chapters.optimization.milestones import own_optimizer as milestone
from dlcourse.data_parts import Part
from dlcourse.scratch import optimizers
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.steps import evaluate, training_step
from tests.chapters.optimization.test_exercises import momentum_in_a_loop
from tests.profiles import nightly

PIECES = {each.name: each.reference for each in milestone.pieces}
CLASSIC, AVERAGE = own_optimizer.FORMS
OF_LIBRARY = {
    CLASSIC: (optimizers.SGD, {"momentum": own_optimizer.MOMENTUM}),
    "Adam": (optimizers.Adam, {}),
    "AdamW": (optimizers.AdamW, {"weight_decay": own_optimizer.DECAY}),
}


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(own_optimizer, "STEPS", 20)
    monkeypatch.setattr(own_optimizer, "SHOWN", 10)


def part(name):
    digits = getattr(datasets.load("digits"), name)
    return Part(digits.inputs.astype(np.float64), digits.labels)


def trained(make, start=0, steps=20):
    """A network, and its losses on the way, where ``make`` makes an optimizer of its parameters."""
    network, training = own_optimizer.first_network(np.random.default_rng(start)), part("train")
    step = training_step(network, make(network.parameters()))
    batches = shuffled_minibatches(len(training), own_optimizer.BATCH_SIZE, np.random.default_rng(5 + start))
    return network, [step(training.inputs[batch], training.labels[batch]) for batch in islice(batches, steps)]


def losses_of(name, values):
    return [value for label, value in values.items() if label.startswith(f"{name}: loss of the mini-batch")]


@pytest.mark.parametrize("name", OF_LIBRARY)
def test_each_run_is_that_of_the_library_s_optimizer(name, short):
    kind, settings = OF_LIBRARY[name]
    rate = own_optimizer.runs_of(PIECES)[name][2]
    values = {each.label: each.value for each in milestone.run(PIECES)}
    _, losses = trained(lambda parameters: kind(parameters, lr=rate, **settings))
    np.testing.assert_allclose(losses_of(name, values), losses, rtol=1e-9)


def test_all_four_learn_to_read_digits_and_both_forms_of_momentum_are_one():
    values = milestone.measured()
    for name in (CLASSIC, AVERAGE, "Adam", "AdamW"):
        assert losses_of(name, values)[0] == pytest.approx(np.log(10), abs=0.1)
        assert values[f"{name}: mean loss of the last 50 steps"] < 0.15
        assert values[f"{name}: share of 179 test digits read rightly"] > 0.92
    np.testing.assert_allclose(losses_of(CLASSIC, values), losses_of(AVERAGE, values), rtol=1e-9)
    assert own_optimizer.forms_compared(values) == (
        "The two forms of momentum take the same way, the moving average at 10 times the rate: over 200 steps their "
        "losses agree to six digits."
    )


@pytest.mark.parametrize(("loss", "told"), [(2.5, "differ by up to 1"), (float("nan"), "differ by up to nan")])
def test_forms_that_part_are_told_whatever_the_numbers_are(loss, told):
    values = dict.fromkeys(milestone.measured(), 1.5) | {f"{AVERAGE}: loss of the mini-batch at step 7": loss}
    assert told in own_optimizer.forms_compared(values)


def test_the_first_number_that_is_not_the_library_s_tells_which_piece_is_wrong(short):
    """The first loss is the start's, whatever the step does; the second is after it."""

    def leaves_at(name, wrong):
        runs = (list(milestone.run({**PIECES, **changed})) for changed in ({}, {name: wrong}))
        return next(one.label for one, other in zip(*runs, strict=True) if abs(one.value - other.value) > 1e-9)

    def uncorrected(theta, g, m, v, t, *settings):
        return PIECES["adam_step"](theta, g, m, v, 10**6, *settings)

    def always_classic(*call):
        return PIECES["momentum_step"](*call[:5])

    def without_decay(*call):
        return PIECES["adamw_step"](*call[:8], 0.0)

    second = "loss of the mini-batch at step 2"
    assert leaves_at("momentum_step", always_classic) == f"{AVERAGE}: {second}"
    assert leaves_at("adam_step", uncorrected) == f"Adam: {second}"
    assert leaves_at("adamw_step", without_decay) == f"AdamW: {second}"


def adam_in_a_loop(theta, g, m, v, t, rate, betas, eps):
    new = theta.copy(), m.copy(), v.copy()
    for place in np.ndindex(theta.shape):
        new[1][place] += (1 - betas[0]) * (g[place] - m[place])
        new[2][place] += (1 - betas[1]) * (g[place] ** 2 - v[place])
        root = (new[2][place] / (1 - betas[1] ** t)) ** 0.5
        new[0][place] -= rate / (1 - betas[0] ** t) * new[1][place] / (root + eps)
    return new


def adamw_in_a_loop(theta, g, m, v, t, rate, betas, eps, weight_decay):
    stepped, m, v = adam_in_a_loop(theta, g, m, v, t, rate, betas, eps)
    return [stepped - rate * weight_decay * theta, m, v]


OTHERS = {"momentum_step": momentum_in_a_loop, "adam_step": adam_in_a_loop, "adamw_step": adamw_in_a_loop}


def test_pieces_in_another_style_give_the_same_numbers(short):
    for piece in milestone.pieces:
        verdict = piece.examine(OTHERS[piece.name])
        assert verdict.passed, verdict.text()
    found, expected = ([each.value for each in milestone.run(pieces)] for pieces in (OTHERS, PIECES))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@nightly
@pytest.mark.parametrize("name", [CLASSIC, "Adam"])
def test_the_rate_is_the_best_of_its_grid_on_validation_digits(name):
    step, remembered, chosen = own_optimizer.runs_of(PIECES)[name]

    def loss_at(rate):
        networks = (
            trained(lambda parameters: own_optimizer.Own(parameters, rate, step, remembered), start, 200)[0]
            for start in range(3)
        )
        return np.mean([evaluate(network, part("validation"))["loss"] for network in networks])

    assert min((0.01, 0.03, 0.1, 0.3), key=loss_at) == chosen
