"""Memory of training: by kind, by precision, with checkpoints; and against what PyTorch really keeps."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint_sequential

from dlcourse.pytorch import counting
from dlcourse.pytorch.architectures import resnet50
from dlcourse.pytorch.training_memory import TrainingMemory, training_memory, with_checkpoints


def test_bytes_by_kind_are_those_of_the_papers():
    assert training_memory(100, 50, 8) == TrainingMemory(400, 400, 800, 1600)
    assert training_memory(100, 50, 8, optimizer="SGD").total == 400 + 400 + 1600
    assert training_memory(100, 50, 8, optimizer="SGD with momentum").optimizer == 400
    mixed = training_memory(100, 50, 8, precision="mixed")
    assert mixed == TrainingMemory(600, 200, 800, 800)
    assert mixed.total - mixed.activations == 16 * 100  # 2 + 2 + 12 bytes a parameter, as with float32
    for wrong in ({"optimizer": "adam"}, {"precision": "float8"}):
        with pytest.raises(ValueError, match="expected one of"):
            training_memory(1, 1, 1, **wrong)


def test_the_optimizer_s_memory_and_the_gradients_are_those_that_pytorch_has():
    network = nn.Linear(6, 5)
    expected = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}
    for name, kind in expected.items():
        optimizer = kind(network.parameters(), lr=0.1)
        network(torch.ones(2, 6)).sum().backward()
        optimizer.step()
        held = [each for state in optimizer.state.values() for each in state.values() if torch.is_tensor(each)]
        kept = sum(each.nbytes for each in held if each.ndim)
        assert kept == training_memory(35, 0, 1, optimizer=name).optimizer
        assert sum(each.grad.nbytes for each in network.parameters()) == training_memory(35, 0, 1).gradients


def test_a_50_layer_network_with_26_million_weights_and_16_million_activations():
    with torch.device("meta"):
        counts = counting.count(resnet50(), (3, 224, 224))
    weights = counting.total(counts).parameters
    activations = sum(each.activations for each in counts if each.kind in ("Conv2d", "Add"))
    assert (round(weights / 1e6), round(activations / 1e6)) == (26, 16)
    inference = training_memory(weights, activations, 1, optimizer="SGD")
    assert (inference.weights + inference.activations) / 1e6 == pytest.approx(167, abs=0.5)
    assert training_memory(weights, activations, 32).activations == 32 * 4 * activations


def test_checkpoints_of_equal_layers_keep_least_with_as_many_segments_as_the_root():
    kept = {segments: with_checkpoints([1] * 100, segments) for segments in range(1, 101)}
    assert (kept[1], kept[100]) == (100, 100)
    assert min(kept, key=kept.get) == 10
    assert kept[10] == 10 + 9
    assert with_checkpoints([5, 1, 7, 2], 2) == 1 + 2 + 7
    with pytest.raises(ValueError, match="cannot be cut"):
        with_checkpoints([1, 2], 3)


def kept_by(function, inputs):
    """Bytes that the graph of ``function(inputs)`` holds on to, each memory once, without the parameters."""
    storages = {}
    with torch.autograd.graph.saved_tensors_hooks(
        lambda tensor: storages.setdefault(tensor.untyped_storage()._cdata, tensor), lambda tensor: tensor
    ):
        function(inputs)
    return sum(each.nbytes for each in storages.values() if not isinstance(each, nn.Parameter) and each is not inputs)


def test_pytorch_keeps_only_what_stands_between_segments():
    network = nn.Sequential(*(nn.Sigmoid() for _ in range(12)))
    inputs = torch.ones(3, 10, requires_grad=True)
    everything = kept_by(network, inputs)
    assert everything == 12 * inputs.nbytes
    between = kept_by(lambda x: checkpoint_sequential(network, 3, x, use_reentrant=False), inputs)
    assert between < everything / 2
