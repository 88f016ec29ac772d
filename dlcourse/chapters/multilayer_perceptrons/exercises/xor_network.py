"""Exercise on XOR: the reader gives the weights of two hidden perceptrons and of one that reads them."""

from collections.abc import Callable, Iterator

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.constructions import ConstructionExercise, WrongConstruction
from dlcourse.numerals import number

Weights = tuple[Array, Array, Array, Array]

CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
XOR = (0, 1, 1, 0)
# What a network gives at the four corners, in their order, and the name of that function.
NAMES = {
    (0, 0, 0, 0): "0 everywhere",
    (1, 1, 1, 1): "1 everywhere",
    (0, 0, 0, 1): "AND",
    (0, 1, 1, 1): "OR",
    (1, 1, 1, 0): "NAND, the opposite of AND",
    (1, 0, 0, 0): "NOR, the opposite of OR",
    (1, 0, 0, 1): "XNOR, the opposite of XOR",
    (0, 1, 0, 0): "“x₁ and not x₂”",
    (0, 0, 1, 0): "“x₂ and not x₁”",
    (0, 1, 0, 1): "x₁ alone",
    (0, 0, 1, 1): "x₂ alone",
}


def _pre_activations(inputs: Array, weights: Array, bias: Array) -> Array:
    with np.errstate(all="ignore"):  # numbers near the largest may overflow
        return inputs @ weights.T + bias


def _on(pre_activations: Array) -> Array:
    return (pre_activations >= 0).astype(int)


def _given(weights: Weights, on: Callable[[Array], Array] = _on) -> tuple[Array, Array]:
    """What the hidden units give at the corners, (4, 2), and the pre-activations of the output there, (4,)."""
    hidden_weights, hidden_bias, output_weights, output_bias = weights
    hidden = on(_pre_activations(CORNERS, hidden_weights, hidden_bias))
    return hidden, _pre_activations(hidden, output_weights, output_bias)[:, 0]


def _computes_xor(weights: Weights, on: Callable[[Array], Array] = _on) -> bool:
    return tuple(on(_given(weights, on)[1]).tolist()) == XOR


def _point(values: Array) -> str:
    return f"({', '.join(number(value, 4) for value in values)})"


def judge(hidden_weights: Array, hidden_bias: Array, output_weights: Array, output_bias: Array) -> str:
    """What is wrong with a network of perceptrons that should compute XOR; "" when nothing is.

    Shapes (2, 2), (2,), (1, 2) and (1,): row j of the weights belongs to unit j.
    """
    weights = (hidden_weights, hidden_bias, output_weights, output_bias)
    hidden, sums = _given(weights)
    outputs = tuple(_on(sums).tolist())
    if outputs == XOR:
        return ""
    wrong = [i for i in range(4) if outputs[i] != XOR[i]]
    first = wrong[0]
    z = _pre_activations(CORNERS, hidden_weights, hidden_bias)[first]
    name = f" It computes {NAMES[outputs]}." if outputs in NAMES else ""
    return (
        f"At {_point(CORNERS[first])} your network gives {outputs[first]}, and XOR is {XOR[first]} there; "
        f"{4 - len(wrong)} of the 4 corners {'is' if len(wrong) == 3 else 'are'} right.{name}\n"
        f"At {_point(CORNERS[first])} the hidden units' pre-activations are {_point(z)}, so they give "
        f"{_point(hidden[first])}, and the output's pre-activation is {number(sums[first], 4)}.\n"
        f"{_near_miss(weights) or _hidden_fault(hidden) or _output_fault(hidden)}"
    )


def _near_miss(weights: Weights) -> str:
    """What one slip is between these weights and right ones; "" when none is known."""
    if _computes_xor(weights, lambda z: (z > 0).astype(int)):
        return "It would be right if a unit switched on above 0 only. Here it is on at exactly 0 as well."
    return next((sentence for changed, sentence in _changes(*weights) if _computes_xor(changed)), "")


def _changes(w: Array, b: Array, v: Array, c: Array) -> Iterator[tuple[Weights, str]]:
    yield (
        (w, b, -v, -c),
        "All four corners are the wrong way round: turn the signs of the output's weights and bias.",
    )
    sign = "It would be right with the other sign of {}. A threshold θ that the weighted sum has to reach is b = −θ."
    yield (w, -b, v, -c), sign.format("all biases")
    yield (w, -b, v, c), sign.format("the hidden biases")
    yield (w, b, v, -c), sign.format("the output's bias")
    yield (
        (w.T, b, v, c),
        "It would be right with `hidden_weights` transposed: row j, not column j, holds the weights of unit j.",
    )


def _hidden_fault(hidden: Array) -> str:
    """Why no output unit could compute XOR from these hidden values; "" when one can."""
    patterns = [tuple(row) for row in hidden.tolist()]
    for i, j in [(0, 1), (0, 2), (3, 1), (3, 2)]:
        if patterns[i] == patterns[j]:
            return (
                f"The hidden units give {patterns[i]} at {_point(CORNERS[i])} and at {_point(CORNERS[j])}, where XOR "
                "differs: whatever the output's weights are, it cannot tell these corners apart. Change the hidden "
                "layer first."
            )
    if len(set(patterns)) == 4:
        return (
            "Your hidden units hand on the two inputs, perhaps turned round or exchanged: four corners come out as "
            "four corners, and the output unit faces XOR again. A hidden unit has to combine both inputs."
        )
    return ""


def _output_fault(hidden: Array) -> str:
    wanted = [f"{_point(hidden[i])} → {XOR[i]}" for i in (0, 1, 2, 3)]
    listing = ", ".join(dict.fromkeys(wanted))
    return f"The hidden layer does its part. What the output unit has to do is now possible with one line: {listing}."


# What several wrong answers have in common: the right hidden layer, which is OR and AND.
ONES, OR_AND = [[1, 1], [1, 1]], [-0.5, -1.5]

xor_network = ConstructionExercise(
    name="xor_network",
    chapter="09_multilayer_perceptrons",
    task=(
        "Choose the weights and biases of two hidden perceptrons and of one that reads them, so that the network "
        "computes XOR: 1 at (1, 0) and (0, 1), 0 at (0, 0) and (1, 1). Every unit gives 1 where w · x + b ≥ 0, else 0. "
        "Write `xor_network = (hidden_weights, hidden_bias, output_weights, output_bias)` with shapes (2, 2), (2,), "
        "(1, 2) and (1,), as lists or arrays: row j of `hidden_weights` holds the two weights of hidden unit j. Many "
        "answers are right; yours is judged by what it does at the four corners."
    ),
    parts={"hidden_weights": (2, 2), "hidden_bias": (2,), "output_weights": (1, 2), "output_bias": (1,)},
    judge=judge,
    answer=([[1, 1], [1, 1]], [-0.5, -1.5], [[1, -1]], [-0.5]),
    explanation=(
        "All four corners are right. One way to see it: a first unit for OR, a second for AND, and XOR is “OR, and "
        "not AND”. In every solution the hidden layer lays two corners of the same label on each other, and then one "
        "line is enough."
    ),
    hints=[
        "Say XOR in words with “and”, “or” and “not”. Which parts of your sentence can a single perceptron compute?",
        "Exactly one of two is on: at least one is, but not both. “At least one” is OR, one hidden unit; “not both” is "
        "another, which the output unit joins to it by AND. Or the second unit computes “both”, AND. What is left for "
        "the output unit then?",
        "The second way: OR is on where x₁ + x₂ is at least 1: weights 1 and 1, and a bias between −1 and 0. For AND "
        "the sum has to reach 2. The output unit is on where h₁ = 1 and h₂ = 0.",
        "Hidden: rows (1, 1) and (1, 1), biases −0.5 and −1.5, so h₁ is OR and h₂ is AND. Output: h₁ − h₂ is 1 where "
        "it should be on and 0 elsewhere; which bias puts the limit between the two?",
    ],
    mistakes=[
        WrongConstruction("zeros", ([[0, 0], [0, 0]], [0, 0], [[0, 0]], [0]), "gives 1, and XOR is 0 there"),
        WrongConstruction("both_units_or", (ONES, [-0.5, -0.5], [[1, 1]], [-0.5]), "cannot tell these corners apart"),
        WrongConstruction(
            "inputs_handed_on", ([[1, 0], [0, 1]], [-0.5, -0.5], [[1, 1]], [-0.5]), "the output unit faces XOR again"
        ),
        WrongConstruction(
            "or_and_joined_by_or", (ONES, OR_AND, [[1, 1]], [-0.5]), "3 of the 4 corners are right. It computes OR"
        ),
        WrongConstruction("or_and_joined_by_and", (ONES, OR_AND, [[1, 1]], [-1.5]), "It computes AND"),
        WrongConstruction("thresholds_for_biases", (ONES, [0.5, 1.5], [[1, -1]], [0.5]), "other sign of all biases"),
        WrongConstruction(
            "thresholds_for_hidden_biases", (ONES, [0.5, 1.5], [[1, -1]], [-0.5]), "sign of the hidden biases"
        ),
        WrongConstruction(
            "threshold_for_output_bias", (ONES, OR_AND, [[1, -1]], [0.5]), "other sign of the output's bias"
        ),
        WrongConstruction("opposite", (ONES, OR_AND, [[-1, 1]], [0.5]), "XNOR, the opposite of XOR"),
        WrongConstruction(
            "columns_for_units", ([[2, 1], [2, 1]], [-1, -1.5], [[1, -1]], [-0.5]), "`hidden_weights` transposed"
        ),
        WrongConstruction("on_above_0_only", (ONES, [0, -1], [[1, -1]], [0]), "if a unit switched on above 0 only"),
    ],
)
