"""The smallest loss within a ball, in two dimensions: exactly where an L1 or an L2 ball touches the loss's contours.

The loss is J(w) = ½ (w − ŵ)ᵀ C (w − ŵ) above its minimum, C = [[1, ρ], [ρ, 1]]: that of linear regression on two
standardized inputs with correlation ρ, whose least-squares weights are ŵ. Least loss with ‖w‖ ≤ t, and least loss plus
α ‖w‖₁, or α/2 ‖w‖₂², have the same solution for one α, which depends on the data: α is the multiplier of the constraint
(Boyd and Vandenberghe, 2004, section 5.5).
"""

import numpy as np

from dlcourse.arrays import Array

SIGNS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
CORNERS = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
CIRCLE = np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))])
AXES = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)  # eigenvectors of every C, one a row
HALVINGS = 60
ROUNDING = 1e-12


def curvature(correlation: float) -> Array:
    """C, (2, 2)."""
    return np.array([[1.0, correlation], [correlation, 1.0]])


def loss(weights: Array, minimum: Array, correlation: float) -> Array:
    """J above its minimum at weights (..., 2): (...)."""
    away = weights - minimum
    return np.asarray(((away @ curvature(correlation)) * away).sum(axis=-1) / 2)


def in_diamond(minimum: Array, correlation: float, radii: Array) -> Array:
    """The solution for ‖w‖₁ ≤ t, for each t of ``radii`` (k,): (k, 2). Zeros are exact.

    On each of the four edges J is a parabola; the best place on it is its minimum, or the nearer end.
    """
    radii = np.asarray(radii, dtype=np.float64)
    c, t = curvature(correlation), radii[:, None, None]
    start, along = t * SIGNS * [0, 1], t * SIGNS * [1, -1]  # (k, 4, 2)
    way = (((minimum - start) @ c) * along).sum(axis=2) / ((along @ c) * along).sum(axis=2)
    way = way.clip(0, 1)[..., None]
    on_edges = t * SIGNS * np.concatenate([way, 1 - way], axis=2) + 0.0
    best = loss(on_edges, minimum, correlation).argmin(axis=1)
    inside = np.abs(minimum).sum() <= radii
    return np.where(inside[:, None], minimum, on_edges[np.arange(len(radii)), best])


def in_disc(minimum: Array, correlation: float, radii: Array) -> Array:
    """The solution for ‖w‖₂ ≤ t, for each t of ``radii`` (k,): (k, 2).

    It is (C + αI)⁻¹ C ŵ: along each eigenvector of C, λ/(λ + α) of ŵ. Its length falls as α grows, and α is found by
    halving an interval.
    """
    radii = np.asarray(radii, dtype=np.float64)
    eigenvalues = np.array([1 + correlation, 1 - correlation])
    pulls = eigenvalues * (AXES @ minimum)
    low, high = np.zeros_like(radii), np.linalg.norm(pulls) / radii
    for _ in range(HALVINGS):
        alpha = (low + high) / 2
        long = np.linalg.norm(pulls / (eigenvalues + alpha[:, None]), axis=1) > radii
        low, high = np.where(long, alpha, low), np.where(long, high, alpha)
    found = pulls / (eigenvalues + ((low + high) / 2)[:, None]) @ AXES
    inside = np.linalg.norm(minimum) <= radii
    return np.where(inside[:, None], minimum, np.where(np.abs(found) > ROUNDING, found, 0.0))


def multiplier(weights: Array, minimum: Array, correlation: float, kind: str) -> float:
    """α: the pull C (ŵ − w) of the loss at the solution, by the norm's own slope there; 0 inside the ball."""
    pull = curvature(correlation) @ (minimum - weights)
    if not pull.any():
        return 0.0
    if kind == "L1":
        return float(np.abs(pull).max())
    return float(np.linalg.norm(pull) / np.linalg.norm(weights))


def zero_regions(correlation: float, radius: float, kind: str, far: float) -> Array:
    """Where the minimum ŵ must lie so that the ball touches on an axis: (4, 3, 2), a region from each corner on.

    ŵ = w + C⁻¹ g, with w the corner, and g a pull of the loss that the ball holds there. For L1 these are all g whose
    part along the axis is at least as large as that across, so that the region is a wedge, with sides ``far`` long;
    they lie along (1, 1) and (1, −1), eigenvectors of C, whatever ρ is. For L2 they are the multiples of w: a line.
    """
    inverse = np.linalg.inv(curvature(correlation))
    across = CORNERS[:, ::-1] * (1.0 if kind == "L1" else 0.0)
    sides = np.stack([(CORNERS + across) @ inverse, (CORNERS - across) @ inverse], axis=1)
    sides *= far / np.linalg.norm(sides, axis=2, keepdims=True)
    tips = radius * CORNERS[:, None]
    return np.concatenate([tips, tips + sides], axis=1)


def share_with_zero(radius: float, side: float, kind: str) -> float:
    """The part of the square [−side, side]² that ``zero_regions`` covers: four triangles of area (side − t)², or 0."""
    return max(0.0, 1 - radius / side) ** 2 if kind == "L1" else 0.0
