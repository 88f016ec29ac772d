"""Restricted Boltzmann machines so small that all their states can be listed: everything exact is a plain sum."""

import numpy as np
import pytest

from dlcourse.scratch import boltzmann
from dlcourse.scratch.boltzmann import RBM, all_states, log_likelihood
from dlcourse.scratch.gradient_check import numerical_gradient


def machine(visible=4, hidden=3, seed=0, std=1.0):
    generator = np.random.default_rng(seed)
    rbm = RBM(visible, hidden, generator=generator)
    rbm.W, rbm.b, rbm.c = (std * generator.normal(size=shape) for shape in ((hidden, visible), visible, hidden))
    return rbm


def joint(rbm):
    """p(v, h) of all pairs, (2^visible, 2^hidden), by the definition."""
    visible, hidden = all_states(len(rbm.b)), all_states(len(rbm.c))
    weights = np.exp([[v @ rbm.b + h @ rbm.c + h @ rbm.W @ v for h in hidden] for v in visible])
    return weights / weights.sum()


def data(n=30, d=4, seed=5):
    return (np.random.default_rng(seed).random((n, d)) < [0.9, 0.2, 0.5, 0.7][:d]).astype(float)


def test_energy_and_both_conditional_probabilities_are_those_of_the_definition():
    rbm, p = machine(), joint(machine())
    visible, hidden = all_states(4), all_states(3)
    energies = np.array([rbm.energy(np.repeat(v[None], 8, axis=0), hidden) for v in visible])
    np.testing.assert_allclose(np.exp(-energies) / np.exp(-energies).sum(), p, rtol=1e-12)
    np.testing.assert_allclose(rbm.hidden_given(visible), (p @ hidden) / p.sum(axis=1)[:, None], rtol=1e-12)
    np.testing.assert_allclose(rbm.visible_given(hidden), (p.T @ visible) / p.sum(axis=0)[:, None], rtol=1e-12)


def test_free_energy_gives_the_probability_of_an_image_and_they_sum_to_1():
    rbm = machine()
    p = np.exp(-rbm.free_energy(all_states(4)) - boltzmann.log_partition(rbm))
    np.testing.assert_allclose(p, joint(rbm).sum(axis=1), rtol=1e-12)
    assert log_likelihood(rbm, data()) == pytest.approx(np.log(p[(data() @ [8, 4, 2, 1]).astype(int)]).mean())


@pytest.mark.parametrize("name", ["W", "b", "c"])
def test_the_exact_gradient_is_that_of_central_differences(name):
    rbm, v = machine(), data()
    start = getattr(rbm, name)
    exact = dict(zip("Wbc", boltzmann.exact_gradient(rbm, v), strict=True))[name]

    def loss(values):
        setattr(rbm, name, values)
        return -log_likelihood(rbm, v)

    np.testing.assert_allclose(exact, numerical_gradient(loss, start), atol=1e-7)


def mean_estimate(rbm, v, steps, draws=100):
    """The mean of many estimates, all three gradients in one vector."""
    generator = np.random.default_rng(1)
    many = [np.concatenate([g.ravel() for g in rbm.cd_gradient(v, generator, steps)]) for _ in range(draws)]
    return np.mean(many, axis=0)


def test_contrastive_divergence_points_where_the_exact_gradient_does_and_the_closer_the_longer_it_goes_on():
    rbm, v = machine(std=0.5), data(200)
    exact = np.concatenate([g.ravel() for g in boltzmann.exact_gradient(rbm, v)])
    one, many = mean_estimate(rbm, v, 1), mean_estimate(rbm, v, 20)
    assert one @ exact > 0.8 * np.linalg.norm(one) * np.linalg.norm(exact)
    assert np.linalg.norm(many - exact) < 0.1 * np.linalg.norm(exact) < np.linalg.norm(one - exact)


def test_steps_of_it_raise_the_likelihood():
    rbm, v, generator = machine(std=0.1), data(200), np.random.default_rng(0)
    before = log_likelihood(rbm, v)
    for _ in range(200):
        error = rbm.cd_step(v, 0.1, generator)
    assert log_likelihood(rbm, v) > before + 0.2
    assert 0 < error < 0.25


def test_a_new_machine_is_float32_and_stays_it():
    rbm = RBM(6, 4, generator=np.random.default_rng(0))
    rbm.cd_step(np.full((3, 6), 0.5, np.float32), 0.1, np.random.default_rng(0))
    assert {each.dtype for each in (rbm.W, rbm.b, rbm.c)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rbm: all_states(17), "at most 16 units are listed"),
        (lambda rbm: rbm.hidden_given(np.zeros((2, 5))), "v: expected shape"),
        (lambda rbm: rbm.visible_given(np.zeros((2, 5))), "h: expected shape"),
        (lambda rbm: rbm.cd_gradient(np.full((2, 4), 255.0), np.random.default_rng(0)), "v: a probability lies in"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(machine())
