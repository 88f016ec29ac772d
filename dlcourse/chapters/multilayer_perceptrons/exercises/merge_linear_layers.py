"""Exercise on two layers without an activation between them: they are one layer."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons


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


merge_linear_layers = Exercise(
    perceptrons.merge_linear_layers,
    chapter="09_multilayer_perceptrons",
    task=(
        "Two layers follow each other without an activation between them: V (W x + b) + c. Return the pair "
        "`(weights, bias)` of the one layer that computes the same for every x. `first_weights` W has shape "
        "(middle, in), `first_bias` b (middle,), `second_weights` V (out, middle) and `second_bias` c (out,); the "
        "weights to return have shape (out, in), the bias (out,)."
    ),
    cases=_cases,
    hints=[
        "Multiply the brackets of V (W x + b) + c out. Which part still holds x, and which does not?",
        "What remains when x is 0? That is the bias of the merged layer.",
        "V W x + V b + c: the first part is a matrix times x. Check the shapes: (out, middle) times (middle, in).",
        "Weights `second_weights @ first_weights`, and bias V b + c.",
    ],
    fields={
        "wrong_bias": (
            "The weights are right. On {case} the bias [{where}] should be {expected}, and you return {received}. "
        ),
        "shapes": lambda w, b, v, c: f"{w.shape} and {v.shape}",
        "bias_shapes": lambda w, b, v, c: f"{b.shape} and {c.shape}",
        "ends": lambda w, b, v, c: str((len(v), w.shape[1])),
    },
)

merge_linear_layers.add_mistake(
    "product_in_the_wrong_order",
    mutated(perceptrons.merge_linear_layers, ("v @ w", "w @ v")),
    "You multiply W V. On {case} the two have shapes {shapes}, and the merged weights need shape {ends}. W meets the "
    "input first, so it stands next to x: V (W x) = (V W) x.",
)

merge_linear_layers.add_mistake(
    "entries_multiplied",
    mutated(perceptrons.merge_linear_layers, ("v @ w", "v * w")),
    "`*` multiplies entry by entry, which on {case} meets shapes {shapes}. One layer after the other is a product of "
    "matrices, `@`, and its result has shape {ends}.",
)

merge_linear_layers.add_mistake(
    "biases_only_added",
    mutated(perceptrons.merge_linear_layers, ("v @ b", "b")),
    "The weights are right. For the bias you add b + c, and on {case} these have shapes {bias_shapes}: that does not "
    "fit, or adds numbers of different units. b stands inside the brackets of V (W x + b) + c, so V multiplies it as "
    "well.",
)

merge_linear_layers.add_mistake(
    "first_bias_forgotten",
    mutated(perceptrons.merge_linear_layers, ("v @ b + ", "")),
    "{wrong_bias}That is c alone. The first layer's bias does not disappear: it goes through the second layer, as "
    "everything does that the first layer gives.",
)

merge_linear_layers.add_mistake(
    "second_bias_forgotten",
    mutated(perceptrons.merge_linear_layers, (' + check_shape(second_bias, (len(v),), "second_bias")', "")),
    "{wrong_bias}That is V b, what the second layer makes of the first bias. Its own bias c comes on top.",
)

merge_linear_layers.add_mistake(
    "both_biases_through_the_second_layer",
    lambda w, b, v, c: (v @ w, v @ (b + c)),
    "The weights are right. In the bias you multiply V with b + c, and on {case} these have shapes {bias_shapes}. "
    "Only b passes through V; c is added after it.",
)

merge_linear_layers.add_mistake(
    "bias_through_all_weights",
    mutated(perceptrons.merge_linear_layers, ("v @ b", "v @ w @ b")),
    "The weights are right. Your bias is V W b + c; on {case} W and V have shapes {shapes}. b is added after W, so "
    "only V multiplies it.",
)

merge_linear_layers.add_mistake(
    "bias_times_transposed_weights",
    mutated(perceptrons.merge_linear_layers, ("v @ b", "b @ v")),
    "The weights are right. `bias @ second_weights` is Vᵀ b: it sums over the outputs, where V b sums over the units "
    "between. On {case} W and V have shapes {shapes}.",
)
