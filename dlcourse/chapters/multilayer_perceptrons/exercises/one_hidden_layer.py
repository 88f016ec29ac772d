"""Exercise on what a network with one hidden layer computes."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons


def _random_case(
    generator: np.random.Generator,
    sizes: tuple[int, int, int, int],
    label: str,
    dtype: type[np.floating] = np.float64,
    edge: bool = False,
) -> Case:
    examples, inputs, hidden, outputs = sizes
    shapes = [(examples, inputs), (hidden, inputs), (hidden,), (outputs, hidden), (outputs,)]
    return Case(tuple(generator.normal(0.3, 1.0, size=shape).astype(dtype) for shape in shapes), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    whole = [generator.integers(1, 3, size=shape) for shape in [(4, 2), (3, 2), (3,), (2, 3), (2,)]]
    huge = generator.uniform(0.5, 1.0, size=(3, 2)) * [[1e4, 1e4], [1.0, 1.0], [-1e4, -1e4]]
    return [
        Case(
            (
                np.array([[1.0, 2.0], [0.0, -1.0]]),
                np.array([[0.5, -0.5], [1.0, 1.0], [0.0, 2.0]]),
                np.array([0.5, -1.0, 0.25]),
                np.array([[1.0, -2.0, 0.5]]),
                np.array([0.5]),
            ),
            "2 examples, 2 inputs, 3 hidden units and 1 output",
        ),
        _random_case(generator, (6, 4, 5, 3), "6 examples, 4 inputs, 5 hidden units and 3 outputs"),
        _random_case(generator, (3, 3, 3, 3), "3 examples, inputs, hidden units and outputs"),
        Case(tuple(whole), "whole numbers"),
        _random_case(generator, (5, 2, 4, 2), "dtype float32", np.float32),
        _random_case(generator, (40, 6, 8, 2), "40 examples, 6 inputs, 8 hidden units and 2 outputs"),
        _random_case(generator, (1, 3, 4, 2), "one example", edge=True),
        _random_case(generator, (4, 2, 1, 1), "one hidden unit and one output", edge=True),
        Case((huge, np.eye(2), np.array([0.5, -0.5]), np.ones((1, 2)), np.array([1.0])), "inputs of ±10000", edge=True),
    ]


one_hidden_layer = Exercise(
    perceptrons.one_hidden_layer,
    chapter="09_multilayer_perceptrons",
    task=(
        "Return V tanh(W x + b) + c for every row x of `inputs`: a network with one hidden layer of tanh units and "
        "linear outputs. `inputs` has shape (n, in), `hidden_weights` W (hidden, in), `hidden_bias` b (hidden,), "
        "`output_weights` V (out, hidden) and `output_bias` c (out,). The result has shape (n, out), one row for each "
        "example."
    ),
    cases=_cases,
    hints=[
        "One layer after the other. What shape do the hidden units' values have, for n examples?",
        "The formula speaks of one column x. Here each example is a row, and row j of W holds the weights of unit j: "
        "the product of row i of the inputs and row j of W has to stand at [i, j]. Which of the two do you transpose?",
        "x Wᵀ has shape (n, hidden). Adding `hidden_bias`, shape (hidden,), adds one number to each column, which is "
        "what is wanted. tanh comes next, entry by entry, and the second layer does the same with V and c, but "
        "without tanh.",
        "`hidden = np.tanh(inputs @ hidden_weights.T + hidden_bias)`; the outputs are h Vᵀ + c.",
    ],
    fields={
        "at": "On {case} the output [{where}] should be {expected}, and you return {received}. ",
        "shapes": lambda inputs, w, b, v, c: f"{inputs.shape} and {w.shape}",
        "output_shapes": lambda inputs, w, b, v, c: f"{(len(inputs), len(w))} and {v.shape}",
        "hidden": lambda inputs, w, b, v, c: len(w),
        "first_bias": lambda inputs, w, b, v, c: float(b[0]),
    },
)

one_hidden_layer.add_mistake(
    "activation_forgotten",
    mutated(perceptrons.one_hidden_layer, ("hidden = activation(", "hidden = (")),
    "{at}Your hidden units hand on W x + b as it is. Without tanh between them the two layers are one linear function, "
    "and no number of hidden units changes that.",
)

one_hidden_layer.add_mistake(
    "activation_on_the_output_too",
    lambda inputs, w, b, v, c: np.tanh(np.tanh(inputs @ w.T + b) @ v.T + c),
    "{at}Your outputs all lie between −1 and 1: tanh is applied to them as well. The output of this network is linear, "
    "V h + c, so that it can be any number.",
)

one_hidden_layer.add_mistake(
    "activation_on_the_output_only",
    lambda inputs, w, b, v, c: np.tanh((inputs @ w.T + b) @ v.T + c),
    "{at}You apply tanh once, but after the second layer. It belongs between the two: to W x + b, before V sees the "
    "result.",
)

one_hidden_layer.add_mistake(
    "bias_added_after_the_activation",
    lambda inputs, w, b, v, c: (np.tanh(inputs @ w.T) + b) @ v.T + c,
    "{at}You add the hidden bias after tanh. There it only shifts what the unit gives; inside, W x + b, it moves the "
    "place where the unit switches from −1 to 1.",
)

one_hidden_layer.add_mistake(
    "hidden_bias_forgotten",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w.T) @ v.T + c,
    "{at}The hidden bias, here b₀ = {first_bias}, has no influence on your result. Each of the {hidden} hidden units "
    "adds its own before tanh.",
)

one_hidden_layer.add_mistake(
    "output_bias_forgotten",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w.T + b) @ v.T,
    "{at}What is missing is the output bias c: each column of your result is off by one number.",
)

one_hidden_layer.add_mistake(
    "both_biases_forgotten",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w.T) @ v.T,
    "{at}Neither bias is used. Without them the network would give 0 for the input 0, whatever its weights: add b "
    "before tanh and c at the end.",
)

one_hidden_layer.add_mistake(
    "sigmoid_instead_of_tanh",
    mutated(perceptrons.one_hidden_layer, ("np.tanh", "sigmoid")),
    "{at}Your hidden units lie between 0 and 1: that is the sigmoid. The activation here is tanh, between −1 and 1; "
    "tanh(z) = 2 σ(2z) − 1.",
)

one_hidden_layer.add_mistake(
    "hidden_weights_not_transposed",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w + b) @ v.T + c,
    "`inputs @ hidden_weights` multiplies shapes {shapes} on {case}. That does not fit, or, where there are as many "
    "units as inputs, it takes a column of W for each unit. The weights of unit j are row j: transpose W.",
)

one_hidden_layer.add_mistake(
    "output_weights_not_transposed",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w.T + b) @ v + c,
    "The hidden layer is right. After it you multiply shapes {output_shapes} on {case}: row k of V holds the weights "
    "of output k, so the product is h Vᵀ.",
)

one_hidden_layer.add_mistake(
    "no_weights_transposed",
    lambda inputs, w, b, v, c: np.tanh(inputs @ w + b) @ v + c,
    "Both products take columns for units, where W and V have a row for each unit. On {case} the first one multiplies "
    "shapes {shapes}. With examples in rows, a layer is x Wᵀ + b.",
)
