"""Exercise: group normalization: over which numbers a mean is taken."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import normalization_steps


def _case(generator: np.random.Generator, shape: tuple[int, ...], groups: int, label: str, **how: Any) -> Case:
    """Images in which each example, each channel and each row has its own mean and spread."""
    x = generator.normal(size=shape)
    for axis, scale in ((0, 1.5), (1, 2.0), (2, 1.0)):
        sizes = [length if place == axis else 1 for place, length in enumerate(shape)]
        x = x * generator.uniform(0.5, scale + 1, sizes) + scale * generator.normal(size=sizes)
    learnt = generator.uniform(0.5, 2, size=(2, shape[1]))
    arrays = [each.astype(how.get("dtype", np.float64)) for each in (x, *learnt)]
    return Case((arrays[0], groups, *arrays[1:], how.get("eps", 1e-5)), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        _case(generator, (3, 6, 4, 5), 2, "6 channels in 2 groups, ε = 0.5", eps=0.5),
        _case(generator, (2, 6, 3, 4), 3, "6 channels in 3 groups"),
        _case(generator, (2, 4, 4, 4), 2, "4 channels of 4 × 4 pixels, in 2 groups"),
        _case(generator, (4, 6, 2, 3), 2, "small images"),
        _case(generator, (2, 8, 3, 3), 4, "dtype float32", dtype=np.float32),
        _case(generator, (1, 6, 3, 2), 2, "a single example", edge=True),
        _case(generator, (3, 4, 3, 2), 1, "one group: layer normalization", edge=True),
        _case(generator, (3, 4, 3, 2), 4, "a group for each channel: instance normalization", edge=True),
    ]


group_norm_forward = Exercise(
    normalization_steps.group_norm_forward,
    chapter=CHAPTER,
    task=(
        "`x` has the shape (n, channels, height, width). Cut its channels into `num_groups` groups of neighbours, "
        "equally large: with 6 channels and 2 groups, channels 0 to 2 and 3 to 5. Each example's group gets mean 0 and "
        "variance 1: (x − μ) / √(σ² + ε), with μ and σ² (divisor: the number of values) over the group's channels and "
        "all their places. Then each channel is multiplied by its γ, `gamma`, and shifted by its β, `beta`, both "
        "(channels,). Return an array of the shape of x."
    ),
    cases=_cases,
    hints=[
        "How many means are there, for n examples and G groups? The axes over which they are taken vanish, or keep the "
        "length 1.",
        "`x.reshape(n, num_groups, -1)` lays each group's numbers in a row: neighbouring channels stay together. Over "
        "which axis do you then take mean and variance? `keepdims=True` lets the result be subtracted.",
        "Bring the normalized numbers back to `x.shape` before γ and β. These stand along axis 1: `gamma[:, None, "
        "None]` has the shape (channels, 1, 1).",
        "`((grouped - mean) / np.sqrt(var + eps)).reshape(x.shape)`, then `gamma[:, None, None] * ... + beta[:, None, "
        "None]`.",
    ],
    fields={"at": "On “{case}” the entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(normalization_steps.group_norm_forward, *replacements)


GROUPED = "x.reshape(len(x), num_groups, -1)"
group_norm_forward.add_mistake(
    "one_group",
    _with((GROUPED, "x.reshape(len(x), 1, -1)")),
    "{at}You take all channels of an example together: layer normalization. Each group has a mean and a variance of "
    "its own.",
)
group_norm_forward.add_mistake(
    "each_channel_alone",
    _with((GROUPED, "x.reshape(len(x), x.shape[1], -1)")),
    "{at}You normalize each channel by itself: instance normalization, a group for each channel. Here the channels of "
    "a group share mean and variance.",
)
group_norm_forward.add_mistake(
    "over_the_batch_too",
    _with(("grouped.mean(axis=2, keepdims=True), grouped.var(axis=2, keepdims=True)",
           "grouped.mean(axis=(0, 2), keepdims=True), grouped.var(axis=(0, 2), keepdims=True)")),
    "{at}Your mean goes over the examples too. Group normalization looks at each example alone: that is what makes it "
    "independent of the batch.",
)  # fmt: skip
group_norm_forward.add_mistake(
    "size_for_number",
    _with((GROUPED, "x.reshape(len(x), x.shape[1] // num_groups, -1)")),
    "{at}It looks as if `num_groups` were the number of channels *in* a group. It is the number of groups.",
)


@group_norm_forward.mistake
def every_other_channel(x: Array, num_groups: int, gamma: Array, beta: Array, eps: float) -> Array:
    """{at}It looks as if your groups are made of every G-th channel. Neighbours belong together: in `reshape` the group
    comes before the place in the group."""
    n, channels, *places = x.shape
    grouped = x.reshape(n, channels // num_groups, num_groups, *places)
    mean, var = grouped.mean(axis=(1, 3, 4), keepdims=True), grouped.var(axis=(1, 3, 4), keepdims=True)
    normalized = ((grouped - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return np.asarray(gamma[:, None, None] * normalized + beta[:, None, None])


@group_norm_forward.mistake
def each_place_alone(x: Array, num_groups: int, gamma: Array, beta: Array, eps: float) -> Array:
    """{at}It looks as if you take mean and variance over a group's channels at each place alone. All places of the
    image count together."""
    grouped = x.reshape(len(x), num_groups, -1, *x.shape[2:])
    mean, var = grouped.mean(axis=2, keepdims=True), grouped.var(axis=2, keepdims=True)
    normalized = ((grouped - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return np.asarray(gamma[:, None, None] * normalized + beta[:, None, None])


group_norm_forward.add_mistake(
    "eps_outside_the_root",
    _with(("np.sqrt(var + eps)", "(np.sqrt(var) + eps)")),
    "{at}It looks as if you added ε to the standard deviation. It is added to the variance, under the root.",
)
group_norm_forward.add_mistake(
    "divisor_one_less",
    _with(("var(axis=2, keepdims=True)", "var(axis=2, keepdims=True, ddof=1)")),
    "{at}Your variance has a divisor that is one less than the number of values, as PyTorch's `var` has by itself.",
)
group_norm_forward.add_mistake(
    "gamma_and_beta_left_out",
    _with(("return gamma[:, None, None] * normalized + beta[:, None, None]", "return normalized")),
    "{at}That is the normalized x. γ and β, one of each a channel, are missing.",
)
