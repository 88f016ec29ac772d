"""The question about equal units is answered by running what it describes."""

import numpy as np
import pytest

from dlcourse.chapters.backpropagation.exercises import equal_units
from dlcourse.scratch import functional, layers, optimizers
from dlcourse.scratch.autograd import Tensor


def hidden_layers(output_scale, steps):
    """Weights and biases (4, 4) of four tanh units that start at 0, after each step of descent."""
    generator = np.random.default_rng(0)
    inputs, labels = Tensor(generator.normal(size=(20, 3))), generator.integers(2, size=20)
    hidden, output = (layers.Linear(*sizes, generator=generator) for sizes in ((3, 4), (4, 2)))
    for parameter in (hidden.weight, hidden.bias):
        parameter.data[...] = 0
    output.weight.data[...] = output_scale * generator.normal(size=(2, 4))
    optimizer = optimizers.SGD([*hidden.parameters(), *output.parameters()], lr=0.5)
    course = []
    for _ in range(steps):
        optimizer.zero_grad()
        functional.cross_entropy(output(functional.tanh(hidden(inputs))), labels).backward()
        before = output.weight.data.copy()
        optimizer.step()
        course.append(np.column_stack([hidden.weight.data, hidden.bias.data]))
        if len(course) == 1:
            assert np.array_equal(output.weight.data, before), "the hidden values are 0 at the first step"
    return course


def test_random_output_weights_alone_make_the_units_different_from_the_first_step_on():
    assert equal_units.answer == "b"
    first, *_, last = hidden_layers(output_scale=1.0, steps=50)
    for units in (first, last):
        for i in range(4):
            assert all(np.abs(units[i] - units[j]).max() > 0.001 for j in range(i))
            assert (units[i] != 0).all(), "weights and biases move"


def test_with_output_weights_of_zero_nothing_in_the_hidden_layer_ever_moves():
    assert hidden_layers(output_scale=0.0, steps=5)[-1] == pytest.approx(0, abs=0)
