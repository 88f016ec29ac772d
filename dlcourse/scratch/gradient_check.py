"""Checking gradients by central differences: the test that a derivative written by hand has to pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.validation import check_finite, check_positive, check_shape


@dataclass(frozen=True)
class Comparison:
    """Where a gradient and the central difference lie farthest apart.

    ``tensor``: which argument, counted from 0. ``entry``: its index. ``gradient`` and ``difference``: the derivative as
    it was given and as it was measured. ``relative``: |gradient − difference| / max(1, |gradient| + |difference|).
    ``passed``: whether every entry is within the tolerance.
    """

    passed: bool
    relative: float
    tensor: int
    entry: tuple[int, ...]
    gradient: float
    difference: float

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        where = f"tensor {self.tensor}, entry {list(self.entry)}: {self.gradient:.6g} by backward(), "
        verdict = "agree" if self.passed else "DIFFER"
        return f"Gradients {verdict}. Farthest apart at {where}{self.difference:.6g} by central differences."


def numerical_gradient(function: Callable[[Array], float], point: ArrayLike, step: float = 1e-6) -> Array:
    """(f(x + h e_i) − f(x − h e_i)) / 2h for every entry i of ``point`` x, with h ``step``: of the shape of x, float64.

    The error is of the order h² |f'''| / 6 (the two points lie symmetrically, so the term with f'' cancels) plus
    10⁻¹⁶ |f| / h of rounding: h near 10⁻⁶ serves both in float64. x + h and x − h are rounded, too: the difference is
    divided by the distance between the points where f was really computed, not by 2h. Raises ValueError for a ``point``
    that is not finite, or so large that x + h is x.
    """
    h = check_positive(step, "step")
    x = check_finite(point, "point").astype(np.float64)
    gradient = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        middle = x[entry]
        right, left = middle + h, middle - h
        if not left < middle < right:
            raise ValueError(f"step: {h:g} is lost beside {middle:g}: the next number is {np.spacing(middle):g} off.")
        x[entry] = right
        above = float(function(x))
        x[entry] = left
        below = float(function(x))
        x[entry] = middle
        gradient[entry] = (above - below) / (right - left)
    return gradient


def compare_gradients(gradients: Sequence[Array], differences: Sequence[Array], tolerance: float = 1e-6) -> Comparison:
    """The entry where ``gradients`` and ``differences``, arrays of the same shapes, lie farthest apart, relatively."""
    worst = Comparison(True, -1.0, 0, (), 0.0, 0.0)
    for number, (gradient, difference) in enumerate(zip(gradients, differences, strict=True)):
        check_shape(gradient, np.shape(difference), "gradient")
        with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is caught below
            apart = np.abs(gradient - difference) / np.maximum(1, np.abs(gradient) + np.abs(difference))
        apart = np.where(np.isnan(apart), np.inf, apart)
        if apart.size and apart.max() > worst.relative:
            entry = tuple(int(i) for i in np.unravel_index(apart.argmax(), apart.shape))
            far = float(apart[entry])
            worst = Comparison(far <= tolerance, far, number, entry, float(gradient[entry]), float(difference[entry]))
    return worst


def gradcheck(
    function: Callable[..., Tensor], inputs: Sequence[Tensor], step: float = 1e-6, tolerance: float = 1e-6
) -> Comparison:
    """Whether ``function(*inputs).backward()`` gives every derivative that central differences give.

    ``function`` returns one number, a pure function of ``inputs``: float64 tensors; those with ``requires_grad``
    are varied. Their ``grad`` is left as it was. Away from corners (ReLU at 0) a correct gradient passes 1e-6, as
    long as |f| is not much above 1,000: rounding is about 10⁻¹⁶ |f| / h. Below 1e-6 nothing can be told apart: a
    function with gradients so small is scaled up first.
    Raises TypeError for inputs that are not float64: in float32 rounding alone is 10⁻⁷ |f| / h.
    """
    varied = [tensor for tensor in inputs if tensor.requires_grad]
    if not varied:
        raise ValueError("gradcheck: none of the inputs has requires_grad=True, so there is nothing to check.")
    if any(tensor.dtype != np.float64 for tensor in inputs):
        raise TypeError("gradcheck: the inputs are float64; float32 has too few digits for differences.")
    gradients = _gradients(function, inputs, varied)
    differences = [_difference(function, inputs, tensor, step) for tensor in varied]
    return compare_gradients(gradients, differences, tolerance)


def _gradients(function: Callable[..., Tensor], inputs: Sequence[Tensor], varied: Sequence[Tensor]) -> list[Array]:
    """The derivatives by ``backward``. What stood in ``grad`` is put back, also after an error."""
    before = [tensor.grad for tensor in varied]
    for tensor in varied:
        tensor.grad = None
    try:
        function(*inputs).backward()
        return [np.zeros(tensor.shape) if tensor.grad is None else tensor.grad for tensor in varied]
    finally:
        for tensor, grad in zip(varied, before, strict=True):
            tensor.grad = grad


def _difference(function: Callable[..., Tensor], inputs: Sequence[Tensor], varied: Tensor, step: float) -> Array:
    """The central differences of ``function`` by one of its inputs, which is put back afterwards."""
    original = varied.data

    def at(values: Array) -> float:
        varied.data = values
        with no_grad():
            return function(*inputs).item()

    try:
        return numerical_gradient(at, original.copy(), step)
    finally:
        varied.data = original
