"""Exercise: layers that are learnt one after the other."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import pretraining


class Trainer:
    """Stands for the training of one layer: what it returns depends on what it is given, and on nothing else."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def __call__(self, inputs: Array, width: int) -> tuple[Array, Array]:
        """The weight (width, in) and the bias (width,). Raises TypeError for other arguments."""
        if np.ndim(inputs) != 2 or np.ndim(width) != 0:
            raise TypeError("train_layer(inputs, width) takes an array (n, in) and one whole number, in this order.")
        mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
        units = np.arange(1, width + 1)[:, None]
        weight = self.scale * np.sin(units * (1 + np.arange(inputs.shape[1]))) * (0.5 + spread)
        return weight, np.cos(units[:, 0]) - weight @ mean

    def __repr__(self) -> str:
        return "a function that trains one layer"


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, d: int, widths: list[int], label: str, edge: bool = False) -> Case:
        return Case((generator.random((n, d)), widths, Trainer(float(generator.uniform(1, 3)))), label, edge=edge)

    return [
        case(6, 5, [4, 3], "2 layers"),
        case(8, 6, [5, 4, 3], "3 layers"),
        case(5, 4, [4, 4, 4], "3 layers as wide as x"),
        case(7, 3, [6, 2], "a layer wider than x"),
        case(6, 5, [3], "one layer", edge=True),
        case(4, 3, [], "no layer", edge=True),
    ]


greedy_layers = Exercise(
    pretraining.greedy_layers,
    chapter=CHAPTER,
    task=(
        "Learn a stack of hidden sigmoid layers, one after the other, and return them as a list of pairs (W, b). "
        "`train_layer(inputs, width)` trains one layer on its inputs (n, in) and returns W (width, in) and b (width,). "
        "The first layer learns from `x` (n, d), each further one from what the layers before it make of x. `widths` "
        "has the number of units of each layer, the first first. `sigmoid` is there to use."
    ),
    cases=_cases,
    points=3,
    hints=[
        "A loop over `widths`. What does the second layer get to see, and what has to be computed for that?",
        "Keep what the stack so far makes of x in a variable, and replace it once a layer has been learnt.",
        "The outputs of a layer: its inputs times Wᵀ, plus b, through the sigmoid.",
        "In the loop: `weight, bias = train_layer(inputs, width)`, append the pair, then `inputs = sigmoid(...)` of "
        "the inputs before it.",
    ],
    fields={"one": "One layer is right, and “{case}” shows what happens to the next. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(pretraining.greedy_layers, *replacements)


OUTPUTS = "inputs = sigmoid(inputs @ weight.T + bias)"

greedy_layers.add_mistake(
    "without_the_sigmoid",
    _with((OUTPUTS, "inputs = inputs @ weight.T + bias")),
    "{one}The next one sees the sums before the sigmoid. In the finished network it stands behind the sigmoid, and has "
    "to learn from what comes out there.",
)
greedy_layers.add_mistake(
    "bias_left_out",
    _with((OUTPUTS, "inputs = sigmoid(inputs @ weight.T)")),
    "{one}The bias is missing in what you pass on.",
)
greedy_layers.add_mistake(
    "relu_in_place_of_the_sigmoid",
    _with((OUTPUTS, "inputs = np.maximum(inputs @ weight.T + bias, 0)")),
    "{one}You pass on what a ReLU gives. The units of this stack are sigmoid units.",
)
greedy_layers.add_mistake(
    "same_inputs_for_all",
    _with((OUTPUTS, "pass")),
    "{one}Every layer learns from x. They would not fit on each other: the second one's inputs are the outputs of the "
    "first.",
)
greedy_layers.add_mistake(
    "reconstructions_passed_on",
    _with((OUTPUTS, "inputs = sigmoid(sigmoid(inputs @ weight.T + bias) @ weight)")),
    "{one}You go back down through Wᵀ and pass on the *reconstruction*. The decoder is thrown away: "
    "the next layer learns from the code.",
)
greedy_layers.add_mistake(
    "sigmoid_of_the_inputs_too",
    _with((OUTPUTS, "inputs = sigmoid(sigmoid(inputs) @ weight.T + bias)")),
    "{one}You apply the sigmoid before the weights too. x comes as it is, and what a layer gives has been through the "
    "sigmoid already.",
)
greedy_layers.add_mistake(
    "last_layer_missing",
    _with(("in widths:", "in widths[:-1]:")),
    "On “{case}”: The last layer is missing: each entry of `widths` is one layer.",
)
greedy_layers.add_mistake(
    "from_the_top_down",
    _with(("in widths:", "in widths[::-1]:")),
    "On “{case}”: You begin with the last width. The layer next to x comes first.",
)
greedy_layers.add_mistake(
    "the_last_pair_alone",
    _with(("return layers", "return layers[-1:]")),
    "{one}You return the last pair alone. All layers belong to the stack: append each to a list.",
)
