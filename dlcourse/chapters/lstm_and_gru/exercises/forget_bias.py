"""Question: which bias of the forget gate lets a cell remember for how long."""

import math

from dlcourse.chapters.lstm_and_gru import CHAPTER
from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

STEPS, REMAINS = 100, 0.5


def _bias(gate: float) -> float:
    """The number of which the sigmoid is ``gate``."""
    return math.log(gate / (1 - gate))


GATE = REMAINS ** (1 / STEPS)
EVEN = 1 - (1 - REMAINS) / STEPS  # the gate of who spreads the loss evenly

forget_bias = NumberExercise(
    name="forget_bias",
    chapter=CHAPTER,
    task=(
        "Before training the weights are so small that the forget gate of a unit is decided by its bias alone: f = "
        f"σ(b) at every step. Which b lets half of what the cell holds be left after {STEPS} steps in which nothing is "
        "written? Two digits after the point are enough."
    ),
    answer=_bias(GATE),
    tolerance=0.01,
    mistakes=[
        WrongNumber(
            "the_gate",
            GATE,
            "That is f, the gate itself, to two digits at least. Asked for is the bias: the number of which the "
            "sigmoid is f.",
        ),
        WrongNumber(
            "gate_of_the_opposite_sign",
            -_bias(GATE),
            "With that bias the share that is *lost* in a step would be left: the sign is the other one. A gate that "
            "is nearly open has a large positive bias.",
        ),
        WrongNumber(
            "the_same_loss_at_every_step",
            _bias(EVEN),
            f"It looks as if you spread the loss evenly, 0.5 / {STEPS} a step, so that f = {EVEN:g}. Each step "
            f"multiplies what is *left* by f: after {STEPS} steps that would be {EVEN:g} to the power of {STEPS}, "
            f"{EVEN**STEPS:.2f}.",
        ),
        WrongNumber(
            "one_hundredth_lost",
            _bias(1 - 1 / STEPS),
            f"That bias makes f = {1 - 1 / STEPS:g}. After {STEPS} steps {1 - 1 / STEPS:g} to the power of {STEPS} is "
            f"left: {(1 - 1 / STEPS) ** STEPS:.2f}, less than a half.",
        ),
        WrongNumber(
            "the_usual_start",
            1.0,
            "1 is a usual start for this bias. It makes f = 0.73, and half is gone after little more than two steps.",
        ),
        WrongNumber(
            "half_at_every_step",
            _bias(REMAINS),
            f"With b = 0 half is left after *one* step. After {STEPS} steps it would be less than 10⁻³⁰.",
        ),
        WrongNumber(
            "logarithm_of_the_gate",
            math.log(GATE),
            "That is ln f. The sigmoid's inverse is ln(f / (1 − f)): the share that stays over the share that goes.",
        ),
        WrongNumber(
            "logarithm_to_base_10",
            _bias(GATE) / math.log(10),
            "f is right, and your logarithm is that to base 10. The sigmoid has e in it, so its inverse has the "
            "natural one.",
        ),
        WrongNumber(
            "by_tanh",
            math.atanh(GATE),
            "You take the inverse of tanh. A gate is a sigmoid of its bias: b = ln(f / (1 − f)), twice your number.",
        ),
        WrongNumber(
            "power_the_wrong_way",
            STEPS * _bias(REMAINS ** (1 / STEPS)),
            f"You multiply by {STEPS}. It is f that is taken to the power of {STEPS}, not b: first find f, then b.",
        ),
        WrongNumber(
            "power_of_the_half",
            STEPS * math.log(REMAINS),
            f"That is ln of a half to the power of {STEPS}: so much would be left at f = 1/2. Turn it around: which f "
            f"gives a half when *it* is taken to the power of {STEPS}?",
        ),
    ],
    hints=[
        "What multiplies the cell at each step? And what is left of it after two steps, and after three?",
        f"f to the power of {STEPS} is to be 1/2. That gives f, which is near 1.",
        "Then b with σ(b) = f. From 1 / (1 + e⁻ᵇ) = f follows e⁻ᵇ = (1 − f) / f.",
    ],
    explanation=(
        f"f¹⁰⁰ = 1/2 gives f = 2^(−1/{STEPS}) = {GATE:.4f}, and b = ln(f / (1 − f)) = {_bias(GATE):.2f}. For a large T "
        "it is about ln(T / ln 2): ten times the memory takes only 2.3 more. At b = 0 half is gone after a single step."
    ),
)
