"""One step of an optimizer by the letter: formulas in one line each, beside ``optimizers.adam_step``.

In the formulas θ is a parameter of any shape, g its gradient, ε the rate, μ the momentum and λ the weight decay;
products and quotients are taken entry by entry. Nothing that is passed in is changed.
"""

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.optimizers import adam_step


def newton_step(theta: Array, g: Array, hessian: Array) -> Array:
    """One step of Newton's method: θ ← θ − H⁻¹ g. theta, g: (d,); hessian: (d, d), not singular. Returns (d,).

    At θ + s the quadratic with this gradient and Hessian has the gradient g + H s; the step leads to where that is 0:
    to the quadratic's minimum, or to its saddle or maximum, if that is what it has.
    """
    return theta - np.linalg.solve(hessian, g)


def momentum_step(
    theta: Array, g: Array, v: Array, rate: float, momentum: float, average: bool = False
) -> tuple[Array, Array]:
    """One step with momentum: the new θ and v, of the shape of g. The first v is 0.

    v ← μ v + g, the *classic* form (Polyak, 1964), or v ← μ v + (1 − μ) g, where v is a moving ``average`` of the
    gradients; then θ ← θ − ε v.
    """
    share = 1 - momentum if average else 1
    v = momentum * v + share * g
    return theta - rate * v, v


def adamw_step(
    theta: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    rate: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
) -> tuple[Array, Array, Array]:
    """One step of AdamW: the new θ, m and v, where θ decays first, θ ← θ − ε λ θ, and then follows Adam's step.

    m and v know nothing of the decay: that is what "decoupled" means. Source: Loshchilov and Hutter (2019),
    "Decoupled weight decay regularization", algorithm 2, with PyTorch's ε λ for their decay.
    """
    return adam_step(theta - rate * weight_decay * theta, g, m, v, t, rate, betas, eps)
