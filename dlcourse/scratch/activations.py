"""Activation functions of tensors, each beside its rule. They are reached through ``functional``.

A rule receives the gradient of the result, the result, and the operand, and returns the gradient of the operand.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, check_tensor, record

Gradients = tuple[Array | None, ...]

BITS: dict[str, Any] = {
    "e": np.dtype("i2"),
    "f": np.dtype("i4"),
    "d": np.dtype("i8"),
}  # integers as wide as the floats of these dtypes

_erf: Any = np.frompyfunc(math.erf, 1, 1)  # NumPy has none: Python's own, number by number


def relu(inputs: Tensor) -> Tensor:
    """max(x, 0), entry by entry."""
    check_tensor(inputs, "inputs")
    return record("relu", positive_part(inputs.data), (inputs,), relu_rule, needs_result=True)


def positive_part(x: Array, out: Array | None = None) -> Array:
    """max(x, 0), with an array of zeros: NumPy compares two arrays twice as fast as an array and a number."""
    return np.maximum(x, np.zeros(x.shape, x.dtype), out=out)


def relu_rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
    """The gradient passes where x > 0. At x = 0, where the corner has no derivative, 0 is the usual choice.

    It is chosen, not multiplied by 1 or 0: an infinite gradient times 0 would be nan. At x = nan it passes. ReLU is 0
    just where x ≤ 0.
    """
    return (passed(gradient, result.data != 0),)


def passed(gradient: Array, where: NDArray[np.bool]) -> Array:
    """np.where(where, gradient, 0), of the gradient's dtype, at the price of a product.

    The product is one of the bits, read as whole numbers: times 1 they stay, times 0 they are those of the number 0.
    np.where, which decides number by number, takes several times as long.
    """
    bits = BITS.get(gradient.dtype.char)
    if bits is None:
        return np.where(where, gradient, gradient.dtype.type(0))
    result: Array = (gradient.view(bits) * where).view(gradient.dtype)
    return result


def leaky_relu(inputs: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x for x > 0, else negative_slope · x. Source: Maas, Hannun and Ng (2013)."""
    check_tensor(inputs, "inputs")
    slopes = np.where(inputs.data > 0, 1.0, negative_slope).astype(inputs.data.dtype)

    def rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
        return (gradient * slopes,)

    return record("leaky relu", inputs.data * slopes, (inputs,), rule)


def sigmoid(inputs: Tensor) -> Tensor:
    """σ(x) = 1 / (1 + e⁻ˣ); from e^−|x|, at most 1, so that nothing overflows."""
    check_tensor(inputs, "inputs")
    small = np.exp(-np.abs(inputs.data))
    result = np.where(inputs.data >= 0, 1, small) / (1 + small)
    return record("σ", result, (inputs,), sigmoid_rule, needs_result=True)


def sigmoid_rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
    """σ' = σ (1 − σ): the derivative from the result alone."""
    return (gradient * result.data * (1 - result.data),)


def tanh(inputs: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    check_tensor(inputs, "inputs")
    return record("tanh", np.tanh(inputs.data), (inputs,), tanh_rule, needs_result=True)


def tanh_rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
    """tanh' = 1 − tanh²."""
    return (gradient * (1 - result.data * result.data),)


def gelu(inputs: Tensor, approximate: str = "none") -> Tensor:
    """x Φ(x), with Φ the distribution function of the standard normal; "tanh": the approximation of the same paper.

    Source: Hendrycks and Gimpel (2016), "Gaussian error linear units". Raises ValueError for another ``approximate``.
    """
    check_tensor(inputs, "inputs")
    x = inputs.data
    if approximate == "none":
        share = 0.5 * (1 + np.asarray(_erf(x / math.sqrt(2)), x.dtype))
        slope = share + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    elif approximate == "tanh":
        scale = math.sqrt(2 / math.pi)
        bent = np.tanh(scale * (x + 0.044715 * x * x * x))
        share = 0.5 * (1 + bent)
        slope = share + 0.5 * x * (1 - bent * bent) * scale * (1 + 3 * 0.044715 * x * x)
    else:
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', received {approximate!r}.")

    def rule(gradient: Array, result: Tensor, inputs: Tensor) -> Gradients:
        """d/dx x Φ(x) = Φ(x) + x φ(x), with φ the density."""
        return (gradient * slope,)

    return record("gelu", x * share, (inputs,), rule)
