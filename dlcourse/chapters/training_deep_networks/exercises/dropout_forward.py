"""Exercise: dropout, inverted."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import normalization_steps


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(shape: tuple[int, ...], p: float, training: bool, label: str, **how: Any) -> Case:
        dtype, signs = how.get("dtype", np.float64), np.where(generator.random(shape) < 0.5, -1, 1)
        x, u = signs * generator.uniform(0.5, 3, size=shape), generator.random(shape)
        u.flat[0], u.flat[-1] = p / 2, (1 + p) / 2  # one falls and one stays, at every seed
        return Case((x.astype(dtype), p, u, training), label, edge=how.get("edge", False))

    return [
        case((6, 5), 0.2, True, "training, p = 0.2"),
        case((6, 5), 0.5, True, "training, p = 0.5"),
        case((5, 7), 0.8, True, "training, p = 0.8"),
        case((6, 5), 0.2, False, "inference, p = 0.2"),
        case((3, 2, 4, 4), 0.3, True, "training, images"),
        case((8,), 0.25, True, "training, dtype float32", dtype=np.float32),
        case((4, 3), 0.0, True, "training, p = 0: nothing falls", edge=True),
        case((4, 3), 0.7, False, "inference, p = 0.7", edge=True),
    ]


dropout_forward = Exercise(
    normalization_steps.dropout_forward,
    chapter=CHAPTER,
    task=(
        "Return what dropout makes of `x`. `u` has the shape of `x`, and its entries were drawn evenly from [0, 1). In "
        "training (`training` is True) an entry becomes 0 where u < `p`, which happens with probability p, and the "
        "others are scaled, so that each entry's mean over the draws of u is what it was. In inference x stays: "
        "all scaling is done in training. p is at least 0 and below 1."
    ),
    cases=_cases,
    hints=[
        "An entry x stays with some probability, scaled by some c, and is 0 otherwise. What is its mean? For which c "
        "is it x?",
        "`u >= p` is an array of truth values; times `x` it lets x through where it is True.",
        "It stays with probability 1 − p, so c = 1 / (1 − p): `x * (u >= p) / (1 - p)` in training.",
    ],
    fields={"at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(normalization_steps.dropout_forward, *replacements)


RETURNED = "return x * (u >= p) / (1 - p)"
dropout_forward.add_mistake(
    "scaled_in_inference",
    _with((RETURNED, "return x * (u >= p)"), ("return x\n", "return x * (1 - p)\n")),
    "{at}You drop in training and scale by 1 − p in inference. So it was published first, and its means agree. "
    "Inverted, the division in training leaves inference as it is.",
)
dropout_forward.add_mistake(
    "scaled_in_both",
    _with(("return x\n", "return x * (1 - p)\n")),
    "{at}Training is right. In inference you scale once more, by 1 − p; the division in training has already made the "
    "means right.",
)
dropout_forward.add_mistake(
    "not_scaled",
    _with((" / (1 - p)", "")),
    "{at}The right entries are 0. But what stays is not scaled, so that the mean is (1 − p) x: in inference the next "
    "layer would get larger sums than it has learnt with.",
)
dropout_forward.add_mistake(
    "multiplied",
    _with((" / (1 - p)", " * (1 - p)")),
    "{at}You multiply what stays by 1 − p, which makes the mean (1 − p)² x. A part is missing, so the others have to "
    "become *larger*.",
)
dropout_forward.add_mistake(
    "p_stays",
    _with(("(u >= p) / (1 - p)", "(u < p) / max(p, 1e-9)")),
    "{at}In yours p is the probability to *stay*. Here, as in PyTorch, it is the probability to fall. (Papers and "
    "libraries differ: read before you set it.)",
)
dropout_forward.add_mistake(
    "divided_by_p",
    _with(("/ (1 - p)", "/ max(p, 1e-9)")),
    "{at}The right entries are 0. They stay with probability 1 − p, and that is what the others are divided by. At "
    "p = 0.5 both are the same.",
)
dropout_forward.add_mistake(
    "wrong_ones_fall",
    _with(("u >= p", "u < 1 - p")),
    "{at}As many fall as should, but others: where u ≥ 1 − p. Asked for is where u < p, so that all right answers drop "
    "the same ones.",
)
dropout_forward.add_mistake(
    "the_others_fall",
    _with(("u >= p", "u < p")),
    "{at}You keep the entries where u < p and drop the others. It is the other way round: where u < p they become 0.",
)
dropout_forward.add_mistake(
    "dropped_in_inference",
    _with(("if not training", "if p == 0")),
    "{at}You drop in inference too. Then the same input has another answer each time; dropout is for training.",
)
dropout_forward.add_mistake(
    "one_draw_for_all_examples",
    _with(("(u >= p)", "(u[:1] >= p)")),
    "{at}It looks as if the first row of u decided for all examples. Each entry of each example has its own.",
)
dropout_forward.add_mistake(
    "divided_by_the_share_that_stayed",
    _with(("/ (1 - p)", "/ max((u >= p).mean(), 1e-9)")),
    "{at}You divide by the share that happened to stay in this draw. It is near 1 − p only for many entries, and then "
    "each entry depends on all others: divide by the probability, 1 − p.",
)
