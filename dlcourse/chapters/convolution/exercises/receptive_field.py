"""Exercise: how many pixels one number behind several layers depends on."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import receptive_fields

Layers = list[tuple[int, int, int]]


def _random_layers(generator: np.random.Generator, count: int, highest: tuple[int, int, int]) -> Layers:
    kernels, strides, dilations = (generator.integers(1, high + 1, size=count).tolist() for high in highest)
    return [(kernel + 1, *rest) for kernel, *rest in zip(kernels, strides, dilations, strict=True)]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case(([(3, 1, 1)],), "one kernel of 3"),
        Case(([(3, 1, 1), (3, 1, 1)],), "two kernels of 3"),
        Case(([(3, 2, 1), (3, 1, 1)],), "a kernel of 3 with stride 2, then one of 3"),
        Case(([(3, 1, 1), (3, 2, 1)],), "a kernel of 3, then one of 3 with stride 2"),
        Case(([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)],), "two kernels of 5, each followed by a pooling of 2"),
        Case(([(3, 1, 1), (3, 1, 2), (3, 1, 4)],), "dilation 1, 2, 4"),
        Case(([(11, 4, 1), (3, 2, 1), (5, 1, 1), (3, 2, 1)],), "the first four layers of AlexNet"),
        Case(([(2, 2, 1), (3, 1, 3), (2, 3, 1), (3, 1, 2)],), "strides and dilations in turn"),
        Case((_random_layers(generator, 5, (4, 1, 1)),), "5 layers with stride 1"),
        Case((_random_layers(generator, 5, (4, 3, 1)),), "5 layers with strides"),
        Case((_random_layers(generator, 6, (3, 2, 3)),), "6 layers with strides and dilations"),
        Case(([(1, 1, 1), (1, 1, 1)],), "two kernels of 1", edge=True),
        Case(([],), "no layer", edge=True),
    ]


receptive_field = Exercise(
    receptive_fields.receptive_field,
    chapter="13_convolution",
    task=(
        "Return how many pixels of the image, along one axis, a number behind all `layers` depends on: a whole number. "
        "`layers` is a list of tuples (kernel, stride, dilation), from the image on; a pooling counts like a kernel of "
        "its size. Behind no layer at all a number is a pixel itself."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Draw two kernels of 3, one behind the other, with stride 1. How many pixels does a number behind the first "
        "depend on, and how many behind the second? Then give the first one stride 2 and draw again.",
        "Keep two numbers: the field so far, and how many pixels of the image two neighbours in the present layer are "
        "apart. Both are 1 for the image itself.",
        "A kernel of f with dilation d reaches d (f − 1) numbers further than a single one does. Each of them is a "
        "distance away from its neighbour: so the field grows by d (f − 1) times the distance.",
        "For each layer first `field += dilation * (kernel - 1) * distance`, then `distance *= stride`: the stride "
        "moves the results of this layer apart, and the layers behind it see that.",
    ],
    fields={"at": "On “{case}” it is {expected}, and you return {received}. "},
)

GROWS = "field += dilation * (kernel - 1) * distance"
STEPS = "distance *= stride"

receptive_field.add_mistake(
    "strides_left_out",
    mutated(receptive_fields.receptive_field, (STEPS, "pass")),
    "{at}Without strides you are right. Behind a stride of 2 neighbouring numbers are 2 pixels of the image apart, and "
    "every layer that follows reaches further by that factor.",
)
receptive_field.add_mistake(
    "own_stride_counted_first",
    mutated(
        receptive_fields.receptive_field, (GROWS, f"{STEPS}\n        {GROWS}"), (f"{GROWS}\n        {STEPS}", GROWS)
    ),
    "{at}You multiply by a layer's stride before its kernel is counted. The kernel reads the numbers *before* the "
    "layer, which lie as far apart as the layers before have moved them; its own stride matters to those behind it.",
)
receptive_field.add_mistake(
    "kernels_added",
    mutated(
        receptive_fields.receptive_field,
        (GROWS, "field += (dilation * (kernel - 1) + 1) * distance"),
        ("field = distance = 1", "field, distance = 0, 1"),
    ),
    "{at}You add all that a kernel covers. A kernel of 3 behind another reaches 2 numbers further than one number "
    "would, so a field of 3 grows to 5: d (f − 1) each time, from 1 on.",
)
receptive_field.add_mistake(
    "begun_at_0",
    mutated(receptive_fields.receptive_field, ("field = distance = 1", "field, distance = 0, 1")),
    "{at}You begin at 0. A number of the image depends on one pixel, itself: the field begins at 1.",
)
receptive_field.add_mistake(
    "dilation_left_out",
    mutated(receptive_fields.receptive_field, ("dilation * (kernel - 1)", "(kernel - 1)")),
    "{at}The dilations have no influence on your result. A kernel of f whose entries are d apart reaches d (f − 1) "
    "numbers further.",
)
receptive_field.add_mistake(
    "kernels_multiplied",
    mutated(receptive_fields.receptive_field, (GROWS, "field *= kernel"), (STEPS, "pass")),
    "{at}You multiply the sizes of the kernels. Two neighbouring windows overlap: at stride 1 a kernel of 3 behind one "
    "of 3 sees 5 pixels, not 9.",
)
receptive_field.add_mistake(
    "strides_added",
    mutated(receptive_fields.receptive_field, (STEPS, "distance += stride - 1")),
    "{at}You add the strides up. Behind stride 2 neighbours are 2 pixels apart, and a further stride of 2 takes every "
    "second of *them*: 4 pixels apart. Strides multiply.",
)
receptive_field.add_mistake(
    "from_the_wrong_end",
    mutated(receptive_fields.receptive_field, (GROWS, "field = stride * (field - 1) + dilation * (kernel - 1) + 1")),
    "{at}That formula, s (r − 1) + d (f − 1) + 1, leads from the *last* layer back to the image: with it, go through "
    "the layers in reverse. From the image on, you need the distance between neighbours too.",
)
receptive_field.add_mistake(
    "last_stride_only",
    mutated(receptive_fields.receptive_field, (STEPS, "distance = stride")),
    "{at}You take the stride of the layer just before as the distance between neighbours. It is the product of all "
    "strides before: behind strides of 2 and 3 neighbours are 6 pixels apart, also where a stride of 1 follows.",
)
receptive_field.add_mistake(
    "own_stride_only",
    mutated(receptive_fields.receptive_field, (GROWS, "field += dilation * (kernel - 1) * stride"), (STEPS, "pass")),
    "{at}You multiply what a layer adds by its own stride alone. Its kernel reads numbers that are as far apart as the "
    "layers *before* it have moved them: by the product of their strides.",
)
receptive_field.add_mistake(
    "kernel_times_dilation",
    mutated(receptive_fields.receptive_field, ("dilation * (kernel - 1)", "(dilation * kernel - 1)")),
    "{at}You let a kernel cover dilation times kernel numbers. Behind its last entry there is no gap any more: it "
    "reaches d (f − 1) numbers beyond the first.",
)
