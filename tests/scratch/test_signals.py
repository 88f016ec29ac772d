"""Deep networks by name, and what goes through them: sizes that theory gives exactly, and PyTorch's gradients."""

from functools import partial

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, initializers, layers
from dlcourse.scratch.deep_stacks import ACTIVATIONS, NORMALIZATIONS, STARTS, deep_network
from dlcourse.scratch.signals import layer_signals, shares, size, table


def batch(n=16, inputs=12, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, inputs)), generator.integers(0, 4, n)


def signals_of(seed=1, x_and_labels=None, **settings):
    made = {"width": 12, "dtype": np.float64, "generator": np.random.default_rng(seed), **settings}
    network = deep_network(12, 4, **made)
    return layer_signals(network, *(batch() if x_and_labels is None else x_and_labels))


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_combination_has_as_many_layers_as_its_depth_and_finite_signals(activation, normalization):
    for start in STARTS:
        found = signals_of(depth=5, start=start, activation=activation, normalization=normalization)
        assert [each.name for each in found] == [f"layer {number}" for number in range(1, 6)]
        assert [each.activations.shape for each in found] == [(16, 12)] * 4 + [(16, 4)]
        for name, values in table(found).items():
            assert np.isfinite(values).all() or (name == "moved" and start == "zeros")


def test_names_that_are_not_known_are_refused_with_those_that_are():
    for wrong in ({"start": "he"}, {"activation": "relu"}, {"normalization": "batchnorm"}):
        with pytest.raises(ValueError, match=r"expected one of .*, received"):
            signals_of(**wrong)
    with pytest.raises(TypeError, match="random generator"):
        deep_network(3, 2, generator=0)
    with pytest.raises(ValueError, match="cut into 4 equal groups"):
        signals_of(width=10, normalization="group")


@pytest.mark.parametrize(
    ("start", "activation", "factor"),
    [
        ("normal 0.01", "none", 64e-4),
        ("even ±1/√n", "none", 1 / 3),
        ("1/√n", "none", 1),
        ("Glorot", "none", 1),
        ("He", "ReLU", 1),
        ("1/√n", "ReLU", 1 / 2),
        ("even ±1/√n", "ReLU", 1 / 6),
    ],
)
def test_the_mean_square_changes_by_the_factor_that_the_variance_gives(start, activation, factor):
    """E ‖z^{l+1}‖² = n Var(w) κ ‖z^l‖² over the weights, with κ = 1 without an activation and 1/2 for ReLU: exact."""
    ratios = []
    for seed in range(60):
        made = {"depth": 3, "width": 64, "start": start, "activation": activation, "seed": seed}
        first, second, _ = signals_of(x_and_labels=batch(8), **made)
        ratios.append(size(second.pre_activations) ** 2 / size(first.pre_activations) ** 2)
    error = np.std(ratios) / np.sqrt(len(ratios))
    assert abs(np.mean(ratios) - factor) < 4 * error < 0.1 * factor


def test_orthogonal_weights_keep_all_lengths_forward_and_back():
    found = signals_of(depth=30, start="orthogonal", activation="none")
    lengths = [np.linalg.norm(each.activations, axis=1) for each in found[:-1]]
    np.testing.assert_allclose(lengths, [lengths[0]] * 29)
    back = [np.linalg.norm(each.gradients, axis=1) for each in found[:-1]]
    np.testing.assert_allclose(back, [back[-1]] * 29)


def test_without_a_normalization_he_holds_relu_at_depth_50_and_others_lose_or_gain_exponentially():
    """Mean over networks of log10 of the last hidden layer's size over the first's: a decade is far, 10 are gone."""
    decades = {}
    for start in ("He", "1/√n", "even ±1/√n", "normal 0.01"):
        sizes = [table(signals_of(depth=51, width=64, start=start, seed=seed))["size"] for seed in range(5)]
        decades[start] = np.mean([np.log10(each[-2] / each[0]) for each in sizes])
    assert abs(decades["He"]) < 1
    assert decades["1/√n"] == pytest.approx(49 * np.log10(0.5) / 2, abs=1)
    assert decades["even ±1/√n"] == pytest.approx(49 * np.log10(1 / 6) / 2, abs=1)
    assert decades["normal 0.01"] < -50


def test_zeros_let_nothing_through_and_only_the_last_bias_learns():
    network = deep_network(12, 4, depth=4, width=12, start="zeros", generator=np.random.default_rng(0))
    for each in layer_signals(network, *batch()):
        assert not each.weight_gradient.any()
        assert np.isnan(each.statistics()["moved"])
    functional.cross_entropy(network(batch()[0]), batch()[1]).backward()
    assert [name for name, each in network.named_parameters() if each.grad.any()] == ["7.bias"]


def test_normalizations_undo_the_start_before_each_activation():
    for normalization in ("batch", "layer", "group"):
        for start in ("normal 0.01", partial(initializers.normal, std=3.0)):
            found = signals_of(depth=8, start=start, normalization=normalization)[:-1]
            sizes = [size(each.pre_activations) for each in found]
            np.testing.assert_allclose(sizes, 1, atol=0.1)  # less than 1 by what ε takes of a small variance


def test_signals_are_those_of_pytorch():
    network = deep_network(12, 4, depth=3, width=8, activation="tanh", generator=np.random.default_rng(2))
    x, labels = batch()
    theirs = torch.nn.Sequential(
        torch.nn.Linear(12, 8), torch.nn.Tanh(), torch.nn.Linear(8, 8), torch.nn.Tanh(), torch.nn.Linear(8, 4)
    )
    linear = [each for each in network if isinstance(each, layers.Linear)]
    results, value = [], torch.tensor(x, dtype=torch.float32)
    for module in theirs:
        if isinstance(module, torch.nn.Linear):
            module.weight.data = torch.tensor(linear.pop(0).weight.data)
            module.bias.data.zero_()
        value = module(value)
        value.retain_grad()
        results.append(value)
    torch.nn.functional.cross_entropy(value, torch.tensor(labels)).backward()
    found = layer_signals(network, x.astype(np.float32), labels)
    for number, each in enumerate(found):
        z, a = results[2 * number], results[min(2 * number + 1, 4)]
        np.testing.assert_allclose(each.pre_activations, z.detach(), atol=1e-6)
        np.testing.assert_allclose(each.activations, a.detach(), atol=1e-6)
        np.testing.assert_allclose(each.gradients, z.grad, atol=1e-7)
        np.testing.assert_allclose(each.weight_gradient, theirs[2 * number].weight.grad, atol=1e-6)


def test_looking_changes_nothing_in_the_network():
    generator = np.random.default_rng(3)
    network = layers.Sequential(
        layers.Linear(12, 6, generator=generator), layers.BatchNorm(6), layers.Dropout(generator=generator)
    ).eval()
    for parameter in network.parameters():
        parameter.grad = np.ones_like(parameter.data)
    before, drawn = network.state_dict(), generator.bit_generator.state
    (found,) = layer_signals(network, *batch())
    assert not network.training
    assert generator.bit_generator.state == drawn
    assert all((parameter.grad == 1).all() for parameter in network.parameters())
    assert all(np.array_equal(each, before[name]) for name, each in network.state_dict().items())
    assert 0.2 < (found.activations == 0).mean() < 0.8  # it ran as in training


def test_statistics_of_made_signals():
    relu = layers.Sequential(layers.Linear(2, 3, generator=np.random.default_rng(0)), layers.ReLU())
    relu[0].weight.data[...] = [[1, 0], [0, 1], [0, 0]]
    relu[0].bias.data[...] = [0, 0, -1]
    (found,) = layer_signals(relu, np.array([[3.0, -4.0], [1.0, 2.0]]), [0, 1])
    told = found.statistics()
    assert told["mean"] == pytest.approx(1)
    assert told["size"] == pytest.approx(np.sqrt(14 / 6))
    assert told["spread"] == pytest.approx(np.sqrt(14 / 6 - 1))
    assert told["zeros"] == told["saturated"] == pytest.approx(1 / 2)
    assert told["dead"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("activation", "limit"), [("tanh", np.arctanh(np.sqrt(0.95))), ("sigmoid", 4.3567)])
def test_saturated_is_where_the_slope_is_a_twentieth_of_its_largest(activation, limit):
    network = layers.Sequential(
        layers.Linear(1, 1, init=partial(initializers.constant, value=1.0), generator=np.random.default_rng(0)),
        ACTIVATIONS[activation](),
    )
    x = np.array([0.0, limit - 0.01, limit + 0.01, -limit - 0.01])[:, None]
    (found,) = layer_signals(network, x, [0] * 4)
    assert found.statistics()["saturated"] == 1 / 2


def test_convolutions_are_layers_too():
    generator = np.random.default_rng(0)
    network = layers.Sequential(
        layers.Conv2d(1, 3, 3, generator=generator), layers.ReLU(), layers.Flatten(),
        layers.Linear(48, 2, generator=generator),
    )  # fmt: skip
    first, second = layer_signals(network, generator.normal(size=(5, 1, 6, 6)).astype(np.float32), [0, 1, 0, 1, 0])
    assert first.pre_activations.shape == first.gradients.shape == (5, 3, 4, 4)
    assert second.activations.shape == (5, 2)


def test_what_holds_no_layers_is_refused():
    with pytest.raises(TypeError, match="expected a Sequential"):
        layer_signals(layers.ReLU(), *batch())
    with pytest.raises(ValueError, match="at least one Linear or Conv2d"):
        layer_signals(layers.Sequential(layers.ReLU()), *batch())


def test_sizes_do_not_underflow_and_shares_leave_nothing_out():
    assert size(np.full(3, 1e-30, np.float32)) == pytest.approx(1e-30, rel=1e-6)
    assert size([3, 4]) == pytest.approx(np.sqrt(12.5))
    assert (size([0.0, 0.0]), size([]), size([np.inf, 1])) == (0, 0, np.inf)
    np.testing.assert_allclose(shares([-9, 0.1, 0.2, 9], [-1, 0, 1]), [0.25, 0.75])
    for values, edges in (([1.0], [1, 0]), ([], [0, 1]), ([np.nan], [0, 1]), ([1.0], [0])):
        with pytest.raises(ValueError, match="expected at least"):
            shares(values, edges)
