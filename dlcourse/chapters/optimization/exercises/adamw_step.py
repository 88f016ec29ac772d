"""Exercise: one step of AdamW, whose weight decay is decoupled."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.optimization import CHAPTER
from dlcourse.chapters.optimization.exercises.steps import drawn
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import optimizer_steps


def _case(generator: np.random.Generator, shape: tuple[int, ...], t: int, label: str, **how: Any) -> Case:
    """A step in the middle of a run, or its first; weights of the size ``weights``, gradients of the size ``size``."""
    size, dtype = how.get("size", 1.0), how.get("dtype", np.float64)
    scales = how.get("weights", 2.0), size, size, size
    theta, g, m, v = (drawn(generator, shape, scale, dtype) for scale in scales)
    if t == 1:
        m, v = np.zeros_like(m), np.zeros_like(v)
    numbers = how.get("rate", 0.1), (0.9, 0.99), 1e-8, how.get("decay", 0.3)
    return Case((theta, g, m, v**2, t, *numbers), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    still = _case(generator, (3,), 1, "no gradient: the decay alone", edge=True)
    still.arguments[1][:] = 0
    return [
        _case(generator, (3,), 1, "the first step"),
        _case(generator, (4,), 6, "the 6th step"),
        _case(generator, (2, 3), 3, "a matrix of weights", rate=0.05, decay=0.5),
        _case(generator, (3,), 9, "large gradients", size=50.0),
        _case(generator, (3,), 9, "small gradients", size=0.01),
        _case(generator, (2,), 30, "large weights", weights=100.0, decay=0.1),
        _case(generator, (3,), 4, "dtype float32", dtype=np.float32),
        _case(generator, (3,), 4, "no decay: it is Adam's step", decay=0.0, edge=True),
        still,
    ]


adamw_step = Exercise(
    optimizer_steps.adamw_step,
    chapter=CHAPTER,
    task=(
        "Return parameters and memory after one step of AdamW, `(theta, m, v)`. Before Adam's step the parameters "
        "shrink by the share ε λ, with ε `rate` and λ `weight_decay`; the gradient `g`, m and v know nothing of it. "
        "All other arguments are those of `adam_step`. You may call the library's, "
        "`dlcourse.scratch.optimizers.adam_step`, or your own once it is right. The arguments stay as they were."
    ),
    cases=_cases,
    points=2,
    hints=[
        "What would m and v be if λ were 0? They should be the same here. So what is left that the decay may touch?",
        "The parameter alone shrinks: of θ the share 1 − ε λ is left. Where does `theta` go after that?",
        "Adam's step does not look at θ, it only subtracts from it: hand it the shrunk one.",
        "`return adam_step(theta - rate * weight_decay * theta, g, m, v, t, rate, betas, eps)`",
    ],
    fields={"at": first_difference("θ", "m", "v")},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(optimizer_steps.adamw_step, *replacements)


DECAY, CALL = "theta - rate * weight_decay * theta", "adam_step(theta - rate * weight_decay * theta, g, m, v, "

adamw_step.add_mistake(
    "into_the_gradient",
    _with((CALL, "adam_step(theta, g + weight_decay * theta, m, v, ")),
    "{at}You add λ θ to the gradient. That is Adam with an L2 penalty: the decay goes through m and v, and is divided "
    "by √v̂, so that weights with large gradients hardly decay at all. Decoupled means beside the gradient: θ shrinks "
    "by ε λ θ, and m and v do not see it.",
)
adamw_step.add_mistake(
    "rate_left_out",
    _with((DECAY, "theta - weight_decay * theta")),
    "{at}m and v are right. Your θ shrinks by the share λ; here, as in PyTorch, it is ε λ, so that a schedule that "
    "lowers the rate lowers the decay with it.",
)
adamw_step.add_mistake(
    "shrunk_after_the_step",
    _with(("return ", "theta, m, v = "), (DECAY, "theta"),
          ("eps)", "eps)\n    return theta - rate * weight_decay * theta, m, v")),
    "{at}m and v are right. You shrink what Adam's step has left, and so the step too. The order is the other one: "
    "decay first, then the whole step. (The difference, ε λ times the step, is small where ε is.)",
)  # fmt: skip
adamw_step.add_mistake(
    "divided_by_the_root",
    _with(("return ", "after, m, v = "), (DECAY, "theta"),
          ("eps)", "eps)\n    root = (v / (1 - betas[1]**t))**0.5 + eps\n"
           "    return after - rate * weight_decay * theta / root, m, v")),
    "{at}m and v are right. But your λ θ is divided by √v̂, as the gradient is. Then weights with large gradients decay "
    "less than others; decoupled, all decay by the same share.",
)  # fmt: skip
adamw_step.add_mistake(
    "grown",
    _with((DECAY, "theta + rate * weight_decay * theta")),
    "{at}m and v are right. Your weights grow before the step. Decay takes away: the share 1 − ε λ is left.",
)
adamw_step.add_mistake(
    "sign_instead_of_size",
    _with((DECAY, "theta - rate * weight_decay * (theta / abs(theta))")),
    "{at}m and v are right. All your weights shrink by the same *amount*, ε λ. That is the pull of an L1 penalty; "
    "weight decay takes the same *share* of each.",
)
adamw_step.add_mistake(
    "decay_left_out",
    _with((DECAY, "theta")),
    "{at}m and v are right. That is Adam's step: λ has no influence.",
)
