"""The operations of arithmetic on Tensors, each beside its rule: what it computes, and its derivative.

A rule receives the gradient of this operation's result, the result itself, and the operands; it returns the gradient of
each operand. Where NumPy broadcast an operand, the engine sums the gradient back to the operand's shape. The bar in ā
stands for the derivative of the final result with respect to a, the *gradient of a* for short.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch import graph_errors
from dlcourse.scratch.habits import Dim, dim_of
from dlcourse.scratch.recording import RecordedArray, Rule, record
from dlcourse.validation import check_array, check_number

Gradients = tuple[Array | None, ...]
Needed = Callable[[Any, Any], tuple[Any, ...]]


def operand(value: Any, like: Any) -> Any:
    """``value`` as a tensor. A plain number, and an array of integers, takes the dtype of ``like``."""
    if isinstance(value, RecordedArray):
        return value
    array = check_array(value, "operand")
    keep = array.ndim and array.dtype.kind == "f"
    return type(like)(array if keep else array.astype(like.data.dtype))


def elementwise(
    operation: str, function: Callable[..., Array], left: Any, right: Any, rule: Rule, needed: Needed | None = None
) -> Any:
    """``function`` of two operands, entry by entry. ``needed`` of them: those whose numbers the rule will read.

    Raises ValueError where their shapes do not fit.
    """
    left, right = operand(left, right), operand(right, left)
    a, b = left.data, right.data
    if a.dtype is not b.dtype:
        a, b = _number_beside_array(a, b)
    try:
        data = function(a, b)
    except ValueError as error:
        raise graph_errors.not_broadcastable(operation, a.shape, b.shape) from error
    return record(operation, data, (left, right), rule, needed=needed(left, right) if needed else ())


def _number_beside_array(a: Array, b: Array) -> tuple[Array, Array]:
    """A single number takes the dtype of the array beside it, as in PyTorch; NumPy would promote the whole array."""
    if a.ndim and not b.ndim:
        b = b.astype(a.dtype)
    elif b.ndim and not a.ndim:
        a = a.astype(b.dtype)
    return a, b


def factors(left: Any, right: Any) -> tuple[Any, ...]:
    """The factors whose numbers the rule of a product needs: each one's gradient takes the other."""
    if left.requires_grad:
        return (left, right) if right.requires_grad else (right,)
    return (left,)


def fraction(left: Any, right: Any) -> tuple[Any, ...]:
    """The same of a quotient: the numerator's gradient takes the denominator, the denominator's takes both."""
    return (left, right) if right.requires_grad else (right,)


# --- arithmetic


def add(left: Any, right: Any) -> Any:
    """a + b, broadcast as NumPy does."""
    return elementwise("+", np.add, left, right, add_rule)


def add_rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
    """A sum passes its gradient on unchanged: ∂(a + b)/∂a = ∂(a + b)/∂b = 1."""
    return gradient, gradient


def subtract(left: Any, right: Any) -> Any:
    """a − b, broadcast as NumPy does."""
    return elementwise("−", np.subtract, left, right, subtract_rule)


def subtract_rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
    """∂(a − b)/∂a = 1, ∂(a − b)/∂b = −1."""
    return gradient, -gradient if right.requires_grad else None


def multiply(left: Any, right: Any) -> Any:
    """a · b entry by entry, broadcast as NumPy does."""
    return elementwise("×", np.multiply, left, right, multiply_rule, factors)


def multiply_rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
    """Each factor's derivative is the other factor: ∂(ab)/∂a = b, ∂(ab)/∂b = a."""
    by_left = gradient * right.data if left.requires_grad else None
    by_right = gradient * left.data if right.requires_grad else None
    return by_left, by_right


def divide(left: Any, right: Any) -> Any:
    """a / b entry by entry, broadcast as NumPy does."""
    return elementwise("/", np.divide, left, right, divide_rule, fraction)


def divide_rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
    """∂(a/b)/∂a = 1/b, ∂(a/b)/∂b = −a/b²."""
    by_left = gradient / right.data
    return by_left, -by_left * left.data / right.data if right.requires_grad else None


def power(base: Any, exponent: float) -> Any:
    """a to the power of a constant number n. Raises TypeError for an exponent that is a tensor or an array."""
    if isinstance(exponent, RecordedArray):
        raise TypeError("**: the exponent is a constant number. For a power with a tensor write (b * a.log()).exp().")
    n = check_number(exponent, "exponent")

    def rule(gradient: Array, result: Any, base: Any) -> Gradients:
        """∂aⁿ/∂a = n aⁿ⁻¹; 0 for n = 0, also at a = 0."""
        return (gradient * (n * base.data ** (n - 1)) if n else np.zeros_like(gradient),)

    return record(f"^{n:g}", base.data**n, (base,), rule, needed=(base,))


def exponential(base: Any, exponent: Any) -> Any:
    """bᵃ of a positive constant b and a tensor a: ``2 ** a``. Raises ValueError for a base that is not positive."""
    b = check_array(base, "base").astype(exponent.data.dtype)
    if not (b > 0).all():
        raise ValueError(f"**: a power with a tensor as exponent needs a positive base, received {base}.")

    def rule(gradient: Array, result: Any, exponent: Any) -> Gradients:
        """∂bᵃ/∂a = bᵃ log b."""
        return (gradient * result.data * np.log(b),)

    return record("b^", b**exponent.data, (exponent,), rule, needs_result=True)


def negative(values: Any) -> Any:
    """−a."""
    return record("neg", -values.data, (values,), negative_rule)


def negative_rule(gradient: Array, result: Any, values: Any) -> Gradients:
    """∂(−a)/∂a = −1."""
    return (-gradient,)


def matmul(left: Any, right: Any) -> Any:
    """The matrix product A B of (..., n, k) and (..., k, m), with vectors as NumPy takes them. Raises ValueError."""
    left, right = operand(left, right), operand(right, left)
    try:
        data = left.data @ right.data
    except ValueError as error:
        raise graph_errors.not_multipliable(left.data.shape, right.data.shape) from error
    return record("@", data, (left, right), matmul_rule, needed=factors(left, right))


def matmul_rule(gradient: Array, result: Any, left: Any, right: Any) -> Gradients:
    """For C = A B: Ā = C̄ Bᵀ and B̄ = Aᵀ C̄. A vector on the left is a row, one on the right a column."""
    a, b = left.data, right.data
    gradient = gradient if b.ndim > 1 else gradient[..., None]
    gradient = gradient if a.ndim > 1 else gradient[..., None, :]
    by_left = by_right = None
    if left.requires_grad:
        by_left = gradient @ (b.swapaxes(-1, -2) if b.ndim > 1 else b[None, :])
        by_left = by_left if a.ndim > 1 else by_left[..., 0, :]
    if right.requires_grad:
        by_right = (a.swapaxes(-1, -2) if a.ndim > 1 else a[:, None]) @ gradient
        by_right = by_right if b.ndim > 1 else by_right[..., 0]
    return by_left, by_right


# --- exp and log


def exp(values: Any) -> Any:
    """e to the power of every entry."""
    return record("exp", np.exp(values.data), (values,), exp_rule, needs_result=True)


def exp_rule(gradient: Array, result: Any, values: Any) -> Gradients:
    """∂eᵃ/∂a = eᵃ: the result itself."""
    return (gradient * result.data,)


def log(values: Any) -> Any:
    """The natural logarithm of every entry."""
    return record("log", np.log(values.data), (values,), log_rule, needed=(values,))


def log_rule(gradient: Array, result: Any, values: Any) -> Gradients:
    """∂(log a)/∂a = 1/a."""
    return (gradient / values.data,)


# --- shapes


def reshape(values: Any, *shape: Any) -> Any:
    """The same numbers in another shape: ``reshape(2, 3)`` or ``reshape((2, 3))``; −1 stands for what is left."""
    return record("reshape", values.data.reshape(*shape), (values,), reshape_rule, view_of=values)


def reshape_rule(gradient: Array, result: Any, values: Any) -> Gradients:
    """Every entry passes its gradient back to where it came from."""
    return (gradient.reshape(values.data.shape),)


def permute(values: Any, *dims: Any) -> Any:
    """The axes in another order: ``permute(1, 0)`` or ``permute((1, 0))`` transposes a matrix."""
    order = dims[0] if len(dims) == 1 and isinstance(dims[0], tuple | list) else dims

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """The axes go back."""
        return (gradient.transpose(np.argsort([axis % values.data.ndim for axis in order])),)

    return record("permute", values.data.transpose(order), (values,), rule, view_of=values)


def select(values: Any, index: Any) -> Any:
    """``values[index]`` for any index that NumPy takes."""
    index = _kept(index)

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """Entries that were not chosen get 0; one that was chosen several times gets the sum."""
        spread = np.zeros_like(values.data, dtype=gradient.dtype)
        np.add.at(spread, index, gradient)
        return (spread,)

    return record("[ ]", values.data[index], (values,), rule, view_of=values)


def _kept(index: Any) -> Any:
    """An index that stays what it is when the caller changes the array or list that it was made from."""
    if isinstance(index, tuple):
        return tuple(_kept(each) for each in index)
    return np.array(index) if isinstance(index, np.ndarray) or (isinstance(index, list) and index) else index


# --- sums


def total(values: Any, dim: Dim = None, keepdim: bool = False, **names: Any) -> Any:
    """The sum over the axes ``dim`` (all unless given; () is none); with ``keepdim`` they stay, with size 1.

    NumPy's ``names`` for them, axis and keepdims, are understood too.
    """
    shape = values.data.shape
    dim, keepdim = dim_of("sum", dim, keepdim, names)

    def rule(gradient: Array, result: Any, values: Any) -> Gradients:
        """Every summand's derivative is 1: the gradient is copied to each."""
        if dim is not None and not keepdim and shape:
            gradient = np.expand_dims(gradient, dim)
        return (np.broadcast_to(gradient, shape).copy(),)

    return record("sum", values.data.sum(axis=dim, keepdims=keepdim), (values,), rule)


def mean(values: Any, dim: Dim = None, keepdim: bool = False, **names: Any) -> Any:
    """The mean over the axes ``dim`` (all unless given): the sum divided by the count."""
    dim, keepdim = dim_of("mean", dim, keepdim, names)
    summed = total(values, dim, keepdim)
    return summed * (summed.data.size / values.data.size if values.data.size else np.nan)


def variance(values: Any, dim: Dim = None, *, correction: int = 1, keepdim: bool = False, **names: Any) -> Any:
    """Σ (x − x̄)² / (count − correction) over the axes ``dim`` (all unless given), as PyTorch divides unless told.

    With ``correction`` 0 it is the mean squared distance from the mean, as in ``np.var``.
    """
    correction = names.pop("ddof", correction)  # np.var(x) calls x.var(ddof=0, ...)
    dim, keepdim = dim_of("var", dim, keepdim, names)
    centred = values - mean(values, dim, keepdim=True)
    summed = total(centred * centred, dim, keepdim)
    count = values.data.size / summed.data.size if summed.data.size else 0
    return summed / (count - correction) if count > correction else summed * np.nan
