"""Exercise: batch normalization, in training and in inference."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import normalization_steps


def _case(generator: np.random.Generator, n: int, units: int, training: bool, label: str, **how: Any) -> Case:
    """A mini-batch whose statistics are far from 0 and 1, and from the running ones."""
    x = generator.normal(size=(n, units)) * generator.uniform(2, 4, size=units) + generator.uniform(1, 3, size=units)
    if how.get("constant"):
        x[:, 0] = 2.5
    learnt = generator.uniform(0.5, 2, size=units), generator.uniform(0.5, 1.5, size=units)
    running = generator.uniform(-1, 0.5, size=units), generator.uniform(0.5, 1.5, size=units)
    arrays = (each.astype(how.get("dtype", np.float64)) for each in (x, *learnt, *running))
    settings = training, how.get("momentum", 0.1), how.get("eps", 1e-5)
    return Case((*arrays, *settings), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, 6, 3, True, "training, ε = 0.1", eps=0.1),
        _case(generator, 6, 3, False, "inference, 6 examples"),
        _case(generator, 4, 4, True, "training, as many units as examples", momentum=0.3),
        _case(generator, 9, 2, True, "training, 9 examples"),
        _case(generator, 5, 2, False, "inference, ε = 0.1", eps=0.1),
        _case(generator, 8, 2, True, "training, dtype float32", dtype=np.float32),
        _case(generator, 2, 3, True, "training, 2 examples", edge=True),
        _case(generator, 1, 3, False, "inference, a single example", edge=True),
        _case(generator, 5, 2, True, "training, a unit that does not vary", constant=True, edge=True),
    ]


batch_norm_forward = Exercise(
    normalization_steps.batch_norm_forward,
    chapter=CHAPTER,
    task=(
        "Return `(y, running_mean, running_var)`: what batch normalization makes of the mini-batch `x`, shape (n, "
        "units), and the running statistics after it. y = γ (x − μ) / √(σ² + ε) + β, with γ `gamma` and β `beta`, all "
        "of shape (units,). In training μ and σ² are those of the batch, unit by unit, σ² with divisor n; and each "
        "running statistic r becomes (1 − m) r + m · (that of the batch), m being `momentum`, where the variance has "
        "divisor n − 1. In inference μ and σ² are the running ones, which stay. The arguments stay as they were."
    ),
    cases=_cases,
    hints=[
        "Over which axis of (n, units) does a mean have one number for each unit?",
        "Begin with two names, μ and σ², that are the running statistics. `if training:` replaces them with those of "
        "the batch, and makes new running ones; the last line is the same for both.",
        "`x.var(axis=0)` has divisor n. With divisor n − 1 it is `x.var(axis=0) * n / (n - 1)`, or `ddof=1`.",
        "`y = gamma * (x - mean) / np.sqrt(var + eps) + beta`, and in training `running_mean = (1 - momentum) * "
        "running_mean + momentum * mean`: a new array. `running_mean += ...` would change the one that came in.",
    ],
    fields={"at": first_difference("y", "running_mean", "running_var")},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(normalization_steps.batch_norm_forward, *replacements)


RETURNED, MEAN = "return gamma * (x - mean)", "mean, var = running_mean, running_var"
batch_norm_forward.add_mistake(
    "over_the_units",
    _with(("x.mean(axis=0), x.var(axis=0)", "x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)"),
          ("n = len(x)", "n = x.shape[1]")),
    "Your statistics in training are those of each *example*, over its units: that is layer normalization. Here each "
    "unit is compared with itself in the other examples: over axis 0. On “{case}” they have one number a unit.",
)  # fmt: skip
batch_norm_forward.add_mistake(
    "batch_statistics_in_inference",
    _with((MEAN, "mean, var = x.mean(axis=0), x.var(axis=0)")),
    "{at}In inference you still use the statistics of the batch. Then an answer depends on what else is asked in the "
    "same moment, and a single example always becomes β.",
)
batch_norm_forward.add_mistake(
    "training_all_the_time",
    _with(("if training:", "if training or len(x) > 1:")),
    "{at}In inference you do what belongs to training: you normalize by the batch, and move the running statistics. "
    "`training` tells which of both it is.",
)
batch_norm_forward.add_mistake(
    "running_statistics_in_training",
    _with((RETURNED, f"{MEAN}\n    {RETURNED}")),
    "{at}In training you normalize by the running statistics, after their update. They are for inference; training "
    "uses those of the batch itself.",
)


@batch_norm_forward.mistake
def updated_in_inference(x: Array, *others: Any) -> tuple[Array, Array, Array]:
    """{at}Your running statistics move in inference too. What is asked of a trained network must not change it."""
    forward: Any = normalization_steps.batch_norm_forward
    *arrays, training, momentum, eps = others
    y, _, _ = forward(x, *arrays, training, momentum, eps)
    _, mean, var = forward(x, *arrays, len(x) > 1, momentum, eps)
    return y, mean, var


batch_norm_forward.add_mistake(
    "momentum_the_other_way",
    _with(("(1 - momentum) * running", "momentum * running"), ("+ momentum *", "+ (1 - momentum) *")),
    "{at}Your momentum is the share of the *old* statistic that stays. Here, as in PyTorch, it is the share of the new "
    "one: 0.1 moves a tenth of the way. (Other libraries have it as you do: read before you set it.)",
)
batch_norm_forward.add_mistake(
    "running_statistics_stay",
    _with(("(1 - momentum) * running_mean + momentum * mean", "running_mean"),
          ("(1 - momentum) * running_var + momentum * var * n / (n - 1)", "running_var")),
    "{at}y is right. But what you return as running statistics are the old ones: in training they move towards those "
    "of the batch.",
)  # fmt: skip
batch_norm_forward.add_mistake(
    "running_variance_with_n",
    _with(("momentum * var * n / (n - 1)", "momentum * var")),
    "{at}y is right. The running variance shall estimate that of all data, of which the batch is a sample: divisor "
    "n − 1.",
)
batch_norm_forward.add_mistake(
    "normalized_with_n_minus_1",
    _with(("x.var(axis=0)", "x.var(axis=0, ddof=1)"), ("* var * n / (n - 1)", "* var")),
    "{at}The running variance is right. y is normalized by the variance with divisor n, so that the batch itself gets "
    "variance 1.",
)
batch_norm_forward.add_mistake(
    "eps_outside_the_root",
    _with(("np.sqrt(var + eps)", "(np.sqrt(var) + eps)")),
    "{at}It looks as if you added ε to the standard deviation. It is added to the variance, under the root.",
)
batch_norm_forward.add_mistake(
    "gamma_and_beta_left_out",
    _with(("gamma * (x - mean) / np.sqrt(var + eps) + beta", "(x - mean) / np.sqrt(var + eps)")),
    "{at}That is x̂, the normalized x. γ and β, by which each unit stretches and shifts it, are missing.",
)
