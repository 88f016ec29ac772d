"""Truncated backpropagation through time for one matrix alone: what ``backpropagate_through_time`` does for all.

It shows what a cut is: the loop goes on, from the last step to the first, but what a piece hands back is thrown away.
"""

import numpy as np

from dlcourse.arrays import Array


def truncated_gradient(by_states: Array, states: Array, w_h: Array, window: int) -> Array:
    """∂L/∂W_h (hidden, hidden) where time is cut into pieces of ``window`` steps, of which the last may be shorter.

    δ_t = (∂L_t/∂h_t + δ_{t+1} W_h) ∘ (1 − h_t²), and ∂L/∂W_h = Σ_t δ_tᵀ h_{t−1}. At a cut, between the last step of a
    piece and the first of the next, δ_{t+1} W_h counts as 0: states cross it, gradients do not.

    by_states (batch, T, hidden): what each step's own loss contributes to its state's gradient. states (batch, T + 1,
    hidden): those of ``recurrent_steps.unroll``, the initial one first, so that step t reads ``states[:, t]`` and
    writes ``states[:, t + 1]``. Source: Williams and Peng (1990), "An efficient gradient-based algorithm for on-line
    training of recurrent network trajectories". The shapes are trusted, as in ``recurrent_steps``.
    """
    by_w_h = np.zeros_like(w_h)
    by_h = np.zeros_like(states[:, 0])  # nothing comes after the last step
    for t in reversed(range(by_states.shape[1])):
        delta = (by_states[:, t] + by_h) * (1 - states[:, t + 1] ** 2)
        by_w_h += delta.T @ states[:, t]
        by_h = delta @ w_h
        if t % window == 0:
            by_h = np.zeros_like(by_h)  # step t is the first of its piece: the piece before gets nothing
    return by_w_h
