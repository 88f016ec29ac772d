"""Memory of training: by kind, by precision, with checkpoints; and against what PyTorch really keeps."""

from itertools import combinations, pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils.checkpoint import checkpoint

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


def test_checkpoints_of_equal_layers_in_equal_segments_keep_least_with_as_many_as_the_root():
    """Chen et al. (2016): k + n/k − 1; where the segments may get shorter, less: with c results at once c + … + 1."""
    chain = [(1,)] * 36
    kept = [with_checkpoints(chain, segments) for segments in range(1, 37)]
    assert (kept[0], kept[-1]) == (36, 36)
    assert all(found <= segments + -(-36 // segments) - 1 for segments, found in enumerate(kept, start=1))
    assert min(kept) == 8 == kept.index(8) + 1
    assert 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1 == 36


def test_a_cut_lies_between_blocks_and_never_within_one():
    assert with_checkpoints([(5, 1), (7,), (2, 2)], 2) == 1 + 7 + 2 + 2  # {5, 1}, {7, 2, 2}; the other cut: 13
    assert with_checkpoints([(1, 1, 1, 1)], 1) == 4
    for blocks, words in (([(1, 1, 1, 1)], "1 blocks cannot be cut into 2"), ([(1,), ()], "block 1 has no layers")):
        with pytest.raises(ValueError, match=words):
            with_checkpoints(blocks, 2)
    with pytest.raises(TypeError, match=r"block 1 is 7; a block of one layer is written \(7,\)"):
        with_checkpoints([(5, 1), 7], 2)


class Block(nn.Module):
    """x -> tanh(W x + V tanh(U x)): PyTorch keeps what both tanh give, and x, the result of the block before."""

    def __init__(self, before, inner, after):
        super().__init__()
        self.inner, self.outer, self.skip = (
            nn.Linear(*s, False) for s in ((before, inner), (inner, after), (before, after))
        )

    def forward(self, inputs):
        return torch.tanh(self.skip(inputs) + self.outer(torch.tanh(self.inner(inputs))))


def most_at_once(segments, inputs):
    """Numbers of results that PyTorch holds at once, at most, in a step with each of ``segments`` checkpointed."""
    own = {each.data_ptr() for segment in segments for each in segment.parameters()} | {inputs.data_ptr()}
    seen, most = {}, 0

    def keep(tensor):
        nonlocal most
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            seen[storage._cdata] = StorageWeakRef(storage), tensor.numel()
        for key in [key for key, (reference, _) in seen.items() if reference.expired()]:
            del seen[key]
        most = max(most, sum(size for _, size in seen.values()))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        results = inputs
        for segment in segments:
            results = checkpoint(segment, results, use_reentrant=True)
        results.sum().backward()
    return most


@pytest.mark.parametrize("seed", range(4))
def test_residual_networks_hold_as_much_in_pytorch_where_they_are_cut_best(seed):
    generator = np.random.default_rng(seed)
    widths, inner = generator.integers(1, 30, 6).tolist(), generator.integers(1, 30, 5).tolist()
    network = [Block(*sizes) for sizes in zip(widths, inner, widths[1:], strict=False)]
    inputs = torch.ones(1, widths[0], requires_grad=True)
    for segments in (1, 2, 3, 5):
        cuts = [(0, *inside, 5) for inside in combinations(range(1, 5), segments - 1)]
        held = [most_at_once([nn.Sequential(*network[a:b]) for a, b in pairwise(cut)], inputs) for cut in cuts]
        assert with_checkpoints(list(zip(inner, widths[1:], strict=True)), segments) == min(held)
