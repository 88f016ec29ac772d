"""Exercise: the errors of all layers by the layer equations."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.exercises.wording import numbers_apart
from dlcourse.scratch import layer_equations


def _network_case(
    generator: np.random.Generator,
    sizes: Sequence[int],
    label: str,
    rows: int = 4,
    dtype: type[np.floating] = np.float64,
    edge: bool = False,
) -> Case:
    """A network of sigmoid layers with random weights, after its forward pass."""
    weights = [generator.normal(size=(after, before)).astype(dtype) for before, after in pairwise(sizes)]
    biases = [generator.normal(size=after).astype(dtype) for after in sizes[1:]]
    inputs = generator.normal(size=(rows, sizes[0])).astype(dtype)
    targets = generator.uniform(size=(rows, sizes[-1])).astype(dtype)
    return Case((layer_equations.forward(inputs, weights, biases), targets, weights), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    small = [np.array([[1.0, 2.0]]), np.array([[0.5, 0.75]]), np.array([[0.25, 0.5]])]
    matrices = [np.array([[0.5, -0.25], [1.0, 0.0]]), np.array([[2.0, 0.0], [4.0, 1.0]])]
    return [
        Case((small, np.array([[0.5, 0.0]]), matrices), "one example, layers of 2, 2 and 2 units"),
        _network_case(generator, (3, 4, 2), "layers of 3, 4 and 2 units"),
        _network_case(generator, (3, 3, 3, 3), "four layers of 3 units"),
        _network_case(generator, (2, 5, 4, 3, 2), "layers of 2, 5, 4, 3 and 2 units", rows=6),
        _network_case(generator, (4, 3, 3), "dtype float32", dtype=np.float32),
        _network_case(generator, (3, 4, 1), "a single output", rows=5),
        _network_case(generator, (3, 2), "no hidden layer", edge=True),
        _network_case(generator, (2, 3, 2), "one example", rows=1, edge=True),
    ]


def _at(outcome: Outcome) -> str:
    """The numbers of the last layer that differs: errors go back from there."""
    layers = range(len(outcome.expected) - 1, -1, -1)
    layer = next((i for i in layers if not np.allclose(outcome.expected[i], outcome.received[i], rtol=1e-5)), 0)
    *entries, where = differing_entry(outcome.expected[layer], outcome.received[layer])
    expected, received = numbers_apart(*entries)
    return (
        f"On {outcome.case.label}, δ of layer {layer + 1} [{', '.join(map(str, where))}] should be {expected}, and you "
        f"return {received}."
    )


deltas = Exercise(
    layer_equations.deltas,
    chapter="10_backpropagation",
    task=(
        "Return the errors of all layers, the list [δ¹, …, δᴸ], where δˡ is the gradient of the cost with respect to "
        "zˡ, of the shape (n, units of layer l). All units are sigmoids, the cost is the mean over the n examples of "
        "half the squared distance to `targets`. `activations` is the list [a⁰, a¹, …, aᴸ] of the forward pass, inputs "
        "included; `weights` is [W¹, …, Wᴸ], each of shape (units, units before), so that W¹ is `weights[0]`. For the "
        "sigmoid, f′(z) = a (1 − a)."
    ),
    cases=_cases,
    points=3,
    hints=[
        "With which layer does it begin? For that one, write down the derivative of ½ (a − y)² with respect to z, with "
        "a = σ(z): two factors. And the mean over the examples brings a third.",
        "A unit of a hidden layer has an influence on every unit of the next one, by its weights. So its error is the "
        "sum of those units' errors, each times the weight that leads there, times its own slope.",
        "With examples as rows: δˡ = (δˡ⁺¹ Wˡ⁺¹) ∘ aˡ (1 − aˡ). The shapes tell: (n, next) times (next, this) is (n, "
        "this). In the lists Wˡ⁺¹ is `weights[l]`, since they are counted from 0.",
        "Start with `delta = (outputs - targets) / n * outputs * (1 - outputs)`. For l from L − 1 down to 1: "
        "`delta = (delta @ weights[l]) * a * (1 - a)` with `a = activations[l]`, put in front of the list.",
    ],
    fields={"at": _at},
)

deltas.add_mistake(
    "no_slope_at_the_output",
    mutated(layer_equations.deltas, (" * outputs * (1 - outputs)", "")),
    "{at} In the last layer the factor f′(z) = a (1 − a) is missing. It cancels with softmax and cross-entropy; with "
    "the squared error it stays.",
)
deltas.add_mistake(
    "no_slope_in_hidden_layers",
    mutated(layer_equations.deltas, (" * activation * (1 - activation)", "")),
    "{at} The last layer is right. In the hidden ones f′(z) is missing: after the weights, the error goes through that "
    "layer's own activation function.",
)
deltas.add_mistake(
    "no_slope_at_all",
    mutated(layer_equations.deltas, (" * outputs * (1 - outputs)", ""), (" * activation * (1 - activation)", "")),
    "{at} f′(z) is missing in every layer: that would be the error of a network without activation functions. δ "
    "belongs to z, before the sigmoid: multiply by a (1 − a) each time.",
)
deltas.add_mistake(
    "slope_of_the_layer_before",
    mutated(layer_equations.deltas, ("activations[layer]", "activations[layer - 1]")),
    "{at} The slope is that of the layer before: the index is one too low. `activations` begins with the inputs, so aˡ "
    "is `activations[l]`.",
)
deltas.add_mistake(
    "weights_transposed",
    mutated(layer_equations.deltas, ("weights[layer]", "weights[layer].T")),
    "{at} You multiply by the transpose of W. The transpose belongs to the column form of the books, Wᵀ δ. Here "
    "examples are rows, and (Wᵀ δ)ᵀ is δᵀ W: no transpose, as the shapes say where layers have different sizes.",
)
deltas.add_mistake(
    "weights_of_the_layer_itself",
    mutated(layer_equations.deltas, ("weights[layer]", "weights[layer - 1]")),
    "{at} Those are the weights that lead into this layer. The error comes back through the ones that lead out of it, "
    "Wˡ⁺¹, which is `weights[l]` in a list that is counted from 0.",
)
deltas.add_mistake(
    "last_layer_first",
    mutated(layer_equations.deltas, ("insert(0, delta)", "append(delta)")),
    "Your errors are right, in the order in which they were found. In the list δ¹ comes first, as `weights` begins "
    "with W¹: put each new one in front, or turn the list around at the end.",
)
deltas.add_mistake(
    "not_divided_by_n",
    mutated(layer_equations.deltas, (" / n", "")),
    "{at} The cost is a mean over the examples: divide by their number n, once, in the last layer. The other layers "
    "inherit it.",
)
deltas.add_mistake(
    "divided_in_every_layer",
    mutated(layer_equations.deltas, ("weights[layer])", "weights[layer] / n)")),
    "{at} You divide by n in every layer. Once is enough, at the output, where the mean stands: the rest goes through "
    "the equations by itself.",
)
deltas.add_mistake(
    "slope_of_tanh",
    mutated(
        layer_equations.deltas,
        ("outputs * (1 - outputs)", "(1 - outputs**2)"),
        ("activation * (1 - activation)", "(1 - activation**2)"),
    ),
    "{at} 1 − a² is the slope of tanh. These units are sigmoids: a (1 − a).",
)
deltas.add_mistake(
    "sigmoid_applied_again",
    mutated(
        layer_equations.deltas,
        ("outputs * (1 - outputs)", "sigmoid(outputs) * sigmoid(-outputs)"),
        ("activation * (1 - activation)", "sigmoid(activation) * sigmoid(-activation)"),
    ),
    "{at} You put the activation into σ′ as if it were z. The activation is σ(z) already, and from it the slope is a "
    "(1 − a).",
)
