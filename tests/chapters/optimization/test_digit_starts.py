"""Good and bad starts of a network: each is what it is said to be, and training follows the textbook's steps."""

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.optimization import digit_starts
from dlcourse.scratch import losses


def logits_by_hand(network, inputs):
    hidden, output = network[0], network[2]
    return np.tanh(inputs @ hidden.weight.data.T + hidden.bias.data) @ output.weight.data.T + output.bias.data


def digits(part):
    return part.inputs.reshape(len(part), -1).astype(float), part.labels


@pytest.mark.parametrize(("start", "factors"), list(digit_starts.STARTS.items()))
def test_a_start_is_the_usual_one_with_its_weights_multiplied(start, factors):
    usual, network = (digit_starts.network_from(name, 3) for name in ("usual", start))
    for layer, factor in zip((0, 2), factors, strict=True):
        assert np.array_equal(network[layer].weight.data, factor * usual[layer].weight.data)
        assert not network[layer].bias.data.any()


def test_what_is_told_of_a_start_is_so():
    inputs, labels = digits(datasets.load("digits").train)
    run = digit_starts.learn("hidden × 30", seeds=[0])
    network = digit_starts.network_from("hidden × 30", 0)
    values = np.tanh(inputs @ network[0].weight.data.T)
    logits = logits_by_hand(network, inputs)
    errors = (losses.softmax(logits) - np.eye(10)[labels]) / len(labels)
    gradient = ((errors @ network[2].weight.data) * (1 - values**2)).T @ inputs
    assert run.gradient == pytest.approx([np.linalg.norm(gradient)])
    assert run.flat == pytest.approx([(abs(values) > 0.99).mean()])
    assert run.losses[0, 0] == pytest.approx(losses.cross_entropy(logits, labels))


def test_shapes_and_the_four_endings():
    found = {start: digit_starts.learn(start, seeds=range(2)) for start in digit_starts.STARTS}
    assert all(run.losses.shape == (2, 4) and run.right.shape == (2,) for run in found.values())
    assert not found["all × 0"].gradient.any()
    assert np.allclose(found["all × 0"].losses, np.log(10), atol=0.02)
    assert (found["all × 0.001"].losses[:, -1] < 0.1).all()
    assert (found["hidden × 30"].losses[:, -1] > 2 * found["usual"].losses[:, -1]).all()
