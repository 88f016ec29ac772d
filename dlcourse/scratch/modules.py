"""Module: what every layer and every network is: a function that owns parameters. Named as in ``torch.nn``."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor


class Module:
    """A function with parameters: ``forward`` says what it computes, and calling the module calls it.

    Tensors with ``requires_grad`` that are assigned to attributes are its parameters (not those computed from others,
    such as a layer's values kept to be looked at), modules its parts, and the arrays named in ``buffers`` are kept with
    them without being learnt.
    """

    buffers: tuple[str, ...] = ()
    training = True

    def forward(self, inputs: Tensor) -> Tensor:
        """What the module computes. Each kind of module writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes: write its method forward.")

    def __call__(self, inputs: Any) -> Tensor:
        """``forward`` of a tensor, or of an array, which is made one."""
        return self.forward(inputs if isinstance(inputs, Tensor) else Tensor(inputs))

    def children(self) -> Iterator[tuple[str, "Module"]]:
        """The parts of this module, with their names."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """All parameters, those of the parts too, with names such as ``0.weight``."""
        for name, value in vars(self).items():
            if isinstance(value, Tensor) and value.requires_grad and not value.depth:
                yield prefix + name, value
        for name, child in self.children():
            yield from child.named_parameters(f"{prefix}{name}.")

    def parameters(self) -> Iterator[Tensor]:
        """All parameters, for an optimizer; one that two parts share comes once."""
        return iter(dict.fromkeys(parameter for _, parameter in self.named_parameters()))

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Array]]:
        """All arrays that are kept with the parameters, with their names."""
        for name in self.buffers:
            yield prefix + name, getattr(self, name)
        for name, child in self.children():
            yield from child.named_buffers(f"{prefix}{name}.")

    def zero_grad(self) -> None:
        """Clears the gradients of all parameters: ``backward`` adds to what is there."""
        for parameter in self.parameters():
            parameter.clear_grad()

    def train(self, mode: bool = True) -> "Module":
        """Goes into training (dropout drops, batch statistics are used), or out of it. Returns the module."""
        self.training = mode
        for _, child in self.children():
            child.train(mode)
        return self

    def eval(self) -> "Module":
        """Goes out of training, to predict. Returns the module."""
        return self.train(False)

    def state_dict(self) -> dict[str, Array]:
        """A copy of every parameter and buffer, by name: all that is needed to go on later (see ``np.savez``)."""
        parameters = {name: np.array(parameter.data) for name, parameter in self.named_parameters()}
        return parameters | {name: np.array(buffer) for name, buffer in self.named_buffers()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Takes every parameter and buffer from ``state``. Raises ValueError unless names and shapes are the same."""
        own: dict[str, Any] = dict(self.named_parameters()) | dict(self.named_buffers())
        if own.keys() != state.keys():
            raise ValueError(
                f"load_state_dict: names differ. Missing: {sorted(own.keys() - state.keys())}; "
                f"not in this module: {sorted(state.keys() - own.keys())}."
            )
        for name, values in state.items():
            if own[name].shape != np.shape(values):
                raise ValueError(f"load_state_dict: {name} has shape {own[name].shape}, received {np.shape(values)}.")
        for name, values in state.items():
            if isinstance(own[name], Tensor):
                fresh = np.empty_like(own[name].data)  # in the same order in memory: the same rounding from here on
                fresh[...] = values
                own[name].data = fresh
            else:
                own[name][...] = values

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.description()})"

    def description(self) -> str:
        """What stands between the parentheses when the module is printed."""
        return ", ".join(f"{name}={child!r}" for name, child in self.children())
