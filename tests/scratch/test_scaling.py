"""Scaling: scikit-learn's numbers, from the training part alone."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from dlcourse.scratch.scaling import Scaling


def drawn(n=20, d=3, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)) * [1, 100, 0.01][:d] + [0, 1000, 5][:d]


@pytest.mark.parametrize(("kind", "peer"), [("z-score", StandardScaler), ("min-max", MinMaxScaler)])
def test_scaling_is_that_of_scikit_learn_on_other_data_too(kind, peer):
    train, test = drawn(), drawn(7, seed=1)
    train[:, 2] = 0.1 + 0.2  # does not vary
    mine, theirs = Scaling.fit(train, kind), peer().fit(train)
    for x in (train, test):
        np.testing.assert_allclose(mine.apply(x), theirs.transform(x), atol=1e-9)
        np.testing.assert_allclose(mine.undo(mine.apply(x)), x)
    assert not mine.apply(train)[:, 2].any()


def test_images_are_scaled_by_channel_over_all_their_places():
    x = np.random.default_rng(0).uniform(size=(5, 2, 4, 3)).astype(np.float32)
    z = Scaling.fit(x, axes=(0, 2, 3)).apply(x)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z.mean(axis=(0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(z.std(axis=(0, 2, 3)), 1, rtol=1e-6)
    assert Scaling.fit(x, axes=(0, 2, 3)).apply(x[:1, :, :2]).shape == (1, 2, 2, 3)
    np.testing.assert_allclose(Scaling.fit(x).apply(x).mean(axis=0), 0, atol=1e-6)


def test_an_example_means_the_same_in_any_company_only_with_the_training_statistics():
    train, test = drawn(), drawn(6, seed=2)
    fitted = Scaling.fit(train)
    np.testing.assert_array_equal(fitted.apply(test)[:1], fitted.apply(test[:1]))
    assert not np.allclose(Scaling.fit(test).apply(test)[:1], Scaling.fit(test[:2]).apply(test[:1]))


def test_what_does_not_fit_is_refused():
    fitted = Scaling.fit(drawn())
    for wrong in (drawn()[0], drawn()[:, :2]):
        with pytest.raises(ValueError, match="expected examples as those fitted"):
            fitted.apply(wrong)
    for wrong, words in (
        ({"kind": "robust"}, "'z-score' or 'min-max'"),
        ({"axes": (1,)}, "axes"),
        ({"axes": (0, 2)}, "axes"),
    ):
        with pytest.raises(ValueError, match=words):
            Scaling.fit(drawn(), **wrong)
    with pytest.raises(ValueError, match="at least one example"):
        Scaling.fit(np.ones((0, 3)))
    with pytest.raises(ValueError, match="finite"):
        Scaling.fit([[np.nan, 1.0]])
