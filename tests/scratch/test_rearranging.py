"""Flatten, squeeze, unsqueeze, stack and pad; where, clamp, max, argmax and var: values and gradients as in PyTorch."""

import itertools

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor

SHAPES = [(), (3,), (1,), (2, 3), (1, 3), (2, 1, 3), (1, 1, 1), (2, 3, 4), (0, 3)]


def both(*arrays):
    """The same learnt numbers as tensors of the course and of PyTorch."""
    ours = [Tensor(array, requires_grad=True) for array in arrays]
    return ours, [torch.tensor(np.asarray(array), requires_grad=True) for array in arrays]


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def assert_same(ours, theirs, leaves, their_leaves):
    """Values, shapes, dtypes and gradients, the gradient of the result being 1, 2, 3, ..."""
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-12)
    assert ours.shape == tuple(theirs.shape)
    gradient = np.arange(1.0, ours.data.size + 1).reshape(ours.shape).astype(ours.dtype)
    ours.backward(gradient)
    theirs.backward(torch.tensor(gradient))
    for mine, other in zip(leaves, their_leaves, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), rtol=1e-12, atol=1e-14)
        assert mine.grad.dtype == other.grad.numpy().dtype


def assert_same_or_both_refuse(function, shape, error=ValueError):
    """``function`` of a tensor of ``shape``, ours and PyTorch's."""
    ours, theirs = both(numbers(*shape))
    try:
        expected = function(theirs[0])
    except (IndexError, RuntimeError):
        with pytest.raises(error):
            function(ours[0])
        return False
    assert_same(function(ours[0]), expected, ours, theirs)
    return True


@pytest.mark.parametrize("shape", SHAPES)
def test_axes_that_are_joined_dropped_and_added_are_those_of_pytorch(shape):
    done = 0
    for first, last in itertools.product(range(-4, 4), repeat=2):
        done += assert_same_or_both_refuse(lambda x, a=first, b=last: x.flatten(a, b), shape)
    for dim in range(-4, 4):
        done += assert_same_or_both_refuse(lambda x, d=dim: x.unsqueeze(d), shape)
        done += assert_same_or_both_refuse(lambda x, d=dim: x.squeeze(d), shape)
    assert done > 4
    assert assert_same_or_both_refuse(lambda x: x.flatten(), shape)
    assert assert_same_or_both_refuse(lambda x: x.squeeze(), shape)


def test_several_axes_are_dropped_at_once():
    assert assert_same_or_both_refuse(lambda x: x.squeeze((0, 2, -1)), (1, 2, 1, 3))


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -3])
def test_stack_is_that_of_pytorch_and_takes_arrays_too(dim):
    ours, theirs = both(*(numbers(2, 3, seed=seed) for seed in range(3)))
    assert_same(functional.stack(ours, dim), torch.stack(theirs, dim), ours, theirs)
    mixed = functional.stack([np.ones((2, 3)), ours[0]], dim)
    assert mixed.shape == tuple(torch.stack(theirs[:2], dim).shape)


def test_what_cannot_be_stacked_is_refused():
    with pytest.raises(ValueError, match=r"stack: expected tensors of one shape, received \(2, 3\) and \(3,\)"):
        functional.stack([Tensor(np.ones((2, 3))), Tensor(np.ones(3))])
    with pytest.raises(ValueError, match="dim: expected an axis from -2 to 1, received 2"):
        functional.stack([Tensor(np.ones(3))], 2)
    for wrong in ([], [np.ones(2)]):
        with pytest.raises(ValueError, match="at least one tensor"):
            functional.stack(wrong)


@pytest.mark.parametrize("pad", [(1, 2), (0, 0), (1, 0, 2, 3), (0, 1, 0, 0, 1, 1), ()])
@pytest.mark.parametrize("value", [None, 0.0, -2.5])
def test_pad_is_that_of_pytorch(pad, value):
    ours, theirs = both(numbers(2, 3, 4))
    assert_same(
        functional.pad(ours[0], pad, value=value),
        torch.nn.functional.pad(theirs[0], pad, value=value),
        ours,
        theirs,
    )


def test_a_number_without_axes_is_padded_by_nothing():
    ours, theirs = both(np.array(3.0))
    assert_same(functional.pad(ours[0], ()), torch.nn.functional.pad(theirs[0], ()), ours, theirs)


def test_paddings_that_do_not_fit_are_refused():
    x = Tensor(np.ones((2, 3)))
    for wrong in ((1,), (1, 2, 3), (1,) * 6):
        with pytest.raises(ValueError, match=r"two numbers for each of the last axes of \(2, 3\)"):
            functional.pad(x, wrong)
    with pytest.raises(ValueError, match="'reflect'"):
        functional.pad(x, (1, 1), "reflect")
    with pytest.raises(ValueError, match="pad: expected a whole number of at least 0, received -1"):
        functional.pad(x, (-1, 1))


# --- choosing


@pytest.mark.parametrize("shapes", [((2, 3),) * 3, ((3,), (2, 1), (2, 3)), ((2, 1), (3,), ()), ((2, 3), (), (1,))])
def test_where_is_that_of_pytorch(shapes):
    condition = numbers(*shapes[0], seed=5) > 0
    ours, theirs = both(numbers(*shapes[1]), numbers(*shapes[2], seed=1))
    assert_same(functional.where(condition, *ours), torch.where(torch.tensor(condition), *theirs), ours, theirs)


def test_where_takes_comparisons_and_numbers_on_either_side_and_stops_gradients_that_are_not_finite():
    x = Tensor(np.array([0.0, 4.0], np.float32), requires_grad=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = functional.where(x > 0, x.log(), 0)
        assert y.dtype == np.float32
        y.backward([np.inf, 1])
    assert functional.where(x > 0, 1.0, x).data.tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"where: shapes \(2,\) and \(3,\).*The condition has shape \(2,\)"):
        functional.where([True, False], x, Tensor(np.ones(3)))
    with pytest.raises(ValueError, match=r"The condition has shape \(3,\)"):
        functional.where([True, False, True], x, x)
    with pytest.raises(TypeError, match="expected a Tensor"):
        functional.where([True], 1.0, 2.0)


def test_the_condition_may_be_changed_between_the_passes():
    x, condition = Tensor([1.0, 2.0], requires_grad=True), np.array([True, False])
    y = functional.where(condition, x, 0.0)
    condition[:] = False
    y.backward([1, 1])
    assert x.grad.tolist() == [1, 0]


@pytest.mark.parametrize("limits", [{"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}, {"min": 1.0, "max": 0.0}])
def test_clamp_is_that_of_pytorch_at_its_corners_too(limits):
    array = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, np.nan, np.inf, -np.inf])
    ours, theirs = both(array)
    assert_same(ours[0].clamp(**limits), theirs[0].clamp(**limits), ours, theirs)
    assert Tensor(np.ones(2, np.float32)).clamp(**limits).dtype == np.float32


def test_clamp_needs_a_limit_that_is_a_number():
    with pytest.raises(ValueError, match="clamp: expected min, max or both"):
        Tensor([1.0]).clamp()
    with pytest.raises(TypeError, match="min: expected one number"):
        Tensor([1.0]).clamp(np.ones(2))


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("equal", [False, True])
def test_max_along_an_axis_gives_values_and_places_as_pytorch_does(dim, keepdim, equal):
    ours, theirs = both(numbers(3, 4).round() if equal else numbers(3, 4))
    (values, indices), expected = ours[0].max(dim, keepdim), theirs[0].max(dim, keepdim)
    np.testing.assert_array_equal(indices, expected.indices.numpy())
    np.testing.assert_array_equal(ours[0].argmax(dim, keepdim), theirs[0].argmax(dim, keepdim).numpy())
    assert type(indices) is np.ndarray
    assert_same(values, expected.values, ours, theirs)


def test_max_of_all_is_one_number_and_equal_ones_share_its_gradient():
    ours, theirs = both(np.array([[1.0, 3.0], [3.0, 2.0]]))
    assert_same(ours[0].max(), theirs[0].max(), ours, theirs)
    assert ours[0].argmax() == theirs[0].argmax().item() == 1


@pytest.mark.parametrize("dim", [None, 0, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("options", [{}, {"correction": 0}, {"correction": 2, "keepdim": True}])
def test_var_divides_as_pytorch_does(dim, options):
    ours, theirs = both(numbers(3, 4, 5))
    assert_same(ours[0].var(dim, **options), theirs[0].var(dim, **options), ours, theirs)


def test_the_variance_of_one_number_is_none_unless_it_is_divided_by_the_count():
    x = Tensor(np.ones((3, 1)))
    assert np.isnan(x.var(1).data).all()
    assert x.var(1, correction=0).data.tolist() == [0, 0, 0]
