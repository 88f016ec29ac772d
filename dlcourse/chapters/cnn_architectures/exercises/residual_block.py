"""Exercise: a residual block, forward."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import blocks
from dlcourse.scratch.autograd import Tensor


def _case(
    generator: np.random.Generator, shape: tuple[int, ...], out: int, label: str, stride: int = 1, **how: Any
) -> Case:
    """A block from ``shape`` to ``out`` channels, projected where the shape changes or ``projected`` says so."""
    dtype = how.get("dtype", np.float64)

    def draw(*size: int) -> Tensor:
        return Tensor(generator.normal(0, 1, size).astype(dtype))

    channels = shape[1]
    inputs, first, second = draw(*shape), draw(out, channels, 3, 3), draw(out, out, 3, 3)
    projected = how.get("projected", out != channels or stride > 1)
    projection = draw(out, channels, 1, 1) if projected else None
    return Case((inputs, first, second, projection, stride), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (2, 3, 5, 6), 3, "a block that keeps its 3 channels"),
        _case(generator, (1, 2, 4, 4), 5, "a block from 2 channels to 5"),
        _case(generator, (2, 2, 6, 8), 4, "a block of stride 2 with twice the channels", stride=2),
        _case(generator, (1, 3, 7, 7), 3, "a block of stride 2 on 7 × 7 pixels", stride=2),
        _case(generator, (1, 2, 4, 5), 2, "a block that keeps its shape and has a projection", projected=True),
        _case(generator, (2, 2, 4, 4), 2, "dtype float32", dtype=np.float32),
        _case(generator, (1, 1, 1, 1), 1, "one pixel", edge=True),
    ]


residual_block = Exercise(
    blocks.residual_block,
    chapter="14_cnn_architectures",
    task=(
        "Return the result of a residual block: relu(F(x) + x), where F(x) is a convolution of the `inputs` x with the "
        "weight `first`, ReLU, and a convolution with the weight `second`. Both kernels are 3×3 and have padding 1; "
        "the first moves by `stride`. Where `projection` is not None, it is the weight of a 1×1 convolution that also "
        "moves by `stride`, and its result takes the place of x in the sum. All of them are Tensors, without biases "
        "and without batch normalization; `functional.conv2d(inputs, weight, stride=..., padding=...)` and "
        "`functional.relu` are there to use."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Draw the block: two ways lead from x to the sum, a long one with two convolutions and a short one. Where do "
        "the two ReLUs stand?",
        "The long way ends in a convolution. Its result can be negative, and so it should: the block has to be able to "
        "take something away from x. Only the sum goes through ReLU.",
        "Only the first convolution and the projection move by the stride: then both ways give the same shape.",
        "`hidden = functional.relu(functional.conv2d(inputs, first, stride=stride, padding=1))`, then a second "
        "convolution of it with padding 1, plus the shortcut, and `relu` of the sum. The shortcut is `inputs if "
        "projection is None else functional.conv2d(inputs, projection, stride=stride)`.",
    ],
    fields={"at": "On {case} entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(blocks.residual_block, *replacements)


residual_block.add_mistake(
    "no_shortcut",
    _with(("learned + shortcut", "learned")),
    "{at}Yours are two convolutions one after the other, a plain block. Add the shortcut before the last ReLU: then "
    "the two only have to learn what is to be changed about x.",
)
residual_block.add_mistake(
    "relu_before_the_sum",
    _with(("learned + shortcut", "functional.relu(learned) + shortcut")),
    "{at}You apply ReLU to the second convolution before the sum. What is added is then never negative, and the block "
    "could only ever raise its inputs. The ReLU comes after the sum, alone.",
)
residual_block.add_mistake(
    "relu_before_the_sum_only",
    _with(("functional.relu(learned + shortcut)", "functional.relu(learned) + shortcut")),
    "{at}Your second ReLU stands before the sum, and none behind it. It belongs behind: relu(F(x) + x).",
)
residual_block.add_mistake(
    "last_relu_forgotten",
    _with(("functional.relu(learned + shortcut)", "learned + shortcut")),
    "{at}The sum is right, and its ReLU is missing: the block's result is not negative. (Later variants leave it out "
    "and put normalization and ReLU before each convolution; this is the block of 2015.)",
)
residual_block.add_mistake(
    "relu_between_forgotten",
    _with(("functional.relu(functional.conv2d(inputs, first, stride=stride, padding=1))",
           "functional.conv2d(inputs, first, stride=stride, padding=1)")),
    "{at}There is no ReLU between your two convolutions. Without it they are one linear map, and the second adds "
    "nothing that a larger kernel could not do.",
)  # fmt: skip
residual_block.add_mistake(
    "shortcut_behind_the_first_convolution",
    _with(("inputs if projection is None", "hidden if projection is None")),
    "{at}Your shortcut starts behind the first convolution. It starts at the block's inputs, and goes past both.",
)
residual_block.add_mistake(
    "projection_left_out",
    _with(("shortcut = inputs if projection is None else",
           "size = learned.shape\n    shortcut = inputs if inputs.shape == size else")),
    "{at}You are right without a projection and where the shape changes. Here a projection is given although the shape "
    "stays: it takes the place of x whenever it is not None.",
)  # fmt: skip
residual_block.add_mistake(
    "relu_of_the_shortcut",
    _with(("learned + shortcut", "learned + functional.relu(shortcut)")),
    "{at}Your shortcut goes through a ReLU. It is the plain way: what is negative in it passes too.",
)
residual_block.add_mistake(
    "stride_in_the_second_convolution",
    _with(
        ("first, stride=stride, padding=1", "first, padding=1"),
        ("second, padding=1", "second, stride=stride, padding=1"),
    ),
    "{at}The shapes are right, but your second convolution moves by the stride. Here the first does, so that "
    "the second has fewer places to compute.",
)
residual_block.add_mistake(
    "stride_forgotten",
    _with(("first, stride=stride, padding=1", "first, padding=1"), ("projection, stride=stride", "projection")),
    "On {case} your result has more rows and columns than it should: the first convolution and the projection both "
    "move by `stride`.",
)
residual_block.add_mistake(
    "no_relu_at_all",
    _with(("functional.relu(learned + shortcut)", "learned + shortcut"),
          ("functional.relu(functional.conv2d(inputs, first, stride=stride, padding=1))",
           "functional.conv2d(inputs, first, stride=stride, padding=1)")),
    "{at}There is no ReLU in your block, neither between the convolutions nor behind the sum: all of it is one linear "
    "map.",
)  # fmt: skip
residual_block.add_mistake(
    "shortcut_subtracted",
    _with(("learned + shortcut", "learned - shortcut")),
    "{at}You subtract the shortcut. The block learns what is to be *added* to x.",
)
