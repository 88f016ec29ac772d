"""Ensembles: Jensen's inequality, the ambiguity, and where voting and averaging part."""

import numpy as np
import pytest

from dlcourse.scratch.ensembles import majority, mean_of_probabilities, squared_errors


def drawn(m=4, n=30, classes=3, seed=0):
    generator = np.random.default_rng(seed)
    return generator.dirichlet(np.ones(classes), size=(m, n)), generator.integers(0, classes, n)


def cross_entropy(p, y):
    return -np.log(p[..., np.arange(len(y)), y]).mean(axis=-1)


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_loses_no_more_than_the_members_do_on_average_and_the_ambiguity_is_the_gain(seed):
    p, y = drawn(seed=seed)
    assert cross_entropy(mean_of_probabilities(p), y) < cross_entropy(p, y).mean()
    found = squared_errors(p, y)
    assert found.ensemble == pytest.approx(found.members - found.ambiguity)
    brier = ((p - np.eye(3)[y]) ** 2).sum(axis=2).mean(axis=1)
    assert found.members == pytest.approx(brier.mean())


def test_the_mean_may_be_worse_than_the_best_member():
    p = np.array([[[0.9, 0.1]], [[0.1, 0.9]]])
    assert cross_entropy(mean_of_probabilities(p), np.array([0])) > cross_entropy(p, np.array([0])).min()


def test_equal_members_gain_nothing():
    p, y = drawn(m=1)
    found = squared_errors(np.repeat(p, 5, axis=0), y)
    assert found.ambiguity == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(mean_of_probabilities(np.repeat(p, 5, axis=0)), p[0])


def test_two_unsure_members_outvote_a_sure_one_but_do_not_outweigh_it():
    p = np.array([[[0.98, 0.02]], [[0.45, 0.55]], [[0.45, 0.55]]])
    assert majority(p) == [1]
    assert mean_of_probabilities(p).argmax(axis=1) == [0]
    assert majority(np.array([[[0.0, 1.0]], [[1.0, 0.0]]])) == [0]


def test_logits_and_shapes_that_do_not_fit_are_refused():
    p, y = drawn()
    with pytest.raises(ValueError, match="a probability lies in"):
        mean_of_probabilities(np.log(p))
    with pytest.raises(ValueError, match="expected shape"):
        mean_of_probabilities(p[0])
    with pytest.raises(ValueError, match="at least one member"):
        mean_of_probabilities(p[:0])
    with pytest.raises(ValueError, match="same number of examples"):
        squared_errors(p, y[:-1])
