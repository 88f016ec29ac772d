"""Load a large library before the time limit starts: an import that is broken off leaves it half loaded."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from dlcourse.exercises.running.names_used import names_used

# The library, and the names in code that need it. (The first optimizer of PyTorch loads its compiler.)
LARGE = {"torch": {"torch", "pytorch"}, "torch._dynamo": {"optim"}}


def load_libraries_of(functions: Iterable[Callable[..., Any]]) -> None:
    """Import each large library that one of `functions` mentions and that is not loaded yet; others stay unloaded.

    A library that is missing or broken is left to the function, whose own import then says so.
    """
    missing = [library for library in LARGE if library not in sys.modules]
    if not missing:
        return
    used = set().union(*(names_used(function) for function in functions))
    for library in missing:
        if used & LARGE[library]:
            with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with contextlib.suppress(Exception):
                    importlib.import_module(library)
