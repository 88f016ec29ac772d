"""Modules: layers against torch.nn with the same parameters, names, states, training and predicting."""

import copy

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, initializers, layers, optimizers
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.modules import Module


def generator(seed=0):
    return np.random.default_rng(seed)


def copy_parameters(ours, theirs):
    """Gives the PyTorch module the parameters and running statistics of the course's module; names are the same."""
    state = {name: torch.tensor(array) for name, array in ours.state_dict().items()}
    missing, unexpected = theirs.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)


def assert_same_pass(ours, theirs, inputs, rtol=1e-5, atol=1e-6):
    """Results, gradients of the inputs and of all parameters, and running statistics."""
    for mine in (ours, theirs):
        mine.zero_grad()
    x, z = Tensor(inputs, requires_grad=True), torch.tensor(inputs, requires_grad=True)
    y, expected = ours(x), theirs(z)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=rtol, atol=atol)
    assert y.dtype == np.float32
    gradient = generator(9).normal(size=y.shape).astype(np.float32)
    y.backward(gradient)
    expected.backward(torch.tensor(gradient))
    np.testing.assert_allclose(x.grad, z.grad.numpy(), rtol=rtol, atol=atol)
    their_parameters = dict(theirs.named_parameters())
    assert [name for name, _ in ours.named_parameters()] == list(their_parameters)
    for name, parameter in ours.named_parameters():
        np.testing.assert_allclose(
            parameter.grad, their_parameters[name].grad.numpy(), rtol=rtol, atol=atol * 10, err_msg=name
        )
        assert parameter.grad.dtype == np.float32
    their_buffers = dict(theirs.named_buffers())
    for name, buffer in ours.named_buffers():
        np.testing.assert_allclose(buffer, their_buffers[name].numpy(), rtol=rtol, atol=atol, err_msg=name)


LAYERS = {
    "linear": (lambda: layers.Linear(3, 4, generator=generator()), lambda: torch.nn.Linear(3, 4), (5, 3)),
    "linear, no bias": (
        lambda: layers.Linear(3, 4, bias=False, generator=generator()),
        lambda: torch.nn.Linear(3, 4, bias=False),
        (2, 5, 3),
    ),
    "relu": (layers.ReLU, torch.nn.ReLU, (5, 3)),
    "leaky relu": (lambda: layers.LeakyReLU(0.2), lambda: torch.nn.LeakyReLU(0.2), (5, 3)),
    "sigmoid": (layers.Sigmoid, torch.nn.Sigmoid, (5, 3)),
    "tanh": (layers.Tanh, torch.nn.Tanh, (5, 3)),
    "gelu": (layers.GELU, torch.nn.GELU, (5, 3)),
    "gelu tanh": (lambda: layers.GELU("tanh"), lambda: torch.nn.GELU("tanh"), (5, 3)),
    "batch norm": (lambda: layers.BatchNorm(3), lambda: torch.nn.BatchNorm1d(3), (5, 3)),
    "batch norm of sequences": (
        lambda: layers.BatchNorm(3, eps=1e-3, momentum=0.3),
        lambda: torch.nn.BatchNorm1d(3, eps=1e-3, momentum=0.3),
        (5, 3, 4),
    ),
    "batch norm of pictures": (lambda: layers.BatchNorm(3), lambda: torch.nn.BatchNorm2d(3), (5, 3, 4, 2)),
    "group norm": (lambda: layers.GroupNorm(2, 6), lambda: torch.nn.GroupNorm(2, 6), (5, 6, 2)),
    "layer norm": (lambda: layers.LayerNorm(3), lambda: torch.nn.LayerNorm(3), (5, 3)),
    "layer norm over two axes": (
        lambda: layers.LayerNorm((4, 3), eps=1e-3),
        lambda: torch.nn.LayerNorm((4, 3), eps=1e-3),
        (5, 4, 3),
    ),
    "convolution": (
        lambda: layers.Conv2d(3, 4, 3, generator=generator()),
        lambda: torch.nn.Conv2d(3, 4, 3),
        (2, 3, 5, 6),
    ),
    "convolution, all settings": (
        lambda: layers.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False, generator=generator()),
        lambda: torch.nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False),
        (2, 4, 5, 6),
    ),
    "max pooling": (lambda: layers.MaxPool2d(2), lambda: torch.nn.MaxPool2d(2), (2, 3, 5, 6)),
    "max pooling, all settings": (
        lambda: layers.MaxPool2d((3, 2), 1, (1, 0), 2),
        lambda: torch.nn.MaxPool2d((3, 2), 1, (1, 0), 2),
        (2, 3, 5, 6),
    ),
    "mean pooling": (lambda: layers.AvgPool2d(2), lambda: torch.nn.AvgPool2d(2), (2, 3, 5, 6)),
    "mean pooling, all settings": (
        lambda: layers.AvgPool2d((3, 2), 1, (1, 0)),
        lambda: torch.nn.AvgPool2d((3, 2), 1, (1, 0)),
        (2, 3, 5, 6),
    ),
    "global mean pooling": (lambda: layers.AdaptiveAvgPool2d(1), lambda: torch.nn.AdaptiveAvgPool2d(1), (2, 3, 5, 6)),
    "flatten": (layers.Flatten, torch.nn.Flatten, (2, 3, 5, 6)),
    "flatten between": (lambda: layers.Flatten(0, 2), lambda: torch.nn.Flatten(0, 2), (2, 3, 5, 6)),
    "LeNet": (
        lambda: layers.Sequential(
            layers.Conv2d(1, 6, 5, padding=2, generator=generator(1)),
            layers.ReLU(),
            layers.MaxPool2d(2),
            layers.Conv2d(6, 16, 5, generator=generator(2)),
            layers.BatchNorm(16),
            layers.ReLU(),
            layers.AvgPool2d(2),
            layers.Flatten(),
            layers.Linear(16, 10, generator=generator(3)),
        ),
        lambda: torch.nn.Sequential(
            torch.nn.Conv2d(1, 6, 5, padding=2),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(6, 16, 5),
            torch.nn.BatchNorm2d(16),
            torch.nn.ReLU(),
            torch.nn.AvgPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(16, 10),
        ),
        (4, 1, 12, 12),
    ),
    "a network": (
        lambda: layers.Sequential(
            layers.Linear(3, 8, generator=generator(1)),
            layers.ReLU(),
            layers.BatchNorm(8),
            layers.Sequential(layers.Linear(8, 8, generator=generator(2)), layers.Tanh(), layers.LayerNorm(8)),
            layers.Linear(8, 5, generator=generator(3)),
            layers.ReLU(),
        ),
        lambda: torch.nn.Sequential(
            torch.nn.Linear(3, 8),
            torch.nn.ReLU(),
            torch.nn.BatchNorm1d(8),
            torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.Tanh(), torch.nn.LayerNorm(8)),
            torch.nn.Linear(8, 5),
            torch.nn.ReLU(),
        ),
        (7, 3),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_those_of_pytorch_in_training_and_in_predicting(name):
    """Three batches in training, so that running statistics move, one in predicting, one in training again."""
    make, make_theirs, shape = LAYERS[name]
    ours, theirs = make(), make_theirs()
    copy_parameters(ours, theirs)
    for number, training in enumerate((True, True, True, False, True)):
        assert ours.train(training) is ours
        theirs.train(training)
        assert_same_pass(ours, theirs, generator(number).normal(size=shape).astype(np.float32))


@pytest.mark.parametrize("name", LAYERS)
def test_a_state_goes_out_and_in_again(name):
    make, _, shape = LAYERS[name]
    ours = make()
    ours(generator().normal(size=shape).astype(np.float32))  # moves running statistics
    for parameter in ours.parameters():
        parameter.data += generator(4).normal(size=parameter.shape).astype(np.float32)
    state = ours.state_dict()
    twin = make()
    twin.load_state_dict(state)
    inputs = generator(5).normal(size=shape).astype(np.float32)
    np.testing.assert_array_equal(twin.eval()(inputs).data, ours.eval()(inputs).data)
    for array in state.values():
        array += 1
    np.testing.assert_array_equal(twin(inputs).data, ours(inputs).data)  # the state was a copy, both ways


def test_a_state_survives_a_file(tmp_path):
    ours = LAYERS["a network"][0]()
    np.savez(tmp_path / "state.npz", **ours.state_dict())
    twin = LAYERS["a network"][0]()
    for parameter in twin.parameters():
        parameter.data *= 0
    with np.load(tmp_path / "state.npz") as stored:
        twin.load_state_dict(stored)
    for (name, one), (_, other) in zip(ours.named_parameters(), twin.named_parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data, err_msg=name)
        assert one.data.flags.f_contiguous == other.data.flags.f_contiguous


def test_a_state_of_another_module_is_refused_and_changes_nothing():
    ours = layers.Linear(3, 4, generator=generator())
    before = ours.state_dict()
    with pytest.raises(ValueError, match=r"Missing: \['bias'\]; not in this module: \['b'\]"):
        ours.load_state_dict({"weight": before["weight"] * 0, "b": before["bias"]})
    with pytest.raises(ValueError, match=r"bias has shape \(4,\), received \(3,\)"):
        ours.load_state_dict({"weight": before["weight"] * 0, "bias": np.zeros(3)})
    np.testing.assert_array_equal(ours.weight.data, before["weight"])


def test_a_loaded_state_keeps_the_dtype_of_the_module():
    ours = layers.Linear(3, 4, generator=generator())
    ours.load_state_dict({"weight": np.ones((4, 3)), "bias": np.zeros(4, int)})
    assert (ours.weight.dtype, ours.bias.dtype) == (np.float32, np.float32)


def test_a_state_loaded_between_the_passes_is_noticed():
    network = layers.Sequential(
        *(layers.Linear(3, 3, generator=generator(k)) for k in range(2)),
    )
    loss = network(np.ones((2, 3), np.float32)).sum()
    network.load_state_dict(network.state_dict())
    with pytest.raises(RuntimeError, match="assigned to since"):
        loss.backward()


# --- Linear


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linear_begins_evenly_within_one_over_the_root_of_its_inputs(dtype):
    layer = layers.Linear(400, 300, generator=generator(), dtype=dtype)
    bound = 1 / np.sqrt(400)
    for parameter, shape in ((layer.weight, (300, 400)), (layer.bias, (300,))):
        assert (parameter.shape, parameter.dtype) == (shape, dtype)
        assert np.abs(parameter.data).max() <= bound
        assert parameter.data.std() == pytest.approx(bound / np.sqrt(3), rel=0.1)
        assert abs(parameter.data.mean()) < 0.1 * bound


def test_linear_begins_as_its_initializer_says_with_zero_bias():
    layer = layers.Linear(400, 300, generator=generator(), init=initializers.kaiming_normal)
    assert layer.weight.data.std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert not layer.bias.data.any()
    zeros = layers.Linear(3, 2, generator=generator(), init=initializers.zeros)
    assert not zeros.weight.data.any()


def test_the_same_generator_state_gives_the_same_layer():
    first, second = (layers.Linear(3, 4, generator=generator(7)) for _ in range(2))
    np.testing.assert_array_equal(first.weight.data, second.weight.data)
    one = generator(7)
    pair = [layers.Linear(3, 4, generator=one) for _ in range(2)]
    assert (pair[0].weight.data != pair[1].weight.data).all()


def test_linear_refuses_sizes_that_are_none_and_a_seed_for_a_generator():
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="in_features"):
            layers.Linear(wrong, 3, generator=generator())
    with pytest.raises(TypeError, match="out_features"):
        layers.Linear(3, 2.5, generator=generator())
    with pytest.raises(TypeError, match="random generator"):
        layers.Linear(3, 2, generator=0)


def test_a_linear_layer_refuses_inputs_of_another_width():
    with pytest.raises(ValueError, match=r"received \(5, 4\), \(2, 3\)"):
        layers.Linear(3, 2, generator=generator())(np.ones((5, 4), np.float32))


# --- Conv2d


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_convolution_begins_evenly_within_one_over_the_root_of_what_goes_into_a_sum(dtype):
    layer = layers.Conv2d(32, 64, (5, 2), groups=4, generator=generator(), dtype=dtype)
    theirs = torch.nn.Conv2d(32, 64, (5, 2), groups=4)
    bound = 1 / np.sqrt(32 / 4 * 5 * 2)
    for parameter, other in ((layer.weight, theirs.weight), (layer.bias, theirs.bias)):
        assert (parameter.shape, parameter.dtype) == (tuple(other.shape), dtype)
        assert np.abs(parameter.data).max() <= bound
        assert parameter.data.std() == pytest.approx(bound / np.sqrt(3), rel=0.15)
        assert other.detach().numpy().std() == pytest.approx(bound / np.sqrt(3), rel=0.15)
    layer = layers.Conv2d(32, 64, (5, 2), generator=generator(), init=initializers.kaiming_normal)
    assert layer.weight.data.std() == pytest.approx(np.sqrt(2 / 320), rel=0.02)
    assert not layer.bias.data.any()


def test_layers_of_images_refuse_settings_that_are_none():
    for wrong in ((3, 4, 2), (4, 3, 2)):
        with pytest.raises(ValueError, match=f"divides in_channels and out_channels, {wrong[0]} and {wrong[1]}, .* 2"):
            layers.Conv2d(wrong[0], wrong[1], 3, groups=wrong[2], generator=generator())
    with pytest.raises(TypeError, match="random generator"):
        layers.Conv2d(1, 2, 3, generator=0)
    for action in (lambda: layers.Conv2d(1, 2, 3, stride=0, generator=generator()), lambda: layers.MaxPool2d(2, 0)):
        with pytest.raises(ValueError, match="stride: expected a whole number of at least 1, received 0"):
            action()
    with pytest.raises(ValueError, match="kernel: expected a whole number of at least 1, received 0"):
        layers.AvgPool2d(0)
    with pytest.raises(ValueError, match="at most half of the kernel"):
        layers.MaxPool2d(2, padding=2)


def test_images_as_they_come_from_a_file_are_refused_in_words():
    layer = layers.Conv2d(3, 4, 3, generator=generator())
    with pytest.raises(
        TypeError, match=r"received float64, float32, float32\. Images of .*astype\(np\.float32\) / 255"
    ):
        layer(np.zeros((2, 3, 8, 8), np.uint8))
    with pytest.raises(ValueError, match=r"received \(2, 8, 8, 3\)\. Its channels .* inputs\.permute\(0, 3, 1, 2\)"):
        layer(np.zeros((2, 8, 8, 3), np.float32))


# --- Sequential


def test_sequential_is_its_modules_one_after_the_other_whatever_stands_beside_relu():
    """A linear layer and the ReLU behind it become one node: results and gradients are those of two."""

    def linear(k):
        return layers.Linear(3, 3, generator=generator(k))

    for modules in (
        [linear(1), layers.ReLU()],
        [layers.ReLU(), linear(1)],
        [linear(1), layers.ReLU(), layers.ReLU(), linear(2), layers.ReLU()],
        [linear(1), layers.Tanh(), layers.ReLU()],
        [linear(1), layers.LeakyReLU(), linear(2)],
        [layers.Sequential(linear(1)), layers.ReLU()],
        [layers.ReLU()],
        [],
    ):
        network = layers.Sequential(*modules)
        x, z = (Tensor(generator(5).normal(size=(4, 3)).astype(np.float32), requires_grad=True) for _ in range(2))
        expected = z
        for module in modules:
            expected = module(expected)
        (network(x) * 2).sum().backward()
        gradients = [parameter.grad for parameter in network.parameters()]
        network.zero_grad()
        (expected * 2).sum().backward()
        np.testing.assert_array_equal(network(x).data, expected.data)
        np.testing.assert_array_equal(x.grad, z.grad)
        for received, parameter in zip(gradients, network.parameters(), strict=True):
            np.testing.assert_array_equal(received, parameter.grad)


def double(inputs, **options):
    return inputs * 2


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("patched", ["of the object", "of the class", "the call", "a subclass", "the function"])
def test_sequential_runs_a_layer_that_somebody_has_changed_instead_of_its_own_fast_form(patched, place, monkeypatch):
    """A ReLU that was patched, to look at its values, say, was passed over without a word."""
    network = layers.Sequential(layers.Linear(3, 3, generator=generator()), layers.ReLU())
    module = network[place]
    if patched == "of the object":
        module.forward = double
    elif patched == "of the class":
        monkeypatch.setattr(type(module), "forward", lambda self, inputs: double(inputs), raising=False)
    elif patched == "the call":
        monkeypatch.setattr(type(module), "__call__", lambda self, inputs: double(inputs))
    elif patched == "a subclass":
        module.__class__ = type("Mine", (type(module),), {"forward": lambda self, inputs: double(inputs)})
    else:
        network[1].function = double
    x = Tensor(generator(1).normal(size=(4, 3)).astype(np.float32))
    expected = network[1](network[0](x))
    np.testing.assert_array_equal(network(x).data, expected.data)
    assert "linear, relu" not in (network(x).operation, *(each.operation for each in network(x).parents))


def test_sequential_gives_its_modules_by_number():
    modules = [layers.Linear(3, 3, generator=generator()), layers.ReLU(), layers.Tanh()]
    network = layers.Sequential(*modules)
    assert (len(network), network[0], network[-1], list(network)) == (3, modules[0], modules[2], modules)
    with pytest.raises(IndexError):
        network[3]


def test_sequential_refuses_what_is_no_module():
    with pytest.raises(TypeError, match=r"number 1 is <class .*ReLU'>. Is it a class, without \(\)\?"):
        layers.Sequential(layers.Linear(3, 3, generator=generator()), layers.ReLU)


# --- Module


class Residual(Module):
    """x + W₂ relu(W₁ x), with its hidden values kept to be looked at."""

    def __init__(self, tied=False):
        self.first = layers.Linear(3, 3, generator=generator(1))
        self.second = self.first if tied else layers.Linear(3, 3, generator=generator(2))
        self.scale = Tensor(np.ones(3, np.float32), requires_grad=True)
        self.offset = Tensor(np.ones(3, np.float32))

    def forward(self, inputs):
        self.hidden = functional.relu(self.first(inputs))
        return inputs + self.second(self.hidden) * self.scale + self.offset


def test_a_module_of_ones_own_has_the_parameters_of_its_attributes_and_parts():
    module = Residual()
    names = ["scale", "first.weight", "first.bias", "second.weight", "second.bias"]
    assert [name for name, _ in module.named_parameters()] == names
    module(np.ones((2, 3), np.float32)).sum().backward()
    assert [name for name, _ in module.named_parameters()] == names  # kept values are none
    assert list(module.state_dict()) == names
    assert all(parameter.grad is not None for parameter in module.parameters())
    module.zero_grad()
    assert all(parameter.grad is None for parameter in module.parameters())


def test_shared_parameters_come_once_and_learn_once():
    """As PyTorch counts them: each tensor once."""
    module = Residual(tied=True)
    assert len(list(module.parameters())) == 3
    optimizer = optimizers.SGD(module.parameters(), lr=0.1)
    before = module.first.weight.data.copy()
    module(np.ones((2, 3), np.float32)).sum().backward()
    gradient = module.first.weight.grad
    optimizer.step()
    np.testing.assert_allclose(module.second.weight.data, before - np.float32(0.1) * gradient, rtol=1e-6)
    twin = Residual(tied=True)
    twin.load_state_dict(module.state_dict())
    assert twin.first.weight is twin.second.weight


def test_training_reaches_all_parts():
    dropout = layers.Dropout(0.5, generator=generator())
    network = layers.Sequential(layers.Sequential(dropout), layers.BatchNorm(3))
    assert network.eval() is network
    assert not any(module.training for module in (network, network[0], dropout, network[1]))
    assert network.train() is network
    assert all(module.training for module in (network, network[0], dropout, network[1]))
    assert layers.ReLU().training  # one's own, not the class's


def test_predicting_does_not_move_running_statistics_and_training_does_also_inside_no_grad():
    layer, inputs = layers.BatchNorm(3), generator().normal(size=(5, 3)).astype(np.float32)
    layer.eval()(inputs)
    np.testing.assert_array_equal(layer.running_mean, np.zeros(3))
    with no_grad():
        layer.train()(inputs)
    np.testing.assert_allclose(layer.running_mean, 0.1 * inputs.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.running_var, 0.9 + 0.1 * inputs.var(0, ddof=1), rtol=1e-5)


def test_dropout_drops_in_training_only():
    layer = layers.Dropout(0.5, generator=generator())
    x = Tensor(np.ones((50, 50), np.float32))
    assert set(np.unique(layer(x).data)) == {0, 2}
    assert (layer(x).data != layer(x).data).any()
    assert layer.eval()(x) is x
    for wrong in (-0.1, 1.5):
        with pytest.raises(ValueError, match="p: "):
            layers.Dropout(wrong, generator=generator())
    with pytest.raises(TypeError, match="random generator"):
        layers.Dropout(0.5, generator=1)


def test_a_module_takes_arrays_and_makes_them_tensors():
    layer = layers.Linear(3, 2, generator=generator())
    assert layer(np.ones((4, 3), np.float32)).dtype == np.float32
    assert layer([[1.0, 2.0, 3.0]]).shape == (1, 2)


def test_a_module_without_forward_says_so():
    class Empty(Module):
        pass

    with pytest.raises(NotImplementedError, match="Empty does not say what it computes"):
        Empty()(np.ones(2))


def test_modules_can_be_copied():
    network = LAYERS["a network"][0]()
    twin = copy.deepcopy(network)
    inputs = generator().normal(size=(7, 3)).astype(np.float32)
    before = network.eval()(inputs).data
    for parameter in twin.parameters():
        parameter.data *= 2
    np.testing.assert_array_equal(network(inputs).data, before)
    assert (twin.eval()(inputs).data != before).any()


def test_how_modules_are_printed():
    network = layers.Sequential(layers.Linear(3, 2, generator=generator()), layers.ReLU(), layers.LeakyReLU(0.2))
    assert repr(network) == (
        "Sequential(0=Linear(in_features=3, out_features=2, bias=True), 1=ReLU(), 2=LeakyReLU(negative_slope=0.2))"
    )
    assert repr(layers.BatchNorm(4)) == "BatchNorm(4, eps=1e-05, momentum=0.1)"
    assert repr(layers.GroupNorm(2, 4)) == "GroupNorm(2, 4, eps=1e-05)"
    assert repr(layers.LayerNorm(4)) == "LayerNorm((4,), eps=1e-05)"
    assert repr(layers.Conv2d(4, 6, 3, padding=1, groups=2, generator=generator())) == (
        "Conv2d(4, 6, kernel_size=(3, 3), padding=(1, 1), groups=2, bias=True)"
    )
    assert repr(layers.MaxPool2d(2)) == "MaxPool2d(kernel_size=(2, 2), stride=(2, 2))"
    assert repr(layers.AvgPool2d(2, 1)) == "AvgPool2d(kernel_size=(2, 2))"
    assert repr(layers.AdaptiveAvgPool2d(1)) == "AdaptiveAvgPool2d(output_size=1)"
    assert repr(layers.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"
    assert repr(layers.Dropout(generator=generator())) == "Dropout(p=0.5)"


def test_a_network_learns_what_pytorch_learns_step_by_step():
    """Float64, thirty steps of Adam on three classes, batch normalization included."""
    make, make_theirs, _ = LAYERS["a network"]
    ours, theirs = make(), make_theirs().double()
    copy_parameters(ours, theirs)
    for module in (ours, *ours, *ours[3]):
        for name, value in vars(module).items():
            if isinstance(value, Tensor):
                setattr(module, name, Tensor(value, requires_grad=True, dtype=np.float64))
            elif isinstance(value, np.ndarray):
                setattr(module, name, value.astype(np.float64))
    optimizer = optimizers.Adam(ours.parameters(), lr=1e-2)
    their_optimizer = torch.optim.Adam(theirs.parameters(), lr=1e-2)
    inputs, labels = generator(1).normal(size=(40, 3)), generator(2).integers(0, 3, 40)
    for _ in range(30):
        optimizer.zero_grad()
        their_optimizer.zero_grad()
        loss = functional.cross_entropy(ours(inputs), labels)
        expected = torch.nn.functional.cross_entropy(theirs(torch.tensor(inputs)), torch.tensor(labels))
        loss.backward()
        expected.backward()
        optimizer.step()
        their_optimizer.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    assert loss.item() < 1
