"""Exercise on how many parameters a fully connected network has."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons


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


count_parameters = Exercise(
    perceptrons.count_parameters,
    chapter="09_multilayer_perceptrons",
    task=(
        "Return how many weights and biases a fully connected network has. `sizes` lists the number of inputs, then "
        "the number of units of each layer, the outputs last: (2, 3, 1) has 2 inputs, 3 hidden units and 1 output."
    ),
    cases=_cases,
    points=1,
    hints=[
        "Draw the network for the sizes (2, 3, 1) with all its arrows. How many are there, and who has a bias?",
        "Look at one layer with m inputs and k units: each unit has m weights and one bias.",
        "k (m + 1) for each pair of neighbouring sizes m and k, summed. `zip(sizes[:-1], sizes[1:])` goes through the "
        "pairs.",
    ],
    fields={
        "counted": "For the sizes {sizes} there are {expected} parameters, and you return {received}. ",
        "first": lambda sizes: f"{sizes[0]} · {sizes[1]}",
        "inputs": lambda sizes: sizes[0],
        "outputs": lambda sizes: sizes[-1],
        "layers": lambda sizes: len(sizes) - 1,
    },
)

count_parameters.add_mistake(
    "biases_forgotten",
    mutated(perceptrons.count_parameters, ("(before + 1)", "before")),
    "{counted}You count the weights alone. Each unit that computes something has a bias as well.",
)

count_parameters.add_mistake(
    "inputs_have_biases",
    mutated(perceptrons.count_parameters, ("pairwise(checked))", "pairwise(checked)) + checked[0]")),
    "{counted}You give each of the {inputs} inputs a bias. Inputs are given and compute nothing: there is one layer "
    "less than there are sizes.",
)

count_parameters.add_mistake(
    "outputs_without_biases",
    mutated(perceptrons.count_parameters, ("pairwise(checked))", "pairwise(checked)) - checked[-1]")),
    "{counted}The last layer's biases are missing, {outputs} of them: it has some as every other does.",
)

count_parameters.add_mistake(
    "one_bias_for_each_layer",
    mutated(perceptrons.count_parameters, ("(before + 1) * after", "before * after + 1")),
    "{counted}You count one bias for each of the {layers} layers. Every unit of a layer has its own.",
)

count_parameters.add_mistake(
    "one_bias_for_each_input_of_a_layer",
    mutated(perceptrons.count_parameters, ("(before + 1) * after", "before * (after + 1)")),
    "{counted}In each layer you count as many biases as it has inputs. It has as many as it has units: the 1 is added "
    "to the other of the two sizes.",
)

count_parameters.add_mistake(
    "biases_alone",
    mutated(perceptrons.count_parameters, ("(before + 1) * after", "after")),
    "{counted}That is the number of units, and so of biases. The weights are missing: {first} in the first layer "
    "alone.",
)

count_parameters.add_mistake(
    "sizes_added",
    sum,
    "{counted}You add the sizes, inputs among them. Parameters belong to the connections: {first} of them lead into "
    "the first layer.",
)

count_parameters.add_mistake(
    "last_layer_forgotten",
    mutated(perceptrons.count_parameters, ("pairwise(checked)", "pairwise(checked[:-1])")),
    "{counted}The last layer is missing, the one into the outputs: three sizes make two layers.",
)
