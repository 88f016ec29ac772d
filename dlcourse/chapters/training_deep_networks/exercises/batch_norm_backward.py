"""Exercise: the gradient through batch normalization."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import normalization_steps


def _case(generator: np.random.Generator, n: int, units: int, label: str, **how: Any) -> Case:
    x = generator.normal(size=(n, units)) * generator.uniform(2, 4, size=units) + generator.uniform(1, 3, size=units)
    gradient = generator.normal(0.5, 1, size=(n, units))
    if how.get("alike"):
        gradient[:] = gradient[0]
    arrays = (each.astype(how.get("dtype", np.float64)) for each in (gradient, x, generator.uniform(0.5, 2, units)))
    return Case((*arrays, how.get("eps", 1e-5)), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, 6, 3, "6 examples, 3 units, ε = 0.5", eps=0.5),
        _case(generator, 4, 4, "as many units as examples"),
        _case(generator, 9, 2, "9 examples, 2 units"),
        _case(generator, 30, 1, "a single unit"),
        _case(generator, 8, 2, "dtype float32", dtype=np.float32),
        _case(generator, 5, 3, "ȳ alike for all examples", alike=True, edge=True),
        _case(generator, 2, 3, "2 examples", edge=True),
    ]


batch_norm_backward = Exercise(
    normalization_steps.batch_norm_backward,
    chapter=CHAPTER,
    task=(
        "In training y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), and μ and σ² (divisor n) those of the mini-batch `x`, "
        "(n, units). `gradient` is ȳ = ∂J/∂y, (n, units). Return `(by_x, by_gamma, by_beta)`, the gradients of x, (n, "
        "units), of γ and of β, (units,). μ and σ² are computed from x: what one example does to them reaches all."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Begin with γ and β: y is linear in them. Each unit's γ has met every example of the batch.",
        "β̄ = Σ ȳ and γ̄ = Σ ȳ x̂, sums over the batch. For x: if y had all x + c, or c · x, in place of x, what would "
        "change? So what does the gradient have nothing of?",
        "With i and j two examples, ∂x̂_j/∂x_i = (δ_ij − 1/n − x̂_i x̂_j / n) / √(σ² + ε). Multiply by γ ȳ_j and sum "
        "over j: both sums are known already.",
        "`by_x = gamma * inverse * (gradient - (by_beta + normalized * by_gamma) / len(x))`, with `inverse` "
        "= 1 / √(σ² + ε).",
    ],
    fields={"at": first_difference("by_x", "by_gamma", "by_beta")},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(normalization_steps.batch_norm_backward, *replacements)


INNER = "(by_beta + normalized * by_gamma) / len(x)"
batch_norm_backward.add_mistake(
    "statistics_as_constants",
    _with((f"(gradient - {INNER})", "gradient")),
    "{at}γ̄ and β̄ are right. For x you take μ and σ² for constants. But every x moves them, and through them all of the "
    "batch: of ȳ its mean, and its part along x̂, are taken away.",
)
batch_norm_backward.add_mistake(
    "mean_as_a_constant",
    _with((INNER, "normalized * by_gamma / len(x)")),
    "{at}You have what goes through σ². x moves the mean too: what all examples have in common in ȳ, β̄ / n, has no "
    "effect on y, and goes.",
)
batch_norm_backward.add_mistake(
    "variance_as_a_constant",
    _with((INNER, "by_beta / len(x)")),
    "{at}You have what goes through μ. x moves σ² too: the part of ȳ along x̂, x̂ γ̄ / n, only stretches the batch, which "
    "is undone, and goes.",
)
batch_norm_backward.add_mistake(
    "variance_with_the_other_sign",
    _with(("by_beta + normalized", "by_beta - normalized")),
    "{at}What goes through σ² has the wrong sign in yours: where σ² grows, 1/√(σ² + ε) falls.",
)
batch_norm_backward.add_mistake(
    "sums_in_place_of_means",
    _with((INNER, "(by_beta + normalized * by_gamma)")),
    "{at}β̄ and γ̄ are sums over the batch; what is taken away from each example's ȳ is a *mean*: divide by n.",
)
batch_norm_backward.add_mistake(
    "gamma_left_out",
    _with(("gamma * inverse *", "inverse *")),
    "{at}That is the gradient of x for γ = 1. Behind x̂ stands the factor γ, which the gradient meets on its way back.",
)
batch_norm_backward.add_mistake(
    "spread_left_out",
    _with(("gamma * inverse *", "gamma *")),
    "{at}The division by √(σ² + ε) has a derivative too: the same factor, on the way back.",
)
batch_norm_backward.add_mistake(
    "gamma_meets_x",
    _with(("by_gamma = (gradient * normalized)", "by_gamma = (gradient * x)"),
          ("normalized * by_gamma", "normalized * (gradient * normalized).sum(axis=0)")),
    "{at}x̄ is right. What γ multiplies is x̂, the normalized x, and so γ̄ = Σ ȳ x̂.",
)  # fmt: skip
batch_norm_backward.add_mistake(
    "means_for_gamma_and_beta",
    _with(("return by_x, by_gamma, by_beta", "return by_x, by_gamma / len(x), by_beta / len(x)")),
    "{at}x̄ is right. γ and β act on every example of the batch, and what comes back from each adds up: sums, no means. "
    "(The 1/n of the mean loss is in ȳ already.)",
)
batch_norm_backward.add_mistake(
    "over_the_units",
    _with(("axis=0", "axis=1, keepdims=True"), ("len(x)", "x.shape[1]")),
    "It looks as if your means and sums go over the units of each example. Batch normalization compares each unit with "
    "itself in the other examples: axis 0.",
)
