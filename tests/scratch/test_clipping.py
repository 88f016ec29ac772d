"""Gradient clipping: by one norm over all arrays, by value, and in place as PyTorch does it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.clipping import clip_by_norm, clip_by_value, clip_grad_norm_, total_norm
from dlcourse.scratch.layers import Linear

gradients = st.lists(
    arrays(np.float64, st.sampled_from([(), (3,), (2, 3), (0,)]), elements=st.floats(-1e3, 1e3)), min_size=1, max_size=4
)
limits = st.floats(1e-3, 1e3)


def test_a_gradient_of_length_5_is_shortened_to_1_by_one_factor_for_all():
    (first, second), norm = clip_by_norm([np.array([3.0, 0.0]), np.array([[4.0]])], 1.0)
    assert norm == 5
    np.testing.assert_allclose(first, [0.6, 0.0])
    np.testing.assert_allclose(second, [[0.8]])


@given(gradients, limits)
def test_clipping_by_norm_keeps_the_direction_and_never_makes_longer(given_, limit):
    before = [each.copy() for each in given_]
    clipped, norm = clip_by_norm(given_, limit)
    assert norm == pytest.approx(math.sqrt(sum((each**2).sum() for each in before)), rel=1e-12)
    assert total_norm(clipped) == pytest.approx(min(norm, limit), rel=1e-12)
    factor = min(1.0, limit / norm) if norm else 1.0
    for after, old, original in zip(clipped, before, given_, strict=True):
        np.testing.assert_allclose(after, factor * old, rtol=1e-12)
        np.testing.assert_array_equal(original, old)
        assert np.shape(after) == old.shape
        assert not np.shares_memory(after, original)


@given(gradients, limits)
def test_clipping_by_value_moves_entries_into_the_range_and_leaves_the_others(given_, limit):
    for after, before in zip(clip_by_value(given_, limit), given_, strict=True):
        small = np.abs(before) <= limit
        assert (np.abs(after) <= limit).all()
        np.testing.assert_array_equal(np.asarray(after)[small], np.asarray(before)[small])
        np.testing.assert_array_equal(np.sign(after), np.sign(before))
        assert not np.shares_memory(after, before)


def test_by_value_the_direction_changes():
    (after,) = clip_by_value([np.array([10.0, 0.1])], 1.0)
    np.testing.assert_array_equal(after, [1.0, 0.1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay_and_the_norm_does_not_overflow_in_float32(dtype):
    large = [np.full(4, 1e30, dtype)]
    (clipped,), norm = clip_by_norm(large, 1.0)
    assert clipped.dtype == clip_by_value(large, 1.0)[0].dtype == dtype
    assert norm == pytest.approx(2e30)
    np.testing.assert_allclose(clipped, 0.5, rtol=1e-6)


def with_gradients(dtype=np.float32):
    """Parameters here and in PyTorch with the same gradients, and one without."""
    draws = np.random.default_rng(0).normal(size=(6,)).astype(dtype)
    ours, theirs = [], []
    for values in (draws[:2], draws[2:].reshape(2, 2)):
        ours.append(Tensor(values, requires_grad=True))
        theirs.append(torch.tensor(values, requires_grad=True))
        ours[-1].grad, theirs[-1].grad = values.copy(), torch.tensor(values)
    return [*ours, Tensor(np.ones(3), requires_grad=True)], theirs


@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_in_place_it_is_that_of_pytorch(max_norm):
    ours, theirs = with_gradients()
    held = ours[0].grad
    norm = clip_grad_norm_((each for each in ours), max_norm)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm)
    assert norm == pytest.approx(float(expected), rel=1e-6)
    assert isinstance(norm, float)
    for one, other in zip(ours, theirs, strict=False):
        np.testing.assert_allclose(one.grad, other.grad.numpy(), rtol=1e-5)
        assert one.grad.dtype == np.float32
    assert ours[0].grad is held
    assert ours[2].grad is None


def test_in_place_it_takes_a_single_parameter_and_what_a_module_gives():
    (tensor, *_), _ = with_gradients()
    clip_grad_norm_(tensor, 0.125)
    assert total_norm([tensor.grad]) == pytest.approx(0.125, rel=1e-6)
    layer = Linear(3, 2, generator=np.random.default_rng(0))
    layer(np.ones((4, 3), np.float32)).sum().backward()
    clip_grad_norm_(layer.parameters(), 0.125)
    assert total_norm([parameter.grad for parameter in layer.parameters()]) == pytest.approx(0.125, rel=1e-6)


@pytest.mark.parametrize("function", [clip_by_norm, clip_by_value, clip_grad_norm_])
@pytest.mark.parametrize(("limit", "error"), [(0, ValueError), (-1.0, ValueError), ("1", TypeError)])
def test_limits_are_positive_numbers(function, limit, error):
    given_ = with_gradients()[0] if function is clip_grad_norm_ else [np.ones(2)]
    with pytest.raises(error, match=r"(limit|max_norm): expected"):
        function(given_, limit)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_is_not_finite_cannot_be_scaled_back(value):
    with pytest.raises(ValueError, match=r"gradients: expected finite numbers.*overflow"):
        clip_by_norm([np.array([1.0, value])], 1.0)


def test_clipping_before_backward_is_told():
    with pytest.raises(ValueError, match=r"none of the parameters has a gradient\. Call it after backward"):
        clip_grad_norm_([Tensor(np.ones(2), requires_grad=True)], 1.0)
