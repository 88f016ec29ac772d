"""Exercise: one step of Newton's method towards a minimum."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.optimization import CHAPTER
from dlcourse.chapters.optimization.exercises.steps import drawn
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import optimizer_steps


def _case(generator: np.random.Generator, curvatures: Sequence[float], label: str, **how: Any) -> Case:
    """A point, a gradient, and a Hessian with these eigenvalues along axes turned at random."""
    d, dtype = len(curvatures), how.get("dtype", np.float64)
    axes, _ = np.linalg.qr(generator.normal(size=(d, d)) + np.eye(d))
    hessian = axes * np.array(curvatures) @ axes.T
    theta, g = (drawn(generator, (d,), dtype=dtype) for _ in range(2))
    return Case((theta, g, ((hessian + hessian.T) / 2).astype(dtype)), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    arrived = _case(generator, (1.0, 3.0), "a gradient of 0", edge=True)
    arrived.arguments[1][:] = 0
    point, slope = generator.integers(1, 9, size=(2, 2))
    return [
        _case(generator, (1.0, 4.0), "two parameters"),
        _case(generator, (1.0, 100.0), "a narrow valley: curvatures 1 and 100"),
        _case(generator, (0.5, 1.0, 2.0, 5.0), "four parameters"),
        _case(generator, (2.0, -1.0), "a saddle: curvatures 2 and −1"),
        Case((point, slope, np.array([[2, 1], [1, 3]])), "whole numbers"),
        _case(generator, (1.0, 2.0, 3.0), "dtype float32", dtype=np.float32),
        _case(generator, (4.0,), "one parameter", edge=True),
        arrived,
    ]


newton_step = Exercise(
    optimizer_steps.newton_step,
    chapter=CHAPTER,
    task=(
        "Return the point, shape (d,), to which one step of Newton's method goes from `theta` (d,): there the gradient "
        "of the quadratic that has the gradient `g` (d,) and the Hessian `hessian` (d, d) at `theta` is 0."
    ),
    cases=_cases,
    points=1,
    hints=[
        "In one dimension the slope is f′ and changes by f″ for each unit of the way. How far is it to where the slope "
        "is 0, and in which direction?",
        "In d dimensions the gradient at θ + s is g + H s. Which s makes it 0? Solve for it, rather than compute the "
        "inverse: it is cheaper, and loses fewer digits.",
        "`np.linalg.solve(hessian, g)` is the s for which H s is g. Watch the sign.",
        "θ − H⁻¹ g: `theta - np.linalg.solve(hessian, g)`.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "d": lambda theta, *_: len(theta),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(optimizer_steps.newton_step, *replacements)


WAY = "np.linalg.solve(hessian, g)"

newton_step.add_mistake(
    "gradient_descent",
    _with((WAY, "g")),
    "{at}That is a step of gradient descent with rate 1: the Hessian has no influence. Newton's step divides by the "
    "curvature, direction by direction: H⁻¹ g.",
)
newton_step.add_mistake(
    "multiplied",
    _with((WAY, "hessian @ g")),
    "{at}You multiply the gradient by the Hessian, so that steep directions get even longer steps. It is the *inverse* "
    "that belongs there: where the curvature is large, the minimum is near.",
)
newton_step.add_mistake(
    "other_direction",
    _with(("theta - ", "theta + ")),
    "{at}Your step has the right length and goes the opposite way. At θ + s the gradient is g + H s, which is 0 for "
    "s = −H⁻¹ g.",
)
newton_step.add_mistake(
    "diagonal_only",
    _with((WAY, "g / np.diag(hessian)")),
    "{at}You divide by the Hessian's diagonal. That is right where all other entries are 0, in a valley along the "
    "axes. In a slanted one each parameter's slope depends on the others' too: a system of equations.",
)
newton_step.add_mistake(
    "divided_entry_by_entry",
    _with((WAY, "g / hessian")),
    "On “{case}” you return {d} × {d} numbers. `/` between a vector and a matrix divides entry by entry, after "
    "broadcasting. H⁻¹ g is the solution s of H s = g.",
)
newton_step.add_mistake(
    "inverse_entry_by_entry",
    _with((WAY, "np.linalg.inv(hessian) * g")),
    "On “{case}” you return {d} × {d} numbers. `*` multiplies entry by entry, after broadcasting; the matrix product "
    "is `@`.",
)
newton_step.add_mistake(
    "reciprocals",
    _with((WAY, "(1 / hessian) @ g")),
    "{at}You take the reciprocal of each *entry*, as `1 / hessian` and `hessian ** -1.0` do. The inverse matrix is "
    "another one: H⁻¹ H = I. `np.linalg.solve` does without it.",
)
newton_step.add_mistake(
    "step_alone",
    _with(("theta - ", "-")),
    "{at}That is the step itself, −H⁻¹ g. Asked for is the point to which it leads: θ plus the step.",
)
newton_step.add_mistake(
    "theta_left_out",
    _with(("theta - ", "")),
    "{at}That is H⁻¹ g alone. Asked for is the point: take it away from θ.",
)


@newton_step.mistake
def never_uphill(theta: Array, g: Array, hessian: Array) -> Array:
    """{at}Where all curvatures are positive you are right. At a saddle you take their absolute values, so that the step
    leads away from it. That is the saddle-free Newton method (Dauphin et al., 2014). Newton's own step goes where the
    gradient is 0, to the saddle if that is what lies there."""
    curvatures, axes = np.linalg.eigh(hessian)
    return np.asarray(theta - axes @ (axes.T @ g / np.abs(curvatures)))
