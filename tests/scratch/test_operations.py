"""The operations of arithmetic one by one: edges of shapes, indices and numbers, as in PyTorch.

Their gradients on random graphs are proved in ``test_random_graphs``.
"""

import itertools

import numpy as np
import pytest
import torch

from dlcourse.scratch import functional, operations
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.gradient_check import gradcheck

ERRORS = (RuntimeError, ValueError, IndexError, TypeError)


def both(*arrays):
    """The same learnt numbers as tensors of the course and of PyTorch."""
    ours = [Tensor(array, requires_grad=True) for array in arrays]
    return ours, [torch.tensor(np.asarray(array), requires_grad=True) for array in arrays]


def assert_same(ours, theirs, leaves, their_leaves, rtol=1e-12):
    """Values, shapes, dtypes and gradients, the gradient of the result being 1, 2, 3, ..."""
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=rtol, atol=1e-300)
    assert ours.shape == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    gradient = np.arange(1.0, ours.data.size + 1).reshape(ours.shape).astype(ours.dtype)
    ours.backward(gradient)
    theirs.backward(torch.tensor(gradient))
    for mine, other in zip(leaves, their_leaves, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), rtol=rtol, atol=1e-300)
        assert mine.grad.shape == tuple(other.grad.shape)


SHAPES = [(), (1,), (3,), (1, 3), (2, 1), (2, 3), (2, 1, 3), (1, 1), (0,), (0, 3), (2, 0)]


@pytest.mark.parametrize("symbol", ["+", "−", "×", "/"])
def test_arithmetic_of_every_pair_of_shapes_is_that_of_pytorch(symbol):
    function = {
        "+": lambda a, b: a + b,
        "−": lambda a, b: a - b,
        "×": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }[symbol]
    generator = np.random.default_rng(0)
    pairs = refused = 0
    for left, right in itertools.product(SHAPES, SHAPES):
        ours, theirs = both(generator.uniform(1, 2, left), generator.uniform(1, 2, right))
        try:
            expected = function(*theirs)
        except RuntimeError:
            refused += 1
            with pytest.raises(ValueError, match="do not fit"):
                function(*ours)
            continue
        assert_same(function(*ours), expected, ours, theirs)
        pairs += 1
    assert pairs > 80
    assert refused > 10


@pytest.mark.parametrize("dtypes", list(itertools.product([np.float32, np.float64], repeat=2)))
def test_dtypes_of_arithmetic_are_those_of_pytorch_also_for_numbers_without_axes(dtypes):
    for left, right in itertools.product([(), (1,), (2, 2)], repeat=2):
        ours, theirs = both(np.full(left, 1.5, dtypes[0]), np.full(right, 2.5, dtypes[1]))
        for function in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b):
            assert str(function(*ours).dtype) == str(function(*theirs).dtype).removeprefix("torch.")
        (ours[0] * ours[1]).sum().backward()
        assert [tensor.grad.dtype for tensor in ours] == list(dtypes)


MATRICES = [(3,), (2, 3), (3, 2), (3, 3), (4, 2, 3), (1, 3, 2), (4, 3, 2), (5, 1, 2, 3), (0, 3), (3, 0), (0,), (2,)]


def test_matrix_products_of_every_pair_of_shapes_are_those_of_pytorch():
    generator = np.random.default_rng(0)
    pairs = refused = 0
    for left, right in itertools.product(MATRICES, MATRICES):
        ours, theirs = both(generator.normal(size=left), generator.normal(size=right))
        try:
            expected = theirs[0] @ theirs[1]
        except RuntimeError:
            refused += 1
            with pytest.raises(ValueError, match="@"):
                ours[0] @ ours[1]
            continue
        assert_same(ours[0] @ ours[1], expected, ours, theirs, rtol=1e-10)
        pairs += 1
    assert pairs > 30
    assert refused > 50


def test_a_matrix_times_itself():
    (w,), (theirs,) = both(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert_same(w @ w, theirs @ theirs, [w], [theirs])
    (v,), (other,) = both(np.array([1.0, 2.0]))
    assert_same(v @ v, other @ other, [v], [other])


# --- powers


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 2.5, 0.5, -1, -2, -0.5])
@pytest.mark.parametrize("base", [2.0, 0.5, -2.0, 0.0])
def test_powers_are_those_of_pytorch_also_of_zero_and_of_negative_numbers(base, exponent):
    (w,), (theirs,) = both(np.array([base, 1.0]))
    with np.errstate(all="ignore"):
        assert_same(w**exponent, theirs**exponent, [w], [theirs])


def test_an_exponent_is_a_constant_number():
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"\(b \* a\.log\(\)\)\.exp\(\)"):
        w ** Tensor(2.0)
    with pytest.raises(TypeError, match="exponent: expected one number"):
        w ** np.array([1.0, 2.0])
    np.testing.assert_allclose((2**w).data, [2, 4])
    assert (w ** np.float64(2)).dtype == np.float64
    assert (Tensor(np.ones(2, np.float32)) ** np.float64(0.5)).dtype == np.float32


# --- shapes


def test_reshape_takes_sizes_or_a_tuple_and_fills_in_what_is_left():
    (w,), (theirs,) = both(np.arange(6.0).reshape(2, 3))
    for wanted in ((3, 2), (-1,), (1, 6), (6, 1, 1), (2, -1)):
        assert_same(w.reshape(wanted), theirs.reshape(wanted), [w], [theirs])
        assert_same(w.reshape(*wanted), theirs.reshape(*wanted), [w], [theirs])
    with pytest.raises(ValueError, match="reshape"):
        w.reshape(4, 2)


def test_permute_goes_back_along_the_inverse_order():
    (w,), (theirs,) = both(np.arange(24.0).reshape(2, 3, 4))
    for order in itertools.permutations(range(3)):
        assert_same(w.permute(order), theirs.permute(order), [w], [theirs])
        assert_same(w.permute(*order), theirs.permute(*order), [w], [theirs])
        assert_same(w.permute(list(order)), theirs.permute(list(order)), [w], [theirs])
        negative = tuple(axis - 3 for axis in order)
        assert_same(w.permute(negative), theirs.permute(negative), [w], [theirs])
    for wrong in ((0, 1), (0, 0, 1), (0, 1, 3)):
        with pytest.raises(ValueError, match=r"axes|axis"):
            w.permute(wrong)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
def test_T_reverses_all_axes(shape):
    (w,), (theirs,) = both(np.random.default_rng(0).normal(size=shape))
    assert_same(w.T, theirs.permute(tuple(reversed(range(len(shape))))), [w], [theirs])


# --- indices

INDICES = [
    0,
    -1,
    slice(None),
    slice(1, None, 2),
    slice(0, 0),
    None,
    Ellipsis,
    (),
    (0, 1),
    (slice(None), 1),
    (Ellipsis, -1),
    (None, 0),
    (0, None, Ellipsis),
    (slice(1), None, slice(1, 3)),
    [0, 0, 1],
    [1],
    np.array([0, 1, 1, 0]),
    np.array([-1, 0]),
    np.array([[0, 1], [1, 1]]),
    (np.array([0, 1, 0]), np.array([2, 2, 2])),
    ([0, 1, 0], [2, 2, 2]),
    (slice(None), np.array([0, 0, 3])),
    (Ellipsis, np.array([1, 1])),
    (np.array([[0], [1]]), np.array([0, 2])),
    np.array([True, False]),
    (slice(None), np.array([True, False, True, True])),
    np.array([[True, False, True, True], [False, False, True, False]]),
    np.zeros((2, 4), bool),
    np.array([], int),
    np.int64(1),
    np.array(1),
]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_indexing_is_that_of_pytorch_and_repeats_add_up(index):
    (w,), (theirs,) = both(np.random.default_rng(0).normal(size=(2, 4, 3)))

    def as_torch(each):
        return torch.tensor(each) if isinstance(each, np.ndarray) else each

    their_index = tuple(map(as_torch, index)) if isinstance(index, tuple) else as_torch(index)
    assert_same(w[index], theirs[their_index], [w], [theirs])


def test_an_empty_list_selects_nothing():
    w = Tensor(np.ones((2, 3)), requires_grad=True)
    w[[]].sum().backward()
    np.testing.assert_array_equal(w.grad, np.zeros((2, 3)))


def test_slices_may_go_backwards():
    """NumPy's own: PyTorch has no negative steps."""
    w = Tensor(np.arange(4.0), requires_grad=True)
    w[::-1].backward(np.arange(4.0))
    np.testing.assert_array_equal(w.grad, [3, 2, 1, 0])


def test_the_index_may_be_changed_between_the_passes():
    w = Tensor(np.arange(4.0), requires_grad=True)
    for index in (np.array([0, 1]), [0, 1]):
        w.clear_grad()
        y = w[index]
        index[0] = 3
        y.sum().backward()
        np.testing.assert_array_equal(w.grad, [1, 1, 0, 0])
    w.clear_grad()
    rows = np.array([0, 1])
    y = w.reshape(2, 2)[rows, rows]
    rows[:] = 0
    y.sum().backward()
    np.testing.assert_array_equal(w.grad, [1, 0, 0, 1])


def test_tensors_are_no_indices_as_their_numbers_are_floats():
    w = Tensor(np.arange(4.0), requires_grad=True)
    with pytest.raises(ERRORS):
        w[Tensor([0.0, 1.0])]
    with pytest.raises(IndexError):
        w[7]


# --- sums and means

DIMS = [None, 0, 1, 2, -1, -3, (0,), (0, 1), (-1, 0), (0, 1, 2), (2, 1), [0, 2]]


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("name", ["sum", "mean", "amax"])
def test_reductions_over_every_kind_of_dims_are_those_of_pytorch(name, dim, keepdim):
    (w,), (theirs,) = both(np.random.default_rng(0).normal(size=(2, 3, 4)))
    if name == "amax":
        ours = functional.amax(w, dim, keepdim)
        expected = torch.amax(theirs, () if dim is None else dim, keepdim)
    else:
        ours, expected = getattr(w, name)(dim, keepdim), getattr(torch, name)(theirs, dim, keepdim)
    assert_same(ours, expected, [w], [theirs])


@pytest.mark.parametrize("name", ["sum", "mean", "amax"])
@pytest.mark.parametrize("dim", [None, 0, -1])
def test_reductions_of_a_number_without_axes(name, dim):
    (w,), (theirs,) = both(np.array(3.0))
    ours = functional.amax(w, dim) if name == "amax" else getattr(w, name)(dim)
    expected = torch.amax(theirs, () if dim is None else dim) if name == "amax" else getattr(torch, name)(theirs, dim)
    assert_same(ours, expected, [w], [theirs])


def test_a_sum_over_an_axis_that_is_not_there_is_refused():
    w = Tensor(np.ones((2, 3)), requires_grad=True)
    for wrong in (2, -3, (0, 0)):
        with pytest.raises(ValueError, match=r"axis|duplicate"):
            w.sum(wrong)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
@pytest.mark.parametrize("dim", [None, 0, -1])
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_sums_and_means_of_nothing_are_those_of_pytorch(name, dim, shape):
    (w,), (theirs,) = both(np.ones(shape))
    assert_same(getattr(w, name)(dim), getattr(torch, name)(theirs, dim), [w], [theirs])


def test_the_largest_of_several_equal_ones_share_the_gradient_as_in_pytorch():
    (w,), (theirs,) = both(np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [5.0, 1.0, 1.0]]))
    assert_same(functional.amax(w, 1), torch.amax(theirs, 1), [w], [theirs])
    assert_same(functional.amax(w), torch.amax(theirs), [w], [theirs])


def test_the_mean_in_float32_stays_float32():
    w = Tensor(np.ones((3, 7), np.float32), requires_grad=True)
    assert (w.mean().dtype, w.mean(0).dtype, w.sum().dtype) == (np.float32,) * 3


# --- joining


def test_cat_is_that_of_pytorch():
    generator = np.random.default_rng(0)
    for dim in (0, 1, -1, -2):
        axis = dim % 2
        shapes = [(2, 3) if k == 1 else ((k, 3) if axis == 0 else (2, k)) for k in range(4)]
        ours, theirs = both(*(generator.normal(size=shape) for shape in shapes))
        assert_same(functional.cat(ours, dim), torch.cat(theirs, dim), ours, theirs)


def test_the_same_tensor_may_be_joined_to_itself():
    (w,), (theirs,) = both(np.array([1.0, 2.0]))
    assert_same(functional.cat([w, w]), torch.cat([theirs, theirs]), [w], [theirs])


def test_arrays_may_be_joined_to_tensors_wherever_they_stand():
    w = Tensor(np.ones(2, np.float32), requires_grad=True)
    for parts in ([np.zeros(1, np.float32), w], [w, np.zeros(1, np.float32)], (w, [0])):
        joined = functional.cat(parts)
        assert (joined.shape, joined.dtype) == ((3,), np.float32)
    functional.cat([np.zeros(1), w]).sum().backward()
    np.testing.assert_array_equal(w.grad, [1, 1])


def test_cat_of_no_tensors_or_of_shapes_that_do_not_fit_is_refused():
    for wrong in ([], [np.ones(2)]):
        with pytest.raises(ValueError, match="at least one tensor"):
            functional.cat(wrong)
    with pytest.raises(ValueError, match="dimensions"):
        functional.cat([Tensor(np.ones((2, 3))), Tensor(np.ones((2, 2)))], dim=0)


# --- numbers that are not finite


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda x: x + 1, lambda x: x + 1),
        (lambda x: x * 0, lambda x: x * 0),
        (lambda x: 1 / x, lambda x: 1 / x),
        (lambda x: x / x, lambda x: x / x),
        (lambda x: x**2, lambda x: x**2),
        (lambda x: x.exp(), torch.exp),
        (lambda x: x.log(), torch.log),
        (lambda x: x.sum(0, keepdim=True) + x, lambda x: x.sum(0, keepdim=True) + x),
        (functional.tanh, torch.tanh),
        (functional.sigmoid, torch.sigmoid),
        (lambda x: functional.amax(x, 0, keepdim=True) + x, lambda x: torch.amax(x, 0, keepdim=True) + x),
    ],
)
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 0.0, 1000.0, -1000.0])
def test_values_and_gradients_of_numbers_that_are_not_finite_are_those_of_pytorch(ours, theirs, number):
    (w,), (other,) = both(np.array([number, 0.5]))
    with np.errstate(all="ignore"):
        assert_same(ours(w), theirs(other), [w], [other])


# --- each operation against central differences


@pytest.mark.parametrize(
    "function",
    [
        operations.add,
        operations.subtract,
        operations.multiply,
        operations.divide,
        operations.matmul,
        lambda a, b: operations.power(a, 3) + b,
        lambda a, b: operations.negative(a) * b,
        lambda a, b: operations.exp(a) * b,
        lambda a, b: operations.log(a) * b,
        lambda a, b: operations.reshape(a, 9) @ operations.reshape(b, 9),
        lambda a, b: operations.permute(a, 1, 0) * b,
        lambda a, b: operations.select(a, ([0, 0, 1], [1, 1, 2])) * operations.select(b, 0),
        lambda a, b: operations.total(a, 0) * b,
        lambda a, b: operations.mean(a, 1) * b,
    ],
)
def test_each_rule_agrees_with_central_differences(function):
    generator = np.random.default_rng(0)
    a, b = (Tensor(generator.uniform(0.5, 2, (3, 3)), requires_grad=True) for _ in range(2))
    weights = generator.normal(size=function(a, b).shape)
    assert gradcheck(lambda a, b: (function(a, b) * weights).sum(), [a, b])
