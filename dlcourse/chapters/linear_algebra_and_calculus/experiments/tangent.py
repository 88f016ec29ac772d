"""The tangent plane at a point that is dragged over a surface, and how fast it parts from the surface."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane_picture import matrix_told
from dlcourse.chapters.linear_algebra_and_calculus.experiments.smooth_surfaces import SMOOTH, Smooth
from dlcourse.chapters.linear_algebra_and_calculus.experiments.tangent_picture import (
    DISTANCES,
    LOWEST,
    SHOWN,
    STEPS,
    TangentPicture,
)
from dlcourse.experiments.controls import DragPoints, Menu, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.level_lines import zero_line
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, short

SIDE = 49  # points of the grid, each way
ALONG = np.linspace(-SHOWN, SHOWN, SIDE)
GRID = np.stack(np.meshgrid(ALONG, ALONG), axis=-1)


def compute_tangent(surface: str, angle: int, distance: float, curves: bool, point: Array) -> Values:
    """f near p = ``point`` (1, 2): what the gradient predicts, what the Hessian adds, and what both miss.

    u = (cos ``angle``, sin ``angle``) is a direction of length 1. The tangent plane says f(p) + h ∇fᵀu at p + h u, the
    second-order approximation also ½ h² uᵀH u. ``errors`` (2,): how far each is from f(p + h u), h = ``distance``.
    ``all_errors`` (2, 61): at all ``DISTANCES``, and ``terms`` (2, 61) the first terms of Taylor's series that are left
    out, ½ h² uᵀH u and h³/6 times the third derivative along u; both empty unless ``curves``. ``slices`` (3, 81): f,
    plane and approximation less f(p) at p + t u, t = ``STEPS``. ``level`` (m, 2, 2): pieces of the level line
    through p.
    """
    f, p = SMOOTH[surface], np.array(point[0])
    u = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))]).round(12)
    height, gradient, hessian = float(f.value(p)), f.gradient(p), f.hessian(p)
    field, contours = _seen_from_above(surface)
    shown = DISTANCES if curves else DISTANCES[:0]
    bend = float(u @ hessian @ u)
    return {
        "field": field,
        "contours": contours,
        "level": zero_line(ALONG, ALONG, f.value(GRID) - height),
        "point": p,
        "height": height,
        "gradient": gradient,
        "hessian": hessian,
        "direction": u,
        "slope": float(gradient @ u),
        "bend": bend,
        "distance": distance,
        "errors": _missed(f, p, u, np.array(distance)),
        "all_errors": _missed(f, p, u, shown),
        "terms": np.stack([abs(bend) * shown**2 / 2, abs(f.third(p, u)) * shown**3 / 6]),
        "shrunk": _ratios(_missed(f, p, u, np.array([0.1, 0.01]))),
        "slices": _changes(f, p, u, STEPS),
    }


def _changes(f: Smooth, p: Array, u: Array, t: Array) -> Array:
    """How much f, the tangent plane and the second-order approximation change from p to p + t u, (3, ...)."""
    slope, bend = f.gradient(p) @ u, u @ f.hessian(p) @ u
    return np.stack([f.value(p + t[..., None] * u) - f.value(p), slope * t, slope * t + bend * t**2 / 2])


def _missed(f: Smooth, p: Array, u: Array, t: Array) -> Array:
    """How far the plane and the second-order approximation are from f at p + t u, (2, ...)."""
    true, *told = _changes(f, p, u, t)
    return np.abs(np.stack(told) - true)


@lru_cache(maxsize=4)
def _seen_from_above(surface: str) -> tuple[Array, Array]:
    """The heights on the grid (49, 49), scaled to [0, 1] with 0 in the middle, and pieces (m, 2, 2) of level lines."""
    f = SMOOTH[surface]
    heights = f.value(GRID)
    field = 0.5 + heights / (2 * np.abs(heights).max())
    contours = np.concatenate([zero_line(ALONG, ALONG, heights - level) for level in f.levels])
    for array in (field, contours):
        array.flags.writeable = False
    return field, contours


def _ratios(errors: Array) -> Array:
    """Errors (2, 2) at the first distance by those at the second, (2,); 0 where one is nothing but rounding."""
    far, near = errors.T
    return np.where(near > LOWEST, far / np.maximum(near, LOWEST), 0.0)


def describe_tangent(parameters: Mapping[str, Any], values: Values) -> str:
    """Height, gradient and Hessian at the point, the slope in the direction, and both errors."""
    (x, y), (by_x, by_y), (a, b) = values["point"], values["gradient"], values["direction"]
    plane, second = (magnitude(error, least=LOWEST) for error in values["errors"])
    text = (
        f"f = {SMOOTH[parameters['surface']].title} at p = ({fixed(x)}, {fixed(y)}): height {fixed(values['height'])}, "
        f"gradient ({fixed(by_x)}, {fixed(by_y)}) of length {fixed(np.hypot(by_x, by_y))}, Hessian "
        f"{matrix_told(values['hessian'])}. In the direction u = ({fixed(a)}, {fixed(b)}) the slope ∇fᵀu is "
        f"{fixed(values['slope'])} and the second derivative uᵀH u is {fixed(values['bend'])}. At distance "
        f"{values['distance']:.3g} the error of the tangent plane is {plane}, that of the approximation with the "
        f"Hessian {second}."
    )
    if not parameters["curves"]:
        return text
    said = [
        f"that of the {name} becomes {short(ratio)} times smaller"
        for name, ratio in zip(("plane", "approximation"), values["shrunk"], strict=True)
        if ratio
    ]
    return f"{text} From distance 0.1 to 0.01 they shrink: {', '.join(said)}." if said else text


tangent = Experiment(
    name="tangent",
    title="The tangent plane, and what it misses",
    prediction=Prediction(
        question="The tangent plane touches the surface sin x · cos y at the point p = (0.6, −0.8). At distance 0.1 "
        "from p, in the direction shown, it misses the surface by 0.0046. By how much does it miss at distance 0.01?",
        choices=(
            "0: so near, the plane and the surface are the same",
            "About 0.00046, a tenth of that",
            "About 0.000046, a hundredth of that",
            "About 0.0000046, a thousandth of that",
        ),
        answer=2,
        explanation="Taylor's series along a direction u of length 1 is $f(p + h u) = f(p) + h \\nabla f^T u + "
        "\\frac{1}{2} h^2 u^T H u + \\ldots$ The plane has the first two terms, so what it misses begins with h²: a "
        "tenth of the distance, a hundredth of the error. With the term of the Hessian H the error begins with h³, and "
        "becomes a thousandth. Show the errors at all distances: on axes in powers of ten they come near to straight "
        "lines of slope 2 and 3 as h becomes small. Now turn u. Along the gradient the slope is steepest, across it, "
        "along the level line, it is 0. At 20 degrees uᵀH u is nearly 0: the plane has little to miss at second order, "
        "and its error falls almost like h³ until h is below 0.1. On the bowl, a quadratic form, the approximation "
        "with H misses nothing but rounding.",
    ),
    controls=(
        Menu("surface", "Surface f(x, y)", {name: f.title for name, f in SMOOTH.items()}),
        Slider("angle", "Angle of u", 0, 355, step=5, value=330, unit="degrees"),
        Slider("distance", "Distance h", 0.001, 1.0, step=0.1, value=0.1, logarithmic=True),
        Toggle("curves", "Show the errors at all distances"),
        DragPoints("point", [[0.6, -0.8]], axes="plane", limits=((-2.5, 2.5), (-2.5, 2.5)), label="point p"),
    ),
    compute=compute_tangent,
    picture=TangentPicture,
    describe=describe_tangent,
    size=(9.0, 5.4),
)
