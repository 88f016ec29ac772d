"""Convolution in a few lines gives the values and gradients of ``conv2d`` and of max pooling, whatever the shapes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.scratch import convolution, convolution_by_offsets, pooling
from dlcourse.scratch.autograd import Tensor

SIZES = st.tuples(st.integers(4, 7), st.integers(4, 7))
DTYPES = st.sampled_from([np.float32, np.float64])


def drawn(generator, *shape, dtype):
    return generator.normal(size=shape).astype(dtype)


def assert_close(mine, theirs):
    assert mine.dtype == theirs.dtype
    np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-4 if mine.dtype == np.float32 else 1e-12)


@given(
    counts=st.tuples(*[st.integers(1, 3)] * 3),
    size=SIZES,
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dtype=DTYPES,
)
def test_values_and_gradients_are_those_of_conv2d(counts, size, kernel, stride, padding, dtype):
    generator, (n, channels, outputs) = np.random.default_rng(0), counts
    images = drawn(generator, n, channels, *size, dtype=dtype)
    kernels, bias = drawn(generator, outputs, channels, *kernel, dtype=dtype), drawn(generator, outputs, dtype=dtype)
    x, w, b = (Tensor(each, requires_grad=True) for each in (images, kernels, bias))
    result = convolution.conv2d(x, w, b, stride, padding)
    gradient = drawn(generator, *result.shape, dtype=dtype)
    result.backward(gradient)
    found = convolution_by_offsets.conv2d_by_offsets(images, kernels, bias, stride, padding)
    assert_close(found, result.data)
    for image, sums in zip(images, found, strict=True):
        by_loops = convolution_by_offsets.conv2d_by_loops(image, kernels, stride, padding)
        assert_close(by_loops + bias[:, None, None], sums)
    shapes = kernels.shape, images.shape
    assert_close(convolution_by_offsets.kernel_gradient(gradient, images, shapes[0], stride, padding), w.grad)
    assert_close(convolution_by_offsets.input_gradient(gradient, kernels, shapes[1], stride, padding), x.grad)


@given(
    counts=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    size=SIZES,
    window=st.integers(1, 4),
    stride=st.integers(1, 5),
    ties=st.booleans(),
    dtype=DTYPES,
)
def test_the_gradient_of_max_pooling_is_that_of_max_pool2d(counts, size, window, stride, ties, dtype):
    generator = np.random.default_rng(0)
    images = drawn(generator, *counts, *size, dtype=dtype)
    x = Tensor(images.round() if ties else images, requires_grad=True)
    result = pooling.max_pool2d(x, window, stride)
    gradient = drawn(generator, *result.shape, dtype=dtype)
    result.backward(gradient)
    assert_close(convolution_by_offsets.max_pool_backward(gradient, x.data, window, stride), x.grad)


def test_a_kernel_that_does_not_fit_is_refused_in_words():
    with pytest.raises(ValueError, match="expected one that fits into the padded input"):
        convolution_by_offsets.conv2d_by_loops(np.ones((1, 3, 3)), np.ones((1, 1, 4, 4)))
    with pytest.raises(ValueError, match="expected one that fits into the padded input"):
        convolution_by_offsets.conv2d_by_offsets(np.ones((1, 1, 3, 3)), np.ones((1, 1, 4, 4)), np.ones(1))
