"""Optimizers: how parameters follow their gradients. Each ``update`` stands beside its formula.

Names, arguments and defaults are those of ``torch.optim``. In the formulas θ is a parameter, g its gradient, ε the
learning rate of this step, t the number of the parameter's update, 1 at the first; powers, roots and quotients are
taken entry by entry. ``lr`` is a number, or a schedule: a function from the step's index 0, 1, 2, ... to its rate (see
``descent``).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import Schedule, constant, rate_of
from dlcourse.validation import check_number, check_range

State = dict[str, Array]

# An update runs over pieces of this many numbers: what it computes on the way then stays in the processor's cache.
BLOCK = 65_536


class Optimizer:
    """What all optimizers share. ``params``: the tensors to learn. ``weight_decay`` λ: adds λ θ to g (an L2 penalty).

    Raises TypeError or ValueError when ``params`` is empty or holds something else, ``lr`` is not positive, or a
    setting is out of range.
    """

    remembers: ClassVar[tuple[str, ...]] = ()  # arrays like the parameter that are kept from step to step, 0 at first

    def __init__(self, params: Iterable[Tensor], lr: float | Schedule, weight_decay: float = 0.0) -> None:
        self.params = _checked(params)
        self.schedule = partial(rate_of, lr) if callable(lr) else constant(lr)
        self.weight_decay = _not_negative(weight_decay, "weight_decay")
        self.steps = 0  # how many were made
        self.t = 0  # of these, how many changed the parameter at hand: it may have had no gradient at some
        self.updates = [0] * len(self.params)  # t of each parameter
        self.state: list[State] = [{name: np.zeros_like(each.data) for name in self.remembers} for each in self.params]

    def zero_grad(self) -> None:
        """Clears the gradients: ``backward`` adds to what is there."""
        for parameter in self.params:
            parameter.clear_grad()

    def step(self) -> None:
        """Changes every parameter that has a gradient by one update, in place."""
        rate = self.schedule(self.steps)
        self.steps += 1
        for number, (parameter, state) in enumerate(zip(self.params, self.state, strict=True)):
            if (g := parameter.grad) is None:
                continue
            self.t = self.updates[number] = self.updates[number] + 1
            if self.weight_decay:
                g = g + self.weight_decay * parameter.data
            if parameter.ndim and parameter.data.size <= BLOCK:
                self.update(parameter.data, g, state, rate)
            else:
                for piece in _pieces(parameter.data, g, state):
                    self.update(*piece, rate)
            parameter.mark_changed()

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """Changes ``theta`` and the arrays of ``state``, all of the shape of the gradient ``g``, in place.

        They are a parameter's, or a piece of them. The formula's t is ``self.t``.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it updates: write its method update.")

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that the optimizer remembers: with the module's own, enough to go on later."""
        copies = [{name: np.array(array) for name, array in each.items()} for each in self.state]
        return {"steps": self.steps, "updates": list(self.updates), "state": copies}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from ``state``. Raises ValueError when it belongs to other parameters or another optimizer."""
        mine = [{name: array.shape for name, array in each.items()} for each in self.state]
        given = [{name: np.shape(array) for name, array in each.items()} for each in state["state"]]
        if mine != given:
            raise ValueError("load_state_dict: this state belongs to other parameters or to another kind of optimizer.")
        self.steps, self.updates = int(state["steps"]), [int(updates) for updates in state["updates"]]
        for own, saved in zip(self.state, state["state"], strict=True):
            for name, array in saved.items():
                own[name][...] = array


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum where it is asked for.

    momentum μ = 0:       θ ← θ − ε g
    otherwise:            v ← μ v + (1 − τ) g, then θ ← θ − ε v, with τ ``dampening``
    with ``nesterov``:    v ← μ v + g,         then θ ← θ − ε (g + μ v)

    The *classic* form (Polyak, 1964) has τ = 0; the *moving average* of the gradients has τ = μ: its steps are 1 − μ
    times as long, so they need 1/(1 − μ) times the learning rate. Nesterov's form is that of Sutskever et al. (2013),
    rewritten for the gradient at θ as PyTorch does. At the first step v is g, as in PyTorch, not (1 − τ) g.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.momentum = _below_one(momentum, "momentum")
        self.dampening = float(check_range(dampening, "dampening", 0, 1))
        self.nesterov = nesterov
        if nesterov and (momentum == 0 or dampening):
            raise ValueError("nesterov: needs a momentum above 0 and no dampening.")
        super().__init__(params, lr, weight_decay)
        if momentum:
            self.state = [{"velocity": np.zeros_like(parameter.data)} for parameter in self.params]

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

    remembers = ("squares",)

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.lr_decay, self.eps = _not_negative(lr_decay, "lr_decay"), _not_negative(eps, "eps")

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """Divides by the root of the sum of all squared gradients so far."""
        squares = state["squares"]
        squares += g * g
        theta -= rate / (1 + (self.t - 1) * self.lr_decay) * g / (np.sqrt(squares) + self.eps)


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²;  θ ← θ − ε g / (√s + η): AdaGrad that forgets. With momentum μ: v ← μ v + g / (√s + η).

    Source: Tieleman and Hinton (2012), lecture 6.5 of "Neural networks for machine learning".
    """

    remembers = ("squares",)

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        self.alpha, self.momentum = _below_one(alpha, "alpha"), _below_one(momentum, "momentum")
        self.eps = _not_negative(eps, "eps")
        super().__init__(params, lr, weight_decay)
        if momentum:
            for state in self.state:
                state["velocity"] = np.zeros_like(state["squares"])

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


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  θ ← θ − ε m̂ / (√v̂ + η), with η ``eps``.

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) correct the bias towards the zeros that m and v begin with: without it the
    first steps are (1 − β₁) / √(1 − β₂) times as long. Source: Kingma and Ba (2015), "Adam", algorithm 1.
    """

    remembers = ("mean", "squares")

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.betas = _below_one(betas[0], "betas[0]"), _below_one(betas[1], "betas[1]")
        self.eps = _not_negative(eps, "eps")

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """The moving averages, their bias corrected, and the step."""
        beta1, beta2 = self.betas
        mean, squares = state["mean"], state["squares"]
        mean *= beta1
        mean += g  # m / (1 − β₁): kept so, it saves a product with the gradient
        squares *= beta2
        squared = g * g
        squares += squared  # v / (1 − β₂)
        scale = ((1 - beta2) / (1 - beta2**self.t)) ** 0.5  # √v̂ is scale · √squares
        root = np.sqrt(squares, out=squared)
        root += self.eps / scale
        step = np.divide(mean, root, out=root)
        step *= rate * (1 - beta1) / (1 - beta1**self.t) / scale
        theta -= step


class AdamW(Adam):
    """Adam with decoupled weight decay: θ ← θ − ε λ θ apart from the gradient, so that v̂ does not shrink the decay.

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization".
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps)
        self.decay = _not_negative(weight_decay, "weight_decay")

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """The decay, then Adam's step."""
        theta *= 1 - rate * self.decay
        super().update(theta, g, state, rate)


def _pieces(data: Array, gradient: Array, state: State) -> Iterator[tuple[Array, Array, State]]:
    """The same piece of a parameter, its gradient and its state, piece after piece, as views that can be written to."""
    if data.flags.f_contiguous:  # kept column by column: the transposed arrays lie row by row
        data, gradient, state = data.T, gradient.T, {name: array.T for name, array in state.items()}
    if not all(array.flags.c_contiguous for array in (data, *state.values())):
        yield data, gradient, state
        return
    theta, g = data.reshape(-1), gradient.reshape(-1)
    flat = {name: array.reshape(-1) for name, array in state.items()}
    for start in range(0, data.size, BLOCK):
        piece = slice(start, start + BLOCK)
        yield theta[piece], g[piece], {name: array[piece] for name, array in flat.items()}


def _checked(params: Iterable[Tensor]) -> list[Tensor]:
    if isinstance(params, Tensor):
        raise TypeError("params: expected several tensors, received one. Put it in a list: [tensor].")
    listed = list(params)
    if not listed:
        raise ValueError("params: there is nothing to learn. Was the iterator of parameters() used up before?")
    for each in listed:
        if not isinstance(each, Tensor) or not each.requires_grad:
            raise TypeError(f"params: expected tensors with requires_grad=True, received {type(each).__name__}.")
        if each.depth:
            raise ValueError("params: one of the tensors was computed from others. Only inputs of a graph are learnt.")
    if len(set(listed)) < len(listed):
        raise ValueError("params: a tensor is listed twice, and would be changed twice in each step.")
    return listed


def _below_one(value: float, name: str) -> float:
    number = float(check_range(check_number(value, name), name, 0, 1))
    if number == 1:
        raise ValueError(f"{name}: expected a number below 1, received 1: nothing would ever be forgotten.")
    return number


def _not_negative(value: float, name: str) -> float:
    number = check_number(value, name)
    if number < 0:
        raise ValueError(f"{name}: expected 0 or a positive number, received {value}.")
    return number
