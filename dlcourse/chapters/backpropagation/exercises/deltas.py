"""Exercise: the errors of all layers by the layer equations."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.backpropagation.exercises.deltas_mistakes import MISTAKES
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import layer_equations

Array = NDArray[np.floating]


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


deltas = Exercise(
    name="deltas",
    chapter="10_backpropagation",
    task=(
        "Return the errors of all layers, the list [δ¹, …, δᴸ], where δˡ is the gradient of the cost by zˡ, of the "
        "shape (n, units of layer l). All units are sigmoids, the cost is the mean over the n examples of half the "
        "squared distance to `targets`. `activations` is the list [a⁰, a¹, …, aᴸ] of the forward pass, inputs "
        "included; `weights` is [W¹, …, Wᴸ], each of shape (units, units before), so that W¹ is `weights[0]`. For the "
        "sigmoid, f′(z) = a (1 − a)."
    ),
    reference=layer_equations.deltas,
    cases=_cases,
    points=3,
    hints=[
        "With which layer does it begin? For that one, write down the derivative of ½ (a − y)² by z, with a = σ(z): "
        "two factors. And the mean over the examples brings a third.",
        "A unit of a hidden layer has an influence on every unit of the next one, by its weights. So its error is the "
        "sum of those units' errors, each times the weight that leads there, times its own slope.",
        "With examples as rows: δˡ = (δˡ⁺¹ Wˡ⁺¹) ∘ aˡ (1 − aˡ). The shapes tell: (n, next) times (next, this) is (n, "
        "this). In the lists Wˡ⁺¹ is `weights[l]`, since they are counted from 0.",
        "Start with `delta = (outputs - targets) / n * outputs * (1 - outputs)`. For l from L − 1 down to 1: "
        "`delta = (delta @ weights[l]) * a * (1 - a)` with `a = activations[l]`, put in front of the list.",
    ],
    mistakes=MISTAKES,
)
