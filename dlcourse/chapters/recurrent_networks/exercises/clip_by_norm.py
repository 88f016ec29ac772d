"""Exercise: gradients that together are too long are shortened."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import clipping

Clipped = tuple[list[Array], float]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(norm: float, *shapes: tuple[int, ...], dtype: Any = np.float64) -> list[Array]:
        """Arrays of these shapes that together have about that norm; none is 0."""
        arrays = [generator.uniform(0.5, 2, shape) * generator.choice([-1, 1], shape) for shape in shapes]
        factor = norm / clipping.total_norm(arrays)
        return [(factor * array).round(2).astype(dtype) for array in arrays]

    shapes = ((4, 3), (4, 4), (4,))
    return [
        Case(([np.array([3.0, 0.0]), np.array([[4.0]])], 1.0), "a vector and a matrix of norm 5 together, limit 1"),
        Case((draw(12.0, *shapes), 2.0), "the gradients of W_x, W_h and b, 6 times too long"),
        Case((draw(6.0, *shapes), 4.0), "none too long by itself, all of them together"),
        Case((draw(5.0, (3, 2), (3,)), 3.0), "every entry below the limit"),
        Case((draw(0.9, *shapes), 5.0), "all of them together below the limit"),
        Case((draw(2.5, (2, 3), (2,)), 3.0), "a little below the limit"),
        Case(([*draw(9.0, (2, 2)), *draw(0.2, (2, 4), (3,))], 1.0), "one far longer than the others"),
        Case((draw(8.0, (5,)), 0.5), "a single array"),
        Case((draw(7.0, (2, 3), (3,), dtype=np.float32), 1.5), "dtype float32"),
        Case(([np.zeros((2, 2)), np.zeros(3)], 1.0), "all gradients 0", edge=True),
        Case((draw(2.0, (1, 1)), 7.0), "one number below the limit", edge=True),
    ]


def _told(outcome: Outcome) -> str:
    """Where the first array that differs does so, or else the norm."""
    expected, received = ((*arrays, norm) for arrays, norm in (outcome.expected, outcome.received))
    names = (f"`clipped[{place}]`" for place in range(len(outcome.expected[0])))
    return first_difference(*names, "`norm`")(replace(outcome, expected=expected, received=received))


clip_by_norm = Exercise(
    clipping.clip_by_norm,
    chapter="15_recurrent_networks",
    task=(
        "Return `(clipped, norm)`: a list of arrays, and the norm as it was before. `gradients` is a list of arrays of "
        "any shapes, such as those of Wₓ, W_h and b; they are not changed. The norm is *one* number for all of them, "
        "the root of the sum of all squared entries. Where it is larger than `limit`, all arrays are multiplied by the "
        "same factor, so that together they have the norm `limit`; where it is not, they stay as they are."
    ),
    cases=_cases,
    points=2,
    rtol=1e-5,  # PyTorch's divides by norm + 1e-6
    hints=[
        "Think of all entries of all arrays as one long vector. What is its length, and by what do you multiply a "
        "vector to give it another length?",
        "Each array contributes the sum of its squared entries, `(g**2).sum()`. Add those up first, and take the root "
        "once, at the end.",
        "The factor is `limit / norm` where the norm is too large, else 1. With gradients of 0 the norm is 0 too: "
        "decide before you divide.",
        "`factor = limit / norm if norm > limit else 1.0`, and then `[factor * g for g in gradients], norm`.",
    ],
    fields={"at": _told},
)


def _norm(gradients: Sequence[Array]) -> float:
    return float(np.sqrt(sum((g**2).sum() for g in gradients)))


def _clipping(
    length: Callable[[Sequence[Array]], float] = _norm,
    factor: Callable[[float, float], float] = lambda limit, norm: limit / norm if norm > limit else 1.0,
    told: Callable[[float, float], float] = lambda limit, norm: norm,
) -> Callable[[list[Array], float], Clipped]:
    """Clipping with another length, another factor, or another norm that is given back."""

    def clip(gradients: list[Array], limit: float) -> Clipped:
        norm = length(gradients)
        scale = factor(limit, norm)
        return [scale * g for g in gradients], told(limit, norm)

    return clip


clip_by_norm.add_mistake(
    "each_by_its_own_norm",
    lambda gradients, limit: ([_clipping()([g], limit)[0][0] for g in gradients], _norm(gradients)),
    "Of a single array you are right. {at}You shorten each array by its own norm. Then they point elsewhere than "
    "before, and together they can still be longer than `limit`. One norm and one factor for all.",
)
clip_by_norm.add_mistake(
    "always_scaled",
    _clipping(factor=lambda limit, norm: limit / norm if norm else 1.0),
    "Where the gradients are too long you are right. {at}You scale also where they are not, and a short gradient "
    "becomes a long one. Only `norm > limit` asks for it.",
)
clip_by_norm.add_mistake(
    "each_entry_clipped",
    lambda gradients, limit: ([np.clip(g, -limit, limit) for g in gradients], _norm(gradients)),
    "{at}You cut each entry at `limit`: that is clipping by *value*, which turns the gradient, and leaves it as long "
    "as it is where no single entry is above the limit. Here all are multiplied by one factor.",
)
clip_by_norm.add_mistake(
    "root_forgotten",
    _clipping(lambda gradients: _norm(gradients) ** 2),
    "{at}Your norm is the sum of the squares: the root is missing.",
)
clip_by_norm.add_mistake(
    "norms_added",
    _clipping(lambda gradients: sum(_norm([g]) for g in gradients)),
    "Of a single array you are right. {at}You add the norms of the arrays. Lengths at right angles do not add up, "
    "their squares do: sum the squares of all entries first, then take one root.",
)
clip_by_norm.add_mistake(
    "largest_entry",
    _clipping(lambda gradients: float(max(np.abs(g).max() for g in gradients))),
    "{at}Your norm is the largest entry. Many small entries make a long gradient too: the root of the sum of all "
    "squares.",
)
clip_by_norm.add_mistake(
    "to_length_one",
    _clipping(factor=lambda limit, norm: 1 / norm if norm > limit else 1.0),
    "Where the limit is 1 you are right. {at}Your gradients have length 1 afterwards. They should be as long as is "
    "allowed: `limit`.",
)
clip_by_norm.add_mistake(
    "norm_afterwards",
    _clipping(told=min),
    "The arrays are right. {at}You return the norm after clipping, which is never above `limit`. The one *before* says "
    "how large the gradient was, and is what one watches in training.",
)
clip_by_norm.add_mistake(
    "norm_not_returned",
    lambda gradients, limit: _clipping()(gradients, limit)[0],
    "You return the list alone. The norm as it was before belongs to the result, a second value: `return clipped, "
    "norm`.",
)
