"""Newton's method: for a root by the tangent, for a minimum by the quadratic with the same gradient and Hessian.

Near a root of f with slope f′ ≠ 0, and near a minimum with a Hessian H of positive curvatures, the error of the next
step is about a constant times the *square* of this one's: the number of right digits doubles. Nothing is promised far
from there. For d parameters H has d² numbers, and solving H s = g takes about d³/3 products. Source: Nocedal and Wright
(2006), "Numerical optimization", sections 3.3 and 11.1.
"""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.quadratics import check_symmetric
from dlcourse.validation import check_count, check_number, check_shape, check_vector

SINGULAR = 1e-12  # a curvature of at most this times the largest by size counts as 0


class IndefiniteHessianWarning(UserWarning):
    """Newton's method for a minimum is at a place where some curvature is negative: its step may lead upwards."""


@np.errstate(over="ignore", invalid="ignore")  # a path that leaves the finite numbers is reported
def newton_root(
    function: Callable[[float], float], derivative: Callable[[float], float], start: float, steps: int
) -> Array:
    """Looks for a root: x ← x − f(x)/f′(x), to where the tangent at x meets the axis, ``steps`` times.

    Returns the path (steps + 1,) float64, the start included; on a root it stays. Raises ValueError where the slope is
    0, ArithmeticError when the path leaves the finite numbers, TypeError for what is not one number.
    """
    path = [np.float64(check_number(start, "start"))]  # of NumPy, whose numbers overflow to infinity
    for step in range(check_count(steps, "steps", low=0)):
        x = path[-1]
        height, slope = _number(function(x), "function", x), _number(derivative(x), "derivative", x)
        if height != 0 and slope == 0:
            at = f"newton_root: at step {step + 1}, x = {x:g}"
            raise ValueError(f"{at}, the slope is 0: the tangent never meets the axis. Start elsewhere.")
        path.append(x - height / slope if height != 0 else x)
        _check_finite(path[-1], step)
    return np.array(path)


@np.errstate(over="ignore", invalid="ignore")
def newton_minimize(
    gradient: Callable[[Array], ArrayLike],
    hessian: Callable[[Array], ArrayLike],
    start: ArrayLike,
    steps: int,
    *,
    damping: float = 0.0,
) -> Array:
    """Looks for a minimum: θ ← θ − (H + λ I)⁻¹ g, with g and H at θ and λ ``damping``, ``steps`` times.

    Returns the path (steps + 1, d) float64, the start included. ``gradient``: (d,) -> (d,); ``hessian``: (d,) ->
    (d, d). λ = 0 is Newton's step, to the point where the quadratic with this g and H is flat: its minimum, or its
    saddle or maximum where H is not positive definite. That is warned of, once a run, by IndefiniteHessianWarning: no λ
    up to −λ_min prevents it. A large λ makes steps of gradient descent with the rate 1/λ (Levenberg, 1944; Marquardt,
    1963). Raises ValueError where H + λ I is singular or not symmetric, ArithmeticError when the path leaves the finite
    numbers.
    """
    theta, more = check_vector(start, "start").astype(np.float64), _check_damping(damping) * np.eye(np.size(start))
    path, warned = [theta], False
    for step in range(check_count(steps, "steps", low=0)):
        g = check_shape(gradient(theta), theta.shape, "gradient(theta)")
        h = check_shape(hessian(theta), more.shape, "hessian(theta)")
        warned = _judge(check_symmetric(h, 1e-6) + more, theta, step, warned)
        theta = theta - np.linalg.solve(h + more, g)
        path.append(theta)
        _check_finite(theta, step)
    return np.array(path)


def _judge(matrix: Array, theta: Array, step: int, warned: bool) -> bool:
    """Raises where the quadratic with this Hessian is flat in no single point, warns where it is flat in no minimum."""
    curvatures = np.linalg.eigvalsh(matrix)
    sizes, smallest = np.abs(curvatures), curvatures[0]
    at = f"newton_minimize: at step {step + 1}, θ = ({', '.join(f'{each:.4g}' for each in theta[:4])}"
    at += ", …)" if len(theta) > 4 else ")"
    if sizes.min() <= SINGULAR * sizes.max():
        raise ValueError(
            f"{at}, the Hessian is singular: in some direction the curvature is 0, and H s = g has no solution or "
            "many. Inputs that repeat others do that, and plateaus. damping=0.001 adds a curvature to all directions."
        )
    if smallest < 0 and not warned:
        kind = "maximum" if curvatures[-1] < 0 else "saddle"
        warnings.warn(
            f"{at}, the smallest curvature is {smallest:.4g}, below 0: there the quadratic has a {kind}, and Newton's "
            f"step leads towards it, perhaps upwards. A damping {-smallest:.2g} larger makes all curvatures positive.",
            IndefiniteHessianWarning,
            stacklevel=4,
        )
    return warned or bool(smallest < 0)


def _check_damping(damping: float) -> float:
    value = check_number(damping, "damping")
    if value < 0:
        raise ValueError(f"damping: expected 0 or a positive number, received {damping}: it would take curvature away.")
    return value


def _check_finite(theta: float | Array, step: int) -> None:
    if not np.isfinite(theta).all():
        raise ArithmeticError(
            f"Newton's method left the finite numbers at step {step + 1}: it is made for the neighbourhood of what it "
            "looks for. Start nearer, make fewer steps, or use damping."
        )


def _number(value: float, name: str, x: float) -> float:
    if np.ndim(value) or np.asarray(value).dtype.kind not in "iuf":
        raise TypeError(f"{name}({x:g}): expected one number, received {value!r}.")
    return float(value)
