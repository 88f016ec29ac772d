"""Exercise: backpropagation through time in pieces."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.recurrent_networks.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import recurrent_steps, truncation


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw = Drawing(generator)

    def case(sizes: tuple[int, int, int], window: int, label: str, last: bool = False, edge: bool = False) -> Case:
        """Of a network of (batch, time, hidden) after its forward pass, with a loss at every step or at the last."""
        batch, time, hidden = sizes
        h, w_h, b = draw(batch, hidden), draw(hidden, hidden), draw(hidden)
        states = recurrent_steps.unroll(draw(batch, time, 2), h, draw(hidden, 2), w_h, b)
        by_states = draw(batch, time, hidden)
        if last:
            by_states[:, :-1] = 0
        return Case((by_states, states, w_h, window), label, edge=edge)

    by_states, states, w_h, _ = case((2, 5, 3), 3, "").arguments
    single = tuple(each.astype(np.float32) for each in (by_states, states, w_h))
    by_hand = np.array([[[4.0], [2.0], [8.0]]]), np.array([[[1.0], [0.5], [0.25], [0.5]]]), np.array([[2.0]])
    return [
        Case((*by_hand, 2), "3 steps of one unit, pieces of 2"),
        case((3, 4, 2), 2, "4 steps, pieces of 2"),
        case((2, 7, 3), 3, "7 steps, pieces of 3: the last is shorter"),
        case((3, 8, 2), 5, "8 steps, pieces of 5"),
        case((2, 6, 3), 4, "6 steps, pieces of 4, a loss at the last step alone", last=True),
        case((3, 6, 2), 6, "6 steps, pieces of 6: no cut"),
        case((2, 5, 2), 9, "5 steps, pieces of 9: no cut"),
        case((2, 7, 2), 2, "7 steps, pieces of 2"),
        Case((*single, 3), "dtype float32"),
        case((1, 5, 2), 2, "one example", edge=True),
        case((3, 1, 2), 2, "one step", edge=True),
    ]


truncated_gradient = Exercise(
    truncation.truncated_gradient,
    chapter="15_recurrent_networks",
    task=(
        "Return ∂L/∂W_h, of shape (hidden, hidden), by *truncated* backpropagation through time: the steps are cut, "
        "from the first one on, into pieces of `window` steps (the last piece may be shorter), and no gradient goes "
        "from a piece back to the one before it. The states are those of the whole sequence: they did cross the cuts. "
        "`by_states` (batch, time, hidden) is what the loss of each step itself contributes to the gradient of that "
        "step's new state. `states` (batch, time + 1, hidden) begins with the initial state: step t, counted from 0, "
        "went from `states[:, t]` to `states[:, t + 1]`."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Leave the cuts out at first, and go from the last step to the first. The gradient of a step's new state has "
        "two parts: its own loss, and what the step after it hands back.",
        "At each step three things happen, as in `rnn_step_backward`: through tanh to δ; a term for the sum, δᵀ times "
        "the state before the step; and δ W_h, which the step before will need.",
        "With pieces of 3, steps 0, 1, 2 are the first piece, and 3, 4, 5 the second. After which steps, on the way "
        "back, is what they hand back to be thrown away? When is `t` such a step?",
        "`delta = (by_states[:, t] + by_h) * (1 - states[:, t + 1] ** 2)`, then `total += delta.T @ states[:, t]` and "
        "`by_h = delta @ w_h`; and where `t % window == 0`, step t is the first of its piece: `by_h` becomes 0.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "uncut": "Where nothing is cut you are right. ",
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(truncation.truncated_gradient, *replacements)


CUT = "if t % window == 0:"

truncated_gradient.add_mistake(
    "never_cut",
    _with((CUT, "if False:")),
    "{uncut}{at}That is the full gradient: `window` has no influence. Behind the first step of each piece, on the way "
    "back, what it hands back is thrown away.",
)
truncated_gradient.add_mistake(
    "cut_one_step_early",
    _with((CUT, "if (t + 1) % window == 0:")),
    "{at}You cut one step too early: your first piece has one step less than `window`. Steps 0 to k − 1 are the "
    "first piece, so the steps after which you cut, going back, are k, 2k and so on: multiples of k.",
)
truncated_gradient.add_mistake(
    "cut_one_step_late",
    _with((CUT, "if (t - 1) % window == 0:")),
    "{at}You cut one step too late: your first piece is step 0 alone, and the next one ends with step k, where k is "
    "`window`. Is what comes back set to 0 *before* step k uses it? Step k is the first of its piece, and what comes "
    "from step k + 1 still belongs to it; what it hands on itself is thrown away.",
)
truncated_gradient.add_mistake(
    "counted_from_the_end",
    _with((CUT, "if (by_states.shape[1] - t) % window == 0:")),
    "Where the pieces are equally long you are right. {at}You count the pieces from the last step: then the *first* "
    "piece is the shorter one. Training reads a sequence from its beginning, k steps at a time.",
)
truncated_gradient.add_mistake(
    "states_cut_too",
    _with(("delta.T @ states[:, t]", "delta.T @ (states[:, t] * (t % window > 0 or t == 0))")),
    "{uncut}{at}The first step of each later piece contributes nothing to your result: is its state set to 0, or the "
    "step left out? Only gradients stop at a cut. The state that step t read is `states[:, t]`, also where a piece "
    "begins.",
)
truncated_gradient.add_mistake(
    "stopped_at_the_cut",
    _with(("by_h = np.zeros_like(by_h)  # step t is the first of its piece: the piece before gets nothing", "break")),
    "{uncut}{at}You stop at the first cut, and only the last piece contributes. What is cut is the way from a piece "
    "back to the one before; that one has losses of its own, and the sum goes over all steps.",
)
truncated_gradient.add_mistake(
    "last_steps_alone",
    lambda by_states, states, w_h, window: truncation.truncated_gradient(
        by_states[:, -window:], states[:, -1 - window :], w_h, window
    ),
    "{uncut}{at}You go back `window` steps from the end, and no further. Every piece has losses of its own, and the "
    "sum goes over all steps; only the ways across the cuts are left out.",
)
truncated_gradient.add_mistake(
    "slope_before_the_step",
    _with(("states[:, t + 1] ** 2", "states[:, t] ** 2")),
    "{at}Your slope is that of the state *before* each step. The tanh of step t gave `states[:, t + 1]`.",
)
truncated_gradient.add_mistake(
    "nothing_handed_back",
    _with(("by_h = delta @ w_h", "pass")),
    "{at}No step of yours hands anything back: each gets the gradient of its "
    "own loss alone. Within a piece, the state before a step gets δ W_h in addition.",
)
truncated_gradient.add_mistake(
    "state_after_the_step",
    _with(("delta.T @ states[:, t]", "delta.T @ states[:, t + 1]")),
    "{at}Your terms are made with the state *after* each step. W_h was multiplied by the one before it, `states[:, "
    "t]`: the initial state stands at 0.",
)
truncated_gradient.add_mistake(
    "overwritten",
    _with(("by_w_h += ", "by_w_h = ")),
    "{at}Your result holds the term of the first step alone: each step overwrites what the others gave. W_h is used at "
    "every step, and the terms are added: `+=`.",
)


@truncated_gradient.mistake
def every_loss_its_own_window(by_states: Array, states: Array, w_h: Array, window: int) -> Array:
    """{at}In your result the loss of *every* step goes back `window` steps of its own. That is truncation too, a dearer
    one: `window` steps back for each step. Asked are fixed pieces, in which a loss reaches back to the beginning of its
    piece."""
    time, total = by_states.shape[1], np.zeros_like(w_h)
    for last in range(time):
        own = np.zeros_like(by_states)
        own[:, last] = by_states[:, last]
        first = max(0, last + 1 - window)
        total += truncation.truncated_gradient(own[:, first:], states[:, first:], w_h, time)
    return total
