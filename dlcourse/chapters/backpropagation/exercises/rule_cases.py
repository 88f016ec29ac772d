"""Calls of a rule: the gradient that arrives, and the tensors that the operation worked on."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.scratch import operations
from dlcourse.scratch.autograd import Tensor

Shape = tuple[int, ...]


def rule_case(
    operation: Callable[..., Tensor], gradient: Array, arrays: tuple[Array, ...], label: str, edge: bool = False
) -> Case:
    """The call `rule(gradient, result, *operands)` that the engine makes for `operation` of tensors of `arrays`."""
    operands = [Tensor(array, requires_grad=True) for array in arrays]
    return Case((gradient, operation(*operands), *operands), label, edge=edge)


class RandomCases:
    """Calls of one rule with random numbers: multiples of 1/4, so that they are short to read and exact."""

    def __init__(self, generator: np.random.Generator, operation: Callable[..., Tensor] = operations.add) -> None:
        self.generator = generator
        self.operation = operation

    def array(self, shape: Shape, dtype: Any = np.float64) -> Array:
        """Random multiples of 1/4 between −4 and 4, without 0."""
        size = self.generator.integers(1, 17, size=shape)
        sign = self.generator.choice([-1, 1], size=shape)
        numbers: Array = np.asarray(sign * size / 4, dtype)
        return numbers

    def __call__(
        self, result: Shape, *operands: Shape, label: str, edge: bool = False, dtype: Any = np.float64
    ) -> Case:
        """A case in which the gradient has the shape `result`, and the operands have their shapes."""
        arrays = tuple(self.array(shape, dtype) for shape in operands)
        return rule_case(self.operation, self.array(result, dtype), arrays, label, edge)
