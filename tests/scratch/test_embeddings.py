"""Embedding: rows of a table, and their gradients, are PyTorch's; what is no row is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn import functional as torch_functional

from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.gradient_check import gradcheck
from dlcourse.scratch.layers import Embedding

indices = arrays(np.int64, st.sampled_from([(), (4,), (3, 5), (2, 1, 3), (0,)]), elements=st.integers(0, 6))


def drawn(*shape, dtype=np.float64):
    return np.random.default_rng(list(shape)).normal(size=shape).astype(dtype)


@given(indices, st.none() | st.integers(0, 6), st.sampled_from([np.float32, np.float64]))
def test_rows_and_their_gradients_are_those_of_pytorch(places, padding_idx, dtype):
    weight = Tensor(drawn(7, 3, dtype=dtype), requires_grad=True)
    theirs = torch.tensor(weight.data, requires_grad=True)
    result = functional.embedding(places, weight, padding_idx)
    expected = torch_functional.embedding(torch.tensor(places), theirs, padding_idx)
    np.testing.assert_array_equal(result.data, expected.detach().numpy())
    gradient = drawn(*result.shape, dtype=dtype)
    result.backward(gradient)
    expected.backward(torch.tensor(gradient))
    np.testing.assert_allclose(weight.grad, theirs.grad.numpy(), rtol=1e-5, atol=1e-6)
    assert weight.grad.dtype == dtype


def test_the_gradient_is_that_of_central_differences_and_of_one_hot_rows():
    places, weights = np.array([[2, 0, 2], [1, 2, 3]]), drawn(2, 3, 4)
    weight = Tensor(drawn(5, 4), requires_grad=True)
    assert gradcheck(lambda w: (functional.embedding(places, w) * weights).sum(), [weight])
    (functional.embedding(places, weight) * weights).sum().backward()
    first = weight.grad
    weight.clear_grad()
    ((Tensor(np.eye(5)[places]) @ weight) * weights).sum().backward()
    np.testing.assert_allclose(first, weight.grad, rtol=1e-12)


def test_indices_may_be_changed_between_the_passes_and_may_be_a_list_or_bytes():
    weight, places = Tensor(drawn(4, 2), requires_grad=True), np.array([1, 1, 3])
    result = functional.embedding(places, weight).sum()
    places[:] = 0
    result.backward()
    np.testing.assert_array_equal(weight.grad, [[0, 0], [2, 2], [0, 0], [1, 1]])
    for same in ([1, 3], np.array([1, 3], np.uint8)):
        np.testing.assert_array_equal(functional.embedding(same, weight).data, weight.data[[1, 3]])


def test_the_module_draws_rows_of_variance_1_and_leaves_its_padding_at_0():
    layer = Embedding(300, 40, padding_idx=0, generator=np.random.default_rng(0))
    assert (layer.weight.data[0] == 0).all()
    assert layer.weight.data[1:].std() == pytest.approx(1, abs=0.03)
    assert layer.weight.dtype == np.float32
    assert repr(layer) == "Embedding(300, 40, padding_idx=0)"
    assert repr(Embedding(3, 2, generator=np.random.default_rng(0))) == "Embedding(3, 2)"
    result = layer(np.array([[0, 5], [7, 0]]))
    assert result.shape == (2, 2, 40)
    result.sum().backward()
    assert np.flatnonzero(layer.weight.grad.any(axis=1)).tolist() == [5, 7]
    assert [name for name, _ in layer.named_parameters()] == ["weight"]


@pytest.mark.parametrize(
    ("places", "error", "message"),
    [
        ([[0, 1], [4, 2]], ValueError, r"from 0 to 3, one for each row of the weight, but indices\[1, 0\] is 4"),
        ([0, -1], ValueError, r"indices\[1\] is -1"),
        ([0.0, 1.0], TypeError, "whole numbers, the rows to take, received dtype float64"),
        ([True], TypeError, "received dtype bool"),
        (Tensor([1.0]), TypeError, "expected an array of whole numbers, received a Tensor"),
        (["a"], TypeError, "expected an array of numbers"),
    ],
)
def test_what_is_no_row_is_named(places, error, message):
    with pytest.raises(error, match=f"indices: .*{message}"):
        functional.embedding(places, Tensor(drawn(4, 2)))


def test_weights_and_paddings_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"embedding: expected a weight \(count, dim\)|of shape \(count, dim\)"):
        functional.embedding([0], Tensor(drawn(4)))
    with pytest.raises(TypeError, match="weight: expected a Tensor"):
        functional.embedding([0], drawn(4, 2))
    with pytest.raises(ValueError, match="padding_idx: expected a row from 0 to 3, received 4"):
        functional.embedding([0], Tensor(drawn(4, 2)), 4)
    with pytest.raises(ValueError, match="padding_idx: expected a whole number of at least 0"):
        Embedding(4, 2, -1, generator=np.random.default_rng(0))
