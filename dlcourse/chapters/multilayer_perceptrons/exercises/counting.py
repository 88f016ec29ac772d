"""Counting: the parameters of a network, and the units that one hidden layer needs for a zigzag."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import perceptrons

CHAPTER = "09_multilayer_perceptrons"


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(count: int) -> tuple[int, ...]:
        return tuple(generator.choice(np.arange(2, 40), size=count, replace=False).tolist())

    return [
        Case(((2, 3, 1),), "2 inputs, 3 hidden units and 1 output"),
        Case((draw(3),), "one hidden layer"),
        Case((draw(4),), "two hidden layers"),
        Case((list(draw(6)),), "a list of six sizes"),
        Case(((784, 512, 256, 10),), "a network for images of digits"),
        Case(((100_000, 50_000, 30_000),), "billions of parameters"),
        Case(((7, 4),), "no hidden layer", edge=True),
        Case(((1, 1),), "one input and one output", edge=True),
    ]


def _first_layer(sizes: Sequence[int]) -> str:
    return f"{sizes[0]} · {sizes[1]}"


def _inputs(sizes: Sequence[int]) -> int:
    return sizes[0]


def _outputs(sizes: Sequence[int]) -> int:
    return sizes[-1]


def _layers(sizes: Sequence[int]) -> int:
    return len(sizes) - 1


def _weights(sizes: Sequence[int]) -> int:
    return sum(before * after for before, after in pairwise(sizes))


def _product(sizes: Sequence[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


FOR = "For the sizes {sizes} there are {expected} parameters, and you return {received}. "

count_parameters = Exercise(
    name="count_parameters",
    chapter=CHAPTER,
    task=(
        "Return how many weights and biases a fully connected network has. `sizes` lists the number of inputs, then "
        "the number of units of each layer, the outputs last: (2, 3, 1) has 2 inputs, 3 hidden units and 1 output."
    ),
    reference=perceptrons.count_parameters,
    cases=_cases,
    points=1,
    hints=[
        "Draw the network for the sizes (2, 3, 1) with all its arrows. How many are there, and who has a bias?",
        "Look at one layer with m inputs and k units: each unit has m weights and one bias.",
        "k (m + 1) for each pair of neighbouring sizes m and k, summed. `zip(sizes[:-1], sizes[1:])` goes through the "
        "pairs.",
    ],
    mistakes=[
        Mistake(
            "biases_forgotten",
            _weights,
            with_numbers(
                FOR + "You count the weights alone. Each unit that computes something has a bias as well.", "sizes"
            ),
        ),
        Mistake(
            "inputs_have_biases",
            lambda sizes: _weights(sizes) + sum(sizes),
            with_numbers(
                FOR + "You give each of the {inputs} inputs a bias. Inputs are given and compute nothing: there is one "
                "layer less than there are sizes.",
                "sizes",
                inputs=_inputs,
            ),
        ),
        Mistake(
            "outputs_without_biases",
            lambda sizes: _weights(sizes) + sum(sizes[1:-1]),
            with_numbers(
                FOR + "The last layer's biases are missing, {outputs} of them: it has some as every other does.",
                "sizes",
                outputs=_outputs,
            ),
        ),
        Mistake(
            "one_bias_for_each_layer",
            lambda sizes: _weights(sizes) + len(sizes) - 1,
            with_numbers(
                FOR + "You count one bias for each of the {layers} layers. Every unit of a layer has its own.",
                "sizes",
                layers=_layers,
            ),
        ),
        Mistake(
            "one_bias_for_each_input_of_a_layer",
            lambda sizes: sum(before * (after + 1) for before, after in pairwise(sizes)),
            with_numbers(
                FOR + "In each layer you count as many biases as it has inputs. It has as many as it has units: the "
                "1 is added to the other of the two sizes.",
                "sizes",
            ),
        ),
        Mistake(
            "biases_alone",
            lambda sizes: sum(sizes[1:]),
            with_numbers(
                FOR + "That is the number of units, and so of biases. The weights are missing: {first} in the first "
                "layer alone.",
                "sizes",
                first=_first_layer,
            ),
        ),
        Mistake(
            "sizes_added",
            lambda sizes: sum(sizes),
            with_numbers(
                FOR + "You add the sizes, inputs among them. Parameters belong to the connections: {first} of them "
                "lead into the first layer.",
                "sizes",
                first=_first_layer,
            ),
        ),
        Mistake(
            "sizes_multiplied",
            _product,
            with_numbers(
                FOR + "You multiply all sizes. That counts the paths from an input to an output; connections only lead "
                "from one layer to the next, so the layers' counts are added.",
                "sizes",
            ),
        ),
        Mistake(
            "last_layer_forgotten",
            lambda sizes: sum((before + 1) * after for before, after in pairwise(sizes[:-1])),
            with_numbers(
                FOR + "The last layer is missing, the one into the outputs: three sizes make two layers.",
                "sizes",
            ),
        ),
        Mistake(
            "first_layer_forgotten",
            lambda sizes: sum((before + 1) * after for before, after in pairwise(sizes[1:])),
            with_numbers(
                FOR + "The first layer is missing, the one that reads the {inputs} inputs.", "sizes", inputs=_inputs
            ),
        ),
    ],
)

LAYERS = 10

units_for_sawtooth = NumberExercise(
    name="units_for_sawtooth",
    chapter=CHAPTER,
    task=(
        "The sawtooth of ten layers with two ReLU units each consists of 2¹⁰ = 1024 straight pieces on [0, 1]. In a "
        "network with a single hidden layer, each ReLU unit bends the output at one place at most. How many hidden "
        "units does such a network need at least to have 1024 pieces on [0, 1]?"
    ),
    answer=2**LAYERS - 1,
    tolerance=0.1,
    mistakes=[
        WrongNumber(
            "as_many_as_pieces",
            2**LAYERS,
            "1024 is the number of pieces. Between 1024 pieces there are fewer bends than that: how many bends make 2 "
            "pieces? (To hit the sawtooth exactly, and not only its number of pieces, one layer does need 1024.)",
        ),
        WrongNumber(
            "units_of_the_deep_network",
            2 * LAYERS,
            "20 units are what the deep network has. Its later layers bend what is folded already; in a single layer "
            "each unit bends one place only.",
        ),
        WrongNumber(
            "two_for_each_piece",
            2 * 2**LAYERS,
            "2048 would be two units for each piece. Two are needed to fold once, in one layer of the deep network; "
            "here count the bends.",
        ),
        WrongNumber(
            "pieces_plus_one",
            2**LAYERS + 1,
            "1025 is the number of ends of the pieces, 0 and 1 among them. Only where two pieces meet does a bend "
            "have to be made.",
        ),
        WrongNumber(
            "half_of_the_pieces",
            2 ** (LAYERS - 1),
            "512 is the number of teeth. Each has a bend at its tip, and there are bends in the valleys between the "
            "teeth as well.",
        ),
        WrongNumber(
            "tips_or_valleys",
            2 ** (LAYERS - 1) - 1,
            "511 is the number of valleys between the 512 teeth. The tips are bends as well.",
        ),
        WrongNumber(
            "layers", LAYERS, "10 is the number of layers of the deep network. Here a single layer has to do it all."
        ),
    ],
    hints=[
        "Without any bend a line is one piece. How many pieces are there with one bend, and with two?",
        "n bends make n + 1 pieces, and n units make at most n bends.",
        "So n + 1 has to be at least 2¹⁰.",
    ],
    explanation=(
        "n units bend at n places at most, which makes n + 1 pieces: at least 2¹⁰ − 1 = 1023 units are needed, "
        "fifty times the 20 units of the deep network, and each further layer of two units doubles the number."
    ),
)
