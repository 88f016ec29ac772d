"""Exercise: the backward pass of one step."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.recurrent_networks.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import first_difference
from dlcourse.scratch import recurrent_steps


def _case(draw: Drawing, batch: int, features: int, hidden: int, label: str, edge: bool = False) -> Case:
    """A step with random weights, after its forward pass."""
    x, h, w_x, w_h, b = draw.step(batch, features, hidden)
    h_next = recurrent_steps.rnn_step(x, h, w_x, w_h, b)
    return Case((draw(batch, hidden), h_next, x, h, w_x, w_h), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw, single = Drawing(generator), Drawing(generator, np.float32)
    small = np.array([[0.5, 0.0]]), np.array([[3.0]]), np.array([[0.25, -0.5]]), np.array([[2.0], [1.0]])
    by_next, *before, weight = _case(draw, 3, 2, 4, "").arguments
    return [
        Case(
            (np.array([[4.0, 10.0]]), *small, np.array([[0.0, 1.0], [3.0, 2.0]])), "one example of 1 feature, 2 units"
        ),
        _case(draw, 4, 3, 2, "4 examples of 3 features, 2 units"),
        _case(draw, 2, 3, 5, "2 examples of 3 features, 5 units"),
        _case(draw, 4, 3, 3, "as many features as units"),
        _case(draw, 3, 5, 3, "as many examples as units"),
        _case(draw, 3, 3, 3, "as many examples as features and units"),
        Case((by_next, *before, np.zeros_like(weight)), "W_h of 0: nothing goes further back"),
        _case(single, 3, 4, 2, "dtype float32"),
        _case(draw, 1, 4, 3, "one example", edge=True),
        _case(draw, 3, 1, 1, "one feature and one unit", edge=True),
    ]


rnn_step_backward = Exercise(
    recurrent_steps.rnn_step_backward,
    chapter="15_recurrent_networks",
    task=(
        "Return the gradients of one step hₜ = tanh(xₜ Wₓᵀ + hₜ₋₁ W_hᵀ + b), a tuple `(by_x, by_h, by_w_x, by_w_h, "
        "by_b)`: those of the loss with respect to xₜ, hₜ₋₁, Wₓ, W_h and b, each of the shape of what it belongs to. "
        "`by_next` (batch, hidden) is the gradient with respect to hₜ; `h_next` is hₜ, `x` and `h` are xₜ and hₜ₋₁. Of "
        "the weights and the bias it is this step's own term."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Go back through the step in two parts: first through tanh, to the pre-activation aₜ; from there through a "
        "linear layer that has two inputs, xₜ and hₜ₋₁.",
        "The slope of tanh is 1 − tanh², and tanh(aₜ) is there: `h_next`. So ∂L/∂aₜ is `by_next`, times one minus the "
        "square of that, entry by entry. Call it `delta`: all five gradients are made of it.",
        "The shapes lead: from (batch, hidden) to (batch, features) goes a product with `w_x` of shape (hidden, "
        "features). To (hidden, features) goes the transpose of `delta` times `x`: a sum over the examples.",
        "`delta = by_next * (1 - h_next**2)`; then `delta @ w_x` and `delta @ w_h`, `delta.T @ x` and `delta.T @ h`, "
        "and the sum of `delta` over the examples.",
    ],
    fields={"at": first_difference("`by_x`", "`by_h`", "`by_w_x`", "`by_w_h`", "`by_b`")},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(recurrent_steps.rnn_step_backward, *replacements)


SLOPE = "(1 - h_next**2)"

rnn_step_backward.add_mistake(
    "no_slope",
    _with((f" * {SLOPE}", "")),
    "{at}The slope of tanh is missing: `by_next` belongs to hₜ = tanh(aₜ), and the weights act on the "
    "pre-activation aₜ, before it.",
)
rnn_step_backward.add_mistake(
    "tanh_once_more",
    _with((SLOPE, "(1 - np.tanh(h_next) ** 2)")),
    "{at}You take tanh of `h_next`, as if that were the pre-activation. `h_next` is tanh(aₜ) already: the slope is 1 − "
    "`h_next`².",
)
rnn_step_backward.add_mistake(
    "pre_activation_without_the_bias",
    _with((SLOPE, "(1 - np.tanh(x @ w_x.T + h @ w_h.T) ** 2)")),
    "{at}You compute the pre-activation anew, from the arguments, and among them is no bias. There is no need for it: "
    "tanh(aₜ) is `h_next`.",
)
rnn_step_backward.add_mistake(
    "slope_at_the_old_state",
    _with((SLOPE, "(1 - h**2)")),
    "{at}Your slope is 1 − `h`², with the *old* state. The tanh of this step gave `h_next`.",
)
rnn_step_backward.add_mistake(
    "w_h_transposed",
    _with(("delta @ w_h", "delta @ w_h.T")),
    "{at}Forwards the state is multiplied by W_hᵀ, so on the way back by W_h itself. Since it is square, both fit, and "
    "nothing warns you; compare with `by_x`, where only one does.",
)
rnn_step_backward.add_mistake(
    "new_state_for_the_old",
    _with(("delta.T @ h,", "delta.T @ h_next,")),
    "{at}Your gradient of W_h is made with `h_next`. In aₜ the matrix is multiplied by the state *before* the step, "
    "hₜ₋₁, which is `h`.",
)
rnn_step_backward.add_mistake(
    "by_w_h_transposed",
    _with(("delta.T @ h,", "h.T @ delta,")),
    "{at}Your gradient of W_h is transposed. Row i of W_h belongs to unit i of the *new* state, so `delta` stands in "
    "front, transposed, as for `by_w_x`.",
)
rnn_step_backward.add_mistake(
    "slope_for_the_weights_alone",
    _with(("delta @ w_x, delta @ w_h", "by_next @ w_x, by_next @ w_h")),
    "{at}The gradients of weights and bias are right. What goes on to xₜ and hₜ₋₁ has to pass the tanh as well: "
    "multiply by `delta`, not by `by_next`.",
)
rnn_step_backward.add_mistake(
    "slope_for_the_inputs_alone",
    _with(("delta.T @ x, delta.T @ h, delta.sum(axis=0)", "by_next.T @ x, by_next.T @ h, by_next.sum(axis=0)")),
    "The gradients of xₜ and hₜ₋₁ are right. {at}For the weights and the bias the slope is missing: they act on the "
    "pre-activation too. All five gradients are made of `delta`.",
)
rnn_step_backward.add_mistake(
    "by_next_added",
    _with(("delta @ w_h", "by_next + delta @ w_h")),
    "{at}You add `by_next` to what goes back. It belongs to hₜ, and reaches hₜ₋₁ only through the step: times the "
    "slope, times W_h. What hₜ₋₁ contributes to the loss of its own step is added outside of this function.",
)
rnn_step_backward.add_mistake(
    "bias_not_summed",
    _with(("delta.sum(axis=0)", "delta")),
    "{at}The bias is added to every example of the batch, a use for each of them: sum over the examples (axis 0).",
)
