"""Gradient clipping: a gradient that is too long is shortened before the optimizer takes its step.

Where gradients explode, one step can undo what a thousand have learnt. Clipping limits the step; it does not make
gradients that vanish any longer. Source: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent
neural networks", section 3.2.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.validation import check_finite, check_floats, check_positive


def clip_by_norm(gradients: Sequence[Array], limit: float) -> tuple[list[Array], float]:
    """(g · min(1, limit / ‖g‖), ‖g‖): the same direction, at most ``limit`` long; and the norm as it was before.

    ‖g‖ is one norm over all arrays, √(Σ of all squared entries), and all are scaled by the same factor: scaled each by
    its own, they would point elsewhere. gradients: arrays of any shapes, not changed; float32 stays float32. Raises
    ValueError for a limit that is not positive and for entries that are not finite: those cannot be scaled back.
    """
    limit = check_positive(limit, "limit")
    norm = total_norm(gradients)
    factor = min(1.0, limit / norm) if norm else 1.0
    return [factor * np.asarray(gradient) for gradient in gradients], norm


def clip_by_value(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Each entry moved into [−limit, limit]. Large entries are cut, small ones stay: the direction changes.

    gradients: arrays of any shapes, not changed; float32 stays float32. Raises ValueError for a limit that is not
    positive.
    """
    limit = check_positive(limit, "limit")
    return [np.clip(check_floats(gradient, "gradients"), -limit, limit) for gradient in gradients]


def clip_grad_norm_(parameters: Iterable[Tensor] | Tensor, max_norm: float) -> float:
    """``clip_by_norm`` of the gradients of ``parameters``, in place, between ``backward`` and the optimizer's step.

    Returns the norm before. Parameters without a gradient are left out. Raises ValueError as ``clip_by_norm``, and
    where no parameter has a gradient.
    """
    limit = check_positive(max_norm, "max_norm")
    tensors = [parameters] if isinstance(parameters, Tensor) else parameters
    gradients = [tensor.grad for tensor in tensors if tensor.grad is not None]
    if not gradients:
        raise ValueError("clip_grad_norm_: none of the parameters has a gradient. Call it after backward().")
    norm = total_norm(gradients)
    if norm > limit:
        for gradient in gradients:
            gradient *= limit / norm
    return norm


def total_norm(gradients: Iterable[Array]) -> float:
    """√(Σ of all squared entries of all arrays), in float64. Raises ValueError for an entry that is not finite."""
    squares = [np.square(check_finite(gradient, "gradients"), dtype=np.float64).sum() for gradient in gradients]
    return math.sqrt(sum(squares))
