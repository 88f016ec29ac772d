"""Optimizers: how parameters follow their gradients. Each ``update`` stands beside its formula.

Names and defaults are those of ``torch.optim``, but for the table in ``dlcourse.scratch``. In the formulas θ is a
parameter, g its gradient, ε the learning rate of this step, t the number of the parameter's update, 1 at the first;
powers, roots and quotients are taken entry by entry. ``lr`` is a number, or a schedule: a function from a step's index
0, 1, 2, ... to its rate (see ``descent``). What all optimizers share is in ``optimizing``.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import Schedule
from dlcourse.scratch.optimizing import Check, Optimizer, State, below_one, not_negative, share, yes_or_no

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum where it is asked for.

    momentum μ = 0:       θ ← θ − ε g
    otherwise:            v ← μ v + (1 − τ) g, then θ ← θ − ε v, with τ ``dampening``
    with ``nesterov``:    v ← μ v + g,         then θ ← θ − ε (g + μ v)

    The *classic* form (Polyak, 1964) has τ = 0; the *moving average* of the gradients has τ = μ: its steps are 1 − μ
    times as long, so they need 1/(1 − μ) times the learning rate. Nesterov's form is that of Sutskever et al. (2013),
    rewritten for the gradient at θ as PyTorch does. At the first step v is g, as in PyTorch, not (1 − τ) g.
    """

    closed = True
    settings: ClassVar[dict[str, Check]] = Optimizer.settings | {
        "momentum": below_one,
        "dampening": share,
        "nesterov": yes_or_no,
    }

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.momentum, self.dampening, self.nesterov = momentum, dampening, nesterov
        super().__init__(params, lr, weight_decay)

    def check_together(self) -> None:
        """Nesterov's form has a momentum, and no dampening."""
        if self.nesterov and (not self.momentum or self.dampening):
            raise ValueError("nesterov: needs a momentum above 0 and no dampening.")

    def memory(self) -> tuple[str, ...]:
        """v, where there is momentum."""
        return ("velocity",) if self.momentum else ()

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """One step down; the formulas stand in the class's description."""
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += g if self.t == 1 or not self.dampening else (1 - self.dampening) * g
            g = g + self.momentum * velocity if self.nesterov else velocity
        theta -= rate * g


class Adagrad(Optimizer):
    """s ← s + g²;  θ ← θ − ε g / (√s + η), with η ``eps``. Source: Duchi, Hazan and Singer (2011), JMLR 12.

    Steep directions get short steps; since s only grows, all steps shrink. ``lr_decay`` divides ε by
    1 + (t − 1) lr_decay.
    """

    closed = True
    remembers = ("squares",)
    settings: ClassVar[dict[str, Check]] = Optimizer.settings | {"lr_decay": not_negative, "eps": not_negative}

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.lr_decay, self.eps = lr_decay, eps

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """Divides by the root of the sum of all squared gradients so far."""
        squares = state["squares"]
        squares += g * g
        theta -= rate / (1 + (self.t - 1) * self.lr_decay) * g / (np.sqrt(squares) + self.eps)


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²;  θ ← θ − ε g / (√s + η): AdaGrad that forgets. With momentum μ: v ← μ v + g / (√s + η).

    Source: Tieleman and Hinton (2012), lecture 6.5 of "Neural networks for machine learning".
    """

    closed = True
    settings: ClassVar[dict[str, Check]] = Optimizer.settings | {
        "alpha": below_one,
        "eps": not_negative,
        "momentum": below_one,
    }

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        self.alpha, self.eps, self.momentum = alpha, eps, momentum
        super().__init__(params, lr, weight_decay)

    def memory(self) -> tuple[str, ...]:
        """s, and v where there is momentum."""
        return ("squares", "velocity") if self.momentum else ("squares",)

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """Divides by the root of a moving average of the squared gradients."""
        squares = state["squares"]
        squares *= self.alpha
        squares += (1 - self.alpha) * (g * g)
        step: Array = g / (np.sqrt(squares) + self.eps)
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += step
            step = velocity
        theta -= rate * step


def _two_below_one(betas: tuple[float, float], name: str) -> tuple[float, float]:
    if np.shape(betas) != (2,):
        raise ValueError(f"{name}: expected two numbers, received {betas}.")
    return below_one(betas[0], f"{name}[0]"), below_one(betas[1], f"{name}[1]")


def adam_step(
    theta: Array, g: Array, m: Array, v: Array, t: int, rate: float, betas: tuple[float, float], eps: float
) -> tuple[Array, Array, Array]:
    """One step of Adam by the letter: the new θ, m and v. ``Adam.update`` computes the same in two thirds of the time.

    The first m and v are 0, the first t is 1.
    """
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + eps), m, v


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  θ ← θ − ε m̂ / (√v̂ + η), with η ``eps``.

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) correct the bias towards the zeros that m and v begin with: without it the
    first steps are (1 − β₁) / √(1 − β₂) times as long. Source: Kingma and Ba (2015), "Adam", algorithm 1.
    """

    closed = True
    remembers = ("mean", "squares")
    settings: ClassVar[dict[str, Check]] = Optimizer.settings | {"betas": _two_below_one, "eps": not_negative}

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.betas, self.eps = betas, eps

    def changed(self, name: str, before: Any) -> None:
        """With another β₁ the mean, kept as m / (1 − β₁), is another number."""
        if name == "betas":
            for state in self.state:
                state["mean"] *= (1 - before[0]) / (1 - self.betas[0])

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """``adam_step`` with every array written over, and with the numbers of both corrections gathered in two."""
        beta1, beta2 = self.betas
        mean, squares = state["mean"], state["squares"]
        mean *= beta1
        mean += g  # m / (1 − β₁): kept so, it saves a product with the gradient
        squared = (1 - beta2) * g
        squared *= g  # in this order: g² alone may be larger than every float32
        squares *= beta2
        squares += squared  # v
        root_of_correction = (1 - beta2**self.t) ** 0.5  # √v̂ is √v divided by it
        root = np.sqrt(squares, out=squared)
        root += self.eps * root_of_correction
        step = np.divide(mean, root, out=root)
        step *= rate * (1 - beta1) / (1 - beta1**self.t) * root_of_correction
        theta -= step


class AdamW(Adam):
    """Adam with decoupled weight decay: θ ← θ − ε λ θ apart from the gradient, so that v̂ does not shrink the decay.

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization".
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """The decay, then Adam's step."""
        theta *= 1 - rate * self.weight_decay
        super().update(theta, g, state, rate)
