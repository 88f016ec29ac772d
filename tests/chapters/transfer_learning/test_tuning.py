"""How the networks of chapter 21 are trained: what is copied, frozen and tuned; and the targets made of the digits."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from dlcourse import datasets
from dlcourse.chapters.transfer_learning import target_tasks
from dlcourse.chapters.transfer_learning.tuning import BATCH_SIZE, DEPTH, LAYERS, Tuning, _batches, few, outputs, start
from dlcourse.pytorch import pretrained, transfer

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def digits():
    return few(datasets.load("mnist").train, 5, 0)


def state(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def changed(before, network):
    """The layers of which a number has changed, statistics of normalization included."""
    after = network.state_dict()
    return {name.partition(".")[0] for name in before if not torch.equal(before[name], after[name])}


def test_layers_are_those_of_the_network():
    assert tuple(transfer.layers_of(pretrained("glyph-resnet"))) == LAYERS


def test_few_are_so_many_of_each_class_and_more_begin_with_the_same():
    part = datasets.load("mnist").train
    five, ten = few(part, 5, 3), few(part, 10, 3)
    assert np.bincount(five.labels).tolist() == [5] * 10
    for label in range(10):
        np.testing.assert_array_equal(ten.inputs[ten.labels == label][:5], five.inputs[five.labels == label])
    assert not np.array_equal(five.inputs, few(part, 5, 4).inputs)


@pytest.mark.parametrize("copied", range(DEPTH + 1))
def test_the_first_layers_are_the_source_s_and_the_others_are_new(copied):
    source, network = pretrained("glyph-resnet"), start(10, copied, 0)
    kept = state(source.get_submodule("block3"))
    for number, name in enumerate(LAYERS[:-1]):
        same = not changed(state(source.get_submodule(name)), network.get_submodule(name))
        assert same == (number < copied)
    assert network.head.out_features == 10
    assert not changed(kept, source.get_submodule("block3"))


@pytest.mark.parametrize("frozen", [0, 2, DEPTH])
def test_only_the_layers_above_the_frozen_ones_learn(digits, frozen):
    network = start(10, DEPTH, 0)
    before = state(network)
    Tuning(network, digits, copied=DEPTH, frozen=frozen, rate=0.01, seed=0).train(2)
    assert changed(before, network) == set(LAYERS[frozen:])


def test_frozen_layers_computed_once_give_what_a_frozen_network_gives(digits):
    """The same steps by ``transfer.freeze`` and the plain loop, through the whole network each time."""
    tuned = Tuning(start(10, DEPTH, 0), digits, copied=DEPTH, frozen=3, rate=0.01, seed=0)
    tuned.train(6)
    network = transfer.freeze(start(10, DEPTH, 0), upto=3)
    groups = transfer.parameter_groups(network, 0.001, head_rate=0.01)
    assert [(group["name"], group["lr"]) for group in groups] == [("block3", 0.001), ("head", 0.01)]
    optimizer, rows = torch.optim.Adam(groups), _batches(len(digits), np.random.default_rng(0))
    network.train()
    for _ in range(6):
        chosen = next(rows)
        optimizer.zero_grad()
        images, labels = torch.from_numpy(digits.inputs[chosen]), torch.from_numpy(digits.labels[chosen])
        cross_entropy(network(images), labels).backward()
        optimizer.step()
    expected = outputs(network, digits.inputs)
    torch.testing.assert_close(tuned.logits(tuned.before(digits.inputs)), expected, rtol=0.02, atol=0.02)


def test_new_layers_learn_faster_than_copied_ones(digits):
    def rates(**given):
        tuned = Tuning(start(10, 2, 0), digits, copied=2, frozen=1, rate=0.01, seed=0, **given)
        return [group["lr"] for group in tuned.optimizer.param_groups]

    assert rates() == [0.001, 0.01, 0.01, 0.01]
    assert rates(copied_rate=0.1) == [0.1, 0.01, 0.01, 0.01]


def test_every_example_comes_once_before_any_comes_again():
    rows = _batches(2 * BATCH_SIZE, np.random.default_rng(0))
    for _ in range(3):
        assert sorted(np.concatenate([next(rows), next(rows)])) == list(range(2 * BATCH_SIZE))
    odd = _batches(40, np.random.default_rng(0))
    assert sorted(np.concatenate([next(odd) for _ in range(8)])) == sorted(list(range(40)) * 5)


# --- targets


def test_inverted_digits_are_dark_on_white():
    known, made = datasets.load("mnist").validation, target_tasks.made_of_digits("inverted").validation
    np.testing.assert_array_equal(made.inputs, 1 - known.inputs)
    np.testing.assert_array_equal(made.labels, known.labels)


def test_labels_say_where_a_digit_lies_and_how_it_leans():
    known, along = datasets.load("mnist").validation.inputs[:, 0], np.arange(28) - 13.5
    rows, columns = (known.sum(axis=axis) @ along / known.sum(axis=(1, 2)) for axis in (2, 1))
    moved = target_tasks.made_of_digits("position").validation
    ink = moved.inputs.sum(axis=(1, 2, 3))
    down = moved.inputs[:, 0].sum(axis=2) @ along / ink - rows - target_tasks.SHIFT * (moved.labels // 3 - 1)
    across = moved.inputs[:, 0].sum(axis=1) @ along / ink - columns - target_tasks.SHIFT * (moved.labels % 3 - 1)
    lost = 1 - ink / known.sum(axis=(1, 2))
    assert lost.mean() < 0.02
    np.testing.assert_allclose(down[lost < 1e-6], 0, atol=0.01)
    np.testing.assert_allclose(across[lost < 1e-6], 0, atol=0.01)
    slanted = target_tasks.made_of_digits("slant").validation
    change = np.einsum("nij,i,j->n", slanted.inputs[:, 0] - known, along, along)
    lean = change / np.einsum("nij,i->n", known, along**2)
    np.testing.assert_allclose(lean, -target_tasks.LEAN * (slanted.labels - 1.0), atol=0.1)


def test_letters_that_lean_are_labelled_alike():
    part = target_tasks.leaning_letters(examples=60)
    assert part.inputs.shape == (60, 1, 28, 28)
    assert set(part.labels) == {0, 1, 2}


# --- the script


def test_the_best_setting_is_chosen_without_the_test_part():
    script = runpy.run_path(str(DATA / "make_transfer_runs.py"), run_name="script")

    class Fake:
        def __init__(self, rate, seed):
            self.validation = np.array([0.5, 0.9 if rate == 2 else 0.6])
            self.test = lambda stop: 10 * rate + stop + seed / 10

    tests, rate, stop = script["chosen"](Fake, (1, 2, 3), 4, "fake")
    assert (rate, stop) == (2, 1)
    np.testing.assert_allclose(tests, [21, 21.1, 21.2, 21.3])
