"""What stands for a value that does not leave the process in which the reader's function runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.exercises.wording import value_text

NUMBERS = "biufc"


class _Detached(np.ndarray):
    """Numbers with the two steps that lead from a tensor of PyTorch to NumPy."""

    def cpu(self) -> _Detached:
        return self

    def numpy(self) -> np.ndarray:
        return np.asarray(self)


@dataclass(frozen=True)
class Unsent:
    """What stands for a value that cannot be sent: what a verdict needs of it.

    `name` and `module` are those of its type, `text` is how it reads, `called` a function's name or "". `numbers` is
    the array that it converts to, if to any, and `method` how: "detach" as with PyTorch, "to_numpy" as with pandas.
    """

    name: str
    module: str
    text: str
    gives_values: bool = False
    callable: bool = False
    called: str = ""
    method: str = ""
    numbers: np.ndarray | None = None

    def texts(self) -> dict[str, str]:
        """Return the texts by name."""
        return {name: getattr(self, name) for name in ("name", "module", "text", "called", "method")}

    def stand_in(self) -> Any:
        """Return an object that a verdict describes with the same words as the value itself."""
        body: dict[str, Any] = {"__module__": self.module, "__repr__": lambda _: self.text}
        if self.gives_values:
            body["__next__"] = lambda _: None
        if self.callable:
            body["__call__"] = lambda _: None
        if self.called:
            body["__name__"] = self.called
        numbers = self.numbers
        if numbers is not None and numbers.dtype.kind in NUMBERS:
            body["__array__"] = lambda _, dtype=None, copy=None: np.array(numbers, dtype)
            if numbers.size == 1:
                body["__float__"] = lambda _: float(numbers.item())
            if self.method == "detach":
                body["detach"] = lambda _: numbers.view(_Detached)
            if self.method == "to_numpy":
                body["to_numpy"] = lambda _: numbers
        return type(self.name, (), body)()


def unsent(value: Any) -> Unsent:
    """Return what stands for a value."""
    kind = type(value)
    try:
        text = value_text(value)
    except Exception:  # a structure too deep to be shown, or the reader's own __repr__
        text = f"<{kind.__name__}>"
    called = getattr(value, "__name__", "") if callable(value) else ""
    numbers, method = (None, "") if callable(value) and not hasattr(value, "detach") else _numbers(value)
    return Unsent(
        kind.__name__,
        str(kind.__module__),
        text,
        hasattr(value, "__next__"),
        callable(value),
        called if isinstance(called, str) else "",
        method,
        numbers,
    )


def _numbers(value: Any) -> tuple[np.ndarray | None, str]:
    """The array of numbers that a value converts to, or None, and the method that does it."""
    method = next((name for name in ("detach", "to_numpy") if hasattr(value, name)), "")
    if hasattr(value, "__next__"):
        return None, ""
    try:
        if method == "detach":
            array = np.asarray(value.detach().cpu().numpy())
        else:
            array = np.asarray(value.to_numpy() if method else value)
        if array.dtype.kind == "O" and array.shape == ():
            array = np.asarray(float(value))
        return (np.array(array), method) if array.dtype.kind in NUMBERS else (None, "")
    except Exception:
        return None, ""
