"""How long the gradient of a recurrent network is k steps back: matrices of one spectral radius, and runs with them."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array

HIDDEN, STEPS, RUNS = 32, 40, 20
SHEAR = 2.0  # of the non-normal matrix: spread of what is added above its diagonal, times √hidden
MATRICES = {
    "orthogonal": "orthogonal × radius",
    "random": "random, normal entries",
    "non-normal": "sheared: not normal",
}
ACTIVATIONS = {"identity": "none (identity)", "tanh": "tanh", "relu": "ReLU"}


@lru_cache(maxsize=4)
def matrices(kind: str) -> tuple[Array, NDArray[np.complexfloating], float]:
    """W_h of spectral radius 1 for each of 20 runs (runs, hidden, hidden), and its eigenvalues (runs, hidden).

    Last the largest singular value of all. An orthogonal one turns 16 planes by random angles. A sheared one has the
    same eigenvalues, all of size 1: in the basis of the planes, random numbers are added above the blocks of the
    diagonal, which changes no eigenvalue. A random one has normal entries, and is divided by its own radius.
    """
    generator = np.random.default_rng(0)
    angles = generator.uniform(0, np.pi, (RUNS, HIDDEN // 2))
    bases = np.linalg.qr(generator.normal(size=(RUNS, HIDDEN, HIDDEN)))[0]
    noise = generator.normal(size=(RUNS, HIDDEN, HIDDEN)) / HIDDEN**0.5
    if kind == "random":
        eigenvalues = np.linalg.eigvals(noise)
        radii = np.abs(eigenvalues).max(axis=1)
        found, eigenvalues = noise / radii[:, None, None], eigenvalues / radii[:, None]
    else:
        found = np.zeros_like(noise)
        even = np.arange(0, HIDDEN, 2)
        found[:, even, even] = found[:, even + 1, even + 1] = np.cos(angles)
        found[:, even + 1, even] = np.sin(angles)
        found[:, even, even + 1] = -np.sin(angles)
        if kind == "non-normal":
            found += SHEAR * noise * (np.arange(HIDDEN)[:, None] // 2 < np.arange(HIDDEN) // 2)
        found = bases @ found @ bases.swapaxes(1, 2)
        eigenvalues = np.concatenate([np.exp(1j * angles), np.exp(-1j * angles)], axis=1)
    return found, eigenvalues, float(np.linalg.norm(found, 2, axis=(1, 2)).max())


def activated(sums: Array, activation: str) -> tuple[Array, Array]:
    """φ(a) and φ′(a), entry by entry."""
    if activation == "tanh":
        states = np.tanh(sums)
        return states, 1 - states**2
    if activation == "relu":
        return np.maximum(sums, 0), (sums > 0).astype(np.float64)
    return sums, np.ones_like(sums)


def run(w_h: Array, activation: str, spread: float) -> tuple[Array, Array]:
    """‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖ for k = 0 ... 40 in each run, (41, runs), and φ′ at each step (40, runs, hidden).

    h_t = φ(W_h h_{t−1} + what arrives), whose entries are normal with standard deviation ``spread``; h_0 is normal, and
    ∂L/∂h_T has a random direction. w_h: (runs, hidden, hidden). The draws are the same for every setting.
    """
    generator = np.random.default_rng(1)
    states, by_state = generator.normal(size=(2, RUNS, HIDDEN))
    arriving = spread * generator.normal(size=(STEPS, RUNS, HIDDEN))
    slopes = np.empty_like(arriving)
    for t in range(STEPS):
        states, slopes[t] = activated((w_h @ states[..., None])[..., 0] + arriving[t], activation)
    lengths = [np.linalg.norm(by_state, axis=1)]
    for t in reversed(range(STEPS)):
        by_state = ((by_state * slopes[t])[:, None] @ w_h)[:, 0]
        lengths.append(np.linalg.norm(by_state, axis=1))
    return np.array(lengths) / lengths[0], slopes
