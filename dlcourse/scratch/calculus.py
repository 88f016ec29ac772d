"""Derivatives of functions of several numbers, twice: by finite differences, and by the course's engine.

For f: R^d → R the *gradient* ∇f (d,) holds the derivatives ∂f/∂x_j and the *Hessian* H (d, d) the second derivatives,
H_ij = ∂²f/∂x_i∂x_j. For f: R^d → R^m the *Jacobian* J (m, d) has J_ij = ∂f_i/∂x_j: row i is the gradient of output i,
column j says how all outputs answer to input j. Near x, f(x + v) ≈ f(x) + J v; for m = 1, f(x + v) ≈ f(x) + ∇fᵀv +
½ vᵀH v.
Source: Magnus and Neudecker (1999), "Matrix differential calculus", chapters 5 and 6; of the differences Press and
others (2007), "Numerical recipes", section 5.7.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.validation import check_array, check_finite, check_positive, check_vector

Function = Callable[[Array], ArrayLike]  # of an array (d,): one number, or an array (m,)
Recorded = Callable[[Tensor], Tensor]  # the same, written with the operations of a Tensor


def numerical_jacobian(function: Function, point: ArrayLike, step: float = 1e-6) -> Array:
    """The Jacobian J (m, d), float64, of ``function`` at ``point`` (d,) by central differences with h = ``step``.

    Column j is (f(x + h e_j) − f(x − h e_j)) / 2h, so that all columns take 2d evaluations, however large m is. The
    error is of the order h² f'''/6 + 10⁻¹⁶ |f| / h. ``function`` gets a new array each time and returns one number
    (then m = 1) or an array (m,). Raises ValueError for a ``point`` or results of another shape or not finite, and for
    a step that is lost beside an entry of x.
    """
    x, columns = _start(point, step), []
    for j in range(x.size):
        right, left = x.copy(), x.copy()
        right[j] += step
        left[j] -= step
        columns.append((_outputs(function(right)) - _outputs(function(left))) / (right[j] - left[j]))
    return np.stack(columns, axis=1)


def numerical_hessian(function: Function, point: ArrayLike, step: float = 1e-4) -> Array:
    """The Hessian H (d, d), float64 and exactly symmetric, of ``function`` (one number) at ``point`` (d,).

    H_ij = [f(x + h e_i + h e_j) − f(x + h e_i − h e_j) − f(x − h e_i + h e_j) + f(x − h e_i − h e_j)] / 4h², with
    h = ``step``. The error is of the order h² f''''/3 + 10⁻¹⁶ |f| / h²: since rounding is divided by h², h is best near
    the *fourth* root of 10⁻¹⁶, and about 8 digits are right. (With 10⁻⁶, good for first derivatives, 4 would be left.)
    Raises as ``numerical_jacobian``, and ValueError for a function of several outputs.
    """
    x = _start(point, step)
    result = np.empty((x.size, x.size))
    moves = step * np.eye(x.size)
    for i in range(x.size):
        for j in range(i, x.size):
            same = _one(function(x + moves[i] + moves[j])) + _one(function(x - moves[i] - moves[j]))
            opposite = _one(function(x + moves[i] - moves[j])) + _one(function(x - moves[i] + moves[j]))
            result[i, j] = result[j, i] = (same - opposite) / (4 * step**2)
    return result


def gradient(function: Recorded, point: ArrayLike) -> Array:
    """The gradient ∇f (d,), float64, of ``function`` (one number) at ``point`` (d,) by the engine: one backward pass.

    ``function`` gets a Tensor. Raises TypeError where it returns none, ValueError where its result has several numbers
    or was not computed from the tensor that it got.
    """
    x = Tensor(_vector(point), requires_grad=True)
    result = _recorded(function(x))
    if result.data.size != 1:
        raise ValueError(f"function: expected one number, received shape {result.shape}. jacobian() takes several.")
    result.reshape(()).backward()
    return _received(x)


def jacobian(function: Recorded, point: ArrayLike) -> Array:
    """The Jacobian J (m, d), float64, of ``function`` at ``point`` (d,) by the engine: a backward pass for each row.

    ``function`` gets a Tensor (d,) and returns one of shape (m,), or one number (then m = 1). So a scalar loss takes
    one pass, however many parameters it has; differences would take two evaluations for each. Raises as ``gradient``.
    """
    x = Tensor(_vector(point), requires_grad=True)
    outputs = _recorded(function(x))
    if outputs.ndim > 1:
        raise ValueError(f"function: expected a result of shape (m,), received {outputs.shape}: flatten it.")
    outputs, rows = outputs.reshape(-1), []
    for i in range(len(outputs)):
        x.grad = None
        outputs[i].backward(retain_graph=True)
        rows.append(_received(x))
    return np.stack(rows)


def hessian(function: Recorded, point: ArrayLike, step: float = 1e-6) -> Array:
    """The Hessian H (d, d), float64 and exactly symmetric, of ``function`` (one number) at ``point`` (d,).

    The engine's gradient, differentiated by central differences with h = ``step``: the engine records no second
    derivatives (PyTorch does, with ``create_graph=True``). That takes 2d backward passes, and leaves about 9 digits,
    one difference losing fewer than two. What is left of asymmetry is rounding, and is averaged away. Raises as
    ``gradient`` and ``numerical_jacobian``.
    """
    by_rows = numerical_jacobian(lambda x: gradient(function, x), point, step)
    return (by_rows + by_rows.T) / 2


def _vector(point: ArrayLike) -> Array:
    return check_vector(point, "point").astype(np.float64)


def _start(point: ArrayLike, step: float) -> Array:
    """``point`` as a new array of float64, from which ``step`` leads away in every direction."""
    h, x = check_positive(step, "step"), _vector(point)
    lost = ~((x - h < x) & (x < x + h))
    if lost.any():
        entry = float(x[lost][0])
        raise ValueError(f"step: {h:g} is lost beside {entry:g}: the next number is {np.spacing(entry):g} off.")
    return x


def _outputs(result: Any) -> Array:
    """What a function returned as an array (m,)."""
    outputs = check_finite(_numbers(result), "function")
    if outputs.ndim > 1:
        raise ValueError(f"function: expected one number or an array (m,), received shape {outputs.shape}: flatten it.")
    return np.array(outputs, np.float64, ndmin=1)  # a copy: a function may return an array that it writes into again


def _one(result: Any) -> float:
    outputs = check_finite(_numbers(result), "function")
    if outputs.size != 1:
        raise ValueError(
            f"function: expected one number, received shape {outputs.shape}. A Hessian belongs to one output; several "
            "have a Jacobian (numerical_jacobian)."
        )
    return float(outputs.reshape(())[()])


def _numbers(result: Any) -> Array:
    return check_array(result.detach().numpy() if isinstance(result, Tensor) else result, "function")


def _recorded(result: Any) -> Tensor:
    """What a function of a tensor returned. Raises TypeError and ValueError where the engine cannot have followed."""
    if not isinstance(result, Tensor):
        raise TypeError(
            f"function: expected a Tensor as its result, received {type(result).__name__}. The engine follows the "
            "operations of a Tensor, such as x.exp(), x @ w and functional.tanh(x); functional.stack([a, b]) makes one "
            "tensor of several."
        )
    if not result.requires_grad:
        raise ValueError(
            "function: its result was not computed from the tensor that it got, so that there is nothing to "
            "differentiate. x.data, .detach() and no_grad() lead out of what the engine records."
        )
    return result


def _received(x: Tensor) -> Array:
    """The gradient that has arrived at x; zeros where none has."""
    return np.zeros(x.shape) if x.grad is None else np.array(x.grad)
