"""What training leaves behind: the history of its losses, and a plain word when it diverges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ENORMOUS = 1e6  # a loss that has grown by this factor will not come back


@dataclass
class History:
    """Losses along training, one entry a step or an epoch, as ``unit`` says.

    ``losses`` maps a name ("training", "validation") to its values so far.
    """

    unit: str = "step"
    losses: dict[str, list[float]] = field(default_factory=dict)

    def record(self, **losses: float) -> None:
        """Appends one value to each named loss."""
        for name, value in losses.items():
            self.losses.setdefault(name, []).append(float(value))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """The values of one loss as an array. Raises KeyError, with the names that there are, for another name."""
        if name not in self.losses:
            raise KeyError(f"no loss named {name!r}; recorded: {', '.join(self.losses) or 'nothing yet'}")
        return np.array(self.losses[name])

    def __len__(self) -> int:
        """How many steps or epochs are recorded."""
        return max((len(values) for values in self.losses.values()), default=0)


class DivergenceError(ArithmeticError):
    """Training left the finite numbers, or its loss grew beyond reason.

    ``learning_rate`` is None where it is not known. ``history`` holds the losses until then, and ``path`` the
    parameters where a path was recorded.
    """

    def __init__(self, step: int, learning_rate: float | None, history: History, path: NDArray | None = None) -> None:
        self.step, self.learning_rate, self.history, self.path = step, learning_rate, history, path
        kept = "; the losses so far are in this error's `history`" if len(history) else ""
        rate = "" if learning_rate is None else f" with learning rate {learning_rate:.4g}"
        super().__init__(
            f"Training diverged at {history.unit} {step}{rate}: the loss is no longer "
            "a finite number, or has grown a million times over. Try a learning rate ten times smaller, or standardize "
            f"the inputs{kept}."
        )


def diverged(losses: Sequence[float] | NDArray[np.floating]) -> bool:
    """Whether the last of ``losses`` is not finite or more than a million times the first (or 1, if that is larger)."""
    first, last = float(losses[0]), float(losses[-1])
    return not math.isfinite(last) or last > ENORMOUS * max(first, 1.0)
