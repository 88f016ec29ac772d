"""Convolution and pooling: fast forms, loops and PyTorch give the same values and gradients, whatever the shapes."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as torch_functional

from dlcourse.scratch import convolution, plain_convolution, pooling, windows
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.gradient_check import gradcheck
from dlcourse.scratch.memory import Workspace, workspace

CASES = max(1, settings().max_examples // 2)
PAIRS = st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))
PADDINGS = st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2))
ACCURACY = {np.float64: {"rtol": 1e-10, "atol": 1e-12}, np.float32: {"rtol": 1e-4, "atol": 1e-4}}


def drawn(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


def values_and_gradients(function, make, arrays, gradient_of):
    """What ``function`` gives of the arrays as tensors, and its gradients; ``gradient_of``: the result's, by shape."""
    tensors = [make(array) for array in arrays]
    result = function(*tensors)
    result.backward(gradient_of(tuple(result.shape)))
    return result, [tensor.grad for tensor in tensors]


def assert_all_same(function, theirs, plain, plain_gradients, arrays):
    """Values, dtypes and gradients of ``function``, PyTorch's ``theirs`` and the loops."""
    dtype = arrays[0].dtype.type
    ours, gradients = values_and_gradients(
        function, lambda a: Tensor(a, requires_grad=True), arrays, lambda s: drawn(*s, dtype=dtype, seed=9)
    )
    expected, their_gradients = values_and_gradients(
        theirs,
        lambda a: torch.tensor(a, requires_grad=True),
        arrays,
        lambda s: torch.tensor(drawn(*s, dtype=dtype, seed=9)),
    )
    accuracy = ACCURACY[dtype]
    gradient = drawn(*ours.shape, dtype=dtype, seed=9)
    for received, wanted, looped in zip(
        [ours.data, *gradients],
        [expected.detach(), *their_gradients],
        [plain(*arrays), *plain_gradients(gradient, *arrays)],
        strict=True,
    ):
        np.testing.assert_allclose(received, wanted.numpy(), **accuracy)
        np.testing.assert_allclose(looped, wanted.numpy(), **accuracy)
        assert received.dtype == looped.dtype == dtype


@st.composite
def convolutions(draw):
    """Images, kernels, a bias or none, and the settings of a convolution that fits."""
    groups, dtype = draw(st.integers(1, 3)), draw(st.sampled_from([np.float32, np.float64]))
    n, inside, outside = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    options = {
        "stride": draw(PAIRS),
        "padding": draw(PADDINGS),
        "dilation": draw(st.integers(1, 2) | st.tuples(st.integers(1, 3), st.integers(1, 2))),
        "groups": groups,
    }
    size = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    window = windows.Window(kernel, *list(options.values())[:3])
    covered = [d * (f - 1) + 1 for d, f in zip(window.dilation, kernel, strict=True)]
    assume(all(c <= s for c, s in zip(covered, window.padded_size(size), strict=True)))
    arrays = [drawn(n, groups * inside, *size, dtype=dtype), drawn(groups * outside, inside, *kernel, dtype=dtype)]
    if draw(st.booleans()):
        arrays.append(drawn(groups * outside, dtype=dtype))
    return arrays, options


@settings(max_examples=CASES)
@given(case=convolutions())
def test_convolution_its_loops_and_pytorch_agree_in_values_and_in_all_gradients(case):
    arrays, options = case

    def loops(gradient, images, weight, bias=None):
        return plain_convolution.plain_conv2d_gradients(gradient, images, weight, **options)[: len(arrays)]

    assert_all_same(
        lambda *tensors: convolution.conv2d(*tensors, **options),
        lambda *tensors: torch_functional.conv2d(*tensors, **options),
        lambda *arrays: plain_convolution.plain_conv2d(*arrays, **options),
        loops,
        arrays,
    )


@st.composite
def poolings(draw):
    """Images and the settings of a pooling that fits."""
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    options = {"kernel_size": kernel, "padding": tuple(draw(st.integers(0, f // 2)) for f in kernel)}
    if draw(st.booleans()):
        options["stride"] = draw(PAIRS)
    size, dilation = draw(st.tuples(st.integers(3, 8), st.integers(3, 8))), draw(st.integers(1, 2))
    padded = [n + 2 * p for n, p in zip(size, options["padding"], strict=True)]
    assume(all(dilation * (f - 1) + 1 <= n for f, n in zip(kernel, padded, strict=True)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    images = drawn(draw(st.integers(1, 3)), draw(st.integers(1, 3)), *size, dtype=dtype)
    if draw(st.booleans()):
        images = images.round()  # many are equal: the first of them counts
    return [images], options, dilation


@settings(max_examples=CASES)
@given(case=poolings())
def test_poolings_their_loops_and_pytorch_agree(case):
    arrays, options, dilation = case
    dilated = options | {"dilation": dilation}
    assert_all_same(
        lambda x: pooling.max_pool2d(x, **dilated),
        lambda x: torch_functional.max_pool2d(x, **dilated),
        lambda x: plain_convolution.plain_max_pool2d(x, **dilated),
        lambda gradient, x: [plain_convolution.plain_max_pool2d_gradient(gradient, x, **dilated)],
        arrays,
    )
    if dilation == 1:
        assert_all_same(
            lambda x: pooling.avg_pool2d(x, **options),
            lambda x: torch_functional.avg_pool2d(x, **options),
            lambda x: plain_convolution.plain_avg_pool2d(x, **options),
            lambda gradient, x: [plain_convolution.plain_avg_pool2d_gradient(gradient, x, **options)],
            arrays,
        )


@pytest.mark.parametrize("name", ["adaptive_max_pool2d", "adaptive_avg_pool2d"])
def test_pooling_of_whole_images_is_that_of_pytorch(name):
    x = drawn(3, 2, 5, 4)
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    result, expected = getattr(pooling, name)(ours, 1), getattr(torch_functional, name)(theirs, 1)
    gradient = drawn(3, 2, 1, 1, seed=1)
    result.backward(gradient)
    expected.backward(torch.tensor(gradient))
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-12)
    with pytest.raises(ValueError, match="output_size: expected 1, one number a channel, received 7"):
        getattr(pooling, name)(ours, 7)


def test_gradients_are_those_of_central_differences():
    x, w, b = (Tensor(drawn(*shape), requires_grad=True) for shape in ((2, 4, 5, 6), (4, 2, 3, 2), (4,)))
    weights = drawn(2, 4, 2, 3)

    def network(x, w, b):
        y = convolution.conv2d(x, w, b, stride=(2, 1), padding=1, dilation=(1, 2), groups=2)
        return (pooling.max_pool2d(y, 2, stride=(1, 2)) * weights).sum() + pooling.avg_pool2d(y, 3).sum()

    assert gradcheck(network, [x, w, b])


def test_a_convolution_with_a_kernel_as_large_as_the_image_is_a_linear_layer():
    x, w, b = Tensor(drawn(5, 3, 4, 4)), Tensor(drawn(7, 3, 4, 4)), Tensor(drawn(7))
    expected = x.reshape(5, -1) @ w.reshape(7, -1).T + b
    np.testing.assert_allclose(convolution.conv2d(x, w, b).data[:, :, 0, 0], expected.data, rtol=1e-12)


def test_a_shifted_image_gives_a_shifted_result():
    x, w = drawn(1, 2, 9, 9), Tensor(drawn(3, 2, 3, 3))
    result, shifted = (convolution.conv2d(Tensor(each), w).data for each in (x, np.roll(x, (1, 2), (2, 3))))
    np.testing.assert_allclose(shifted[..., 1:, 2:], result[..., :-1, :-2], rtol=1e-12)


def test_gradients_that_nobody_needs_are_not_computed():
    x, w, b = Tensor(drawn(2, 1, 4, 4)), Tensor(drawn(3, 1, 2, 2)), Tensor(drawn(3), requires_grad=True)
    convolution.conv2d(x, w, b).sum().backward()
    np.testing.assert_allclose(b.grad, [18, 18, 18])
    assert x.grad is None
    assert w.grad is None
    with no_grad():
        assert not convolution.conv2d(x, w, b).requires_grad


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"])
def test_pooling_keeps_an_infinite_gradient_apart_and_a_number_that_is_none(name):
    x = Tensor(np.array([[[[1.0, 2.0, 0.0, np.nan]]]]), requires_grad=True)
    if name.startswith("adaptive"):
        assert np.isnan(getattr(pooling, name)(x, 1).data).all()
        return
    y = getattr(pooling, name)(x, (1, 2))
    assert np.isnan(y.data).tolist() == [[[[False, True]]]]
    y.backward(np.array([[[[np.inf, 1.0]]]]))
    assert x.grad[0, 0, 0, :2].tolist() == ([0, np.inf] if name == "max_pool2d" else [np.inf, np.inf])


# --- what does not fit


@pytest.mark.parametrize("loops", [False, True])
@pytest.mark.parametrize(
    ("shapes", "options", "error", "message"),
    [
        ([(8, 28, 28, 3), (4, 3, 3, 3)], {}, ValueError, r"3 channels.*\(8, 28, 28, 3\).*last: use .*\(0, 3, 1, 2\)"),
        ([(8, 5, 28, 28), (4, 3, 3, 3)], {}, ValueError, r"\(n, 3 channels, height, width\), received \(8, 5, 28"),
        ([(8, 28, 28), (4, 1, 3, 3)], {}, ValueError, r"received \(8, 28, 28\)\..*\[.*None"),
        ([(8, 784), (4, 1, 3, 3)], {}, ValueError, r"expected images .*received \(8, 784\)"),
        ([(1, 1, 4, 4), (2, 1, 5, 5)], {}, ValueError, r"4 \+ 2 · 0 = 4 pixels, received 5, which covers 5"),
        (
            [(1, 1, 4, 4), (2, 1, 3, 3)],
            {"dilation": 3, "padding": 1},
            ValueError,
            r"4 \+ 2 · 1 = 6 pixels, received 3 with dilation 3, which covers 7",
        ),
        ([(1, 1, 4, 4), (2, 1, 3, 3)], {"stride": 0}, ValueError, "stride: expected a whole number of at least 1"),
        ([(1, 1, 4, 4), (2, 1, 3, 3)], {"stride": (1, 0)}, ValueError, "stride: expected a whole number of at least 1"),
        ([(1, 1, 4, 4), (2, 1, 3, 3)], {"stride": (1, 1, 1)}, ValueError, "stride: expected one number, or a pair"),
        ([(1, 1, 4, 4), (2, 1, 3, 3)], {"padding": -1}, ValueError, "padding: expected .* at least 0"),
        ([(1, 1, 4, 4), (2, 1, 3, 3)], {"padding": 0.5}, TypeError, "padding: expected a whole number"),
        ([(1, 4, 4, 4), (3, 2, 3, 3)], {"groups": 2}, ValueError, "divisor of the 3 output channels, received 2"),
        ([(1, 4, 4, 4), (4, 4, 3, 3)], {"groups": 2}, ValueError, "8 channels"),
        ([(1, 4, 4, 4), (4, 4, 3, 3)], {"groups": 0}, ValueError, "groups: expected"),
        ([(1, 1, 4, 4), (3, 3)], {}, ValueError, r"expected a weight \(out, channels / groups, rows, columns\)"),
        ([(1, 1, 4, 4), (2, 1, 3, 3), (1,)], {}, ValueError, r"a bias \(out,\), received \(2, 1, 3, 3\) and \(1,\)"),
    ],
)
def test_convolutions_that_do_not_fit_are_refused_in_words(loops, shapes, options, error, message):
    arrays = [np.ones(shape) for shape in shapes]
    function = plain_convolution.plain_conv2d if loops else convolution.conv2d
    with pytest.raises(error, match=message):
        function(*(arrays if loops else map(Tensor, arrays)), **options)


def test_images_of_whole_numbers_are_refused_in_words():
    images, weight = np.ones((2, 1, 5, 5), np.uint8), np.ones((3, 1, 2, 2), np.float32)
    for action in (
        lambda: convolution.conv2d(Tensor(images), Tensor(weight)),  # a Tensor of whole numbers is float64
        lambda: plain_convolution.plain_conv2d(images, weight),
        lambda: plain_convolution.plain_max_pool2d(images, 2),
        lambda: plain_convolution.plain_avg_pool2d_gradient(images, images, 1),
    ):
        with pytest.raises(TypeError, match=r"astype\(np\.float32\) / 255"):
            action()
    with pytest.raises(TypeError, match="inputs: expected a Tensor, received ndarray"):
        convolution.conv2d(images, Tensor(weight))


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_poolings_that_do_not_fit_are_refused_in_words(name):
    for make, function in (
        (Tensor, getattr(pooling, name)),
        (np.asarray, getattr(plain_convolution, f"plain_{name}")),
    ):
        images = make(np.ones((2, 3, 4, 4)))
        with pytest.raises(ValueError, match="stride: expected a whole number of at least 1, received 0"):
            function(images, 2, stride=0)
        with pytest.raises(ValueError, match=r"which covers 5\. Images .* are \(2, 3, 4, 4\)\.$"):
            function(images, 5)
        with pytest.raises(ValueError, match=r"at most half of the kernel, received \(2, 2\)"):
            function(images, 3, padding=2)
        with pytest.raises(ValueError, match=r"Channels seem to stand last"):
            function(make(np.ones((2, 28, 28, 1))), 2)
        with pytest.raises(ValueError, match=r"expected images .*received \(4, 4\)"):
            function(make(np.ones((4, 4))), 2)


# --- the size of the result


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((28, 5), 24), ((28, 3, 1), 28), ((7, 3, 1, 2), 4), ((8, 2, 0, 2), 4), ((7, 3, 2, 1, 2), 7)],
)
def test_output_sizes_of_known_layers(arguments, expected):
    assert windows.conv_output_size(*arguments) == expected


@given(n=st.integers(1, 30), f=st.integers(1, 5), p=st.integers(0, 3), s=st.integers(1, 4), d=st.integers(1, 3))
def test_output_sizes_are_the_places_where_the_window_stands_inside(n, f, p, s, d):
    places = [k for k in range(0, n + 2 * p, s) if k + d * (f - 1) < n + 2 * p]
    if places:
        assert windows.conv_output_size(n, f, p, s, d) == len(places)
    else:
        with pytest.raises(ValueError, match="expected one that fits"):
            windows.conv_output_size(n, f, p, s, d)


# --- memory that is used again


def test_results_and_gradients_that_somebody_holds_stay_when_the_same_is_computed_again():
    x, w = Tensor(drawn(2, 3, 6, 6), requires_grad=True), Tensor(drawn(4, 3, 3, 3), requires_grad=True)
    held = []
    for factor in (1, 2, 3):
        y = pooling.max_pool2d(convolution.conv2d(x * factor, w, padding=1), 2)
        y.backward(np.ones(y.shape))
        held += [y.data, y.data[0, 0], x.grad, w.grad, y]
        held += [np.array(each) for each in held[-5:-1]]
        x.clear_grad()
        w.clear_grad()
    for first in range(0, len(held), 9):
        for now, then in zip(held[first : first + 4], held[first + 5 : first + 9], strict=True):
            np.testing.assert_array_equal(now, then)


def test_a_workspace_gives_out_what_is_free_and_keeps_no_more_than_its_limit():
    space = Workspace()
    first = space.empty((2, 3), np.float64)
    address, row = first.ctypes.data, first[1:].T
    assert space.empty((6,), np.float64).ctypes.data != address
    del first
    second = space.empty((3, 2), np.float64)
    assert second.ctypes.data != address  # a view still holds it
    del row
    assert space.empty((3, 2), np.float32).ctypes.data != address
    assert space.empty((3, 2), np.float64).ctypes.data == address
    space.LARGEST = 100
    kept = [space.empty((size,), np.float64) for size in range(3, 12)]
    assert sum(array.nbytes for arrays in space.kept.values() for array in arrays) == space.bytes <= 100
    assert len({array.ctypes.data for array in kept}) == len(kept)


def test_the_workspace_of_a_training_stops_growing():
    x, w = Tensor(drawn(2, 3, 6, 6)), Tensor(drawn(4, 3, 3, 3), requires_grad=True)
    sizes = []
    for _ in range(4):
        w.clear_grad()
        pooling.max_pool2d(convolution.conv2d(x, w, padding=1), 2).sum().backward()
        sizes.append(workspace.bytes)
    assert sizes[1] == sizes[-1]
