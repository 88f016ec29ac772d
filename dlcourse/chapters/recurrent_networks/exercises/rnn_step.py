"""Exercise: one step of the recurrence."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.recurrent_networks.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import recurrent_steps


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw, single = Drawing(generator), Drawing(generator, np.float32)
    small = np.array([[1.0]]), np.array([[0.5, 0.0]]), np.array([[0.5], [-1.0]]), np.array([[0.0, 2.0], [1.0, 0.0]])
    return [
        Case((*small, np.array([0.0, 0.25])), "one example of 1 feature, 2 units"),
        Case(draw.step(4, 3, 2), "4 examples of 3 features, 2 units"),
        Case(draw.step(2, 3, 5), "2 examples of 3 features, 5 units"),
        Case(draw.step(2, 3, 3), "as many features as units"),
        Case(draw.step(3, 5, 3), "as many examples as units"),
        Case((*draw.step(4, 2, 4)[:4], np.zeros(4)), "a bias of 0"),
        Case((draw(3, 2), np.zeros((3, 3)), *draw.step(3, 2, 3)[2:]), "the first step: a state of 0"),
        Case(single.step(2, 4, 2), "dtype float32"),
        Case(draw.step(1, 4, 3), "one example", edge=True),
        Case(draw.step(3, 2, 1), "one unit", edge=True),
    ]


rnn_step = Exercise(
    recurrent_steps.rnn_step,
    chapter="15_recurrent_networks",
    task=(
        "Return the next state hₜ = tanh(xₜ Wₓᵀ + hₜ₋₁ W_hᵀ + b) of a recurrent network, of shape (batch, hidden). `x` "
        "is xₜ, of shape (batch, features); `h` is hₜ₋₁, of shape (batch, hidden); `w_x` has shape (hidden, features), "
        "`w_h` (hidden, hidden) and `b` (hidden,)."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Follow the shapes: what leads from (batch, features) to (batch, hidden), and what from (batch, hidden) to the "
        "same? Examples are rows, as in every layer before.",
        "Each unit has a row in `w_x` and a row in `w_h`. A product of matrices sums over the rows of the first and "
        "the *columns* of the second, so the weights have to be transposed, both of them.",
        "`x @ w_x.T` is what arrives, `h @ w_h.T` what is remembered. Their sum and the bias are the pre-activation, "
        "and then comes `np.tanh`, once.",
    ],
    fields={"at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. "},
)

REMEMBERED = "h @ w_h.T"

rnn_step.add_mistake(
    "w_h_not_transposed",
    mutated(recurrent_steps.rnn_step, (REMEMBERED, "h @ w_h")),
    "{at}`h @ w_h` fits whether transposed or not, since W_h is square, and so nothing warns you. Unit i reads row i "
    "of W_h: `h @ w_h.T`, as with `w_x`.",
)
rnn_step.add_mistake(
    "weights_not_transposed",
    mutated(recurrent_steps.rnn_step, ("w_x.T", "w_x"), ("w_h.T", "w_h")),
    "You multiply by the weights as they stand. `w_x` has shape (hidden, features), one row for each unit, and `x` "
    "(batch, features): the sizes fit only by accident. Transpose both weights; for the square `w_h` nothing would "
    "warn you.",
)
rnn_step.add_mistake(
    "entry_by_entry",
    mutated(recurrent_steps.rnn_step, (REMEMBERED, "h * w_h")),
    "`h * w_h` multiplies entry by entry, and fits only if the batch has one example, or as many as there are units. "
    "Each unit reads *all* units of the old state: that is a product of matrices, `h @ w_h.T`.",
)
rnn_step.add_mistake(
    "no_tanh",
    mutated(recurrent_steps.rnn_step, ("np.tanh", "np.asarray")),
    "{at}That is the pre-activation: tanh is missing. Without it the state is a linear function of the inputs and can "
    "grow without limit.",
)
rnn_step.add_mistake(
    "sigmoid",
    mutated(recurrent_steps.rnn_step, ("np.tanh", "sigmoid")),
    "{at}You apply the sigmoid. The state goes through tanh: from −1 to 1, and 0 where nothing has been seen.",
)
rnn_step.add_mistake(
    "tanh_of_each_part",
    mutated(recurrent_steps.rnn_step, ("x @ w_x.T + h @", "x @ w_x.T) + np.tanh(h @")),
    "{at}You apply tanh to what arrives and to what is remembered, each by itself. They are added first; tanh comes "
    "last, once.",
)
rnn_step.add_mistake(
    "bias_behind_the_tanh",
    lambda x, h, w_x, w_h, b: np.tanh(x @ w_x.T + h @ w_h.T) + b,
    "Where the bias is 0 you are right. {at}You add the bias behind the tanh, so that the state leaves the range from "
    "−1 to 1. It belongs to the pre-activation.",
)
rnn_step.add_mistake(
    "state_left_out",
    mutated(recurrent_steps.rnn_step, (" + h @ w_h.T", "")),
    "From a state of 0 you are right. {at}The old state has no influence on your result: that is a layer without "
    "memory.",
)
rnn_step.add_mistake(
    "old_state_added",
    mutated(recurrent_steps.rnn_step, ("np.tanh", "h + np.tanh")),
    "From a state of 0 you are right. {at}You add the new state to the old one. The plain recurrent network replaces "
    "it: what is to stay has to come through W_h. (A sum is an idea of the next chapter.)",
)
rnn_step.add_mistake(
    "bias_left_out",
    mutated(recurrent_steps.rnn_step, (" + b", "")),
    "Where the bias is 0 you are right. {at}The bias is missing in the pre-activation.",
)


@rnn_step.mistake
def columns_for_rows(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Array:
    """Your numbers are right, but examples are columns in your result: on “{case}” it is transposed. Books write W x +
    b, for a column x; where examples are rows the factors change places, x Wᵀ + b."""
    return np.tanh(w_x @ x.T + w_h @ h.T + b[:, None])
