"""What all optimizers share: their parameters, settings that can be changed, what they remember, and the step."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import Schedule, check_learning_rate, rate_of
from dlcourse.validation import check_number, check_range

State = dict[str, Array]
Check = Callable[[Any, str], Any]

# An update runs over pieces of this many numbers: what it computes on the way then stays in the processor's cache.
BLOCK = 135_168


def not_negative(value: float, name: str) -> float:
    """``value`` as a number from 0 on. Raises ValueError otherwise."""
    number = check_number(value, name)
    if number < 0:
        raise ValueError(f"{name}: expected 0 or a positive number, received {value}.")
    return number


def below_one(value: float, name: str) -> float:
    """``value`` as a number in [0, 1). Raises ValueError otherwise."""
    number = float(check_range(check_number(value, name), name, 0, 1))
    if number == 1:
        raise ValueError(f"{name}: expected a number below 1, received 1: nothing would ever be forgotten.")
    return number


def share(value: float, name: str) -> float:
    """``value`` as a number in [0, 1]. Raises ValueError otherwise."""
    return float(check_range(check_number(value, name), name, 0, 1))


def yes_or_no(value: bool, name: str) -> bool:
    """``value`` as True or False."""
    return bool(value)


def rate(value: float | Schedule, name: str) -> float | Schedule:
    """``value`` as a schedule, or as a learning rate; 0, during training, holds the parameters still."""
    return value if callable(value) else not_negative(value, name)


class Optimizer:
    """What all optimizers share. ``params``: the tensors to learn. ``weight_decay`` λ: adds λ θ to g (an L2 penalty).

    Every setting is an attribute: ``optimizer.lr = 0.01``, or ``optimizer.lr = schedule``, holds from the next step on.
    Raises TypeError or ValueError when ``params`` is empty or holds something else, ``lr`` is not positive, or a
    setting is out of range; AttributeError for a setting that the optimizer does not have.
    """

    remembers: ClassVar[tuple[str, ...]] = ()  # arrays like the parameter that are kept from step to step, 0 at first
    settings: ClassVar[dict[str, Check]] = {"lr": rate, "weight_decay": not_negative}
    closed: ClassVar[bool] = False  # whether other attributes than these are refused: so in the library's own classes
    decoupled: ClassVar[bool] = False  # whether ``update`` does the weight decay itself

    def __init__(self, params: Iterable[Tensor], lr: float | Schedule, weight_decay: float = 0.0) -> None:
        self.params = _checked(params)
        self.lr: float | Schedule = lr if callable(lr) else check_learning_rate(lr)
        self.weight_decay = weight_decay
        self.steps = 0  # how many were made
        self.t = 0  # of these, how many changed the parameter at hand: it may have had no gradient at some
        self.updates = [0] * len(self.params)  # t of each parameter
        self.state: list[State] = [{} for _ in self.params]
        self._settle()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.settings:
            before = getattr(self, name, None)
            super().__setattr__(name, self.settings[name](value, name))
            if hasattr(self, "state"):
                try:
                    self._settle()
                except ValueError:
                    super().__setattr__(name, before)
                    raise
                if before is not None:
                    self.changed(name, before)
        elif self.closed and name not in ("params", "steps", "t", "updates", "state"):
            raise self._unknown(name)
        else:
            super().__setattr__(name, value)

    @property
    def param_groups(self) -> Any:
        """PyTorch's way to the settings, which is not taken here."""
        raise self._unknown("param_groups")

    def _unknown(self, name: str) -> AttributeError:
        others = " Every parameter has the same: for groups of them make several optimizers." * (name == "param_groups")
        return AttributeError(
            f"{type(self).__name__} has no setting {name!r}. It has {', '.join(self.settings)}: optimizer.lr = ... "
            f"changes one from the next step on.{others}",
            name=name,
        )

    def _settle(self) -> None:
        """Sees that the settings fit together, and begins to remember what they need."""
        self.check_together()
        for parameter, state in zip(self.params, self.state, strict=True):
            for name in self.memory():
                if name not in state:
                    state[name] = np.zeros_like(parameter.data)

    def check_together(self) -> None:
        """Raises ValueError when settings, each of them in its range, do not fit together."""

    def changed(self, name: str, before: Any) -> None:
        """Adapts what is remembered to a setting that was ``before`` and is another now."""

    def memory(self) -> tuple[str, ...]:
        """The names of the arrays that are kept with these settings."""
        return self.remembers

    def schedule(self, step: int) -> float:
        """The learning rate of ``step``."""
        lr = self.lr
        return rate_of(lr, step) if callable(lr) else lr

    def zero_grad(self) -> None:
        """Clears the gradients: ``backward`` adds to what is there."""
        for parameter in self.params:
            parameter.clear_grad()

    def step(self) -> None:
        """Changes every parameter that has a gradient by one update, in place."""
        rate, own = self.schedule(self.steps), vars(self)  # in vars() what changes at every step is set without a check
        own["steps"] += 1
        for number, (parameter, state) in enumerate(zip(self.params, self.state, strict=True)):
            if (g := parameter.grad) is None:
                continue
            own["t"] = self.updates[number] = self.updates[number] + 1
            if self.weight_decay and not self.decoupled:
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
    if hasattr(params, "parameters") or callable(params):
        raise TypeError("params: expected the tensors that are learnt. Those of a model are model.parameters().")
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
