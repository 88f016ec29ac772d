"""The loss of a linear regression on two inputs, a bowl over its two weights, and its contours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array

TURN = np.linspace(0, 2 * np.pi, 73)
CIRCLE = np.column_stack([np.cos(TURN), np.sin(TURN)])


@dataclass(frozen=True)
class Bowl:
    """A loss J over w (2,) that is smallest at ``best`` (2,) and has the constant Hessian H, ``hessian`` (2, 2)."""

    best: Array
    hessian: Array

    def excess(self, weights: Array) -> Array:
        """J above its minimum, (1/2) (w − best)ᵀ H (w − best). weights: (..., 2) -> (...)."""
        away = weights - self.best
        return ((away @ self.hessian) * away).sum(axis=-1) / 2

    def contours(self, levels: ArrayLike) -> Array:
        """Where J is ``levels`` (k,) above its minimum, (k, 73, 2): ellipses with the half axes √(2 level/λ)."""
        eigenvalues, eigenvectors = np.linalg.eigh(self.hessian)
        half_axes = np.sqrt(2 * np.asarray(levels)[:, None] / eigenvalues)
        return self.best + (CIRCLE * half_axes[:, None, :]) @ eigenvectors.T
