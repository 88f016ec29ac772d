"""Hand a reader's function over to the worker process: by value, whatever it uses.

cloudpickle sends functions of the notebook itself by value, and functions of a module by the module's name. A module
of the reader's own beside the notebook goes by value too: what it held when the worker imported it may be old.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import io
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn

import cloudpickle
import numpy as np

from dlcourse.exercises.running.failure import LIBRARIES
from dlcourse.exercises.running.names_used import variables_of
from dlcourse.exercises.tensors import is_tensor

PLAIN = (bool, int, float, complex, str, bytes, np.generic, np.ndarray, type, FunctionType, ModuleType, type(None))
CHANGING = (list, dict, set, np.ndarray)


class _Pickler(cloudpickle.Pickler):
    """Pickles by value, and remembers in which files the code stands."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.files: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        """Send what belongs to the kernel as what stands for it elsewhere, and all else as cloudpickle does."""
        if isinstance(obj, CodeType):
            self.files.add(obj.co_filename)
        if type(obj).__module__ == "IPython.core.autocall":  # `exit` and `quit` in a notebook
            return getattr, (builtins, "exit")
        if isinstance(obj, ContextVar) and (home := home_of(obj)) is not None:  # as `np.errstate` uses in a decorator
            return attribute_of, home
        if isinstance(obj, MethodType) and obj.__name__ == "get_ipython":
            return getattr, (sys.modules[__name__], "no_notebook")
        return super().reducer_override(obj)


def attribute_of(module: str, name: str) -> Any:
    """Return what a module calls by a name; the module is imported where that is needed."""
    return getattr(importlib.import_module(module), name)


def home_of(thing: Any) -> tuple[str, str] | None:
    """Return the module and the name under which a loaded library keeps a thing."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "__main__") != "__main__" and not is_own(module):
            for name, value in list(vars(module).items()):
                if value is thing:
                    return module.__name__, name
    return None


def no_notebook() -> NoReturn:
    """Stand for `get_ipython` where the reader's function runs. Raises RuntimeError."""
    raise RuntimeError(
        "a check runs your function outside of the notebook, where there is no get_ipython(): leave it, and magics "
        "such as %time, out of the function"
    )


def packed(thing: Any) -> tuple[bytes, set[str]]:
    """Return `thing` as bytes, and the files in which the code of its functions stands.

    Raises whatever pickling raises where something in it cannot be sent.
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer)
    with _own_modules_by_value():
        pickler.dump(thing)
    return buffer.getvalue(), pickler.files


def objects_of(arguments: Any) -> list[Any]:
    """Return the objects inside a call's arguments that are told apart by identity, such as the nodes of a graph.

    They come in the same order from any copy of the arguments. What holds numbers that a function may write over, as
    an array, a list or a Tensor does, is none of them: its contents count.
    """
    found, seen, waiting = [], set(), [arguments]
    while waiting:
        one = waiting.pop()
        if isinstance(one, PLAIN) or is_tensor(one) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
        elif state := getattr(one, "__dict__", None):
            waiting += [state[name] for name in sorted(state)]
            if not any(isinstance(each, CHANGING) for each in state.values()):
                found.append(one)
    return found


def what_cannot_be_sent(function: Callable[..., Any]) -> tuple[str, Any] | None:
    """Return the name and the value of a variable that keeps a function from being sent, or None."""
    waiting, seen = [function], {id(function)}
    while waiting:
        for name, value in variables_of(waiting.pop()).items():
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, FunctionType) and is_own(sys.modules.get(value.__module__)):
                waiting.append(value)
                continue
            try:
                packed(value)
            except Exception:
                return name, value
    return None


@contextlib.contextmanager
def _own_modules_by_value() -> Iterator[None]:
    registered = []
    try:
        for module in list(sys.modules.values()):
            if is_own(module) and module.__name__ not in cloudpickle.list_registry_pickle_by_value():
                cloudpickle.register_pickle_by_value(module)
                registered.append(module)
        yield
    finally:
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


def is_own(module: Any) -> bool:
    """Return whether a module is the reader's own: a file outside the course and the installed libraries."""
    file = getattr(module, "__file__", None)
    if not isinstance(module, ModuleType) or not isinstance(file, str):
        return module is sys.modules["__main__"]
    return sys.modules.get(module.__name__) is module and not _is_in_a_library(file)


@functools.cache
def _is_in_a_library(file: str) -> bool:
    return file.startswith(LIBRARIES) or str(Path(file).resolve()).startswith(LIBRARIES)
