"""Restricted Boltzmann machines: a probability for every image, learnt by comparing data with what the machine dreams.

v (n, d) are visible, h (n, k) hidden units, all 0 or 1; W (k, d), b (d,) and c (k,) are weights and biases. The energy
of a pair is E(v, h) = −vᵀb − hᵀc − hᵀWv, its probability exp(−E) / Z, with Z the sum over all pairs. Given v the hidden
units do not depend on each other, and given h the visible ones do not: no unit is connected to one of its own kind.
Sources: Smolensky (1986); Hinton (2002), "Training products of experts by minimizing contrastive divergence"; Fischer
and Igel (2012), "An introduction to restricted Boltzmann machines".
"""

from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.scratch.losses import sigmoid
from dlcourse.validation import check_count, check_generator, check_probabilities, check_shape

FEW = 16  # units whose states can all be listed


class RBM:
    """A machine of ``visible`` (d) and ``hidden`` (k) units; weights begin normal, with ``std``, biases at 0."""

    def __init__(self, visible: int, hidden: int, *, generator: np.random.Generator, std: float = 0.01) -> None:
        shape = check_count(hidden, "hidden"), check_count(visible, "visible")
        self.W: Array = (std * check_generator(generator).standard_normal(shape)).astype(np.float32)
        self.b: Array = np.zeros(shape[1], np.float32)
        self.c: Array = np.zeros(shape[0], np.float32)

    def hidden_given(self, v: ArrayLike) -> Array:
        """p(h_j = 1 | v) = σ(c_j + W_j · v): (n, d) -> (n, k). Numbers between 0 and 1 count as probabilities."""
        return sigmoid(check_shape(v, ("n", len(self.b)), "v") @ self.W.T + self.c)

    def visible_given(self, h: ArrayLike) -> Array:
        """p(v_i = 1 | h) = σ(b_i + Σ_j h_j W_ji): (n, k) -> (n, d)."""
        return sigmoid(check_shape(h, ("n", len(self.c)), "h") @ self.W + self.b)

    def energy(self, v: Array, h: Array) -> Array:
        """E(v, h) = −vᵀb − hᵀc − hᵀWv of each pair: (n, d) and (n, k) -> (n,)."""
        return -v @ self.b - h @ self.c - ((h @ self.W) * v).sum(axis=1)

    def free_energy(self, v: ArrayLike) -> Array:
        """F(v) = −vᵀb − Σ_j ln(1 + exp(c_j + W_j · v)): (n, d) -> (n,), so that p(v) = exp(−F(v)) / Z."""
        v = check_shape(v, ("n", len(self.b)), "v")
        return -v @ self.b - np.logaddexp(0, v @ self.W.T + self.c).sum(axis=1)

    def cd_gradient(self, v: ArrayLike, generator: np.random.Generator, steps: int = 1) -> tuple[Array, Array, Array]:
        """An estimate of the gradients of −(1/n) Σ ln p(v) by W, b and c: contrastive divergence, CD-``steps``.

        The exact gradient is what h vᵀ is on average where the machine is left to itself, minus what it is with data at
        the visible units. For the first, which cannot be computed, stands what a few steps away from the data give:
        draw h given v, v given h, and so on; probabilities where nothing need be drawn.
        """
        v = check_probabilities(check_shape(v, ("n", len(self.b)), "v"), "v").astype(self.W.dtype)
        up = self.hidden_given(v)
        seen, p = v, up
        for _ in range(check_count(steps, "steps")):
            h = (generator.random(p.shape) < p).astype(v.dtype)
            seen = self.visible_given(h)
            if steps > 1:
                seen = (generator.random(seen.shape) < seen).astype(v.dtype)
            p = self.hidden_given(seen)
        n = len(v)
        return (p.T @ seen - up.T @ v) / n, (seen - v).mean(axis=0), (p - up).mean(axis=0)

    def cd_step(self, v: ArrayLike, rate: float, generator: np.random.Generator, steps: int = 1) -> float:
        """One step down ``cd_gradient``; returns the mean squared difference of v and what one step makes of it.

        That number is easy to have, and no likelihood: it can fall while the likelihood falls too.
        """
        by_w, by_b, by_c = self.cd_gradient(v, check_generator(generator), steps)
        v = np.asarray(v)
        error = float(((self.visible_given(self.hidden_given(v)) - v) ** 2).mean())
        self.W -= rate * by_w
        self.b -= rate * by_b
        self.c -= rate * by_c
        return error


def all_states(units: int) -> Array:
    """All states of a few units, 0 or 1 each: (2^units, units). Raises ValueError for more than 16 units."""
    if check_count(units, "units") > FEW:
        raise ValueError(f"units: {units} of them have 2^{units} states; at most {FEW} units are listed.")
    return np.array(list(product((0.0, 1.0), repeat=units)))


def log_partition(rbm: RBM) -> float:
    """ln Z, exact, by a sum over all visible states: for machines of at most 16 visible units."""
    lowest = -rbm.free_energy(all_states(len(rbm.b)))
    top = float(lowest.max())
    return top + float(np.log(np.exp(lowest - top).sum()))


def log_likelihood(rbm: RBM, v: ArrayLike) -> float:
    """(1/n) Σ ln p(v), exact, of data v (n, d) of zeros and ones, d ≤ 16."""
    return float(-rbm.free_energy(v).mean()) - log_partition(rbm)


def exact_gradient(rbm: RBM, v: ArrayLike) -> tuple[Array, Array, Array]:
    """The gradients of −(1/n) Σ ln p(v) by W, b and c, with the average over all visible states, d ≤ 16."""
    v, states = check_shape(v, ("n", len(rbm.b)), "v"), all_states(len(rbm.b))
    p = np.exp(-rbm.free_energy(states) - log_partition(rbm))[:, None]
    up, free = rbm.hidden_given(v), rbm.hidden_given(states)
    by_w = (p * free).T @ states - up.T @ v / len(v)
    return by_w, (p * states).sum(axis=0) - v.mean(axis=0), (p * free).sum(axis=0) - up.mean(axis=0)
