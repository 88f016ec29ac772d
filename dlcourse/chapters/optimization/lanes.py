"""Optimizers of the library that run many times side by side: each run, in a lane of its own, has its own rate."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch import optimizers
from dlcourse.scratch.autograd import Tensor

MOMENTUM = 0.9

# Plain descent is the control. All settings but the rate are the usual ones: β₁ = 0.9, β₂ = 0.999 in Adam, α = 0.99 in
# RMSProp.
OPTIMIZERS: Mapping[str, Callable[[Iterable[Tensor]], optimizers.Optimizer]] = {
    "GD": optimizers.SGD,
    "momentum": lambda params: optimizers.SGD(params, momentum=MOMENTUM),
    "Nesterov": lambda params: optimizers.SGD(params, momentum=MOMENTUM, nesterov=True),
    "AdaGrad": optimizers.Adagrad,
    "RMSProp": optimizers.RMSprop,
    "Adam": optimizers.Adam,
}


class Lanes:
    """Many runs of one optimizer. ``theta`` (lanes, ...): where each is, changed in place; ``rates`` (lanes,).

    Every optimizer of the course works entry by entry, so that runs which lie in one array know nothing of each other.
    ``name`` is one of ``OPTIMIZERS``.
    """

    def __init__(self, name: str, theta: Array, rates: ArrayLike) -> None:
        self.theta = theta
        self._optimizer = OPTIMIZERS[name]([Tensor(np.zeros_like(theta), requires_grad=True)])
        column = np.asarray(rates, theta.dtype).reshape(-1, *[1] * (theta.ndim - 1))
        self._rates: Any = column  # an update multiplies by the rate, which may as well be a column of rates

    def step(self, gradients: Array, share: float = 1.0) -> None:
        """One step of every run, with ``gradients`` (lanes, ...) at ``theta`` and ``share`` of its rate."""
        self._optimizer.t += 1
        self._optimizer.update(self.theta, gradients, self._optimizer.state[0], share * self._rates)
