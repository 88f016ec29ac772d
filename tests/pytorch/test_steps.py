"""PyTorch in the course's loop: the same numbers as the textbook's network, devices, going on after an interrupt."""

import numpy as np
import pytest
import torch

from dlcourse import checkpoints, datasets
from dlcourse.data_parts import Part
from dlcourse.errors import CourseError
from dlcourse.pytorch import steps
from dlcourse.scratch import layers, optimizers
from dlcourse.scratch import steps as scratch_steps
from dlcourse.training import fit

DIGITS = datasets.load("digits")
FEW = Part(DIGITS.train.inputs[:60], DIGITS.train.labels[:60])


def scratch_network():
    generator = np.random.default_rng(5)
    return layers.Sequential(
        layers.Conv2d(1, 4, 3, padding=1, bias=False, generator=generator),
        layers.BatchNorm(4),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(64, 10, generator=generator),
    )


def torch_network(dropout=0.0):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
        *([nn.Dropout(dropout)] if dropout else []),
    )


def copied(network):
    """A network of PyTorch with the weights of a network from scratch."""
    twin = torch_network()
    twin.load_state_dict({name: torch.tensor(array) for name, array in network.state_dict().items()}, strict=False)
    return twin


OPTIMIZERS = {
    "SGD": (optimizers.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "Adam": (optimizers.Adam, torch.optim.Adam, {"lr": 0.01}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_with_the_same_weights_and_the_same_order_both_give_the_same_losses(name):
    ours, theirs, options = OPTIMIZERS[name]
    network = scratch_network()
    twin = copied(network)
    made = [
        (scratch_steps, network, ours(network.parameters(), **options)),
        (steps, twin, theirs(twin.parameters(), **options)),
    ]
    histories = []
    for module, each, optimizer in made:
        shuffling = np.random.default_rng(1)

        def validate(module=module, each=each):
            found = module.evaluate(each, DIGITS.validation)
            return {"validation": found["loss"], "accuracy": found["accuracy"]}

        step = module.training_step(each, optimizer)
        batches = lambda shuffling=shuffling: datasets.batches(DIGITS.train, 64, shuffling)  # noqa: E731
        histories.append(fit(step, batches, epochs=2, validate=validate, progress=False))
    for loss in ("training", "validation"):
        np.testing.assert_allclose(histories[0][loss], histories[1][loss], rtol=1e-3)
    np.testing.assert_allclose(histories[0]["accuracy"], histories[1]["accuracy"], atol=0.01)
    assert histories[0]["accuracy"][-1] > 0.8


def test_evaluating_both_gives_the_same_and_leaves_the_network_as_it_was():
    network = scratch_network()
    twin = copied(network)
    before, mode = checkpoints.states_of([twin]), twin.training
    ours, theirs = scratch_steps.evaluate(network, DIGITS.validation), steps.evaluate(twin, DIGITS.validation)
    assert ours["accuracy"] == theirs["accuracy"]
    assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-5)
    assert steps.evaluate(twin, DIGITS.validation, batch_size=7)["loss"] == pytest.approx(theirs["loss"], rel=1e-5)
    assert twin.training is mode is network.training is True
    assert same(checkpoints.states_of([twin]), before)
    assert all(parameter.grad is None for parameter in twin.parameters())


@pytest.mark.parametrize("module", [steps, scratch_steps])
def test_an_evaluation_needs_examples(module):
    network = torch_network() if module is steps else scratch_network()
    with pytest.raises(ValueError, match="part: expected at least one example"):
        module.evaluate(network, Part(FEW.inputs[:0], FEW.labels[:0]))


@pytest.mark.parametrize("module", [steps, scratch_steps])
def test_a_step_trains_even_when_the_network_was_left_out_of_training(module):
    network = torch_network() if module is steps else scratch_network()
    optimizer = OPTIMIZERS["SGD"][module is steps](network.parameters(), lr=0.1)
    network.eval()
    module.training_step(network, optimizer)(FEW.inputs, FEW.labels)
    assert network.training
    assert np.abs(np.asarray(network[1].running_mean)).max() > 0


@pytest.mark.parametrize("module", [steps, scratch_steps])
@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        ((FEW.inputs * 255).astype(np.uint8), TypeError, "received dtype uint8"),
        (FEW.inputs.transpose(0, 2, 3, 1), ValueError, "channels seem to come last"),
    ],
)
def test_images_that_the_network_would_misunderstand_are_refused(module, inputs, error, words):
    network = torch_network() if module is steps else scratch_network()
    optimizer = OPTIMIZERS["SGD"][module is steps](network.parameters(), lr=0.1)
    with pytest.raises(error, match=words):
        module.training_step(network, optimizer)(inputs, FEW.labels)
    with pytest.raises(error, match=words):
        module.evaluate(network, Part(inputs, FEW.labels))


# --- going on after an interrupt


class Training:
    """A network with dropout and batch statistics, its optimizer, and both generators that chance comes from."""

    def __init__(self, name):
        torch.manual_seed(3)
        self.network = torch_network(dropout=0.2)
        self.optimizer = OPTIMIZERS[name][1](self.network.parameters(), **OPTIMIZERS[name][2])
        self.shuffling = np.random.default_rng(2)
        self.parts = [self.network, self.optimizer, self.shuffling, torch.default_generator]
        self.step = steps.training_step(self.network, self.optimizer)

    def fit(self, step=None, **options):
        return fit(
            step or self.step,
            lambda: datasets.batches(FEW, 25, self.shuffling),
            epochs=3,
            validate=lambda: {"validation": steps.evaluate(self.network, FEW)["loss"]},
            parts=self.parts,
            progress=False,
            **options,
        )


def same(one, other):
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("after", range(9))
def test_a_training_interrupted_at_any_step_goes_on_as_if_nothing_were(tmp_path, name, after):
    whole = Training(name)
    expected, state = whole.fit(), checkpoints.states_of(whole.parts)
    first, calls = Training(name), iter(range(100))

    def step(inputs, labels):
        loss = first.step(inputs, labels)
        if next(calls) == after:
            raise KeyboardInterrupt
        return loss

    with pytest.raises(KeyboardInterrupt):
        first.fit(step, checkpoint=tmp_path / "kept.safetensors")
    second = Training(name)
    found = second.fit(checkpoint=tmp_path / "kept.safetensors")
    assert found.losses == expected.losses
    assert same(checkpoints.states_of(second.parts), state)


def test_a_scheduler_is_kept_too(tmp_path):
    training = Training("SGD")
    scheduler = torch.optim.lr_scheduler.StepLR(training.optimizer, 1)
    training.parts.append(scheduler)
    training.fit(checkpoint=tmp_path / "kept.safetensors")
    for _ in range(3):
        scheduler.step()
    other = Training("SGD")
    other.parts.append(torch.optim.lr_scheduler.StepLR(other.optimizer, 1))
    other.fit(checkpoint=tmp_path / "kept.safetensors")
    assert other.parts[-1].last_epoch == 0


@pytest.mark.parametrize("change", ["shape", "layers"])
def test_the_checkpoint_of_another_network_is_refused_and_changes_nothing(tmp_path, change):
    Training("Adam").fit(checkpoint=tmp_path / "kept.safetensors")
    other = Training("Adam")
    other.network[5] = torch.nn.Linear(64, 12) if change == "shape" else torch.nn.Identity()
    before = checkpoints.states_of(other.parts)
    with pytest.raises(CourseError, match=r"belongs to another training: Error.* in loading state_dict for Sequential"):
        other.fit(checkpoint=tmp_path / "kept.safetensors")
    assert same(checkpoints.states_of(other.parts), before)


def test_a_data_loader_gives_mini_batches_too():
    x, y = steps.tensors(FEW)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=25)
    network = torch_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    history = fit(steps.training_step(network, optimizer), lambda: loader, epochs=2, progress=False)
    assert history["training"][1] < history["training"][0]


# --- devices and tensors


def test_the_processor_is_always_there():
    device = steps.choose_device("cpu")
    assert device == torch.device("cpu")
    assert steps.describe_device(device).startswith("Computing on the processor (cpu)")


@pytest.mark.parametrize(("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_the_fastest_device_that_is_here_is_chosen(monkeypatch, cuda, mps, chosen):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Card")
    device = steps.choose_device()
    assert device.type == chosen
    words = {"cuda": "graphics card Card", "mps": "Apple's processor", "cpu": "finds no graphics card"}
    assert words[chosen] in steps.describe_device(device)
    if chosen != "cpu":
        assert f"as asked; there is {chosen} too" in steps.describe_device(torch.device("cpu"))


@pytest.mark.parametrize("name", ["cuda", "mps", "abacus", "cuda:7", "meta"])
def test_a_device_that_is_not_here_is_told(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(CourseError, match="Found: cpu"):
        steps.choose_device(name)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64])
def test_class_labels_of_any_integer_type_become_int64(dtype):
    inputs, labels = steps.tensors(Part(FEW.inputs, FEW.labels.astype(dtype)))
    assert (inputs.dtype, labels.dtype) == (torch.float32, torch.int64)
    np.testing.assert_array_equal(labels.numpy(), FEW.labels)


def test_targets_of_a_regression_stay_what_they_are():
    targets = np.linspace(0, 1, 60, dtype=np.float32)
    assert steps.tensors(Part(FEW.inputs, targets))[1].dtype == torch.float32


def test_a_network_without_parameters_is_on_the_processor():
    assert steps.device_of(torch.nn.Flatten()) == torch.device("cpu")
