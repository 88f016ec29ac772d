"""Notice that a function's numbers overflow, also where it tells NumPy not to warn of that."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np


def overflow_raised(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that raises FloatingPointError where NumPy overflows in `function`, whatever that sets.

    Its own `np.errstate`, as a decorator or in a `with`, and its `np.seterr` then do not decide on overflow. (A
    decorator of another function that it calls still does.)
    """
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    decorated = any(isinstance(each, np.errstate) for each in cells)
    return partial(_call, getattr(function, "__wrapped__", function) if decorated else function)


def _call(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    with np.errstate(over="raise"), _never_ignored():
        return function(*arguments, **keywords)


@contextlib.contextmanager
def _never_ignored() -> Iterator[None]:
    """Let every `np.errstate` and `np.seterr` keep "raise" for overflow. For the worker process: it holds for all."""
    before, seterr = np.errstate.__init__, np.seterr
    vars_of_numpy: dict[str, Any] = vars(np)

    def begin(self: np.errstate, **settings: Any) -> None:
        before(self, **{**settings, "over": "raise"})

    def set_error(*settings: Any, **named: Any) -> Any:
        old = seterr(*settings, **named)
        seterr(over="raise")
        return old

    np.errstate.__init__ = begin  # type: ignore[method-assign]
    vars_of_numpy["seterr"] = set_error
    try:
        yield
    finally:
        np.errstate.__init__ = before  # type: ignore[method-assign]
        vars_of_numpy["seterr"] = seterr
