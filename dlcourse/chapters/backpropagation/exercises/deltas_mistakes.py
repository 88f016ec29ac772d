"""What people write for the errors of all layers, and what to tell them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Mistake, Outcome
from dlcourse.exercises.teaching.feedback import with_numbers

Array = NDArray[np.floating]
Arrays = Sequence[Array]
Answer = Callable[[Arrays, Array, Arrays], list[Array]]


def _slope(activations: Arrays, layer: int) -> Array:
    return activations[layer] * (1 - activations[layer])


def _last(activations: Arrays, targets: Array) -> Array:
    return (activations[-1] - targets) * _slope(activations, -1) / len(targets)


def _step(delta: Array, activations: Arrays, weights: Arrays, layer: int) -> Array:
    return (delta @ weights[layer]) * _slope(activations, layer)


def _with(
    last: Callable[[Arrays, Array], Array] = _last,
    step: Callable[[Array, Arrays, Arrays, int], Array] = _step,
    end: int = 0,
) -> Answer:
    """The layer equations with another beginning or another step, down to layer ``end`` + 1."""

    def deltas(activations: Arrays, targets: Array, weights: Arrays) -> list[Array]:
        errors = [last(activations, targets)]
        for layer in range(len(weights) - 1, end, -1):
            errors.insert(0, step(errors[0], activations, weights, layer))
        return errors

    return deltas


def _divided_everywhere(activations: Arrays, targets: Array, weights: Arrays) -> list[Array]:
    def step(delta: Array, activations: Arrays, weights: Arrays, layer: int) -> Array:
        return _step(delta, activations, weights, layer) / len(targets)

    return _with(step=step)(activations, targets, weights)


def _tanh_slope(activations: Arrays, layer: int) -> Array:
    return 1 - activations[layer] ** 2


def _slope_of_the_activation(activations: Arrays, layer: int) -> Array:
    height = 1 / (1 + np.exp(-activations[layer]))
    return height * (1 - height)


def _with_slope(slope: Callable[[Arrays, int], Array]) -> Answer:
    return _with(
        lambda activations, targets: (activations[-1] - targets) * slope(activations, -1) / len(targets),
        lambda delta, activations, weights, layer: (delta @ weights[layer]) * slope(activations, layer),
    )


def in_layer(template: str) -> Callable[[Outcome], str]:
    """Feedback with the numbers of the last layer that differs: errors go back from there. Braces as `with_numbers`."""

    def feedback(outcome: Outcome) -> str:
        layers = range(len(outcome.expected) - 1, -1, -1)
        layer = next((i for i in layers if not np.allclose(outcome.expected[i], outcome.received[i], rtol=1e-5)), 0)
        told = with_numbers(template.replace("{layer}", str(layer + 1)))
        return told(replace(outcome, expected=outcome.expected[layer], received=outcome.received[layer]))

    return feedback


AT = "On {case}, δ of layer {layer} [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "no_slope_at_the_output",
        _with(lambda activations, targets: (activations[-1] - targets) / len(targets)),
        in_layer(
            AT + "In the last layer the factor f′(z) = a (1 − a) is missing. It cancels with softmax and "
            "cross-entropy; with the squared error it stays."
        ),
    ),
    Mistake(
        "no_slope_in_hidden_layers",
        _with(step=lambda delta, activations, weights, layer: delta @ weights[layer]),
        in_layer(
            AT
            + "The last layer is right. In the hidden ones f′(z) is missing: after the weights, the error goes through "
            "that layer's own activation function."
        ),
    ),
    Mistake(
        "no_slope_at_all",
        _with(
            lambda activations, targets: (activations[-1] - targets) / len(targets),
            lambda delta, activations, weights, layer: delta @ weights[layer],
        ),
        in_layer(
            AT + "f′(z) is missing in every layer: that would be the error of a network without activation functions. "
            "δ belongs to z, before the sigmoid: multiply by a (1 − a) each time."
        ),
    ),
    Mistake(
        "slope_of_the_layer_before",
        _with(
            step=lambda delta, activations, weights, layer: (delta @ weights[layer]) * _slope(activations, layer - 1)
        ),
        in_layer(
            AT
            + "The slope is that of the layer before: the index is one too low. `activations` begins with the inputs, "
            "so aˡ is `activations[l]`."
        ),
    ),
    Mistake(
        "slope_of_the_next_layer",
        _with(
            step=lambda delta, activations, weights, layer: (delta * _slope(activations, layer + 1)) @ weights[layer]
        ),
        in_layer(
            AT + "You multiply by the slope of the next layer, before the weights. That one is already in its δ. After "
            "the weights comes the slope of this layer."
        ),
    ),
    Mistake(
        "weights_transposed",
        _with(step=lambda delta, activations, weights, layer: (delta @ weights[layer].T) * _slope(activations, layer)),
        in_layer(
            AT
            + "You multiply by the transpose of W. The transpose belongs to the column form of the books, Wᵀ δ. Here "
            "examples are rows, and (Wᵀ δ)ᵀ is δᵀ W: no transpose, as the shapes say where layers have different sizes."
        ),
    ),
    Mistake(
        "weights_of_the_layer_itself",
        _with(
            step=lambda delta, activations, weights, layer: (delta @ weights[layer - 1]) * _slope(activations, layer)
        ),
        in_layer(
            AT
            + "Those are the weights that lead into this layer. The error comes back through the ones that lead out of "
            "it, Wˡ⁺¹, which is `weights[l]` in a list that is counted from 0."
        ),
    ),
    Mistake(
        "last_layer_first",
        lambda activations, targets, weights: _with()(activations, targets, weights)[::-1],
        "Your errors are right, in the order in which they were found. In the list δ¹ comes first, as `weights` begins "
        "with W¹: put each new one in front, or turn the list around at the end.",
    ),
    Mistake(
        "not_divided_by_n",
        _with(lambda activations, targets: (activations[-1] - targets) * _slope(activations, -1)),
        in_layer(
            AT + "The cost is a mean over the examples: divide by their number n, once, in the last layer. The other "
            "layers inherit it."
        ),
    ),
    Mistake(
        "divided_in_every_layer",
        _divided_everywhere,
        in_layer(
            AT + "You divide by n in every layer. Once is enough, at the output, where the mean stands: the rest goes "
            "through the equations by itself."
        ),
    ),
    Mistake(
        "other_sign",
        _with(lambda activations, targets: -_last(activations, targets)),
        in_layer(AT + "The sign is turned, in all layers: the derivative of ½ (a − y)² by a is a − y."),
    ),
    Mistake(
        "slope_of_tanh",
        _with_slope(_tanh_slope),
        in_layer(AT + "1 − a² is the slope of tanh. These units are sigmoids: a (1 − a)."),
    ),
    Mistake(
        "sigmoid_applied_again",
        _with_slope(_slope_of_the_activation),
        in_layer(
            AT
            + "You put the activation into σ′ as if it were z. The activation is σ(z) already, and from it the slope "
            "is a (1 − a)."
        ),
    ),
    Mistake(
        "activation_for_slope",
        _with_slope(lambda activations, layer: activations[layer]),
        in_layer(AT + "You multiply by a where the slope belongs, a (1 − a): a unit that is nearly 1 is nearly flat."),
    ),
    Mistake(
        "one_layer_too_many",
        _with(end=-1),
        "Your list has one entry more than there are layers with weights: you go on to the inputs. They have no z and "
        "no weights before them, so the loop ends with layer 1.",
    ),
    Mistake(
        "output_layer_only",
        lambda activations, targets, weights: [_last(activations, targets)],
        "Your list holds δ of the last layer, and it is right. The others follow from it, one after the other, back to "
        "the first.",
    ),
]
