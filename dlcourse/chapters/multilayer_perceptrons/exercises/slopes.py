"""What the exercises on the slopes of activations share."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case

AT = "At z = {pre_activations} the slope is {expected}, and you return {received}. "


def cases(generator: np.random.Generator) -> Sequence[Case]:
    """Return pre-activations of several shapes and dtypes, 0 and very large ones among them."""
    whole = generator.permutation(np.array([-3, -1, 0, 1, 2, 4]))
    return [
        Case((np.array([-2.0, -0.5, 1.0, 3.0]),), "four pre-activations"),
        Case((generator.normal(0, 2, size=20),), "20 random pre-activations"),
        Case((generator.normal(0, 1, size=(3, 4)),), "a table of 3 examples and 4 units"),
        Case((whole,), "whole numbers, 0 among them"),
        Case((generator.normal(0, 2, size=5).astype(np.float32),), "dtype float32"),
        Case((np.array([0.0]),), "the pre-activation 0", edge=True),
        Case((np.array([-1e-9, 1e-9]),), "pre-activations next to 0", edge=True),
        Case((np.array([-1e4, 1e4, 0.5]),), "pre-activations of ±10000", edge=True),
    ]
