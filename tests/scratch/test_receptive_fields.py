"""The receptive field by its formula is the part of the image whose gradient is not 0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.scratch import layers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.receptive_fields import receptive_field

GENERATOR = np.random.default_rng(0)
SIZE = 64


def convolution(kernel, stride, dilation=1):
    """A convolution of positive weights: no two ways from a pixel to a result cancel."""
    layer = layers.Conv2d(1, 1, kernel, stride, dilation=dilation, generator=GENERATOR, dtype=np.float64)
    layer.weight.data = np.abs(layer.weight.data) + 0.1
    return layer


KERNELS, STRIDES = (st.tuples(st.integers(1, high), st.integers(1, high)) for high in (3, 2))
LAYERS = st.one_of(
    st.builds(convolution, KERNELS, STRIDES, st.integers(1, 2)),
    st.builds(layers.AvgPool2d, KERNELS, STRIDES),
    st.builds(layers.BatchNorm, st.just(1), dtype=st.just(np.float64)),
    st.builds(layers.LeakyReLU),
)


def extent_of_gradient(network):
    """The rows and columns, from the first to the last, on which a number in the middle of the result depends."""
    images = Tensor(np.random.default_rng(1).normal(size=(1, 1, SIZE, SIZE)), requires_grad=True)
    result = network.eval()(images)
    gradient = np.zeros(result.shape)
    gradient[0, 0, result.shape[2] // 2, result.shape[3] // 2] = 1
    result.backward(gradient)
    return [np.ptp(np.nonzero(images.grad[0, 0])[axis]) + 1 for axis in (0, 1)]


@settings(max_examples=max(1, settings().max_examples // 2))
@given(parts=st.lists(LAYERS, max_size=4))
def test_the_field_is_the_support_of_the_gradient(parts):
    network = layers.Sequential(*parts)
    assert [receptive_field(network, axis) for axis in (0, 1)] == extent_of_gradient(network)


def test_the_largest_number_of_a_window_is_found_anywhere_in_its_field():
    """Max-pooling hands its gradient to one pixel; over many images all of the field gets some."""
    network = layers.Sequential(convolution(3, 1), layers.MaxPool2d(2), convolution(3, 2), layers.MaxPool2d(3, 1))
    images = Tensor(np.random.default_rng(2).normal(size=(300, 1, 18, 18)), requires_grad=True)
    result = network(images)
    gradient = np.zeros(result.shape)
    gradient[:, 0, 0, 0] = 1
    result.backward(gradient)
    seen = np.nonzero(np.abs(images.grad).sum((0, 1)))
    assert [axis.max() + 1 for axis in seen] == [receptive_field(network)] * 2 == [16, 16]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], 1),
        ([(3, 1)], 3),
        ([(3, 1)] * 5, 11),
        ([(3, 1, 1), (3, 1, 2), (3, 1, 4)], 15),
        ([(5, 1), (2, 2), (5, 1), (2, 2)], 16),  # LeNet-5
        ([(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)], 195),  # AlexNet
        ([(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2)] + ([(3, 1)] * 3 + [(2, 2)]) * 3, 212),  # VGG-16
    ],
)
def test_fields_of_known_networks(parts, expected):
    assert receptive_field(parts) == expected


def test_what_has_no_window_is_refused_in_words():
    for wrong in (layers.Flatten(), layers.AdaptiveAvgPool2d(1), layers.Linear(2, 2, generator=GENERATOR), 3, (3,)):
        with pytest.raises(TypeError, match="expected layers with a window"):
            receptive_field([wrong])
    with pytest.raises(ValueError, match="stride: expected a whole number of at least 1, received 0"):
        receptive_field([(3, 0)])
