"""A tiny network trained line by line: what its parameters and their gradients are after each line of the loop.

It runs on the course's own engine in float64; the tests run the same lines in PyTorch.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor

INPUTS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])  # four examples
TARGETS = np.array([2.0, 1.0, 0.0, -1.0])  # 0.5 + x1 + 0.5 x2
# The weight and the bias of both layers, in the order of network.parameters().
START = (np.array([[0.1, -0.1], [0.4, 0.1]]), np.array([-0.3, 0.2]), np.array([[0.8, 0.6]]), np.array([-0.4]))
LEARNING_RATE = 0.1
STEPS = 12


@dataclass(frozen=True)
class Run:
    """Twelve steps of training, all on the same mini-batch.

    ``parameters``: after each step, STEPS + 1 tuples of the four arrays. ``gradients``: what stands in ``.grad`` after
    each step's ``backward``, STEPS tuples; ``fresh``: what that ``backward`` alone has brought. ``losses`` (STEPS,).
    """

    parameters: tuple[tuple[Array, ...], ...]
    gradients: tuple[tuple[Array, ...], ...]
    fresh: tuple[tuple[Array, ...], ...]
    losses: Array


@lru_cache(maxsize=4)
def trained(zero_grad: bool, target_shape: tuple[int, ...]) -> Run:
    """The run with or without ``zero_grad``, with targets of a shape: (4, 1) as the outputs have, or (4,)."""
    parameters = [Tensor(array.copy(), requires_grad=True, dtype=np.float64) for array in START]
    targets = TARGETS.reshape(target_shape)
    states: list[tuple[Array, ...]] = [START]
    gradients, fresh, losses = [], [], []
    for _ in range(STEPS):
        before = [np.zeros(each.shape) if each.grad is None or zero_grad else each.grad.copy() for each in parameters]
        if zero_grad:
            for each in parameters:
                each.grad = None
        difference = _outputs(parameters) - targets
        loss = (difference * difference).mean()
        loss.backward()
        gradients.append(tuple(each.grad.copy() for each in parameters if each.grad is not None))
        fresh.append(tuple(now - old for now, old in zip(gradients[-1], before, strict=True)))
        losses.append(loss.item())
        for each, gradient in zip(parameters, gradients[-1], strict=True):
            each.data -= LEARNING_RATE * gradient
        states.append(tuple(each.data.copy() for each in parameters))
    return Run(tuple(states), tuple(gradients), tuple(fresh), np.array(losses))


def _outputs(parameters: list[Tensor]) -> Tensor:
    """nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)) of the four examples, shape (4, 1)."""
    weight, bias, last_weight, last_bias = parameters
    hidden = functional.tanh(Tensor(INPUTS, dtype=np.float64) @ weight.T + bias)
    return hidden @ last_weight.T + last_bias
