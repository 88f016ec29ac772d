"""Perceptrons in layers against truth tables, closed forms, central differences, hypothesis and PyTorch."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcourse.scratch import perceptrons
from dlcourse.scratch.losses import sigmoid

CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
FLOATS = [np.float32, np.float64]

numbers = st.floats(-20, 20)
tables = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=numbers)


def network(inputs=3, hidden=4, outputs=2, dtype=np.float64):
    """Hidden weights and bias, output weights and bias."""
    generator = np.random.default_rng(0)
    shapes = [(hidden, inputs), (hidden,), (outputs, hidden), (outputs,)]
    return [generator.normal(size=shape).astype(dtype) for shape in shapes]


def examples(features=3, count=5, dtype=np.float64):
    return np.random.default_rng(1).normal(size=(count, features)).astype(dtype)


def torch_network(weights, activation):
    layers = []
    for w, b in (weights[:2], weights[2:]):
        linear = torch.nn.Linear(*w.shape[::-1], dtype=torch.from_numpy(w).dtype)
        linear.weight.data, linear.bias.data = torch.from_numpy(w.copy()), torch.from_numpy(b.copy())
        layers.append(linear)
    return torch.nn.Sequential(layers[0], activation, layers[1])


# --- one perceptron, and what it cannot do


@pytest.mark.parametrize(
    ("weights", "bias", "expected"),
    [
        ([1, 1], -1.5, [0, 0, 0, 1]),  # AND
        ([1, 1], -0.5, [0, 1, 1, 1]),  # OR
        ([-1, -1], 1.5, [1, 1, 1, 0]),  # NAND
        ([1, -1], -1, [0, 1, 0, 0]),  # on at exactly 0 too
        ([0, 0], 0, [1, 1, 1, 1]),
    ],
)
def test_perceptron_computes_these_functions(weights, bias, expected):
    found = perceptrons.perceptron(CORNERS, weights, bias)
    assert found.tolist() == expected
    assert found.dtype == np.int64


@given(arrays(np.float64, 2, elements=numbers), numbers)
def test_no_perceptron_computes_xor(weights, bias):
    assert perceptrons.perceptron(CORNERS, weights, bias).tolist() != [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("inputs", "weights", "bias", "error", "said"),
    [
        ([1, 0], [1, 1], 0, ValueError, r"inputs: expected shape \(n, 2\), received \(2,\)"),
        (CORNERS, [1, 1, 1], 0, ValueError, r"inputs: expected shape \(n, 3\), received \(4, 2\)"),
        (CORNERS, [[1, 1]], 0, ValueError, r"weights: expected shape \(features,\)"),
        (CORNERS, [1, 1], [0], TypeError, "bias: expected one number"),
        (CORNERS, [1, 1], np.nan, ValueError, "bias: expected a finite number"),
    ],
)
def test_perceptron_says_what_it_expected(inputs, weights, bias, error, said):
    with pytest.raises(error, match=said):
        perceptrons.perceptron(inputs, weights, bias)


# --- layers


def test_layer_by_hand():
    found = perceptrons.layer([[1.0, 2.0]], [[3.0, 0.0], [0.0, 4.0], [1.0, 1.0]], [0.5, -0.5, 0.0])
    assert found.tolist() == [[3.5, 7.5, 3.0]]


def test_one_hidden_layer_by_hand():
    """The hidden units see 0 and 1 with ReLU; 2 times the second, minus 3."""
    found = perceptrons.one_hidden_layer(
        [[1.0]], [[-1.0], [1.0]], [1.0, 0.0], [[5.0, 2.0]], [-3.0], activation=perceptrons.relu
    )
    assert found.tolist() == [[-1.0]]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("activation", "peer"),
    [(np.tanh, torch.nn.Tanh()), (perceptrons.relu, torch.nn.ReLU()), (sigmoid, torch.nn.Sigmoid())],
)
def test_one_hidden_layer_is_pytorchs(activation, peer, dtype):
    weights, inputs = network(dtype=dtype), examples(dtype=dtype)
    found = perceptrons.one_hidden_layer(inputs, *weights, activation=activation)
    with torch.no_grad():
        expected = torch_network(weights, peer)(torch.from_numpy(inputs)).numpy()
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=1e-5 if dtype == np.float32 else 1e-12)


def test_one_hidden_layer_treats_examples_one_by_one():
    weights, inputs = network(), examples()
    rows = [perceptrons.one_hidden_layer(row[None], *weights)[0] for row in inputs]
    np.testing.assert_allclose(perceptrons.one_hidden_layer(inputs, *weights), rows, rtol=1e-14)


def test_one_hidden_layer_takes_a_grid_of_examples():
    weights, grid = network(), np.random.default_rng(2).normal(size=(4, 5, 3))
    found = perceptrons.one_hidden_layer(grid, *weights)
    assert found.shape == (4, 5, 2)
    np.testing.assert_allclose(found[1], perceptrons.one_hidden_layer(grid[1], *weights), rtol=1e-14)


def test_hidden_units_may_change_places():
    w, b, v, c = network()
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(
        perceptrons.one_hidden_layer(examples(), w[order], b[order], v[:, order], c),
        perceptrons.one_hidden_layer(examples(), w, b, v, c),
    )


@pytest.mark.parametrize(
    ("inputs", "weights", "bias", "said"),
    [
        (
            np.ones(3),
            np.ones((4, 3)),
            np.ones(4),
            r"inputs: expected shape \(n, 3\), received \(3,\).*inputs\[None, :\]",
        ),
        (np.ones((2, 4)), np.ones((4, 3)), np.ones(4), r"inputs: expected shape \(n, 3\), received \(2, 4\)"),
        (np.ones((2, 2, 4)), np.ones((4, 3)), np.ones(4), r"inputs: expected shape \(n, 3\), received \(2, 2, 4\)"),
        (np.ones((2, 3)), np.ones(3), np.ones(1), r"weights: expected shape \(units, in\)"),
        (np.ones((2, 3)), np.ones((4, 3)), np.ones(1), r"bias: expected shape \(4,\), received \(1,\)"),
        (np.ones((4, 3)), np.ones((4, 3)), np.ones((4, 1)), r"bias: expected shape \(4,\)"),
    ],
)
def test_layer_never_broadcasts(inputs, weights, bias, said):
    with pytest.raises(ValueError, match=said):
        perceptrons.layer(inputs, weights, bias)


# --- layers without an activation


@given(tables, st.integers(1, 5), st.integers(1, 3), st.integers(0, 100))
def test_merged_layer_computes_what_the_two_layers_compute(inputs, middle, outputs, seed):
    generator = np.random.default_rng(seed)
    shapes = [(middle, inputs.shape[1]), (middle,), (outputs, middle), (outputs,)]
    w, b, v, c = [generator.normal(size=shape) for shape in shapes]
    weights, bias = perceptrons.merge_linear_layers(w, b, v, c)
    assert weights.shape == (outputs, inputs.shape[1])
    two = perceptrons.one_hidden_layer(inputs, w, b, v, c, activation=lambda z: z)
    np.testing.assert_allclose(perceptrons.layer(inputs, weights, bias), two, rtol=1e-9, atol=1e-10)


def test_merging_may_start_at_either_end():
    generator = np.random.default_rng(3)
    first, second, third = [(generator.normal(size=(3, 3)), generator.normal(size=3)) for _ in range(3)]
    left = perceptrons.merge_linear_layers(*perceptrons.merge_linear_layers(*first, *second), *third)
    right = perceptrons.merge_linear_layers(*first, *perceptrons.merge_linear_layers(*second, *third))
    for one, other in zip(left, right, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([(3, 2), (2,), (1, 3), (1,)], r"first_bias: expected shape \(3,\), received \(2,\)"),
        ([(3, 2), (3,), (3, 1), (1,)], r"second_weights: expected shape \(out, 3\).*second_weights\.T"),
        ([(3, 2), (3,), (1, 3), (3,)], r"second_bias: expected shape \(1,\), received \(3,\)"),
        ([(3,), (3,), (1, 3), (1,)], r"first_weights: expected shape \(middle, in\)"),
    ],
)
def test_layers_that_do_not_fit_are_refused(shapes, said):
    with pytest.raises(ValueError, match=said):
        perceptrons.merge_linear_layers(*map(np.ones, shapes))


# --- counting


@pytest.mark.parametrize(("sizes", "expected"), [((2, 3, 1), 13), ([1, 1], 2), ((784, 128, 10), 101_770)])
def test_count_parameters_by_hand(sizes, expected):
    assert perceptrons.count_parameters(sizes) == expected


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_count_parameters_counts_pytorchs(sizes):
    linear = [torch.nn.Linear(before, after) for before, after in itertools.pairwise(sizes)]
    assert perceptrons.count_parameters(sizes) == sum(each.numel() for one in linear for each in one.parameters())
    assert perceptrons.count_parameters(np.array(sizes)) == perceptrons.count_parameters(sizes)


@pytest.mark.parametrize(
    ("sizes", "error", "said"),
    [
        ([], ValueError, r"expected at least the inputs and the outputs, received \[\]"),
        ((5,), ValueError, r"expected at least the inputs and the outputs, received \[5\]"),
        ((5, 0, 1), ValueError, "a size: expected a whole number of at least 1, received 0"),
        ((5, 2.5, 1), TypeError, "a size: expected a whole number, received 2.5"),
    ],
)
def test_sizes_that_make_no_network_are_refused(sizes, error, said):
    with pytest.raises(error, match=said):
        perceptrons.count_parameters(sizes)


# --- activations


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("function", "derivative", "peer"),
    [
        (perceptrons.relu, perceptrons.relu_derivative, torch.relu),
        (np.tanh, perceptrons.tanh_derivative, torch.tanh),
    ],
)
def test_activation_and_derivative_are_pytorchs_at_the_corner_too(function, derivative, peer, dtype):
    z = np.append(np.random.default_rng(0).normal(0, 3, 20), [0, -0.0, 1e4, -1e4]).astype(dtype)
    tensor = torch.from_numpy(z).requires_grad_()
    values = peer(tensor)
    values.sum().backward()
    rtol = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose(function(z), values.detach().numpy(), rtol=rtol)
    np.testing.assert_allclose(derivative(z), tensor.grad.numpy(), rtol=rtol, atol=1e-6 * (dtype == np.float32))
    assert derivative(z).dtype == function(z).dtype == dtype


@given(st.floats(-5, 5).filter(lambda z: abs(z) > 1e-3))
def test_derivatives_are_central_differences(z):
    pairs = [(perceptrons.relu, perceptrons.relu_derivative), (np.tanh, perceptrons.tanh_derivative)]
    for function, derivative in pairs:
        slope = (function(z + 1e-5) - function(z - 1e-5)) / 2e-5
        assert derivative(z) == pytest.approx(slope, abs=1e-8)


def test_derivative_of_tanh_is_one_over_cosh_squared():
    z = np.linspace(-6, 6, 50)
    np.testing.assert_allclose(perceptrons.tanh_derivative(z), 1 / np.cosh(z) ** 2, rtol=1e-9)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3), (0,)])
@pytest.mark.parametrize("function", [perceptrons.relu, perceptrons.relu_derivative, perceptrons.tanh_derivative])
def test_activations_keep_any_shape(function, shape):
    assert np.shape(function(np.ones(shape))) == shape


@pytest.mark.parametrize("function", [perceptrons.relu_derivative, perceptrons.tanh_derivative])
def test_derivatives_at_whole_numbers_are_floats(function):
    found = function([-1, 0, 2])
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, function([-1.0, 0.0, 2.0]))


@pytest.mark.parametrize("function", [perceptrons.relu, perceptrons.relu_derivative, perceptrons.tanh_derivative])
def test_activations_refuse_text(function):
    with pytest.raises(TypeError, match="pre_activations: expected an array of numbers"):
        function(["1"])


# --- staircases


def cells(low, high, steps):
    edges = np.linspace(low, high, steps + 2)
    return edges, (edges[:-1] + edges[1:]) / 2


def test_staircase_network_by_hand():
    """Three cells of width 1 from 1 to 4 with centres 1.5, 2.5 and 3.5."""
    found = perceptrons.staircase_network(lambda x: x**2, 1, 4, 2, 10)
    for one, other in zip(found, ([[10], [10]], [-20, -30], [[4, 6]], [2.25]), strict=True):
        assert one.dtype == np.float64
        assert one.tolist() == other


@given(st.integers(1, 30), st.floats(-3, 2), st.floats(0.5, 5))
def test_steep_staircase_is_the_function_at_the_centres(steps, low, width):
    network = perceptrons.staircase_network(np.sin, low, low + width, steps, 1e5)
    _, centres = cells(low, low + width, steps)
    np.testing.assert_allclose(perceptrons.staircase(centres, network), np.sin(centres), atol=1e-9)


@given(st.integers(1, 60), st.floats(-3, 2), st.floats(0.5, 5))
def test_error_of_a_steep_staircase_is_at_most_the_slope_times_half_a_cell(steps, low, width):
    """sin has slopes of at most 1. Within 1e-4 of an edge the units are still switching."""
    network = perceptrons.staircase_network(np.sin, low, low + width, steps, 1e6)
    edges, _ = cells(low, low + width, steps)
    x = np.linspace(low, low + width, 501)
    x = np.append(x[np.abs(x[:, None] - edges[1:-1]).min(axis=1) > 1e-4], edges[1:-1])
    error = np.abs(perceptrons.staircase(x, network) - np.sin(x)).max()
    assert error <= width / (steps + 1) / 2 + 1e-9


def test_error_halves_when_the_cells_do():
    x = np.linspace(0, 3, 2001)
    errors = [
        np.abs(perceptrons.staircase(x, perceptrons.staircase_network(np.sin, 0, 3, steps, 1e4)) - np.sin(x)).max()
        for steps in (9, 19, 39, 79)
    ]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 2, rtol=0.05)


def test_staircase_is_one_hidden_layer_of_sigmoids():
    network = perceptrons.staircase_network(np.cos, -1.0, 2.0, 4, 6.0)
    x = np.linspace(-1, 2, 9)
    hidden = 1 / (1 + np.exp(-(x[:, None] * network[0][:, 0] + network[1])))
    np.testing.assert_allclose(perceptrons.staircase(x, network), hidden @ network[2][0] + network[3], rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"low": 3.0}, ValueError, "low: expected a number below high, received 3.0 and 3.0"),
        ({"low": 4}, ValueError, "low: expected a number below high"),
        ({"high": np.inf}, ValueError, "high: expected a finite number"),
        ({"steps": 0}, ValueError, "steps: expected a whole number of at least 1"),
        ({"steps": 2.5}, TypeError, "steps: expected a whole number"),
        ({"steepness": 0}, ValueError, "steepness: expected a positive number"),
        ({"steepness": -5}, ValueError, "steepness: expected a positive number"),
        ({"function": lambda x: 1.0}, ValueError, r"function: expected shape \(5,\), received \(\)"),
        ({"function": lambda x: x * np.nan}, ValueError, "function: expected finite numbers"),
    ],
)
def test_staircase_network_says_what_it_expected(changes, error, said):
    arguments = {"function": np.sin, "low": 0.0, "high": 3.0, "steps": 4, "steepness": 10.0}
    with pytest.raises(error, match=said):
        perceptrons.staircase_network(**{**arguments, **changes})


# --- depth


def triangle_wave(x, layers):
    """The same zigzag from the distance to the nearest even number."""
    scaled = x * 2**layers
    return np.abs(scaled - 2 * np.round(scaled / 2))


@given(st.integers(0, 12), arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1)))
def test_sawtooth_is_the_triangle_wave(layers, x):
    np.testing.assert_allclose(perceptrons.sawtooth(x, layers), triangle_wave(x, layers), atol=1e-9)


@pytest.mark.parametrize("layers", range(8))
def test_sawtooth_has_two_to_the_layers_pieces(layers):
    x = np.arange(4 * 2**layers + 1) / (4 * 2**layers)  # exact in binary
    slopes = np.diff(perceptrons.sawtooth(x, layers)) * 4 * 2**layers
    assert set(np.abs(slopes)) == {2.0**layers}
    assert np.count_nonzero(np.diff(slopes)) + 1 == 2**layers


def one_layer_zigzag(layers):
    """The places, directions and output weights of 2^layers ReLU units that make the zigzag on [0, 1]."""
    pieces = 2**layers
    changes = np.array([pieces, *(2 * pieces * (-1) ** np.arange(1, pieces))], float)
    return np.ones((pieces, 1)), -np.arange(pieces) / pieces, changes[None, :], np.zeros(1)


@pytest.mark.parametrize("layers", range(1, 8))
def test_one_hidden_layer_makes_the_same_zigzag_with_two_to_the_layers_units(layers):
    x = np.linspace(0, 1, 301)
    wide = perceptrons.one_hidden_layer(x[:, None], *one_layer_zigzag(layers), activation=perceptrons.relu)
    np.testing.assert_allclose(wide[:, 0], perceptrons.sawtooth(x, layers), atol=1e-9)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_one_hidden_layer_with_one_unit_less_does_not_make_the_zigzag(layers):
    """Each bend needs a unit of its own then, which looks left or right: no choice of directions and weights fits."""
    pieces = 2**layers
    x = np.linspace(0, 1, 16 * pieces + 1)
    bends = np.arange(1, pieces) / pieces
    for directions in itertools.product([-1, 1], repeat=pieces - 1):
        features = np.column_stack([perceptrons.relu((x[:, None] - bends) * directions), np.ones(len(x))])
        fitted = features @ np.linalg.lstsq(features, perceptrons.sawtooth(x, layers), rcond=None)[0]
        assert np.abs(fitted - perceptrons.sawtooth(x, layers)).max() > 0.01


@pytest.mark.parametrize(
    ("inputs", "layers", "error", "said"),
    [
        ([0.5, np.nan], 2, ValueError, "inputs: expected finite numbers"),
        ([0.5], -1, ValueError, "layers: expected a whole number of at least 0"),
        ([0.5], 1.5, TypeError, "layers: expected a whole number"),
    ],
)
def test_sawtooth_says_what_it_expected(inputs, layers, error, said):
    with pytest.raises(error, match=said):
        perceptrons.sawtooth(inputs, layers)
