"""Perceptrons in layers, written with arrays alone: what a network computes, before anything is learnt.

A layer's weights W have shape (units, inputs): row j holds the weights of unit j. Inputs hold one example a row, so a
layer computes z = x Wᵀ + b, the unit's *pre-activations*, and from them its *activations* f(z), entry by entry.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.losses import sigmoid
from dlcourse.validation import (
    check_array,
    check_count,
    check_finite,
    check_floats,
    check_number,
    check_positive,
    check_shape,
)

Layer = tuple[Array, Array]  # weights (units, inputs) and bias (units,)


def perceptron(inputs: ArrayLike, weights: ArrayLike, bias: float) -> NDArray[np.int64]:
    """1 where x · w + b ≥ 0, else 0, for each row x of ``inputs`` (n, features). weights: (features,). Result: (n,).

    Source: Rosenblatt (1958), "The perceptron". Raises ValueError for other shapes.
    """
    w = check_shape(weights, ("features",), "weights")
    x = check_shape(inputs, ("n", len(w)), "inputs")
    return (x @ w + check_number(bias, "bias") >= 0).astype(np.int64)


def layer(inputs: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> Array:
    """The pre-activations z = x Wᵀ + b. inputs: (n, in). weights: (units, in). bias: (units,). Result: (n, units).

    The examples may also form a grid, (rows, columns, in). Raises ValueError for other shapes.
    """
    w = check_shape(weights, ("units", "in"), "weights")
    x = check_floats(inputs, "inputs")
    if x.ndim < 3 or x.shape[-1] != w.shape[1]:
        check_shape(x, ("n", w.shape[1]), "inputs")
    return x @ w.T + check_shape(bias, (len(w),), "bias")


def one_hidden_layer(
    inputs: ArrayLike,
    hidden_weights: ArrayLike,
    hidden_bias: ArrayLike,
    output_weights: ArrayLike,
    output_bias: ArrayLike,
    activation: Callable[[Array], Array] = np.tanh,
) -> Array:
    """V f(W x + b) + c for every row x: a network with one hidden layer and a linear output.

    inputs: (n, in). hidden_weights W: (hidden, in), hidden_bias b: (hidden,). output_weights V: (out, hidden),
    output_bias c: (out,). activation f: entry by entry. Result: (n, out). Raises ValueError for other shapes.
    """
    hidden = activation(layer(inputs, hidden_weights, hidden_bias))
    return layer(hidden, output_weights, output_bias)


def merge_linear_layers(
    first_weights: ArrayLike, first_bias: ArrayLike, second_weights: ArrayLike, second_bias: ArrayLike
) -> Layer:
    """The one layer that computes what two layers without an activation compute: V (W x + b) + c = (V W) x + (V b + c).

    first_weights W: (middle, in), first_bias b: (middle,). second_weights V: (out, middle), second_bias c: (out,).
    Returns the weights (out, in) and the bias (out,). Raises ValueError for other shapes.
    """
    w = check_shape(first_weights, ("middle", "in"), "first_weights")
    b = check_shape(first_bias, (len(w),), "first_bias")
    v = check_shape(second_weights, ("out", len(w)), "second_weights")
    return v @ w, v @ b + check_shape(second_bias, (len(v),), "second_bias")


def count_parameters(sizes: Sequence[int]) -> int:
    """How many weights and biases a fully connected network has. sizes: (inputs, units of each layer, ..., outputs).

    A layer from m to k units has k m weights and k biases. Raises ValueError for fewer than two sizes.
    """
    checked = [check_count(size, "a size") for size in sizes]
    if len(checked) < 2:
        raise ValueError(f"sizes: expected at least the inputs and the outputs, received {list(sizes)}.")
    return sum((before + 1) * after for before, after in pairwise(checked))


# --- activations and their derivatives


def relu(pre_activations: ArrayLike) -> Array:
    """max(z, 0), entry by entry; for any shape."""
    return np.maximum(check_array(pre_activations, "pre_activations"), 0)


def relu_derivative(pre_activations: ArrayLike) -> Array:
    """1 where z > 0, else 0. At 0 itself there is no derivative: 0 is the value that is commonly taken."""
    z = check_array(pre_activations, "pre_activations")
    return (z > 0).astype(z.dtype if z.dtype.kind == "f" else np.float64)


def tanh_derivative(pre_activations: ArrayLike) -> Array:
    """tanh'(z) = 1 − tanh(z)², for any shape. It is 1 at 0, and at most that."""
    return 1 - np.tanh(check_array(pre_activations, "pre_activations")) ** 2


# --- what one hidden layer can approximate


def staircase_network(
    function: Callable[[Array], Array], low: float, high: float, steps: int, steepness: float
) -> tuple[Array, Array, Array, Array]:
    """The weights of a network whose ``steps`` sigmoid units build a staircase along ``function`` on [low, high].

    The interval is cut into steps + 1 cells of equal width h. Unit i is σ(k (x − e_i)), with k ``steepness`` and e_i
    the edge between cells i − 1 and i: it switches on there. Its output weight is the difference of ``function`` at the
    centres of the two cells, and the output bias is ``function`` at the centre of the first. For k → ∞ the error is at
    most L h / 2, where no slope of ``function`` exceeds L. Source of the construction: Nielsen (2015), ch. 4.
    ``function`` takes and returns an array (m,). Returns hidden weights (steps, 1), hidden bias (steps,), output
    weights (1, steps), output bias (1,), float64. Raises ValueError unless low < high and the rest is positive.
    """
    left, right = check_number(low, "low"), check_number(high, "high")
    if left >= right:
        raise ValueError(f"low: expected a number below high, received {low} and {high}.")
    cells = check_count(steps, "steps") + 1
    edges = np.linspace(left, right, cells + 1)
    heights = check_shape(check_finite(function((edges[:-1] + edges[1:]) / 2), "function"), (cells,), "function")
    k = check_positive(steepness, "steepness")
    hidden_weights = np.full((steps, 1), k)
    hidden_bias = -k * edges[1:-1]
    return hidden_weights, hidden_bias, np.diff(heights)[None, :].astype(np.float64), heights[:1].astype(np.float64)


def staircase(inputs: Array, network: tuple[Array, Array, Array, Array]) -> Array:
    """What a network of ``staircase_network`` gives. inputs: (n,). Result: (n,)."""
    return one_hidden_layer(inputs[:, None], *network, activation=sigmoid)[:, 0]


# --- what depth is for


def sawtooth(inputs: ArrayLike, layers: int) -> Array:
    """The zigzag of 2^layers straight pieces between 0 and 1, from ``layers`` layers of two ReLU units each.

    Each layer folds [0, 1] once: t(x) = 2 max(x, 0) − 4 max(x − ½, 0) rises from 0 to 1 and falls back. t(t(x)) does so
    twice, and so on. One hidden layer of n ReLU units has at most n + 1 pieces, so it needs at least 2^layers − 1 units
    for as many pieces; for the zigzag itself it takes one more.
    inputs: numbers in [0, 1], any shape. Source: Telgarsky (2015), "Representation benefits of deep feedforward
    networks"; of folding: Montúfar, Pascanu, Cho and Bengio (2014), "On the number of linear regions of deep neural
    networks".
    """
    folded = check_finite(inputs, "inputs").astype(np.float64)
    for _ in range(check_count(layers, "layers", low=0)):
        folded = 2 * relu(folded) - 4 * relu(folded - 0.5)
    return folded
