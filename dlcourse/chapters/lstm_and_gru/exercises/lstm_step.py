"""Exercise: one step of an LSTM."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.lstm_and_gru import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.exercises.wording import numbers_apart
from dlcourse.scratch import recurrent_steps


def _case(generator: np.random.Generator, batch: int, features: int, hidden: int, label: str, **how: Any) -> Case:
    """Normal random numbers; the weights times ``weights``, the cell times ``cell``, in ``dtype``."""

    def draw(*shape: int, scale: float = 1.0) -> np.ndarray:
        return generator.normal(0, scale, size=shape).astype(how.get("dtype", np.float64))

    state = draw(batch, features), draw(batch, hidden), draw(batch, hidden, scale=how.get("cell", 1.5))
    weights = [draw(hidden, features + hidden, scale=how.get("weights", 1.0)) for _ in range(4)]
    return Case((*state, *weights, *(draw(hidden) for _ in range(4))), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    state, weights = ([[1.0]], [[0.5]], [[2.0]]), ([[1.0, 0.5]], [[-1.0, 1.0]], [[0.5, -2.0]], [[0.25, 1.5]])
    one_unit = tuple(map(np.array, (*state, *weights, [-1.0], [2.0], [1.5], [0.5])))
    start = _case(generator, 3, 2, 3, "the first step: h and c are 0", cell=0.0, edge=True)
    start.arguments[1][:] = 0
    return [
        Case(one_unit, "one feature, one unit"),
        _case(generator, 3, 2, 4, "3 examples, 2 features, 4 units"),
        _case(generator, 2, 3, 3, "as many features as units"),
        _case(generator, 4, 5, 2, "more features than units"),
        _case(generator, 3, 2, 3, "a cell that holds large numbers", cell=10.0),
        _case(generator, 3, 3, 4, "gates that are open or shut", weights=12.0),
        _case(generator, 2, 3, 2, "dtype float32", dtype=np.float32),
        start,
        _case(generator, 1, 2, 3, "one example", edge=True),
    ]


def _at(outcome: Outcome) -> str:
    """The entry of c_t that differs most; of h_t, where the cells agree."""
    (h, c), (own_h, own_c) = outcome.expected, outcome.received
    name, pair = ("h_t", (h, own_h)) if np.allclose(c, own_c, rtol=1e-6, atol=1e-9) else ("c_t", (c, own_c))
    *entries, where = differing_entry(*pair)
    expected, received = numbers_apart(*entries)
    place = ", ".join(map(str, where))
    return f"On “{outcome.case.label}” {name}[{place}] should be {expected}, and you return {received}. "


lstm_step = Exercise(
    recurrent_steps.lstm_step,
    chapter=CHAPTER,
    task=(
        "Return the state and the cell after one step of an LSTM, `(h_next, c_next)`. `x` (batch, features) is what "
        "arrives, `h` and `c` (batch, hidden) are state and cell before the step. The three gates and the candidate "
        "g have a matrix each, `w_i`, `w_f`, `w_g` and `w_o`, of shape (hidden, features + hidden), which acts on x "
        "and h side by side, x first, and a bias each, `b_i` to `b_o`, of shape (hidden,). `sigmoid` is there to use."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Six lines: three gates, the candidate, the cell, the state. Which of them need x and h, and which only what "
        "the lines before have made?",
        "`np.concatenate([...], axis=1)` puts the columns of two arrays side by side. A matrix of shape (hidden, "
        "features + hidden) acts on every row of that: rows times the transposed matrix, plus the bias.",
        "The gates are shares, between 0 and 1: `sigmoid`. The candidate is something new to write, between −1 and 1: "
        "tanh.",
        "With `both` as x and h side by side: `i = sigmoid(both @ w_i.T + b_i)`, f and o likewise, "
        "`g = np.tanh(both @ w_g.T + b_g)`. Then c_next = f ∘ c + i ∘ g and h_next = o ∘ tanh(c_next).",
    ],
    fields={"at": _at},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(recurrent_steps.lstm_step, *replacements)


CELL, STATE = "f * c + i * g", "o * np.tanh(c_next)"

lstm_step.add_mistake(
    "candidate_by_sigmoid",
    _with(("g = np.tanh(", "g = sigmoid(")),
    "{at}Your candidate goes through the sigmoid, so that it is never negative: the cell could only be raised. Gates "
    "are shares, and take σ; the candidate is what is written, and takes tanh.",
)
lstm_step.add_mistake(
    "gates_by_tanh",
    _with(("sigmoid(", "np.tanh(")),
    "{at}Your gates go through tanh, and may be negative: a gate of −1 would turn the sign of what passes. A gate is a "
    "share between 0 and 1: σ. Only the candidate takes tanh.",
)
lstm_step.add_mistake(
    "input_and_forget_gate_swapped",
    _with((CELL, "i * c + f * g")),
    "{at}Your input and forget gates have changed places. f multiplies what the cell held, i what is new; the "
    "arguments come in the order i, f, g, o.",
)
lstm_step.add_mistake(
    "candidate_and_output_gate_swapped",
    _with(("both @ w_g.T + b_g", "both @ W.T + B"), ("both @ w_o.T + b_o", "both @ w_g.T + b_g"),
          ("both @ W.T + B", "both @ w_o.T + b_o")),
    "{at}It looks as if your candidate were computed with the output gate's matrix and bias, and your output gate with "
    "the candidate's. The arguments come in the order i, f, g, o.",
)  # fmt: skip
lstm_step.add_mistake(
    "cell_shown_without_tanh",
    _with((STATE, "o * c_next")),
    "{at}Your cell is right. For the state it goes through tanh first: h_next = o ∘ tanh(c_next). The cell may grow "
    "beyond 1 as it adds up; what is shown stays between −1 and 1.",
)
lstm_step.add_mistake(
    "cell_before_the_step_shown",
    _with((STATE, "o * np.tanh(c)")),
    "{at}Your new cell is right, and your state shows the one *before* the step. Update the cell first: what has just "
    "been written may be shown at once.",
)
lstm_step.add_mistake(
    "output_gate_left_out",
    _with((STATE, "np.tanh(c_next)")),
    "{at}Your cell is right, and all of it is shown. The output gate decides how much is: o ∘ tanh(c_next).",
)
lstm_step.add_mistake(
    "input_gate_left_out",
    _with((CELL, "f * c + g")),
    "{at}The candidate enters your cell whole. The input gate decides how much of it does: i ∘ g.",
)
lstm_step.add_mistake(
    "forget_gate_left_out",
    _with((CELL, "c + i * g")),
    "{at}Your cell keeps all that it held. So it was in 1997; the forget gate, f ∘ c, came in 2000, so that a cell can "
    "be emptied.",
)
lstm_step.add_mistake(
    "state_before_the_input",
    _with(("[x, h]", "[h, x]")),
    "{at}You put h before x. Some texts do, and their matrices have their columns in that order; here the first "
    "columns belong to x.",
)
