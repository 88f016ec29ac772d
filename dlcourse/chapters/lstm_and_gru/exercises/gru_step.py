"""Exercise: one step of a GRU."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.lstm_and_gru import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import recurrent_steps


def _case(generator: np.random.Generator, batch: int, features: int, hidden: int, label: str, **how: Any) -> Case:
    """Normal random numbers; the weights times ``weights``, the state times ``state``, in ``dtype``."""

    def draw(*shape: int, scale: float = 1.0) -> np.ndarray:
        return generator.normal(0, scale, size=shape).astype(how.get("dtype", np.float64))

    inputs, state = draw(batch, features), draw(batch, hidden, scale=how.get("state", 1.0))
    scale = how.get("weights", 1.0)
    weights = [draw(hidden, width, scale=scale) for width in (features, hidden) for _ in range(3)]
    return Case((inputs, state, *weights, *(draw(hidden) for _ in range(4))), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    weights = [[1.0]], [[-0.5]], [[0.5]], [[-2.0]], [[1.0]], [[1.5]]
    one_unit = tuple(map(np.array, ([[1.0]], [[0.5]], *weights, [-1.5], [0.5], [0.25], [1.0])))
    return [
        Case(one_unit, "one feature, one unit"),
        _case(generator, 3, 2, 4, "3 examples, 2 features, 4 units"),
        _case(generator, 2, 3, 3, "as many features as units"),
        _case(generator, 4, 5, 2, "more features than units"),
        _case(generator, 3, 3, 4, "gates that are open or shut", weights=12.0),
        _case(generator, 2, 3, 2, "dtype float32", dtype=np.float32),
        _case(generator, 3, 2, 3, "the first step: h is 0", state=0.0, edge=True),
        _case(generator, 1, 2, 3, "one example", edge=True),
    ]


gru_step = Exercise(
    recurrent_steps.gru_step,
    chapter=CHAPTER,
    task=(
        "Return the state after one step of a GRU, shape (batch, hidden), as PyTorch has it: r and z are gates of x "
        "and h, n = tanh(W x + b_n + r ∘ (U h + c_n)) is the candidate, and z is the share of the *old* state. `x` has "
        "shape (batch, features), `h` (batch, hidden). `w_r`, `w_z`, `w_n` (hidden, features) act on x, `u_r`, `u_z`, "
        "`u_n` (hidden, hidden) on h, and `b_r`, `b_z`, `b_n` and `c_n` are biases, (hidden,). `sigmoid` is there to "
        "use."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Four lines: two gates, the candidate, the state. Write the gates first: each sees x through one matrix, h "
        "through another, and has one bias.",
        "The reset gate has a part in the candidate alone: it multiplies what comes of h there, entry by entry, its "
        "bias included.",
        "The new state lies between the old one and the candidate, entry by entry: the share z of one, and what is "
        "left of 1 of the other.",
        "`r = sigmoid(x @ w_r.T + h @ u_r.T + b_r)`, z likewise, `n = np.tanh(x @ w_n.T + b_n + r * (...))` with "
        "`h @ u_n.T + c_n` for the dots; then (1 − z) ∘ n + z ∘ h.",
    ],
    fields={"at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(recurrent_steps.gru_step, *replacements)


STATE, RESET = "(1 - z) * n + z * h", "r * (h @ u_n.T + c_n)"

gru_step.add_mistake(
    "shares_exchanged",
    _with((STATE, "z * n + (1 - z) * h")),
    "{at}You give the share z to the candidate and 1 − z to the old state. Both conventions are in use (Chung and "
    "others, 2014, have yours); here, as in PyTorch, z is the share of the *old* state. With one convention's weights "
    "the other computes something else.",
)
gru_step.add_mistake(
    "reset_before_the_product",
    _with((RESET, "(r * h) @ u_n.T + c_n")),
    "{at}You multiply h by r *before* the matrix. That is the GRU of Cho and others (2014), and right elsewhere; here, "
    "as in PyTorch, the product comes first: r ∘ (U h + c_n).",
)
gru_step.add_mistake(
    "bias_outside_of_the_reset",
    _with((RESET, "r * (h @ u_n.T) + c_n")),
    "{at}Your c_n stands outside of the bracket. r multiplies it too: r ∘ (U h + c_n). Outside, it would be added to "
    "b_n, and one of the two would be superfluous.",
)
gru_step.add_mistake(
    "bias_left_out",
    _with((RESET, "r * (h @ u_n.T)")),
    "{at}Your candidate has no c_n. It is h's own bias, beside b_n for x, and r multiplies it too: r ∘ (U h + c_n).",
)
gru_step.add_mistake(
    "reset_of_the_input_too",
    _with((f"x @ w_n.T + b_n + {RESET}", "r * (x @ w_n.T + b_n + h @ u_n.T + c_n)")),
    "{at}Your reset gate multiplies x's part of the candidate as well. It decides how much of the *old state* has a "
    "say in what is new; x always has.",
)
gru_step.add_mistake(
    "reset_left_out",
    _with((RESET, "h @ u_n.T + c_n")),
    "{at}Your candidate is that of a plain recurrent network: the reset gate has no influence. r multiplies what comes "
    "of h.",
)
gru_step.add_mistake(
    "gates_exchanged",
    _with((RESET, "z * (h @ u_n.T + c_n)"), (STATE, "(1 - r) * n + r * h")),
    "{at}It looks as if your two gates had changed places: r belongs into the candidate, z mixes the old state with "
    "it. The arguments come in the order r, z, n.",
)
gru_step.add_mistake(
    "update_gate_left_out",
    _with((STATE, "n")),
    "{at}You return the candidate itself. The update gate mixes it with the old state, and that direct way is how a "
    "GRU keeps what it knows.",
)
gru_step.add_mistake(
    "old_state_kept_whole",
    _with((STATE, "(1 - z) * n + h")),
    "{at}Your old state passes whole, beside the share 1 − z of what is new. The two shares make 1 together: the old "
    "state gets z. Otherwise it could grow without end.",
)
gru_step.add_mistake(
    "candidate_taken_whole",
    _with((STATE, "n + z * h")),
    "{at}Your candidate enters whole. An LSTM has a gate of its own for what is new; a GRU's two shares make 1 "
    "together: (1 − z) ∘ n.",
)
gru_step.add_mistake(
    "state_s_weights_not_transposed",
    _with(("u_r.T", "u_r"), ("u_z.T", "u_z"), ("u_n.T", "u_n")),
    "With one unit you are right. {at}Your `u_r`, `u_z` and `u_n` are not transposed. They are square, so that no "
    "shape complains; they act as all weights do, (out, in): `h @ u_r.T`.",
)
