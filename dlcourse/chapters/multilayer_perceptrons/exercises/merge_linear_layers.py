"""Exercise on two layers without an activation between them: they are one layer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import perceptrons

Array = NDArray[np.floating]


def _random_case(
    generator: np.random.Generator,
    sizes: tuple[int, int, int],
    label: str,
    dtype: type[np.floating] = np.float64,
    edge: bool = False,
) -> Case:
    inputs, middle, outputs = sizes
    shapes = [(middle, inputs), (middle,), (outputs, middle), (outputs,)]
    return Case(tuple(generator.normal(0.5, 1.0, size=shape).astype(dtype) for shape in shapes), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    whole = [generator.integers(-3, 4, size=shape) for shape in [(3, 2), (3,), (2, 3), (2,)]]
    huge = (np.array([[1e6, 2.0], [1.0, 1e-6]]), np.array([1e6, 3.0]), np.array([[1e6, 1.0], [2.0, 3.0]]), np.ones(2))
    return [
        Case(
            (
                np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]]),
                np.array([1.0, -1.0, 0.5]),
                np.array([[2.0, 0.0, 1.0]]),
                np.array([4.0]),
            ),
            "2 inputs, 3 units between and 1 output",
        ),
        _random_case(generator, (4, 6, 3), "4 inputs, 6 units between and 3 outputs"),
        _random_case(generator, (3, 3, 3), "3 inputs, units between and outputs"),
        Case(tuple(whole), "whole numbers"),
        _random_case(generator, (2, 5, 2), "dtype float32", np.float32),
        _random_case(generator, (20, 8, 10), "20 inputs, 8 units between and 10 outputs"),
        _random_case(generator, (5, 1, 4), "one unit between", edge=True),
        _random_case(generator, (1, 1, 1), "one input, one unit between and one output", edge=True),
        Case(huge, "numbers of very different sizes", edge=True),
    ]


def _bias(w: Array, b: Array, v: Array, c: Array) -> Array:
    return v @ b + c


def _shapes(w: Array, b: Array, v: Array, c: Array) -> str:
    return f"{w.shape} and {v.shape}"


def _ends(w: Array, b: Array, v: Array, c: Array) -> str:
    return str((len(v), w.shape[1]))


def _bias_shapes(w: Array, b: Array, v: Array, c: Array) -> str:
    return f"{b.shape} and {c.shape}"


BIAS = "The weights are right. On {case} the bias [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "product_in_the_wrong_order",
        lambda w, b, v, c: (w @ v, _bias(w, b, v, c)),
        with_numbers(
            "You multiply W V. On {case} the two have shapes {shapes}, and the merged weights need shape {ends}. "
            "W meets the input first, so it stands next to x: V (W x) = (V W) x.",
            shapes=_shapes,
            ends=_ends,
        ),
    ),
    Mistake(
        "entries_multiplied",
        lambda w, b, v, c: (v * w, _bias(w, b, v, c)),
        with_numbers(
            "`*` multiplies entry by entry, which on {case} meets shapes {shapes}. One layer after the other is a "
            "product of matrices, `@`, and its result has shape {ends}.",
            shapes=_shapes,
            ends=_ends,
        ),
    ),
    Mistake(
        "transposed",
        lambda w, b, v, c: ((v @ w).T, _bias(w, b, v, c)),
        with_numbers(
            "Your weights are the right ones, transposed. A layer's weights have a row for each output and a column "
            "for each input, so on {case} their shape is {ends}.",
            ends=_ends,
        ),
    ),
    Mistake(
        "biases_only_added",
        lambda w, b, v, c: (v @ w, b + c),
        with_numbers(
            "The weights are right. For the bias you add b + c, and on {case} these have shapes {shapes}: that does "
            "not fit, or adds numbers of different units. b stands inside the brackets of V (W x + b) + c, so V "
            "multiplies it as well.",
            shapes=_bias_shapes,
        ),
    ),
    Mistake(
        "first_bias_forgotten",
        lambda w, b, v, c: (v @ w, c),
        with_numbers(
            BIAS + "That is c alone. The first layer's bias does not disappear: it goes through the second layer, as "
            "everything does that the first layer gives."
        ),
    ),
    Mistake(
        "second_bias_forgotten",
        lambda w, b, v, c: (v @ w, v @ b),
        with_numbers(BIAS + "That is V b, what the second layer makes of the first bias. Its own bias c comes on top."),
    ),
    Mistake(
        "both_biases_through_the_second_layer",
        lambda w, b, v, c: (v @ w, v @ (b + c)),
        with_numbers(
            "The weights are right. In the bias you multiply V with b + c, and on {case} these have shapes {shapes}. "
            "Only b passes through V; c is added after it.",
            shapes=_bias_shapes,
        ),
    ),
    Mistake(
        "bias_through_the_first_layer",
        lambda w, b, v, c: (v @ w, w @ b + c),
        with_numbers(
            "The weights are right. For the bias you compute W b, and on {case} W and V have shapes {shapes}. W has "
            "done its work when b is added; the layer that b still meets is the second one.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "bias_through_all_weights",
        lambda w, b, v, c: (v @ w, v @ w @ b + c),
        with_numbers(
            "The weights are right. Your bias is V W b + c; on {case} W and V have shapes {shapes}. b is added after "
            "W, so only V multiplies it.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "bias_times_transposed_weights",
        lambda w, b, v, c: (v @ w, b @ v + c),
        with_numbers(
            "The weights are right. `bias @ second_weights` is Vᵀ b: it sums over the outputs, where V b sums over the "
            "units between. On {case} W and V have shapes {shapes}.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "weights_added",
        lambda w, b, v, c: (w + v, b + c),
        with_numbers(
            "You add the layers, W + V and b + c. That would be two layers side by side with one sum of their results; "
            "here one works on what the other gives. On {case} W and V have shapes {shapes}.",
            shapes=_shapes,
        ),
    ),
    Mistake(
        "weights_alone",
        lambda w, b, v, c: v @ w,
        "You return the weights, and they are right. A layer has a bias too: return a pair, `(weights, bias)`.",
    ),
]

merge_linear_layers = Exercise(
    name="merge_linear_layers",
    chapter="09_multilayer_perceptrons",
    task=(
        "Two layers follow each other without an activation between them: V (W x + b) + c. Return the pair "
        "`(weights, bias)` of the one layer that computes the same for every x. `first_weights` W has shape "
        "(middle, in), `first_bias` b (middle,), `second_weights` V (out, middle) and `second_bias` c (out,); the "
        "weights to return have shape (out, in), the bias (out,)."
    ),
    reference=perceptrons.merge_linear_layers,
    cases=_cases,
    hints=[
        "Multiply the brackets of V (W x + b) + c out. Which part still holds x, and which does not?",
        "What remains when x is 0? That is the bias of the merged layer.",
        "V W x + V b + c: the first part is a matrix times x. Check the shapes: (out, middle) times (middle, in).",
        "Weights `second_weights @ first_weights`, and bias V b + c.",
    ],
    mistakes=MISTAKES,
)
