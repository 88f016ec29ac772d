"""The stored trainings that compare pretraining: their shapes, and what chapter 20 says of them."""

import numpy as np
import pytest

from dlcourse.chapters.autoencoders import pretraining_runs as runs
from dlcourse.scratch.layers import BatchNorm, Linear, ReLU

SHAPE = len(runs.CASES), len(runs.METHODS), runs.SEEDS


def test_arrays_have_their_axes_and_cannot_be_changed():
    for array in (runs.errors(), runs.errors("validation"), runs.training_errors(), runs.training_losses()):
        assert array.shape == (*SHAPE, runs.CHECKS + 1)
        assert np.isfinite(array).all()
    assert runs.test_errors().shape == runs.stopped().shape == SHAPE
    assert runs.rates().shape == SHAPE[:2]
    assert runs.tried().shape == (*SHAPE[:2], len(runs.RATES))
    with pytest.raises(ValueError, match="read-only"):
        runs._file()["test"][0] = 0


def test_all_begin_by_guessing_unless_they_know_something():
    guessing = [runs.METHODS.index(method) for method in ("none", "longer", "glorot", "relu")]
    assert (runs.errors()[:, guessing, :, 0] > 75).all()


def test_a_test_error_is_that_of_the_check_with_the_lowest_validation_error():
    case, method, seed = 1, 3, 2
    best = runs.errors("validation")[case, method, seed].argmin()
    assert runs.test_errors()[case, method, seed] == runs.errors()[case, method, seed, best]
    mean, spread = runs.summary(*runs.CASES[case])[runs.METHODS[method]]
    assert mean == pytest.approx(runs.test_errors()[case, method].mean())
    assert spread == pytest.approx(runs.test_errors()[case, method].std(ddof=1))


def test_the_learning_rate_is_the_best_of_those_tried():
    tried, rates = runs.tried(), runs.rates()
    assert rates[0, runs.METHODS.index("adam")] in np.array(runs.RATES) / 100
    for case, method in np.ndindex(tried.shape[:2]):
        divisor = runs.SMALLER.get(runs.METHODS[method], 1)
        assert rates[case, method] == pytest.approx(runs.RATES[tried[case, method].argmin()] / divisor)


def test_with_few_labels_the_order_is_the_published_one():
    """Bengio et al. (2007): deep belief network, autoencoders, supervised pretraining, none."""
    table = runs.summary(3, 1000)
    means = [table[method][0] for method in ("boltzmann", "autoencoder", "supervised", "none")]
    assert means == sorted(means)
    assert table["denoising"][0] < table["autoencoder"][0]


def test_five_layers_without_pretraining_learn_nothing_and_one_change_is_enough():
    table = runs.summary(5, 1000)
    assert all(table[method][0] > 85 for method in ("none", "longer", "glorot"))
    assert all(table[method][0] < 20 for method in (*runs.PRETRAINED, "glorot × 4", "relu", "normalized", "adam"))


def test_networks_are_as_the_methods_say():
    generator = np.random.default_rng(0)
    assert sum(isinstance(module, Linear) for module in runs.build("none", 5, generator)) == 6
    assert sum(isinstance(module, Linear) for module in runs.build("shallow", 5, generator)) == 2
    assert sum(isinstance(module, BatchNorm) for module in runs.build("normalized", 3, generator)) == 3
    assert sum(isinstance(module, ReLU) for module in runs.build("relu", 3, generator)) == 3
    assert runs.pretraining_updates(3) == 3 * 10 * 351


def test_supervised_pretraining_makes_as_many_passes_as_the_others():
    network = runs.build("supervised", 3, np.random.default_rng(0))
    before = network.state_dict()
    generator = np.random.default_rng(1)
    x, y = generator.random((700, 784)).astype(np.float32), generator.integers(0, 10, size=700)
    runs.pretrain("supervised", network, x[:20], y[:20], generator)
    assert not np.array_equal(before["0.weight"], network.state_dict()["0.weight"])


def test_another_case_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        runs.summary(4, 1000)
