"""Exercise: one step of Adam."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.optimization import CHAPTER
from dlcourse.chapters.optimization.exercises.steps import drawn
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import optimizers

USUAL = (0.9, 0.999)


def _case(generator: np.random.Generator, shape: tuple[int, ...], t: int, label: str, **how: Any) -> Case:
    """A step in the middle of a run, or its first; gradients of the size ``size``."""
    size, dtype = how.get("size", 1.0), how.get("dtype", np.float64)
    theta, g, m, v = (drawn(generator, shape, scale, dtype) for scale in (1.0, size, size, size))
    if t == 1:
        m, v = np.zeros_like(m), np.zeros_like(v)
    numbers = how.get("rate", 0.1), how.get("betas", USUAL), how.get("eps", 1e-8)
    return Case((theta, g, m, v**2, t, *numbers), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    nothing = _case(generator, (2,), 1, "a first gradient of 0", edge=True)
    nothing.arguments[1][:] = 0
    return [
        _case(generator, (3,), 1, "the first step"),
        _case(generator, (4,), 2, "the second step"),
        _case(generator, (3,), 7, "the 7th step, β₁ = 0.6 and β₂ = 0.8", betas=(0.6, 0.8)),
        _case(generator, (2, 3), 5, "a matrix of parameters"),
        _case(generator, (3,), 20, "a large η", eps=0.1, rate=0.3),
        _case(generator, (4,), 4, "gradients as small as η", size=1e-3, eps=1e-3),
        _case(generator, (3,), 3, "dtype float32", dtype=np.float32),
        _case(generator, (2,), 100_000, "after 100,000 steps", rate=1.0),
        nothing,
    ]


adam_step = Exercise(
    optimizers.adam_step,
    chapter=CHAPTER,
    task=(
        "Return parameters and memory after one step of Adam, `(theta, m, v)`. `theta`, the gradient `g`, and `m` and "
        "`v` from the step before (0 at the first) have one shape; everything happens entry by entry. m is a moving "
        "average of the gradients with `betas[0]`, v one of their squares with `betas[1]`. Both are divided by "
        "1 − βᵗ, for the step only: `t` is this step's number, 1 at the first. The step has the length "
        "ε m̂ / (√v̂ + η), with ε `rate` and η `eps`. The arguments stay as they were."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Five lines: two averages, two corrections, the step. Which of the five numbers that they make does the next "
        "step need to get back?",
        "A moving average keeps the share β of what it was and takes the share 1 − β of what is new: "
        "`m = beta1 * m + (1 - beta1) * g`. The average v does the same with `g**2`, by its own β₂.",
        "m and v began at 0. After t steps the shares of all gradients add up to 1 − βᵗ, not to 1; "
        "`m_hat = m / (1 - beta1**t)` makes an average of it again. Keep `m` itself: the next step corrects anew.",
        "`theta - rate * m_hat / (np.sqrt(v_hat) + eps)`, and with it `m` and `v`.",
    ],
    fields={"at": first_difference("θ", "m", "v"), "beta": lambda *call: call[6][0]},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(optimizers.adam_step, *replacements)


MEAN, STEP = "m_hat = m / (1 - beta1**t)", "rate * m_hat / (np.sqrt(v_hat) + eps)"
SQUARES = "v_hat = v / (1 - beta2**t)"

adam_step.add_mistake(
    "no_correction",
    _with((MEAN, "m_hat = m"), (SQUARES, "v_hat = v")),
    "{at}Your m and v are right, and the step uses them as they are. They began at 0, and for the first steps they "
    "remember it: divide them by 1 − β₁ᵗ and 1 − β₂ᵗ for the step. Without that, Adam's first step has not the length "
    "ε but (1 − β₁)/√(1 − β₂) times ε, about three times as much with the usual β.",
)
adam_step.add_mistake(
    "only_the_mean_corrected",
    _with((SQUARES, "v_hat = v")),
    "{at}You correct m, and not v. Both began at 0; v needs its correction for longer, since its β is closer to 1.",
)
adam_step.add_mistake(
    "power_left_out",
    _with(("beta1**t", "beta1"), ("beta2**t", "beta2")),
    "{at}You divide by 1 − β at every step. That is right for t = 1 only; as more gradients come in, the zeros count "
    "less: 1 − βᵗ grows towards 1.",
)
adam_step.add_mistake(
    "corrected_ones_kept",
    _with(("+ eps), m, v", "+ eps), m_hat, v_hat")),
    "{at}Your step is right. But you hand on m̂ and v̂: the next step would correct what has been corrected, and m "
    "would grow from step to step. The correction is for the step alone; what is kept are m and v.",
)
adam_step.add_mistake(
    "eps_under_the_root",
    _with((STEP, "rate * m_hat / np.sqrt(v_hat + eps)")),
    "{at}Your η stands under the root. Some texts print it there, and it is another method: for gradients near 0 the "
    "step is divided by √η, which is 10⁻⁴ for the usual η of 10⁻⁸, not 10⁻⁸. Kingma and Ba, and PyTorch, take "
    "the root first and then add η.",
)
adam_step.add_mistake(
    "eps_before_the_correction",
    _with((STEP, "rate * m_hat / ((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))")),
    "{at}You add η to √v and correct afterwards, so that η is corrected too. Kingma and Ba mention this form, which "
    "saves work, at the end of their section 2, and TensorFlow has it: its η is another one. Here √v̂ comes first, "
    "then η.",
)
adam_step.add_mistake(
    "eps_left_out",
    _with((STEP, "rate * m_hat / np.sqrt(v_hat)")),
    "{at}Your step does without η. Where all gradients so far were 0, as behind a pixel that is always black, it is "
    "0/0.",
)
adam_step.add_mistake(
    "root_left_out",
    _with((STEP, "rate * m_hat / (v_hat + eps)")),
    "{at}You divide by the mean square, without its root. g/g² has the unit of 1/g: small gradients would make huge "
    "steps. With the root the step has no unit but ε's own, whatever the loss is measured in.",
)
adam_step.add_mistake(
    "gradient_in_place_of_the_mean",
    _with((STEP, "rate * g / (np.sqrt(v_hat) + eps)")),
    "{at}Your step goes along the gradient of this moment. That is RMSProp, with a correction; Adam goes along the "
    "average m̂.",
)
adam_step.add_mistake(
    "classic_mean",
    _with(("beta1 * m + (1 - beta1) * g", "beta1 * m + g")),
    "{at}Your m is the classic momentum, to which each gradient is added whole. Adam's is the moving average: the new "
    "gradient gets the share 1 − β₁.",
)
adam_step.add_mistake(
    "shares_exchanged",
    _with(("beta1 * m + (1 - beta1) * g", "(1 - beta1) * m + beta1 * g"),
          ("beta2 * v + (1 - beta2) * g**2", "(1 - beta2) * v + beta2 * g**2")),
    "{at}Your shares have changed places: β is what is *kept*. With β₁ = {beta} an average keeps {beta} of itself at "
    "each step and takes little that is new; yours forgets nearly all.",
)  # fmt: skip
adam_step.add_mistake(
    "uphill",
    _with(("theta - rate", "theta + rate")),
    "{at}Your step has the right length and the opposite direction: g points to where the loss grows, so the step is "
    "subtracted.",
)
