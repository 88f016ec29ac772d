"""Surfaces with two parameters on which optimizers are tried: what each asks of them is one thing that goes wrong.

A point θ = (x, y) is an array (2,). ``value``, ``gradient`` and ``hessian`` take any number of points at once,
(..., 2), and return (...), (..., 2) and (..., 2, 2); so a picture asks for a whole grid. All are written by formula.
Most are polynomials: on a path that diverges they overflow, and the caller sees to it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_number

Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A function of two parameters with its derivatives, the part of the plane to draw, and what is known about it.

    ``value`` (..., 2) -> (...), ``gradient`` (..., 2) -> (..., 2), ``hessian`` (..., 2) -> (..., 2, 2), all float64.
    ``domain``: the lowest and highest x, then y. ``start``: the usual one. ``minima``: all local minima, the lowest
    first; ``saddles``: the saddle points in the domain. ``asks``: what is hard about it. ``source``: its origin.
    """

    title: str
    value: Callable[[ArrayLike], Array]
    gradient: Callable[[ArrayLike], Array]
    hessian: Callable[[ArrayLike], Array]
    domain: tuple[Point, Point]
    start: Point
    minima: tuple[Point, ...]
    saddles: tuple[Point, ...]
    asks: str
    source: str = "made for this course"


def valley(condition: float = 25.0, angle: float = 0.0) -> Surface:
    """f = (u² + κ v²)/2 with κ ``condition`` ≥ 1, where u and v are coordinates along axes turned by ``angle`` degrees.

    The Hessian has the eigenvalues 1, along the valley, and κ, across it. At angle 0 it is diagonal, which flatters
    every method with a rate for each parameter (AdaGrad, RMSProp, Adam): it can make a valley round that lies along the
    axes, and no other. Raises TypeError and ValueError for a κ below 1 or numbers that are not finite.
    """
    kappa = check_number(condition, "condition")
    if kappa < 1:
        raise ValueError(f"condition: expected κ = λ_max / λ_min, which is at least 1, received {condition}.")
    turn = math.radians(check_number(angle, "angle"))
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    matrix = np.outer(along, along) + kappa * np.outer(across, across)
    start = -2.5 * along + 1.0 * across
    return Surface(
        title=f"valley, κ = {kappa:g}" + (f", turned by {angle:g}°" if angle else ""),
        value=lambda theta: (_points(theta) @ matrix * _points(theta)).sum(axis=-1) / 2,
        gradient=lambda theta: _points(theta) @ matrix,
        hessian=lambda theta: np.broadcast_to(matrix, (*_points(theta).shape, 2)).copy(),
        domain=((-3.0, 3.0), (-2.0, 2.0)) if not angle else ((-3.0, 3.0), (-3.0, 3.0)),
        start=(float(start[0]), float(start[1])),
        minima=((0.0, 0.0),),
        saddles=(),
        asks="one rate for a steep and a flat direction",
    )


def _saddle(theta: ArrayLike) -> Array:
    """f = x²/2 + y⁴/4 − y²/2."""
    x, y = _split(theta)
    return x**2 / 2 + y**4 / 4 - y**2 / 2


def _saddle_gradient(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    return _pair(x, y**3 - y)


def _saddle_hessian(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    return _symmetric(np.ones_like(x), np.zeros_like(x), 3 * y**2 - 1)


SADDLE = Surface(
    title="saddle between two minima",
    value=_saddle,
    gradient=_saddle_gradient,
    hessian=_saddle_hessian,
    domain=((-2.5, 2.5), (-1.8, 1.8)),
    start=(-2.0, 0.001),  # a thousandth beside the line that leads into the saddle
    minima=((0.0, 1.0), (0.0, -1.0)),
    saddles=((0.0, 0.0),),
    asks="leaving a point where the gradient is 0 and which is no minimum",
)


def _rosenbrock(theta: ArrayLike) -> Array:
    """f = (1 − x)² + 100 (y − x²)²."""
    x, y = _split(theta)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    return _pair(-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2))


def _rosenbrock_hessian(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    return _symmetric(2 - 400 * (y - x**2) + 800 * x**2, -400 * x, np.full_like(x, 200.0))


ROSENBROCK = Surface(
    title="Rosenbrock's valley",
    value=_rosenbrock,
    gradient=_rosenbrock_gradient,
    hessian=_rosenbrock_hessian,
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    minima=((1.0, 1.0),),
    saddles=(),
    asks="following a valley that bends: no axes straighten it everywhere; κ = 2508 at the minimum",
    source="Rosenbrock (1960), 'An automatic method for finding the greatest or least value of a function', The "
    "Computer Journal 3; its usual start",
)

BEALE_TARGETS = (1.5, 2.25, 2.625)


def _beale(theta: ArrayLike) -> Array:
    """f = (1.5 − x + x y)² + (2.25 − x + x y²)² + (2.625 − x + x y³)²."""
    x, y = _split(theta)
    return sum((c - x + x * y**k) ** 2 for k, c in enumerate(BEALE_TARGETS, 1)) + np.zeros_like(x)


def _beale_gradient(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    by_x, by_y = np.zeros_like(x), np.zeros_like(x)
    for k, c in enumerate(BEALE_TARGETS, 1):
        r = c - x + x * y**k  # the residual, with ∂r/∂x = yᵏ − 1 and ∂r/∂y = k x yᵏ⁻¹
        by_x += 2 * r * (y**k - 1)
        by_y += 2 * r * k * x * y ** (k - 1)
    return _pair(by_x, by_y)


def _beale_hessian(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    xx, xy, yy = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for k, c in enumerate(BEALE_TARGETS, 1):
        r, r_x, r_y = c - x + x * y**k, y**k - 1, k * x * y ** (k - 1)
        xx += 2 * r_x**2
        xy += 2 * (r_x * r_y + r * k * y ** (k - 1))
        yy += 2 * (r_y**2 + r * k * (k - 1) * x * y ** max(k - 2, 0))
    return _symmetric(xx, xy, yy)


BEALE = Surface(
    title="Beale's function",
    value=_beale,
    gradient=_beale_gradient,
    hessian=_beale_hessian,
    domain=((-1.0, 4.5), (-1.5, 2.0)),
    start=(1.0, 1.0),
    minima=((3.0, 0.5),),
    saddles=((0.0, 1.0),),
    asks="steep walls round a flat floor (κ = 162 at the minimum), and beyond y = 1 a slope that falls without end",
    source="Beale (1958), 'On an iterative method for finding a local minimum of a function of more than one "
    "variable', Princeton; the start of Moré, Garbow and Hillstrom (1981), 'Testing unconstrained optimization "
    "software', ACM TOMS 7",
)

TILT = 0.3


def _two_valleys(theta: ArrayLike) -> Array:
    """f = (x² − 1)² + 0.3 x + y²: without the tilt 0.3 x both minima, at x = ±1, would be as deep."""
    x, y = _split(theta)
    return (x**2 - 1) ** 2 + TILT * x + y**2


def _two_valleys_gradient(theta: ArrayLike) -> Array:
    x, y = _split(theta)
    return _pair(4 * x * (x**2 - 1) + TILT, 2 * y)


def _two_valleys_hessian(theta: ArrayLike) -> Array:
    x, _ = _split(theta)
    return _symmetric(12 * x**2 - 4, np.zeros_like(x), np.full_like(x, 2.0))


def _flat_points_of_two_valleys() -> list[float]:
    """The x where the slope 4x³ − 4x + 0.3 is 0, from left to right: minimum, saddle, minimum (Viète's formula)."""
    third = math.acos(-TILT * 3 * math.sqrt(3) / 8) / 3
    return sorted(2 / math.sqrt(3) * math.cos(third - 2 * math.pi * k / 3) for k in range(3))


LOW, RIDGE, HIGH = _flat_points_of_two_valleys()

TWO_VALLEYS = Surface(
    title="two valleys, one deeper",
    value=_two_valleys,
    gradient=_two_valleys_gradient,
    hessian=_two_valleys_hessian,
    domain=((-1.8, 1.8), (-1.4, 1.4)),
    start=(1.5, 1.0),
    minima=((LOW, 0.0), (HIGH, 0.0)),
    saddles=((RIDGE, 0.0),),
    asks="a start on the side of the minimum that is not the lowest",
)

WELL = np.array([1.0, 4.0])  # A = diag(1, 4), the Hessian at the minimum of the plateau


def _plateau(theta: ArrayLike) -> Array:
    """f = 1 − exp(−θᵀA θ / 2) with A = diag(1, 4): a well in a plain of height 1."""
    return 1 - np.exp(-(WELL * _points(theta) ** 2).sum(axis=-1) / 2)


def _plateau_gradient(theta: ArrayLike) -> Array:
    return (1 - _plateau(theta))[..., None] * WELL * _points(theta)


def _plateau_hessian(theta: ArrayLike) -> Array:
    """exp(−θᵀA θ / 2) (A − A θ θᵀ A)."""
    slope = WELL * _points(theta)
    return (1 - _plateau(theta))[..., None, None] * (np.diag(WELL) - slope[..., :, None] * slope[..., None, :])


PLATEAU = Surface(
    title="well in a plateau",
    value=_plateau,
    gradient=_plateau_gradient,
    hessian=_plateau_hessian,
    domain=((-4.0, 4.0), (-2.5, 2.5)),
    start=(-3.0, 0.6),
    minima=((0.0, 0.0),),
    saddles=(),
    asks="crossing a plain where the gradient is nearly 0",
)

SURFACES: Mapping[str, Surface] = {
    "valley": valley(),
    "turned valley": valley(angle=30.0),
    "saddle": SADDLE,
    "Rosenbrock": ROSENBROCK,
    "Beale": BEALE,
    "two valleys": TWO_VALLEYS,
    "plateau": PLATEAU,
}


def _points(theta: ArrayLike) -> Array:
    """``theta`` as float64 (..., 2). Raises ValueError otherwise."""
    points = np.asarray(theta, np.float64)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ValueError(
            f"theta: expected points with two coordinates, shape (2,) or (..., 2), received {points.shape}."
            + (" It seems to be transposed: use theta.T." if points.ndim == 2 and len(points) == 2 else "")
        )
    return points


def _split(theta: ArrayLike) -> tuple[Array, Array]:
    points = _points(theta)
    return points[..., 0], points[..., 1]


def _pair(first: Array, second: Array) -> Array:
    return np.stack([first, second], axis=-1)


def _symmetric(xx: Array, xy: Array, yy: Array) -> Array:
    """Hessians [[xx, xy], [xy, yy]], (..., 2, 2)."""
    return np.stack([_pair(xx, xy), _pair(xy, yy)], axis=-2)
