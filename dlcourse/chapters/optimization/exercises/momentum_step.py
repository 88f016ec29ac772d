"""Exercise: one step with momentum, in both forms."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.optimization import CHAPTER
from dlcourse.chapters.optimization.exercises.steps import drawn
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import optimizer_steps


def _case(generator: np.random.Generator, shape: tuple[int, ...], average: bool, label: str, **how: Any) -> Case:
    theta, g, v = (drawn(generator, shape, dtype=how.get("dtype", np.float64)) for _ in range(3))
    if how.get("first"):
        v = np.zeros_like(v)
    numbers = round(float(generator.uniform(0.05, 0.3)), 2), how.get("momentum", 0.9), average
    return Case((theta, g, v, *numbers), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (3,), False, "classic, μ = 0.9"),
        _case(generator, (3,), True, "a moving average, μ = 0.9"),
        _case(generator, (2, 3), False, "classic, a matrix of parameters, μ = 0.6", momentum=0.6),
        _case(generator, (2, 3), True, "a moving average, a matrix of parameters, μ = 0.8", momentum=0.8),
        _case(generator, (4,), False, "classic, dtype float32", dtype=np.float32),
        _case(generator, (4,), True, "a moving average, dtype float32", dtype=np.float32),
        _case(generator, (2,), False, "classic, the first step: v is 0", first=True, edge=True),
        _case(generator, (2,), True, "a moving average, the first step: v is 0", first=True, edge=True),
        _case(generator, (2,), True, "no momentum at all, μ = 0", momentum=0.0, edge=True),
    ]


momentum_step = Exercise(
    optimizer_steps.momentum_step,
    chapter=CHAPTER,
    task=(
        "Return parameters and memory after one step with momentum, `(theta, v)`. `theta`, the gradient `g`, and `v` "
        "from the step before (0 at the first) have one shape. Without `average` it is the classic form: v becomes "
        "μ v + g, with μ `momentum`. With `average=True` v is a moving average of the gradients: it keeps the share μ "
        "of itself, and the new gradient gets the rest. Then θ goes `rate` times the *new* v downhill. The arguments "
        "stay as they were."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Two lines, the memory and the step; the two forms differ in one factor of the first. Shares of an average add "
        "up to what?",
        "The factor before g is 1 in the classic form and 1 − μ in the average: "
        "`share = 1 - momentum if average else 1`.",
        "`v = momentum * v + share * g`, and then `theta - rate * v`: v holds gradients, and the rate comes last.",
    ],
    fields={"at": first_difference("θ", "v"), "form": lambda *call: "moving average" if call[5] else "classic form"},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(optimizer_steps.momentum_step, *replacements)


MEMORY, STEP, SHARE = "v = momentum * v + share * g", "theta - rate * v", "1 - momentum if average else 1"

momentum_step.add_mistake(
    "always_classic",
    _with((SHARE, "1")),
    "{at}Your classic form is right. As an average, v takes the share 1 − μ of the new gradient: kept and new shares "
    "add up to 1, and v stays as large as a gradient. The classic v grows to 1/(1 − μ) times that.",
)
momentum_step.add_mistake(
    "always_average",
    _with((SHARE, "1 - momentum")),
    "{at}Your moving average is right. Without `average` the whole gradient is added: v = μ v + g.",
)
momentum_step.add_mistake(
    "forms_exchanged",
    _with((SHARE, "1 if average else 1 - momentum")),
    "{at}Your two forms have changed places: it is the average that takes the share 1 − μ of the new gradient.",
)
momentum_step.add_mistake(
    "shares_exchanged",
    _with((MEMORY, "v = (1 - momentum) * v + momentum * g if average else momentum * v + g")),
    "{at}The shares of your average have changed places. μ is the share that is *kept*: with 0.9 the average looks "
    "back over about ten gradients; yours forgets nearly all at each step.",
)
momentum_step.add_mistake(
    "average_in_the_step_only",
    _with((MEMORY, "v = momentum * v + g"), (STEP, "theta - rate * share * v")),
    "{at}You keep the classic v and make the step 1 − μ times as long. From v = 0 on the steps would be the same; but "
    "the v that you hand on, and the one that you get, are the average itself: the factor belongs to g.",
)
momentum_step.add_mistake(
    "rate_in_the_memory",
    _with((MEMORY, "v = momentum * v + rate * share * g"), (STEP, "theta - v")),
    "{at}You put the rate into v. While the rate stays the same and v begins at 0, that gives the same θ. Here v holds "
    "gradients, and the rate comes last, so that a new rate holds for the whole step at once.",
)
momentum_step.add_mistake(
    "last_step_remembered",
    _with((MEMORY, "v = momentum * v - rate * share * g"), (STEP, "theta + v")),
    "{at}Your v is the last step, with its rate and its sign, as in `gradient_descent`. Here v is made of gradients, "
    "and rate and minus come last: θ − ε v.",
)
momentum_step.add_mistake(
    "downhill_in_the_memory",
    _with((MEMORY, "v = momentum * v - share * g"), (STEP, "theta + rate * v")),
    "{at}Your v points downhill, as a ball's velocity does: gradients are taken away from it. Here they are added, and "
    "the minus stands in the step: θ − ε v. From v = 0 on both take the same way, with opposite v.",
)
momentum_step.add_mistake(
    "old_memory_followed",
    _with((MEMORY, "old = v\n    v = momentum * v + share * g"), (STEP, "theta - rate * old")),
    "{at}Your new v is right, and your step follows the one *before*. At the first step nothing would move. Update v, "
    "then go along it.",
)
momentum_step.add_mistake(
    "ahead_as_nesterov",
    _with((STEP, "theta - rate * (g + momentum * v)")),
    "{at}Your v is right. Your step adds the new gradient once more to μ times the new v: that is Nesterov's form, "
    "which comes next. Here the step is the rate times v.",
)
momentum_step.add_mistake(
    "memory_not_followed",
    _with((STEP, "theta - rate * g")),
    "{at}Your v is right, but your step goes along the new gradient alone: v has no influence. θ − ε v.",
)
momentum_step.add_mistake(
    "uphill",
    _with((STEP, "theta + rate * v")),
    "{at}Your v is right, and your step goes the opposite way: gradients point uphill, and v is made of gradients.",
)
