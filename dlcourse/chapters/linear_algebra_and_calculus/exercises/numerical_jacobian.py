"""Exercise: a Jacobian by central differences, one column for each input."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import calculus

Function = Callable[[Array], Array]


def polar(x: Array) -> Array:
    """Length and angle -> place: (r cos φ, r sin φ), R² → R²."""
    return np.array([x[0] * np.cos(x[1]), x[0] * np.sin(x[1])])


def linear(x: Array) -> Array:
    """A x + b, R³ → R²: the Jacobian is A, everywhere."""
    return np.array([[2.0, -1.0, 3.0], [0.5, 4.0, -2.0]]) @ x + np.array([1.0, -1.0])


def products(x: Array) -> Array:
    """x₁x₂, x₁³ and the sum of squares, R² → R³."""
    return np.array([x[0] * x[1], x[0] ** 3, x @ x])


def softmax(x: Array) -> Array:
    """exp(x_i) / Σ_j exp(x_j), R^d → R^d."""
    return np.exp(x) / np.exp(x).sum()


def one_output(x: Array) -> Array:
    """One output of three inputs."""
    return np.array([x[0] * x[1] ** 2 - np.exp(x[2])])


def one_input(x: Array) -> Array:
    """Three powers of one input."""
    return np.array([x[0], x[0] ** 2, x[0] ** 3])


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def point(d: int) -> Array:
        return generator.uniform(0.5, 2.0, size=d)

    return [
        Case((products, np.array([2.0, 3.0]), 1e-3), "3 outputs of 2 inputs"),
        Case((polar, point(2), 1e-3), "2 outputs of 2 inputs"),
        Case((linear, point(3), 1e-3), "a linear map of 3 inputs"),
        Case((softmax, point(4), 1e-2), "softmax of 4 numbers"),
        Case((products, generator.integers(1, 5, size=2), 1e-3), "a point of whole numbers"),
        Case((polar, point(2), 0.1), "a step of 0.1"),
        Case((one_output, point(3), 1e-3), "one output", edge=True),
        Case((one_input, point(1), 1e-3), "one input", edge=True),
    ]


numerical_jacobian = Exercise(
    calculus.numerical_jacobian,
    chapter=CHAPTER,
    task=(
        "`function` takes an array of shape (d,) and returns one of shape (m,). Return its Jacobian at `point`, shape "
        "(d,), by central differences with h = `step`: an array J of shape (m, d) whose column j is (f(x + h eⱼ) − f(x "
        "− h eⱼ)) / 2h, where eⱼ is 1 at j and 0 elsewhere. `point` can hold whole numbers, and stays as it is."
    ),
    cases=_cases,
    points=3,
    hints=[
        "One input after the other: move it alone, a step to the right and a step to the left. What do all m outputs "
        "do? That makes one column.",
        "Make copies before you move: `x.copy()`. An array of whole numbers cuts 2.001 down to 2 without a word; "
        "`.astype(float)` first.",
        "A column is `(function(right) - function(left)) / (2 * step)`, shape (m,). Collect d of them; `np.stack` "
        "lays them side by side along the axis that you name.",
        "`for j in range(x.size):` copies, `right[j] += step`, `left[j] -= step`, append the column; then `np.stack("
        "columns, axis=1)`.",
    ],
    rtol=1e-6,
    atol=1e-8,
    fields={
        "at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. ",
        "wanted": lambda function, point, step: f"({len(function(point))}, {len(point)})",
        "got": lambda outcome: str(np.shape(outcome.received)),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(calculus.numerical_jacobian, *replacements)


LEFT, WIDTH, STACK = "left[j] -= step", "(right[j] - left[j])", "np.stack(columns, axis=1)"

numerical_jacobian.add_mistake(
    "forward_differences",
    _with((LEFT, ""), (WIDTH, "step")),
    "{at}It looks as if you compare with f(x) itself, one step to the right only. That is a difference too, but its "
    "error shrinks as h; that of the central one as h², since what f'' does on both sides cancels.",
)
numerical_jacobian.add_mistake(
    "divided_by_one_step",
    _with((WIDTH, "step")),
    "{at}Your numbers are twice too large: from x − h to x + h it is *two* steps.",
)
numerical_jacobian.add_mistake(
    "transposed",
    _with((STACK, "np.stack(columns, axis=0)")),
    "Your array is the transpose. On “{case}” expected is shape {wanted}: a row for each output, a column for each "
    "input. `np.stack` and `np.array` lay what they get below each other, as rows, unless told otherwise.",
)
numerical_jacobian.add_mistake(
    "half_times_the_step",
    _with((f" / {WIDTH}", " / 2 * step")),
    "{at}It looks as if you wrote `/ 2 * step`: Python reads it from the left, divides by 2 and *multiplies* by the "
    "step. The way between the two points, 2h, needs brackets.",
)


@numerical_jacobian.mistake
def all_inputs_moved(function: Function, point: Array, step: float) -> Array:
    """{at}It looks as if you move all inputs at once: `x + step` adds h to every entry, and what comes out is the sum
    of the columns. Move one input, and leave the others where they are."""
    x = np.asarray(point, float)
    column = (function(x + step) - function(x - step)) / (2 * step)
    return np.stack([column] * x.size, axis=1)


@numerical_jacobian.mistake
def not_put_back(function: Function, point: Array, step: float) -> Array:
    """The first column is right. {at}It looks as if an input that was moved is not put back before it is the next one's
    turn. Begin each column with fresh copies of the point."""
    x, columns = np.array(point, float), []
    for j in range(x.size):
        x[j] += step
        above = function(x)
        x[j] -= 2 * step
        columns.append((above - function(x)) / (2 * step))
    return np.stack(columns, axis=1)


@numerical_jacobian.mistake
def whole_numbers_cut(function: Function, point: Array, step: float) -> Array:
    """Points of floats are right. {at}The point holds whole numbers there, and so does its copy: it has no room
    for 2.001 and keeps 2, or 1 for 1.999. Make floats of it first, `point.astype(float)`."""
    columns = []
    for j in range(point.size):
        right, left = point.copy(), point.copy()
        right[j] = point[j] + step
        left[j] = point[j] - step
        columns.append((function(right) - function(left)) / (2 * step))
    return np.stack(columns, axis=1)


@numerical_jacobian.mistake
def outputs_summed(function: Function, point: Array, step: float) -> Array:
    """Your result has shape {got}: it looks as if the outputs had been summed, so that what is left is the gradient of
    their sum. On “{case}” expected is shape {wanted}: each output has a row of its own."""
    x = np.asarray(point, float)
    moves = step * np.eye(x.size)
    return np.array([(function(x + move) - function(x - move)).sum() / (2 * step) for move in moves])


@numerical_jacobian.mistake
def own_step(function: Function, point: Array, step: float) -> ArrayLike:
    """{at}It looks as if you take a step of your own, such as 10⁻⁶. The step is the third argument: a
    difference over a longer one is less exact, and that is to be seen here."""
    return calculus.numerical_jacobian(function, point, 1e-6)
