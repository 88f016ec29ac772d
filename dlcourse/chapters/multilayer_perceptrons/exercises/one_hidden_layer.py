"""Exercise on what a network with one hidden layer computes."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import perceptrons
from dlcourse.scratch.losses import sigmoid

Array = NDArray[np.floating]


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


def _with_activation(activation: Callable[[Array], Array]) -> Callable[..., Array]:
    def forward(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> Array:
        return activation(inputs @ w.T + b) @ v.T + c

    return forward


def _tanh_from_exponentials(z: Array) -> Array:
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def _layers_exchanged(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> Array:
    return np.tanh(inputs @ v.T + c) @ w.T + b


def _shapes(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> str:
    return f"{inputs.shape} and {w.shape}"


def _output_shapes(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> str:
    return f"{(len(inputs), len(w))} and {v.shape}"


def _hidden(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> int:
    return len(w)


def _first_bias(inputs: Array, w: Array, b: Array, v: Array, c: Array) -> float:
    return float(b.flat[0])


AT = "On {case} the output [{where}] should be {expected}, and you return {received}. "
_linear, _right = _with_activation(lambda z: z), _with_activation(np.tanh)

MISTAKES = [
    Mistake(
        "activation_forgotten",
        _linear,
        with_numbers(
            AT + "Your hidden units hand on W x + b as it is. Without tanh between them the two layers are one linear "
            "function, and no number of hidden units changes that."
        ),
    ),
    Mistake(
        "activation_on_the_output_too",
        lambda inputs, w, b, v, c: np.tanh(_right(inputs, w, b, v, c)),
        with_numbers(
            AT + "Your outputs all lie between −1 and 1: tanh is applied to them as well. The output of this network "
            "is linear, V h + c, so that it can be any number."
        ),
    ),
    Mistake(
        "activation_on_the_output_only",
        lambda inputs, w, b, v, c: np.tanh(_linear(inputs, w, b, v, c)),
        with_numbers(
            AT + "You apply tanh once, but after the second layer. It belongs between the two: to W x + b, before V "
            "sees the result."
        ),
    ),
    Mistake(
        "activation_of_the_inputs",
        lambda inputs, w, b, v, c: (np.tanh(inputs) @ w.T + b) @ v.T + c,
        with_numbers(
            AT + "You apply tanh to the inputs. A hidden unit takes its weighted sum first, W x + b, and then the tanh "
            "of that sum."
        ),
    ),
    Mistake(
        "bias_added_after_the_activation",
        lambda inputs, w, b, v, c: (np.tanh(inputs @ w.T) + b) @ v.T + c,
        with_numbers(
            AT + "You add the hidden bias after tanh. There it only shifts what the unit gives; inside, W x + b, it "
            "moves the place where the unit switches from −1 to 1."
        ),
    ),
    Mistake(
        "hidden_bias_forgotten",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w.T) @ v.T + c,
        with_numbers(
            AT + "The hidden bias, here b₀ = {bias}, has no influence on your result. Each of the {hidden} hidden "
            "units adds its own before tanh.",
            bias=_first_bias,
            hidden=_hidden,
        ),
    ),
    Mistake(
        "output_bias_forgotten",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w.T + b) @ v.T,
        with_numbers(AT + "What is missing is the output bias c: each column of your result is off by one number."),
    ),
    Mistake(
        "both_biases_forgotten",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w.T) @ v.T,
        with_numbers(
            AT + "Neither bias is used. Without them the network would give 0 for the input 0, whatever its weights: "
            "add b before tanh and c at the end."
        ),
    ),
    Mistake(
        "biases_subtracted",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w.T - b) @ v.T - c,
        with_numbers(
            AT + "You subtract the biases. That is how a threshold enters, w · x − θ; a bias is added: b = −θ."
        ),
    ),
    Mistake(
        "sigmoid_instead_of_tanh",
        _with_activation(sigmoid),
        with_numbers(
            AT + "Your hidden units lie between 0 and 1: that is the sigmoid. The activation here is tanh, between −1 "
            "and 1; tanh(z) = 2 σ(2z) − 1."
        ),
    ),
    Mistake(
        "relu_instead_of_tanh",
        _with_activation(lambda z: np.maximum(z, 0)),
        with_numbers(
            AT + "Your hidden units are max(z, 0), which is ReLU. This exercise asks for tanh, which is negative where "
            "z is and never leaves (−1, 1)."
        ),
    ),
    Mistake(
        "hidden_weights_not_transposed",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w + b) @ v.T + c,
        with_numbers(
            "`inputs @ hidden_weights` multiplies shapes {shapes} on {case}. That does not fit, or, where there are as "
            "many units as inputs, it takes a column of W for each unit. The weights of unit j are row j: transpose W.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "output_weights_not_transposed",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w.T + b) @ v + c,
        with_numbers(
            "The hidden layer is right. After it you multiply shapes {shapes} on {case}: row k of V holds the weights "
            "of output k, so the product is h Vᵀ.",
            shapes=_output_shapes,
        ),
    ),
    Mistake(
        "no_weights_transposed",
        lambda inputs, w, b, v, c: np.tanh(inputs @ w + b) @ v + c,
        with_numbers(
            "Both products take columns for units, where W and V have a row for each unit. On {case} the first one "
            "multiplies shapes {shapes}. With examples in rows, a layer is x Wᵀ + b.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "layers_exchanged",
        _layers_exchanged,
        with_numbers(
            "Your first layer uses the output's weights and bias, your second one those of the hidden layer. On {case} "
            "the inputs and W have shapes {shapes}: W has a column for each input, so W is first.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "transposed",
        lambda inputs, w, b, v, c: _right(inputs, w, b, v, c).T,
        "The numbers are right, and stand transposed. Examples come in rows, and so do their outputs: the result has "
        "shape (n, outputs).",
    ),
    Mistake(
        "exponentials_that_overflow",
        _with_activation(_tanh_from_exponentials),
        with_numbers(
            "The formula (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) is tanh on paper. " + AT + "There eᶻ overflows to infinity, and ∞ / ∞ "
            "is nan. `np.tanh` knows that the value is 1 or −1 out there."
        ),
    ),
]

one_hidden_layer = Exercise(
    name="one_hidden_layer",
    chapter="09_multilayer_perceptrons",
    task=(
        "Return V tanh(W x + b) + c for every row x of `inputs`: a network with one hidden layer of tanh units and "
        "linear outputs. `inputs` has shape (n, in), `hidden_weights` W (hidden, in), `hidden_bias` b (hidden,), "
        "`output_weights` V (out, hidden) and `output_bias` c (out,). The result has shape (n, out), one row for each "
        "example."
    ),
    reference=perceptrons.one_hidden_layer,
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
    mistakes=MISTAKES,
)
